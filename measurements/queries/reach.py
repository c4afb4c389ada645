"""What a season's plan is expected to reach, from the participants counted before. See `measurements.reach`."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.db.models import Sum
from django.utils import timezone

from activities.models import Occurrence
from activities.queries import SEASON_OF_MONTH
from measurements import reach
from measurements.models import AgeBand, CountEntry, Gender, Headcount, Level, Measure, Population
from measurements.queries.crosstab import Cell, shared_bands
from measurements.queries.population import latest_population
from measurements.reach import Backtest, Forecast, Past, Planned, Reached, Window
from measurements.statistics import Band
from places.models import Place
from places.periods import Kind as PeriodKind
from places.periods import Period

# What lies further back tells more of another time than of the coming one.
YEARS_BACK = 3
# Of each missing group, so many of the things that have reached it.
MOST_REACHED = 3

Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class History:
    """What was counted of participants, and whom to compare it with."""

    past: tuple[Past, ...]
    # As they were last called, by key.
    titles: Mapping[str, str]
    population: Mapping[reach.Group, int]
    # Of the latest population of the municipality; None where none is known.
    population_year: int | None
    source: str
    # Age bands of counts and residents share no borders, so that people are told apart by gender alone.
    by_gender_alone: bool

    @property
    def first(self) -> dt.date | None:
        return min((one.date for one in self.past), default=None)

    @property
    def last(self) -> dt.date | None:
        return max((one.date for one in self.past), default=None)


@dataclass(frozen=True)
class MissingGroup:
    """A group expected in fewer visits than its share of the population, whatever chance does; and what reached it."""

    cell: Cell
    index: float
    low: float
    high: float
    by: tuple[Reached, ...]


@dataclass(frozen=True)
class Reach:
    """What the plan of a season is expected to reach."""

    period: Period
    history: History
    forecast: Forecast
    missing: tuple[MissingGroup, ...]
    # Planned occurrences of the season that have begun or been told of, and are in no forecast.
    begun: int


def expected_reach(place: Place, period: Period) -> Reach:
    """What is still to come of the period's plan. Costs five queries; one reads the ledger of participants."""
    history = participation_history(place)
    planned, titles, begun = _planned(place, period)
    found = reach.forecast(planned, history.past, history.population)
    return Reach(
        period=period,
        history=History(**{**vars(history), "titles": {**history.titles, **titles}}),
        forecast=found,
        missing=_missing(found, history),
        begun=begun,
    )


def participation_history(place: Place, years: int = YEARS_BACK) -> History:
    """The participants of the last years, by gender and age where the counts tell. Costs four queries."""
    today = timezone.localdate()
    since = today.replace(year=today.year - years, day=1)
    counts = list(
        place.headcounts.of(Measure.PARTICIPATING)
        .collected()
        .filter(date__gte=since)
        .select_related("occurrence")
        .order_by("date", "pk")
    )
    residents = latest_population(place.municipality_code)
    bands, wider = _bands(counts, residents)
    groups = _groups(counts, bands, wider)
    return History(
        past=tuple(_past(one, one.occurrence, groups.get(one.pk)) for one in counts if one.occurrence),
        titles={key_of(one.occurrence.title): one.occurrence.title for one in counts if one.occurrence},
        population=_residents(residents, wider),
        population_year=residents[0].year if residents else None,
        source=residents[0].source if residents else "",
        by_gender_alone=wider is None,
    )


def key_of(title: str) -> str:
    """What the same thing has in common however it is written."""
    return " ".join(title.casefold().split())


def looked_back(place: Place) -> Backtest:
    """Each season that is over, forecast from what was counted before it, against what was counted in it."""
    history = participation_history(place)
    return reach.backtest(history.past, _windows(history, timezone.localdate()))


def _windows(history: History, today: dt.date) -> Iterable[Window]:
    """From the second season with counts to the last that is over."""
    if history.first is None:
        return
    season = Period.containing(history.first, PeriodKind.SEASON).next()
    while season.last < today:
        yield Window(season.code, SEASON_OF_MONTH[season.last.month], season.first, season.last)
        season = season.next()


# --- People -----------------------------------------------------------------------------------------------------------


def _bands(
    counts: Sequence[Headcount], residents: Sequence[Population]
) -> tuple[dict[int, Band], Mapping[Band, Band] | None]:
    """Each age band in use by its key, and the wider one it goes into; None where no borders are shared."""
    used = {one.age_set_id for one in counts if one.level == Level.GENDER_AGE}
    sets: dict[int, list[Band]] = defaultdict(list)
    plain: dict[int, Band] = {}
    for row in AgeBand.objects.filter(age_set__in=used).order_by("age_set", "lower"):
        plain[row.pk] = Band(row.lower, row.upper)
        sets[row.age_set_id].append(plain[row.pk])
    theirs = sorted({Band(row.lower, row.upper) for row in residents}, key=lambda band: band.first)
    every = [*sets.values(), theirs] if theirs else list(sets.values())
    return plain, shared_bands(every)


def _groups(
    counts: Sequence[Headcount], bands: Mapping[int, Band], wider: Mapping[Band, Band] | None
) -> dict[int, dict[reach.Group, int]]:
    """By count, for those that tell as much as is asked: gender and age, or gender where no borders are shared."""
    telling = {Level.GENDER_AGE} if wider is not None else {Level.GENDER, Level.GENDER_AGE}
    told = [one.pk for one in counts if one.level in telling]
    rows = (
        CountEntry.objects.filter(headcount__in=told)
        .order_by()
        .values("headcount", "gender", "age_band")
        .annotate(sum=Sum("people"))
    )
    found: dict[int, dict[reach.Group, int]] = {key: {} for key in told}
    for row in rows:
        group = _group(row["gender"], bands.get(row["age_band"]), wider)
        own = found[row["headcount"]]
        own[group] = own.get(group, 0) + row["sum"]
    return found


def _group(gender: int, band: Band | None, wider: Mapping[Band, Band] | None) -> reach.Group:
    """None when not all of it was judged."""
    if gender == Gender.NOT_CLASSIFIED or (wider is not None and band is None):
        return None
    return gender, wider[band] if wider is not None and band is not None else None


def _past(count: Headcount, occurrence: Occurrence, groups: Mapping[reach.Group, int] | None) -> Past:
    season = SEASON_OF_MONTH[count.date.month]
    return Past(key_of(occurrence.title), occurrence.kind, season, count.date, count.people or 0, groups)


def _residents(rows: Sequence[Population], wider: Mapping[Band, Band] | None) -> dict[reach.Group, int]:
    sums: Counter[Cell] = Counter()
    for row in rows:
        sums[row.gender, wider[Band(row.lower, row.upper)] if wider is not None else None] += row.people
    ordered = sorted(sums, key=lambda cell: (cell[0], cell[1] or Band(0, None)))
    return {cell: sums[cell] for cell in ordered}


# --- The plan ---------------------------------------------------------------------------------------------------------


def _planned(place: Place, period: Period) -> tuple[list[Planned], dict[str, str], int]:
    """What is still to come, by title and kind in order of first day; its titles; and how many have begun."""
    now = timezone.now()
    times: Counter[Key] = Counter()
    titles: dict[str, str] = {}
    former: dict[Key, set[str]] = defaultdict(set)
    begun = 0
    rows = (
        place.occurrences.during(period)
        .filter(was_planned=True)
        .exclude(outcome=Occurrence.Outcome.CANCELLED)
        .order_by("starts_at", "title")
        .values("title", "kind", "outcome", "starts_at", "copied_from__title")
    )
    for row in rows:
        if row["outcome"] != Occurrence.Outcome.PLANNED or row["starts_at"] <= now:
            begun += 1
            continue
        key = (key_of(row["title"]), row["kind"])
        titles.setdefault(key[0], row["title"])
        times[key] += 1
        if row["copied_from__title"]:
            former[key].add(key_of(row["copied_from__title"]))
    season = SEASON_OF_MONTH[period.last.month]
    planned = [
        Planned(title, kind, season, number, tuple(sorted(former[title, kind])))
        for (title, kind), number in times.items()
    ]
    return planned, titles, begun


def _missing(found: Forecast, history: History) -> tuple[MissingGroup, ...]:
    """The furthest from the population first."""
    below = sorted((pair for pair in found.index.items() if pair[1].high < 1), key=lambda pair: pair[1].value)
    by: dict[reach.Group, list[Reached]] = defaultdict(list)
    for row in reach.reached(history.past, [group for group, _index in below], history.population):
        by[row.group].append(row)
    return tuple(
        MissingGroup(group, index.value, index.low, index.high, tuple(by[group][:MOST_REACHED]))  # type: ignore[arg-type]
        for group, index in below
    )
