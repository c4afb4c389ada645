"""An edition is published only when it says what is known: of the whole period, and with the figures of that moment."""

import datetime as dt
from collections.abc import Iterator
from unittest import mock

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from measurements.models import Gender
from places.models import OpenDay, Place, User
from places.periods import Period
from reports import faces
from reports.actions import order_edition, publish_edition, retry_edition
from reports.editions.readiness import readiness
from reports.models import Edition
from reports.tasks import render_edition
from tests import factories
from tests.conftest import STOCKHOLM

THIN = '<html lang="sv"><title>Kvartalsrapport</title><h1>Lilltorget</h1>'
K4 = Period.quarter(2026, 4)


@pytest.fixture(autouse=True)
def _thin_paper() -> Iterator[None]:
    with mock.patch.object(faces, "html", return_value=THIN):
        yield


def make(place: Place, period: Period, by: User) -> Edition:
    edition = order_edition(place=place, period=period, language="sv", by=by)
    render_edition(edition_id=edition.pk)
    edition.refresh_from_db()
    return edition


def at(month: int, day: int, year: int = 2026) -> time_machine.travel:
    return time_machine.travel(dt.datetime(year, month, day, 10, tzinfo=STOCKHOLM), tick=False)


def add_people(place: Place, day: dt.date, people: int) -> None:
    zone = place.zones.first() or factories.ZoneFactory.create(place=place)
    headcount = factories.HeadcountFactory.create(place=place, date=day, zone=zone)
    factories.CountEntryFactory.create(headcount=headcount, gender=Gender.WOMAN, people=people)


def test_a_draft_of_the_period_under_way_is_not_published_after_it(place: Place, manager: User) -> None:
    """Made on 1 December, published on 4 January: it would have been without the last 30 days."""
    with at(12, 1):
        draft = make(place, K4, manager)
    with at(1, 4, 2027):
        OpenDay.objects.create(place=place, date=dt.date(2026, 12, 28), opened=dt.time(10), closed=dt.time(17))
        with pytest.raises(ValidationError, match="Utgåvan slutar 1 december 2026, före perioden."):
            publish_edition(edition=draft, by=manager)
        assert not place.locks.exists()
        again = retry_edition(edition=draft, by=manager)
        render_edition(edition_id=again.pk)
        again.refresh_from_db()
        assert '"as_of":"2026-12-31"' in again.data
        assert publish_edition(edition=again, by=manager).published_at
        assert place.locks.get().last == dt.date(2026, 12, 31)


def test_late_figures_are_in_what_is_published(ready: Edition, manager: User) -> None:
    """250 people who were typed in after the edition was made."""
    place = ready.report.place
    add_people(place, dt.date(2026, 9, 1), 250)
    found = readiness(ready)
    assert found.problem.startswith("Något har ändrats sedan utgåvan gjordes.")
    assert found.remake
    # 40 and 60 people before; 350 in three counts now.
    assert found.changes[0] == "Vistande per räkning: 50,0 blev 116,7."
    assert found.changes[-1].startswith("Ändrat: räkningar")
    with pytest.raises(ValidationError, match="Något har ändrats"):
        publish_edition(edition=ready, by=manager)
    again = retry_edition(edition=ready, by=manager)
    render_edition(edition_id=again.pk)
    published = publish_edition(edition=Edition.objects.get(pk=ready.pk), by=manager)
    assert '"value":350' in published.data or "116.66" in published.data


def test_nothing_changed_means_nothing_to_make_again(ready: Edition, manager: User) -> None:
    assert readiness(ready).problem == ""
    assert retry_edition(edition=ready, by=manager).state == Edition.State.READY


def test_an_older_edition_is_not_published_after_a_newer(ready: Edition, manager: User) -> None:
    newer = make(ready.report.place, ready.report.period, manager)
    publish_edition(edition=newer, by=manager)
    with pytest.raises(ValidationError, match="En senare utgåva är redan publicerad."):
        publish_edition(edition=ready, by=manager)


def test_the_database_refuses_an_edition_of_a_part(place: Place, manager: User) -> None:
    with at(12, 1):
        draft = make(place, K4, manager)
    with pytest.raises(DatabaseError, match="last day of its period"), transaction.atomic():
        Edition.objects.filter(pk=draft.pk).update(published_at=dt.datetime.now(dt.UTC), published_by=manager)


def test_ordering_again_joins_what_is_under_way(place: Place, manager: User, host: User) -> None:
    first = order_edition(place=place, period=K4, language="sv", by=manager)
    assert order_edition(place=place, period=K4, language="sv", by=host) == first
    assert order_edition(place=place, period=K4, language="en", by=host).number == 2
    with pytest.raises(DatabaseError, match="one_edition_of_a_language"), transaction.atomic():
        Edition.objects.create(report=first.report, number=3, language="sv", made_by=host)


def test_the_page_says_what_changed_and_offers_to_make_it_again(ready: Edition, as_manager: Client) -> None:
    place = ready.report.place
    add_people(place, dt.date(2026, 9, 1), 250)
    address = reverse("reports:edition_detail", args=[place.slug, ready.report.code, ready.number])
    page = as_manager.get(address).content.decode()
    assert "Vistande per räkning: 50,0 blev 116,7." in page
    assert "Gör den en gång till" in page
    assert "Publicera och lås perioden" not in page
    answer = as_manager.post(address + "publish/")
    assert answer.status_code == 302
    assert Edition.objects.get(pk=ready.pk).published_at is None
