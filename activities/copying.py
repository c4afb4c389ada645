"""One year's plan laid on another, by ISO week and weekday: dates in, dates out."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from dateutil.tz import resolve_imaginary

from activities.recurrence import Rhythm, dates


class Way(StrEnum):
    """How a date found its place in the other year."""

    SAME_WEEKDAY = "same_weekday"
    # There is no week 53 in that year: its week 52.
    WEEK_52 = "week_52"
    # What stands on a day with a name follows the name: Midsummer's Eve is no weekday of a week.
    NAMED_DAY = "named_day"


@dataclass(frozen=True)
class Landing:
    """Where a day of one year lies in another, and by which rule. `name` is of the day it followed, else empty."""

    date: dt.date
    way: Way
    name: str = ""


def landing(day: dt.date, years: int, named: Mapping[dt.date, str] | None = None) -> Landing:
    """
    The same weekday of the same ISO week, so many years on.

    A week 53 that the other year lacks becomes its week 52, as where periods are compared. `named` holds days with
    names of both years: what stood on one of them goes to the day that has the name in the other calendar year.
    """
    for name in _names(day, named or {}):
        same = [other for other in named or {} if other.year == day.year + years and name in _names(other, named or {})]
        if same:
            return Landing(min(same), Way.NAMED_DAY, name)
    year, week, weekday = day.isocalendar()
    last_week = last_iso_week(year + years)
    way = Way.WEEK_52 if week > last_week else Way.SAME_WEEKDAY
    return Landing(dt.date.fromisocalendar(year + years, min(week, last_week), weekday), way)


def last_iso_week(year: int) -> int:
    """52 or 53."""
    # 28 December always lies in the last week of its ISO year.
    return dt.date(year, 12, 28).isocalendar().week


def landed(rhythm: Rhythm, years: int) -> Rhythm:
    """
    The same rhythm so many years on, with its ends and its single dates each on the same weekday of the same week.

    Weekly is still weekly, and every second week is every second week from the new first day. Where both ends lie in
    a week 53 that the other year lacks, the end is never before the beginning.
    """
    first, last = landing(rhythm.first, years).date, landing(rhythm.last, years).date
    return replace(
        rhythm,
        first=first,
        last=max(first, last),
        also=_landed_dates(rhythm.also, years),
        excluded=_landed_dates(rhythm.excluded, years),
    )


def clipped(rhythm: Rhythm, first: dt.date | None = None, last: dt.date | None = None) -> Rhythm | None:
    """The rhythm's dates from `first` to `last` (both counted, None is open), in step; None when none are left."""
    within = [day for day in dates(rhythm) if (first or day) <= day <= (last or day)]
    if not within:
        return None
    weekly = replace(rhythm, excluded=frozenset(), also=frozenset()) if rhythm.weekdays else None
    # A later beginning must lie in a week of the rhythm, or every second week would become the other weeks.
    steps = [day for day in dates(weekly) if (first or day) <= day <= (last or day)] if weekly else []
    start, end = (steps[0], steps[-1]) if steps else (within[0], within[-1])
    start = rhythm.first if first is None or first <= rhythm.first else start
    end = rhythm.last if last is None or last >= rhythm.last else end
    return replace(
        rhythm,
        first=start,
        last=max(start, end),
        # Without a step left in the stretch the weekdays would bring dates of their own.
        weekdays=rhythm.weekdays if steps else frozenset(),
        also=frozenset(day for day in rhythm.also if day in within),
        excluded=frozenset(day for day in rhythm.excluded if start <= day <= end),
    )


def without(rhythm: Rhythm, days: Iterable[dt.date]) -> Rhythm:
    """The rhythm with those of `days` left out that are in it."""
    return replace(rhythm, excluded=rhythm.excluded | (set(days) & set(dates(rhythm))))


def shifted(
    starts_at: dt.datetime, ends_at: dt.datetime, to: dt.date, tz: str = "Europe/Stockholm"
) -> tuple[dt.datetime, dt.datetime]:
    """
    The same clock times, with the first of them on `to`; an exhibition keeps its number of days.

    A time that the spring shift skips moves an hour forward; one that the autumn shift repeats is the first of the two.
    """
    zone = ZoneInfo(tz)
    start, end = (moment.astimezone(zone).replace(tzinfo=None, fold=0) for moment in (starts_at, ends_at))
    days = to - start.date()
    new_start, new_end = (resolve_imaginary((moment + days).replace(tzinfo=zone)) for moment in (start, end))
    # Subtracted in the same zone, two times are apart as on the wall; the start may have been skipped past the end.
    if new_end <= new_start or end <= start:
        new_end = new_start + (ends_at - starts_at)
    return new_start, new_end


def _landed_dates(days: Iterable[dt.date], years: int) -> frozenset[dt.date]:
    return frozenset(landing(day, years).date for day in days)


def _names(day: dt.date, named: Mapping[dt.date, str]) -> list[str]:
    """A day that bears two names has them parted by a semicolon."""
    return named[day].split("; ") if day in named else []
