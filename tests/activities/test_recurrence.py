from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import WEEKLY, rrule, rruleset
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from activities.actions import Scope, cancel_occurrences, move_occurrence, plan_series, rhythm_of, undo_change
from activities.models import Series
from activities.recurrence import Rhythm, dates, shift_weekday, split, wall_times, weekly_dates
from places.models import Place, User
from tests import factories

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(weeks=1)


def june(*numbers: int) -> list[date]:
    return [date(2026, 6, number) for number in numbers]


def test_dates_count_both_ends() -> None:
    # 1 June 2026 is a Monday, 18 June a Thursday.
    rhythm = Rhythm(date(2026, 6, 1), date(2026, 6, 18), frozenset({THU, MON}))
    assert dates(rhythm) == june(1, 4, 8, 11, 15, 18)


@pytest.mark.parametrize(
    ("first", "days"),
    [
        # From a Monday: that week, then every other.
        (1, [2, 4, 16, 18, 30]),
        # From a Wednesday: its Tuesday is over, its week counts all the same.
        (3, [4, 16, 18, 30]),
        # From a Friday: nothing is left of the week, and the next one rests.
        (5, [16, 18, 30]),
        (7, [16, 18, 30]),
    ],
)
def test_every_second_week_is_counted_from_the_week_of_the_first_day(first: int, days: list[int]) -> None:
    rhythm = Rhythm(date(2026, 6, first), date(2026, 6, 30), frozenset({TUE, THU}), every_weeks=2)
    assert dates(rhythm) == june(*days)


def test_every_second_week_over_a_year_with_53_weeks() -> None:
    rhythm = Rhythm(date(2026, 12, 14), date(2027, 1, 17), frozenset({MON}), every_weeks=2)
    assert dates(rhythm) == [date(2026, 12, 14), date(2026, 12, 28), date(2027, 1, 11)]


def test_dates_with_added_and_excluded_ones() -> None:
    rhythm = Rhythm(
        date(2026, 6, 1),
        date(2026, 6, 15),
        frozenset({MON}),
        also=frozenset(june(8, 10, 11, 20)),
        excluded=frozenset(june(11, 15, 28)),
    )
    assert dates(rhythm) == june(1, 8, 10, 20)


def test_dates_of_added_ones_alone() -> None:
    assert dates(Rhythm(date(2026, 6, 1), date(2026, 6, 1), frozenset(), also=frozenset(june(9, 3)))) == june(3, 9)


def test_dates_may_be_none() -> None:
    assert dates(Rhythm(date(2026, 6, 1), date(2026, 6, 1), frozenset({SUN}))) == []


@pytest.mark.parametrize(
    ("last", "weekdays", "every_weeks", "message"),
    [
        (31, {MON}, 1, r"cannot end \(2026-05-31\) before it begins \(2026-06-01\)"),
        (1, {MON}, 0, "every week at the most"),
        (1, set(), 1, "needs a weekday or a date"),
        (1, {7}, 1, r"numbered from 0 \(Monday\) to 6 \(Sunday\)"),
    ],
)
def test_nonsense_is_refused(last: int, weekdays: set[int], every_weeks: int, message: str) -> None:
    end = date(2026, 6 if last == 1 else 5, last)
    with pytest.raises(ValueError, match=message):
        Rhythm(date(2026, 6, 1), end, frozenset(weekdays), every_weeks)


@given(
    first=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    length=st.integers(0, 500),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    every_weeks=st.integers(1, 8),
)
def test_dates_are_every_such_day_of_the_weeks_that_count(
    first: date, length: int, weekdays: frozenset[int], every_weeks: int
) -> None:
    last = first + length * ONE_DAY
    monday = first - first.weekday() * ONE_DAY
    days = [first + number * ONE_DAY for number in range(length + 1)]
    expected = [
        day for day in days if day.weekday() in weekdays and (day - monday).days // 7 % every_weeks == 0
    ]  # fmt: skip
    assert dates(Rhythm(first, last, weekdays, every_weeks)) == expected


DAYS = st.dates(date(2026, 11, 1), date(2027, 4, 10))


@st.composite
def rhythms(draw: st.DrawFn) -> Rhythm:
    """Over week 53 of 2026, the red days of Christmas and Easter and the shift to summer time."""
    first = draw(DAYS)
    also, excluded = draw(st.frozensets(DAYS, max_size=4)), draw(st.frozensets(DAYS, max_size=6))
    weekdays = draw(st.frozensets(st.integers(0, 6), min_size=0 if also else 1))
    return Rhythm(first, first + draw(st.integers(0, 90)) * ONE_DAY, weekdays, draw(st.integers(1, 4)), also, excluded)


@given(rhythms(), DAYS)
def test_split_in_two_they_are_the_same_dates(rhythm: Rhythm, on: date) -> None:
    before, since = ([] if part is None else dates(part) for part in split(rhythm, on))
    assert before + since == dates(rhythm)
    assert all(day < on for day in before)
    assert all(day >= on for day in since)


def test_split_every_second_week_goes_on_from_a_single_date() -> None:
    rhythm = Rhythm(date(2026, 6, 1), date(2026, 6, 30), frozenset({MON}), 2, also=frozenset(june(10)))
    assert split(rhythm, date(2026, 6, 10)) == (
        Rhythm(date(2026, 6, 1), date(2026, 6, 9), frozenset({MON}), 2),
        Rhythm(date(2026, 6, 15), date(2026, 6, 30), frozenset({MON}), 2, also=frozenset(june(10))),
    )
    _before, single = split(rhythm, date(2026, 6, 30))
    assert single is None


@given(rhythms(), st.integers(0, 6), st.integers(0, 6))
def test_shift_weekday_moves_each_date_within_its_week(rhythm: Rhythm, old: int, new: int) -> None:
    assume(old != new)
    rhythm = replace(rhythm, weekdays=(rhythm.weekdays | {old}) - {new})
    weekly = set(weekly_dates(rhythm))
    left_out = rhythm.excluded - weekly
    moved = {day + (new - old) * ONE_DAY if day.weekday() == old else day for day in weekly - rhythm.excluded}
    shifted = dates(shift_weekday(rhythm, old, new))
    assert shifted == sorted((moved | (rhythm.also - weekly)) - left_out)
    weeks = [day.isocalendar()[:2] for day in sorted(moved)]
    assert weeks == [day.isocalendar()[:2] for day in sorted(weekly - rhythm.excluded)][: len(weeks)]


@pytest.mark.parametrize(("old", "new"), [(TUE, WED), (MON, THU)])
def test_shift_weekday_needs_something_to_move_and_room_for_it(old: int, new: int) -> None:
    rhythm = Rhythm(date(2026, 6, 1), date(2026, 6, 30), frozenset({MON, THU}))
    with pytest.raises(ValueError, match="cannot go from weekday"):
        shift_weekday(rhythm, old, new)


def test_weekly_dates_of_single_ones_are_none() -> None:
    assert weekly_dates(Rhythm(date(2026, 6, 1), date(2026, 6, 1), frozenset(), also=frozenset(june(9)))) == []


@given(
    first=st.dates(date(2015, 1, 1), date(2045, 1, 1)),
    weeks=st.integers(0, 110),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    every_weeks=st.integers(1, 26),
)
def test_dates_are_those_of_dateutil(first: date, weeks: int, weekdays: frozenset[int], every_weeks: int) -> None:
    monday = first - first.weekday() * ONE_DAY
    last = first + 7 * weeks * ONE_DAY
    chosen = rruleset()
    midnight = datetime.combine(monday, time.min)
    chosen.rrule(
        rrule(WEEKLY, midnight, every_weeks, 0, until=datetime.combine(last, time.min), byweekday=sorted(weekdays))
    )
    expected = [moment.date() for moment in chosen.between(midnight, datetime.combine(last, time.max), inc=True)]
    found = dates(Rhythm(first, last, weekdays, every_weeks))
    assert found == [day for day in expected if day >= first]
    # Each in a week of its own year's numbering, the 53rd too.
    assert all((day - monday).days // 7 % every_weeks == 0 for day in found)


def test_a_year_of_53_weeks_and_a_leap_day_have_all_their_days() -> None:
    whole = Rhythm(date(2026, 12, 28), date(2028, 3, 1), frozenset(range(7)))
    assert len(dates(whole)) == (date(2028, 3, 1) - date(2026, 12, 28)).days + 1
    assert date(2028, 2, 29) in dates(Rhythm(date(2028, 2, 1), date(2028, 3, 31), frozenset({TUE})))
    fridays = dates(Rhythm(date(2026, 12, 21), date(2027, 1, 10), frozenset({FRI})))
    assert [day.isocalendar().week for day in fridays] == [52, 53, 1]


@given(st.dates(date(2015, 1, 1), date(2045, 1, 1)), st.times(time(4), time(23, 59)))
def test_wall_times_show_the_same_clock_every_day(day: date, start: time) -> None:
    start = start.replace(fold=0, tzinfo=None)
    assume(start != time(4))
    [(starts, _ends)] = wall_times([day], start, time(4))
    assert starts.astimezone(STOCKHOLM).replace(tzinfo=None) == datetime.combine(day, start)


def test_wall_times_keep_the_clock_over_the_shift_to_winter() -> None:
    saturday, sunday = date(2026, 10, 24), date(2026, 10, 25)
    times = wall_times([saturday, sunday], time(14), time(16))
    assert [start.astimezone(UTC) for start, _ in times] == [
        datetime(2026, 10, 24, 12, tzinfo=UTC),
        datetime(2026, 10, 25, 13, tzinfo=UTC),
    ]
    assert times == [
        (datetime(2026, 10, day, 14, tzinfo=STOCKHOLM), datetime(2026, 10, day, 16, tzinfo=STOCKHOLM))
        for day in (24, 25)
    ]


def utc_of(day: date, start: time, end: time) -> tuple[datetime, datetime]:
    [(starts, ends)] = wall_times([day], start, end)
    return starts.astimezone(UTC), ends.astimezone(UTC)


def test_skipped_time_moves_forward() -> None:
    # 29 March 2026, 02:00 becomes 03:00, which is 01:00 UTC.
    assert utc_of(date(2026, 3, 29), time(2, 30), time(5)) == (
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 3, tzinfo=UTC),
    )
    [(starts, _)] = wall_times([date(2026, 3, 29)], time(2, 30), time(5))
    assert starts.time() == time(3, 30)


def test_skipped_start_that_passes_its_end_keeps_its_length() -> None:
    assert utc_of(date(2026, 3, 29), time(2, 30), time(3)) == (
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 2, tzinfo=UTC),
    )


def test_repeated_time_is_the_first() -> None:
    # 25 October 2026, 03:00 summer time becomes 02:00: 02:30 comes at 00:30 and at 01:30 UTC.
    expected = (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 3, tzinfo=UTC))
    assert utc_of(date(2026, 10, 25), time(2, 30), time(4)) == expected
    assert utc_of(date(2026, 10, 25), time(2, 30, fold=1), time(4)) == expected


def test_end_before_start_is_past_midnight() -> None:
    assert utc_of(date(2026, 10, 24), time(22), time(4)) == (
        datetime(2026, 10, 24, 20, tzinfo=UTC),
        # Seven hours, for the night is one hour longer.
        datetime(2026, 10, 25, 3, tzinfo=UTC),
    )


def test_wall_times_in_another_zone() -> None:
    [(starts, ends)] = wall_times([date(2026, 6, 1)], time(10), time(12), tz="Europe/Helsinki")
    assert (starts.astimezone(UTC).hour, ends.astimezone(UTC).hour) == (7, 9)


def test_wall_times_of_no_days_are_none() -> None:
    assert wall_times([], time(10), time(12)) == []


def test_wall_times_take_time() -> None:
    with pytest.raises(ValueError, match="takes no time"):
        wall_times([date(2026, 6, 1)], time(10), time(10))


@pytest.mark.parametrize(("start", "end"), [(time(10, tzinfo=UTC), time(12)), (time(10), time(12, tzinfo=UTC))])
def test_wall_times_bring_no_zone(start: time, end: time) -> None:
    with pytest.raises(ValueError, match="no time zone of their own"):
        wall_times([date(2026, 6, 1)], start, end)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.times(), st.times())
def test_what_starts_also_ends_later(day: date, start: time, end: time) -> None:
    start, end = start.replace(fold=0), end.replace(fold=0)
    assume(start != end)
    starts, ends = utc_of(day, start, end)
    assert timedelta(0) < ends - starts < timedelta(hours=25)


# --- Any sequence of edits --------------------------------------------------------------------------------------------


def _state(place: Place) -> list[Any]:
    """Everything about the plan but what counts its changes."""
    left_out = ("sequence", "changed_at")
    rows = [list(rows.order_by("pk").values()) for rows in (place.series.all(), place.occurrences.all())]
    return [{name: value for name, value in row.items() if name not in left_out} for each in rows for row in each]


def _days(series: Series) -> list[date]:
    return list(series.occurrences.order_by("date").values_list("date", flat=True))


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["move", "weekday", "time", "cancel", "exclude", "again"]),
        st.sampled_from(Scope.values),
        st.integers(0, 30),
        st.integers(-3, 3),
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    weekdays=st.sets(st.integers(0, 6), min_size=1, max_size=3),
    every=st.integers(1, 3),
    # To week 53 of 2026, the shift to summer time in March 2027, the leap day of 2028 and the shift in October 2028.
    first=st.sampled_from([date(2026, 12, 14), date(2027, 3, 15), date(2028, 2, 14), date(2028, 10, 16)]),
    edits=EDITS,
)
# One moved by itself stands where the others go.
@example(
    weekdays={4},
    every=1,
    first=date(2027, 3, 15),
    edits=[("move", "this", 2, 3), ("weekday", "following", 0, -2), ("weekday", "following", 0, -2)],
)
# One moved to a date that another was moved from is moved on, and that taken back.
@example(
    weekdays={0, 1},
    every=3,
    first=date(2026, 12, 14),
    edits=[("move", "this", 6, 1), ("move", "this", 26, -1), ("move", "this", 1, 1)],
)
def test_no_sequence_of_edits_doubles_or_forgets(
    place: Place, manager: User, weekdays: set[int], every: int, first: date, edits: list[Any]
) -> None:
    # What an example that failed has left.
    place.occurrences.all().delete()
    place.series.all().delete()
    series = factories.SeriesFactory.build(
        place=place, first=first, last=first + 6 * ONE_WEEK, weekdays=sorted(weekdays), every_weeks=every
    )
    plan_series(series=series, by=manager)
    assert _days(series) == _of_dateutil(series)
    for edit in edits:
        before, undo = _state(place), _edit(place, manager, *edit)
        for one in place.series.all():
            _agrees(one)
        if undo and edit[2] % 2:
            undo_change(place=place, token=undo, by=manager)
            assert _state(place) == before


def _edit(place: Place, by: User, what: str, scope: str, number: int, step: int) -> str:
    """One edit by a person; what is refused in words changes nothing."""
    found = list(place.occurrences.order_by("starts_at", "pk"))
    one = found[number % len(found)]
    try:
        if what == "move":
            return move_occurrence(occurrence=one, day=one.date + step * ONE_DAY, by=by).undo
        if what == "weekday":
            return move_occurrence(occurrence=one, day=one.date + step * ONE_DAY, scope=scope, by=by).undo
        if what == "time":
            clock = time(number % 22, 30)
            return move_occurrence(occurrence=one, day=one.date, starts=clock, scope=scope, by=by).undo
        if what == "cancel":
            return cancel_occurrences(occurrence=one, scope=scope, reason="staff", by=by)[1]
    except ValidationError:
        return ""
    series = one.series
    assert series
    if what == "exclude":
        series.excluded = sorted({*series.excluded, one.date})
    if dates(rhythm_of(series)):
        plan_series(series=series, by=by)
    return ""


def _agrees(series: Series) -> None:
    """What follows the series is on dateutil's dates at the wall's time, once; what does not is there once besides."""
    series.refresh_from_db()
    own = [one for one in series.occurrences.all() if one.moved or one.outcome != "planned"]
    follows = [one for one in series.occurrences.order_by("date") if one not in own]
    taken = {one.date for one in own}
    days = [one.date for one in follows]
    assert len(days) == len(set(days))
    assert [day for day in days if day not in taken] == [day for day in _of_dateutil(series) if day not in taken]
    starts = [one.starts_at for one in series.occurrences.all()]
    assert len(starts) == len(set(starts))
    for one in follows:
        if one.date not in taken:
            assert one.starts_at.astimezone(STOCKHOLM).date() == one.date


def _of_dateutil(series: Series) -> list[date]:
    """Day by day from the Monday of the first week, the way dateutil counts every nth week."""
    monday = series.first - series.first.weekday() * ONE_DAY
    midnight = datetime.combine(monday, time.min)
    until = datetime.combine(series.last, time.min)
    rule = rrule(WEEKLY, midnight, interval=series.every_weeks, byweekday=series.weekdays, until=until, wkst=0)
    weekly = {moment.date() for moment in rule if moment.date() >= series.first} if series.weekdays else set()
    return sorted((weekly | set(series.also)) - set(series.excluded))
