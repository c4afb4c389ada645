"""Representation targets: held by the database, set on a page, and what a season's plan is expected to give."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from measurements.models import AgeSet, Gender, Level, RepresentationTarget
from measurements.models.representation import group_words
from measurements.queries.aims import Prospect, Why, groups_of, residents_of
from measurements.queries.reach import expected_reach
from measurements.reach import Outlook
from measurements.reach_drawing import Bar, bars, pyramid
from measurements.statistics import Band
from places.history import history_of
from places.models import Place
from tests import factories
from tests.measurements.test_reach_views import (
    MAN,
    OLD,
    WINTER,
    WOMAN,
    YOUNG,
    counted,
    everyone,
    planned,
    residents,
    winter_counts,
    words,
)

OTHER = Gender.OTHER.value
Scale = RepresentationTarget.Scale
LIST, NEW = "/p/lilltorget/representation/", "/p/lilltorget/representation/new/"
REACH = "/p/lilltorget/wheel/reach/"

UNSHARED = "Räkningar och befolkning delas inte båda vid de här åldrarna"
# As a browser sends the form: women and girls at least half, until further notice.
TYPED = {"gender": "1", "lower": "", "upper": "", "measured_in": "share", "least": "50", "year": ""}


def target(place: Place, **fields: Any) -> RepresentationTarget:
    return factories.RepresentationTargetFactory.create(place=place, **fields)


def page_of(one: RepresentationTarget, name: str = "edit") -> str:
    return reverse(f"measurements:representation_{name}", args=["lilltorget", one.pk])


# --- What the database holds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({}, "one_representation_target_per_group_and_year"),
        ({"gender": 0}, "representation_of_women_or_men"),
        ({"gender": 3}, "representation_of_women_or_men"),
        ({"gender": None}, "representation_of_a_group"),
        ({"gender": None, "lower": 0}, "representation_of_a_group"),
        ({"lower": 0}, "representation_of_a_group"),
        ({"lower": 15, "upper": 14}, "representation_ages_in_order"),
        ({"upper": 14}, "representation_ages_in_order"),
        ({"year": 2027, "least": Decimal(0)}, "representation_target_within_bounds"),
        ({"year": 2027, "least": Decimal("100.01")}, "representation_target_within_bounds"),
        ({"year": 2027, "least": Decimal(0), "measured_in": "index"}, "representation_target_within_bounds"),
        ({"year": 2027, "least": Decimal("10.01"), "measured_in": "index"}, "representation_target_within_bounds"),
        ({"year": 2027, "least": Decimal(1), "measured_in": "other"}, "representation_target_within_bounds"),
    ],
)
def test_the_database_refuses(place: Place, fields: dict[str, Any], rule: str) -> None:
    target(place)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        target(place, **fields)
    refused = RepresentationTarget(**{"place": place, "gender": 1, "least": Decimal(50)} | fields)
    with translation.override("sv"), pytest.raises(ValidationError) as said:
        refused.validate_constraints()
    assert all(message[0].isupper() and message.endswith(".") for message in said.value.messages)


@pytest.mark.parametrize(
    "fields",
    [
        {"year": 2026},
        {"gender": 2},
        {"lower": 0, "upper": 14},
        {"lower": 65},
        {"gender": None, "lower": 65},
        {"lower": 15, "upper": 15, "measured_in": "index", "least": Decimal(10)},
        {"year": 2027, "least": Decimal(100)},
    ],
)
def test_each_group_and_year_has_its_own(place: Place, fields: dict[str, Any]) -> None:
    target(place)
    target(place, **fields).full_clean()
    assert place.representation_targets.count() == 2


def test_another_place_has_its_own_targets(place: Place, other_place: Place) -> None:
    target(place)
    target(other_place)
    assert place.representation_targets.count() == 1


def test_a_years_own_target_goes_before_the_standing_one(place: Place) -> None:
    old = target(place, gender=None, lower=65, least=Decimal(10))
    target(place)
    own = target(place, year=2027, least=Decimal(60))
    target(place, year=2026, least=Decimal(40))
    young = target(place, lower=0, upper=14, year=2027)

    assert place.representation_targets.for_year(2027) == [own, young, old]
    assert [one.least for one in place.representation_targets.for_year(2028)] == [50, 10]


@pytest.mark.parametrize(
    ("group", "english", "swedish"),
    [
        ((1, None, None), "women and girls", "kvinnor och flickor"),
        ((1, 0, 14), "girls 0–14", "flickor 0–14"),
        ((1, 15, 24), "women and girls 15–24", "kvinnor och flickor 15–24"),
        ((1, 65, None), "women 65+", "kvinnor 65+"),
        ((2, None, None), "men and boys", "män och pojkar"),
        ((2, 5, 14), "boys 5–14", "pojkar 5–14"),
        ((2, 25, 44), "men 25–44", "män 25–44"),
        ((None, 15, 24), "everyone 15–24", "alla 15–24"),
    ],
)
def test_a_group_is_called_what_it_is(group: tuple[int | None, ...], english: str, swedish: str) -> None:
    for language, called in (("en", english), ("sv", swedish)):
        with translation.override(language):
            assert group_words(*group) == called


def test_a_target_is_named_with_its_year(place: Place) -> None:
    with translation.override("en"):
        assert [str(target(place, year=year)) for year in (2027, None)] == ["women and girls 2027", "women and girls"]


# --- Groups -----------------------------------------------------------------------------------------------------------

BANDS = (Band(0, 14), Band(15, 24), Band(25, 64), Band(65, None))


@pytest.mark.parametrize(
    ("group", "bands", "cells"),
    [
        ((1, None, None), (), {(1, None)}),
        ((1, None, None), BANDS, {(1, band) for band in BANDS}),
        ((2, 15, 64), BANDS, {(2, BANDS[1]), (2, BANDS[2])}),
        ((None, 65, None), BANDS, {(WOMAN, BANDS[3]), (MAN, BANDS[3]), (OTHER, BANDS[3])}),
        # Inside a band, from its middle, to its middle, older than any border, and by gender alone.
        ((1, 5, 9), BANDS, None),
        ((1, 10, 24), BANDS, None),
        ((1, 15, 30), BANDS, None),
        ((1, 80, None), BANDS, None),
        ((1, 15, 24), (), None),
    ],
)
def test_a_target_is_of_whole_bands(group: tuple[int | None, ...], bands: tuple[Band, ...], cells: Any) -> None:
    gender, lower, upper = group
    found = groups_of(RepresentationTarget(gender=gender, lower=lower, upper=upper), bands)
    assert found == (None if cells is None else frozenset(cells))


# --- What is expected -------------------------------------------------------------------------------------------------


@pytest.fixture
def winter(place: Place) -> Place:
    """30 young women and 10 old men judged in five counts; each a quarter of the population. One more is planned."""
    everyone()
    winter_counts(place)
    planned(place, dt.date(2026, 12, 1))
    return place


def expected(place: Place) -> tuple[Prospect, ...]:
    return expected_reach(place, WINTER).prospects


def test_a_share_is_held_against_the_visits_expected(winter: Place) -> None:
    target(winter)

    (one,) = expected(winter)

    assert one.groups
    assert len(one.groups) == 6
    assert one.share
    assert one.share.value == pytest.approx(0.75)
    assert one.share.low < 0.75 < one.share.high
    # Women and girls are 250 and five times 50 of 1 000.
    assert (one.aim.there, one.aim.least, one.aim.least_index) == (0.5, 0.5, 1)
    assert one.index
    assert one.index.value == pytest.approx(1.5)
    assert (one.counted, one.judged, one.counted_share, one.why) == (30, 40, 0.75, None)


def test_an_index_is_times_the_share_of_the_population(winter: Place) -> None:
    target(winter, lower=15, upper=24, measured_in=Scale.INDEX, least=Decimal("1.2"))

    (one,) = expected(winter)

    assert one.groups == frozenset({(WOMAN, YOUNG)})
    assert [one.aim.there, one.aim.least, one.aim.least_index] == pytest.approx([0.25, 0.3, 1.2])
    assert one.index == expected_reach(winter, WINTER).forecast.index[WOMAN, YOUNG]


def test_the_words_follow_the_interval(winter: Place) -> None:
    for lower, upper, least in ((15, 24, "30"), (25, 44, "20"), (None, None, "75")):
        target(winter, lower=lower, upper=upper, least=Decimal(least))
    assert [one.outlook for one in expected(winter)] == [Outlook.WITHIN_MARGIN, Outlook.MET, Outlook.BELOW]


def test_winter_is_of_the_year_of_its_january(winter: Place) -> None:
    for year in (2026, 2027, None):
        target(winter, year=year, least=Decimal(year or 2030) - 2000)
    assert [one.target.year for one in expected(winter)] == [2027]


def test_too_little_counted_is_no_word(place: Place) -> None:
    everyone()
    planned(place, dt.date(2026, 12, 1))
    target(place)
    (one,) = expected(place)
    assert (one.outlook, one.why, one.counted_share, one.share) == (Outlook.CANNOT_JUDGE, Why.TOO_LITTLE, None, None)


def test_ages_that_counts_and_population_do_not_share_are_no_word(winter: Place) -> None:
    target(winter, lower=15, upper=17)
    (one,) = expected(winter)
    assert (one.outlook, one.why, one.groups, one.counted_share) == (Outlook.CANNOT_JUDGE, Why.AGES, None, None)


def test_an_index_without_a_population_is_no_word_and_a_share_is(place: Place) -> None:
    winter_counts(place)
    planned(place, dt.date(2026, 12, 1))
    target(place, measured_in=Scale.INDEX, least=Decimal(1))
    target(place, year=2027, lower=15, upper=24, least=Decimal(20))

    index, share = expected(place)

    assert (index.outlook, index.why, index.aim.least, index.index) == (
        Outlook.CANNOT_JUDGE,
        Why.NO_POPULATION,
        None,
        None,
    )
    assert (share.outlook, share.why, share.aim.least_index) == (Outlook.MET, None, None)


def test_by_gender_alone_a_gender_can_be_judged_and_an_age_cannot(place: Place) -> None:
    residents((WOMAN, 0, 17, 50), (MAN, 0, 17, 50), (WOMAN, 18, None, 50), (MAN, 18, None, 50))
    winter_counts(place)
    planned(place, dt.date(2026, 12, 1))
    target(place)
    target(place, gender=None, lower=18)

    by_gender, by_age = expected(place)

    # 30 of 45: those whose age was not judged are men.
    assert (by_gender.groups, by_gender.counted, by_gender.judged) == (frozenset({(WOMAN, None)}), 30, 45)
    assert by_age.why == Why.AGES


def test_what_has_reached_those_below_their_target_is_told_first(winter: Place) -> None:
    for week in range(3):
        counted(winter, dt.date(2026, 5, 5) + week * dt.timedelta(days=7), {(MAN, 25): 10, (MAN, 65): 5}, "Boule")
    target(winter, gender=None, lower=25, upper=64, least=Decimal(30))
    single = target(winter, gender=MAN, lower=25, upper=44, least=Decimal(10))

    found = expected_reach(winter, WINTER)

    own, both = found.missing[:2]
    assert (own.target, own.groups) == (single, frozenset({(MAN, Band(25, 44))}))
    assert [(row.key, row.visits) for row in both.by] == [("boule", 30), ("zumba", 0)]
    # The single group is below the population as well, and told once.
    assert [one.groups for one in found.missing].count(own.groups) == 1
    assert all(one.target is None for one in found.missing[2:])


# --- The drawing ------------------------------------------------------------------------------------------------------


def test_bars_lie_on_one_scale(winter: Place) -> None:
    target(winter, lower=15, upper=24, least=Decimal(100))
    target(winter, gender=None, lower=65, least=Decimal(50))
    target(winter, lower=15, upper=17)

    none, first, second = bars(expected(winter))

    assert none is None
    assert first
    assert second
    # 308 pixels are 100 per cent: 75 of them expected, a quarter of the population, and half.
    assert (first.end, first.tick, first.aim) == (6 + 231, 6 + 77, 314)
    assert first.low < first.end < first.high <= 314
    # Old men and women are 300 of 1 000.
    assert (second.end, second.tick, second.aim) == (6 + 77, 6 + 92, 6 + 154)


def test_without_a_population_a_bar_has_no_tick(place: Place) -> None:
    winter_counts(place)
    planned(place, dt.date(2026, 12, 1))
    target(place, least=Decimal(100))
    (bar,) = bars(expected(place))
    assert isinstance(bar, Bar)
    assert (bar.tick, bar.aim) == (None, 314)


def test_nothing_to_draw_is_no_bar() -> None:
    assert bars([]) == []


def test_the_pyramid_marks_the_target_of_a_single_group(winter: Place) -> None:
    drawn = pyramid(expected_reach(winter, WINTER).forecast, {(WOMAN, YOUNG): 0.5, (MAN, OLD): 1})
    assert drawn
    young, old = drawn.rows[3].woman, drawn.rows[0].man
    assert young
    assert old
    # A target beyond every bar is the longest there is: 100 pixels from the edge of the middle.
    assert (old.aim, young.aim) == (302, 142 - 50)


# --- The page of the reach --------------------------------------------------------------------------------------------


def aims_of(page: Any) -> list[tuple[str, str, str]]:
    return [(each["label"], each["chip"], str(each["why"])) for each in page.context["prospects"]]


def test_the_page_holds_the_plan_against_its_targets(as_host: Client, winter: Place) -> None:
    target(winter, lower=15, upper=24, least=Decimal(30))
    target(winter, gender=None, lower=65, measured_in=Scale.INDEX, least=Decimal(3))
    target(winter, lower=15, upper=17)

    page = as_host.get(REACH)

    assert aims_of(page) == [
        ("Flickor 15–17", "unknown", f"{UNSHARED}."),
        ("Kvinnor och flickor 15–24", "will_be_met", ""),
        ("Alla 65+", "clearly_below", ""),
    ]
    html = words(page)
    assert "Tydligt under målvärdet: alla 65+</h2>" in html
    assert "minst 30 %" in html
    assert "minst index 3" in html
    assert "30 av 40 bedömda" in html
    assert "Flagga på streckad linje: målvärde." in html
    assert html.count('class="aim-bar"') == 2
    # One group of the pyramid has a target of its own.
    assert (page.context["has_aims"], html.split('class="pyramid"')[1].split("</svg>")[0].count('class="flag"')) == (
        True,
        1,
    )
    assert "Alla 65+<small>under målvärdet</small>" in html


@pytest.mark.parametrize(
    ("leasts", "finding"),
    [
        (["30"], "Målvärdet väntas nås"),
        (["30", "1"], "2 av 2 målvärden väntas nås"),
        (["30", "10"], "1 av 2 målvärden väntas nås"),
        (["75"], "Inget målvärde nås eller missas tydligt"),
        (["99"], "Tydligt under målvärdet: kvinnor och flickor 15–24"),
        (["99", "10", "99"], "2 av 3 grupper ligger tydligt under sina målvärden"),
        (["30", "10", "99"], "Tydligt under målvärdet: män 25–44"),
    ],
)
def test_the_heading_is_the_finding(as_host: Client, winter: Place, leasts: list[str], finding: str) -> None:
    groups = ((WOMAN, 15, 24), (MAN, 65, None), (MAN, 25, 44))
    for (gender, lower, upper), least in zip(groups, leasts, strict=False):
        target(winter, gender=gender, lower=lower, upper=upper, least=Decimal(least))
    assert as_host.get(REACH).context["finding"] == finding


@pytest.mark.parametrize(
    ("number", "finding"), [(1, "Målvärdet kan inte bedömas än"), (2, "Inget av 2 målvärden kan bedömas än")]
)
def test_nothing_to_judge_by_is_said(as_host: Client, place: Place, number: int, finding: str) -> None:
    planned(place, dt.date(2026, 12, 1))
    for gender in (WOMAN, MAN)[:number]:
        target(place, gender=gender)
    page = as_host.get(REACH)
    assert page.context["finding"] == finding
    assert "För lite av det planerade har räknats efter kön och ålder." in words(page)
    assert "Målvärden för representation 2027." in words(page)


def test_without_a_population_shares_are_told_alone(as_host: Client, place: Place) -> None:
    winter_counts(place)
    planned(place, dt.date(2026, 12, 1))
    target(place, least=Decimal(100))
    html = words(as_host.get(REACH))
    assert "75,0 %<br><small>av de bedömda</small>" in html
    assert "30 av 40 bedömda, räkningar: 5" in html


def test_without_targets_a_line_offers_to_set_one(as_host: Client, winter: Place) -> None:
    html = words(as_host.get(REACH))
    assert "Inget målvärde för representation är satt för året" in html
    assert NEW not in html


def test_those_who_measure_get_there(as_analyst: Client, winter: Place) -> None:
    assert NEW in words(as_analyst.get(REACH))


def test_the_page_costs_the_same_whatever_the_targets(as_host: Client, winter: Place) -> None:
    costs = []
    for upper in (14, 24, 44):
        target(winter, lower=5, upper=upper, least=Decimal(90))
        with CaptureQueriesContext(connection) as asked:
            as_host.get(REACH)
        costs.append(len(asked))
    assert costs[0] == costs[2]


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_has_each_year_by_itself_and_says_what_cannot_be_judged(as_host: Client, place: Place) -> None:
    everyone()
    target(place)
    target(place, year=2027, lower=15, upper=17, least=Decimal("45.5"))
    target(place, gender=None, lower=15, upper=24, measured_in=Scale.INDEX, least=Decimal("1.25"))

    page = as_host.get(LIST)

    assert [(row["group"], row["target"].year, row["comparable"]) for row in page.context["rows"]] == [
        ("Kvinnor och flickor", None, True),
        ("Alla 15–24", None, True),
        ("Flickor 15–17", 2027, False),
    ]
    html = words(page)
    assert "minst 50 %<small> · index 1,00</small>" in html
    # 250 and 50 of 1 000, one and a quarter times.
    assert "minst index 1,25<small> · 37,5 %</small>" in html
    assert "minst 45,5 %" in html
    assert html.count("Kan inte bedömas") == 1
    assert "Ändra" not in html


def test_without_a_population_an_index_cannot_be_judged(as_analyst: Client, place: Place) -> None:
    target(place, measured_in=Scale.INDEX, least=Decimal(1))
    html = words(as_analyst.get(LIST))
    assert "Kan inte bedömas: gruppens andel av befolkningen är inte känd här." in html
    assert "minst index 1</p>" in html.replace(" </p>", "</p>")
    assert "Ändra" in html


@pytest.mark.parametrize(("who", "offered"), [("host", False), ("analyst", True)])
def test_an_empty_list_says_what_it_is_for(
    client: Client, request: pytest.FixtureRequest, place: Place, who: str, *, offered: bool
) -> None:
    client.force_login(request.getfixturevalue(who))
    html = words(client.get(LIST))
    assert "Inget målvärde för representation än" in html
    assert (NEW in html) == offered


def test_the_list_costs_the_same_whatever_its_length(as_analyst: Client, place: Place) -> None:
    everyone()
    costs = []
    for year in (2025, 2026, 2027):
        target(place, year=year)
        with CaptureQueriesContext(connection) as asked:
            as_analyst.get(LIST)
        costs.append(len(asked))
    assert costs[0] == costs[2]


def test_the_indicators_lead_there(as_host: Client, place: Place) -> None:
    assert LIST in words(as_host.get("/p/lilltorget/indicators/"))


# --- The form ---------------------------------------------------------------------------------------------------------


def test_a_target_is_set(as_analyst: Client, place: Place) -> None:
    everyone()
    as_analyst.post(NEW, TYPED)
    as_analyst.post(NEW, TYPED | {"gender": "", "lower": "65", "measured_in": "index", "least": "1,5", "year": "2027"})

    rows = place.representation_targets.values_list("gender", "lower", "upper", "year", "measured_in", "least")
    assert sorted(rows, key=str) == [
        (1, None, None, None, "share", Decimal(50)),
        (None, 65, None, 2027, "index", Decimal("1.5")),
    ]


def test_all_ages_may_be_said_in_two_ways(as_analyst: Client, place: Place) -> None:
    as_analyst.post(NEW, TYPED | {"lower": "0"})
    assert place.representation_targets.get().lower is None


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"gender": ""}, {"gender": ["Välj ett kön, en ålder eller båda: alla är ingen grupp."]}),
        ({"gender": "", "lower": "0"}, {"gender": ["Välj ett kön, en ålder eller båda: alla är ingen grupp."]}),
        ({"upper": "14"}, {"lower": ["Välj åldern som gruppen börjar vid."]}),
        ({"lower": "15", "upper": "14"}, {"upper": ["Den sista åldern är lägre än den första."]}),
        ({"lower": "13"}, {"lower": ["Välj ett giltigt alternativ. 13 finns inte bland tillgängliga alternativ."]}),
        ({"least": ""}, {"least": ["Detta fält måste fyllas i."]}),
        ({"least": "0"}, {"least": ["Ett målvärde är större än 0."]}),
        ({"least": "101"}, {"least": ["En andel är högst 100 procent."]}),
        (
            {"measured_in": "index", "least": "50"},
            {"least": ["Ett index är högst 10. En andel mäts i procent."]},
        ),
        # Women and girls are half: twice as many is everybody.
        ({"measured_in": "index", "least": "2,1"}, {"least": ["Det är fler än alla: index 2 är samtliga."]}),
        ({"year": "27"}, {"year": ["Skriv året med fyra siffror."]}),
        ({"gender": "2"}, {"year": ["Det finns redan ett målvärde för den gruppen och det året."]}),
        (
            {"gender": "2", "year": "2026"},
            {"year": ["Det finns redan ett målvärde för den gruppen och det året."]},
        ),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    as_analyst: Client, place: Place, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    everyone()
    for year in (None, 2026):
        target(place, gender=MAN, year=year)

    answer = as_analyst.post(NEW, TYPED | typed)

    assert answer.context["form"].errors == errors
    assert place.representation_targets.count() == 2


@pytest.mark.parametrize(
    ("typed", "field", "doubt"),
    [
        (
            {"lower": "5", "upper": "24"},
            "lower",
            f"{UNSHARED}, så målvärdet kan inte bedömas. Det kan 0–24, 25+.",
        ),
        ({"least": "5"}, "least", "Långt under gruppens andel av befolkningen: det är index 0,1."),
    ],
)
def test_what_is_unlikely_is_asked_about_once(
    as_analyst: Client, place: Place, typed: dict[str, str], field: str, doubt: str
) -> None:
    residents((WOMAN, 0, 24, 30), (WOMAN, 25, None, 70), (MAN, 0, 24, 40), (MAN, 25, None, 60))
    factories.AgeSetFactory.create()

    asked = as_analyst.post(NEW, TYPED | typed)
    assert asked.context["form"].doubts == {field: doubt}
    assert words(asked).count(doubt) == 2
    assert "Inte sparat än." in words(asked)
    assert place.representation_targets.count() == 0

    as_analyst.post(NEW, TYPED | typed | {f"{field}-sure": "1"})
    saved = place.representation_targets.get()
    # Of what stands, only what is changed is asked about.
    answer = as_analyst.post(page_of(saved), TYPED | typed | {"year": "2027"})
    assert answer.status_code == 302


def test_an_index_without_a_population_is_doubted(as_analyst: Client, place: Place) -> None:
    factories.AgeSetFactory.create()
    asked = as_analyst.post(NEW, TYPED | {"measured_in": "index", "least": "1"})
    assert list(asked.context["form"].doubts) == ["measured_in"]
    assert "Kommunens befolkning är inte känd här. En andel kan sättas och bedömas" in words(asked)


def test_where_no_borders_are_shared_every_age_is_doubted(as_analyst: Client, place: Place) -> None:
    residents((WOMAN, 0, 17, 50), (MAN, 0, 17, 50), (WOMAN, 18, None, 50), (MAN, 18, None, 50))
    factories.AgeSetFactory.create()
    asked = as_analyst.post(NEW, TYPED | {"lower": "18"})
    assert asked.context["form"].doubts == {
        "lower": "Räkningar och befolkning delas inte vid samma åldrar här, så bara kön kan bedömas."
    }


def test_the_ages_of_counts_and_residents_are_offered_and_its_own(as_analyst: Client, place: Place) -> None:
    residents((WOMAN, 0, 17, 30), (WOMAN, 18, None, 70))
    plain = AgeSet.objects.get(name="PLDP basic")
    counted(place, dt.date(2026, 5, 5), {(WOMAN, 15): 4}, age_set=plain)
    old = target(place, lower=13, upper=19)

    form = as_analyst.get(page_of(old)).context["form"]

    assert [age for age, _word in form.fields["lower"].choices] == ["", 0, 13, 15, 18, 25, 65]
    assert [age for age, _word in form.fields["upper"].choices] == ["", 14, 17, 19, 24, 64]
    assert [form.fields[name].choices[0][1] for name in ("gender", "lower", "upper")] == [
        "Alla kön",
        "Alla åldrar",
        "och äldre",
    ]


def test_the_population_stands_beside_the_form(as_analyst: Client, place: Place) -> None:
    residents((WOMAN, 0, 24, 30), (WOMAN, 25, None, 70), (MAN, 0, 24, 40), (MAN, 25, None, 60))
    found = as_analyst.get(NEW).context["residents"]
    assert found.rows == [
        (Band(0, 24), [0.15, 0.2, 0.35]),
        (Band(25, None), [0.35, 0.3, 0.65]),
        (None, [0.5, 0.5, 1]),
    ]
    assert (found.year, found.source) == (2019, "SCB, 31 december 2019")


def test_a_gender_counted_alone_goes_by_the_default_ages(place: Place, django_assert_num_queries: Any) -> None:
    counted(place, dt.date(2026, 5, 5), {(WOMAN, None): 4}, level=Level.GENDER)
    with django_assert_num_queries(4):
        found = residents_of(place)
    assert [str(band) for band in found.shared] == ["0–4", "5–14", "15–24", "25–44", "45–64", "65+"]
    assert (found.bands, found.year) == ((), None)


# --- Changed, taken away and put back ---------------------------------------------------------------------------------


def test_a_target_is_changed_and_the_page_tells_who_did(as_analyst: Client, place: Place) -> None:
    everyone()
    one = target(place, least=Decimal("45.5"))
    form = as_analyst.get(page_of(one)).context["form"]
    assert (form.initial["least"], form["least"].value()) == (Decimal("45.5"), Decimal("45.5"))

    as_analyst.post(page_of(one), TYPED)

    one.refresh_from_db()
    (change,) = history_of(one).changes
    assert change.who
    assert (one.least, change.who.email) == (Decimal(50), "analyst@example.se")
    assert "Minst: från 45,50 till 50,00" in words(as_analyst.get(page_of(one)))


def test_a_wrong_change_keeps_the_name_of_what_stands(as_analyst: Client, place: Place) -> None:
    one = target(place)
    page = words(as_analyst.post(page_of(one), TYPED | {"gender": "2", "least": "0"}))
    assert "Målvärde för kvinnor och flickor</h1>" in page


def test_a_target_is_taken_away_and_put_back(as_analyst: Client, place: Place) -> None:
    one = target(place, lower=15, upper=24, year=2027)
    answer = as_analyst.post(page_of(one, "delete"), follow=True)
    assert not place.representation_targets.exists()
    back = page_of(one, "take_back")
    assert back in words(answer)

    for _time in range(2):
        answer = as_analyst.post(back, follow=True)
        assert "Målvärdet för kvinnor och flickor 15–24 är tillbaka." in words(answer)
    assert RepresentationTarget.objects.values().get() == {
        "id": one.pk,
        "place_id": place.pk,
        "gender": 1,
        "lower": 15,
        "upper": 24,
        "year": 2027,
        "measured_in": "share",
        "least": Decimal(50),
    }


def test_it_is_not_put_back_over_another(as_analyst: Client, place: Place) -> None:
    one = target(place)
    as_analyst.post(page_of(one, "delete"))
    target(place, least=Decimal(40))
    answer = as_analyst.post(page_of(one, "take_back"), follow=True)
    assert "Det finns redan ett målvärde för den gruppen och det året." in words(answer)
    assert place.representation_targets.get().least == 40


def test_what_was_never_here_is_not_put_back(as_analyst: Client, place: Place, other_place: Place) -> None:
    elsewhere = target(other_place)
    back = page_of(elsewhere, "take_back")
    elsewhere.delete()
    assert as_analyst.post(back).status_code == 404
    assert not RepresentationTarget.objects.exists()


def test_it_is_not_taken_away_by_a_link(as_analyst: Client, place: Place) -> None:
    one = target(place)
    assert [as_analyst.get(page_of(one, name)).status_code for name in ("delete", "take_back")] == [405, 405]


def test_another_places_target_is_not_found(as_analyst: Client, place: Place, other_place: Place) -> None:
    assert as_analyst.get(page_of(target(other_place))).status_code == 404
