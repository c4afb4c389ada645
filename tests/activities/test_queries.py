"""Planned against held and the rest, on numbers counted by hand."""

import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from activities.models import Kind, Occurrence
from activities.queries import (
    Exceptional,
    KindResult,
    PlannedItem,
    ReasonCount,
    SeriesSummary,
    cancellations,
    cancelled_occurrences,
    changed_occurrences,
    changes,
    distinct_partners,
    log_dates,
    log_days,
    next_period_plan,
    permit_deadlines,
    planned_against_held,
    planned_against_held_by_season,
    programme_by_week,
    programme_of,
)
from places.models import Place
from places.periods import Period
from tests import factories
from tests.conftest import STOCKHOLM, TODAY

pytestmark = pytest.mark.django_db

NOVEMBER = Period.month(2026, 11)


def _on(place: Place, day: int, outcome: str = "held", reason: str = "", **kwargs: Any) -> Occurrence:
    """One in November 2026, told unless it is planned."""
    told = outcome != "planned"
    date = kwargs.pop("date", None) or dt.date(2026, 11, day)
    if told:
        kwargs.setdefault("told_by", factories.UserFactory.create())
        kwargs.setdefault("told_at", dt.datetime(2026, 11, 22, tzinfo=STOCKHOLM))
    return factories.OccurrenceFactory.create(place=place, date=date, outcome=outcome, reason=reason, **kwargs)


def test_planned_against_held_of_nothing_is_four_zeros(place: Place) -> None:
    assert planned_against_held(place, NOVEMBER) == [KindResult(kind, 0, 0, 0, 0, 0, 0) for kind in Kind.values]


def test_planned_against_held_keeps_kinds_and_outcomes_apart(
    place: Place, other_place: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for day in (2, 3, 4):
        _on(place, day)
    _on(place, 5, "changed", "weather")
    _on(place, 6, "cancelled", "staff")
    _on(place, 9, "planned")
    _on(place, 30, "planned")
    _on(place, 10, was_planned=False)
    _on(place, 11, kind="event")
    _on(place, 1, date=dt.date(2026, 10, 31))
    _on(place, 1, date=dt.date(2026, 12, 1), outcome="planned")
    _on(other_place, 2)
    with django_assert_num_queries(1):
        activation, activity, event, exhibition = planned_against_held(place, NOVEMBER)
    expected = KindResult("activity", planned=7, held=3, changed=1, cancelled=1, awaiting=1, unplanned=1, ahead=1)
    assert activity == expected
    assert (activity.took_place, activity.label) == (4, "aktivitet")
    assert event == KindResult("event", planned=1, held=1, changed=0, cancelled=0, awaiting=0, unplanned=0)
    assert (activation.planned, exhibition.planned) == (0, 0)


def test_planned_against_held_by_season(place: Place, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _on(place, 0, date=dt.date(2025, 11, 30))
    _on(place, 0, date=dt.date(2025, 12, 1))
    _on(place, 0, date=dt.date(2026, 2, 28))
    _on(place, 0, "planned", date=dt.date(2026, 7, 1))
    _on(place, 0, date=dt.date(2026, 11, 2))
    _on(place, 0, date=dt.date(2026, 10, 2), was_planned=False)
    with django_assert_num_queries(1):
        _activation, activity, _event, _exhibition = planned_against_held_by_season(place, 2026)
    assert activity.kind == "activity"
    assert [(one.planned, one.took_place, one.awaiting, one.unplanned) for one in activity.seasons] == [
        (2, 2, 0, 0),
        (0, 0, 0, 0),
        (1, 0, 1, 0),
        (1, 1, 0, 1),
    ]
    assert activity.year == KindResult("activity", 4, 3, 0, 0, 1, 1)


def test_cancellations_and_changes_by_reason(place: Place) -> None:
    _on(place, 2, "cancelled", "weather", note="Storm")
    _on(place, 3, "cancelled", "weather")
    _on(place, 4, "cancelled", "staff", kind="event", title="Marknad")
    _on(place, 5, "changed", "works", title="Inomhus")
    assert cancellations(place, NOVEMBER) == [ReasonCount("weather", "activity", 2), ReasonCount("staff", "event", 1)]
    assert changes(place, NOVEMBER) == [ReasonCount("works", "activity", 1)]
    assert cancelled_occurrences(place, NOVEMBER) == [
        Exceptional(dt.date(2026, 11, 2), "Sångstund med förskolan", "activity", "weather", "Storm"),
        Exceptional(dt.date(2026, 11, 3), "Sångstund med förskolan", "activity", "weather", ""),
        Exceptional(dt.date(2026, 11, 4), "Marknad", "event", "staff", ""),
    ]
    [changed] = changed_occurrences(place, NOVEMBER)
    [counted] = changes(place, NOVEMBER)
    assert (changed.title, changed.reason_label, changed.kind_label) == ("Inomhus", "byggarbete", "aktivitet")
    assert (counted.reason_label, counted.kind_label) == ("byggarbete", "aktivitet")


def test_distinct_partners_counts_those_who_came_once(place: Place) -> None:
    came, changed, cancelled = (factories.PartnerFactory.create(place=place) for _ in range(3))
    _on(place, 2, partner=came)
    _on(place, 3, partner=came, was_planned=False)
    _on(place, 4, "changed", "weather", partner=changed)
    _on(place, 5, "cancelled", "weather", partner=cancelled)
    _on(place, 6, "planned", partner=cancelled)
    _on(place, 9)
    assert distinct_partners(place, NOVEMBER) == 2


def test_next_period_plan_shows_events_singly_and_the_rest_as_series(place: Place) -> None:
    december = Period.month(2026, 12)
    series = factories.SeriesFactory.create(place=place)
    for day in (2, 4, 9):
        _on(place, 0, "planned", date=dt.date(2026, 12, day), series=series, title="Salsa och bugg")
    _on(place, 0, "cancelled", "staff", date=dt.date(2026, 12, 16), series=series)
    _on(place, 0, "planned", date=dt.date(2026, 12, 11), title="Pepparkaksbak")
    _on(place, 0, "planned", date=dt.date(2026, 12, 5), title="Julmarknad", kind="event", expected=1200)
    exhibition = _on(place, 0, "planned", date=dt.date(2026, 12, 1), title="Elevernas stad", kind="exhibition")
    exhibition.ends_at = dt.datetime(2026, 12, 13, 17, tzinfo=STOCKHOLM)
    exhibition.save()
    plan = next_period_plan(place, december)
    assert plan.items == [
        PlannedItem(dt.date(2026, 12, 1), dt.date(2026, 12, 13), "Elevernas stad", "exhibition", None),
        PlannedItem(dt.date(2026, 12, 5), dt.date(2026, 12, 5), "Julmarknad", "event", 1200),
    ]
    assert plan.series == [
        SeriesSummary("Salsa och bugg", "activity", dt.date(2026, 12, 2), dt.date(2026, 12, 9), 3, {2, 4}),
        SeriesSummary("Pepparkaksbak", "activity", dt.date(2026, 12, 11), dt.date(2026, 12, 11), 1, {4}),
    ]
    assert (plan.items[0].kind_label, plan.series[0].kind_label) == ("utställning", "aktivitet")


def test_programme_of_a_day_has_what_runs_on_into_it(place: Place, other_place: Place) -> None:
    running = _on(place, 2, "planned", kind="exhibition")
    running.ends_at = dt.datetime(2026, 11, 23, 0, 30, tzinfo=STOCKHOLM)
    running.save()
    ended = _on(place, 3, "planned", kind="exhibition")
    ended.ends_at = dt.datetime(2026, 11, 23, 0, 0, tzinfo=STOCKHOLM)
    ended.save()
    todays = _on(place, 23, "planned")
    _on(place, 24, "planned")
    _on(other_place, 23, "planned")
    assert programme_of(place, TODAY) == [running, todays]
    assert ended.last_date == dt.date(2026, 11, 22)


def test_programme_by_week(place: Place, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    series = factories.SeriesFactory.create(place=place, kind="activation", title="Schack")
    chess = [_on(place, day, kind="activation", series=series, title="Schack") for day in (23, 24, 25)]
    twice = [_on(place, day, kind="activation", series=series, title="Schack") for day in (16, 17)]
    song = _on(place, 23, "planned")
    exhibition = _on(place, 0, date=dt.date(2026, 10, 20), kind="exhibition")
    exhibition.ends_at = dt.datetime(2026, 11, 5, 17, tzinfo=STOCKHOLM)
    exhibition.save()
    with django_assert_num_queries(2):
        weeks = programme_by_week(place, NOVEMBER)
    # All Saints' Day fell on 31 October, its eve on the 30th: nothing red or eve is left in November.
    assert [(week.year, week.number, week.is_now) for week in weeks] == [
        (2026, 44, False),
        (2026, 47, False),
        (2026, 48, True),
    ]
    first, middle, now = weeks
    assert [(day.date, day.occurrences) for day in first.days] == [(dt.date(2026, 11, 1), [exhibition])]
    assert [day.occurrences for day in middle.days] == [[twice[0]], [twice[1]]]
    assert (middle.standing, first.standing) == ([], [])
    [standing] = now.standing
    assert (standing.title, standing.kind, standing.occurrences) == ("Schack", "activation", chess)
    assert standing.states == [("held", 3)]
    assert [day.occurrences for day in now.days] == [[song]]


def test_programme_by_week_of_one_kind_and_with_red_days(place: Place) -> None:
    event = _on(place, 0, "planned", date=dt.date(2026, 12, 5), kind="event")
    _on(place, 0, "planned", date=dt.date(2026, 12, 7))
    weeks = programme_by_week(place, Period.month(2026, 12), "event")
    assert [(day.date.day, day.red_day, day.eve, day.occurrences) for week in weeks for day in week.days] == [
        (5, "", "", [event]),
        (24, "", "Julafton", []),
        (25, "Juldagen", "", []),
        (26, "Annandag jul", "", []),
        (31, "", "Nyårsafton", []),
    ]


def test_programme_by_week_says_where_a_school_holiday_begins(place: Place) -> None:
    factories.SchoolHolidayFactory.create(place=place, first=dt.date(2026, 10, 26), last=dt.date(2026, 11, 1))
    factories.SchoolHolidayFactory.create(place=place, name="Studiedag", first=TODAY, last=TODAY)
    weeks = programme_by_week(place, NOVEMBER)
    found = [(day.date.day, day.school_holiday.name) for week in weeks for day in week.days if day.school_holiday]
    assert found == [(1, "Höstlov"), (23, "Studiedag")]


def test_log_dates_are_all_days_written_about(place: Place) -> None:
    factories.DayLogFactory.create(place=place, date=dt.date(2026, 11, 20))
    factories.OpenDayFactory.create(place=place, date=dt.date(2026, 11, 21))
    factories.OpenDayFactory.create(place=place, date=dt.date(2026, 11, 20))
    factories.OpeningExceptionFactory.create(place=place, date=dt.date(2026, 11, 19))
    factories.OpeningExceptionFactory.create(place=place, date=dt.date(2026, 12, 24), planned=True)
    _on(place, 18)
    _on(place, 17, "planned")
    _on(place, 0, "cancelled", "staff", date=dt.date(2026, 11, 24))
    assert list(log_dates(place, TODAY)) == [dt.date(2026, 11, day) for day in (21, 20, 19, 18)]


def test_log_days_gather_all_about_them(place: Place, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    day, empty = dt.date(2026, 11, 20), dt.date(2026, 11, 19)
    log = factories.DayLogFactory.create(place=place, date=day)
    open_day = factories.OpenDayFactory.create(place=place, date=day)
    exception = factories.OpeningExceptionFactory.create(place=place, date=day)
    held = _on(place, 20)
    _on(place, 20, "planned")
    with django_assert_num_queries(5):
        found, nothing = log_days(place, [day, empty])
    assert (found.log, found.open_day, found.exception, found.occurrences) == (log, open_day, exception, [held])
    assert (nothing.log, nothing.open_day, nothing.exception, nothing.occurrences) == (None, None, None, [])


def test_permit_deadlines(place: Place, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    # Seven days before the 12th, five days before the 10th, and one day past the end of the period.
    applied = _on(place, 12, "planned", permit="apply", permit_sent_on=dt.date(2026, 11, 1))
    told = _on(place, 10, "planned", permit="notify")
    _on(place, 13, "planned", permit="apply")
    _on(place, 11, "cancelled", "staff", permit="apply")
    _on(place, 11, "planned")
    with django_assert_num_queries(1):
        found = permit_deadlines(place, Period.between(dt.date(2026, 11, 5), dt.date(2026, 11, 5)))
    assert [(one.occurrence, one.day, one.sent_on, one.label[:8]) for one in found] == [
        (told, dt.date(2026, 11, 5), None, "anmälan,"),
        (applied, dt.date(2026, 11, 5), dt.date(2026, 11, 1), "tillstån"),
    ]
