"""The forecast's arithmetic, with numbers worked by hand."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measurements import reach
from measurements.reach import Backtest, Basis, Group, Outlook, Past, Planned, Window
from measurements.statistics import Interval, share_interval

SPRING = dt.date(2026, 4, 1)
POPULATION: dict[Group, int] = {"women": 100, "men": 300}


def past(
    *people: int, key: str = "zumba", season: str = "spring", kind: str = "activity", **more: object
) -> list[Past]:
    first = more.pop("first", SPRING)
    assert isinstance(first, dt.date)
    return [
        Past(key, kind, season, first + number * dt.timedelta(days=7), one, **more)  # type: ignore[arg-type]
        for number, one in enumerate(people)
    ]


def told(*counts: Mapping[Any, int], key: str = "zumba", kind: str = "activity") -> list[Past]:
    return [Past(key, kind, "spring", SPRING, sum(groups.values()), dict(groups)) for groups in counts]


def one(planned: Planned, known: list[Past]) -> reach.ItemForecast:
    (item,) = reach.forecast([planned], known, POPULATION).items
    return item


ZUMBA = Planned("zumba", "activity", "spring", 1)


# --- Visits -----------------------------------------------------------------------------------------------------------


def test_over_many_things_the_number_lies_in_the_middle_of_its_interval() -> None:
    random = np.random.default_rng(3)
    things = [f"thing {number}" for number in range(40)]
    known = [row for key in things for row in past(*random.poisson(30, 6).tolist(), key=key)]

    visits = reach.forecast([Planned(key, "activity", "spring", 6) for key in things], known, {}).visits

    assert visits
    assert visits.value == pytest.approx((visits.low + visits.high) / 2, rel=0.01)


def test_many_times_are_so_many_means_and_relatively_surer() -> None:
    known = past(18, 22, 30, 25, 15, 20)
    single, many = one(ZUMBA, known).visits, one(Planned("zumba", "activity", "spring", 10), known).visits

    assert single
    assert many
    assert many.value == pytest.approx(1300 / 6)
    assert (many.high - many.low) / many.value < (single.high - single.low) / single.value
    assert many.low < many.low_80 < many.value < many.high_80 < many.high


def test_counts_that_happen_to_be_alike_are_no_surer_than_chance_allows() -> None:
    visits = one(ZUMBA, past(25, 25, 25, 25, 25)).visits
    assert visits
    # Poisson of 25 has a standard deviation of 5: nineteen of twenty within ten or more.
    assert visits.low < 17
    assert visits.high > 33


def test_nobody_is_a_count_like_any_other() -> None:
    visits = one(ZUMBA, past(0, 0, 0, 0, 0)).visits
    assert visits
    assert (visits.value, visits.low) == (0, 0)


@pytest.mark.parametrize(
    ("known", "basis", "counts"),
    [
        (past(20, 21, 22, 23, 24) + past(9, 9, season="autumn"), Basis.OWN_SEASON, 5),
        (past(20, 21, 22) + past(9, 9, season="autumn"), Basis.OWN, 5),
        # Two counts of its own, and a spread of 3 + 3 = 6 degrees from the others.
        (past(20, 21) + past(9, 12, 14, key="salsa") + past(7, 8, 9, 11, key="sång"), Basis.OWN_FEW, 2),
        # One of its own, and nothing has come twice: four things differ from each other.
        (past(20) + [row for key in "abc" for row in past(30, key=key)], Basis.OWN_FEW, 1),
        # One of its own and too few others.
        (past(20) + past(30, key="a"), Basis.NONE, 0),
        # Never before: four others of the kind the same season, or any season.
        ([row for key in "abcd" for row in past(30, 40, key=key)], Basis.KIND_SEASON, 8),
        ([row for key in "abcd" for row in past(30, key=key, season="autumn")], Basis.KIND, 4),
        ([row for key in "abc" for row in past(30, key=key)], Basis.NONE, 0),
        # Another kind tells nothing.
        (past(20, 21, 22, 23, 24, kind="event"), Basis.NONE, 0),
        ([], Basis.NONE, 0),
    ],
)
def test_it_goes_by_the_nearest_there_is_enough_of(known: list[Past], basis: Basis, counts: int) -> None:
    item = one(ZUMBA, known)
    assert (item.basis, item.counts, item.visits is None) == (basis, counts, basis == Basis.NONE)


def test_a_few_of_its_own_give_the_mean_and_its_season_comes_first() -> None:
    others = past(9, 12, 14, key="salsa") + past(7, 8, 9, 11, key="sång")
    visits = one(ZUMBA, past(20, 30) + past(90, season="autumn") + others).visits
    assert visits
    assert visits.value == 25


def test_a_new_thing_is_less_sure_than_a_known_one() -> None:
    others = [row for number, key in enumerate("abcd") for row in past(20 + 10 * number, 22 + 10 * number, key=key)]
    new, known = one(ZUMBA, others).visits, one(Planned("a", "activity", "spring", 1), others).visits
    assert new
    assert known
    # Means of 21, 31, 41 and 51.
    assert new.value == 36
    assert new.high / new.low > known.high / known.low


def test_a_copy_with_another_name_knows_what_it_was() -> None:
    planned = Planned("dans", "activity", "spring", 2, former=("zumba",))
    visits = one(planned, past(20, 20, 20, 20, 20)).visits
    assert visits
    assert visits.value == 40


def test_nothing_planned_is_nothing_expected() -> None:
    found = reach.forecast([], past(20, 20, 20, 20, 20), POPULATION)
    assert (found.visits, found.groups, found.index, found.coverage, found.times) == (None, {}, {}, None, 0)
    assert one(Planned("zumba", "activity", "spring", 0), past(20, 20, 20, 20, 20)).visits is None


def test_the_sum_is_of_what_can_be_judged_and_narrower_than_the_sum_of_the_ends() -> None:
    known = past(20, 24, 28, 22, 26) + past(40, 44, 52, 48, 46, key="salsa")
    plan = [ZUMBA, Planned("salsa", "activity", "spring", 1), Planned("okänt", "exhibition", "spring", 3)]

    found = reach.forecast(plan, known, POPULATION)

    assert found.visits
    assert found.visits.value == pytest.approx(24 + 46)
    ends = [item.visits for item in found.items if item.visits]
    assert sum(end.low for end in ends) < found.visits.low
    assert found.visits.high < sum(end.high for end in ends)
    assert (found.times_judged, found.times) == (2, 5)


def test_the_same_question_has_the_same_answer_whatever_else_is_asked() -> None:
    known = past(20, 24, 28, 22, 26) + past(40, 44, 52, 48, 46, key="salsa")
    alone = one(ZUMBA, known)
    among = reach.forecast([Planned("salsa", "activity", "spring", 4), ZUMBA], known, POPULATION).items[1]
    assert among == alone


def test_four_of_five_outcomes_fall_inside_the_narrow_interval() -> None:
    """Histories of eight drawn from a known law, and what came after them."""
    random = np.random.default_rng(7)
    inside = 0
    for number in range(400):
        people = np.round(random.lognormal(3.2, 0.3, 11)).astype(int).tolist()
        planned = Planned(f"thing {number}", "activity", "spring", 3)
        visits = one(planned, past(*people[:8], key=planned.key)).visits
        assert visits
        inside += visits.low_80 <= sum(people[8:]) <= visits.high_80
    assert 0.75 < inside / 400 < 0.87


# --- Groups -----------------------------------------------------------------------------------------------------------


def test_groups_have_their_shares_and_the_unjudged_are_one_of_them() -> None:
    known = told(*[{"women": 12, "men": 4, None: 4}] * 5)

    found = reach.forecast([Planned("zumba", "activity", "spring", 3)], known, POPULATION)

    assert {group: round(visits.value) for group, visits in found.groups.items()} == {"women": 36, "men": 12, None: 12}
    assert [found.judged, found.coverage] == pytest.approx([48, 0.8])
    # 12 of 16 against 100 of 400; 4 of 16 against 300 of 400.
    assert found.index["women"].value == pytest.approx(3)
    assert found.index["men"].value == pytest.approx(1 / 3)
    assert found.there == {"women": 0.25, "men": 0.75}
    for interval in found.index.values():
        assert interval.low < interval.value < interval.high


def test_a_group_that_never_came_has_an_index_of_zero_and_may_come() -> None:
    found = reach.forecast([ZUMBA], told(*[{"women": 20}] * 5), POPULATION)
    assert (found.index["men"].value, found.index["men"].low) == (0, 0)
    # Nobody of 100: the share is hardly above one in twenty, which is an index of 0.07 for three in four.
    assert 0 < found.index["men"].high < 0.07
    # It is in no list of those who come.
    assert set(found.groups) == set(found.items[0].groups) == {"women"}


def test_a_group_without_residents_has_no_index_and_without_population_there_is_none() -> None:
    known = told(*[{"women": 12, "other": 8}] * 5)
    assert set(reach.forecast([ZUMBA], known, {"women": 100, "men": 0}).index) == {"women"}
    assert reach.forecast([ZUMBA], known, {}).index == {}


def test_counts_that_differ_widen_the_interval() -> None:
    alike = told(*[{"women": 10, "men": 10}] * 6)
    clumped = told(*[{"women": 20, "men": 0}, {"women": 0, "men": 20}] * 3)
    ends = [reach.forecast([ZUMBA], known, POPULATION).groups["women"] for known in (alike, clumped)]
    assert [end.value for end in ends] == [10, 10]
    assert ends[1].high - ends[1].low > 1.5 * (ends[0].high - ends[0].low)


def test_what_is_counted_in_total_alone_is_left_out_of_the_groups_and_in_the_sum() -> None:
    known = told(*[{"women": 12, "men": 8}] * 5) + past(100, 100, 100, 100, 100, key="loppis")

    found = reach.forecast([ZUMBA, Planned("loppis", "activity", "spring", 1)], known, POPULATION)

    assert found.visits
    assert found.visits.value == pytest.approx(120)
    assert [found.left_out, found.judged] == pytest.approx([100, 20])
    assert found.coverage == pytest.approx(20 / 120)
    assert [bool(item.groups) for item in found.items] == [True, False]


@pytest.mark.parametrize(
    ("known", "groups"),
    [
        # Fewer than thirty judged.
        (told(*[{"women": 3, "men": 2, None: 9}] * 5), False),
        # Two counts, and none of its kind to tell how counts differ.
        (told({"women": 20, "men": 20}, {"women": 20, "men": 20}) + past(20, 20, 20), False),
        # Two counts, and six repeats of others to tell it.
        (
            told({"women": 20, "men": 20}, {"women": 20, "men": 20})
            + past(20, 20, 20)
            + told(*[{"women": 9, "men": 9}] * 7, key="salsa"),
            True,
        ),
    ],
)
def test_groups_need_people_and_counts(known: list[Past], groups: bool) -> None:  # noqa: FBT001
    item = one(ZUMBA, known)
    assert item.visits
    assert bool(item.groups) == groups


def test_a_count_of_nobody_tells_nothing_of_groups_and_does_no_harm() -> None:
    known = told(*[{"women": 12, "men": 8}] * 4, {})
    assert one(ZUMBA, known).groups["women"].value == pytest.approx(16 * 0.6)


# --- Groups together --------------------------------------------------------------------------------------------------

WOMEN, MEN, ALL = frozenset({"women"}), frozenset({"men"}), frozenset({"women", "men"})


def test_groups_together_have_a_share_and_an_index_of_their_own() -> None:
    ages: dict[Group, int] = {"girls": 50, "women": 50, "men": 300}
    known = told(*[{"girls": 4, "women": 8, "men": 4, None: 4}] * 5)

    found = reach.forecast([Planned("zumba", "activity", "spring", 3)], known, ages, [frozenset({"girls", "women"})])

    part = found.parts[frozenset({"girls", "women"})]
    # 12 of the 16 judged, against 100 of 400.
    assert part.share.value == pytest.approx(0.75)
    assert part.there == 0.25
    assert part.index
    assert [part.index.value, part.index.low, part.index.high] == pytest.approx(
        [3, 4 * part.share.low, 4 * part.share.high]
    )
    # Not by adding ends: what the one has more, the other has less.
    single = [found.parts[frozenset({group})].share for group in ("girls", "women")]
    assert sum(one.low for one in single) < part.share.low < 0.75 < part.share.high < sum(one.high for one in single)


@given(
    counts=st.lists(
        st.fixed_dictionaries({"women": st.integers(0, 40), "men": st.integers(1, 40), None: st.integers(0, 9)}),
        min_size=5,
        max_size=8,
    )
)
@settings(max_examples=12, deadline=None)
def test_a_single_group_is_itself_and_all_of_them_are_everybody(counts: list[dict[Group, int]]) -> None:
    known = told(*counts)
    found = reach.forecast([ZUMBA], known, POPULATION, [WOMEN, ALL, frozenset({*ALL, None}), frozenset()])

    if not found.index:
        # Fewer than thirty judged.
        assert (found.parts, found.judged) == ({}, 0)
        return
    assert found.parts[WOMEN].index == found.index["women"]
    assert found.parts[ALL].share == Interval(1, 1, 1)
    assert found.parts[ALL].index == Interval(1, 1, 1)
    assert found.parts[frozenset({*ALL, None})].share == Interval(1, 1, 1)
    assert found.parts[frozenset()] == reach.Part(Interval(0, 0, 0), 0, None)


def test_what_is_asked_moves_no_figure() -> None:
    known = told(*[{"women": 12, "men": 4}] * 5)
    asked, not_asked = (reach.forecast([ZUMBA], known, POPULATION, unions) for unions in ([ALL], []))
    assert (asked.index, asked.groups, asked.visits) == (not_asked.index, not_asked.groups, not_asked.visits)


def test_without_a_population_there_is_a_share_and_no_index() -> None:
    found = reach.forecast([ZUMBA], told(*[{"women": 12, "men": 4}] * 5), {}, [WOMEN])
    part = found.parts[WOMEN]
    assert (part.share.value, part.there, part.index) == (0.75, None, None)


def test_groups_without_residents_have_no_index() -> None:
    known = told(*[{"women": 12, "other": 4}] * 5)
    part = reach.forecast([ZUMBA], known, POPULATION, [frozenset({"other"})]).parts[frozenset({"other"})]
    assert (part.share.value, part.there, part.index) == (0.25, 0, None)


def test_a_draw_of_nobody_says_no_more_than_is_expected() -> None:
    """Nobody comes to four of five, so in many draws there is nobody to have a share of."""
    known = told(*[{"women": 0, "men": 0}] * 40, {"women": 30, "men": 10})
    part = reach.forecast([ZUMBA], known, POPULATION, [ALL]).parts[ALL]
    assert part.share == Interval(1, 1, 1)


@pytest.mark.parametrize(
    ("ends", "least", "word"),
    [
        ((0.5, 0.7), 0.5, Outlook.MET),
        ((0.51, 0.7), 0.5, Outlook.MET),
        ((0.49, 0.7), 0.5, Outlook.WITHIN_MARGIN),
        ((0.3, 0.5), 0.5, Outlook.WITHIN_MARGIN),
        ((0.3, 0.49), 0.5, Outlook.BELOW),
        ((0.3, 0.49), None, Outlook.CANNOT_JUDGE),
        (None, 0.5, Outlook.CANNOT_JUDGE),
    ],
)
def test_a_target_is_judged_by_the_whole_interval(
    ends: tuple[float, float] | None, least: float | None, word: Outlook
) -> None:
    share = Interval(sum(ends) / 2, *ends) if ends else None
    assert reach.outlook(share, least) == word


def test_what_was_counted_of_groups_is_summed_over_what_tells_them() -> None:
    known = told({"women": 6, "men": 2, None: 3}, {"women": 1}) + past(40)
    assert reach.counted(known, WOMEN) == (7, 9)
    assert reach.counted([], WOMEN) == (0, 0)


# --- What has reached a group -----------------------------------------------------------------------------------------


def test_what_has_reached_a_group_stands_by_its_share() -> None:
    known = told(*[{"women": 18, "men": 2}] * 3) + told(*[{"women": 5, "men": 15}] * 3, key="schack")
    known += told({"women": 1, "men": 1}, key="glest")

    (rows, strangers) = reach.reached(known, [MEN, frozenset({"okända"})], POPULATION).values()

    assert [(row.key, row.visits, row.judged, row.counts) for row in rows] == [
        ("schack", 45, 60, 3),
        ("zumba", 6, 60, 3),
    ]
    assert [row.index.value for row in rows if row.index] == [pytest.approx(0.75 / 0.75), pytest.approx(0.1 / 0.75)]
    # Nobody of the population is of that group.
    assert [(row.key, row.visits, row.index) for row in strangers] == [("schack", 0, None), ("zumba", 0, None)]


def test_groups_together_are_reached_together() -> None:
    known = told(*[{"girls": 4, "women": 10, "men": 6}] * 3)
    ages: dict[Group, int] = {"girls": 50, "women": 50, "men": 300}
    ((row,),) = reach.reached(known, [frozenset({"girls", "women"})], ages).values()
    assert row.index
    assert [row.visits, row.judged, row.index.value] == pytest.approx([42, 60, 0.7 / 0.25])


def test_its_interval_is_wilsons_where_people_come_one_by_one() -> None:
    ((row,),) = reach.reached(told(*[{"women": 18, "men": 2}] * 3), [MEN], POPULATION).values()
    wilson = share_interval(6, 60)
    assert wilson
    assert [row.share.low, row.share.high] == pytest.approx([wilson.low, wilson.high], rel=1e-3)


def test_without_a_population_what_reached_a_group_has_a_share_alone() -> None:
    ((row,),) = reach.reached(told(*[{"women": 18, "men": 2}] * 3), [MEN], {}).values()
    assert row.share.value == pytest.approx(0.1)
    assert row.index is None


# --- Looking back -----------------------------------------------------------------------------------------------------


def test_a_window_is_forecast_from_what_came_before_it_alone() -> None:
    year_ago = past(20, 20, 20, 20, 20, first=dt.date(2025, 4, 2))
    now = past(30, 30, first=dt.date(2026, 4, 1)) + past(50, key="nytt", first=dt.date(2026, 4, 1))
    window = Window("2026vår", "spring", dt.date(2026, 3, 1), dt.date(2026, 5, 31))

    found = reach.backtest([*year_ago, *now], [window])

    zumba, new = found.rows
    assert zumba.item.visits
    assert (zumba.item.planned.times, zumba.item.visits.value, zumba.counted, zumba.as_last_year) == (2, 40, 60, 40)
    assert [zumba.error, zumba.error_as_last_year] == pytest.approx([1 / 3, 1 / 3])
    assert (new.item.visits, new.counted, new.as_last_year, new.error, new.error_as_last_year) == (
        None,
        50,
        None,
        None,
        None,
    )
    # 60 lies between the ends of the narrow and the wide interval of two times about 20, known from five counts.
    assert zumba.item.visits.high_80 < 60 < zumba.item.visits.high
    assert (found.judged, found.held_80, found.held_95) == ([zumba], 0, 1)
    assert found.median_error == pytest.approx(1 / 3)
    assert found.against_last_year == pytest.approx((1 / 3, 1 / 3, 1))


def test_nothing_to_look_back_on_is_no_figure() -> None:
    nothing = Backtest(())
    assert (nothing.held_80, nothing.held_95, nothing.median_error, nothing.against_last_year) == (None,) * 4
