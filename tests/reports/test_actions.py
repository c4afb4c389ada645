import pytest
from django.core.exceptions import ValidationError
from django.db import InternalError, transaction
from django.db.utils import DatabaseError
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from places.models import Place, User
from places.periods import Period
from reports.actions import order_edition, publish_edition, retry_edition
from reports.editions.readiness import readiness
from reports.models import Edition, Report
from reports.tasks import render_edition
from tests import factories


def test_an_order_makes_the_report_once_and_numbers_its_editions(place: Place, manager: User) -> None:
    first = order_edition(place=place, period=Period.quarter(2026, 3), language="sv", by=manager)
    second = order_edition(place=place, period=Period.quarter(2026, 3), language="en", by=manager)
    assert (first.number, second.number) == (1, 2)
    assert Report.objects.count() == 1
    assert [job.args for job in ProcrastinateJob.objects.order_by("id")] == [
        {"edition_id": first.pk},
        {"edition_id": second.pk},
    ]


def test_an_order_that_is_taken_back_leaves_no_job(place: Place, manager: User) -> None:
    with transaction.atomic():
        order_edition(place=place, period=Period.quarter(2026, 3), language="sv", by=manager)
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.exists()


def test_publishing_locks_the_days_and_the_edition_never_moves_again(ready: Edition, manager: User) -> None:
    published = publish_edition(edition=ready, by=manager)
    assert (published.published_by, published.published_at) == (manager, timezone.now())
    lock = ready.report.place.locks.get()
    assert (lock.first, lock.last, lock.by) == (ready.report.first, ready.report.last, manager)
    with pytest.raises((InternalError, DatabaseError)), transaction.atomic():
        Edition.objects.filter(pk=ready.pk).update(data="{}")
    with pytest.raises((InternalError, DatabaseError)), transaction.atomic():
        Edition.objects.filter(pk=ready.pk).delete()


def test_the_same_figures_in_another_language_are_published_beside_it(ready: Edition, manager: User) -> None:
    publish_edition(edition=ready, by=manager)
    english = order_edition(place=ready.report.place, period=ready.report.period, language="en", by=manager)
    render_edition(edition_id=english.pk)
    english.refresh_from_db()
    assert english.data_sha256 == ready.data_sha256
    assert publish_edition(edition=english, by=manager).published_at
    assert ready.report.place.locks.count() == 1


def test_what_cannot_be_published_is_refused_in_words(ready: Edition, manager: User) -> None:
    waiting = order_edition(place=ready.report.place, period=ready.report.period, language="sv", by=manager)
    with pytest.raises(ValidationError, match="inte klar"):
        publish_edition(edition=waiting, by=manager)
    publish_edition(edition=ready, by=manager)
    with pytest.raises(ValidationError, match="redan publicerad"):
        publish_edition(edition=ready, by=manager)
    current = factories.ReportFactory.create(
        place=ready.report.place, code="2026K4", first="2026-10-01", last="2026-12-31"
    )
    draft = Edition.objects.create(report=current, number=1, language="sv", state=Edition.State.READY, made_by=manager)
    draft.refresh_from_db()
    assert readiness(draft).problem.startswith("Perioden är inte slut.")


def test_only_what_failed_is_made_again(ready: Edition, manager: User) -> None:
    jobs = ProcrastinateJob.objects.count()
    assert retry_edition(edition=ready, by=manager).state == Edition.State.READY
    assert ProcrastinateJob.objects.count() == jobs
    Edition.objects.filter(pk=ready.pk).update(state=Edition.State.FAILED, failure="Något gick fel.")
    again = retry_edition(edition=ready, by=manager)
    assert (again.state, again.failure) == (Edition.State.WAITING, "")
    assert ProcrastinateJob.objects.count() == jobs + 1
