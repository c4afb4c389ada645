"""What the wheel's address asks for, and addresses that ask for something else."""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict

from activities.shown import FIRST_YEAR, LAST_YEAR
from activities.wheel import Ring
from places.periods import Kind, Period

WHOLE = "all"


@dataclass(frozen=True)
class Asked:
    """One year of the wheel, the part of it that is listed, what is chosen, and the rings that are turned off."""

    year: int
    # None for the whole year.
    month: int | None
    item: str
    off: frozenset[Ring]

    @classmethod
    def of(cls, query: QueryDict, today: dt.date) -> Self:
        """What is missing or nonsense is as if nothing had been asked: this year, and this month or January."""
        asked = query.get("year", "")
        year = int(asked) if re.fullmatch("[0-9]{4}", asked) and FIRST_YEAR <= int(asked) <= LAST_YEAR else today.year
        rings = {ring.value: ring for ring in Ring}
        off = frozenset(rings[name] for name in query.getlist("off") if name in rings)
        flipped = frozenset(rings[name] for name in query.getlist("flip") if name in rings)
        return cls(year, _month(query.get("month", ""), year, today), query.get("item", ""), off ^ flipped)

    @property
    def period(self) -> Period:
        """What is listed."""
        return Period.year(self.year) if self.month is None else Period.month(self.year, self.month)

    @property
    def query(self) -> str:
        return self._written(self)

    @property
    def without_item(self) -> str:
        return self._written(replace(self, item=""))

    @property
    def whole(self) -> str:
        return self._written(replace(self, month=None))

    @property
    def year_before(self) -> str:
        """Empty where the years end."""
        return self._in_year(self.year - 1)

    @property
    def year_after(self) -> str:
        return self._in_year(self.year + 1)

    @property
    def month_before(self) -> str:
        """Empty in January, and where the whole year is listed."""
        return self._in_month((self.month or 1) - 1)

    @property
    def month_after(self) -> str:
        return self._in_month((self.month or 12) + 1)

    @property
    def one_month(self) -> str:
        """From the whole year back to one of its months."""
        return self._written(replace(self, month=1))

    def showing(self, day: dt.date) -> "Asked":
        """With the month listed that the day lies in, unless the whole year is."""
        return self if self.month is None or day.year != self.year else replace(self, month=day.month)

    def _in_year(self, year: int) -> str:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return ""
        return self._written(replace(self, year=year, item=""))

    def _in_month(self, month: int) -> str:
        if month not in range(1, 13):
            return ""
        return self._written(replace(self, month=month, item=""))

    @staticmethod
    def _written(asked: "Asked") -> str:
        month = WHOLE if asked.month is None else f"{asked.year}-{asked.month:02}"
        pairs: list[tuple[str, str]] = [("year", str(asked.year)), ("month", month)]
        pairs += [("off", ring.value) for ring in Ring if ring in asked.off]
        return urlencode([*pairs, *([("item", asked.item)] if asked.item else [])])


def _month(asked: str, year: int, today: dt.date) -> int | None:
    if asked == WHOLE:
        return None
    try:
        period = Period.parse(asked)
    except ValueError:
        period = Period.day(today)
    if period.kind not in {Kind.MONTH, Kind.DAY} or period.first.year != year:
        return today.month if today.year == year else 1
    return period.first.month
