"""The three measures over the period, and the people by gender and age, small cells hidden."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from measurements import queries as counts
from measurements.models import Gender, Measure
from measurements.statistics import Band, Level
from places.models import Place
from places.periods import Period
from reports.suppression import Cell, suppress


@dataclass(frozen=True)
class Figure:
    """A value with its 95 % interval, and how many counts (or minutes, or occurrences) it stands on."""

    value: float | None
    low: float | None
    high: float | None
    n: int


NOTHING = Figure(None, None, None, 0)


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


def gather_people(place: Place, period: Period, over: Period, year: Period) -> People:
    """Every month and week of the period, those to come too; against the same days of the year before."""
    months = [month for whole in period.months() if (month := whole.clipped(period.first, period.last))]
    weeks = [week for whole in period.weeks() if (week := whole.clipped(period.first, period.last))]
    found = _measured(place, [over, year, over.a_year_before(), *months, *weeks], over.last)
    return People(
        period=found[0],
        year=found[1],
        year_before=found[2],
        months=tuple(found[3 : 3 + len(months)]),
        weeks=tuple(found[3 + len(months) :]),
        crowds=tuple(crowd for measure in Measure.values if (crowd := _crowd(place, over, measure))),
    )


def _measured(place: Place, parts: Sequence[Period], until: dt.date) -> list[Measured]:
    """Each part up to `until`; nothing was collected in one that comes after."""
    begun = {part: over for part in parts if (over := part.clipped(part.first, until))}
    days = list(begun.values())
    found = zip(
        begun,
        counts.passing_figures(place, days),
        counts.staying_figures(place, days),
        counts.participating_figures(place, days),
        strict=True,
    )
    known = {
        part: Measured(
            first=part.first,
            last=part.last,
            passing=Figure(passing.per_hour, passing.low, passing.high, passing.minutes),
            staying=Figure(staying.mean, staying.low, staying.high, staying.counts),
            participating=Figure(visits.visits, None, None, visits.occurrences),
        )
        for part, passing, staying, visits in found
    }
    return [known.get(part) or Measured(part.first, part.last, NOTHING, NOTHING, NOTHING) for part in parts]


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
