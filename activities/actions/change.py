"""One occurrence changed: alone, with those that follow, or with its whole series; and that taken back."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.apps import apps
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.actions.plan import Materialised, follows_its_series, materialise, rhythm_of
from activities.models import Occurrence, Series
from activities.recurrence import Rhythm, dates, shift_weekday, split, wall_times, weekly_dates
from places.models import Place, User, Zone
from places.models.place import validate_unlocked

Outcome = Occurrence.Outcome
A_DAY = dt.timedelta(days=1)
# What signs the address of an undo, so that nobody makes one up.
SALT = "activities.undo"


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
    mark = _mark()
    occurrence.moved = True
    occurrence.save()
    series = occurrence.series
    if series and occurrence.date != was_on and was_on not in series.excluded:
        series.excluded = sorted([*series.excluded, was_on])
        series.save(update_fields=["excluded"])
    return Changed(occurrence, _token(mark, occurrence.place_id, [], [occurrence.pk]))


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
    mark = _mark()
    old = Series.objects.select_for_update().select_related("place").get(pk=occurrence.series_id)
    series = _from_here(old, occurrence) if scope == Scope.FOLLOWING else old
    last_before = _last_key()
    done = _change_all(series, occurrence, change, by)
    if occurrence.moved:
        _change_by_itself(occurrence, change)
    made = (last_before + 1, _last_key())
    token = _token(
        mark, old.place_id, [old.pk, series.pk], None, new=series.pk if series.pk != old.pk else None, made=made
    )
    return Changed(Occurrence.objects.get(pk=occurrence.pk), token, done)


@transaction.atomic
def cancel_occurrences(*, occurrence: Occurrence, scope: str, reason: str, by: User, note: str = "") -> tuple[int, str]:
    """
    Cancel it beforehand, with those that follow or all that are to come; how many, and what takes it back.

    ValidationError in words for a missing reason, or when nothing is left to cancel.
    """
    occurrence = _fresh(occurrence)
    if reason not in Occurrence.Reason.values:
        raise ValidationError({"reason": _("Choose a reason.")}, code="reason")
    mark = _mark()
    chosen = Occurrence.objects.filter(pk=occurrence.pk)
    if scope != Scope.THIS:
        chosen = Occurrence.objects.filter(series=occurrence.series_id)
    if scope == Scope.FOLLOWING:
        chosen = chosen.filter(date__gte=occurrence.date)
    ahead = list(chosen.filter(outcome=Outcome.PLANNED, starts_at__gt=timezone.now()))
    if not ahead:
        raise ValidationError(_("Nothing is left to cancel."), code="nothing")
    _validate_days(occurrence.place, [one.date for one in ahead])
    told = {"outcome": Outcome.CANCELLED, "reason": reason, "note": note, "told_by": by, "told_at": timezone.now()}
    keys = [one.pk for one in ahead]
    Occurrence.objects.filter(pk__in=keys).update(**told)
    return len(keys), _token(mark, occurrence.place_id, [], keys)


def _from_here(series: Series, occurrence: Occurrence) -> Series:
    """A series of its own for this occurrence and those that follow; the same one when nothing comes before."""
    before, since = split(rhythm_of(series), occurrence.date)
    if since is None:
        raise ValidationError(_("Nothing of the series follows. Change this one alone."), code="alone")
    if before is None:
        return series
    following = series.occurrences.filter(date__gte=occurrence.date)
    _validate_days(series.place, following.values_list("date", flat=True))
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
    _validate_days(series.place, [one for one in renamed.values() if one > timezone.localdate()])
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
    _validate_days(occurrence.place, [was_on, day])
    if day != was_on and occurrence.outcome != Outcome.PLANNED:
        raise ValidationError(_("Its outcome has been told. Take that back before you move it."), code="told")


def _validate_days(place: Place, days: Any) -> None:  # noqa: ANN401  dates in any row
    if locked := [day for day in days if any(lock.first <= day <= lock.last for lock in place.locks.all())]:
        validate_unlocked(place, locked[0])


def _fresh(occurrence: Occurrence) -> Occurrence:
    """As it stands now, and held so that nobody else changes it meanwhile."""
    return Occurrence.objects.select_for_update(of=("self",)).select_related("place", "series").get(pk=occurrence.pk)


def _last_key() -> int:
    return Occurrence.objects.aggregate(last=Max("pk"))["last"] or 0


# --- Taking it back ---------------------------------------------------------------------------------------------------


def last_change(occurrence: Occurrence) -> str:
    """What takes back the last change of the plan for this one alone; empty where there is none to take back."""
    event = _events("Occurrence").filter(pgh_obj_id=occurrence.pk, pgh_label="update").order_by("-pgh_id").first()
    if event is None or not occurrence.moved or event.series_id != occurrence.series_id:
        return ""
    if (event.outcome, event.told_at) != (occurrence.outcome, occurrence.told_at):
        return ""
    return _signed(occurrence.place_id, {"o": [[event.pgh_id], event.pgh_id]})


@transaction.atomic
def undo_change(*, place: Place, token: str, by: User) -> list[int]:  # noqa: ARG001  the history knows who
    """
    Put back what a change has changed; the keys of its occurrences, the first in time first.

    ValidationError in words when the address is not ours, or anything of it has been changed again since.
    """
    try:
        change = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise ValidationError(_("There is nothing to take back here."), code="unknown") from error
    if change["p"] != place.pk:
        raise ValidationError(_("There is nothing to take back here."), code="unknown")
    before = _before(change)
    _validate_untouched(change, before)
    try:
        _put_back(change, before)
    except ProtectedError as error:
        raise ValidationError(_("It has been used since, and cannot be taken back."), code="used") from error
    return sorted(before, key=lambda key: before[key].starts_at)


def _before(change: dict[str, Any]) -> dict[int, Any]:
    """Each occurrence as it was before, by its key."""
    keys, last = change["o"]
    events = _events("Occurrence").filter(place_id=change["p"], pgh_id__lte=last)
    if "first" in change:
        events = events.filter(pgh_id__gte=change["first"], series_id__in=change["s"])
    else:
        events = events.filter(pgh_id__in=keys)
    # The oldest last, so that it is the one that stays.
    return {event.pgh_obj_id or event.id: event for event in events.order_by("-pgh_id")}


def _validate_untouched(change: dict[str, Any], before: dict[int, Any]) -> None:
    last = change["o"][1]
    changed = _events("Occurrence").filter(
        pgh_id__gt=last, id__in=[*before, *_made(change).values_list("pk", flat=True)]
    )
    series = _events("Series").filter(pgh_id__gt=change.get("last_series", 0), id__in=change.get("s", []))
    if changed.exists() or series.exists():
        raise ValidationError(_("It has been changed again since, and cannot be taken back."), code="changed")
    now_on = Occurrence.objects.filter(pk__in=before).values_list("date", flat=True)
    _validate_days(Place.objects.get(pk=change["p"]), {event.date for event in before.values()} | set(now_on))


def _made(change: dict[str, Any]) -> models.QuerySet[Occurrence]:
    if "m" not in change:
        return Occurrence.objects.none()
    return Occurrence.objects.filter(series__in=change["s"], pk__range=change["m"])


def _put_back(change: dict[str, Any], before: dict[int, Any]) -> None:
    _made(change).delete()
    for event in _events("Series").filter(pgh_id__in=change.get("series", [])).order_by("-pgh_id"):
        Series.objects.filter(pk=event.id).update(**_values(Series, event))
    there = set(Occurrence.objects.filter(pk__in=before).values_list("pk", flat=True))
    for key, event in before.items():
        if key in there:
            Occurrence.objects.filter(pk=key).update(**_values(Occurrence, event))
        else:
            Occurrence(pk=key, **_values(Occurrence, event)).save(force_insert=True)
        if "s" not in change:
            _fill_again(event)
    if new := change.get("n"):
        Series.objects.filter(pk=new).delete()


def _fill_again(event: Any) -> None:  # noqa: ANN401  made by the library
    """Its old date was left empty in the series while it was elsewhere."""
    series = Series.objects.filter(pk=event.series_id).first()
    if series and event.date in series.excluded:
        series.excluded = [day for day in series.excluded if day != event.date]
        series.save(update_fields=["excluded"])


def _values(model: type[models.Model], event: Any) -> dict[str, Any]:  # noqa: ANN401  made by the library
    fields = [one.attname for one in model._meta.concrete_fields if not one.primary_key]  # noqa: SLF001  Django's own way
    return {name: getattr(event, name) for name in fields if hasattr(event, name)}


def _events(model: str) -> Any:  # noqa: ANN401  the model is made by the library
    return apps.get_model("activities", f"{model}Event").objects


def _mark() -> tuple[int, int]:
    """How far the histories reach."""
    return tuple(_events(name).aggregate(last=Max("pgh_id"))["last"] or 0 for name in ("Occurrence", "Series"))  # type: ignore[return-value]


def _token(  # noqa: PLR0913  all but the first three by name
    mark: tuple[int, int],
    place: int,
    series: list[int],
    keys: list[int] | None,
    *,
    new: int | None = None,
    made: tuple[int, int] | None = None,
) -> str:
    """
    Names the events of a change just made. A whole series is named by the stretch of history it lies in, for an
    address has no room for hundreds of keys.
    """
    last, last_series = _mark()
    if keys is not None:
        events = _events("Occurrence").filter(pgh_id__gt=mark[0], pgh_obj_id__in=keys)
        found = sorted(events.values_list("pgh_id", flat=True))
        return _signed(place, {"o": [found, last]}) if found else ""
    own = _events("Series").filter(pgh_id__gt=mark[1], pgh_obj_id__in=series).values_list("pgh_id", flat=True)
    stretch: dict[str, Any] = {"o": [[], last], "first": mark[0] + 1, "s": series, "series": list(own)}
    return _signed(place, stretch | {"last_series": last_series, "n": new, "m": made})


def _signed(place: int, change: dict[str, Any]) -> str:
    return signing.dumps({"p": place, **change}, salt=SALT, compress=True)
