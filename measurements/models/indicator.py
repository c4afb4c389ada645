"""Indicators, the occasions they were measured on, and where they should go."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from places.models.people import SWEDISH


class Indicator(models.Model):
    """Something measured the same way again and again (nyckeltal); a changed definition is a new version."""

    class Shape(models.TextChoices):
        MEAN = "mean", _("mean of answers")
        SHARE = "share", _("share, per cent")
        RATE = "rate", _("number of cases")

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="indicators")
    name = models.CharField(_("name"), max_length=120, db_collation=SWEDISH)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    group = models.CharField(
        _("group"), max_length=120, blank=True, help_text=_("Indicators of one group stand together.")
    )
    shape = models.CharField(_("kind of number"), max_length=5, choices=Shape, default=Shape.MEAN)
    unit = models.CharField(_("unit"), max_length=60, help_text=_("Such as points of 10, or cases per open month."))
    scale_min = models.DecimalField(_("lowest possible"), max_digits=9, decimal_places=2, null=True, blank=True)
    scale_max = models.DecimalField(_("highest possible"), max_digits=9, decimal_places=2, null=True, blank=True)
    more_is_better = models.BooleanField(_("more is better"), default=True)
    method = models.CharField(
        _("method"), max_length=200, help_text=_("How it is measured: survey, observation, register.")
    )
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering: ClassVar = ["group", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place", "name", "version"],
                name="indicator_version_once",
                violation_error_message=_("That version of the indicator already exists."),
            ),
            models.CheckConstraint(
                condition=Q(scale_min__isnull=True, scale_max__isnull=True) | Q(scale_max__gt=F("scale_min")),
                name="scale_has_two_ends",
                violation_error_message=_("Give both ends of the scale, the highest above the lowest, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OccasionQuerySet(models.QuerySet["Occasion"]):
    def with_reading_count(self) -> "OccasionQuerySet":
        """Each with `reading_count`, how many indicators were read."""
        return self.annotate(reading_count=models.Count("readings"))


class Occasion(models.Model):
    """A time when indicators were measured (mättillfälle): a baseline or a follow-up."""

    class Role(models.TextChoices):
        BASELINE = "baseline", _("baseline")
        FOLLOW_UP = "follow_up", _("follow-up")

    class Season(models.TextChoices):
        WINTER = "winter", _("winter")
        SPRING = "spring", _("spring")
        SUMMER = "summer", _("summer")
        AUTUMN = "autumn", _("autumn")
        ALL_YEAR = "all_year", _("all year")

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="occasions")
    name = models.CharField(_("name"), max_length=80, help_text=_("Such as Baseline spring 2022."))
    role = models.CharField(_("role"), max_length=9, choices=Role)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    season = models.CharField(_("season"), max_length=8, choices=Season)
    method = models.CharField(_("method"), max_length=200)
    weather = models.CharField(_("weather"), max_length=120, blank=True)
    conducted_by = models.CharField(_("conducted by"), max_length=120, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = OccasionQuerySet.as_manager()

    class Meta:
        verbose_name = _("occasion")
        verbose_name_plural = _("occasions")
        ordering: ClassVar = ["first", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="occasion_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["place", "name"],
                name="occasion_name_once_per_place",
                violation_error_message=_("There is already an occasion of that name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Reading(models.Model):
    """What an indicator showed on an occasion: a value, or only how much it had changed."""

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="readings", verbose_name=_("indicator")
    )
    occasion = models.ForeignKey(
        Occasion, on_delete=models.PROTECT, related_name="readings", verbose_name=_("occasion")
    )
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=4, null=True, blank=True)
    n = models.PositiveIntegerField(
        _("n"), null=True, blank=True, help_text=_("Answers, people or cases behind the value; empty when unknown.")
    )
    spread = models.DecimalField(
        _("standard deviation"), max_digits=12, decimal_places=4, null=True, blank=True, help_text=_("For means only.")
    )
    exposure = models.DecimalField(
        _("exposure"),
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("For cases only: what they are counted per, such as open months."),
    )
    relative_change = models.DecimalField(
        _("published change, per cent"),
        max_digits=7,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("For effects published as a change only, such as −40 for forty per cent less."),
    )
    at_least = models.BooleanField(_("the change is at least this"), default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering: ClassVar = ["indicator", "occasion__first"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "occasion"],
                name="one_reading_per_indicator_and_occasion",
                violation_error_message=_("The indicator already has a reading on that occasion."),
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False, relative_change__isnull=True)
                | Q(value__isnull=True, relative_change__isnull=False, n__isnull=True, spread__isnull=True),
                name="a_value_or_a_relative_change",
                violation_error_message=_("Give a value, or only the published change."),
            ),
            models.CheckConstraint(
                condition=Q(spread__isnull=True) | Q(spread__gte=0),
                name="spread_is_not_negative",
                violation_error_message=_("A standard deviation is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(exposure__isnull=True) | Q(exposure__gt=0),
                name="exposure_is_positive",
                violation_error_message=_("The exposure is more than zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}, {self.occasion}"


class Target(models.Model):
    """Where an indicator should be by the end of a year, or in the end."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    year = models.PositiveSmallIntegerField(
        _("year"), null=True, blank=True, help_text=_("Empty: the target for the whole contract, a value of its own.")
    )
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=4)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering: ClassVar = ["indicator", "year"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "year"],
                name="one_target_per_indicator_and_year",
                nulls_distinct=False,
                violation_error_message=_("There is already a target for that year."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year or ''}".strip()
