"""The wheel's page: four rooms in one year, as marks and as rows that say the same."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from activities.models import Occurrence, Permit
from activities.wheel import Ring, Sign, State
from amp.annual.asked import Asked
from amp.annual.gather import Entry, Year, gather
from amp.annual.views import drawing_of, keys_of
from measurements.models import Measure
from places.access import RIGHTS
from places.models import Membership, Place
from tests import factories
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db

WHEEL = "/p/lilltorget/wheel/"
DAY = dt.timedelta(days=1)
WEATHER = {"outcome": Occurrence.Outcome.CANCELLED, "reason": Occurrence.Reason.WEATHER, "told": True}


def year_of(place: Place, year: int = 2026, role: str = Membership.Role.MANAGER) -> Year:
    return gather(place, year, today=TODAY, held=RIGHTS[role])


def only(year: Year, ring: Ring) -> list[Entry]:
    return [one for one in year.entries if one.item.ring == ring]


def brief(entry: Entry) -> tuple[str, dt.date, dt.date, Sign, str]:
    item = entry.item
    return item.title, item.first, item.last, item.sign, entry.word


# --- What a year holds ------------------------------------------------------------------------------------------------


def test_activities_and_events_stand_one_by_one(place: Place) -> None:
    held = factories.OccurrenceFactory.create(place=place, date=TODAY - 7 * DAY, told=True, title="Zumba")
    factories.OccurrenceFactory.create(place=place, date=TODAY - 6 * DAY, title="Pyssel")
    factories.OccurrenceFactory.create(place=place, date=TODAY - 5 * DAY, title="Boule", **WEATHER)
    factories.OccurrenceFactory.create(place=place, date=TODAY + DAY, kind="event", title="Marknad")
    headcount = factories.HeadcountFactory.create(
        place=place, measure=Measure.PARTICIPATING, occurrence=held, zone=None, date=held.date
    )
    factories.CountEntryFactory.create(headcount=headcount, people=29)
    year = year_of(place)
    assert [(one.item.title, one.item.state, one.word, one.people) for one in only(year, Ring.ACTIVITY)] == [
        ("Zumba", State.HELD, "held", 29),
        ("Pyssel", State.WAITING, "waiting", None),
        ("Boule", State.CANCELLED, "cancelled", None),
    ]
    (market,) = only(year, Ring.EVENT)
    assert (market.number, market.starts, market.address) == (
        1,
        dt.time(13),
        f"{WHEEL}occurrences/{market.occurrence}/",
    )
    assert (year.counts[Ring.ACTIVITY], year.counts[Ring.EVENT], year.counts[Ring.EXHIBITION]) == (3, 1, 0)


def test_what_goes_on_just_now_is_ongoing(place: Place) -> None:
    factories.OccurrenceFactory.create(place=place, starts_at=NOW - dt.timedelta(minutes=5))
    assert [one.word for one in only(year_of(place), Ring.ACTIVITY)] == ["ongoing"]


def test_days_of_a_series_that_stands_there_are_one_stretch(place: Place) -> None:
    series = factories.SeriesFactory.create(place=place, kind="activation", title="Schack")
    days = [TODAY - n * DAY for n in (9, 8, 7, 1)] + [TODAY + DAY]
    for day in days:
        told: dict[str, Any] = {"told": True} if day < TODAY - DAY else {}
        factories.OccurrenceFactory.create(
            place=place, series=series, kind="activation", title="Schack", date=day, **told
        )
    (stretch,) = only(year_of(place), Ring.ACTIVATION)
    assert brief(stretch) == ("Schack", TODAY - 9 * DAY, TODAY + DAY, Sign.ARC, "ongoing")
    assert (stretch.days, stretch.held, stretch.waiting) == (5, 3, 1)
    assert stretch.address == f"{WHEEL}series/{series.pk}/"


@pytest.mark.parametrize(
    ("offset", "told", "word"),
    [(-30, {"told": True}, "held"), (-30, {}, "waiting"), (-30, WEATHER, "cancelled"), (30, {}, "planned")],
)
def test_a_stretch_says_how_its_days_stand(place: Place, offset: int, told: dict[str, Any], word: str) -> None:
    first = TODAY + offset * DAY
    factories.OccurrenceFactory.create(
        place=place,
        kind="exhibition",
        title="Textil",
        date=first,
        ends_at=dt.datetime.combine(first + 10 * DAY, dt.time(17), NOW.tzinfo),
        **told,
    )
    (stretch,) = only(year_of(place), Ring.EXHIBITION)
    assert brief(stretch) == ("Textil", first, first + 10 * DAY, Sign.ARC, word)
    assert stretch.address == f"{WHEEL}occurrences/{stretch.occurrence}/"


def test_an_exhibition_of_last_year_reaches_in(place: Place) -> None:
    ends = dt.datetime(2026, 1, 9, 17, tzinfo=NOW.tzinfo)
    factories.OccurrenceFactory.create(
        place=place, kind="exhibition", date=dt.date(2025, 12, 1), ends_at=ends, told=True
    )
    assert [one.item.last for one in only(year_of(place), Ring.EXHIBITION)] == [dt.date(2026, 1, 9)]
    assert only(year_of(place, 2027), Ring.EXHIBITION) == []


def test_permits_have_deadlines_of_their_own(place: Place) -> None:
    event: dict[str, Any] = {"place": place, "kind": "event"}
    factories.OccurrenceFactory.create(**event, date=dt.date(2026, 12, 20), title="Jul", permit=Permit.APPLY)
    factories.OccurrenceFactory.create(**event, date=dt.date(2026, 11, 30), title="Advent", permit=Permit.NOTIFY)
    sent = {"permit": Permit.APPLY, "permit_sent_on": TODAY - DAY}
    factories.OccurrenceFactory.create(**event, date=dt.date(2026, 12, 6), title="Gran", **sent)
    # Its deadline lies in the year before its own.
    factories.OccurrenceFactory.create(**event, date=dt.date(2027, 1, 5), title="Trettondag", permit=Permit.APPLY)
    factories.OccurrenceFactory.create(**event, date=dt.date(2026, 12, 8), permit=Permit.APPLY, **WEATHER)
    deadlines = [brief(one) for one in only(year_of(place), Ring.REPORTING) if one.item.sign == Sign.TRIANGLE]
    assert [(title, day, word) for title, day, _last, _sign, word in deadlines] == [
        ("Frist för anmälan: Advent", dt.date(2026, 11, 25), "waiting"),
        ("Frist för tillstånd: Gran", dt.date(2026, 11, 29), "held"),
        ("Frist för tillstånd: Jul", dt.date(2026, 12, 13), "planned"),
        ("Frist för tillstånd: Trettondag", dt.date(2026, 12, 29), "planned"),
    ]


def test_measuring_is_a_point_or_an_arc(place: Place) -> None:
    factories.OccasionFactory.create(place=place, name="Maj", first=dt.date(2026, 5, 1), last=dt.date(2026, 5, 31))
    factories.OccasionFactory.create(place=place, name="Nu", first=TODAY - DAY, last=TODAY + DAY)
    factories.OccasionFactory.create(place=place, name="Sen", first=TODAY + 9 * DAY, last=TODAY + 9 * DAY)
    factories.OccasionFactory.create(place=place, name="Då", first=dt.date(2025, 5, 1), last=dt.date(2025, 5, 31))
    assert [(one.item.title, one.item.sign, one.word) for one in only(year_of(place), Ring.MEASURING)] == [
        ("Maj", Sign.ARC, "held"),
        ("Nu", Sign.DIAMOND, "ongoing"),
        ("Sen", Sign.DIAMOND, "planned"),
    ]


def test_quarters_are_told_of_when_they_can_be_and_when_they_were(place: Place) -> None:
    report = factories.ReportFactory.create(
        place=place, code="2026K2", first=dt.date(2026, 4, 1), last=dt.date(2026, 6, 30)
    )
    for number, day in enumerate((20, 25), start=1):
        factories.EditionFactory.create(
            report=report,
            number=number,
            state="ready",
            data='{"as_of": "2026-06-30"}',
            pdf=b"%PDF",
            pdf_sha256="00",
            published_at=dt.datetime(2026, 7, day, 12, tzinfo=NOW.tzinfo),
            published_by=factories.UserFactory.create(),
        )
    squares = [one for one in only(year_of(place), Ring.REPORTING) if one.item.sign == Sign.SQUARE]
    assert [(one.item.key, one.item.first, one.word) for one in squares] == [
        ("r2025K4", dt.date(2026, 1, 1), "waiting"),
        ("r2026K1", dt.date(2026, 4, 1), "waiting"),
        ("r2026K2", dt.date(2026, 7, 20), "held"),
        ("r2026K3", dt.date(2026, 10, 1), "waiting"),
    ]
    # The place opened on 1 January 2025, and 2027 has not come.
    assert [one.item.key for one in only(year_of(place, 2025), Ring.REPORTING)] == ["r2025K1", "r2025K2", "r2025K3"]
    assert [one.word for one in only(year_of(place, 2027), Ring.REPORTING)] == ["planned"] * 4


def test_practice_is_not_reported(place: Place) -> None:
    practice = factories.PlaceFactory.create(practice_of=place)
    assert only(year_of(practice), Ring.REPORTING) == []


def test_the_contract_is_for_those_who_may_read_it(place: Place) -> None:
    contract = factories.ContractFactory.create(place=place, notice_by=dt.date(2026, 12, 31))
    paid = factories.PartyFactory.create(contract=contract)
    factories.InstalmentFactory.create(party=paid, due=dt.date(2026, 3, 31), paid_on=dt.date(2026, 3, 30))
    factories.InstalmentFactory.create(party=paid, due=dt.date(2026, 9, 30))
    factories.InstalmentFactory.create(party=factories.PartyFactory.create(contract=contract), due=dt.date(2026, 9, 30))
    factories.InstalmentFactory.create(party=paid, due=dt.date(2026, 12, 30))
    circles = [one for one in only(year_of(place), Ring.REPORTING) if one.item.sign == Sign.CIRCLE]
    assert [(one.item.title, one.item.first, one.word) for one in circles] == [
        ("Samfinansieringsavtal 2026–2027 börjar", dt.date(2026, 1, 1), "held"),
        ("Delbetalningar förfaller, 1 av 1 betalda", dt.date(2026, 3, 31), "held"),
        ("Delbetalningar förfaller, 0 av 2 betalda", dt.date(2026, 9, 30), "waiting"),
        ("Delbetalningar förfaller, 0 av 1 betalda", dt.date(2026, 12, 30), "planned"),
        ("Samfinansieringsavtal 2026–2027: sägs upp senast i dag", dt.date(2026, 12, 31), "planned"),
    ]
    for_host = year_of(place, role=Membership.Role.HOST)
    assert [one for one in for_host.entries if one.item.sign == Sign.CIRCLE] == []


# --- The twin ---------------------------------------------------------------------------------------------------------


def test_the_list_has_the_calendar_and_what_runs_in(place: Place) -> None:
    factories.SchoolHolidayFactory.create(
        place=place, name="Jullov", first=dt.date(2026, 12, 21), last=dt.date(2027, 1, 7)
    )
    ends = dt.datetime(2026, 12, 4, 17, tzinfo=NOW.tzinfo)
    factories.OccurrenceFactory.create(
        place=place, kind="exhibition", title="Textil", date=dt.date(2026, 11, 16), ends_at=ends
    )
    asked = Asked.of(QueryDict("month=2026-12"), TODAY)
    weeks = year_of(place).weeks(asked.period)
    rows = [
        (week.number, day.day, one.item.title if one else named.name if named else "")
        for week in weeks
        for day, one, named in week.rows
    ]
    assert rows == [
        (49, 1, "Textil"),
        (52, 21, "Jullov"),
        (52, 24, "Julafton"),
        (52, 25, "Juldagen"),
        (52, 26, "Annandag jul"),
        (53, 31, "Nyårsafton"),
    ]
    hidden = year_of(place).weeks(asked.period, [Ring.EXHIBITION])
    assert [week.number for week in hidden] == [52, 53]


def test_the_drawing_and_the_list_hold_the_same(place: Place) -> None:
    for n in range(40):
        kind = ("activation", "activity", "event", "exhibition")[n % 4]
        factories.OccurrenceFactory.create(place=place, kind=kind, date=TODAY + (n - 20) * DAY, title=f"Sak {n}")
    year = year_of(place)
    drawn = {
        key
        for ring in drawing_of(year).rings
        for keys in [*(mark.keys for mark in [*ring.marks, *ring.hidden]), [arc.item.key for arc in ring.arcs]]
        for key in keys
    }
    activities = {one.item.key for one in year.entries if one.item.ring == Ring.ACTIVITY}
    listed = {one.item.key for week in year.weeks(Asked.of(QueryDict("month=all"), TODAY).period)
              for _day, one, _named in week.rows if one}  # fmt: skip
    assert drawn | activities == listed
    assert len(listed) == len(year.entries)


def test_arrow_keys_know_rings_weeks_and_items(place: Place) -> None:
    one = factories.OccurrenceFactory.create(place=place, kind="event", date=dt.date(2026, 12, 31), title="Fyrverkeri")
    year = gather(place, 2026, today=TODAY, held=RIGHTS[Membership.Role.HOST])
    drawing = drawing_of(year)
    keys = keys_of(year, drawing, frozenset({Ring.ACTIVATION, Ring.REPORTING}))
    assert [ring["name"] for ring in keys["rings"]] == ["Aktivitet", "Evenemang", "Utställning", "Mätning"]
    # Week 48 is the 48th of 53, and 31 December lies in the last.
    assert (keys["now"], len(keys["weeks"])) == (47, 53)
    assert keys["items"] == [[f"o{one.pk}", 1, 52, 52, "Fyrverkeri"]]


# --- The address ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "year", "month"),
    [
        ("", 2026, 11),
        ("year=2025", 2025, 1),
        ("year=2025&month=2025-06", 2025, 6),
        ("year=2025&month=2024-06", 2025, 1),
        ("month=all", 2026, None),
        ("year=1999&month=vår", 2026, 11),
        ("year=20x6&month=2026K3", 2026, 11),
    ],
)
def test_nonsense_is_as_nothing(query: str, year: int, month: int | None) -> None:
    asked = Asked.of(QueryDict(query), TODAY)
    assert (asked.year, asked.month) == (year, month)


def test_rings_are_turned_off_and_on_again() -> None:
    asked = Asked.of(QueryDict("off=event&off=nonsense&flip=activity&flip=event"), TODAY)
    assert asked.off == {Ring.ACTIVITY}
    assert asked.query == "year=2026&month=2026-11&off=activity"


def test_steps_lead_on_until_the_years_end() -> None:
    asked = Asked.of(QueryDict("year=2000&month=2000-01&item=o1"), TODAY)
    assert (asked.year_before, asked.year_after) == ("", "year=2001&month=2001-01")
    assert (asked.month_before, asked.month_after) == ("", "year=2000&month=2000-02")
    assert asked.query == "year=2000&month=2000-01&item=o1"
    assert asked.without_item == "year=2000&month=2000-01"
    whole = Asked.of(QueryDict("year=2100&month=all"), TODAY)
    assert (whole.year_after, whole.month_before, whole.month_after) == ("", "", "")
    assert (whole.whole, whole.one_month) == ("year=2100&month=all", "year=2100&month=2100-01")
    assert whole.showing(TODAY) == whole
    assert asked.showing(dt.date(2000, 7, 1)).month == 7


# --- The page ---------------------------------------------------------------------------------------------------------


def test_wheel_of_an_empty_year_says_what_is_next(as_manager: Client, place: Place) -> None:
    response = as_manager.get(WHEEL, {"year": "2030"})
    assertContains(response, "Årshjul 2030")
    assertContains(response, '<text class="year" x="330" y="322">2030</text>', html=True)
    assertNotContains(response, 'class="hand"')
    # A quarter can be told of whatever was planned.
    assert response.context["is_empty"]
    assertContains(response, "Året är tomt")


def test_wheel_shows_the_chosen_event(as_manager: Client, place: Place) -> None:
    before = factories.OccurrenceFactory.create(place=place, kind="event", date=TODAY - 364 * DAY, told=True)
    headcount = factories.HeadcountFactory.create(
        place=place, measure=Measure.PARTICIPATING, occurrence=before, zone=None, date=before.date
    )
    factories.CountEntryFactory.create(headcount=headcount, people=312)
    zone = factories.ZoneFactory.create(place=place, name="Scenen")
    event: dict[str, Any] = {"place": place, "kind": "event", "title": "Dans", "zone": zone, "copied_from": before}
    chosen = factories.OccurrenceFactory.create(**event, date=TODAY + 17 * DAY, expected=300, permit=Permit.APPLY)
    factories.OccurrenceFactory.create(place=place, kind="event", title="Granne", date=TODAY + 18 * DAY)
    page = as_manager.get(WHEEL, {"item": f"o{chosen.pk}"})
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))
    for words in (
        "Dans Torsdag 10 december, 13:00–13:45 · vecka 50",
        "Plats Scenen",
        "300, förra gången 312",
        "till polisen senast 3 december",
        "Samma vecka: 2. Granne",
        "december som lista",
    ):
        assert words.casefold() in text.casefold()
    assertContains(page, 'class="chosen"')
    assertContains(page, 'aria-current="true"><span class="visually-hidden">1. ')


def test_wheel_shows_an_exhibition_and_a_stretch_of_many_days(as_manager: Client, place: Place) -> None:
    zone = factories.ZoneFactory.create(place=place, name="Paviljongen")
    ends = dt.datetime.combine(TODAY + 20 * DAY, dt.time(17), NOW.tzinfo)
    shown = factories.OccurrenceFactory.create(
        place=place, kind="exhibition", title="Textil", zone=zone, date=TODAY - DAY, ends_at=ends
    )
    card = as_manager.get(WHEEL, {"item": f"o{shown.pk}"})
    assertContains(card, "Paviljongen")
    assertContains(card, "22 november – 13 december 2026 · vecka 47")
    chess = [
        factories.OccurrenceFactory.create(place=place, kind="activation", title="Schack", date=TODAY - n * DAY)
        for n in (3, 2, 1)
    ]
    stretch = as_manager.get(WHEEL, {"item": f"o{chess[0].pk}"})
    assertContains(stretch, "0 av 3 genomförda")
    assertContains(stretch, "3 väntar på utfall")
    assert stretch.context["card"].occurrence is None


def test_wheel_knows_no_item_of_another_place(as_manager: Client, place: Place, other_place: Place) -> None:
    foreign = factories.OccurrenceFactory.create(place=other_place, title="Hemligt")
    response = as_manager.get(WHEEL, {"item": f"o{foreign.pk}", "month": "all"})
    assert response.context["card"] is None
    assertNotContains(response, "Hemligt")


def test_wheel_of_a_host_has_nothing_to_plan_with(as_host: Client, place: Place) -> None:
    coming = factories.OccurrenceFactory.create(place=place, date=TODAY + DAY)
    response = as_host.get(WHEEL, {"item": f"o{coming.pk}"})
    assertNotContains(response, "/change/")
    assertNotContains(response, "series/new/")


def test_wheel_hides_a_ring_in_the_drawing_and_the_list(as_host: Client, place: Place) -> None:
    factories.OccurrenceFactory.create(place=place, kind="event", title="Marknad")
    assertContains(as_host.get(WHEEL), "Marknad")
    off = as_host.get(WHEEL, {"off": "event"})
    assertNotContains(off, "Marknad")
    assert [(one.ring, one.count, one.on) for one in off.context["buttons"] if not one.on] == [(Ring.EVENT, 1, False)]


@pytest.mark.parametrize("chosen", [False, True])
def test_wheel_costs_the_same_however_full(as_manager: Client, place: Place, chosen: bool) -> None:  # noqa: FBT001
    zone, partner = factories.ZoneFactory.create(place=place), factories.PartnerFactory.create(place=place)
    given: dict[str, Any] = {"place": place, "zone": zone, "partner": partner, "permit": Permit.APPLY}
    costs = set()
    for count in (1, 30):
        for n in range(count):
            kind = ("activity", "event", "activation", "exhibition")[n % 4]
            factories.OccurrenceFactory.create(**given, kind=kind, date=TODAY + n * DAY, title=f"{count} {n}")
            factories.OccasionFactory.create(
                place=place, name=f"{count} {n}", first=TODAY + n * DAY, last=TODAY + n * DAY
            )
        first = Occurrence.objects.filter(kind="activity").first()
        assert first is not None
        with CaptureQueriesContext(connection) as queries:
            as_manager.get(WHEEL, {"month": "all"} | ({"item": f"o{first.pk}"} if chosen else {}))
        costs.add(len(queries))
    assert len(costs) == 1
