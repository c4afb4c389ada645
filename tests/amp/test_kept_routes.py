"""Every route that is sent to keeps what it was sent while nobody was signed in."""

from html import unescape

import pytest
from django.test import Client

from amp.kept.filling import form_for, forms_of
from amp.kept.words import ACTS
from places.models import KeptForm
from tests import test_doors
from tests.amp.kept import held_by, post, sign_in, typed_into
from tests.test_doors import TABLE, House, Row, _address, _house, _writes, house  # noqa: F401  fixtures

# A phone's queue and its taps are JSON, which the phone keeps itself.
JSON = {"measurements:sync", "measurements:entry_append"}
# What a browser has kept already; and passwords, which are never kept.
NO_FORM = {"kept_remove", "account_reauthenticate", "account_change_password", "account_set_password"}
ROWS = [row for row in TABLE if row.kind in {"form", "act"} and row.by_role["anonymous"] == "in"]
CASES = [
    pytest.param(row, id=test_doors._id(row)) for row in [*ROWS, test_doors.ORDERING] if row.route not in JSON | NO_FORM
]


@pytest.mark.parametrize("row", CASES)
def test_what_was_typed_stands_in_its_form_after_the_sign_in(house: House, row: Row) -> None:  # noqa: F811
    """Every route that is sent to; nothing is written until it is sent again."""
    address = _address(row, house.here)
    admin = house.clients["admin"]
    page = admin.get(address)
    form = form_for(forms_of(page.content.decode(), address), address, []) if page.status_code == 200 else None
    typed = typed_into(form) if form else [(name, str(value)) for name, value in (row.sent or {}).items()]  # type: ignore[union-attr]
    changes: list[str] = []
    browser = Client()
    with _writes(changes):
        answer = post(browser, address, typed)
    assert answer.status_code == 302
    assert changes == []
    after = sign_in(browser, answer, house.people["admin"])
    assert after.status_code == 200
    shown = after.content.decode()
    kept = KeptForm.objects.get()
    found = form_for(forms_of(shown, after.request["PATH_INFO"]), kept.path, typed)
    assert found, "no form to send it with"
    assert [pair for pair in sorted(held_by(found)) if pair in typed] == sorted(typed)
    assert ("kept", str(kept.uuid)) in [(one.name, one.value) for one in found.controls]
    if row.kind == "act":
        assert str(ACTS[row.route]) in unescape(shown)


def test_every_route_that_is_only_sent_to_says_what_it_does() -> None:
    acts = {row.route for row in TABLE if row.kind == "act"}
    assert set(ACTS) == acts - JSON - NO_FORM


@pytest.mark.parametrize("route", sorted(name for name in NO_FORM if name.startswith("account_")))
def test_passwords_are_never_kept(house: House, route: str) -> None:  # noqa: F811
    row = next(row for row in TABLE if row.route == route)
    answer = Client().post(_address(row, house.here), {"password": "hemligt", "oldpassword": "hemligt"})
    assert answer.status_code == 302
    assert not KeptForm.objects.exists()
