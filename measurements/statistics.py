"""
Shares, change, intervals and representation: numbers in, numbers out.

Every interval is two-sided and holds 95 % unless another level is asked for. Functions answer None when there is
nothing to answer; they never answer 0 for want of data.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import reduce
from math import hypot, sqrt
from statistics import fmean, stdev
from typing import Self, TypeVar

LEVEL = 0.95
MINUTES_AN_HOUR = 60
# Fewer than two answers have no spread to judge by.
FEWEST = 2
# A cell that holds fewer people than this does not leave the house in a cross-table.
SMALL_CELL = 5
# Baseline and follow-up differ strongly in size when one has more than one and a half times the other's answers.
LARGEST_SIZE_RATIO = 1.5

Group = TypeVar("Group", bound=Hashable)


@dataclass(frozen=True)
class Interval:
    """A value and the ends of its interval, in the value's own unit."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Sample:
    """The mean of n values and their standard deviation (n − 1 below the line); None is not known."""

    mean: float
    sd: float | None
    n: int | None

    @classmethod
    def of(cls, values: Iterable[float]) -> Self | None:
        """The sample that the values make, such as the totals of many headcounts. None without values."""
        known = list(values)
        if not known:
            return None
        return cls(fmean(known), stdev(known) if len(known) >= FEWEST else None, len(known))


class ChangeKind(StrEnum):
    """What the value of a change is. `RELATIVE` is a published −0.40 for “40 % less”, without its two values."""

    DIFFERENCE_OF_MEANS = "difference_of_means"
    DIFFERENCE_OF_SHARES = "difference_of_shares"
    RATE_RATIO = "rate_ratio"
    RELATIVE = "relative"


@dataclass(frozen=True)
class Change:
    """From baseline to follow-up. The ends are None when n or spread is missing, so that no interval can be made."""

    value: float
    low: float | None
    high: float | None
    kind: ChangeKind

    @property
    def no_change(self) -> float:
        """The value that stands for no change: 1 for a ratio, else 0."""
        return 1.0 if self.kind == ChangeKind.RATE_RATIO else 0.0


class Verdict(StrEnum):
    IMPROVED = "improved"
    WITHIN_MARGIN = "within_margin"
    DECLINED = "declined"
    CANNOT_JUDGE = "cannot_judge"


def share_interval(count: int, n: int, level: float = LEVEL) -> Interval | None:
    """
    A share (0 to 1) of n with Wilson's score interval (Wilson 1927). None when n is 0.

    ValueError when the count is negative or above n.
    """
    _check_parts(count, n)
    if n == 0:
        return None
    from scipy.stats import binomtest  # slow, and most pages need no interval

    ends = binomtest(count, n).proportion_ci(confidence_level=level, method="wilson")
    return Interval(count / n, float(ends.low), float(ends.high))


def mean_interval(sample: Sample, level: float = LEVEL) -> Interval | None:
    """
    A mean with Student's t interval, in the unit of the values (Student 1908).

    None when n or the standard deviation is missing, or n is below 2.
    """
    if sample.sd is None or sample.n is None or sample.n < FEWEST:
        return None
    half = _t_quantile(level, sample.n - 1) * sample.sd / sqrt(sample.n)
    return Interval(sample.mean, sample.mean - half, sample.mean + half)


def difference_of_means(before: Sample, after: Sample, level: float = LEVEL) -> Change:
    """
    After minus before, in the unit of the means, with Welch's interval (Welch 1947; degrees after Satterthwaite 1946).

    Also for people per headcount. Without n and spread on both sides, with n below 2, or with no spread at all on
    either side, the change has no ends.
    """
    value = after.mean - before.mean
    kind = ChangeKind.DIFFERENCE_OF_MEANS
    errors = [
        sample.sd / sqrt(sample.n)
        for sample in (before, after)
        if sample.sd is not None and sample.n is not None and sample.n >= FEWEST
    ]
    if before.n is None or after.n is None or len(errors) < FEWEST or not any(errors):
        return Change(value, None, None, kind)
    error = hypot(*errors)
    degrees = error**4 / (errors[0] ** 4 / (before.n - 1) + errors[1] ** 4 / (after.n - 1))
    half = _t_quantile(level, degrees) * error
    return Change(value, value - half, value + half, kind)


def difference_of_shares(
    count_before: int, n_before: int, count_after: int, n_after: int, level: float = LEVEL
) -> Change | None:
    """
    After minus before as a difference of shares (−1 to 1), with Newcombe's hybrid score interval (1998, method 10).

    None when either n is 0; no ends when either is 1. ValueError when a count is negative or above its n.
    """
    _check_parts(count_before, n_before)
    _check_parts(count_after, n_after)
    if n_before == 0 or n_after == 0:
        return None
    value = count_after / n_after - count_before / n_before
    if min(n_before, n_after) < FEWEST:
        return Change(value, None, None, ChangeKind.DIFFERENCE_OF_SHARES)
    from statsmodels.stats.proportion import confint_proportions_2indep  # slow, and most pages need no interval

    low, high = confint_proportions_2indep(
        count_after, n_after, count_before, n_before, method="newcomb", compare="diff", alpha=1 - level
    )
    return Change(value, float(low), float(high), ChangeKind.DIFFERENCE_OF_SHARES)


def rate_ratio(
    count_before: int, exposure_before: float, count_after: int, exposure_after: float, level: float = LEVEL
) -> Change | None:
    """
    The rate after over the rate before (1 is no change), of two counts of events and their minutes, days or visits.

    The interval is the exact conditional one: of all events, those after are binomial, and Clopper and Pearson's ends
    are turned back into a ratio (Przyborowski and Wilenski 1940). Chosen over the score method, which fails at 0.
    It takes the events as independent; people who come in groups are not, and make it too narrow.
    None when nothing was counted before, for there is then no ratio, or when an exposure is not above 0.
    ValueError for a negative count.
    """
    if min(count_before, count_after) < 0:
        message = "A count cannot be negative."
        raise ValueError(message)
    if count_before == 0 or min(exposure_before, exposure_after) <= 0:
        return None
    from scipy.stats import binomtest  # slow, and most pages need no interval

    ends = binomtest(count_after, count_before + count_after).proportion_ci(confidence_level=level, method="exact")
    value, low, high = (
        odds * exposure_before / exposure_after
        for odds in (count_after / count_before, ends.low / (1 - ends.low), ends.high / (1 - ends.high))
    )
    return Change(value, float(low), float(high), ChangeKind.RATE_RATIO)


def rate_interval(count: int, exposure: float, level: float = LEVEL) -> Interval | None:
    """
    Cases per unit of exposure (months, hours), with the exact Poisson interval (Garwood 1936).

    None when the exposure is not above 0; no cases is 0 with an upper end. It takes cases as independent.
    ValueError for a negative count.
    """
    if count < 0:
        message = "A count cannot be negative."
        raise ValueError(message)
    if exposure <= 0:
        return None
    from scipy.stats import chi2  # slow, and most pages need no interval

    tail = (1 - level) / 2
    low = chi2.ppf(tail, 2 * count) / 2 if count else 0
    high = chi2.ppf(1 - tail, 2 * count + 2) / 2
    return Interval(count / exposure, float(low) / exposure, float(high) / exposure)


def per_hour(people: int, minutes: float, level: float = LEVEL) -> Interval | None:
    """
    People per hour from a sample of counted minutes: `rate_interval` per 60 of them.

    None when no minutes were counted. People who come in groups make the interval too narrow.
    """
    return rate_interval(people, minutes / MINUTES_AN_HOUR, level)


def mean_per_count(totals: Iterable[float], level: float = LEVEL) -> Interval | None:
    """People per headcount with Student's t interval, over the counts. None with fewer than two counts."""
    sample = Sample.of(totals)
    return mean_interval(sample, level) if sample else None


def verdict(change: Change | None, *, more_is_better: bool) -> Verdict:
    """
    The change in a word. Without an interval it cannot be judged.

    An interval that holds or touches no change is within the margin.
    """
    if change is None or change.low is None or change.high is None:
        return Verdict.CANNOT_JUDGE
    if change.low <= change.no_change <= change.high:
        return Verdict.WITHIN_MARGIN
    rose = change.low > change.no_change
    return Verdict.IMPROVED if rose == more_is_better else Verdict.DECLINED


def progress(baseline: float, actual: float, target: float) -> float | None:
    """
    How far from baseline to target: 0 is unchanged, 1 is there. Below 0 is the wrong way, above 1 is past it.

    (baseline − actual) / (baseline − target), the same whether more or less is better. None when the target is the
    baseline, for there is then no way to go.
    """
    return None if target == baseline else (baseline - actual) / (baseline - target)


def representation_index(
    counted: int, classified_total: int, population_group: int, population_total: int, level: float = LEVEL
) -> Interval | None:
    """
    The group's share of the counted and classified over its share of the population: 1 is as in the population.

    The interval is Wilson's for the counted share over the population's share, which a register holds without error.
    None when nobody was classified or the population has nobody of the group. ValueError for a part above its whole.
    """
    _check_parts(population_group, population_total)
    share = share_interval(counted, classified_total, level)
    if share is None or population_group == 0:
        return None
    expected = population_group / population_total
    return Interval(share.value / expected, share.low / expected, share.high / expected)


def dominance(shares: Mapping[Group, float], limit: float) -> Group | None:
    """The group with the largest share, when that share is above the limit (both 0 to 1); else None."""
    if not shares:
        return None
    largest = max(shares, key=shares.__getitem__)
    return largest if shares[largest] > limit else None


def coverage(classified: int, total: int) -> float | None:
    """The share (0 to 1) of the counted that were classified. None when nobody was counted."""
    _check_parts(classified, total)
    return classified / total if total else None


@dataclass(frozen=True, order=True)
class Band:
    """Ages from `first` to `last`, both counted, in whole years. None is without end: 65+."""

    first: int
    last: int | None

    def __str__(self) -> str:
        return f"{self.first}+" if self.last is None else f"{self.first}–{self.last}"

    def holds(self, other: "Band") -> bool:
        return self.first <= other.first and (self.last is None or (other.last is not None and other.last <= self.last))


def merge_bands(from_bands: Sequence[Band], to_bands: Sequence[Band]) -> dict[Band, Band]:
    """
    The coarser band that each finer band goes into.

    ValueError when a border of the coarser set cuts a finer band, and names it, or when no coarser band is there.
    """
    return {band: _band_around(band, to_bands) for band in from_bands}


def _band_around(band: Band, to_bands: Sequence[Band]) -> Band:
    for wider in to_bands:
        if wider.holds(band):
            return wider
    cuts = [border for wider in to_bands for border in _borders(wider) if _cuts(border, band)]
    message = (
        f"The border at {cuts[0]} years cuts the band {band}." if cuts else f"No band of the wider set holds {band}."
    )
    raise ValueError(message)


def _borders(band: Band) -> list[int]:
    """The ages that begin the band and that begin what follows it."""
    return [band.first] if band.last is None else [band.first, band.last + 1]


def _cuts(border: int, band: Band) -> bool:
    return band.first < border and (band.last is None or border <= band.last)


class Level(StrEnum):
    """How much is known of those counted."""

    TOTAL = "total"
    GENDER = "gender"
    AGE = "age"
    GENDER_AGE = "gender_age"


LEVEL_PARTS = {
    Level.TOTAL: frozenset[str](),
    Level.GENDER: frozenset({"gender"}),
    Level.AGE: frozenset({"age"}),
    Level.GENDER_AGE: frozenset({"gender", "age"}),
}


def lowest_shared_level(levels: Iterable[Level]) -> Level | None:
    """What is known of all of them: gender and age share the total alone. None when there are no levels."""
    parts = [LEVEL_PARTS[level] for level in levels]
    if not parts:
        return None
    shared = reduce(frozenset.intersection, parts)
    return next(level for level, known in LEVEL_PARTS.items() if known == shared)


class Hidden(Enum):
    """Stands where a cell was too small to leave the house; neither 0 nor not collected."""

    SMALL = "small"


def suppress_small(cell: int | None, limit: int = SMALL_CELL) -> int | Hidden | None:
    """
    The cell as it may be shown to others: hidden from 1 up to below the limit.

    0 stays 0, for somebody looked and nobody is in it, and None (not collected) stays None. One hidden cell beside
    its row's total can be worked out: hide a second one, or leave the total out.
    """
    return Hidden.SMALL if cell is not None and 0 < cell < limit else cell


@dataclass(frozen=True)
class Facts:
    """How a measurement was made, for comparing like with like. None is not known."""

    season: str | None
    method: str | None
    scale: tuple[float, float] | None
    version: str | int | None
    n: int | None


class Caution(StrEnum):
    """A reason to compare with care, printed beside the change."""

    SEASON = "season"
    METHOD = "method"
    SCALE = "scale"
    VERSION = "version"
    SIZE = "size"


def guard(baseline: Facts, followup: Facts) -> list[Caution]:
    """
    In what baseline and follow-up differ, in the order printed.

    What is known of one alone counts as a difference; what is known of neither does not. Size counts when both are
    known and one is above 1.5 times the other (`LARGEST_SIZE_RATIO`).
    """
    cautions = {
        Caution.SEASON: baseline.season != followup.season,
        Caution.METHOD: baseline.method != followup.method,
        Caution.SCALE: baseline.scale != followup.scale,
        Caution.VERSION: baseline.version != followup.version,
        Caution.SIZE: _differ_in_size(baseline.n, followup.n),
    }
    return [caution for caution, differs in cautions.items() if differs]


def _differ_in_size(one: int | None, other: int | None) -> bool:
    if one is None or other is None:
        return False
    return max(one, other) > LARGEST_SIZE_RATIO * min(one, other)


def _check_parts(count: int, n: int) -> None:
    if not 0 <= count <= n:
        message = f"{count} is not a part of {n}."
        raise ValueError(message)


def _t_quantile(level: float, degrees: float) -> float:
    from scipy.stats import t  # slow, and most pages need no interval

    return float(t.ppf((1 + level) / 2, degrees))
