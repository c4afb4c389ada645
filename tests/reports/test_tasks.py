import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from procrastinate.contrib.django import app

from places.models import Place, User
from places.periods import Period
from reports import pdf, tasks
from reports.actions import order_edition, publish_edition
from reports.contexts import QuarterlyReport, sha256_of
from reports.models import Edition


def test_an_edition_is_made_with_its_checksums(place: Place, quarter: Period, manager: User) -> None:
    ready = order_edition(place=place, period=quarter, language="sv", by=manager)
    tasks.render_edition(edition_id=ready.pk)
    ready.refresh_from_db()
    assert (ready.state, ready.progress, ready.step) == (Edition.State.READY, 100, "Klart")
    assert ready.data_sha256 == sha256_of(ready.data)
    assert ready.pdf is not None
    assert ready.pdf_sha256 == sha256_of(bytes(ready.pdf))
    assert 4 <= (ready.pages or 0) <= 6
    assert QuarterlyReport.thaw(ready.data).people.period.participating.value == 12


def test_each_step_is_saved_as_it_begins(place: Place, quarter: Period, manager: User) -> None:
    edition = order_edition(place=place, period=quarter, language="en", by=manager)
    seen = []
    lay_out = pdf.lay_out

    def look(html: str, *, language: str) -> object:
        edition.refresh_from_db()
        seen.append((edition.state, edition.progress, edition.step))
        return lay_out(html, language=language)

    with mock.patch.object(pdf, "lay_out", look):
        tasks.render_edition(edition_id=edition.pk)
    assert seen == [(Edition.State.RENDERING, 70, "Setting the pages")]


def test_a_ready_edition_is_left_alone(ready: Edition) -> None:
    with mock.patch.object(pdf, "lay_out") as lay_out:
        tasks.render_edition(edition_id=ready.pk)
    lay_out.assert_not_called()


def test_a_failure_is_told_in_words_logged_and_raised(
    place: Place, manager: User, caplog: pytest.LogCaptureFixture
) -> None:
    edition = order_edition(place=place, period=Period.quarter(2026, 3), language="sv", by=manager)
    with (
        mock.patch.object(pdf, "lay_out", side_effect=OSError("no fonts")),
        caplog.at_level(logging.ERROR),
        pytest.raises(OSError, match="no fonts"),
    ):
        tasks.render_edition(edition_id=edition.pk)
    edition.refresh_from_db()
    assert edition.state == Edition.State.FAILED
    assert edition.failure == ("Något gick fel när rapporten gjordes. Siffrorna är orörda och inget har publicerats.")
    assert "no fonts" in caplog.text


def test_a_failed_edition_can_be_made_again(place: Place, quarter: Period, manager: User) -> None:
    edition = order_edition(place=place, period=quarter, language="sv", by=manager)
    with mock.patch.object(pdf, "write", side_effect=OSError), pytest.raises(OSError):  # noqa: PT011  any will do
        tasks.render_edition(edition_id=edition.pk)
    tasks.render_edition(edition_id=edition.pk)
    edition.refresh_from_db()
    assert (edition.state, edition.failure) == (Edition.State.READY, "")


def test_a_corrected_edition_tells_what_changed(ready: Edition, manager: User) -> None:
    publish_edition(edition=ready, by=manager)
    place = ready.report.place
    place.locks.all().delete()
    place.open_days.filter(date="2026-07-01").delete()
    second = order_edition(place=place, period=ready.report.period, language="sv", by=manager)
    tasks.render_edition(edition_id=second.pk)
    second.refresh_from_db()
    from reports.queries import making_of

    report = QuarterlyReport.thaw(second.data)
    assert making_of(second, report).changes == [
        "Öppna dagar: 78/79 blev 77/79.",
        "Öppna timmar per vecka: 41,5 blev 41.",
    ]


def test_jobs_of_a_dead_worker_are_taken_up_again() -> None:
    manager = mock.Mock()
    manager.get_stalled_jobs = mock.AsyncMock(return_value=["one", "two"])
    manager.retry_job = mock.AsyncMock()
    # In a thread of its own: where a browser was driven before, this one has a loop already.
    with mock.patch.object(type(app), "job_manager", manager, create=True), ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, tasks.retry_stalled.func(mock.Mock(), 0)).result()
    manager.get_stalled_jobs.assert_awaited_once_with(seconds_since_heartbeat=30)
    assert [call.args for call in manager.retry_job.await_args_list] == [("one",), ("two",)]
