"""What was done against what was planned, and what is planned next."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from activities.models import Kind, Occurrence
from activities.queries import (
    KindResult,
    SeriesSummary,
    cancellations,
    cancelled_occurrences,
    changed_occurrences,
    distinct_partners,
    next_period_plan,
    planned_against_held,
)
from measurements import queries as counts
from places.models import Place
from places.periods import Period

# Of what took place one by one, so many lines; the numbers above them tell of all.
MOST_EXCEPTIONS, MOST_PLANNED = 8, 8


@dataclass(frozen=True)
class KindRow:
    """One kind of programme: planned = held + changed + cancelled + awaiting + ahead; `unplanned` stands beside."""

    kind: str
    planned: int
    held: int
    changed: int
    cancelled: int
    awaiting: int
    ahead: int
    unplanned: int
    visits: int | None
    counted: int

    @property
    def took_place(self) -> int:
        """Planned or not."""
        return self.held + self.changed + self.unplanned


@dataclass(frozen=True)
class Reason:
    kind: str
    reason: str
    count: int


@dataclass(frozen=True)
class Exceptional:
    """One occurrence that was changed or cancelled."""

    date: dt.date
    title: str
    kind: str
    reason: str
    cancelled: bool


@dataclass(frozen=True)
class WheelDay:
    date: dt.date
    kind: str


@dataclass(frozen=True)
class Programme:
    """The four kinds apart, of the period and of the year so far; `partners` is how many different ones took part."""

    kinds: tuple[KindRow, ...]
    year: tuple[KindRow, ...]
    reasons: tuple[Reason, ...]
    exceptional: tuple[Exceptional, ...]
    exceptional_in_all: int
    partners: int
    wheel: tuple[WheelDay, ...]

    def kind(self, kind: str, *, year: bool = False) -> KindRow:
        return next(row for row in (self.year if year else self.kinds) if row.kind == kind)

    @property
    def counted(self) -> int:
        """Of those that took place, the ones whose participants were counted."""
        return sum(row.counted for row in self.kinds if row.kind != Kind.ACTIVATION)

    @property
    def took_place(self) -> int:
        """Activities, events and exhibitions; activations stand open and are not programmes."""
        return sum(row.took_place for row in self.kinds if row.kind != Kind.ACTIVATION)


@dataclass(frozen=True)
class PlannedItem:
    date: dt.date
    title: str
    kind: str
    expected: int | None


@dataclass(frozen=True)
class PlannedSeries:
    title: str
    kind: str
    times: int


@dataclass(frozen=True)
class Plan:
    code: str
    items: tuple[PlannedItem, ...]
    items_in_all: int
    series: tuple[PlannedSeries, ...]


def gather_programme(place: Place, period: Period, over: Period, year: Period) -> Programme:
    """What is cancelled is known beforehand; all else is told of the days that are `over`."""
    outcomes = ((True, cancelled_occurrences(place, period)), (False, changed_occurrences(place, over)))
    exceptional = sorted(
        [
            Exceptional(one.date, one.title, one.kind, one.reason, cancelled)
            for cancelled, found in outcomes
            for one in found
            if one.kind != Kind.ACTIVATION
        ],
        key=lambda one: (one.date, one.title),
    )
    return Programme(
        kinds=_kinds(place, period, over),
        year=_kinds(place, year, year),
        reasons=tuple(Reason(one.kind, one.reason, one.count) for one in cancellations(place, period)),
        exceptional=tuple(exceptional[:MOST_EXCEPTIONS]),
        exceptional_in_all=len(exceptional),
        partners=distinct_partners(place, over),
        wheel=_wheel(place, Period.year(period.last.year)),
    )


def _kinds(place: Place, period: Period, over: Period) -> tuple[KindRow, ...]:
    visits = counts.participating_by_kind(place, over)
    return tuple(_kind(row, visits[row.kind]) for row in planned_against_held(place, period))


def _kind(row: KindResult, visits: counts.ParticipatingFigure) -> KindRow:
    return KindRow(
        kind=row.kind,
        planned=row.planned,
        held=row.held,
        changed=row.changed,
        cancelled=row.cancelled,
        awaiting=row.awaiting,
        ahead=row.ahead,
        unplanned=row.unplanned,
        visits=visits.visits,
        counted=visits.occurrences,
    )


def _wheel(place: Place, year: Period) -> tuple[WheelDay, ...]:
    """Each day of the year with an activity or an event that is not cancelled, once a kind."""
    rows = (
        place.occurrences.during(year)
        .filter(kind__in=[Kind.ACTIVITY, Kind.EVENT])
        .exclude(outcome=Occurrence.Outcome.CANCELLED)
        .order_by("date", "kind")
        .values_list("date", "kind")
        .distinct()
    )
    return tuple(WheelDay(date, kind) for date, kind in rows)


def gather_plan(place: Place, period: Period) -> Plan:
    plan = next_period_plan(place, period)
    return Plan(
        code=period.code,
        items=tuple(PlannedItem(one.date, one.title, one.kind, one.expected) for one in plan.items[:MOST_PLANNED]),
        items_in_all=len(plan.items),
        series=_series(plan.series),
    )


def _series(summaries: Iterable[SeriesSummary]) -> tuple[PlannedSeries, ...]:
    """What runs on over two seasons is two series in the plan, and one thing to a reader."""
    together: dict[tuple[str, str], int] = {}
    for one in summaries:
        together[one.title, one.kind] = together.get((one.title, one.kind), 0) + one.occurrences
    return tuple(PlannedSeries(title, kind, times) for (title, kind), times in together.items())
