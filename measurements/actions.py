"""Writing to the ledger: everything is appended, nothing overwritten, and what is sent twice counts once."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID, uuid5

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Occurrence
from measurements import rules
from measurements.models import AgeBand, AgeSet, CountEntry, Gap, Gender, Headcount, HeadcountAlias
from measurements.rules import CellKey, Ground
from places.models import Line, Place, User, Zone
from places.models.place import validate_unlocked

Way = CountEntry.Way


class DifferentPayload(Exception):  # noqa: N818  said as it is: the same id came with other content
    """The same client-made UUID came before with other content; both are held, and nothing was saved."""

    def __init__(self, stored: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
        super().__init__(stored, sent)
        self.stored = stored
        self.sent = sent

    @property
    def sides(self) -> dict[str, Mapping[str, Any]]:
        return {"stored": self.stored, "sent": self.sent}


# --- Entries ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EntryData:
    """One line for the ledger as the client made it."""

    uuid: UUID
    at: dt.datetime
    gender: int
    age_band_id: int | None
    people: int
    way: int
    reason: str = ""


@dataclass(frozen=True)
class Appended:
    """How many entries were new, how many had come before, and the people of the count after them."""

    added: int
    resent: int
    people: int | None


def append_entries(*, headcount: Headcount, entries: Sequence[EntryData], by: User) -> Appended:
    """
    Add entries to a count; those sent before, by UUID, change nothing.

    DifferentPayload when a UUID came before with other content, ValidationError where a rule is broken; either way
    nothing is saved. Costs two queries, and one more each when a number is below zero or an entry was sent before.
    """
    return append_entries_to_the(Headcount.objects.filter(pk=headcount.pk), entries=entries, by=by)


def append_entries_to_the(counts: QuerySet[Headcount], *, entries: Sequence[EntryData], by: User) -> Appended:
    """Like `append_entries`, to the one count among `counts`: a tap does not pay for fetching it twice.

    Headcount.DoesNotExist where there is none.
    """
    try:
        with transaction.atomic():
            return _append(counts, entries, by)
    except IntegrityError:
        # Asked only once the database has refused, so that a tap does not pay for it.
        headcount = counts.get()
        validate_unlocked(headcount.place, headcount.date)
        raise


def _append(counts: QuerySet[Headcount], entries: Sequence[EntryData], by: User) -> Appended:
    # Locked until the end, so that the sum answered is the sum that stands, with two phones at the same count.
    with_bands = counts.annotate(
        band_ids=ArraySubquery(AgeBand.objects.filter(age_set=OuterRef("age_set")).values("pk"))
    )
    count = with_bands.select_for_update(of=("self",)).get()
    rules.validate_standing(count)
    distinct = _distinct(entries)
    _validate_entries(count, distinct)
    added = _insert(count, distinct, by)
    _refuse_other_content(count, [entry for entry in distinct if entry.uuid not in added])
    new = [entry.people for entry in distinct if entry.uuid in added]
    return Appended(
        added=len(new), resent=len(entries) - len(new), people=(count.people or 0) + sum(new) if new else count.people
    )


def _distinct(entries: Sequence[EntryData]) -> list[EntryData]:
    known: dict[UUID, EntryData] = {}
    for entry in entries:
        if known.setdefault(entry.uuid, entry) != entry:
            raise DifferentPayload(asdict(known[entry.uuid]), asdict(entry))
    return list(known.values())


def _validate_entries(count: Headcount, entries: Sequence[EntryData]) -> None:
    bands = frozenset(count.band_ids)  # type: ignore[attr-defined]  # annotated above
    for entry in entries:
        rules.validate_cell(count.level, entry.gender, entry.age_band_id, bands)
        rules.validate_people(abs(entry.people))
        if entry.way not in Way.values:
            raise ValidationError(_("There is no such way of entering."), "unknown_way")
        if entry.way == Way.NOBODY and entry.people:
            raise ValidationError(_("“Nobody there” is zero people."), "nobody_and_people")
        if entry.way == Way.CORRECTION and not entry.reason.strip():
            raise ValidationError(_("Write why the number is corrected."), "reason")
    if any(entry.people < 0 for entry in entries):
        _refuse_below_zero(count, entries)


def _refuse_below_zero(count: Headcount, entries: Sequence[EntryData]) -> None:
    """No cell may fall below zero; entries sent before are already in its sum."""
    rows = count.entries.values_list("uuid", "gender", "age_band", "people")
    stored, cells = set(), Counter[CellKey]()
    for uuid, gender, band, people in rows:
        stored.add(uuid)
        cells[gender, band] += people
    for entry in entries:
        cells[entry.gender, entry.age_band_id] += 0 if entry.uuid in stored else entry.people
    if any(people < 0 for people in cells.values()):
        raise ValidationError(_("There are not so many people in that cell to take away."), "below_zero")


def _insert(count: Headcount, entries: Sequence[EntryData], by: User) -> set[UUID]:
    """
    Append what is not there, and answer with the UUIDs of that.

    By hand, because Django cannot tell which rows ON CONFLICT left out, and asking beforehand would be a race.
    """
    sql = """
        INSERT INTO measurements_countentry
            (headcount_id, place_id, date, by_id, uuid, at, gender, age_band_id, people, way, reason)
        SELECT %s, %s, %s, %s, sent.*
        FROM unnest(
            %s::uuid[], %s::timestamptz[], %s::smallint[], %s::bigint[], %s::integer[], %s::smallint[], %s::varchar[]
        ) AS sent
        ON CONFLICT (uuid) DO NOTHING
        RETURNING uuid
    """
    names = ("uuid", "at", "gender", "age_band_id", "people", "way", "reason")
    columns = [[getattr(entry, name) for entry in entries] for name in names]
    with connection.cursor() as cursor:
        cursor.execute(sql, [count.pk, count.place_id, count.date, by.pk, *columns])
        return {row[0] for row in cursor.fetchall()}


def _refuse_other_content(count: Headcount, entries: Sequence[EntryData]) -> None:
    if not entries:
        return
    rows = CountEntry.objects.filter(uuid__in=[entry.uuid for entry in entries])
    stored = {row.uuid: row for row in rows}
    for entry in entries:
        row = stored[entry.uuid]
        known = EntryData(row.uuid, row.at, row.gender, row.age_band_id, row.people, row.way, row.reason)
        if known != entry or row.headcount_id != count.pk:
            raise DifferentPayload(asdict(known), asdict(entry))


# --- Whole counts -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CountData:
    """A count as it was typed."""

    uuid: UUID
    measure: str
    ground: Ground
    level: str
    started_at: dt.datetime
    minutes: int | None = None
    note: str = ""
    # None is the set used for new counts.
    age_set: AgeSet | None = None

    @property
    def date(self) -> dt.date:
        """The local day on which the count began."""
        return timezone.localdate(self.started_at)


def record_headcount(
    *, place: Place, by: User, count: CountData, cells: Mapping[CellKey, int], nobody: bool = False
) -> tuple[Headcount, bool]:
    """
    Save a count with its numbers, all or nothing; True with it when it was new.

    The same UUID with the same content again answers with the count there is, and with other content raises
    DifferentPayload. ValidationError where a rule is broken: "already_counted" for an occurrence that has a count.
    """
    age_set = count.age_set or default_age_set()
    parts = {cell: people for cell, people in cells.items() if people}
    if known := _sent_before(place, count, parts):
        return known, False
    _validate_count(place, count)
    rules.validate_cells(count.level, parts, frozenset(age_set.bands.values_list("pk", flat=True)))
    rules.validate_somebody(parts, nobody=nobody)
    _refuse_counted(count.ground)
    try:
        with transaction.atomic():
            return _save_count(place, by, count, age_set, parts), True
    except IntegrityError:
        # A faster request had the same UUID, or the same occurrence.
        if known := _sent_before(place, count, parts):
            return known, False
        _refuse_counted(count.ground)
        raise


def default_age_set() -> AgeSet:
    """The bands that new counts use. ValidationError where an administrator has not chosen any."""
    age_set = AgeSet.objects.filter(is_default=True).first()
    if age_set is None:
        raise ValidationError(_("No age set is chosen for new counts. Ask an administrator."), "no_age_set")
    return age_set


def _validate_count(place: Place, count: CountData) -> None:
    rules.validate_ground(place, count.measure, count.ground)
    occurrence = count.ground if isinstance(count.ground, Occurrence) else None
    if occurrence is not None and occurrence.date != count.date:
        raise ValidationError(_("The participants of an occurrence are counted on its own day."), "another_day")
    rules.validate_day(place, count.date, occurrence=occurrence)
    rules.validate_minutes(count.measure, count.minutes)


def _refuse_counted(ground: Ground) -> None:
    if isinstance(ground, Occurrence) and rules.already_counted(ground):
        raise ValidationError(_("The participants of this occurrence are already counted."), "already_counted")


def _save_count(place: Place, by: User, count: CountData, age_set: AgeSet, parts: Mapping[CellKey, int]) -> Headcount:
    headcount = _create_headcount(place, by, count, age_set)
    _insert(headcount, [_typed(count, cell, people) for cell, people in _lines(parts).items()], by)
    headcount.refresh_from_db(fields=["people"])
    return headcount


def _create_headcount(place: Place, by: User, count: CountData, age_set: AgeSet) -> Headcount:
    return Headcount.objects.create(
        uuid=count.uuid,
        place=place,
        measure=count.measure,
        level=count.level,
        age_set=age_set,
        zone=count.ground if isinstance(count.ground, Zone) else None,
        line=count.ground if isinstance(count.ground, Line) else None,
        occurrence=count.ground if isinstance(count.ground, Occurrence) else None,
        date=count.date,
        started_at=count.started_at,
        minutes=count.minutes,
        note=count.note,
        by=by,
    )


def _lines(parts: Mapping[CellKey, int]) -> Mapping[CellKey, int]:
    """Without people one line of zero: someone looked, and nobody was there."""
    return parts or {(Gender.NOT_CLASSIFIED.value, None): 0}


def _typed(count: CountData, cell: CellKey, people: int) -> EntryData:
    way = Way.TYPED if people else Way.NOBODY
    return EntryData(_entry_uuid(count.uuid, cell), count.started_at, *cell, people, way)


def _entry_uuid(headcount_uuid: UUID, cell: CellKey) -> UUID:
    """Made from the count and the cell, so that a count sent twice has the same entries."""
    return uuid5(headcount_uuid, f"{cell[0]}/{cell[1]}")


def _sent_before(place: Place, count: CountData, parts: Mapping[CellKey, int]) -> Headcount | None:
    known = Headcount.objects.filter(uuid=count.uuid).first()
    if known is None:
        return None
    stored, sent = _stored_content(known), _sent_content(place, count, parts)
    if stored != sent:
        raise DifferentPayload(stored, sent)
    return known


def _sent_content(place: Place, count: CountData, parts: Mapping[CellKey, int]) -> dict[str, Any]:
    return {
        "place": place.pk,
        "measure": count.measure,
        "ground": count.ground.pk,
        "level": count.level,
        "date": count.date,
        "started_at": count.started_at,
        "minutes": count.minutes,
        "note": count.note,
        "cells": dict(_lines(parts)),
    }


def _stored_content(known: Headcount) -> dict[str, Any]:
    """As it was first typed: what came later to the same count is not part of what is sent again."""
    rows = known.entries.values_list("uuid", "gender", "age_band", "people")
    return {
        "place": known.place_id,
        "measure": known.measure,
        "ground": known.zone_id or known.line_id or known.occurrence_id,
        "level": known.level,
        "date": known.date,
        "started_at": known.started_at,
        "minutes": known.minutes,
        "note": known.note,
        "cells": {
            (gender, band): people
            for uuid, gender, band, people in rows
            if uuid == _entry_uuid(known.uuid, (gender, band))
        },
    }


# --- Counts that grow -------------------------------------------------------------------------------------------------


def headcount_named(place: Place, uuid: UUID) -> Headcount | None:
    """The place's count of that UUID, or of which that is another phone's name."""
    # Two look-ups by key: one with OR between two tables would read them both whole.
    own = place.headcounts.filter(uuid=uuid).first()
    return own or place.headcounts.filter(aliases__uuid=uuid).first()


def start_headcount(*, place: Place, by: User, count: CountData) -> tuple[Headcount, bool]:
    """
    Save a count before anyone is in it; True with it when it is new. `append_entries` and `finish_headcount` follow.

    Where another has begun to count the same occurrence, theirs is the count, and this UUID another name for it.
    DifferentPayload when the UUID came before with other content, ValidationError where a rule is broken.
    """
    if known := _started_before(place, count):
        return known, False
    _validate_count(place, count)
    age_set = count.age_set or default_age_set()
    if common := _join(count):
        return common, False
    try:
        with transaction.atomic():
            return _create_headcount(place, by, count, age_set), True
    except IntegrityError:
        # A faster request had the same UUID, or the same occurrence.
        if known := _started_before(place, count) or _join(count):
            return known, False
        raise


def _started_before(place: Place, count: CountData) -> Headcount | None:
    known = headcount_named(place, count.uuid)
    if known is None or known.uuid != count.uuid:
        return known
    stored, sent = _started_content(known), _started_content(count)
    if known.ended_at:
        # Its minutes are those counted by now, and no longer those planned.
        stored["minutes"] = sent["minutes"]
    if stored != sent:
        raise DifferentPayload(stored, sent)
    return known


def _started_content(count: Headcount | CountData) -> dict[str, Any]:
    ground = count.ground.pk if isinstance(count, CountData) else count.zone_id or count.line_id or count.occurrence_id
    names = ("measure", "level", "started_at", "minutes", "note")
    return {"ground": ground, **{name: getattr(count, name) for name in names}}


def _join(count: CountData) -> Headcount | None:
    """The count that the occurrence has, from now on also under this one's UUID; None where it has none."""
    common = rules.already_counted(count.ground) if isinstance(count.ground, Occurrence) else None
    if common is None:
        return None
    if common.level != count.level:
        raise ValidationError(
            _("The participants are already counted, but by %(level)s. Correct that count instead."),
            "other_level",
            {"level": common.get_level_display()},
        )
    HeadcountAlias.objects.get_or_create(uuid=count.uuid, defaults={"headcount": common})
    return common


@transaction.atomic
def finish_headcount(
    *,
    headcount: Headcount,
    minutes: int | None,
    ended_at: dt.datetime,
    by: User,  # noqa: ARG001  a count is theirs who began it
) -> tuple[Headcount, bool]:
    """
    Write down that a count is over, and how many minutes it took; None leaves those it began with.

    True with it the first time. DifferentPayload when it was finished before with other minutes, ValidationError
    where the day is locked, the count was withdrawn or the minutes are none.
    """
    count = Headcount.objects.select_for_update(of=("self",)).select_related("place").get(pk=headcount.pk)
    taken = count.minutes if minutes is None else minutes
    if count.ended_at:
        if count.minutes != taken:
            raise DifferentPayload({"minutes": count.minutes}, {"minutes": taken})
        return count, False
    validate_unlocked(count.place, count.date)
    rules.validate_standing(count)
    rules.validate_minutes(count.measure, taken)
    count.minutes, count.ended_at = taken, ended_at
    count.save(update_fields=["minutes", "ended_at"])
    return count, True


# --- Gaps -------------------------------------------------------------------------------------------------------------


def remove_gap(*, gap: Gap) -> None:
    """Take away a gap, unless a published report has told of it."""
    validate_unlocked(gap.place, gap.first)
    gap.delete()
