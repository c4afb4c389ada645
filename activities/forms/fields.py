"""What the forms are made of. Choices always come from the place that was opened."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models import TargetGroup
from places.models import Place, User

# As many as one reads beside a field.
MOST_DOUBTS = 3


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class DatesField(forms.CharField):
    """Dates written as 2026-06-14, with commas, blanks or new lines between."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        widget = forms.Textarea(attrs={"rows": 2, "placeholder": "2026-06-05, 2026-06-19"})
        super().__init__(required=False, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401  a list from the row, or what was typed
        return ", ".join(day.isoformat() for day in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:  # noqa: ANN401  a list of dates, where CharField has a text
        pieces = re.split(r"[\s,;]+", value or "")
        return sorted({self._date(piece) for piece in pieces if piece})

    def _date(self, piece: str) -> dt.date:
        try:
            return dt.datetime.strptime(piece, "%Y-%m-%d").date()  # noqa: DTZ007  a date has no zone
        except ValueError as error:
            raise ValidationError(
                _("“%(piece)s” is not a date. Write year, month and day, such as 2026-06-14."),
                code="not_a_date",
                params={"piece": piece},
            ) from error


class OfPlace:
    """For the form of a row whose place, and whatever else is in `held`, is set by the form and not by the person."""

    held = frozenset({"place"})

    def _get_validation_exclusions(self) -> set[str]:
        # Django leaves out constraints on fields the person does not fill in; these are filled in all the same.
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions - self.held


def choose_from(place: Place, form: forms.BaseForm) -> None:
    """Zones, people and partners of this place alone; a zone that has ended only where it is chosen already."""
    choices = {
        "zone": place.zones.filter(Q(ended_on__isnull=True) | Q(pk=form.initial.get("zone"))),
        "responsible": User.objects.filter(memberships__place=place).order_by("name"),
        "partner": place.partners.all(),
    }
    for name, queryset in choices.items():
        if name in form.fields:
            form.fields[name].queryset = queryset  # type: ignore[attr-defined]


def target_groups_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("For whom"),
        choices=TargetGroup.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: for everyone."),
    )


def together(sentences: Iterable[str]) -> str:
    """One doubt of several, the first few of them."""
    return " ".join(list(dict.fromkeys(sentences))[:MOST_DOUBTS])
