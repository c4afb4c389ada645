"""What people fill in about the plan."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from activities.actions import SHARED, Change, Scope, rhythm_of
from activities.forms.fields import (
    DatesField,
    OfPlace,
    choose_from,
    date_input,
    target_groups_field,
    time_input,
    together,
)
from activities.models import Occurrence, Permit, Season, Series
from activities.recurrence import dates, wall_times
from activities.warnings import STANDING, PlanWarning, Rule, calendar_name, warnings_about
from places.models import Place
from places.models.place import Weekday, validate_unlocked

# A series longer than a two-year contract, every day, is a slip of the finger.
MOST_OCCURRENCES = 750
LONGEST_SHOWN = 6
# Filled in now and then, and folded away on the page until one of them is in use.
RARE = ("target_groups", "cost", "equipment", "permit", "permit_sent_on")


class VersionedForm(forms.ModelForm[Any]):
    """For a row of the plan, which another may change while the page is open."""

    # When the row was changed last, as the page knew it.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(*args, **kwargs)
        self.place = self.instance.place = place
        # As it is stored, for validation fills the instance with what was typed.
        self.stored = type(self.instance).objects.get(pk=self.instance.pk) if self.instance.pk else None
        self.initial["seen"] = self.stored.changed_at.isoformat() if self.stored else ""

    @property
    def is_stale(self) -> bool:
        """Somebody else has changed the row since the page was drawn."""
        seen = self.data.get(self.add_prefix("seen"), "")
        return bool(seen and self.stored and seen != self.stored.changed_at.isoformat())

    @property
    def meanwhile(self) -> str:
        """What became of the row since then that no field tells, and that stays so whichever version is kept."""
        return ""

    def see_the_latest(self) -> None:
        """Sent once more, what was typed replaces what the other wrote."""
        data = self.data.copy()  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.HiddenInput):
                data[self.add_prefix(name)] = self.initial[name]
        self.data = data


class SeasonForm(OfPlace, VersionedForm):
    # Whether it was published, as the page knew it.
    was_published = forms.BooleanField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Season
        fields: ClassVar = ["year", "name", "theme", "goals"]
        widgets: ClassVar = {
            "year": forms.NumberInput(attrs={"inputmode": "numeric"}),
            "goals": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts: ClassVar = {"goals": _("What the season shall reach, one goal a line.")}

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(place, *args, **kwargs)
        self.initial["was_published"] = self.instance.is_published

    @property
    def meanwhile(self) -> str:
        if self.instance.is_published == self.cleaned_data["was_published"]:
            return ""
        if self.instance.is_published:
            return gettext("The season has been published meanwhile, and stays so whichever you choose.")
        return gettext("The season has been made a draft again meanwhile, and stays so whichever you choose.")


class PlannedForm(VersionedForm):
    """What the forms of a series and of an occurrence have in common."""

    target_groups = target_groups_field()
    permit_sent_on = forms.DateField(label=_("Sent to the police on"), required=False, widget=date_input())

    # The field that a rule's doubt stands at, and those that bring it up again when they change.
    beside: ClassVar[dict[Rule, str]] = {}
    brought_up_by: ClassVar[dict[Rule, set[str]]] = {}

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(place, *args, **kwargs)
        self.doubts: dict[str, str] = {}
        # What is not sent at all stays as it was.
        self.fields["permit"].required = False
        choose_from(place, self)

    def clean_permit(self) -> str:
        permit: str = self.cleaned_data["permit"] or self.instance.permit
        return permit

    def clean_permit_sent_on(self) -> dt.date | None:
        sent: dt.date | None = self.cleaned_data["permit_sent_on"]
        if sent and sent > timezone.localdate():
            raise ValidationError(_("That day has not come yet."), code="ahead")
        return sent

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("permit_sent_on") and cleaned.get("permit") == Permit.NONE:
            self.add_error("permit", _("Choose what was sent: a permit applied for, or a notice."))
        return cleaned

    @property
    def unsure(self) -> bool:
        """Something is unlikely, and the person has not said that it is right."""
        return any(not self.data.get(f"{self.add_prefix(name)}-sure") for name in self.doubts)

    @property
    def rare_in_use(self) -> bool:
        """One of the folded fields has something in it, or something to say."""
        return any(self[name].errors or name in self.doubts or self._is_filled(name) for name in RARE)

    def _is_filled(self, name: str) -> bool:
        value = self[name].value()
        return bool(value) and not (name == "permit" and value == Permit.NONE)

    def _doubt(self, warnings: Iterable[PlanWarning]) -> None:
        """At the fields they are about; of a row that stands, only what has to do with what was changed."""
        words: defaultdict[str, list[str]] = defaultdict(list)
        for one in warnings:
            changed = self.stored is None or self.brought_up_by.get(one.rule, set()) & set(self.changed_data)
            if changed and one.rule in self.beside:
                words[self.beside[one.rule]].append(one.words)
        for name, sentences in words.items():
            self.doubts[name] = together(sentences)


class SeriesForm(PlannedForm):
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
            "target_groups",
            "cost",
            "equipment",
            "permit",
        ]
        localized_fields: ClassVar = ["cost"]
        widgets: ClassVar = {
            "first": date_input(),
            "last": date_input(),
            "starts": time_input(),
            "ends": time_input(),
            "every_weeks": forms.NumberInput(attrs={"inputmode": "numeric", "min": 1, "max": 26}),
            "expected": forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
            "cost": forms.TextInput(attrs={"inputmode": "decimal"}),
        }

    _days: ClassVar = {"first", "last", "weekdays", "every_weeks", "also", "excluded"}
    beside: ClassVar = {
        Rule.ZONE: "zone",
        Rule.PERSON: "responsible",
        Rule.NOBODY: "responsible",
        Rule.HOURS: "starts",
        Rule.PERMIT: "permit",
    }
    brought_up_by: ClassVar = {
        Rule.ZONE: {*_days, "zone", "starts", "ends", "kind"},
        Rule.PERSON: {*_days, "responsible", "starts", "ends", "kind"},
        Rule.NOBODY: {"responsible"},
        Rule.HOURS: {*_days, "starts", "ends"},
        Rule.PERMIT: {"permit", "permit_sent_on"},
    }

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(place, *args, **kwargs)
        self.dates: list[dt.date] = []
        self.fields["season"].queryset = place.seasons.all()  # type: ignore[attr-defined]
        self.fields["permit_sent_on"].help_text = _("Told of all of the series that are to come.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("starts") and cleaned.get("starts") == cleaned.get("ends"):
            self.add_error("ends", _("The end must differ from the start."))
        if not cleaned.get("weekdays") and not cleaned.get("also") and "also" not in self.errors:
            self.add_error("weekdays", _("Choose at least one weekday, or write dates under “Also on”."))
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own hook, which fills the instance
        if not self.errors:
            self._look_at_dates()
        if not self.errors:
            self._look_around()

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

    def _look_around(self) -> None:
        if self.stored is None or self._days & set(self.changed_data):
            self._doubt_the_days()
        now = timezone.now()
        planned = [
            self._at(day, starts_at, ends_at)
            for day, (starts_at, ends_at) in zip(
                self.dates, wall_times(self.dates, self.instance.starts, self.instance.ends), strict=True
            )
            if starts_at > now
        ]
        self._doubt(warnings_about(self.place, planned))

    def _doubt_the_days(self) -> None:
        holidays = list(self.place.school_holidays.all())
        sentences = []
        if days := [day for day in self.dates if calendar_name(day)]:
            sentences.append(_on_red_days(days))
        hosted = self.dates if self.instance.kind not in STANDING else []
        if free := [day for day in hosted if any(one.first <= day <= one.last for one in holidays)]:
            names = dict.fromkeys(one.name for day in free for one in holidays if one.first <= day <= one.last)
            sentences.append(
                ngettext(
                    "One date is in a school holiday: %(named)s.",
                    "%(count)s dates are in school holidays: %(named)s.",
                    len(free),
                )
                % {"count": len(free), "named": ", ".join(names)}
            )
        if sentences:
            self.doubts["excluded"] = together(sentences)

    def _at(self, day: dt.date, starts_at: dt.datetime, ends_at: dt.datetime) -> Occurrence:
        row = self.instance
        one = Occurrence(place=self.place, series=row, date=day, starts_at=starts_at, ends_at=ends_at)
        for name in SHARED:
            setattr(one, name, getattr(row, name))
        one.permit_sent_on = self.cleaned_data.get("permit_sent_on")
        return one


class OccurrenceForm(OfPlace, PlannedForm):
    starts = forms.TimeField(label=_("Starts"), widget=time_input())
    ends = forms.TimeField(label=_("Ends"), widget=time_input())
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=date_input(),
        help_text=_("For an exhibition or an event of several days."),
    )
    scope = forms.ChoiceField(
        label=_("What shall be changed?"),
        choices=Scope.choices,
        initial=Scope.THIS,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Occurrence
        fields: ClassVar = [
            "title",
            "kind",
            "date",
            "zone",
            "responsible",
            "partner",
            "expected",
            "target_groups",
            "cost",
            "equipment",
            "permit",
            "permit_sent_on",
        ]
        localized_fields: ClassVar = ["cost"]
        widgets: ClassVar = {
            "date": date_input(),
            "expected": forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
            "cost": forms.TextInput(attrs={"inputmode": "decimal"}),
        }

    field_order = ("title", "kind", "date", "starts", "ends", "last_day")
    beside: ClassVar = {
        Rule.ZONE: "zone",
        Rule.PERSON: "responsible",
        Rule.NOBODY: "responsible",
        Rule.HOURS: "starts",
        Rule.CALENDAR: "date",
        Rule.SCHOOL: "date",
        Rule.PERMIT: "permit",
    }
    brought_up_by: ClassVar = {
        Rule.ZONE: {"zone", "date", "starts", "ends", "last_day", "kind"},
        Rule.PERSON: {"responsible", "date", "starts", "ends", "last_day", "kind"},
        Rule.NOBODY: {"responsible"},
        Rule.HOURS: {"date", "starts", "ends"},
        Rule.CALENDAR: {"date"},
        Rule.SCHOOL: {"date"},
        Rule.PERMIT: {"permit", "permit_sent_on", "date"},
    }

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(place, *args, **kwargs)
        self.was_on = self.instance.date if self.instance.pk else None
        if not (self.stored and self.stored.series_id and self._waits_for_its_day(self.stored)):
            del self.fields["scope"]
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
        cleaned = super().clean()
        date, starts, ends = (cleaned.get(name) for name in ("date", "starts", "ends"))
        if date and starts and ends:
            self._set_moments(date, starts, ends, cleaned.get("last_day"))
        if cleaned.get("last_day") and self.reach != Scope.THIS:
            self.add_error("last_day", _("Only one at a time can last several days."))
        return cleaned

    @property
    def reach(self) -> str:
        return self.cleaned_data.get("scope") or Scope.THIS

    def change(self) -> Change:
        """What was typed anew, for those that change together."""
        typed = {name for name in self.changed_data if name in self.fields}
        shared = {name: getattr(self.instance, name) for name in SHARED if name.removesuffix("_id") in typed}
        timed = bool(typed & {"starts", "ends"})
        return Change(
            day=self.cleaned_data["date"] if "date" in typed else None,
            starts=self.cleaned_data["starts"] if timed else None,
            ends=self.cleaned_data["ends"] if timed else None,
            shared=shared,
        )

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own hook, which fills the instance
        if not self.errors and self._waits_for_its_day(self.instance):
            found = warnings_about(self.place, [self.instance])
            # With the others of its series it does not clash: they go along.
            self._doubt(one for one in found if self.reach == Scope.THIS or not one.is_within_a_series)

    @staticmethod
    def _waits_for_its_day(occurrence: Occurrence) -> bool:
        return not occurrence.has_begun and occurrence.outcome == Occurrence.Outcome.PLANNED

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
            # With others it goes where they go, and does not meet its twin.
            alone = {"series", "starts_at"} if self.reach == Scope.THIS else set()
            self.held = frozenset({"place", "ends_at", *alone})


class CancelForm(forms.Form):
    scope = forms.ChoiceField(
        label=_("What shall be cancelled?"), choices=Scope.choices, initial=Scope.FOLLOWING, widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "–"), *Occurrence.Reason.choices])
    note = forms.CharField(
        label=_("In a line"),
        max_length=500,
        required=False,
        help_text=_("No names, and nothing that points out a person."),
    )


class AnswerForm(forms.Form):
    """Yes, it shall be so."""

    about = forms.CharField(max_length=120, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why it shall be so"), max_length=200, required=False)


def _on_red_days(days: list[dt.date]) -> str:
    named = ", ".join(f"{date_format(day, 'j F')} ({calendar_name(day)})" for day in days[:LONGEST_SHOWN])
    more = len(days) - LONGEST_SHOWN
    if more > 0:
        named = gettext("%(named)s and %(more)s more") % {"named": named, "more": more}
    return ngettext("One date is a red day or an eve: %(named)s.", "Red days and eves: %(named)s.", len(days)) % {
        "named": named
    }
