import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from measurements.models import Level, Measure
from places.models import OpenDay, Place
from places.periods import Period
from reports.contexts import Closure, Missed, QuarterlyReport, sha256_of
from reports.suppression import Cell
from tests import factories
from tests.reports import samples
from tests.reports.conftest import MISSED, count

TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def report(place: Place, quarter: Period) -> QuarterlyReport:
    return QuarterlyReport.gather(place, quarter, today=TODAY)


def test_what_is_frozen_comes_back_without_loss(report: QuarterlyReport) -> None:
    assert QuarterlyReport.thaw(report.freeze()) == report
    thawed = QuarterlyReport.thaw(samples.report().freeze())
    assert QuarterlyReport.thaw(thawed.freeze()) == thawed
    assert thawed.opening == samples.report().opening
    assert thawed.money == samples.report().money


def test_frozen_text_is_canonical(report: QuarterlyReport) -> None:
    text = report.freeze()
    assert text.startswith('{"as_of":"2026-09-30","care":null,"code":"2026K3"')
    assert '"hours_held":"546.0"' in text
    assert len(sha256_of(text)) == 64


def test_the_figures_are_the_same_in_every_language(place: Place, quarter: Period) -> None:
    with translation.override("sv"):
        swedish = QuarterlyReport.gather(place, quarter, today=TODAY)
    with translation.override("en"):
        english = QuarterlyReport.gather(place, quarter, today=TODAY + dt.timedelta(1))
    assert swedish.freeze() == english.freeze()


def test_days_are_held_against_the_promise(report: QuarterlyReport) -> None:
    assert (report.opening.days_promised, report.opening.days_held) == (79, 78)
    assert report.opening.missed == (Missed(MISSED, "illness", ""),)
    assert report.opening.hours_held == Decimal("546.0")
    # 78 days of 7 hours over the 92 days of the quarter.
    assert report.opening.week_held == Decimal("41.5")


def test_the_programme_is_held_against_the_plan(report: QuarterlyReport) -> None:
    event = report.programme.kind("event")
    assert (event.planned, event.held, event.cancelled, event.visits) == (2, 1, 1, 12)
    assert [(one.title, one.reason) for one in report.programme.exceptional] == [("Regnfest", "weather")]
    assert [one.title for one in report.plan.items] == ["Höstfest"]


def test_the_three_measures_stand_apart(report: QuarterlyReport) -> None:
    now = report.people.period
    assert (now.passing.value, now.passing.n) == (600, 10)
    assert (now.staying.value, now.staying.n) == (50, 2)
    assert (now.participating.value, now.participating.n) == (12, 1)
    assert [part.participating.value for part in report.people.months] == [None, None, 12]
    assert len(report.people.weeks) == 14


def test_small_cells_never_leave_the_house(report: QuarterlyReport) -> None:
    staying = next(crowd for crowd in report.people.crowds if crowd.measure == Measure.STAYING)
    by_age = {row.age: row for row in staying.rows}
    # Three men of 65 and over are too few; 65+ has nobody else, so its sum is hidden with them.
    assert by_age["65+"].cells == (Cell(0), Cell(None, small=True), Cell(0))
    assert by_age["65+"].total == Cell(None, small=True)
    # The column of men gives up its other number, and the sums of ages the next smallest.
    assert by_age["15–24"].cells[1].kept_back
    assert by_age[""].cells == (Cell(0), Cell(0), Cell(10))
    assert staying.people == 100
    assert '"people":3' not in report.freeze()
    assert staying.representation is not None
    hidden = [group for group in staying.representation.groups if group.share is None]
    assert [(group.gender, group.age) for group in hidden] == [(1, "15–64"), (2, "15–64"), (2, "65+")]


def test_money_stands_as_on_the_last_day(report: QuarterlyReport) -> None:
    assert report.money is not None
    assert report.money.pledged == Decimal(2_500_000)
    assert report.money.late == Decimal(625_000)
    assert {party.days_late for party in report.money.parties} == {30}
    # 92 of 365 days: 1,869,863.01 by 30 September less 1,239,726.03 by 30 June, so that the quarters sum to the year.
    assert report.money.period_share == Decimal("630136.98")
    assert report.money.per_visit == Decimal("52511.42")


def test_a_place_with_nothing_has_dashes_and_no_money(place: Place) -> None:
    bare = QuarterlyReport.gather(place, Period.quarter(2026, 2), today=TODAY)
    assert bare.people.period.staying.value is None
    assert bare.money is None
    assert bare.people.crowds == ()


def test_a_zero_is_not_a_dash(place: Place) -> None:
    count(place, dt.date(2026, 7, 6), {(1, 15): 0})
    report = QuarterlyReport.gather(place, Period.quarter(2026, 3), today=TODAY)
    assert report.people.period.staying.value == 0


def test_a_period_under_way_goes_to_today_in_every_table(place: Place) -> None:
    """Today is in with all that is known of it; to its promise it is held once the hub has closed."""
    autumn, saturday = Period.quarter(2026, 4), TODAY - dt.timedelta(2)
    zone, line = factories.ZoneFactory.create(place=place), factories.LineFactory.create(place=place)

    def live(day: dt.date, **outcome: str) -> OpenDay:
        event = factories.OccurrenceFactory.create(place=place, date=day, told=True, kind="event", **outcome)
        count(place, day, {(1, 15): 10}, measure=Measure.PARTICIPATING, occurrence=event)
        count(place, day, {(1, 15): 10}, zone=zone)
        count(place, day, {(1, 15): 10}, measure=Measure.PASSING, line=line, minutes=10)
        factories.CareCaseFactory.create(place=place, seen_on=day)
        factories.VoiceFactory.create(place=place, usable=True, date=day, quote=f"Hört {day}")
        return factories.OpenDayFactory.create(place=place, date=day, closed=None if day == TODAY else dt.time(11))

    live(saturday)
    hours = live(TODAY, outcome="changed", reason="weather")
    factories.OccurrenceFactory.create(place=place, date=TODAY + dt.timedelta(1), kind="event")
    report = QuarterlyReport.gather(place, autumn, today=TODAY)
    event = report.programme.kind("event")
    assert report.as_of == TODAY
    assert (event.planned, event.held, event.changed, event.ahead, event.visits) == (3, 1, 1, 1, 20)
    assert [one.date for one in report.programme.exceptional] == [TODAY]
    assert (report.people.period.participating.value, report.people.period.staying.n) == (20, 2)
    assert len(report.voices) == 2
    assert (report.opening.days_held, report.quality.open_days, report.quality.days_with_staying) == (1, 1, 1)
    hours.closed = dt.time(11, 30)
    hours.save()
    closed = QuarterlyReport.gather(place, autumn, today=TODAY)
    assert (closed.opening.days_held, closed.quality.open_days, closed.quality.days_with_staying) == (2, 2, 2)


def test_what_is_cancelled_beforehand_is_told_beforehand(place: Place) -> None:
    factories.OccurrenceFactory.create(
        place=place, date=dt.date(2026, 12, 5), told=True, kind="event", outcome="cancelled", reason="weather"
    )
    report = QuarterlyReport.gather(place, Period.quarter(2026, 4), today=TODAY)
    event = report.programme.kind("event")
    assert (event.planned, event.cancelled, event.ahead) == (1, 1, 0)
    assert [one.date for one in report.programme.exceptional] == [dt.date(2026, 12, 5)]


def test_a_period_under_way_is_held_against_the_same_days_a_year_before(place: Place) -> None:
    people = QuarterlyReport.gather(place, Period.quarter(2026, 4), today=TODAY).people
    assert (people.year_before.first, people.year_before.last) == (dt.date(2025, 10, 1), dt.date(2025, 11, 23))
    assert (people.months[-1].first, people.months[-1].participating.value) == (dt.date(2026, 12, 1), None)


def test_a_period_to_come_has_no_report(place: Place) -> None:
    with pytest.raises(ValueError, match="2026K4 has not begun on 2026-09-30"):
        QuarterlyReport.gather(place, Period.quarter(2026, 4), today=dt.date(2026, 9, 30))


def test_on_its_first_day_a_period_holds_no_promise_yet(place: Place) -> None:
    quality = QuarterlyReport.gather(place, Period.quarter(2026, 4), today=dt.date(2026, 10, 1)).quality
    assert (quality.open_days, quality.days_with_staying, quality.unexplained) == (0, 0, ())


def test_missed_days_in_a_row_for_one_reason_are_told_as_one(place: Place) -> None:
    """Wednesday to Monday with a Sunday in it, then a day held, then one day more, then another reason."""
    missed = {dt.date(2026, 9, day): "illness" for day in (2, 3, 4, 5, 7, 9)} | {dt.date(2026, 9, 10): "works"}
    for day in Period.quarter(2026, 3):
        if day in missed:
            factories.OpeningExceptionFactory.create(place=place, date=day, reason=missed[day])
        elif day.weekday() < 6:
            factories.OpenDayFactory.create(place=place, date=day)
    opening = QuarterlyReport.gather(place, Period.quarter(2026, 3), today=TODAY).opening
    assert len(opening.missed) == 7
    assert opening.closures == (
        Closure(dt.date(2026, 9, 2), dt.date(2026, 9, 7), 5, "illness", ""),
        Closure(dt.date(2026, 9, 9), dt.date(2026, 9, 9), 1, "illness", ""),
        Closure(dt.date(2026, 9, 10), dt.date(2026, 9, 10), 1, "works", ""),
    )


def test_the_cost_does_not_grow_with_history(place: Place, quarter: Period) -> None:
    with CaptureQueriesContext(connection) as few:
        QuarterlyReport.gather(place, quarter, today=TODAY)
    zone = place.zones.get()
    for day in range(8, 28):
        count(place, dt.date(2026, 7, day), {(1, 15): 6, (2, 25): 8}, zone=zone)
        count(place, dt.date(2026, 4, day), {(1, 15): 6, (2, 25): 8}, zone=zone)
        factories.OccurrenceFactory.create(place=place, date=dt.date(2026, 7, day), told=True)
    with CaptureQueriesContext(connection) as many:
        QuarterlyReport.gather(place, quarter, today=TODAY)
    assert len(few) == len(many)
    assert not [query for query in many.captured_queries if "countentry" in query["sql"]]


def test_a_group_that_dominates_is_named_only_where_its_number_is_shown(place: Place, report: QuarterlyReport) -> None:
    hidden = report.people.crowds[0].representation
    assert hidden is not None
    assert hidden.dominant is None
    # With ten more men of 65 nothing is small: 50 of the 100 judged are women of 15 to 64, and the set share is 40 %.
    count(place, dt.date(2026, 7, 8), {(2, 65): 10}, zone=place.zones.get())
    shown = QuarterlyReport.gather(place, Period.quarter(2026, 3), today=TODAY).people.crowds[0].representation
    assert shown is not None
    assert shown.dominant is not None
    assert shown.dominant.share == pytest.approx(0.5)


def test_counts_that_tell_gender_alone_are_shown_by_gender(place: Place) -> None:
    zone = factories.ZoneFactory.create(place=place)
    count(place, dt.date(2026, 7, 6), {(1, -1): 20, (2, -1): 17, (0, -1): 8}, zone=zone, level=Level.GENDER)
    for gender in (1, 2):
        factories.PopulationFactory.create(gender=gender, lower=0, upper=None, people=50)
    (crowd,) = QuarterlyReport.gather(place, Period.quarter(2026, 3), today=TODAY).people.crowds
    assert crowd.genders == (1, 2, 0)
    assert crowd.sums == (Cell(20), Cell(17), Cell(8))
    assert [row.age for row in crowd.rows] == [""]


def test_where_bands_share_no_border_a_hidden_column_hides_its_share(place: Place) -> None:
    """Women are 3 and hidden; men stand beside, kept back; who states another gender has no share to hide."""
    zone = factories.ZoneFactory.create(place=place)
    count(place, dt.date(2026, 7, 6), {(1, 15): 3, (2, 15): 40, (3, 25): 12}, zone=zone)
    for gender in (1, 2):
        factories.PopulationFactory.create(gender=gender, lower=0, upper=None, people=50)
    (crowd,) = QuarterlyReport.gather(place, Period.quarter(2026, 3), today=TODAY).people.crowds
    assert crowd.representation is not None
    assert [(one.gender, one.age, one.share is None) for one in crowd.representation.groups] == [
        (1, "", True),
        (2, "", True),
    ]


def test_residents_of_a_gender_that_was_not_counted_hide_nothing(place: Place) -> None:
    zone = factories.ZoneFactory.create(place=place)
    count(place, dt.date(2026, 7, 6), {(1, 15): 20, (2, 15): 40}, zone=zone)
    for gender in (1, 2, 3):
        factories.PopulationFactory.create(gender=gender, lower=0, upper=None, people=50)
    (crowd,) = QuarterlyReport.gather(place, Period.quarter(2026, 3), today=TODAY).people.crowds
    assert crowd.representation is not None
    assert [(one.gender, one.share) for one in crowd.representation.groups] == [(1, 0.333333), (2, 0.666667), (3, 0.0)]
