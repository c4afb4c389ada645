"""Which reports a square has published by now, on which days, and which of them it has corrected."""

import datetime as dt
from dataclasses import dataclass

from amp.demo.square import ONE_DAY, SAT, Stage
from places.opening import red_days
from places.periods import Kind, Period

# A report is given to the funders so long after its last day, and what proves wrong is corrected so long after it.
PUBLISHED_AFTER, CORRECTED_AFTER = dt.timedelta(days=12), dt.timedelta(days=33)
# The newest so many quarters are published: a year, where there are funders who can sign in.
A_YEAR, ONE = 4, 1
MOST = {"lilltorget": A_YEAR, "stationstorget": ONE}


@dataclass(frozen=True)
class Issue:
    """One published edition."""

    quarter: Period
    number: int
    on: dt.date

    @property
    def corrects(self) -> bool:
        return self.number > 1


def quarters(first: dt.date, today: dt.date) -> list[Period]:
    """Those that have begun, newest first."""
    found = [Period.containing(today, Kind.QUARTER)]
    while found[-1].first > first:
        found.append(Period.containing(found[-1].first - ONE_DAY, Kind.QUARTER))
    return found


def issues(stage: Stage) -> list[Issue]:
    """
    What has been published before today, newest quarter first.

    Of the newest quarter that there has been time to correct, a second edition comes after the first.
    """
    over = [(quarter, _working_day(quarter.last + PUBLISHED_AFTER)) for quarter in quarters(stage.first, stage.today)]
    published = [(quarter, on) for quarter, on in over if on < stage.today][: MOST[stage.slug]]
    corrected = next((quarter for quarter, _on in published if _corrected_on(quarter) < stage.today), None)
    found = []
    for quarter, on in published:
        found.append(Issue(quarter, 1, on))
        if quarter == corrected:
            found.append(Issue(quarter, 2, _corrected_on(quarter)))
    return found


def corrected_quarter(stage: Stage) -> Period | None:
    return next((issue.quarter for issue in issues(stage) if issue.corrects), None)


def _corrected_on(quarter: Period) -> dt.date:
    return _working_day(quarter.last + CORRECTED_AFTER)


def _working_day(day: dt.date) -> dt.date:
    while day.weekday() >= SAT or day in red_days(day.year):
        day += ONE_DAY
    return day
