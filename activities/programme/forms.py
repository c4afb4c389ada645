"""What people fill in about the public programme."""

from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from places.models import Place


class PublicProgrammeForm(forms.ModelForm[Place]):
    class Meta:
        model = Place
        fields: ClassVar = ["programme_is_public"]

    def clean_programme_is_public(self) -> bool:
        is_public: bool = self.cleaned_data["programme_is_public"]
        if is_public and self.instance.is_practice:
            raise ValidationError(_("Practice is never shown to those outside."), code="practice")
        return is_public
