"""The plan changed: one occurrence alone, with those that follow or with its whole series; a series; a season."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.actions.plan import (
    Materialised,
    follows_its_series,
    materialise,
    plan_series,
    rhythm_of,
    validate_days,
)
from activities.actions.undo import (
    mark,
    newest_of_seasons,
    undo_of_a_new_one,
    undo_of_a_new_season,
    undo_of_occurrences,
    undo_of_season,
    undo_of_series,
)
from activities.models import Occurrence, Season, Series
from activities.recurrence import Rhythm, dates, shift_weekday, split, wall_times, weekly_dates
from places.models import User, Zone

Outcome = Occurrence.Outcome
A_DAY = dt.timedelta(days=1)


class Scope(models.TextChoices):
    """How far a change of one occurrence in a series reaches."""

    THIS = "this", _("this one alone")
    FOLLOWING = "following", _("this one and those that follow")
    ALL = "all", _("all in the series that are to come")


@dataclass(frozen=True)
class Change:
    """What becomes of an occurrence; what is None, or not in `shared`, stays as it is."""

    day: dt.date | None = None
    starts: dt.time | None = None
    ends: dt.time | None = None
    # Values by the names in SHARED.
    shared: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Changed:
    """What was changed, and what takes it back: `undo` goes into the address of `plan_undo`."""

    occurrence: Occurrence
    undo: str
    # None where the occurrence alone was changed.
    made: Materialised | None = None


# --- Changing ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def change_occurrence(*, occurrence: Occurrence, was_on: dt.date, by: User) -> Changed:  # noqa: ARG001  history knows
    """Save an occurrence edited by itself; its series leaves it alone from then on, and its old date empty."""
    since = mark()
    occurrence.moved = True
    occurrence.save()
    series = occurrence.series
    left_empty = False
    if series and occurrence.date != was_on and was_on not in series.excluded:
        series.excluded = sorted([*series.excluded, was_on])
        series.save(update_fields=["excluded"])
        left_empty = True
    return Changed(occurrence, undo_of_occurrences(since, occurrence.place_id, [occurrence.pk], left_empty=left_empty))


@transaction.atomic
def move_occurrence(  # noqa: PLR0913  all by name
    *,
    occurrence: Occurrence,
    day: dt.date,
    by: User,
    starts: dt.time | None = None,
    zone: Zone | None = None,
    scope: str = Scope.THIS,
) -> Changed:
    """
    Put it on another day, at another time or in another zone, as long as it was. None leaves time or zone.

    ValidationError in words when either day is locked, its outcome has been told, it meets its twin in the series,
    or the series cannot follow.
    """
    occurrence = _fresh(occurrence)
    began, ended = timezone.localtime(occurrence.starts_at), timezone.localtime(occurrence.ends_at)
    starts = starts or began.time()
    ends = (dt.datetime.combine(day, starts) + (ended.replace(tzinfo=None) - began.replace(tzinfo=None))).time()
    if scope != Scope.THIS:
        shared = {"zone_id": zone.pk} if zone else {}
        change = Change(day=day, starts=starts, ends=ends, shared=shared)
        return change_series(occurrence=occurrence, change=change, scope=scope, by=by)
    was_on = occurrence.date
    _validate_move(occurrence, was_on, day)
    _set_moments(occurrence, day, starts, ends)
    occurrence.zone = zone or occurrence.zone
    occurrence.full_clean()
    return change_occurrence(occurrence=occurrence, was_on=was_on, by=by)


@transaction.atomic
def change_series(*, occurrence: Occurrence, change: Change, scope: str, by: User) -> Changed:
    """
    Change an occurrence of a series together with those that follow it, or with all that are to come.

    With those that follow, the series ends the day before and a new one begins; they go over to it as they are, with
    their names in calendars, their outcomes and their counts. What has begun, been told or was moved by itself stays.
    ValidationError in words when a locked day is in the way, or the series cannot take the new day.
    """
    occurrence = _fresh(occurrence)
    if occurrence.series_id is None or occurrence.has_begun or occurrence.outcome != Outcome.PLANNED:
        raise ValidationError(_("Only what is to come in a series can be changed together."), code="alone")
    since = mark()
    old = Series.objects.select_for_update().select_related("place").get(pk=occurrence.series_id)
    series = _from_here(old, occurrence) if scope == Scope.FOLLOWING else old
    last_before = _last_key()
    done = _change_all(series, occurrence, change, by)
    if change.day and not Occurrence.objects.filter(pk=occurrence.pk, date=change.day).exists():
        raise ValidationError({"date": _("Another of the series is there already.")}, code="taken")
    if occurrence.moved:
        _change_by_itself(occurrence, change)
    made = (last_before + 1, _last_key())
    new = series.pk if series.pk != old.pk else None
    undo = undo_of_series(since, old.place_id, [old.pk, series.pk], made=made, new=new)
    return Changed(Occurrence.objects.get(pk=occurrence.pk), undo, done)


@transaction.atomic
def cancel_occurrences(*, occurrence: Occurrence, scope: str, reason: str, by: User, note: str = "") -> tuple[int, str]:
    """
    Cancel it beforehand, with those that follow or all that are to come; how many, and what takes it back.

    ValidationError in words for a missing reason, or when nothing is left to cancel.
    """
    occurrence = _fresh(occurrence)
    if reason not in Occurrence.Reason.values:
        raise ValidationError({"reason": _("Choose a reason.")}, code="reason")
    since = mark()
    chosen = Occurrence.objects.filter(pk=occurrence.pk)
    if scope != Scope.THIS:
        chosen = Occurrence.objects.filter(series=occurrence.series_id)
    if scope == Scope.FOLLOWING:
        chosen = chosen.filter(date__gte=occurrence.date)
    ahead = list(chosen.filter(outcome=Outcome.PLANNED, starts_at__gt=timezone.now()))
    if not ahead:
        raise ValidationError(_("Nothing is left to cancel."), code="nothing")
    validate_days(occurrence.place, [one.date for one in ahead])
    told = {"outcome": Outcome.CANCELLED, "reason": reason, "note": note, "told_by": by, "told_at": timezone.now()}
    keys = [one.pk for one in ahead]
    Occurrence.objects.filter(pk__in=keys).update(**told)
    return len(keys), undo_of_occurrences(since, occurrence.place_id, keys)


@transaction.atomic
def add_to_plan(*, occurrence: Occurrence, by: User) -> Changed:  # noqa: ARG001  the plan names nobody
    """Save something new that stands by itself."""
    occurrence.save()
    return Changed(occurrence, undo_of_a_new_one(occurrence))


@transaction.atomic
def save_series(*, series: Series, by: User, permit_sent_on: dt.date | None = None) -> tuple[Materialised, str]:
    """As `plan_series`, and with what takes it back."""
    since, last_before = mark(), _last_key()
    is_new = series.pk is None
    done = plan_series(series=series, by=by, permit_sent_on=permit_sent_on)
    made = (last_before + 1, _last_key())
    new = series.pk if is_new else None
    return done, undo_of_series(since, series.place_id, [series.pk], made=made, new=new, as_a_whole=True)


@transaction.atomic
def save_season(*, season: Season, by: User) -> str:  # noqa: ARG001  the history knows who
    """Save a season, new or changed; what takes it back."""
    newest, is_new = newest_of_seasons(), season.pk is None
    season.save()
    return undo_of_a_new_season(season) if is_new else undo_of_season(season, newest)


def _from_here(series: Series, occurrence: Occurrence) -> Series:
    """A series of its own for this occurrence and those that follow; the same one when nothing comes before."""
    before, since = split(rhythm_of(series), occurrence.date)
    if since is None:
        raise ValidationError(_("Nothing of the series follows. Change this one alone."), code="alone")
    if before is None:
        return series
    following = series.occurrences.filter(date__gte=occurrence.date)
    validate_days(series.place, following.values_list("date", flat=True))
    new = Series.objects.get(pk=series.pk)
    new.pk = None
    new._state.adding = True  # noqa: SLF001  Django's own way to copy a row
    _set_rhythm(new, since)
    new.save()
    following.update(series=new)
    _set_rhythm(series, before)
    series.save()
    return new


def _change_all(series: Series, occurrence: Occurrence, change: Change, by: User) -> Materialised:
    renamed: dict[dt.date, dt.date] = {}
    if change.day and change.day != occurrence.date:
        rhythm, renamed = _with_day(series, occurrence, change.day)
        _set_rhythm(series, rhythm)
    series.starts, series.ends = change.starts or series.starts, change.ends or series.ends
    for name, value in change.shared.items():
        setattr(series, name, value)
    series.full_clean()
    series.save()
    return materialise(series=series, by=by, renamed=renamed)


def _with_day(series: Series, occurrence: Occurrence, day: dt.date) -> tuple[Rhythm, dict[dt.date, dt.date]]:
    """The rhythm with another weekday, or with another of its single dates; and what each date has become."""
    rhythm, was_on = rhythm_of(series), occurrence.date
    if was_on not in dates(rhythm):
        raise ValidationError(
            {"date": _("It has been moved by itself already. Move this one alone, or change the days of the series.")}
        )
    weekly = weekly_dates(rhythm)
    if was_on not in weekly:
        return replace(rhythm, also=rhythm.also - {was_on} | {day}), {was_on: day}
    if was_on.isocalendar()[:2] != day.isocalendar()[:2]:
        raise ValidationError(
            {"date": _("Several together can only move within their weeks. Move this one alone, or change the series.")}
        )
    if day.weekday() in rhythm.weekdays:
        raise ValidationError({"date": _("The series is on that weekday already.")})
    along = {one: one + (day - was_on) for one in weekly if one.weekday() == was_on.weekday()}
    shifted = shift_weekday(rhythm, was_on.weekday(), day.weekday())
    stay = {one.date for one in series.occurrences.all() if not follows_its_series(one)}
    # What stays where it is has its week already.
    shifted = replace(shifted, excluded=shifted.excluded | {along[one] for one in along.keys() & stay})
    renamed = {was: becomes for was, becomes in along.items() if was not in stay}
    validate_days(series.place, [one for one in renamed.values() if one > timezone.localdate()])
    return shifted, renamed


def _change_by_itself(occurrence: Occurrence, change: Change) -> None:
    """It was moved by itself before, and does not follow its series: it gets the change all the same."""
    occurrence.refresh_from_db()
    if change.starts and change.ends:
        _set_moments(occurrence, occurrence.date, change.starts, change.ends)
    for name, value in change.shared.items():
        setattr(occurrence, name, value)
    occurrence.save()


def _set_rhythm(series: Series, rhythm: Rhythm) -> None:
    series.first, series.last, series.weekdays = rhythm.first, rhythm.last, sorted(rhythm.weekdays)
    series.also, series.excluded = sorted(rhythm.also), sorted(rhythm.excluded)


def _set_moments(occurrence: Occurrence, day: dt.date, starts: dt.time, ends: dt.time) -> None:
    """As many days as it took before, on the clock on the wall."""
    took = timezone.localtime(occurrence.ends_at).date() - timezone.localtime(occurrence.starts_at).date()
    [(starts_at, ends_at)] = wall_times([day], starts, ends)
    if took > A_DAY or (took == A_DAY and starts < ends):
        ends_at = timezone.make_aware(dt.datetime.combine(day + took, ends))
    occurrence.date, occurrence.starts_at, occurrence.ends_at = day, starts_at, ends_at


def _validate_move(occurrence: Occurrence, was_on: dt.date, day: dt.date) -> None:
    validate_days(occurrence.place, [was_on, day])
    if day != was_on and occurrence.outcome != Outcome.PLANNED:
        raise ValidationError(_("Its outcome has been told. Take that back before you move it."), code="told")


def _fresh(occurrence: Occurrence) -> Occurrence:
    """As it stands now, and held so that nobody else changes it meanwhile."""
    return Occurrence.objects.select_for_update(of=("self",)).select_related("place", "series").get(pk=occurrence.pk)


def _last_key() -> int:
    return Occurrence.objects.aggregate(last=Max("pk"))["last"] or 0
