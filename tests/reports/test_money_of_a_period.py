"""A period's money: every contract that touches it, each by its own days."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.utils import translation

from places.models import Contract, OpenDay, Organisation, Place
from places.periods import Period
from places.queries import obligations
from reports import sentences
from reports.contexts import Money, QuarterlyReport
from reports.faces.money import MoneyChapter
from tests import factories
from tests.reports import samples

QUARTER = Period.quarter(2026, 3)
TODAY = dt.date(2026, 11, 23)
YEAR_END = dt.date(2026, 12, 31)


@pytest.fixture
def open_days(place: Place) -> None:
    """Seven hours on each of the quarter's 79 promised days, of which 53 lie before September."""
    days = [day for day in QUARTER if day.weekday() < 6]
    OpenDay.objects.bulk_create(OpenDay(place=place, date=day, opened=dt.time(10), closed=dt.time(17)) for day in days)


def contract(place: Place, first: dt.date, last: dt.date, amounts: dict[str, str], **more: object) -> Contract:
    made = factories.ContractFactory.create(place=place, first=first, last=last, **more)
    for name, amount in amounts.items():
        known = Organisation.objects.filter(name=name).first()
        sector = Organisation.Sector.MUNICIPAL if name == "Kommunen" else Organisation.Sector.BUSINESS
        owner = known or factories.OrganisationFactory.create(name=name, sector=sector)
        party = factories.PartyFactory.create(contract=made, organisation=owner)
        for year in made.years:
            factories.PledgeFactory.create(party=party, year=year, amount=Decimal(amount))
    return made


def money(place: Place, period: Period = QUARTER) -> Money | None:
    return QuarterlyReport.gather(place, period, today=TODAY).money


def known(place: Place, period: Period = QUARTER) -> Money:
    found = money(place, period)
    assert found is not None
    return found


@pytest.mark.usefixtures("open_days")
def test_half_a_years_money_from_july(place: Place) -> None:
    contract(place, dt.date(2026, 7, 1), YEAR_END, {"Kommunen": "750000", "Bolaget": "750000"}, open_days_a_year=312)
    found = known(place)
    assert (found.period_share, found.covered_days, found.days) == (Decimal("750000.00"), 92, 92)
    assert found.open_minutes == 79 * 7 * 60
    assert found.per_open_hour == Decimal("1356.24")
    report = QuarterlyReport.gather(place, QUARTER, today=TODAY)
    with translation.override("en"):
        assert sentences.opening_lead(report).endswith(
            "The contract promises 312 open days a year, which is 157 for its days in 2026, 1\xa0July – 31\xa0December;"
            " so far 79 of them."
        )


def test_a_contract_replaced_inside_the_quarter(place: Place) -> None:
    old = {"Kommunen": "932876.71", "Bolaget": "932876.71"}
    contract(place, dt.date(2026, 1, 1), dt.date(2026, 8, 15), old)
    contract(place, dt.date(2026, 8, 16), YEAR_END, {"Kommunen": "567123.29", "Nya bolaget": "567123.29"})
    found = known(place)
    assert found.period_share == Decimal("756164.38")
    assert [(party.name, party.pledged) for party in found.parties] == [
        ("Kommunen", Decimal(1_500_000)),
        ("Bolaget", Decimal("932876.71")),
        ("Nya bolaget", Decimal("567123.29")),
    ]
    assert (found.municipal, found.business) == (Decimal(1_500_000), Decimal(1_500_000))
    assert [known(place, Period.quarter(2026, number)).period_share for number in (1, 2)] == [
        Decimal("739726.03"),
        Decimal("747945.20"),
    ]


@pytest.mark.parametrize("last", [dt.date(2026, 8, 31), dt.date(2026, 9, 29)])
@pytest.mark.usefixtures("open_days")
def test_a_contract_that_has_ended_keeps_its_chapter_and_its_own_days(place: Place, last: dt.date) -> None:
    days = (last - dt.date(2026, 1, 1)).days + 1
    contract(place, dt.date(2026, 1, 1), last, {"Kommunen": str(days * 1000)})
    found, covered = known(place), (last - QUARTER.first).days + 1
    held = sum(1 for day in QUARTER if day <= last and day.weekday() < 6)
    assert (found.period_share, found.covered_days) == (Decimal(covered * 1000), covered)
    assert found.open_minutes == held * 7 * 60
    report = QuarterlyReport.gather(place, QUARTER, today=TODAY)
    with translation.override("en"):
        chapter = MoneyChapter(report)
        assert chapter.coverage.startswith(f"A contract was in force on {covered} of the period’s 92 days")
        assert sentences.funders(report) == "Funded by Kommunen."


def test_a_gap_between_contracts_is_nobodys_days(place: Place) -> None:
    contract(place, dt.date(2026, 1, 1), dt.date(2026, 7, 10), {"Kommunen": "191"})
    contract(place, dt.date(2026, 9, 21), YEAR_END, {"Kommunen": "102"})
    found = known(place)
    assert (found.period_share, found.covered_days) == (Decimal(20), 20)


def test_contracts_side_by_side_are_added(place: Place) -> None:
    for amount in ("365", "730"):
        contract(place, dt.date(2026, 1, 1), YEAR_END, {"Kommunen": amount})
    assert (known(place).period_share, known(place).covered_days) == (Decimal(3 * 92), 92)


def test_only_a_period_without_any_contract_has_no_money(place: Place) -> None:
    contract(place, dt.date(2026, 1, 1), dt.date(2026, 6, 30), {"Kommunen": "181"})
    assert money(place) is None
    report = QuarterlyReport.gather(place, QUARTER, today=TODAY)
    with translation.override("en"):
        assert sentences.funders(report) == "No co-financing contract was in force in the period."


def test_an_edition_frozen_before_is_read_and_printed_as_it_was() -> None:
    plain = json.loads(samples.report().freeze())
    for name in ("days", "covered_days", "open_minutes", "visits", "promises"):
        del plain["money"][name]
    for name in ("minutes_promised", "minutes_held"):
        del plain["opening"][name]
        del plain["opening_year"][name]
    old = QuarterlyReport.thaw(json.dumps(plain))
    assert old == QuarterlyReport.thaw(samples.report().freeze())
    with translation.override("en"):
        assert MoneyChapter(old).sums["per_open_hour"] == "1,454\xa0SEK"
        assert MoneyChapter(old).coverage == ""
        assert "The contract promises 303 open days a year; so far 303 in 2025." in sentences.opening_lead(old)
        without = samples.report(money=None)
        assert sentences.funders(without) == "No co-financing contract is in force on the last day of the period."


def test_promised_days_of_a_part_of_a_year(place: Place) -> None:
    half = factories.ContractFactory.create(
        place=place, first=dt.date(2026, 7, 1), last=dt.date(2027, 12, 31), open_days_a_year=365
    )
    assert obligations(half, 2026, TODAY).days.agreed == 184
    assert obligations(half, 2027, TODAY).days.agreed == 365
