"""What was typed and could not be taken."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptForm(models.Model):
    """What one browser sent while it was signed out; only that browser has the secret that opens it."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    secret_sha256 = models.CharField(max_length=64, editable=False)
    # Where it was sent, and the page it was typed on.
    path = models.TextField(_("sent to"))
    page = models.TextField(_("typed on"))
    # JSON text: jsonb takes neither a zero byte nor half a character, and this must hold whatever was typed.
    fields = models.TextField(_("what was typed"))
    has_files = models.BooleanField(default=False)
    kept_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("kept form")
        verbose_name_plural = _("kept forms")

    def __str__(self) -> str:
        return self.path
