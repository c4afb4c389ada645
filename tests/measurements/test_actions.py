import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from measurements import actions, rules
from measurements.actions import CountData, DifferentPayload, EntryData, append_entries, record_headcount, remove_gap
from measurements.models import AgeBand, AgeSet, CountEntry, DailyCount, Gap, Gender, Headcount, Level, Measure
from places.models import Line, Place, User, Zone
from tests import factories
from tests.conftest import NOW, STOCKHOLM

pytestmark = pytest.mark.django_db
Way = CountEntry.Way


def _band(lower: int) -> AgeBand:
    return AgeBand.objects.get(lower=lower, age_set__is_default=True)


def _entry(people: int = 1, gender: int = Gender.WOMAN, lower: int | None = 25, **other: Any) -> EntryData:
    known = {"uuid": uuid.uuid4(), "at": NOW, "way": Way.TAP, **other}
    return EntryData(gender=gender, age_band_id=None if lower is None else _band(lower).pk, people=people, **known)


def _sums(headcount: Headcount) -> dict[tuple[int, int | None], int]:
    """The place's daily sums, over all of its zones."""
    sums: Counter[tuple[int, int | None]] = Counter()
    rows = DailyCount.objects.filter(place=headcount.place)
    for gender, lower, people in rows.values_list("gender", "age_band__lower", "people"):
        sums[gender, lower] += people
    return dict(sums)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def headcount(place: Place) -> Headcount:
    return factories.HeadcountFactory.create(place=place)


# --- append_entries


def test_entries_are_added_and_summed(headcount: Headcount, host: User) -> None:
    done = append_entries(
        headcount=headcount, entries=[_entry(2), _entry(1), _entry(3, Gender.NOT_CLASSIFIED, None)], by=host
    )
    assert done == actions.Appended(added=3, resent=0, people=6)
    assert _sums(headcount) == {(Gender.WOMAN, 25): 3, (Gender.NOT_CLASSIFIED, None): 3}
    assert set(headcount.entries.values_list("by__email", flat=True)) == {"host@example.se"}


def test_appending_costs_two_queries(headcount: Headcount, host: User) -> None:
    entries = [_entry() for _ in range(20)]
    with CaptureQueriesContext(connection) as asked:
        append_entries(headcount=headcount, entries=entries, by=host)
    assert [query["sql"].split()[0] for query in asked] == ["SAVEPOINT", "SELECT", "INSERT", "RELEASE"]


def test_a_resent_entry_is_counted_once(headcount: Headcount, host: User) -> None:
    first, second = _entry(2), _entry(1)
    append_entries(headcount=headcount, entries=[first], by=host)
    done = append_entries(headcount=headcount, entries=[first, second, second], by=host)
    assert done == actions.Appended(added=1, resent=2, people=3)
    assert append_entries(headcount=headcount, entries=[first], by=host) == actions.Appended(0, 1, 3)
    assert _sums(headcount) == {(Gender.WOMAN, 25): 3}


def test_the_same_uuid_with_other_content_saves_nothing(headcount: Headcount, host: User) -> None:
    first = _entry(2)
    append_entries(headcount=headcount, entries=[first], by=host)
    other = _entry(5, uuid=first.uuid)
    with pytest.raises(DifferentPayload) as raised:
        append_entries(headcount=headcount, entries=[_entry(1), other], by=host)
    assert (raised.value.stored["people"], raised.value.sent["people"]) == (2, 5)
    assert _sums(headcount) == {(Gender.WOMAN, 25): 2}


def test_the_same_uuid_twice_in_a_batch_with_other_content(headcount: Headcount, host: User) -> None:
    first = _entry(2)
    with pytest.raises(DifferentPayload):
        append_entries(headcount=headcount, entries=[first, _entry(3, uuid=first.uuid)], by=host)
    assert not headcount.entries.exists()


def test_a_uuid_of_another_count_is_other_content(headcount: Headcount, host: User) -> None:
    elsewhere = factories.HeadcountFactory.create(place=headcount.place)
    first = _entry(2)
    append_entries(headcount=elsewhere, entries=[first], by=host)
    with pytest.raises(DifferentPayload):
        append_entries(headcount=headcount, entries=[first], by=host)
    assert not headcount.entries.exists()


def test_two_people_counting_the_same_crowd_add_up(headcount: Headcount, host: User, manager: User) -> None:
    append_entries(headcount=headcount, entries=[_entry(4)], by=host)
    same_sheet = Headcount.objects.get(pk=headcount.pk)
    assert append_entries(headcount=same_sheet, entries=[_entry(3)], by=manager).people == 7
    assert append_entries(headcount=headcount, entries=[_entry(1)], by=host).people == 8
    headcount.refresh_from_db()
    assert headcount.people == 8


def test_nobody_there_makes_zero(headcount: Headcount, host: User) -> None:
    entry = _entry(0, Gender.NOT_CLASSIFIED, None, way=Way.NOBODY)
    assert append_entries(headcount=headcount, entries=[entry], by=host).people == 0


def test_an_undo_takes_away_what_was_tapped(headcount: Headcount, host: User) -> None:
    append_entries(headcount=headcount, entries=[_entry(5)], by=host)
    assert append_entries(headcount=headcount, entries=[_entry(-5, way=Way.UNDO)], by=host).people == 0


def test_a_cell_cannot_fall_below_zero_though_the_count_could(headcount: Headcount, host: User) -> None:
    append_entries(headcount=headcount, entries=[_entry(5, Gender.MAN), _entry(1)], by=host)
    undo = _entry(-2, way=Way.UNDO)
    with pytest.raises(ValidationError, match="not so many people"):
        append_entries(headcount=headcount, entries=[undo], by=host)
    assert _sums(headcount) == {(Gender.MAN, 25): 5, (Gender.WOMAN, 25): 1}


def test_a_resent_undo_is_not_taken_away_twice(headcount: Headcount, host: User) -> None:
    undo = _entry(-2, way=Way.UNDO)
    append_entries(headcount=headcount, entries=[_entry(2), undo], by=host)
    assert append_entries(headcount=headcount, entries=[undo], by=host) == actions.Appended(0, 1, 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"gender": 9}, "no such gender"),
        ({"way": 9}, "no such way"),
        ({"way": Way.NOBODY}, "zero people"),
        ({"way": Way.CORRECTION, "reason": " "}, "why the number"),
        ({"people": 100_000}, "too many"),
    ],
)
def test_entries_that_break_a_rule(headcount: Headcount, host: User, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        append_entries(headcount=headcount, entries=[_entry(), _entry(**change)], by=host)
    assert not CountEntry.objects.exists()


def test_an_age_band_of_another_set(headcount: Headcount, host: User) -> None:
    other = factories.AgeSetFactory.create(name="Grov", is_default=False)
    entry = EntryData(uuid.uuid4(), NOW, Gender.WOMAN, other.bands.get(lower=65).pk, 1, Way.TAP)
    with pytest.raises(ValidationError, match="no such gender or age band"):
        append_entries(headcount=headcount, entries=[entry], by=host)


@pytest.mark.parametrize(
    ("level", "gender", "lower"), [(Level.GENDER, 1, 25), (Level.AGE, 1, 25), (Level.TOTAL, 1, None)]
)
def test_entries_finer_than_their_count(place: Place, host: User, level: str, gender: int, lower: int | None) -> None:
    headcount = factories.HeadcountFactory.create(place=place, level=level)
    with pytest.raises(ValidationError, match="so finely"):
        append_entries(headcount=headcount, entries=[_entry(1, gender, lower)], by=host)


def test_a_locked_day_is_refused_in_words(headcount: Headcount, host: User) -> None:
    boss = factories.UserFactory.create(name="Bo Ek")
    factories.PeriodLockFactory.create(place=headcount.place, first=headcount.date, last=headcount.date, by=boss)
    with pytest.raises(ValidationError, match="Ask Bo Ek"):
        append_entries(headcount=headcount, entries=[_entry()], by=host)
    assert not CountEntry.objects.exists()


def test_what_the_database_refuses_for_another_reason_is_not_hidden(headcount: Headcount) -> None:
    nobody = User(pk=0)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="foreign key"):
        append_entries(headcount=headcount, entries=[_entry()], by=nobody)


# --- the sums are the ledger's, whatever is sent

_CELLS = [(gender, lower) for gender in Gender.values for lower in (0, 5, 15, 25, 45, 65, None)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(
        st.lists(st.tuples(st.sampled_from(_CELLS), st.integers(0, 40), st.booleans()), min_size=1, max_size=8),
        min_size=1,
        max_size=5,
    )
)
def test_daily_counts_equal_the_ledgers_sums(
    place: Place, host: User, batches: list[list[tuple[tuple[int, int | None], int, bool]]]
) -> None:
    with transaction.atomic():
        headcounts = [factories.HeadcountFactory.create(place=place) for _ in range(2)]
        expected: Counter[tuple[int, int | None]] = Counter()
        for batch in batches:
            for second, headcount in enumerate(headcounts):
                entries = [
                    _entry(people, gender, lower) for (gender, lower), people, other in batch if other == bool(second)
                ]
                if not entries:
                    continue
                append_entries(headcount=headcount, entries=entries, by=host)
                append_entries(headcount=headcount, entries=entries, by=host)
                for (gender, lower), people, other in batch:
                    if other == bool(second):
                        expected[gender, lower] += people
        assert _sums(headcounts[0]) == dict(expected)
        ledger = CountEntry.objects.filter(place=place).values_list("gender", "age_band__lower")
        assert {(g, low): n for g, low, n in ledger.annotate(n=Sum("people")).order_by()} == dict(expected)
        for headcount in headcounts:
            headcount.refresh_from_db()
        assert sum(headcount.people or 0 for headcount in headcounts) == sum(expected.values())
        transaction.set_rollback(True)


# --- record_headcount


def _count(ground: Any, **other: Any) -> CountData:
    known = {
        "uuid": uuid.uuid4(),
        "measure": Measure.STAYING,
        "level": Level.GENDER_AGE,
        "started_at": NOW - dt.timedelta(hours=1),
        **other,
    }
    return CountData(ground=ground, **known)


@pytest.fixture
def zone(place: Place) -> Zone:
    return factories.ZoneFactory.create(place=place, name="Pergolan")


def test_a_count_and_its_entries_are_saved_together(place: Place, zone: Zone, host: User) -> None:
    cells = {(1, _band(25).pk): 7, (2, _band(65).pk): 5, (0, None): 0}
    headcount, created = record_headcount(place=place, by=host, count=_count(zone), cells=cells)
    assert created
    assert (headcount.people, headcount.zone, headcount.date) == (12, zone, dt.date(2026, 11, 23))
    assert list(headcount.entries.values_list("people", "way").order_by("people")) == [(5, Way.TYPED), (7, Way.TYPED)]


def test_nobody_is_a_count_of_zero(place: Place, zone: Zone, host: User) -> None:
    headcount, _created = record_headcount(place=place, by=host, count=_count(zone), cells={}, nobody=True)
    assert headcount.people == 0
    assert list(headcount.entries.values_list("people", "way")) == [(0, Way.NOBODY)]


def test_a_count_sent_twice_is_saved_once(place: Place, zone: Zone, host: User) -> None:
    count = _count(zone)
    cells: dict[rules.CellKey, int] = {(1, _band(25).pk): 7}
    first, _created = record_headcount(place=place, by=host, count=count, cells=cells)
    append_entries(headcount=first, entries=[_entry(1, Gender.MAN)], by=host)
    again, created = record_headcount(place=place, by=host, count=count, cells=cells)
    assert (again, created) == (first, False)
    assert Headcount.objects.count() == 1


@pytest.mark.parametrize("change", ["cells", "note", "fewer"])
def test_a_count_sent_twice_with_other_content(place: Place, zone: Zone, host: User, change: str) -> None:
    count = _count(zone)
    cells: dict[rules.CellKey, int] = {(1, _band(25).pk): 7, (2, None): 1}
    record_headcount(place=place, by=host, count=count, cells=cells)
    if change == "cells":
        cells = {(1, _band(25).pk): 8, (2, None): 1}
    elif change == "fewer":
        cells = {(1, _band(25).pk): 7}
    else:
        count = _count(zone, uuid=count.uuid, note="regn")
    with pytest.raises(DifferentPayload):
        record_headcount(place=place, by=host, count=count, cells=cells)
    assert DailyCount.objects.aggregate(n=Sum("people"))["n"] == 8


def test_a_faster_request_with_the_same_uuid(
    place: Place, zone: Zone, host: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = _count(zone)
    cells: dict[rules.CellKey, int] = {(1, None): 2}
    validate = actions._validate_count

    def be_overtaken(*args: Any, **kwargs: Any) -> None:
        validate(*args, **kwargs)
        monkeypatch.setattr(actions, "_validate_count", validate)
        record_headcount(place=place, by=host, count=count, cells=cells)

    monkeypatch.setattr(actions, "_validate_count", be_overtaken)
    headcount, created = record_headcount(place=place, by=host, count=count, cells=cells)
    assert not created
    assert list(Headcount.objects.all()) == [headcount]


def test_participants_are_counted_at_their_occurrence(place: Place, host: User) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place)
    count = _count(occurrence, measure=Measure.PARTICIPATING, started_at=occurrence.starts_at)
    headcount, _created = record_headcount(place=place, by=host, count=count, cells={(0, None): 12})
    assert (headcount.occurrence, headcount.people) == (occurrence, 12)
    again = _count(occurrence, measure=Measure.PARTICIPATING, started_at=occurrence.starts_at)
    with pytest.raises(ValidationError, match="already counted"):
        record_headcount(place=place, by=host, count=again, cells={(0, None): 12})


def test_a_faster_request_for_the_same_occurrence(place: Place, host: User, monkeypatch: pytest.MonkeyPatch) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place)
    first, second = (
        _count(occurrence, measure=Measure.PARTICIPATING, started_at=occurrence.starts_at) for _ in range(2)
    )
    validate = actions._validate_count

    def be_overtaken(*args: Any, **kwargs: Any) -> None:
        validate(*args, **kwargs)
        monkeypatch.setattr(actions, "_validate_count", validate)
        record_headcount(place=place, by=host, count=first, cells={(0, None): 1})

    monkeypatch.setattr(actions, "_validate_count", be_overtaken)
    with pytest.raises(ValidationError, match="already counted"):
        record_headcount(place=place, by=host, count=second, cells={(0, None): 1})


def test_a_refusal_by_the_database_for_another_reason_is_not_hidden(
    place: Place, zone: Zone, host: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_validate_count", lambda *_args, **_kwargs: None)
    with pytest.raises(IntegrityError, match="own_ground"):
        record_headcount(place=place, by=host, count=_count(zone, measure=Measure.PASSING), cells={(0, None): 1})


def test_an_occurrence_is_counted_on_its_own_day(place: Place, host: User) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=dt.date(2026, 11, 21))
    with pytest.raises(ValidationError, match="own day"):
        record_headcount(
            place=place, by=host, count=_count(occurrence, measure=Measure.PARTICIPATING), cells={(0, None): 1}
        )


def test_a_cancelled_occurrence_has_no_participants(place: Place, host: User) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, told=True, outcome="cancelled", reason="weather")
    count = _count(occurrence, measure=Measure.PARTICIPATING, started_at=occurrence.starts_at)
    with pytest.raises(ValidationError, match="was cancelled"):
        record_headcount(place=place, by=host, count=count, cells={(0, None): 1})


def test_an_occurrence_that_took_place_shows_that_the_place_was_open(place: Place, host: User) -> None:
    sunday = dt.date(2026, 11, 22)
    planned = factories.OccurrenceFactory.create(place=place, date=sunday)
    held = factories.OccurrenceFactory.create(place=place, date=sunday, told=True)
    with pytest.raises(ValidationError, match="was closed"):
        record_headcount(
            place=place,
            by=host,
            count=_count(planned, measure=Measure.PARTICIPATING, started_at=planned.starts_at),
            cells={(0, None): 1},
        )
    count = _count(held, measure=Measure.PARTICIPATING, started_at=held.starts_at)
    assert record_headcount(place=place, by=host, count=count, cells={(0, None): 1})[1]


def _on(day: int, month: int = 11, hour: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("change", "cells", "message"),
    [
        ({"started_at": _on(24)}, {(0, None): 1}, "has not been yet"),
        ({"started_at": _on(22)}, {(0, None): 1}, r"closed on 22 November 2026 \(no opening hours that day\)"),
        ({"started_at": _on(6, 6)}, {(0, None): 1}, r"\(Nationaldagen\)"),
        ({"started_at": dt.datetime(2024, 11, 22, tzinfo=STOCKHOLM)}, {(0, None): 1}, "not in operation"),
        ({}, {(0, None): -1}, "below zero"),
        ({}, {(0, None): 100_000}, "too many"),
        ({}, {}, "say that nobody"),
        ({"level": Level.TOTAL}, {(1, None): 1}, "so finely"),
        ({"minutes": 0}, {(0, None): 1}, "between 1 and 1440"),
        ({"measure": Measure.PASSING}, {(0, None): 1}, "Passing needs a counting line"),
    ],
)
def test_counts_that_break_a_rule(
    zone: Zone, host: User, change: dict[str, Any], cells: dict[Any, int], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        record_headcount(place=zone.place, by=host, count=_count(zone, **change), cells=cells)
    assert not Headcount.objects.exists()


def test_an_open_day_makes_a_closed_day_countable(place: Place, zone: Zone, host: User) -> None:
    factories.OpenDayFactory.create(place=place, date=dt.date(2026, 11, 22))
    assert record_headcount(place=place, by=host, count=_count(zone, started_at=_on(22)), cells={(0, None): 1})[1]


def test_a_lost_day_is_closed_with_its_reason(place: Place, zone: Zone, host: User) -> None:
    factories.OpeningExceptionFactory.create(place=place, date=dt.date(2026, 11, 20), reason="illness")
    with pytest.raises(ValidationError, match=r"\(illness\)"):
        record_headcount(place=place, by=host, count=_count(zone, started_at=_on(20)), cells={(0, None): 1})


def test_a_locked_period_takes_no_count(place: Place, zone: Zone, host: User) -> None:
    factories.PeriodLockFactory.create(place=place)
    with pytest.raises(ValidationError, match="is locked since"):
        record_headcount(place=place, by=host, count=_count(zone, started_at=_on(1, 9)), cells={(0, None): 1})


def test_passing_needs_its_minutes(place: Place, host: User) -> None:
    line: Line = factories.LineFactory.create(place=place)
    with pytest.raises(ValidationError, match="how many minutes"):
        record_headcount(place=place, by=host, count=_count(line, measure=Measure.PASSING), cells={(0, None): 1})
    count = _count(line, measure=Measure.PASSING, minutes=10)
    assert record_headcount(place=place, by=host, count=count, cells={(0, None): 1})[0].minutes == 10


def test_a_zone_of_another_place(place: Place, other_place: Place, host: User) -> None:
    zone = factories.ZoneFactory.create(place=other_place)
    with pytest.raises(ValidationError, match="another place"):
        record_headcount(place=place, by=host, count=_count(zone), cells={(0, None): 1})


def test_nobody_and_people_at_once(place: Place, zone: Zone, host: User) -> None:
    with pytest.raises(ValidationError, match="Choose one"):
        record_headcount(place=place, by=host, count=_count(zone), cells={(0, None): 1}, nobody=True)


def test_without_an_age_set(place: Place, zone: Zone, host: User) -> None:
    AgeSet.objects.update(is_default=False)
    with pytest.raises(ValidationError, match="No age set"):
        record_headcount(place=place, by=host, count=_count(zone), cells={(0, None): 1})


# --- gaps


def test_a_gap_can_be_taken_away_until_it_is_locked(place: Place) -> None:
    gap = factories.GapFactory.create(place=place)
    factories.PeriodLockFactory.create(place=place, first=gap.first, last=gap.last)
    with pytest.raises(ValidationError, match="is locked"):
        remove_gap(gap=gap)
    place.locks.all().delete()
    remove_gap(gap=gap)
    assert not Gap.objects.exists()
