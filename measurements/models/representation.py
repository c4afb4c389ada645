"""Whom a place has said that it should reach."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from measurements.models.count import Gender
from places.tracking import tracked

WHOLE, LARGEST_INDEX = Decimal(100), Decimal(10)
# Those a register has.
GENDERS = [(Gender.WOMAN.value, _("women and girls")), (Gender.MAN.value, _("men and boys"))]
# Below it a woman is called a girl.
OF_AGE = 18


class RepresentationTargetQuerySet(models.QuerySet["RepresentationTarget"]):
    def for_year(self, year: int) -> "list[RepresentationTarget]":
        """One for each group: the year's own before the one that stands until further notice."""
        rows = self.filter(Q(year=year) | Q(year__isnull=True)).order_by(F("year").asc(nulls_first=True))
        chosen = {(row.gender, row.lower, row.upper): row for row in rows}
        return sorted(chosen.values(), key=RepresentationTarget.order)


@tracked()
class RepresentationTarget(models.Model):
    """The least share that a group should have of those who take part, of one year or until further notice."""

    class Scale(models.TextChoices):
        SHARE = "share", _("per cent of those judged")
        INDEX = "index", _("times the group's share of the population (index)")

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="representation_targets")
    gender = models.SmallIntegerField(
        _("gender"),
        choices=GENDERS,
        null=True,
        blank=True,
    )
    lower = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    upper = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(
        _("year"),
        null=True,
        blank=True,
        help_text=_("Empty: until further notice, a value of its own. A year's own target goes before it."),
    )
    measured_in = models.CharField(_("measured in"), max_length=5, choices=Scale, default=Scale.SHARE)
    least = models.DecimalField(_("at least"), max_digits=5, decimal_places=2)

    objects = RepresentationTargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("representation target")
        verbose_name_plural = _("representation targets")
        ordering: ClassVar = ["place", "year", "gender", "lower"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place", "gender", "lower", "upper", "year"],
                name="one_representation_target_per_group_and_year",
                nulls_distinct=False,
                violation_error_message=_("There is already a target for that group and year."),
            ),
            models.CheckConstraint(
                condition=Q(gender__isnull=True) | Q(gender__in=[Gender.WOMAN.value, Gender.MAN.value]),
                name="representation_of_women_or_men",
                violation_error_message=_("Choose women and girls, men and boys, or all genders."),
            ),
            models.CheckConstraint(
                condition=(Q(gender__isnull=False) | Q(lower__isnull=False))
                & ~Q(lower=0, lower__isnull=False, upper__isnull=True),
                name="representation_of_a_group",
                violation_error_message=_("Choose a gender, an age or both: everybody is no group."),
            ),
            models.CheckConstraint(
                condition=Q(upper__isnull=True) | Q(lower__isnull=False, upper__gte=F("lower")),
                name="representation_ages_in_order",
                violation_error_message=_("The last age is below the first."),
            ),
            models.CheckConstraint(
                condition=Q(measured_in="share", least__gt=0, least__lte=WHOLE)
                | Q(measured_in="index", least__gt=0, least__lte=LARGEST_INDEX),
                name="representation_target_within_bounds",
                violation_error_message=_("A share is above 0 and at most 100 per cent, an index at most 10."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_words} {self.year or ''}".strip()

    @property
    def group_words(self) -> str:
        """Such as girls 0–14, women 65+, everyone 15–24."""
        return group_words(self.gender, self.lower, self.upper)

    @property
    def least_typed(self) -> Decimal:
        """As somebody would type it: without the zeros that the database pads with."""
        whole = self.least == self.least.to_integral()
        return self.least.quantize(Decimal(1)) if whole else self.least.normalize()

    def order(self) -> tuple[int, int, int]:
        """Women, men, all; each from the youngest."""
        return self.gender or len(Gender.values), self.lower or 0, -1 if self.upper is None else self.upper


def group_words(gender: int | None, lower: int | None, upper: int | None) -> str:
    ages = "" if lower is None else f" {lower}+" if upper is None else f" {lower}–{upper}"
    if gender is None:
        return pgettext("all genders", "everyone") + ages
    all_ages, young, grown = {
        Gender.WOMAN.value: (gettext("women and girls"), gettext("girls"), gettext("women")),
        Gender.MAN.value: (gettext("men and boys"), gettext("boys"), gettext("men")),
    }[gender]
    if upper is not None and upper < OF_AGE:
        return young + ages
    return (grown if lower is not None and lower >= OF_AGE else all_ages) + ages
