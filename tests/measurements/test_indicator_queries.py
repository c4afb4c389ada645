"""Baseline against follow-up and target, over published cases and hand-worked numbers."""

import datetime as dt
from decimal import Decimal

import cattrs
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from measurements import wording
from measurements.models import Indicator, Occasion
from measurements.queries.indicator import Comparison, Group, Standing, compare, headline
from measurements.statistics import ChangeKind, Verdict
from places.models import Place
from tests import factories

Shape = Indicator.Shape


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


@pytest.fixture
def baseline(place: Place) -> Occasion:
    return factories.OccasionFactory.create(
        place=place, name="Spring 2022", first=dt.date(2022, 5, 1), last=dt.date(2022, 5, 31)
    )


@pytest.fixture
def follow_up(place: Place) -> Occasion:
    return factories.OccasionFactory.create(
        place=place,
        name="Spring 2023",
        role=Occasion.Role.FOLLOW_UP,
        first=dt.date(2023, 5, 1),
        last=dt.date(2023, 5, 31),
    )


def measure(indicator: Indicator, occasion: Occasion, value: object, **facts: object) -> None:
    factories.ReadingFactory.create(indicator=indicator, occasion=occasion, value=value, **facts)


def only(groups: list[Group]) -> Comparison:
    ((row,),) = (group.rows for group in groups)
    return row


def mean(place: Place, **facts: object) -> Indicator:
    return factories.IndicatorFactory.create(place=place, **facts)


def share(place: Place, **facts: object) -> Indicator:
    return mean(place, shape=Shape.SHARE, unit="%", scale_min=0, scale_max=100, **facts)


def rate(place: Place, **facts: object) -> Indicator:
    return mean(
        place,
        shape=Shape.RATE,
        unit="per open month",
        scale_min=None,
        scale_max=None,
        more_is_better=False,
        **facts,
    )


# --- Published cases ------------------------------------------------------------------------------------------------


def test_haninge(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    """RISE's four dimensions, spring 2022 to spring 2023, published without n; two effects only as a change."""
    published = {
        "Meaningful activities": (5, 6),
        "Safety": (4, 5),
        "Attractiveness": (5, 6),
        "Social diversity": (8, 8),
    }
    for name, (before, after) in published.items():
        indicator = mean(place, name=name, group="RISE")
        measure(indicator, baseline, before)
        measure(indicator, follow_up, after)
    for name, (change, at_least) in {"Disturbing behaviour": (-30, True), "Vandalism": (-40, False)}.items():
        indicator = rate(place, name=name, group="RISE")
        measure(indicator, follow_up, None, relative_change=change, at_least=at_least)

    groups = compare(place)

    assert [group.name for group in groups] == ["RISE", "Only the change is published"]
    told = [(row.name, wording.change(row), wording.interval(row), row.verdict.value) for g in groups for row in g.rows]
    assert told == [
        ("Meaningful activities", "+1.0", "without interval", "cannot_judge"),
        ("Safety", "+1.0", "without interval", "cannot_judge"),
        ("Attractiveness", "+1.0", "without interval", "cannot_judge"),
        ("Social diversity", "0.0", "without interval", "cannot_judge"),
        ("Disturbing behaviour", "more than −30\xa0%", "without interval", "cannot_judge"),
        ("Vandalism", "−40\xa0%", "without interval", "cannot_judge"),
    ]
    disturbing, vandalism = groups[1].rows
    assert (disturbing.relative_change, disturbing.at_least, disturbing.since) == (-30, True, "Spring 2023")
    assert (vandalism.relative_change, vandalism.at_least) == (-40, False)
    assert [warned.code for warned in vandalism.warnings] == ["no_baseline"]
    assert headline(groups).cannot_judge == 6
    assert headline(groups).sentence == "No indicator can be judged yet"


def test_somerville_is_within_the_margin(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    """Happiness survey of 2013 and 2015: √(2.2347²/192 + 1.9652²/183) = 0.2171, times t(370) 1.9664 = 0.4268."""
    indicator = mean(place)
    measure(indicator, baseline, Decimal("7.5443"), n=192, spread=Decimal("2.2347"))
    measure(indicator, follow_up, Decimal("7.8033"), n=183, spread=Decimal("1.9652"))

    row = only(compare(place))

    assert row.change is not None
    assert (row.change.value, row.change.low, row.change.high) == pytest.approx((0.2590, -0.1678, 0.6858), abs=0.0005)
    assert row.verdict == Verdict.WITHIN_MARGIN
    assert (wording.change(row), wording.interval(row)) == ("+0.26", "−0.17 to 0.69")
    assert headline(compare(place)).sentence == "No indicator has clearly changed"


# --- The three kinds of number --------------------------------------------------------------------------------------


def test_a_mean_clearly_better(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    """Standard errors of 0.2 on both sides: √0.08 = 0.2828, times t(198) 1.972 = 0.558."""
    indicator = mean(place)
    measure(indicator, baseline, 4, n=100, spread=2)
    measure(indicator, follow_up, 5, n=100, spread=2)

    row = only(compare(place))

    assert row.verdict == Verdict.IMPROVED
    assert (wording.change(row), wording.interval(row)) == ("+1.0", "0.4 to 1.6")
    assert row.baseline is not None
    # t(99) 1.9842 times 0.2.
    assert (row.baseline.low, row.baseline.high) == pytest.approx((3.603, 4.397), abs=0.001)


def test_a_share_clearly_worse(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    """352 of 766 women and girls, then 371 of 951: Newcombe's ends from Wilson's 0.4245–0.4950 and 0.3596–0.4215."""
    indicator = share(place)
    measure(indicator, baseline, 46, n=766)
    measure(indicator, follow_up, 39, n=951)

    row = only(compare(place))

    assert row.change is not None
    assert row.change.kind == ChangeKind.DIFFERENCE_OF_SHARES
    assert row.change.value == pytest.approx(-0.07)
    assert (wording.change(row), wording.interval(row)) == ("−7\xa0pp", "−12 to −2")
    assert row.verdict == Verdict.DECLINED
    assert (wording.reading(row, row.baseline), wording.reading(row, row.follow_up)) == ("46\xa0%", "39\xa0%")


def test_a_share_without_n_has_no_interval(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    indicator = share(place)
    measure(indicator, baseline, 46, n=0)
    measure(indicator, follow_up, 39)

    row = only(compare(place))

    assert row.change is not None
    assert (row.change.low, row.verdict) == (None, Verdict.CANNOT_JUDGE)
    assert row.baseline is not None
    assert row.baseline.low is None


def test_a_rate_where_less_is_better(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    """113 cases in 12 open months, then 73 in 12: 73/113 = 0.646."""
    indicator = rate(place)
    measure(indicator, baseline, Decimal("9.4"), n=113, exposure=12)
    measure(indicator, follow_up, Decimal("6.1"), n=73, exposure=12)
    factories.TargetFactory.create(indicator=indicator, value=6)

    row = only(compare(place))

    assert row.change is not None
    assert row.change.kind == ChangeKind.RATE_RATIO
    assert (wording.change(row), row.verdict) == ("×0.65", Verdict.IMPROVED)
    assert row.progress == pytest.approx((9.4 - 6.1) / (9.4 - 6))
    assert wording.standing(row) == "97\xa0% of the way to the target"
    assert row.baseline is not None
    assert row.baseline.low == pytest.approx(7.76, abs=0.01)


def test_a_rate_without_exposure_has_a_ratio_alone(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    indicator = rate(place)
    measure(indicator, baseline, 10, n=10)
    measure(indicator, follow_up, 5)

    row = only(compare(place))

    assert (wording.change(row), wording.interval(row)) == ("×0.50", "without interval")
    assert row.verdict == Verdict.CANNOT_JUDGE


def test_a_rate_from_nothing_has_no_ratio(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    indicator = rate(place)
    measure(indicator, baseline, 0)
    measure(indicator, follow_up, 5)

    row = only(compare(place))

    assert (row.change, wording.change(row), wording.interval(row)) == (None, "–", "")


def test_a_published_doubling(place: Place, follow_up: Occasion) -> None:
    indicator = mean(place, name="People staying")
    measure(indicator, follow_up, None, relative_change=100)

    row = only(compare(place))

    assert (wording.change(row), wording.effect(row)) == ("×2", "twice as many")
    assert wording.message(row) == "People staying: twice as many, cannot be judged."


@pytest.mark.parametrize(
    ("change", "at_least", "written", "effect"),
    [
        ("150", False, "×2.5", "2.5 times as many"),
        ("100", True, "more than ×2", "more than twice as many"),
        ("200", True, "more than ×3", "more than 3 times as many"),
        ("12.5", False, "+12.5\xa0%", "12.5\xa0% more"),
        ("12.5", True, "more than +12.5\xa0%", "more than 12.5\xa0% more"),
        ("0", False, "0\xa0%", "0\xa0% less"),
        ("-30", True, "more than −30\xa0%", "more than 30\xa0% less"),
    ],
)
def test_published_changes_in_words(
    place: Place, follow_up: Occasion, *, change: str, at_least: bool, written: str, effect: str
) -> None:
    measure(mean(place), follow_up, None, relative_change=Decimal(change), at_least=at_least)

    row = only(compare(place))

    assert (wording.change(row), wording.effect(row)) == (written, effect)


# --- Towards the target ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "aim", "standing", "words"),
    [
        ("5", "6", "6", Standing.REACHED, "Target reached"),
        ("4", "5", "6", Standing.HALFWAY, "Halfway to the target"),
        ("8", "8", "8", Standing.HELD, "The target is held"),
        ("5", "4", "6", Standing.AWAY, "Away from the target"),
        ("8", "7", "7.5", Standing.AWAY, "Away from the target"),
        ("5", "5", "6", Standing.UNCHANGED, "No nearer the target"),
        ("5", "5.9", "6", Standing.ON_THE_WAY, "90\xa0% of the way to the target"),
        ("5", None, "6", Standing.NOT_KNOWN, "The target cannot be judged"),
        (None, "5", "6", Standing.NOT_REACHED, "Target not reached"),
        (None, "7", "6", Standing.REACHED, "Target reached"),
        ("5", "6", None, Standing.NO_TARGET, "No target set"),
    ],
)
def test_standing_towards_the_target(
    place: Place,
    baseline: Occasion,
    follow_up: Occasion,
    *,
    before: str | None,
    after: str | None,
    aim: str | None,
    standing: Standing,
    words: str,
) -> None:
    indicator = mean(place)
    for occasion, value in ((baseline, before), (follow_up, after)):
        if value is not None:
            measure(indicator, occasion, Decimal(value))
    if aim is not None:
        factories.TargetFactory.create(indicator=indicator, value=Decimal(aim))

    row = only(compare(place))

    assert (row.standing, wording.standing(row)) == (standing, words)


def test_a_target_for_a_year_and_one_for_all(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    """Three targets, each its own value: the overall is not the sum of the years."""
    indicator = mean(place)
    measure(indicator, baseline, 4)
    measure(indicator, follow_up, 5)
    for year, value in ((2023, 5), (2024, 6), (None, 7)):
        factories.TargetFactory.create(indicator=indicator, year=year, value=value)

    rows = [only(compare(place, year=year)) for year in (2023, 2024, 2030, None)]

    assert [(row.target, row.target_year) for row in rows] == [(5, 2023), (6, 2024), (7, None), (7, None)]


def test_without_an_overall_target_the_follow_ups_year_counts(
    place: Place, baseline: Occasion, follow_up: Occasion
) -> None:
    indicator = mean(place)
    measure(indicator, baseline, 4)
    measure(indicator, follow_up, 5)
    factories.TargetFactory.create(indicator=indicator, year=2023, value=5)

    assert only(compare(place)).target_year == 2023
    assert only(compare(place, year=2024)).target is None


# --- Like with like -------------------------------------------------------------------------------------------------


def warnings_between(place: Place, before: dict[str, object], after: dict[str, object]) -> list[tuple[str, str]]:
    """Of two occasions that are alike but for what is given."""
    indicator = mean(place)
    sides = (("before", 2022, Occasion.Role.BASELINE, before), ("after", 2023, Occasion.Role.FOLLOW_UP, after))
    for name, year, role, facts in sides:
        n = facts.pop("n", 100)
        occasion = factories.OccasionFactory.create(
            place=place, name=name, role=role, first=dt.date(year, 5, 1), last=dt.date(year, 5, 31), **facts
        )
        measure(indicator, occasion, 5, n=n, spread=1)
    return [(warned.code, warned.text) for warned in only(compare(place)).warnings]


def test_like_with_like_is_not_warned_for(place: Place) -> None:
    assert warnings_between(place, {}, {}) == []


def test_another_season_is_warned_for(place: Place) -> None:
    assert warnings_between(place, {}, {"season": "autumn"}) == [
        ("season", "Different seasons: spring against autumn. Compare with care.")
    ]


def test_another_method_is_warned_for(place: Place) -> None:
    assert warnings_between(place, {}, {"method": "Web panel"}) == [
        ("method", "Different methods: Enkät på plats against Web panel (Enkät på plats). Compare with care.")
    ]


def test_a_very_different_n_is_warned_for(place: Place) -> None:
    assert warnings_between(place, {"n": 100}, {"n": 151}) == [
        ("size", "Very different n: 100 against 151. Compare with care.")
    ]


def test_a_new_version_on_another_scale_is_warned_for_and_not_subtracted(
    place: Place, baseline: Occasion, follow_up: Occasion
) -> None:
    old = mean(place, name="Safety", scale_min=1, scale_max=5)
    new = mean(place, name="Safety", version=2)
    measure(old, baseline, 4, n=100, spread=1)
    measure(new, follow_up, 8, n=100, spread=1)
    factories.TargetFactory.create(indicator=new, value=9)

    row = only(compare(place))

    assert [(warned.code, warned.text) for warned in row.warnings] == [
        ("scale", "Different scales: 1–5 against 0–10. The values cannot be compared."),
        ("version", "Different versions of the question: 1 against 2. Compare with care."),
    ]
    assert (row.version, row.change, row.verdict) == (2, None, Verdict.CANNOT_JUDGE)
    assert (row.progress, row.standing) == (None, Standing.NOT_REACHED)
    assert wording.message(row) == ("Safety: baseline 4, follow-up 8, cannot be judged. Target 9: target not reached.")


def test_a_version_that_lost_its_scale(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    measure(mean(place, name="Safety"), baseline, 4)
    measure(mean(place, name="Safety", version=2, scale_min=None, scale_max=None), follow_up, 5)

    assert only(compare(place)).warnings[0].text == (
        "Different scales: 0–10 against no scale. The values cannot be compared."
    )


# --- Which occasions ------------------------------------------------------------------------------------------------


def test_first_baseline_against_latest_follow_up(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    later = factories.OccasionFactory.create(
        place=place, role=Occasion.Role.FOLLOW_UP, first=dt.date(2024, 5, 1), last=dt.date(2024, 5, 31)
    )
    again = factories.OccasionFactory.create(place=place, first=dt.date(2023, 1, 1), last=dt.date(2023, 1, 31))
    indicator = mean(place)
    for occasion, value in ((baseline, 4), (again, 5), (follow_up, 6), (later, 7)):
        measure(indicator, occasion, value)

    def values(groups: list[Group]) -> tuple[float | None, float | None]:
        row = only(groups)
        before, after = row.baseline, row.follow_up
        return before.value if before else None, after.value if after else None

    assert values(compare(place)) == (4, 7)
    assert values(compare(place, follow_up=follow_up)) == (4, 6)
    assert values(compare(place, baseline=again)) == (5, 7)
    assert values(compare(place, until=dt.date(2023, 12, 31))) == (4, 6)
    assert values(compare(place, until=dt.date(2022, 12, 31))) == (4, None)
    assert compare(place, until=dt.date(2021, 12, 31)) == []


def test_a_row_without_a_reading_on_the_chosen_occasions_is_left_out(
    place: Place, baseline: Occasion, follow_up: Occasion
) -> None:
    other = factories.OccasionFactory.create(place=place, first=dt.date(2020, 1, 1), last=dt.date(2020, 1, 2))
    measure(mean(place), follow_up, 5)

    assert compare(place, baseline=other, follow_up=baseline) == []


def test_another_places_indicators_are_not_compared(place: Place, other_place: Place) -> None:
    factories.ReadingFactory.create(indicator__place=other_place)

    assert compare(place) == []
    assert headline([]).sentence == "Nothing has been measured yet"


def test_two_queries_at_one_row_and_at_three(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    counts = []
    for made in (1, 2):
        for _number in range(made):
            indicator = mean(place)
            measure(indicator, baseline, 5)
            measure(indicator, follow_up, 6)
            factories.TargetFactory.create(indicator=indicator)
        with CaptureQueriesContext(connection) as asked:
            compare(place)
        counts.append(len(asked))

    assert counts == [2, 2]


# --- The headline ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("better", "worse", "sentence"),
    [
        (4, 1, "Four indicators are clearly better, one is clearly worse"),
        (1, 2, "Two indicators are clearly worse, one is clearly better"),
        (1, 0, "One indicator is clearly better"),
        (0, 1, "One indicator is clearly worse"),
        (13, 0, "13 indicators are clearly better"),
    ],
)
def test_the_headline_says_bad_news_like_good(
    place: Place, baseline: Occasion, follow_up: Occasion, *, better: int, worse: int, sentence: str
) -> None:
    for value, many in ((8, better), (2, worse)):
        for _number in range(many):
            indicator = mean(place)
            measure(indicator, baseline, 5, n=100, spread=1)
            measure(indicator, follow_up, value, n=100, spread=1)

    told = headline(compare(place))

    assert (told.improved, told.declined, told.sentence) == (better, worse, sentence)


def test_a_comparison_freezes_and_thaws(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    indicator = mean(place)
    measure(indicator, baseline, 4, n=100, spread=2)
    measure(indicator, follow_up, 5, n=200, spread=2)
    converter = cattrs.Converter()
    converter.register_unstructure_hook(dt.date, dt.date.isoformat)
    converter.register_structure_hook(dt.date, lambda value, _type: dt.date.fromisoformat(value))
    groups = compare(place)

    assert converter.structure(converter.unstructure(groups), list[Group]) == groups
