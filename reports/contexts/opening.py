"""Days and hours held against those promised."""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from places.opening import OpeningResult
from reports.contexts.rounding import TENTH, rounded


@dataclass(frozen=True)
class Missed:
    """A promised day that was not held. The reason is empty when nobody gave one."""

    date: dt.date
    reason: str
    note: str


@dataclass(frozen=True)
class Opening:
    """Days, and hours a week over all of the period's days; hours are None when nothing was promised."""

    days_promised: int
    days_held: int
    hours_held: Decimal
    week_promised: Decimal | None
    week_held: Decimal | None
    missed: tuple[Missed, ...]
    extra_days: tuple[dt.date, ...]
    days_without_closing_time: int


def gather_opening(result: OpeningResult) -> Opening:
    return Opening(
        days_promised=result.days_promised,
        days_held=result.days_held,
        hours_held=result.hours_held.quantize(TENTH, ROUND_HALF_UP),
        week_promised=rounded(result.hours_per_week_promised),
        week_held=rounded(result.hours_per_week_held),
        missed=tuple(Missed(day.date, day.reason or "", day.note) for day in result.missed),
        extra_days=tuple(result.extra_days),
        days_without_closing_time=len(result.days_without_closing_time),
    )
