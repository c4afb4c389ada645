"""Who works at the place, and who reads for those who pay."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from places.actions import Invited
from places.models import Membership, Organisation, Place


class PersonForm(forms.Form):
    """A person to let in, by e-mail."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Shown beside what the person writes."), strip=True
    )

    def person(self) -> Invited:
        return Invited(email=self.cleaned_data["email"], name=self.cleaned_data["name"])


class MemberForm(PersonForm):
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices, widget=forms.RadioSelect)


class RepresentativeForm(PersonForm):
    organisation = forms.ModelChoiceField(
        label=_("Reads for"),
        queryset=Organisation.objects.none(),
        help_text=_("The person reads the published reports of every place the organisation helps to pay for."),
    )
    field_order = ("organisation", "email", "name")

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:  # noqa: ANN401  whatever Form takes
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.paying_for(place)  # type: ignore[attr-defined]


class RoleForm(forms.ModelForm[Membership]):
    class Meta:
        model = Membership
        fields = ("role",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  whatever ModelForm takes
        super().__init__(*args, **kwargs)
        self.fields["role"].widget = forms.RadioSelect(choices=Membership.Role.choices)
