"""What is missing, found from the plan and the open days."""

import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from measurements.corrections import leave_as_total
from measurements.models import Headcount, Level, Measure
from measurements.todo import Missing, Todo, participants, todo
from places.models import Place, User
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


def _ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def test_todo_of_nothing_is_empty(place: Place, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(6):
        assert todo(place, TODAY) == []


def test_todo_asks_for_outcomes_of_fourteen_days_but_not_of_today(place: Place, other_place: Place) -> None:
    factories.OccurrenceFactory.create(place=place, date=_ago(15))
    oldest = factories.OccurrenceFactory.create(place=place, date=_ago(14))
    newest = factories.OccurrenceFactory.create(place=place, date=_ago(1))
    factories.OccurrenceFactory.create(place=place, date=TODAY)
    factories.OccurrenceFactory.create(place=other_place, date=_ago(1))
    assert todo(place, TODAY) == [Todo(Missing.OUTCOME, _ago(1), newest), Todo(Missing.OUTCOME, _ago(14), oldest)]


def test_todo_does_not_ask_while_it_goes_on(place: Place) -> None:
    exhibition = factories.OccurrenceFactory.create(place=place, date=_ago(3), kind="exhibition")
    exhibition.ends_at += dt.timedelta(days=30)
    exhibition.save()
    assert todo(place, TODAY) == []


def test_todo_asks_for_participants_of_what_was_hosted(place: Place) -> None:
    missing = factories.OccurrenceFactory.create(place=place, date=_ago(7), told=True)
    begun = factories.OccurrenceFactory.create(place=place, date=_ago(6), told=True, kind="event")
    factories.HeadcountFactory.create(
        place=place, measure=Measure.PARTICIPATING, occurrence=begun, zone=None, date=_ago(6)
    )
    counted = factories.OccurrenceFactory.create(place=place, date=_ago(5), told=True)
    headcount = factories.HeadcountFactory.create(
        place=place, measure=Measure.PARTICIPATING, occurrence=counted, zone=None, date=_ago(5)
    )
    factories.CountEntryFactory.create(headcount=headcount, people=0, way=6)
    factories.OccurrenceFactory.create(place=place, date=_ago(4), told=True, kind="activation")
    factories.OccurrenceFactory.create(place=place, date=_ago(4), told=True, outcome="cancelled", reason="staff")
    factories.OccurrenceFactory.create(place=place, date=_ago(8), told=True)
    assert todo(place, TODAY) == [
        Todo(Missing.PARTICIPANTS, _ago(6), begun),
        Todo(Missing.PARTICIPANTS, _ago(7), missing),
    ]


def test_todo_asks_about_open_days_without_a_count(place: Place) -> None:
    for days in (0, 1, 2, 7, 8):
        factories.OpenDayFactory.create(place=place, date=_ago(days))
    headcount = factories.HeadcountFactory.create(place=place, date=_ago(2))
    factories.CountEntryFactory.create(headcount=headcount)
    assert todo(place, TODAY) == [Todo(Missing.COUNT, _ago(1)), Todo(Missing.COUNT, _ago(7))]


def test_todo_leaves_what_a_gap_explains(place: Place) -> None:
    for days in (2, 3):
        factories.OpenDayFactory.create(place=place, date=_ago(days))
        factories.OccurrenceFactory.create(place=place, date=_ago(days), told=True)
    factories.GapFactory.create(place=place, first=_ago(2), last=_ago(2), measure="")
    factories.GapFactory.create(place=place, first=_ago(3), last=_ago(3), measure=Measure.STAYING)
    [found] = todo(place, TODAY)
    # A gap in staying explains the day without a count, and not the participants who were missed.
    assert (found.missing, found.day) == (Missing.PARTICIPANTS, _ago(3))


def test_todo_leaves_locked_days(place: Place) -> None:
    factories.OccurrenceFactory.create(place=place, date=_ago(3))
    later = factories.OccurrenceFactory.create(place=place, date=_ago(2))
    factories.PeriodLockFactory.create(place=place, first=_ago(30), last=_ago(3))
    assert todo(place, TODAY) == [Todo(Missing.OUTCOME, _ago(2), later)]


def test_participants_of_a_day(place: Place) -> None:
    counted, looked, uncounted = (factories.OccurrenceFactory.create(place=place) for _ in range(3))
    earlier = factories.OccurrenceFactory.create(place=place, date=_ago(1))
    for occurrence, people in ((counted, 14), (looked, 0), (earlier, 9)):
        headcount = factories.HeadcountFactory.create(
            place=place, measure=Measure.PARTICIPATING, occurrence=occurrence, zone=None, date=occurrence.date
        )
        factories.CountEntryFactory.create(headcount=headcount, people=people)
    factories.HeadcountFactory.create(place=place, measure=Measure.PARTICIPATING, occurrence=uncounted, zone=None)
    assert participants(place, TODAY) == {counted.pk: 14, looked.pk: 0}


def test_todo_asks_whether_a_total_can_be_told_apart(place: Place, host: User) -> None:
    def count(people: int, **fields: Any) -> Headcount:
        headcount = factories.HeadcountFactory.create(place=place, **{"date": _ago(1), "level": Level.TOTAL, **fields})
        factories.CountEntryFactory.create(headcount=headcount, people=people)
        return headcount

    coarse = count(5)
    count(0)
    count(5, level=Level.GENDER)
    count(5, date=_ago(8))
    count(5, method=Headcount.Method.SENSOR)
    count(5, measure=Measure.PASSING, line=factories.LineFactory.create(place=place), minutes=10)
    assert todo(place, TODAY) == [Todo(Missing.GENDER_AND_AGE, _ago(1), headcount=coarse)]
    leave_as_total(headcount=coarse, by=host)
    assert todo(place, TODAY) == []
