"""The place, its parts, and when it is promised open."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from places.forms.fields import date_input, time_input
from places.geometry import read_boundary
from places.models import Line, OpeningException, Place, SchoolHoliday, Zone
from places.models.place import Weekday, validate_unlocked
from places.queries import WeekdayHours

# Around Sweden with its sea, in degrees.
WEST, SOUTH, EAST, NORTH = 10, 55, 25, 70


class PlaceForm(forms.ModelForm[Place]):
    boundary = forms.JSONField(
        label=_("Boundary"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "code", "spellcheck": "false"}),
        help_text=_("GeoJSON of the square in degrees, longitude first. A Polygon, MultiPolygon or one Feature."),
        error_messages={"invalid": _("This is not GeoJSON: look for a missing bracket, comma or quote.")},
    )

    class Meta:
        model = Place
        fields = (
            "name",
            "municipality_name",
            "municipality_code",
            "hub",
            "started_on",
            "ended_on",
            "closed_on_red_days",
            "programme_is_public",
            "boundary",
        )
        widgets: ClassVar = {
            "started_on": date_input(),
            "ended_on": date_input(),
            "municipality_code": forms.TextInput(attrs={"inputmode": "numeric"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  whatever ModelForm takes
        super().__init__(*args, **kwargs)
        self.doubts: dict[str, str] = {}

    def clean_boundary(self) -> dict[str, Any] | None:
        typed = _geometry(self.cleaned_data["boundary"])
        if typed is None:
            return None
        west, south, east, north = read_boundary(typed).bounds
        in_sweden = west >= WEST and east <= EAST and south >= SOUTH and north <= NORTH
        if not in_sweden and not self.data.get(f"{self.add_prefix('boundary')}-sure"):
            self.doubts["boundary"] = gettext("The boundary lies outside Sweden. Longitude is written before latitude.")
        # Only what is read is kept: a drawing tool adds names, colours and the like.
        return {"type": typed["type"], "coordinates": typed["coordinates"]}


def _geometry(typed: Any) -> Any:  # noqa: ANN401  whatever JSON was typed
    """The shape inside a Feature or a collection of one, which is what drawing tools give."""
    if isinstance(typed, dict) and typed.get("type") == "FeatureCollection":
        features = typed.get("features")
        typed = features[0] if isinstance(features, list) and len(features) == 1 else typed
    if isinstance(typed, dict) and typed.get("type") == "Feature":
        typed = typed.get("geometry")
        return {} if typed is None else typed
    return typed


class ZoneForm(forms.ModelForm[Zone]):
    class Meta:
        model = Zone
        fields = ("name", "instruction", "ended_on")
        widgets: ClassVar = {"instruction": forms.Textarea(attrs={"rows": 4}), "ended_on": date_input()}
        help_texts: ClassVar = {"ended_on": _("Set a last day instead of taking it away: its counts stay.")}

    def clean_name(self) -> str:
        return _free_name(self, self.instance.place.zones.all())


class LineForm(forms.ModelForm[Line]):
    class Meta:
        model = Line
        fields = ("name", "instruction", "ended_on")
        widgets: ClassVar = {"instruction": forms.Textarea(attrs={"rows": 4}), "ended_on": date_input()}
        help_texts: ClassVar = {"ended_on": _("Set a last day instead of taking it away: its counts stay.")}

    def clean_name(self) -> str:
        return _free_name(self, self.instance.place.lines.all())


def _free_name(form: forms.ModelForm[Any], rows: Any) -> str:  # noqa: ANN401  the place's zones or lines
    name: str = form.cleaned_data["name"]
    if rows.exclude(pk=form.instance.pk).filter(name=name).exists():
        raise ValidationError(_("There already is one with that name here."), code="taken")
    return name


class NormalWeekForm(forms.Form):
    """The promised hours of all seven weekdays, from a day on; a row without times is a closed day."""

    first = forms.DateField(
        label=_("Holds from"),
        widget=date_input(),
        help_text=_("The hours until then stay as they were promised, and later plans are replaced."),
    )

    def __init__(self, *args: Any, place: Place, week: list[WeekdayHours], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.place = place
        # The first week of a place may be told afterwards; a promise once given is changed ahead only.
        self.earliest = timezone.localdate() if place.opening_hours.exists() else place.started_on
        self.fields["first"].initial = self.earliest
        for day in week:
            hours = day.hours[0] if day.hours else None
            for end, label in (("opens", _("Opens")), ("closes", _("Closes"))):
                self.fields[f"{end}-{day.weekday}"] = forms.TimeField(
                    label=f"{day.label}: {label}",
                    required=False,
                    widget=time_input(),
                    initial=getattr(hours, end, None),
                )

    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Weekday, opening, closing: as the page draws them."""
        return [(str(label), self[f"opens-{number}"], self[f"closes-{number}"]) for number, label in Weekday.choices]

    def clean_first(self) -> dt.date:
        first: dt.date = self.cleaned_data["first"]
        if first < self.earliest:
            raise ValidationError(
                _("Hours already promised are not changed. Choose %(day)s or later."),
                code="past",
                params={"day": self.earliest},
            )
        if lock := self.place.locks.filter(last__gte=first).first():
            validate_unlocked(self.place, max(first, lock.first))
        return first

    def clean(self) -> dict[str, Any]:
        for number in Weekday.values:
            opens, closes = (self.cleaned_data.get(f"{end}-{number}") for end in ("opens", "closes"))
            typed_right = not {f"opens-{number}", f"closes-{number}"} & self.errors.keys()
            if typed_right and (opens is None) != (closes is None):
                self.add_error(f"{'opens' if opens is None else 'closes'}-{number}", _("Give both times, or neither."))
            elif opens and closes and closes <= opens:
                self.add_error(f"closes-{number}", _("Closing time must be after opening time."))
        return self.cleaned_data

    def week(self) -> dict[int, tuple[dt.time, dt.time]]:
        """Opening and closing by weekday (Monday 0), without the closed ones."""
        typed = self.cleaned_data
        days = {number: (typed[f"opens-{number}"], typed[f"closes-{number}"]) for number in Weekday.values}
        return {number: hours for number, hours in days.items() if hours[0]}


class OpeningExceptionForm(forms.ModelForm[OpeningException]):
    planned = forms.TypedChoiceField(
        label=_("What kind of day"),
        choices=[
            ("True", _("Planned beforehand: the promise of the day changes")),
            ("False", _("Lost: the promise stands, and a day without opening is missed")),
        ],
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
        initial="True",
    )

    class Meta:
        model = OpeningException
        fields = ("date", "planned", "opens", "closes", "reason", "note")
        widgets: ClassVar = {
            "date": date_input(),
            "opens": time_input(),
            "closes": time_input(),
        }

    def clean_date(self) -> dt.date:
        date: dt.date = self.cleaned_data["date"]
        place = self.instance.place
        validate_unlocked(place, date)
        if self.instance.pk:
            # Moving a day out of a locked period changes that period too.
            validate_unlocked(place, self.initial["date"])
        if place.opening_exceptions.filter(date=date).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("That day already has an exception."), code="taken")
        if not place.runs_on(date):
            raise ValidationError(_("The place is not in operation that day."), code="outside")
        return date

    def clean(self) -> dict[str, Any]:
        super().clean()
        opens, closes = self.cleaned_data.get("opens"), self.cleaned_data.get("closes")
        if not {"opens", "closes"} & self.errors.keys():
            if (opens is None) != (closes is None):
                self.add_error("opens" if opens is None else "closes", _("Give both times, or neither."))
            elif opens and closes and closes <= opens:
                self.add_error("closes", _("Closing time must be after opening time."))
        return self.cleaned_data


class SchoolHolidayForm(forms.ModelForm[SchoolHoliday]):
    class Meta:
        model = SchoolHoliday
        fields = ("name", "first", "last")
        widgets: ClassVar = {"first": date_input(), "last": date_input()}
        help_texts: ClassVar = {
            "name": _("Such as autumn holiday or winter sports holiday."),
            "first": _("As the municipality has decided its school year."),
        }

    def clean(self) -> dict[str, Any]:
        super().clean()
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        elif first and last:
            others = self.instance.place.school_holidays.exclude(pk=self.instance.pk)
            if other := others.filter(first__lte=last, last__gte=first).first():
                self.add_error("first", _("%(name)s has some of those days.") % {"name": other.name})
        return self.cleaned_data
