from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places.financing import Instalment, Late, Pledge, YearMatch, instalments, late, match, per_unit, shares

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
