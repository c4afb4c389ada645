"""Partners and what they did, and the day log's tags."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertRedirects

from activities.models import DayLog, Partner
from places.models import Place
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

PARTNERS = "/p/lilltorget/wheel/partners/"
LOG = "/p/lilltorget/log/"


def test_partners_over_a_period(as_host: Client, place: Place) -> None:
    choir = factories.PartnerFactory.create(place=place, name="Kören")
    dancers = factories.PartnerFactory.create(place=place, name="Dansarna")
    factories.OccurrenceFactory.create(place=place, date=dt.date(2026, 11, 20), told=True, partner=choir)
    factories.OccurrenceFactory.create(place=place, date=dt.date(2026, 2, 20), told=True, partner=choir)
    factories.OccurrenceFactory.create(place=place, date=dt.date(2026, 2, 21), told=True, partner=dancers)
    factories.OccurrenceFactory.create(place=place, partner=dancers)

    def shown(**query: str) -> tuple[int, list[tuple[str, int]]]:
        context = as_host.get(PARTNERS, query).context
        return context["taking_part"], [(one.name, one.times) for one in context["page"]]

    assert shown() == shown(period="nonsense") == (2, [("Dansarna", 1), ("Kören", 2)])
    assert shown(period="2026K4") == (1, [("Dansarna", 0), ("Kören", 1)])
    assertContains(as_host.get(PARTNERS, {"period": "2026K4"}), "1 samarbetspartner deltog")


def test_a_partners_page_shows_what_took_place(as_analyst: Client, place: Place, other_place: Place) -> None:
    choir = factories.PartnerFactory.create(place=place, name="Kören", contact_role="Kansliet")
    held = factories.OccurrenceFactory.create(place=place, date=dt.date(2026, 11, 20), told=True, partner=choir)
    factories.OccurrenceFactory.create(place=place, partner=choir)
    response = as_analyst.get(f"{PARTNERS}{choir.pk}/")
    assert list(response.context["page"]) == [held]
    assertContains(response, "Kansliet")
    others = factories.PartnerFactory.create(place=other_place)
    assert as_analyst.get(f"{PARTNERS}{others.pk}/").status_code == 404
    assertContains(as_analyst.get(f"{PARTNERS}{factories.PartnerFactory.create(place=place).pk}/"), "Inget än.")


def test_a_contact_is_a_role_and_an_address(as_manager: Client, place: Place) -> None:
    data = {"name": "Kören", "contact_role": "Ordföranden", "contact_address": "koren@example.se"}
    as_manager.post(f"{PARTNERS}new/", data)
    partner = Partner.objects.get()
    assert (partner.contact_role, partner.contact_address) == ("Ordföranden", "koren@example.se")
    response = as_manager.post(f"{PARTNERS}{partner.pk}/change/", {**data, "contact_role": "x" * 81})
    assert list(response.context["form"].errors) == ["contact_role"]


def test_the_list_costs_the_same_however_long(as_host: Client, place: Place) -> None:
    costs = set()
    for count in (1, 2):
        factories.PartnerFactory.create_batch(count, place=place)
        with CaptureQueriesContext(connection) as queries:
            as_host.get(PARTNERS)
        costs.add(len(queries))
    assert len(costs) == 1


def test_days_are_tagged_and_found_by_their_tag(as_host: Client, place: Place) -> None:
    other = factories.DayLogFactory.create(place=place, date=TODAY - dt.timedelta(days=1), line="Regn")
    data = {"weather": "sun", "temperature": "4", "text": "Radion var här", "tags": ["press", "lesson"]}
    assertRedirects(as_host.post(f"{LOG}2026-11-23/", data), LOG)
    log = DayLog.objects.get(date=TODAY)
    assert (log.tags, log.tag_words) == (["press", "lesson"], ["press", "lärdom"])
    assertContains(as_host.get(LOG), "<li>lärdom</li>")
    assert [day.log for day in as_host.get(LOG, {"tag": "press"}).context["days"]] == [log]
    assert [day.log for day in as_host.get(LOG, {"tag": "nonsense"}).context["days"]] == [log, other]
    assertContains(as_host.get(LOG, {"tag": "quote"}), "Inga dagar med den taggen")


def test_an_unknown_tag_is_refused_and_a_quick_note_keeps_the_tags(as_host: Client, place: Place) -> None:
    log = factories.DayLogFactory.create(place=place, tags=["lesson"])
    response = as_host.post(f"{LOG}2026-11-23/", {"text": "Regn", "tags": ["gossip"]})
    assert list(response.context["form"].errors) == ["tags"]
    as_host.post(f"{LOG}2026-11-23/note/", {"text": "Sol"})
    log.refresh_from_db()
    assert log.tags == ["lesson"]
    assert [line.text for line in place.day_log_lines.all()] == ["Sol"]
