"""The contract of a square: who pays what and when, all of it paid in time but one small part."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from amp.demo.issues import corrected_quarter
from amp.demo.square import ONE_DAY, Payer, Square, Stage
from places.financing import instalments
from places.models import Organisation

DUE = ((3, 31), (5, 31), (9, 30), (11, 30))
# An invoice goes out so many days before it is due.
INVOICED_BEFORE = 30
# Nobody is called late before so many days have passed.
PATIENCE = 7
BUSINESS = Organisation.Sector.BUSINESS
# What was paid in time is by mistake booked so long after the end of the quarter, until a report is corrected.
BOOKED_AFTER = 6


@dataclass(frozen=True)
class Payment:
    payer: Payer
    due: dt.date
    amount: Decimal
    invoiced_on: dt.date | None
    paid_on: dt.date | None


def payments(square: Square, stage: Stage) -> list[Payment]:
    """The instalments of last year and this year."""
    random = stage.random("payments")
    days = [dt.date(year, *day) for year in contract_years(stage) for day in DUE]
    late_on = max(day for day in days if day < stage.today - PATIENCE * ONE_DAY)
    mistaken, quarter = booked_late(square, stage), corrected_quarter(stage)
    made = []
    for payer in square.payers:
        amounts = instalments(payer.yearly, DUE_DATES) * 2
        for due, amount in zip(days, amounts, strict=True):
            invoiced_on = due - INVOICED_BEFORE * ONE_DAY
            paid_on = due - random.randint(0, 9) * ONE_DAY
            if quarter and mistaken == (payer, due):
                paid_on = quarter.last + BOOKED_AFTER * ONE_DAY
            late = payer.name == square.late_payer and due == late_on
            made.append(
                Payment(
                    payer,
                    due,
                    amount,
                    invoiced_on if invoiced_on < stage.today else None,
                    paid_on if due < stage.today and not late else None,
                )
            )
    return made


def booked_late(square: Square, stage: Stage) -> tuple[Payer, dt.date] | None:
    """
    The payer and the due date of the instalment that the first edition of the corrected report calls late.

    None while no report is corrected, or when nothing was due so early in the quarter's year.
    """
    quarter = corrected_quarter(stage)
    if quarter is None:
        return None
    payer = next(one for one in square.payers if one.sector == BUSINESS and one.name != square.late_payer)
    days = [day for month, number in DUE if (day := dt.date(quarter.last.year, month, number)) < quarter.last]
    return (payer, days[-1]) if days else None


def contract_years(stage: Stage) -> Sequence[int]:
    """Two calendar years, of which this is the second."""
    return stage.first.year, stage.today.year


# Any year does: an amount is divided by how many dates there are.
DUE_DATES = [dt.date(2000, *day) for day in DUE]
