"""Where each person begins."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertRedirects

from places.models import Place, User
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


def test_start_with_one_place_goes_to_today(as_host: Client, place: Place) -> None:
    assertRedirects(as_host.get("/"), "/p/lilltorget/")


def test_start_of_a_funder_goes_to_the_reports(as_funder: Client, place: Place) -> None:
    response = as_funder.get("/")
    assert response.headers["Location"].startswith("/p/lilltorget/")
    assert response.headers["Location"] != "/p/lilltorget/"


def test_start_with_several_lists_role_and_state(client: Client, place: Place, other_place: Place, host: User) -> None:
    factories.MembershipFactory.create(user=host, place=other_place, role="manager")
    closed, lost = (
        factories.PlaceFactory.create(name="Stängda torget"),
        factories.PlaceFactory.create(name="Sjuktorget"),
    )
    paid_for = factories.PlaceFactory.create(name="Betaltorget", slug="betaltorget")
    for one in (closed, lost):
        factories.MembershipFactory.create(user=host, place=one)
    party = factories.PartyFactory.create(contract__place=paid_for)
    factories.RepresentativeFactory.create(user=host, organisation=party.organisation)
    factories.OpenDayFactory.create(place=place, date=TODAY, opened=dt.time(9, 52))
    factories.OpenDayFactory.create(place=closed, date=TODAY, opened=dt.time(9), closed=dt.time(11))
    factories.OpeningExceptionFactory.create(place=lost, date=TODAY)
    client.force_login(host)
    response = client.get("/")
    shown = [(one.place.name, one.role) for one in response.context["standings"]]
    assert shown == [
        ("Annantorget", "verksamhetsledare"),
        ("Betaltorget", ""),
        ("Lilltorget", "platsvärd"),
        ("Sjuktorget", "platsvärd"),
        ("Stängda torget", "platsvärd"),
    ]
    for words in ("Öppet sedan 09:52", "Stängt 11:00", "Stängt: sjukdom", "Inte öppnad idag", "medfinansiär"):
        assertContains(response, words)


def test_start_costs_the_same_however_many_the_places(client: Client, place: Place, host: User) -> None:
    client.force_login(host)
    costs = set()
    for _ in range(3):
        factories.MembershipFactory.create(user=host)
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        costs.add(len(queries))
    assert len(costs) == 1


def test_start_without_a_place_says_whom_to_ask(client: Client) -> None:
    client.force_login(factories.UserFactory.create(email="ny@example.se"))
    response = client.get("/")
    assertContains(response, "Du har ingen plats än")
    assertContains(response, "ny@example.se")
