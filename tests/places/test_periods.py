from datetime import date

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from places.periods import ONE_DAY, Kind, Period

days = st.dates(date(1950, 1, 1), date(2150, 12, 31))
kinds = st.sampled_from(Kind)
calendar_kinds = st.sampled_from([kind for kind in Kind if kind != Kind.BETWEEN])


@pytest.mark.parametrize(
    ("period", "first", "last", "code"),
    [
        (Period.day(date(2026, 6, 14)), date(2026, 6, 14), date(2026, 6, 14), "2026-06-14"),
        (Period.week(2026, 24), date(2026, 6, 8), date(2026, 6, 14), "2026V24"),
        (Period.week(2026, 1), date(2025, 12, 29), date(2026, 1, 4), "2026V01"),
        (Period.week(2026, 53), date(2026, 12, 28), date(2027, 1, 3), "2026V53"),
        (Period.month(2026, 6), date(2026, 6, 1), date(2026, 6, 30), "2026-06"),
        (Period.month(2024, 2), date(2024, 2, 1), date(2024, 2, 29), "2024-02"),
        (Period.month(2026, 12), date(2026, 12, 1), date(2026, 12, 31), "2026-12"),
        (Period.season(2026, "winter"), date(2025, 12, 1), date(2026, 2, 28), "2026vinter"),
        (Period.season(2026, "spring"), date(2026, 3, 1), date(2026, 5, 31), "2026vår"),
        (Period.season(2026, "summer"), date(2026, 6, 1), date(2026, 8, 31), "2026sommar"),
        (Period.season(2026, "autumn"), date(2026, 9, 1), date(2026, 11, 30), "2026höst"),
        (Period.quarter(2026, 1), date(2026, 1, 1), date(2026, 3, 31), "2026K1"),
        (Period.quarter(2026, 3), date(2026, 7, 1), date(2026, 9, 30), "2026K3"),
        (Period.quarter(2026, 4), date(2026, 10, 1), date(2026, 12, 31), "2026K4"),
        (Period.year(2026), date(2026, 1, 1), date(2026, 12, 31), "2026"),
        (
            Period.between(date(2026, 6, 14), date(2026, 7, 3)),
            date(2026, 6, 14),
            date(2026, 7, 3),
            "2026-06-14--2026-07-03",
        ),
    ],
)
def test_period_has_both_ends_and_a_code(period: Period, first: date, last: date, code: str) -> None:
    assert (period.first, period.last, period.code) == (first, last, code)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2026K3", "2026K3"),
        ("2026q3", "2026K3"),
        ("2026V24", "2026V24"),
        ("2026w5", "2026V05"),
        ("2026-W05", "2026V05"),
        (" 2026-06 ", "2026-06"),
        ("2026", "2026"),
        ("2026-06-14", "2026-06-14"),
        ("2026-06-14--2026-07-03", "2026-06-14--2026-07-03"),
        ("2026vinter", "2026vinter"),
        ("2026Winter", "2026vinter"),
        ("2026var", "2026vår"),
        ("2026spring", "2026vår"),
        ("2026summer", "2026sommar"),
        ("2026host", "2026höst"),
        ("2026HÖST", "2026höst"),
        ("2026autumn", "2026höst"),
    ],
)
def test_parse_reads_swedish_and_english(written: str, code: str) -> None:
    assert Period.parse(written).code == code


@pytest.mark.parametrize(
    "written",
    ["", "x", "2026K5", "2026K0", "2025V53", "2026V00", "2026-13", "2026-02-30", "2026monsun", "0000", "1899", "9999",
     "1900vinter", "2026-07-03--2026-06-14", "٢٠٢٦", "2026-1", "20260614"],
)  # fmt: skip
def test_parse_refuses_what_is_no_period(written: str) -> None:
    with override("en"), pytest.raises(ValueError, match="is not a period") as refusal:
        Period.parse(written)
    assert str(refusal.value) == (
        f"“{written}” is not a period. Write a year (2026), a quarter (2026K3), a month (2026-06), "
        "a week (2026V24), a season (2026sommar) or a day (2026-06-14)."
    )


def test_period_cannot_end_before_it_begins() -> None:
    with override("en"), pytest.raises(ValueError, match=r"cannot end \(2026-06-13\) before it begins \(2026-06-14\)"):
        Period.between(date(2026, 6, 14), date(2026, 6, 13))


def test_period_of_a_kind_is_whole() -> None:
    with pytest.raises(ValueError, match="2026-06-08 to 2026-06-13 is not a whole week"):
        Period(date(2026, 6, 8), date(2026, 6, 13), Kind.WEEK)


def test_season_has_one_of_four_names() -> None:
    with pytest.raises(ValueError, match="There is no season called 'monsoon'"):
        Period.season(2026, "monsoon")


@pytest.mark.parametrize(
    ("code", "english", "swedish"),
    [
        ("2026-06-14", "14 June 2026", "14 juni 2026"),
        ("2026V24", "Week 24 2026, 8–14 June 2026", "Vecka 24 2026, 8–14 juni 2026"),
        ("2026V05", "Week 5 2026, 26 January – 1 February 2026", "Vecka 5 2026, 26 januari – 1 februari 2026"),
        (
            "2026V53",
            "Week 53 2026, 28 December 2026 – 3 January 2027",
            "Vecka 53 2026, 28 december 2026 – 3 januari 2027",
        ),
        ("2026-06", "June 2026", "juni 2026"),
        (
            "2026vinter",
            "Winter 2026, December 2025 – February 2026",
            "Vintern 2026, december 2025 – februari 2026",
        ),
        ("2026vår", "Spring 2026, March–May", "Våren 2026, mars–maj"),
        ("2026sommar", "Summer 2026, June–August", "Sommaren 2026, juni–augusti"),
        ("2026höst", "Autumn 2026, September–November", "Hösten 2026, september–november"),
        ("2026K3", "Quarter 3 2026, July–September", "Kvartal 3 2026, juli–september"),
        ("2026", "2026", "2026"),
        ("2026-06-14--2026-06-14", "14 June 2026", "14 juni 2026"),
        ("2026-06-14--2026-07-03", "14 June – 3 July 2026", "14 juni – 3 juli 2026"),
    ],
)
def test_label_is_in_the_language_active_when_asked(code: str, english: str, swedish: str) -> None:
    period = Period.parse(code)
    with override("en"):
        assert (period.label, str(period)) == (english, english)
    with override("sv"):
        assert (period.label, str(period)) == (swedish, swedish)


def test_days_count_both_ends() -> None:
    period = Period.between(date(2026, 2, 27), date(2026, 3, 1))
    assert period.days == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]
    assert len(period) == 3
    assert date(2026, 2, 26) not in period
    assert date(2026, 2, 27) in period
    assert date(2026, 3, 1) in period
    assert date(2026, 3, 2) not in period


def test_weeks_and_months_touch_the_period() -> None:
    period = Period.between(date(2026, 5, 31), date(2026, 6, 8))
    assert [week.code for week in period.weeks()] == ["2026V22", "2026V23", "2026V24"]
    assert [month.code for month in period.months()] == ["2026-05", "2026-06"]
    assert [month.code for month in Period.quarter(2026, 3).months()] == ["2026-07", "2026-08", "2026-09"]
    assert len(Period.year(2026).weeks()) == 53


@pytest.mark.parametrize(
    ("code", "previous", "following", "a_year_before"),
    [
        ("2026K1", "2025K4", "2026K2", "2025K1"),
        ("2026V01", "2025V52", "2026V02", "2025V01"),
        # 2025 has no week 53.
        ("2026V53", "2026V52", "2027V01", "2025V52"),
        ("2026-01", "2025-12", "2026-02", "2025-01"),
        ("2026vinter", "2025höst", "2026vår", "2025vinter"),
        ("2026höst", "2026sommar", "2027vinter", "2025höst"),
        ("2026", "2025", "2027", "2025"),
        # Sunday of week 24, both.
        ("2026-06-14", "2026-06-13", "2026-06-15", "2025-06-15"),
        ("2026-06-14--2026-06-16", "2026-06-11--2026-06-13", "2026-06-17--2026-06-19", "2025-06-14--2025-06-16"),
        ("2024-02-01--2024-02-29", "2024-01-03--2024-01-31", "2024-03-01--2024-03-29", "2023-02-01--2023-02-28"),
    ],
)
def test_neighbours(code: str, previous: str, following: str, a_year_before: str) -> None:
    period = Period.parse(code)
    assert period.previous().code == previous
    assert period.next().code == following
    assert period.a_year_before().code == a_year_before


def test_clipped_keeps_what_lies_within() -> None:
    quarter = Period.quarter(2026, 3)
    assert quarter.clipped(None, date(2026, 8, 2)) == Period.between(date(2026, 7, 1), date(2026, 8, 2))
    assert quarter.clipped(date(2026, 8, 2), None) == Period.between(date(2026, 8, 2), date(2026, 9, 30))
    assert quarter.clipped(date(2026, 9, 30), date(2027, 1, 1)) == Period.between(date(2026, 9, 30), date(2026, 9, 30))
    assert quarter.clipped(None, date(2026, 6, 30)) is None
    assert quarter.clipped(None, None) is quarter
    assert quarter.clipped(date(2026, 7, 1), date(2026, 9, 30)) is quarter


@given(days, kinds)
def test_the_period_around_a_day_holds_it_and_is_read_back(day: date, kind: Kind) -> None:
    period = Period.containing(day, kind)
    assert day in period
    assert Period.parse(period.code) == period
    assert len(period.days) == len(period)


@given(days, calendar_kinds)
def test_periods_of_a_kind_follow_each_other_without_gap(day: date, kind: Kind) -> None:
    period = Period.containing(day, kind)
    assert period.previous().last + ONE_DAY == period.first
    assert period.next().first - ONE_DAY == period.last
    assert period.previous().next() == period


@given(days, st.integers(0, 400))
def test_weeks_and_months_cover_every_day_once(first: date, more: int) -> None:
    period = Period.between(first, first + more * ONE_DAY)
    for parts in (period.weeks(), period.months()):
        clipped = [part.clipped(period.first, period.last) for part in parts]
        assert [day for part in clipped if part for day in part] == period.days


@given(days)
def test_a_day_is_compared_with_the_same_weekday(day: date) -> None:
    before = Period.day(day).a_year_before().first
    assert before.weekday() == day.weekday()
    assert (day - before).days in {364, 371}
