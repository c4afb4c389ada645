"""Decimals as a report keeps them."""

from decimal import ROUND_HALF_UP, Decimal

TENTH, ORE = Decimal("0.1"), Decimal("0.01")


def rounded(number: Decimal | None, step: Decimal = TENTH) -> Decimal | None:
    return None if number is None else number.quantize(step, ROUND_HALF_UP)
