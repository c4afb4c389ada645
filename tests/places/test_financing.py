from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places.financing import (
    Days,
    Instalment,
    Late,
    Pledge,
    YearMatch,
    covered,
    days_in_year,
    instalments,
    late,
    match,
    money_within,
    per_unit,
    promised_part,
    shares,
)

MUNICIPALITY, OWNER, SHOP, COLLEGE = 1, 2, 3, 4
MILLION = Decimal(1_000_000)
# Three million a year: half from the municipality, half from business; 100,000 more from a college.
PLEDGES = [
    Pledge(MUNICIPALITY, "municipal", 2026, Decimal(1_500_000)),
    Pledge(OWNER, "business", 2026, MILLION),
    Pledge(SHOP, "business", 2026, Decimal(500_000)),
    Pledge(COLLEGE, "other", 2026, Decimal(100_000)),
    Pledge(MUNICIPALITY, "municipal", 2025, Decimal(1_500_000)),
    Pledge(OWNER, "business", 2025, Decimal(1_200_000)),
]


def test_match_is_by_year_and_leaves_other_money_out() -> None:
    assert match(PLEDGES) == [
        YearMatch(2025, municipal=Decimal(1_500_000), business=Decimal(1_200_000), other=Decimal(0)),
        YearMatch(2026, municipal=Decimal(1_500_000), business=Decimal(1_500_000), other=Decimal(100_000)),
    ]


@pytest.mark.parametrize(
    ("municipal", "business", "answers"),
    [
        (1_500_000, 1_500_000, (Decimal(0), Decimal(1_500_000), Decimal(1), True)),
        (1_500_000, 1_200_000, (Decimal(300_000), Decimal(1_200_000), Decimal("0.8"), False)),
        (1_000_000, 1_250_000, (Decimal(-250_000), Decimal(1_000_000), Decimal("1.25"), True)),
        (0, 500_000, (Decimal(-500_000), Decimal(0), None, False)),
        (0, 0, (Decimal(0), Decimal(0), None, False)),
    ],
)
def test_year_match(municipal: int, business: int, answers: tuple[Decimal, Decimal, Decimal | None, bool]) -> None:
    year = YearMatch(2026, Decimal(municipal), Decimal(business), other=Decimal(7))
    assert (year.gap, year.matched, year.per_krona, year.is_matched) == answers
    assert year.total == municipal + business + 7


def test_match_of_no_pledges_is_empty() -> None:
    assert match([]) == []


def test_shares_are_of_the_years_money_largest_first() -> None:
    pledges = [*PLEDGES[1:4], Pledge(MUNICIPALITY, "municipal", 2026, Decimal(400_000)), PLEDGES[4]]
    assert list(shares(pledges, 2026).items()) == [
        (OWNER, Decimal("0.5")),
        (SHOP, Decimal("0.25")),
        (MUNICIPALITY, Decimal("0.2")),
        (COLLEGE, Decimal("0.05")),
    ]


def test_shares_add_up_several_pledges_of_one_party() -> None:
    pledges = [Pledge(OWNER, "business", 2026, Decimal(amount)) for amount in (100, 200)]
    pledges.append(Pledge(SHOP, "business", 2026, Decimal(100)))
    assert shares(pledges, 2026) == {OWNER: Decimal("0.75"), SHOP: Decimal("0.25")}


def test_shares_of_no_money_are_empty() -> None:
    assert shares(PLEDGES, 2030) == {}
    assert shares([Pledge(OWNER, "business", 2026, Decimal(0))], 2026) == {}


def test_instalments_put_what_is_left_in_the_last() -> None:
    quarters = [date(2026, month, 1) for month in (1, 4, 7)]
    assert instalments(Decimal(100), quarters) == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert instalments(Decimal(1_500_000), quarters) == [Decimal(500_000)] * 3
    assert instalments(Decimal("0.01"), quarters) == [Decimal(0), Decimal(0), Decimal("0.01")]


@given(st.decimals(0, 10**9, places=2), st.integers(1, 48))
def test_instalments_sum_to_the_amount(amount: Decimal, count: int) -> None:
    parts = instalments(amount, [date(2026, 1, 1)] * count)
    assert sum(parts) == amount
    assert len(parts) == count
    assert parts[-1] - parts[0] < Decimal("0.01") * count


def test_instalments_need_a_date() -> None:
    with pytest.raises(ValueError, match="at least one date"):
        instalments(MILLION, [])


@pytest.mark.parametrize("amount", ["-1", "0.005"])
def test_instalments_are_of_whole_ore(amount: str) -> None:
    with pytest.raises(ValueError, match=f"{amount} is not an amount of whole öre"):
        instalments(Decimal(amount), [date(2026, 1, 1)])


def test_late_counts_days_past_due() -> None:
    due = date(2026, 10, 31)
    unpaid = Instalment(date(2026, 11, 13), Decimal(250_000), None)
    paid_late = Instalment(due, Decimal(100_000), date(2026, 11, 30 - 7))
    dated_ahead = Instalment(date(2026, 11, 20), Decimal(5), date(2026, 12, 1))
    in_time = Instalment(due, Decimal(100_000), due)
    due_today = Instalment(date(2026, 11, 23), Decimal(100_000), None)
    coming = Instalment(date(2026, 12, 31), Decimal(100_000), None)
    waits = late([unpaid, in_time, paid_late, due_today, coming, dated_ahead], today=date(2026, 11, 23))
    assert waits == [Late(paid_late, 23), Late(unpaid, 10), Late(dated_ahead, 3)]
    assert [(wait.amount, wait.is_paid) for wait in waits[:2]] == [(Decimal(100_000), True), (Decimal(250_000), False)]


def test_per_unit() -> None:
    # 3 MSEK over 2,000 open hours, and over 60,000 participations.
    assert per_unit(Decimal(3_000_000), Decimal(2_000)) == Decimal(1_500)
    assert per_unit(Decimal(3_000_000), 60_000) == Decimal(50)
    assert per_unit(Decimal(3_000_000), 0) is None


# --- Money by the day -------------------------------------------------------------------------------------------------

YEAR = Days(date(2026, 1, 1), date(2026, 12, 31))
QUARTER = Days(date(2026, 7, 1), date(2026, 9, 30))


def _paid(amount: int | str, contract: Days, within: Days = QUARTER, year: int = 2026) -> Decimal:
    return money_within([Pledge(MUNICIPALITY, "municipal", year, Decimal(amount))], contract, within)


def test_half_a_years_money_belongs_to_that_half_year() -> None:
    from_july = Days(date(2026, 7, 1), date(2026, 12, 31))
    assert _paid(1_500_000, from_july) == Decimal("750000.00")
    assert per_unit(_paid(1_500_000, from_july), 750) == 1000
    # The same money, 554.31 hours and 1,811.7 visits: 682 and 209 by the calendar year, 1,353 and 414 by the contract.
    assert [int(_paid(1_500_000, from_july) / units + Decimal("0.5")) for units in (Decimal("554.4"), 1812)] == [
        1353,
        414,
    ]


def test_a_contract_replaced_inside_the_quarter_and_the_new_one_are_both_counted() -> None:
    """Three million a year, shared by the day between the contract until 15 August and the one from the 16th."""
    old, new = Days(YEAR.first, date(2026, 8, 15)), Days(date(2026, 8, 16), YEAR.last)
    assert _paid("1865753.42", old) + _paid("1134246.58", new) == Decimal("756164.38")
    # By the month instead of the day the two halves of the quarter are paid a little differently.
    assert _paid(1_875_000, old) + _paid(1_125_000, new) == Decimal("754955.95")


def test_a_contract_that_ends_in_the_quarter_pays_until_then() -> None:
    assert _paid(243_000, Days(YEAR.first, date(2026, 8, 31))) == 62_000
    assert _paid(272_000, Days(YEAR.first, date(2026, 9, 29))) == 91_000
    assert _paid(272_000, Days(YEAR.first, date(2026, 6, 30))) == 0


def test_a_leap_year_is_366_days_and_a_contract_over_new_year_has_an_amount_for_each() -> None:
    assert _paid(366, Days(date(2028, 1, 1), date(2028, 12, 31)), Days(date(2028, 2, 29), date(2028, 2, 29)), 2028) == 1
    contract, winter = Days(date(2026, 12, 1), date(2027, 12, 31)), Days(date(2026, 12, 1), date(2027, 1, 31))
    pledges = [Pledge(1, "other", 2026, Decimal(31)), Pledge(1, "other", 2027, Decimal(730))]
    assert money_within(pledges, contract, winter) == 31 + 62


def test_what_is_pledged_for_a_year_outside_the_contract_is_no_days_money() -> None:
    assert _paid(1000, Days(date(2027, 1, 1), date(2027, 12, 31)), YEAR) == 0


DATES = st.dates(date(2023, 1, 1), date(2030, 12, 31))
AMOUNTS = st.decimals(0, 10_000_000, places=2)


@given(DATES, DATES, st.lists(DATES, max_size=12), st.lists(AMOUNTS, min_size=8, max_size=8))
def test_any_division_of_a_contract_sums_to_what_was_agreed(
    one: date, other: date, cuts: list[date], amounts: list[Decimal]
) -> None:
    contract = Days(*sorted((one, other)))
    pledges = [Pledge(1, "other", year, amount) for year, amount in zip(range(2023, 2031), amounts, strict=True)]
    inside = [pledge for pledge in pledges if days_in_year(contract, pledge.year)]
    firsts = sorted({date(2022, 12, 1), *cuts, date(2031, 1, 1)})
    parts = [Days(first, after - timedelta(1)) for first, after in pairwise(firsts)]
    paid = [money_within(pledges, contract, part) for part in parts]
    assert sum(paid) == sum(pledge.amount for pledge in inside)
    assert all(amount >= 0 and amount == amount.quantize(Decimal("0.01")) for amount in paid)


@given(st.lists(st.tuples(DATES, DATES), max_size=6), st.tuples(DATES, DATES))
def test_covered_days_are_those_with_a_contract(contracts: list[tuple[date, date]], ends: tuple[date, date]) -> None:
    terms, within = [Days(*sorted(pair)) for pair in contracts], Days(*sorted(ends))
    found = covered(terms, within)
    listed = [day for part in found for day in _days(part)]
    assert listed == [day for day in _days(within) if any(term.first <= day <= term.last for term in terms)]
    assert all(after.first - before.last > timedelta(1) for before, after in pairwise(found))


def _days(part: Days) -> list[date]:
    return [part.first + timedelta(number) for number in range((part.last - part.first).days + 1)]


def test_promised_days_follow_the_part_of_the_year() -> None:
    assert promised_part(303, YEAR) == 303
    assert promised_part(366, Days(date(2028, 1, 1), date(2028, 12, 31))) == 366
    assert promised_part(365, Days(date(2026, 7, 1), date(2026, 12, 31))) == 184
