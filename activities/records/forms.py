"""What people fill in about care cases, voices and photos. Choices always come from the place that was opened."""

import datetime as dt
from typing import IO, Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from activities.forms import choose_from, date_input
from activities.models import CareCase, Photo, Voice
from activities.records.images import Picture, cleaned
from places.models import Organisation, Place
from places.models.place import validate_unlocked


def not_ahead(day: dt.date) -> dt.date:
    """The day itself; ValidationError when it is to come."""
    if day > timezone.localdate():
        raise ValidationError(_("That day has not come yet."), code="ahead")
    return day


class CareForm(forms.ModelForm[CareCase]):
    class Meta:
        model = CareCase
        fields: ClassVar = ["category", "zone", "where", "note", "seen_on"]
        widgets: ClassVar = {
            "category": forms.RadioSelect,
            "note": forms.Textarea(attrs={"rows": 3}),
            "seen_on": date_input(),
        }

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(*args, **kwargs)
        self.instance.place = place
        self.was_seen_on = self.instance.seen_on if self.instance.pk else None
        self.fields["category"].choices = CareCase.Category.choices  # type: ignore[attr-defined]
        if not self.instance.pk:
            self.initial["seen_on"] = timezone.localdate()
            self.fields["seen_on"].required = False
        choose_from(place, self)

    def clean_seen_on(self) -> dt.date:
        """Today when a new case does not say."""
        day = not_ahead(self.cleaned_data["seen_on"] or timezone.localdate())
        later = self.instance.reported_on or self.instance.fixed_on
        if later and day > later:
            raise ValidationError(_("It cannot have been mended before it was seen or reported."), code="too_late")
        validate_unlocked(self.instance.place, day)
        return day

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or {}
        if self.was_seen_on:
            validate_unlocked(self.instance.place, self.was_seen_on)
        return cleaned_data


class CareReportForm(forms.Form):
    reported_to = forms.ModelChoiceField(
        label=_("Reported to"), queryset=Organisation.objects.none(), empty_label=_("Choose …")
    )
    reported_on = forms.DateField(label=_("Reported"), widget=date_input())
    reference = forms.CharField(
        label=_("Their number"),
        max_length=60,
        required=False,
        help_text=_("What the receiver calls the case, to ask about it."),
    )

    def __init__(self, case: CareCase, data: Any = None) -> None:  # noqa: ANN401  what was sent
        initial = {
            "reported_to": case.reported_to_id,
            "reported_on": case.reported_on or timezone.localdate(),
            "reference": case.reference,
        }
        super().__init__(data, initial=initial)
        self.case = case
        self.fields["reported_to"].queryset = Organisation.objects.of_place(case.place)  # type: ignore[attr-defined]

    def clean_reported_on(self) -> dt.date:
        day = not_ahead(self.cleaned_data["reported_on"])
        if day < self.case.seen_on:
            raise ValidationError(_("It cannot have been reported before it was seen."), code="too_early")
        if self.case.fixed_on and day > self.case.fixed_on:
            raise ValidationError(_("It was mended before that day."), code="too_late")
        return day


class CareFilter(forms.Form):
    """Which cases to show; those not mended when nothing is asked for."""

    NOT_FIXED = "waiting"
    state = forms.ChoiceField(
        label=_("State"),
        choices=[(NOT_FIXED, _("Not mended")), *CareCase.State.choices, ("all", _("All"))],
        required=False,
    )
    category = forms.ChoiceField(
        label=_("Category"), choices=[("", _("All")), *CareCase.Category.choices], required=False
    )


class VoiceForm(forms.ModelForm[Voice]):
    tags = forms.MultipleChoiceField(
        label=_("About"), choices=Voice.Subject.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Voice
        fields: ClassVar = ["quote", "channel", "date", "tags", "consent", "may_use"]
        widgets: ClassVar = {
            "quote": forms.Textarea(attrs={"rows": 4}),
            "channel": forms.RadioSelect,
            "date": date_input(),
            "consent": forms.RadioSelect,
        }

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(*args, **kwargs)
        self.instance.place = place
        self.fields["channel"].choices = Voice.Channel.choices  # type: ignore[attr-defined]
        self.fields["consent"].choices = Voice.Consent.choices  # type: ignore[attr-defined]
        if not self.instance.pk:
            self.initial["date"] = timezone.localdate()

    def clean_date(self) -> dt.date:
        return not_ahead(self.cleaned_data["date"])

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or {}
        if cleaned_data.get("may_use") and cleaned_data.get("consent") == Voice.Consent.NOT_ASKED:
            self.add_error("may_use", _("It can be used in a report only with consent."))
        return cleaned_data


class VoiceFilter(forms.Form):
    """Which voices to show; all when nothing or nonsense is asked for."""

    channel = forms.ChoiceField(label=_("Channel"), choices=[("", _("All")), *Voice.Channel.choices], required=False)
    tag = forms.ChoiceField(label=_("About"), choices=[("", _("All")), *Voice.Subject.choices], required=False)
    use = forms.ChoiceField(
        label=_("Use in reports"),
        choices=[("", _("All")), ("yes", _("May be used")), ("no", _("May not be used"))],
        required=False,
    )


class PhotoForm(forms.ModelForm[Photo]):
    class Meta:
        model = Photo
        fields: ClassVar = ["alt", "consent", "may_use"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Django's own
        super().__init__(*args, **kwargs)
        for name in ("consent", "may_use"):
            self.fields[name].label = capfirst(self.fields[name].label)

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or {}
        if cleaned_data.get("may_use") and not cleaned_data.get("consent"):
            self.add_error("consent", _("Needed before the photo may be used in a report."))
        if cleaned_data.get("may_use") and not cleaned_data.get("alt") and "alt" not in self.errors:
            self.add_error("alt", _("Needed before the photo may be used in a report."))
        return cleaned_data


class NewPhotoForm(PhotoForm):
    file = forms.FileField(
        label=_("Photo"),
        # Naming the kinds makes an iPhone send JPEG instead of its own format.
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "data-photo": ""}),
        help_text=_("JPEG, PNG or WebP, at most 15 MB. It is shrunk, and the position and time in it are removed."),
    )
    field_order = ("file", "alt", "consent", "may_use")

    def clean_file(self) -> Picture:
        file: UploadedFile = self.cleaned_data["file"]
        return cleaned(cast("IO[bytes]", file), file.size or 0)
