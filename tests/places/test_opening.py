from datetime import date, time
from decimal import Decimal

import pytest

from places.opening import (
    ActualOpening,
    DayKind,
    MissedDay,
    OpeningException,
    PromisedDay,
    SchoolHoliday,
    WeeklyHours,
    day_kind,
    eves,
    opening_result,
    promised_days,
    red_days,
    school_holiday_on,
)
from places.periods import Period

TEN, NOON, SIX = time(10), time(12), time(18)
SPRING = date(2026, 1, 1)
# Monday to Saturday, ten to six.
SIX_DAYS = [WeeklyHours(weekday, TEN, SIX, SPRING) for weekday in range(6)]
WEEK_24 = Period.week(2026, 24)  # 8 to 14 June
MONDAY, TUESDAY, WEDNESDAY = date(2026, 6, 8), date(2026, 6, 9), date(2026, 6, 10)
SUNDAY = date(2026, 6, 14)


def promise(day: date, opens: time = TEN, closes: time = SIX, minutes: int = 480) -> PromisedDay:
    return PromisedDay(day, opens, closes, minutes)


def test_promised_days_of_a_normal_week() -> None:
    promised = promised_days(WEEK_24, SIX_DAYS, [], red_days_closed=True)
    assert promised == [promise(day) for day in WEEK_24.days[:6]]
    assert promised[0].hours == Decimal(8)


def test_promised_days_without_hours_are_none() -> None:
    assert promised_days(WEEK_24, [], [], red_days_closed=True) == []


def test_hours_hold_from_their_first_to_their_last_day() -> None:
    weekly = [WeeklyHours(0, TEN, SIX, date(2026, 6, 8), date(2026, 6, 15))]
    june = promised_days(Period.month(2026, 6), weekly, [], red_days_closed=True)
    assert [day.date for day in june] == [date(2026, 6, 8), date(2026, 6, 15)]


def test_newest_hours_replace_older_ones_on_their_weekday() -> None:
    weekly = [*SIX_DAYS, WeeklyHours(0, NOON, SIX, date(2026, 6, 1))]
    promised = promised_days(WEEK_24, weekly, [], red_days_closed=True)
    assert promised[:2] == [promise(MONDAY, NOON, SIX, 360), promise(TUESDAY)]


def test_two_stretches_make_a_day_with_a_break() -> None:
    weekly = [WeeklyHours(0, time(13), SIX, SPRING), WeeklyHours(0, TEN, NOON, SPRING)]
    assert promised_days(WEEK_24, weekly, [], red_days_closed=True) == [promise(MONDAY, TEN, SIX, 420)]


def test_hours_past_midnight() -> None:
    weekly = [WeeklyHours(0, SIX, time(1, 30), SPRING)]
    promised = promised_days(WEEK_24, weekly, [], red_days_closed=True)
    assert [day.hours for day in promised] == [Decimal("7.5")]


@pytest.mark.parametrize(("closed", "days"), [(True, [15, 16, 17, 18, 19]), (False, [15, 16, 17, 18, 19, 20])])
def test_midsummer_day_is_promised_only_where_red_days_are_open(closed: bool, days: list[int]) -> None:  # noqa: FBT001
    midsummer = promised_days(Period.week(2026, 25), SIX_DAYS, [], red_days_closed=closed)
    assert [day.date.day for day in midsummer] == days


def test_planned_exception_changes_the_promise() -> None:
    exceptions = [
        OpeningException(MONDAY, None, None, planned=True, reason="staff"),
        OpeningException(TUESDAY, NOON, SIX, planned=True),
        OpeningException(SUNDAY, NOON, SIX, planned=True),
    ]
    promised = promised_days(WEEK_24, SIX_DAYS, exceptions, red_days_closed=True)
    assert promised == [
        promise(TUESDAY, NOON, SIX, 360),
        *[promise(day) for day in WEEK_24.days[2:6]],
        promise(SUNDAY, NOON, SIX, 360),
    ]


def test_planned_exception_opens_a_red_day() -> None:
    national_day = date(2026, 6, 6)
    exceptions = [OpeningException(national_day, NOON, SIX, planned=True)]
    promised = promised_days(Period.day(national_day), SIX_DAYS, exceptions, red_days_closed=True)
    assert promised == [promise(national_day, NOON, SIX, 360)]


def test_unplanned_closure_leaves_the_promise() -> None:
    exceptions = [OpeningException(MONDAY, None, None, planned=False, reason="illness")]
    assert len(promised_days(WEEK_24, SIX_DAYS, exceptions, red_days_closed=True)) == 6


def test_opening_result_counts_held_missed_and_extra_apart() -> None:
    exceptions = [
        OpeningException(WEDNESDAY, None, None, planned=False, reason="weather", note="Storm"),
        OpeningException(TUESDAY, None, None, planned=False, reason="illness"),
    ]
    actual = [
        ActualOpening(MONDAY, TEN, SIX),
        ActualOpening(TUESDAY, TEN, NOON),
        ActualOpening(TUESDAY, time(14), time(18, 30)),
        ActualOpening(date(2026, 6, 12), TEN, time(19)),
        ActualOpening(SUNDAY, NOON, time(15)),
        ActualOpening(date(2026, 6, 15), TEN, SIX),
    ]
    promised = promised_days(WEEK_24, SIX_DAYS, exceptions, red_days_closed=True)
    result = opening_result(WEEK_24, promised, actual, exceptions)
    assert (result.days_promised, result.days_held, result.share_held) == (6, 3, Decimal("0.5"))
    # Monday 8, Tuesday 2 + 4.5, Friday 9.
    assert (result.hours_promised, result.hours_held) == (Decimal(48), Decimal("23.5"))
    assert (result.hours_per_week_promised, result.hours_per_week_held) == (Decimal(48), Decimal("23.5"))
    assert result.missed == [
        MissedDay(WEDNESDAY, "weather", "Storm"),
        MissedDay(date(2026, 6, 11), None, ""),
        MissedDay(date(2026, 6, 13), None, ""),
    ]
    assert (result.extra_days, result.extra_hours) == ([SUNDAY], Decimal(3))
    assert result.days_without_closing_time == []


def test_missed_day_without_a_reason_written_keeps_its_note() -> None:
    exceptions = [OpeningException(MONDAY, None, None, planned=False, note="No key")]
    result = opening_result(Period.day(MONDAY), [promise(MONDAY)], [], exceptions)
    assert result.missed == [MissedDay(MONDAY, None, "No key")]


def test_forty_hours_a_week_over_a_year_with_closed_days() -> None:
    # 303 days, as many as the published Forumtorget 2023, and 2,080 hours: 40 in each of 52 weeks.
    weeks = Period.between(date(2023, 1, 2), date(2023, 12, 31))
    promised = [promise(day, minutes=412) for day in weeks.days[:267]]
    promised += [promise(day, minutes=411) for day in weeks.days[267:303]]
    result = opening_result(weeks, promised, [], [])
    assert (len(weeks), result.days_promised, result.hours_promised) == (364, 303, Decimal(2080))
    assert (result.hours_per_week_promised, result.hours_per_week_held) == (Decimal(40), Decimal(0))


def test_hours_of_part_of_a_week_are_per_whole_week() -> None:
    days = Period.between(MONDAY, TUESDAY)
    result = opening_result(days, [promise(MONDAY)], [ActualOpening(MONDAY, TEN, time(14))], [])
    assert (result.hours_per_week_promised, result.hours_per_week_held) == (Decimal(28), Decimal(14))


@pytest.mark.parametrize("period", [None, WEEK_24])
def test_averages_over_nothing_are_none(period: Period | None) -> None:
    result = opening_result(period, [], [], [])
    assert (result.days_promised, result.days_held) == (0, 0)
    assert (result.hours_promised, result.hours_held) == (Decimal(0), Decimal(0))
    assert (result.hours_per_week_promised, result.hours_per_week_held, result.share_held) == (None, None, None)
    assert (result.missed, result.extra_days) == ([], [])


def test_nothing_is_missed_before_the_period_begins() -> None:
    result = opening_result(None, [promise(MONDAY)], [ActualOpening(MONDAY, TEN, SIX)], [])
    assert (result.days_promised, result.days_held, result.missed, result.extra_days) == (0, 0, [], [])


@pytest.mark.parametrize(
    ("opened", "closes", "hours"),
    [
        (TEN, SIX, Decimal(8)),
        (time(9, 30), SIX, Decimal("8.5")),
        (time(17), SIX, Decimal(1)),
        # After closing: nothing is known of how long.
        (time(18, 30), SIX, Decimal(0)),
        (time(23), time(1), Decimal(2)),
    ],
)
def test_open_without_closing_time_counts_to_the_promised_one(opened: time, closes: time, hours: Decimal) -> None:
    result = opening_result(
        Period.day(MONDAY), [promise(MONDAY, closes=closes)], [ActualOpening(MONDAY, opened, None)], []
    )
    assert (result.days_held, result.hours_held) == (1, hours)
    assert result.days_without_closing_time == [MONDAY]


def test_extra_day_without_closing_time_has_no_hours() -> None:
    result = opening_result(Period.day(SUNDAY), [], [ActualOpening(SUNDAY, TEN, None)], [])
    assert (result.extra_days, result.extra_hours) == ([SUNDAY], Decimal(0))


def test_red_days_of_2026() -> None:
    assert red_days(2026) == {
        date(2026, 1, 1): "Nyårsdagen",
        date(2026, 1, 6): "Trettondedag jul",
        date(2026, 4, 3): "Långfredagen",
        date(2026, 4, 5): "Påskdagen",
        date(2026, 4, 6): "Annandag påsk",
        date(2026, 5, 1): "Första maj",
        date(2026, 5, 14): "Kristi himmelsfärdsdag",
        date(2026, 5, 24): "Pingstdagen",
        date(2026, 6, 6): "Nationaldagen",
        date(2026, 6, 20): "Midsommardagen",
        date(2026, 10, 31): "Alla helgons dag",
        date(2026, 12, 25): "Juldagen",
        date(2026, 12, 26): "Annandag jul",
    }


def test_eves_of_2026() -> None:
    assert eves(2026) == {
        date(2026, 1, 5): "Trettondagsafton",
        date(2026, 4, 4): "Påskafton",
        date(2026, 4, 30): "Valborgsmässoafton",
        date(2026, 5, 23): "Pingstafton",
        date(2026, 6, 19): "Midsommarafton",
        date(2026, 10, 30): "Allahelgonsafton",
        date(2026, 12, 24): "Julafton",
        date(2026, 12, 31): "Nyårsafton",
    }


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 6, 18), DayKind.WEEKDAY),
        (date(2026, 6, 19), DayKind.EVE),
        # A Saturday and a Sunday that are red days as well.
        (date(2026, 6, 20), DayKind.RED_DAY),
        (date(2026, 4, 5), DayKind.RED_DAY),
        (date(2026, 6, 21), DayKind.SUNDAY),
        (date(2026, 6, 27), DayKind.SATURDAY),
    ],
)
def test_day_kind(day: date, kind: DayKind) -> None:
    assert day_kind(day) == kind


def test_school_holiday_on_counts_both_ends() -> None:
    known = [SchoolHoliday("Sportlov", date(2026, 2, 23), date(2026, 2, 27))]
    days = [date(2026, 2, 22), date(2026, 2, 23), date(2026, 2, 27), date(2026, 2, 28)]
    assert [school_holiday_on(known, day) for day in days] == ["", "Sportlov", "Sportlov", ""]
