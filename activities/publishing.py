"""Which seasons of the plan are everyone's to see, and what has changed in them since."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, cast
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from activities.models import Kind, Occurrence, Season
from places.models import Place, User, Zone
from places.periods import Period

# --- Publishing -------------------------------------------------------------------------------------------------------


@transaction.atomic
def publish_season(*, season: Season, by: User) -> Season:
    """Let everyone see the season's programme. One that is published already keeps its time and its name."""
    season = Season.objects.select_for_update().get(pk=season.pk)
    if season.published_at is None:
        # By the database's clock, which the history that comes after is kept by.
        season.published_at, season.published_by = Now(), by
        season.save(update_fields=["published_at", "published_by"])
        season.refresh_from_db()
    return season


@transaction.atomic
def take_back_publication(*, season: Season, by: User) -> Season:  # noqa: ARG001  a draft is published by nobody
    """Make the season a draft again: it leaves the public pages and feeds, and what changes in it is not listed."""
    season = Season.objects.select_for_update().get(pk=season.pk)
    season.published_at = season.published_by = None
    season.save(update_fields=["published_at", "published_by"])
    return season


# --- What is published ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """A published season of one place, and since when it has been."""

    place_id: int
    period: Period
    since: dt.datetime


@dataclass(frozen=True)
class Published:
    """The published seasons of some places. What happened without having been planned belongs to no programme."""

    stretches: list[Stretch]

    @classmethod
    def of(cls, places: Iterable[Place]) -> Self:
        """One query, however many the places."""
        return cls.by(Season.objects.filter(place__in=list(places), published_at__isnull=False))

    @classmethod
    def by(cls, seasons: Iterable[Season]) -> Self:
        """Of these seasons, those that are published."""
        return cls([Stretch(one.place_id, one.period, one.published_at) for one in seasons if one.published_at])

    @property
    def first(self) -> dt.datetime | None:
        """When the first of them was published; None when none is."""
        return min((one.since for one in self.stretches), default=None)

    def shows(self, place_id: int, day: dt.date, at: dt.datetime | None = None) -> bool:
        """Whether that day's programme is everyone's, or was at that time."""
        return any(
            one.place_id == place_id and day in one.period and (at is None or one.since < at) for one in self.stretches
        )

    def dated(self) -> Q:
        """For rows with a place and a date: those of the published seasons; of none, no rows."""
        return _either(Q(place=one.place_id, date__range=(one.period.first, one.period.last)) for one in self.stretches)

    def changed(self) -> Q:
        """For the history: what was of a published season when it was changed."""
        return _either(
            Q(place=one.place_id, date__range=(one.period.first, one.period.last), pgh_created_at__gt=one.since)
            for one in self.stretches
        )

    def occurrences(self) -> "models.QuerySet[Occurrence]":
        """All that the published seasons hold, cancelled too."""
        found: models.QuerySet[Occurrence] = Occurrence.objects.filter(self.dated(), was_planned=True)
        return found


def _either(conditions: Iterable[Q]) -> Q:
    together = Q(pk__in=[])
    for one in conditions:
        together |= one
    return together


# --- What has changed since -------------------------------------------------------------------------------------------


class What(models.TextChoices):
    """What became of something in a published programme."""

    ADDED = "added", pgettext_lazy("programme", "Added")
    MOVED = "moved", pgettext_lazy("programme", "Moved")
    RENAMED = "renamed", pgettext_lazy("programme", "Renamed")
    CANCELLED = "cancelled", pgettext_lazy("programme", "Cancelled")
    RESTORED = "restored", pgettext_lazy("programme", "On after all")
    REMOVED = "removed", pgettext_lazy("programme", "Removed")


@dataclass(frozen=True)
class Version:
    """An occurrence as its programme told of it at one time."""

    pk: int
    uid: UUID
    place_id: int
    title: str
    kind: str
    date: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime
    # The zone's name; empty for no zone.
    zone: str
    outcome: str
    made_at: dt.datetime
    responsible_id: int | None
    series_id: int | None

    @property
    def is_cancelled(self) -> bool:
        return self.outcome == Occurrence.Outcome.CANCELLED

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def last_date(self) -> dt.date:
        """The day it ends on, midnight belonging to the day before."""
        return timezone.localdate(self.ends_at - dt.timedelta(microseconds=1))

    @property
    def when(self) -> tuple[dt.datetime, dt.datetime, str]:
        return self.starts_at, self.ends_at, self.zone


@dataclass(frozen=True)
class ProgrammeChange:
    """One thing that changed in a published programme. Nothing stands before what is new, or after what is gone."""

    at: dt.datetime
    what: What
    before: Version | None
    after: Version | None
    # None where nobody signed in did it, and for what was added: what is new tells nobody's name.
    who: User | None = None
    # The key of `who`.
    user_id: int | None = None

    @property
    def shown(self) -> Version:
        """As it stands now; as it last stood, when it is gone."""
        return cast("Version", self.after or self.before)

    @property
    def last_date(self) -> dt.date:
        """The last day that anyone who had read the programme would come on."""
        return max(one.last_date for one in (self.before, self.after) if one)


def changes_since(published: Published, since: dt.datetime | None = None) -> list[ProgrammeChange]:
    """
    What has changed in the published seasons since they were published and since then; newest first, without names.

    Three queries, however much has changed; none when nothing is published.
    """
    first = published.first
    if first is None:
        return []
    since = max(first, since or first)
    changes = [change for chain in _chains(published, since) for change in _changes(chain, published, since)]
    return sorted(changes, key=lambda one: (one.at, one.shown.starts_at, one.shown.pk), reverse=True)


def with_people(changes: Sequence[ProgrammeChange]) -> list[ProgrammeChange]:
    """For those who work at the place: with who did it. One query."""
    people = User.objects.in_bulk({one.user_id for one in changes if one.user_id})
    return [replace(one, who=people.get(one.user_id or 0)) for one in changes]


@dataclass(frozen=True)
class Withdrawn:
    """Something that stood in a published programme and does no more."""

    last: Version
    at: dt.datetime
    # No less than any that a calendar has been told.
    sequence: int


def withdrawn(published: Published, first: dt.date) -> list[Withdrawn]:
    """What was removed, or moved out of the published seasons, of those that were to be on `first` or later."""
    events = _events().filter(published.changed(), was_planned=True, date__gte=first)
    events = events.exclude(pgh_obj_id__in=published.occurrences().values("pk"))
    rows = list(events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id").values(*_COLUMNS, *_OF_EVENTS))
    keys = [row["pgh_obj_id"] for row in rows]
    counted = _events().filter(pgh_obj_id__in=keys).order_by().values_list("pgh_obj_id").annotate(Count("pk"))
    # Each change that raised the sequence is in the history, and so is the removal.
    sequences = dict(counted) | dict(Occurrence.objects.filter(pk__in=keys).values_list("pk", "sequence"))
    zones = _zones(published)
    gone = [Withdrawn(_version(row, zones), row["pgh_created_at"], sequences[row["pgh_obj_id"]]) for row in rows]
    return sorted(gone, key=lambda one: (one.last.starts_at, one.last.pk))


# --- From the history -------------------------------------------------------------------------------------------------

_COLUMNS = (
    *("id", "uid", "place_id", "title", "kind", "date", "starts_at", "ends_at", "zone_id", "outcome"),
    *("made_at", "responsible_id", "series_id"),
)
_OF_EVENTS = ("pgh_obj_id", "pgh_created_at", "pgh_label", "pgh_context__metadata")


@dataclass(frozen=True)
class _Step:
    """One change: the row as it was, and as it became; None when it was removed."""

    at: dt.datetime
    user_id: int | None
    before: Version
    after: Version | None


@dataclass(frozen=True)
class _Chain:
    """What became of one occurrence, in order."""

    first: Version
    steps: list[_Step]


def _events() -> Any:  # noqa: ANN401  the model is made by the library
    return apps.get_model("activities", "OccurrenceEvent").objects


def _zones(published: Published) -> dict[int, str]:
    places = {one.place_id for one in published.stretches}
    return dict(Zone.objects.filter(place__in=places).values_list("pk", "name"))


def _version(row: dict[str, Any], zones: dict[int, str]) -> Version:
    names = {name: row[name] for name in _COLUMNS if name not in {"id", "zone_id"}}
    return Version(pk=row["id"], zone=zones.get(row["zone_id"], ""), **names)


def _chains(published: Published, since: dt.datetime) -> Iterator[_Chain]:
    """Of everything that was, or is, in the published seasons and has changed or come since then."""
    later = _events().filter(pgh_created_at__gt=since, was_planned=True)
    touched = later.filter(published.dated()).values("pgh_obj_id")
    there = published.occurrences()
    concerned = later.filter(Q(pgh_obj_id__in=touched) | Q(pgh_obj_id__in=there.values("pk")))
    events = defaultdict(list)
    for event in concerned.order_by("pgh_id").values(*_COLUMNS, *_OF_EVENTS):
        events[event["pgh_obj_id"]].append(event)
    known = Occurrence.objects.filter(was_planned=True)
    rows = known.filter(pk__in=events) | there.filter(made_at__gt=since)
    zones = _zones(published)
    now = {row["id"]: _version(row, zones) for row in rows.values(*_COLUMNS)}
    for key in events.keys() | now.keys():
        versions = [_version(event, zones) for event in events[key]]
        became = [*versions[1:], now.get(key)]
        steps = [
            _Step(event["pgh_created_at"], (event["pgh_context__metadata"] or {}).get("user"), before, after)
            for event, before, after in zip(events[key], versions, became, strict=False)
        ]
        yield _Chain(versions[0] if versions else now[key], steps)


def _changes(chain: _Chain, published: Published, since: dt.datetime) -> Iterator[ProgrammeChange]:
    first = chain.first
    if first.made_at > since and published.shows(first.place_id, first.date, first.made_at):
        yield ProgrammeChange(first.made_at, What.ADDED, None, first)
    for step in chain.steps:
        for what in _kinds(step, published):
            before = None if what is What.ADDED else step.before
            after = None if what is What.REMOVED else step.after
            yield ProgrammeChange(step.at, what, before, after, user_id=step.user_id)


def _kinds(step: _Step, published: Published) -> Iterator[What]:
    before, after = step.before, step.after
    was = published.shows(before.place_id, before.date, step.at)
    is_there = after is not None and published.shows(after.place_id, after.date, step.at)
    if after is None or was != is_there:
        if was:
            yield What.REMOVED
        elif is_there:
            yield What.ADDED
        return
    if not was:
        return
    if before.title != after.title:
        yield What.RENAMED
    if before.when != after.when:
        yield What.MOVED
    if before.is_cancelled != after.is_cancelled:
        yield What.CANCELLED if after.is_cancelled else What.RESTORED
