"""What people fill in about how it went, and about the day."""

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.actions import add_to_day_log
from activities.forms.fields import OfPlace, choose_from, date_input, time_input
from activities.forms.plan import VersionedForm
from activities.models import DayLog, DayLogLine, Kind, Occurrence, Partner, Weather
from activities.recurrence import wall_times
from places.models import Place, Zone
from places.models.place import validate_unlocked

# As much as a phone may hand in.
LONGEST_LINE = 5_000


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


class LineField(forms.CharField):
    """What somebody writes in the day log."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        words = {
            "label": _("A line for the day log"),
            "help_text": _("No names, and nothing that points out a person."),
        }
        super().__init__(**words | {"max_length": LONGEST_LINE} | kwargs)


class DayLogForm(forms.ModelForm[DayLog]):
    """The day's weather and tags, and one line more."""

    text = LineField(required=False)
    uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    tags = forms.MultipleChoiceField(
        label=_("Tags"), choices=DayLog.Tag.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = DayLog
        fields: ClassVar = ["weather", "temperature", "tags"]
        widgets: ClassVar = {
            "weather": forms.RadioSelect,
            "temperature": forms.NumberInput(attrs={"inputmode": "text", "min": -45, "max": 45}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(*args, **kwargs)
        self.fields["weather"].choices = [("", _("not noted")), *Weather.choices]  # type: ignore[attr-defined]
        self.initial["uuid"] = uuid4()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        validate_unlocked(self.instance.place, self.instance.date)
        return cleaned

    @transaction.atomic
    def save(self, commit: bool = True) -> DayLog:  # noqa: FBT001, FBT002  Django's own
        log = super().save(commit=commit)
        if text := self.cleaned_data["text"]:
            add_to_day_log(place=log.place, day=log.date, text=text, by=log.by, uuid=self.cleaned_data["uuid"])
        return log


class NoteForm(forms.Form):
    """One line, added to what the day's log says."""

    text = LineField()
    uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(*args, **kwargs)
        self.initial["uuid"] = uuid4()


class DayLogLineForm(VersionedForm):
    """A line that is written already."""

    class Meta:
        model = DayLogLine
        fields: ClassVar = ["text"]
        field_classes: ClassVar = {"text": LineField}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        validate_unlocked(self.instance.place, self.instance.date)
        return cleaned


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
