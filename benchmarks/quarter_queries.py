"""The quarter's questions with five million rows in the ledger against five thousand: history must not cost."""

import datetime as dt

from django.db import connection

from benchmarks.ground import days_between, default_age_set, make_place, staying_counts
from benchmarks.timing import Ratio, seconds
from measurements.exchange import bulk
from measurements.models import CountEntry
from places.models import Place, User
from places.periods import Period
from reports.contexts import QuarterlyReport

QUARTER = Period.quarter(2026, 3)
ROUNDS = 40
SMALL, LARGE = 5_000, 5_000_000
NEIGHBOURS = 4
DENSITY = 23  # counts a day, of twelve entries each


def run() -> Ratio:
    """The same report of the same place, before and after ten years and four busy neighbours are filled in.

    The report asks about its quarter and its year so far; those days hold the same rows both times.
    """
    place, person = make_place("kvartalet")
    year_so_far = days_between(dt.date(QUARTER.last.year, 1, 1), QUARTER.last)
    _fill(place, person, year_so_far, a_day=2)
    small = CountEntry.objects.count()
    before = _gathering(place)
    earlier = days_between(dt.date(2016, 1, 1), year_so_far[0] - dt.timedelta(days=1))
    _fill(place, person, earlier, a_day=DENSITY)
    for number in range(NEIGHBOURS):
        _fill(*make_place(f"granntorg-{number}"), [*earlier, *year_so_far], a_day=DENSITY)
    large = CountEntry.objects.count()
    after = _gathering(place)
    if small < SMALL or large < LARGE:
        raise AssertionError(f"measured with {small} and {large} entries")
    return Ratio(f"a quarter's queries, {large:,} entries in the ledger against {small:,}", after, before, limit=1.5)


def _fill(place: Place, person: User, days: list[dt.date], *, a_day: int) -> None:
    counts = staying_counts(place, days, a_day=a_day)
    bulk.load(place=place, counts=counts, age_set_id=default_age_set().pk, by=person)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # autovacuum would do it in its own time


def _gathering(place: Place) -> float:
    """The shortest of several gatherings, in seconds."""
    return min(
        seconds(lambda: QuarterlyReport.gather(place, QUARTER, today=dt.date(2026, 11, 23))) for _ in range(ROUNDS)
    )
