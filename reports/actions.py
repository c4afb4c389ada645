"""Editions are ordered and published."""

from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from places.models import PeriodLock, Place, User
from places.models.place import validate_real
from places.periods import Period
from reports.editions.jobs import UNDER_WAY, give_up_on_lost
from reports.editions.readiness import keep_others_from_writing, readiness
from reports.models import Edition, Report
from reports.tasks import render_edition


@transaction.atomic
def order_edition(*, place: Place, period: Period, language: str, by: User) -> Edition:
    """
    A new edition of the place's report on the period, under way in the background once this is committed.

    Where one in the same language is under way already, that one.
    """
    validate_real(place)
    report, _made = Report.objects.get_or_create(
        place=place, code=period.code, defaults={"first": period.first, "last": period.last}
    )
    # Two who order at once get a number each: the second waits here.
    Report.objects.select_for_update().get(pk=report.pk)
    if under_way := _under_way(report, language):
        return under_way
    last = report.editions.aggregate(last=Max("number"))["last"] or 0
    edition = Edition.objects.create(report=report, number=last + 1, language=language, made_by=by)
    render_edition.defer(edition_id=edition.pk)
    return edition


def _under_way(report: Report, language: str) -> Edition | None:
    """The edition in that language that is being made; one whose job is lost is not."""
    give_up_on_lost(report.editions.filter(language=language))
    return report.editions.filter(language=language, state__in=UNDER_WAY).first()


@transaction.atomic
def retry_edition(*, edition: Edition, by: User) -> Edition:
    """
    Make an edition once more that failed, or that is not published and no longer says what is known.

    What is under way or ready is else left alone, and so is one beside which another in its language is under way.
    """
    report = Report.objects.select_for_update().get(pk=edition.report_id)
    under_way = _under_way(report, edition.language)
    edition = Edition.objects.select_related("report__place").get(pk=edition.pk)
    if under_way or edition.published_at:
        return edition
    if edition.state == Edition.State.FAILED or readiness(edition).remake:
        edition.state, edition.progress, edition.step, edition.failure = Edition.State.WAITING, 0, "", ""
        edition.made_by = by
        edition.save(update_fields=["state", "progress", "step", "failure", "made_by"])
        render_edition.defer(edition_id=edition.pk)
    return edition


@transaction.atomic
def publish_edition(*, edition: Edition, by: User) -> Edition:
    """
    Give the edition to the funders: from now on its figures never move, and nobody changes the days they tell of.

    ValidationError when it is not ready, its period is not over, it is already published, or it no longer says what
    is known: then it must be made once more.
    """
    edition = Edition.objects.select_for_update(of=("self",)).select_related("report__place").get(pk=edition.pk)
    try:
        with transaction.atomic():
            keep_others_from_writing()
    except OperationalError as error:
        raise ValidationError(_("Others are writing just now. Try again in a moment."), code="busy") from error
    if problem := readiness(edition).problem:
        raise ValidationError(problem, code="not_publishable")
    edition.published_at, edition.published_by = timezone.now(), by
    edition.save(update_fields=["published_at", "published_by"])
    report = edition.report
    PeriodLock.objects.get_or_create(place=report.place, first=report.first, last=report.last, defaults={"by": by})
    return edition
