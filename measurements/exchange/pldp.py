"""Studies in the Public Life Data Protocol 1.0 (Gehl Institute and others, 2017): people moving, staying, locations.

Three CSV files in a folder. A row of *moving* is one count by a line: rows with genders and rows with group sizes are
different counts and are never added up. A row of *staying* is one person, or `Row_Total` 0: observed, nobody there.
Observed race stands in the protocol; amp neither needs nor reads it.
"""

from __future__ import annotations

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

    import pandas as pd

    from places.models import Place

_VISIT: Final = {"location_id", "survey_id", "date", "start_time", "end_time", "row_id", "row_total"}
_GENDERS: Final = {"female": Gender.WOMAN, "male": Gender.MAN, "gender_unknown": Gender.NOT_CLASSIFIED}
_AGE: Final = re.compile(r"age_(\d+)(?:-(\d+)|\+)")
_GROUP: Final = re.compile(r"groupsize_(\d+)\+?")
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

    @property
    def people(self) -> int:
        return sum(self.cells.values())


@dataclass
class Study:
    """Locations by their id, and all counts."""

    locations: dict[str, str]
    counts: list[FileCount]


@dataclass
class _Reader:
    """One file being read, and what was found wrong in it."""

    path: Path
    today: dt.date
    bands: frozenset[int]
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, text: str, row: int | None = None) -> None:
        self.problems.append(Problem(self.path.name, row, text))

    def table(self, needed: set[str], also: re.Pattern[str] | None = None) -> pd.DataFrame | None:
        """The file's columns that matter, as text; None when it cannot be read at all."""
        # pandas costs half a second to import, and only an import of files needs it.
        import pandas as pd

        try:
            # Text, so that 0801 keeps its zero; an empty cell means "not observed" and stays apart from 0.
            table = pd.read_csv(self.path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            self.wrong(
                _("The file is not UTF-8 (byte %(at)d). Save it as CSV UTF-8 and try again.") % {"at": error.start}
            )
            return None
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            self.wrong(_("The file is not a CSV table: %(why)s.") % {"why": error})
            return None
        table.columns = pd.Index([str(name).strip().lower().replace(" ", "_") for name in table.columns])
        names = set(table.columns)
        unknown = [n for n in table.columns if n not in needed | _UNUSED and not (also and also.fullmatch(n))]
        for name in sorted(needed - names):
            self.wrong(_("The column %(name)s is missing.") % {"name": name})
        for name in unknown:
            self.wrong(_("The column %(name)s is not in the protocol.") % {"name": name})
        return None if unknown or needed - names else table.drop(columns=sorted(names & _UNUSED))

    def number(self, value: str, column: str, row: int) -> int | None:
        """A count of people; None for an empty cell and, with a problem noted, for anything but a whole number ≥ 0."""
        if value == "":
            return None
        try:
            people = int(value)
        except ValueError:
            self.wrong(_("%(column)s holds “%(value)s”, not a whole number.") % {"column": column, "value": value}, row)
            return None
        if people < 0:
            self.wrong(_("%(column)s is negative: %(value)s.") % {"column": column, "value": value}, row)
            return None
        return people

    def times(self, record: dict[str, str], row: int) -> tuple[dt.datetime, int] | None:
        """Start in wall time and whole minutes to the end."""
        try:
            start, end = (_wall_time(record["date"], record[name]) for name in ("start_time", "end_time"))
        except ValueError:
            seen = " ".join(record[name] for name in ("date", "start_time", "end_time"))
            self.wrong(_("Date and times are not like 20180802 0801 0811: “%(seen)s”.") % {"seen": seen}, row)
            return None
        if start.date() > self.today:
            self.wrong(_("The date %(date)s is in the future.") % {"date": start.date()}, row)
            return None
        minutes = (end - start).seconds // 60  # a count past midnight ends on the next day
        if not minutes:
            self.wrong(_("The count ends when it begins."), row)
            return None
        return start, minutes


def _wall_time(date: str, time: str) -> dt.datetime:
    """Local time as written; a full hour may be written as minute 60, as it is in Seattle's study."""
    day = dt.datetime.strptime(date, "%Y%m%d")  # noqa: DTZ007  wall time, as written
    if not re.fullmatch(r"([01]\d|2[0-3])([0-5]\d|60)", time):
        raise ValueError(time)
    return day + dt.timedelta(hours=int(time[:2]), minutes=int(time[2:]))


def read_study(folder: Path, *, today: dt.date, bands: frozenset[int]) -> Study:
    """Read the study in `folder`.

    `bands` are the lower ages of the bands people are counted in here. Raises StudyError with every problem found.
    """
    problems: list[Problem] = []
    readers = {}
    for part in ("moving", "staying", "locations"):
        found = sorted(p for p in folder.glob("*.csv") if part in p.name.lower())
        if len(found) == 1:
            readers[part] = _Reader(found[0], today, bands)
        else:
            text = _("Expected one CSV file with “%(part)s” in its name, found %(n)d.")
            problems.append(Problem(folder.name, None, text % {"part": part, "n": len(found)}))
    if problems:
        raise StudyError(problems)
    locations = _locations(readers["locations"])
    counts = [*_moving(readers["moving"]), *_staying(readers["staying"])]
    for reader in readers.values():
        problems += reader.problems
    strangers = sorted({count.location for count in counts} - set(locations))
    for location in strangers if locations else []:
        problems.append(Problem(readers["locations"].path.name, None, _("No location %(id)s.") % {"id": location}))
    if problems:
        raise StudyError(problems)
    return Study(locations, counts)


def _locations(reader: _Reader) -> dict[str, str]:
    table = reader.table({"location_id", "location_name_primary", "location_name_secondary"})
    if table is None:
        return {}
    return {
        record["location_id"].upper(): f"{record['location_id']} {record['location_name_primary']}".strip()
        for record in table.to_dict("records")
    }


def _records(table: pd.DataFrame) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with the number that a spreadsheet gives them, where no cell holds a line break."""
    yield from enumerate(table.to_dict("records"), start=2)


def _moving(reader: _Reader) -> list[FileCount]:
    table = reader.table(_VISIT | set(_GENDERS), also=_GROUP)
    if table is None:
        return []
    groups = [(name, int(match[1])) for name in table.columns if (match := _GROUP.fullmatch(name))]
    return [count for row, record in _records(table) if (count := _moving_row(reader, row, record, groups))]


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
    )


def _staying(reader: _Reader) -> list[FileCount]:
    table = reader.table(_VISIT | set(_GENDERS), also=_AGE)
    if table is None:
        return []
    ages = {name: int(match[1]) for name in table.columns if (match := _AGE.fullmatch(name))}
    for name, lower in ages.items():
        if lower not in reader.bands:
            reader.wrong(_("The age band %(name)s does not begin where a band of ours does.") % {"name": name})
    visits: dict[tuple[str, str], list[tuple[dt.datetime, int]]] = {}
    cells: dict[tuple[str, str], Counter[tuple[int, int | None]]] = defaultdict(Counter)
    for row, record in _records(table):
        times = reader.times(record, row)
        seen = _person(reader, row, record, ages)
        if times is None or seen is None:
            continue
        visit = (record["location_id"].upper(), record["survey_id"])
        visits.setdefault(visit, []).append(times)
        cells[visit].update(seen)
    return [
        FileCount(
            key=f"staying/{location}/{survey}/{min(times)[0]:%Y%m%d}",
            measure=Measure.STAYING,
            level=Level.GENDER_AGE,
            location=location,
            start=min(times)[0],
            minutes=max(minutes for _start, minutes in times),
            cells=dict(cells[location, survey]),
        )
        for (location, survey), times in visits.items()
    ]


def _person(
    reader: _Reader, row: int, record: dict[str, str], ages: dict[str, int]
) -> dict[tuple[int, int | None], int] | None:
    """The one person of the row by cell; {} where someone looked and nobody was there; None where the row is wrong."""
    before = len(reader.problems)
    total = reader.number(record["row_total"], "row_total", row)
    genders = [gender for name, gender in _GENDERS.items() if reader.number(record[name], name, row)]
    bands = [lower for name, lower in ages.items() if reader.number(record[name], name, row)]
    if len(reader.problems) > before:
        return None
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
    band = dict(AgeBand.objects.filter(age_set__is_default=True).values_list("lower", "pk"))
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
