"""What a day gave, beside what the same weekday usually gives."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Count, Sum

from measurements.models import Measure
from measurements.queries.earlier import EARLIER, WEEKS_BACK
from places.models import Place

# With fewer earlier days nothing can be called usual.
FEWEST_USUAL = 2


@dataclass(frozen=True)
class DayResult:
    """One measure on one day: people per count, per counted hour, or visits. None where nothing was collected."""

    measure: str
    people: int | None
    counts: int
    figure: float | None
    # The median of the last same weekdays that were counted, and how many there are; None with too few.
    usual: float | None
    earlier: int


def results_of(place: Place, day: dt.date) -> list[DayResult]:
    """The three measures apart. Costs one query."""
    days = [day - dt.timedelta(weeks=week) for week in range(WEEKS_BACK + 1)]
    rows = (
        place.headcounts.collected()
        .filter(date__in=days)
        .order_by("-date")
        .values("date", "measure")
        .annotate(sum=Sum("people"), counts=Count("pk"), counted_minutes=Sum("minutes"))
    )
    by_measure = {measure: [row for row in rows if row["measure"] == measure] for measure in Measure.values}
    return [_result(measure, own, day) for measure, own in by_measure.items()]


def _result(measure: str, rows: list[dict[str, Any]], day: dt.date) -> DayResult:
    own = next((row for row in rows if row["date"] == day), None)
    earlier = [_figure(row) for row in rows if row["date"] != day][:EARLIER]
    return DayResult(
        measure=measure,
        people=own["sum"] if own else None,
        counts=own["counts"] if own else 0,
        figure=_figure(own) if own else None,
        usual=median(earlier) if len(earlier) >= FEWEST_USUAL else None,
        earlier=len(earlier),
    )


def _figure(row: Mapping[str, Any]) -> float:
    """Comparable between days with more counts and fewer: a sum alone would tell how often one counted."""
    people: int = row["sum"]
    counts: int = row["counts"]
    if row["measure"] == Measure.STAYING:
        return people / counts
    minutes: int = row["counted_minutes"]
    return people / minutes * 60 if row["measure"] == Measure.PASSING else people
