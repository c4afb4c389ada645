from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from activities.recurrence import Rhythm, dates, wall_times

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
ONE_DAY = timedelta(days=1)


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
