"""Opening and money, with numbers worked by hand."""

# mypy: disable-error-code="comparison-overlap"
# Whole kronor and hours are written as integers beside the Decimals they equal.

import datetime as dt
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from places.models import Contract, Organisation, Party, Place
from places.periods import Period
from places.queries import (
    contract_on,
    money,
    normal_week,
    obligations,
    opening_result_for,
    opening_state,
    promised_between,
)
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

WEEK_47 = Period.week(2026, 47)  # Monday 16 to Sunday 22 November


def test_opening_result_for_counts_days_and_hours_of_the_week(place: Place) -> None:
    for day in (16, 17, 18):
        factories.OpenDayFactory.create(place=place, date=dt.date(2026, 11, day), closed=dt.time(17))
    factories.OpenDayFactory.create(place=place, date=dt.date(2026, 11, 19), closed=dt.time(15))
    factories.OpeningExceptionFactory.create(place=place, date=dt.date(2026, 11, 20), reason="weather", note="Storm")
    result = opening_result_for(place, WEEK_47, TODAY)
    # Six days of seven hours promised; three whole days and one of five hours held.
    assert (result.days_promised, result.days_held) == (6, 4)
    assert (result.hours_promised, result.hours_held) == (42, 26)
    assert [(missed.date.day, missed.reason) for missed in result.missed] == [(20, "weather"), (21, None)]


def test_opening_result_for_stops_yesterday_while_today_goes_on(place: Place) -> None:
    factories.OpenDayFactory.create(place=place, date=TODAY, opened=dt.time(10))
    result = opening_result_for(place, Period.week(2026, 48), TODAY)
    assert (result.days_promised, result.days_held) == (0, 0)
    assert result.share_held is None


def test_opening_result_for_counts_today_once_it_is_closed(place: Place) -> None:
    factories.OpenDayFactory.create(place=place, date=TODAY, opened=dt.time(10), closed=dt.time(11))
    result = opening_result_for(place, Period.week(2026, 48), TODAY)
    assert (result.days_promised, result.days_held, result.hours_held) == (1, 1, 1)


def test_opening_result_for_counts_today_once_it_is_lost(place: Place) -> None:
    factories.OpeningExceptionFactory.create(place=place, date=TODAY)
    result = opening_result_for(place, Period.week(2026, 48), TODAY)
    assert (result.days_promised, result.days_held) == (1, 0)


def test_opening_result_for_stays_within_the_run_of_the_place(place: Place) -> None:
    place.started_on, place.ended_on = dt.date(2026, 11, 18), dt.date(2026, 11, 19)
    assert opening_result_for(place, WEEK_47, TODAY).days_promised == 2


def test_opening_result_for_is_empty_before_the_place_began(place: Place) -> None:
    assert opening_result_for(place, Period.year(2024), TODAY).days_promised == 0


def test_opening_result_for_costs_three_queries(
    place: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        opening_result_for(place, Period.year(2026), TODAY)


def test_opening_result_for_leaves_the_other_place_out(place: Place, other_place: Place) -> None:
    factories.OpenDayFactory.create(place=other_place, date=dt.date(2026, 11, 16), closed=dt.time(17))
    assert opening_result_for(place, WEEK_47, TODAY).days_held == 0


def test_promised_between_looks_ahead(place: Place) -> None:
    # Christmas week 2026: Friday 25 and Saturday 26 December are red.
    days = promised_between(place, Period.week(2026, 52))
    assert [day.date.day for day in days] == [21, 22, 23, 24]


def test_promised_between_is_empty_before_the_place_began(place: Place) -> None:
    assert promised_between(place, Period.year(2020)) == []


def test_opening_state_of_an_open_day(place: Place) -> None:
    factories.OpenDayFactory.create(place=place, date=TODAY)
    state = opening_state(place, TODAY)
    assert state.promised is not None
    assert (state.promised.opens, state.promised.closes) == (dt.time(10), dt.time(17))
    assert state.is_open_now
    assert (state.exception, state.red_day) == (None, None)


def test_opening_state_of_a_red_day(place: Place) -> None:
    state = opening_state(place, dt.date(2026, 12, 25))
    assert (state.promised, state.red_day, state.is_open_now) == (None, "Juldagen", False)


def test_opening_state_of_a_planned_exception(place: Place) -> None:
    exception = factories.OpeningExceptionFactory.create(
        place=place, date=TODAY, planned=True, opens=dt.time(12), closes=dt.time(20)
    )
    state = opening_state(place, TODAY)
    assert state.exception == exception
    assert state.promised is not None
    assert state.promised.hours == 8


def test_opening_state_outside_the_run_promises_nothing(place: Place) -> None:
    assert opening_state(place, dt.date(2024, 12, 30)).promised is None


def test_normal_week_shows_the_newest_promise(place: Place) -> None:
    factories.OpeningHoursFactory.create(
        place=place, weekday=0, opens=dt.time(12), closes=dt.time(18), valid_from=dt.date(2026, 1, 1)
    )
    week = normal_week(place, TODAY)
    assert [len(day.hours) for day in week] == [1, 1, 1, 1, 1, 1, 0]
    assert week[0].hours[0].opens == dt.time(12)


@pytest.fixture
def contract(place: Place) -> Contract:
    return factories.ContractFactory.create(place=place)


def _party(contract: Contract, sector: str, amount: int, name: str, year: int = 2026) -> Party:
    organisation = factories.OrganisationFactory.create(sector=sector, name=name)
    party: Party = factories.PartyFactory.create(contract=contract, organisation=organisation)
    factories.PledgeFactory.create(party=party, year=year, amount=Decimal(amount))
    return party


@pytest.fixture
def parties(contract: Contract) -> list[Party]:
    """The model's three million: half and half, paid in two parts, the shop's second one late."""
    made = [
        _party(contract, Organisation.Sector.BUSINESS, 150_000, "Butiken"),
        _party(contract, Organisation.Sector.BUSINESS, 1_350_000, "Ägaren"),
        _party(contract, Organisation.Sector.MUNICIPAL, 1_500_000, "Kommunen"),
    ]
    for party, half in zip(made, (75_000, 675_000, 750_000), strict=True):
        first, second = dt.date(2026, 3, 31), dt.date(2026, 11, 9)
        factories.InstalmentFactory.create(party=party, due=first, amount=half, paid_on=first)
        paid = None if party is made[0] else second
        factories.InstalmentFactory.create(party=party, due=second, amount=half, paid_on=paid)
    return made


def test_money_by_party(contract: Contract, parties: list[Party]) -> None:
    year = money(contract, 2026, TODAY)
    assert [(party.name, party.share, party.paid, party.late, party.days_late) for party in year.parties] == [
        ("Kommunen", Decimal("0.5"), 1_500_000, 0, 0),
        ("Ägaren", Decimal("0.45"), 1_350_000, 0, 0),
        ("Butiken", Decimal("0.05"), 75_000, 75_000, 14),
    ]
    shop = year.parties[2]
    assert (shop.remaining, shop.each, shop.not_divided, shop.party_id) == (75_000, 75_000, 0, parties[0].pk)
    assert [payment.status for payment in shop.payments if payment] == ["paid", "late"]


@pytest.mark.usefixtures("parties")
def test_money_by_side_and_date(contract: Contract) -> None:
    year = money(contract, 2026, TODAY)
    assert (year.municipal.pledged, year.municipal.paid, year.municipal.remaining) == (1_500_000, 1_500_000, 0)
    assert (year.business.paid, year.business.late, year.business.remaining) == (1_425_000, 75_000, 0)
    assert year.other.pledged == 0
    assert (year.pledged, year.paid, year.late, year.remaining) == (3_000_000, 2_925_000, 75_000, 75_000)
    assert year.match.is_matched
    assert [(date.due.month, date.amount, date.paid) for date in year.dates] == [
        (3, 1_500_000, 1_500_000),
        (11, 1_500_000, 1_425_000),
    ]


@pytest.mark.usefixtures("parties")
def test_money_costs_two_queries(contract: Contract, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        money(contract, 2026, TODAY)


def test_money_says_how_much_is_not_matched(contract: Contract) -> None:
    _party(contract, Organisation.Sector.MUNICIPAL, 1_500_000, "Kommunen")
    _party(contract, Organisation.Sector.BUSINESS, 1_200_000, "Ägaren")
    year = money(contract, 2026, TODAY)
    assert (year.match.gap, year.match.per_krona, year.match.is_matched) == (300_000, Decimal("0.8"), False)


@pytest.mark.usefixtures("parties")
def test_money_of_a_year_without_pledges(contract: Contract) -> None:
    year = money(contract, 2027, TODAY)
    assert (year.pledged, year.match.total, year.dates) == (0, 0, ())
    assert [(party.pledged, party.share, party.each) for party in year.parties] == [(0, None, None)] * 3


def test_money_knows_only_what_had_happened_by_then(contract: Contract) -> None:
    party = _party(contract, Organisation.Sector.OTHER, 100, "Stiftelsen")
    day = dt.date(2026, 11, 30)
    factories.InstalmentFactory.create(party=party, due=day, amount=60, invoiced_on=TODAY)
    factories.InstalmentFactory.create(party=party, due=dt.date(2026, 12, 31), amount=30, invoiced_on=day, paid_on=day)
    (known,) = money(contract, 2026, TODAY).parties
    assert [payment.status for payment in known.payments if payment] == ["invoiced", "upcoming"]
    assert (known.paid, known.each, known.not_divided) == (0, None, 10)


def test_contract_on_counts_both_ends(place: Place, contract: Contract) -> None:
    newer = factories.ContractFactory.create(place=place, first=dt.date(2026, 7, 1), last=dt.date(2027, 12, 31))
    assert contract_on(place, dt.date(2025, 12, 31)) is None
    assert contract_on(place, dt.date(2026, 1, 1)) == contract
    assert contract_on(place, dt.date(2027, 12, 31)) == newer
    assert contract_on(place, dt.date(2028, 1, 1)) is None


def test_obligations_against_the_contract(place: Place, contract: Contract) -> None:
    contract.open_days_a_year, contract.open_hours_a_week = 312, Decimal(42)
    # The place began on Monday 16 November: six days of seven hours were due, three were held.
    place.started_on = dt.date(2026, 11, 16)
    contract.place = place
    for day in (16, 17, 18):
        factories.OpenDayFactory.create(place=place, date=dt.date(2026, 11, day), closed=dt.time(17))
    factories.OpeningExceptionFactory.create(place=place, date=dt.date(2026, 11, 19))
    year = obligations(contract, 2026, TODAY)
    assert (year.days.done, year.days.due, year.days.agreed, year.days.share) == (3, 6, 312, Decimal("0.5"))
    assert (year.days.status, year.days.done_permille, year.days.due_permille) == ("behind", 10, 19)
    assert (year.hours.done, year.hours.due, year.hours.agreed) == (21, 42, 42 * Decimal(365) / 7)
    assert dict(year.missed) == {"inget skäl angivet": 2, "sjukdom": 1}


def test_obligations_by_the_calendar_where_the_contract_is_silent(place: Place, contract: Contract) -> None:
    place.started_on, place.ended_on = dt.date(2026, 11, 16), dt.date(2026, 11, 28)
    contract.place = place
    for day in range(16, 22):
        factories.OpenDayFactory.create(place=place, date=dt.date(2026, 11, day), closed=dt.time(17))
    year = obligations(contract, 2026, TODAY)
    assert (year.days.agreed, year.days.promise, year.days.status) == (12, None, "on_time")
    assert (year.hours.agreed, year.hours.done_permille) == (84, 500)


def test_obligations_before_anything_was_due(place: Place, contract: Contract) -> None:
    place.started_on = dt.date(2027, 6, 1)
    contract.place = place
    days = obligations(contract, 2026, TODAY).days
    assert (days.share, days.status, days.done_permille) == (None, "upcoming", 0)
