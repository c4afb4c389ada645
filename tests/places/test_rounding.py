"""One rule for rounding, held against the definition, and one way of writing numbers."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from places import numbers
from places.rounding import Number, beyond, exact, needed, rounded

FRACTIONS = st.fractions(min_value=-10_000, max_value=10_000, max_denominator=5_000)
DECIMALS = st.integers(0, 4)


@pytest.mark.parametrize(
    ("number", "decimals", "expected"),
    [
        (Fraction(1078, 56), 1, "19.3"),
        (1078 / 56, 1, "19.3"),
        (Decimal("0.5"), 0, "1"),
        (Decimal("1.5"), 0, "2"),
        (Decimal("2.5"), 0, "3"),
        (Decimal("-2.5"), 0, "-3"),
        (-0.04, 1, "0.0"),
        # As a float 1.005 lies below itself, and 2.675 too.
        (1.005, 2, "1.01"),
        (2.675, 2, "2.68"),
        (10**15 + Fraction(1, 2), 0, "1000000000000001"),
    ],
)
def test_halves_go_away_from_zero(number: Number, decimals: int, expected: str) -> None:
    assert str(rounded(number, decimals)) == expected


@given(FRACTIONS, DECIMALS)
def test_rounding_is_to_the_nearest_step_and_alike_on_both_sides_of_zero(number: Fraction, decimals: int) -> None:
    short, half = Fraction(rounded(number, decimals)), Fraction(1, 2 * 10**decimals)
    assert abs(short - number) <= half
    assert abs(short) >= abs(number) if abs(short - number) == half else True
    assert rounded(-number, decimals) == -rounded(number, decimals)
    assert not str(rounded(number, decimals)).startswith("-0") or rounded(number, decimals)


@given(st.decimals(-1000, 1000, places=6), DECIMALS)
def test_a_number_frozen_as_a_float_is_rounded_as_the_decimal_it_stands_for(number: Decimal, decimals: int) -> None:
    assert rounded(float(number), decimals) == rounded(number, decimals)
    assert exact(float(number)) == Fraction(number)


@given(st.fractions(0, 2, max_denominator=100_000), st.integers(0, 2))
def test_only_all_is_100_per_cent_and_only_none_is_0(share: Fraction, decimals: int) -> None:
    with translation.override("en"):
        written, step = numbers.per_cent(share, decimals), "" if not decimals else "." + "0" * decimals
    assert (written == f"100{step}\xa0%") == (share == 1)
    assert (written == f"0{step}\xa0%") == (share == 0)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (Decimal("40.3"), Decimal("40.4"), ">99\xa0%"),
        (302, 303, ">99\xa0%"),
        (303, 303, "100\xa0%"),
        (304, 303, ">100\xa0%"),
        (1, 303, "<1\xa0%"),
        (0, 303, "0\xa0%"),
        (29, 200, "15\xa0%"),
        (1, 200, "1\xa0%"),
        (None, 200, "–"),
        (1, 0, "–"),
    ],
)
def test_a_share_of_something(part: Number | None, whole: Number | None, shown: str) -> None:
    with translation.override("sv"):
        assert numbers.share_of(part, whole) == shown


def test_shares_that_sum_to_all_are_all() -> None:
    assert sum([0.1] * 10) < 1
    with translation.override("en"):
        assert numbers.per_cent(sum([0.1] * 10)) == "100\xa0%"


def test_what_is_written_is_true_of_the_number() -> None:
    assert beyond(Fraction("99.7"), 0, (0, 100)) == (">", Decimal(99))
    assert beyond(Fraction("100.2"), 0, (0, 100)) == (">", Decimal(100))
    assert beyond(Fraction("0.3"), 0, (0, 100)) == ("<", Decimal(1))
    assert beyond(Fraction("-0.3"), 0, (0, 100)) == (">", Decimal(-1))
    assert beyond(Fraction("50.4"), 0, (0, 100)) is None
    assert beyond(Fraction(100), 0, (0, 100)) is None


@pytest.mark.parametrize(
    ("number", "most", "expected"), [(24.0, 1, 0), (19.25, 1, 1), (0.15, 4, 2), (0.75, 4, 2), (100, 2, 0)]
)
def test_no_more_decimals_than_needed(number: float, most: int, expected: int) -> None:
    assert needed(number, most) == expected


def test_numbers_in_swedish_and_english() -> None:
    with translation.override("sv"):
        assert numbers.written(12345.65, 1) == "12\xa0345,7"
        assert numbers.signed(-0.04, 1) == "0,0"
        assert numbers.signed(0.04, 1) == "0,0"
        assert numbers.signed(-2.5) == "−3"
        assert numbers.kronor(Decimal("1234.50")) == "1\xa0234,50\xa0kr"
        assert numbers.whole_kronor(Decimal("0.50")) == "1\xa0kr"
        assert numbers.times(0.03) == "<0,1×"
        assert numbers.times(0) == "0,0×"
    with translation.override("en"):
        assert numbers.written(12345.65, 1) == "12,345.7"
        # Business that pays all but an öre of a krona has not matched it.
        assert numbers.each_krona(Fraction(1_499_999, 1_500_000)) == ">0.99\xa0SEK"
        assert numbers.each_krona(1) == "1\xa0SEK"
