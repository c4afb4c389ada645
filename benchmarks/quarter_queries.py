"""The quarter's questions with five million rows in the ledger against five thousand: history must not cost."""

import datetime as dt
from itertools import chain

from django.db import connection

from benchmarks.ground import days_between, default_age_set, make_place, staying_counts
from benchmarks.timing import Ratio, seconds
from measurements.exchange import bulk
from measurements.models import CountEntry
from places.models import Place, User
from places.periods import Period
from reports.contexts import QuarterlyReport

QUARTER = Period.quarter(2026, 3)
ROUNDS = 15
SMALL, LARGE = 5_000, 5_000_000
NEIGHBOURS = 4


def run() -> Ratio:
    """The same quarter of the same place, before and after ten years of it and four busy neighbours are filled in."""
    place, person = make_place("kvartalet")
    open_days = [day for day in QUARTER.days if day.weekday() < 6]
    _fill(place, person, open_days, a_day=6)
    small = CountEntry.objects.count()
    before = _gathering(place)
    earlier = days_between(dt.date(2016, 1, 1), QUARTER.first - dt.timedelta(days=1))
    neighbours = [make_place(f"granntorg-{n}") for n in range(NEIGHBOURS)]
    share = LARGE // (1 + NEIGHBOURS) // len(earlier) // 12 + 1
    for its_place, its_person in chain([(place, person)], neighbours):
        _fill(its_place, its_person, earlier, a_day=share)
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
    """The median of several gatherings, in seconds."""
    times = sorted(
        seconds(lambda: QuarterlyReport.gather(place, QUARTER, today=dt.date(2026, 11, 23))) for _ in range(ROUNDS)
    )
    return times[ROUNDS // 2]
