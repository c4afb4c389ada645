"""Editions whose job is gone: they say that they are being made, and nobody is making them."""

from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from reports.models import Edition

RENDER_TASK = "reports.render_edition"
UNDER_WAY = (Edition.State.WAITING, Edition.State.RENDERING)
ALIVE = ("todo", "doing")


def lost() -> QuerySet[Edition]:
    """
    Editions under way that no job is making: it has failed while the database was away, or was deleted.

    A job whose worker was killed is not lost: it is retried.
    """
    jobs = ProcrastinateJob.objects.filter(task_name=RENDER_TASK, status__in=ALIVE).annotate(
        edition=Cast(KeyTextTransform("edition_id", "args"), BigIntegerField())
    )
    return Edition.objects.filter(state__in=UNDER_WAY).exclude(Exists(jobs.filter(edition=OuterRef("pk"))))


def give_up_on_lost(editions: QuerySet[Edition]) -> int:
    """Mark as failed those of the editions that are lost. Returns how many there were."""
    given_up = 0
    for key, language in lost().filter(pk__in=editions.values("pk")).values_list("pk", "language"):
        with translation.override(language):
            given_up += lost().filter(pk=key).update(state=Edition.State.FAILED, failure=failure())
    return given_up


def failure() -> str:
    return _("Something went wrong while the report was made. The figures are safe, and nothing was published.")
