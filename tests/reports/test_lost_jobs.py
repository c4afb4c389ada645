"""An edition never says that it is being made when nobody is making it."""

import subprocess
import sys
from unittest import mock

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from places.models import Place, User
from places.periods import Period
from reports import pdf, tasks
from reports.actions import order_edition, retry_edition
from reports.editions.jobs import give_up_on_lost
from reports.models import Edition

K3 = Period.quarter(2026, 3)


@pytest.fixture
def edition(place: Place, manager: User) -> Edition:
    return order_edition(place=place, period=K3, language="sv", by=manager)


def lose_the_job(edition: Edition) -> None:
    """The database goes away while the report is set, so that the failure cannot be told either."""
    with (
        mock.patch.object(pdf, "lay_out", side_effect=OperationalError),
        mock.patch.object(tasks, "_fail", side_effect=OperationalError),
        pytest.raises(OperationalError),
    ):
        tasks.render_edition(edition_id=edition.pk)
    ProcrastinateJob.objects.filter(args={"edition_id": edition.pk})._raw_delete("default")


def test_what_no_job_makes_is_given_up_and_can_be_tried_again(edition: Edition, manager: User) -> None:
    lose_the_job(edition)
    edition.refresh_from_db()
    assert edition.state == Edition.State.RENDERING
    assert give_up_on_lost(Edition.objects.all()) == 1
    edition.refresh_from_db()
    assert (edition.state, edition.failure[:19]) == (Edition.State.FAILED, "Något gick fel när ")
    assert retry_edition(edition=edition, by=manager).state == Edition.State.WAITING
    assert give_up_on_lost(Edition.objects.all()) == 0


def test_what_waits_or_is_being_made_is_left_alone(edition: Edition) -> None:
    assert give_up_on_lost(Edition.objects.all()) == 0
    assert Edition.objects.get().state == Edition.State.WAITING


def test_its_page_offers_to_try_again_at_once(edition: Edition, as_manager: Client) -> None:
    lose_the_job(edition)
    where = [edition.report.place.slug, edition.report.code, edition.number]
    page = as_manager.get(reverse("reports:edition_detail", args=where)).content.decode()
    assert "Rapporten blev inte gjord." in page
    assert reverse("reports:edition_retry", args=where) in page


def test_small_jobs_go_before_reports() -> None:
    app.perform_import_paths()
    priorities = {name: task.priority for name, task in app.tasks.items() if name.split(".")[0] in ROOMS}
    reports = {"reports.render_edition", "amp.demo.publish_reports"}
    assert {priorities.pop(name) for name in reports} == {0}
    assert set(priorities.values()) == {10}


ROOMS = {"places", "activities", "measurements", "reports", "amp"}
TASKS = [
    "amp.demo.publish_reports",
    "measurements.delete_old_payloads",
    "places.empty_trash",
    "places.forget_kept_forms",
    "places.forget_submissions",
    "reports.give_up_on_lost",
    "reports.render_edition",
    "reports.retry_stalled",
]


def test_a_fresh_process_knows_every_task() -> None:
    """A task in a module that is not found by the queue is never run, and tests that import it would not notice."""
    ask = f"""
import django
django.setup()
from procrastinate.contrib.django import app
app.perform_import_paths()  # as a worker does when it starts
print(*sorted(name for name in app.tasks if name.split(".")[0] in {ROOMS!r}))
"""
    found = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", ask], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == TASKS
