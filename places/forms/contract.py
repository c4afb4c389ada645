"""The contract: organisations, parties, yearly amounts, instalments and payments."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from stdnum.se import orgnr

from places import numbers
from places.forms.fields import KronorField, date_input
from places.models import Contract, Instalment, Organisation, Party
from places.models.people import validate_organisation_number

MOST_YEARS = 20
MOST_DATES = 12


class OrganisationForm(forms.ModelForm[Organisation]):
    """`shared` is for one that other places rely on: then only whom to write to is changed here."""

    class Meta:
        model = Organisation
        fields = ("number", "name", "sector", "contact")
        widgets: ClassVar = {"number": forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})}

    def __init__(self, *args: Any, shared: bool = False, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        if shared:
            for name in ("number", "name", "sector"):
                self.fields[name].disabled = True
            self.fields["number"].help_text = _("Other places rely on it too, so only the contact is changed here.")

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        written = orgnr.format(number) if orgnr.is_valid(number) else number
        if Organisation.objects.filter(number=written).exclude(pk=self.instance.pk).exists():
            raise ValidationError(
                _("An organisation with that number is already registered. Add it to the contract by its number."),
                code="registered",
            )
        return number


class ContractForm(forms.ModelForm[Contract]):
    class Meta:
        model = Contract
        fields = ("name", "first", "last", "notice_by", "open_days_a_year", "open_hours_a_week")
        localized_fields = ("open_hours_a_week",)
        widgets: ClassVar = {
            "first": date_input(),
            "last": date_input(),
            "notice_by": date_input(),
            "open_days_a_year": forms.NumberInput(attrs={"inputmode": "numeric"}),
        }
        help_texts: ClassVar = {
            "notice_by": _("As written in the contract; it is not computed."),
            "open_days_a_year": _("Six days a week make 312."),
        }

    def clean(self) -> dict[str, Any]:
        super().clean()
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last:
            self._judge_years(first, last)
        return self.cleaned_data

    def _judge_years(self, first: dt.date, last: dt.date) -> None:
        if last < first:
            self.add_error("last", _("The last day is before the first."))
        elif last.year - first.year >= MOST_YEARS:
            self.add_error("last", _("That is more than twenty years. Is the year right?"))
        elif self.instance.pk and (years := self._years_outside(first.year, last.year)):
            self.add_error(
                "last",
                gettext("There are amounts or instalments for %(years)s. Take them away first.")
                % {"years": ", ".join(map(str, sorted(years)))},
            )

    def _years_outside(self, first: int, last: int) -> set[int]:
        parties = self.instance.parties
        pledged = set(parties.filter(pledges__isnull=False).values_list("pledges__year", flat=True))
        due = set(parties.filter(instalments__isnull=False).values_list("instalments__due__year", flat=True))
        return {year for year in pledged | due if not first <= year <= last}


class PartyForm(forms.Form):
    """One more party: an organisation known here, or one registered elsewhere by its number."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none(), required=False, empty_label=_("Choose …")
    )
    number = forms.CharField(
        label=_("Or its organisation number"),
        required=False,
        max_length=13,
        help_text=_("For one that is registered already, such as 212000-3005."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:  # noqa: ANN401  whatever Form takes
        super().__init__(*args, **kwargs)
        self.contract = contract
        known = Organisation.objects.of_place(contract.place).exclude(parties__contract=contract)
        self.fields["organisation"].queryset = known  # type: ignore[attr-defined]

    def clean_number(self) -> Organisation | None:
        """The organisation that has the number."""
        typed: str = self.cleaned_data["number"]
        if not typed:
            return None
        validate_organisation_number(typed)
        found = Organisation.objects.filter(number=orgnr.format(typed)).first()
        if found is None:
            raise ValidationError(_("No organisation with that number is registered. Register it first."), code="new")
        if self.contract.parties.filter(organisation=found).exists():
            raise ValidationError(_("That organisation is already a party to the contract."), code="taken")
        return found

    def clean(self) -> dict[str, Any]:
        given = [self.cleaned_data.get(name) for name in ("organisation", "number")]
        if not self.errors and sum(one is not None for one in given) != 1:
            self.add_error("organisation", _("Choose an organisation, or write a number: one of the two."))
        return self.cleaned_data

    def save(self) -> Party:
        chosen = self.cleaned_data["organisation"] or self.cleaned_data["number"]
        return self.contract.parties.create(organisation=chosen)


class PledgesForm(forms.Form):
    """Every party's amount for every year of the contract, in SEK; an empty one is none."""

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:  # noqa: ANN401  whatever Form takes
        super().__init__(*args, **kwargs)
        self.years = contract.years
        parties = contract.parties.select_related("organisation").prefetch_related("pledges")
        self.parties = sorted(parties.order_by("organisation__name"), key=_municipality_first)
        for party in self.parties:
            known = {pledge.year: _without_empty_ore(pledge.amount) for pledge in party.pledges.all()}
            for year in self.years:
                self.fields[_amount_name(party.pk, year)] = KronorField(
                    label=f"{party}, {year}", required=False, initial=known.get(year)
                )

    def rows(self) -> list[tuple[Party, list[forms.BoundField]]]:
        return [(party, [self[_amount_name(party.pk, year)] for year in self.years]) for party in self.parties]

    def amounts(self) -> dict[tuple[int, int], Decimal | None]:
        """By party id and year."""
        return {
            (party.pk, year): self.cleaned_data[_amount_name(party.pk, year)]
            for party in self.parties
            for year in self.years
        }


def _municipality_first(party: Party) -> bool:
    return party.organisation.sector != Organisation.Sector.MUNICIPAL


def _without_empty_ore(amount: Decimal) -> Decimal | int:
    return amount if amount % 1 else int(amount)


def _amount_name(party_id: int, year: int) -> str:
    return f"amount-{party_id}-{year}"


class InstalmentsForm(forms.Form):
    """The dates on which a year's amounts are due, in equal parts."""

    dates = forms.CharField(
        label=_("Dates"),
        widget=forms.Textarea(attrs={"rows": 5, "class": "code", "spellcheck": "false"}),
        help_text=_("One date a line, such as 2026-03-31. Each party pays an equal part on each."),
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:  # noqa: ANN401  whatever Form takes
        super().__init__(*args, **kwargs)
        self.year = year
        ends = ((3, 31), (6, 30), (9, 30), (12, 31))
        self.fields["dates"].initial = "\n".join(dt.date(year, *end).isoformat() for end in ends)

    def clean_dates(self) -> list[dt.date]:
        """In order, each once."""
        dates = [self._date(word) for word in self.cleaned_data["dates"].replace(",", " ").split()]
        if not dates:
            raise ValidationError(_("Give at least one date."), code="required")
        if len(set(dates)) != len(dates):
            raise ValidationError(_("A date is there twice."), code="twice")
        if len(dates) > MOST_DATES:
            raise ValidationError(
                ngettext("No more than %(most)s date.", "No more than %(most)s dates.", MOST_DATES),
                code="many",
                params={"most": MOST_DATES},
            )
        return sorted(dates)

    def _date(self, word: str) -> dt.date:
        try:
            date = dt.date.fromisoformat(word)
        except ValueError as error:
            raise ValidationError(
                _("“%(word)s” is not a date such as 2026-03-31."), code="date", params={"word": word}
            ) from error
        if date.year != self.year:
            raise ValidationError(
                _("%(word)s is not in %(year)s."), code="year", params={"word": word, "year": str(self.year)}
            )
        return date


class PaymentForm(forms.Form):
    """The day the money came."""

    paid_on = forms.DateField(label=_("Came on"), widget=date_input())

    def clean_paid_on(self) -> dt.date:
        return not_after_today(self.cleaned_data["paid_on"])


class PaymentChoiceForm(PaymentForm):
    """Which of the contract's unpaid instalments came, and when."""

    instalment = forms.ModelChoiceField(
        label=_("Instalment"), queryset=Instalment.objects.none(), empty_label=_("Choose …")
    )
    field_order = ("instalment", "paid_on")

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:  # noqa: ANN401  whatever Form takes
        super().__init__(*args, **kwargs)
        unpaid = Instalment.objects.filter(party__contract=contract, paid_on__isnull=True)
        field = self.fields["instalment"]
        field.queryset = unpaid.select_related("party__organisation").order_by("due", "party__organisation__name")  # type: ignore[attr-defined]
        field.label_from_instance = instalment_words  # type: ignore[attr-defined]


class InvoiceForm(forms.Form):
    invoiced_on = forms.DateField(label=_("Invoiced on"), widget=date_input())

    def clean_invoiced_on(self) -> dt.date:
        return not_after_today(self.cleaned_data["invoiced_on"])


def not_after_today(day: dt.date) -> dt.date:
    if day > timezone.localdate():
        raise ValidationError(_("That day is still to come."), code="future")
    return day


def instalment_words(instalment: Instalment) -> str:
    """Such as “Kommunen, 31 March 2026, 375 000 SEK”."""
    return gettext("%(party)s, %(day)s, %(amount)s SEK") % {
        "party": instalment.party.organisation,
        "day": date_format(instalment.due, "j F Y"),
        "amount": numbers.money(instalment.amount),
    }
