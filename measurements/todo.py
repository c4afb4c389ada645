"""What is missing, found from the plan and the days that were open."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from activities.models import Kind, Occurrence
from measurements.models import Headcount, Level, Measure
from places.models import Place
from places.periods import ONE_DAY, Period

DAYS_FOR_OUTCOMES = 14
DAYS_FOR_COUNTS = 7
# Hosted, so that its participants can be counted; what stands free all day is counted as staying.
HOSTED = (Kind.ACTIVITY, Kind.EVENT)


class Missing(StrEnum):
    OUTCOME = "outcome"
    PARTICIPANTS = "participants"
    COUNT = "count"
    GENDER_AND_AGE = "gender_and_age"


@dataclass(frozen=True)
class Todo:
    """One thing that someone at the place can put right."""

    missing: Missing
    day: dt.date
    # None where a whole day was not counted.
    occurrence: Occurrence | None = None
    # The count that tells a total only.
    headcount: Headcount | None = None


def todo(place: Place, today: dt.date) -> list[Todo]:
    """
    What is missing from the days before `today`, newest first; nothing from locked days. Costs seven queries.

    Outcomes of the last 14 days, and of the last 7 days participants, whole days open without any count, and counts
    by hand that tell a total only.
    """
    locks = list(place.locks.filter(last__gte=today - DAYS_FOR_OUTCOMES * ONE_DAY))
    found = [*_outcomes(place, today), *_uncounted(place, today), *_totals_only(place, today)]
    return [
        one
        for one in sorted(found, key=lambda one: one.day, reverse=True)
        if not any(lock.first <= one.day <= lock.last for lock in locks)
    ]


def participants(place: Place, day: dt.date) -> dict[int, int]:
    """How many took part, by occurrence, of those that run on that day and were counted."""
    counted = (
        place.headcounts.of(Measure.PARTICIPATING)
        .collected()
        .filter(occurrence__date__lte=day, occurrence__ends_at__date__gte=day)
    )
    return {pk: people for pk, people in counted.values_list("occurrence_id", "people") if pk and people is not None}


def _outcomes(place: Place, today: dt.date) -> list[Todo]:
    waiting = place.occurrences.during(_days_before(today, DAYS_FOR_OUTCOMES)).awaiting_outcome().over()
    return [Todo(Missing.OUTCOME, one.date, one) for one in waiting.select_related("zone")]


def _uncounted(place: Place, today: dt.date) -> list[Todo]:
    period = _days_before(today, DAYS_FOR_COUNTS)
    gaps = list(place.gaps.filter(first__lte=period.last, last__gte=period.first))
    without_participants = [
        Todo(Missing.PARTICIPANTS, one.date, one)
        for one in _held_without_participants(place, period)
        if not any(gap.first <= one.date <= gap.last and gap.measure in {"", Measure.PARTICIPATING} for gap in gaps)
    ]
    without_any = [
        Todo(Missing.COUNT, day)
        for day in _open_without_count(place, period)
        if not any(gap.first <= day <= gap.last for gap in gaps)
    ]
    return [*without_participants, *without_any]


def _totals_only(place: Place, today: dt.date) -> list[Todo]:
    """Those passing in a stream are seldom told apart, and are not asked about."""
    period = _days_before(today, DAYS_FOR_COUNTS)
    counts = place.headcounts.during(period).collected().with_ground().exclude(measure=Measure.PASSING)
    coarse = counts.filter(level=Level.TOTAL, people__gt=0, method=Headcount.Method.MANUAL, total_is_enough=False)
    return [Todo(Missing.GENDER_AND_AGE, one.date, headcount=one) for one in coarse]


def _held_without_participants(place: Place, period: Period) -> list[Occurrence]:
    counted = place.headcounts.of(Measure.PARTICIPATING).collected().values("occurrence")
    held = place.occurrences.during(period).took_place().filter(kind__in=HOSTED)
    return list(held.exclude(pk__in=counted).select_related("zone"))


def _open_without_count(place: Place, period: Period) -> list[dt.date]:
    counted = place.headcounts.during(period).collected().values("date")
    opened = place.open_days.filter(date__range=(period.first, period.last)).exclude(date__in=counted)
    return list(opened.values_list("date", flat=True))


def _days_before(today: dt.date, days: int) -> Period:
    return Period.between(today - days * ONE_DAY, today - ONE_DAY)
