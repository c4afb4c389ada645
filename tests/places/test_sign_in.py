"""Every way to sign in has its limit."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from places.models import User
from tests import factories

# Every route that takes a secret from one who is signed out, and where its limit is tried below.
WAYS = {
    "account_login": "password",
    "account_request_login_code": "code by mail",
    "account_confirm_login_code": "code by mail",
    "account_reset_password": "reset",
    "account_reset_password_from_key": "reset",
    "account_signup": "closed to all",
    "account_reauthenticate": "signed in",
}


@pytest.fixture(autouse=True)
def _uncounted(db: None) -> None:
    cache.clear()


def test_every_way_is_known() -> None:
    """A new page of the library that one signs in by has to have its limit."""
    names = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    found = {name for name in names if re.search("login|reset_password|signup|reauthenticate", name)}
    assert {name for name in found if not name.endswith("_done")} == set(WAYS)


def test_the_database_administration_has_no_sign_in_of_its_own(client: Client) -> None:
    """Forty wrong passwords: none is judged there, and the one door closes after five."""
    User.objects.create_superuser("chef@example.se", "the right one", name="Chef")
    for _time in range(40):
        answer = client.post("/admin/login/", {"username": "chef@example.se", "password": "wrong"})
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("account_login"))
    answer = client.post("/admin/login/", {"username": "chef@example.se", "password": "the right one"})
    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session


def test_passwords(client: Client) -> None:
    person = factories.UserFactory.create()
    for _time in range(5):
        client.post(reverse("account_login"), {"login": person.email, "password": "wrong"})
    page = client.post(reverse("account_login"), {"login": person.email, "password": "lilltorget-demo"})
    assert "_auth_user_id" not in client.session
    assert "För många misslyckade inloggningsförsök" in page.content.decode()


def test_codes_are_guessed_few_times(client: Client) -> None:
    person = factories.UserFactory.create()
    client.post(reverse("account_request_login_code"), {"email": person.email})
    statuses = [client.post(reverse("account_confirm_login_code"), {"code": "AAAAAA"}).status_code for _ in range(6)]
    # After some wrong ones the code is void, and another has to be asked for.
    assert 302 in statuses
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("route", ["account_request_login_code", "account_reset_password"])
def test_mail_is_sent_few_times(client: Client, mailoutbox: list[object], route: str) -> None:
    """Each try, so that nobody's box is filled, and a code is not had anew for each guess."""
    person = factories.UserFactory.create()
    for _time in range(25):
        client.post(reverse(route), {"email": person.email})
    assert 1 <= len(mailoutbox) <= 5
