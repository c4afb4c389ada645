"""Fields that several forms share."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class KronorField(forms.DecimalField):
    """An amount in SEK as people write it: 1 500 000,00 with any kind of space, with or without "kr"."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401  whatever DecimalField takes
        super().__init__(**{"max_digits": 12, "decimal_places": 2, "min_value": 0, "localize": True} | kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "class": "kronor", "autocomplete": "off"}
        self.error_messages["invalid"] = _("Write an amount in kronor, such as 1 500 000 or 37 500,50.")

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # noqa: ANN401  whatever was typed
        if isinstance(value, str):
            value = "".join(value.split()).removesuffix("kr").removesuffix("SEK")
        return super().to_python(value)
