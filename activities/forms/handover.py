"""To whom all that one person is responsible for goes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from places.models import Place, User


class HandoverForm(forms.Form):
    to = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Hand over to"), empty_label=_("Choose"))

    def __init__(self, data: object, *, place: Place, person: User) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        others = User.objects.filter(memberships__place=place).exclude(pk=person.pk).order_by("name", "pk")
        self.fields["to"].queryset = others  # type: ignore[attr-defined]
