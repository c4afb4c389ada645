"""What people fill in about the plan and the log. Choices always come from the place that was opened."""

import datetime as dt
import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from activities.actions import rhythm_of
from activities.models import DayLog, Kind, Occurrence, Partner, Season, Series, Weather
from activities.recurrence import dates, wall_times
from places.models import Place, User, Zone
from places.models.place import Weekday, validate_unlocked
from places.opening import eves, red_days

# A series longer than a two-year contract, every day, is a slip of the finger.
MOST_OCCURRENCES = 750
LONGEST_SHOWN = 6


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


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("How did it go?"),
        choices=Occurrence.Outcome.choices[1:],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how it went: held, changed or cancelled."),
            "invalid_choice": _("Choose how it went: held, changed or cancelled."),
        },
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", "–"), *Occurrence.Reason.choices],
        required=False,
        help_text=_("Needed when it was changed or cancelled."),
    )
    partner = forms.ModelChoiceField(label=_("Partner"), queryset=Partner.objects.none(), required=False)
    note = forms.CharField(
        label=_("How it went, in a line"),
        max_length=500,
        required=False,
        help_text=_("No names, and nothing that points out a person."),
    )

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = place.partners.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        needs_reason = cleaned.get("outcome") in {Occurrence.Outcome.CHANGED, Occurrence.Outcome.CANCELLED}
        if needs_reason and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Choose a reason."))
        return cleaned


class UnplannedForm(forms.Form):
    title = forms.CharField(label=_("What happened"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.ACTIVITY)
    date = forms.DateField(label=_("Date"), widget=date_input())
    starts = forms.TimeField(label=_("Starts"), widget=time_input())
    ends = forms.TimeField(label=_("Ends"), widget=time_input())
    zone = forms.ModelChoiceField(label=_("Zone"), queryset=Zone.objects.none(), required=False)
    partner = forms.ModelChoiceField(label=_("Partner"), queryset=Partner.objects.none(), required=False)
    note = forms.CharField(
        label=_("How it went, in a line"),
        max_length=500,
        required=False,
        help_text=_("No names, and nothing that points out a person."),
    )

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(*args, **kwargs)
        choose_from(place, self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        date, starts, ends = (cleaned.get(name) for name in ("date", "starts", "ends"))
        if starts and starts == ends:
            self.add_error("ends", _("The end must differ from the start."))
        elif date and starts and ends:
            [(cleaned["starts_at"], cleaned["ends_at"])] = wall_times([date], starts, ends)
        return cleaned

    def happened(self) -> dict[str, Any]:
        """What `add_unplanned` takes."""
        names = ("title", "kind", "starts_at", "ends_at", "zone", "partner", "note")
        return {name: self.cleaned_data[name] for name in names}


class DayLogForm(forms.ModelForm[DayLog]):
    tags = forms.MultipleChoiceField(
        label=_("Tags"), choices=DayLog.Tag.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = DayLog
        fields: ClassVar = ["weather", "temperature", "text", "tags"]
        widgets: ClassVar = {
            "weather": forms.RadioSelect,
            "temperature": forms.NumberInput(attrs={"inputmode": "text", "min": -45, "max": 45}),
            "text": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(*args, **kwargs)
        if "weather" in self.fields:
            self.fields["weather"].choices = [("", _("not noted")), *Weather.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        validate_unlocked(self.instance.place, self.instance.date)
        return cleaned


class NoteForm(DayLogForm):
    tags = None  # type: ignore[assignment]  # Django's way to leave a field out

    class Meta(DayLogForm.Meta):
        fields: ClassVar = ["text"]


class HoursForm(forms.Form):
    opened = forms.TimeField(label=pgettext_lazy("hours", "Opened"), widget=time_input())
    closed = forms.TimeField(label=pgettext_lazy("hours", "Closed"), widget=time_input(), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opened, closed = cleaned.get("opened"), cleaned.get("closed")
        if opened and closed and closed <= opened:
            self.add_error("closed", _("Closing time must be after opening time."))
        return cleaned


class PartnerForm(OfPlace, forms.ModelForm[Partner]):
    class Meta:
        model = Partner
        fields: ClassVar = ["name", "contact_role", "contact_address"]
        help_texts: ClassVar = {"name": _("The association, not a person.")}

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(*args, **kwargs)
        self.instance.place = place


class LogFilter(forms.Form):
    """Days with one tag; all when nothing or nonsense is asked for."""

    tag = forms.ChoiceField(label=_("Tag"), choices=[("", _("All days")), *DayLog.Tag.choices], required=False)


class ProgrammeFilter(forms.Form):
    """Which kind to show; all when nothing or nonsense is asked for."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All kinds")), *Kind.choices], required=False)


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
