"""What is told of an invented square before any day of it is made up; and the dates its programme falls on."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from django.utils import timezone

from places.periods import Kind as PeriodKind
from places.periods import Period

ONE_DAY = dt.timedelta(days=1)
# What happened is told so long after it ended.
TOLD_AFTER = dt.timedelta(minutes=10)
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)

When = Callable[[int], dt.date]
"""The date in a given year."""


@dataclass(frozen=True)
class Stage:
    """One square as seen at one time of one day. A later time of the same day tells the same story, and more of it."""

    slug: str
    today: dt.date
    # On the square's own clock.
    time: dt.time = dt.time(12)

    def random(self, subject: str) -> Random:
        # Invented figures, not secrets: what matters is that they come out the same.
        return Random(f"{self.slug}/{subject}/{self.today}")  # noqa: S311

    def has_come(self, day: dt.date, time: dt.time) -> bool:
        return (day, time) <= (self.today, self.time)

    def is_told(self, ends_at: dt.datetime) -> bool:
        """Whether what ended then has been told of by now."""
        return ends_at + TOLD_AFTER <= timezone.make_aware(dt.datetime.combine(self.today, self.time))

    @property
    def first(self) -> dt.date:
        """The square's first day: 1 January last year, so that this year has one to be compared with."""
        return dt.date(self.today.year - 1, 1, 1)

    @property
    def last(self) -> dt.date:
        """The last day that anything is planned for: the end of the next season."""
        return Period.containing(self.today, PeriodKind.SEASON).next().last

    @property
    def years(self) -> range:
        """The calendar years from the first day to the last."""
        return range(self.first.year, self.last.year + 1)


@dataclass(frozen=True)
class Weekly:
    """Something that returns each week within a window of the year; `before` is the day after the last."""

    title: str
    kind: str
    weekdays: tuple[int, ...]
    first: tuple[int, int]
    before: tuple[int, int]
    starts: dt.time
    ends: dt.time
    expected: int | None = None
    crowd: str = "mixed"
    zone: str = ""
    every_weeks: int = 1
    # The association that leads it, if any.
    partner: str = ""


@dataclass(frozen=True)
class Single:
    """An event or an exhibition: once a year, an exhibition for `days` days."""

    title: str
    partner: str
    when: When
    starts: dt.time
    ends: dt.time
    expected: int | None
    crowd: str = "mixed"
    zone: str = ""
    days: int = 1
    # A highlight is never cancelled, and where many come only the total is counted.
    highlight: bool = False


@dataclass(frozen=True)
class Loss:
    """So many days in a row, somewhere in the window, on which a promised day could not be held."""

    days: int
    first: tuple[int, int]
    last: tuple[int, int]
    reason: str
    note: str


@dataclass(frozen=True)
class Volumes:
    """What a whole calendar year amounts to: promised days, and how many programme items took place or fell away."""

    promised_days: int
    activities: int
    activities_cancelled: int
    events_cancelled: int


@dataclass(frozen=True)
class Payer:
    name: str
    # Number of the invented organisation, which makes its organisation number.
    number: int
    sector: str
    yearly: Decimal
    contact: str


@dataclass(frozen=True)
class Ground:
    """A zone or a counting line, with how many are there compared with the others."""

    name: str
    instruction: str
    factor: float


@dataclass(frozen=True)
class Aim:
    """A representation target: the least share, per cent, or the least index, of a gender and ages (None is all)."""

    least: str
    measured_in: str
    gender: int | None = None
    lower: int | None = None
    upper: int | None = None


@dataclass(frozen=True)
class Square:
    """All that is given about a square; its days, programme and counts are made from this."""

    slug: str
    name: str
    municipality_code: str
    municipality_name: str
    hub: str
    boundary: dict[str, object]
    zones: tuple[Ground, ...]
    lines: tuple[Ground, ...]
    payers: tuple[Payer, ...]
    late_payer: str
    volumes: Volumes
    losses: tuple[Loss, ...]
    weekly: tuple[Weekly, ...]
    singles: tuple[Single, ...]
    # Theme and goals of winter, spring, summer and autumn.
    themes: dict[str, tuple[str, str]]
    # People staying at one count, in the darkest winter and at the height of summer.
    staying: tuple[int, int]
    # People passing a line in ten minutes.
    passing: int
    # The weekdays on which passing is counted.
    passing_days: tuple[int, ...]
    # Whom it has said that it should reach.
    aims: tuple[Aim, ...] = ()
    # The month and day on which this year's contract replaces the one before; None where one contract holds all along.
    renewed: tuple[int, int] | None = None


def week(number: int, weekday: int) -> When:
    """A weekday of an ISO week, which for weeks 2 to 51 always lies within the year."""
    return lambda year: dt.date.fromisocalendar(year, number, weekday + 1)


def on(month: int, day: int) -> When:
    return lambda year: dt.date(year, month, day)


def midsummer_eve(year: int) -> dt.date:
    """The Friday from 19 to 25 June."""
    return _on_or_after(dt.date(year, 6, 19), FRI)


def market_saturday(number: int) -> When:
    """The first, second or third of the last three Saturdays before 21 December."""
    return lambda year: _on_or_after(dt.date(year, 12, 14), SAT) - (3 - number) * 7 * ONE_DAY


def _on_or_after(day: dt.date, weekday: int) -> dt.date:
    return day + (weekday - day.weekday()) % 7 * ONE_DAY
