"""Decimals as a report keeps them."""

from decimal import Decimal

from places.rounding import rounded as by_the_rule

TENTH, ORE = Decimal("0.1"), Decimal("0.01")


def rounded(number: Decimal | None, step: Decimal = TENTH) -> Decimal | None:
    return None if number is None else by_the_rule(number, -int(step.as_tuple().exponent))
