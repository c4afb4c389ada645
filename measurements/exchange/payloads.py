"""What a phone sends, read into plain values. A version that was ever sent stays readable for ever."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from activities.models import Occurrence, Weather
from measurements.actions import EntryData
from measurements.models import CountEntry, Gender, Level, Measure

Row: TypeAlias = Mapping[str, Any]

# A batch is an item's entries; a phone that has more makes several.
MOST_ENTRIES = 500
LONGEST_REASON = 200
LONGEST_NOTE = 300
LONGEST_OUTCOME_NOTE = 500
LONGEST_TEXT = 5_000

GROUND_NAMES = {Measure.PASSING: "line", Measure.STAYING: "zone", Measure.PARTICIPATING: "occurrence"}
# Imports come by another door.
WAYS = {way.name.lower(): way.value for way in CountEntry.Way if way != CountEntry.Way.IMPORT}

# What goes wrong when something is read that is not there, or is something else.
Misshapen = (KeyError, TypeError, ValueError, AttributeError, RecursionError)


class UnreadableBody(Exception):  # noqa: N818  said as it is
    """Nothing of the body can be taken; the only argument is what the phone is told: `json` or `version`."""

    @property
    def error(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class HeadcountSent:
    """A count begun on a phone. `minutes` of passing are those planned."""

    uuid: UUID
    measure: str
    level: str
    ground: int
    started_at: dt.datetime
    minutes: int | None
    note: str
    # None is the set used for new counts.
    age_set: int | None

    @property
    def target(self) -> str:
        return str(self.uuid)


@dataclass(frozen=True)
class EntriesSent:
    headcount: UUID
    entries: tuple[EntryData, ...]


@dataclass(frozen=True)
class FinishSent:
    """A count that is over; None for minutes leaves those it began with."""

    headcount: UUID
    minutes: int | None
    ended_at: dt.datetime

    @property
    def target(self) -> str:
        return str(self.headcount)


@dataclass(frozen=True)
class OutcomeSent:
    occurrence: int
    outcome: str
    reason: str
    note: str

    @property
    def target(self) -> str:
        return str(self.occurrence)


@dataclass(frozen=True)
class NoteSent:
    date: dt.date
    text: str
    weather: str

    @property
    def target(self) -> str:
        return self.date.isoformat()


Content: TypeAlias = HeadcountSent | EntriesSent | FinishSent | OutcomeSent | NoteSent


@dataclass(frozen=True)
class Item:
    """One thing done on a phone, under the UUID that it made for it."""

    uuid: UUID
    kind: str
    made_at: dt.datetime
    content: Content
    payload: Row

    @property
    def digest(self) -> str:
        """Equal for the same content, in whatever order its keys were sent."""
        text = json.dumps([self.kind, self.payload], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Body:
    """What one POST holds, its items not yet read."""

    version: int
    person: int
    rows: list[Any]


def read_body(raw: bytes) -> Body:
    """UnreadableBody when it is not JSON of the agreed shape, or of a version that is not known here."""
    try:
        body = json.loads(raw)
        version = whole(body["version"])
        if version not in _READERS:
            raise UnreadableBody("version")
        return Body(version, whole(body["person"]), _list(body["items"]))
    except Misshapen as error:
        raise UnreadableBody("json") from error


def read_item(version: int, row: Any) -> Item:  # noqa: ANN401  whatever was sent
    """ValidationError in words when it cannot be read."""
    try:
        kind, payload = row["kind"], row["payload"]
        content = _READERS[version][kind](payload)
        item = Item(UUID(row["id"]), kind, instant(row["made_at"]), content, payload)
        # Whatever cannot be written as text again is found here, and not by the database.
        json.dumps(payload, ensure_ascii=False).encode()
    except Misshapen as error:
        raise ValidationError(_("This cannot be read: %(what)s"), "unreadable", {"what": repr(error)}) from error
    return item


# --- Version 1 --------------------------------------------------------------------------------------------------------


def _headcount_1(row: Row) -> HeadcountSent:
    measure = Measure(row["measure"])
    return HeadcountSent(
        uuid=UUID(row["uuid"]),
        measure=measure.value,
        level=Level(row["level"]).value,
        ground=whole(row[GROUND_NAMES[measure]]),
        started_at=instant(row["started_at"]),
        minutes=whole_or_none(row.get("minutes")),
        note=text(row.get("note", ""), LONGEST_NOTE),
        age_set=whole_or_none(row.get("age_set")),
    )


def _entries_1(row: Row) -> EntriesSent:
    entries = _list(row["entries"])
    if not 0 < len(entries) <= MOST_ENTRIES:
        raise ValidationError(_("Send a list of entries, at most %(most)s."), "most", {"most": MOST_ENTRIES})
    return EntriesSent(UUID(row["headcount"]), tuple(read_entry(entry) for entry in entries))


def _finish_1(row: Row) -> FinishSent:
    return FinishSent(UUID(row["headcount"]), whole_or_none(row.get("minutes")), instant(row["ended_at"]))


def _outcome_1(row: Row) -> OutcomeSent:
    return OutcomeSent(
        occurrence=whole(row["occurrence"]),
        outcome=Occurrence.Outcome(row["outcome"]).value,
        reason=_choice(Occurrence.Reason.values, row.get("reason", "")),
        note=text(row.get("note", ""), LONGEST_OUTCOME_NOTE),
    )


def _note_1(row: Row) -> NoteSent:
    return NoteSent(
        date=day(row["date"]),
        text=text(row["text"], LONGEST_TEXT).strip(),
        weather=_choice(Weather.values, row.get("weather", "")),
    )


_READERS: dict[int, dict[str, Callable[[Row], Content]]] = {
    1: {
        "headcount": _headcount_1,
        "entries": _entries_1,
        "finish": _finish_1,
        "outcome": _outcome_1,
        "note": _note_1,
    }
}


def read_entry(row: Row) -> EntryData:
    """One of `Misshapen` when it cannot be read."""
    return EntryData(
        uuid=UUID(row["uuid"]),
        at=instant(row["at"]),
        gender=Gender(whole(row["gender"])).value,
        age_band_id=whole_or_none(row.get("band")),
        people=whole(row["people"]),
        way=WAYS[row["way"]],
        reason=text(row.get("reason", ""), LONGEST_REASON),
    )


# --- Single values: ValueError or TypeError when it is not one --------------------------------------------------------


def instant(written: str) -> dt.datetime:
    at = parse_datetime(written)
    if at is None or at.tzinfo is None:
        raise ValueError(written)
    return at


def day(written: str) -> dt.date:
    date = parse_date(written)
    if date is None:
        raise ValueError(written)
    return date


def whole(number: Any) -> int:  # noqa: ANN401  whatever was sent
    """JSON has true and 1.0 beside 1; neither is a number of people."""
    if type(number) is not int:
        raise ValueError(number)
    return number


def whole_or_none(number: Any) -> int | None:  # noqa: ANN401  whatever was sent
    return None if number is None else whole(number)


def text(written: Any, most: int) -> str:  # noqa: ANN401  whatever was sent
    """Text that the database can hold."""
    if not isinstance(written, str) or len(written) > most or "\x00" in written:
        raise ValueError(written)
    return written


def _choice(known: list[str], chosen: Any) -> str:  # noqa: ANN401  whatever was sent
    if chosen not in {"", *known}:
        raise ValueError(chosen)
    return str(chosen)


def _list(rows: Any) -> list[Any]:  # noqa: ANN401  whatever was sent
    if not isinstance(rows, list):
        raise TypeError(rows)
    return rows
