"""Who sees which place, and how far each role may go."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from pytest_django import DjangoAssertNumQueries

from places.access import May, open_place, rights
from places.models import Organisation, Place, User
from tests import factories

pytestmark = pytest.mark.django_db

ROLES = ("host", "analyst", "manager", "admin", "funder", "stranger")
#                    host    analyst manager admin  funder stranger
TABLE = {
    May.READ: (True, True, True, True, False, False),
    May.LOG: (True, False, True, True, False, False),
    May.COUNT: (True, True, True, True, False, False),
    May.PLAN: (False, False, True, True, False, False),
    May.MEASURE: (False, True, True, True, False, False),
    May.REPORT: (False, True, True, True, False, False),
    May.READ_REPORTS: (True, True, True, True, True, False),
    May.READ_FUNDING: (False, True, True, True, False, False),
    May.FUND: (False, False, False, True, False, False),
    May.ADMINISTER: (False, False, False, True, False, False),
}


def test_every_step_stands_in_the_table() -> None:
    assert set(TABLE) == set(May)


@pytest.mark.parametrize("step", May)
@pytest.mark.parametrize("role", ROLES)
def test_rights(role: str, step: May, place: Place, request: pytest.FixtureRequest) -> None:
    user: User = request.getfixturevalue(role)
    assert (step in rights(user, place)) == TABLE[step][ROLES.index(role)]


def test_rights_of_nobody(place: Place) -> None:
    assert rights(AnonymousUser(), place) == frozenset()


def test_rights_are_asked_once(place: Place, host: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        rights(host, place)
        rights(host, place)


@pytest.mark.parametrize("role", ["host", "analyst", "manager", "admin", "funder"])
def test_visible_to_those_of_the_place(
    role: str, place: Place, other_place: Place, request: pytest.FixtureRequest
) -> None:
    user: User = request.getfixturevalue(role)
    assert other_place.pk
    assert list(Place.objects.visible_to(user)) == [place]


def test_visible_to_a_stranger_is_their_own(place: Place, other_place: Place, stranger: User) -> None:
    assert place.pk
    assert list(Place.objects.visible_to(stranger)) == [other_place]


def test_visible_to_nobody_is_nothing(place: Place) -> None:
    assert place.pk
    assert list(Place.objects.visible_to(AnonymousUser())) == []


def test_visible_to_shows_a_place_once(place: Place, admin: User) -> None:
    # Works here, and reads for two organisations that pay under two contracts.
    for _number in range(2):
        party = factories.PartyFactory.create(contract__place=place)
        factories.RepresentativeFactory.create(user=admin, organisation=party.organisation)
    assert list(Place.objects.visible_to(admin)) == [place]


def test_run_by_leaves_the_funder_out(place: Place, admin: User, funder: User) -> None:
    assert list(Place.objects.run_by(admin)) == [place]
    assert list(Place.objects.run_by(funder)) == []


def test_open_place(place: Place, host: User) -> None:
    assert open_place(host, "lilltorget", May.READ) == place


def test_open_place_of_a_stranger_is_not_there(place: Place, stranger: User) -> None:
    with pytest.raises(Http404):
        open_place(stranger, place.slug, May.READ)


def test_open_place_refuses_a_step_too_far(place: Place, funder: User) -> None:
    with pytest.raises(PermissionDenied):
        open_place(funder, place.slug, May.READ)


def test_create_user_without_password_signs_in_by_code_only() -> None:
    user = User.objects.create_user("Ny.Person@Example.SE", name="Ny Person")
    assert (user.email, user.has_usable_password(), user.is_staff) == ("ny.person@example.se", False, False)
    assert str(user) == "Ny Person"


def test_create_superuser() -> None:
    user = User.objects.create_superuser("amp@example.se", "a-long-password")
    assert (user.is_staff, user.is_superuser, user.check_password("a-long-password")) == (True, True, True)
    assert str(user) == "amp@example.se"


def test_an_address_is_one_person_however_it_is_written() -> None:
    User.objects.create_user("ali@example.se", name="Ali")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="ALI@example.se", name="Ali igen")


def test_organisation_number_is_kept_in_one_way() -> None:
    organisation = Organisation(name="Exempelkommun", number="2120003005", sector=Organisation.Sector.MUNICIPAL)
    organisation.full_clean()
    assert organisation.number == "212000-3005"


@pytest.mark.parametrize("number", ["212000-3006", "12", "tolv siffror"])
def test_organisation_number_is_checked(number: str) -> None:
    organisation = Organisation(name="Exempelkommun", number=number, sector=Organisation.Sector.MUNICIPAL)
    with pytest.raises(ValidationError) as refused:
        organisation.full_clean()
    assert list(refused.value.message_dict) == ["number"]


def test_organisations_of_place(place: Place, other_place: Place) -> None:
    party = factories.PartyFactory.create(contract__place=place)
    factories.PartyFactory.create(contract__place=other_place)
    assert set(Organisation.objects.of_place(place)) == {place.operator, party.organisation}
    assert list(Organisation.objects.paying_for(place)) == [party.organisation]


def test_organisation_is_relied_on_elsewhere(place: Place, other_place: Place) -> None:
    party = factories.PartyFactory.create(contract__place=place)
    assert not party.organisation.is_relied_on_elsewhere(place)
    assert not place.operator.is_relied_on_elsewhere(place)
    assert place.operator.is_relied_on_elsewhere(other_place)
    factories.PartyFactory.create(contract__place=other_place, organisation=party.organisation)
    assert party.organisation.is_relied_on_elsewhere(place)
