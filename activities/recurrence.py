"""A weekly rhythm in wall time made into dates: rule in, dates out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import MO, WEEKLY, rrule
from dateutil.tz import resolve_imaginary

ONE_DAY = timedelta(days=1)
WEEKDAYS = range(7)


@dataclass(frozen=True)
class Rhythm:
    """
    The given weekdays (Monday 0) of every week, or every nth, from `first` to `last`, both counted.

    Weeks are counted from the ISO week that `first` lies in. Dates in `also` are added, and may lie outside;
    dates in `excluded` are taken away, those added as well. ValueError for a rhythm that makes no sense.
    """

    first: date
    last: date
    weekdays: frozenset[int]
    every_weeks: int = 1
    also: frozenset[date] = frozenset()
    excluded: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if message := self._nonsense():
            raise ValueError(message)

    def _nonsense(self) -> str | None:
        if self.last < self.first:
            return f"A rhythm cannot end ({self.last}) before it begins ({self.first})."
        if self.every_weeks < 1:
            return "A rhythm returns every week at the most."
        if not self.weekdays and not self.also:
            return "A rhythm needs a weekday or a date."
        if not self.weekdays <= set(WEEKDAYS):
            return "Weekdays are numbered from 0 (Monday) to 6 (Sunday)."
        return None


def dates(rhythm: Rhythm) -> list[date]:
    """The rhythm's dates in order, each once."""
    weekly = set(_weekly(rhythm)) if rhythm.weekdays else set()
    return sorted((weekly | rhythm.also) - rhythm.excluded)


def wall_times(
    days: Iterable[date], start: time, end: time, tz: str = "Europe/Stockholm"
) -> list[tuple[datetime, datetime]]:
    """
    Start and end on each day as the clock on the wall shows them, summer time or not.

    An end before the start is on the day after. A time that the spring shift skips moves an hour forward; one that
    the autumn shift repeats is the first of the two. ValueError when start and end are the same, or bring a zone.
    """
    if start == end:
        message = "What starts and ends at the same time takes no time."
        raise ValueError(message)
    if start.tzinfo or end.tzinfo:
        message = "Wall times have no time zone of their own."
        raise ValueError(message)
    zone = ZoneInfo(tz)
    return [_start_and_end(day, start, end, zone) for day in days]


def _weekly(rhythm: Rhythm) -> list[date]:
    # Begun on the Monday of the first week, so that every second week does not hang on which weekday comes first.
    monday = rhythm.first - rhythm.first.weekday() * ONE_DAY
    rule = rrule(
        WEEKLY,
        dtstart=datetime.combine(monday, time.min),
        until=datetime.combine(rhythm.last, time.min),
        interval=rhythm.every_weeks,
        byweekday=sorted(rhythm.weekdays),
        wkst=MO,
    )
    return [moment.date() for moment in rule if moment.date() >= rhythm.first]


def _start_and_end(day: date, start: time, end: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    last_day = day + ONE_DAY if end < start else day
    starts, ends = _at(day, start, zone), _at(last_day, end, zone)
    if ends <= starts:
        # The start was skipped and has moved past the end (02:30 to 03:00 in March): keep the length instead.
        ends = starts + (datetime.combine(last_day, end) - datetime.combine(day, start))
    return starts, ends


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return resolve_imaginary(datetime.combine(day, clock.replace(fold=0), tzinfo=zone))
