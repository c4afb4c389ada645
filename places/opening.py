"""The opening calendar: what was promised, what was held, what was missed and why. Closed days are never zero days."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

import holidays

from places.periods import Period

MINUTES_A_DAY = 24 * 60
DAYS_A_WEEK = 7
LONGEST_DAY = 16 * 60
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True)
class WeeklyHours:
    """The hours of a normal week on one weekday (Monday 0). Both ends of the validity are counted, None is open."""

    weekday: int
    opens: time
    closes: time
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class OpeningException:
    """A date that differs from the normal week. Without hours it is a closed day."""

    date: date
    opens: time | None
    closes: time | None
    # Planned ahead changes the promise. Unplanned leaves the promise as it was, and tells why it was missed.
    planned: bool
    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class ActualOpening:
    """One time the doors stood open. `closed` is None while it lasts, or when nobody wrote it down."""

    date: date
    opened: time
    closed: time | None


@dataclass(frozen=True)
class PromisedDay:
    date: date
    opens: time
    closes: time
    # Less than from `opens` to `closes` when the day has a break.
    minutes: int

    @property
    def hours(self) -> Decimal:
        return _hours(self.minutes)


@dataclass(frozen=True)
class MissedDay:
    """A promised day that was not held. The reason is None when nobody gave one."""

    date: date
    reason: str | None
    note: str


@dataclass(frozen=True)
class OpeningResult:
    """Days and hours held against promised. Hours per week are None when nothing was promised."""

    days_promised: int
    days_held: int
    hours_promised: Decimal
    # On promised days, as they were: staying open longer than promised adds.
    hours_held: Decimal
    hours_per_week_promised: Decimal | None
    hours_per_week_held: Decimal | None
    missed: list[MissedDay]
    # Open though not promised. Shown apart, never set off against the missed.
    extra_days: list[date]
    extra_hours: Decimal
    # Held, with no closing time written down: counted to the promised closing time.
    days_without_closing_time: list[date]

    @property
    def share_held(self) -> Decimal | None:
        """Days held of days promised, 0 to 1. None when nothing was promised."""
        return Decimal(self.days_held) / self.days_promised if self.days_promised else None


@dataclass(frozen=True)
class SchoolHoliday:
    """Days on which the schools around a place are closed, both ends counted."""

    name: str
    first: date
    last: date


class DayKind(StrEnum):
    """What the calendar calls a day. Where two names fit, the first of these is used."""

    RED_DAY = "red_day"
    EVE = "eve"
    SUNDAY = "sunday"
    SATURDAY = "saturday"
    WEEKDAY = "weekday"


def promised_days(
    period: Period,
    weekly: Iterable[WeeklyHours],
    exceptions: Iterable[OpeningException],
    *,
    red_days_closed: bool,
) -> list[PromisedDay]:
    """
    The days of the period on which the place promised to be open, in order.

    A planned exception comes before a red day, and a red day before the normal week. Of several normal weeks
    valid on a day the newest counts; two stretches of the same one make a day with a break.
    """
    week = list(weekly)
    planned = {exception.date: exception for exception in exceptions if exception.planned}
    promised = []
    for day in period:
        if exception := planned.get(day):
            stretches = _exception_hours(exception)
        elif red_days_closed and day in red_days(day.year):
            stretches = []
        else:
            stretches = _normal_hours(day, week)
        if stretches:
            promised.append(_promised_day(day, stretches))
    return promised


def opening_result(
    period: Period | None,
    promised: Iterable[PromisedDay],
    actual: Iterable[ActualOpening],
    exceptions: Iterable[OpeningException],
) -> OpeningResult:
    """
    What became of the promise, within the period.

    Clip the period to the last day that is over: a promised day without an opening is a missed day. None stands
    for a period of which nothing has passed yet. A missed day has its reason from an unplanned exception.
    """
    promises = {day.date: day for day in promised if period and day.date in period}
    openings: defaultdict[date, list[ActualOpening]] = defaultdict(list)
    for opening in actual:
        if period and opening.date in period:
            openings[opening.date].append(opening)
    held = sorted(promises.keys() & openings.keys())
    extra = sorted(openings.keys() - promises.keys())

    minutes_promised = sum(day.minutes for day in promises.values())
    minutes_held = sum(_minutes_open(opening, promises[day]) for day in held for opening in openings[day])
    minutes_extra = sum(_minutes_open(opening, None) for day in extra for opening in openings[day])
    days = len(period) if period and promises else 0
    return OpeningResult(
        days_promised=len(promises),
        days_held=len(held),
        hours_promised=_hours(minutes_promised),
        hours_held=_hours(minutes_held),
        hours_per_week_promised=_hours_per_week(minutes_promised, days),
        hours_per_week_held=_hours_per_week(minutes_held, days),
        missed=_missed(sorted(promises.keys() - openings.keys()), exceptions),
        extra_days=extra,
        extra_hours=_hours(minutes_extra),
        days_without_closing_time=[day for day in held if any(one.closed is None for one in openings[day])],
    )


@lru_cache
def red_days(year: int) -> Mapping[date, str]:
    """The year's public holidays with their Swedish names, after lag (1989:253), but without plain Sundays."""
    calendar = holidays.country_holidays("SE", years=year, language="sv", include_sundays=False)
    return dict(sorted(calendar.items()))


@lru_cache
def eves(year: int) -> Mapping[date, str]:
    """
    The year's eves with their Swedish names: Christmas, New Year's and Midsummer Eve and the lesser ones.

    Those three are equal to Sundays in 7 § semesterlagen (1977:480); Easter Eve, Walpurgis Night, Whitsun Eve and the
    eves of Epiphany and All Saints are custom. All are the days that the `holidays` library names as eves.
    """
    calendar = holidays.country_holidays("SE", years=year, language="sv", categories=("de_facto", "optional"))
    # The library adds the bank's hour to some names: "Valborgsmässoafton (från kl. 14.00)".
    names = {day: name.split(" (")[0] for day, name in sorted(calendar.items())}
    return {day: name for day, name in names.items() if name.endswith("afton")}


def school_holiday_on(known: Iterable[SchoolHoliday], day: date) -> str:
    """
    The name of the school holiday that the day lies in; empty where it lies in none.

    No law has their dates, for each municipality decides its own school year: what a place has entered is all there is.
    """
    return next((one.name for one in known if one.first <= day <= one.last), "")


def day_kind(day: date) -> DayKind:
    if day in red_days(day.year):
        return DayKind.RED_DAY
    if day in eves(day.year):
        return DayKind.EVE
    return {SATURDAY: DayKind.SATURDAY, SUNDAY: DayKind.SUNDAY}.get(day.weekday(), DayKind.WEEKDAY)


def _exception_hours(exception: OpeningException) -> list[tuple[time, time]]:
    if exception.opens is None or exception.closes is None:
        return []
    return [(exception.opens, exception.closes)]


def _normal_hours(day: date, weekly: list[WeeklyHours]) -> list[tuple[time, time]]:
    valid = [row for row in weekly if row.weekday == day.weekday() and _is_valid(row, day)]
    newest = max((row.valid_from for row in valid), default=None)
    return sorted((row.opens, row.closes) for row in valid if row.valid_from == newest)


def _is_valid(row: WeeklyHours, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def _promised_day(day: date, stretches: list[tuple[time, time]]) -> PromisedDay:
    minutes = sum(_minutes(opens, closes) for opens, closes in stretches)
    return PromisedDay(day, opens=stretches[0][0], closes=stretches[-1][1], minutes=minutes)


def _missed(days: list[date], exceptions: Iterable[OpeningException]) -> list[MissedDay]:
    unplanned = {exception.date: exception for exception in exceptions if not exception.planned}
    return [
        MissedDay(day, unplanned[day].reason or None, unplanned[day].note)
        if day in unplanned
        else MissedDay(day, None, "")
        for day in days
    ]


def _minutes_open(opening: ActualOpening, promise: PromisedDay | None) -> int:
    """Without a closing time to the promised one; with neither nothing is known, and 0 counted."""
    if opening.closed is not None:
        return _minutes(opening.opened, opening.closed)
    minutes = _minutes(opening.opened, promise.closes) if promise else 0
    # A longer stretch is one that began after closing time and runs to the next day's.
    return minutes if minutes <= LONGEST_DAY else 0


def _minutes(opens: time, closes: time) -> int:
    """Whole minutes on the clock. Closing before opening is after midnight; the same time is nothing."""
    return (closes.hour * 60 + closes.minute - opens.hour * 60 - opens.minute) % MINUTES_A_DAY


def _hours(minutes: int) -> Decimal:
    return Decimal(minutes) / 60


def _hours_per_week(minutes: int, days: int) -> Decimal | None:
    """Over all of the period's days, the closed ones as well: 40 h a week is 40 h every week."""
    return _hours(minutes) * DAYS_A_WEEK / days if days else None
