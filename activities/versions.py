"""Two people have changed the same thing: what one has typed and what the other has saved, side by side."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.forms import Field, HiddenInput
from django.utils.formats import date_format, localize
from django.utils.text import capfirst

from activities.forms.plan import VersionedForm
from places.history import NOTHING, history_of
from places.models import User


@dataclass(frozen=True)
class Version:
    """One field that differs between the two."""

    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class TwoVersions:
    """Where they differ, and who saved the other one, when."""

    # None where it was changed by no one signed in.
    who: User | None
    at: dt.datetime
    fields: list[Version]
    # What became of it besides; empty for nothing.
    meanwhile: str = ""


def two_versions(form: VersionedForm) -> TwoVersions | None:
    """None unless the row was changed by another since the form was drawn, into something else than what was typed."""
    if not form.is_bound or not form.is_stale or not form.is_valid():
        return None
    stored = form.stored
    theirs = type(form)(form.place, instance=stored)
    fields = [
        Version(capfirst(str(form[name].label)), mine, other)
        for name, field in form.fields.items()
        if name in theirs.fields and name != "scope" and not isinstance(field.widget, HiddenInput)
        and (mine := _words(field, form[name].value())) != (other := _words(field, theirs[name].value()))
    ]  # fmt: skip
    meanwhile = form.meanwhile
    form.see_the_latest()
    if not fields or stored is None:
        return None
    changes = history_of(stored).changes
    return TwoVersions(changes[0].who if changes else None, stored.changed_at, fields, meanwhile)


def _words(field: Field, raw: Any) -> str:  # noqa: ANN401  as typed, or as stored
    value = field.clean(field.prepare_value(raw))
    choices = dict(getattr(field, "choices", []) if not hasattr(field, "queryset") else [])
    if isinstance(value, list):
        return ", ".join(str(choices.get(one, "")) or _one(one) for one in value) or NOTHING
    return str(choices.get(value) or _one(value))


def _one(value: Any) -> str:  # noqa: ANN401  whatever a field holds
    if value is None or value == "":
        return NOTHING
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, dt.date):
        return date_format(value, "j F Y")
    # A browser ends its lines in another way than what was not typed in one.
    return "\n".join(str(localize(value)).splitlines())
