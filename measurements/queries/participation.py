"""The participants counted in the last years, as a forecast goes by them, and whom to compare them with."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Sum
from django.utils import timezone

from activities.models import Occurrence
from activities.queries import SEASON_OF_MONTH
from measurements import reach
from measurements.models import AgeBand, CountEntry, Gender, Headcount, Level, Measure, Population
from measurements.models.count import HeadcountQuerySet
from measurements.queries.crosstab import Cell, shared_bands
from measurements.queries.population import latest_population
from measurements.reach import Past
from measurements.statistics import Band
from places.models import Place

# What lies further back tells more of another time than of the coming one.
YEARS_BACK = 3


@dataclass(frozen=True)
class History:
    """What was counted of participants, and whom to compare it with."""

    past: tuple[Past, ...]
    # As they were last called, by key.
    titles: Mapping[str, str]
    population: Mapping[reach.Group, int]
    # Of the latest population of the municipality; None where none is known.
    population_year: int | None
    source: str
    # The finest age bands that counts and residents share, which is what the groups are told apart by.
    bands: tuple[Band, ...]
    # They share no borders, so that people are told apart by gender alone.
    by_gender_alone: bool

    @property
    def first(self) -> dt.date | None:
        return min((one.date for one in self.past), default=None)

    @property
    def last(self) -> dt.date | None:
        return max((one.date for one in self.past), default=None)


def participation_history(place: Place, years: int = YEARS_BACK) -> History:
    """The participants of the last years, by gender and age where the counts tell. Costs four queries."""
    counts = list(participation_counts(place, years).select_related("occurrence").order_by("date", "pk"))
    residents = latest_population(place.municipality_code)
    used = {one.age_set_id for one in counts if one.level == Level.GENDER_AGE}
    bands, wider = shared_with_residents(used, residents)
    groups = _groups(counts, bands, wider)
    return History(
        past=tuple(_past(one, one.occurrence, groups.get(one.pk)) for one in counts if one.occurrence),
        titles={key_of(one.occurrence.title): one.occurrence.title for one in counts if one.occurrence},
        population=_residents(residents, wider),
        population_year=residents[0].year if residents else None,
        source=residents[0].source if residents else "",
        bands=tuple(sorted(set((wider or {}).values()))),
        by_gender_alone=wider is None,
    )


def participation_counts(place: Place, years: int = YEARS_BACK) -> HeadcountQuerySet:
    """Whole months: from the first day of this month so many years ago."""
    today = timezone.localdate()
    since = today.replace(year=today.year - years, day=1)
    return place.headcounts.of(Measure.PARTICIPATING).collected().filter(date__gte=since)


def key_of(title: str) -> str:
    """What the same thing has in common however it is written."""
    return " ".join(title.casefold().split())


# --- People -----------------------------------------------------------------------------------------------------------


def shared_with_residents(
    used: Collection[int], residents: Sequence[Population]
) -> tuple[dict[int, Band], Mapping[Band, Band] | None]:
    """
    Each age band of the age sets by its key, and the wider one it and the residents' bands go into.

    None instead of the wider ones where no borders are shared. Costs a query.
    """
    sets: dict[int, list[Band]] = defaultdict(list)
    plain: dict[int, Band] = {}
    for row in AgeBand.objects.filter(age_set__in=used).order_by("age_set", "lower"):
        plain[row.pk] = Band(row.lower, row.upper)
        sets[row.age_set_id].append(plain[row.pk])
    theirs = bands_of_residents(residents)
    every = [*sets.values(), theirs] if theirs else list(sets.values())
    return plain, shared_bands(every)


def bands_of_residents(residents: Iterable[Population]) -> list[Band]:
    return sorted({Band(row.lower, row.upper) for row in residents}, key=lambda band: band.first)


def _groups(
    counts: Sequence[Headcount], bands: Mapping[int, Band], wider: Mapping[Band, Band] | None
) -> dict[int, dict[reach.Group, int]]:
    """By count, for those that tell as much as is asked: gender and age, or gender where no borders are shared."""
    telling = {Level.GENDER_AGE} if wider is not None else {Level.GENDER, Level.GENDER_AGE}
    told = [one.pk for one in counts if one.level in telling]
    rows = (
        CountEntry.objects.filter(headcount__in=told)
        .order_by()
        .values("headcount", "gender", "age_band")
        .annotate(sum=Sum("people"))
    )
    found: dict[int, dict[reach.Group, int]] = {key: {} for key in told}
    for row in rows:
        group = _group(row["gender"], bands.get(row["age_band"]), wider)
        own = found[row["headcount"]]
        own[group] = own.get(group, 0) + row["sum"]
    return found


def _group(gender: int, band: Band | None, wider: Mapping[Band, Band] | None) -> reach.Group:
    """None when not all of it was judged."""
    if gender == Gender.NOT_CLASSIFIED or (wider is not None and band is None):
        return None
    return gender, wider[band] if wider is not None and band is not None else None


def _past(count: Headcount, occurrence: Occurrence, groups: Mapping[reach.Group, int] | None) -> Past:
    season = SEASON_OF_MONTH[count.date.month]
    return Past(key_of(occurrence.title), occurrence.kind, season, count.date, count.people or 0, groups)


def _residents(rows: Sequence[Population], wider: Mapping[Band, Band] | None) -> dict[reach.Group, int]:
    sums: Counter[Cell] = Counter()
    for row in rows:
        sums[row.gender, wider[Band(row.lower, row.upper)] if wider is not None else None] += row.people
    ordered = sorted(sums, key=lambda cell: (cell[0], cell[1] or Band(0, None)))
    return {cell: sums[cell] for cell in ordered}
