"""Voices: consent before use, filters, and no names asked for."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertRedirects

from activities.models import Voice
from places.models import Place, User
from places.periods import Period
from places.trash import delete_for_good, throw_away
from tests import factories
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db

VOICES = "/p/lilltorget/log/voices/"
DATA = {"quote": "Bra musik!", "channel": "on_site", "date": "2026-11-20", "consent": "given", "may_use": "on"}


@pytest.mark.parametrize("wrong", [{"may_use": True}, {"channel": "rumour"}, {"quote": ""}])
def test_the_database_refuses(place: Place, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.VoiceFactory.create(place=place, **wrong)


def test_create_and_change(as_host: Client, place: Place, host: User) -> None:
    assertContains(as_host.get(f"{VOICES}new/"), 'value="2026-11-23"')
    assertRedirects(as_host.post(f"{VOICES}new/", {**DATA, "tags": ["programme", "safety"]}), VOICES)
    voice = Voice.objects.get()
    assert (voice.place, voice.by, voice.may_use, voice.tag_words) == (place, host, True, ["programmet", "trygghet"])
    as_host.post(f"{VOICES}{voice.pk}/", {**DATA, "consent": "not_asked", "may_use": ""})
    voice.refresh_from_db()
    assert (voice.consent, voice.may_use, voice.tags) == ("not_asked", False, [])
    assertContains(as_host.get(f"{VOICES}{voice.pk}/"), "Ändra rösten")


def test_use_without_consent_is_told_and_what_was_typed_kept(as_host: Client, place: Place) -> None:
    response = as_host.post(f"{VOICES}new/", {**DATA, "consent": "not_asked", "date": "2026-11-24"})
    assert response.context["form"].errors == {
        "may_use": ["Den får användas i en rapport bara med samtycke."],
        "date": ["Den dagen har inte kommit än."],
    }
    assertContains(response, "Bra musik!</textarea>")
    assert not Voice.objects.exists()


def test_the_list_takes_filters(as_analyst: Client, place: Place, other_place: Place) -> None:
    older = factories.VoiceFactory.create(place=place, date=dt.date(2026, 11, 1), channel="press", tags=["trade"])
    newer = factories.VoiceFactory.create(place=place, usable=True)
    factories.VoiceFactory.create(place=place, trashed_at=NOW)
    factories.VoiceFactory.create(place=other_place)

    def shown(**query: str) -> list[Voice]:
        return list(as_analyst.get(VOICES, query).context["page"])

    assert shown() == shown(channel="nonsense") == [newer, older]
    assert shown(channel="press") == shown(tag="trade") == shown(use="no") == [older]
    assert shown(use="yes") == [newer]
    assertContains(as_analyst.get(VOICES, {"tag": "care"}), "Inga sådana röster")
    assertContains(as_analyst.get(VOICES), "Här blir man aldrig ensam.", count=2)


def test_an_empty_list_offers_the_first(as_host: Client, place: Place) -> None:
    assertContains(as_host.get(VOICES), "Inga röster än")


def test_the_list_costs_the_same_however_long(as_host: Client, place: Place) -> None:
    costs = set()
    for count in (1, 2):
        factories.VoiceFactory.create_batch(count, place=place)
        with CaptureQueriesContext(connection) as queries:
            as_host.get(VOICES)
        costs.add(len(queries))
    assert len(costs) == 1


def test_reports_get_only_what_may_be_used(place: Place) -> None:
    used = factories.VoiceFactory.create(place=place, usable=True)
    factories.VoiceFactory.create(place=place)
    factories.VoiceFactory.create(place=place, usable=True, trashed_at=NOW)
    factories.VoiceFactory.create(place=place, usable=True, date=dt.date(2026, 10, 31))
    assert list(Voice.objects.filter(place=place).for_reports().during(Period.month(2026, 11))) == [used]


def test_a_voice_can_be_withdrawn_from_a_locked_period(place: Place, host: User) -> None:
    voice = factories.VoiceFactory.create(place=place, usable=True)
    factories.PeriodLockFactory.create(place=place, first=TODAY, last=TODAY)
    throw_away(thing=voice, by=host)
    assert delete_for_good(NOW + dt.timedelta(days=31)) == 1
    assert not Voice.objects.exists()
