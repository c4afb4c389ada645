"""What visitors, shops and the press say about the place, in their own words and without their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from places.tracking import tracked
from places.trash import Trashable, TrashQuerySet

if TYPE_CHECKING:
    from places.periods import Period


class VoiceQuerySet(TrashQuerySet["Voice"]):
    def during(self, period: Period) -> VoiceQuerySet:
        """Both ends counted."""
        return self.filter(date__range=(period.first, period.last))

    def for_reports(self) -> VoiceQuerySet:
        return self.filter(trashed_at__isnull=True, may_use=True)


@tracked()
class Voice(Trashable):
    """Something said about a place (röst). No lock closes it: consent can be taken back on any day."""

    class Channel(models.TextChoices):
        ON_SITE = "on_site", _("on site")
        EMAIL = "email", _("e-mail")
        SOCIAL = "social", _("social media")
        SURVEY = "survey", _("survey")
        PRESS = "press", _("press")

    class Consent(models.TextChoices):
        NOT_ASKED = "not_asked", pgettext_lazy("consent", "not asked")
        GIVEN = "given", pgettext_lazy("consent", "given")

    class Subject(models.TextChoices):
        PROGRAMME = "programme", _("the programme")
        MEETING = "meeting", _("meeting others")
        SAFETY = "safety", pgettext_lazy("theme of a voice", "safety")
        COMFORT = "comfort", _("comfort and greenery")
        CARE = "care", _("care of the place")
        TRADE = "trade", _("trade")

    trash_date: ClassVar = ""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="voices")
    quote = models.TextField(
        _("what was said"),
        max_length=500,
        help_text=_("Word for word. No names, and nothing that points out a person."),
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.ON_SITE)
    date = models.DateField(_("date"))
    consent = models.CharField(_("consent"), max_length=9, choices=Consent, default=Consent.NOT_ASKED)
    may_use = models.BooleanField(
        _("may be used in a report"), default=False, help_text=_("Only with consent from the one who said it.")
    )
    tags = ArrayField(
        models.CharField(max_length=9, choices=Subject), verbose_name=_("about"), default=list, blank=True
    )
    by = models.ForeignKey("places.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = VoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("voice")
        verbose_name_plural = _("voices")
        ordering: ClassVar = ["-date", "-pk"]
        indexes: ClassVar = [models.Index(fields=["place", "date"], name="voice_place_date")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(may_use=False) | Q(consent="given"),
                name="a_voice_in_a_report_has_consented",
                violation_error_message=_("It can be used in a report only with consent."),
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["on_site", "email", "social", "survey", "press"]),
                name="voice_channel_is_known",
            ),
            models.CheckConstraint(condition=~Q(quote=""), name="a_voice_says_something"),
        ]

    def __str__(self) -> str:
        return Truncator(self.quote).chars(60)

    @property
    def tag_words(self) -> list[str]:
        return [str(self.Subject(tag).label) for tag in self.tags]
