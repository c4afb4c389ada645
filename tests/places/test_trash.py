"""The trash: 30 days to think it over, for those who may, and never in a locked period."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from activities.models import DayLog
from activities.queries import log_dates
from places.models import Place, User
from places.tasks import empty_trash
from places.trash import delete_for_good, take_back, throw_away, trash_of, trashables
from tests import factories
from tests.conftest import NOW, TODAY

TRASH = "/p/lilltorget/trash/"


@pytest.fixture
def log(place: Place) -> DayLog:
    return factories.DayLogFactory.create(place=place, weather="snow")


def test_what_is_thrown_away_is_in_no_list_and_can_be_taken_back(place: Place, log: DayLog, host: User) -> None:
    throw_away(thing=log, by=host)
    log.refresh_from_db()
    assert (log.trashed_at, log.trashed_by) == (NOW, host)
    assert log.deleted_on == dt.date(2026, 12, 23)
    assert list(place.day_logs.kept()) == []
    assert list(log_dates(place, TODAY)) == []
    assert trash_of(place) == [log]
    take_back(thing=log, by=host)
    log.refresh_from_db()
    assert [log.trashed_at, log.trashed_by, log.deleted_on] == [None, None, None]
    assert list(place.day_logs.kept()) == [log]


def test_thrown_away_twice_keeps_who_did_it_first(log: DayLog, host: User, manager: User) -> None:
    throw_away(thing=log, by=host)
    throw_away(thing=log, by=manager)
    log.refresh_from_db()
    assert log.trashed_by == host


def test_a_log_does_not_come_back_over_a_newer_one(place: Place, log: DayLog, host: User) -> None:
    throw_away(thing=log, by=host)
    factories.DayLogFactory.create(place=place)
    with pytest.raises(ValidationError, match="annan dagbok"):
        take_back(thing=log, by=host)
    log.refresh_from_db()
    assert log.trashed_at == NOW


def test_a_locked_day_is_neither_thrown_away_nor_taken_back(place: Place, log: DayLog, host: User) -> None:
    thrown = factories.DayLogFactory.create(place=place, date=TODAY - dt.timedelta(days=1), trashed_at=NOW)
    factories.PeriodLockFactory.create(place=place, first=TODAY - dt.timedelta(days=1), last=TODAY, by=host)
    with pytest.raises(ValidationError, match="är låst sedan"):
        throw_away(thing=log, by=host)
    with pytest.raises(ValidationError, match="är låst sedan"):
        take_back(thing=thrown, by=host)


def test_after_30_days_it_is_deleted_for_good(place: Place) -> None:
    old = factories.DayLogFactory.create(place=place, trashed_at=NOW - dt.timedelta(days=30))
    fresh = factories.DayLogFactory.create(
        place=place, trashed_at=NOW - dt.timedelta(days=30) + dt.timedelta(minutes=1)
    )
    kept = factories.DayLogFactory.create(place=place)
    assert delete_for_good(NOW) == 1
    assert set(DayLog.objects.all()) == {fresh, kept}
    assert not DayLog.objects.filter(pk=old.pk).exists()


def test_what_a_published_report_told_of_stays_in_the_trash(place: Place, host: User) -> None:
    log = factories.DayLogFactory.create(place=place, trashed_at=NOW - dt.timedelta(days=31))
    factories.PeriodLockFactory.create(place=place, first=TODAY, last=TODAY, by=host)
    assert delete_for_good(NOW) == 0
    assert list(DayLog.objects.all()) == [log]


def test_the_nightly_work_deletes_as_of_the_time_it_was_due(place: Place) -> None:
    factories.DayLogFactory.create(place=place, trashed_at=NOW)
    empty_trash(int((NOW + dt.timedelta(days=29)).timestamp()))
    assert DayLog.objects.count() == 1
    empty_trash(int((NOW + dt.timedelta(days=30)).timestamp()))
    assert DayLog.objects.count() == 0


def test_a_host_throws_away_and_undoes_but_does_not_see_the_trash(log: DayLog, as_host: Client) -> None:
    response = as_host.post(f"{TRASH}daylog/{log.pk}/", {"next": "/p/lilltorget/log/"}, follow=True)
    assert response.redirect_chain == [("/p/lilltorget/log/", 302)]
    assert f'action="{TRASH}daylog/{log.pk}/back/"' in response.content.decode()
    assert as_host.get(TRASH).status_code == 403
    assert as_host.post(f"{TRASH}daylog/{log.pk}/back/").url == "/p/lilltorget/"  # type: ignore[attr-defined]
    log.refresh_from_db()
    assert log.trashed_at is None


def test_what_another_threw_away_a_host_does_not_take_back(log: DayLog, manager: User, as_host: Client) -> None:
    throw_away(thing=log, by=manager)
    assert as_host.post(f"{TRASH}daylog/{log.pk}/back/").status_code == 403


def test_refusals_are_told(place: Place, log: DayLog, host: User, as_manager: Client) -> None:
    throw_away(thing=log, by=host)
    factories.DayLogFactory.create(place=place)
    page = as_manager.post(f"{TRASH}daylog/{log.pk}/back/", follow=True).content.decode()
    assert "Dagen har fått en annan dagbok." in page
    factories.PeriodLockFactory.create(place=place, first=TODAY, last=TODAY, by=host)
    page = as_manager.post(f"{TRASH}daylog/{log.pk}/", follow=True).content.decode()
    assert "är låst sedan" in page


def test_the_page_is_open_to_those_who_plan(place: Place, log: DayLog, host: User, as_manager: Client) -> None:
    assert "Papperskorgen är tom" in as_manager.get(TRASH).content.decode()
    throw_away(thing=log, by=host)
    page = as_manager.get(TRASH).content.decode()
    assert "23 november 2026: snö" in page
    assert "Tas bort för gott 23 december 2026" in page
    assert as_manager.post(f"{TRASH}daylog/{log.pk}/back/").url == TRASH  # type: ignore[attr-defined]


def test_unknown_sorts_and_another_places_logs_are_not_found(other_place: Place, as_manager: Client) -> None:
    others = factories.DayLogFactory.create(place=other_place)
    assert as_manager.post(f"{TRASH}place/{other_place.pk}/").status_code == 404
    assert as_manager.post(f"{TRASH}daylog/{others.pk}/").status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_costs_the_same_however_much_lies_there(
    place: Place, as_manager: Client, manager: User, django_assert_num_queries: DjangoAssertNumQueries, many: int
) -> None:
    for days in range(many):
        factories.DayLogFactory.create(
            place=place, date=TODAY - dt.timedelta(days=days), trashed_at=NOW, trashed_by=manager
        )
    as_manager.get(TRASH)
    with django_assert_num_queries(4 + len(trashables())):
        assert as_manager.get(TRASH).context["page"].paginator.count == many


def test_the_day_log_offers_it_once_it_is_saved(log: DayLog, as_host: Client) -> None:
    saved = as_host.get("/p/lilltorget/log/2026-11-23/").content.decode()
    assert f'action="{TRASH}daylog/{log.pk}/"' in saved
    unsaved = as_host.get("/p/lilltorget/log/2026-11-22/").content.decode()
    assert TRASH not in unsaved


def test_a_day_written_anew_after_a_throw_is_a_log_of_its_own(log: DayLog, host: User, as_host: Client) -> None:
    throw_away(thing=log, by=host)
    with time_machine.travel(NOW, tick=False):
        as_host.post("/p/lilltorget/log/2026-11-23/note/", {"text": "Nytt"})
    assert sorted(DayLog.objects.values_list("weather", flat=True)) == ["", "snow"]
