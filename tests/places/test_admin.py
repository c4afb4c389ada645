"""The database administration opens for those who look after amp, and deletes nothing that others were told."""

import pytest
from django.apps import apps
from django.contrib import admin as site
from django.test import Client
from django.urls import reverse

from places.models import Place, User
from tests import factories

pytestmark = pytest.mark.django_db

MODELS = [model for model in apps.get_app_config("places").get_models() if site.site.is_registered(model)]


@pytest.fixture
def as_superuser(client: Client, place: Place) -> Client:
    client.force_login(User.objects.create_superuser("amp@example.se", name="Amp"))
    factories.InstalmentFactory.create(party__contract__place=place)
    factories.PeriodLockFactory.create(place=place)
    return client


@pytest.mark.parametrize("model", MODELS)
def test_lists_open(model: type, as_superuser: Client) -> None:
    address = reverse(f"admin:places_{model.__name__.lower()}_changelist")
    assert as_superuser.get(address).status_code == 200


@pytest.mark.parametrize("name", ["place", "contract", "instalment", "organisation", "openday", "periodlock"])
def test_kept_rows_are_not_deleted(name: str, as_superuser: Client) -> None:
    address = reverse(f"admin:places_{name}_delete", args=[1])
    assert as_superuser.get(address).status_code == 403


def test_locks_are_only_read(as_superuser: Client) -> None:
    assert as_superuser.get(reverse("admin:places_periodlock_add")).status_code == 403


def test_people_are_added(as_superuser: Client) -> None:
    assert as_superuser.get(reverse("admin:places_user_add")).status_code == 200
