"""
Kill the web, the worker and the database again and again while people work, then ask whether all that was acknowledged
is there exactly once, and whether anything never ends.

`bin/rehearse` runs it: python -m tests.faults.rehearsal [how many kills]
"""

import contextlib
import http.client
import json
import os
import random
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.faults.servers import KINDS, PATIENCE, Servers

KILLS = 200
PHONES = 3
TOKEN = "r" * 32
# A report takes seconds; so many under way at once would be no more of a test.
SECONDS_BETWEEN_ORDERS = 8.0
# Long enough for a job whose worker died to be found and made again, and for all that waits.
SETTLED_WITHIN = 420.0
SETTLED = {"ready", "failed"}


@dataclass
class Told:
    """What the servers said they had taken."""

    entries: dict[str, tuple[str, int]] = field(default_factory=dict)  # UUID: its count's UUID, people
    notes: list[str] = field(default_factory=list)
    editions: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __len__(self) -> int:
        with self.lock:
            return len(self.entries) + len(self.notes) + len(self.editions)

    def wait_for_more_than(self, before: int) -> None:
        """Each kill falls among work that goes on."""
        deadline = time.monotonic() + PATIENCE
        while len(self) <= before:
            if time.monotonic() > deadline:
                message = f"Nothing was acknowledged for {PATIENCE:.0f} seconds."
                raise TimeoutError(message)
            time.sleep(0.05)


@dataclass(frozen=True)
class Found:
    """What is there afterwards of what was acknowledged, each by name."""

    lost: list[str]
    doubled: list[str]
    stuck: list[str]
    ready: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return f"{len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.stuck)} stuck"


class Person(threading.Thread):
    """Works until asked to go home, and goes when all that was begun is acknowledged."""

    def __init__(self, port: int, session: str, told: Told, going_home: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.session, self.told, self.going_home = port, session, told, going_home

    def ask(self, method: str, path: str, body: str = "", kind: str = "") -> http.client.HTTPResponse | None:
        """None when no whole answer came."""
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Content-Type": kind}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body.encode(), headers)
            response = connection.getresponse()
            response.body = response.read()  # type: ignore[attr-defined]
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        return response


class Phone(Person):
    """Counts in taps and writes notes, and sends each batch until it is answered, as a phone's queue does."""

    def __init__(self, *args: Any, place: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place

    def run(self) -> None:
        while not self.going_home.is_set():
            self._send(self._batch())

    def _batch(self) -> list[dict[str, Any]]:
        at, count = self.place["now"], str(uuid.uuid4())
        begun = {"uuid": count, "measure": "staying", "level": "total", "zone": self.place["zone"], "started_at": at}
        taps = [
            {"uuid": str(uuid.uuid4()), "at": at, "gender": 0, "band": None, "people": 1, "way": "tap"}
            for _number in range(random.randint(1, 9))  # noqa: S311  any number
        ]
        note = {"date": self.place["today"], "text": f"rad {uuid.uuid4().hex}.", "weather": ""}
        payloads = [("headcount", begun), ("entries", {"headcount": count, "entries": taps}), ("note", note)]
        return [{"id": str(uuid.uuid4()), "kind": kind, "made_at": at, "payload": one} for kind, one in payloads]

    def _send(self, items: list[dict[str, Any]]) -> None:
        body = json.dumps({"version": 1, "person": self.place["person"], "items": items})
        while True:
            response = self.ask("POST", f"/p/{self.place['slug']}/sync/", body, "application/json")
            if response is not None and response.status == http.client.OK:
                answered = json.loads(response.body)["items"]  # type: ignore[attr-defined]
                self._note(items, {one["id"]: one["status"] for one in answered})
                if all(one["status"] in {"done", "same"} for one in answered) and len(answered) == len(items):
                    return
            time.sleep(0.2)

    def _note(self, items: list[dict[str, Any]], answered: dict[str, str]) -> None:
        with self.told.lock:
            for item in items:
                status, payload = answered.get(item["id"], ""), item["payload"]
                if status in {"refused", "different"}:
                    self.told.refused.append(f"{item['kind']} {item['id']}")
                if status not in {"done", "same"}:
                    continue
                if item["kind"] == "note" and payload["text"] not in self.told.notes:
                    self.told.notes.append(payload["text"])
                if item["kind"] == "entries":
                    for tap in payload["entries"]:
                        self.told.entries[tap["uuid"]] = (payload["headcount"], tap["people"])


class Manager(Person):
    """Orders a report now and then."""

    def __init__(self, *args: Any, slug: str, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slug, self.codes = slug, codes

    def run(self) -> None:
        while not self.going_home.wait(SECONDS_BETWEEN_ORDERS):
            order = urlencode({"period": random.choice(self.codes), "language": random.choice(["sv", "en"])})  # noqa: S311  any
            response = self.ask("POST", f"/p/{self.slug}/reports/", order, "application/x-www-form-urlencoded")
            if response is not None and response.status == http.client.FOUND:
                with self.told.lock:
                    self.told.editions.add(str(response.headers["Location"]))


def rehearse(kills: int, folder: Path, *, seed: int) -> Found:
    """So many kills, in random order."""
    order = random.Random(seed)  # noqa: S311  no secret
    servers = Servers(folder)
    going_home, told = threading.Event(), Told()
    try:
        servers.postgres.ensure_running()
        servers.manage("migrate", "--verbosity", "0")
        made = _place(servers)
        servers.start()
        people = _people(servers.port, made, told, going_home)
        for person in people:
            person.start()
        killed: Counter[str] = Counter()
        while killed.total() < kills:
            before = len(told)
            time.sleep(order.uniform(0.05, 1.0))
            kind = order.choice(KINDS)
            if servers.kill(kind):
                killed[kind] += 1
                say(f"{killed.total()}/{kills} {kind}; {len(told)} acknowledged")
            servers.start()
            told.wait_for_more_than(before)
        going_home.set()
        for person in people:
            person.join(PATIENCE)
        waiting = [f"{type(one).__name__} is still sending" for one in people if one.is_alive()]
        found = _judged(told, waiting, servers)
    finally:
        going_home.set()
        servers.stop()
    say(f"kills: {killed.total()} ({', '.join(f'{kind} {killed[kind]}' for kind in KINDS)})")
    say(f"editions: {found.ready} ready, {found.failed} failed and offered again")
    say(f"acknowledged: {len(told.entries)} taps, {len(told.notes)} notes, {len(told.editions)} orders of reports")
    if told.refused:
        say(f"refused: {told.refused[:5]}")
    for name in ("lost", "doubled", "stuck"):
        for one in getattr(found, name)[:20]:
            say(f"  {name}: {one}")
    say(str(found))
    return found


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _place(servers: Servers) -> dict[str, Any]:
    """A place with a zone, a host and a manager, each signed in."""
    os.environ |= {"DATABASE_URL": servers.postgres.database_url(), "DJANGO_SETTINGS_MODULE": "amp.settings"}
    import django  # after the database is named

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from places.models import Membership
    from places.periods import Kind, Period
    from tests import factories

    place = factories.PlaceFactory.create(slug="ovning", name="Övningstorget")
    zone = factories.ZoneFactory.create(place=place)
    factories.OccurrenceFactory.create(place=place)
    sessions = {}
    for role in (Membership.Role.HOST, Membership.Role.MANAGER):
        user = factories.UserFactory.create(email=f"{role}@example.se")
        factories.MembershipFactory.create(user=user, place=place, role=role)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        sessions[str(role)] = (user.pk, session.session_key)
    today = timezone.localdate()
    quarter = Period.containing(today, Kind.QUARTER)
    return {
        "slug": place.slug,
        "zone": zone.pk,
        "now": timezone.now().isoformat(),
        "today": today.isoformat(),
        "codes": [quarter.code, quarter.previous().code],
        "host": sessions[str(Membership.Role.HOST)],
        "manager": sessions[str(Membership.Role.MANAGER)],
    }


def _people(port: int, made: dict[str, Any], told: Told, going_home: threading.Event) -> list[Person]:
    person, session = made["host"]
    place = {"person": person} | {name: made[name] for name in ("slug", "zone", "now", "today")}
    phones: list[Person] = [Phone(port, session, told, going_home, place=place) for _number in range(PHONES)]
    return [*phones, Manager(port, made["manager"][1], told, going_home, slug=made["slug"], codes=made["codes"])]


def _judged(told: Told, waiting: list[str], servers: Servers) -> Found:
    from django.db import connection

    connection.close()
    deadline = time.monotonic() + SETTLED_WITHIN
    while (stuck := _under_way()) and time.monotonic() < deadline:
        say(f"waiting for {len(stuck)}: {', '.join(stuck[:4])}")
        time.sleep(10)
        servers.start()
        connection.close()
    from reports.models import Edition

    ready, failed = (Edition.objects.filter(state=state).count() for state in ("ready", "failed"))
    return Found(*_compared(told), [*waiting, *stuck], ready, failed)


def _under_way() -> list[str]:
    """Editions that are neither ready nor failed with a retry offered, and jobs that no worker ends."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from reports.models import Edition

    editions = [f"edition {one} {one.state}" for one in Edition.objects.exclude(state__in=SETTLED)]
    # Those that come by the clock are there again each minute.
    jobs = ProcrastinateJob.objects.filter(status__in=["todo", "doing"], scheduled_at=None)
    return editions + [f"job {one.task_name} {one.status}" for one in jobs.filter(task_name="reports.render_edition")]


def _compared(told: Told) -> tuple[list[str], list[str]]:
    """What of the acknowledged is not there, and what is there more than once."""
    from django.db.models import Sum

    from measurements.models import CountEntry, Headcount
    from reports.models import Edition

    lost, doubled = [], []
    known = {str(one) for one in CountEntry.objects.values_list("uuid", flat=True)}
    lost += [f"tap {one}" for one in told.entries if one not in known]
    sent: Counter[str] = Counter()
    for count, people in told.entries.values():
        sent[count] += people
    added = dict(CountEntry.objects.values_list("headcount__uuid").annotate(Sum("people")))
    counts = Headcount.objects.filter(uuid__in=list(sent)).values_list("uuid", "people")
    wrong = [(name, people) for name, people in counts if not added.get(name) == people == sent[str(name)]]
    doubled += [
        f"count {name}: {people} people, {added.get(name)} in rows, {sent[str(name)]} sent" for name, people in wrong
    ]
    texts = "\n".join(_texts())
    lost += [f"note {one}" for one in told.notes if one not in texts]
    doubled += [f"note {one}" for one in told.notes if texts.count(one) > 1]
    there = {f"/{one.report.code}/{one.number}/" for one in Edition.objects.select_related("report")}
    lost += [f"edition {one}" for one in told.editions if not any(one.endswith(end) for end in there)]
    return lost, doubled


def _texts() -> Iterator[str]:
    """All that the days' logs hold, in whatever rows they keep it; their history tells it again, and is left out."""
    from django.apps import apps
    from django.db.models import TextField

    for model in apps.get_app_config("activities").get_models():
        if model.__name__.startswith("DayLog") and not model.__name__.endswith("Event"):
            for one in model._meta.concrete_fields:
                if isinstance(one, TextField):
                    yield from model._default_manager.values_list(one.name, flat=True)


def main(arguments: list[str]) -> int:
    kills = int(arguments[0]) if arguments else KILLS
    seed = int(os.environ.get("SEED") or random.randrange(10**6))  # noqa: S311  no secret
    say(f"SEED={seed}")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="amp-rehearsal-")))
        found = rehearse(kills, folder, seed=seed)
    return 1 if found.lost or found.doubled or found.stuck else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
