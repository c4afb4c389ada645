"""Who changed a row, when, and from what to what, told in the words of its fields."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from pghistory.middleware import HistoryMiddleware

from places.models import User

A_PAGE = 10
NOTHING = "–"


class PersonMiddleware(HistoryMiddleware):
    """Writes the person's key beside what they change, and nothing else about the request."""

    def get_context(self, request: Any) -> dict[str, Any]:  # noqa: ANN401  the library's own
        return {"user": super().get_context(request)["user"]}


@dataclass(frozen=True)
class Difference:
    """One field that changed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """What one person changed at one time."""

    at: dt.datetime
    # None where it was changed by no one signed in, such as the nightly work.
    who: User | None
    differences: list[Difference]


@dataclass(frozen=True)
class History:
    """One page of the changes, newest first, and where in them it is."""

    changes: list[Change]
    page: Page[Any]


def history_of(row: Any, page: str | None = None) -> History:  # noqa: ANN401  any tracked model
    """
    The changes of one row. Costs four queries, and one for each sort of row that its fields point at.

    An event holds the row as it was; what it became is the next event, or the row as it stands.
    """
    events = row.events.filter(pgh_label="update").select_related("pgh_context").order_by("-pgh_id")
    shown = Paginator(events, A_PAGE).get_page(page)
    older = list(shown)
    newest = older[0].pgh_id if older else 0
    newer = row.events.filter(pgh_label="update", pgh_id__gt=newest).order_by("pgh_id").first() if older else None
    versions = [newer or row, *older]
    fields = [field for field in _shown_fields(row) if hasattr(versions[-1], field.attname)]
    names = _names(fields, versions)
    people = User.objects.in_bulk({key for event in older if (key := _person(event))})
    changes = [
        Change(event.pgh_created_at, people.get(_person(event) or 0), _differences(fields, event, after, names))
        for after, event in zip(versions, older, strict=False)
    ]
    return History([change for change in changes if change.differences], shown)


def forget(row: Any) -> None:  # noqa: ANN401  any model
    """Delete the history of a row too; nothing for a model without one."""
    if hasattr(row, "events"):
        row.events.model.objects.filter(pgh_obj_id=row.pk).delete()


def _person(event: Any) -> int | None:  # noqa: ANN401  made by the library
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def _shown_fields(row: models.Model) -> list[Any]:
    """Those with a name of their own in words; who and when stand beside the change anyway."""
    return [field for field in row._meta.concrete_fields if isinstance(field.verbose_name, Promise)]  # noqa: SLF001


def _names(fields: Iterable[Any], versions: Sequence[Any]) -> dict[str, dict[Any, Any]]:
    """What each field that points at another row pointed at; one trip for each such field."""
    return {
        field.attname: field.related_model._default_manager.in_bulk(  # noqa: SLF001
            {key for version in versions if (key := getattr(version, field.attname)) is not None}
        )
        for field in fields
        if field.is_relation
    }


def _differences(
    fields: Iterable[Any],
    before: Any,  # noqa: ANN401  an event
    after: Any,  # noqa: ANN401  an event or the row
    names: dict[str, dict[Any, Any]],
) -> list[Difference]:
    return [
        Difference(capfirst(str(field.verbose_name)), _words(field, was, names), _words(field, became, names))
        for field in fields
        if (was := getattr(before, field.attname)) != (became := getattr(after, field.attname))
    ]


def _words(field: Any, value: Any, names: dict[str, dict[Any, Any]]) -> str:  # noqa: ANN401, PLR0911  a return a sort
    if value is None or value in ("", []):
        return NOTHING
    if field.is_relation:
        return str(names[field.attname].get(value, NOTHING))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_words(field.base_field, one, names) for one in value)
    if isinstance(value, dict):
        return _("another shape")
    return _time_words(value) if isinstance(value, dt.date | dt.time) else str(localize(value))


def _time_words(value: dt.date | dt.time) -> str:
    if isinstance(value, dt.datetime):
        return date_format(timezone.localtime(value), "j F Y H:i")
    return date_format(value, "j F Y") if isinstance(value, dt.date) else f"{value:%H:%M}"
