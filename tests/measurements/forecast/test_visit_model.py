"""The model of visits: simulated coverage of its intervals against known truth, and its edges."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measurements import reach
from measurements.forecast import visit_model
from measurements.reach import Past, Planned
from tests.measurements.test_reach import SPRING

Law: TypeAlias = Callable[[np.random.Generator, int], np.ndarray]


def negative_binomial(mean: float, shape: float) -> Law:
    """Variance: mean + mean²/shape."""
    return lambda random, size: random.negative_binomial(shape, shape / (shape + mean), size)


def sometimes_empty(part: float, law: Law) -> Law:
    return lambda random, size: law(random, size) * (random.random(size) >= part)


def poisson(mean: float) -> Law:
    return lambda random, size: random.poisson(mean, size)


LAWS = {
    "overdispersed, k = 2": negative_binomial(20, 2),
    "variance 4 × mean": negative_binomial(30, 10),
    "variance 10 × mean": negative_binomial(30, 30 / 9),
    "a tenth empty, Poisson 20": sometimes_empty(0.1, poisson(20)),
    "a tenth empty, Poisson 60": sometimes_empty(0.1, poisson(60)),
    "a tenth empty, k = 5": sometimes_empty(0.1, negative_binomial(20, 5)),
    "a fifth empty, Poisson 20": sometimes_empty(0.2, poisson(20)),
}
REPEATS = 120


def coverage(law: Law, counts: int, times: int, random: np.random.Generator) -> int:
    """Of REPEATS outcomes, those inside the 95 % interval made from so many counts before them."""
    inside = 0
    for _repeat in range(REPEATS):
        known, outcome = law(random, counts).tolist(), int(law(random, times).sum())
        draws = visit_model.draw_more(random, known, None, times, 1000)
        low, high = np.quantile(draws, reach.WIDE)
        inside += low <= outcome <= high
    return int(inside)


def test_the_interval_holds_what_it_promises() -> None:
    """
    By number of counts, over one, five and twelve times to come. A pooled cell has 2,520 outcomes (standard error 0.4
    percentage points), a single one 360 (1.2). Printed with -rP.
    """
    random = np.random.default_rng(20_261_201)
    held: dict[int, dict[str, float]] = {}
    for counts in (5, 6, 10, 20):
        held[counts] = {
            name: sum(coverage(law, counts, times, random) for times in (1, 5, 12)) / (3 * REPEATS)
            for name, law in LAWS.items()
        }
        print(counts, {name: round(float(100 * share), 1) for name, share in held[counts].items()})  # noqa: T201
    pooled = {counts: sum(shares.values()) / len(shares) for counts, shares in held.items()}
    print(pooled)  # noqa: T201
    assert all(0.93 <= share <= 0.97 for counts, share in pooled.items() if counts > 5)
    assert 0.9 <= pooled[5] <= 0.98
    assert min(share for shares in held.values() for share in shares.values()) > 0.89


def test_people_by_pure_chance_are_held_at_least_as_often() -> None:
    """Whole numbers cannot be cut at exactly 95 %, and a few counts cannot show that nothing but chance is at work."""
    random = np.random.default_rng(2)
    assert all(coverage(poisson(20), counts, 3, random) > 0.93 * REPEATS for counts in (5, 10, 20))


def test_one_empty_time_does_not_collapse_the_interval() -> None:
    """Once gave "about 204 visits, between 0 and 0"."""
    known = [Past("zumba", "activity", "spring", SPRING, people) for people in (20, 22, 0, 18, 25)]
    (item,) = reach.forecast([Planned("zumba", "activity", "spring", 12)], known, {}).items
    assert item.visits
    assert item.visits.value == pytest.approx(204)
    assert 60 < item.visits.low < 150
    assert 240 < item.visits.high < 350


@given(
    counts=st.lists(st.one_of(st.just(0), st.integers(0, 40), st.integers(0, 20_000)), min_size=5, max_size=12),
    others=st.lists(st.lists(st.integers(0, 300), min_size=1, max_size=4), max_size=6),
    own=st.integers(0, 12),
    times=st.integers(1, 60),
)
@settings(max_examples=60, deadline=None)
def test_the_expected_number_lies_inside_its_interval(
    counts: list[int], others: list[list[int]], own: int, times: int
) -> None:
    """Whatever it goes by: own counts, a few of them, or the other things of its kind."""
    known = [Past("zumba", "activity", "spring", SPRING, people) for people in counts[:own]]
    for number, rest in enumerate(others):
        known += [Past(f"thing {number}", "activity", "spring", SPRING, people) for people in rest]
    found = reach.forecast([Planned("zumba", "activity", "spring", times)], known, {})
    visits = found.visits
    if visits is None:
        assert found.items[0].basis == reach.Basis.NONE
        return
    assert 0 <= visits.low <= visits.low_80 <= visits.value <= visits.high_80 <= visits.high
    # That nobody has come does not mean that nobody will.
    assert 0 < visits.high < float("inf")


def test_draws_have_the_mean_of_the_counts() -> None:
    random = np.random.default_rng(4)
    draws = visit_model.draw_more(random, [20, 22, 0, 18, 25], None, 12, 40_000)
    assert draws.mean() == pytest.approx(204, rel=0.02)


def test_more_counts_make_it_surer() -> None:
    random = np.random.default_rng(5)
    wide, narrow = (
        np.diff(np.quantile(visit_model.draw_more(random, [15, 20, 25, 30, 20] * repeats, None, 20, 4000), reach.WIDE))
        for repeats in (1, 6)
    )
    assert narrow < 0.6 * wide


def test_what_is_known_of_the_kind_stands_in_for_own_counts() -> None:
    """One count of its own: as unsure as the things of its kind are from time to time."""
    random = np.random.default_rng(6)
    steady = visit_model.dispersion([[20, 21, 19, 20, 22, 20], [40, 41, 38, 40, 42, 39]])
    wild = visit_model.dispersion([[2, 60, 19, 0, 44, 20], [90, 4, 38, 11, 140, 3]])
    ends = [np.quantile(visit_model.draw_more(random, [30], known, 1, 4000), reach.WIDE) for known in (steady, wild)]
    assert ends[1][0] < ends[0][0] < 30 < ends[0][1] < ends[1][1]
