"""How complete the counting is, with the reasons for what is missing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from measurements import statistics
from measurements.models import DailyCount, Gap, Gender, Measure
from places.models import Place
from places.periods import Period


@dataclass(frozen=True)
class Coverage:
    """Of the people of one measure, those whose gender and age were both judged."""

    measure: str
    classified: int
    total: int

    @property
    def share(self) -> float | None:
        """0 to 1; None when nobody was counted."""
        return statistics.coverage(self.classified, self.total)


@dataclass(frozen=True)
class GapSpan:
    """Days without counts and the reason given. An empty measure stands for all three."""

    id: int
    first: dt.date
    last: dt.date
    measure: str
    reason: str
    note: str

    @property
    def reason_label(self) -> str:
        return str(Gap.Reason(self.reason).label)

    @property
    def measure_label(self) -> str:
        return str(Measure(self.measure).label) if self.measure else ""

    def holds(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Completeness:
    """How much of what could be counted was, with the reasons for what was not."""

    period: Period
    # Days the hub was in fact open.
    open_days: int
    # Of the open days.
    days_with_staying: int
    days_with_passing: int
    # Occurrences that took place, and of those the ones whose participants were counted.
    took_place: int
    participants_counted: int
    # One for each measure that was counted.
    coverage: tuple[Coverage, ...]
    gaps: tuple[GapSpan, ...]
    # Open days without a count of any kind and without a reason.
    unexplained: tuple[dt.date, ...]


def completeness(place: Place, period: Period) -> Completeness:
    """Costs four queries."""
    days = (period.first, period.last)
    opened = set(place.open_days.filter(date__range=days).values_list("date", flat=True))
    sums = _daily_coverage(place, period)
    counted = {
        measure: {row["date"] for row in sums if row["measure"] == measure} & opened for measure in Measure.values
    }
    gaps = _gaps(place, period)
    took_place, participants_counted = _occurrences_counted(place, period)
    silent = opened - counted[Measure.STAYING] - counted[Measure.PASSING] - counted[Measure.PARTICIPATING]
    return Completeness(
        period=period,
        open_days=len(opened),
        days_with_staying=len(counted[Measure.STAYING]),
        days_with_passing=len(counted[Measure.PASSING]),
        took_place=took_place,
        participants_counted=participants_counted,
        coverage=_coverages(sums),
        gaps=gaps,
        unexplained=tuple(sorted(day for day in silent if not any(gap.holds(day) for gap in gaps))),
    )


def _daily_coverage(place: Place, period: Period) -> list[dict[str, Any]]:
    judged = ~Q(gender=Gender.NOT_CLASSIFIED) & Q(age_band__isnull=False)
    rows = DailyCount.objects.during(period).filter(place=place).values("date", "measure")
    return list(rows.annotate(total=Sum("people"), classified=Sum("people", filter=judged, default=0)).order_by("date"))


def _coverages(sums: Sequence[Mapping[str, Any]]) -> tuple[Coverage, ...]:
    return tuple(
        Coverage(measure, sum(row["classified"] for row in own), sum(row["total"] for row in own))
        for measure in Measure.values
        if (own := [row for row in sums if row["measure"] == measure])
    )


def _gaps(place: Place, period: Period) -> tuple[GapSpan, ...]:
    rows = place.gaps.filter(first__lte=period.last, last__gte=period.first).order_by("first", "pk")
    return tuple(GapSpan(row.pk, row.first, row.last, row.measure, row.reason, row.note) for row in rows)


def _occurrences_counted(place: Place, period: Period) -> tuple[int, int]:
    counted = Q(
        headcounts__measure=Measure.PARTICIPATING,
        headcounts__people__isnull=False,
        headcounts__withdrawn_at__isnull=True,
    )
    found = (
        place.occurrences.during(period)
        .took_place()
        .aggregate(all=Count("pk", distinct=True), counted=Count("pk", distinct=True, filter=counted))
    )
    return found["all"], found["counted"]
