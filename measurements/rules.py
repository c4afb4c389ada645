"""What a count must keep to, in words. Forms ask before they save, actions ask again; the database holds the rest."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import TypeAlias

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from activities.models import Occurrence
from measurements.models import Gender, Headcount, Measure
from measurements.statistics import LEVEL_PARTS, Level
from places.models import Line, OpeningException, Place, Zone
from places.models.place import validate_unlocked
from places.queries import OpeningState, opening_state

Ground: TypeAlias = Zone | Line | Occurrence
# Gender, and the age band's key or None where age was not judged.
CellKey: TypeAlias = tuple[int, int | None]

# More than a square holds at once; a higher number is a slip of the finger.
MOST_PEOPLE = 99_999
MOST_MINUTES = 24 * 60

GROUNDS: dict[str, type[Zone] | type[Line] | type[Occurrence]] = {
    Measure.PASSING: Line,
    Measure.STAYING: Zone,
    Measure.PARTICIPATING: Occurrence,
}


def validate_day(place: Place, day: dt.date, *, occurrence: Occurrence | None = None) -> None:
    """
    Refuse a day that has not been, is locked, or on which the place did not run or was closed.

    An occurrence that is told to have taken place shows by itself that the place was open.
    """
    if day > timezone.localdate():
        raise ValidationError(
            _("%(day)s has not been yet. Count when you are there."), "future", {"day": _written(day)}
        )
    if not place.runs_on(day):
        raise ValidationError(
            _("The place was not in operation on %(day)s."), "not_in_operation", {"day": _written(day)}
        )
    validate_unlocked(place, day)
    if occurrence is None or occurrence.outcome not in {Occurrence.Outcome.HELD, Occurrence.Outcome.CHANGED}:
        _validate_open(opening_state(place, day))


def _validate_open(state: OpeningState) -> None:
    lost = state.exception is not None and not state.exception.planned and state.exception.closed
    if state.opened is not None or (state.promised is not None and not lost):
        return
    raise ValidationError(
        _("The place was closed on %(day)s (%(reason)s). Was it open? Log the day as open first, then count."),
        "closed",
        {"day": _written(state.day), "reason": why_closed(state)},
    )


def _written(day: dt.date) -> str:
    return date_format(day, "j F Y")


def why_closed(state: OpeningState) -> str:
    if state.exception is not None and state.exception.closed:
        return str(OpeningException.Reason(state.exception.reason).label)
    return state.red_day or str(_("no opening hours that day"))


def validate_start(started_at: dt.datetime) -> None:
    if started_at > timezone.now():
        raise ValidationError(_("That time has not been yet."), "future")


def validate_ground(place: Place, measure: str, ground: Ground | None) -> None:
    """Refuse a zone, line or occurrence that the measure does not stand on, or that is another place's."""
    if ground is None or not isinstance(ground, GROUNDS[measure]):
        raise ValidationError(
            _("Passing needs a counting line and minutes, staying a zone, participating an occurrence."), "ground"
        )
    if ground.place_id != place.pk:
        raise ValidationError(_("“%(ground)s” belongs to another place."), "another_place", {"ground": ground})
    if isinstance(ground, Occurrence) and ground.outcome == Occurrence.Outcome.CANCELLED:
        raise ValidationError(
            _("“%(title)s” was cancelled. Change the outcome first if it took place after all."),
            "cancelled",
            {"title": ground.title},
        )


def validate_standing(headcount: Headcount) -> None:
    if headcount.withdrawn:
        raise ValidationError(_("The count was withdrawn. Begin a new one."), "withdrawn")


def validate_minutes(measure: str, minutes: int | None) -> None:
    if measure == Measure.PASSING and not minutes:
        raise ValidationError(_("Type how many minutes you counted."), "minutes")
    if minutes is not None and not 0 < minutes <= MOST_MINUTES:
        raise ValidationError(_("Minutes are between 1 and %(most)s."), "minutes", {"most": MOST_MINUTES})


def validate_cells(level: str, cells: Mapping[CellKey, int], bands: Collection[int]) -> None:
    """Refuse numbers below zero or beyond belief, and cells finer than the level or outside the age set."""
    for (gender, band), people in cells.items():
        validate_people(people)
        validate_cell(level, gender, band, bands)


def validate_people(people: int) -> None:
    if people < 0:
        raise ValidationError(_("A number of people cannot be below zero."), "negative")
    if people > MOST_PEOPLE:
        raise ValidationError(_("%(people)s people are too many for one number."), "too_many", {"people": people})


def validate_cell(level: str, gender: int, band: int | None, bands: Collection[int]) -> None:
    tells = LEVEL_PARTS[Level(level)]
    if gender not in Gender.values or (band is not None and band not in bands):
        raise ValidationError(_("There is no such gender or age band in this count."), "unknown_cell")
    if (gender != Gender.NOT_CLASSIFIED and "gender" not in tells) or (band is not None and "age" not in tells):
        raise ValidationError(_("This count does not tell gender or age so finely."), "too_fine")


def validate_somebody(cells: Mapping[CellKey, int], *, nobody: bool) -> None:
    """An empty grid means nothing: either people are typed, or it is said that nobody was there."""
    people = sum(cells.values())
    if nobody and people:
        raise ValidationError(_("You typed people and said that nobody was there. Choose one."), "nobody_and_people")
    if not nobody and not people:
        raise ValidationError(_("Type the people, or say that nobody was there."), "empty")


def remainder(total: int | None, parts: int) -> int:
    """Those in a typed total beyond its parts: they were seen and not classified. 0 without a typed total."""
    if total is None:
        return 0
    if total < parts:
        raise ValidationError(
            _("The parts make %(parts)s, more than the total you typed (%(total)s)."),
            "parts_over_total",
            {"parts": parts, "total": total},
        )
    return total - parts


def already_counted(occurrence: Occurrence) -> Headcount | None:
    """The count that the occurrence's participants already have."""
    return Headcount.objects.standing().filter(occurrence=occurrence, measure=Measure.PARTICIPATING).first()
