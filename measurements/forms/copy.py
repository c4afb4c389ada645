"""Which part of which year to copy, and what of it comes along."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.copies import Asked, Candidate, Choice, Copied, copy_chosen
from activities.models import Season
from measurements.last_time import LastTime
from places.models import PeriodLock, Place, User
from places.periods import Kind as PeriodKind
from places.periods import Period

# How many years back one copies from, and how many ahead one plans.
YEARS_BACK, YEARS_AHEAD = 2, 2


class CopyFilter(forms.Form):
    """A year or a season of the past, and the year it is to be planned for; by default the coming season."""

    period = forms.ChoiceField(label=gettext_lazy("Copy from"))
    to = forms.TypedChoiceField(label=gettext_lazy("To the year"), coerce=int)

    def __init__(self, query: Mapping[str, str], today: dt.date) -> None:
        coming = Period.containing(today, PeriodKind.SEASON).next()
        start = {"period": coming.a_year_before().code, "to": str(coming.last.year)}
        super().__init__(start | {name: query[name] for name in start if query.get(name)})
        years = range(today.year, today.year - YEARS_BACK - 1, -1)
        self.fields["period"].choices = [(str(year), _stretches(year)) for year in years]  # type: ignore[attr-defined]
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (year, str(year)) for year in range(today.year, today.year + YEARS_AHEAD + 1)
        ]
        self.start = start

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"period", "to"} <= given.keys() and given["to"] <= Period.parse(given["period"]).last.year:
            self.add_error("to", _("Choose a year after the one you copy from."))
        return given

    @property
    def asked(self) -> Asked:
        """What is asked for; for nonsense the coming season, with the mistake told beside its field."""
        given = self.cleaned_data if self.is_valid() else self.start
        period = Period.parse(str(given["period"]))
        return Asked(period, int(given["to"]) - period.last.year)


def _stretches(year: int) -> list[tuple[str, str]]:
    seasons = [(Period.season(year, name).code, capfirst(f"{name.label} {year}")) for name in Season.Name]
    return [(str(year), _("All of %(year)s") % {"year": year}), *seasons]


@dataclass(frozen=True)
class CopyRow:
    """One candidate as the page shows it: what it was, and the fields of what it will be."""

    candidate: Candidate
    then: LastTime
    # None where it cannot be copied.
    take: BoundField | None
    date: BoundField | None
    # Of a series with days in the way.
    leave_out: BoundField | None


class CopyForm(forms.Form):
    """A tick box and a date for each candidate. Nothing is made before it is saved."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        place: Place,
        asked: Asked,
        candidates: Sequence[Candidate],
        then: Mapping[str, LastTime],
    ) -> None:
        super().__init__(data)
        self.place, self.asked, self.candidates, self.then = place, asked, candidates, then
        self.locks: list[PeriodLock] = list(place.locks.all()) if data is not None else []
        for one in candidates:
            if one.can_be_copied:
                self._add_fields(one)

    def _add_fields(self, one: Candidate) -> None:
        self.fields[f"take-{one.key}"] = forms.BooleanField(
            label=_("Copy %(title)s") % {"title": one.title}, required=False, initial=one.is_proposed
        )
        words = _("First day of %(title)s") if one.is_series else _("New day of %(title)s")
        self.fields[f"date-{one.key}"] = forms.DateField(
            label=words % {"title": one.title},
            required=False,
            initial=one.date,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
        if one.is_series and one.in_the_way:
            self.fields[f"leave-{one.key}"] = forms.BooleanField(
                label=_("Leave these days out"), required=False, initial=True
            )

    def rows(self) -> Iterator[CopyRow]:
        for one in self.candidates:
            take, date, leave = (f"{name}-{one.key}" for name in ("take", "date", "leave"))
            yield CopyRow(
                one,
                self.then[one.key],
                self[take] if take in self.fields else None,
                self[date] if date in self.fields else None,
                self[leave] if leave in self.fields else None,
            )

    @property
    def series_rows(self) -> list[CopyRow]:
        return [row for row in self.rows() if row.candidate.is_series]

    @property
    def single_rows(self) -> list[CopyRow]:
        return [row for row in self.rows() if not row.candidate.is_series]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        taken = [one for one in self.candidates if given.get(f"take-{one.key}")]
        if not taken:
            raise ValidationError(_("Tick at least one thing to copy."), code="nothing")
        for one in taken:
            name = f"date-{one.key}"
            if name not in self.errors and (problem := self._problem(one, given.get(name))):
                self.add_error(name, problem)
        return given

    def _problem(self, one: Candidate, day: dt.date | None) -> str:
        if day is None:
            return _("Choose a day.")
        if day < timezone.localdate():
            return _("That day has passed.")
        if any(lock.first <= day <= lock.last for lock in self.locks):
            return _("That day lies in a locked period.")
        if one.rhythm and day > one.rhythm.last:
            return _("The series would end before it begins.")
        return ""

    def save(self, by: User) -> Copied:
        """ValidationError when something came in between."""
        given = self.cleaned_data
        chosen = [
            Choice(one.key, given[f"date-{one.key}"], leave_out=given.get(f"leave-{one.key}", True))
            for one in self.candidates
            if given.get(f"take-{one.key}")
        ]
        return copy_chosen(place=self.place, asked=self.asked, chosen=chosen, by=by)
