"""What the place told its hosts: the day log, and the associations that came along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from activities.models.changed import note_the_change
from places.models.people import SWEDISH
from places.models.place import refuse_when_locked
from places.tracking import tracked
from places.trash import Trashable, TrashQuerySet

if TYPE_CHECKING:
    from places.periods import Period


class Weather(models.TextChoices):
    SUN = "sun", _("sun")
    CLOUDS = "clouds", _("clouds")
    RAIN = "rain", _("rain")
    SNOW = "snow", _("snow")
    FOG = "fog", _("fog")
    STORM = "storm", _("storm")


WEATHER_ICONS = {
    Weather.SUN: "sun",
    Weather.CLOUDS: "cloud",
    Weather.RAIN: "cloud-rain",
    Weather.SNOW: "cloud-snow",
    Weather.FOG: "cloud-fog",
    Weather.STORM: "wind",
}


class Partner(models.Model):
    """An association that takes part in what a place offers (samarbetspartner)."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="partners")
    name = models.CharField(_("name"), max_length=120, db_collation=SWEDISH)
    contact_role = models.CharField(
        _("contact"), max_length=80, blank=True, help_text=_("A role, such as the office or the chair; not a person.")
    )
    contact_address = models.CharField(
        _("address of the contact"),
        max_length=160,
        blank=True,
        help_text=_("Only what the association publishes itself: e-mail, telephone or web page."),
    )

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "name"], name="partner_name_once_per_place")]

    def __str__(self) -> str:
        return self.name


class DayLogQuerySet(TrashQuerySet["DayLog"]):
    def during(self, period: Period) -> DayLogQuerySet:
        """Both ends counted."""
        return self.filter(date__range=(period.first, period.last))


@tracked(exclude=["changed_at"])
class DayLog(Trashable):
    """What one day was like at a place: its weather, and how it went."""

    class Tag(models.TextChoices):
        LESSON = "lesson", _("lesson")
        QUOTE = "quote", _("quote")
        PRESS = "press", _("press")
        COOPERATION = "cooperation", _("cooperation")

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="day_logs")
    date = models.DateField(_("date"))
    weather = models.CharField(_("weather"), max_length=6, choices=Weather, blank=True)
    temperature = models.SmallIntegerField(
        _("temperature, °C"), null=True, blank=True, validators=[MinValueValidator(-45), MaxValueValidator(45)]
    )
    # Written before a log had lines; its words are lines now, and this stays for the history.
    text = models.TextField(_("text before there were lines"), blank=True, editable=False)
    tags = ArrayField(models.CharField(max_length=11, choices=Tag), verbose_name=_("tags"), default=list, blank=True)
    by = models.ForeignKey("places.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    objects: ClassVar = DayLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("day log")
        verbose_name_plural = _("day logs")
        ordering: ClassVar = ["-date"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place", "date"],
                condition=Q(trashed_at__isnull=True),
                name="one_log_a_day",
                violation_error_message=_("The day has another log by now."),
            ),
            models.CheckConstraint(
                condition=Q(temperature__isnull=True) | Q(temperature__range=(-45, 45)),
                name="temperature_is_believable",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = refuse_when_locked()

    def __str__(self) -> str:
        return f"{self.date}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:  # noqa: ANN401  Django's own
        """With its photos, one by one, so that each takes its file along."""
        for photo in self.photos.all():
            photo.delete()
        return super().delete(*args, **kwargs)

    @property
    def trash_words(self) -> str:
        """The day, and its weather or tags."""
        words = self.get_weather_display() or ", ".join(self.tag_words)
        day = date_format(self.date, "j F Y")
        return f"{day}: {words}" if words else day

    @property
    def tag_words(self) -> list[str]:
        return [str(self.Tag(tag).label) for tag in self.tags]

    @property
    def weather_icon(self) -> str:
        """A name from static/icons.txt; empty where the weather was not written down."""
        return WEATHER_ICONS[Weather(self.weather)] if self.weather else ""


class DayLogLineQuerySet(TrashQuerySet["DayLogLine"]):
    def during(self, period: Period) -> DayLogLineQuerySet:
        """Both ends counted."""
        return self.filter(date__range=(period.first, period.last))


@tracked(exclude=["changed_at"])
class DayLogLine(Trashable):
    """One thing that somebody wrote in the log of a day. Lines are added; nobody's line replaces another's."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="day_log_lines")
    date = models.DateField(_("date"))
    text = models.TextField(
        _("what did the place tell you today?"), help_text=_("No names, and nothing that points out a person.")
    )
    by = models.ForeignKey("places.User", on_delete=models.PROTECT, related_name="+")
    # When it was written, on the page or on a phone without a network.
    written_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(editable=False, db_default=Now())
    # Made by the page or the phone that it was written on, so that what is sent twice is written once.
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)

    objects: ClassVar = DayLogLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the day log")
        verbose_name_plural = _("lines of the day log")
        ordering: ClassVar = ["date", "written_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["place", "date"], name="day_log_lines_by_day")]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(text=""), name="a_line_says_something")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*refuse_when_locked(), note_the_change()]

    def __str__(self) -> str:
        return Truncator(self.text).words(12)

    @property
    def trash_words(self) -> str:
        """The day and how the line begins."""
        return f"{date_format(self.date, 'j F Y')}: {self}"
