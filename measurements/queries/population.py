"""Those counted beside those who live in the municipality."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from measurements import statistics
from measurements.models import Population
from measurements.queries.crosstab import Cell, Crosstab, people_by_gender_and_age, shared_bands
from measurements.statistics import Band, Level
from places.models import Place
from places.periods import Period

# Above this share of the counted one group is said to dominate. By gender alone, 40–60 % is called even in Sweden.
LARGEST_SHARE = {Level.GENDER_AGE: 0.4, Level.AGE: 0.4, Level.GENDER: 0.6}


@dataclass(frozen=True)
class GroupIndex:
    """One group's share among the counted over its share of the municipality: 1 is as in the population."""

    gender: int
    band: Band | None
    counted: int
    # Of the classified, and of the residents, 0 to 1.
    share: float
    population: int
    population_share: float
    # None where the municipality has nobody of the group.
    index: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Representation:
    """Those counted beside those who live in the municipality."""

    measure: str
    level: Level
    groups: tuple[GroupIndex, ...]
    classified: int
    total: int
    coverage: float | None
    # The group above the set share (`largest_share`), if there is one.
    dominant: GroupIndex | None
    largest_share: float
    municipality: str
    year: int
    population: int
    source: str

    @property
    def genders(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(group.gender for group in self.groups))

    @property
    def bands(self) -> tuple[Band | None, ...]:
        return tuple(dict.fromkeys(group.band for group in self.groups))

    def group(self, gender: int, band: Band | None) -> GroupIndex:
        return next(group for group in self.groups if (group.gender, group.band) == (gender, band))


def representation(place: Place, period: Period, measure: str) -> Representation | None:
    """
    Shares among the counted against the latest population of the place's municipality, by gender and age.

    Counts that tell less than both lower the coverage. Where the age bands of counted and residents share no
    borders, by gender alone. None when nobody was classified or the municipality's population is not known.
    Costs three queries.
    """
    counted = people_by_gender_and_age(place, period, measure, level=Level.GENDER_AGE)
    residents = latest_population(place.municipality_code)
    if not counted.classified or not residents:
        return None
    return _representation(place, counted, residents)


def latest_population(municipality_code: str) -> list[Population]:
    latest = Population.objects.filter(municipality_code=OuterRef("municipality_code")).order_by("-year")
    rows = Population.objects.filter(municipality_code=municipality_code, year=Subquery(latest.values("year")[:1]))
    return list(rows.order_by("gender", "lower"))


def _representation(place: Place, counted: Crosstab, residents: Sequence[Population]) -> Representation:
    their_bands = sorted({Band(row.lower, row.upper) for row in residents})
    merged = shared_bands([list(counted.bands), their_bands]) if counted.bands else None
    level = Level.GENDER_AGE if merged else Level.GENDER
    people = _regrouped(counted.classified_cells, merged)
    population = _regrouped({(row.gender, Band(row.lower, row.upper)): row.people for row in residents}, merged)
    groups = _indexed(people, population)
    first = residents[0]
    shares = {group: group.share for group in groups}
    return Representation(
        measure=counted.measure,
        level=level,
        groups=groups,
        classified=counted.classified,
        total=counted.total or 0,
        coverage=counted.coverage,
        dominant=statistics.dominance(shares, LARGEST_SHARE[level]),
        largest_share=LARGEST_SHARE[level],
        municipality=place.municipality_name,
        year=first.year,
        population=sum(population.values()),
        source=first.source,
    )


def _regrouped(cells: Mapping[Cell, int], merged: Mapping[Band, Band] | None) -> dict[Cell, int]:
    """The cells summed into wider bands, or without bands where there are none to share."""
    sums: dict[Cell, int] = {}
    for (gender, band), people in cells.items():
        cell = (gender, merged[band] if merged and band is not None else None)
        sums[cell] = sums.get(cell, 0) + people
    return sums


def _indexed(people: Mapping[Cell, int], population: Mapping[Cell, int]) -> tuple[GroupIndex, ...]:
    """Women first, each by age. A group that no register has (other) is in the whole and has no index of its own."""
    classified, residents = sum(people.values()), sum(population.values())
    groups = []
    for gender, band in sorted(population, key=lambda cell: (cell[0], cell[1] or Band(0, None))):
        counted, living = people.get((gender, band), 0), population[gender, band]
        index = statistics.representation_index(counted, classified, living, residents)
        groups.append(
            GroupIndex(
                gender=gender,
                band=band,
                counted=counted,
                share=counted / classified,
                population=living,
                population_share=living / residents if residents else 0,
                index=None if index is None else index.value,
                low=None if index is None else index.low,
                high=None if index is None else index.high,
            )
        )
    return tuple(groups)
