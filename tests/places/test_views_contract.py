"""The contract's pages: the finding, the money typed as people type it, and what is refused."""

# mypy: disable-error-code="comparison-overlap"
# Whole kronor and hours are written as integers beside the Decimals they equal.

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from places.forms.contract import instalment_words
from places.models import Contract, Instalment, Organisation, Party, Place, Pledge
from tests import factories
from tests.conftest import TODAY
from tests.places.conftest import Said

pytestmark = pytest.mark.django_db

MUNICIPAL, BUSINESS = Organisation.Sector.MUNICIPAL, Organisation.Sector.BUSINESS


def _url(page: str, *args: Any) -> str:
    return reverse(f"places:{page}", args=["lilltorget", *args])


@pytest.fixture
def contract(place: Place) -> Contract:
    return factories.ContractFactory.create(place=place, open_days_a_year=312, open_hours_a_week=Decimal(40))


def _party(contract: Contract, sector: str, name: str, amount: int | None = None) -> Party:
    organisation = factories.OrganisationFactory.create(sector=sector, name=name)
    party: Party = factories.PartyFactory.create(contract=contract, organisation=organisation)
    if amount is not None:
        factories.PledgeFactory.create(party=party, amount=Decimal(amount))
    return party


@pytest.fixture
def instalment(contract: Contract) -> Instalment:
    """The shop's, fourteen days late."""
    shop = _party(contract, BUSINESS, "Butiken", 150_000)
    return factories.InstalmentFactory.create(party=shop, due=dt.date(2026, 11, 9), amount=Decimal(37_500))


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


# --- Lists and the page -----------------------------------------------------------------------------------------------


def test_contract_list_opens_the_only_current_one(contract: Contract, as_analyst: Client) -> None:
    response = as_analyst.get(_url("contract_list"))
    assert response.headers["Location"] == _url("contract_detail", contract.pk)


def test_contract_list_shows_all_when_asked(contract: Contract, as_analyst: Client) -> None:
    place = contract.place
    past = factories.ContractFactory.create(place=place, first=dt.date(2024, 1, 1), last=dt.date(2025, 12, 31))
    ahead = factories.ContractFactory.create(place=place, first=dt.date(2028, 1, 1), last=dt.date(2028, 12, 31))
    factories.ContractFactory.create()
    rows = as_analyst.get(_url("contract_list"), {"all": "1"}).context["rows"]
    assert rows == [(ahead, "upcoming"), (contract, "valid"), (past, "ended")]


def test_contract_list_without_contracts(place: Place, as_analyst: Client, as_admin: Client) -> None:
    assert place.pk
    assert "The administrator writes down the contract." in as_analyst.get(_url("contract_list")).content.decode()
    assert "Write down the contract" in as_admin.get(_url("contract_list")).content.decode()


def test_contract_list_costs_the_same_with_three(contract: Contract, as_admin: Client) -> None:
    address = f"{_url('contract_list')}?all=1"
    _party(contract, MUNICIPAL, "Kommunen", 1)
    one = _queries(as_admin, address)
    for _number in range(2):
        _party(factories.ContractFactory.create(place=contract.place), MUNICIPAL, "Kommunen", 1)
    assert _queries(as_admin, address) == one


def test_contract_detail_costs_the_same_with_three_parties(instalment: Instalment, as_admin: Client) -> None:
    contract = instalment.party.contract
    address = _url("contract_detail", contract.pk)
    one = _queries(as_admin, address)
    for name in ("Ägaren", "Hotellet"):
        factories.InstalmentFactory.create(party=_party(contract, BUSINESS, name, 10_000), amount=Decimal(10_000))
    assert _queries(as_admin, address) == one


def test_contract_detail_says_the_finding_and_what_is_late(instalment: Instalment, as_analyst: Client) -> None:
    contract = instalment.party.contract
    _party(contract, MUNICIPAL, "Kommunen", 150_000)
    response = as_analyst.get(_url("contract_detail", contract.pk))
    page = response.content.decode()
    words = "Every municipal krona is matched in the contract. 37,500\xa0SEK from business is late."
    assert words in page
    assert "Late 14 days" in page
    assert "112,500 not in instalments" in page
    bar = response.context["bar"]
    assert [(part.side, part.state, part.x, part.width) for part in bar.segments] == [
        ("municipal", "remaining", 0, 500),
        ("business", "late", 500, 125),
        ("business", "remaining", 625, 375),
    ]
    assert [(party.name, party.x, party.end) for party in bar.brackets] == [
        ("Kommunen", 0, 500),
        ("Butiken", 500, 1000),
    ]
    assert _url("instalment_pay", contract.pk) not in page


def test_contract_detail_warns_of_a_year_that_is_not_matched(contract: Contract, as_admin: Client) -> None:
    _party(contract, MUNICIPAL, "Kommunen", 1_500_000)
    _party(contract, BUSINESS, "Ägaren", 1_200_000)
    page = as_admin.get(_url("contract_detail", contract.pk)).content.decode()
    assert "300,000\xa0SEK of the municipality’s money is not matched by business." in page
    assert "Each municipal krona has 0.80 kronor from business." in page


def test_contract_detail_draws_other_money_apart_and_cuts_long_names(contract: Contract, as_admin: Client) -> None:
    _party(contract, MUNICIPAL, "Kommunen", 980)
    _party(contract, BUSINESS, "Fastighetsägarföreningen", 100)
    other = _party(contract, Organisation.Sector.OTHER, "Stiftelsen", 20)
    factories.InstalmentFactory.create(party=other, due=dt.date(2026, 1, 1), amount=Decimal(20))
    response = as_admin.get(_url("contract_detail", contract.pk))
    assert [party.name for party in response.context["bar"].brackets] == ["Kommunen", "Fastighetsäg…", ""]
    assert "20\xa0SEK from others is late." in response.content.decode()


def test_contract_detail_without_amounts_asks_who_pays(contract: Contract, as_admin: Client) -> None:
    page = as_admin.get(_url("contract_detail", contract.pk)).content.decode()
    assert "No amounts are agreed for 2026 yet." in page
    assert _url("party_list", contract.pk) in page


def test_contract_detail_with_business_money_alone(instalment: Instalment, as_admin: Client) -> None:
    page = as_admin.get(_url("contract_detail", instalment.party.contract_id)).content.decode()
    assert "There is no municipal money to match. 37,500\xa0SEK from business is late." in page


@pytest.mark.parametrize(("typed", "year"), [("2027", 2027), ("1999", 2026), ("next", 2026), ("", 2026)])
def test_contract_detail_chooses_a_year(contract: Contract, as_admin: Client, typed: str, year: int) -> None:
    assert as_admin.get(_url("contract_detail", contract.pk), {"year": typed}).context["year"] == year


def test_contract_detail_of_an_old_contract_shows_its_last_year(place: Place, as_admin: Client) -> None:
    old = factories.ContractFactory.create(place=place, first=dt.date(2023, 1, 1), last=dt.date(2024, 12, 31))
    assert as_admin.get(_url("contract_detail", old.pk)).context["year"] == 2024


def test_contract_of_another_place_is_not_there(place: Place, other_place: Place, as_admin: Client) -> None:
    assert place.pk
    other = factories.ContractFactory.create(place=other_place)
    for page in ("contract_detail", "contract_edit", "party_list", "party_create", "instalment_pay"):
        assert as_admin.get(_url(page, other.pk)).status_code == 404


# --- Writing the contract ---------------------------------------------------------------------------------------------


def _contract(**changes: str) -> dict[str, str]:
    return {"name": "Avtal", "first": "2026-01-01", "last": "2027-12-31", "open_hours_a_week": "40.5"} | changes


def test_contract_create_goes_on_to_its_parties(place: Place, as_admin: Client) -> None:
    response = as_admin.post(_url("contract_create"), _contract())
    made = place.contracts.get()
    assert (made.years, made.open_hours_a_week) == (range(2026, 2028), Decimal("40.5"))
    assert response.headers["Location"] == _url("party_list", made.pk)


def test_contract_create_reads_a_swedish_comma(place: Place, admin: Any) -> None:
    client = Client(headers={"accept-language": "sv"})
    client.force_login(admin)
    client.post(_url("contract_create"), _contract(open_hours_a_week="37,5"))
    assert place.contracts.get().open_hours_a_week == Decimal("37.5")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"last": "2025-12-31"}, "last", "The last day is before the first."),
        ({"last": "2126-12-31"}, "last", "That is more than twenty years. Is the year right?"),
        ({"last": "2226-12-31"}, "last", "Write a year from 1900 to 2199."),
        ({"first": "soon"}, "first", "Enter a valid date."),
        ({"name": ""}, "name", "This field is required."),
    ],
)
def test_contract_create_says_what_is_wrong(
    place: Place, as_admin: Client, changes: dict[str, str], field: str, words: str
) -> None:
    form = as_admin.post(_url("contract_create"), _contract(**changes)).context["form"]
    assert (form.errors[field], form["open_hours_a_week"].value()) == ([words], "40.5")
    assert not place.contracts.exists()


def test_contract_edit(instalment: Instalment, as_admin: Client) -> None:
    contract = instalment.party.contract
    cut = as_admin.post(_url("contract_edit", contract.pk), _contract(first="2027-01-01")).context["form"]
    assert cut.errors["last"] == ["There are amounts or instalments for 2026. Take them away first."]
    response = as_admin.post(_url("contract_edit", contract.pk), _contract(name="Nytt namn"))
    assert response.headers["Location"] == _url("contract_detail", contract.pk)
    contract.refresh_from_db()
    assert contract.name == "Nytt namn"


# --- Parties and amounts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "typed", "amount"),
    [
        ("sv", "1 500 000,00", "1500000"),
        ("sv", "1\xa0500\xa0000 kr", "1500000"),
        ("sv", "1\u202f500\u202f000,5", "1500000.5"),
        ("en", "1,500,000.25", "1500000.25"),
    ],
)
def test_party_list_reads_money_as_people_write_it(
    contract: Contract, admin: Any, language: str, typed: str, amount: str
) -> None:
    party = _party(contract, MUNICIPAL, "Kommunen")
    client = Client(headers={"accept-language": language})
    client.force_login(admin)
    client.post(_url("party_list", contract.pk), {f"amount-{party.pk}-2026": typed, f"amount-{party.pk}-2027": ""})
    assert list(Pledge.objects.values_list("year", "amount")) == [(2026, Decimal(amount))]
    assert LogEntry.objects.get().user == admin


def test_party_list_changes_and_takes_away_amounts(contract: Contract, as_admin: Client) -> None:
    party = _party(contract, MUNICIPAL, "Kommunen", 100)
    other = _party(contract, BUSINESS, "Ägaren", 100)
    typed = {f"amount-{party.pk}-2026": "200", f"amount-{party.pk}-2027": "300", f"amount-{other.pk}-2026": ""}
    response = as_admin.post(_url("party_list", contract.pk), typed, follow=True)
    assert list(Pledge.objects.values_list("party", "year", "amount")) == [(party.pk, 2026, 200), (party.pk, 2027, 300)]
    page = response.content.decode()
    assert "2026: 200\xa0SEK is missing from business." in page
    assert "2027: 300\xa0SEK is missing from business." in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("a lot", "Write an amount in kronor, such as 1 500 000 or 37 500,50."),
        ("-5", "Ensure this value is greater than or equal to 0."),
        ("1.234", "Ensure that there are no more than 2 decimal places."),
    ],
)
def test_party_list_says_what_is_wrong(contract: Contract, as_admin: Client, typed: str, words: str) -> None:
    party = _party(contract, MUNICIPAL, "Kommunen", 100)
    name = f"amount-{party.pk}-2026"
    response = as_admin.post(_url("party_list", contract.pk), {name: typed})
    form = response.context["form"]
    assert (form.errors[name], form[name].value()) == ([words], typed)
    assert words in response.content.decode()
    assert Pledge.objects.get().amount == 100


def test_party_list_without_parties(contract: Contract, as_admin: Client) -> None:
    assert "Nobody pays yet" in as_admin.get(_url("party_list", contract.pk)).content.decode()


def test_party_create_chooses_one_known_here(contract: Contract, as_admin: Client) -> None:
    operator = contract.place.operator
    as_admin.post(_url("party_create", contract.pk), {"organisation": operator.pk, "number": ""})
    assert contract.parties.get().organisation == operator


def test_party_create_finds_one_registered_elsewhere_by_its_number(contract: Contract, as_admin: Client) -> None:
    elsewhere = factories.OrganisationFactory.create()
    refused = as_admin.post(_url("party_create", contract.pk), {"organisation": elsewhere.pk}).context["form"]
    assert list(refused.errors) == ["organisation"]
    as_admin.post(_url("party_create", contract.pk), {"number": elsewhere.number.replace("-", "")})
    assert contract.parties.get().organisation == elsewhere


def test_party_create_says_what_is_wrong(contract: Contract, as_admin: Client) -> None:
    party = _party(contract, BUSINESS, "Butiken")
    for typed, field, words in (
        ("", "organisation", "Choose an organisation, or write a number: one of the two."),
        (
            "12",
            "number",
            "12 is not a Swedish organisation number: ten digits, the last a check digit.",
        ),
        ("212000-3005", "number", "No organisation with that number is registered. Register it first."),
        (party.organisation.number, "number", "That organisation is already a party to the contract."),
    ):
        form = as_admin.post(_url("party_create", contract.pk), {"number": typed}).context["form"]
        assert (form.errors, form["number"].value()) == ({field: [words]}, typed)


def test_party_remove_asks_and_removes(contract: Contract, as_admin: Client) -> None:
    party = _party(contract, BUSINESS, "Butiken", 100)
    assert "Take away Butiken?" in as_admin.get(_url("party_remove", contract.pk, party.pk)).content.decode()
    as_admin.post(_url("party_remove", contract.pk, party.pk))
    assert not contract.parties.exists()


def test_party_remove_keeps_one_that_has_paid(instalment: Instalment, as_admin: Client, said: Said) -> None:
    instalment.paid_on = TODAY
    instalment.save()
    party = instalment.party
    response = as_admin.post(_url("party_remove", party.contract_id, party.pk), follow=True)
    assert said(response) == ["Butiken has instalments that are invoiced or paid, so it stays in the contract."]
    assert Party.objects.get() == party


# --- Instalments and payments -----------------------------------------------------------------------------------------


def test_instalment_create_divides_to_the_ore(contract: Contract, as_admin: Client, said: Said) -> None:
    _party(contract, MUNICIPAL, "Kommunen", 100)
    address = _url("instalment_create", contract.pk, 2026)
    assert as_admin.get(address).context["form"]["dates"].value().splitlines()[0] == "2026-03-31"
    response = as_admin.post(address, {"dates": "2026-03-31\n2026-12-31, 2026-06-30"}, follow=True)
    assert list(Instalment.objects.values_list("due", "amount")) == [
        (dt.date(2026, 3, 31), Decimal("33.33")),
        (dt.date(2026, 6, 30), Decimal("33.33")),
        (dt.date(2026, 12, 31), Decimal("33.34")),
    ]
    assert said(response) == ["The instalments of 2026 are made for 1 party."]


def test_instalment_create_leaves_those_that_have_paid(instalment: Instalment, as_admin: Client) -> None:
    instalment.paid_on = TODAY
    instalment.save()
    contract = instalment.party.contract
    other = _party(contract, MUNICIPAL, "Kommunen", 100)
    factories.InstalmentFactory.create(party=other, due=dt.date(2026, 5, 5), amount=Decimal(1))
    as_admin.post(_url("instalment_create", contract.pk, 2026), {"dates": "2026-12-31"})
    assert list(Instalment.objects.values_list("party", "due", "amount")) == [
        (instalment.party_id, dt.date(2026, 11, 9), 37_500),
        (other.pk, dt.date(2026, 12, 31), 100),
    ]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026-03-31 2026-03-31", "A date is there twice."),
        ("31 mars", "“31” is not a date such as 2026-03-31."),
        ("2027-03-31", "2027-03-31 is not in 2026."),
        (" ".join(f"2026-01-{day:02}" for day in range(1, 14)), "No more than 12 dates."),
        ("", "This field is required."),
        (",", "Give at least one date."),
    ],
)
def test_instalment_create_says_what_is_wrong(contract: Contract, as_admin: Client, typed: str, words: str) -> None:
    _party(contract, MUNICIPAL, "Kommunen", 100)
    form = as_admin.post(_url("instalment_create", contract.pk, 2026), {"dates": typed}).context["form"]
    assert (form.errors, form["dates"].value()) == ({"dates": [words]}, typed)
    assert not Instalment.objects.exists()


def test_instalment_create_knows_the_years_of_the_contract(contract: Contract, as_admin: Client) -> None:
    assert as_admin.get(_url("instalment_create", contract.pk, 2031)).status_code == 404


def test_instalment_paid_and_taken_back(instalment: Instalment, as_admin: Client, said: Said) -> None:
    key = (instalment.party.contract_id, instalment.pk)
    assert "The money came" in as_admin.get(_url("instalment_detail", *key)).content.decode()
    response = as_admin.post(_url("instalment_paid", *key), {"paid_on": "2026-11-20"}, follow=True)
    instalment.refresh_from_db()
    assert (instalment.paid_on, said(response)) == (
        dt.date(2026, 11, 20),
        ["The payment from Butiken is registered."],
    )
    assert _url("instalment_unpaid", *key) in response.content.decode()
    assert "Take the payment back" in as_admin.get(_url("instalment_detail", *key)).content.decode()
    as_admin.post(_url("instalment_unpaid", *key))
    instalment.refresh_from_db()
    assert instalment.paid_on is None
    assert LogEntry.objects.count() == 2


def test_instalment_invoiced(instalment: Instalment, as_admin: Client) -> None:
    key = (instalment.party.contract_id, instalment.pk)
    form = as_admin.post(_url("instalment_invoiced", *key), {"invoiced_on": "2026-12-01"}).context["forms"]["invoiced"]
    assert form.errors == {"invoiced_on": ["That day is still to come."]}
    as_admin.post(_url("instalment_invoiced", *key), {"invoiced_on": "2026-11-01"})
    instalment.refresh_from_db()
    assert instalment.invoiced_on == dt.date(2026, 11, 1)


def test_instalment_paid_says_what_is_wrong(instalment: Instalment, as_admin: Client) -> None:
    key = (instalment.party.contract_id, instalment.pk)
    form = as_admin.post(_url("instalment_paid", *key), {"paid_on": "2026-11-24"}).context["forms"]["paid"]
    assert (form.errors, form["paid_on"].value()) == ({"paid_on": ["That day is still to come."]}, "2026-11-24")
    assert as_admin.get(_url("instalment_paid", *key)).status_code == 405


def test_instalment_pay_offers_the_unpaid_ones(instalment: Instalment, as_admin: Client) -> None:
    factories.InstalmentFactory.create(party=instalment.party, due=dt.date(2026, 3, 31), paid_on=dt.date(2026, 3, 31))
    factories.InstalmentFactory.create()
    address = _url("instalment_pay", instalment.party.contract_id)
    assert list(as_admin.get(address).context["form"].fields["instalment"].queryset) == [instalment]
    as_admin.post(address, {"instalment": instalment.pk, "paid_on": "2026-11-23"})
    instalment.refresh_from_db()
    assert instalment.paid_on == TODAY
    assert "Nothing is waiting to be paid" in as_admin.get(address).content.decode()


def test_instalment_words_show_ore_only_where_there_are_any(instalment: Instalment) -> None:
    with translation.override("sv"):
        assert instalment_words(instalment) == "Butiken, 9 november 2026, 37\xa0500 kr"
        instalment.amount = Decimal("37500.50")
        assert instalment_words(instalment) == "Butiken, 9 november 2026, 37\xa0500,50 kr"


# --- Organisations ----------------------------------------------------------------------------------------------------


def _organisation(**changes: str) -> dict[str, str]:
    return {"number": "2120003005", "name": "Exempelkommun", "sector": "municipal", "contact": ""} | changes


def test_organisation_create_goes_on_to_the_contract(contract: Contract, as_admin: Client) -> None:
    response = as_admin.post(_url("organisation_create"), _organisation())
    assert response.headers["Location"] == f"{_url('party_create', contract.pk)}?number=212000-3005"
    named = as_admin.post(f"{_url('organisation_create')}?contract={contract.pk}", _organisation(number="5560360793"))
    assert named.headers["Location"] == f"{_url('party_create', contract.pk)}?number=556036-0793"


def test_organisation_create_without_contract_begins_one(place: Place, as_admin: Client) -> None:
    assert place.pk
    response = as_admin.post(_url("organisation_create"), _organisation())
    assert response.headers["Location"] == _url("contract_create")


def test_organisation_create_says_what_is_wrong(place: Place, as_admin: Client) -> None:
    known = place.operator.number.replace("-", "")
    for typed, words in (
        ("212000-3006", "212000-3006 is not a Swedish organisation number: ten digits, the last a check digit."),
        (known, "An organisation with that number is already registered. Add it to the contract by its number."),
    ):
        form = as_admin.post(_url("organisation_create"), _organisation(number=typed)).context["form"]
        assert (form.errors, form["number"].value()) == ({"number": [words]}, typed)


def test_organisation_edit(contract: Contract, as_admin: Client) -> None:
    organisation = _party(contract, BUSINESS, "Butiken").organisation
    address = _url("organisation_edit", organisation.pk)
    assert as_admin.get(address).context["form"]["name"].value() == "Butiken"
    as_admin.post(address, _organisation(name="Affären", sector="other"))
    organisation.refresh_from_db()
    assert (organisation.name, organisation.number, organisation.sector) == ("Affären", "212000-3005", "other")


def test_organisation_edit_of_a_shared_one_changes_the_contact_alone(
    contract: Contract, other_place: Place, as_admin: Client
) -> None:
    organisation = _party(contract, BUSINESS, "Butiken").organisation
    factories.PartyFactory.create(contract__place=other_place, organisation=organisation)
    as_admin.post(_url("organisation_edit", organisation.pk), _organisation(name="Affären", contact="Ekonomi"))
    organisation.refresh_from_db()
    assert (organisation.name, organisation.contact) == ("Butiken", "Ekonomi")


def test_organisation_edit_of_another_place_is_not_there(place: Place, other_place: Place, as_admin: Client) -> None:
    assert place.pk
    assert as_admin.get(_url("organisation_edit", other_place.operator.pk)).status_code == 404


def test_organisation_list_costs_the_same_with_three(contract: Contract, other_place: Place, as_admin: Client) -> None:
    one = _queries(as_admin, _url("organisation_list"))
    for name in ("Butiken", "Ägaren"):
        organisation = _party(contract, BUSINESS, name).organisation
        factories.RepresentativeFactory.create(organisation=organisation)
    # The readers are fetched as soon as there are any.
    assert _queries(as_admin, _url("organisation_list")) == one + 1
    shown = as_admin.get(_url("organisation_list")).context["organisations"]
    assert other_place.operator not in shown
    assert len(shown) == 3
