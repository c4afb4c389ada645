"""What phones send: the raw bodies for a while, and for ever what makes sending twice harmless."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReceivedPayload(models.Model):
    """A body as a phone sent it, kept for 90 days so that nothing counted is lost to a fault of ours."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+", verbose_name=_("place"))
    by = models.ForeignKey("places.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    received_at = models.DateTimeField(_("received"), auto_now_add=True, db_index=True)
    version = models.PositiveSmallIntegerField(_("version"), null=True)
    body = models.TextField(_("body"))
    # Both empty while it is being read, and for ever where that broke.
    answer = models.TextField(_("answer"), blank=True)
    status = models.PositiveSmallIntegerField(_("status"), null=True)

    class Meta:
        verbose_name = _("received payload")
        verbose_name_plural = _("received payloads")
        ordering: ClassVar = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d %H:%M} {self.status or ''}".strip()


class ReceivedItem(models.Model):
    """One item of a phone's queue that was carried out, so that it is not when it comes again."""

    uuid = models.UUIDField(unique=True, editable=False)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey("places.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    received_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=9)
    # What it was about: a headcount's UUID, an occurrence's key or a date. Its words are in no second place.
    target = models.CharField(max_length=36)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("received item")
        verbose_name_plural = _("received items")

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"


class HeadcountAlias(models.Model):
    """The UUID that a second phone made for a count which another had begun."""

    uuid = models.UUIDField(unique=True, editable=False)
    headcount = models.ForeignKey("measurements.Headcount", on_delete=models.PROTECT, related_name="aliases")

    class Meta:
        verbose_name = _("other name of a count")
        verbose_name_plural = _("other names of counts")

    def __str__(self) -> str:
        return f"{self.uuid}"
