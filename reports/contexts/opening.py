"""Days and hours held against those promised."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from places.opening import OpeningResult, PromisedDay
from places.rounding import rounded as by_the_rule
from reports.contexts.rounding import rounded


@dataclass(frozen=True)
class Missed:
    """A promised day that was not held. The reason is empty when nobody gave one."""

    date: dt.date
    reason: str
    note: str
    # The promised day before it was missed too. False in editions made before this was kept.
    follows: bool = False


@dataclass(frozen=True)
class Closure:
    """Promised days in a row that were missed for one reason; days without a promise do not break the row."""

    first: dt.date
    last: dt.date
    days: int
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
    # The same hours to the minute, so that a share is of the exact numbers. None in editions made before this was kept.
    minutes_promised: int | None = None
    minutes_held: int | None = None

    @property
    def closures(self) -> tuple[Closure, ...]:
        """The missed days, row by row."""
        rows: list[Closure] = []
        for day in self.missed:
            before = rows[-1] if rows else None
            if before and day.follows and (before.reason, before.note) == (day.reason, day.note):
                rows[-1] = replace(before, last=day.date, days=before.days + 1)
            else:
                rows.append(Closure(day.date, day.date, 1, day.reason, day.note))
        return tuple(rows)


def gather_opening(result: OpeningResult, promised: Sequence[PromisedDay] = ()) -> Opening:
    """With the `promised` days each missed one tells whether it follows another."""
    order = {day.date: number for number, day in enumerate(promised)}
    lost = {order[day.date] for day in result.missed if day.date in order}
    return Opening(
        days_promised=result.days_promised,
        days_held=result.days_held,
        hours_held=by_the_rule(result.hours_held, 1),
        week_promised=rounded(result.hours_per_week_promised),
        week_held=rounded(result.hours_per_week_held),
        missed=tuple(
            Missed(day.date, day.reason or "", day.note, follows=order.get(day.date, 0) - 1 in lost)
            for day in result.missed
        ),
        extra_days=tuple(result.extra_days),
        days_without_closing_time=len(result.days_without_closing_time),
        minutes_promised=minutes(result.hours_promised),
        minutes_held=minutes(result.hours_held),
    )


def minutes(hours: Decimal) -> int:
    """Hours are sums of whole minutes."""
    return int(by_the_rule(hours * 60))
