"""
People counted by gender and age, of one measure over a period or of a single count.

Answered from the daily sums of the period alone, so that nothing costs more as the ledger grows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from django.db.models import Sum

from measurements import statistics
from measurements.models import AgeBand, DailyCount, Gender, Headcount
from measurements.statistics import Band, Level
from places.models import Place
from places.periods import Period

Cell: TypeAlias = tuple[int, Band | None]

_COLUMNS = (Gender.WOMAN, Gender.MAN, Gender.OTHER, Gender.NOT_CLASSIFIED)


@dataclass(frozen=True)
class Crosstab:
    """People of one measure by perceived gender and age, at the lowest level that all its counts share."""

    measure: str
    # None when nothing was collected.
    level: Level | None
    # Some counts tell more than `level` shows, because others do not, or because their age bands do not nest.
    fell_back: bool
    # Columns and rows in order; `bands` is empty where age is not told.
    genders: tuple[int, ...]
    bands: tuple[Band, ...]
    cells: Mapping[Cell, int] = field(repr=False)
    # People of counts coarser than the level asked for: in the total, in no cell. 0 when none was asked for.
    left_out: int = 0

    @property
    def total(self) -> int | None:
        """None when nothing was collected; 0 when someone looked and nobody was there."""
        return None if self.level is None else sum(self.cells.values()) + self.left_out

    def is_classified(self, gender: int, band: Band | None) -> bool:
        """Whether all that the level tells was judged of the cell's people."""
        tells = statistics.LEVEL_PARTS[self.level] if self.level else frozenset()
        gender_judged = "gender" not in tells or gender != Gender.NOT_CLASSIFIED
        age_judged = "age" not in tells or band is not None
        return bool(tells) and gender_judged and age_judged

    @property
    def classified_cells(self) -> dict[Cell, int]:
        return {cell: people for cell, people in self.cells.items() if self.is_classified(*cell)}

    def share(self, gender: int, band: Band | None) -> float | None:
        """Of the classified, 0 to 1. None for those not classified, or when nobody was."""
        if not self.is_classified(gender, band) or not self.classified:
            return None
        return self.cells.get((gender, band), 0) / self.classified

    @property
    def classified(self) -> int:
        return sum(self.classified_cells.values())

    @property
    def coverage(self) -> float | None:
        """Classified of all counted, 0 to 1. None when nobody was counted, or only totals were."""
        if self.level in {None, Level.TOTAL} or not self.total:
            return None
        return statistics.coverage(self.classified, self.total)

    @property
    def shares(self) -> dict[Cell, float]:
        """Of the classified, 0 to 1. Empty when nobody was classified."""
        whole = self.classified
        return {cell: people / whole for cell, people in self.classified_cells.items()} if whole else {}

    @property
    def row_totals(self) -> dict[Band | None, int]:
        """Per band, those whose age was not judged under None."""
        return {row: sum(self.cells.get((gender, row), 0) for gender in self.genders) for row in (*self.bands, None)}

    @property
    def column_totals(self) -> dict[int, int]:
        rows: tuple[Band | None, ...] = (*self.bands, None)
        return {gender: sum(self.cells.get((gender, row), 0) for row in rows) for gender in self.genders}

    @property
    def rows(self) -> list[tuple[Band | None, list[int], int]]:
        """Band, a number for each of `genders`, and their sum; last the row of those whose age was not judged."""
        totals = self.row_totals
        return [(band, [self.cells.get((gender, band), 0) for gender in self.genders], totals[band]) for band in totals]


@dataclass(frozen=True)
class _Sum:
    """The people of one level, gender and age band."""

    level: Level
    gender: int
    band_id: int | None
    people: int


def people_by_gender_and_age(place: Place, period: Period, measure: str, *, level: Level | None = None) -> Crosstab:
    """
    Everyone counted in the period, at the lowest level that the counts share; `fell_back` when some tell more.

    With a `level`, only counts that tell as much are in the cells, and the people of the others in `left_out`.
    Costs two queries.
    """
    found = [
        _Sum(Level(row["level"]), row["gender"], row["age_band"], row["people"])
        for row in DailyCount.objects.during(period)
        .filter(place=place, measure=measure)
        .values("level", "gender", "age_band")
        .annotate(people=Sum("people"))
        .order_by("level", "gender", "age_band")
    ]
    sums = [row for row in found if level is None or _tells(row.level, level)]
    shared = statistics.lowest_shared_level([row.level for row in sums] if level is None else [level] if sums else [])
    left_out = sum(row.people for row in found) - sum(row.people for row in sums)
    if shared is None:
        return Crosstab(measure, Level.TOTAL if found else None, bool(found), (0,), (), {}, left_out)
    return _crosstab(measure, sums, shared, left_out)


def _crosstab(measure: str, sums: Sequence[_Sum], shared: Level, left_out: int) -> Crosstab:
    merged = _merged_bands(sums) if "age" in statistics.LEVEL_PARTS[shared] else {}
    shown = shared if merged is not None else _without_age(shared)
    tells = statistics.LEVEL_PARTS[shown]
    cells: dict[Cell, int] = {}
    for row in sums:
        band = merged[row.band_id] if merged and row.band_id is not None and "age" in tells else None
        cell = (row.gender if "gender" in tells else Gender.NOT_CLASSIFIED.value, band)
        cells[cell] = cells.get(cell, 0) + row.people
    return Crosstab(
        measure=measure,
        level=shown,
        fell_back=shown != shared or any(row.level != shared for row in sums),
        genders=_columns(cells) if "gender" in tells else (Gender.NOT_CLASSIFIED.value,),
        bands=tuple(sorted(set(merged.values()))) if merged else (),
        cells=cells,
        left_out=left_out,
    )


def _tells(own: Level, asked: Level) -> bool:
    return statistics.LEVEL_PARTS[asked] <= statistics.LEVEL_PARTS[own]


def _without_age(level: Level) -> Level:
    return Level.GENDER if level == Level.GENDER_AGE else Level.TOTAL


def _columns(cells: Iterable[Cell]) -> tuple[int, ...]:
    """OTHER only where a person stated it."""
    used = {gender for gender, _band in cells}
    return tuple(gender.value for gender in _COLUMNS if gender != Gender.OTHER or gender in used)


def _merged_bands(sums: Sequence[_Sum]) -> dict[int, Band] | None:
    """The band that each age band in use goes into; None where the sets share no border but the ends."""
    used = {row.band_id for row in sums if row.band_id is not None}
    known: dict[int, list[AgeBand]] = {}
    default = 0
    for band in AgeBand.objects.select_related("age_set").order_by("age_set", "lower"):
        known.setdefault(band.age_set_id, []).append(band)
        default = band.age_set_id if band.age_set.is_default else default
    sets = [bands for bands in known.values() if used & {band.pk for band in bands}] or [known.get(default, [])]
    plain = {band.pk: Band(band.lower, band.upper) for bands in sets for band in bands}
    goes_into = shared_bands([[plain[band.pk] for band in bands] for bands in sets])
    return None if goes_into is None else {key: goes_into[band] for key, band in plain.items()}


def shared_bands(sets: Sequence[Sequence[Band]]) -> dict[Band, Band] | None:
    """
    The finest bands that every set's borders allow, for each band of each set the one it goes into.

    None where they share no border to divide at, or where a set leaves out ages that another counts.
    """
    if len({tuple(bands) for bands in sets}) <= 1:
        return {band: band for bands in sets for band in bands}
    borders = sorted(set.intersection(*({band.first for band in bands} for bands in sets)))
    if len(borders) <= 1:
        return None
    lasts = [bands[-1].last for bands in sets]
    top = None if None in lasts else max(last for last in lasts if last is not None)
    wider = [
        Band(first, after - 1 if after is not None else top)
        for first, after in zip(borders, [*borders[1:], None], strict=True)
    ]
    try:
        return {band: around for bands in sets for band, around in statistics.merge_bands(bands, wider).items()}
    except ValueError:
        return None


def people_of(headcount: Headcount) -> Crosstab:
    """One count by gender and age. Reads that count's own entries only. Costs two queries."""
    bands = {band.pk: Band(band.lower, band.upper) for band in headcount.age_set.bands.all()}
    level = Level(headcount.level)
    tells = statistics.LEVEL_PARTS[level]
    cells = {
        (gender, None if band is None else bands[band]): people
        for (gender, band), people in cells_of(headcount).items()
    }
    return Crosstab(
        measure=headcount.measure,
        level=None if headcount.people is None or headcount.withdrawn else level,
        fell_back=False,
        genders=_columns(cells) if "gender" in tells else (Gender.NOT_CLASSIFIED.value,),
        bands=tuple(bands.values()) if "age" in tells else (),
        cells=cells,
    )


def cells_of(headcount: Headcount) -> dict[tuple[int, int | None], int]:
    """The sums of one count by gender and age band (its key). Reads that count's own entries only."""
    rows = headcount.entries.order_by().values("gender", "age_band").annotate(sum=Sum("people"))
    return {(row["gender"], row["age_band"]): row["sum"] for row in rows}
