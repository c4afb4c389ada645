"""The squares' reports, made and published as a manager does it, and one of them corrected."""

import datetime as dt
from collections.abc import Iterator

import pgtrigger
from django.db import transaction
from django.utils import timezone, translation

from amp.demo.issues import Issue, issues
from amp.demo.money import booked_late
from amp.demo.square import Square, Stage
from places.models import Instalment, PeriodLock, Place, User
from places.periods import Period
from reports.actions import order_edition, publish_edition
from reports.models import Edition
from reports.pictures import chosen
from reports.tasks import render_edition

MADE, PUBLISHED = dt.time(9, 20), dt.time(10, 40)


def publish(place: Place, square: Square, stage: Stage, by: User) -> Iterator[Edition]:
    """The editions that are not there yet, one after the other, newest quarter first. Each costs some seconds."""
    for issue in issues(stage):
        known = Edition.objects.published().filter(report__place=place, report__code=issue.quarter.code)
        if known.count() < issue.number:
            yield _publish(place, square, stage, issue, by)


@transaction.atomic
def _publish(place: Place, square: Square, stage: Stage, issue: Issue, by: User) -> Edition:
    """
    Through the actions that any report goes through, all of it or nothing.

    Afterwards it has the day on which the story says that it came out; its figures stay as they were published.
    """
    if issue.corrects:
        _correct(place, square, stage, issue.quarter)
    edition = order_edition(place=place, period=issue.quarter, language="sv", by=by)
    # Before it is rendered: the day stands in the PDF.
    Edition.objects.filter(pk=edition.pk).update(made_at=_at(issue.on, MADE))
    render_edition(edition_id=edition.pk)
    with translation.override("sv"):
        edition = publish_edition(edition=edition, by=by)
    came_out = _at(issue.on, PUBLISHED)
    with pgtrigger.ignore("reports.Edition:published_never_moves"):
        Edition.objects.filter(pk=edition.pk).update(published_at=came_out)
    if not issue.corrects:
        PeriodLock.objects.filter(place=place, first=issue.quarter.first, last=issue.quarter.last).update(
            since=came_out
        )
    edition.refresh_from_db()
    return edition


def _correct(place: Place, square: Square, stage: Stage, quarter: Period) -> None:
    """Somebody in a photo no longer wants to be shown; and what was booked as late had been paid in time."""
    for photo in chosen(place, quarter)[-1:]:
        photo.may_use = photo.consent = False
        photo.save(update_fields=["may_use", "consent"])
    if late := booked_late(square, stage):
        payer, due = late
        paid = Instalment.objects.filter(party__contract__place=place, party__organisation__name=payer.name, due=due)
        paid.update(paid_on=due)


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))
