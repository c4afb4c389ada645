"""Whole counts put right: withdrawn, moved or merged, each with its reason, and with what it does before it is done."""

import datetime as dt
import hashlib
from typing import Any, TypeAlias
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.models import Occurrence
from measurements import corrections
from measurements.corrections import Effect, Merging
from measurements.forms.count import NO_NAMES, DateField, TimeField
from measurements.models import Headcount, Measure
from measurements.rules import Ground
from places.models import Line, User, Zone

# An occurrence that a count was put on by mistake is seldom further away than this.
DAYS_AROUND = 14


class ReasonForm(forms.Form):
    """What the three have in common: the count, and the reason it is put right for."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=corrections.LONGEST_REASON,
        help_text=NO_NAMES,
        error_messages={"required": _("Write why the number is corrected.")},
    )

    def __init__(self, *args: Any, headcount: Headcount, **kwargs: Any) -> None:  # noqa: ANN401  passed on
        super().__init__(*args, **kwargs)
        self.headcount = headcount
        self.doubts: dict[str, str] = {}

    def effects(self) -> list[Effect]:
        raise NotImplementedError

    def target(self) -> str:
        """What was chosen, so that two targets with the same effects are told apart."""
        return ""

    def shown(self) -> str:
        """A digest of what a preview shows; the confirmation sends it back. Needs valid data, where effects do."""
        return hashlib.sha256(f"{self.target()} {self.effects()}".encode()).hexdigest()

    def ask(self, name: str | None, rule: Any) -> None:  # noqa: ANN401  a rule
        """Put what the rule says beside the field."""
        try:
            rule()
        except ValidationError as error:
            self.add_error(name, error)


class WithdrawForm(ReasonForm):
    """Take the count out of every figure."""

    def effects(self) -> list[Effect]:
        return corrections.effect_of_withdrawing(self.headcount)

    def save(self, by: User) -> tuple[Headcount, Headcount]:
        count = corrections.withdraw(headcount=self.headcount, reason=self.cleaned_data["reason"], by=by)
        return count, count


class OccurrenceChoice(forms.ModelChoiceField[Occurrence]):
    def label_from_instance(self, obj: Any) -> str:  # noqa: ANN401  Django's own
        return f"{date_format(timezone.localtime(obj.starts_at), 'j F H:i')} {obj.title}"


class MoveForm(ReasonForm):
    """Put the count where and when it was made."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    zone = forms.ModelChoiceField(Zone.objects.none(), label=_("Zone"), empty_label=None)
    line = forms.ModelChoiceField(Line.objects.none(), label=_("Counting line"), empty_label=None)
    occurrence = OccurrenceChoice(Occurrence.objects.none(), label=_("Occurrence"), empty_label=None)
    date = DateField(label=_("Date"))
    time = TimeField(label=_("Time"))

    field_order = ("zone", "line", "occurrence", "date", "time", "reason")

    def __init__(self, *args: Any, headcount: Headcount, **kwargs: Any) -> None:  # noqa: ANN401  passed on
        super().__init__(*args, headcount=headcount, **kwargs)
        began = timezone.localtime(headcount.started_at)
        now = {"uuid": uuid4(), "date": began.date(), "time": began.strftime("%H:%M")}
        ground = {"zone": headcount.zone_id, "line": headcount.line_id, "occurrence": headcount.occurrence_id}
        self.initial = {**now, **ground, **self.initial}
        own = {
            Measure.STAYING: {"zone", "date", "time"},
            Measure.PASSING: {"line", "date", "time"},
            Measure.PARTICIPATING: {"occurrence"},
        }[Measure(headcount.measure)]
        for name in {"zone", "line", "occurrence", "date", "time"} - own:
            del self.fields[name]
        self._offer(own)

    def _offer(self, own: set[str]) -> None:
        place = self.headcount.place
        around = (self.headcount.date - dt.timedelta(DAYS_AROUND), self.headcount.date + dt.timedelta(DAYS_AROUND))
        near = place.occurrences.filter(date__range=around).exclude(outcome=Occurrence.Outcome.CANCELLED)
        for name, rows in (("zone", place.zones), ("line", place.lines), ("occurrence", near)):
            if name in own:
                self.fields[name].queryset = rows.all()  # type: ignore[attr-defined]  # a choice of rows

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            self.ask(None, lambda: corrections.validate_move(self.headcount, self.ground, self.started_at))
        return data

    @property
    def ground(self) -> Ground:
        names = ("zone", "line", "occurrence")
        found: Ground = next(self.cleaned_data[name] for name in names if self.cleaned_data.get(name))
        return found

    @property
    def started_at(self) -> dt.datetime:
        """Seconds, which nobody types, stay as they were where the time stays."""
        if isinstance(self.ground, Occurrence):
            return self.ground.starts_at
        day, time = self.cleaned_data["date"], self.cleaned_data["time"]
        began = timezone.localtime(self.headcount.started_at)
        if (day, time) == (began.date(), began.time().replace(second=0, microsecond=0)):
            return self.headcount.started_at
        return timezone.make_aware(dt.datetime.combine(day, time))

    def target(self) -> str:
        return f"{self.ground.pk} {self.started_at.isoformat()}"

    def effects(self) -> list[Effect]:
        return corrections.effect_of_moving(self.headcount, self.ground, self.started_at)

    def save(self, by: User) -> tuple[Headcount, Headcount]:
        moved = corrections.move(
            headcount=self.headcount,
            uuid=self.cleaned_data["uuid"],
            ground=self.ground,
            started_at=self.started_at,
            reason=self.cleaned_data["reason"],
            by=by,
        )
        return moved, self.headcount


class CountChoice(forms.ModelChoiceField[Headcount]):
    def label_from_instance(self, obj: Any) -> str:  # noqa: ANN401  Django's own
        return gettext("%(clock)s, %(people)s people, %(level)s, counted by %(who)s") % {
            "clock": date_format(timezone.localtime(obj.started_at), "H:i"),
            "people": obj.people,
            "level": obj.get_level_display(),
            "who": obj.by.name,
        }


class MergeForm(ReasonForm):
    """Make this count and another of the same crowd one."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    other = CountChoice(Headcount.objects.none(), label=_("Merge with"), widget=forms.RadioSelect, empty_label=None)

    field_order = ("other", "reason")

    def __init__(self, *args: Any, headcount: Headcount, **kwargs: Any) -> None:  # noqa: ANN401  passed on
        super().__init__(*args, headcount=headcount, **kwargs)
        self.initial.setdefault("uuid", uuid4())
        found = corrections.mergeable(headcount).select_related("by")
        self.fields["other"].queryset = found  # type: ignore[attr-defined]  # a choice of rows

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            self.ask("other", lambda: self.merging)
        if not self.errors and self.merging.loses and "other-sure" not in self.data:
            self.doubts["other"] = gettext(
                "The two do not tell people apart alike. Together they tell %(level)s, and what one tells beyond that "
                "is in no figure any more."
            ) % {"level": self.merging.level_label}
        return data

    @cached_property
    def merging(self) -> Merging:
        return corrections.merging(self.headcount, self.cleaned_data["other"])

    def target(self) -> str:
        return f"{self.cleaned_data['other'].pk} {self.cleaned_data['other'].people}"

    def effects(self) -> list[Effect]:
        return corrections.effect_of_merging(self.headcount)

    def save(self, by: User) -> tuple[Headcount, Headcount]:
        other = self.cleaned_data["other"]
        kept = corrections.merge(
            headcount=self.headcount,
            other=other,
            uuid=self.cleaned_data["uuid"],
            reason=self.cleaned_data["reason"],
            by=by,
        )
        return kept, other if kept.pk == self.headcount.pk else self.headcount


# Each tells the `effects` it will have, once it is valid (a withdrawal also before), and its `save` gives back the
# count that stands afterwards and the one that was withdrawn, or raises ValidationError.
Correction: TypeAlias = WithdrawForm | MoveForm | MergeForm
