"""How complete the counting was."""

import datetime as dt
from dataclasses import dataclass

from measurements import queries as counts
from places.models import Place
from places.periods import Period


@dataclass(frozen=True)
class Gap:
    """An empty measure stands for all three."""

    first: dt.date
    last: dt.date
    measure: str
    reason: str
    note: str


@dataclass(frozen=True)
class Coverage:
    measure: str
    classified: int
    total: int


@dataclass(frozen=True)
class Quality:
    open_days: int
    days_with_staying: int
    days_with_passing: int
    coverage: tuple[Coverage, ...]
    gaps: tuple[Gap, ...]
    unexplained: tuple[dt.date, ...]


def gather_quality(place: Place, period: Period) -> Quality:
    found = counts.completeness(place, period)
    return Quality(
        open_days=found.open_days,
        days_with_staying=found.days_with_staying,
        days_with_passing=found.days_with_passing,
        coverage=tuple(Coverage(one.measure, one.classified, one.total) for one in found.coverage),
        gaps=tuple(Gap(one.first, one.last, one.measure, one.reason, one.note) for one in found.gaps),
        unexplained=found.unexplained,
    )
