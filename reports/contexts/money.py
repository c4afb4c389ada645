"""What the parties of the contracts promised and paid, and what it comes to."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from measurements import queries as counts
from places import financing
from places.models import Contract, Place
from places.periods import Period
from places.queries import MoneyYear, contracts_during, money_for, money_of, opening_result_for
from reports.contexts.opening import Opening, minutes
from reports.contexts.people import Figure
from reports.contexts.rounding import ORE, rounded

MINUTES = 60


@dataclass(frozen=True)
class PartyMoney:
    name: str
    sector: str
    pledged: Decimal
    paid: Decimal
    late: Decimal
    days_late: int


@dataclass(frozen=True)
class Promise:
    """What one contract promises for its part of the calendar year, and the open days held in it so far."""

    first: dt.date
    last: dt.date
    open_days_a_year: int | None
    open_hours_a_week: Decimal | None
    days_held: int


@dataclass(frozen=True)
class Money:
    """
    The calendar year of every contract that holds on some day of the period, in SEK, as it stood on its last day.

    The fields with a default are not in editions made before several contracts were told of.
    """

    year: int
    parties: tuple[PartyMoney, ...]
    municipal: Decimal
    business: Decimal
    other: Decimal
    paid: Decimal
    late: Decimal
    per_krona: Decimal | None
    # Each contract's money by the days on which it holds, of the period's days that are over.
    period_share: Decimal
    per_open_hour: Decimal | None
    per_visit: Decimal | None
    open_days_a_year: int | None
    open_hours_a_week: Decimal | None
    # The period's days that are over, and those of them on which a contract held.
    days: int | None = None
    covered_days: int | None = None
    # On the days with a contract: what the money is divided by.
    open_minutes: int | None = None
    visits: int | None = None
    promises: tuple[Promise, ...] | None = None

    @property
    def pledged(self) -> Decimal:
        return self.municipal + self.business + self.other


def gather_money(  # noqa: PLR0913  the same days seen from three sides
    place: Place, over: Period, opening: Opening, opening_year: Opening, visits: Figure, *, today: dt.date
) -> Money | None:
    """None when no contract holds on any day of the period. Costs three queries, more where one covers a part of it."""
    contracts = contracts_during(place, over)
    if not contracts:
        return None
    year = money_of(contracts, over.last.year, over.last)
    terms = [financing.Days(contract.first, contract.last) for contract in contracts]
    parts = [Period.between(*days) for days in financing.covered(terms, financing.Days(over.first, over.last))]
    open_minutes, seen = _held(place, over, parts, opening=opening, visits=visits, today=today)
    amount = money_for(contracts, over)
    promises = tuple(_promise(place, contract, over.last, opening_year, today) for contract in contracts)
    newest = contracts[-1]
    return Money(
        year=year.year,
        parties=_parties(year),
        municipal=year.match.municipal,
        business=year.match.business,
        other=year.match.other,
        paid=year.paid,
        late=year.late,
        per_krona=rounded(year.match.per_krona, ORE),
        period_share=amount,
        per_open_hour=rounded(financing.per_unit(amount * MINUTES, open_minutes), ORE),
        per_visit=rounded(financing.per_unit(amount, seen), ORE),
        open_days_a_year=newest.open_days_a_year,
        open_hours_a_week=newest.open_hours_a_week,
        days=len(over),
        covered_days=sum(map(len, parts)),
        open_minutes=open_minutes,
        visits=seen,
        promises=promises,
    )


def _held(  # noqa: PLR0913  as above
    place: Place, over: Period, parts: Sequence[Period], *, opening: Opening, visits: Figure, today: dt.date
) -> tuple[int, int]:
    """Minutes open and visits on the days with a contract."""
    if sum(map(len, parts)) == len(over) and opening.minutes_held is not None:
        return opening.minutes_held, int(visits.value or 0)
    held = [minutes(opening_result_for(place, part, today).hours_held) for part in parts]
    seen = counts.participating_figures(place, parts)
    return sum(held), sum(int(one.visits or 0) for one in seen)


def _promise(place: Place, contract: Contract, until: dt.date, opening_year: Opening, today: dt.date) -> Promise:
    whole_year = Period.year(until.year)
    # A contract that holds on the period's earlier days alone may have ended the year before.
    part = whole_year.clipped(contract.first, contract.last) or Period.between(contract.last, contract.last)
    so_far = part.clipped(part.first, until)
    held = opening_year.days_held
    if part != whole_year:
        held = opening_result_for(place, so_far, today).days_held if so_far else 0
    return Promise(part.first, part.last, contract.open_days_a_year, contract.open_hours_a_week, held)


def _parties(year: MoneyYear) -> tuple[PartyMoney, ...]:
    """An organisation that is party to more than one of the contracts stands once."""
    together: dict[tuple[str, str], PartyMoney] = {}
    for party in year.parties:
        key, own = (
            (party.sector, party.name),
            PartyMoney(party.name, party.sector, party.pledged, party.paid, party.late, party.days_late),
        )
        before = together.get(key)
        together[key] = own if before is None else _sum(before, own)
    order = list(dict.fromkeys(party.sector for party in year.parties))
    return tuple(sorted(together.values(), key=lambda one: (order.index(one.sector), -one.pledged)))


def _sum(one: PartyMoney, other: PartyMoney) -> PartyMoney:
    return replace(
        one,
        pledged=one.pledged + other.pledged,
        paid=one.paid + other.paid,
        late=one.late + other.late,
        days_late=max(one.days_late, other.days_late),
    )
