"""The bounds that every date and every whole number has in a form: those of its column, and of sense."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from places.periods import FIRST_YEAR, LAST_YEAR

# What an integer column holds.
LARGEST = 2_147_483_647


def day_from(text: str) -> dt.date | None:
    """A date as an address or a form has it; None for what is none, or lies outside the bounds."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def validate_year(value: dt.date) -> None:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(
            _("Write a year from %(first)s to %(last)s."),
            code="year",
            params={"first": str(FIRST_YEAR), "last": str(LAST_YEAR)},
        )


def validate_size(value: object) -> None:
    """Decimals are bounded by their digits instead."""
    if isinstance(value, int) and abs(value) > LARGEST:
        raise ValidationError(_("That number is too large."), code="size")


def bound_all_fields() -> None:
    """Every form's, also those that Django makes from a model: none is forgotten, and a field may be stricter."""
    forms.DateField.default_validators = [validate_year]
    forms.DateTimeField.default_validators = [validate_year]
    forms.IntegerField.default_validators = [validate_size]
