"""Indicators, occasions, readings and targets as they are typed, with what is wrong said beside the field."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, cast

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from measurements.models import Indicator, Occasion, Reading, Target
from places import numbers
from places.models import Place
from places.models.place import validate_unlocked
from places.rounding import rounded

Shape = Indicator.Shape
WHOLE = Decimal(100)
MINUS = "−"
# What a reading means; changed after the first one, it is another indicator.
DEFINITION = ("shape", "unit", "scale_min", "scale_max", "more_is_better", "method")
FIRST_YEAR, LAST_YEAR = 2000, 2199


class ComparisonForm(forms.Form):
    """Which occasions to compare, and by which target. All may be left to each indicator."""

    baseline = forms.ModelChoiceField(
        Occasion.objects.none(),
        label=gettext_lazy("Baseline"),
        required=False,
        empty_label=gettext_lazy("Each indicator's first"),
    )
    follow_up = forms.ModelChoiceField(
        Occasion.objects.none(),
        label=gettext_lazy("Follow-up"),
        required=False,
        empty_label=gettext_lazy("Each indicator's latest"),
    )
    year = forms.TypedChoiceField(label=gettext_lazy("Target"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: Mapping[str, Any], *, place: Place) -> None:
        super().__init__(data)
        for name in ("baseline", "follow_up"):
            cast("forms.ModelChoiceField[Occasion]", self.fields[name]).queryset = place.occasions.all()
        years = Target.objects.filter(indicator__place=place, year__isnull=False)
        known = years.order_by("year").values_list("year", flat=True).distinct()
        self.fields["year"] = forms.TypedChoiceField(
            label=_("Target"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", _("For the whole contract")), *((year, str(year)) for year in known)],
        )

    def clean(self) -> None:
        before, after = self.cleaned_data.get("baseline"), self.cleaned_data.get("follow_up")
        if before and after and after.first <= before.first:
            self.add_error("follow_up", _("The follow-up is not after the baseline."))


# --- Indicators -----------------------------------------------------------------------------------------------------


class IndicatorForm(forms.ModelForm[Indicator]):
    """A changed definition is refused once there are readings: it is a new version."""

    more_is_better = forms.TypedChoiceField(
        label=gettext_lazy("What is better?"),
        choices=[("True", gettext_lazy("More is better")), ("False", gettext_lazy("Less is better"))],
        coerce=lambda typed: typed == "True",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Indicator
        fields: ClassVar = [
            "name",
            "group",
            "shape",
            "unit",
            "scale_min",
            "scale_max",
            "more_is_better",
            "method",
            "source",
        ]
        localized_fields: ClassVar = ["scale_min", "scale_max"]

    def __init__(self, data: Mapping[str, Any] | None = None, *, place: Place, instance: Indicator) -> None:
        instance.place = place
        self.old_name = instance.name
        self.measured = not instance._state.adding and instance.readings.exists()  # noqa: SLF001  Django offers no other way
        super().__init__(data, instance=instance)
        # As the radio buttons write it, so that an unchanged answer is seen as unchanged.
        self.initial["more_is_better"] = str(instance.more_is_better)
        _write_plainly(self)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        same = Indicator.objects.filter(place=self.instance.place, name=name)
        if name != self.old_name and same.exists():
            raise forms.ValidationError(_("There is already an indicator of that name."))
        return name

    def clean(self) -> None:
        super().clean()
        _check_scale(self)
        if self.measured:
            for name in set(self.changed_data) & set(DEFINITION):
                self.add_error(name, _("There are readings already. Make a new version to change this."))

    @transaction.atomic
    def save(self, commit: bool = True) -> Indicator:  # noqa: FBT001, FBT002  Django's signature
        """A new name goes to all versions, for the name holds them together."""
        if self.old_name and self.old_name != self.instance.name:
            versions = Indicator.objects.filter(place=self.instance.place, name=self.old_name)
            versions.update(name=self.instance.name)
        return super().save(commit)


class NewVersionForm(IndicatorForm):
    """The same indicator defined anew; what was measured before stays with the old version."""

    class Meta(IndicatorForm.Meta):
        fields: ClassVar = [name for name in IndicatorForm.Meta.fields if name != "name"]

    def __init__(self, data: Mapping[str, Any] | None = None, *, old: Indicator) -> None:
        newest = Indicator.objects.filter(place=old.place, name=old.name).order_by("version").last() or old
        copied = {name: getattr(old, name) for name in ("name", *self.Meta.fields)}
        instance = Indicator(place=old.place, version=newest.version + 1, **copied)
        super().__init__(data, place=old.place, instance=instance)

    def clean(self) -> None:
        super().clean()
        if not self.errors and not set(self.changed_data) & set(DEFINITION):
            raise forms.ValidationError(_("Nothing in the definition has changed, so no new version is needed."))


def _check_scale(form: IndicatorForm) -> None:
    """Both ends or neither, in order; a share has 0 to 100 and needs none to be typed."""
    if "scale_min" in form.errors or "scale_max" in form.errors:
        return
    low, high = form.cleaned_data.get("scale_min"), form.cleaned_data.get("scale_max")
    if form.cleaned_data.get("shape") == Shape.SHARE:
        if (low, high) not in {(None, None), (Decimal(0), WHOLE)}:
            form.add_error("scale_max", _("A share goes from 0 to 100 per cent."))
        form.cleaned_data |= {"scale_min": Decimal(0), "scale_max": WHOLE}
    elif (low is None) != (high is None):
        form.add_error("scale_max" if high is None else "scale_min", _("Give both ends of the scale, or neither."))
    elif low is not None and high is not None and low >= high:
        form.add_error("scale_max", _("The highest possible is above the lowest."))


# --- Occasions ------------------------------------------------------------------------------------------------------


class OccasionForm(forms.ModelForm[Occasion]):
    # Its own field, for a model's brings an empty choice along.
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Occasion.Role.choices, widget=forms.RadioSelect)

    class Meta:
        model = Occasion
        fields: ClassVar = [
            "name",
            "role",
            "first",
            "last",
            "season",
            "method",
            "conducted_by",
            "weather",
            "note",
        ]
        widgets: ClassVar = {
            "first": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "last": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, data: Mapping[str, Any] | None = None, *, place: Place, instance: Occasion) -> None:
        instance.place = place
        self.was_last = instance.last
        super().__init__(data, instance=instance)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.instance.place.occasions.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is already an occasion of that name."))
        return name

    def clean_last(self) -> Any:  # noqa: ANN401  a date, as the field made it
        for day in {self.cleaned_data["last"], self.was_last} - {None}:
            validate_unlocked(self.instance.place, day)
        return self.cleaned_data["last"]

    def clean(self) -> None:
        super().clean()
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        elif first:
            self._check_order(first)

    def _check_order(self, first: Any) -> None:  # noqa: ANN401  a date, as the field made it
        others = self.instance.place.occasions.exclude(pk=self.instance.pk)
        baseline = others.filter(role=Occasion.Role.BASELINE).first()  # by its first day
        if self.cleaned_data.get("role") == Occasion.Role.FOLLOW_UP:
            if baseline and first <= baseline.first:
                self.add_error("first", _too_early(baseline))
        elif baseline is None:
            earliest = others.filter(role=Occasion.Role.FOLLOW_UP, readings__value__isnull=False).first()
            if earliest and first >= earliest.first:
                self.add_error("first", _too_late(earliest))


def _too_early(baseline: Occasion) -> str:
    text = _("A follow-up comes after the baseline, which began %(day)s (%(name)s).")
    return text % {"day": date_format(baseline.first), "name": baseline.name}


def _too_late(follow_up: Occasion) -> str:
    text = _("The baseline comes before the follow-up, which began %(day)s (%(name)s).")
    return text % {"day": date_format(follow_up.first), "name": follow_up.name}


# --- Readings -------------------------------------------------------------------------------------------------------


class ChangeField(forms.DecimalField):
    """A number that may be typed with the real minus that amp itself writes."""

    # The stubs derive a decimal field's answer from the whole-number field's.
    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # noqa: ANN401
        return super().to_python(value.replace(MINUS, "-") if isinstance(value, str) else value)


class ReadingForm(forms.ModelForm[Reading]):
    """One row of the grid: an indicator on the occasion. An empty row is no reading."""

    class Meta:
        model = Reading
        fields: ClassVar = ["value", "n", "spread", "exposure", "relative_change", "at_least", "source"]
        localized_fields: ClassVar = ["value", "n", "spread", "exposure", "relative_change"]
        labels: ClassVar = {"n": "n", "at_least": gettext_lazy("or more")}
        field_classes: ClassVar = {"relative_change": ChangeField}
        error_messages: ClassVar = {"n": {"min_value": gettext_lazy("n is not negative.")}}

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: Reading) -> None:
        super().__init__(data, instance=instance, prefix=f"r{instance.indicator_id}", use_required_attribute=False)
        self.indicator = instance.indicator
        if self.indicator.shape != Shape.MEAN:
            del self.fields["spread"]
        if self.indicator.shape != Shape.RATE:
            del self.fields["exposure"]
        for name, field in self.fields.items():
            described = f"{self.indicator}, {field.label}"
            field.widget.attrs |= {"aria-label": described, "autocomplete": "off"}
            if name not in {"at_least", "source"}:
                field.widget.attrs["inputmode"] = "decimal"
        _write_plainly(self)

    @property
    def blank(self) -> bool:
        """Whether nothing is typed in the row; a zero is something."""
        return all(value is None or value is False or value == "" for value in self.cleaned_data.values())

    def _get_validation_exclusions(self) -> set[str]:
        """All fields: clean() says the model's rules beside them, and an empty row is no reading to judge by those."""
        known: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # not in the stubs
        return known | set(self.fields)

    def clean_n(self) -> int | None:
        n: int | None = self.cleaned_data["n"]
        if n == 0 and self.indicator.shape != Shape.RATE:
            raise forms.ValidationError(_("With n = 0 nobody was measured. Leave the row empty."))
        return n

    def clean_spread(self) -> Decimal | None:
        spread: Decimal | None = self.cleaned_data["spread"]
        if spread is not None and spread < 0:
            raise forms.ValidationError(_("A standard deviation is not negative."))
        return spread

    def clean_exposure(self) -> Decimal | None:
        exposure: Decimal | None = self.cleaned_data["exposure"]
        if exposure is not None and exposure <= 0:
            raise forms.ValidationError(_("The exposure is more than zero."))
        return exposure

    def clean_relative_change(self) -> Decimal | None:
        change: Decimal | None = self.cleaned_data["relative_change"]
        if change is not None and change < -WHOLE:
            raise forms.ValidationError(_("Nothing falls by more than 100 per cent."))
        if change is not None and self.instance.occasion.role == Occasion.Role.BASELINE:
            raise forms.ValidationError(_("A change belongs to a follow-up, not to a baseline."))
        return change

    def clean_value(self) -> Decimal | None:
        value: Decimal | None = self.cleaned_data["value"]
        if value is not None and (problem := outside_scale(self.indicator, value)):
            raise forms.ValidationError(problem)
        return value

    def clean(self) -> None:
        super().clean()
        typed = self.cleaned_data
        if typed.get("at_least") and typed.get("relative_change") is None:
            self.add_error("relative_change", _("Write the change that it is more than."))
        if self.errors:
            return
        about = [typed.get(name) for name in ("n", "spread", "exposure")]
        if typed["relative_change"] is not None:
            if any(given is not None for given in (typed["value"], *about)):
                self.add_error("relative_change", _("Give a value, or only the published change."))
        elif typed.get("n") is not None and typed.get("exposure") is not None:
            self._check_rate(typed["value"], typed["n"], typed["exposure"])
        elif typed["value"] is None and any(given is not None for given in (*about, typed["source"] or None)):
            self.add_error("value", _("Write the value that the other figures belong to."))

    def _check_rate(self, value: Decimal | None, cases: int, exposure: Decimal) -> None:
        """A rate is its cases over its exposure: filled in when left out, refused when it is another."""
        rate = rounded(Fraction(cases) / Fraction(exposure), 4)
        if value is None:
            self.cleaned_data["value"] = rate
        elif abs(value - rate) > Decimal("0.5").scaleb(_exponent(value)):
            self.add_error("value", _("%(cases)s over %(exposure)s is %(rate)s.") % _rate_words(cases, exposure, rate))


def _rate_words(cases: int, exposure: Decimal, rate: Decimal) -> dict[str, str]:
    return {
        "cases": numbers.written(cases),
        "exposure": numbers.plain(plain(exposure)),
        "rate": numbers.trimmed(rate, 2),
    }


def _exponent(value: Decimal) -> int:
    """The last decimal that was typed: −1 for 9.4."""
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def outside_scale(indicator: Indicator, value: Decimal) -> str:
    """What is wrong with the value, empty when it is on the indicator's scale."""
    if indicator.shape == Shape.SHARE:
        return "" if 0 <= value <= WHOLE else _("A share is between 0 and 100 per cent.")
    if indicator.shape == Shape.RATE and value < 0:
        return _("There are never fewer than 0 cases.")
    low, high = indicator.scale_min, indicator.scale_max
    if low is None or high is None or low <= value <= high:
        return ""
    return _("Outside the scale, %(low)s to %(high)s.") % {"low": plain(low), "high": plain(high)}


class ReadingGrid:
    """All indicators of a place on one occasion, saved together or not at all."""

    def __init__(self, data: Mapping[str, Any] | None, *, occasion: Occasion) -> None:
        self.occasion = occasion
        self.data = data
        known = {reading.indicator_id: reading for reading in occasion.readings.select_related("indicator")}
        self.forms = [
            ReadingForm(data, instance=_reading(known, indicator, occasion))
            for indicator in _to_measure(occasion.place, known)
        ]
        self.problem = ""

    def is_valid(self) -> bool:
        self.problem = self._find_problem()
        # Every row is asked, so that all that is wrong is said at once.
        mistaken = [form for form in self.forms if not form.is_valid()]
        return not mistaken and not self.problem

    @property
    def mistakes(self) -> int:
        return sum(len(form.errors) for form in self.forms) if self.data is not None else 0

    def _find_problem(self) -> str:
        if self.occasion.first > timezone.localdate():
            return _("The occasion has not begun yet.")
        try:
            validate_unlocked(self.occasion.place, self.occasion.last)
        except forms.ValidationError as locked:
            return " ".join(locked.messages)
        return ""

    @transaction.atomic
    def save(self) -> int:
        """How many readings the occasion has now. An emptied row takes its reading away."""
        kept = 0
        for form in self.forms:
            if not form.blank:
                form.save()
                kept += 1
            elif form.instance.pk:
                form.instance.delete()
        return kept


def _to_measure(place: Place, known: Mapping[int, Reading]) -> list[Indicator]:
    """The newest version of each indicator, and older ones that were read on the occasion."""
    newest: dict[str, Indicator] = {}
    indicators = list(place.indicators.all())
    for indicator in sorted(indicators, key=lambda one: one.version):
        newest[indicator.name] = indicator
    current = {indicator.pk for indicator in newest.values()}
    return [indicator for indicator in indicators if indicator.pk in current or indicator.pk in known]


def _reading(known: Mapping[int, Reading], indicator: Indicator, occasion: Occasion) -> Reading:
    reading = known.get(indicator.pk) or Reading(indicator=indicator, occasion=occasion)
    # Fetched once, so that no row asks for its occasion again.
    reading.occasion = occasion
    return reading


# --- Targets --------------------------------------------------------------------------------------------------------


class TargetForm(forms.ModelForm[Target]):
    class Meta:
        model = Target
        fields: ClassVar = ["year", "value"]
        localized_fields: ClassVar = ["value"]

    def __init__(self, data: Mapping[str, Any] | None = None, *, indicator: Indicator, instance: Target) -> None:
        instance.indicator = indicator
        super().__init__(data, instance=instance)
        _write_plainly(self)

    def clean_year(self) -> int | None:
        year: int | None = self.cleaned_data["year"]
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            raise forms.ValidationError(_("Write the year with four figures."))
        if self.instance.indicator.targets.filter(year=year).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is already a target for that year."))
        return year

    def clean_value(self) -> Decimal:
        value: Decimal = self.cleaned_data["value"]
        if problem := outside_scale(self.instance.indicator, value):
            raise forms.ValidationError(problem)
        return value


def plain(number: Decimal) -> Decimal:
    """Without the zeros that the database pads with; 10 stays 10 rather than 1E+1."""
    return number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize()


def _write_plainly(form: forms.ModelForm[Any]) -> None:
    for name, value in _decimals(form.initial):
        form.initial[name] = plain(value)


def _decimals(initial: Mapping[str, Any]) -> Iterable[tuple[str, Decimal]]:
    return [(name, value) for name, value in initial.items() if isinstance(value, Decimal)]
