"""A series made into dates, and its occurrences changed."""

import datetime as dt
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from activities.models import Occurrence, Series
from activities.recurrence import Rhythm, dates, wall_times
from places.models import PeriodLock, Place, User
from places.models.place import validate_unlocked

Outcome = Occurrence.Outcome
# What an occurrence takes over from its series.
SHARED = (
    "title",
    "kind",
    "zone_id",
    "responsible_id",
    "partner_id",
    "expected",
    "target_groups",
    "cost",
    "equipment",
    "permit",
)

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
def materialise(
    *,
    series: Series,
    by: User,  # noqa: ARG001  the plan names nobody; outcomes do
    renamed: Mapping[dt.date, dt.date] | None = None,
) -> Materialised:
    """
    Make the series' rhythm into occurrences; doing so again changes nothing.

    After a change of the series, those still to come follow it: new dates are made, dates no longer in the rhythm
    removed, times and names moved; `renamed` says which date another has become, so that the same occurrence moves
    there. What has begun, has an outcome or counts, or was moved by itself stays as it is.
    ValueError when the series has neither a weekday nor a date.
    """
    # Two at once wait for each other here, so that neither makes what the other has made.
    Series.objects.select_for_update().get(pk=series.pk)
    locks = list(series.place.locks.all())
    wanted = dates(rhythm_of(series))
    free = [day for day in wanted if not is_locked(day, locks)]
    times = dict(zip(free, wall_times(free, series.starts, series.ends), strict=True))
    existing = list(series.occurrences.all())
    movable = [one for one in existing if follows_its_series(one) and not is_locked(one.date, locks)]
    staying = _staying(movable, renamed or {}, times)
    _remove([one for one in movable if one not in staying])
    kept = [one for one in existing if one.pk]
    _move(staying, kept, series, times)
    made = _make(series, times, kept)
    return Materialised(made, len(kept), len(existing) - len(kept), len(wanted) - len(free))


@transaction.atomic
def plan_series(*, series: Series, by: User, permit_sent_on: dt.date | None = None) -> Materialised:
    """Save a series, new or changed, and make its occurrences. `permit_sent_on` is told of all that are to come."""
    series.save()
    done = materialise(series=series, by=by)
    if permit_sent_on:
        series.occurrences.filter(starts_at__gt=timezone.now()).update(permit_sent_on=permit_sent_on)
    return done


def is_locked(day: dt.date, locks: list[PeriodLock]) -> bool:
    return any(lock.first <= day <= lock.last for lock in locks)


def validate_days(place: Place, days: Iterable[dt.date]) -> None:
    """ValidationError in words when one of them is locked."""
    locks = list(place.locks.all())
    if locked := [day for day in days if is_locked(day, locks)]:
        validate_unlocked(place, locked[0])


def follows_its_series(occurrence: Occurrence) -> bool:
    return occurrence.outcome == Outcome.PLANNED and not occurrence.has_begun and not occurrence.moved


def _remove(occurrences: list[Occurrence]) -> None:
    """Take away those that can go, which leaves them without a key; those with counts are protected, and stay."""
    for occurrence in occurrences:
        with suppress(ProtectedError):
            occurrence.delete()


def _staying(movable: list[Occurrence], renamed: Mapping[dt.date, dt.date], times: Times) -> dict[Occurrence, dt.date]:
    """Those still in the rhythm and the date each has there; of two that come to the same date the one there before."""
    going = {one: day for one in movable if (day := renamed.get(one.date)) and day in times}
    staying = {one: one.date for one in movable if one.date in times and one not in going}
    there = set(staying.values())
    return staying | {one: day for one, day in going.items() if day not in there}


def _move(staying: Mapping[Occurrence, dt.date], kept: list[Occurrence], series: Series, times: Times) -> None:
    """Give those still to come the series' dates, times and names."""
    taken = {one.starts_at for one in kept if one.pk and one not in staying}
    for occurrence, day in staying.items():
        starts_at, ends_at = times[day]
        # Another of the series may have been moved by itself to that very moment: then this one keeps its time, and
        # stands by itself where the series has its day no more.
        if starts_at not in taken:
            occurrence.date, occurrence.starts_at, occurrence.ends_at = day, starts_at, ends_at
        elif day != occurrence.date:
            occurrence.moved = True
        for name in SHARED:
            setattr(occurrence, name, getattr(series, name))
    Occurrence.objects.bulk_update(list(staying), ["date", "starts_at", "ends_at", "moved", *SHARED])


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
