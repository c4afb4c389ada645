"""The calendars, read as their subscribers read them: by `icalendar`, and by `recurring-ical-events`."""

import datetime as dt
from typing import Any

import icalendar
import pytest
import recurring_ical_events
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from activities.calendars import DAYS_KEPT, Feed, remove_calendar_key, renew_calendar_key
from activities.models import CalendarKey, Occurrence
from places.models import Place, User
from tests import factories
from tests.activities.history import BEFORE, YESTERDAY, happened
from tests.conftest import NOW, STOCKHOLM, TODAY

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
IN_DECEMBER = dt.date(2026, 12, 9)
FEED = "/programme/lilltorget.ics"


@pytest.fixture
def place(place: Place) -> Place:
    """With its programme open to all, and an autumn that is published."""
    place.programme_is_public = True
    place.save()
    factories.SeasonFactory.create(place=place, published=True)
    return place


@pytest.fixture
def salsa(place: Place) -> Occurrence:
    zone = factories.ZoneFactory.create(place=place, name="Scenen")
    partner = factories.PartnerFactory.create(place=place, name="Dans; & co, AB")
    return _plan(place, title="Salsa, bugg", zone=zone, partner=partner, target_groups=["young", "seniors"])


def _plan(place: Place, **values: object) -> Occurrence:
    made: Occurrence = factories.OccurrenceFactory.create(place=place, **({"made_at": BEFORE} | values))
    made.refresh_from_db()
    return made


def _calendar(client: Client, address: str = FEED) -> Any:
    response = client.get(address)
    assert response.status_code == 200
    return icalendar.Calendar.from_ical(response.content)


def _events(client: Client, address: str = FEED) -> list[Any]:
    return list(_calendar(client, address).walk("VEVENT"))


def _instants(client: Client, first: dt.date, last: dt.date) -> list[tuple[str, dt.datetime, dt.datetime]]:
    """What a subscriber sees in those days, as moments the same all over the world."""
    found = recurring_ical_events.of(_calendar(client)).between(first, last + DAY)
    return sorted((str(one["UID"]), one.start.astimezone(dt.UTC), one.end.astimezone(dt.UTC)) for one in found)


def _as_planned(*occurrences: Occurrence) -> list[tuple[str, dt.datetime, dt.datetime]]:
    return sorted(
        (str(one.uid), one.starts_at.astimezone(dt.UTC), one.ends_at.astimezone(dt.UTC)) for one in occurrences
    )


# --- What a calendar is told of one thing -----------------------------------------------------------------------------


def test_a_calendar_has_its_name_its_zone_and_how_often_to_ask(client: Client, place: Place) -> None:
    calendar = _calendar(client)
    assert (calendar["NAME"], calendar["X-WR-CALNAME"], calendar["VERSION"]) == ("Lilltorget", "Lilltorget", "2.0")
    assert calendar["REFRESH-INTERVAL"].dt == 4 * HOUR
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert calendar["X-PUBLISHED-TTL"] == "PT4H"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Stockholm"]
    assert calendar.walk("VEVENT") == []


def test_one_occurrence(client: Client, salsa: Occurrence) -> None:
    response = client.get(FEED)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"DTSTART;TZID=Europe/Stockholm:20261123T130000" in response.content
    (event,) = _events(client)
    assert {name: str(event[name]) for name in ("UID", "SUMMARY", "LOCATION", "STATUS", "TRANSP")} == {
        "UID": str(salsa.uid),
        "SUMMARY": "Salsa, bugg",
        "LOCATION": "Lilltorget, Scenen",
        "STATUS": "CONFIRMED",
        "TRANSP": "OPAQUE",
    }
    assert event["SEQUENCE"] == 0
    assert event["DTSTART"].dt == salsa.starts_at
    assert event["DTEND"].dt == salsa.ends_at
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == salsa.changed_at.replace(microsecond=0)
    assert event["CREATED"].dt == BEFORE
    assert str(event["DESCRIPTION"]) == "Aktivitet\nMed Dans; & co, AB\nFör unga, äldre"
    assert event["CATEGORIES"].cats == ["Aktivitet"]
    assert str(event["URL"]) == f"http://testserver/programme/lilltorget/?week=2026-W48#{salsa.uid}"


def test_nobody_is_named(client: Client, salsa: Occurrence, host: User) -> None:
    Occurrence.objects.update(responsible=host, note="Ring Vera", expected=40, cost=1500)
    said = client.get(FEED).content.decode()
    assert "Host Ek" not in said
    assert "Vera" not in said


def test_the_language_stands_in_the_address(client: Client, salsa: Occurrence) -> None:
    in_english = client.get(FEED, {"lang": "en"}, headers={"accept-language": "sv"}).content.decode()
    assert "CATEGORIES:Activity" in in_english
    in_swedish = client.get(FEED, {"lang": "tlh"}, headers={"accept-language": "en"}).content.decode()
    assert "CATEGORIES:Aktivitet" in in_swedish


# --- The same instants ------------------------------------------------------------------------------------------------


def test_both_readers_find_the_same_instants(client: Client, place: Place) -> None:
    planned = [_plan(place, date=TODAY + number * DAY, title=f"Nummer {number}") for number in range(5)]
    assert _instants(client, TODAY, TODAY + 6 * DAY) == _as_planned(*planned)
    assert [(event["DTSTART"].dt, event["DTEND"].dt) for event in _events(client)] == [
        (one.starts_at, one.ends_at) for one in planned
    ]


@pytest.mark.parametrize(
    ("day", "year", "season"),
    [
        (dt.date(2026, 10, 25), 2026, "autumn"),
        (dt.date(2027, 3, 28), 2027, "spring"),
        (dt.date(2028, 2, 29), 2028, "winter"),
        (dt.date(2026, 12, 31), 2027, "winter"),
    ],
    ids=["to winter time", "to summer time", "leap day", "week 53"],
)
def test_clocks_leap_days_and_week_53(client: Client, place: Place, day: dt.date, year: int, season: str) -> None:
    """The day before, the day itself with a night that is an hour longer or shorter, and the day after."""
    place.seasons.filter(year=year, name=season).exists() or factories.SeasonFactory.create(
        place=place, year=year, name=season, published=True
    )
    nights = [
        _plan(
            place,
            date=day + number * DAY,
            starts_at=dt.datetime.combine(day + number * DAY, dt.time(0, 30), tzinfo=STOCKHOLM),
            ends_at=dt.datetime.combine(day + number * DAY, dt.time(4), tzinfo=STOCKHOLM),
        )
        for number in (-1, 0)
    ]
    assert _instants(client, day - DAY, day + DAY) == _as_planned(*nights)


def test_the_zone_is_written_as_the_world_knows_it(client: Client, place: Place) -> None:
    """Around each change of the clock for thirty years, by the rule in the feed and by the zone database."""
    written = _calendar(client).walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)
    for year in range(2020, 2050):
        for month in (3, 10):
            for day in range(20, 32):
                # But for the hour that is not there in spring, and there twice in autumn.
                for hour in (0, 1, 3, 12):
                    moment = dt.datetime(year, month, day, hour, tzinfo=STOCKHOLM)
                    assert moment.replace(tzinfo=written).utcoffset() == moment.utcoffset()


def test_an_exhibition_of_three_weeks_leaves_the_time_free(client: Client, place: Place) -> None:
    shown = _plan(
        place,
        kind="exhibition",
        date=TODAY - 7 * DAY,
        starts_at=NOW - 7 * DAY,
        ends_at=NOW + 14 * DAY,
    )
    (event,) = _events(client)
    assert (event["TRANSP"], event["DTSTART"].dt, event["DTEND"].dt) == ("TRANSPARENT", shown.starts_at, shown.ends_at)
    for day in (TODAY - 7 * DAY, TODAY, TODAY + 14 * DAY):
        assert _instants(client, day, day) == _as_planned(shown)


def test_from_midnight_to_midnight_is_whole_days(client: Client, place: Place) -> None:
    _plan(
        place,
        kind="exhibition",
        starts_at=dt.datetime(2026, 11, 23, tzinfo=STOCKHOLM),
        ends_at=dt.datetime(2026, 11, 26, tzinfo=STOCKHOLM),
    )
    (event,) = _events(client)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (dt.date(2026, 11, 23), dt.date(2026, 11, 26))
    assert event["DTSTART"].params["VALUE"] == "DATE"
    found = recurring_ical_events.of(_calendar(client)).at(dt.date(2026, 11, 25))
    assert [str(one["SUMMARY"]) for one in found] == ["Sångstund med förskolan"]
    assert recurring_ical_events.of(_calendar(client)).at(dt.date(2026, 11, 26)) == []


# --- Cancelled, moved, removed ----------------------------------------------------------------------------------------


def test_moved_keeps_its_name_and_counts_up(client: Client, salsa: Occurrence) -> None:
    Occurrence.objects.update(starts_at=salsa.starts_at + DAY, ends_at=salsa.ends_at + DAY, date=TODAY + DAY)
    moved = Occurrence.objects.get()
    (event,) = _events(client)
    assert (str(event["UID"]), event["SEQUENCE"], event["DTSTART"].dt) == (str(salsa.uid), 1, moved.starts_at)
    assert event["DTSTAMP"].dt >= salsa.changed_at.replace(microsecond=0)
    assert _instants(client, TODAY, TODAY) == []
    assert _instants(client, TODAY + DAY, TODAY + DAY) == _as_planned(moved)


def test_what_no_calendar_shows_does_not_count_up(client: Client, salsa: Occurrence) -> None:
    Occurrence.objects.update(note="Bra stämning", expected=12)
    assert [event["SEQUENCE"] for event in _events(client)] == [0]


def test_cancelled_stays_and_says_so(client: Client, salsa: Occurrence, manager: User) -> None:
    Occurrence.objects.update(outcome="cancelled", reason="staff", told_by=manager, told_at=NOW)
    (event,) = _events(client)
    assert (event["STATUS"], event["SEQUENCE"], event["TRANSP"]) == ("CANCELLED", 1, "TRANSPARENT")
    assert str(event["SUMMARY"]) == "Inställt: Salsa, bugg"
    assert _instants(client, TODAY, TODAY) == _as_planned(salsa)


def test_removed_after_publication_stays_as_cancelled(client: Client, salsa: Occurrence) -> None:
    with happened(YESTERDAY):
        salsa.delete()
    (event,) = _events(client)
    assert (str(event["UID"]), event["STATUS"], event["SEQUENCE"]) == (str(salsa.uid), "CANCELLED", 1)
    assert (str(event["LOCATION"]), event["LAST-MODIFIED"].dt) == ("Lilltorget, Scenen", YESTERDAY)
    assert _instants(client, TODAY, TODAY) == _as_planned(salsa)


def test_moved_into_a_draft_is_cancelled_and_comes_back_later(client: Client, salsa: Occurrence) -> None:
    with happened():
        Occurrence.objects.update(date=IN_DECEMBER)
    assert [(event["STATUS"], event["SEQUENCE"]) for event in _events(client)] == [("CANCELLED", 1)]
    with happened():
        Occurrence.objects.update(date=TODAY)
    assert [(event["STATUS"], event["SEQUENCE"]) for event in _events(client)] == [("CONFIRMED", 2)]


def test_drafts_and_what_just_happened_are_not_in_it(client: Client, place: Place) -> None:
    _plan(place, date=IN_DECEMBER)
    _plan(place, was_planned=False)
    assert _events(client) == []


def test_what_is_long_past_leaves_the_calendar(client: Client, place: Place) -> None:
    factories.SeasonFactory.create(place=place, name="summer", published=True)
    _plan(place, date=TODAY - DAYS_KEPT * DAY, title="Just kvar")
    _plan(place, date=TODAY - (DAYS_KEPT + 1) * DAY, title="Borta")
    assert [str(event["SUMMARY"]) for event in _events(client)] == ["Just kvar"]


def test_a_season_that_is_taken_back_leaves_the_calendar(client: Client, salsa: Occurrence, place: Place) -> None:
    place.seasons.update(published_at=None, published_by=None)
    assert _events(client) == []


# --- Asking again -----------------------------------------------------------------------------------------------------


def test_asking_again_costs_nothing_until_something_changes(client: Client, salsa: Occurrence, place: Place) -> None:
    first = client.get(FEED)
    tag = first["ETag"]
    assert first["Last-Modified"].endswith("GMT")
    again = client.get(FEED, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    salsa.zone.name = "Pergolan"  # type: ignore[union-attr]
    salsa.zone.save()  # type: ignore[union-attr]
    assert client.get(FEED, headers={"if-none-match": tag}).status_code == 200
    # A season that is taken back changes nothing later than what it leaves: the time alone is not enough.
    place.seasons.update(published_at=None, published_by=None)
    assert client.get(FEED, headers={"if-modified-since": first["Last-Modified"]}).status_code == 200


def test_the_same_plan_is_the_same_calendar(client: Client, salsa: Occurrence) -> None:
    assert client.get(FEED).content == client.get(FEED).content
    assert client.get(FEED)["ETag"] != client.get(FEED, {"lang": "en"})["ETag"]


def test_an_empty_calendar_has_not_changed() -> None:
    assert Feed("Lilltorget", [], "https://amp.example").changed_at is None


def test_a_calendar_costs_the_same_however_full(
    client: Client, place: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, 4):
        _plan(place, date=TODAY + number * DAY)
        gone = _plan(place, date=TODAY + number * DAY, title="Borta")
        with happened():
            gone.delete()
        with django_assert_num_queries(8):
            client.get(FEED)
        assert len(_events(client)) == 2 * number


# --- Whose it is ------------------------------------------------------------------------------------------------------


PAGES = [FEED, *(f"/programme/lilltorget/{part}" for part in ("", "embed/", "week.pdf"))]


@pytest.mark.parametrize("closed", ["private", "practice", "unknown"])
@pytest.mark.parametrize("address", PAGES)
def test_a_programme_that_is_not_open_is_not_found(
    client: Client, salsa: Occurrence, closed: str, address: str
) -> None:
    if closed == "private":
        Place.objects.update(programme_is_public=False)
    elif closed == "practice":
        factories.PlaceFactory.create(slug="ovning", practice_of=salsa.place, programme_is_public=True)
        address = address.replace("lilltorget", "ovning")
    else:
        address = address.replace("lilltorget", "finns-inte")
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 405


@pytest.fixture
def key(manager: User) -> CalendarKey:
    return renew_calendar_key(by=manager)


def _own(key: CalendarKey, **query: str) -> str:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{reverse('programme:calendar_of_person', args=[key.token])}?{asked}"


def test_ones_own_calendar_has_drafts_of_all_places_one_works_at(
    client: Client, salsa: Occurrence, key: CalendarKey, manager: User, other_place: Place
) -> None:
    second = factories.PlaceFactory.create(name="Stationstorget")
    factories.MembershipFactory.create(user=manager, place=second)
    _plan(salsa.place, date=IN_DECEMBER, title="Lucia")
    _plan(second, title="Schack", date=TODAY + DAY)
    _plan(other_place, title="Någon annans")
    practice = factories.PlaceFactory.create(practice_of=salsa.place)
    factories.MembershipFactory.create(user=manager, place=practice)
    _plan(practice, title="Övning")
    events = _events(client, _own(key))
    assert [(str(event["SUMMARY"]), event["STATUS"]) for event in events] == [
        ("Salsa, bugg", "CONFIRMED"),
        ("Schack", "TENTATIVE"),
        ("Lucia", "TENTATIVE"),
    ]
    assert str(events[0]["URL"]) == f"http://testserver/p/lilltorget/wheel/occurrences/{salsa.pk}/"
    assert str(events[2]["DESCRIPTION"]).endswith("Ett utkast: inte publicerat än.")


def test_only_mine(
    client: Client, salsa: Occurrence, place: Place, key: CalendarKey, manager: User, host: User
) -> None:
    _plan(place, title="Mitt", responsible=manager)
    mine, anothers = (
        _plan(place, title="Mitt, borta", responsible=manager),
        _plan(place, title="Hans", responsible=host),
    )
    with happened():
        mine.delete()
        anothers.delete()
    events = _events(client, _own(key, only="mine"))
    assert {str(event["SUMMARY"]) for event in events} == {"Mitt", "Inställt: Mitt, borta"}
    assert _calendar(client, _own(key, only="mine"))["NAME"] == "Min plan"
    assert {str(event["SUMMARY"]) for event in _events(client, _own(key))} >= {"Inställt: Hans", "Salsa, bugg"}


def test_ones_own_calendar_follows_into_a_draft(client: Client, salsa: Occurrence, key: CalendarKey) -> None:
    with happened():
        Occurrence.objects.update(date=IN_DECEMBER)
    assert [(str(event["UID"]), event["STATUS"]) for event in _events(client, _own(key))] == [
        (str(salsa.uid), "TENTATIVE")
    ]


def test_a_renewed_key_makes_the_old_address_worthless(client: Client, key: CalendarKey, manager: User) -> None:
    old = _own(key)
    assert client.get(old).status_code == 200
    new = renew_calendar_key(by=manager)
    assert (client.get(old).status_code, client.get(_own(new)).status_code) == (404, 200)
    remove_calendar_key(by=manager)
    assert client.get(_own(new)).status_code == 404


def test_who_may_not_sign_in_reads_no_calendar(client: Client, key: CalendarKey, manager: User) -> None:
    manager.is_active = False
    manager.save()
    assert client.get(_own(key)).status_code == 404


def test_ones_own_calendar_is_kept_from_others(client: Client, key: CalendarKey) -> None:
    response = client.get(_own(key))
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-cache", "noindex")
    assert len(key.token) >= 43


def test_the_page_makes_renews_and_removes_the_address(as_manager: Client, manager: User) -> None:
    page = reverse("programme:calendar_key")
    assert "Skapa en adress" in as_manager.get(page).content.decode()
    assert not CalendarKey.objects.exists()
    as_manager.post(reverse("programme:calendar_key_renew"))
    first = CalendarKey.objects.get(user=manager)
    shown = as_manager.get(page).content.decode()
    assert f"http://testserver/calendar/{first.token}.ics?lang=sv" in shown
    assert f"http://testserver/calendar/{first.token}.ics?only=mine&amp;lang=sv" in shown
    as_manager.post(reverse("programme:calendar_key_renew"))
    assert first.token not in as_manager.get(page).content.decode()
    as_manager.post(reverse("programme:calendar_key_remove"))
    assert not CalendarKey.objects.exists()


def test_ones_own_calendar_costs_the_same_however_many_places(
    client: Client,
    salsa: Occurrence,
    key: CalendarKey,
    manager: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(3):
        second = factories.PlaceFactory.create()
        factories.MembershipFactory.create(user=manager, place=second)
        factories.SeasonFactory.create(place=second, published=True)
        _plan(second, title=f"Nummer {number}")
        gone = _plan(second, title="Borta")
        with happened():
            gone.delete()
        with django_assert_num_queries(8):
            client.get(_own(key))


def test_time_passes(client: Client, salsa: Occurrence) -> None:
    with time_machine.travel(NOW + (DAYS_KEPT + 1) * DAY, tick=False):
        assert _events(client) == []
