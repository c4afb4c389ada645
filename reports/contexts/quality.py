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


def gather_quality(place: Place, period: Period, last_over: dt.date) -> Quality:
    """All that was counted, held against the period's days up to `last_over`: one under way may yet be counted."""
    found = counts.completeness(place, period)
    over = period.clipped(period.first, last_over)
    days = counts.completeness(place, over) if over else None
    return Quality(
        open_days=days.open_days if days else 0,
        days_with_staying=days.days_with_staying if days else 0,
        days_with_passing=days.days_with_passing if days else 0,
        coverage=tuple(Coverage(one.measure, one.classified, one.total) for one in found.coverage),
        gaps=tuple(Gap(one.first, one.last, one.measure, one.reason, one.note) for one in found.gaps),
        unexplained=days.unexplained if days else (),
    )
