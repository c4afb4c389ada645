"""Rounding by one rule: halves away from zero, from the exact number. Arithmetic only."""

from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = int | float | Decimal | Fraction


def exact(number: Number) -> Fraction:
    """
    The number as a fraction, so that nothing is lost before it is rounded.

    A float is taken to twelve decimals: 0.145 and not 0.14499999999999999, and shares that sum to
    0.9999999999999999 are all there is.
    """
    return Fraction(f"{number:.12f}") if isinstance(number, float) else Fraction(number)


def rounded(number: Number, decimals: int = 0) -> Decimal:
    """To so many decimals, halves away from zero: 19.25 becomes 19.3 and −0.5 becomes −1. Never a negative zero."""
    scaled = exact(number) * 10**decimals
    steps = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(steps if scaled >= 0 else -steps).scaleb(-decimals)


def needed(number: Number, most: int) -> int:
    """How many decimals the number has when it is rounded to `most`: 1 for 19.30, none for 24.0."""
    short = rounded(number, most).normalize().as_tuple().exponent
    return max(0, -int(short))


def beyond(number: Number, decimals: int, marks: tuple[int, ...]) -> tuple[str, Decimal] | None:
    """
    A sign and a number for one that would be rounded to one of the `marks` without being it; else None.

    With 0 and 100 as marks, 99.7 is (">", 99), 0.3 is ("<", 1), 100.2 is (">", 100) and −0.3 is (">", −1).
    """
    value, short, step = exact(number), rounded(number, decimals), Decimal(1).scaleb(-decimals)
    if short not in marks or value == Fraction(short):
        return None
    if value > Fraction(short):
        return (">", short) if short else ("<", step)
    return (">", short - step) if short else (">", -step)
