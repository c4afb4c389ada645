"""What the parties of the contract promised and paid, and what it comes to."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from places.financing import per_unit
from places.models import Place
from places.periods import Period
from places.queries import MoneyYear, contract_on, money
from reports.contexts.opening import Opening
from reports.contexts.people import Figure
from reports.contexts.rounding import ORE, rounded


@dataclass(frozen=True)
class PartyMoney:
    name: str
    sector: str
    pledged: Decimal
    paid: Decimal
    late: Decimal
    days_late: int


@dataclass(frozen=True)
class Money:
    """The contract's calendar year in SEK, as it stood on the report's last day."""

    year: int
    parties: tuple[PartyMoney, ...]
    municipal: Decimal
    business: Decimal
    other: Decimal
    paid: Decimal
    late: Decimal
    per_krona: Decimal | None
    period_share: Decimal  # the year's money by the part of its days that the period's days over are
    per_open_hour: Decimal | None
    per_visit: Decimal | None
    open_days_a_year: int | None
    open_hours_a_week: Decimal | None

    @property
    def pledged(self) -> Decimal:
        return self.municipal + self.business + self.other


def gather_money(place: Place, over: Period, opening: Opening, visits: Figure) -> Money | None:
    contract = contract_on(place, over.last)
    if contract is None:
        return None
    year = money(contract, over.last.year, over.last)
    part = (year.pledged * len(over) / len(Period.year(year.year))).quantize(ORE, ROUND_HALF_UP)
    return Money(
        year=year.year,
        parties=_parties(year),
        municipal=year.match.municipal,
        business=year.match.business,
        other=year.match.other,
        paid=year.paid,
        late=year.late,
        per_krona=rounded(year.match.per_krona, ORE),
        period_share=part,
        per_open_hour=rounded(per_unit(part, opening.hours_held), ORE),
        per_visit=rounded(per_unit(part, int(visits.value or 0)), ORE),
        open_days_a_year=contract.open_days_a_year,
        open_hours_a_week=contract.open_hours_a_week,
    )


def _parties(year: MoneyYear) -> tuple[PartyMoney, ...]:
    return tuple(
        PartyMoney(party.name, party.sector, party.pledged, party.paid, party.late, party.days_late)
        for party in year.parties
    )
