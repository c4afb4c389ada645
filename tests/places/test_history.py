"""Who changed what, when: told at the record, whatever way the row was changed."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from activities.models import DayLog, Occurrence
from measurements.corrections import withdraw
from places.history import Difference, forget, history_of
from places.models import Instalment, Place, User
from places.trash import delete_for_good
from tests import factories
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_swedish() -> Iterator[None]:
    with translation.override("sv"):
        yield


@pytest.fixture
def as_host(client: Client, host: User) -> Client:
    client.force_login(host)
    return client


@pytest.fixture
def as_admin(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def log(place: Place) -> DayLog:
    return factories.DayLogFactory.create(place=place)


def _told(row: object) -> list[tuple[str | None, list[tuple[str, str, str]]]]:
    return [
        (change.who.name if change.who else None, [(one.label, one.before, one.after) for one in change.differences])
        for change in history_of(row).changes
    ]


def test_a_change_through_a_page_tells_the_person(log: DayLog, as_host: Client) -> None:
    as_host.post("/p/lilltorget/log/2026-11-23/", {"weather": "snow", "temperature": "-4"})
    log.refresh_from_db()
    changes = [("Väder", "–", "snö"), ("Temperatur, °C", "–", "-4")]
    assert _told(log) == [("Host Ek", changes)]
    page = as_host.get("/p/lilltorget/log/2026-11-23/").content.decode()
    assert "Host Ek" in page
    assert "från – till snö" in page


def test_bulk_changes_and_plain_sql_are_in_it_without_a_person(log: DayLog) -> None:
    DayLog.objects.filter(pk=log.pk).update(temperature=3)
    log.refresh_from_db()
    log.temperature = 5
    DayLog.objects.bulk_update([log], ["temperature"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE activities_daylog SET temperature = 7 WHERE id = %s", [log.pk])
    log.refresh_from_db()
    assert _told(log) == [
        (None, [("Temperatur, °C", "5", "7")]),
        (None, [("Temperatur, °C", "3", "5")]),
        (None, [("Temperatur, °C", "–", "3")]),
    ]


def test_deleted_rows_leave_what_they_were(place: Place) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, title="Dans")
    Occurrence.objects.filter(pk=occurrence.pk).delete()
    events = apps.get_model("activities", "OccurrenceEvent").objects
    assert list(events.values_list("pgh_label", "pgh_obj_id", "title")) == [("delete", occurrence.pk, "Dans")]


def test_words_for_every_sort_of_value(place: Place, host: User) -> None:
    zone = factories.ZoneFactory.create(place=place, name="Scenen")
    occurrence = factories.OccurrenceFactory.create(place=place, starts_at=NOW - dt.timedelta(hours=2))
    Occurrence.objects.filter(pk=occurrence.pk).update(
        zone=zone,
        responsible=host,
        moved=True,
        outcome="changed",
        reason="weather",
        told_by=host,
        told_at=NOW,
        starts_at=NOW - dt.timedelta(minutes=90),
    )
    occurrence.refresh_from_db()
    assert {one[0]: one[1:] for one in _told(occurrence)[0][1]} == {
        "Börjar": ("23 november 2026 10:00", "23 november 2026 10:30"),
        "Delyta": ("–", "Scenen"),
        "Ansvarig": ("–", "Host Ek"),
        "Ändrad för sig": ("nej", "ja"),
        "Utfall": ("planerad", "ändrad"),
        "Orsak": ("–", "väder"),
    }


def test_money_dates_and_shapes(place: Place) -> None:
    instalment = factories.InstalmentFactory.create()
    Instalment.objects.filter(pk=instalment.pk).update(amount=Decimal("125000.50"), paid_on=dt.date(2026, 11, 2))
    instalment.refresh_from_db()
    [change] = history_of(instalment).changes
    assert change.differences[-1] == Difference("Betald", "–", "2 november 2026")
    assert change.differences[0].after == "125\u00a0000,50"
    Place.objects.filter(pk=place.pk).update(boundary={"type": "Polygon"})
    place.refresh_from_db()
    assert _told(place)[0][1][0][1:] == ("–", "en annan form")


def test_lists_are_told_in_words(log: DayLog) -> None:
    DayLog.objects.filter(pk=log.pk).update(tags=["quote", "press"])
    log.refresh_from_db()
    assert [one[1:] for one in _told(log)[0][1]] == [("–", "citat, press")]


def test_taps_make_no_history_and_a_withdrawal_does(place: Place, host: User) -> None:
    entry = factories.CountEntryFactory.create(headcount__place=place, people=3)
    assert history_of(entry.headcount).changes == []
    headcount = withdraw(headcount=entry.headcount, reason="Fel torg", by=host)
    assert [one.after for one in history_of(headcount).changes[0].differences] == [
        "23 november 2026 12:00",
        "Fel torg",
    ]


def test_what_changes_nothing_that_has_a_name_is_not_told(log: DayLog, host: User) -> None:
    DayLog.objects.filter(pk=log.pk).update(by=host)
    log.refresh_from_db()
    assert _told(log) == []


@pytest.mark.parametrize("many", [1, 3])
def test_a_page_of_history_costs_the_same_however_long(
    place: Place, host: User, django_assert_num_queries: DjangoAssertNumQueries, many: int
) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place)
    for _number in range(many):
        zone = factories.ZoneFactory.create(place=place)
        Occurrence.objects.filter(pk=occurrence.pk).update(zone=zone, responsible=host)
    occurrence.refresh_from_db()
    with django_assert_num_queries(5):
        assert len(history_of(occurrence).changes) == many


def test_a_long_history_has_pages(log: DayLog, as_host: Client) -> None:
    for degrees in range(12):
        DayLog.objects.filter(pk=log.pk).update(temperature=degrees)
    page = as_host.get("/p/lilltorget/log/2026-11-23/?history=2").content.decode()
    assert "från 0 till 1" in page
    assert "från 10 till 11" not in page
    assert 'href="?history=1#changes"' in page
    assert "från 1 till 2" in as_host.get("/p/lilltorget/log/2026-11-23/").content.decode()


def test_what_is_deleted_for_good_takes_its_history_along(log: DayLog) -> None:
    DayLog.objects.filter(pk=log.pk).update(text="Ett namn som inte skulle stå här")
    DayLog.objects.filter(pk=log.pk).update(text="", trashed_at=NOW - dt.timedelta(days=31))
    events = apps.get_model("activities", "DayLogEvent").objects
    assert events.count() == 2
    delete_for_good(NOW)
    assert events.count() == 0


def test_a_model_without_history_has_none_to_forget(place: Place) -> None:
    forget(factories.ZoneFactory.create(place=place))


def test_the_pages_show_it(place: Place, as_admin: Client) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, title="Dans")
    Occurrence.objects.filter(pk=occurrence.pk).update(title="Salsa")
    assert "från Dans till Salsa" in as_admin.get(f"/p/lilltorget/wheel/occurrences/{occurrence.pk}/").content.decode()
    headcount = factories.HeadcountFactory.create(place=place)
    type(headcount).objects.filter(pk=headcount.pk).update(note="Regn")
    assert "från – till Regn" in as_admin.get(f"/p/lilltorget/counts/{headcount.pk}/").content.decode()
    instalment = factories.InstalmentFactory.create(party__contract__place=place)
    Instalment.objects.filter(pk=instalment.pk).update(invoiced_on=TODAY)
    contract = instalment.party.contract_id
    page = as_admin.get(f"/p/lilltorget/contracts/{contract}/instalments/{instalment.pk}/").content.decode()
    assert "från – till 23 november 2026" in page
