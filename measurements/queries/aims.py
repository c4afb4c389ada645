"""Whom a place has said that it should reach, beside those who live there and what a plan is expected to give."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from measurements import reach
from measurements.models import AgeSet, Gender, Level, RepresentationTarget
from measurements.queries.participation import (
    History,
    bands_of_residents,
    participation_counts,
    shared_with_residents,
)
from measurements.queries.population import latest_population
from measurements.reach import Forecast, Group, Outlook, Part
from measurements.statistics import Band, Interval
from places.models import Place

PER_CENT = 100
Scale = RepresentationTarget.Scale


class Why(StrEnum):
    """Why a target cannot be judged."""

    TOO_LITTLE = "too_little"
    AGES = "ages"
    NO_POPULATION = "no_population"


@dataclass(frozen=True)
class Aim:
    """A target in both measures. Shares are 0 to 1; None is what cannot be said."""

    target: RepresentationTarget
    # The group's share of the population.
    there: float | None

    @property
    def least(self) -> float | None:
        """As a share of those judged."""
        value = float(self.target.least)
        if self.target.measured_in == Scale.SHARE:
            return value / PER_CENT
        return value * self.there if self.there else None

    @property
    def least_index(self) -> float | None:
        value = float(self.target.least)
        if self.target.measured_in == Scale.INDEX:
            return value
        return value / PER_CENT / self.there if self.there else None


@dataclass(frozen=True)
class Prospect:
    """A target, what the plan is expected to give, and what has been counted."""

    aim: Aim
    # None where the ages of the target are not those that counts and population share.
    groups: frozenset[Group] | None
    part: Part | None
    # People of the group, and all judged, in the counts that the forecast goes by.
    counted: int
    judged: int

    @property
    def target(self) -> RepresentationTarget:
        return self.aim.target

    @property
    def share(self) -> Interval | None:
        return self.part.share if self.part else None

    @property
    def index(self) -> Interval | None:
        return self.part.index if self.part else None

    @property
    def counted_share(self) -> float | None:
        return self.counted / self.judged if self.judged and self.groups is not None else None

    @property
    def outlook(self) -> Outlook:
        return reach.outlook(self.share, self.aim.least)

    @property
    def why(self) -> Why | None:
        """Why there is no word; what is missing in the target comes before what is missing in the counts."""
        if self.groups is None:
            return Why.AGES
        if self.aim.least is None:
            return Why.NO_POPULATION
        return Why.TOO_LITTLE if self.part is None else None


def prospects(targets: Iterable[RepresentationTarget], history: History, found: Forecast) -> tuple[Prospect, ...]:
    """In the order of the targets; the forecast was asked for their groups."""
    return tuple(_prospect(target, history, found) for target in targets)


def _prospect(target: RepresentationTarget, history: History, found: Forecast) -> Prospect:
    groups = groups_of(target, history.bands)
    counted, judged = reach.counted(history.past, groups or frozenset())
    return Prospect(
        aim=Aim(target, None if groups is None else reach.share_there(groups, history.population)),
        groups=groups,
        part=None if groups is None else found.parts.get(groups),
        counted=counted,
        judged=judged,
    )


def groups_of(target: RepresentationTarget, bands: Sequence[Band]) -> frozenset[Group] | None:
    """
    The groups that a target is of, where people are told apart by these bands; by gender alone without any.

    None where its ages begin or end inside a band.
    """
    genders = [target.gender] if target.gender else [one.value for one in Gender if one != Gender.NOT_CLASSIFIED]
    if target.lower is None:
        every: Sequence[Band | None] = bands or (None,)
        return frozenset((gender, band) for gender in genders for band in every)
    inside = [band for band in bands if Band(target.lower, target.upper).holds(band)]
    if not inside or (inside[0].first, inside[-1].last) != (target.lower, target.upper):
        return None
    return frozenset((gender, band) for gender in genders for band in inside)


# --- Where a target is set --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Residents:
    """Those who live in a place's municipality, by their own age bands; and by which ages a target can be judged."""

    people: Mapping[Group, int]
    bands: tuple[Band, ...]
    # None where no population is known.
    year: int | None
    source: str
    # That can be chosen: of the counts and of the residents.
    offered: tuple[Band, ...]
    # The finest that both share; empty where gender alone can be judged.
    shared: tuple[Band, ...]

    def aim(self, target: RepresentationTarget) -> Aim:
        groups = groups_of(target, self.bands)
        return Aim(target, None if groups is None else reach.share_there(groups, self.people))

    @property
    def rows(self) -> list[tuple[Band | None, list[float | None]]]:
        """Each band, and last all ages, with the shares of women, of men and of both."""
        women, men = Gender.WOMAN.value, Gender.MAN.value
        return [
            (band, [self._share(genders, ages) for genders in ((women,), (men,), (women, men))])
            for band, ages in [*((band, [band]) for band in self.bands), (None, self.bands)]
        ]

    def _share(self, genders: Iterable[int], ages: Iterable[Band]) -> float | None:
        return reach.share_there([(gender, band) for gender in genders for band in ages], self.people)


def residents_of(place: Place) -> Residents:
    """Costs three queries, and one more where nobody has been counted by gender and age."""
    rows = latest_population(place.municipality_code)
    used = set(participation_counts(place).filter(level=Level.GENDER_AGE).values_list("age_set", flat=True))
    used = used or set(AgeSet.objects.filter(is_default=True).values_list("pk", flat=True))
    counted, wider = shared_with_residents(used, rows)
    bands = bands_of_residents(rows)
    return Residents(
        people={(row.gender, Band(row.lower, row.upper)): row.people for row in rows},
        bands=tuple(bands),
        year=rows[0].year if rows else None,
        source=rows[0].source if rows else "",
        offered=tuple(sorted({*counted.values(), *bands}, key=lambda band: (band.first, band.last is None))),
        shared=tuple(sorted(set((wider or {}).values()))),
    )
