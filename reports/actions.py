"""Editions are ordered and published."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from places.models import PeriodLock, Place, User
from places.models.place import validate_real
from places.periods import Period
from reports.models import Edition, Report
from reports.pictures import has_withdrawn
from reports.tasks import render_edition


@transaction.atomic
def order_edition(*, place: Place, period: Period, language: str, by: User) -> Edition:
    """A new edition of the place's report on the period, under way in the background once this is committed."""
    validate_real(place)
    report, _made = Report.objects.get_or_create(
        place=place, code=period.code, defaults={"first": period.first, "last": period.last}
    )
    # Two who order at once get a number each: the second waits here.
    Report.objects.select_for_update().get(pk=report.pk)
    last = report.editions.aggregate(last=Max("number"))["last"] or 0
    edition = Edition.objects.create(report=report, number=last + 1, language=language, made_by=by)
    render_edition.defer(edition_id=edition.pk)
    return edition


@transaction.atomic
def retry_edition(*, edition: Edition, by: User) -> Edition:
    """
    Make an edition once more that failed, or that holds a photo which may no longer be used and is not published.

    What is under way or ready is else left alone.
    """
    states = [Edition.State.FAILED, *([Edition.State.READY] if has_withdrawn(edition) else [])]
    changed = Edition.objects.filter(pk=edition.pk, state__in=states, published_at=None).update(
        state=Edition.State.WAITING, progress=0, step="", failure="", made_by=by
    )
    if changed:
        render_edition.defer(edition_id=edition.pk)
    edition.refresh_from_db()
    return edition


@transaction.atomic
def publish_edition(*, edition: Edition, by: User) -> Edition:
    """
    Give the edition to the funders: from now on its figures never move, and nobody changes the days they tell of.

    ValidationError when it is not ready, its period is not over, or it is already published.
    """
    edition = Edition.objects.select_for_update(of=("self",)).select_related("report__place").get(pk=edition.pk)
    if problem := why_not_publish(edition):
        raise ValidationError(problem, code="not_publishable")
    edition.published_at, edition.published_by = timezone.now(), by
    edition.save(update_fields=["published_at", "published_by"])
    report = edition.report
    PeriodLock.objects.get_or_create(place=report.place, first=report.first, last=report.last, defaults={"by": by})
    return edition


def why_not_publish(edition: Edition) -> str:
    """In words, or empty when the edition can be published."""
    if edition.published_at:
        return _("The edition is already published.")
    if edition.state != Edition.State.READY:
        return _("The edition is not ready yet.")
    if has_withdrawn(edition):
        return _("A photo in it may no longer be used. Make the edition once more, and it is left out.")
    if edition.report.last >= timezone.localdate():
        return _("The period is not over. A draft can be read, but figures that still move cannot be published.")
    return ""
