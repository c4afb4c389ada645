"""What is open to everyone is cheap to ask for again, and no address may ask without end."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client, RequestFactory, override_settings
from pytest_django import DjangoAssertNumQueries

from activities.calendars import renew_calendar_key
from activities.models import Occurrence, Partner
from activities.programme import throttle
from places.models import Organisation, Place, User, Zone
from tests import factories
from tests.activities.history import BEFORE
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
PAGE, EMBED, FEED, POSTER = (f"/programme/lilltorget{part}" for part in ("/", "/embed/", ".ics", "/week.pdf"))
PUBLIC = [PAGE, EMBED, FEED, POSTER]
NOWHERE = "/calendar/nobodys.ics"


@pytest.fixture
def place(place: Place) -> Place:
    place.programme_is_public = True
    place.save()
    factories.SeasonFactory.create(place=place, published=True)
    return place


@pytest.fixture
def salsa(place: Place) -> Occurrence:
    """From 13:00 to 13:45 today, on the stage, with the dancers."""
    zone = factories.ZoneFactory.create(place=place, name="Scenen")
    partner = factories.PartnerFactory.create(place=place, name="Dansarna")
    made: Occurrence = factories.OccurrenceFactory.create(place=place, zone=zone, partner=partner, made_at=BEFORE)
    return made


def _known(client: Client, address: str, tag: str) -> bool:
    return client.get(address, headers={"if-none-match": tag}).status_code == 304


# --- Asking again -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", PUBLIC)
def test_what_one_has_already_costs_two_queries(
    client: Client, salsa: Occurrence, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = client.get(address)
    with django_assert_num_queries(2):
        again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    for answer in (first, again):
        assert answer["Cache-Control"] == "public, max-age=60"
        assert {"Cookie", "Accept-Language"} <= set(answer["Vary"].split(", "))
        assert answer.cookies == {}


def test_one_who_is_signed_in_sees_at_once_what_was_changed(as_host: Client, salsa: Occurrence) -> None:
    assert as_host.get(PAGE)["Cache-Control"] == "private, no-cache"


def test_each_language_and_server_has_its_own(client: Client, salsa: Occurrence) -> None:
    with override_settings(ALLOWED_HOSTS=["testserver", "localhost"]):
        answers = [client.get(PAGE), client.get(PAGE, {"lang": "en"}), client.get(PAGE, headers={"host": "localhost"})]
    assert len({answer["ETag"] for answer in answers}) == 3


def _changes(salsa: Occurrence) -> Iterator[object]:
    """Each sort of thing that an answer is made of, changed one by one."""
    place = salsa.place
    yield Occurrence.objects.update(title="Bugg")
    yield Zone.objects.update(name="Pergolan")
    yield Partner.objects.update(name="Spelarna")
    yield factories.OpeningExceptionFactory.create(place=place, date=TODAY + dt.timedelta(days=1))
    yield place.opening_hours.filter(weekday=4).delete()
    yield Place.objects.update(hub="Torggatan 1")
    yield Organisation.objects.filter(pk=place.operator_id).update(name="Ett annat bolag")
    yield factories.OccurrenceFactory.create(place=place, title="Schack")
    yield Occurrence.objects.get(title="Schack").delete()
    yield place.seasons.update(published_at=None, published_by=None)


def test_whatever_changes_is_told(client: Client, salsa: Occurrence) -> None:
    told = client.get(PAGE)["ETag"]
    for number, _change in enumerate(_changes(salsa)):
        assert not _known(client, PAGE, told), number
        told = client.get(PAGE)["ETag"]
        assert _known(client, PAGE, told)


def test_what_begins_ends_and_the_next_day_are_told(client: Client, salsa: Occurrence) -> None:
    tags = []
    for hour, minute in ((12, 59), (13, 0), (13, 44), (13, 45), (23, 59)):
        with time_machine.travel(NOW.replace(hour=hour, minute=minute), tick=False):
            tags.append(client.get(PAGE)["ETag"])
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        tags.append(client.get(PAGE)["ETag"])
    assert [tags.index(tag) for tag in tags] == [0, 1, 1, 3, 3, 5]


# --- Asking too often -------------------------------------------------------------------------------------------------


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits as they are, with less room."""
    for rate in (throttle.PAGES, throttle.CALENDARS, throttle.POSTERS, throttle.MISSES):
        monkeypatch.setattr(rate, "amount", 2)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("address", PUBLIC)
def test_too_often_is_told_to_wait_and_costs_nothing(
    client: Client, salsa: Occurrence, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert [client.get(address).status_code for _each in range(2)] == [200, 200]
    with django_assert_num_queries(0), time_machine.travel(NOW + MINUTE / 3, tick=False):
        refused = client.get(address)
    assert (refused.status_code, refused["Retry-After"], refused["Cache-Control"]) == (429, "40", "no-store")
    assert "För många på en gång" in refused.content.decode()
    assert client.get(address, REMOTE_ADDR="192.0.2.7").status_code == 200
    with time_machine.travel(NOW + MINUTE, tick=False):
        assert client.get(address).status_code == 200


@pytest.mark.usefixtures("few")
def test_who_asks_too_often_reads_why_in_their_language(client: Client, place: Place) -> None:
    in_english = [client.get(PAGE, {"lang": "en"}).content.decode() for _each in range(3)][-1]
    assert "Too many at once" in in_english
    assert '<html lang="en">' in in_english


def test_a_class_of_thirty_behind_one_address_turns_eight_pages_each(client: Client, place: Place) -> None:
    tag = client.get(PAGE)["ETag"]
    assert all(_known(client, PAGE, tag) for _each in range(239))
    assert client.get(PAGE).status_code == 429


@pytest.mark.usefixtures("few")
def test_guessing_keys_is_stopped_and_reading_ones_own_is_not_guessing(
    client: Client, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle.CALENDARS, "amount", 9)
    own = f"/calendar/{renew_calendar_key(by=manager).token}.ics"
    assert [client.get(address).status_code for address in (own, own, own, NOWHERE, NOWHERE)] == [200] * 3 + [404] * 2
    refused = client.get(NOWHERE)
    assert (refused.status_code, refused["Retry-After"]) == (429, "600")
    # Nobody is told by another answer that a guess was right.
    assert client.get(own).status_code == 429
    assert client.get(own, REMOTE_ADDR="192.0.2.7").status_code == 200
    with time_machine.travel(NOW + 10 * MINUTE, tick=False):
        assert client.get(own).status_code == 200


@pytest.mark.usefixtures("few")
def test_sign_in_answers_with_the_same_page(client: Client, db: None) -> None:
    with override_settings(ACCOUNT_RATE_LIMITS={"login": "1/m/ip"}):
        answers = [client.post("/accounts/login/", {"login": "a@example.se", "password": "x"}) for _each in range(2)]
    assert (answers[1].status_code, "För många på en gång" in answers[1].content.decode()) == (429, True)


# --- Who asks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "forwarded", "who"),
    [
        (0, "", "192.0.2.1"),
        # Not behind a proxy, the header is the visitor's own invention.
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.1, 203.0.113.9, 198.51.100.2", "203.0.113.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_the_address_is_the_one_our_own_proxy_was_asked_from(
    rf: RequestFactory, proxies: int, forwarded: str, who: str
) -> None:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = rf.get(PAGE, headers=headers, REMOTE_ADDR="192.0.2.1")
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=proxies):
        assert throttle.asking(request) == who
