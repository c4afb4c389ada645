"""The day on the square."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from measurements.models import Measure
from places.models import Place, User
from tests import factories
from tests.conftest import STOCKHOLM, TODAY

pytestmark = pytest.mark.django_db

PAGE = "/p/lilltorget/"


def _at(place: Place, hour: int, **kwargs: Any) -> Any:
    starts = dt.datetime.combine(kwargs.get("date", TODAY), dt.time(hour), tzinfo=STOCKHOLM)
    return factories.OccurrenceFactory.create(place=place, starts_at=starts, **kwargs)


def _cost(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    return len(queries)


def test_today_has_the_date_and_the_week(as_host: Client, place: Place) -> None:
    response = as_host.get(PAGE)
    assertContains(response, "<h1>Måndag 23 november</h1>", html=True)
    assertContains(response, "Vecka 48")
    assertContains(response, "Inget på programmet")
    assertContains(response, "Inget saknas.")


def test_today_names_red_days_and_eves(as_host: Client, place: Place) -> None:
    assertContains(as_host.get(PAGE, {"date": "2026-12-24"}), "Julafton")
    response = as_host.get(PAGE, {"date": "2026-12-25"})
    assertContains(response, '<span class="text-bad">Juldagen</span>')
    assertContains(response, "Hubben ska inte ha öppet")
    assertContains(as_host.get(PAGE, {"date": "2026-12-07"}), "Hubben ska ha öppet")


@pytest.mark.parametrize("asked", ["idag", "2026-02-30", "", "1999-12-31", "2101-01-01"])
def test_today_of_no_day_is_not_found(as_host: Client, place: Place, asked: str) -> None:
    assert as_host.get(PAGE, {"date": asked}).status_code == 404


def test_today_asks_first_then_goes_by_time(as_host: Client, place: Place) -> None:
    later = _at(place, 16, title="Salsa")
    held = _at(place, 9, title="Boule", told=True)
    ongoing = _at(place, 11, title="Schack", ends_at=dt.datetime(2026, 11, 23, 18, tzinfo=STOCKHOLM))
    asking = _at(place, 10, title="Sång")
    headcount = factories.HeadcountFactory.create(
        place=place, measure=Measure.PARTICIPATING, zone=None, occurrence=held, date=TODAY
    )
    factories.CountEntryFactory.create(headcount=headcount, people=14)
    response = as_host.get(PAGE)
    shown = [(entry.occurrence, entry.people) for entry in response.context["programme"]]
    assert shown == [(asking, None), (held, 14), (ongoing, None), (later, None)]
    assertContains(response, "Hur gick det?", count=1)
    assertContains(response, "14 deltog")
    assertContains(response, "om 4\xa0timmar")
    assertContains(response, "Nästa i programmet: Salsa 16:00")


def test_today_gives_reasons_without_script(as_host: Client, place: Place) -> None:
    occurrence = _at(place, 10)
    response = as_host.get(PAGE)
    assertContains(response, f'action="/p/lilltorget/wheel/occurrences/{occurrence.pk}/outcome/"', count=3)
    assertContains(
        response, '<button class="button" type="submit" name="reason" value="weather">Väder</button>', count=2
    )


def test_today_tells_what_was_changed_and_what_runs_on(as_host: Client, place: Place) -> None:
    _at(place, 9, told=True, outcome="cancelled", reason="weather")
    _at(place, 9, kind="exhibition", date=TODAY, ends_at=dt.datetime(2026, 12, 13, 17, tzinfo=STOCKHOLM))
    response = as_host.get(PAGE)
    assertContains(response, "Aktivitet · väder")
    assertContains(response, "till 13 december")


@pytest.mark.parametrize(
    ("opened", "closed", "words"),
    [
        (None, None, "Hubben har inte öppnat"),
        (dt.time(9, 52), None, "Öppet nu, stänger 17:00"),
        (dt.time(9, 52), dt.time(11, 30), "Hubben var öppen 09:52–11:30"),
    ],
)
def test_today_tells_how_the_hub_stands(
    as_host: Client, place: Place, opened: dt.time | None, closed: dt.time | None, words: str
) -> None:
    if opened:
        factories.OpenDayFactory.create(place=place, date=TODAY, opened=opened, closed=closed)
    response = as_host.get(PAGE)
    assertContains(response, words)
    assertContains(response, "ska ha öppet 10:00–17:00")


def test_today_tells_why_the_hub_is_closed(as_host: Client, place: Place) -> None:
    factories.OpeningExceptionFactory.create(place=place, date=TODAY, note="Båda sjuka")
    response = as_host.get(PAGE)
    assertContains(response, "Stängt: sjukdom")
    assertContains(response, "Båda sjuka")


def test_a_past_day_can_be_put_right(as_host: Client, place: Place, host: User) -> None:
    factories.DayLogFactory.create(place=place, date=dt.date(2026, 11, 21), by=host, line="Fullt.", weather="fog")
    response = as_host.get(PAGE, {"date": "2026-11-21"})
    assertContains(response, "Hubben öppnade inte")
    assertContains(response, "Skriv tiderna")
    assertContains(response, "<p>Fullt.</p>")
    assertContains(response, "dimma")
    assertNotContains(response, "Räkna nu")


def test_a_locked_day_shows_its_lock_and_no_buttons(as_host: Client, place: Place, host: User) -> None:
    day = dt.date(2026, 8, 3)
    _at(place, 9, date=day)
    factories.DayLogFactory.create(place=place, date=day, by=host, line="Fullt.")
    factories.PeriodLockFactory.create(place=place, by=host)
    response = as_host.get(PAGE, {"date": "2026-08-03"})
    assertContains(response, "<b>Låst</b>")
    assertContains(response, "<p>Fullt.</p>")
    for words in ("Hur gick det?", "Skriv tiderna", "<textarea"):
        assertNotContains(response, words)


def test_todo_is_shown_with_one_tap_each(as_host: Client, place: Place) -> None:
    waiting = factories.OccurrenceFactory.create(place=place, date=TODAY - dt.timedelta(days=1))
    factories.OccurrenceFactory.create(place=place, date=TODAY - dt.timedelta(days=2), told=True)
    factories.OpenDayFactory.create(place=place, date=TODAY - dt.timedelta(days=3))
    response = as_host.get(PAGE)
    assert response.context["todo_count"] == 3
    assertContains(response, f'action="/p/lilltorget/wheel/occurrences/{waiting.pk}/outcome/"', count=1)
    assertContains(response, "Deltagare saknas")
    assertContains(response, "Ingen räkning fredag")


def test_a_long_todo_is_cut_and_counted(as_host: Client, place: Place) -> None:
    for days in range(1, 9):
        factories.OccurrenceFactory.create(place=place, date=TODAY - dt.timedelta(days=days))
    response = as_host.get(PAGE)
    assert (len(response.context["todo"]), response.context["todo_count"]) == (6, 8)
    assertContains(response, "Och 2 till, när de här är klara.")


def test_today_for_a_reader_has_nothing_to_tell_with(as_analyst: Client, place: Place) -> None:
    _at(place, 10)
    factories.OccurrenceFactory.create(place=place, date=TODAY - dt.timedelta(days=1))
    response = as_analyst.get(PAGE)
    assertContains(response, "Inget skrivet.")
    for words in ("/outcome/", "<textarea", "Öppna nu", "Något oplanerat"):
        assertNotContains(response, words)


def test_today_is_not_for_funders_or_strangers(client: Client, funder: User, stranger: User) -> None:
    client.force_login(funder)
    assert client.get(PAGE).status_code == 403
    client.force_login(stranger)
    assert client.get(PAGE).status_code == 404


def test_today_costs_the_same_however_full(as_host: Client, place: Place) -> None:
    zone, partner = factories.ZoneFactory.create(place=place), factories.PartnerFactory.create(place=place)
    costs = set()
    for count in (1, 2, 30):
        for _ in range(count):
            _at(place, 10, zone=zone, partner=partner)
            factories.OccurrenceFactory.create(place=place, date=TODAY - dt.timedelta(days=1), zone=zone)
            factories.OccurrenceFactory.create(place=place, date=TODAY - dt.timedelta(days=1), told=True)
        costs.add(_cost(as_host))
    assert len(costs) == 1


def test_today_open_without_a_promise_promises_no_closing(as_host: Client, place: Place) -> None:
    place.opening_hours.all().delete()
    factories.OpenDayFactory.create(place=place, date=TODAY, opened=dt.time(9, 52))
    response = as_host.get(PAGE)
    assertContains(response, "<b>Öppet nu</b>")
    assertContains(response, "öppnade 09:52")


def test_today_lets_the_administrator_say_why_it_is_closed(client: Client, place: Place, admin: User) -> None:
    address = "/p/lilltorget/place/exceptions/new/?date=2026-11-23"
    client.force_login(admin)
    assertContains(client.get(PAGE), f'href="{address}"')
    form = client.get(address).context["form"]
    assert (form["date"].value(), form["planned"].value()) == (TODAY, False)
    assert client.get("/p/lilltorget/place/exceptions/new/?date=x").context["form"]["date"].value() is None
    factories.OpenDayFactory.create(place=place, date=TODAY)
    assertNotContains(client.get(PAGE), address)


def test_today_does_not_ask_a_host_why_it_is_closed(as_host: Client, place: Place) -> None:
    assertNotContains(as_host.get(PAGE), "exceptions/new")


def test_today_shows_the_result_once_the_day_is_over(as_host: Client, place: Place) -> None:
    zone = factories.ZoneFactory.create(place=place)
    for weeks, people in enumerate((34, 20, 30)):
        day = TODAY - dt.timedelta(weeks=weeks)
        headcount = factories.HeadcountFactory.create(place=place, zone=zone, date=day)
        factories.CountEntryFactory.create(headcount=headcount, people=people)
    _at(place, 9, title="Boule", told=True)
    open_day = factories.OpenDayFactory.create(place=place, date=TODAY)
    later = _at(place, 16, title="Salsa")
    assertNotContains(as_host.get(PAGE), "Dagens resultat")
    later.delete()
    assertContains(as_host.get(PAGE), "Dagens resultat")
    _at(place, 16, title="Salsa")
    open_day.closed = dt.time(11)
    open_day.save()
    response = as_host.get(PAGE)
    assertContains(response, "<strong>34</strong>")
    assertContains(response, "Brukar vara 25 en måndag")
    assertContains(response, "1 genomfördes · 0 ställdes in")
    assertContains(as_host.get(PAGE, {"date": "2026-11-16"}), "För få sådana dagar räknade")
    assertNotContains(as_host.get(PAGE, {"date": "2026-11-24"}), "Dagens resultat")


def test_today_leaves_a_total_as_it_is_in_one_tap(as_host: Client, place: Place, host: User) -> None:
    day = TODAY - dt.timedelta(days=1)
    headcount = factories.HeadcountFactory.create(place=place, date=day, level="total", zone__name="Scenen")
    factories.CountEntryFactory.create(headcount=headcount, people=5)
    address = f"/p/lilltorget/counts/{headcount.pk}/as-it-is/"
    assertContains(as_host.get(PAGE), f'action="{address}"')
    assertContains(as_host.post(address, follow=True), "Scenen förblir en totalsiffra.")
    assertNotContains(as_host.get(PAGE), address)
    factories.PeriodLockFactory.create(place=place, first=day, last=day, by=host)
    assertContains(as_host.post(address, follow=True), "är låst sedan")


def test_today_asks_for_the_papers_to_the_police(as_manager: Client, place: Place, manager: User) -> None:
    near = factories.OccurrenceFactory.create(
        place=place, date=TODAY + dt.timedelta(days=10), title="Marknad", permit="apply"
    )
    factories.OccurrenceFactory.create(
        place=place, date=TODAY + dt.timedelta(days=4), title="Vandring", permit="notify"
    )
    factories.OccurrenceFactory.create(
        place=place, date=TODAY + dt.timedelta(days=9), permit="apply", permit_sent_on=TODAY, title="Sänt"
    )
    series = factories.SeriesFactory.create(place=place, title="Varje vecka")
    for days in (8, 15):
        factories.OccurrenceFactory.create(
            place=place, series=series, date=TODAY + dt.timedelta(days=days), title="Varje vecka", permit="apply"
        )
    response = as_manager.get("/p/lilltorget/")
    assert [(one.day.day, one.occurrence.title) for one in response.context["permits"]] == [
        (22, "Vandring"),
        (24, "Varje vecka"),
        (26, "Marknad"),
    ]
    assertContains(response, "Polisen skulle ha fått det här senast 22 november")
    assertContains(response, "Skicka till polisen senast 26 november")
    assertContains(response, f"/wheel/occurrences/{near.pk}/change/")
    assert response.context["todo_count"] == 3
