"""The plan: seasons, series with a weekly rhythm, and the occurrences they are made into."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from places.models.people import SWEDISH
from places.models.place import Weekday, refuse_when_locked
from places.tracking import tracked

if TYPE_CHECKING:
    from places.periods import Period


class Kind(models.TextChoices):
    """The four kinds, counted apart and never added up."""

    ACTIVATION = "activation", _("activation")
    ACTIVITY = "activity", _("activity")
    EVENT = "event", _("event")
    EXHIBITION = "exhibition", _("exhibition")


class Season(models.Model):
    """A quarter of the year's plan for a place, with its theme and goals."""

    class Name(models.TextChoices):
        WINTER = "winter", _("winter")
        SPRING = "spring", _("spring")
        SUMMER = "summer", _("summer")
        AUTUMN = "autumn", _("autumn")

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="seasons")
    year = models.PositiveSmallIntegerField(
        _("year"),
        validators=[MinValueValidator(2000), MaxValueValidator(2100)],
        help_text=_("A winter belongs to the year of its January."),
    )
    name = models.CharField(_("season"), max_length=6, choices=Name)
    theme = models.CharField(_("theme"), max_length=120, blank=True)
    goals = models.TextField(_("goals"), blank=True)

    class Meta:
        verbose_name = _("season")
        verbose_name_plural = _("seasons")
        ordering: ClassVar = ["-year", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place", "year", "name"],
                name="one_season_of_a_name_a_year",
                violation_error_message=_("That season is already in the plan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()} {self.year}"


class Series(models.Model):
    """Something offered again and again in a weekly rhythm, or once."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="series")
    season = models.ForeignKey(
        Season, on_delete=models.SET_NULL, null=True, blank=True, related_name="series", verbose_name=_("season")
    )
    title = models.CharField(_("title"), max_length=120, db_collation=SWEDISH)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    weekdays = ArrayField(
        models.SmallIntegerField(choices=Weekday), verbose_name=_("weekdays"), default=list, blank=True
    )
    every_weeks = models.PositiveSmallIntegerField(
        _("every … weeks"), default=1, validators=[MinValueValidator(1), MaxValueValidator(26)]
    )
    also = ArrayField(models.DateField(), verbose_name=_("also on"), default=list, blank=True)
    excluded = ArrayField(models.DateField(), verbose_name=_("but not on"), default=list, blank=True)
    starts = models.TimeField(_("starts"))
    ends = models.TimeField(_("ends"))
    zone = models.ForeignKey(
        "places.Zone", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    responsible = models.ForeignKey(
        "places.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("responsible")
    )
    partner = models.ForeignKey(
        "activities.Partner",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="series",
        verbose_name=_("partner"),
    )
    expected = models.PositiveIntegerField(_("expected participants"), null=True, blank=True)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering: ClassVar = ["first", "starts", "title"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="series_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="series_kind_is_known"),
            models.CheckConstraint(condition=Q(every_weeks__gte=1), name="series_repeats_each_week_or_rarer"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def weekday_names(self) -> list[str]:
        return [str(Weekday(day).label) for day in sorted(self.weekdays)]


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    def during(self, period: Period) -> OccurrenceQuerySet:
        """Both ends counted."""
        return self.filter(date__range=(period.first, period.last))

    def of_kind(self, kind: str) -> OccurrenceQuerySet:
        return self.filter(kind=kind)

    def awaiting_outcome(self) -> OccurrenceQuerySet:
        return self.filter(outcome=Occurrence.Outcome.PLANNED)

    def took_place(self) -> OccurrenceQuerySet:
        """Held as planned, or held in a changed form."""
        return self.filter(outcome__in=[Occurrence.Outcome.HELD, Occurrence.Outcome.CHANGED])

    def over(self) -> OccurrenceQuerySet:
        return self.filter(ends_at__lte=timezone.now())

    def with_names(self) -> OccurrenceQuerySet:
        """With zone, partner, responsible and series at hand, in the same trip."""
        return self.select_related("zone", "partner", "responsible", "series")


@tracked()
class Occurrence(models.Model):
    """One time that something is to take place, and what became of it."""

    class Outcome(models.TextChoices):
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        CHANGED = "changed", _("changed")
        CANCELLED = "cancelled", _("cancelled")

    class Reason(models.TextChoices):
        WEATHER = "weather", _("weather")
        STAFF = "staff", _("staff")
        ORGANISER = "organiser", _("organiser")
        SAFETY = "safety", _("safety")
        WORKS = "works", _("building works")
        FEW = "few", _("too few came")
        OTHER = "other", _("other")

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="occurrences")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, null=True, blank=True, related_name="occurrences")
    title = models.CharField(_("title"), max_length=120, db_collation=SWEDISH)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    date = models.DateField(_("date"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    zone = models.ForeignKey(
        "places.Zone", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    responsible = models.ForeignKey(
        "places.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("responsible")
    )
    partner = models.ForeignKey(
        "activities.Partner",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="occurrences",
        verbose_name=_("partner"),
    )
    expected = models.PositiveIntegerField(_("expected participants"), null=True, blank=True)
    moved = models.BooleanField(
        _("changed by itself"), default=False, help_text=_("A change of the series leaves this occurrence as it is.")
    )
    was_planned = models.BooleanField(_("was planned"), default=True, help_text=_("Off for what just happened."))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.PLANNED)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, blank=True)
    note = models.CharField(_("how it went"), max_length=500, blank=True)
    told_by = models.ForeignKey("places.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = OccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("occurrence")
        verbose_name_plural = _("occurrences")
        ordering: ClassVar = ["starts_at", "title"]
        indexes: ClassVar = [models.Index(fields=["place", "date"], name="occurrence_place_date")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "starts_at"], name="a_series_starts_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="occurrence_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["changed", "cancelled"]) | ~Q(reason=""),
                name="changed_and_cancelled_have_a_reason",
                violation_error_message=_("Choose a reason."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="planned") | Q(told_by__isnull=False, told_at__isnull=False),
                name="an_outcome_has_been_told_by_someone",
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="occurrence_kind_is_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=["planned", "held", "changed", "cancelled"]), name="outcome_is_known"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = refuse_when_locked()

    def __str__(self) -> str:
        return f"{self.title} {self.date}"

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def last_date(self) -> dt.date:
        """The day it ends on, midnight belonging to the day before; later than `date` for an exhibition."""
        return timezone.localdate(self.ends_at - dt.timedelta(microseconds=1))

    @property
    def waits(self) -> bool:
        """It is over, and nobody has told how it went."""
        return self.outcome == self.Outcome.PLANNED and self.is_over

    @property
    def state(self) -> str:
        """The outcome, or while there is none: planned, ongoing or waiting."""
        if self.outcome != self.Outcome.PLANNED or not self.has_begun:
            return self.outcome
        return "waiting" if self.is_over else "ongoing"
