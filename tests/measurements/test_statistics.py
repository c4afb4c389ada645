"""
Numbers worked by hand, and published ones.

Somerville: the happiness survey of 2013 and 2015, two means with n and standard deviation, and two shares.
Newcombe: Statistics in Medicine 17 (1998), 857 (single shares) and 873 (differences), the score method's columns.
"""

from itertools import pairwise
from math import log, sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurements.statistics import (
    Band,
    Caution,
    Change,
    ChangeKind,
    Facts,
    Hidden,
    Interval,
    Level,
    Sample,
    Verdict,
    coverage,
    difference_of_means,
    difference_of_shares,
    dominance,
    guard,
    lowest_shared_level,
    mean_interval,
    mean_per_count,
    merge_bands,
    per_hour,
    progress,
    rate_ratio,
    representation_index,
    share_interval,
    suppress_small,
    verdict,
)

SOMERVILLE_2013 = Sample(7.5443, 2.2347, 192)
SOMERVILLE_2015 = Sample(7.8033, 1.9652, 183)


def ends(answer: Interval | Change | None) -> tuple[float, float, float]:
    """Value, low and high, of an answer that must have them."""
    assert answer is not None
    assert answer.low is not None
    assert answer.high is not None
    return answer.value, answer.low, answer.high


def near(*numbers: float) -> Any:
    """Equal to the last of four decimals, as the published tables are written."""
    return pytest.approx(numbers, abs=0.00006)


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # Somerville.
        (116, 192, 0.5336, 0.6706),
        (124, 183, 0.6068, 0.7411),
    ],
)
def test_share_interval_is_wilsons(count: int, n: int, low: float, high: float) -> None:
    assert ends(share_interval(count, n)) == near(count / n, low, high)


def test_share_interval_at_another_level() -> None:
    # Wilson's formula with z = 1.6449: around a half it is 0.5 ± z · √(1/16 + z²/64) / (1 + z²/4).
    z = 1.6448536
    half = z * sqrt(1 / 16 + z**2 / 64) / (1 + z**2 / 4)
    assert ends(share_interval(2, 4, level=0.9)) == near(0.5, 0.5 - half, 0.5 + half)


def test_share_of_nobody_is_none() -> None:
    assert share_interval(0, 0) is None


@pytest.mark.parametrize(("count", "n"), [(-1, 5), (6, 5), (0, -1)])
def test_share_is_of_its_whole(count: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"{count} is not a part of {n}"):
        share_interval(count, n)


def test_sample_of_values() -> None:
    assert Sample.of([2, 4, 6]) == Sample(4.0, 2.0, 3)
    assert Sample.of(iter([5])) == Sample(5.0, None, 1)
    assert Sample.of([]) is None


def test_mean_interval_by_hand() -> None:
    # t(0.975; 2) = 4.302653, times 2/√3.
    half = 4.302653 * 2 / sqrt(3)
    assert ends(mean_interval(Sample(4, 2, 3))) == near(4, 4 - half, 4 + half)


def test_mean_interval_of_somerville() -> None:
    assert ends(mean_interval(SOMERVILLE_2013)) == near(7.5443, 7.2262, 7.8624)
    assert ends(mean_interval(SOMERVILLE_2015)) == near(7.8033, 7.5167, 8.0899)


@pytest.mark.parametrize("sample", [Sample(5, None, 10), Sample(5, 1, None), Sample(5, 1, 1)])
def test_mean_without_spread_or_n_has_no_interval(sample: Sample) -> None:
    assert mean_interval(sample) is None


def test_mean_per_count() -> None:
    half = 4.302653 * 2 / sqrt(3)
    assert ends(mean_per_count([2, 4, 6])) == near(4, 4 - half, 4 + half)
    assert mean_per_count([4]) is None
    assert mean_per_count([]) is None


def test_difference_of_means_by_hand() -> None:
    # Error √(4/4 + 4/4) = √2, 6 degrees, t(0.975; 6) = 2.446912.
    change = difference_of_means(Sample(10, 2, 4), Sample(13, 2, 4))
    half = 2.446912 * sqrt(2)
    assert ends(change) == near(3, 3 - half, 3 + half)
    assert change.kind == ChangeKind.DIFFERENCE_OF_MEANS


def test_difference_of_means_with_unequal_spread() -> None:
    # Errors 3/√9 = 1 and 2/√4 = 1: degrees 4 / (1/8 + 1/3) = 8.7273, t = 2.2732.
    value, low, high = ends(difference_of_means(Sample(1, 3, 9), Sample(2, 2, 4)))
    assert value == 1
    assert (high - value, value - low) == pytest.approx((2.2732 * sqrt(2), 2.2732 * sqrt(2)), abs=0.001)


def test_difference_of_means_of_somerville() -> None:
    change = difference_of_means(SOMERVILLE_2013, SOMERVILLE_2015)
    # Error 0.2171, 370.6 degrees.
    assert ends(change) == near(0.2590, -0.1678, 0.6858)
    assert verdict(change, more_is_better=True) == Verdict.WITHIN_MARGIN
    # p = 0.23: an interval of 76 % leaves no change outside, one of 77 % takes it in.
    assert ends(difference_of_means(SOMERVILLE_2013, SOMERVILLE_2015, level=0.76))[1] > 0
    assert ends(difference_of_means(SOMERVILLE_2013, SOMERVILLE_2015, level=0.77))[1] < 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Sample(5, None, 10), Sample(6, 1, 10)),
        (Sample(5, 1, 10), Sample(6, None, 10)),
        (Sample(5, 1, None), Sample(6, 1, 10)),
        (Sample(5, 1, 10), Sample(6, 1, None)),
        (Sample(5, 1, 1), Sample(6, 1, 10)),
        (Sample(5, 1, 10), Sample(6, 1, 1)),
        # No spread on either side tells nothing of the error.
        (Sample(5, 0, 10), Sample(6, 0, 10)),
    ],
)
def test_change_without_n_or_spread_cannot_be_judged(before: Sample, after: Sample) -> None:
    change = difference_of_means(before, after)
    assert change == Change(1, None, None, ChangeKind.DIFFERENCE_OF_MEANS)
    assert verdict(change, more_is_better=True) == Verdict.CANNOT_JUDGE


def test_spread_on_one_side_is_enough() -> None:
    # All of the error is the second's: 1/√4, 3 degrees, t = 3.182446.
    half = 3.182446 / 2
    assert ends(difference_of_means(Sample(5, 0, 10), Sample(6, 1, 4))) == near(1, 1 - half, 1 + half)


@pytest.mark.parametrize(
    ("after", "before", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_difference_of_shares_is_newcombes(
    after: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    change = difference_of_shares(*before, *after)
    assert ends(change) == near(after[0] / after[1] - before[0] / before[1], low, high)
    assert verdict(change, more_is_better=True) == Verdict.IMPROVED


def test_difference_of_shares_of_somerville() -> None:
    change = difference_of_shares(116, 192, 124, 183)
    # From Wilson's ends: low is δ − √((p₂ − l₂)² + (u₁ − p₁)²), high is δ + √((u₂ − p₂)² + (p₁ − l₁)²).
    low = 0.073429 - sqrt((0.677596 - 0.606826) ** 2 + (0.670644 - 0.604167) ** 2)
    high = 0.073429 + sqrt((0.741063 - 0.677596) ** 2 + (0.604167 - 0.533602) ** 2)
    assert ends(change) == near(0.0734, low, high)
    assert verdict(change, more_is_better=True) == Verdict.WITHIN_MARGIN


def test_difference_of_shares_of_nobody_is_none() -> None:
    assert difference_of_shares(0, 0, 5, 10) is None
    assert difference_of_shares(5, 10, 0, 0) is None


def test_difference_of_shares_of_one_person_cannot_be_judged() -> None:
    change = difference_of_shares(0, 1, 5, 10)
    assert change == Change(0.5, None, None, ChangeKind.DIFFERENCE_OF_SHARES)


@pytest.mark.parametrize("counts", [(6, 5, 1, 5), (1, 5, 6, 5)])
def test_difference_of_shares_is_of_wholes(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="6 is not a part of 5"):
        difference_of_shares(*counts)


def test_rate_ratio_by_hand() -> None:
    # One of two events after: the share's exact ends are 1 − √0.975 and √0.975, the ratio's 0.0127 and 78.4968.
    share_low, share_high = 1 - sqrt(0.975), sqrt(0.975)
    change = rate_ratio(1, 1, 1, 1)
    assert ends(change) == near(1, share_low / (1 - share_low), share_high / (1 - share_high))
    # In half the time it is twice the rate.
    assert ends(rate_ratio(1, 1, 1, 0.5)) == near(2, 2 * share_low / (1 - share_low), 2 * share_high / (1 - share_high))
    assert verdict(change, more_is_better=False) == Verdict.WITHIN_MARGIN


def test_rate_ratio_down_to_nothing() -> None:
    # None of one: the upper end is 0.975, 39 to 1.
    assert ends(rate_ratio(1, 60, 0, 60)) == near(0, 0, 39)


def test_rate_ratio_of_fewer_disturbances_is_an_improvement() -> None:
    change = rate_ratio(200, 100, 120, 100)
    value, low, high = ends(change)
    assert value == pytest.approx(0.6)
    # The normal ends on the log scale are 0.6 · e^(∓1.96 · √(1/200 + 1/120)); the exact ones lie close by.
    assert (low, high) == pytest.approx((0.4787, 0.7521), abs=0.005)
    assert verdict(change, more_is_better=False) == Verdict.IMPROVED
    assert verdict(change, more_is_better=True) == Verdict.DECLINED


@pytest.mark.parametrize("rates", [(0, 60, 5, 60), (5, 0, 5, 60), (5, 60, 5, 0)])
def test_rate_ratio_to_nothing_is_none(rates: tuple[int, float, int, float]) -> None:
    assert rate_ratio(*rates) is None


@pytest.mark.parametrize("rates", [(-1, 60, 5, 60), (5, 60, -1, 60)])
def test_rate_ratio_of_counts(rates: tuple[int, float, int, float]) -> None:
    with pytest.raises(ValueError, match="A count cannot be negative"):
        rate_ratio(*rates)


def test_per_hour_is_exact_poisson() -> None:
    # Garwood's table: 10 events, 4.7954 to 18.3904; in half an hour twice as many an hour.
    assert ends(per_hour(10, 60)) == near(10, 4.7954, 18.3904)
    assert ends(per_hour(10, 30)) == near(20, 2 * 4.79539, 2 * 18.39036)


def test_nobody_per_hour_is_zero_with_an_upper_end() -> None:
    assert ends(per_hour(0, 60)) == near(0, 0, -log(0.025))


def test_per_hour_without_minutes_is_none() -> None:
    assert per_hour(10, 0) is None


def test_per_hour_of_a_count() -> None:
    with pytest.raises(ValueError, match="A count cannot be negative"):
        per_hour(-1, 60)


@pytest.mark.parametrize(
    ("low", "high", "kind", "more", "less"),
    [
        (0.1, 0.5, ChangeKind.DIFFERENCE_OF_MEANS, Verdict.IMPROVED, Verdict.DECLINED),
        (-0.5, -0.1, ChangeKind.DIFFERENCE_OF_SHARES, Verdict.DECLINED, Verdict.IMPROVED),
        (-0.1, 0.1, ChangeKind.DIFFERENCE_OF_MEANS, Verdict.WITHIN_MARGIN, Verdict.WITHIN_MARGIN),
        (0.0, 0.4, ChangeKind.DIFFERENCE_OF_MEANS, Verdict.WITHIN_MARGIN, Verdict.WITHIN_MARGIN),
        (-0.4, 0.0, ChangeKind.DIFFERENCE_OF_MEANS, Verdict.WITHIN_MARGIN, Verdict.WITHIN_MARGIN),
        (0.2, 0.9, ChangeKind.RATE_RATIO, Verdict.DECLINED, Verdict.IMPROVED),
        (1.1, 2.0, ChangeKind.RATE_RATIO, Verdict.IMPROVED, Verdict.DECLINED),
        (0.5, 1.0, ChangeKind.RATE_RATIO, Verdict.WITHIN_MARGIN, Verdict.WITHIN_MARGIN),
    ],
)
def test_verdict(low: float, high: float, kind: ChangeKind, *, more: Verdict, less: Verdict) -> None:
    change = Change((low + high) / 2, low, high, kind)
    assert verdict(change, more_is_better=True) == more
    assert verdict(change, more_is_better=False) == less


@pytest.mark.parametrize(
    ("dimension", "before", "after"),
    [
        ("meaningful activities", 5, 6),
        ("perceived safety", 4, 5),
        ("attractiveness", 5, 6),
        ("social diversity", 8, 8),
    ],
)
def test_haninge_published_without_n_or_spread_cannot_be_judged(dimension: str, before: float, after: float) -> None:
    # RISE at Haninge entré, spring 2022 and spring 2023, points of 10.
    change = difference_of_means(Sample(before, None, None), Sample(after, None, None))
    assert change == Change(after - before, None, None, ChangeKind.DIFFERENCE_OF_MEANS), dimension
    assert verdict(change, more_is_better=True) == Verdict.CANNOT_JUDGE, dimension


def test_haninge_vandalism_published_as_relative_alone_cannot_be_judged() -> None:
    change = Change(-0.40, None, None, ChangeKind.RELATIVE)
    assert change.no_change == 0
    assert verdict(change, more_is_better=False) == Verdict.CANNOT_JUDGE


def test_no_change_at_all_cannot_be_judged() -> None:
    assert verdict(None, more_is_better=True) == Verdict.CANNOT_JUDGE


@pytest.mark.parametrize(
    ("baseline", "actual", "target", "expected"),
    [
        # More is better: 5 to 6 on the way to 7.
        (5, 6, 7, 0.5),
        # Less is better: 100 cases to 60, on the way to 50.
        (100, 60, 50, 0.8),
        (5, 5, 7, 0),
        (5, 4, 7, -0.5),
        (5, 8, 7, 1.5),
        (100, 120, 50, -0.4),
        (5, 6, 5, None),
    ],
)
def test_progress(baseline: float, actual: float, target: float, expected: float | None) -> None:
    assert progress(baseline, actual, target) == expected


def test_representation_index_by_hand() -> None:
    # 30 of 100 counted (Wilson 0.2189 to 0.3958) against a quarter of the population.
    assert ends(representation_index(30, 100, 50, 200)) == pytest.approx((1.2, 0.2189 * 4, 0.3958 * 4), abs=0.0003)


def test_representation_of_young_women_in_uppsala() -> None:
    # Uppsala 2019 (SCB): 16,322 women of 15 to 24 among 230,767, or 7.0729 %; here 141 of 1,000 counted.
    value, low, high = ends(representation_index(141, 1_000, 16_322, 230_767))
    assert value == pytest.approx(0.141 / 0.070729, abs=0.0001)
    wilson = share_interval(141, 1_000)
    assert (low, high) == pytest.approx([end / 0.0707293 for end in ends(wilson)[1:]], abs=0.0001)


@pytest.mark.parametrize("numbers", [(0, 0, 50, 200), (5, 10, 0, 200), (5, 10, 0, 0)])
def test_representation_of_nobody_is_none(numbers: tuple[int, int, int, int]) -> None:
    assert representation_index(*numbers) is None


@pytest.mark.parametrize("numbers", [(11, 10, 50, 200), (5, 10, 201, 200)])
def test_representation_is_of_wholes(numbers: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="is not a part of"):
        representation_index(*numbers)


def test_dominance() -> None:
    shares = {"men": 0.7, "women": 0.3}
    assert dominance(shares, 0.6) == "men"
    assert dominance(shares, 0.7) is None
    assert dominance({}, 0.6) is None


def test_coverage_of_seattle_2018() -> None:
    # Moving: 15,539 men, 12,107 women, 162 not classified.
    assert coverage(15_539 + 12_107, 15_539 + 12_107 + 162) == pytest.approx(0.994174, abs=0.0000005)


def test_coverage_of_nobody_is_none() -> None:
    assert coverage(0, 0) is None
    assert coverage(0, 4) == 0


def test_coverage_is_of_its_whole() -> None:
    with pytest.raises(ValueError, match="5 is not a part of 4"):
        coverage(5, 4)


DEFAULT_BANDS = [Band(0, 4), Band(5, 14), Band(15, 24), Band(25, 44), Band(45, 64), Band(65, None)]
PUBLIC_LIFE_BANDS = [Band(0, 14), Band(15, 24), Band(25, 64), Band(65, None)]


def test_default_bands_merge_into_those_of_the_public_life_data_protocol() -> None:
    merged = merge_bands(DEFAULT_BANDS, PUBLIC_LIFE_BANDS)
    assert [str(band) for band in merged.values()] == ["0–14", "0–14", "15–24", "25–64", "25–64", "65+"]
    assert list(merged) == DEFAULT_BANDS


def test_bands_merge_into_themselves() -> None:
    assert merge_bands(DEFAULT_BANDS, DEFAULT_BANDS) == {band: band for band in DEFAULT_BANDS}


@pytest.mark.parametrize(
    ("band", "message"),
    [
        (Band(10, 19), "The border at 15 years cuts the band 10–19."),
        (Band(15, 30), "The border at 25 years cuts the band 15–30."),
        (Band(60, None), "The border at 65 years cuts the band 60+."),
        (Band(24, 25), "The border at 25 years cuts the band 24–25."),
    ],
)
def test_bands_that_are_cut_do_not_merge(band: Band, message: str) -> None:
    with pytest.raises(ValueError, match="cuts the band") as refusal:
        merge_bands([band], PUBLIC_LIFE_BANDS)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("band", "wider", "message"),
    [
        (Band(0, 4), [Band(15, 24)], "No band of the wider set holds 0–4."),
        (Band(65, None), [Band(15, 24)], "No band of the wider set holds 65+."),
        (Band(15, None), [Band(15, 24)], "The border at 25 years cuts the band 15+."),
    ],
)
def test_bands_outside_the_wider_set_do_not_merge(band: Band, wider: list[Band], message: str) -> None:
    with pytest.raises(ValueError, match="band") as refusal:
        merge_bands([band], wider)
    assert str(refusal.value) == message


@given(st.sets(st.integers(1, 100), min_size=1), st.data())
def test_bands_merge_where_the_wider_borders_are_among_the_finer(borders: set[int], data: st.DataObject) -> None:
    fewer = data.draw(st.sets(st.sampled_from(sorted(borders))))
    finer, wider = bands_between(borders), bands_between(fewer)
    merged = merge_bands(finer, wider)
    assert all(into.holds(band) for band, into in merged.items())
    assert set(merged.values()) == set(wider)
    with pytest.raises(ValueError, match="The border at 101 years cuts"):
        merge_bands(finer, bands_between(fewer | {101}))


def bands_between(borders: set[int]) -> list[Band]:
    starts = [0, *sorted(borders)]
    return [Band(first, after - 1) for first, after in pairwise(starts)] + [Band(starts[-1], None)]


@pytest.mark.parametrize(
    ("levels", "shared"),
    [
        ([], None),
        ([Level.GENDER_AGE], Level.GENDER_AGE),
        ([Level.GENDER_AGE, Level.GENDER], Level.GENDER),
        ([Level.GENDER_AGE, Level.AGE], Level.AGE),
        ([Level.GENDER, Level.AGE], Level.TOTAL),
        ([Level.GENDER_AGE, Level.TOTAL], Level.TOTAL),
        ([Level.GENDER_AGE, Level.GENDER_AGE], Level.GENDER_AGE),
    ],
)
def test_lowest_shared_level(levels: list[Level], shared: Level | None) -> None:
    assert lowest_shared_level(levels) == shared


@pytest.mark.parametrize(
    ("cell", "shown"),
    [(None, None), (0, 0), (1, Hidden.SMALL), (4, Hidden.SMALL), (5, 5), (12, 12)],
)
def test_suppress_small(cell: int | None, shown: int | Hidden | None) -> None:
    assert suppress_small(cell) == shown


def test_suppress_small_below_another_limit() -> None:
    assert (suppress_small(9, limit=10), suppress_small(10, limit=10)) == (Hidden.SMALL, 10)


SPRING = Facts(season="spring", method="street survey", scale=(1, 10), version="1", n=200)


@pytest.mark.parametrize(
    ("followup", "cautions"),
    [
        (SPRING, []),
        (Facts("autumn", "street survey", (1, 10), "1", 200), [Caution.SEASON]),
        (Facts("spring", "web survey", (1, 10), "1", 200), [Caution.METHOD]),
        (Facts("spring", "street survey", (0, 6), "1", 200), [Caution.SCALE]),
        (Facts("spring", "street survey", (1, 10), "2", 200), [Caution.VERSION]),
        (Facts("spring", "street survey", (1, 10), "1", 301), [Caution.SIZE]),
        (Facts("spring", "street survey", (1, 10), "1", 300), []),
        (Facts("spring", "street survey", (1, 10), "1", 133), [Caution.SIZE]),
        (Facts("spring", "street survey", (1, 10), "1", 134), []),
        (Facts("spring", "street survey", (1, 10), "1", 0), [Caution.SIZE]),
        (Facts("spring", "street survey", (1, 10), "1", None), []),
        (
            Facts(None, None, None, None, 20),
            [Caution.SEASON, Caution.METHOD, Caution.SCALE, Caution.VERSION, Caution.SIZE],
        ),
    ],
)
def test_guard(followup: Facts, cautions: list[Caution]) -> None:
    assert guard(SPRING, followup) == cautions
    assert guard(followup, SPRING) == cautions


def test_guard_of_what_is_known_of_neither_is_silent() -> None:
    unknown = Facts(None, None, None, None, None)
    assert guard(unknown, unknown) == []
