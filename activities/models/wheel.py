"""The plan: seasons, series with a weekly rhythm, and the occurrences they are made into."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.models.changed import note_the_change
from places import periods
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


class TargetGroup(models.TextChoices):
    """Whom something is for; empty where it is for everyone."""

    PRESCHOOL = "preschool", _("preschool children")
    CHILDREN = "children", _("children")
    YOUNG = "young", _("young people")
    FAMILIES = "families", _("families")
    WOMEN = "women", _("women and girls")
    MEN = "men", _("men and boys")
    SENIORS = "seniors", _("seniors")
    NEWCOMERS = "newcomers", _("newcomers")


class Permit(models.TextChoices):
    """What the police must be told before (Ordningslagen 2:6)."""

    NONE = "none", pgettext_lazy("permit", "none")
    APPLY = "apply", _("permit, applied for at least seven days before")
    NOTIFY = "notify", _("notice, given at least five days before")


# Whole days before the first day, by which the police must have it.
PERMIT_DAYS = {Permit.APPLY: 7, Permit.NOTIFY: 5}


class Detailed(models.Model):
    """What is planned about a series, and taken over by each of its occurrences."""

    target_groups = ArrayField(
        models.CharField(max_length=9, choices=TargetGroup),
        verbose_name=_("for whom"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Nothing chosen: for everyone."),
    )
    cost = models.DecimalField(
        _("cost a time, SEK"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    equipment = models.CharField(_("equipment"), max_length=300, blank=True, db_default="")
    permit = models.CharField(
        _("police permit"), max_length=6, choices=Permit, default=Permit.NONE, db_default=Permit.NONE
    )

    class Meta:
        abstract = True

    @property
    def target_group_names(self) -> list[str]:
        return [str(TargetGroup(group).label) for group in self.target_groups]


# What ends after midnight within so long is an evening, and not something that stands for days.
AN_EVENING = dt.timedelta(hours=12)


def lasts_days(starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
    """Whether it goes on for days: past midnight, and for longer than an evening."""
    last = timezone.localdate(ends_at - dt.timedelta(microseconds=1))
    return last > timezone.localdate(starts_at) and ends_at - starts_at > AN_EVENING


@tracked(exclude=["changed_at"])
class Season(models.Model):
    """A quarter of the year's plan for a place, with its theme and goals; a draft until it is published."""

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
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        "places.User", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    changed_at = models.DateTimeField(editable=False, db_default=Now())

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
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="a_season_is_published_by_someone",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [note_the_change()]

    def __str__(self) -> str:
        return f"{self.get_name_display()} {self.year}"

    def clean(self) -> None:
        """A published one stays the season it is: else another's draft would be everyone's by the way."""
        known = Season.objects.filter(pk=self.pk).first() if self.is_published else None
        if known and (known.year, known.name) != (self.year, self.name):
            raise ValidationError(
                {"name": _("The season is published. Take that back before you make it another one.")}, code="published"
            )

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def period(self) -> Period:
        """Its three months; a winter begins in December of the year before."""
        return periods.Period.season(self.year, self.name)


@tracked(exclude=["changed_at"])
class Series(Detailed):
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
    copied_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="copies"
    )
    changed_at = models.DateTimeField(editable=False, db_default=Now())

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
            models.CheckConstraint(condition=Q(permit__in=Permit.values), name="series_permit_is_known"),
            models.CheckConstraint(condition=Q(cost__isnull=True) | Q(cost__gte=0), name="series_cost_is_no_income"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [note_the_change()]

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


# What a calendar shows of an occurrence.
IN_CALENDARS = ("title", "date", "starts_at", "ends_at", "zone_id", "outcome")


@tracked(exclude=["sequence", "changed_at"])
class Occurrence(Detailed):
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
    permit_sent_on = models.DateField(_("sent to the police"), null=True, blank=True)
    copied_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="copies"
    )
    # In calendars it keeps its name wherever it moves, and the sequence tells which of two versions is the newer.
    uid = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    sequence = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    made_at = models.DateTimeField(editable=False, db_default=Now())
    changed_at = models.DateTimeField(editable=False, db_default=Now())

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
            models.CheckConstraint(condition=Q(permit__in=Permit.values), name="occurrence_permit_is_known"),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0), name="occurrence_cost_is_no_income"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*refuse_when_locked(), note_the_change(sequence_of=IN_CALENDARS)]

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
    def lasts_days(self) -> bool:
        """It stands for days, as an exhibition does; a ball that ends at one at night does not."""
        return lasts_days(self.starts_at, self.ends_at)

    @property
    def permit_deadline(self) -> dt.date | None:
        """The last day on which the police must have it; None when they need not know."""
        days = PERMIT_DAYS.get(Permit(self.permit))
        return None if days is None else self.date - dt.timedelta(days=days)

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


class WarningAnswer(models.Model):
    """Someone has looked at a warning about the plan and says that it shall be so."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="warning_answers")
    # What the warning is about, so that the same cause is not asked twice and another cause is.
    about = models.CharField(max_length=120)
    reason = models.CharField(_("why it shall be so"), max_length=200, blank=True)
    by = models.ForeignKey("places.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("answer to a warning")
        verbose_name_plural = _("answers to warnings")
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "about"], name="a_warning_is_answered_once"),
        ]

    def __str__(self) -> str:
        return self.about


class CalendarKey(models.Model):
    """The secret address of one person's calendar; a new one makes the old address worthless."""

    user = models.OneToOneField("places.User", on_delete=models.CASCADE, related_name="calendar_key")
    token = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return f"{self.user}"
