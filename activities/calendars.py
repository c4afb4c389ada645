"""The plan as calendars that others subscribe to: iCalendar (RFC 5545, RFC 7986), one feed a place and one a person."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities.models import CalendarKey, Kind, Occurrence, TargetGroup, lasts_days
from activities.publishing import Published, Withdrawn, withdrawn
from activities.queries import midnight
from places.models import Place, User
from places.periods import ONE_DAY

if TYPE_CHECKING:
    from icalendar import Component

# What is longer past leaves the calendars.
DAYS_KEPT = 92
# How often a calendar may ask: a cancellation in the morning is known by noon.
REFRESH = dt.timedelta(hours=4)
# Raised when the same plan is written in another way, so that no calendar keeps the old one.
FORMAT = 1
TOKEN_BYTES = 32
ZONE = ZoneInfo(settings.TIME_ZONE)


# --- The key to one's own calendar ------------------------------------------------------------------------------------


@transaction.atomic
def renew_calendar_key(*, by: User) -> CalendarKey:
    """A new secret address; the one before it leads nowhere from now on."""
    key, _made = CalendarKey.objects.update_or_create(
        user=by, defaults={"token": secrets.token_urlsafe(TOKEN_BYTES), "made_at": timezone.now()}
    )
    return key


def remove_calendar_key(*, by: User) -> None:
    """The address leads nowhere from now on, and there is no other."""
    CalendarKey.objects.filter(user=by).delete()


# --- What stands in a calendar ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One thing in a calendar; its status is in the words of iCalendar."""

    uid: str
    sequence: int
    status: str
    title: str
    kind: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    zone: str
    partner: str
    groups: tuple[str, ...]
    made_at: dt.datetime
    changed_at: dt.datetime
    path: str

    @property
    def lasts_days(self) -> bool:
        return lasts_days(self.starts_at, self.ends_at)


def public_entries(place: Place, today: dt.date) -> list[Entry]:
    """What the place has published, with what was cancelled or removed since. Six queries."""
    published = Published.of([place])
    first = today - DAYS_KEPT * ONE_DAY
    path = reverse("programme:week", args=[place.slug])
    rows = published.occurrences().filter(ends_at__gte=midnight(first)).select_related("zone", "partner")
    entries = [_entry(row, place, CONFIRMED, f"{path}?week={row.date:%G-W%V}#{row.uid}") for row in rows]
    return _in_order([*entries, *(_gone(one, place, path) for one in withdrawn(published, first))])


def personal_entries(user: User, today: dt.date, *, only_mine: bool) -> list[Entry]:
    """The plan of all the places one works at, drafts too, or what one is responsible for. Seven queries."""
    places = {place.pk: place for place in Place.objects.run_by(user).filter(practice_of=None)}
    published = Published.of(places.values())
    first = today - DAYS_KEPT * ONE_DAY
    rows = Occurrence.objects.filter(place__in=places, was_planned=True, ends_at__gte=midnight(first))
    gone = withdrawn(published, first)
    if only_mine:
        rows = rows.filter(responsible=user)
        gone = [one for one in gone if one.last.responsible_id == user.pk]
    # Moved into a draft it is in the plan still, and its people go by that.
    there = {row.pk: row for row in rows.select_related("zone", "partner")}
    entries = [
        _entry(
            row,
            places[row.place_id],
            CONFIRMED if published.shows(row.place_id, row.date) else TENTATIVE,
            reverse("activities:occurrence_detail", args=[places[row.place_id].slug, row.pk]),
        )
        for row in there.values()
    ]
    removed = [_removed(one, places[one.last.place_id]) for one in gone if one.last.pk not in there]
    return _in_order([*entries, *removed])


def _removed(one: Withdrawn, place: Place) -> Entry:
    """It has no page of its own any more."""
    return _gone(one, place, reverse("activities:programme", args=[place.slug]))


CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"


def _entry(row: Occurrence, place: Place, status: str, path: str) -> Entry:
    return Entry(
        uid=str(row.uid),
        sequence=row.sequence,
        status=CANCELLED if row.outcome == Occurrence.Outcome.CANCELLED else status,
        title=row.title,
        kind=row.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=place.name,
        zone=row.zone.name if row.zone else "",
        partner=row.partner.name if row.partner else "",
        groups=tuple(row.target_groups),
        made_at=row.made_at,
        changed_at=row.changed_at,
        path=path,
    )


def _gone(one: Withdrawn, place: Place, path: str) -> Entry:
    last = one.last
    return Entry(
        uid=str(last.uid),
        sequence=one.sequence,
        status=CANCELLED,
        title=last.title,
        kind=last.kind,
        starts_at=last.starts_at,
        ends_at=last.ends_at,
        place=place.name,
        zone=last.zone,
        partner="",
        groups=(),
        made_at=last.made_at,
        changed_at=one.at,
        path=path,
    )


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda one: (one.starts_at, one.uid))


# --- The calendar itself ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Feed:
    """A calendar with its name, in the language that is active when it is written."""

    name: str
    entries: list[Entry]
    # The server that the entries' paths are on.
    base: str

    @property
    def etag(self) -> str:
        """The same as long as the calendar would read the same."""
        told = repr((FORMAT, get_language(), self.name, self.base, self.entries))
        return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'

    @property
    def changed_at(self) -> dt.datetime | None:
        """When anything in it last changed; None when it is empty."""
        return max((one.changed_at for one in self.entries), default=None)

    def write(self) -> bytes:
        from icalendar import Calendar  # 0.1 s, which only a calendar needs

        calendar = Calendar()
        calendar.add("version", "2.0")
        calendar.add("prodid", "-//amp//amp//SV")
        calendar.add("calscale", "GREGORIAN")
        for name in ("name", "x-wr-calname"):
            calendar.add(name, self.name)
        calendar.add("x-wr-timezone", ZONE.key)
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT4H")
        calendar.add_component(_time_zone())
        for entry in self.entries:
            calendar.add_component(_event(entry, self.base))
        written: bytes = calendar.to_ical()
        return written


def _event(entry: Entry, base: str) -> "Component":
    from icalendar import Event  # as above

    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    # A feed has no sender, so this too is when its words last changed (RFC 5545, 3.8.7.2).
    event.add("dtstamp", entry.changed_at.astimezone(dt.UTC))
    event.add("last-modified", entry.changed_at.astimezone(dt.UTC))
    event.add("created", entry.made_at.astimezone(dt.UTC))
    starts, ends = entry.starts_at.astimezone(ZONE), entry.ends_at.astimezone(ZONE)
    # From midnight to midnight is whole days, which a calendar shows above the hours.
    whole_days = starts.time() == ends.time() == dt.time.min
    event.add("dtstart", starts.date() if whole_days else starts)
    event.add("dtend", ends.date() if whole_days else ends)
    cancelled = entry.status == CANCELLED
    event.add("summary", _("Cancelled: %(title)s") % {"title": entry.title} if cancelled else entry.title)
    event.add("status", entry.status)
    event.add("location", f"{entry.place}, {entry.zone}" if entry.zone else entry.place)
    event.add("description", _description(entry))
    event.add("categories", [capfirst(str(Kind(entry.kind).label))])
    event.add("url", f"{base}{entry.path}")
    # An exhibition of three weeks, and what is cancelled, leaves one's time free.
    event.add("transp", "TRANSPARENT" if cancelled or entry.lasts_days else "OPAQUE")
    return event


def _description(entry: Entry) -> str:
    groups = ", ".join(str(TargetGroup(group).label) for group in entry.groups)
    lines = [
        capfirst(str(Kind(entry.kind).label)),
        _("With %(partner)s") % {"partner": entry.partner} if entry.partner else "",
        _("For %(groups)s") % {"groups": groups} if groups else "",
        _("A draft: not published yet.") if entry.status == TENTATIVE else "",
    ]
    return "\n".join(line for line in lines if line)


def _time_zone() -> "Component":
    """
    Swedish time by the rule that has held since 1996 (Directive 2000/84/EC): summer time from the last Sunday in March
    to the last Sunday in October, changed at 01:00 UTC.
    """
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard  # as above

    zone = Timezone()
    zone.add("tzid", ZONE.key)
    winter, summer = dt.timedelta(hours=1), dt.timedelta(hours=2)
    for part, name, first, month, was, becomes in (
        (TimezoneDaylight(), "CEST", dt.datetime(1996, 3, 31, 2), 3, winter, summer),  # noqa: DTZ001  wall time
        (TimezoneStandard(), "CET", dt.datetime(1996, 10, 27, 3), 10, summer, winter),  # noqa: DTZ001  wall time
    ):
        part.add("tzname", name)
        part.add("dtstart", first)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        part.add("tzoffsetfrom", was)
        part.add("tzoffsetto", becomes)
        zone.add_component(part)
    return zone
