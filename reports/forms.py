import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from places.models import Place, User
from places.models.place import validate_real
from places.periods import Kind, Period
from reports.actions import order_edition
from reports.models import Edition

# Three years back; an older quarter is made by the command.
MOST_QUARTERS = 12


class EditionForm(forms.Form):
    """Which quarter to report on, and in what language."""

    period = forms.ChoiceField(
        label=_("Period"),
        help_text=_("A quarter that is not over can be made as a draft, of its days so far."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:  # noqa: ANN401  Django's own arguments
        super().__init__(*args, **kwargs)
        self.place = place
        period = self.fields["period"]
        assert isinstance(period, forms.ChoiceField)  # noqa: S101  declared just above
        period.choices = [(one.code, one.label) for one in quarters(place, timezone.localdate())]

    def clean(self) -> dict[str, Any]:
        validate_real(self.place)
        return super().clean() or {}

    def save(self, *, by: User) -> Edition:
        period = Period.parse(self.cleaned_data["period"])
        return order_edition(place=self.place, period=period, language=self.cleaned_data["language"], by=by)


def quarters(place: Place, today: dt.date) -> list[Period]:
    """Those the place has been in operation in: first the last one that is over, then the others, newest first."""
    current = Period.containing(today, Kind.QUARTER)
    known = [current]
    while len(known) < MOST_QUARTERS and known[-1].first > place.started_on:
        known.append(known[-1].previous())
    return [*known[1:2], current, *known[2:]]
