"""The trash: what is thrown away can be taken back for 30 days, and is then deleted for good."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from places.history import forget
from places.models.place import PeriodLock, Place, validate_unlocked

if TYPE_CHECKING:
    from places.models import User

KEPT_DAYS = 30

M = TypeVar("M", bound=models.Model)


class TrashQuerySet(models.QuerySet[M]):
    """What pages and reports ask for is `kept`; the trash shows the rest."""

    def kept(self) -> Self:
        return self.filter(trashed_at__isnull=True)

    def trashed(self) -> Self:
        return self.filter(trashed_at__isnull=False)


class Trashable(models.Model):
    """Something a place logged that can be thrown away. It has a `place`, and a day that a lock can close."""

    # The date that decides whether a locked period closes it; empty for what can be withdrawn on any day.
    trash_date: ClassVar[str] = "date"

    trashed_at = models.DateTimeField(_("thrown away"), null=True, blank=True, editable=False)
    trashed_by = models.ForeignKey(
        "places.User", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True

    @property
    def trash_kind(self) -> str:
        """Its model's name in addresses."""
        return str(self._meta.model_name)

    @property
    def trash_sort(self) -> str:
        """What sort of log it is, in words."""
        return str(self._meta.verbose_name)

    @property
    def trash_words(self) -> str:
        """What it is called in the trash, enough to know it again; a model says it better where it can."""
        return str(self)

    @property
    def deleted_on(self) -> dt.date | None:
        """The day it is deleted for good; None while it is kept."""
        return timezone.localdate(self.trashed_at + KEPT_DAYS * dt.timedelta(days=1)) if self.trashed_at else None


def trashables() -> dict[str, Any]:
    """Every model that can be thrown away, with its own fields and manager, by the name it has in addresses."""
    return {str(model._meta.model_name): model for model in apps.get_models() if issubclass(model, Trashable)}  # noqa: SLF001


@transaction.atomic
def throw_away(*, thing: Trashable, by: User) -> None:
    """Out of every page and report from now on. ValidationError in words when its day is locked."""
    thing = _held(thing)
    if thing.trashed_at is None:
        thing.trashed_at, thing.trashed_by = timezone.now(), by
        thing.save(update_fields=["trashed_at", "trashed_by"])


@transaction.atomic
def take_back(*, thing: Trashable, by: User) -> None:  # noqa: ARG001  the history tells who did
    """
    Out of the trash. Taken back twice, nothing more happens.

    ValidationError in words when its day is locked, or when something else has taken its place.
    """
    thing = _held(thing)
    thing.trashed_at, thing.trashed_by = None, None
    thing.validate_constraints()
    thing.save(update_fields=["trashed_at", "trashed_by"])


def _held(thing: Trashable) -> Any:  # noqa: ANN401  the model's own class
    """The row as it is, with no one else at it."""
    model = trashables()[thing.trash_kind]
    held = model.objects.select_for_update(of=("self",)).select_related("place").get(pk=thing.pk)
    if held.trash_date:
        validate_unlocked(held.place, getattr(held, held.trash_date))
    return held


def trash_of(place: Place) -> list[Trashable]:
    """What lies in the place's trash, latest first. Costs a query for each sort of log."""
    found = [
        thing
        for model in trashables().values()
        for thing in model.objects.filter(place=place).trashed().select_related("trashed_by")
    ]
    return sorted(found, key=lambda thing: thing.trashed_at, reverse=True)


def delete_for_good(now: dt.datetime) -> int:
    """
    Delete what was thrown away 30 days ago or earlier, with its history, and say how many.

    What lies in a locked period stays: a published report has told of those days as they were.
    """
    return sum(_delete(model, now - dt.timedelta(days=KEPT_DAYS)) for model in trashables().values())


def _delete(model: Any, before: dt.datetime) -> int:  # noqa: ANN401  one of `trashables`
    old = [thing for thing in model.objects.filter(trashed_at__lte=before).select_related("place") if not _lock(thing)]
    for thing in old:
        _delete_one(thing)
    return len(old)


def _lock(thing: Any) -> PeriodLock | None:  # noqa: ANN401  the model's own class
    if not thing.trash_date:
        return None
    lock: PeriodLock | None = thing.place.locked_on(getattr(thing, thing.trash_date))
    return lock


@transaction.atomic
def _delete_one(thing: Trashable) -> None:
    """One by one, so that a model's own delete can take its files along; what it once said goes too."""
    key = thing.pk
    thing.delete()
    thing.pk = key
    forget(thing)
