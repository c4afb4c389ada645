"""What stands beside an entry: the same ground on earlier days of the same weekday."""

import datetime as dt
from dataclasses import dataclass
from typing import TypeAlias

from django.utils import timezone

from activities.models import Series
from measurements.models import Headcount
from places.models import Line, Place, Zone

Ground: TypeAlias = Zone | Line | Series

# How many earlier days of the same weekday stand beside an entry, and how far back they are looked for.
EARLIER = 4
WEEKS_BACK = 26


@dataclass(frozen=True)
class EarlierCount:
    """What the same ground had on an earlier day of the same weekday."""

    date: dt.date
    people: int
    # Of a passing count, else None.
    minutes: int | None


def same_weekday_before(
    place: Place, measure: str, ground: Ground, day: dt.date, *, at: dt.time | None = None
) -> list[EarlierCount]:
    """
    The last four counts on the same weekday, newest first, one a day: the one nearest to `at`, else the day's last.

    Looks half a year back and no further, so that an idle ground costs no more than a busy one.
    """
    days = [day - dt.timedelta(weeks=week) for week in range(1, WEEKS_BACK + 1)]
    own = {Zone: "zone", Line: "line", Series: "occurrence__series"}[type(ground)]
    rows = place.headcounts.of(measure).collected().filter(date__in=days, **{own: ground})
    nearest: dict[dt.date, Headcount] = {}
    for row in rows.order_by("-date", "-started_at"):
        if row.date not in nearest or (at and _minutes_from(row, at) < _minutes_from(nearest[row.date], at)):
            nearest[row.date] = row
    return [EarlierCount(row.date, row.people or 0, row.minutes) for row in nearest.values()][:EARLIER]


def _minutes_from(row: Headcount, at: dt.time) -> int:
    started = timezone.localtime(row.started_at)
    return abs(started.hour * 60 + started.minute - at.hour * 60 - at.minute)
