"""Which part of the year's plan a page shows."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from activities.models import Season
from places.periods import SEASON_STARTS, Kind, Period

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class SeasonTab:
    """A season of the shown year to go to."""

    name: str
    label: str
    period: Period


@dataclass(frozen=True)
class Shown:
    """One month of one season. A winter belongs to the year of its January."""

    year: int
    season: str
    month: Period

    @classmethod
    def asked(cls, query: Mapping[str, str], today: dt.date) -> Self:
        """What year, season and month (2026-11) ask for; for what is missing or nonsense, what lies nearest today."""
        now = Period.containing(today, Kind.SEASON)
        asked = query.get("year", "")
        year = (
            int(asked) if re.fullmatch("[0-9]{4}", asked) and FIRST_YEAR <= int(asked) <= LAST_YEAR else now.last.year
        )
        season = query.get("season", "")
        if season not in SEASON_STARTS:
            season = _season_name(now) if year == now.last.year else "winter"
        return cls(year, season, _month(Period.season(year, season), query.get("month", ""), today))

    @property
    def months(self) -> list[Period]:
        return _months(Period.season(self.year, self.season))

    @property
    def seasons(self) -> list[SeasonTab]:
        return [SeasonTab(name.value, str(name.label), Period.season(self.year, name)) for name in Season.Name]

    @property
    def year_before(self) -> int | None:
        return self.year - 1 if self.year > FIRST_YEAR else None

    @property
    def year_after(self) -> int | None:
        return self.year + 1 if self.year < LAST_YEAR else None


def _season_name(season: Period) -> str:
    return next(name for name, month in SEASON_STARTS.items() if month == season.first.month)


def _months(season: Period) -> list[Period]:
    firsts = [day for day in season if day.day == 1]
    return [Period.containing(day, Kind.MONTH) for day in firsts]


def _month(season: Period, code: str, today: dt.date) -> Period:
    months = _months(season)
    asked = [month for month in months if month.code == code]
    present = [month for month in months if today in month]
    return (asked or present or months)[0]
