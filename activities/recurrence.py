"""A weekly rhythm in wall time made into dates: rule in, dates out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
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


def split(rhythm: Rhythm, on: date) -> tuple[Rhythm | None, Rhythm | None]:
    """The rhythm's dates before `on`, and those from `on`; None where there are none. Together they are all of them."""
    weekly = weekly_dates(rhythm)
    # From a week that counts, so that every second week goes on as it was.
    again = next((day for day in weekly if day >= on), on)
    before = _part(rhythm, lambda day: day < on, rhythm.first, min(rhythm.last, on - ONE_DAY))
    return before, _part(rhythm, lambda day: day >= on, again, rhythm.last)


def shift_weekday(rhythm: Rhythm, old: int, new: int) -> Rhythm:
    """
    What was on one weekday of each week is on another of the same ISO week. Dates left out move along; `also` stays.

    ValueError when the rhythm has nothing on the old weekday, or something on the new one already.
    """
    if old not in rhythm.weekdays or new in rhythm.weekdays:
        message = f"The rhythm cannot go from weekday {old} to {new}: it has {sorted(rhythm.weekdays)}."
        raise ValueError(message)
    weekly = set(_weekly(rhythm))
    along = {day: day + (new - old) * ONE_DAY if day.weekday() == old else day for day in weekly}
    left_out = rhythm.excluded - weekly
    wanted = ({along[day] for day in weekly - rhythm.excluded} | (rhythm.also - weekly)) - left_out
    every = replace(
        rhythm,
        first=min([rhythm.first, *along.values()]),
        last=max([rhythm.last, *along.values()]),
        weekdays=rhythm.weekdays - {old} | {new},
        also=rhythm.also - weekly,
        excluded=frozenset(),
    )
    return replace(every, excluded=left_out | (set(dates(every)) - wanted))


def weekly_dates(rhythm: Rhythm) -> list[date]:
    """Those of the weekdays alone, with what is left out, and without `also`."""
    return _weekly(rhythm) if rhythm.weekdays else []


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


def _part(rhythm: Rhythm, within: Callable[[date], bool], first: date, last: date) -> Rhythm | None:
    days = [day for day in dates(rhythm) if within(day)]
    if not days:
        return None
    weekly = set(weekly_dates(rhythm))
    returns = any(within(day) for day in weekly)
    return Rhythm(
        first=first if returns else days[0],
        last=last if returns else days[-1],
        weekdays=rhythm.weekdays if returns else frozenset(),
        every_weeks=rhythm.every_weeks,
        also=frozenset(days) - weekly,
        excluded=frozenset(day for day in rhythm.excluded if within(day)),
    )


def _start_and_end(day: date, start: time, end: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    last_day = day + ONE_DAY if end < start else day
    starts, ends = _at(day, start, zone), _at(last_day, end, zone)
    if ends <= starts:
        # The start was skipped and has moved past the end (02:30 to 03:00 in March): keep the length instead.
        ends = starts + (datetime.combine(last_day, end) - datetime.combine(day, start))
    return starts, ends


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return resolve_imaginary(datetime.combine(day, clock.replace(fold=0), tzinfo=zone))
