"""The people a place is compared with."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from measurements.models.count import Gender


class Population(models.Model):
    """Residents of a municipality on 31 December of a year, of one gender and a range of ages."""

    municipality_code = models.CharField(_("municipality code"), max_length=4)
    year = models.PositiveSmallIntegerField(_("year"))
    gender = models.SmallIntegerField(_("gender"), choices=Gender)
    lower = models.PositiveSmallIntegerField(_("from, years"))
    upper = models.PositiveSmallIntegerField(_("to, years"), null=True, blank=True)
    people = models.PositiveIntegerField(_("people"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("population")
        verbose_name_plural = _("populations")
        ordering: ClassVar = ["municipality_code", "-year", "gender", "lower"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["municipality_code", "year", "gender", "lower"], name="population_cell_once"
            ),
            models.CheckConstraint(
                condition=Q(upper__isnull=True) | Q(upper__gte=F("lower")), name="population_has_width"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_code} {self.year}"
