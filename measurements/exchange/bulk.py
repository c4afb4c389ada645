"""Many counts at once into the ledger, by COPY; the ledger's triggers do the same work as for a single tap."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from measurements.models import CountEntry, Gender, Headcount, Level, Measure
from places.models import Place, User

Cell = tuple[int, int | None]
"""Gender, and the age band's key or None where age was not judged."""


@dataclass(frozen=True)
class ImportedCount:
    """One count as a file tells it: who was there, by cell; no cells and `nobody` for an observed zero."""

    uuid: uuid.UUID
    measure: Measure
    level: Level
    started_at: dt.datetime
    minutes: int | None
    zone_id: int | None = None
    line_id: int | None = None
    occurrence_id: int | None = None
    cells: Mapping[Cell, int] = field(default_factory=dict)
    note: str = ""

    @property
    def date(self) -> dt.date:
        """The local day on which the count began."""
        return timezone.localdate(self.started_at)

    @property
    def people(self) -> int:
        return sum(self.cells.values())


@dataclass(frozen=True)
class Loaded:
    """How many counts were new, and how many had come before and were left as they stand."""

    new: int
    known: int


NULL: Final = r"\N"  # as COPY reads it
_HEADCOUNT = (
    "uuid place_id measure level age_set_id zone_id line_id occurrence_id date started_at minutes method note by_id"
)
_ENTRY = "uuid headcount_id place_id date at gender age_band_id people way reason by_id"


@transaction.atomic
def load(
    *,
    place: Place,
    counts: Iterable[ImportedCount],
    age_set_id: int,
    by: User,
    method: str = Headcount.Method.IMPORTED,
) -> Loaded:
    """Append `counts` that are not there already (by UUID); all of them or, on any refusal by the database, none."""
    given = list(counts)
    known = _keys(given)
    fresh = [(count, count.date) for count in given if count.uuid not in known]
    with connection.cursor() as cursor:
        # The trigger sums the whole batch; in the usual four megabytes it would do so on disk.
        cursor.execute("SET LOCAL work_mem = '256MB'")
        copy = f"COPY measurements_headcount ({_HEADCOUNT.replace(' ', ', ')}) FROM STDIN"
        with cursor.copy(copy) as rows:
            for c, date in fresh:
                ground = (c.uuid, place.pk, c.measure, c.level, age_set_id, c.zone_id, c.line_id, c.occurrence_id)
                rows.write_row((*ground, date, c.started_at, c.minutes, method, c.note, by.pk))
        keys = _keys([count for count, _date in fresh])
        copy = f"COPY measurements_countentry ({_ENTRY.replace(' ', ', ')}) FROM STDIN"
        with cursor.copy(copy) as lines:
            for c, date in fresh:
                same = f"{keys[c.uuid]}\t{place.pk}\t{date}\t{c.started_at.isoformat()}"
                lines.write(_entries(c, same, method, by.pk))
    return Loaded(new=len(fresh), known=len(known))


def _keys(counts: list[ImportedCount]) -> dict[uuid.UUID, int]:
    """Keys of those counts that are stored."""
    with connection.cursor() as cursor:
        # One array, for `IN` would make a parameter of each of a hundred thousand.
        cursor.execute(
            "SELECT uuid, id FROM measurements_headcount WHERE uuid = ANY(%s)", [[count.uuid for count in counts]]
        )
        return dict(cursor.fetchall())


def _entries(count: ImportedCount, same: str, method: str, by: int) -> str:
    """
    The entries of one count as lines of COPY; `same` is what all of them have between their UUID and their gender.

    Text, and by hand: a UUID and a tuple for each line were half of what an import did outside the database. Numbers,
    days and UUIDs hold nothing that COPY would have to be told to leave alone.
    """
    return "".join(
        f"{count.uuid.int ^ _cell_uuid(cell):032x}\t{same}\t{_cell_text(cell)}\t{people:d}\t{way:d}\t\t{by}\n"
        for cell, people, way in _lines(count, method)
    )


@cache
def _cell_uuid(cell: Cell) -> int:
    """Turns a count's UUID into that of its entry: the same at every import. Hashing each anew was a fifth of it."""
    return uuid.uuid5(uuid.NAMESPACE_OID, "{}/{}".format(*cell)).int


@cache
def _cell_text(cell: Cell) -> str:
    gender, band = cell
    return f"{gender:d}\t{NULL if band is None else band}"


def _lines(count: ImportedCount, method: str) -> list[tuple[Cell, int, int]]:
    if not count.people:
        return [((Gender.NOT_CLASSIFIED, None), 0, CountEntry.Way.NOBODY)]
    way = CountEntry.Way.TYPED if method == Headcount.Method.MANUAL else CountEntry.Way.IMPORT
    return [(cell, people, way) for cell, people in count.cells.items() if people]
