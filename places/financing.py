"""Shares, matching and instalments, in Swedish kronor as Decimal. Money alone: what is given in kind stands beside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from places.rounding import rounded

NOTHING = Decimal(0)
ONE_DAY = timedelta(days=1)
ORE = Decimal("0.01")

Sector = Literal["municipal", "business", "other"]


class Days(NamedTuple):
    """From `first` to `last`, both counted."""

    first: date
    last: date


@dataclass(frozen=True)
class Pledge:
    """What one party promised for the days of one calendar year on which the contract holds, in SEK."""

    party_id: int
    sector: Sector
    year: int
    amount: Decimal


@dataclass(frozen=True)
class YearMatch:
    """One year's municipal money against that of business, in SEK. Other money counts towards neither."""

    year: int
    municipal: Decimal
    business: Decimal
    other: Decimal

    @property
    def gap(self) -> Decimal:
        """Municipal minus business: above 0 is municipal money that business has not matched."""
        return self.municipal - self.business

    @property
    def matched(self) -> Decimal:
        """As much as stands on both sides."""
        return min(self.municipal, self.business)

    @property
    def per_krona(self) -> Decimal | None:
        """Business kronor to each municipal krona. None without municipal money."""
        return self.business / self.municipal if self.municipal else None

    @property
    def is_matched(self) -> bool:
        """Each municipal krona has its business krona. False when there is no municipal money to match."""
        return NOTHING < self.municipal <= self.business

    @property
    def total(self) -> Decimal:
        return self.municipal + self.business + self.other


@dataclass(frozen=True)
class Instalment:
    """A part payment, due on a day; `paid_on` is None until it is paid."""

    due: date
    amount: Decimal
    paid_on: date | None


@dataclass(frozen=True)
class Late:
    """An instalment paid after its due date, or still unpaid; `days` past due, in SEK."""

    instalment: Instalment
    days: int

    @property
    def amount(self) -> Decimal:
        return self.instalment.amount

    @property
    def is_paid(self) -> bool:
        return self.instalment.paid_on is not None


def match(pledges: Iterable[Pledge]) -> list[YearMatch]:
    """Each year that has a pledge, in order. Empty without pledges."""
    known = list(pledges)
    return [
        YearMatch(
            year,
            municipal=_total(known, year, "municipal"),
            business=_total(known, year, "business"),
            other=_total(known, year, "other"),
        )
        for year in sorted({pledge.year for pledge in known})
    ]


def shares(pledges: Iterable[Pledge], year: int) -> dict[int, Decimal]:
    """Each party's share (0 to 1, unrounded) of the year's money, largest first. Empty when there was none."""
    amounts: dict[int, Decimal] = {}
    for pledge in pledges:
        if pledge.year == year:
            amounts[pledge.party_id] = amounts.get(pledge.party_id, NOTHING) + pledge.amount
    total = sum(amounts.values(), NOTHING)
    if not total:
        return {}
    largest_first = sorted(amounts.items(), key=lambda item: (-item[1], item[0]))
    return {party: amount / total for party, amount in largest_first}


def part_by_day(amount: Decimal, spread: Days, within: Days) -> Decimal:
    """
    What of an amount, spread evenly over some days, falls on the days `within`, to the öre.

    Each end is rounded by itself, so that the parts of any division of those days sum to the amount exactly.
    """
    return _until(amount, spread, within.last) - _until(amount, spread, within.first - ONE_DAY)


def length(days: Days) -> int:
    """How many days, both ends counted."""
    return (days.last - days.first).days + 1


def days_in_year(contract: Days, year: int) -> Days | None:
    """The days of a calendar year on which the contract holds; None when there are none."""
    return _both(contract, Days(date(year, 1, 1), date(year, 12, 31)))


def money_within(pledges: Iterable[Pledge], contract: Days, within: Days) -> Decimal:
    """
    What one contract pays for the days `within`, to the öre.

    A pledge is for the part of its calendar year in which the contract holds: half a year's money is spread over that
    half year, and is nobody's outside it. The parties' money is divided together, so that öre are rounded once.
    """
    years: dict[int, Decimal] = {}
    for pledge in pledges:
        years[pledge.year] = years.get(pledge.year, NOTHING) + pledge.amount
    parts = (
        part_by_day(amount, days, within) for year, amount in years.items() if (days := days_in_year(contract, year))
    )
    return sum(parts, NOTHING)


def covered(contracts: Iterable[Days], within: Days) -> list[Days]:
    """The stretches of days `within` on which at least one of the contracts holds, in order, none touching another."""
    found: list[Days] = []
    for days in sorted(part for contract in contracts if (part := _both(contract, within))):
        if found and days.first <= found[-1].last + ONE_DAY:
            found[-1] = Days(found[-1].first, max(found[-1].last, days.last))
        else:
            found.append(days)
    return found


def promised_part(a_year: int, part: Days) -> Fraction:
    """Days promised for a whole calendar year, as many as fall on the part's days of its year."""
    year = Days(date(part.first.year, 1, 1), date(part.first.year, 12, 31))
    return Fraction(a_year * length(part), length(year))


def instalments(amount: Decimal, dates: Sequence[date]) -> list[Decimal]:
    """
    The amount in equal parts, one a date, to the öre; the last takes what is left over, so that the sum is exact.

    ValueError without dates, or for a negative amount or one with parts of an öre.
    """
    if not dates:
        message = "An amount needs at least one date to be paid on."
        raise ValueError(message)
    if amount < 0 or amount != amount.quantize(ORE):
        message = f"{amount} is not an amount of whole öre."
        raise ValueError(message)
    part = (amount / len(dates)).quantize(ORE, rounding=ROUND_DOWN)
    return [part] * (len(dates) - 1) + [amount - part * (len(dates) - 1)]


def late(payments: Iterable[Instalment], today: date) -> list[Late]:
    """
    Those paid after their due date and those unpaid past it, the longest wait first.

    On the due date itself nothing is late. A payment dated after today counts as not yet paid for the days passed.
    """
    waits = [Late(payment, (min(payment.paid_on or today, today) - payment.due).days) for payment in payments]
    return sorted((wait for wait in waits if wait.days > 0), key=lambda wait: (-wait.days, wait.instalment.due))


def per_unit(amount: Decimal, units: Decimal | int) -> Decimal | None:
    """SEK for each open hour, participation or the like, unrounded. None when there are no units."""
    return amount / units if units else None


def _until(amount: Decimal, spread: Days, day: date) -> Decimal:
    """The part from the first of the days to `day`, that day counted."""
    passed = min(max((day - spread.first).days + 1, 0), length(spread))
    return rounded(Fraction(amount) * passed / length(spread), 2)


def _both(one: Days, other: Days) -> Days | None:
    first, last = max(one.first, other.first), min(one.last, other.last)
    return Days(first, last) if first <= last else None


def _total(pledges: list[Pledge], year: int, sector: Sector) -> Decimal:
    return sum((pledge.amount for pledge in pledges if pledge.year == year and pledge.sector == sector), NOTHING)
