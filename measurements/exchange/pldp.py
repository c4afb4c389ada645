"""Studies in the Public Life Data Protocol 1.0 (Gehl Institute and others, 2017): people moving, staying, locations.

Three CSV files in a folder. A row of *moving* is one count by a line: rows with genders and rows with group sizes are
different counts and are never added up. A row of *staying* is one person, or `Row_Total` 0: observed, nobody there.
Observed race stands in the protocol; amp neither needs nor reads it.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from measurements.exchange.bulk import ImportedCount
from measurements.models import AgeBand, Gender, Level, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from places.models import Place

_VISIT: Final = {"location_id", "survey_id", "date", "start_time", "end_time", "row_id", "row_total"}
_GENDERS: Final = {"female": Gender.WOMAN, "male": Gender.MAN, "gender_unknown": Gender.NOT_CLASSIFIED}
_AGE: Final = re.compile(r"age_(\d+)(?:-(\d+)|\+)")
_GROUP: Final = re.compile(r"groupsize_(\d+)\+?")
_DIGITS: Final = re.compile(r"[0-9]+")
# More people than this in one row is a slip of the hand; the database holds no more than 2³¹ in a day's sum.
_MOST: Final = 1_000_000
# A count that begins before midnight may end after it; an end before the start is otherwise a mistake.
_PAST_MIDNIGHT: Final = 4 * 60
# Rows of one survey further apart than this are two visits.
_ONE_VISIT: Final = dt.timedelta(hours=1)
_OLDEST: Final = 1900
_LONGEST_NAME: Final = 80

Bands = frozenset[tuple[int, int | None]]
"""The bands of an age set: lower and upper age, both counted."""
# The protocol's other columns, by the names it gives them: known, and not needed here. Any other name is an error, for
# a misspelt column would otherwise be people who vanish.
_UNUSED: Final = frozenset(
    """
    unique_id study_id day_of_week time_of_day conditions weather temperature surveyor notes group_size
    total_supported_or_assisted white blackafricanamerican americanindian_alaskannative asian
    nativehawaiian_pacificislander latino multiple_races race_unknown standing leaning sittingformal_public
    sittingformal_commercial sittingformal_private sittinginformal lying mobility_assistance_device
    commercialactivity_providing commercialactivity_buying commercialactivity_observing eating/drinking talking
    culturalactivity usingelectronics activerecreation passiverecreation waitingtransportation civicwork smoking
    disruptiveactivity_aggressive disruptiveactivity_intoxicated livingactivities soliciting location_country
    location_region location_city location_geometry location_subdivision element_key transit_stop_present
    neighborhood_type neighborhood location_character line_typology_vehicular area_typology_category
    area_typology_subcategory average_number_commercial_seats average_number_public_seats
    """.split()  # noqa: SIM905  names read best as a paragraph
)
_NAMESPACE: Final = uuid.UUID("b0f3a3a6-3c5e-5d0e-9a51-6c1f6f4b7d11")


@dataclass(frozen=True)
class Problem:
    """What is wrong in which row of which file; rows are numbered as a spreadsheet shows them, the header being 1."""

    file: str
    row: int | None
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {self.text}" if self.row is None else f"{self.file}, {_('row')} {self.row}: {self.text}"


class StudyError(Exception):
    """A study cannot be read; `problems` says all that is wrong, not the first thing only."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class FileCount:
    """One count in the study, before it has a place in amp."""

    key: str
    measure: Measure
    level: Level
    location: str
    start: dt.datetime  # local wall time, as written
    minutes: int
    cells: Mapping[tuple[int, int | None], int]  # by gender and the band's lower age
    file: str
    row: int

    @property
    def people(self) -> int:
        return sum(self.cells.values())


@dataclass
class Study:
    """Locations by their id, and all counts."""

    locations: dict[str, str]
    counts: list[FileCount]
    age_set_id: int


@dataclass
class _Reader:
    """One file being read, and what was found wrong in it."""

    path: Path
    today: dt.date
    age_sets: Mapping[int, Bands]
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, text: str, row: int | None = None) -> None:
        self.problems.append(Problem(self.path.name, row, text))

    def table(self, needed: set[str], also: re.Pattern[str] | None = None) -> _Table | None:
        """The file's columns that matter, as text; None when it cannot be read at all."""
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                lines = list(csv.reader(file, strict=True))
        except UnicodeDecodeError as error:
            self.wrong(
                _("The file is not UTF-8 (byte %(at)d). Save it as CSV UTF-8 and try again.") % {"at": error.start}
            )
            return None
        except csv.Error as error:
            self.wrong(_("The file is not a CSV table: %(why)s.") % {"why": error})
            return None
        if not lines:
            self.wrong(_("The file is empty."))
            return None
        columns = [name.strip().lower().replace(" ", "_") for name in lines[0]]
        if len(columns) == 1 and (found := [sign for sign in ";\t|" if sign in columns[0]]):
            self.wrong(_("The columns are separated by “%(sign)s”; the protocol has commas.") % {"sign": found[0]})
            return None
        names = set(columns)
        twice = sorted(name for name, times in Counter(columns).items() if times > 1)
        for name in sorted(needed - names):
            self.wrong(_("The column %(name)s is missing.") % {"name": name})
        for name in twice:
            self.wrong(_("The column %(name)s stands twice.") % {"name": name})
        for name in columns:
            if name not in needed | _UNUSED and not (also and also.fullmatch(name)):
                self.wrong(_("The column %(name)s is not in the protocol.") % {"name": name})
        if needed - names or twice:
            return None
        return _Table([n for n in columns if n not in _UNUSED], list(self._records(columns, lines[1:])))

    def _records(self, columns: list[str], lines: list[list[str]]) -> Iterator[tuple[int, dict[str, str]]]:
        """Rows with the number that a spreadsheet gives them; blank ones are left out but keep their number."""
        for row, cells in enumerate(lines, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                text = _("The row has %(n)d cells where the header has %(columns)d.")
                self.wrong(text % {"n": len(cells), "columns": len(columns)}, row)
                continue
            yield row, {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}

    def number(self, value: str, column: str, row: int) -> int | None:
        """A count of people; None for an empty cell and, with a problem noted, for anything but a whole number ≥ 0."""
        if value == "":
            return None
        values = {"column": column, "value": value[:40]}
        if not _DIGITS.fullmatch(value.removeprefix("-")):
            self.wrong(_("%(column)s holds “%(value)s”, not a whole number.") % values, row)
            return None
        if value.startswith("-"):
            self.wrong(_("%(column)s is negative: %(value)s.") % values, row)
            return None
        # By its length first, for Python refuses to read a number of thousands of digits.
        if len(value.lstrip("0")) > len(str(_MOST)) or int(value) > _MOST:
            self.wrong(_("%(column)s is too large: %(value)s.") % values, row)
            return None
        return int(value)

    def times(self, record: dict[str, str], row: int) -> tuple[dt.datetime, int] | None:
        """Start in wall time and whole minutes to the end."""
        try:
            start, end = (_wall_time(record["date"], record[name]) for name in ("start_time", "end_time"))
        except ValueError:
            seen = " ".join(record[name] for name in ("date", "start_time", "end_time"))
            self.wrong(_("Date and times are not like 20180802 0801 0811: “%(seen)s”.") % {"seen": seen[:60]}, row)
            return None
        problem = ""
        if start.date() > self.today:
            problem = _("The date %(date)s is in the future.") % {"date": start.date()}
        elif start.year < _OLDEST:
            problem = _("The year %(year)d cannot be.") % {"year": start.year}
        elif start == end:
            problem = _("The count ends when it begins.")
        if not problem and end < start:
            end += dt.timedelta(days=1)
            if (end - start).total_seconds() / 60 > _PAST_MIDNIGHT:
                values = {"end": record["end_time"], "start": record["start_time"]}
                problem = _("The count ends at %(end)s, before it begins at %(start)s.") % values
        if not problem and not (_stands_once(start) and _stands_once(end)):
            problem = _("The clocks were changed then: the time stands twice on the clock, or not at all.")
        if problem:
            self.wrong(problem, row)
            return None
        # Between instants: a count over the night of a clock change is an hour longer or shorter than its wall times.
        minutes = int((timezone.make_aware(end) - timezone.make_aware(start)).total_seconds()) // 60
        return start, minutes


@dataclass(frozen=True)
class _Table:
    """Columns that matter, and the rows by their number."""

    columns: list[str]
    records: list[tuple[int, dict[str, str]]]


def _stands_once(wall: dt.datetime) -> bool:
    """Whether the wall clock showed this time exactly once."""
    zone = timezone.get_current_timezone()
    early, late = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return early.utcoffset() == late.utcoffset()


def _wall_time(date: str, time: str) -> dt.datetime:
    """Local time as written; a full hour may be written as minute 60, as it is in Seattle's study."""
    if not re.fullmatch(r"[0-9]{8}", date) or not re.fullmatch(r"([01][0-9]|2[0-3])([0-5][0-9]|60)", time):
        raise ValueError(date, time)
    day = dt.datetime.strptime(date, "%Y%m%d")  # noqa: DTZ007  wall time, as written
    if day.year == dt.MAXYEAR:
        raise ValueError(date)
    return day + dt.timedelta(hours=int(time[:2]), minutes=int(time[2:]))


def read_study(folder: Path, *, today: dt.date, age_sets: Mapping[int, Bands]) -> Study:
    """Read the study in `folder`.

    `age_sets` are those that people can be counted in here, by key, the default first: the first that has every band of
    the file, both ends, is taken. Raises StudyError with every problem found.
    """
    problems: list[Problem] = []
    readers = {}
    for part in ("moving", "staying", "locations"):
        found = sorted(p for p in folder.glob("*.csv") if part in p.name.lower())
        if len(found) == 1:
            readers[part] = _Reader(found[0], today, age_sets)
        else:
            text = _("Expected one CSV file with “%(part)s” in its name, found %(n)d.")
            problems.append(Problem(folder.name, None, text % {"part": part, "n": len(found)}))
    if problems:
        raise StudyError(problems)
    locations = _locations(readers["locations"])
    age_set_id, staying = _staying(readers["staying"])
    counts = [*_moving(readers["moving"]), *staying]
    for reader in readers.values():
        problems += reader.problems
    for location in sorted({count.location for count in counts} - set(locations)) if locations else []:
        first = next(count for count in counts if count.location == location)
        problems.append(Problem(first.file, first.row, _("No location %(id)s.") % {"id": location[:40]}))
    if problems:
        raise StudyError(problems)
    return Study(locations, counts, age_set_id)


def _locations(reader: _Reader) -> dict[str, str]:
    table = reader.table({"location_id", "location_name_primary", "location_name_secondary"})
    names: dict[str, str] = {}
    rows: dict[str, int] = {}
    for row, record in table.records if table else []:
        key = record["location_id"].upper()
        name = f"{record['location_id']} {record['location_name_primary']}".strip()
        if not key:
            reader.wrong(_("location_id is empty."), row)
        elif key in rows:
            reader.wrong(_("The location %(id)s stands in row %(row)d already.") % {"id": key, "row": rows[key]}, row)
        elif len(name) > _LONGEST_NAME:
            text = _("The name “%(name)s…” has %(n)d letters; there is room for %(room)d.")
            reader.wrong(text % {"name": name[:30], "n": len(name), "room": _LONGEST_NAME}, row)
        elif not name.isprintable():
            reader.wrong(_("The name has signs that cannot be shown: %(name)s.") % {"name": ascii(name)}, row)
        # Kept when wrong, so that the rows that count there are not called wrong as well.
        rows.setdefault(key, row)
        names.setdefault(key, name)
    return names


def _moving(reader: _Reader) -> list[FileCount]:
    table = reader.table(_VISIT | set(_GENDERS), also=_GROUP)
    if table is None:
        return []
    groups = [(name, int(match[1])) for name in table.columns if (match := _GROUP.fullmatch(name))]
    counts: list[FileCount] = []
    seen: dict[object, int] = {}
    for row, record in table.records:
        count = _moving_row(reader, row, record, groups)
        if count is None:
            continue
        same = (count.location, count.start, count.level)
        if (first := seen.setdefault(same, row)) == row and (first := seen.setdefault(count.key, row)) == row:
            counts.append(count)
        else:
            reader.wrong(_("The same place and time are counted in row %(row)d already.") % {"row": first}, row)
    return counts


def _moving_row(reader: _Reader, row: int, record: dict[str, str], groups: list[tuple[str, int]]) -> FileCount | None:
    before = len(reader.problems)
    total = reader.number(record["row_total"], "row_total", row)
    genders = {gender: reader.number(record[name], name, row) for name, gender in _GENDERS.items()}
    sizes = [(size, reader.number(record[name], name, row) or 0) for name, size in groups]
    times = reader.times(record, row)
    if len(reader.problems) > before or times is None:
        return None
    if total is None:
        reader.wrong(_("row_total is empty."), row)
        return None
    judged: dict[tuple[int, int | None], int] = {
        (gender, None): people for gender, people in genders.items() if people is not None
    }
    # Group sizes are parts of the total too, though amp does not keep them; the largest group is open-ended.
    parts = sum(judged.values()) if judged else sum(size * groups_seen for size, groups_seen in sizes)
    if parts > total:
        reader.wrong(
            _("The parts make %(parts)d, more than the total %(total)d.") % {"parts": parts, "total": total}, row
        )
        return None
    if judged and parts < total:
        reader.wrong(
            _("The parts make %(parts)d, less than the total %(total)d.") % {"parts": parts, "total": total}, row
        )
        return None
    return FileCount(
        key="/".join(
            ["moving", *(record[name] for name in ("location_id", "survey_id", "date", "start_time", "row_id"))]
        ),
        measure=Measure.PASSING,
        level=Level.GENDER if judged else Level.TOTAL,
        location=record["location_id"].upper(),  # the same place is written COL2 and COl2
        start=times[0],
        minutes=times[1],
        cells=judged or {(Gender.NOT_CLASSIFIED, None): total},
        file=reader.path.name,
        row=row,
    )


def _staying(reader: _Reader) -> tuple[int, list[FileCount]]:
    """The age set that has the file's bands, and the counts."""
    default = next(iter(reader.age_sets))
    table = reader.table(_VISIT | set(_GENDERS), also=_AGE)
    if table is None:
        return default, []
    bands = {n: (int(m[1]), int(m[2]) if m[2] else None) for n in table.columns if (m := _AGE.fullmatch(n))}
    fitting = [key for key, known in reader.age_sets.items() if known.issuperset(bands.values())]
    if not fitting:
        for name, band in bands.items():
            if not any(band in known for known in reader.age_sets.values()):
                reader.wrong(_("The age band %(name)s is in no age set here.") % {"name": name})
        names = ", ".join(bands)
        reader.wrong(_("No age set here has all these age bands: %(names)s.") % {"names": names})
    ages = {name: band[0] for name, band in bands.items()}
    rows: dict[tuple[str, str], list[_Seen]] = defaultdict(list)
    numbered: dict[tuple[str, ...], int] = {}
    for row, record in table.records:
        times = reader.times(record, row)
        seen = _person(reader, row, record, ages)
        if times is None or seen is None:
            continue
        visit = (record["location_id"].upper(), record["survey_id"])
        same = (*visit, record["date"], record["start_time"], record["row_id"])
        if (first := numbered.setdefault(same, row)) != row:
            reader.wrong(
                _("The same row_id stands in row %(row)d already, at this place and time.") % {"row": first}, row
            )
            continue
        rows[visit].append(_Seen(*times, row, seen))
    counts = [
        count
        for (location, survey), found in rows.items()
        for count in _visits(location, survey, found, reader.path.name)
    ]
    # Two surveys at one place and time do occur; with the same people they are one survey given twice.
    began: dict[object, int] = {}
    for count in counts:
        told = (count.location, count.start, count.minutes, frozenset(count.cells.items()))
        if (first := began.setdefault(told, count.row)) != count.row:
            text = _("The same place and time are counted in row %(row)d already.")
            reader.wrong(text % {"row": first}, count.row)
    return (fitting[0] if fitting else default), counts


@dataclass(frozen=True)
class _Seen:
    """One row of people staying."""

    start: dt.datetime
    minutes: int
    row: int
    cells: Mapping[tuple[int, int | None], int]


def _visits(location: str, survey: str, rows: list[_Seen], file: str) -> Iterator[FileCount]:
    """The rows under one survey name, by visit: one name may be used on many days, and twice a day."""
    visits: list[list[_Seen]] = []
    until = dt.datetime.min  # noqa: DTZ901  wall time
    for seen in sorted(rows, key=lambda seen: (seen.start, seen.row)):
        if not visits or seen.start - until > _ONE_VISIT:
            visits.append([])
        visits[-1].append(seen)
        until = max(until, seen.start + dt.timedelta(minutes=seen.minutes))
    keys: set[str] = set()
    for visit in visits:
        cells: Counter[tuple[int, int | None]] = Counter()
        for seen in visit:
            cells.update(seen.cells)
        start = visit[0].start
        key = f"staying/{location}/{survey}/{start:%Y%m%d}"
        if key in keys:  # the first of a day keeps the key that it has always had
            key = f"{key}/{start:%H%M}"
        keys.add(key)
        yield FileCount(
            key=key,
            measure=Measure.STAYING,
            level=Level.GENDER_AGE,
            location=location,
            start=start,
            minutes=max(seen.minutes for seen in visit),
            cells=dict(cells),
            file=file,
            row=min(seen.row for seen in visit),
        )


def _person(
    reader: _Reader, row: int, record: dict[str, str], ages: dict[str, int]
) -> dict[tuple[int, int | None], int] | None:
    """The one person of the row by cell; {} where someone looked and nobody was there; None where the row is wrong."""
    before = len(reader.problems)
    total = reader.number(record["row_total"], "row_total", row)
    told = {name: reader.number(record[name], name, row) for name in (*_GENDERS, *ages)}
    if len(reader.problems) > before:
        return None
    if more := [name for name, people in told.items() if people and people > 1]:
        values = {"column": more[0], "value": told[more[0]]}
        reader.wrong(_("A row of people staying is one person, but %(column)s is %(value)d.") % values, row)
        return None
    genders = [gender for name, gender in _GENDERS.items() if told[name]]
    bands = [lower for name, lower in ages.items() if told[name]]
    if total == 0:
        if genders or bands:
            reader.wrong(_("The total is 0, but a person is described."), row)
            return None
        return {}
    if total != 1 or len(genders) > 1 or len(bands) > 1:
        reader.wrong(_("A row of people staying is one person, of one gender and one age band."), row)
        return None
    return {(genders[0] if genders else Gender.NOT_CLASSIFIED, bands[0] if bands else None): 1}


def placed(study: Study, place: Place) -> Iterator[ImportedCount]:
    """The study's counts on the zones and lines of `place`, which must be there by the locations' names.

    The place's own wall clock is taken for the study's; the UUID comes from place and row, so that a second import
    of the same file adds nothing.
    """
    zones = dict(place.zones.values_list("name", "pk"))
    lines = dict(place.lines.values_list("name", "pk"))
    band = dict(AgeBand.objects.filter(age_set=study.age_set_id).values_list("lower", "pk"))
    for count in study.counts:
        name = study.locations[count.location]
        passing = count.measure == Measure.PASSING
        yield ImportedCount(
            uuid=uuid.uuid5(_NAMESPACE, f"{place.slug}/{count.key}"),
            measure=count.measure,
            level=count.level,
            started_at=timezone.make_aware(count.start),
            minutes=count.minutes,
            zone_id=None if passing else zones[name],
            line_id=lines[name] if passing else None,
            cells={(gender, None if lower is None else band[lower]): n for (gender, lower), n in count.cells.items()},
        )
