"""
Whom a plan is expected to reach, from what was counted before: numbers in, numbers out.

The method stands in docs/decisions/0010. Everything is visits, never unique persons. What was not judged is a group of
its own (None) and is never spread over the others. Where there is too little to go by there is no number.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum, sqrt
from statistics import NormalDist, fmean, median
from typing import TYPE_CHECKING, Any, TypeAlias
from zlib import crc32

from measurements.forecast import visit_model
from measurements.statistics import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Draws: TypeAlias = NDArray[np.float64]

# Whom people are told apart as; None is those of whom not all was judged.
Group: TypeAlias = Hashable | None

# Own counts by which a thing's own spread can be judged.
FEWEST_COUNTS = 5
# Different things of a kind by which a new one can be judged.
FEWEST_THINGS = 4
# Counts, and people judged in them, by which shares can be judged.
FEWEST_TOLD, FEWEST_JUDGED = 3, 30
# Degrees of freedom of a spread borrowed from the others of a kind.
FEWEST_DEGREES = 5
DRAWS = 4_000
SEED = 1_957
WIDE, NARROW = (0.025, 0.975), (0.1, 0.9)
# Above this the groups of a count are as if drawn one by one.
AS_ONE_BY_ONE = 1e6


class Basis(StrEnum):
    """What a forecast goes by: the first of these that there is enough of."""

    OWN_SEASON = "own_season"
    OWN = "own"
    # Its own mean of a few counts, with the spread that things of its kind have.
    OWN_FEW = "own_few"
    KIND_SEASON = "kind_season"
    KIND = "kind"
    NONE = "none"


@dataclass(frozen=True)
class Past:
    """One occurrence whose participants were counted."""

    # What it was: the same for all that bear its title and are of its kind.
    key: str
    kind: str
    season: str
    date: dt.date
    people: int
    # None where the count does not tell as much as is asked.
    groups: Mapping[Group, int] | None = None


@dataclass(frozen=True)
class Planned:
    """Something that is to take place so many times in a season."""

    key: str
    kind: str
    season: str
    times: int
    # What it was called before it was copied.
    former: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expected:
    """So many visits, with the intervals that hold four of five and nineteen of twenty outcomes."""

    value: float
    low: float
    high: float
    low_80: float
    high_80: float


@dataclass(frozen=True)
class ItemForecast:
    """What one thing is expected to reach; `visits` is None where that cannot be judged."""

    planned: Planned
    basis: Basis
    # Counts it goes by, and those of them that tell the groups.
    counts: int
    told: int
    visits: Expected | None
    # Empty where the groups cannot be judged.
    groups: Mapping[Group, Expected] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """Some groups taken together: their share of the judged, 0 to 1, beside the one they have of the population."""

    share: Interval
    # None where no population is known.
    there: float | None
    # Share over share, 1 is as in the population; None where the population has nobody of them.
    index: Interval | None


class Outlook(StrEnum):
    """How an expected share stands to the least that is wanted."""

    MET = "met"
    WITHIN_MARGIN = "within_margin"
    BELOW = "below"
    CANNOT_JUDGE = "cannot_judge"


@dataclass(frozen=True)
class Forecast:
    """What a plan is expected to reach. The items that cannot be judged are in no sum."""

    items: tuple[ItemForecast, ...]
    visits: Expected | None
    # Of the items whose groups can be judged.
    groups: Mapping[Group, Expected]
    # Visits at the items whose groups cannot.
    left_out: float
    # Share of the judged over the share of the population, 1 is as in the population.
    index: Mapping[Group, Interval]
    # Share of the population, 0 to 1, of the groups with an index.
    there: Mapping[Group, float]
    # Of each union of groups asked for; empty where no group can be judged.
    parts: Mapping[frozenset[Group], Part] = field(default_factory=dict)

    @property
    def coverage(self) -> float | None:
        """Of all visits expected, the share whose group can be told; None where no visits can be."""
        return self.judged / self.visits.value if self.visits and self.visits.value else None

    @property
    def judged(self) -> float:
        """Expected visits of people whose group is judged."""
        return fsum(one.value for group, one in self.groups.items() if group is not None)

    @property
    def times(self) -> int:
        return sum(item.planned.times for item in self.items)

    @property
    def times_judged(self) -> int:
        return sum(item.planned.times for item in self.items if item.visits)


def forecast(
    planned: Sequence[Planned],
    past: Sequence[Past],
    population: Mapping[Group, int],
    asked: Iterable[frozenset[Group]] = (),
) -> Forecast:
    """
    Items in the order given, and a part for each union of groups asked for.

    The same plan and past give the same figures, whatever else is asked for.
    """
    usual, dispersions = _alike_by_kind(past), _dispersions(past)
    drawn = [_draw(item, past, usual.get(item.kind), dispersions.get(item.kind), population) for item in planned]
    visits = [one.visits for one in drawn if one.visits is not None]
    groups = _summed(one.groups for one in drawn if one.groups)
    told = {id(one) for one in drawn if one.groups}
    values = _summed_values(one.group_values for one in drawn if one.groups)
    cells = {group: frozenset({group}) for group, living in population.items() if living}
    parts = _parts(values, groups, population, {*cells.values(), *asked})
    return Forecast(
        items=tuple(one.item for one in drawn),
        visits=_expected(fsum(one.value for one in drawn), _summed({None: draws} for draws in visits)[None])
        if visits
        else None,
        groups={group: _expected(value, groups[group]) for group, value in values.items()},
        left_out=fsum(one.value for one in drawn if one.visits is not None and id(one) not in told),
        index={group: index for group, cell in cells.items() if cell in parts and (index := parts[cell].index)},
        there={group: living / sum(population.values()) for group, living in population.items() if living},
        parts=parts,
    )


def outlook(share: Interval | None, least: float | None) -> Outlook:
    """Whether a share will be at least so large. An end that touches the target meets it; without either no word."""
    if share is None or least is None:
        return Outlook.CANNOT_JUDGE
    if share.low >= least:
        return Outlook.MET
    return Outlook.BELOW if share.high < least else Outlook.WITHIN_MARGIN


# --- One item ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Level:
    """What the visits of one thing are drawn from."""

    basis: Basis
    history: tuple[Past, ...]
    # Mean of the counts themselves, per time.
    mean: float
    # Counts of the thing itself. For a thing never counted: the mean of each other thing of its kind.
    sample: tuple[int, ...]
    # How times differ within the things of its kind, where that is needed and known.
    within: "visit_model.Dispersion | None" = None
    # The sample is of other things, not of other times.
    of_things: bool = False


@dataclass(frozen=True)
class _Drawn:
    item: ItemForecast
    value: float
    visits: "Draws | None"
    groups: "dict[Group, Draws]"
    group_values: dict[Group, float]


def _draw(
    item: Planned,
    past: Sequence[Past],
    usual: float | None,
    dispersion: "visit_model.Dispersion | None",
    population: Iterable[Group],
) -> _Drawn:
    level = _level(item, past, dispersion)
    if level is None or item.times == 0:
        nothing = ItemForecast(item, Basis.NONE, counts=0, told=0, visits=None)
        return _Drawn(nothing, 0.0, None, {}, {})
    import numpy as np  # slow, and only a forecast needs it

    # Its own seed, so that another item in the plan does not move its figures.
    random = np.random.default_rng([SEED, crc32(f"{item.kind} {item.key} {item.times}".encode())])
    visits = _draw_visits(random, level, item.times)
    value = level.mean * item.times
    told = _told(level.history)
    shares = _shares(told, usual)
    groups = _draw_groups(random, shares, population, visits, item.times, value) if shares else {}
    values = {group: value * share for group, share in shares.mean.items()} if shares else {}
    done = ItemForecast(
        item,
        level.basis,
        counts=len(level.history),
        told=len(told),
        visits=_expected(value, visits),
        groups={group: _expected(expected, groups[group]) for group, expected in values.items()},
    )
    return _Drawn(done, value, visits, groups, values)


def _level(item: Planned, past: Sequence[Past], usual: visit_model.Dispersion | None) -> _Level | None:
    kind = [one for one in past if one.kind == item.kind]
    own = [one for one in kind if one.key == item.key or one.key in item.former]
    same_season = [one for one in own if one.season == item.season]
    for basis, rows in ((Basis.OWN_SEASON, same_season), (Basis.OWN, own)):
        if len(rows) >= FEWEST_COUNTS:
            return _own_level(basis, rows, None)
    if own:
        return _own_level(Basis.OWN_FEW, same_season or own, usual) if usual else None
    alike = [one for one in kind if one.season == item.season]
    return _level_of_others(Basis.KIND_SEASON, alike, usual) or _level_of_others(Basis.KIND, kind, usual)


def _own_level(basis: Basis, rows: Sequence[Past], within: visit_model.Dispersion | None) -> _Level:
    people = tuple(one.people for one in rows)
    return _Level(basis, tuple(rows), fmean(people), people, within)


def _level_of_others(basis: Basis, rows: Sequence[Past], within: visit_model.Dispersion | None) -> _Level | None:
    """What a new thing may be like, by the other things of its kind."""
    means = _thing_means(rows)
    if len(means) < FEWEST_THINGS:
        return None
    sample = tuple(visit_model.whole(mean) for mean in means)
    return _Level(basis, tuple(rows), fmean(means), sample, within, of_things=True)


def _dispersions(past: Sequence[Past]) -> "dict[str, visit_model.Dispersion | None]":
    """By kind: how times differ within its things; where too few came twice, how the things differ, which is more."""
    kinds = {kind: [one for one in past if one.kind == kind] for kind in {one.kind for one in past}}
    return {kind: _dispersion(rows) for kind, rows in kinds.items()}


def _dispersion(kind: Sequence[Past]) -> "visit_model.Dispersion | None":
    repeated = [[one.people for one in each] for each in _by_thing(kind).values() if len(each) > 1]
    if sum(len(each) - 1 for each in repeated) >= FEWEST_DEGREES:
        return visit_model.dispersion(repeated)
    means = _thing_means(kind)
    if len(means) < FEWEST_THINGS:
        return None
    return visit_model.dispersion([[visit_model.whole(mean) for mean in means]])


def _thing_means(rows: Iterable[Past]) -> list[float]:
    return [fmean(one.people for one in each) for each in _by_thing(rows).values()]


def _by_thing(rows: Iterable[Past]) -> dict[str, list[Past]]:
    things: dict[str, list[Past]] = defaultdict(list)
    for one in rows:
        things[one.key].append(one)
    return things


def _draw_visits(random: "np.random.Generator", level: _Level, times: int) -> "Draws":
    """Sums over all times: what is usual is unknown once, and each time differs by itself."""
    if level.of_things:
        return visit_model.draw_new(random, level.sample, level.within, times, level.mean, DRAWS)
    return visit_model.draw_more(random, level.sample, level.within, times, DRAWS)


# --- Groups -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shares:
    """How the people of some counts were made up."""

    mean: Mapping[Group, float]
    people: int
    # Of them, those whose group was judged.
    judged: int
    # How many times more the make-up differs between counts than if people came one by one; 1 or more.
    clumping: float
    # How alike one count is to another: people drawn before the make-up differs as it does. Large is alike.
    alike: float


def _told(past: Iterable[Past]) -> list[Mapping[Group, int]]:
    return [one.groups for one in past if one.groups is not None]


def _shares(counts: Sequence[Mapping[Group, int]], usual: float | None) -> Shares | None:
    """None where too few are judged, or where the counts are too few and there is no `usual` likeness to borrow."""
    sums: dict[Group, int] = defaultdict(int)
    for groups in counts:
        for group, people in groups.items():
            sums[group] += people
    people = sum(sums.values())
    judged = people - sums.get(None, 0)
    alike = _alike([counts])[0] if len(counts) >= FEWEST_TOLD else usual
    if judged < FEWEST_JUDGED or alike is None:
        return None
    size = people / len(counts)
    return Shares({group: number / people for group, number in sums.items()}, people, judged, 1 + size / alike, alike)


def _alike_by_kind(past: Sequence[Past]) -> dict[str, float | None]:
    return {kind: _alike_within(one for one in past if one.kind == kind) for kind in {one.kind for one in past}}


def _alike_within(past: Iterable[Past]) -> float | None:
    """How alike one count of a thing usually is to another, over all things; None where too few came twice."""
    things = [_told(each) for each in _by_thing(past).values()]
    alike, repeats = _alike([counts for counts in things if len(counts) > 1])
    return alike if repeats >= FEWEST_DEGREES else None


def _alike(things: Iterable[Sequence[Mapping[Group, int]]]) -> tuple[float, int]:
    """
    How many people a count's make-up is worth, and by how many repeated counts that is judged.

    By Pearson's statistic over its degrees of freedom: friends, families and classes come together, so that counts of
    one thing differ more than by chance. No more than by chance is as if people came one by one.
    """
    squares, degrees, repeats, sizes = 0.0, 0, 0, []
    for counts in things:
        met = [(groups, size) for groups in counts if (size := sum(groups.values()))]
        people = sum(size for _groups, size in met)
        sums = _summed(groups for groups, _size in met)
        mean = {group: number / people for group, number in sums.items() if number}
        squares += fsum(
            (groups.get(group, 0) - size * share) ** 2 / (size * share)
            for groups, size in met
            for group, share in mean.items()
        )
        degrees += max(len(met) - 1, 0) * max(len(mean) - 1, 0)
        repeats += max(len(met) - 1, 0)
        sizes += [size for _groups, size in met]
    clumping = squares / degrees if degrees else 1.0
    alike = fmean(sizes) / (clumping - 1) if clumping > 1 else AS_ONE_BY_ONE
    return min(max(alike, 1.0), AS_ONE_BY_ONE), repeats


def _draw_groups(  # noqa: PLR0913, PLR0917  what an item's groups depend on
    random: "np.random.Generator",
    shares: Shares,
    population: Iterable[Group],
    visits: "Draws",
    times: int,
    expected: float,
) -> "dict[Group, Draws]":
    """
    Visits of each group: the make-up is unknown, differs from time to time, and people come by chance.

    A group of the population that was never met is one of them: that none came does not mean that none will.
    """
    import numpy as np  # slow, and only a forecast needs it

    groups = list(dict.fromkeys([*shares.mean, *population]))
    weights = np.array([shares.mean.get(group, 0.0) for group in groups])
    known = weights * shares.people / shares.clumping + 1 / len(groups)
    usual = random.dirichlet(known, DRAWS)
    met = 1 / (1 / (shares.alike * times) + 1 / max(expected, 1.0))
    # A group that nearly nobody is of would have no draw above zero at all.
    parts = random.standard_gamma(np.clip(usual * met, 1e-3, None))
    made_up = parts / parts.sum(axis=1, keepdims=True)
    return {group: visits * made_up[:, number] for number, group in enumerate(groups)}


def _summed(each: Iterable[Mapping[Group, Any]]) -> dict[Group, Any]:
    sums: dict[Group, Any] = {}
    for groups in each:
        for group, draws in groups.items():
            sums[group] = sums[group] + draws if group in sums else draws
    return sums


def _summed_values(each: Iterable[Mapping[Group, float]]) -> dict[Group, float]:
    return _summed(each)


def _parts(
    values: Mapping[Group, float],
    draws: Mapping[Group, "Draws"],
    population: Mapping[Group, int],
    asked: Iterable[frozenset[Group]],
) -> dict[frozenset[Group], Part]:
    """Of every union asked for; empty where no group can be judged. Those not judged are in no union and no whole."""
    judged = fsum(value for group, value in values.items() if group is not None)
    if not judged:
        return {}
    known = {group: drawn for group, drawn in draws.items() if group is not None}
    whole = _together(known, known)
    return {
        groups: _part(
            fsum(value for group, value in values.items() if group in groups and group is not None) / judged,
            _together(known, groups),
            whole,
            share_there(groups, population),
        )
        for groups in asked
    }


def _part(value: float, drawn: "Draws", whole: "Draws", there: float | None) -> Part:
    import numpy as np  # slow, and only a forecast needs it

    # A draw in which nobody came has no share, and says no more than is expected.
    shares = np.divide(drawn, whole, out=np.full_like(whole, value), where=whole > 0)
    low, high = (float(end) for end in np.quantile(shares, WIDE))
    index = Interval(value / there, low / there, high / there) if there else None
    return Part(Interval(value, low, high), there, index)


def _together(known: Mapping[Group, "Draws"], groups: Container[Group]) -> "Draws":
    """Summed in the same order whatever is asked, so that all of them are exactly the whole."""
    import numpy as np  # slow, and only a forecast needs it

    return sum((drawn for group, drawn in known.items() if group in groups), start=np.zeros(DRAWS))


def share_there(groups: Iterable[Group], population: Mapping[Group, int]) -> float | None:
    """Their share of the residents, 0 to 1; None where none are known."""
    residents = sum(population.values())
    return sum(population.get(group, 0) for group in groups) / residents if residents else None


def _expected(value: float, draws: "Draws") -> Expected:
    import numpy as np  # slow, and only a forecast needs it

    ends = (WIDE[0], NARROW[0], NARROW[1], WIDE[1])
    low, low_80, high_80, high = (float(end) for end in np.quantile(draws, ends))
    # A mean can lie outside the middle four fifths where most times are empty and a few are full.
    return Expected(float(value), min(low, value), max(high, value), min(low_80, value), max(high_80, value))


# --- What has reached a group -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reached:
    """How much of some groups one thing has reached: their share of the judged, and that over the population's."""

    key: str
    kind: str
    groups: frozenset[Group]
    # Counts that tell the groups, visits of these in them, and visits of all judged.
    counts: int
    visits: int
    judged: int
    share: Interval
    # None where the population is not known or has nobody of them.
    index: Interval | None


def reached(
    past: Sequence[Past], wanted: Iterable[frozenset[Group]], population: Mapping[Group, int]
) -> dict[frozenset[Group], list[Reached]]:
    """
    For each union of groups the things that have reached it, the highest share first; too seldom judged left out.

    The interval is Wilson's, with people counted as fewer where they come in clumps.
    """
    usual = _alike_by_kind(past)
    things: dict[tuple[str, str], list[Mapping[Group, int]]] = defaultdict(list)
    for one in past:
        if one.groups is not None:
            things[one.key, one.kind].append(one.groups)
    known = {thing: shares for thing, counts in things.items() if (shares := _shares(counts, usual[thing[1]]))}
    return {
        groups: sorted(
            (
                _reached(thing, groups, shares, len(things[thing]), share_there(groups, population))
                for thing, shares in known.items()
            ),
            key=lambda row: (-row.share.value, row.key),
        )
        for groups in wanted
    }


def _reached(
    thing: tuple[str, str], groups: frozenset[Group], shares: Shares, counts: int, there: float | None
) -> Reached:
    visits = round(fsum(shares.mean.get(group, 0) for group in groups) * shares.people)
    share = _wilson(visits / shares.judged, shares.judged / shares.clumping)
    index = Interval(share.value / there, share.low / there, share.high / there) if there else None
    return Reached(*thing, groups, counts, visits, shares.judged, share, index)


def counted(past: Iterable[Past], groups: frozenset[Group]) -> tuple[int, int]:
    """People of the groups, and all whose group was judged, in the counts that tell the groups."""
    told = [(group, people) for each in _told(past) for group, people in each.items() if group is not None]
    return sum(people for group, people in told if group in groups), sum(people for _group, people in told)


def _wilson(share: float, n: float) -> Interval:
    """Wilson's interval (1927) where n need not be whole, for a number of people taken as fewer."""
    z = NormalDist().inv_cdf(WIDE[1])
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))


# --- Looking back -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """A season that is over, forecast as if it were still to come. Both ends counted."""

    name: str
    season: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Judged:
    """One thing in one window: what was forecast, what was counted, and what the year before alone would have said."""

    window: str
    item: ItemForecast
    counted: int
    # None where the same thing was not counted in the same season a year earlier.
    as_last_year: float | None

    @property
    def error(self) -> float | None:
        """Of the forecast, as a share of what was counted."""
        return _error(self.item.visits.value, self.counted) if self.item.visits else None

    @property
    def error_as_last_year(self) -> float | None:
        return None if self.as_last_year is None else _error(self.as_last_year, self.counted)


@dataclass(frozen=True)
class Backtest:
    """How the method would have done. Shares are 0 to 1, None with nothing to judge by."""

    rows: tuple[Judged, ...]

    @property
    def judged(self) -> list[Judged]:
        return [row for row in self.rows if row.item.visits]

    @property
    def held_80(self) -> float | None:
        return _share_of(
            row.item.visits.low_80 <= row.counted <= row.item.visits.high_80 for row in self.rows if row.item.visits
        )

    @property
    def held_95(self) -> float | None:
        return _share_of(
            row.item.visits.low <= row.counted <= row.item.visits.high for row in self.rows if row.item.visits
        )

    @property
    def median_error(self) -> float | None:
        """Of all that was judged."""
        errors = [row.error for row in self.rows if row.error is not None]
        return median(errors) if errors else None

    @property
    def against_last_year(self) -> tuple[float, float, int] | None:
        """Median error of the forecast and of last year's number, over the same rows, and how many they are."""
        pairs = [
            (row.error, row.error_as_last_year)
            for row in self.rows
            if row.error is not None and row.error_as_last_year is not None
        ]
        if not pairs:
            return None
        return median(mine for mine, _theirs in pairs), median(theirs for _mine, theirs in pairs), len(pairs)


def backtest(past: Sequence[Past], windows: Iterable[Window]) -> Backtest:
    """Each window forecast from what was counted before its first day, as many times as were counted in it."""
    return Backtest(tuple(row for window in windows for row in _looked_back(past, window)))


def _looked_back(past: Sequence[Past], window: Window) -> list[Judged]:
    known = [one for one in past if one.date < window.first]
    things: dict[tuple[str, str], list[Past]] = defaultdict(list)
    for one in past:
        if window.first <= one.date <= window.last:
            things[one.key, one.kind].append(one)
    plan = [Planned(key, kind, window.season, len(rows)) for (key, kind), rows in things.items()]
    found = forecast(plan, known, {})
    return [
        Judged(
            window.name,
            item,
            counted=sum(one.people for one in things[item.planned.key, item.planned.kind]),
            as_last_year=_as_last_year(item.planned, known, window),
        )
        for item in found.items
    ]


def _as_last_year(planned: Planned, known: Sequence[Past], window: Window) -> float | None:
    year = dt.timedelta(days=364)
    then = [
        one.people
        for one in known
        if (one.key, one.kind) == (planned.key, planned.kind) and window.first - year <= one.date <= window.last - year
    ]
    return fmean(then) * planned.times if then else None


def _error(said: float, counted: int) -> float:
    return abs(said - counted) / max(counted, 1)


def _share_of(answers: Iterable[bool]) -> float | None:
    known = list(answers)
    return sum(known) / len(known) if known else None
