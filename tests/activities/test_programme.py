"""The public programme: what those outside see of a week, in whichever frame, and what they never see."""

import datetime as dt
import json
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from activities.models import Occurrence
from activities.programme.queries import public_week, week_asked, week_code
from activities.publishing import Published
from places.models import Place, User
from places.periods import Period
from tests import factories
from tests.activities.history import BEFORE, PUBLISHED, YESTERDAY, happened
from tests.conftest import NOW, STOCKHOLM, TODAY

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
PAGE = "/programme/lilltorget/"
WEEK_48 = Period.week(2026, 48)


@pytest.fixture
def place(place: Place) -> Place:
    place.programme_is_public = True
    place.save()
    factories.SeasonFactory.create(place=place, published=True)
    return place


def _plan(place: Place, **values: Any) -> Occurrence:
    made: Occurrence = factories.OccurrenceFactory.create(place=place, **({"made_at": BEFORE} | values))
    made.refresh_from_db()
    return made


def _week(client: Client, **query: str) -> Any:
    response = client.get(PAGE, query)
    assert response.status_code == 200
    return response.context["week"]


def _titles(week: Any) -> list[str]:
    return [item.title for item in week.items]


# --- Which week -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("", "2026-W48"),
        ("2026-W50", "2026-W50"),
        ("2026V01", "2026-W01"),
        ("2026-W54", "2026-W48"),
        ("2026", "2026-W48"),
    ],
)
def test_nonsense_leads_to_this_week(asked: str, code: str) -> None:
    assert week_code(week_asked(asked, TODAY)) == code


def test_a_week_lies_in_the_season_and_year_of_its_thursday(client: Client, place: Place) -> None:
    week = _week(client, week="2026-W53")
    assert (week.number, week.year, week.season, week.span) == (53, 2026, "winter", "28 december 2026 – 3 januari 2027")
    assert _week(client).season == "autumn"


def test_one_goes_no_further_than_what_is_published(client: Client, place: Place) -> None:
    """Autumn is published, from 1 September to 30 November."""
    first, last = _week(client, week="2026-W36"), _week(client, week="2026-W49")
    assert (first.earlier, first.later) == (None, Period.week(2026, 37))
    assert (last.earlier, last.later) == (WEEK_48, None)


# --- What stands in it ------------------------------------------------------------------------------------------------


def test_a_day_has_its_programme_hours_and_name(client: Client, place: Place) -> None:
    with time_machine.travel(dt.datetime(2026, 10, 31, 9, tzinfo=STOCKHOLM), tick=False):
        _plan(place, date=dt.date(2026, 10, 31), title="Ljus")
        week = _week(client)
    saturday = week.days[5]
    assert (saturday.name, saturday.is_red, saturday.is_today) == ("Alla helgons dag", True, True)
    assert saturday.promised is None
    assert [item.title for item in saturday.items] == ["Ljus"]
    assert [str(day.promised.opens) for day in week.days[:4]] == ["10:00:00"] * 4
    assert [day.date.day for day in week.past] == [26, 27, 28, 29, 30]
    assert [day.date.day for day in week.coming] == [31, 1]


def test_it_says_for_whom_and_with_whom(client: Client, place: Place) -> None:
    partner = factories.PartnerFactory.create(place=place, name="Dansföreningen")
    _plan(place, partner=partner, target_groups=["young", "seniors"])
    words = " ".join(re.sub("<[^>]+>", " ", client.get(PAGE).content.decode()).split())
    assert "Aktivitet · Dansföreningen · för unga, äldre" in words


def test_another_week_has_no_past(client: Client, place: Place) -> None:
    assert _week(client, week="2026-W47").past == []


def test_what_stands_there_day_after_day_is_told_once(client: Client, place: Place, host: User) -> None:
    for number in (0, 1, 2, 4):
        _plan(place, kind="activation", title="Schack", date=TODAY + number * DAY)
    _plan(
        place,
        kind="activation",
        title="Schack",
        date=TODAY + 5 * DAY,
        outcome="cancelled",
        reason="weather",
        told_by=host,
        told_at=NOW,
    )
    _plan(place, kind="activation", title="Boule", date=TODAY)
    week = _week(client)
    assert [(one.title, one.day_words, one.cancelled_words) for one in week.standing] == [
        ("Schack", "mån–ons, fre", "lör")
    ]
    assert _titles(week) == ["Boule"]


def test_an_exhibition_runs_through_the_week(client: Client, place: Place) -> None:
    _plan(place, kind="exhibition", title="Ljuset", date=TODAY - 14 * DAY, ends_at=NOW + 14 * DAY)
    week = _week(client)
    assert [item.title for item in week.running] == ["Ljuset"]
    assert not week.is_empty
    assert _week(client, week="2026-W45").is_empty


def test_cancelled_is_shown_as_cancelled(client: Client, place: Place, host: User) -> None:
    _plan(place, title="Salsa", outcome="cancelled", reason="staff", told_by=host, told_at=NOW)
    page = client.get(PAGE)
    (item,) = page.context["week"].items
    assert (item.is_cancelled, item.mark, item.is_now) == (True, "cancelled", False)
    shown = page.content.decode()
    assert "Inställd" in shown
    assert "personal" not in shown


def test_what_goes_on_now_says_so(client: Client, place: Place) -> None:
    _plan(place, starts_at=NOW - HOUR, ends_at=NOW + HOUR)
    (item,) = _week(client).items
    assert (item.is_now, item.is_over) == (True, False)


def test_drafts_and_what_just_happened_are_not_shown(client: Client, place: Place) -> None:
    _plan(place, date=dt.date(2026, 12, 2), title="Utkast")
    _plan(place, was_planned=False, title="Bara hände")
    assert _titles(_week(client)) == []
    assert _titles(_week(client, week="2026-W49")) == []


def test_an_empty_week_says_what_comes_next(client: Client, place: Place, host: User) -> None:
    told = {"reason": "few", "told_by": host, "told_at": NOW}
    _plan(place, title="Inställd", date=TODAY - 40 * DAY, outcome="cancelled", **told)
    _plan(place, title="Julmarknad", kind="event", date=TODAY)
    page = client.get(PAGE, {"week": "2026-W40"})
    assert page.context["week"].next.title == "Julmarknad"
    assert "Härnäst:" in page.content.decode()
    assert _week(client, week="2026-W49").next is None


def test_nobody_is_named_and_nothing_internal_is_told(client: Client, place: Place, host: User, manager: User) -> None:
    inside = {
        "responsible": host,
        "note": "Hemligt",
        "expected": 4711,
        "cost": 1234,
        "equipment": "Sladd",
        "permit": "apply",
    }
    occurrence = _plan(
        place, title="Salsa", partner=factories.PartnerFactory.create(place=place, name="Dans"), **inside
    )
    client.force_login(manager)
    with happened(YESTERDAY):
        occurrence.told_by, occurrence.told_at = manager, NOW
        occurrence.outcome, occurrence.reason = "cancelled", "staff"
        occurrence.save()
    client.logout()
    for address in (PAGE, f"{PAGE}embed/", "/programme/lilltorget.ics"):
        said = client.get(address).content.decode()
        assert "Salsa" in said
        assert [word for word in ("Host Ek", "Manager Ek", "Hemligt", "4711", "1234", "Sladd") if word in said] == []


# --- What has changed -------------------------------------------------------------------------------------------------


def test_late_changes_are_told(client: Client, place: Place) -> None:
    salsa = _plan(place, title="Salsa", date=TODAY + DAY)
    _plan(place, title="Ny", date=TODAY + 2 * DAY, made_at=YESTERDAY)
    gone = _plan(place, title="Borta", date=TODAY + 3 * DAY)
    with happened(YESTERDAY):
        Occurrence.objects.filter(pk=salsa.pk).update(starts_at=salsa.starts_at + HOUR, ends_at=salsa.ends_at + HOUR)
        gone.delete()
    page = client.get(PAGE)
    assert sorted((line.one.what.value, line.one.shown.title) for line in page.context["news"]) == [
        ("added", "Ny"),
        ("moved", "Salsa"),
        ("removed", "Borta"),
    ]
    moved, new = page.context["week"].items
    assert (moved.moved_from.starts_at, new.moved_from) == (salsa.starts_at, None)
    assert (moved.is_new, new.is_new) == (False, True)
    shown = page.content.decode()
    assert "Flyttat från" in shown
    assert "Nytt på programmet" in shown


def test_old_news_is_no_news(client: Client, place: Place) -> None:
    """Neither what was changed long ago, nor what was changed in what is past."""
    tomorrow, last_week = _plan(place, date=TODAY + DAY), _plan(place, date=TODAY - 7 * DAY)
    with happened(PUBLISHED + DAY):
        Occurrence.objects.filter(pk=tomorrow.pk).update(title="Tango")
    with happened(YESTERDAY):
        Occurrence.objects.filter(pk=last_week.pk).update(title="Tango")
    assert client.get(PAGE).context["news"] == []


def test_the_rest_of_many_changes_is_counted(client: Client, place: Place) -> None:
    for number in range(8):
        _plan(place, date=TODAY + DAY, title=f"Ny {number}", made_at=YESTERDAY)
    page = client.get(PAGE)
    assert (len(page.context["news"]), page.context["more_news"]) == (6, 2)
    assert "och 2 ändringar till" in page.content.decode()


# --- For machines -----------------------------------------------------------------------------------------------------


def _structured(client: Client) -> Any:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(PAGE).content.decode())
    assert len(found) == 1
    return json.loads(found[0])


def test_events_are_told_in_the_words_of_schema_org(client: Client, place: Place, host: User) -> None:
    Place.objects.update(hub="Torggatan 1")
    zone = factories.ZoneFactory.create(place=place, name="Scenen")
    partner = factories.PartnerFactory.create(place=place, name="Dans & co")
    salsa = _plan(place, title="</script><b>Salsa", zone=zone, partner=partner)
    _plan(place, title="Ljuset", kind="exhibition", date=TODAY - DAY, starts_at=NOW - DAY, ends_at=NOW + 9 * DAY)
    told = {"told_by": host, "told_at": NOW}
    _plan(place, title="Inställt", outcome="cancelled", reason="few", starts_at=NOW + 3 * HOUR, **told)
    moved = _plan(place, title="Flyttat", starts_at=NOW + 5 * HOUR)
    with happened(YESTERDAY):
        Occurrence.objects.filter(pk=moved.pk).update(starts_at=NOW + 6 * HOUR, ends_at=NOW + 7 * HOUR)
    data = _structured(client)
    assert data["@context"] == "https://schema.org"
    shown, first, cancelled, later = data["@graph"]
    address = f"http://testserver/programme/lilltorget/?week=2026-W48#{salsa.uid}"
    assert first == {
        "@type": "Event",
        "@id": address,
        "url": address,
        "name": "</script><b>Salsa",
        "startDate": "2026-11-23T13:00:00+01:00",
        "endDate": "2026-11-23T13:45:00+01:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "inLanguage": "sv",
        "location": {
            "@type": "Place",
            "name": "Lilltorget, Scenen",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": "Uppsala",
                "addressCountry": "SE",
                "streetAddress": "Torggatan 1",
            },
        },
        "organizer": {"@type": "Organization", "name": place.operator.name},
        "contributor": {"@type": "Organization", "name": "Dans & co"},
    }
    assert shown["@type"] == "ExhibitionEvent"
    assert cancelled["eventStatus"] == "https://schema.org/EventCancelled"
    assert (later["eventStatus"], later["previousStartDate"]) == (
        "https://schema.org/EventRescheduled",
        "2026-11-23T17:00:00+01:00",
    )


# --- How it is shown --------------------------------------------------------------------------------------------------


def test_only_the_frame_may_stand_on_anothers_page(client: Client, place: Place) -> None:
    page, frame = client.get(PAGE), client.get(f"{PAGE}embed/")
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in frame
    assert "frame-ancestors *;" in f"{frame['Content-Security-Policy']};"
    assert "default-src 'self'" in frame["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("query", "header", "language", "word"),
    [
        ("", "sv", "sv", "Vecka 48"),
        ("", "en", "en", "Week 48"),
        ("?lang=en", "sv", "en", "Week 48"),
        ("?lang=x", "sv", "sv", "Vecka"),
    ],
)
def test_the_visitor_chooses_the_language(
    client: Client, place: Place, query: str, header: str, language: str, word: str
) -> None:
    response = client.get(f"{PAGE}{query}", headers={"accept-language": header})
    assert response["Content-Language"] == language
    assert f'<html lang="{language}">' in response.content.decode()
    assert word in response.content.decode()


def test_reading_makes_no_session(client: Client, place: Place) -> None:
    client.get(f"{PAGE}embed/")
    assert dict(client.cookies) == {}


def test_a_week_costs_the_same_however_full(
    client: Client, place: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, 4):
        zone = factories.ZoneFactory.create(place=place)
        _plan(place, title=f"Nummer {number}", zone=zone, partner=factories.PartnerFactory.create(place=place))
        _plan(place, title=f"Ny {number}", date=TODAY + DAY, made_at=YESTERDAY)
        with django_assert_num_queries(10):
            client.get(PAGE)


def test_the_query_alone(place: Place) -> None:
    _plan(place)
    week = public_week(place, WEEK_48, Published.of([place]), ())
    assert (week.code, week.is_now, len(week.days)) == ("2026-W48", True, 7)


# --- Opening it -------------------------------------------------------------------------------------------------------


def test_a_manager_opens_the_programme_and_gets_its_addresses(place: Place, as_manager: Client) -> None:
    Place.objects.update(programme_is_public=False)
    address = "/p/lilltorget/wheel/public/"
    assert "/embed/" not in as_manager.get(address).content.decode()
    assert as_manager.post(address, {"programme_is_public": "on"}).headers["Location"] == address
    page = as_manager.get(address).content.decode()
    assert '&lt;iframe src="http://testserver/programme/lilltorget/embed/"' in page
    assert "Höst 2026" in page
    as_manager.post(address, {})
    place.refresh_from_db()
    assert not place.programme_is_public


def test_practice_is_never_opened(place: Place, as_manager: Client, manager: User) -> None:
    practice = factories.PlaceFactory.create(practice_of=place, slug="ovning")
    factories.MembershipFactory.create(user=manager, place=practice, role="manager")
    page = as_manager.post("/p/ovning/wheel/public/", {"programme_is_public": "on"})
    assert page.context["form"].errors == {"programme_is_public": ["Övning visas aldrig för dem utanför."]}
    practice.refresh_from_db()
    assert not practice.programme_is_public


def test_an_administrator_opens_it_with_the_rest_of_the_place(place: Place, as_admin: Client) -> None:
    page = as_admin.get("/p/lilltorget/place/edit/")
    assert page.context["form"]["programme_is_public"].value() is True
