"""What people do to the plan and the log: make a series into dates, tell how it went, open and close the day."""

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import DayLog, Occurrence, Partner, Series
from activities.recurrence import Rhythm, dates, wall_times
from places.models import OpenDay, PeriodLock, Place, User, Zone
from places.models.place import validate_unlocked

Outcome = Occurrence.Outcome
# What an occurrence takes over from its series.
SHARED = ("title", "kind", "zone_id", "responsible_id", "partner_id", "expected")

Times: TypeAlias = dict[dt.date, tuple[dt.datetime, dt.datetime]]


@dataclass(frozen=True)
class Materialised:
    """How many occurrences were made, kept and removed, and how many dates a lock left as they were."""

    made: int
    kept: int
    removed: int
    locked: int = 0


def rhythm_of(series: Series) -> Rhythm:
    """ValueError when the series has neither a weekday nor a date."""
    return Rhythm(
        first=series.first,
        last=series.last,
        weekdays=frozenset(series.weekdays),
        every_weeks=series.every_weeks,
        also=frozenset(series.also),
        excluded=frozenset(series.excluded),
    )


@transaction.atomic
def materialise(*, series: Series, by: User) -> Materialised:  # noqa: ARG001  the plan names nobody; outcomes do
    """
    Make the series' rhythm into occurrences; doing so again changes nothing.

    After a change of the series, those still to come follow it: new dates are made, dates no longer in the rhythm
    removed, times and names moved. What has begun, has an outcome or counts, or was moved by itself stays as it is.
    ValueError when the series has neither a weekday nor a date.
    """
    # Two at once wait for each other here, so that neither makes what the other has made.
    Series.objects.select_for_update().get(pk=series.pk)
    locks = list(series.place.locks.all())
    wanted = dates(rhythm_of(series))
    free = [day for day in wanted if not _is_locked(day, locks)]
    times = dict(zip(free, wall_times(free, series.starts, series.ends), strict=True))
    existing = list(series.occurrences.all())
    movable = [one for one in existing if _follows_its_series(one) and not _is_locked(one.date, locks)]
    _remove([one for one in movable if one.date not in times])
    kept = [one for one in existing if one.pk]
    _move([one for one in movable if one.date in times], kept, series, times)
    made = _make(series, times, kept)
    return Materialised(made, len(kept), len(existing) - len(kept), len(wanted) - len(free))


@transaction.atomic
def plan_series(*, series: Series, by: User) -> Materialised:
    """Save a series, new or changed, and make its occurrences."""
    series.save()
    return materialise(series=series, by=by)


@transaction.atomic
def record_outcome(  # noqa: PLR0913  all by name
    *,
    occurrence: Occurrence,
    outcome: str,
    by: User,
    reason: str = "",
    note: str = "",
    partner: Partner | None = None,
    at: dt.datetime | None = None,
) -> Occurrence:
    """
    Tell how an occurrence went; telling it anew replaces what was told, until the period is locked.

    Changed and cancelled need a reason. Without `partner` the planned one stays, and `at` is None for now.
    ValidationError in words when the period is locked, the reason is missing, or it has not begun; only a cancellation
    can be told beforehand.
    """
    occurrence = Occurrence.objects.select_for_update(of=("self",)).select_related("place").get(pk=occurrence.pk)
    validate_unlocked(occurrence.place, occurrence.date)
    _validate_outcome(occurrence, outcome, reason)
    occurrence.outcome = outcome
    occurrence.reason = reason if outcome in {Outcome.CHANGED, Outcome.CANCELLED} else ""
    occurrence.note = note
    occurrence.partner = partner or occurrence.partner
    occurrence.told_by = by
    occurrence.told_at = at or timezone.now()
    occurrence.save()
    return occurrence


@transaction.atomic
def take_back_outcome(*, occurrence: Occurrence, by: User) -> Occurrence:  # noqa: ARG001  nothing told is nobody's
    """Make it wait for its outcome again. ValidationError when locked, or when it was never planned."""
    occurrence = Occurrence.objects.select_for_update(of=("self",)).select_related("place").get(pk=occurrence.pk)
    validate_unlocked(occurrence.place, occurrence.date)
    if not occurrence.was_planned:
        raise ValidationError(_("What just happened has no plan to go back to."), code="unplanned")
    occurrence.outcome, occurrence.reason, occurrence.note = Outcome.PLANNED, "", ""
    occurrence.told_by, occurrence.told_at = None, None
    occurrence.save()
    return occurrence


@transaction.atomic
def move_occurrence(*, occurrence: Occurrence, was_on: dt.date, by: User) -> None:  # noqa: ARG001  as materialise
    """Save an occurrence edited by itself; its series leaves it alone from then on, and its old date empty."""
    occurrence.moved = True
    occurrence.save()
    series = occurrence.series
    if series and occurrence.date != was_on and was_on not in series.excluded:
        series.excluded = sorted([*series.excluded, was_on])
        series.save(update_fields=["excluded"])


@transaction.atomic
def add_unplanned(  # noqa: PLR0913  all by name
    *,
    place: Place,
    title: str,
    kind: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: User,
    zone: Zone | None = None,
    partner: Partner | None = None,
    note: str = "",
) -> Occurrence:
    """Log something that took place without having been planned. ValidationError when locked or not begun."""
    day = timezone.localdate(starts_at)
    validate_unlocked(place, day)
    if starts_at > timezone.now():
        raise ValidationError({"starts": _("This has not begun yet. Put it in the plan instead.")}, code="ahead")
    occurrence = Occurrence(
        place=place,
        title=title,
        kind=kind,
        date=day,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=zone,
        partner=partner,
        note=note,
        responsible=by,
        was_planned=False,
        outcome=Outcome.HELD,
        told_by=by,
        told_at=timezone.now(),
    )
    occurrence.full_clean()
    occurrence.save()
    return occurrence


@transaction.atomic
def open_day(*, place: Place, day: dt.date, at: dt.time, by: User) -> OpenDay:
    """Write down when the hub opened, or write it anew. ValidationError for a time to come or a locked day."""
    _validate_told_time(place, day, at)
    open_day = place.open_days.select_for_update().filter(date=day).first() or OpenDay(place=place, date=day)
    open_day.opened = at
    open_day.told_by = by
    open_day.full_clean()
    open_day.save()
    return open_day


@transaction.atomic
def close_day(*, place: Place, day: dt.date, at: dt.time, by: User) -> OpenDay:
    """Write down when the hub closed, or write it anew. ValidationError when it never opened, or opened later."""
    _validate_told_time(place, day, at)
    open_day = place.open_days.select_for_update().filter(date=day).first()
    if open_day is None:
        raise ValidationError(_("The hub has not been opened that day. Say when it opened first."), code="not_open")
    open_day.closed = at
    open_day.told_by = by
    open_day.full_clean()
    open_day.save()
    return open_day


@transaction.atomic
def write_hours(*, place: Place, day: dt.date, opened: dt.time, closed: dt.time | None, by: User) -> OpenDay:
    """Write both times by hand; without a closing time the hub is still open, or nobody knows when it closed."""
    _validate_told_time(place, day, max(opened, closed or opened))
    # An old closing time must not stand in the way of a later opening.
    place.open_days.filter(date=day).update(closed=None)
    hours = open_day(place=place, day=day, at=opened, by=by)
    return close_day(place=place, day=day, at=closed, by=by) if closed else hours


@transaction.atomic
def add_to_day_log(*, place: Place, day: dt.date, text: str, weather: str = "", by: User) -> DayLog:
    """
    Put a line more under what the day's log says. Weather stands as it was first written.

    ValidationError for a day to come or a locked one, and when there is nothing to write.
    """
    validate_unlocked(place, day)
    if day > timezone.localdate():
        raise ValidationError(_("That day has not come yet."), code="ahead")
    if not text and not weather:
        raise ValidationError(_("There is nothing to write in the day log."), code="empty")
    # Two first lines at once: one makes the log, and the other waits for it.
    DayLog.objects.bulk_create([DayLog(place=place, date=day, by=by)], ignore_conflicts=True)
    log = place.day_logs.kept().select_for_update().get(date=day)
    log.text = "\n".join(part for part in (log.text, text) if part)
    log.weather = log.weather or weather
    log.by = by
    log.save()
    return log


def _validate_outcome(occurrence: Occurrence, outcome: str, reason: str) -> None:
    if outcome not in {Outcome.HELD, Outcome.CHANGED, Outcome.CANCELLED}:
        raise ValidationError({"outcome": _("Choose how it went: held, changed or cancelled.")}, code="outcome")
    if outcome != Outcome.CANCELLED and not occurrence.has_begun:
        raise ValidationError(_("One cannot say how it went before it began."), code="not_begun")
    if outcome != Outcome.HELD and reason not in Occurrence.Reason.values:
        raise ValidationError({"reason": _("Choose a reason.")}, code="reason")


def _validate_told_time(place: Place, day: dt.date, at: dt.time) -> None:
    validate_unlocked(place, day)
    if (day, at) > (timezone.localdate(), timezone.localtime().time()):
        raise ValidationError(_("That time has not come yet."), code="ahead")


def _is_locked(day: dt.date, locks: list[PeriodLock]) -> bool:
    return any(lock.first <= day <= lock.last for lock in locks)


def _follows_its_series(occurrence: Occurrence) -> bool:
    return occurrence.outcome == Outcome.PLANNED and not occurrence.has_begun and not occurrence.moved


def _remove(occurrences: list[Occurrence]) -> None:
    """Take away those that can go, which leaves them without a key; those with counts are protected, and stay."""
    for occurrence in occurrences:
        with suppress(ProtectedError):
            occurrence.delete()


def _move(movable: list[Occurrence], kept: list[Occurrence], series: Series, times: Times) -> None:
    """Give those still to come the series' times and names."""
    moving = {one.pk for one in movable}
    taken = {one.starts_at for one in kept if one.pk not in moving}
    for occurrence in movable:
        starts_at, ends_at = times[occurrence.date]
        # Another of the series may have been moved by itself to that very moment: then this one keeps its time.
        if starts_at not in taken:
            occurrence.starts_at, occurrence.ends_at = starts_at, ends_at
        for name in SHARED:
            setattr(occurrence, name, getattr(series, name))
    Occurrence.objects.bulk_update(movable, ["starts_at", "ends_at", *SHARED])


def _make(series: Series, times: Times, kept: list[Occurrence]) -> int:
    """How many were made. What has passed is made only for a series with nothing yet, never added to a history."""
    there = {one.date for one in kept}
    now = timezone.now()
    shared = {name: getattr(series, name) for name in SHARED}
    new = [
        Occurrence(place=series.place, series=series, date=day, starts_at=starts_at, ends_at=ends_at, **shared)
        for day, (starts_at, ends_at) in times.items()
        if day not in there and (starts_at > now or not kept)
    ]
    Occurrence.objects.bulk_create(new)
    return len(new)
