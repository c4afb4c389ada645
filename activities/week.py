"""A week of the plan by the clock: seven columns, what stands all week above them, and what meets side by side."""

import datetime as dt
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from activities.models import Kind, Occurrence
from activities.queries import FEWEST_STANDING
from places.models import Place
from places.opening import PromisedDay, eves, red_days, school_holiday_on
from places.periods import ONE_DAY, Period
from places.queries import promised_between, school_holidays

# What runs over midnight for less than this belongs to its evening; for longer, it is there for days.
MIDNIGHT = 24 * 60
# In minutes: what a thing is tall enough for a finger.
LEAST_TALL = 40
# More than this stand on each other's edges.
MOST_LANES = 8
# Shown where neither the hours nor the plan say anything, and an hour around what they say.
NINE, EIGHTEEN = 9, 18


@dataclass(frozen=True)
class Item:
    """One thing in a day's column; `lane` of `lanes` that share its time."""

    occurrence: Occurrence
    lane: int
    lanes: int
    is_locked: bool

    @property
    def starts(self) -> str:
        return _clock(_minute(self.occurrence.starts_at))

    @property
    def ends(self) -> str:
        """24:00 for what ends after midnight."""
        return _clock(_span(self.occurrence)[1])

    @property
    def is_free(self) -> bool:
        """It can be moved."""
        return not self.is_locked and self.occurrence.outcome == Occurrence.Outcome.PLANNED


@dataclass(frozen=True)
class Band:
    """What stands there for several days: one thing that lasts, or one that is put up again each day."""

    occurrences: list[Occurrence]
    # Monday is 0; within the week.
    first: int
    days: int
    # The day it begins on.
    is_locked: bool

    @property
    def one(self) -> Occurrence:
        return self.occurrences[0]

    @property
    def is_free(self) -> bool:
        """It can be moved: what is put up again each day is no one thing, and is moved day by day or in its series."""
        return self.lasts and not self.is_locked and self.one.outcome == Occurrence.Outcome.PLANNED

    @property
    def lasts(self) -> bool:
        return len(self.occurrences) == 1

    @property
    def outcome(self) -> str:
        """That of all its days; planned where they differ, for then none is that of the week."""
        outcomes = {one.outcome for one in self.occurrences}
        return self.one.outcome if len(outcomes) == 1 else Occurrence.Outcome.PLANNED

    @property
    def some_cancelled(self) -> int:
        """How many of its days, where others are not."""
        cancelled = sum(one.outcome == Occurrence.Outcome.CANCELLED for one in self.occurrences)
        return cancelled if cancelled < len(self.occurrences) else 0

    @property
    def states(self) -> list[tuple[str, int]]:
        """How many days in each state, the most common first."""
        return Counter(one.state for one in self.occurrences).most_common()


@dataclass(frozen=True)
class Day:
    """One column, with the names that the calendar has for it."""

    date: dt.date
    red_day: str
    eve: str
    school_holiday: str
    promised: PromisedDay | None
    is_locked: bool
    items: list[Item]

    @property
    def is_today(self) -> bool:
        return self.date == timezone.localdate()

    @property
    def opens(self) -> str:
        return f"{self.promised.opens:%H:%M}" if self.promised else ""

    @property
    def closes(self) -> str:
        return f"{self.promised.closes:%H:%M}" if self.promised else ""


@dataclass(frozen=True)
class PlannedWeek:
    """All that is planned in an ISO week, published or not, and whole hours that hold it."""

    period: Period
    days: list[Day]
    bands: list[Band]
    first_hour: int
    last_hour: int

    @property
    def hours(self) -> list[str]:
        return [_clock(hour * 60) for hour in range(self.first_hour, self.last_hour + 1)]

    @property
    def number(self) -> int:
        return self.period.first.isocalendar().week

    @property
    def year(self) -> int:
        """Of the ISO week, which is that of its Thursday."""
        return self.period.first.isocalendar().year

    @property
    def span(self) -> str:
        """23–29 November 2026."""
        return Period.between(self.period.first, self.period.last).label

    @property
    def now(self) -> str:
        """The time on the clock; empty outside the hours shown."""
        minute = _minute(timezone.now())
        return _clock(minute) if self.first_hour * 60 <= minute <= self.last_hour * 60 else ""

    @property
    def is_now(self) -> bool:
        return timezone.localdate() in self.period

    @property
    def is_empty(self) -> bool:
        return not self.bands and not any(day.items for day in self.days)


def week_of(place: Place, period: Period) -> PlannedWeek:
    """Costs six queries, however much is planned."""
    rows = _rows(place, period)
    promised = {day.date: day for day in promised_between(place, period)}
    # What lasts may have begun on a locked day before the week.
    earliest = min([period.first, *(one.date for one in rows)])
    locks = list(place.locks.filter(first__lte=period.last, last__gte=earliest))
    locked = {
        day for day in Period.between(earliest, period.last) if any(one.first <= day <= one.last for one in locks)
    }
    bands, rest = _banded(rows, period, locked)
    school = school_holidays(place, period)
    days = []
    for date in period:
        free = school_holiday_on(school, date)
        items = _side_by_side([one for one in rest if one.date == date], is_locked=date in locked)
        red, eve = red_days(date.year).get(date, ""), eves(date.year).get(date, "")
        days.append(Day(date, red, eve, free, promised.get(date), date in locked, items))
    return PlannedWeek(period, days, bands, *_hours(days))


def stands_in(occurrence: Occurrence, period: Period) -> bool:
    """The week shows it. An evening begun before the week belongs to the week it began in."""
    runs_into = occurrence.date < period.first <= occurrence.last_date and occurrence.lasts_days
    return occurrence.date in period or runs_into


def lanes(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """For spans in order of start: the lane of each, and how many lanes there are where it stands."""
    taken: list[int] = []
    ends: list[int] = []
    groups: list[int] = []
    group, reaches = -1, -1
    for first, last in spans:
        if first >= reaches:
            group, ends = group + 1, []
        lane = next((lane for lane, end in enumerate(ends) if end <= first), len(ends))
        ends[lane : lane + 1] = [last]
        reaches = max(ends)
        taken.append(lane)
        groups.append(group)
    widest = [
        max(lane for lane, one in zip(taken, groups, strict=True) if one == each) + 1 for each in range(group + 1)
    ]
    return [(lane, widest[each]) for lane, each in zip(taken, groups, strict=True)]


def _rows(place: Place, period: Period) -> list[Occurrence]:
    midnight = timezone.make_aware(dt.datetime.combine(period.first, dt.time.min))
    runs_on = Q(date__lt=period.first, ends_at__gt=midnight)
    within = Q(date__range=(period.first, period.last))
    return list(place.occurrences.filter(within | runs_on).with_names().order_by("starts_at", "title", "pk"))


def _banded(rows: list[Occurrence], period: Period, locked: Container[dt.date]) -> tuple[list[Band], list[Occurrence]]:
    """What stands for days, and the rest."""
    lasting = [one for one in rows if one.lasts_days]
    bands = [
        Band([one], *_reach(max(one.date, period.first), min(one.last_date, period.last)), one.date in locked)
        for one in lasting
    ]
    again: dict[tuple[int, int, int], list[Occurrence]] = {}
    for one in rows:
        if one.kind == Kind.ACTIVATION and one.series_id and one not in lasting:
            again.setdefault((one.series_id, *_span(one)), []).append(one)
    standing = [those for those in again.values() if len(those) >= FEWEST_STANDING]
    bands += [Band(those, *_reach(those[0].date, those[-1].date), those[0].date in locked) for those in standing]
    told = {one.pk for band in bands for one in band.occurrences}
    rest = [one for one in rows if one.pk not in told and stands_in(one, period)]
    return sorted(bands, key=lambda band: (band.first, -band.days, band.one.title)), rest


def _reach(first: dt.date, last: dt.date) -> tuple[int, int]:
    return first.weekday(), (last - first) // ONE_DAY + 1


def _side_by_side(rows: list[Occurrence], *, is_locked: bool) -> list[Item]:
    spans = [_span(one) for one in rows]
    placed = lanes([(first, max(last, first + LEAST_TALL)) for first, last in spans])
    return [
        Item(one, min(lane, MOST_LANES - 1), min(count, MOST_LANES), is_locked)
        for one, (lane, count) in zip(rows, placed, strict=True)
    ]


def _hours(days: Iterable[Day]) -> tuple[int, int]:
    """The first and the last hour to show."""
    spans = [_span(item.occurrence) for day in days for item in day.items]
    spans += [_promise(day) for day in days if day.promised]
    if not spans:
        return NINE, EIGHTEEN
    first, last = min(first for first, _last in spans), max(last for _first, last in spans)
    return max(0, first // 60 - 1), min(24, -(-last // 60) + 1)


def _promise(day: Day) -> tuple[int, int]:
    return _of_clock(day.opens), _of_clock(day.closes)


def _span(one: Occurrence) -> tuple[int, int]:
    """In minutes of its first day."""
    return _minute(one.starts_at), MIDNIGHT if one.last_date > one.date else _minute(one.ends_at) or MIDNIGHT


def _minute(moment: dt.datetime) -> int:
    there = timezone.localtime(moment)
    return there.hour * 60 + there.minute


def _of_clock(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
