import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from measurements.corrections import withdraw
from measurements.evening import DayResult, results_of
from measurements.models import Level, Measure
from places.models import Place, User
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


def _count(place: Place, people: int, weeks_ago: int = 0, **fields: Any) -> Any:
    day = TODAY - dt.timedelta(weeks=weeks_ago)
    headcount = factories.HeadcountFactory.create(place=place, date=day, level=Level.TOTAL, **fields)
    factories.CountEntryFactory.create(headcount=headcount, people=people)
    return headcount


def test_each_measure_stands_beside_its_usual(place: Place, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    zone = factories.ZoneFactory.create(place=place)
    for people in (30, 40):
        _count(place, people, zone=zone)
    for weeks_ago, people in enumerate((10, 20, 30, 60, 1000), start=1):
        _count(place, people, weeks_ago, zone=zone)
    line = factories.LineFactory.create(place=place)
    _count(place, 50, measure=Measure.PASSING, line=line, minutes=15)
    _count(place, 10, 1, measure=Measure.PASSING, line=line, minutes=10)
    with django_assert_num_queries(1):
        results = results_of(place, TODAY)
    assert results == [
        DayResult(Measure.PASSING, 50, 1, 200, None, 1),
        # The mean of 30 and 40; the median of the last four of five: 10, 20, 30, 60.
        DayResult(Measure.STAYING, 70, 2, 35, 25, 4),
        DayResult(Measure.PARTICIPATING, None, 0, None, None, 0),
    ]


def test_visits_are_summed_over_the_day(place: Place) -> None:
    for people in (3, 4):
        occurrence = factories.OccurrenceFactory.create(place=place)
        _count(place, people, measure=Measure.PARTICIPATING, occurrence=occurrence)
    assert results_of(place, TODAY)[2] == DayResult(Measure.PARTICIPATING, 7, 2, 7, None, 0)


def test_a_withdrawn_count_gives_no_result(place: Place, host: User) -> None:
    withdraw(headcount=_count(place, 30), reason="Fel", by=host)
    assert [one.figure for one in results_of(place, TODAY)] == [None, None, None]
