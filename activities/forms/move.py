"""What the week view sends when something is dragged, or moved with the keys."""

from django import forms
from django.utils.translation import gettext_lazy as _


class MoveForm(forms.Form):
    date = forms.DateField(
        label=_("Date"), error_messages={"invalid": _("That is no date."), "required": _("That is no date.")}
    )
    starts = forms.TimeField(
        label=_("Starts"), error_messages={"invalid": _("That is no time."), "required": _("That is no time.")}
    )
    # When the row was changed last, as the page knew it.
    seen = forms.CharField(required=False)
    # What is unlikely about it shall be so.
    sure = forms.BooleanField(required=False)
