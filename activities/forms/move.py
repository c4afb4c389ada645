"""To another day or another time: what the week view sends when something is dragged or moved with the keys."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.forms.fields import date_input, time_input


class MoveForm(forms.Form):
    date = forms.DateField(
        label=_("Date"),
        widget=date_input(),
        error_messages={"invalid": _("That is no date."), "required": _("That is no date.")},
    )
    starts = forms.TimeField(
        label=_("Starts"),
        widget=time_input(),
        help_text=_("The end moves along."),
        error_messages={"invalid": _("That is no time."), "required": _("That is no time.")},
    )
    # When the row was changed last, as the page knew it.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    # The week that it is moved in, as its address has it.
    week = forms.CharField(required=False, widget=forms.HiddenInput)
    # What is unlikely about it shall be so.
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)
