"""People let in, moved and let go; the last administrator stays."""

from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from places.models import Membership, Place, Representative, User
from tests import factories
from tests.places.conftest import Said

pytestmark = pytest.mark.django_db


def _url(page: str, *args: Any) -> str:
    return reverse(f"places:{page}", args=["lilltorget", *args])


NEW = {"email": "Ny@example.se", "name": "Ny Person", "role": "host"}


def test_people_list_shows_members_and_readers(place: Place, host: User, funder: User, as_admin: Client) -> None:
    factories.MembershipFactory.create()
    context = as_admin.get(_url("people_list")).context
    assert [one.user for one in context["members"]] == [*User.objects.filter(memberships__place=place).order_by("name")]
    assert host in [one.user for one in context["members"]]
    assert [one.user for one in context["representatives"]] == [funder]


def test_people_list_costs_the_same_with_three(place: Place, funder: User, as_admin: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            as_admin.get(_url("people_list"))
        return len(captured)

    one = queries()
    organisation = funder.representing.get().organisation
    for _number in range(2):
        factories.MembershipFactory.create(place=place)
        factories.RepresentativeFactory.create(organisation=organisation)
    assert queries() == one


def test_person_create_makes_an_account_and_writes(
    place: Place, as_admin: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, said: Said
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = as_admin.post(_url("person_create"), NEW)
    user = User.objects.get(email="ny@example.se")
    assert (user.name, user.has_usable_password()) == ("Ny Person", False)
    assert place.memberships.get(user=user).role == Membership.Role.HOST
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["ny@example.se"], "You can now sign in to Lilltorget")
    assert "Admin Ek has added you at Lilltorget as hub host." in letter.body
    assert f"http://testserver{reverse('account_login')}" in letter.body
    assert said(as_admin.get(response.headers["Location"])) == ["Ny Person can now sign in with a code by e-mail."]


def test_person_create_knows_one_who_has_an_account(place: Place, stranger: User, as_admin: Client) -> None:
    as_admin.post(_url("person_create"), NEW | {"email": stranger.email.upper()})
    stranger.refresh_from_db()
    assert (place.memberships.get(user=stranger).role, stranger.name) == ("host", "Främ Ling")


def test_person_create_says_what_is_wrong(host: User, as_admin: Client) -> None:
    factories.UserFactory.create(email="borta@example.se", is_active=False)
    for changes, errors in (
        ({"email": "ny@"}, {"email": ["Enter a valid email address."]}),
        ({"email": host.email}, {"email": [f"{host} already has a role here. Change it in the list."]}),
        ({"email": "borta@example.se"}, {"email": ["This person's account is switched off."]}),
        ({"role": "king"}, {"role": ["Select a valid choice. king is not one of the available choices."]}),
    ):
        form = as_admin.post(_url("person_create"), NEW | changes).context["form"]
        assert (form.errors, form["name"].value()) == (errors, "Ny Person")
    assert mail.outbox == []
    assert not User.objects.filter(name="Ny Person").exists()


def test_person_edit_changes_the_role(place: Place, host: User, as_admin: Client) -> None:
    membership = place.memberships.get(user=host)
    assert as_admin.get(_url("person_edit", membership.pk)).context["form"]["role"].value() == "host"
    as_admin.post(_url("person_edit", membership.pk), {"role": "admin"})
    membership.refresh_from_db()
    assert membership.role == Membership.Role.ADMIN


def test_person_edit_keeps_the_last_administrator(place: Place, admin: User, as_admin: Client) -> None:
    membership = place.memberships.get(user=admin)
    form = as_admin.post(_url("person_edit", membership.pk), {"role": "host"}).context["form"]
    words = "Admin Ek is the only administrator. Make someone else administrator first."
    assert form.errors == {"role": [words]}
    membership.refresh_from_db()
    assert membership.role == Membership.Role.ADMIN


def test_person_remove_asks_and_removes(place: Place, host: User, as_admin: Client) -> None:
    membership = place.memberships.get(user=host)
    page = as_admin.get(_url("person_remove", membership.pk)).content.decode()
    assert "This is you." not in page
    as_admin.post(_url("person_remove", membership.pk))
    assert not place.memberships.filter(user=host).exists()
    assert User.objects.filter(pk=host.pk).exists()


def test_person_remove_keeps_the_last_administrator(place: Place, admin: User, as_admin: Client, said: Said) -> None:
    membership = place.memberships.get(user=admin)
    response = as_admin.post(_url("person_remove", membership.pk), follow=True)
    assert said(response) == ["Admin Ek is the only administrator. Make someone else administrator first."]
    assert place.memberships.get() == membership


def test_person_remove_of_oneself_says_so(place: Place, admin: User, as_admin: Client) -> None:
    factories.MembershipFactory.create(place=place, role=Membership.Role.ADMIN)
    membership = place.memberships.get(user=admin)
    assert "This is you." in as_admin.get(_url("person_remove", membership.pk)).content.decode()
    response = as_admin.post(_url("person_remove", membership.pk))
    assert response.headers["Location"] == reverse("start")
    assert not place.memberships.filter(user=admin).exists()


def test_people_of_another_place_are_not_there(place: Place, stranger: User, as_admin: Client) -> None:
    assert place.pk
    membership = stranger.memberships.get()
    representative = factories.RepresentativeFactory.create()
    for page, pk in (
        ("person_edit", membership.pk),
        ("person_remove", membership.pk),
        ("representative_remove", representative.pk),
    ):
        assert as_admin.get(_url(page, pk)).status_code == 404


def test_representative_create_and_remove(
    place: Place, as_admin: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    organisation = factories.PartyFactory.create(contract__place=place, organisation__name="Kommunen").organisation
    typed = {"organisation": organisation.pk, "email": "ny@example.se", "name": "Ny Person"}
    with django_capture_on_commit_callbacks(execute=True):
        as_admin.post(_url("representative_create"), typed)
    made = Representative.objects.get()
    assert (made.user.email, made.organisation) == ("ny@example.se", organisation)
    assert "Admin Ek has added you at Lilltorget for Kommunen." in mail.outbox[0].body
    twice = as_admin.post(_url("representative_create"), typed).context["form"]
    assert twice.errors == {"email": ["Ny Person already reads for Kommunen."]}
    page = as_admin.get(_url("representative_remove", made.pk)).content.decode()
    assert "The person no longer reads the reports for Kommunen." in page
    as_admin.post(_url("representative_remove", made.pk))
    assert not Representative.objects.exists()


def test_representative_create_opens_no_reports_of_others(place: Place, other_place: Place, as_admin: Client) -> None:
    organisation = factories.PartyFactory.create(contract__place=place, organisation__name="Kommunen").organisation
    factories.PartyFactory.create(contract__place=other_place, organisation=organisation)
    typed = {"organisation": organisation.pk, "email": "ny@example.se", "name": "Ny Person"}
    form = as_admin.post(_url("representative_create"), typed).context["form"]
    words = "Kommunen also pays for Annantorget, whose reports the person would be able to read. "
    assert form.errors == {"organisation": [f"{words}Ask the one who looks after amp to add them."]}
    assert not Representative.objects.exists()


def test_representative_create_knows_only_those_who_pay_here(place: Place, as_admin: Client) -> None:
    elsewhere = factories.PartyFactory.create().organisation
    typed = {"organisation": elsewhere.pk, "email": "ny@example.se", "name": "Ny Person"}
    form = as_admin.post(_url("representative_create"), typed).context["form"]
    assert place.pk
    assert list(form.errors) == ["organisation"]
