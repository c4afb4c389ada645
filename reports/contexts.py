"""
All that a quarterly report shows, gathered once and frozen as text.

Numbers, dates and names only, so that the figures are the same in every language. A field may be added with a
default; none is renamed or taken away, for published editions are read back with these classes.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import TYPE_CHECKING, Self

from django.utils import translation

from activities.models import Kind, Occurrence, Voice
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
from activities.records.queries import care_figures
from measurements import queries as counts
from measurements.models import Gender, Measure
from measurements.queries import indicator as indicators
from measurements.statistics import Band, Level
from places.financing import per_unit
from places.models import Place
from places.opening import OpeningResult
from places.periods import Period
from places.queries import MoneyYear, contract_on, money, opening_result_for
from reports.suppression import Cell, suppress

if TYPE_CHECKING:
    from cattrs.preconf.json import JsonConverter

TENTH, ORE = Decimal("0.1"), Decimal("0.01")
DECIMALS = 6
# Of what took place one by one, so many lines; the numbers above them tell of all.
MOST_EXCEPTIONS, MOST_PLANNED = 8, 10
# Voices are examples, and a page of them would read as a measurement.
MOST_VOICES = 6


# --- What a report shows ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Missed:
    """A promised day that was not held. The reason is empty when nobody gave one."""

    date: dt.date
    reason: str
    note: str


@dataclass(frozen=True)
class Opening:
    """Days, and hours a week over all of the period's days; hours are None when nothing was promised."""

    days_promised: int
    days_held: int
    hours_held: Decimal
    week_promised: Decimal | None
    week_held: Decimal | None
    missed: tuple[Missed, ...]
    extra_days: tuple[dt.date, ...]
    days_without_closing_time: int


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
class Figure:
    """A value with its 95 % interval, and how many counts (or minutes, or occurrences) it stands on."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True)
class Measured:
    """The three measures over some days. They are never added."""

    first: dt.date
    last: dt.date
    passing: Figure  # people an hour; n is minutes
    staying: Figure  # people a count; n is counts
    participating: Figure  # visits; n is occurrences counted


@dataclass(frozen=True)
class AgeRow:
    """A row of the table; without ages it is those whose age was not judged."""

    first: int | None
    last: int | None
    cells: tuple[Cell, ...]
    total: Cell

    @property
    def age(self) -> str:
        return "" if self.first is None else str(Band(self.first, self.last))


@dataclass(frozen=True)
class GroupShare:
    """A group's share (0 to 1) among the classified and in the municipality, and the one over the other."""

    gender: int
    first: int | None
    last: int | None
    share: float | None  # None where the number is hidden
    share_there: float
    index: float | None
    low: float | None
    high: float | None

    @property
    def age(self) -> str:
        return "" if self.first is None else str(Band(self.first, self.last))


@dataclass(frozen=True)
class Representation:
    """Against the municipality's residents on 31 December of `year`."""

    groups: tuple[GroupShare, ...]
    classified: int
    total: int
    municipality: str
    year: int
    source: str
    dominant: GroupShare | None
    limit: float


@dataclass(frozen=True)
class Crowd:
    """People of one measure by perceived gender and age, small cells hidden."""

    measure: str
    level: str
    genders: tuple[int, ...]
    rows: tuple[AgeRow, ...]
    sums: tuple[Cell, ...]
    total: Cell
    total_only: int  # of counts that tell less: in no cell of the table
    classified: int
    people: int
    representation: Representation | None


@dataclass(frozen=True)
class People:
    period: Measured
    months: tuple[Measured, ...]
    weeks: tuple[Measured, ...]
    year: Measured
    year_before: Measured
    crowds: tuple[Crowd, ...]


@dataclass(frozen=True)
class PartyMoney:
    name: str
    sector: str
    pledged: Decimal
    paid: Decimal
    late: Decimal
    days_late: int


@dataclass(frozen=True)
class Money:
    """The contract's calendar year in SEK, as it stood on the report's last day."""

    year: int
    parties: tuple[PartyMoney, ...]
    municipal: Decimal
    business: Decimal
    other: Decimal
    paid: Decimal
    late: Decimal
    per_krona: Decimal | None
    period_share: Decimal  # the year's money by the period's part of its days
    per_open_hour: Decimal | None
    per_visit: Decimal | None
    open_days_a_year: int | None
    open_hours_a_week: Decimal | None

    @property
    def pledged(self) -> Decimal:
        return self.municipal + self.business + self.other


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


@dataclass(frozen=True)
class Gap:
    """An empty measure stands for all three."""

    first: dt.date
    last: dt.date
    measure: str
    reason: str
    note: str


@dataclass(frozen=True)
class Coverage:
    measure: str
    classified: int
    total: int


@dataclass(frozen=True)
class Quality:
    open_days: int
    days_with_staying: int
    days_with_passing: int
    coverage: tuple[Coverage, ...]
    gaps: tuple[Gap, ...]
    unexplained: tuple[dt.date, ...]


@dataclass(frozen=True)
class CareRow:
    """Care cases of one category."""

    category: str
    opened: int
    fixed: int
    open_at_end: int


@dataclass(frozen=True)
class Care:
    """Cases seen in the period, mended in it, and not mended when it ended; the median is of those mended."""

    opened: int
    fixed: int
    open_at_end: int
    median_days: float | None
    rows: tuple[CareRow, ...]


@dataclass(frozen=True)
class Quote:
    """What somebody said, with their consent and without their name."""

    text: str
    date: dt.date
    channel: str


@dataclass(frozen=True)
class QuarterlyReport:
    """What the funders of a place are told about a quarter, a month or another period within one year."""

    place: str
    slug: str
    municipality: str
    operator: str
    is_demo: bool
    code: str
    as_of: dt.date
    opening: Opening
    opening_year: Opening
    programme: Programme
    people: People
    indicators: tuple[indicators.Comparison, ...]
    money: Money | None
    plan: Plan
    quality: Quality
    version: int = 1
    # None in editions made before cases were kept, and where nobody has written down any.
    care: Care | None = None
    voices: tuple[Quote, ...] = ()

    @property
    def period(self) -> Period:
        return Period.parse(self.code)

    @classmethod
    def gather(cls, place: Place, period: Period, *, today: dt.date) -> Self:
        """
        Everything the report shows, known up to `today`. The cost does not grow with the place's history.

        What comes back has been frozen and read, so that a report just gathered equals one published.
        """
        as_of = min(today, period.last)
        year = Period.between(dt.date(period.last.year, 1, 1), period.last)
        # Words belong to the edition's language and are put in when it is drawn.
        with translation.override(None):
            people = _people(place, period, year)
            opening = _opening(opening_result_for(place, period, today))
            report = cls(
                place=place.name,
                slug=place.slug,
                municipality=place.municipality_name,
                operator=place.operator.name,
                is_demo=place.is_demo,
                code=period.code,
                as_of=as_of,
                opening=opening,
                opening_year=_opening(opening_result_for(place, year, today)),
                programme=_programme(place, period, year),
                people=people,
                indicators=_indicators(place, period),
                money=_money(place, period, as_of, opening, people.period.participating),
                plan=_plan(place, period.next()),
                quality=_quality(place, period),
                care=_care(place, period),
                voices=_voices(place, period),
            )
        return cls.thaw(report.freeze())

    def freeze(self) -> str:
        """Canonical JSON: keys in order, dates ISO, money as text, floats to six decimals."""
        plain = _converter().unstructure(self)
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @classmethod
    def thaw(cls, text: str) -> Self:
        return _converter().structure(json.loads(text), cls)


def sha256_of(data: str | bytes) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


@cache
def _converter() -> "JsonConverter":
    from cattrs.preconf.json import make_converter  # builds a function per class, which only reports use

    converter = make_converter()
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda value, _type: Decimal(value))
    converter.register_unstructure_hook(float, lambda value: round(float(value), DECIMALS))
    return converter


# --- Where it comes from ----------------------------------------------------------------------------------------------


def _opening(result: OpeningResult) -> Opening:
    return Opening(
        days_promised=result.days_promised,
        days_held=result.days_held,
        hours_held=result.hours_held.quantize(TENTH, ROUND_HALF_UP),
        week_promised=_rounded(result.hours_per_week_promised),
        week_held=_rounded(result.hours_per_week_held),
        missed=tuple(Missed(day.date, day.reason or "", day.note) for day in result.missed),
        extra_days=tuple(result.extra_days),
        days_without_closing_time=len(result.days_without_closing_time),
    )


def _programme(place: Place, period: Period, year: Period) -> Programme:
    exceptional = sorted(
        [
            Exceptional(one.date, one.title, one.kind, one.reason, cancelled)
            for cancelled, found in ((True, cancelled_occurrences), (False, changed_occurrences))
            for one in found(place, period)
            if one.kind != Kind.ACTIVATION
        ],
        key=lambda one: (one.date, one.title),
    )
    return Programme(
        kinds=_kinds(place, period),
        year=_kinds(place, year),
        reasons=tuple(Reason(one.kind, one.reason, one.count) for one in cancellations(place, period)),
        exceptional=tuple(exceptional[:MOST_EXCEPTIONS]),
        exceptional_in_all=len(exceptional),
        partners=distinct_partners(place, period),
        wheel=_wheel(place, Period.year(period.last.year)),
    )


def _kinds(place: Place, period: Period) -> tuple[KindRow, ...]:
    visits = counts.participating_by_kind(place, period)
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


def _people(place: Place, period: Period, year: Period) -> People:
    months = [month for whole in period.months() if (month := whole.clipped(period.first, period.last))]
    weeks = [week for whole in period.weeks() if (week := whole.clipped(period.first, period.last))]
    found = _measured(place, [period, year, period.a_year_before(), *months, *weeks])
    return People(
        period=found[0],
        year=found[1],
        year_before=found[2],
        months=tuple(found[3 : 3 + len(months)]),
        weeks=tuple(found[3 + len(months) :]),
        crowds=tuple(crowd for measure in Measure.values if (crowd := _crowd(place, period, measure))),
    )


def _measured(place: Place, parts: Sequence[Period]) -> list[Measured]:
    found = zip(
        parts,
        counts.passing_figures(place, parts),
        counts.staying_figures(place, parts),
        counts.participating_figures(place, parts),
        strict=True,
    )
    return [
        Measured(
            first=part.first,
            last=part.last,
            passing=Figure(passing.per_hour, passing.low, passing.high, passing.minutes),
            staying=Figure(staying.mean, staying.low, staying.high, staying.counts),
            participating=Figure(visits.visits, None, None, visits.occurrences),
        )
        for part, passing, staying, visits in found
    ]


def _crowd(place: Place, period: Period, measure: str) -> Crowd | None:
    """None when no count of the measure tells people apart."""
    table = counts.people_by_gender_and_age(place, period, measure, level=Level.GENDER_AGE)
    against = counts.representation(place, period, measure)
    if not table.cells:
        table = counts.people_by_gender_and_age(place, period, measure)
    if table.level in {None, Level.TOTAL} or not table.cells:
        return None
    rows = [row for row in table.rows if row[0] is not None or row[2] or not table.bands]
    nothing_judged = {
        (y, x)
        for y, (band, _numbers, _total) in enumerate(rows)
        for x, gender in enumerate(table.genders)
        if band is None and gender == Gender.NOT_CLASSIFIED
    }
    shown = suppress([numbers for _band, numbers, _total in rows], telling_nothing=nothing_judged)
    named = [
        AgeRow(band.first if band else None, band.last if band else None, cells[:-1], cells[-1])
        for (band, _numbers, _total), cells in zip(rows, shown, strict=False)
    ]
    return Crowd(
        measure=measure,
        level=str(table.level),
        genders=table.genders,
        rows=tuple(named),
        sums=shown[-1][:-1],
        total=shown[-1][-1],
        total_only=table.left_out,
        classified=table.classified,
        people=table.total or 0,
        representation=_representation(against, named, shown[-1], table.genders) if against else None,
    )


def _representation(
    against: counts.Representation, rows: Sequence[AgeRow], sums: Sequence[Cell], genders: Sequence[int]
) -> Representation:
    groups = tuple(_group(group, _is_hidden(group, rows, sums, genders)) for group in against.groups)
    dominant = next(
        (
            shown
            for group, shown in zip(against.groups, groups, strict=True)
            if group == against.dominant and shown.share is not None
        ),
        None,
    )
    return Representation(
        groups=groups,
        classified=against.classified,
        total=against.total,
        municipality=against.municipality,
        year=against.year,
        source=against.source,
        dominant=dominant,
        limit=against.largest_share,
    )


def _group(group: counts.GroupIndex, hidden: bool) -> GroupShare:  # noqa: FBT001  what is asked is its name
    return GroupShare(
        gender=group.gender,
        first=group.band.first if group.band else None,
        last=group.band.last if group.band else None,
        share=None if hidden else group.share,
        share_there=group.population_share,
        index=None if hidden else group.index,
        low=None if hidden else group.low,
        high=None if hidden else group.high,
    )


def _is_hidden(group: counts.GroupIndex, rows: Sequence[AgeRow], sums: Sequence[Cell], genders: Sequence[int]) -> bool:
    """Whether the group's share would tell a cell that the table hides."""
    if group.gender not in genders:
        return False
    column = genders.index(group.gender)
    if group.band is None:
        return sums[column].hidden
    return any(
        row.cells[column].hidden
        for row in rows
        if row.first is not None and group.band.holds(Band(row.first, row.last))
    )


def _indicators(place: Place, period: Period) -> tuple[indicators.Comparison, ...]:
    """In the order of their groups; those known only by a published change last."""
    groups = indicators.compare(place, year=period.last.year, until=period.last)
    return tuple(row for group in groups for row in group.rows)


def _money(place: Place, period: Period, as_of: dt.date, opening: Opening, visits: Figure) -> Money | None:
    contract = contract_on(place, period.last)
    if contract is None:
        return None
    year = money(contract, period.last.year, as_of)
    part = (year.pledged * len(period) / len(Period.year(year.year))).quantize(ORE, ROUND_HALF_UP)
    return Money(
        year=year.year,
        parties=_parties(year),
        municipal=year.match.municipal,
        business=year.match.business,
        other=year.match.other,
        paid=year.paid,
        late=year.late,
        per_krona=_rounded(year.match.per_krona, ORE),
        period_share=part,
        per_open_hour=_rounded(per_unit(part, opening.hours_held), ORE),
        per_visit=_rounded(per_unit(part, int(visits.value or 0)), ORE),
        open_days_a_year=contract.open_days_a_year,
        open_hours_a_week=contract.open_hours_a_week,
    )


def _parties(year: MoneyYear) -> tuple[PartyMoney, ...]:
    return tuple(
        PartyMoney(party.name, party.sector, party.pledged, party.paid, party.late, party.days_late)
        for party in year.parties
    )


def _plan(place: Place, period: Period) -> Plan:
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


def _quality(place: Place, period: Period) -> Quality:
    found = counts.completeness(place, period)
    return Quality(
        open_days=found.open_days,
        days_with_staying=found.days_with_staying,
        days_with_passing=found.days_with_passing,
        coverage=tuple(Coverage(one.measure, one.classified, one.total) for one in found.coverage),
        gaps=tuple(Gap(one.first, one.last, one.measure, one.reason, one.note) for one in found.gaps),
        unexplained=found.unexplained,
    )


def _care(place: Place, period: Period) -> Care | None:
    found = care_figures(place, period)
    if not found.opened and not found.fixed and not found.open_at_end:
        return None
    rows = tuple(CareRow(one.category, one.opened, one.fixed, one.open_at_end) for one in found.by_category)
    return Care(found.opened, found.fixed, found.open_at_end, found.median_days_to_fix, rows)


def _voices(place: Place, period: Period) -> tuple[Quote, ...]:
    """The latest that may be used, whatever they say; each word for word once."""
    said = Voice.objects.filter(place=place).for_reports().during(period).order_by("-date", "-pk")
    latest: dict[str, Quote] = {}
    for one in said:
        latest.setdefault(one.quote, Quote(one.quote, one.date, one.channel))
    return tuple(latest.values())[:MOST_VOICES]


def _rounded(number: Decimal | None, step: Decimal = TENTH) -> Decimal | None:
    return None if number is None else number.quantize(step, ROUND_HALF_UP)
