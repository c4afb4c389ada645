"""
People per count, per counted hour and per visit, of periods and of lists.

Answered from the headcounts of the period alone. Passing, staying and participating are never added together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, Q, QuerySet, StdDev, Sum

from activities.models import Kind
from measurements import statistics
from measurements.models import Headcount, Measure
from measurements.statistics import Interval
from places.models import Line, Place, Zone
from places.periods import Period


@dataclass(frozen=True)
class StayingFigure:
    """People per count, over the counts of a period. None, never 0, where nothing was counted."""

    period: Period
    counts: int
    people: int | None
    mean: float | None
    # The ends of the 95 % interval of the mean; None with fewer than two counts.
    low: float | None
    high: float | None


@dataclass(frozen=True)
class PassingFigure:
    """People passing, in the minutes that were counted, and per hour. None, never 0, where nothing was counted."""

    period: Period
    counts: int
    people: int | None
    minutes: int
    per_hour: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class ParticipatingFigure:
    """Visits to occurrences; one person who comes twice makes two. None where nothing was counted."""

    period: Period
    visits: int | None
    # How many occurrences were counted.
    occurrences: int


def staying_figures(place: Place, parts: Sequence[Period], *, zone: Zone | None = None) -> list[StayingFigure]:
    """Mean per count with Student's t interval; one query for all parts."""
    rows = _per_part(
        _collected(place, parts, Measure.STAYING, {"zone": zone} if zone else {}),
        parts,
        # A deviation over the counts themselves (n − 1 below the line).
        spread=lambda during: StdDev("people", sample=True, filter=during),
    )
    return [_staying_figure(part, row) for part, row in zip(parts, rows, strict=True)]


def _staying_figure(period: Period, row: Mapping[str, Any]) -> StayingFigure:
    counts, people = row["counts"], row["people"]
    mean = people / counts if counts else None
    spread = None if row["spread"] is None else float(row["spread"])
    interval = None if mean is None else statistics.mean_interval(statistics.Sample(mean, spread, counts))
    return StayingFigure(period, counts, people, mean, *_ends(interval))


def passing_figures(place: Place, parts: Sequence[Period], *, line: Line | None = None) -> list[PassingFigure]:
    """People per counted hour with the exact Poisson interval; one query for all parts."""
    rows = _per_part(
        _collected(place, parts, Measure.PASSING, {"line": line} if line else {}),
        parts,
        minutes=lambda during: Sum("minutes", filter=during),
    )
    return [_passing_figure(part, row) for part, row in zip(parts, rows, strict=True)]


def _passing_figure(period: Period, row: Mapping[str, Any]) -> PassingFigure:
    minutes = row["minutes"] or 0
    rate = statistics.per_hour(row["people"], minutes) if row["counts"] else None
    return PassingFigure(
        period, row["counts"], row["people"], minutes, None if rate is None else rate.value, *_ends(rate)
    )


def participating_figures(place: Place, parts: Sequence[Period]) -> list[ParticipatingFigure]:
    """Visits at all kinds of occurrences; one query for all parts."""
    rows = _per_part(_collected(place, parts, Measure.PARTICIPATING, {}), parts)
    return [ParticipatingFigure(part, row["people"], row["counts"]) for part, row in zip(parts, rows, strict=True)]


def participating_by_kind(place: Place, period: Period) -> dict[str, ParticipatingFigure]:
    """The four kinds apart and always all four, in their usual order."""
    rows = (
        _collected(place, [period], Measure.PARTICIPATING, {})
        .order_by()
        .values("occurrence__kind")
        .annotate(people_sum=Sum("people"), counts=Count("pk"))
    )
    found = {row["occurrence__kind"]: row for row in rows}
    return {
        kind.value: ParticipatingFigure(period, found[kind]["people_sum"], found[kind]["counts"])
        if kind in found
        else ParticipatingFigure(period, None, 0)
        for kind in Kind
    }


def _collected(place: Place, parts: Sequence[Period], measure: Measure, ground: Mapping[str, Model]) -> Any:  # noqa: ANN401
    """The counts where someone looked, from the first day of all parts to the last."""
    if not parts:
        return Headcount.objects.none()
    days = (min(part.first for part in parts), max(part.last for part in parts))
    return place.headcounts.of(measure).collected().filter(date__range=days, **ground)


def _per_part(counts: Any, parts: Sequence[Period], **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """For each part its counts, people and what more is asked for, in one query; parts may overlap."""
    columns: dict[str, Any] = {}
    for number, part in enumerate(parts):
        during = Q(date__range=(part.first, part.last))
        columns[f"counts_{number}"] = Count("pk", filter=during)
        columns[f"people_{number}"] = Sum("people", filter=during)
        columns |= {f"{name}_{number}": ask(during) for name, ask in more.items()}
    if not parts:
        return []
    found = counts.aggregate(**columns)
    names = ("counts", "people", *more)
    return [{name: found[f"{name}_{number}"] for name in names} for number in range(len(parts))]


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    return (None, None) if interval is None else (interval.low, interval.high)


@dataclass(frozen=True)
class MeasureTotal:
    """The counts of one measure in a list. Never added to another measure's."""

    measure: str
    # Where someone looked; people and figures are of these.
    counts: int
    people: int | None
    minutes: int

    @property
    def per_count(self) -> float | None:
        return self.people / self.counts if self.people is not None else None

    @property
    def per_hour(self) -> float | None:
        return self.people / self.minutes * 60 if self.people is not None and self.minutes else None


def totals_by_measure(headcounts: QuerySet[Headcount]) -> list[MeasureTotal]:
    """All three measures, apart, in their usual order."""
    seen = Q(people__isnull=False, withdrawn_at__isnull=True)
    rows = (
        headcounts.order_by()
        .values("measure")
        .annotate(
            counts=Count("pk", filter=seen), sum=Sum("people", filter=seen), minutes_sum=Sum("minutes", filter=seen)
        )
    )
    found = {row["measure"]: row for row in rows}
    return [
        MeasureTotal(measure, row["counts"], row["sum"], row["minutes_sum"] or 0)
        if (row := found.get(measure))
        else MeasureTotal(measure, 0, None, 0)
        for measure in Measure.values
    ]
