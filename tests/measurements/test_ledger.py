"""What the database itself holds about counts, whatever code writes to it."""

import uuid

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from activities.models import Occurrence
from measurements.models import AgeBand, CountEntry, DailyCount, Gender, Headcount, Level, Measure
from places.models import Place
from tests import factories

pytestmark = pytest.mark.django_db


def _cells() -> list[tuple[str, int, int | None, int]]:
    return list(
        DailyCount.objects.order_by("measure", "gender", "age_band__lower").values_list(
            "measure", "gender", "age_band__lower", "people"
        )
    )


def _entry(
    headcount: Headcount, people: int, gender: int = Gender.NOT_CLASSIFIED, lower: int | None = None
) -> CountEntry:
    band = AgeBand.objects.get(age_set__is_default=True, lower=lower) if lower is not None else None
    return factories.CountEntryFactory.build(
        headcount=headcount,
        place=headcount.place,
        date=headcount.date,
        at=headcount.started_at,
        by=headcount.by,
        gender=gender,
        age_band=band,
        people=people,
        uuid=uuid.uuid4(),
    )


def test_a_batch_is_added_to_the_days_sums() -> None:
    headcount = factories.HeadcountFactory.create()
    CountEntry.objects.bulk_create(
        [_entry(headcount, 3, Gender.WOMAN, 25), _entry(headcount, 2, Gender.WOMAN, 25), _entry(headcount, 1)]
    )
    CountEntry.objects.bulk_create([_entry(headcount, -1, Gender.WOMAN, 25)])
    assert _cells() == [("staying", 0, None, 1), ("staying", 1, 25, 4)]
    headcount.refresh_from_db()
    assert headcount.people == 5


def test_nobody_there_is_zero_and_not_unknown() -> None:
    headcount = factories.HeadcountFactory.create()
    assert headcount.people is None
    factories.CountEntryFactory.create(headcount=headcount, people=0, way=CountEntry.Way.NOBODY)
    headcount.refresh_from_db()
    assert headcount.people == 0
    assert _cells() == [("staying", 0, None, 0)]


def test_a_resent_entry_changes_nothing() -> None:
    headcount = factories.HeadcountFactory.create()
    entry = _entry(headcount, 3)
    CountEntry.objects.bulk_create([entry], ignore_conflicts=True)
    entry.pk = None
    CountEntry.objects.bulk_create([entry], ignore_conflicts=True)
    assert _cells() == [("staying", 0, None, 3)]


def test_entries_are_neither_changed_nor_deleted() -> None:
    entry = factories.CountEntryFactory.create()
    with (
        pytest.raises(ProgrammingError, match="Cannot update or delete rows from measurements_countentry"),
        transaction.atomic(),
    ):
        CountEntry.objects.update(people=2)
    with (
        pytest.raises(ProgrammingError, match="Cannot update or delete rows from measurements_countentry"),
        transaction.atomic(),
    ):
        entry.delete()
    assert list(CountEntry.objects.values_list("people", flat=True)) == [1]


def test_sums_are_written_by_the_ledger_alone() -> None:
    entry = factories.CountEntryFactory.create()
    with pytest.raises(ProgrammingError, match="rows from measurements_dailycount"), transaction.atomic():
        DailyCount.objects.update(people=9)
    with pytest.raises(ProgrammingError, match="Cannot update rows from measurements_headcount"), transaction.atomic():
        Headcount.objects.filter(pk=entry.headcount_id).update(people=9)


def test_what_a_count_stands_on_cannot_move_once_counted() -> None:
    headcount = factories.HeadcountFactory.create()
    Headcount.objects.update(level=Level.TOTAL)
    factories.CountEntryFactory.create(headcount=headcount)
    with pytest.raises(ProgrammingError, match="Cannot update rows from measurements_headcount"), transaction.atomic():
        Headcount.objects.update(level=Level.GENDER_AGE)


@pytest.mark.parametrize(
    ("level", "gender", "lower"),
    [(Level.TOTAL, 1, None), (Level.TOTAL, 0, 25), (Level.GENDER, 1, 25), (Level.AGE, 1, 25)],
)
def test_an_entry_finer_than_its_count_is_refused(level: str, gender: int, lower: int | None) -> None:
    headcount = factories.HeadcountFactory.create(level=level)
    with pytest.raises(IntegrityError, match="does not fit"), transaction.atomic():
        CountEntry.objects.bulk_create([_entry(headcount, 1, gender, lower)])


def test_an_entry_of_another_place_or_day_is_refused(other_place: Place) -> None:
    headcount = factories.HeadcountFactory.create()
    with pytest.raises(IntegrityError, match="does not fit"), transaction.atomic():
        factories.CountEntryFactory.create(headcount=headcount, place=other_place)


INSERT_ENTRIES = """
    INSERT INTO measurements_countentry
        (uuid, headcount_id, place_id, date, at, gender, people, way, reason, by_id)
    SELECT gen_random_uuid(), key, %s, %s, now(), 0, 1, 2, '', %s FROM unnest(%s::bigint[]) AS key
"""


def _insert_for(keys: list[int], like: Headcount) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT_ENTRIES, [like.place_id, like.date, like.by_id, keys])


def test_an_entry_without_its_count_is_refused_with_its_batch() -> None:
    headcount = factories.HeadcountFactory.create()
    with pytest.raises(IntegrityError, match="an entry has no count"), transaction.atomic():
        _insert_for([headcount.pk, headcount.pk + 1], headcount)
    headcount.refresh_from_db()
    assert (headcount.people, _cells(), CountEntry.objects.count()) == (None, [], 0)
    _insert_for([headcount.pk, headcount.pk], headcount)
    headcount.refresh_from_db()
    assert (headcount.people, _cells()) == (2, [("staying", 0, None, 2)])


@pytest.mark.parametrize(
    "loss",
    [
        "DELETE FROM measurements_headcount WHERE id = %(key)s",
        "DELETE FROM measurements_headcount",
        "TRUNCATE measurements_headcount CASCADE",
    ],
)
def test_a_count_with_entries_stays(loss: str) -> None:
    entry = factories.CountEntryFactory.create()
    factories.HeadcountFactory.create(place=entry.place, zone=entry.headcount.zone)
    with connection.cursor() as cursor:
        # Else TRUNCATE waits for what the foreign keys have yet to look at.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="a count with entries stays"), transaction.atomic():
            cursor.execute(loss, {"key": entry.headcount_id})
    assert Headcount.objects.count() == 2


def test_a_count_with_entries_keeps_its_key() -> None:
    entry = factories.CountEntryFactory.create()
    with pytest.raises(ProgrammingError, match="Cannot update rows from measurements_headcount"), transaction.atomic():
        Headcount.objects.filter(pk=entry.headcount_id).update(id=entry.headcount_id + 1)


def test_a_count_without_entries_may_go() -> None:
    counted = factories.CountEntryFactory.create().headcount
    begun = factories.HeadcountFactory.create(place=counted.place, zone=counted.zone)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM measurements_headcount WHERE id = %s", [begun.pk])
    assert list(Headcount.objects.all()) == [counted]


def test_all_of_the_ledger_can_be_emptied_at_once() -> None:
    """As a test database is."""
    factories.CountEntryFactory.create()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE measurements_headcount, measurements_countentry CASCADE")
    assert (Headcount.objects.count(), CountEntry.objects.count()) == (0, 0)


def test_a_second_writing_of_a_count_touches_no_index() -> None:
    """What an import of many counts would pay most for."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
                WHERE indrelid = 'measurements_headcount'::regclass AND attname = 'people'"""
        )
        indexes_of_people = cursor.fetchone()
        cursor.execute("SELECT reloptions FROM pg_class WHERE oid = 'measurements_headcount'::regclass")
        assert (indexes_of_people, cursor.fetchone()) == ((0,), (["fillfactor=50"],))


def test_a_count_cannot_fall_below_zero() -> None:
    headcount = factories.HeadcountFactory.create()
    with pytest.raises(IntegrityError, match="nobody_is_counted_below_zero"), transaction.atomic():
        CountEntry.objects.bulk_create([_entry(headcount, -1)])


def test_measures_keep_to_their_own_ground() -> None:
    with pytest.raises(IntegrityError, match="each_measure_has_its_own_ground"), transaction.atomic():
        factories.HeadcountFactory.create(measure=Measure.PASSING)


def test_participants_of_an_occurrence_are_counted_once() -> None:
    occurrence: Occurrence = factories.OccurrenceFactory.create()
    factories.HeadcountFactory.create(place=occurrence.place, measure=Measure.PARTICIPATING, occurrence=occurrence)
    with pytest.raises(IntegrityError, match="once_per_occurrence"), transaction.atomic():
        factories.HeadcountFactory.create(place=occurrence.place, measure=Measure.PARTICIPATING, occurrence=occurrence)


def test_a_locked_day_takes_no_counts() -> None:
    headcount = factories.HeadcountFactory.create()
    factories.PeriodLockFactory.create(place=headcount.place, first=headcount.date, last=headcount.date)
    with pytest.raises(IntegrityError, match="locked period"), transaction.atomic():
        CountEntry.objects.bulk_create([_entry(headcount, 1)])


def test_the_guards_are_triggers_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, count(*) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgname LIKE 'pgtrigger_%' GROUP BY 1 ORDER BY 1"
        )
        found = dict(cursor.fetchall())
    assert found == {
        "activities_carecase": 5,
        "activities_daylog": 5,
        "activities_daylogline": 6,
        "activities_occurrence": 6,
        "activities_season": 3,
        "activities_series": 3,
        "activities_voice": 2,
        "measurements_countentry": 2,
        "measurements_dailycount": 1,
        "measurements_gap": 3,
        "measurements_headcount": 10,
        "measurements_representationtarget": 2,
        "places_contract": 2,
        "places_instalment": 2,
        "places_openday": 3,
        "places_openingexception": 3,
        "places_place": 3,
        "places_pledge": 2,
        "reports_edition": 2,
        "reports_editionpicture": 1,
        "reports_report": 1,
    }
