"""Pressed again on a bad network, a form makes its row once."""

import datetime as dt
import io
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver, reverse
from PIL import Image

from activities.models import CareCase, Photo, Voice
from amp.submissions.middleware import MAKING
from measurements.models import Gap
from places.models import Place, Submission, User
from places.tasks import forget_submissions
from tests import factories
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
CARE: dict[str, Any] = {"category": "damage", "seen_on": TODAY.isoformat(), "where": "Norra entrén"}


@pytest.fixture
def phone(host: User) -> Client:
    """Signed in, and held to its token as a browser is."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(host)
    return client


def drawn(phone: Client, address: str) -> str:
    """The token of a page that is drawn anew."""
    return str(phone.get(address).context["csrf_token"])


def test_two_presses_are_one_case(phone: Client, place: Place) -> None:
    address = reverse("activities:care_create", args=[place.slug])
    sent = CARE | {"csrfmiddlewaretoken": drawn(phone, address)}
    first, second = phone.post(address, sent), phone.post(address, sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert CareCase.objects.count() == 1
    # The same words from a page that was drawn anew are another case.
    phone.post(address, CARE | {"csrfmiddlewaretoken": drawn(phone, address)})
    assert CareCase.objects.count() == 2


def test_other_words_from_the_same_page_are_not_lost(phone: Client, place: Place) -> None:
    address = reverse("activities:care_create", args=[place.slug])
    token = {"csrfmiddlewaretoken": drawn(phone, address)}
    phone.post(address, CARE | token)
    phone.post(address, CARE | token | {"where": "Södra entrén"})
    assert set(CareCase.objects.values_list("where", flat=True)) == {"Norra entrén", "Södra entrén"}


def test_what_was_refused_may_be_sent_again(phone: Client, place: Place) -> None:
    address = reverse("activities:care_create", args=[place.slug])
    token = {"csrfmiddlewaretoken": drawn(phone, address)}
    assert phone.post(address, token).status_code == 200
    assert not Submission.objects.exists()
    assert phone.post(address, token).status_code == 200
    assert phone.post(address, CARE | token).status_code == 302


def test_after_an_hour_it_is_meant(phone: Client, place: Place) -> None:
    address = reverse("activities:care_create", args=[place.slug])
    sent = CARE | {"csrfmiddlewaretoken": drawn(phone, address)}
    phone.post(address, sent)
    with time_machine.travel(NOW + dt.timedelta(hours=2), tick=False):
        phone.post(address, sent)
    assert CareCase.objects.count() == 2


def test_voices_gaps_and_photos_too(phone: Client, place: Place) -> None:
    case = factories.CareCaseFactory.create(place=place)
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(picture, "PNG")
    forms: list[tuple[str, dict[str, Any], Any]] = [
        (
            reverse("activities:voice_create", args=[place.slug]),
            {"quote": "Fint här", "channel": "on_site", "consent": "given", "date": TODAY.isoformat()},
            Voice,
        ),
        (
            reverse("measurements:gap_create", args=[place.slug]),
            {"measure": "staying", "first": TODAY.isoformat(), "last": TODAY.isoformat(), "reason": "illness"},
            Gap,
        ),
        (reverse("activities:photo_create", args=[place.slug, "care", case.pk]), {"alt": "En bänk"}, Photo),
    ]
    for address, typed, model in forms:
        token = drawn(phone, address)
        for _press in range(2):
            picture.seek(0)
            files = {"file": picture} if model is Photo else {}
            response = phone.post(address, typed | files | {"csrfmiddlewaretoken": token})
            assert response.status_code == 302, (address, response.context["form"].errors)
        assert model.objects.count() == 1, model


def test_every_route_that_makes_rows_is_among_them() -> None:
    """Called `…_create`, or named one by one."""
    names = {
        f"{namespace}:{name}"
        for namespace in ("places", "activities", "measurements", "reports")
        for name in get_resolver().namespace_dict[namespace][1].reverse_dict
        if isinstance(name, str)
    }
    assert names >= MAKING
    assert sum(name.endswith("_create") for name in names) > 20


def test_old_ones_are_forgotten(phone: Client, place: Place) -> None:
    address = reverse("activities:care_create", args=[place.slug])
    phone.post(address, CARE | {"csrfmiddlewaretoken": drawn(phone, address)})
    forget_submissions(timestamp=int((NOW + dt.timedelta(hours=20)).timestamp()))
    assert Submission.objects.count() == 1
    forget_submissions(timestamp=int((NOW + dt.timedelta(hours=25)).timestamp()))
    assert not Submission.objects.exists()
