"""What people fill in about the plan."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from activities.actions import rhythm_of
from activities.forms.fields import DatesField, OfPlace, choose_from, date_input, time_input
from activities.models import Occurrence, Season, Series
from activities.recurrence import dates, wall_times
from places.models import Place
from places.models.place import Weekday, validate_unlocked
from places.opening import eves, red_days

# A series longer than a two-year contract, every day, is a slip of the finger.
MOST_OCCURRENCES = 750
LONGEST_SHOWN = 6


class SeasonForm(OfPlace, forms.ModelForm[Season]):
    class Meta:
        model = Season
        fields: ClassVar = ["year", "name", "theme", "goals"]
        widgets: ClassVar = {"year": forms.NumberInput(attrs={"inputmode": "numeric"})}

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(*args, **kwargs)
        self.instance.place = place


class SeriesForm(forms.ModelForm[Series]):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        choices=Weekday.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    also = DatesField(label=_("Also on"), help_text=_("Extra dates, with commas between. They may lie outside."))
    excluded = DatesField(label=_("But not on"), help_text=_("Dates to leave out, with commas between."))

    class Meta:
        model = Series
        fields: ClassVar = [
            "title",
            "kind",
            "season",
            "first",
            "last",
            "weekdays",
            "every_weeks",
            "also",
            "excluded",
            "starts",
            "ends",
            "zone",
            "responsible",
            "partner",
            "expected",
        ]
        widgets: ClassVar = {
            "first": date_input(),
            "last": date_input(),
            "starts": time_input(),
            "ends": time_input(),
            "every_weeks": forms.NumberInput(attrs={"inputmode": "numeric", "min": 1, "max": 26}),
            "expected": forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
        }

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(*args, **kwargs)
        self.instance.place = place
        self.doubts: dict[str, str] = {}
        self.dates: list[dt.date] = []
        self.fields["season"].queryset = place.seasons.all()  # type: ignore[attr-defined]
        choose_from(place, self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("starts") and cleaned.get("starts") == cleaned.get("ends"):
            self.add_error("ends", _("The end must differ from the start."))
        if not cleaned.get("weekdays") and not cleaned.get("also") and "also" not in self.errors:
            self.add_error("weekdays", _("Choose at least one weekday, or write dates under “Also on”."))
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own hook, which fills the instance
        if not self.errors:
            self._look_at_dates()

    def _look_at_dates(self) -> None:
        self.dates = dates(rhythm_of(self.instance))
        if not self.dates:
            self.add_error("weekdays", _("No such weekday lies between the first and the last day."))
        if len(self.dates) > MOST_OCCURRENCES:
            self.add_error(
                "last",
                ValidationError(
                    _("This makes %(count)s occurrences. Plan at most %(most)s at a time."),
                    params={"count": len(self.dates), "most": MOST_OCCURRENCES},
                ),
            )
        if days := [day for day in self.dates if _calendar_name(day)]:
            self.doubts["excluded"] = _on_red_days(days)

    @property
    def unsure(self) -> bool:
        """Something is unlikely, and the person has not said that it is right."""
        return any(not self.data.get(f"{self.add_prefix(name)}-sure") for name in self.doubts)


class OccurrenceForm(OfPlace, forms.ModelForm[Occurrence]):
    starts = forms.TimeField(label=_("Starts"), widget=time_input())
    ends = forms.TimeField(label=_("Ends"), widget=time_input())
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=date_input(),
        help_text=_("For an exhibition or an event of several days."),
    )

    class Meta:
        model = Occurrence
        fields: ClassVar = ["title", "kind", "date", "zone", "responsible", "partner", "expected"]
        widgets: ClassVar = {
            "date": date_input(),
            "expected": forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
        }

    field_order = ("title", "kind", "date", "starts", "ends", "last_day")

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(*args, **kwargs)
        self.place = self.instance.place = place
        self.was_on = self.instance.date if self.instance.pk else None
        choose_from(place, self)
        if self.instance.pk:
            self.initial["starts"] = timezone.localtime(self.instance.starts_at).time()
            self.initial["ends"] = timezone.localtime(self.instance.ends_at).time()
            if self.instance.last_date > self.instance.date:
                self.initial["last_day"] = self.instance.last_date

    def clean_date(self) -> dt.date:
        date: dt.date = self.cleaned_data["date"]
        validate_unlocked(self.place, date)
        if self.was_on and date != self.was_on and self.instance.outcome != Occurrence.Outcome.PLANNED:
            raise ValidationError(_("Its outcome has been told. Take that back before you move it."), code="told")
        return date

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        date, starts, ends = (cleaned.get(name) for name in ("date", "starts", "ends"))
        if date and starts and ends:
            self._set_moments(date, starts, ends, cleaned.get("last_day"))
        return cleaned

    def _set_moments(self, date: dt.date, starts: dt.time, ends: dt.time, last_day: dt.date | None) -> None:
        if last_day and last_day < date:
            self.add_error("last_day", _("The last day is before the first."))
        elif last_day and last_day > date:
            self.instance.starts_at = timezone.make_aware(dt.datetime.combine(date, starts))
            self.instance.ends_at = timezone.make_aware(dt.datetime.combine(last_day, ends))
        elif starts == ends:
            self.add_error("ends", _("The end must differ from the start."))
        else:
            [(self.instance.starts_at, self.instance.ends_at)] = wall_times([date], starts, ends)
        if not self.errors:
            self.held = frozenset({"place", "series", "starts_at", "ends_at"})


def _calendar_name(day: dt.date) -> str:
    return red_days(day.year).get(day) or eves(day.year).get(day, "")


def _on_red_days(days: list[dt.date]) -> str:
    named = ", ".join(f"{date_format(day, 'j F')} ({_calendar_name(day)})" for day in days[:LONGEST_SHOWN])
    more = len(days) - LONGEST_SHOWN
    if more > 0:
        named = gettext("%(named)s and %(more)s more") % {"named": named, "more": more}
    return ngettext("One date is a red day or an eve: %(named)s.", "Red days and eves: %(named)s.", len(days)) % {
        "named": named
    }
