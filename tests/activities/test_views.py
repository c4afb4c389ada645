"""The pages of the plan and the log, as each role meets them."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activities.models import DayLog, Occurrence, Partner, Season, Series
from activities.queries import lines_of
from places.models import OpenDay, Place, User
from tests import factories
from tests.conftest import NOW, STOCKHOLM, TODAY

pytestmark = pytest.mark.django_db

YESTERDAY = TODAY - dt.timedelta(days=1)
WHEEL = "/p/lilltorget/wheel/"
LIST = f"{WHEEL}list/"
LOG = "/p/lilltorget/log/"


def _messages(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def _cost(client: Client, path: str) -> int:
    """How many queries the page asks."""
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


def _series_data(**changed: Any) -> dict[str, Any]:
    """Mondays and Wednesdays 13-14 for two weeks from 30 November."""
    data = {
        "title": "Bugg",
        "kind": "activity",
        "first": "2026-11-30",
        "last": "2026-12-13",
        "weekdays": ["0", "2"],
        "every_weeks": "1",
        "starts": "13:00",
        "ends": "14:00",
        # Nobody is responsible, and that is right.
        "responsible-sure": "1",
    }
    return {**data, **changed}


def _occurrence_data(**changed: Any) -> dict[str, Any]:
    data = {"title": "Marknad", "kind": "event", "date": "2026-12-05", "starts": "11:00", "ends": "17:00"}
    # Nobody is responsible, and that is right.
    data["responsible-sure"] = "1"
    return {**data, **changed}


# --- The wheel --------------------------------------------------------------------------------------------------------


def test_programme_shows_the_month_and_the_season(as_host: Client, place: Place) -> None:
    factories.SeasonFactory.create(place=place, theme="Torget då och nu", goals="Fler unga")
    factories.OccurrenceFactory.create(place=place)
    response = as_host.get(LIST)
    assertContains(response, "Höst 2026: Torget då och nu")
    assertContains(response, "Vecka 48 · denna vecka")
    assertContains(response, "Sångstund med förskolan")
    assertNotContains(response, "Planera</summary>")


def test_programme_of_another_season_year_and_kind(as_manager: Client, place: Place) -> None:
    july = factories.OccurrenceFactory.create(place=place, date=dt.date(2025, 7, 7), title="Sommarbio", kind="event")
    factories.OccurrenceFactory.create(place=place, date=dt.date(2025, 7, 8))
    response = as_manager.get(LIST, {"year": "2025", "season": "summer", "month": "2025-07", "kind": "event"})
    assert [day.occurrences for week in response.context["weeks"] for day in week.days] == [[july]]
    assertContains(response, "Årshjul 2025")


def test_programme_takes_nonsense_as_nothing(as_host: Client, place: Place) -> None:
    response = as_host.get(LIST, {"year": "20x6", "season": "höst", "month": "13", "kind": "fika"})
    shown = response.context["shown"]
    assert (shown.year, shown.season, shown.month.code, response.context["kind"]) == (2026, "autumn", "2026-11", "")
    assertContains(response, "Inget planerat den här månaden")


def test_programme_in_another_year_begins_with_its_winter(as_host: Client, place: Place) -> None:
    shown = as_host.get(LIST, {"year": "2100"}).context["shown"]
    assert (shown.season, shown.month.code, shown.year_before, shown.year_after) == ("winter", "2099-12", 2099, None)
    assert as_host.get(LIST, {"year": "2000"}).context["shown"].year_before is None


def test_programme_costs_the_same_however_full(as_host: Client, place: Place) -> None:
    zone, partner = factories.ZoneFactory.create(place=place), factories.PartnerFactory.create(place=place)
    costs = set()
    for count in (1, 2, 30):
        factories.OccurrenceFactory.create_batch(count, place=place, zone=zone, partner=partner)
        costs.add(_cost(as_host, LIST))
    assert len(costs) == 1


def test_season_create_and_change(as_manager: Client, place: Place) -> None:
    data = {"year": "2027", "name": "spring", "theme": "Odla", "goals": ""}
    response = as_manager.post(f"{WHEEL}seasons/new/", data)
    assertRedirects(response, f"{LIST}?year=2027&season=spring")
    season = Season.objects.get()
    assert (season.place, season.theme) == (place, "Odla")
    as_manager.post(f"{WHEEL}seasons/{season.pk}/", {**data, "theme": "Så och skörda"})
    season.refresh_from_db()
    assert season.theme == "Så och skörda"
    assertContains(as_manager.get(f"{WHEEL}seasons/{season.pk}/"), "Vår 2027")


def test_season_twice_is_refused_and_what_was_typed_kept(as_manager: Client, place: Place) -> None:
    factories.SeasonFactory.create(place=place, year=2027, name="spring")
    response = as_manager.post(f"{WHEEL}seasons/new/", {"year": "2027", "name": "spring", "theme": "Odla"})
    assertContains(response, "Den säsongen finns redan i planen.")
    assertContains(response, 'value="Odla"')
    assert Season.objects.count() == 1


# --- Series -----------------------------------------------------------------------------------------------------------


def test_series_create_makes_its_occurrences(as_manager: Client, place: Place, manager: User) -> None:
    response = as_manager.post(f"{WHEEL}series/new/", _series_data(), follow=True)
    series = Series.objects.get()
    assertRedirects(response, f"{WHEEL}series/{series.pk}/")
    assert _messages(response) == ["Bugg: 4 nya tillfällen, 0 kvar, 0 borttagna."]
    assert [one.date.day for one in series.occurrences.order_by("date")] == [30, 2, 7, 9]
    assertContains(response, "måndag, onsdag")


def test_series_one_more_has_what_the_one_before_had(as_manager: Client, place: Place, host: User) -> None:
    season, zone = factories.SeasonFactory.create(place=place), factories.ZoneFactory.create(place=place)
    sent = _series_data(another="1", season=season.pk, zone=zone.pk, responsible=host.pk)
    response = as_manager.post(f"{WHEEL}series/new/", sent)
    carried = ("season", "zone", "responsible", "kind", "first", "last")
    asked = urlencode({name: sent[name] for name in carried})
    assertRedirects(response, f"{WHEEL}series/new/?{asked}#id_title")
    form = as_manager.get(response["Location"]).context["form"]
    assert {name: str(form[name].value()) for name in carried} == {name: str(sent[name]) for name in carried}
    assert [form[name].value() for name in ("title", "weekdays", "starts", "ends")] == [None] * 4
    assert Series.objects.get().title == "Bugg"


def test_series_one_more_of_nobody_stays_with_nobody(as_manager: Client, place: Place, manager: User) -> None:
    response = as_manager.post(f"{WHEEL}series/new/", _series_data(another="1"))
    assert as_manager.get(response["Location"]).context["form"]["responsible"].value() is None
    assertContains(as_manager.get(f"{WHEEL}series/new/?zone=x&season=&first=x&kind=x"), "Ny serie")


def test_series_preview_saves_nothing_and_tells_the_dates(as_manager: Client, place: Place) -> None:
    response = as_manager.post(f"{WHEEL}series/new/", _series_data(preview="1"))
    assertContains(response, "Rytmen ger 4 tillfällen.")
    assertContains(response, "Det första måndag 30 november 2026, det sista onsdag 9 december 2026.")
    assert not Series.objects.exists()


def test_series_on_a_red_day_asks_first(as_manager: Client, place: Place) -> None:
    data = _series_data(first="2026-12-24", last="2026-12-26", weekdays=["3", "4"])
    response = as_manager.post(f"{WHEEL}series/new/", data)
    assertContains(response, "Röda dagar och aftnar: 24 december (Julafton), 25 december (Juldagen).")
    assert not Series.objects.exists()
    as_manager.post(f"{WHEEL}series/new/", {**data, "excluded-sure": "1"})
    assert Series.objects.get().occurrences.count() == 2


def test_series_on_many_red_days_names_the_first(as_manager: Client, place: Place) -> None:
    data = _series_data(first="2026-12-24", last="2027-01-06", weekdays=["0", "1", "2", "3", "4", "5"])
    response = as_manager.post(f"{WHEEL}series/new/", data)
    assertContains(response, "5 januari (Trettondagsafton) och 1 till.")


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        (
            {"also": "2026-12-05 2026-13-01"},
            "also",
            "”2026-13-01” är inget datum. Skriv år, månad och dag, till exempel 2026-06-14.",
        ),
        ({"weekdays": []}, "weekdays", "Välj minst en veckodag, eller skriv datum under ”Även den”."),
        ({"ends": "13:00"}, "ends", "Sluttiden kan inte vara samma som starttiden."),
        (
            {"last": "2026-11-30", "weekdays": ["4"]},
            "weekdays",
            "Ingen sådan veckodag ligger mellan första och sista dag.",
        ),
        ({"last": "2036-11-30"}, "last", "Det här blir 1044 tillfällen. Planera högst 750 åt gången."),
        ({"last": "2026-11-29"}, "__all__", "Sista dagen ligger före den första."),
    ],
)
def test_series_with_bad_input_says_what_is_wrong(
    as_manager: Client, place: Place, changed: dict[str, Any], field: str, message: str
) -> None:
    response = as_manager.post(f"{WHEEL}series/new/", _series_data(**changed))
    assert response.context["form"].errors == {field: [message]}
    assertContains(response, 'value="Bugg"')
    assert not Series.objects.exists()


def test_series_takes_choices_from_its_own_place(as_manager: Client, place: Place, other_place: Place) -> None:
    foreign = factories.ZoneFactory.create(place=other_place)
    ended = factories.ZoneFactory.create(place=place, ended_on=dt.date(2026, 1, 1))
    for zone in (foreign, ended):
        response = as_manager.post(f"{WHEEL}series/new/", _series_data(zone=zone.pk))
        assert list(response.context["form"].errors) == ["zone"]


def test_series_update_moves_what_is_to_come(as_manager: Client, place: Place) -> None:
    as_manager.post(f"{WHEEL}series/new/", _series_data(also="2026-12-12, 2026-12-12"))
    series = Series.objects.get()
    assertContains(as_manager.get(f"{WHEEL}series/{series.pk}/change/"), "2026-12-12</textarea>")
    factories.PeriodLockFactory.create(place=place, first=dt.date(2026, 12, 7), last=dt.date(2026, 12, 7))
    response = as_manager.post(
        f"{WHEEL}series/{series.pk}/change/", _series_data(title="Tango", weekdays=["0"], also=""), follow=True
    )
    assert _messages(response) == [
        "Tango: 0 nya tillfällen, 2 kvar, 3 borttagna.",
        "1 datum ligger i en låst period och lämnades som de är.",
    ]


def test_series_detail_for_a_reader_has_no_buttons(as_analyst: Client, place: Place) -> None:
    zone, partner = factories.ZoneFactory.create(place=place), factories.PartnerFactory.create(place=place)
    series = factories.SeriesFactory.create(
        place=place, zone=zone, partner=partner, every_weeks=2, also=[TODAY], excluded=[YESTERDAY], expected=30
    )
    response = as_analyst.get(f"{WHEEL}series/{series.pk}/")
    assertContains(response, "onsdag · var 2:e vecka")
    assertContains(response, "Inga tillfällen")
    assertNotContains(response, "Ändra serien")


# --- Occurrences ------------------------------------------------------------------------------------------------------


def test_occurrence_create(as_manager: Client, place: Place) -> None:
    response = as_manager.post(f"{WHEEL}occurrences/new/", _occurrence_data(expected="1200"), follow=True)
    occurrence = Occurrence.objects.get()
    assertRedirects(response, f"{WHEEL}occurrences/{occurrence.pk}/")
    assert occurrence.starts_at == dt.datetime(2026, 12, 5, 11, tzinfo=STOCKHOLM)
    assert occurrence.ends_at == dt.datetime(2026, 12, 5, 17, tzinfo=STOCKHOLM)
    assert (occurrence.expected, occurrence.moved, occurrence.place) == (1200, False, place)
    assertContains(response, "Det har inte börjat. Innan dess kan det bara ställas in.")


def test_occurrence_of_several_days(as_manager: Client, place: Place) -> None:
    as_manager.post(f"{WHEEL}occurrences/new/", _occurrence_data(kind="exhibition", last_day="2026-12-13"))
    occurrence = Occurrence.objects.get()
    assert (occurrence.date, occurrence.last_date) == (dt.date(2026, 12, 5), dt.date(2026, 12, 13))
    response = as_manager.get(f"{WHEEL}occurrences/{occurrence.pk}/change/")
    assertContains(response, 'value="2026-12-13"')


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"ends": "11:00"}, "ends", "Sluttiden kan inte vara samma som starttiden."),
        ({"last_day": "2026-12-04"}, "last_day", "Sista dagen ligger före den första."),
        ({"title": ""}, "title", "Detta fält måste fyllas i."),
        ({"date": "2026-02-30"}, "date", "Fyll i ett giltigt datum."),
    ],
)
def test_occurrence_with_bad_input(
    as_manager: Client, place: Place, changed: dict[str, Any], field: str, message: str
) -> None:
    response = as_manager.post(f"{WHEEL}occurrences/new/", _occurrence_data(**changed))
    assert response.context["form"].errors == {field: [message]}
    assert not Occurrence.objects.exists()


def test_occurrence_in_a_locked_period_is_refused(as_manager: Client, place: Place, manager: User) -> None:
    factories.PeriodLockFactory.create(place=place, by=manager)
    response = as_manager.post(f"{WHEEL}occurrences/new/", _occurrence_data(date="2026-08-01"))
    assert list(response.context["form"].errors) == ["date"]
    assertContains(response, "Manager Ek")
    assert not Occurrence.objects.exists()


def test_occurrence_update_moves_it_alone(as_manager: Client, place: Place) -> None:
    as_manager.post(f"{WHEEL}series/new/", _series_data())
    series = Series.objects.get()
    first = series.occurrences.earliest("date")
    data = _occurrence_data(
        title="Bugg", kind="activity", date="2026-12-01", starts="15:00", ends="16:00", scope="this"
    )
    as_manager.post(f"{WHEEL}occurrences/{first.pk}/change/", data)
    first.refresh_from_db()
    series.refresh_from_db()
    assert (first.date, first.moved, series.excluded) == (dt.date(2026, 12, 1), True, [dt.date(2026, 11, 30)])


def test_occurrence_without_a_series_moves_freely(as_manager: Client, place: Place) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=dt.date(2026, 12, 4))
    as_manager.post(f"{WHEEL}occurrences/{occurrence.pk}/change/", _occurrence_data())
    occurrence.refresh_from_db()
    assert (occurrence.title, occurrence.date) == ("Marknad", dt.date(2026, 12, 5))


def test_occurrence_of_a_series_does_not_meet_its_twin(as_manager: Client, place: Place) -> None:
    as_manager.post(f"{WHEEL}series/new/", _series_data())
    first = Occurrence.objects.earliest("date")
    data = _occurrence_data(kind="activity", date="2026-12-02", starts="13:00", ends="14:00", scope="this")
    response = as_manager.post(f"{WHEEL}occurrences/{first.pk}/change/", data)
    assert list(response.context["form"].errors) == ["__all__"]


def test_occurrence_with_an_outcome_stays_on_its_day(as_manager: Client, place: Place) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY, told=True)
    response = as_manager.post(f"{WHEEL}occurrences/{occurrence.pk}/change/", _occurrence_data())
    assert response.context["form"].errors == {
        "date": ["Utfallet är redan angivet. Ta tillbaka det innan du flyttar tillfället."]
    }


def test_occurrence_detail_of_a_locked_day_has_no_form(as_host: Client, place: Place, host: User) -> None:
    occurrence = factories.OccurrenceFactory.create(
        place=place,
        date=dt.date(2026, 8, 3),
        told=True,
        reason="weather",
        note="Inomhus",
        outcome="changed",
        expected=3,
    )
    factories.PeriodLockFactory.create(place=place, by=host)
    response = as_host.get(f"{WHEEL}occurrences/{occurrence.pk}/")
    assertContains(response, "Låst")
    assertContains(response, "Inomhus")
    assertNotContains(response, "Spara utfallet")
    assertNotContains(response, "Räkna deltagare")


def test_occurrence_of_another_place_is_not_found(as_manager: Client, place: Place, other_place: Place) -> None:
    foreign = factories.OccurrenceFactory.create(place=other_place)
    assert as_manager.get(f"{WHEEL}occurrences/{foreign.pk}/").status_code == 404
    assert as_manager.post(f"{WHEEL}occurrences/{foreign.pk}/outcome/", {"outcome": "held"}).status_code == 404


# --- Outcomes ---------------------------------------------------------------------------------------------------------


def test_outcome_record_in_one_tap_goes_back_where_one_was(as_host: Client, place: Place, host: User) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY)
    response = as_host.post(
        f"{WHEEL}occurrences/{occurrence.pk}/outcome/", {"outcome": "held", "next": "/p/lilltorget/"}, follow=True
    )
    assertRedirects(response, "/p/lilltorget/")
    assert _messages(response) == ["Sångstund med förskolan: genomförd."]
    assertContains(response, f'action="{WHEEL}occurrences/{occurrence.pk}/outcome/back/"')
    occurrence.refresh_from_db()
    assert (occurrence.outcome, occurrence.told_by) == ("held", host)


def test_outcome_record_never_sends_one_to_another_site(as_host: Client, place: Place) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY)
    address = f"{WHEEL}occurrences/{occurrence.pk}/"
    response = as_host.post(f"{address}outcome/", {"outcome": "held", "next": "https://example.com/"})
    assertRedirects(response, address)


@pytest.mark.parametrize("outcome", ["changed", "cancelled"])
def test_outcome_record_with_a_reason(as_host: Client, place: Place, outcome: str) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY)
    partner = factories.PartnerFactory.create(place=place)
    as_host.post(
        f"{WHEEL}occurrences/{occurrence.pk}/outcome/",
        {"outcome": outcome, "reason": "organiser", "note": "Sjukdom", "partner": partner.pk},
    )
    occurrence.refresh_from_db()
    assert (occurrence.outcome, occurrence.reason, occurrence.note) == (outcome, "organiser", "Sjukdom")
    assert occurrence.partner == partner


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({"outcome": "changed", "note": "Blött"}, "reason", "Välj en orsak."),
        ({"note": "Blött"}, "outcome", "Ange hur det gick: genomförd, ändrad eller inställd."),
        ({"outcome": "planned", "note": "Blött"}, "outcome", "Ange hur det gick: genomförd, ändrad eller inställd."),
    ],
)
def test_outcome_record_with_bad_input_keeps_what_was_typed(
    as_host: Client, place: Place, data: dict[str, str], field: str, message: str
) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY)
    response = as_host.post(f"{WHEEL}occurrences/{occurrence.pk}/outcome/", data)
    assert response.context["form"].errors == {field: [message]}
    assertContains(response, 'value="Blött"')
    occurrence.refresh_from_db()
    assert occurrence.outcome == "planned"


def test_outcome_record_before_it_began_is_refused(as_host: Client, place: Place) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place)
    response = as_host.post(f"{WHEEL}occurrences/{occurrence.pk}/outcome/", {"outcome": "held"})
    assertContains(response, "Det går inte att säga hur det gick innan det har börjat.")


def test_outcome_record_in_a_locked_period_is_refused(as_host: Client, place: Place, host: User) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=dt.date(2026, 8, 3))
    factories.PeriodLockFactory.create(place=place, by=host)
    response = as_host.post(f"{WHEEL}occurrences/{occurrence.pk}/outcome/", {"outcome": "held"})
    assert list(response.context["form"].errors) == ["__all__"]
    occurrence.refresh_from_db()
    assert occurrence.outcome == "planned"


def test_outcome_take_back(as_host: Client, place: Place) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY, told=True)
    response = as_host.post(f"{WHEEL}occurrences/{occurrence.pk}/outcome/back/", follow=True)
    assert _messages(response) == ["Sångstund med förskolan väntar åter på utfall."]
    occurrence.refresh_from_db()
    assert occurrence.outcome == "planned"


def test_outcome_take_back_of_the_unplanned_is_refused(as_host: Client, place: Place) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY, told=True, was_planned=False)
    response = as_host.post(f"{WHEEL}occurrences/{occurrence.pk}/outcome/back/", follow=True)
    assert _messages(response) == ["Det som bara hände har ingen plan att gå tillbaka till."]


def test_outcome_of_the_unplanned_told_anew_offers_no_undo(as_host: Client, place: Place) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY, told=True, was_planned=False)
    response = as_host.post(f"{WHEEL}occurrences/{occurrence.pk}/outcome/", {"outcome": "held"}, follow=True)
    assertNotContains(response, "/outcome/back/")


def test_outcome_is_not_for_readers(as_analyst: Client, place: Place) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY)
    assertNotContains(as_analyst.get(f"{WHEEL}occurrences/{occurrence.pk}/"), "Spara utfallet")
    assert as_analyst.post(f"{WHEEL}occurrences/{occurrence.pk}/outcome/", {"outcome": "held"}).status_code == 403


# --- The unplanned ----------------------------------------------------------------------------------------------------


def test_unplanned_create(as_host: Client, place: Place) -> None:
    data = {"title": "Gatumusik", "kind": "activity", "date": "2026-11-23", "starts": "10:00", "ends": "11:00"}
    response = as_host.post(f"{LOG}unplanned/", data, follow=True)
    occurrence = Occurrence.objects.get()
    assertRedirects(response, f"{WHEEL}occurrences/{occurrence.pk}/")
    assert (occurrence.was_planned, occurrence.outcome, occurrence.date) == (False, "held", TODAY)
    assertContains(response, "inte i planen")


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"starts": "12:30", "ends": "13:00"}, "starts", "Det här har inte börjat än. Lägg det i planen i stället."),
        ({"ends": "10:00"}, "ends", "Sluttiden kan inte vara samma som starttiden."),
        ({"date": ""}, "date", "Detta fält måste fyllas i."),
    ],
)
def test_unplanned_with_bad_input(
    as_host: Client, place: Place, changed: dict[str, str], field: str, message: str
) -> None:
    data = {"title": "Gatumusik", "kind": "activity", "date": "2026-11-23", "starts": "10:00", "ends": "11:00"}
    response = as_host.post(f"{LOG}unplanned/", {**data, **changed})
    assert response.context["form"].errors == {field: [message]}
    assertContains(response, 'value="Gatumusik"')
    assert not Occurrence.objects.exists()


@pytest.mark.parametrize(("asked", "shown"), [("2026-11-20", "2026-11-20"), ("igår", "2026-11-23")])
def test_unplanned_begins_on_the_day_asked_for(as_host: Client, place: Place, asked: str, shown: str) -> None:
    assertContains(as_host.get(f"{LOG}unplanned/", {"date": asked}), f'value="{shown}"')


# --- The day log ------------------------------------------------------------------------------------------------------


def test_daylog_list_is_newest_first_and_paged(as_host: Client, place: Place, host: User) -> None:
    for days in range(31):
        factories.DayLogFactory.create(place=place, date=TODAY - dt.timedelta(days=days), by=host)
    first = as_host.get(LOG)
    assert [day.date for day in first.context["days"]] == [TODAY - dt.timedelta(days=days) for days in range(30)]
    assert [day.date for day in as_host.get(LOG, {"page": 2}).context["days"]] == [TODAY - dt.timedelta(days=30)]


def test_daylog_list_tells_the_day(as_host: Client, place: Place, host: User) -> None:
    factories.DayLogFactory.create(place=place, date=TODAY, by=host, weather="snow", temperature=-3, line="Vitt.")
    factories.OpenDayFactory.create(place=place, date=TODAY, opened=dt.time(9, 52), closed=dt.time(11, 30))
    factories.OpeningExceptionFactory.create(place=place, date=YESTERDAY)
    factories.OccurrenceFactory.create(
        place=place, date=YESTERDAY, told=True, outcome="cancelled", reason="weather", note="Storm"
    )
    response = as_host.get(LOG)
    assertContains(response, "<b>−3°</b> snö", html=False)
    for words in ("09:52–11:30", "Vitt.", "stängt: sjukdom", "Sångstund med förskolan</a> – inställd: väder", "Storm"):
        assertContains(response, words)


def test_daylog_list_costs_the_same_however_long(as_host: Client, place: Place, host: User) -> None:
    costs = set()
    for days in range(3):
        factories.DayLogFactory.create(place=place, date=TODAY - dt.timedelta(days=days), by=host)
        factories.OccurrenceFactory.create(place=place, date=TODAY - dt.timedelta(days=days), told=True)
        costs.add(_cost(as_host, LOG))
    assert len(costs) == 1


def test_daylog_list_when_empty(as_analyst: Client, place: Place) -> None:
    response = as_analyst.get(LOG)
    assertContains(response, "Dagboken är tom")
    assertNotContains(response, "Skriv om idag")


def test_daylog_edit(as_host: Client, place: Place, host: User) -> None:
    data = {"weather": "rain", "temperature": "4", "text": "Blött."}
    assertRedirects(as_host.post(f"{LOG}2026-11-23/", data), LOG)
    log = DayLog.objects.get()
    assert (log.date, log.weather, log.temperature, log.by) == (TODAY, "rain", 4, host)
    assert log.weather_icon == "cloud-rain"
    as_host.post(f"{LOG}2026-11-23/", {**data, "text": "Torrt."})
    assert DayLog.objects.count() == 1
    assert [(line.text, line.by) for line in lines_of(place, TODAY)] == [("Blött.", host), ("Torrt.", host)]


def test_daylog_edit_with_bad_input(as_host: Client, place: Place) -> None:
    response = as_host.post(f"{LOG}2026-11-23/", {"temperature": "60", "text": "Hett."})
    assert list(response.context["form"].errors) == ["temperature"]
    assertContains(response, "Hett.")
    assert not DayLog.objects.exists()


def test_daylog_of_a_locked_day_is_refused(as_host: Client, place: Place, host: User) -> None:
    factories.PeriodLockFactory.create(place=place, by=host)
    for address in (f"{LOG}2026-08-03/", f"{LOG}2026-08-03/note/"):
        response = as_host.post(address, {"text": "För sent."})
        assert list(response.context["form"].errors) == ["__all__"]
        assertContains(response, "För sent.")
    assert not DayLog.objects.exists()


def test_daylog_of_a_locked_day_is_read_and_says_so(as_host: Client, place: Place, host: User) -> None:
    factories.PeriodLockFactory.create(place=place, by=host)
    day = dt.date(2026, 8, 3)
    assertContains(as_host.get(f"{LOG}{day}/"), "Inget skrevs om dagen.")
    place.locks.all().delete()
    factories.DayLogFactory.create(place=place, date=day, line="Varmt och lugnt.", temperature=24)
    factories.OpenDayFactory.create(place=place, date=day, opened=dt.time(11), closed=dt.time(18))
    factories.PeriodLockFactory.create(place=place, by=host)
    page, hours = as_host.get(f"{LOG}{day}/"), as_host.get(f"{LOG}{day}/hours/")
    assertContains(page, "sedan rapporten publicerades")
    assertContains(page, "<p>Varmt och lugnt.</p>", html=True)
    assertContains(hours, "sedan rapporten publicerades")
    assertContains(hours, "11:00–18:00")
    for shown in (page, hours):
        assertNotContains(shown, 'class="form')


@pytest.mark.parametrize("day", ["2026-11-24", "2026-02-30"])
def test_daylog_of_a_day_to_come_or_none_is_not_found(as_host: Client, place: Place, day: str) -> None:
    assert as_host.get(f"{LOG}{day}/").status_code == 404


def test_daylog_edit_offers_weather_in_words(as_host: Client, place: Place) -> None:
    response = as_host.get(f"{LOG}2026-11-23/")
    for words in ("inte angivet", "sol", "moln", "regn", "snö", "dimma", "storm"):
        assertContains(response, words)


def test_daylog_note_leaves_the_weather(as_host: Client, place: Place, host: User) -> None:
    factories.DayLogFactory.create(place=place, date=TODAY, by=host, weather="sun", temperature=3)
    as_host.post(f"{LOG}2026-11-23/note/", {"text": "Fullt på trappan."})
    log = DayLog.objects.get()
    assert (log.weather, log.temperature) == ("sun", 3)
    assert [line.text for line in lines_of(place, TODAY)] == ["Fullt på trappan."]


def test_daylog_open_and_close_in_one_tap(as_host: Client, place: Place, host: User) -> None:
    factories.OpenDayFactory.create(place=place, date=YESTERDAY)
    response = as_host.post(f"{LOG}2026-11-23/open/", follow=True)
    assertRedirects(response, "/p/lilltorget/")
    assert _messages(response) == ["Hubben är öppen."]
    assert OpenDay.objects.get(date=TODAY).opened == NOW.time()
    # In the same minute it cannot close again.
    assert _messages(as_host.post(f"{LOG}2026-11-23/close/", follow=True)) == [
        "Stängningstiden måste vara efter öppningstiden."
    ]
    OpenDay.objects.filter(date=TODAY).update(opened=dt.time(10))
    assert _messages(as_host.post(f"{LOG}2026-11-23/close/", follow=True)) == ["Hubben är stängd."]
    assert OpenDay.objects.get(date=TODAY).closed == NOW.time()


def test_daylog_tap_on_another_day_asks_for_the_times(as_host: Client, place: Place) -> None:
    assertRedirects(as_host.post(f"{LOG}2026-11-22/open/"), f"{LOG}2026-11-22/hours/")
    assert not OpenDay.objects.exists()


def test_daylog_hours_are_written_by_hand(as_host: Client, place: Place) -> None:
    factories.OpenDayFactory.create(place=place, date=YESTERDAY, opened=dt.time(8), closed=dt.time(9))
    assertContains(as_host.get(f"{LOG}2026-11-22/hours/"), 'value="08:00"')
    response = as_host.post(f"{LOG}2026-11-22/hours/", {"opened": "10:00", "closed": "18:00"})
    assertRedirects(response, LOG)
    open_day = OpenDay.objects.get()
    assert (open_day.opened, open_day.closed) == (dt.time(10), dt.time(18))
    as_host.post(f"{LOG}2026-11-22/hours/", {"opened": "11:00", "closed": ""})
    assert OpenDay.objects.get().closed is None


@pytest.mark.parametrize(
    ("day", "data", "errors"),
    [
        (
            "2026-11-22",
            {"opened": "10:00", "closed": "09:00"},
            {"closed": ["Stängningstiden måste vara efter öppningstiden."]},
        ),
        ("2026-11-23", {"opened": "10:00", "closed": "17:00"}, {"__all__": ["Den tiden har inte kommit än."]}),
        ("2026-11-22", {"opened": ""}, {"opened": ["Detta fält måste fyllas i."]}),
    ],
)
def test_daylog_hours_with_bad_input(
    as_host: Client, place: Place, day: str, data: dict[str, str], errors: dict[str, list[str]]
) -> None:
    response = as_host.post(f"{LOG}{day}/hours/", data)
    assert response.context["form"].errors == errors
    assert not OpenDay.objects.exists()


# --- Partners ---------------------------------------------------------------------------------------------------------


def test_partner_list_counts_what_took_place(as_host: Client, place: Place) -> None:
    partner = factories.PartnerFactory.create(place=place, name="Salsaföreningen")
    factories.OccurrenceFactory.create(place=place, date=YESTERDAY, told=True, partner=partner)
    factories.OccurrenceFactory.create(place=place, partner=partner)
    response = as_host.get(f"{WHEEL}partners/")
    [row] = response.context["page"]
    assert (row.times, row.latest) == (1, YESTERDAY)
    assertNotContains(response, "Ny samarbetspartner")
    cost = _cost(as_host, f"{WHEEL}partners/")
    factories.PartnerFactory.create_batch(2, place=place)
    assert _cost(as_host, f"{WHEEL}partners/") == cost


def test_partner_list_when_empty(as_manager: Client, place: Place) -> None:
    assertContains(as_manager.get(f"{WHEEL}partners/"), "Inga samarbetspartner än")


def test_partner_create_and_change(as_manager: Client, place: Place, other_place: Place) -> None:
    factories.PartnerFactory.create(place=other_place, name="Kören")
    response = as_manager.post(f"{WHEEL}partners/new/", {"name": "Kören"})
    partner = Partner.objects.get(place=place)
    assertRedirects(response, f"{WHEEL}partners/{partner.pk}/")
    as_manager.post(f"{WHEEL}partners/{partner.pk}/change/", {"name": "Stora kören"})
    partner.refresh_from_db()
    assert partner.name == "Stora kören"
    assertContains(as_manager.get(f"{WHEEL}partners/{partner.pk}/change/"), "Ändra samarbetspartnern")


def test_partner_twice_is_refused(as_manager: Client, place: Place) -> None:
    factories.PartnerFactory.create(place=place, name="Kören")
    response = as_manager.post(f"{WHEEL}partners/new/", {"name": "Kören"})
    assert list(response.context["form"].errors) == ["__all__"]


# --- Doors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["wheel/seasons/new/", "wheel/series/new/", "wheel/occurrences/new/", "wheel/partners/new/"]
)
def test_planning_is_not_for_hosts(as_host: Client, place: Place, path: str) -> None:
    assert as_host.get(f"/p/lilltorget/{path}").status_code == 403


@pytest.mark.parametrize("path", ["log/unplanned/", "log/2026-11-23/", "log/2026-11-23/hours/"])
def test_logging_is_not_for_analysts(as_analyst: Client, place: Place, path: str) -> None:
    assert as_analyst.get(f"/p/lilltorget/{path}").status_code == 403


@pytest.mark.parametrize("path", ["wheel/", "wheel/list/", "log/", "wheel/partners/"])
def test_the_plan_and_the_log_are_not_for_funders(as_funder: Client, place: Place, path: str) -> None:
    assert as_funder.get(f"/p/lilltorget/{path}").status_code == 403
