"""Questions across a place's rows: was it open as promised, and what came of the contract's money."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext

from places import financing, models, opening
from places.models.place import Weekday
from places.periods import Period

NOTHING = Decimal(0)
ONE_DAY = timedelta(days=1)
# A promise kept to nineteen parts of twenty is on time.
GOOD_ENOUGH = Decimal("0.95")

Sector = models.Organisation.Sector
PaymentStatus = Literal["paid", "invoiced", "upcoming", "late"]


# --- Opening ----------------------------------------------------------------------------------------------------------


def school_holidays(place: models.Place, period: Period) -> list[opening.SchoolHoliday]:
    """Those that touch the period, whole and in order, as the place has entered them."""
    rows = place.school_holidays.filter(first__lte=period.last, last__gte=period.first).order_by("first")
    return [opening.SchoolHoliday(row.name, row.first, row.last) for row in rows]


@dataclass(frozen=True)
class OpeningState:
    """How the place stands on one day: what was promised, what differs, and whether it opened."""

    day: date
    # None on a day without a promise: a day off, a red day, or closed by plan.
    promised: opening.PromisedDay | None
    opened: models.OpenDay | None
    exception: models.OpeningException | None
    red_day: str | None

    @property
    def is_open_now(self) -> bool:
        """Opened and not yet closed."""
        return self.opened is not None and self.opened.closed is None


def opening_result_for(place: models.Place, period: Period, today: date) -> opening.OpeningResult:
    """
    Days and hours held against promised, within the place's run and not beyond `today`.

    Today itself counts once it is over: closed by the host, or given up as a lost day. Costs three queries.
    """
    known = _opening_rows(place, period.clipped(place.started_on, _earlier(place.ended_on, today)))
    counted = period.clipped(place.started_on, _earlier(place.ended_on, known.last_day_over(today)))
    promised = (
        opening.promised_days(counted, known.weekly, known.exceptions, red_days_closed=place.closed_on_red_days)
        if counted
        else []
    )
    return opening.opening_result(counted, promised, known.actual, known.exceptions)


def last_day_over(place: models.Place, today: date) -> date:
    """Today, once the host has closed it or it is given up as a lost day; else yesterday. Costs three queries."""
    return _opening_rows(place, Period.day(today)).last_day_over(today)


def promised_between(place: models.Place, period: Period) -> list[opening.PromisedDay]:
    """The days of the period, to come or past, on which the place promises to be open. Costs three queries."""
    within = period.clipped(place.started_on, place.ended_on)
    if within is None:
        return []
    known = _opening_rows(place, within)
    return opening.promised_days(within, known.weekly, known.exceptions, red_days_closed=place.closed_on_red_days)


def opening_state(place: models.Place, day: date) -> OpeningState:
    """Costs three queries."""
    return opening_states(place, Period.day(day))[0]


def opening_states(place: models.Place, period: Period) -> list[OpeningState]:
    """Each day of the period. Costs three queries, however many the days."""
    days = {"date__range": (period.first, period.last)}
    exceptions = {row.date: row for row in place.opening_exceptions.filter(**days)}
    opened = {row.date: row for row in place.open_days.filter(**days)}
    running = period.clipped(place.started_on, place.ended_on)
    weekly = _weekly(_valid_between(place, period.first, period.last))
    plain = [_plain_exception(row) for row in exceptions.values()]
    promised = (
        opening.promised_days(running, weekly, plain, red_days_closed=place.closed_on_red_days) if running else []
    )
    promises = {one.date: one for one in promised}
    return [
        OpeningState(day, promises.get(day), opened.get(day), exceptions.get(day), opening.red_days(day.year).get(day))
        for day in period
    ]


@dataclass(frozen=True)
class WeekdayHours:
    """One weekday of the normal week. Without stretches the place is closed."""

    weekday: int
    label: str
    hours: tuple[models.OpeningHours, ...]


def normal_week(place: models.Place, day: date) -> list[WeekdayHours]:
    """Monday to Sunday as promised on `day`."""
    valid = list(_valid_between(place, day, day))
    return [
        WeekdayHours(weekday.value, str(weekday.label), _newest(row for row in valid if row.weekday == weekday.value))
        for weekday in Weekday
    ]


@dataclass(frozen=True)
class Obligation:
    """Something the contract promises for a year, and how far it has come: open days, or open hours."""

    kind: Literal["days", "hours"]
    done: Decimal
    # By the opening calendar until today.
    due: Decimal
    # For the whole year: by the contract, or by the opening calendar where the contract says nothing.
    agreed: Decimal
    # As the contract says it: days a year, hours a week. None when it does not.
    promise: Decimal | None

    @property
    def share(self) -> Decimal | None:
        """Done of due; None before anything was due."""
        return self.done / self.due if self.due else None

    @property
    def status(self) -> Literal["on_time", "behind", "upcoming"]:
        if self.share is None:
            return "upcoming"
        return "on_time" if self.share >= GOOD_ENOUGH else "behind"

    @property
    def done_permille(self) -> int:
        """On a bar of 1000 that stands for the whole year."""
        return self._permille(self.done)

    @property
    def due_permille(self) -> int:
        return self._permille(self.due)

    def _permille(self, part: Decimal) -> int:
        return round(min(part / self.agreed, Decimal(1)) * 1000) if self.agreed else 0


@dataclass(frozen=True)
class ObligationsYear:
    """What the place itself promised the funders, for a contract's part of a calendar year."""

    days: Obligation
    hours: Obligation
    # How many promised days were missed for each reason, the most first.
    missed: tuple[tuple[str, int], ...]


def obligations(contract: models.Contract, year: int, today: date) -> ObligationsYear:
    """Open days and hours against the promise, within the contract's part of a year. Costs six queries."""
    period = Period.year(year).clipped(contract.first, contract.last) or Period.year(year)
    result = opening_result_for(contract.place, period, today)
    calendar = promised_between(contract.place, period)
    weeks = Decimal(len(period)) / opening.DAYS_A_WEEK
    days, hours = contract.open_days_a_year, contract.open_hours_a_week
    return ObligationsYear(
        days=Obligation(
            "days",
            done=Decimal(result.days_held),
            due=Decimal(result.days_promised),
            agreed=Decimal(len(calendar)) if days is None else _promised(days, period),
            promise=None if days is None else Decimal(days),
        ),
        hours=Obligation(
            "hours",
            done=result.hours_held,
            due=result.hours_promised,
            agreed=sum((day.hours for day in calendar), NOTHING) if hours is None else hours * weeks,
            promise=hours,
        ),
        missed=_reasons(result),
    )


def _promised(days_a_year: int, part: Period) -> Decimal:
    share = financing.promised_part(days_a_year, financing.Days(part.first, part.last))
    return Decimal(share.numerator) / share.denominator


def _reasons(result: opening.OpeningResult) -> tuple[tuple[str, int], ...]:
    names = dict(models.OpeningException.Reason.choices)
    counted = Counter(str(names[day.reason]) if day.reason else gettext("no reason given") for day in result.missed)
    return tuple(counted.most_common())


@dataclass(frozen=True)
class _OpeningRows:
    weekly: list[opening.WeeklyHours]
    exceptions: list[opening.OpeningException]
    actual: list[opening.ActualOpening]

    def last_day_over(self, today: date) -> date:
        closed = any(row.date == today and row.closed for row in self.actual)
        lost = any(row.date == today and not row.planned and row.opens is None for row in self.exceptions)
        return today if closed or lost else today - ONE_DAY


def _opening_rows(place: models.Place, period: Period | None) -> _OpeningRows:
    if period is None:
        return _OpeningRows([], [], [])
    days = (period.first, period.last)
    return _OpeningRows(
        weekly=_weekly(_valid_between(place, *days)),
        exceptions=[_plain_exception(row) for row in place.opening_exceptions.filter(date__range=days)],
        actual=[
            opening.ActualOpening(row.date, row.opened, row.closed)
            for row in place.open_days.filter(date__range=days).order_by("date")
        ],
    )


def _valid_between(place: models.Place, first: date, last: date) -> Iterable[models.OpeningHours]:
    return place.opening_hours.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first), valid_from__lte=last)


def _newest(rows: Iterable[models.OpeningHours]) -> tuple[models.OpeningHours, ...]:
    """Of several promises valid on the same weekday the one that began last, as places.opening judges."""
    valid = list(rows)
    newest = max((row.valid_from for row in valid), default=None)
    return tuple(sorted((row for row in valid if row.valid_from == newest), key=lambda row: row.opens))


def _weekly(rows: Iterable[models.OpeningHours]) -> list[opening.WeeklyHours]:
    return [opening.WeeklyHours(row.weekday, row.opens, row.closes, row.valid_from, row.valid_to) for row in rows]


def _plain_exception(row: models.OpeningException) -> opening.OpeningException:
    return opening.OpeningException(row.date, row.opens, row.closes, row.planned, row.reason, row.note)


def _earlier(one: date | None, other: date) -> date:
    return min(one, other) if one else other


# --- Money ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Payment:
    """One instalment as it stands: paid, invoiced, upcoming, or late and unpaid. SEK."""

    instalment_id: int
    due: date
    amount: Decimal
    invoiced_on: date | None
    paid_on: date | None
    status: PaymentStatus
    # Past due and unpaid, else 0.
    days_late: int


@dataclass(frozen=True)
class PartyMoney:
    """What one party pledged for a year and what has come of it, in SEK."""

    party_id: int
    name: str
    sector: str
    pledged: Decimal
    # 0 to 1 of the year's money; None when nobody pledged any.
    share: Decimal | None
    paid: Decimal
    late: Decimal
    days_late: int
    # One for each of the year's dates, None where the party has nothing due that day.
    payments: tuple[Payment | None, ...]

    @property
    def remaining(self) -> Decimal:
        """Of the pledge: late money included."""
        return self.pledged - self.paid

    @property
    def each(self) -> Decimal | None:
        """The amount of every instalment where they are all alike."""
        amounts = {payment.amount for payment in self.payments if payment}
        return amounts.pop() if len(amounts) == 1 else None

    @property
    def not_divided(self) -> Decimal:
        """Of the pledge not yet put into instalments; below 0 when the instalments are more than the pledge."""
        return self.pledged - sum((payment.amount for payment in self.payments if payment), NOTHING)


@dataclass(frozen=True)
class DateMoney:
    """All that was due on one day, and how much of it came, in SEK."""

    due: date
    amount: Decimal
    paid: Decimal


@dataclass(frozen=True)
class SideMoney:
    """One side's year: the municipality's, or that of business. SEK."""

    pledged: Decimal
    paid: Decimal
    late: Decimal

    @property
    def remaining(self) -> Decimal:
        """Not paid and not late."""
        return self.pledged - self.paid - self.late


@dataclass(frozen=True)
class MoneyYear:
    """One calendar year of a contract, in SEK, as it stood on a day."""

    year: int
    parties: tuple[PartyMoney, ...]
    dates: tuple[DateMoney, ...]
    match: financing.YearMatch

    @property
    def municipal(self) -> SideMoney:
        return _side([party for party in self.parties if party.sector == Sector.MUNICIPAL])

    @property
    def business(self) -> SideMoney:
        return _side([party for party in self.parties if party.sector == Sector.BUSINESS])

    @property
    def other(self) -> SideMoney:
        return _side([party for party in self.parties if party.sector == Sector.OTHER])

    @property
    def pledged(self) -> Decimal:
        return _side(self.parties).pledged

    @property
    def paid(self) -> Decimal:
        return _side(self.parties).paid

    @property
    def late(self) -> Decimal:
        return _side(self.parties).late

    @property
    def remaining(self) -> Decimal:
        """Of the pledged, whatever is not paid: late money included."""
        return self.pledged - self.paid


def contract_on(place: models.Place, day: date) -> models.Contract | None:
    """The contract that holds on `day`, first and last day counted; of several the one that began last."""
    return place.contracts.filter(first__lte=day, last__gte=day).first()


def contracts_during(place: models.Place, period: Period) -> list[models.Contract]:
    """Every contract that holds on some day of the period, the one that began first first."""
    found = place.contracts.filter(first__lte=period.last, last__gte=period.first)
    return list(found.order_by("first", "pk"))


def money_for(contracts: Sequence[models.Contract], period: Period) -> Decimal:
    """What the contracts pay for the days of the period, to the öre. Costs one query."""
    rows = models.Pledge.objects.filter(party__contract__in=contracts).select_related("party__organisation")
    pledges: dict[int, list[financing.Pledge]] = {contract.pk: [] for contract in contracts}
    for row in rows:
        sector: financing.Sector = row.party.organisation.sector  # type: ignore[assignment]  # our own choices
        pledges[row.party.contract_id].append(financing.Pledge(row.party_id, sector, row.year, row.amount))
    within = financing.Days(period.first, period.last)
    return sum(
        (
            financing.money_within(pledges[contract.pk], financing.Days(contract.first, contract.last), within)
            for contract in contracts
        ),
        NOTHING,
    )


def money(contract: models.Contract, year: int, today: date) -> MoneyYear:
    """What was pledged, paid and late in one calendar year, as known on `today`. Costs two queries."""
    return money_of([contract], year, today)


def money_of(contracts: Sequence[models.Contract], year: int, today: date) -> MoneyYear:
    """The same of several contracts together, each party by itself. Costs two queries, however many they are."""
    parties = _parties_with_pledge(contracts, year)
    payments = _payments(contracts, year, today)
    days = sorted({payment.due for _party, payment in payments})
    pledges = [
        financing.Pledge(party.pk, party.organisation.sector, year, pledged)  # type: ignore[arg-type]  # our own choices
        for party, pledged in parties
    ]
    shares = financing.shares(pledges, year)
    return MoneyYear(
        year=year,
        parties=tuple(
            _party_money(
                party, pledged, shares.get(party.pk), days, [one for owner, one in payments if owner == party.pk]
            )
            for party, pledged in parties
        ),
        dates=tuple(_date_money(day, [payment for _party, payment in payments]) for day in days),
        match=next(iter(financing.match(pledges)), financing.YearMatch(year, NOTHING, NOTHING, NOTHING)),
    )


def _parties_with_pledge(contracts: Sequence[models.Contract], year: int) -> list[tuple[models.Party, Decimal]]:
    """Municipality first, then business, the largest pledge first, then by name."""
    pledge = models.Pledge.objects.filter(party=OuterRef("pk"), year=year).values("amount")
    rows = models.Party.objects.filter(contract__in=contracts).select_related("organisation")
    order = [Sector.MUNICIPAL, Sector.BUSINESS, Sector.OTHER]
    found = rows.annotate(pledged=Subquery(pledge)).order_by("organisation__name", "contract__first", "pk")
    known = [(party, party.pledged or NOTHING) for party in found]
    return sorted(known, key=lambda pair: (order.index(Sector(pair[0].organisation.sector)), -pair[1]))


def _payments(contracts: Sequence[models.Contract], year: int, today: date) -> list[tuple[int, Payment]]:
    rows = models.Instalment.objects.filter(party__contract__in=contracts, due__year=year).order_by("due", "pk")
    return [(row.party_id, _payment(row, today)) for row in rows]


def _payment(row: models.Instalment, today: date) -> Payment:
    # A date still to come is a promise, not a payment or an invoice.
    paid = row.paid_on if row.paid_on and row.paid_on <= today else None
    invoiced = row.invoiced_on if row.invoiced_on and row.invoiced_on <= today else None
    days_late = 0 if paid else max(0, (today - row.due).days)
    status: PaymentStatus = "paid" if paid else "late" if days_late else "invoiced" if invoiced else "upcoming"
    return Payment(row.pk, row.due, row.amount, invoiced, paid, status, days_late)


def _party_money(
    party: models.Party, pledged: Decimal, share: Decimal | None, days: Sequence[date], payments: Sequence[Payment]
) -> PartyMoney:
    by_day = {payment.due: payment for payment in payments}
    return PartyMoney(
        party_id=party.pk,
        name=party.organisation.name,
        sector=party.organisation.sector,
        pledged=pledged,
        share=share,
        paid=_sum(payments, "paid"),
        late=_sum(payments, "late"),
        days_late=max((payment.days_late for payment in payments), default=0),
        payments=tuple(by_day.get(day) for day in days),
    )


def _date_money(day: date, payments: Iterable[Payment]) -> DateMoney:
    due = [payment for payment in payments if payment.due == day]
    return DateMoney(day, amount=sum((payment.amount for payment in due), NOTHING), paid=_sum(due, "paid"))


def _sum(payments: Iterable[Payment], status: PaymentStatus) -> Decimal:
    return sum((payment.amount for payment in payments if payment.status == status), NOTHING)


def _side(parties: Iterable[PartyMoney]) -> SideMoney:
    known = list(parties)
    return SideMoney(
        pledged=sum((party.pledged for party in known), NOTHING),
        paid=sum((party.paid for party in known), NOTHING),
        late=sum((party.late for party in known), NOTHING),
    )
