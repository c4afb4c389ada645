"""
Publishing beside those who write, on connections of their own.

No browser is asked, but these tests commit what they make, and those with a browser are the ones that may.
"""

import threading
from collections.abc import Callable
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.utils import timezone

from measurements.models import Gender
from places.models import OpenDay, Place, User
from places.periods import Kind, Period
from reports import faces
from reports.actions import order_edition, publish_edition
from reports.editions.readiness import keep_others_from_writing
from reports.models import Edition
from reports.tasks import render_edition
from tests import factories

THIN = '<html lang="sv"><title>Kvartalsrapport</title><h1>Lilltorget</h1>'


@pytest.fixture
def ready(place: Place, manager: User) -> Edition:
    """Of the last quarter that is over."""
    period = Period.containing(timezone.localdate(), Kind.QUARTER).previous()
    edition = order_edition(place=place, period=period, language="sv", by=manager)
    with mock.patch.object(faces, "html", return_value=THIN):
        render_edition(edition_id=edition.pk)
    edition.refresh_from_db()
    return edition


class Writer:
    """Writes something in a transaction that it keeps open until it is told to end."""

    def __init__(self, write: Callable[[], object]) -> None:
        self.write, self.wrote, self.ended = write, threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        assert self.wrote.wait(20)

    def _run(self) -> None:
        try:
            with transaction.atomic():
                self.write()
                self.wrote.set()
                self.ended.wait(20)
        finally:
            connections.close_all()

    def end(self) -> None:
        self.ended.set()
        self.thread.join()


def test_nobody_slips_in_between_the_check_and_the_lock(ready: Edition, place: Place, manager: User) -> None:
    """A count begun before publishing, and committed while that waits for it, is seen."""
    zone = factories.ZoneFactory.create(place=place)
    headcount = factories.HeadcountFactory.create(place=place, date=ready.report.last, zone=zone)
    Edition.objects.filter(pk=ready.pk).update(state=Edition.State.FAILED)
    with mock.patch.object(faces, "html", return_value=THIN):
        render_edition(edition_id=ready.pk)
    writer = Writer(lambda: factories.CountEntryFactory.create(headcount=headcount, gender=Gender.WOMAN, people=250))

    def lock() -> None:
        writer.ended.set()
        keep_others_from_writing()

    with mock.patch("reports.actions.keep_others_from_writing", lock), pytest.raises(ValidationError, match="ändrats"):
        publish_edition(edition=ready, by=manager)
    writer.end()
    assert not place.locks.exists()


def test_one_who_writes_for_long_is_waited_for_no_longer_than_that(ready: Edition, place: Place, manager: User) -> None:
    writer = Writer(lambda: OpenDay.objects.filter(place=place).update(closed=None))
    with (
        mock.patch("reports.editions.readiness.PATIENCE", "100ms"),
        pytest.raises(ValidationError, match="Andra skriver just nu."),
    ):
        publish_edition(edition=ready, by=manager)
    writer.end()
    assert publish_edition(edition=ready, by=manager).published_at
