"""A phone's queue is carried out once, in order, and nothing of it is lost; what it takes along is right."""

import copy
import datetime as dt
import json
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import DayLog, DayLogLine, Occurrence
from measurements import actions
from measurements.corrections import withdraw
from measurements.exchange import phone
from measurements.exchange.payloads import UnreadableBody, read_body
from measurements.exchange.phone import Answer, offline_data, sync
from measurements.models import (
    AgeBand,
    AgeSet,
    CountEntry,
    DailyCount,
    Headcount,
    HeadcountAlias,
    Level,
    Measure,
    ReceivedItem,
)
from places.access import rights
from places.models import Line, Place, User, Zone
from places.models.place import OpeningException
from tests import factories
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
V1 = Path(__file__).parents[1] / "payloads" / "v1.json"
AT = "2026-11-23T11:30:00+01:00"
MORNING = dt.datetime.fromisoformat("2026-11-23T10:00:00+01:00")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def zone(place: Place) -> Zone:
    return factories.ZoneFactory.create(place=place, name="Pergolan", instruction="Gå ett varv.")


@pytest.fixture
def line(place: Place) -> Line:
    return factories.LineFactory.create(place=place, name="Norra gången", instruction="Stå vid lyktan.")


@pytest.fixture
def occurrence(place: Place) -> Occurrence:
    """It began at ten."""
    return factories.OccurrenceFactory.create(place=place, title="Salsa och bugg", starts_at=MORNING)


def _band(lower: int) -> int:
    return AgeBand.objects.get(lower=lower, age_set__is_default=True).pk


def _item(kind: str, payload: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "kind": kind, "made_at": AT, "payload": payload, **other}


def _begin(ground: Zone | Line | Occurrence, **other: Any) -> dict[str, Any]:
    measure, name = {
        Zone: ("staying", "zone"),
        Line: ("passing", "line"),
        Occurrence: ("participating", "occurrence"),
    }[type(ground)]
    payload = {
        "uuid": str(uuid.uuid4()),
        "measure": measure,
        "level": "gender_age",
        name: ground.pk,
        "started_at": AT,
        "minutes": 10 if measure == "passing" else None,
        "note": "",
    }
    return _item("headcount", payload | other)


def _tap(people: int = 1, **other: Any) -> dict[str, Any]:
    known = {"uuid": str(uuid.uuid4()), "at": AT, "gender": 1, "band": _band(25), "people": people, "way": "tap"}
    return known | other


def _entries(begun: dict[str, Any], *entries: dict[str, Any]) -> dict[str, Any]:
    return _item("entries", {"headcount": begun["payload"]["uuid"], "entries": list(entries)})


def _finish(begun: dict[str, Any], minutes: int | None = None) -> dict[str, Any]:
    return _item("finish", {"headcount": begun["payload"]["uuid"], "minutes": minutes, "ended_at": AT})


def _outcome(occurrence: Occurrence, outcome: str = "held", **other: Any) -> dict[str, Any]:
    payload = {"occurrence": occurrence.pk, "outcome": outcome, "reason": "", "note": ""}
    made_at = other.pop("made_at", AT)
    return _item("outcome", payload | other, made_at=made_at)


def _note(text: str = "Solen kom fram.", **other: Any) -> dict[str, Any]:
    return _item("note", {"date": "2026-11-23", "text": text, "weather": ""} | other)


def _send(place: Place, person: User, *items: Any) -> list[Answer]:
    raw = json.dumps({"version": 1, "person": person.pk, "items": list(items)}).encode()
    return sync(place, person, read_body(raw))


def _statuses(answers: list[Answer]) -> list[str]:
    return [answer.status for answer in answers]


def _words(answer: Answer) -> str:
    assert answer.status == "refused"
    return answer.message


def _whole_database() -> dict[str, Any]:
    """All that a queue can change, by table."""
    tables = (Headcount, HeadcountAlias, CountEntry, DailyCount, Occurrence, DayLog, ReceivedItem)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in tables}


# --- What the phone takes along


def test_what_the_phone_takes_along(place: Place, other_place: Place, host: User, zone: Zone, line: Line) -> None:
    factories.ZoneFactory.create(place=place, name="Rivna scenen", ended_on=TODAY - dt.timedelta(days=1))
    factories.ZoneFactory.create(place=other_place)
    exception = {"place": place, "reason": OpeningException.Reason.ILLNESS}
    factories.OpeningExceptionFactory.create(**exception, date=dt.date(2026, 11, 25), planned=False)
    factories.OpeningExceptionFactory.create(
        **exception, date=dt.date(2026, 11, 26), planned=True, opens=dt.time(12), closes=dt.time(15)
    )
    one = factories.OccurrenceFactory.create(place=place, title="Salsa och bugg", zone=zone)
    factories.OccurrenceFactory.create(place=place, title="Längesen", date=dt.date(2026, 11, 20))
    factories.OccurrenceFactory.create(place=place, title="Om länge", date=dt.date(2026, 12, 1))
    told = factories.OccurrenceFactory.create(place=place, title="Kören", date=dt.date(2026, 11, 21), told=True)
    count = factories.HeadcountFactory.create(
        place=place, measure=Measure.PARTICIPATING, occurrence=told, date=told.date
    )
    factories.CountEntryFactory.create(headcount=count, people=31)
    age_set = AgeSet.objects.get(is_default=True)

    data = offline_data(place, host, TODAY)

    assert data["version"] == 1
    assert data["made_at"] == NOW
    assert data["person"] == {"id": host.pk, "name": "Host Ek"}
    assert data["place"] == {"slug": "lilltorget", "name": "Lilltorget", "practice": False}
    assert data["may_log"] is True
    assert data["today"] == TODAY
    labels = ["0–4", "5–14", "15–24", "25–44", "45–64", "65+"]
    bands = [
        {"id": band.pk, "label": label} for band, label in zip(age_set.bands.order_by("lower"), labels, strict=True)
    ]
    assert data["age_set"] == {"id": age_set.pk, "bands": bands}
    assert data["zones"] == [{"id": zone.pk, "name": "Pergolan", "instruction": "Gå ett varv."}]
    assert data["lines"] == [{"id": line.pk, "name": "Norra gången", "instruction": "Stå vid lyktan."}]
    assert [(day["date"].day, day["opens"], day["closes"], day["closed_reason"]) for day in data["days"]] == [
        (23, "10:00", "17:00", None),
        (24, "10:00", "17:00", None),
        (25, None, None, "illness"),
        (26, "12:00", "15:00", None),
        (27, "10:00", "17:00", None),
        (28, "10:00", "17:00", None),
        (29, None, None, "no opening hours that day"),
        (30, "10:00", "17:00", None),
    ]
    assert data["occurrences"] == [
        {
            "id": told.pk,
            "date": dt.date(2026, 11, 21),
            "title": "Kören",
            "kind": "activity",
            "kind_label": "activity",
            "starts": "13:00",
            "ends": "13:45",
            "zone": None,
            "outcome": "held",
            "reason": "",
            "people": 31,
            "headcount": count.uuid,
        },
        {
            "id": one.pk,
            "date": TODAY,
            "title": "Salsa och bugg",
            "kind": "activity",
            "kind_label": "activity",
            "starts": "13:00",
            "ends": "13:45",
            "zone": "Pergolan",
            "outcome": "planned",
            "reason": "",
            "people": None,
            "headcount": None,
        },
    ]
    assert data["reasons"][0] == {"value": "weather", "label": "weather"}
    assert len(data["reasons"]) == 7


def _earlier_count(ground: Zone | Line, weeks: int, people: int, hour: int = 11, **other: Any) -> None:
    day = TODAY - dt.timedelta(weeks=weeks)
    own: dict[str, Any] = {"zone": ground} if isinstance(ground, Zone) else {"line": ground, "measure": Measure.PASSING}
    at = dt.datetime.combine(day, dt.time(hour), tzinfo=NOW.tzinfo)
    count = factories.HeadcountFactory.create(place=ground.place, date=day, started_at=at, **own, **other)
    factories.CountEntryFactory.create(headcount=count, people=people)


def test_earlier_counts_are_the_last_of_the_last_four_days_of_a_weekday(
    place: Place, host: User, zone: Zone, line: Line
) -> None:
    for weeks, people in ((1, 21), (2, 22), (4, 24), (5, 25), (6, 26)):
        _earlier_count(zone, weeks, people)
    _earlier_count(zone, 2, 99, hour=9)
    _earlier_count(zone, 27, 27)
    _earlier_count(line, 3, 130, minutes=15)
    tuesday = TODAY - dt.timedelta(days=6)
    count = factories.HeadcountFactory.create(place=place, zone=zone, date=tuesday)
    factories.CountEntryFactory.create(headcount=count, people=7)
    factories.HeadcountFactory.create(place=place, zone=zone, date=tuesday)

    assert offline_data(place, host, TODAY)["earlier"] == [
        {"measure": "passing", "line": line.pk, "weekday": 0, "values": [130], "minutes": [15]},
        {"measure": "staying", "zone": zone.pk, "weekday": 0, "values": [21, 22, 24, 25]},
        {"measure": "staying", "zone": zone.pk, "weekday": 1, "values": [7]},
    ]


def test_without_bands_nothing_can_be_counted(place: Place, host: User) -> None:
    AgeSet.objects.update(is_default=False)
    assert offline_data(place, host, TODAY)["age_set"] is None


def test_analysts_are_told_that_they_do_not_log(place: Place, analyst: User) -> None:
    assert offline_data(place, analyst, TODAY)["may_log"] is False


def test_the_week_costs_the_same_whatever_it_holds(place: Place, host: User, zone: Zone) -> None:
    # Asked at the door of every request.
    assert rights(host, place)
    costs = []
    for many in (1, 29):
        for number in range(many):
            one = factories.OccurrenceFactory.create(place=place, zone=zone, title=f"{many} {number}")
            count = factories.HeadcountFactory.create(place=place, measure=Measure.PARTICIPATING, occurrence=one)
            factories.CountEntryFactory.create(headcount=count)
            _earlier_count(zone, 1, 5)
        with CaptureQueriesContext(connection) as queries:
            assert len(offline_data(place, host, TODAY)["occurrences"]) == (1 if many == 1 else 30)
        costs.append(len(queries))
    assert costs == [10, 10]


# --- Version 1, for ever


@pytest.fixture
def of_v1(place: Place) -> User:
    """The person and the grounds that the body written by hand is about."""
    person = factories.UserFactory.create(pk=501)
    factories.MembershipFactory.create(place=place, user=person)
    factories.ZoneFactory.create(place=place, pk=71)
    factories.LineFactory.create(place=place, pk=72)
    factories.OccurrenceFactory.create(place=place, pk=73, starts_at=MORNING)
    AgeSet.objects.update(is_default=False)
    age_set = AgeSet.objects.create(pk=90, name="Vuxna och barn", valid_from=TODAY, is_default=True)
    AgeBand.objects.create(pk=91, age_set=age_set, lower=0, upper=17)
    AgeBand.objects.create(pk=92, age_set=age_set, lower=18)
    return person


def test_a_body_of_version_1_is_read_for_ever(place: Place, of_v1: User) -> None:
    body = read_body(V1.read_bytes())
    assert _statuses(sync(place, of_v1, body)) == ["done"] * 10

    rows = DailyCount.objects.values_list("measure", "gender", "age_band", "people")
    assert {(measure, gender, band): people for measure, gender, band, people in rows} == {
        ("staying", 1, 91): 5,
        ("staying", 2, 92): 12,
        ("staying", 0, None): 2,
        ("staying", 3, None): 1,
        ("passing", 2, None): 10,
        ("participating", 0, None): 0,
    }
    counts = Headcount.objects.order_by("started_at").values_list("measure", "people", "minutes", "note", "by")
    assert list(counts) == [
        ("staying", 20, None, "Sol, alla bänkar upptagna", 501),
        ("passing", 10, 8, "", 501),
        ("participating", 0, None, "", 501),
    ]
    told = Occurrence.objects.get(pk=73)
    assert (told.outcome, told.reason, told.note) == ("changed", "weather", "Inne i stället")
    log = DayLog.objects.get()
    assert (log.weather, log.by) == ("snow", of_v1)
    (line,) = DayLogLine.objects.all()
    assert (line.date, line.text, line.by) == (log.date, "Snön föll, och ingen kom till sången.", of_v1)


def test_a_whole_body_sent_again_changes_nothing(place: Place, of_v1: User) -> None:
    body = read_body(V1.read_bytes())
    first = sync(place, of_v1, body)
    before = _whole_database()
    again = sync(place, of_v1, body)
    assert _statuses(again) == ["same"] * 10
    assert _whole_database() == before
    # The same object, as it stands now.
    assert again[-1].object == first[-1].object | {"date": "2026-11-23"}  # type: ignore[operator]
    assert again[2].object == first[2].object
    assert again[0].object == first[2].object
    assert again[8].object == first[8].object


@pytest.mark.parametrize("version", [0, 2, -1])
def test_an_unknown_version_is_said_to_be_so(version: int) -> None:
    with pytest.raises(UnreadableBody) as refusal:
        read_body(json.dumps({"version": version, "person": 1, "items": []}).encode())
    assert refusal.value.error == "version"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"version": true, "person": 1, "items": []}',
        b'{"version": 1, "person": "1", "items": []}',
        b'{"version": 1, "person": 1, "items": {}}',
        b'{"version": 1, "person": 1}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_not_the_agreed_json(raw: bytes) -> None:
    with pytest.raises(UnreadableBody) as refusal:
        read_body(raw)
    assert refusal.value.error == "json"


# --- Counts


def test_a_count_begins_empty_grows_and_ends(place: Place, host: User, zone: Zone) -> None:
    begun = _begin(zone, note="Sol")
    assert _send(place, host, begun)[0].object == {
        "uuid": uuid.UUID(begun["payload"]["uuid"]),
        "measure": "staying",
        "level": "gender_age",
        "date": TODAY,
        "minutes": None,
        "ended_at": None,
        "people": None,
    }
    count = Headcount.objects.get()
    assert (count.people, count.zone, count.by, count.note) == (None, zone, host, "Sol")

    answers = _send(place, host, _entries(begun, _tap(), _tap(5)), _finish(begun))
    assert _statuses(answers) == ["done", "done"]
    assert answers[0].object is not None
    assert answers[0].object["people"] == 6
    count.refresh_from_db()
    assert (count.people, count.minutes, count.ended_at) == (6, None, dt.datetime.fromisoformat(AT))


def test_passing_is_begun_with_planned_minutes_and_ended_with_those_counted(
    place: Place, host: User, line: Line
) -> None:
    begun = _begin(line, minutes=10)
    assert _statuses(_send(place, host, begun, _finish(begun, 7))) == ["done", "done"]
    assert Headcount.objects.get().minutes == 7
    # The beginning again, under another id: the minutes planned are told no more.
    assert _statuses(_send(place, host, begun | {"id": str(uuid.uuid4())})) == ["same"]


def test_a_count_is_finished_once(place: Place, host: User, line: Line) -> None:
    begun = _begin(line)
    finish = _finish(begun, 7)
    _send(place, host, begun, finish)
    assert _statuses(_send(place, host, finish, _finish(begun, 7), _finish(begun))) == ["same", "same", "same"]
    different = _send(place, host, _finish(begun, 8))[0]
    assert (different.status, different.stored, different.sent) == ("different", {"minutes": 7}, {"minutes": 8})
    assert Headcount.objects.get().minutes == 7


def test_passing_needs_minutes(place: Place, host: User, line: Line) -> None:
    answer = _send(place, host, _begin(line, minutes=None))[0]
    assert _words(answer) == "Type how many minutes you counted."
    begun = _begin(line)
    answers = _send(place, host, begun, _finish(begun, 0))
    assert _words(answers[1]) == "Type how many minutes you counted."
    assert Headcount.objects.get().minutes == 10


def test_a_finish_without_minutes_leaves_the_planned(place: Place, host: User, line: Line) -> None:
    begun = _begin(line)
    assert _statuses(_send(place, host, begun, _finish(begun))) == ["done", "done"]
    assert Headcount.objects.get().minutes == 10


def test_the_same_uuid_with_other_content_shows_both(place: Place, host: User, zone: Zone) -> None:
    begun = _begin(zone)
    _send(place, host, begun, _entries(begun, _tap(5)))
    other = copy.deepcopy(begun) | {"id": str(uuid.uuid4())}
    other["payload"]["note"] = "En annan"
    answer = _send(place, host, other)[0]
    assert (answer.status, answer.object) == ("different", None)
    assert answer.stored is not None
    assert answer.sent is not None
    assert (answer.stored["note"], answer.sent["note"]) == ("", "En annan")
    assert (answer.stored["people"], answer.stored["by"]) == (5, host.name)


def test_what_follows_a_count_that_is_different_is_not_added_to_the_other(place: Place, host: User, zone: Zone) -> None:
    begun = _begin(zone)
    _send(place, host, begun, _entries(begun, _tap(5)))
    other = copy.deepcopy(begun) | {"id": str(uuid.uuid4())}
    other["payload"]["note"] = "En annan"
    answers = _send(place, host, other, _entries(other, _tap(3)), _finish(other), _begin(zone))
    assert _statuses(answers) == ["different", "different", "different", "done"]
    assert answers[1].stored == answers[0].stored
    assert set(Headcount.objects.values_list("people", flat=True)) == {5, None}


def test_the_same_item_with_other_content_shows_both(place: Place, host: User, zone: Zone) -> None:
    begun = _begin(zone)
    _send(place, host, begun)
    other = copy.deepcopy(begun)
    other["payload"]["note"] = "En annan"
    before = _whole_database()
    answer = _send(place, host, other)[0]
    assert answer.status == "different"
    assert answer.stored is not None
    assert answer.stored["uuid"] == uuid.UUID(begun["payload"]["uuid"])
    assert answer.sent == other["payload"]
    assert _whole_database() == before


def test_an_entry_with_other_content_shows_both(place: Place, host: User, zone: Zone) -> None:
    begun, tap = _begin(zone), _tap(2)
    _send(place, host, begun, _entries(begun, tap))
    answer = _send(place, host, _entries(begun, tap | {"people": 3}, _tap()))[0]
    assert answer.status == "different"
    told = {"uuid": uuid.UUID(tap["uuid"]), "at": dt.datetime.fromisoformat(AT), "gender": 1, "band": _band(25)}
    assert answer.stored == {**told, "people": 2, "way": "tap"}
    assert answer.sent == {**told, "people": 3, "way": "tap"}
    assert Headcount.objects.get().people == 2


def test_entries_of_half_a_batch_sent_before_are_counted_once(place: Place, host: User, zone: Zone) -> None:
    begun = _begin(zone)
    taps = [_tap() for _ in range(4)]
    answers = _send(
        place, host, begun, _entries(begun, *taps[:2]), _entries(begun, *taps[1:3]), _entries(begun, *taps[:3])
    )
    assert _statuses(answers) == ["done", "done", "done", "same"]
    assert Headcount.objects.get().people == 3


def test_a_batch_is_at_most_five_hundred(place: Place, host: User, zone: Zone) -> None:
    begun = _begin(zone)
    band = _band(25)
    taps = [{"uuid": str(uuid.uuid4()), "at": AT, "gender": 1, "band": band, "people": 1, "way": "tap"}] * 501
    answers = _send(place, host, begun, _entries(begun, *taps), _entries(begun))
    assert [_words(answer) for answer in answers[1:]] == ["Send a list of entries, at most 500."] * 2


def test_five_hundred_entries_cost_as_many_queries_as_one(place: Place, host: User, zone: Zone) -> None:
    costs = []
    for many in (1, 500):
        begun = _begin(zone)
        _send(place, host, begun)
        band = _band(25)
        taps = [
            {"uuid": str(uuid.uuid4()), "at": AT, "gender": 1, "band": band, "people": 1, "way": "tap"}
            for _ in range(many)
        ]
        with CaptureQueriesContext(connection) as queries:
            assert _statuses(_send(place, host, _entries(begun, *taps))) == ["done"]
        costs.append(len(queries))
    # The count, its lock, the entries, and the four ends of two transactions.
    assert costs == [7, 7]


# --- Refusals


def test_a_refused_count_takes_its_entries_with_it_and_nothing_else(place: Place, host: User, zone: Zone) -> None:
    factories.PeriodLockFactory.create(place=place, first=dt.date(2026, 11, 1), last=dt.date(2026, 11, 22))
    old = _begin(zone, started_at="2026-11-21T11:30:00+01:00")
    new = _begin(zone)
    answers = _send(
        place, host, old, _entries(old, _tap()), new, _finish(old), _entries(new, _tap()), _entries(old, _tap())
    )
    assert _statuses(answers) == ["refused", "refused", "done", "refused", "done", "refused"]
    words = {answer.message for answer in answers if answer.status == "refused"}
    assert len(words) == 1
    assert words.pop().startswith("21 November 2026 is locked since the report was published")
    assert Headcount.objects.get().date == TODAY


def test_entries_and_a_finish_that_come_after_the_lock_are_refused(place: Place, host: User, zone: Zone) -> None:
    begun = _begin(zone)
    _send(place, host, begun, _entries(begun, _tap(4)))
    factories.PeriodLockFactory.create(place=place, first=TODAY, last=TODAY)
    before = _whole_database()
    answers = _send(place, host, _entries(begun, _tap()), _finish(begun))
    assert ["is locked since" in _words(answer) for answer in answers] == [True, True]
    # What came before the lock is known all the same.
    assert _statuses(_send(place, host, begun)) == ["same"]
    assert _whole_database() == before


def test_what_comes_late_to_a_withdrawn_count_is_refused(place: Place, host: User, zone: Zone) -> None:
    begun = _begin(zone)
    early, late = _entries(begun, _tap(4), _tap(1)), _entries(begun, _tap(2))
    _send(place, host, begun, early)
    withdraw(headcount=Headcount.objects.get(), reason="Fel delyta", by=host)
    before = _whole_database()
    answers = _send(place, host, begun, early, late, _finish(begun))
    # What it held before is known all the same, and need not stay on the phone.
    assert _statuses(answers[:2]) == ["same", "same"]
    assert [_words(answer) for answer in answers[2:]] == ["The count was withdrawn. Begin a new one."] * 2
    half = copy.deepcopy(early)
    half["payload"]["entries"][0]["people"] = 5
    assert _statuses(_send(place, host, half)) == ["refused"]
    assert _whole_database() == before


def test_a_withdrawn_count_leaves_its_occurrence_to_be_counted_anew(
    place: Place, host: User, occurrence: Occurrence
) -> None:
    wrong, right = _begin(occurrence), _begin(occurrence)
    _send(place, host, wrong, _entries(wrong, _tap(4)))
    withdraw(headcount=Headcount.objects.get(), reason="Fel tillfälle", by=host)
    assert offline_data(place, host, TODAY)["occurrences"][0]["headcount"] is None
    assert _statuses(_send(place, host, right, _entries(right, _tap(2)))) == ["done", "done"]
    assert offline_data(place, host, TODAY)["occurrences"][0]["people"] == 2


def test_an_outcome_and_a_note_for_a_locked_day_are_refused(place: Place, host: User, occurrence: Occurrence) -> None:
    factories.PeriodLockFactory.create(place=place, first=TODAY, last=TODAY)
    answers = _send(place, host, _outcome(occurrence), _note())
    assert ["is locked since" in _words(answer) for answer in answers] == [True, True]
    assert ReceivedItem.objects.count() == 0


def test_entries_without_their_count(place: Place, host: User) -> None:
    orphan = {"payload": {"uuid": str(uuid.uuid4())}}
    answers = _send(place, host, _entries(orphan, _tap()), _finish(orphan))
    assert [_words(answer) for answer in answers] == ["The beginning of this count has not arrived. Send it first."] * 2


def test_a_day_on_which_the_place_was_closed(place: Place, host: User, zone: Zone) -> None:
    begun = _begin(zone, started_at="2026-11-22T11:30:00+01:00")
    assert _words(_send(place, host, begun)[0]).startswith("The place was closed on 22 November 2026")
    # Once the host has opened the day, the same item goes through.
    factories.OpenDayFactory.create(place=place, date=dt.date(2026, 11, 22))
    assert _statuses(_send(place, host, begun, _entries(begun, _tap()))) == ["done", "done"]


def test_what_is_another_places_is_not_there(place: Place, other_place: Place, host: User) -> None:
    theirs = factories.HeadcountFactory.create(place=other_place)
    begun = {"payload": {"uuid": str(theirs.uuid)}}
    elsewhere = factories.OccurrenceFactory.create(place=other_place, starts_at=MORNING)
    answers = _send(
        place,
        host,
        _begin(factories.ZoneFactory.create(place=other_place)),
        _begin(factories.LineFactory.create(place=other_place)),
        _begin(elsewhere),
        _outcome(elsewhere),
        _entries(begun, _tap()),
    )
    assert [_words(answer) for answer in answers] == [
        *["There is no such zone, line or occurrence at this place."] * 3,
        "There is no such occurrence at this place.",
        "The beginning of this count has not arrived. Send it first.",
    ]


def test_an_item_sent_before_to_another_place_tells_nothing_of_it(
    place: Place, other_place: Place, host: User, stranger: User
) -> None:
    note = _note("Hemligt")
    _send(other_place, stranger, note)
    answer = _send(place, host, note)[0]
    assert _words(answer) == "This was sent before, to another place."
    assert (answer.stored, answer.sent) == (None, None)


@pytest.mark.parametrize(
    "item",
    [
        None,
        3,
        [],
        {},
        {"id": 7, "kind": "note", "made_at": AT, "payload": {}},
        _item("vanish", {}),
        _item("note", {"date": "2026-11-23", "text": "Hej"}, made_at="2026-11-23"),
        _item("note", {"date": "2026-11-23", "text": "Hej"}, made_at=None),
        _item("note", {"date": "23 nov", "text": "Hej"}),
        _item("note", {"date": "2026-11-31", "text": "Hej"}),
        _item("note", {"date": "2026-11-23", "text": ["Hej"]}),
        _item("note", {"date": "2026-11-23", "text": "a\x00b"}),
        _item("note", {"date": "2026-11-23", "text": "\ud800"}),
        _item("note", {"date": "2026-11-23", "text": "x" * 5_001}),
        _item("note", {"date": "2026-11-23", "text": "Hej", "weather": "frogs"}),
        _item("outcome", {"occurrence": "1", "outcome": "held"}),
        _item("outcome", {"occurrence": 1, "outcome": "vanished"}),
        _item("outcome", {"occurrence": 1, "outcome": "cancelled", "reason": "bored"}),
        _item("finish", {"headcount": "x", "minutes": 1, "ended_at": AT}),
        _item("finish", {"headcount": str(uuid.uuid4()), "minutes": 1.5, "ended_at": AT}),
        _item("entries", {"headcount": str(uuid.uuid4()), "entries": None}),
        _item("entries", {"headcount": str(uuid.uuid4()), "entries": [{}]}),
        _item("headcount", {"uuid": str(uuid.uuid4()), "measure": "flying"}),
        _item("headcount", {"uuid": str(uuid.uuid4()), "measure": "staying", "level": "gender_age", "line": 1}),
    ],
)
def test_an_item_that_cannot_be_read_does_not_hold_up_the_next(place: Place, host: User, item: Any) -> None:
    answers = _send(place, host, item, _note())
    assert answers[0].id == (item.get("id") if isinstance(item, dict) else None)
    assert _words(answers[0]).startswith("This cannot be read: ")
    assert answers[1].status == "done"


def test_a_fault_of_ours_in_one_item_does_not_shut_in_the_rest(
    place: Place, host: User, zone: Zone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(**_known: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(phone, "start_headcount", break_down)
    begun = _begin(zone)
    answers = _send(place, host, begun, _entries(begun, _tap()), _note())
    message = "Something went wrong on the server. Keep this and try again later."
    assert [(answer.status, answer.message) for answer in answers] == [
        ("refused", message),
        ("refused", message),
        ("done", ""),
    ]
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_when_the_database_is_away_nothing_is_refused(
    place: Place, host: User, zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_away(**_known: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(phone, "start_headcount", be_away)
    with pytest.raises(OperationalError), transaction.atomic():
        _send(place, host, _begin(zone))


def test_a_database_that_refuses_without_words(
    place: Place, host: User, zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No rule of ours stands in the way, so the error is not hidden."""
    monkeypatch.setattr(actions, "_validate_count", lambda *_args: None)
    count = actions.CountData(uuid.uuid4(), Measure.PASSING, zone, Level.TOTAL, NOW, minutes=5)
    with pytest.raises(IntegrityError, match="own_ground"):
        actions.start_headcount(place=place, by=host, count=count)


# --- Two phones


def test_two_phones_at_the_same_zone_add_up(place: Place, host: User, manager: User, zone: Zone) -> None:
    first, second = _begin(zone), _begin(zone)
    _send(place, host, first, _entries(first, _tap(3)))
    _send(place, manager, second, _entries(second, _tap(4)))
    _send(place, host, _entries(first, _tap(10)))
    assert DailyCount.objects.get(measure=Measure.STAYING).people == 17
    assert set(Headcount.objects.values_list("people", flat=True)) == {4, 13}


def test_two_phones_at_the_same_occurrence_share_one_count(
    place: Place, host: User, manager: User, occurrence: Occurrence
) -> None:
    first, second = _begin(occurrence), _begin(occurrence)
    _send(place, host, first, _entries(first, _tap(3)))
    joined, added = _send(place, manager, second, _entries(second, _tap(4)))
    common, own = uuid.UUID(first["payload"]["uuid"]), uuid.UUID(second["payload"]["uuid"])
    assert (joined.status, added.status) == ("same", "done")
    assert joined.object is not None
    assert (joined.object["uuid"], joined.object["alias"], joined.object["people"]) == (common, own, 3)
    assert added.object is not None
    assert (added.object["uuid"], added.object["alias"], added.object["people"]) == (common, own, 7)

    _send(place, host, _entries(first, _tap(10)))
    assert _statuses(_send(place, manager, second, _entries(second, _tap(1)), _finish(second))) == [
        "same",
        "done",
        "done",
    ]
    assert Headcount.objects.get().people == 18
    assert set(CountEntry.objects.values_list("by", "people")) == {
        (host.pk, 3),
        (host.pk, 10),
        (manager.pk, 4),
        (manager.pk, 1),
    }


def test_a_replay_under_the_other_name_changes_nothing_for_ever(
    place: Place, host: User, manager: User, occurrence: Occurrence
) -> None:
    first, second = _begin(occurrence), _begin(occurrence)
    items = [second, _entries(second, _tap(4)), _finish(second)]
    _send(place, host, first)
    _send(place, manager, *items)
    before = _whole_database()
    assert _statuses(_send(place, manager, *items)) == ["same", "same", "same"]
    assert _whole_database() == before
    # Also under a new id, as from a phone that has lost what it sent.
    again = _send(place, manager, second | {"id": str(uuid.uuid4())})[0]
    assert again.status == "same"
    assert again.object is not None
    assert again.object["alias"] == uuid.UUID(second["payload"]["uuid"])
    assert HeadcountAlias.objects.count() == 1


def test_a_count_told_less_finely_is_not_joined(place: Place, host: User, occurrence: Occurrence) -> None:
    factories.HeadcountFactory.create(
        place=place, measure=Measure.PARTICIPATING, occurrence=occurrence, level=Level.TOTAL
    )
    begun = _begin(occurrence)
    answers = _send(place, host, begun, _entries(begun, _tap()))
    words = "The participants are already counted, but by total only. Correct that count instead."
    assert [_words(answer) for answer in answers] == [words, words]


def test_a_cancelled_occurrence_takes_no_participants(place: Place, host: User, occurrence: Occurrence) -> None:
    begun = _begin(occurrence)
    answers = _send(place, host, _outcome(occurrence, "cancelled", reason="weather"), begun)
    assert _words(answers[1]).startswith("“Salsa och bugg” was cancelled.")


@pytest.mark.parametrize("same_uuid", [True, False])
def test_a_faster_phone(
    place: Place, host: User, occurrence: Occurrence, monkeypatch: pytest.MonkeyPatch, *, same_uuid: bool
) -> None:
    """Another request made the count after this one had looked."""
    begun = _begin(occurrence)
    looked = actions._join

    def be_overtaken(count: actions.CountData) -> Headcount | None:
        monkeypatch.setattr(actions, "_join", looked)
        name = count.uuid if same_uuid else uuid.uuid4()
        factories.HeadcountFactory.create(
            uuid=name,
            place=place,
            measure=Measure.PARTICIPATING,
            occurrence=occurrence,
            started_at=count.started_at,
        )
        return None

    monkeypatch.setattr(actions, "_join", be_overtaken)
    answers = _send(place, host, begun, _entries(begun, _tap(2)))
    assert _statuses(answers) == ["same", "done"]
    assert Headcount.objects.get().people == 2
    assert HeadcountAlias.objects.count() == (0 if same_uuid else 1)


# --- Outcomes and notes


def test_an_outcome_is_told_once(place: Place, host: User, occurrence: Occurrence) -> None:
    told = _outcome(occurrence, "changed", reason="weather", note="Inne")
    answer = _send(place, host, told)[0]
    assert answer.object == {"occurrence": occurrence.pk, "outcome": "changed", "reason": "weather", "note": "Inne"}
    occurrence.refresh_from_db()
    assert (occurrence.outcome, occurrence.reason, occurrence.note) == ("changed", "weather", "Inne")
    assert (occurrence.told_by, occurrence.told_at) == (host, dt.datetime.fromisoformat(AT))

    # Told anew on a page since, and the phone's own telling comes again: it has been carried out, and stays so.
    actions_after = {"outcome": "held", "reason": "", "note": ""}
    Occurrence.objects.filter(pk=occurrence.pk).update(**actions_after)
    answer = _send(place, host, told)[0]
    assert (answer.status, answer.object) == ("same", {"occurrence": occurrence.pk, **actions_after})
    occurrence.refresh_from_db()
    assert occurrence.outcome == "held"


def test_what_was_told_later_is_not_overwritten(
    place: Place, host: User, manager: User, occurrence: Occurrence
) -> None:
    _send(place, manager, _outcome(occurrence, "cancelled", reason="safety"))
    late = "2026-11-23T10:40:00+01:00"
    answers = _send(
        place,
        host,
        _outcome(occurrence, "held", made_at=late),
        _outcome(occurrence, "cancelled", reason="safety", made_at=late),
        # Made after that: whoever tells it now has seen it.
        _outcome(occurrence, "held", made_at="2026-11-23T12:05:00+01:00"),
    )
    assert _statuses(answers) == ["different", "same", "done"]
    assert answers[0].stored == {
        "occurrence": occurrence.pk,
        "outcome": "cancelled",
        "reason": "safety",
        "note": "",
        "by": manager.name,
        "at": dt.datetime.fromisoformat(AT),
    }
    assert answers[0].sent == {"occurrence": occurrence.pk, "outcome": "held", "reason": "", "note": ""}


def test_of_two_tellings_that_come_together_the_later_stands(place: Place, host: User, occurrence: Occurrence) -> None:
    """Told, and told anew while the network was away."""
    later = _outcome(occurrence, "cancelled", reason="few", made_at="2026-11-23T11:45:00+01:00")
    assert _statuses(_send(place, host, _outcome(occurrence, "held"), later)) == ["done", "done"]
    occurrence.refresh_from_db()
    assert (occurrence.outcome, occurrence.reason) == ("cancelled", "few")


def test_a_clock_ahead_shuts_nobody_out(place: Place, host: User, manager: User, occurrence: Occurrence) -> None:
    _send(place, host, _outcome(occurrence, "held", made_at="2027-01-01T00:00:00+01:00"))
    occurrence.refresh_from_db()
    assert occurrence.told_at == NOW
    soon = "2026-11-23T12:00:01+01:00"
    assert _statuses(_send(place, manager, _outcome(occurrence, "cancelled", reason="few", made_at=soon))) == ["done"]


def test_an_outcome_without_its_reason_is_refused(place: Place, host: User, occurrence: Occurrence) -> None:
    answers = _send(place, host, _outcome(occurrence, "cancelled"), _outcome(occurrence, "planned"))
    assert [_words(answer) for answer in answers] == [
        "Choose a reason.",
        "Choose how it went: held, changed or cancelled.",
    ]


def test_analysts_count_but_do_not_log(place: Place, analyst: User, occurrence: Occurrence, zone: Zone) -> None:
    answers = _send(place, analyst, _begin(zone), _outcome(occurrence), _note())
    assert _statuses(answers) == ["done", "refused", "refused"]
    assert [answer.message for answer in answers[1:]] == ["You may count here, but not write the log."] * 2


def test_a_note_is_put_under_what_others_wrote(place: Place, host: User, manager: User) -> None:
    first, second = _note("Solen kom fram.", weather="sun"), _note("En kör gick förbi.", weather="rain")
    _send(place, host, first)
    answer = _send(place, manager, second)[0]
    both = {"text": "Solen kom fram.\nEn kör gick förbi.", "weather": "sun"}
    assert answer.object == {"date": TODAY, **both}
    # Each again: nothing is written twice.
    assert _statuses(_send(place, host, first, second)) == ["same", "same"]
    log = DayLog.objects.get()
    assert (log.weather, log.by) == ("sun", host)
    assert [(line.text, line.by) for line in DayLogLine.objects.all()] == [
        ("Solen kom fram.", host),
        ("En kör gick förbi.", manager),
    ]


def test_a_note_without_anything_or_for_a_day_to_come(place: Place, host: User) -> None:
    answers = _send(place, host, _note("  "), _note(date="2026-11-24"), _note("", weather="snow"))
    assert [answer.message for answer in answers] == [
        "There is nothing to write in the day log.",
        "That day has not come yet.",
        "",
    ]
    log = DayLog.objects.get()
    assert (log.weather, DayLogLine.objects.count()) == ("snow", 0)


def test_a_note_with_other_words_under_the_same_id(place: Place, host: User) -> None:
    note = _note()
    _send(place, host, note)
    other = copy.deepcopy(note)
    other["payload"]["text"] = "Det regnade."
    answer = _send(place, host, other)[0]
    assert answer.status == "different"
    assert answer.stored == {"date": "2026-11-23", "text": "Solen kom fram.", "weather": ""}
    assert answer.sent == other["payload"]


def test_a_kept_item_tells_less_when_what_it_was_about_is_gone(
    place: Place, host: User, occurrence: Occurrence, zone: Zone
) -> None:
    items = [_begin(zone), _outcome(occurrence), _note()]
    _send(place, host, *items)
    Headcount.objects.all().delete()
    Occurrence.objects.all().delete()
    DayLog.objects.all().delete()
    DayLogLine.objects.all().delete()
    answers = _send(place, host, *items)
    assert _statuses(answers) == ["same"] * 3
    assert [answer.object for answer in answers] == [
        {"uuid": items[0]["payload"]["uuid"]},
        {"occurrence": occurrence.pk},
        {"date": "2026-11-23", "text": "", "weather": ""},
    ]


# --- However the network cuts it up

_CELLS = [(1, 0), (2, 25), (1, 65), (0, None)]
_TAPS = st.lists(st.tuples(st.sampled_from(_CELLS), st.sampled_from([1, 1, 1, 5, 10])), min_size=1, max_size=20)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(taps=_TAPS, undone=st.integers(0, 3), cuts=st.data())
def test_however_the_taps_are_cut_repeated_and_shuffled_the_sums_are_theirs(
    zone: Zone, host: User, taps: list[Any], undone: int, cuts: st.DataObject
) -> None:
    place = zone.place
    bands = {None: None} | dict(AgeBand.objects.filter(age_set__is_default=True).values_list("lower", "pk"))
    entries = [
        _tap(people, uuid=str(uuid.uuid4()), gender=gender, band=bands[lower]) for (gender, lower), people in taps
    ]
    # The last taps are undone, as by the button.
    undos = [one | {"uuid": str(uuid.uuid4()), "people": -one["people"], "way": "undo"} for one in entries[-undone:]]
    entries += undos if undone else []
    with transaction.atomic():
        begun = _begin(zone)
        waiting = [_entries(begun, *batch) for batch in _cut(cuts, entries)]
        _send(place, host, begun)
        while waiting:
            # An undo that comes before its tap is refused, stays in the queue and goes with the next sending.
            answers = _send(place, host, begun, *waiting)[1:]
            waiting = [item for item, answer in zip(waiting, answers, strict=True) if answer.status == "refused"]
        expected: Counter[tuple[int, int | None]] = Counter()
        for entry in entries:
            expected[entry["gender"], entry["band"]] += entry["people"]
        rows = DailyCount.objects.filter(zone=zone).values_list("gender", "age_band", "people")
        assert {(gender, band): people for gender, band, people in rows} == expected
        assert Headcount.objects.get().people == CountEntry.objects.aggregate(all=Sum("people"))["all"]
        transaction.set_rollback(True)


def _cut(cuts: st.DataObject, entries: list[Any]) -> list[list[Any]]:
    """Batches in any order, some of them sent twice, none without entries."""
    sizes = cuts.draw(st.lists(st.integers(1, 6), min_size=len(entries), max_size=len(entries)))
    batches, rest = [], entries
    for size in sizes:
        if rest:
            batches.append(rest[:size])
            rest = rest[size:]
    repeated = cuts.draw(st.lists(st.sampled_from(batches), max_size=4))
    return list(cuts.draw(st.permutations([*batches, *repeated])))
