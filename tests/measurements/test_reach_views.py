"""The forecast from the ledger to the page, and looking back on it from the command line."""

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.models import Kind, Occurrence
from measurements.models import AgeBand, AgeSet, Gender, Level, Measure
from measurements.queries.participation import key_of, participation_history
from measurements.queries.reach import expected_reach
from measurements.reach import Basis
from measurements.reach_drawing import pyramid
from measurements.statistics import Band
from places.models import Place
from places.periods import Period
from tests import factories

# Winter 2027 is December 2026 to February 2027.
WINTER = Period.season(2027, "winter")
YOUNG, OLD = Band(15, 24), Band(65, None)
WOMAN, MAN, NOT_JUDGED = Gender.WOMAN.value, Gender.MAN.value, Gender.NOT_CLASSIFIED.value


@pytest.fixture
def address(place: Place) -> str:
    return reverse("measurements:reach", args=[place.slug])


def planned(place: Place, day: dt.date, title: str = "Zumba", **more: Any) -> Occurrence:
    return factories.OccurrenceFactory.create(place=place, title=title, date=day, **more)


def counted(
    place: Place, day: dt.date, cells: dict[tuple[int, int | None], int], title: str = "Zumba", **more: Any
) -> Occurrence:
    """An occurrence with its count; cells by gender and the lowest age of the band."""
    level, age_set = more.pop("level", Level.GENDER_AGE), more.pop("age_set", None) or factories.AgeSetFactory.create()
    occurrence = planned(place, day, title, told=True, **more)
    headcount = factories.HeadcountFactory.create(
        place=place,
        measure=Measure.PARTICIPATING,
        occurrence=occurrence,
        zone=None,
        date=day,
        level=level,
        age_set=age_set,
    )
    for (gender, lower), people in cells.items():
        band = None if lower is None else AgeBand.objects.get(age_set=age_set, lower=lower)
        factories.CountEntryFactory.create(headcount=headcount, gender=gender, age_band=band, people=people)
    return occurrence


def winter_counts(place: Place, number: int = 5, **more: Any) -> None:
    """Each: 6 young women, 2 old men, 2 of whom not all was judged."""
    for week in range(number):
        day = dt.date(2026, 1, 13) + week * dt.timedelta(days=7)
        counted(place, day, {(WOMAN, 15): 6, (MAN, 65): 2, (MAN, None): 1, (NOT_JUDGED, 15): 1}, **more)


def residents(*rows: tuple[int, int, int | None, int]) -> None:
    for gender, lower, upper, people in rows:
        factories.PopulationFactory.create(gender=gender, lower=lower, upper=upper, people=people)


def everyone() -> None:
    """A quarter young women and as many old men, half all others."""
    for gender in (WOMAN, MAN):
        for lower, upper in ((0, 4), (5, 14), (15, 24), (25, 44), (45, 64), (65, None)):
            own = (gender, lower) in {(WOMAN, 15), (MAN, 65)}
            residents((gender, lower, upper, 250 if own else 50))


# --- The history ------------------------------------------------------------------------------------------------------


def test_the_history_has_each_count_with_its_people_and_its_groups(place: Place) -> None:
    winter_counts(place, 1)
    counted(place, dt.date(2026, 5, 5), {(NOT_JUDGED, None): 40}, "Loppis", level=Level.TOTAL, kind=Kind.EVENT)

    history = participation_history(place)

    assert [(one.key, one.kind, one.season, one.people) for one in history.past] == [
        ("zumba", "activity", "winter", 10),
        ("loppis", "event", "spring", 40),
    ]
    assert history.past[0].groups == {(WOMAN, YOUNG): 6, (MAN, OLD): 2, None: 2}
    assert history.past[1].groups is None
    assert (history.titles, history.by_gender_alone) == ({"zumba": "Zumba", "loppis": "Loppis"}, False)
    assert (history.first, history.last) == (dt.date(2026, 1, 13), dt.date(2026, 5, 5))


def test_withdrawn_old_and_other_places_counts_are_not_in_it(place: Place, other_place: Place) -> None:
    counted(place, dt.date(2023, 10, 31), {(WOMAN, 15): 5}, "För länge sedan")
    counted(other_place, dt.date(2026, 5, 5), {(WOMAN, 15): 5}, "Annan plats")
    begun = planned(place, dt.date(2026, 5, 6), "Påbörjad", told=True)
    factories.HeadcountFactory.create(
        place=place, measure=Measure.PARTICIPATING, occurrence=begun, zone=None, date=begun.date
    )
    factories.HeadcountFactory.create(place=place)

    history = participation_history(place)

    assert (history.past, history.first, history.last, history.population_year) == ((), None, None, None)


def test_bands_merge_where_borders_nest(place: Place) -> None:
    residents((WOMAN, 0, 24, 30), (WOMAN, 25, None, 70), (MAN, 0, 24, 40), (MAN, 25, None, 60))
    winter_counts(place, 1)

    history = participation_history(place)

    assert history.past[0].groups == {(WOMAN, Band(0, 24)): 6, (MAN, Band(25, None)): 2, None: 2}
    assert history.population == {
        (WOMAN, Band(0, 24)): 30,
        (WOMAN, Band(25, None)): 70,
        (MAN, Band(0, 24)): 40,
        (MAN, Band(25, None)): 60,
    }


def test_where_no_borders_are_shared_gender_alone_is_told(place: Place) -> None:
    residents((WOMAN, 0, 17, 30), (WOMAN, 18, None, 70), (MAN, 0, 17, 40), (MAN, 18, None, 60))
    winter_counts(place, 1)
    counted(place, dt.date(2026, 5, 5), {(WOMAN, None): 4}, level=Level.GENDER)

    history = participation_history(place)

    assert history.by_gender_alone
    assert [one.groups for one in history.past] == [{(WOMAN, None): 6, (MAN, None): 3, None: 1}, {(WOMAN, None): 4}]
    assert history.population == {(WOMAN, None): 100, (MAN, None): 100}


def test_titles_are_the_same_however_they_are_written() -> None:
    assert key_of("  Salsa  och BUGG ") == "salsa och bugg"


# --- The forecast -----------------------------------------------------------------------------------------------------


def test_a_seasons_plan_is_forecast_from_its_own_counts(place: Place) -> None:
    everyone()
    winter_counts(place)
    for day in (1, 8, 15):
        planned(place, dt.date(2026, 12, day))
    planned(place, dt.date(2027, 3, 2), "Nästa säsong")

    found = expected_reach(place, WINTER)

    (item,) = found.forecast.items
    assert (item.planned.times, item.basis, item.counts) == (3, Basis.OWN_SEASON, 5)
    assert item.visits
    assert item.visits.value == 30
    assert {cell: round(one.value) for cell, one in found.forecast.groups.items()} == {
        (WOMAN, YOUNG): 18,
        (MAN, OLD): 6,
        None: 6,
    }
    # 18 of 24 judged and 6 of 24, each against 250 of 1 000.
    assert found.forecast.index[WOMAN, YOUNG].value == pytest.approx(3)
    assert found.forecast.index[MAN, OLD].value == pytest.approx(1)
    assert found.forecast.coverage == pytest.approx(0.8)


def test_what_has_begun_or_is_cancelled_or_was_unplanned_is_not_forecast(place: Place) -> None:
    autumn = Period.season(2026, "autumn")
    planned(place, dt.date(2026, 10, 6), told=True)
    planned(place, dt.date(2026, 11, 20), "Väntar på utfall")
    planned(place, dt.date(2026, 11, 25), "Kommer")
    planned(place, dt.date(2026, 10, 7), "Oplanerat", told=True, was_planned=False)
    cancelled = planned(place, dt.date(2026, 11, 26), "Inställt", told=True)
    Occurrence.objects.filter(pk=cancelled.pk).update(outcome="cancelled", reason="staff")

    found = expected_reach(place, autumn)

    assert ([item.planned.key for item in found.forecast.items], found.begun) == (["kommer"], 2)


def test_a_copy_goes_by_what_it_was_copied_from(place: Place) -> None:
    winter_counts(place)
    source = place.occurrences.first()
    planned(place, dt.date(2026, 12, 1), "Dans för alla", copied_from=source)

    (item,) = expected_reach(place, WINTER).forecast.items

    assert (item.planned.former, item.basis) == (("zumba",), Basis.OWN_SEASON)


def test_groups_that_are_missing_come_with_what_has_reached_them(place: Place) -> None:
    everyone()
    winter_counts(place)
    for week in range(3):
        day = dt.date(2026, 5, 5) + week * dt.timedelta(days=7)
        counted(place, day, {(MAN, 25): 10, (MAN, 65): 5}, "Boule")
    planned(place, dt.date(2026, 12, 1))

    found = expected_reach(place, WINTER)

    missing = {one.groups: one for one in found.missing}
    middle = missing[frozenset({(MAN, Band(25, 44))})]
    assert middle.index
    assert (middle.index.value, middle.target) == (0, None)
    assert [(row.key, row.visits, row.judged) for row in middle.by] == [("boule", 30, 45), ("zumba", 0, 40)]
    assert frozenset({(WOMAN, YOUNG)}) not in missing
    # They are all at nothing; the first of them in the order of the population.
    assert found.furthest == (WOMAN, Band(0, 4))


def test_the_cost_does_not_follow_how_much_was_counted(place: Place, django_assert_num_queries: Any) -> None:
    everyone()
    for number in range(3):
        winter_counts(place, 2, title=f"Zumba {number}")
        planned(place, dt.date(2026, 12, 1), f"Zumba {number}")
        with django_assert_num_queries(6):
            assert len(expected_reach(place, WINTER).forecast.items) == number + 1


# --- The drawing ------------------------------------------------------------------------------------------------------


def test_the_pyramid_has_women_left_men_right_and_the_oldest_on_top(place: Place) -> None:
    everyone()
    winter_counts(place)
    planned(place, dt.date(2026, 12, 1))

    drawn = pyramid(expected_reach(place, WINTER).forecast)

    assert drawn
    assert [row.label for row in drawn.rows] == ["65+", "45–64", "25–44", "15–24", "5–14", "0–4"]
    young = drawn.rows[3]
    assert young.woman
    assert young.man
    # Shares of 0.75 against 0.25: the bar is three times the tick's way from the middle's edge at 142.
    assert 142 - young.woman.x == young.woman.width
    assert young.woman.width == pytest.approx(3 * (142 - young.woman.tick), abs=2)
    assert young.woman.high <= young.woman.x <= young.woman.low <= 142
    assert (young.man.x, young.man.width, young.man.low, young.man.aim) == (202, 0, 202, None)
    assert young.man.high > 202
    assert young.man.tick > 202


def test_by_gender_alone_it_has_one_row(place: Place) -> None:
    residents((WOMAN, 0, 17, 50), (MAN, 0, 17, 50), (WOMAN, 18, None, 50), (MAN, 18, None, 50))
    winter_counts(place)
    planned(place, dt.date(2026, 12, 1))

    drawn = pyramid(expected_reach(place, WINTER).forecast)

    assert drawn
    assert [row.label for row in drawn.rows] == [""]


def test_nothing_known_is_nothing_drawn(place: Place) -> None:
    assert pyramid(expected_reach(place, WINTER).forecast) is None


# --- The page ---------------------------------------------------------------------------------------------------------


def words(page: Any) -> str:
    return " ".join(page.content.decode().split())


def test_the_page_tells_the_finding_and_draws_it_with_its_table(as_host: Client, place: Place, address: str) -> None:
    everyone()
    winter_counts(place)
    planned(place, dt.date(2026, 12, 1))

    page = as_host.get(address)

    assert page.context["chosen"] == WINTER
    assert "Omkring 10 besök väntas, mellan" in words(page)
    assert 'class="pyramid"' in words(page)
    groups = page.context["groups"]
    assert [group["label"] for group in groups] == ["kvinna/flicka 15–24", "man/pojke 65+", "ej bedömt"]
    assert [group["share"] for group in groups] == [pytest.approx(0.75), pytest.approx(0.25), None]
    assert page.context["missing"][0]["label"] in words(page).lower()


def test_each_season_ahead_can_be_chosen_and_nonsense_is_the_coming_one(as_host: Client, address: str) -> None:
    page = as_host.get(address, {"season": "2027sommar"})
    assert page.context["chosen"] == Period.season(2027, "summer")
    assert [label for _season, label in page.context["seasons"]] == [
        "Höst 2026",
        "Vinter 2027",
        "Vår 2027",
        "Sommar 2027",
    ]
    assert as_host.get(address, {"season": "1999"}).context["chosen"] == WINTER
    assert page.context["copy_address"] == ""
    assert "Inget återstår i planen" in words(page)


def test_an_empty_season_can_be_copied_by_those_who_plan(as_manager: Client, place: Place, address: str) -> None:
    page = as_manager.get(address, {"season": "2027sommar"})
    copying = reverse("measurements:copy_plan", args=[place.slug])
    assert page.context["copy_address"] == f"{copying}?period=2026sommar&to=2027"
    assert as_manager.get(page.context["copy_address"]).context["asked"].period == Period.season(2026, "summer")


def test_too_little_history_is_said_and_no_number_made_up(as_host: Client, place: Place, address: str) -> None:
    planned(place, dt.date(2026, 12, 1))
    page = words(as_host.get(address))
    assert "Vad planen når kan inte bedömas än" in page
    assert "Omkring" not in page


def test_visits_without_a_population_are_shown_alone(as_host: Client, place: Place, address: str) -> None:
    winter_counts(place)
    planned(place, dt.date(2026, 12, 1))
    page = as_host.get(address)
    assert page.context["pyramid"] is None
    assert "Kommunens befolkning är inte känd här" in words(page)


def test_visits_without_groups_say_that_too_little_is_told(as_host: Client, place: Place, address: str) -> None:
    everyone()
    for week in range(5):
        day = dt.date(2026, 1, 13) + week * dt.timedelta(days=7)
        counted(place, day, {(NOT_JUDGED, None): 20}, level=Level.TOTAL)
    planned(place, dt.date(2026, 12, 1))
    page = as_host.get(address)
    assert "För få räkningar berättar om kön och ålder" in words(page)


def test_the_page_costs_the_same_whatever_it_shows(as_host: Client, place: Place, address: str) -> None:
    everyone()
    costs = []
    for number in range(3):
        winter_counts(place, 2, title=f"Zumba {number}")
        planned(place, dt.date(2026, 12, 1), f"Zumba {number}")
        with CaptureQueriesContext(connection) as asked:
            as_host.get(address)
        costs.append(len(asked))
    assert costs[0] == costs[2]


# --- Looking back -----------------------------------------------------------------------------------------------------


def looked_back(*more: str) -> list[str]:
    said = StringIO()
    call_command("backtest_reach", "--place", "lilltorget", *more, stdout=said)
    return said.getvalue().splitlines()


def test_the_command_tells_how_the_seasons_would_have_been_forecast(place: Place) -> None:
    winter_counts(place)
    for week in range(3):
        counted(place, dt.date(2026, 4, 7) + week * dt.timedelta(days=7), {(WOMAN, 15): 11})
    counted(place, dt.date(2026, 7, 7), {(WOMAN, 15): 10}, "Nytt")

    lines = looked_back("--rows")

    assert lines[0].split("\t")[:4] == ["2026vår", "zumba", "3 times", "own"]
    assert lines[1].split("\t")[4:] == ["cannot be judged", "as last year –", "counted 10"]
    # The autumn is not over.
    assert lines[2:] == [
        "2 things in 2 seasons (2026vår, 2026sommar), 1 judged.",
        "Inside the 80 % interval: 100 %. Inside the 95 % interval: 100 %.",
        "Median error of the forecast: 9 %.",
    ]


def test_with_the_year_before_it_is_held_against_it(place: Place) -> None:
    for year in (2025, 2026):
        for week in range(5):
            counted(place, dt.date(year, 4, 7) + week * dt.timedelta(days=7), {(WOMAN, 15): 10 if year == 2025 else 8})

    assert looked_back()[-1] == (
        "Where the year before was counted as well (1): 25 %, and 25 % for “same as last year”."
    )


def test_without_history_there_is_nothing_to_judge(place: Place) -> None:
    assert looked_back() == ["0 things in 0 seasons: none could be judged."]


def test_an_unknown_place_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="There is no place “lilltorget”."):
        looked_back()


def test_age_sets_that_do_not_nest_fall_back_to_gender(place: Place) -> None:
    other = AgeSet.objects.create(name="Annan", version=1, valid_from=dt.date(2020, 1, 1))
    for lower, upper in ((0, 17), (18, None)):
        AgeBand.objects.create(age_set=other, lower=lower, upper=upper)
    winter_counts(place, 1)
    counted(place, dt.date(2026, 5, 5), {(WOMAN, 18): 4}, age_set=other)

    assert participation_history(place).by_gender_alone
