"""Forms that were carried out, so that one that is sent again is not."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Submission(models.Model):
    """One form that made a row, from one drawing of a page; written in the transaction that made the row."""

    # Of the person, the address, the page's token and all that was typed.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    # Where its answer led.
    location = models.TextField(_("led to"), blank=True)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self) -> str:
        return self.location
