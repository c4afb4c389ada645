"""The co-financing contract: who pays what, when, and whether it came."""

from typing import TYPE_CHECKING, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from places.models.people import SWEDISH
from places.tracking import tracked

if TYPE_CHECKING:
    import datetime as dt


@tracked()
class Contract(models.Model):
    """An agreement by which a municipality and businesses pay for a place together (samfinansieringsavtal)."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="contracts")
    name = models.CharField(_("name"), max_length=120, db_collation=SWEDISH)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    # Agreed dates are written down as agreed, never computed: that is where contract registers go wrong.
    notice_by = models.DateField(_("notice no later than"), null=True, blank=True)
    open_days_a_year = models.PositiveSmallIntegerField(_("open days promised a year"), null=True, blank=True)
    open_hours_a_week = models.DecimalField(
        _("open hours promised a week"), max_digits=4, decimal_places=1, null=True, blank=True
    )

    class Meta:
        verbose_name = _("co-financing contract")
        verbose_name_plural = _("co-financing contracts")
        ordering: ClassVar = ["-first"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="contract_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def years(self) -> range:
        return range(self.first.year, self.last.year + 1)

    def holds_on(self, day: "dt.date") -> bool:
        """First and last day counted."""
        return self.first <= day <= self.last


class Party(models.Model):
    """An organisation that pays under a contract (medfinansiär)."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="parties", verbose_name=_("organisation")
    )

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering: ClassVar = ["contract", "organisation__sector", "organisation__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contract", "organisation"],
                name="a_party_once_per_contract",
                violation_error_message=_("That organisation is already a party to the contract."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


@tracked()
class Pledge(models.Model):
    """What a party has agreed to pay for the days of one calendar year on which the contract holds, in SEK."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="pledges")
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("amount, SEK"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("yearly amount")
        verbose_name_plural = _("yearly amounts")
        ordering: ClassVar = ["year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "year"], name="one_amount_per_party_and_year"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="pledge_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.year}"


@tracked()
class Instalment(models.Model):
    """One payment due under a contract, and the day it came (delbetalning)."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="instalments")
    due = models.DateField(_("due"))
    amount = models.DecimalField(_("amount, SEK"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])
    invoiced_on = models.DateField(_("invoiced"), null=True, blank=True)
    paid_on = models.DateField(_("paid"), null=True, blank=True)

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering: ClassVar = ["due", "party"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "due"], name="one_instalment_per_party_and_day"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="instalment_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.due}"
