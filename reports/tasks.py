"""What runs in the background: an edition is made, step by step, and a job whose worker died is taken up again."""

import logging

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate import JobContext
from procrastinate.contrib.django import app

from places.jobs import BEFORE_REPORTS
from reports import faces, pdf, pictures
from reports.contexts import QuarterlyReport, sha256_of
from reports.editions.jobs import RENDER_TASK, failure, give_up_on_lost
from reports.models import Edition, EditionPicture
from reports.queries import making_of

logger = logging.getLogger(__name__)

# A worker that has not been heard of for so many seconds is dead.
SILENT = 30
State = Edition.State


@app.task(name=RENDER_TASK)
def render_edition(edition_id: int) -> None:
    """
    Gather, draw and keep the edition. Asked for again, a ready one is left alone.

    What fails is told on the edition in words, with the traceback in the log, and the job is marked as failed.
    """
    edition = Edition.objects.select_related("report__place__operator").get(pk=edition_id)
    if edition.state == State.READY:
        return
    with translation.override(edition.language):
        try:
            _make(edition)
        except Exception:
            logger.exception("Edition %s could not be made", edition_id)
            _fail(edition)
            raise


def _make(edition: Edition) -> None:
    _step(edition, 10, _("Gathering the figures"))
    report = _frozen(edition)
    edition.data = report.freeze()
    edition.data_sha256 = sha256_of(edition.data)
    shown = _keep_pictures(edition, report)
    _step(edition, 40, _("Drawing the charts"))
    html = faces.html(report, making_of(edition, report), language=edition.language, pictures=shown)
    _step(edition, 70, _("Setting the pages"))
    document = pdf.lay_out(html, language=edition.language)
    edition.pdf = pdf.write(document)
    edition.pdf_sha256 = sha256_of(edition.pdf)
    edition.pages = len(document.pages)
    edition.state = State.READY
    _step(edition, 100, _("Done"))


def _frozen(edition: Edition) -> QuarterlyReport:
    return QuarterlyReport.gather(edition.report.place, edition.report.period, today=timezone.localdate())


@transaction.atomic
def _keep_pictures(edition: Edition, report: QuarterlyReport) -> dict[int, bytes]:
    """The edition's own copies, by photo; those of an earlier try go."""
    shown = pictures.copies(one.photo for one in report.pictures)
    edition.pictures.all().delete()
    EditionPicture.objects.bulk_create(
        EditionPicture(edition=edition, photo_id=one.photo, data=shown[one.photo], sha256=one.sha256)
        for one in report.pictures
    )
    return shown


def _step(edition: Edition, progress: int, words: str) -> None:
    """Saved at once, so that the page that waits can tell."""
    if edition.state != State.READY:
        edition.state = State.RENDERING
    edition.progress, edition.step, edition.failure = progress, words, ""
    edition.save()


def _fail(edition: Edition) -> None:
    """From the row as it is, lest half of an edition be saved."""
    Edition.objects.filter(pk=edition.pk).update(
        state=State.FAILED,
        failure=failure(),
    )


@app.periodic(cron="* * * * *")
@app.task(
    name="reports.retry_stalled", queueing_lock="reports.retry_stalled", pass_context=True, priority=BEFORE_REPORTS
)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  the periodic call gives the time
    """A job whose worker was killed stays “doing” for ever unless somebody takes it up again."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
        await app.job_manager.retry_job(job)


@app.periodic(cron="* * * * *")
@app.task(name="reports.give_up_on_lost", queueing_lock="reports.give_up_on_lost", priority=BEFORE_REPORTS)
def give_up_on_lost_editions(timestamp: int) -> None:  # noqa: ARG001  the periodic call gives the time
    give_up_on_lost(Edition.objects.all())
