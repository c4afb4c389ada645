"""Stretches of days that people plan and report by. Both ends are always counted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

ONE_DAY = timedelta(days=1)
# A typed or linked period outside these years is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 1900, 2199
LAST_ISO_WEEK = 53
DECEMBER = 12

# The month each season begins with. Winter begins in December of the year before the one it is named for.
SEASON_STARTS = {"winter": DECEMBER, "spring": 3, "summer": 6, "autumn": 9}
SEASON_CODES = {"winter": "vinter", "spring": "vår", "summer": "sommar", "autumn": "höst"}
# What people type instead: English names, and Swedish ones without dots and rings.
SEASON_SPELLINGS = (
    {name: name for name in SEASON_STARTS}
    | {code: name for name, code in SEASON_CODES.items()}
    | {"var": "spring", "host": "autumn"}
)


class Kind(StrEnum):
    """What sort of stretch a period is. BETWEEN is any two days."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"
    QUARTER = "quarter"
    YEAR = "year"
    BETWEEN = "between"


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both counted. Never empty."""

    first: date
    last: date
    kind: Kind

    def __post_init__(self) -> None:
        """ValueError when the last day comes before the first, or the days are not a whole week, month or the like."""
        if self.last < self.first:
            message = _("A period cannot end (%(last)s) before it begins (%(first)s).") % {
                "first": self.first.isoformat(),
                "last": self.last.isoformat(),
            }
            raise ValueError(message)
        if self.kind != Kind.BETWEEN and (self.first, self.last) != _ends(self.first, self.kind):
            message = f"{self.first} to {self.last} is not a whole {self.kind}."
            raise ValueError(message)

    @classmethod
    def day(cls, day: date) -> Self:
        return cls(day, day, Kind.DAY)

    @classmethod
    def week(cls, iso_year: int, week: int) -> Self:
        """Monday to Sunday. ValueError for a week the ISO year does not have."""
        return cls.containing(date.fromisocalendar(iso_year, week, 1), Kind.WEEK)

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        return cls.containing(date(year, month, 1), Kind.MONTH)

    @classmethod
    def season(cls, year: int, name: str) -> Self:
        """`name` is winter, spring, summer or autumn. Winter 2026 is December 2025 to February 2026."""
        if name not in SEASON_STARTS:
            message = f"There is no season called {name!r}."
            raise ValueError(message)
        return cls.containing(date(year - (name == "winter"), SEASON_STARTS[name], 1), Kind.SEASON)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Self:
        return cls.containing(date(year, 3 * quarter - 2, 1), Kind.QUARTER)

    @classmethod
    def year(cls, year: int) -> Self:
        return cls(date(year, 1, 1), date(year, 12, 31), Kind.YEAR)

    @classmethod
    def between(cls, first: date, last: date) -> Self:
        return cls(first, last, Kind.BETWEEN)

    @classmethod
    def containing(cls, day: date, kind: Kind) -> Self:
        """The whole week, month, … that the day lies in; for BETWEEN the day alone."""
        return cls(*_ends(day, kind), kind)

    @classmethod
    def parse(cls, code: str) -> Self:
        """
        Read 2026-06-14, 2026V24, 2026-06, 2026sommar, 2026K3, 2026 or 2026-06-14--2026-07-03.

        English letters do as well (2026W24, 2026Q3, 2026summer), in either case. Anything else is a ValueError
        whose message can be shown to the one who typed it.
        """
        try:
            period = cls._read(code.strip().lower())
        except ValueError as error:
            raise ValueError(_not_a_period(code)) from error
        if not FIRST_YEAR <= period.first.year <= period.last.year <= LAST_YEAR:
            raise ValueError(_not_a_period(code))
        return period

    @classmethod
    def _read(cls, code: str) -> Self:  # noqa: PLR0911 -- one return for each kind
        if match := re.fullmatch(r"([0-9]{4})[kq]([1-4])", code):
            return cls.quarter(int(match[1]), int(match[2]))
        if match := re.fullmatch(r"([0-9]{4})-?[vw]([0-9]{1,2})", code):
            return cls.week(int(match[1]), int(match[2]))
        if match := re.fullmatch(r"([0-9]{4})-([0-9]{2})", code):
            return cls.month(int(match[1]), int(match[2]))
        if match := re.fullmatch(r"[0-9]{4}", code):
            return cls.year(int(code))
        if match := re.fullmatch(r"([0-9]{4})([a-zåäö]+)", code):
            return cls.season(int(match[1]), SEASON_SPELLINGS.get(match[2], match[2]))
        if match := re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})--([0-9]{4}-[0-9]{2}-[0-9]{2})", code):
            return cls.between(date.fromisoformat(match[1]), date.fromisoformat(match[2]))
        if match := re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", code):
            return cls.day(date.fromisoformat(code))
        message = f"{code!r} is not written like any kind of period."
        raise ValueError(message)

    @property
    def code(self) -> str:  # noqa: PLR0911 -- one return for each kind
        """The one way this period is written in addresses and file names; `parse` reads it back."""
        match self.kind:
            case Kind.DAY:
                return self.first.isoformat()
            case Kind.WEEK:
                return f"{self.first.isocalendar().year}V{self.first.isocalendar().week:02}"
            case Kind.MONTH:
                return f"{self.first:%Y-%m}"
            case Kind.SEASON:
                return f"{self.last.year}{SEASON_CODES[self._season]}"
            case Kind.QUARTER:
                return f"{self.first.year}K{self._quarter}"
            case Kind.YEAR:
                return str(self.first.year)
        return f"{self.first.isoformat()}--{self.last.isoformat()}"

    @property
    def label(self) -> str:  # noqa: PLR0911 -- one return for each kind
        """The period in words, in the language active when asked: “Quarter 3 2026, July–September”."""
        match self.kind:
            case Kind.DAY:
                return date_format(self.first, "j F Y")
            case Kind.WEEK:
                iso = self.first.isocalendar()
                return _("Week %(week)s %(year)s, %(days)s") % {
                    "week": iso.week,
                    "year": iso.year,
                    "days": _day_span(self.first, self.last),
                }
            case Kind.MONTH:
                return date_format(self.first, "F Y")
            case Kind.SEASON:
                return self._season_label
            case Kind.QUARTER:
                return _("Quarter %(quarter)s %(year)s, %(months)s") % {
                    "quarter": self._quarter,
                    "year": self.first.year,
                    "months": f"{MONTHS[self.first.month]}–{MONTHS[self.last.month]}",
                }
            case Kind.YEAR:
                return str(self.first.year)
        return _day_span(self.first, self.last)

    def __str__(self) -> str:
        return self.label

    @property
    def days(self) -> list[date]:
        return list(self)

    def __iter__(self) -> Iterator[date]:
        return (self.first + number * ONE_DAY for number in range(len(self)))

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def weeks(self) -> list[Self]:
        """Every ISO week with a day in the period. The outermost may reach outside it: clip before summing."""
        return self._parts(Kind.WEEK)

    def months(self) -> list[Self]:
        """Every month with a day in the period. The outermost may reach outside it: clip before summing."""
        return self._parts(Kind.MONTH)

    def _parts(self, kind: Kind) -> list[Self]:
        parts = [self.containing(self.first, kind)]
        while parts[-1].last < self.last:
            parts.append(parts[-1].next())
        return parts

    def previous(self) -> Self:
        """The period of the same kind just before; for two chosen days as many days."""
        if self.kind == Kind.BETWEEN:
            return self.between(self.first - len(self) * ONE_DAY, self.first - ONE_DAY)
        return self.containing(self.first - ONE_DAY, self.kind)

    def next(self) -> Self:
        """The period of the same kind just after; for two chosen days as many days."""
        if self.kind == Kind.BETWEEN:
            return self.between(self.last + ONE_DAY, self.last + len(self) * ONE_DAY)
        return self.containing(self.last + ONE_DAY, self.kind)

    def a_year_before(self) -> Self:
        """
        The period to compare with, one year earlier.

        A week becomes the week of the same ISO number, and a day the same weekday of that week, so that Saturdays
        meet Saturdays; a week 53 that the year before lacks becomes its week 52. All others keep month and day,
        and 29 February becomes the 28th.
        """
        if self.kind in {Kind.DAY, Kind.WEEK}:
            return self.containing(_same_weekday_a_year_before(self.first), self.kind)
        if self.kind == Kind.BETWEEN:
            return self.between(_same_date_a_year_before(self.first), _same_date_a_year_before(self.last))
        return self.containing(_same_date_a_year_before(self.first), self.kind)

    def clipped(self, first: date | None, last: date | None) -> Self | None:
        """The part from `first` to `last` (both counted, None is open); None when nothing of it is left."""
        start = max(self.first, first or self.first)
        end = min(self.last, last or self.last)
        if (start, end) == (self.first, self.last):
            return self
        return self.between(start, end) if start <= end else None

    @property
    def _quarter(self) -> int:
        return (self.first.month + 2) // 3

    @property
    def _season(self) -> str:
        return next(name for name, month in SEASON_STARTS.items() if month == self.first.month)

    @property
    def _season_label(self) -> str:
        year = self.last.year
        months = f"{MONTHS[self.first.month]}–{MONTHS[self.last.month]}"
        match self._season:
            case "winter":
                return _("Winter %(year)s, %(months)s") % {
                    "year": year,
                    "months": f"{date_format(self.first, 'F Y')} – {date_format(self.last, 'F Y')}",
                }
            case "spring":
                return _("Spring %(year)s, %(months)s") % {"year": year, "months": months}
            case "summer":
                return _("Summer %(year)s, %(months)s") % {"year": year, "months": months}
        return _("Autumn %(year)s, %(months)s") % {"year": year, "months": months}


def _not_a_period(code: str) -> str:
    return _(
        "“%(code)s” is not a period. Write a year (2026), a quarter (2026K3), a month (2026-06), "
        "a week (2026V24), a season (2026sommar) or a day (2026-06-14)."
    ) % {"code": code}


def _ends(day: date, kind: Kind) -> tuple[date, date]:
    """First and last day of the whole week, month, … that the day lies in."""
    match kind:
        case Kind.WEEK:
            monday = day - day.weekday() * ONE_DAY
            return monday, monday + 6 * ONE_DAY
        case Kind.MONTH:
            return _months(day.year, day.month, 1)
        case Kind.SEASON:
            # Months since December of the year before, so that winter is the first season of its year.
            since_december = day.year * 12 + day.month
            start = since_december - since_december % 3
            return _months((start - 1) // 12, (start - 1) % 12 + 1, 3)
        case Kind.QUARTER:
            return _months(day.year, day.month - (day.month - 1) % 3, 3)
        case Kind.YEAR:
            return _months(day.year, 1, 12)
    return day, day


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    """First and last day of so many whole months."""
    past = month + count
    after = date(year + (past - 1) // 12, (past - 1) % 12 + 1, 1)
    return date(year, month, 1), after - ONE_DAY


def _same_weekday_a_year_before(day: date) -> date:
    year, week, weekday = day.isocalendar()
    # 28 December always lies in the last week of its ISO year.
    last_week = date(year - 1, 12, 28).isocalendar().week
    return date.fromisocalendar(year - 1, min(week, last_week), weekday)


def _same_date_a_year_before(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


def _day_span(first: date, last: date) -> str:
    """8–14 June 2026; 29 June – 5 July 2026; 28 December 2026 – 3 January 2027."""
    if first == last:
        return date_format(first, "j F Y")
    end = date_format(last, "j F Y")
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    start = date_format(first, "j F" if first.year == last.year else "j F Y")
    return f"{start} – {end}"
