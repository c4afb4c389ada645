"""The two addresses of a phone's queue: answered in JSON whatever happens, every body kept, none longer than needed."""

import datetime as dt
import json
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.contrib.admin import site
from django.db import connection
from django.db.utils import DatabaseError
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django import app

from measurements.exchange import phone
from measurements.models import Headcount, ReceivedPayload
from measurements.tasks import delete_old_payloads
from places.models import Place, User
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
OFFLINE = "/p/lilltorget/offline/"
SYNC = "/p/lilltorget/sync/"


def _body(person: User, *items: Any, **other: Any) -> dict[str, Any]:
    return {"version": 1, "person": person.pk, "items": list(items), **other}


def _note(text: str = "Solen kom fram.") -> dict[str, Any]:
    payload = {"date": "2026-11-23", "text": text, "weather": ""}
    return {"id": str(uuid.uuid4()), "kind": "note", "made_at": "2026-11-23T11:30:00+01:00", "payload": payload}


def _post(client: Client, body: Any, **headers: str) -> Any:
    sent = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(SYNC, sent, content_type="application/json", headers=headers)


def _told(response: Any) -> tuple[int, Any]:
    assert response.headers["Content-Type"] == "application/json"
    return response.status_code, response.json()


# --- Taking along


def test_the_week_comes_as_json_with_a_token_and_is_not_kept_on_the_way(
    place: Place, as_host: Client, host: User
) -> None:
    response = as_host.get(OFFLINE)
    status, data = _told(response)
    assert status == 200
    assert data["made_at"] == "2026-11-23T11:00:00Z"
    assert data["person"]["id"] == host.pk
    assert data["today"] == data["days"][0]["date"] == "2026-11-23"
    assert len(response.cookies["csrftoken"].value) == 32
    assert "no-store" in response.headers["Cache-Control"]


def test_the_week_costs_the_same_at_one_and_at_thirty_occurrences(place: Place, as_host: Client) -> None:
    costs = []
    for many in (1, 29):
        factories.OccurrenceFactory.create_batch(many, place=place)
        with CaptureQueriesContext(connection) as queries:
            occurrences = as_host.get(OFFLINE).json()["occurrences"]
        costs.append((len(occurrences), len(queries)))
    # The session, the person, the place with the role, and ten for the week.
    assert costs == [(1, 13), (30, 13)]


# --- Handing in


def test_a_body_is_carried_out_and_kept_with_its_answer(place: Place, as_host: Client, host: User) -> None:
    body = _body(host, _note())
    response = _post(as_host, body)
    status, answer = _told(response)
    assert status == 200
    assert answer == {
        "version": 1,
        "items": [
            {
                "id": body["items"][0]["id"],
                "status": "done",
                "object": {"date": "2026-11-23", "text": "Solen kom fram.", "weather": ""},
                "stored": None,
                "sent": None,
                "message": "",
            }
        ],
    }
    kept = ReceivedPayload.objects.get()
    assert (kept.place, kept.by, kept.version, kept.status) == (place, host, 1, 200)
    assert json.loads(kept.body) == body
    assert json.loads(kept.answer) == answer
    assert kept.received_at == NOW
    assert str(kept) == "2026-11-23 11:00 200"


def test_a_refusal_is_told_in_the_persons_language(place: Place, as_host: Client, host: User) -> None:
    body = _body(host, _note(""))
    assert _post(as_host, body).json()["items"][0]["message"] == "Det finns inget att skriva i dagboken."
    as_host.cookies["django_language"] = "en"
    assert _post(as_host, body).json()["items"][0]["message"] == "There is nothing to write in the day log."


@pytest.mark.parametrize(
    ("body", "kept"),
    [(b"", ""), (b"\xff\x00{", "\\xff\\x00{"), (b'{"version": 1}', '{"version": 1}'), ("räksmörgås", "räksmörgås")],
)
def test_a_body_that_is_not_json_is_kept_all_the_same(place: Place, as_host: Client, body: Any, kept: str) -> None:
    assert _told(_post(as_host, body)) == (400, {"error": "json"})
    payload = ReceivedPayload.objects.get()
    assert (payload.body, payload.answer, payload.status) == (kept, '{"error": "json"}', 400)
    assert payload.version is None


def test_an_unknown_version_is_said_to_be_so(place: Place, as_host: Client, host: User) -> None:
    assert _told(_post(as_host, _body(host, _note(), version=2))) == (400, {"error": "version"})
    assert ReceivedPayload.objects.get().status == 400


def test_another_persons_queue_is_not_taken(place: Place, as_host: Client, manager: User) -> None:
    assert _told(_post(as_host, _body(manager, _note()))) == (403, {"error": "other_person"})
    assert place.day_logs.count() == 0
    assert ReceivedPayload.objects.get().status == 403


def test_a_body_beyond_a_megabyte_is_not_read(place: Place, as_host: Client, host: User) -> None:
    body = json.dumps(_body(host)).ljust(1_000_001)
    assert _told(_post(as_host, body)) == (413, {"error": "too_large"})
    assert ReceivedPayload.objects.count() == 0
    assert _post(as_host, body[:-1]).status_code == 200


def test_a_body_outlives_a_server_that_breaks(
    place: Place, as_host: Client, host: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_args: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(phone, "sync", break_down)
    as_host.raise_request_exception = False
    body = _body(host, _note())
    assert _post(as_host, body).status_code == 500
    kept = ReceivedPayload.objects.get()
    assert (json.loads(kept.body), kept.answer, kept.status) == (body, "", None)
    assert str(kept) == "2026-11-23 11:00"


# --- At the door


def test_signed_out_is_told_and_never_sent_to_the_sign_in(place: Place, client: Client, host: User) -> None:
    assert _told(client.get(OFFLINE)) == (401, {"error": "signed_out"})
    assert _told(_post(client, _body(host, _note()))) == (401, {"error": "signed_out"})
    assert ReceivedPayload.objects.count() == 0


def test_the_queue_of_who_was_signed_out_is_taken_after_signing_in_again(
    place: Place, client: Client, host: User
) -> None:
    body = _body(host, _note())
    client.force_login(host)
    client.logout()
    assert _post(client, body).status_code == 401
    client.force_login(host)
    assert _post(client, body).json()["items"][0]["status"] == "done"


def test_another_place_is_not_there_and_funders_do_not_count(
    place: Place, client: Client, stranger: User, funder: User
) -> None:
    for person, answer in ((stranger, (404, {"error": "not_found"})), (funder, (403, {"error": "not_allowed"}))):
        client.force_login(person)
        assert _told(client.get(OFFLINE)) == answer
        assert _told(_post(client, _body(person, _note()))) == answer
    assert ReceivedPayload.objects.count() == 0


def test_the_token_of_an_earlier_sign_in_is_refused_in_json_and_a_new_one_fetched(place: Place, host: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(host)
    body = _body(host, _note())
    assert _told(_post(client, body)) == (403, {"error": "csrf"})
    token = client.get(OFFLINE).cookies["csrftoken"].value
    # Another sign-in takes another token.
    client.cookies["csrftoken"] = "x" * 32
    assert _told(_post(client, body, **{"X-CSRFToken": token})) == (403, {"error": "csrf"})
    client.get(OFFLINE)
    token = client.cookies["csrftoken"].value
    assert _post(client, body, **{"X-CSRFToken": token}).status_code == 200


def test_a_page_without_its_token_is_told_so_on_a_page(place: Place, host: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(host)
    response = client.post("/p/lilltorget/counts/new/", {})
    assert (response.status_code, response.headers["Content-Type"]) == (403, "text/html; charset=utf-8")


def test_a_count_cut_off_on_the_way_back_is_sent_again_and_counted_once(
    place: Place, as_host: Client, host: User
) -> None:
    zone = factories.ZoneFactory.create(place=place)
    at, name = "2026-11-23T11:30:00+01:00", str(uuid.uuid4())
    begun = {"uuid": name, "measure": "staying", "level": "gender_age", "zone": zone.pk, "started_at": at}
    tap = {"uuid": str(uuid.uuid4()), "at": at, "gender": 0, "band": None, "people": 1, "way": "tap"}
    items = [
        {"id": str(uuid.uuid4()), "kind": "headcount", "made_at": at, "payload": begun},
        {"id": str(uuid.uuid4()), "kind": "entries", "made_at": at, "payload": {"headcount": name, "entries": [tap]}},
    ]
    for _time in range(3):
        answer = _post(as_host, _body(host, *items)).json()
    assert [item["status"] for item in answer["items"]] == ["same", "same"]
    assert Headcount.objects.get().people == 1
    assert ReceivedPayload.objects.count() == 3


# --- Kept for ninety days


def test_bodies_are_deleted_after_ninety_days(place: Place, host: User) -> None:
    for days in (89, 90, 91):
        with time_machine.travel(NOW.astimezone(dt.UTC) - dt.timedelta(days=days), tick=False):
            ReceivedPayload.objects.create(place=place, by=host, body=f"{days}")
    delete_old_payloads(0)
    assert set(ReceivedPayload.objects.values_list("body", flat=True)) == {"89", "90"}


def test_they_are_deleted_every_day() -> None:
    tasks = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert tasks["measurements.delete_old_payloads"] == "30 3 * * *"


def test_the_administration_finds_a_body_by_person_and_day_and_changes_none(
    place: Place, client: Client, host: User, manager: User, rf: RequestFactory
) -> None:
    for person in (host, manager):
        ReceivedPayload.objects.create(place=place, by=person, body="{}", status=200)
    client.force_login(factories.UserFactory.create(is_staff=True, is_superuser=True))
    address = reverse("admin:measurements_receivedpayload_changelist")
    asked = {"q": host.email, "received_at__year": "2026", "received_at__month": "11", "received_at__day": "23"}
    page = client.get(address, asked)
    assert len(re.findall(r"field-received_at", page.content.decode())) == 1
    one = ReceivedPayload.objects.get(by=host)
    assert client.get(reverse("admin:measurements_receivedpayload_change", args=[one.pk])).status_code == 200
    admin = site._registry[ReceivedPayload]
    assert not admin.has_add_permission(rf.get("/"))
    assert client.post(reverse("admin:measurements_receivedpayload_delete", args=[one.pk])).status_code == 403
