"""Photos from the place, without what a camera writes into them."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from places.trash import Trashable, TrashQuerySet

if TYPE_CHECKING:
    from activities.models.care import CareCase
    from activities.models.log import DayLog
    from activities.models.wheel import Occurrence


def unguessable_name(photo: Photo, _filename: str) -> str:
    """Nothing of the name it had on the phone, which may tell who took it."""
    return f"photos/{photo.place_id}/{uuid.uuid4().hex}.jpg"


class Photo(Trashable):
    """A photo of a care case, a day or something that took place. No lock closes it: it can be withdrawn on any day."""

    trash_date: ClassVar = ""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="photos")
    care_case = models.ForeignKey(
        "activities.CareCase", on_delete=models.PROTECT, null=True, blank=True, related_name="photos"
    )
    day_log = models.ForeignKey(
        "activities.DayLog", on_delete=models.PROTECT, null=True, blank=True, related_name="photos"
    )
    occurrence = models.ForeignKey(
        "activities.Occurrence", on_delete=models.PROTECT, null=True, blank=True, related_name="photos"
    )
    file = models.FileField(_("photo"), upload_to=unguessable_name, max_length=120)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    alt = models.CharField(
        _("what the photo shows"),
        max_length=200,
        blank=True,
        help_text=_("Read aloud to those who do not see it. No names."),
    )
    consent = models.BooleanField(_("nobody can be recognised, or all who can have said yes"), default=False)
    may_use = models.BooleanField(_("may be used in a report"), default=False)
    by = models.ForeignKey("places.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = TrashQuerySet["Photo"].as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(care_case__isnull=False, day_log__isnull=True, occurrence__isnull=True)
                | Q(care_case__isnull=True, day_log__isnull=False, occurrence__isnull=True)
                | Q(care_case__isnull=True, day_log__isnull=True, occurrence__isnull=False),
                name="a_photo_belongs_to_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(may_use=False) | (Q(consent=True) & ~Q(alt="")),
                name="a_photo_in_a_report_has_consent_and_words",
                violation_error_message=_("It can be used in a report only with the consent above and a description."),
            ),
        ]

    def __str__(self) -> str:
        return self.alt or f"{self._meta.verbose_name} {self.pk}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:  # noqa: ANN401  Django's own
        """The file goes when the row is gone for good, and not before."""
        transaction.on_commit(partial(self.file.storage.delete, self.file.name))
        return super().delete(*args, **kwargs)

    @property
    def subject(self) -> CareCase | DayLog | Occurrence:
        """What it is a photo of. Costs a query unless it is at hand."""
        found = self.care_case or self.day_log or self.occurrence
        assert found is not None  # noqa: S101  the database holds it
        return found
