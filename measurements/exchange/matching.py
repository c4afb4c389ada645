"""
Counts in a file held against those that are stored: new, the same, or different.

A count is recognised by where, when, for how long and who, not only by its UUID: an export made later may name its
surveys and places otherwise.
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field, replace

from django.db.models import Sum
from django.utils import timezone

from measurements.corrections import withdraw
from measurements.exchange.bulk import Cell, ImportedCount
from measurements.models import CountEntry, Gender, Headcount
from places.models import Place, User


@dataclass
class Compared:
    """The counts of a file by what is stored; a pair is the stored count and the file's."""

    fresh: list[ImportedCount] = field(default_factory=list)
    known: list[ImportedCount] = field(default_factory=list)
    alike: list[tuple[Headcount, ImportedCount]] = field(default_factory=list)
    different: list[tuple[Headcount, ImportedCount]] = field(default_factory=list)


def compare(place: Place, counts: list[ImportedCount], age_set_id: int) -> Compared:
    """Three queries, however many the counts. A withdrawn count is known: it was taken away on purpose."""
    names = {count.uuid for count in counts} | {_corrected(count) for count in counts}
    stored = list(
        place.headcounts.with_ground().filter(uuid__in=names)
        | place.headcounts.with_ground().filter(date__in={count.date for count in counts})
    )
    cells = _cells(stored)
    by_uuid = {here.uuid: here for here in stored}
    by_ground: dict[tuple[object, ...], list[Headcount]] = defaultdict(list)
    for here in stored:
        if here.withdrawn_at is None:
            by_ground[_ground(here)].append(here)
    found = Compared()
    for count in counts:
        wanted = (count.minutes, _told_cells(count.cells))
        there = by_ground[_ground(count)]
        same = [
            here
            for here in there
            if (here.minutes, cells[here.pk]) == wanted and (here.age_set_id == age_set_id or not _aged(count))
        ]
        own = by_uuid.get(count.uuid)
        if any(here.uuid in (count.uuid, _corrected(count)) for here in same):
            found.known.append(count)
        elif same:
            found.alike.append((same[0], count))
        elif own and not own.withdrawn and _content(own, cells[own.pk]) == _content(count, wanted[1]):
            found.known.append(count)  # the place has another name by now, here or in the file
        elif own and not own.withdrawn:
            found.different.append((own, count))
        elif there:
            found.different.append((there[0], count))
        elif own or _corrected(count) in by_uuid:
            found.known.append(count)
        else:
            found.fresh.append(count)
    _find_renamed(found, [here for here in stored if not here.withdrawn], cells)
    return found


def _find_renamed(found: Compared, stored: list[Headcount], cells: dict[int, dict[Cell, int]]) -> None:
    """Move a ground's new counts to those alike where all its counts with people stand on one other ground."""
    elsewhere: dict[tuple[object, ...], list[Headcount]] = defaultdict(list)
    for here in stored:
        elsewhere[_content(here, cells[here.pk])].append(here)
    grounds: dict[tuple[int | None, int | None], list[ImportedCount]] = defaultdict(list)
    for count in found.fresh:
        grounds[count.zone_id, count.line_id].append(count)
    fresh: list[ImportedCount] = []
    for counts in grounds.values():
        told = [elsewhere[_content(one, _told_cells(one.cells))] for one in counts if one.people]
        shared = (
            set.intersection(*({(here.zone_id, here.line_id) for here in there} for there in told)) if told else set()
        )
        if not shared:
            fresh += counts
            continue
        ground = min(shared, key=str)
        for count in counts:
            there = elsewhere[_content(count, _told_cells(count.cells))]
            same = [here for here in there if (here.zone_id, here.line_id) == ground]
            if same:
                found.alike.append((same[0], count))
            else:
                fresh.append(count)
    found.fresh = fresh


def _content(count: Headcount | ImportedCount, cells: dict[Cell, int]) -> tuple[object, ...]:
    return count.measure, count.level, count.started_at, count.minutes, frozenset(cells.items())


def replace_all(pairs: list[tuple[Headcount, ImportedCount]], *, by: User) -> list[ImportedCount]:
    """Withdraw what is here, with the reason in the ledger; what comes back is to be loaded in its stead."""
    for here, _count in pairs:
        withdraw(headcount=here, reason="Replaced by a corrected file", by=by)
    return [replace(count, uuid=_corrected(count)) for _here, count in pairs]


def told(count: Headcount | ImportedCount) -> str:
    """One count in words: when, how long, how many."""
    started = timezone.localtime(count.started_at)
    return f"{started:%Y-%m-%d %H:%M}, {count.minutes} minutes, {count.people} people"


def _corrected(count: ImportedCount) -> uuid.UUID:
    """The UUID of a count that stands instead of one with another content: the same for the same content."""
    told = (
        count.started_at.isoformat(),
        count.minutes,
        count.level,
        sorted(map(str, _told_cells(count.cells).items())),
    )
    return uuid.uuid5(count.uuid, repr(told))


def _told_cells(cells: object) -> dict[Cell, int]:
    return {cell: people for cell, people in dict(cells).items() if people}  # type: ignore[call-overload]


def _aged(count: ImportedCount) -> bool:
    return any(band is not None for _gender, band in count.cells)


def _ground(count: Headcount | ImportedCount) -> tuple[object, ...]:
    return count.measure, count.level, count.zone_id, count.line_id, count.started_at


def _cells(stored: list[Headcount]) -> dict[int, dict[Cell, int]]:
    found: dict[int, dict[Cell, int]] = defaultdict(dict)
    entries = CountEntry.objects.filter(headcount__in=[here.pk for here in stored])
    for pk, gender, band, people in entries.values_list("headcount", "gender", "age_band").annotate(n=Sum("people")):
        if people:
            found[pk][Gender(gender).value, band] = people
    return found
