"""
People counted, by gender and age, per count, per hour and per visit; and how complete the counting is.

Answered from the daily sums and the headcounts of the period alone, so that nothing costs more as the ledger grows.
Passing, staying and participating are never added together.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.db.models import Count, Model, OuterRef, Q, QuerySet, StdDev, Subquery, Sum
from django.utils import timezone

from activities.models import Kind, Series
from measurements import statistics
from measurements.models import AgeBand, DailyCount, Gap, Gender, Headcount, Measure, Population
from measurements.statistics import Band, Interval, Level
from places.models import Line, Place, Zone
from places.periods import Period

Cell: TypeAlias = tuple[int, Band | None]
Ground: TypeAlias = Zone | Line | Series

# Above this share of the counted one group is said to dominate. By gender alone, 40–60 % is called even in Sweden.
LARGEST_SHARE = {Level.GENDER_AGE: 0.4, Level.AGE: 0.4, Level.GENDER: 0.6}
# How many earlier days of the same weekday stand beside an entry, and how far back they are looked for.
EARLIER = 4
WEEKS_BACK = 26

_COLUMNS = (Gender.WOMAN, Gender.MAN, Gender.OTHER, Gender.NOT_CLASSIFIED)


# --- By gender and age ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Crosstab:
    """People of one measure by perceived gender and age, at the lowest level that all its counts share."""

    measure: str
    # None when nothing was collected.
    level: Level | None
    # Some counts tell more than `level` shows, because others do not, or because their age bands do not nest.
    fell_back: bool
    # Columns and rows in order; `bands` is empty where age is not told.
    genders: tuple[int, ...]
    bands: tuple[Band, ...]
    cells: Mapping[Cell, int] = field(repr=False)
    # People of counts coarser than the level asked for: in the total, in no cell. 0 when none was asked for.
    left_out: int = 0

    @property
    def total(self) -> int | None:
        """None when nothing was collected; 0 when someone looked and nobody was there."""
        return None if self.level is None else sum(self.cells.values()) + self.left_out

    def is_classified(self, gender: int, band: Band | None) -> bool:
        """Whether all that the level tells was judged of the cell's people."""
        tells = statistics.LEVEL_PARTS[self.level] if self.level else frozenset()
        gender_judged = "gender" not in tells or gender != Gender.NOT_CLASSIFIED
        age_judged = "age" not in tells or band is not None
        return bool(tells) and gender_judged and age_judged

    @property
    def classified_cells(self) -> dict[Cell, int]:
        return {cell: people for cell, people in self.cells.items() if self.is_classified(*cell)}

    def share(self, gender: int, band: Band | None) -> float | None:
        """Of the classified, 0 to 1. None for those not classified, or when nobody was."""
        if not self.is_classified(gender, band) or not self.classified:
            return None
        return self.cells.get((gender, band), 0) / self.classified

    @property
    def classified(self) -> int:
        return sum(self.classified_cells.values())

    @property
    def coverage(self) -> float | None:
        """Classified of all counted, 0 to 1. None when nobody was counted, or only totals were."""
        if self.level in {None, Level.TOTAL} or not self.total:
            return None
        return statistics.coverage(self.classified, self.total)

    @property
    def shares(self) -> dict[Cell, float]:
        """Of the classified, 0 to 1. Empty when nobody was classified."""
        whole = self.classified
        return {cell: people / whole for cell, people in self.classified_cells.items()} if whole else {}

    @property
    def row_totals(self) -> dict[Band | None, int]:
        """Per band, those whose age was not judged under None."""
        return {row: sum(self.cells.get((gender, row), 0) for gender in self.genders) for row in (*self.bands, None)}

    @property
    def column_totals(self) -> dict[int, int]:
        rows: tuple[Band | None, ...] = (*self.bands, None)
        return {gender: sum(self.cells.get((gender, row), 0) for row in rows) for gender in self.genders}

    @property
    def rows(self) -> list[tuple[Band | None, list[int], int]]:
        """Band, a number for each of `genders`, and their sum; last the row of those whose age was not judged."""
        totals = self.row_totals
        return [(band, [self.cells.get((gender, band), 0) for gender in self.genders], totals[band]) for band in totals]


@dataclass(frozen=True)
class _Sum:
    """The people of one level, gender and age band."""

    level: Level
    gender: int
    band_id: int | None
    people: int


def people_by_gender_and_age(place: Place, period: Period, measure: str, *, level: Level | None = None) -> Crosstab:
    """
    Everyone counted in the period, at the lowest level that the counts share; `fell_back` when some tell more.

    With a `level`, only counts that tell as much are in the cells, and the people of the others in `left_out`.
    Costs two queries.
    """
    found = [
        _Sum(Level(row["level"]), row["gender"], row["age_band"], row["people"])
        for row in DailyCount.objects.during(period)
        .filter(place=place, measure=measure)
        .values("level", "gender", "age_band")
        .annotate(people=Sum("people"))
        .order_by("level", "gender", "age_band")
    ]
    sums = [row for row in found if level is None or _tells(row.level, level)]
    shared = statistics.lowest_shared_level([row.level for row in sums] if level is None else [level] if sums else [])
    left_out = sum(row.people for row in found) - sum(row.people for row in sums)
    if shared is None:
        return Crosstab(measure, Level.TOTAL if found else None, bool(found), (0,), (), {}, left_out)
    return _crosstab(measure, sums, shared, left_out)


def _crosstab(measure: str, sums: Sequence[_Sum], shared: Level, left_out: int) -> Crosstab:
    merged = _merged_bands(sums) if "age" in statistics.LEVEL_PARTS[shared] else {}
    shown = shared if merged is not None else _without_age(shared)
    tells = statistics.LEVEL_PARTS[shown]
    cells: dict[Cell, int] = {}
    for row in sums:
        band = merged[row.band_id] if merged and row.band_id is not None and "age" in tells else None
        cell = (row.gender if "gender" in tells else Gender.NOT_CLASSIFIED.value, band)
        cells[cell] = cells.get(cell, 0) + row.people
    return Crosstab(
        measure=measure,
        level=shown,
        fell_back=shown != shared or any(row.level != shared for row in sums),
        genders=_columns(cells) if "gender" in tells else (Gender.NOT_CLASSIFIED.value,),
        bands=tuple(sorted(set(merged.values()))) if merged else (),
        cells=cells,
        left_out=left_out,
    )


def _tells(own: Level, asked: Level) -> bool:
    return statistics.LEVEL_PARTS[asked] <= statistics.LEVEL_PARTS[own]


def _without_age(level: Level) -> Level:
    return Level.GENDER if level == Level.GENDER_AGE else Level.TOTAL


def _columns(cells: Iterable[Cell]) -> tuple[int, ...]:
    """OTHER only where a person stated it."""
    used = {gender for gender, _band in cells}
    return tuple(gender.value for gender in _COLUMNS if gender != Gender.OTHER or gender in used)


def _merged_bands(sums: Sequence[_Sum]) -> dict[int, Band] | None:
    """The band that each age band in use goes into; None where the sets share no border but the ends."""
    used = {row.band_id for row in sums if row.band_id is not None}
    known: dict[int, list[AgeBand]] = {}
    default = 0
    for band in AgeBand.objects.select_related("age_set").order_by("age_set", "lower"):
        known.setdefault(band.age_set_id, []).append(band)
        default = band.age_set_id if band.age_set.is_default else default
    sets = [bands for bands in known.values() if used & {band.pk for band in bands}] or [known.get(default, [])]
    plain = {band.pk: Band(band.lower, band.upper) for bands in sets for band in bands}
    goes_into = shared_bands([[plain[band.pk] for band in bands] for bands in sets])
    return None if goes_into is None else {key: goes_into[band] for key, band in plain.items()}


def shared_bands(sets: Sequence[Sequence[Band]]) -> dict[Band, Band] | None:
    """
    The finest bands that every set's borders allow, for each band of each set the one it goes into.

    None where they share no border to divide at, or where a set leaves out ages that another counts.
    """
    if len({tuple(bands) for bands in sets}) <= 1:
        return {band: band for bands in sets for band in bands}
    borders = sorted(set.intersection(*({band.first for band in bands} for bands in sets)))
    if len(borders) <= 1:
        return None
    lasts = [bands[-1].last for bands in sets]
    top = None if None in lasts else max(last for last in lasts if last is not None)
    wider = [
        Band(first, after - 1 if after is not None else top)
        for first, after in zip(borders, [*borders[1:], None], strict=True)
    ]
    try:
        return {band: around for bands in sets for band, around in statistics.merge_bands(bands, wider).items()}
    except ValueError:
        return None


def people_of(headcount: Headcount) -> Crosstab:
    """One count by gender and age. Reads that count's own entries only. Costs two queries."""
    bands = {band.pk: Band(band.lower, band.upper) for band in headcount.age_set.bands.all()}
    level = Level(headcount.level)
    tells = statistics.LEVEL_PARTS[level]
    cells = {
        (gender, None if band is None else bands[band]): people
        for (gender, band), people in cells_of(headcount).items()
    }
    return Crosstab(
        measure=headcount.measure,
        level=None if headcount.people is None or headcount.withdrawn else level,
        fell_back=False,
        genders=_columns(cells) if "gender" in tells else (Gender.NOT_CLASSIFIED.value,),
        bands=tuple(bands.values()) if "age" in tells else (),
        cells=cells,
    )


def cells_of(headcount: Headcount) -> dict[tuple[int, int | None], int]:
    """The sums of one count by gender and age band (its key). Reads that count's own entries only."""
    rows = headcount.entries.order_by().values("gender", "age_band").annotate(sum=Sum("people"))
    return {(row["gender"], row["age_band"]): row["sum"] for row in rows}


# --- Per count, per hour, per visit -----------------------------------------------------------------------------------


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


# --- Against the population -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GroupIndex:
    """One group's share among the counted over its share of the municipality: 1 is as in the population."""

    gender: int
    band: Band | None
    counted: int
    # Of the classified, and of the residents, 0 to 1.
    share: float
    population: int
    population_share: float
    # None where the municipality has nobody of the group.
    index: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Representation:
    """Those counted beside those who live in the municipality."""

    measure: str
    level: Level
    groups: tuple[GroupIndex, ...]
    classified: int
    total: int
    coverage: float | None
    # The group above the set share (`largest_share`), if there is one.
    dominant: GroupIndex | None
    largest_share: float
    municipality: str
    year: int
    population: int
    source: str

    @property
    def genders(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(group.gender for group in self.groups))

    @property
    def bands(self) -> tuple[Band | None, ...]:
        return tuple(dict.fromkeys(group.band for group in self.groups))

    def group(self, gender: int, band: Band | None) -> GroupIndex:
        return next(group for group in self.groups if (group.gender, group.band) == (gender, band))


def representation(place: Place, period: Period, measure: str) -> Representation | None:
    """
    Shares among the counted against the latest population of the place's municipality, by gender and age.

    Counts that tell less than both lower the coverage. Where the age bands of counted and residents share no
    borders, by gender alone. None when nobody was classified or the municipality's population is not known.
    Costs three queries.
    """
    counted = people_by_gender_and_age(place, period, measure, level=Level.GENDER_AGE)
    residents = latest_population(place.municipality_code)
    if not counted.classified or not residents:
        return None
    return _representation(place, counted, residents)


def latest_population(municipality_code: str) -> list[Population]:
    latest = Population.objects.filter(municipality_code=OuterRef("municipality_code")).order_by("-year")
    rows = Population.objects.filter(municipality_code=municipality_code, year=Subquery(latest.values("year")[:1]))
    return list(rows.order_by("gender", "lower"))


def _representation(place: Place, counted: Crosstab, residents: Sequence[Population]) -> Representation:
    their_bands = sorted({Band(row.lower, row.upper) for row in residents})
    merged = shared_bands([list(counted.bands), their_bands]) if counted.bands else None
    level = Level.GENDER_AGE if merged else Level.GENDER
    people = _regrouped(counted.classified_cells, merged)
    population = _regrouped({(row.gender, Band(row.lower, row.upper)): row.people for row in residents}, merged)
    groups = _indexed(people, population)
    first = residents[0]
    shares = {group: group.share for group in groups}
    return Representation(
        measure=counted.measure,
        level=level,
        groups=groups,
        classified=counted.classified,
        total=counted.total or 0,
        coverage=counted.coverage,
        dominant=statistics.dominance(shares, LARGEST_SHARE[level]),
        largest_share=LARGEST_SHARE[level],
        municipality=place.municipality_name,
        year=first.year,
        population=sum(population.values()),
        source=first.source,
    )


def _regrouped(cells: Mapping[Cell, int], merged: Mapping[Band, Band] | None) -> dict[Cell, int]:
    """The cells summed into wider bands, or without bands where there are none to share."""
    sums: dict[Cell, int] = {}
    for (gender, band), people in cells.items():
        cell = (gender, merged[band] if merged and band is not None else None)
        sums[cell] = sums.get(cell, 0) + people
    return sums


def _indexed(people: Mapping[Cell, int], population: Mapping[Cell, int]) -> tuple[GroupIndex, ...]:
    """Women first, each by age. A group that no register has (other) is in the whole and has no index of its own."""
    classified, residents = sum(people.values()), sum(population.values())
    groups = []
    for gender, band in sorted(population, key=lambda cell: (cell[0], cell[1] or Band(0, None))):
        counted, living = people.get((gender, band), 0), population[gender, band]
        index = statistics.representation_index(counted, classified, living, residents)
        groups.append(
            GroupIndex(
                gender=gender,
                band=band,
                counted=counted,
                share=counted / classified,
                population=living,
                population_share=living / residents if residents else 0,
                index=None if index is None else index.value,
                low=None if index is None else index.low,
                high=None if index is None else index.high,
            )
        )
    return tuple(groups)


# --- How complete the counting is -------------------------------------------------------------------------------------


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


# --- Beside the entry -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EarlierCount:
    """What the same ground had on an earlier day of the same weekday."""

    date: dt.date
    people: int
    # Of a passing count, else None.
    minutes: int | None


def same_weekday_before(
    place: Place, measure: str, ground: Ground, day: dt.date, *, at: dt.time | None = None
) -> list[EarlierCount]:
    """
    The last four counts on the same weekday, newest first, one a day: the one nearest to `at`, else the day's last.

    Looks half a year back and no further, so that an idle ground costs no more than a busy one.
    """
    days = [day - dt.timedelta(weeks=week) for week in range(1, WEEKS_BACK + 1)]
    own = {Zone: "zone", Line: "line", Series: "occurrence__series"}[type(ground)]
    rows = place.headcounts.of(measure).collected().filter(date__in=days, **{own: ground})
    nearest: dict[dt.date, Headcount] = {}
    for row in rows.order_by("-date", "-started_at"):
        if row.date not in nearest or (at and _minutes_from(row, at) < _minutes_from(nearest[row.date], at)):
            nearest[row.date] = row
    return [EarlierCount(row.date, row.people or 0, row.minutes) for row in nearest.values()][:EARLIER]


def _minutes_from(row: Headcount, at: dt.time) -> int:
    started = timezone.localtime(row.started_at)
    return abs(started.hour * 60 + started.minute - at.hour * 60 - at.minute)


# --- What a list holds ------------------------------------------------------------------------------------------------


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
