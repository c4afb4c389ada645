"""A representation target as it is typed, with what is wrong or unlikely said beside the field."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from measurements.forms.indicator import FIRST_YEAR, LAST_YEAR
from measurements.models import RepresentationTarget
from measurements.models.representation import GENDERS, LARGEST_INDEX, WHOLE
from measurements.queries.aims import Residents, groups_of
from places import numbers
from places.models import Place

Scale = RepresentationTarget.Scale
GROUP = ("gender", "lower", "upper")
# A share of less than so much of the population's may have been meant as an index.
FAR_BELOW = 0.2


class RepresentationTargetForm(forms.ModelForm[RepresentationTarget]):
    gender = forms.TypedChoiceField(
        label=gettext_lazy("Gender"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("All genders")), *((gender, capfirst(words)) for gender, words in GENDERS)],
    )
    lower = forms.TypedChoiceField(label=gettext_lazy("From age"), required=False, coerce=int, empty_value=None)
    upper = forms.TypedChoiceField(label=gettext_lazy("To age"), required=False, coerce=int, empty_value=None)
    measured_in = forms.ChoiceField(
        label=gettext_lazy("Measured in"),
        choices=[(scale.value, capfirst(scale.label)) for scale in Scale],
        initial=Scale.SHARE,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = RepresentationTarget
        fields: ClassVar = [*GROUP, "measured_in", "least", "year"]
        localized_fields: ClassVar = ["least"]
        help_texts: ClassVar = {
            "least": gettext_lazy("Half of everyone is 50 per cent. As many as in the population is index 1.")
        }

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        place: Place,
        residents: Residents,
        instance: RepresentationTarget,
    ) -> None:
        instance.place = place
        super().__init__(data, instance=instance)
        self.residents = residents
        self.doubts: dict[str, str] = {}
        borders = {name: self._borders(name) for name in ("lower", "upper")}
        self._offer("lower", _("All ages"), borders["lower"])
        self._offer("upper", _("and older"), borders["upper"])
        self.fields["least"].widget.attrs["inputmode"] = "decimal"
        if self.initial["least"] is not None:
            self.initial["least"] = instance.least_typed

    def _borders(self, name: str) -> set[int]:
        """Those of counts and residents, and its own, which may be of bands that are used no more."""
        known = {band.first if name == "lower" else band.last for band in self.residents.offered}
        return {age for age in (*known, self.initial[name]) if age is not None}

    def _offer(self, name: str, none: str, borders: set[int]) -> None:
        choices: list[tuple[object, str]] = [("", none), *((age, str(age)) for age in sorted(borders))]
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a field with choices

    @property
    def unsure(self) -> bool:
        """Something is unlikely, and the person has not said that it is right."""
        return any(not self.data.get(f"{self.add_prefix(name)}-sure") for name in self.doubts)

    def clean_year(self) -> int | None:
        year: int | None = self.cleaned_data["year"]
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            raise forms.ValidationError(_("Write the year with four figures."))
        return year

    def clean(self) -> None:
        super().clean()
        self._check_group()
        self._check_least()
        if not self.errors:
            self._check_once()
            self._doubt()

    def _check_group(self) -> None:
        typed = self.cleaned_data
        if set(GROUP) & set(self.errors):
            return
        if (typed["lower"], typed["upper"]) == (0, None):
            typed["lower"] = None
        if typed["lower"] is None and typed["upper"] is not None:
            self.add_error("lower", _("Choose the age that it begins at."))
        elif typed["upper"] is not None and typed["upper"] < typed["lower"]:
            self.add_error("upper", _("The last age is below the first."))
        elif typed["gender"] is None and typed["lower"] is None:
            self.add_error("gender", _("Choose a gender, an age or both: everybody is no group."))

    def _check_least(self) -> None:
        least, scale = self.cleaned_data.get("least"), self.cleaned_data.get("measured_in")
        if least is None or scale is None:
            return
        if least <= 0:
            self.add_error("least", _("A target is above 0."))
        elif scale == Scale.SHARE and least > WHOLE:
            self.add_error("least", _("A share is at most 100 per cent."))
        elif scale == Scale.INDEX and least > LARGEST_INDEX:
            self.add_error("least", _("An index is at most 10. A share is measured in per cent."))
        elif scale == Scale.INDEX and not self.errors:
            self._check_possible(least)

    def _check_possible(self, least: Decimal) -> None:
        there = self.residents.aim(self._as_typed()).there
        if there and float(least) * there > 1:
            most = numbers.trimmed(Fraction(int(100 / there), 100), 2)
            self.add_error("least", _("That is more than everybody: index %(most)s is all.") % {"most": most})

    def _check_once(self) -> None:
        """A place has few targets, and the year may be empty: they are compared here."""
        others = RepresentationTarget.objects.filter(place=self.instance.place).exclude(pk=self.instance.pk)
        same = {name: self.cleaned_data[name] for name in (*GROUP, "year")}
        if others.filter(**same).exists():
            self.add_error("year", _("There is already a target for that group and year."))

    def _doubt(self) -> None:
        """Of what was changed alone, so that nobody is asked twice."""
        aim, changed = self.residents.aim(self._as_typed()), set(self.changed_data)
        if changed & {"lower", "upper"} and groups_of(aim.target, self.residents.shared) is None:
            self.doubts["lower"] = self._about_ages()
        if changed & {"measured_in", *GROUP} and aim.least is None:
            self.doubts["measured_in"] = _(
                "The group's share of the population is not known here. Until it is, an index cannot be judged."
            )
        if changed & {"least", "measured_in", *GROUP} and aim.least and aim.least < FAR_BELOW * (aim.there or 0):
            self.doubts["least"] = _("Far below the group's share of the population: it is index %(index)s.") % {
                "index": numbers.trimmed(aim.least_index or 0, 2)
            }

    def _about_ages(self) -> str:
        if not self.residents.shared:
            return _("Counts and population are not divided at the same ages here, so that gender alone can be judged.")
        ages = ", ".join(str(band) for band in self.residents.shared)
        return _(
            "Counts and population are not both divided at these ages, so it cannot be judged. By %(ages)s it can."
        ) % {"ages": ages}

    def _as_typed(self) -> RepresentationTarget:
        return RepresentationTarget(**{name: self.cleaned_data[name] for name in (*GROUP, "measured_in", "least")})
