"""What people do to the plan and the log, and what is refused."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.actions import (
    Materialised,
    add_unplanned,
    change_occurrence,
    close_day,
    materialise,
    open_day,
    record_outcome,
    take_back_outcome,
)
from activities.models import Kind, Occurrence, Series
from measurements.models import Measure
from places.models import OpenDay, Place, User
from tests import factories
from tests.conftest import NOW, STOCKHOLM, TODAY

pytestmark = pytest.mark.django_db

Outcome = Occurrence.Outcome
YESTERDAY = TODAY - dt.timedelta(days=1)
TOMORROW = TODAY + dt.timedelta(days=1)


def _series(place: Place, **kwargs: Any) -> Series:
    """Mondays 13-14 for four weeks from today, unless told otherwise."""
    defaults: dict[str, Any] = {
        "first": TODAY,
        "last": TODAY + dt.timedelta(days=27),
        "weekdays": [0],
        "starts": dt.time(13),
        "ends": dt.time(14),
    }
    return factories.SeriesFactory.create(place=place, **{**defaults, **kwargs})


def _days(series: Series) -> list[dt.date]:
    return list(series.occurrences.order_by("date").values_list("date", flat=True))


def _mondays(*offsets: int) -> list[dt.date]:
    return [TODAY + dt.timedelta(weeks=offset) for offset in offsets]


# --- materialise ------------------------------------------------------------------------------------------------------


def test_materialise_makes_the_rhythm(place: Place, manager: User) -> None:
    series = _series(place)
    assert materialise(series=series, by=manager) == Materialised(made=4, kept=0, removed=0)
    assert _days(series) == _mondays(0, 1, 2, 3)
    first = series.occurrences.earliest("date")
    assert (first.title, first.kind, first.outcome, first.was_planned) == (
        "Salsa och bugg",
        "activity",
        "planned",
        True,
    )
    assert first.starts_at == dt.datetime(2026, 11, 23, 13, tzinfo=STOCKHOLM)
    assert first.ends_at == dt.datetime(2026, 11, 23, 14, tzinfo=STOCKHOLM)


def test_materialise_again_changes_nothing(place: Place, manager: User) -> None:
    series = _series(place)
    materialise(series=series, by=manager)
    before = list(series.occurrences.order_by("pk").values())
    assert materialise(series=series, by=manager) == Materialised(made=0, kept=4, removed=0)
    assert list(series.occurrences.order_by("pk").values()) == before


def test_materialise_keeps_wall_time_over_the_autumn_shift(place: Place, manager: User) -> None:
    series = _series(place, first=dt.date(2026, 10, 19), last=dt.date(2026, 10, 26))
    materialise(series=series, by=manager)
    starts = [one.starts_at.astimezone(STOCKHOLM) for one in series.occurrences.order_by("date")]
    assert [(start.hour, start.utcoffset()) for start in starts] == [
        (13, dt.timedelta(hours=2)),
        (13, dt.timedelta(hours=1)),
    ]


def test_materialise_follows_a_changed_series(place: Place, manager: User) -> None:
    series = _series(place)
    materialise(series=series, by=manager)
    zone = factories.ZoneFactory.create(place=place)
    series.title, series.zone, series.starts, series.ends = "Bugg", zone, dt.time(15), dt.time(16)
    series.last = TODAY + dt.timedelta(days=20)
    series.excluded = [TODAY + dt.timedelta(weeks=1)]
    series.also = [TOMORROW]
    series.save()
    assert materialise(series=series, by=manager) == Materialised(made=1, kept=2, removed=2)
    assert _days(series) == [TODAY, TOMORROW, TODAY + dt.timedelta(weeks=2)]
    assert {(one.title, one.zone, one.starts_at.astimezone(STOCKHOLM).hour) for one in series.occurrences.all()} == {
        ("Bugg", zone, 15)
    }


def test_materialise_leaves_what_has_passed_or_been_told(place: Place, manager: User) -> None:
    series = _series(place, first=TODAY - dt.timedelta(weeks=2))
    assert materialise(series=series, by=manager).made == 6
    cancelled = series.occurrences.get(date=TODAY + dt.timedelta(weeks=1))
    record_outcome(occurrence=cancelled, outcome=Outcome.CANCELLED, reason="staff", by=manager)
    series.weekdays, series.title = [2], "Onsdagsdans"
    series.save()
    # Four Wednesdays to come; not the two that have passed, for what has passed is not planned afterwards.
    assert materialise(series=series, by=manager) == Materialised(made=4, kept=3, removed=3)
    kept = series.occurrences.filter(title="Salsa och bugg").order_by("date")
    assert [one.date for one in kept] == _mondays(-2, -1, 1)
    assert [one.date.weekday() for one in series.occurrences.filter(title="Onsdagsdans")] == [2, 2, 2, 2]


def test_materialise_keeps_what_has_counts(place: Place, manager: User) -> None:
    series = _series(place)
    materialise(series=series, by=manager)
    counted = series.occurrences.get(date=TODAY)
    factories.HeadcountFactory.create(
        place=place, measure=Measure.PARTICIPATING, zone=None, occurrence=counted, date=TODAY
    )
    series.weekdays = [2]
    series.save()
    assert materialise(series=series, by=manager) == Materialised(made=4, kept=1, removed=3)
    assert counted in series.occurrences.all()


def test_materialise_leaves_locked_days_as_they_are(place: Place, manager: User) -> None:
    series = _series(place)
    factories.PeriodLockFactory.create(place=place, first=TODAY, last=TODAY + dt.timedelta(days=7))
    assert materialise(series=series, by=manager) == Materialised(made=2, kept=0, removed=0, locked=2)
    assert _days(series) == _mondays(2, 3)


def test_materialise_removes_nothing_in_a_locked_period(place: Place, manager: User) -> None:
    series = _series(place)
    materialise(series=series, by=manager)
    factories.PeriodLockFactory.create(place=place, first=TODAY, last=TODAY + dt.timedelta(days=7))
    series.weekdays, series.title = [2], "Onsdagsdans"
    series.save()
    assert materialise(series=series, by=manager) == Materialised(made=3, kept=2, removed=2, locked=1)
    assert sorted(series.occurrences.filter(title="Salsa och bugg").values_list("date", flat=True)) == _mondays(0, 1)


def test_materialise_without_a_rhythm_is_refused(place: Place, manager: User) -> None:
    with pytest.raises(ValueError, match="A rhythm needs a weekday or a date"):
        materialise(series=_series(place, weekdays=[]), by=manager)


def test_one_moved_by_itself_stays_where_it_was_put(place: Place, manager: User) -> None:
    series = _series(place)
    materialise(series=series, by=manager)
    moved = series.occurrences.get(date=TODAY)
    moved.date = TOMORROW
    moved.starts_at += dt.timedelta(days=1)
    moved.ends_at += dt.timedelta(days=1)
    change_occurrence(occurrence=moved, was_on=TODAY, by=manager)
    series.refresh_from_db()
    assert series.excluded == [TODAY]
    series.starts, series.ends = dt.time(9), dt.time(10)
    series.save()
    assert materialise(series=series, by=manager) == Materialised(made=0, kept=4, removed=0)
    assert _days(series) == [TOMORROW, *_mondays(1, 2, 3)]
    moved.refresh_from_db()
    assert moved.starts_at == dt.datetime(2026, 11, 24, 13, tzinfo=STOCKHOLM)


def test_one_whose_new_time_is_taken_keeps_its_own(place: Place, manager: User) -> None:
    series = _series(place)
    materialise(series=series, by=manager)
    moved, stays = series.occurrences.order_by("date")[:2]
    moved.date = stays.date
    moved.starts_at = dt.datetime.combine(stays.date, dt.time(15), tzinfo=STOCKHOLM)
    moved.ends_at = moved.starts_at + dt.timedelta(hours=1)
    change_occurrence(occurrence=moved, was_on=TODAY, by=manager)
    series.refresh_from_db()
    series.starts, series.ends = dt.time(15), dt.time(16)
    series.save()
    assert materialise(series=series, by=manager) == Materialised(made=0, kept=4, removed=0)
    stays.refresh_from_db()
    assert stays.starts_at.astimezone(STOCKHOLM).hour == 13


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rhythms=st.lists(
        st.tuples(
            st.sets(st.integers(0, 6), min_size=1),
            st.integers(1, 3),
            st.integers(-10, 10),
            st.integers(0, 20),
            st.times(dt.time(0), dt.time(22)).map(lambda moment: moment.replace(minute=0, second=0, microsecond=0)),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_materialise_never_doubles(place: Place, manager: User, rhythms: list[Any]) -> None:
    series = _series(place)
    for weekdays, every, start, length, clock in rhythms:
        series.weekdays, series.every_weeks = sorted(weekdays), every
        series.first = TODAY + dt.timedelta(days=start)
        series.last = series.first + dt.timedelta(days=length)
        series.starts, series.ends = clock, clock.replace(minute=45)
        series.save()
        materialise(series=series, by=manager)
        days = _days(series)
        again = materialise(series=series, by=manager)
        assert len(days) == len(set(days))
        assert (again.made, again.kept, again.removed) == (0, len(days), 0)
    series.occurrences.all().delete()
    series.delete()


# --- record_outcome ---------------------------------------------------------------------------------------------------


def test_record_outcome_held(place: Place, host: User) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY)
    partner = factories.PartnerFactory.create(place=place)
    record_outcome(occurrence=occurrence, outcome=Outcome.HELD, by=host, note="Fullt", partner=partner)
    occurrence.refresh_from_db()
    assert (occurrence.outcome, occurrence.reason, occurrence.note) == ("held", "", "Fullt")
    assert (occurrence.told_by, occurrence.told_at, occurrence.partner) == (host, NOW, partner)


@pytest.mark.parametrize("outcome", [Outcome.CHANGED, Outcome.CANCELLED])
@pytest.mark.parametrize("reason", ["", "laziness"])
def test_record_outcome_needs_a_reason(place: Place, host: User, outcome: str, reason: str) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY)
    with pytest.raises(ValidationError) as refused:
        record_outcome(occurrence=occurrence, outcome=outcome, by=host, reason=reason)
    assert refused.value.message_dict == {"reason": ["Välj en orsak."]}
    occurrence.refresh_from_db()
    assert occurrence.outcome == Outcome.PLANNED


def test_record_outcome_is_one_of_three(place: Place, host: User) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY)
    with pytest.raises(ValidationError) as refused:
        record_outcome(occurrence=occurrence, outcome=Outcome.PLANNED, by=host)
    assert refused.value.message_dict == {"outcome": ["Ange hur det gick: genomförd, ändrad eller inställd."]}


@pytest.mark.parametrize("outcome", [Outcome.HELD, Outcome.CHANGED])
def test_nobody_can_say_how_it_went_before_it_began(place: Place, host: User, outcome: str) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place)
    with pytest.raises(ValidationError) as refused:
        record_outcome(occurrence=occurrence, outcome=outcome, by=host, reason="weather")
    assert refused.value.messages == ["Det går inte att säga hur det gick innan det har börjat."]


def test_a_cancellation_can_be_told_beforehand(place: Place, host: User) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=TOMORROW)
    told = record_outcome(occurrence=occurrence, outcome=Outcome.CANCELLED, by=host, reason="organiser")
    assert (told.outcome, told.reason) == ("cancelled", "organiser")


def test_an_outcome_can_be_told_anew_and_a_held_one_has_no_reason(place: Place, host: User) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY)
    record_outcome(occurrence=occurrence, outcome=Outcome.CHANGED, by=host, reason="weather", note="Inomhus")
    told = record_outcome(occurrence=occurrence, outcome=Outcome.HELD, by=host, reason="weather")
    assert (told.outcome, told.reason, told.note) == ("held", "", "")


def test_an_outcome_in_a_locked_period_is_refused(place: Place, host: User, manager: User) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY)
    factories.PeriodLockFactory.create(place=place, first=YESTERDAY, last=YESTERDAY, by=manager)
    with pytest.raises(ValidationError) as refused:
        record_outcome(occurrence=occurrence, outcome=Outcome.HELD, by=host)
    assert refused.value.error_list[0].code == "locked"
    with pytest.raises(ValidationError) as refused:
        take_back_outcome(occurrence=occurrence, by=host)
    assert refused.value.error_list[0].code == "locked"


def test_an_outcome_can_be_taken_back(place: Place, host: User) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY)
    record_outcome(occurrence=occurrence, outcome=Outcome.CANCELLED, by=host, reason="staff", note="Sjuk")
    back = take_back_outcome(occurrence=occurrence, by=host)
    assert (back.outcome, back.reason, back.note, back.told_by, back.told_at) == ("planned", "", "", None, None)


def test_what_was_never_planned_cannot_wait_again(place: Place, host: User) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=YESTERDAY, was_planned=False, told=True)
    with pytest.raises(ValidationError) as refused:
        take_back_outcome(occurrence=occurrence, by=host)
    assert refused.value.error_list[0].code == "unplanned"


# --- add_unplanned ----------------------------------------------------------------------------------------------------


def test_add_unplanned(place: Place, host: User) -> None:
    starts = NOW - dt.timedelta(hours=1)
    occurrence = add_unplanned(
        place=place, title="Gatumusiker", kind=Kind.ACTIVITY, starts_at=starts, ends_at=NOW, by=host, note="Glatt"
    )
    occurrence.refresh_from_db()
    assert (occurrence.title, occurrence.date, occurrence.was_planned) == ("Gatumusiker", TODAY, False)
    assert (occurrence.outcome, occurrence.told_by, occurrence.responsible) == ("held", host, host)


def test_add_unplanned_late_at_night_belongs_to_the_local_day(place: Place, host: User) -> None:
    starts = dt.datetime(2026, 11, 22, 0, 30, tzinfo=STOCKHOLM)
    ends = starts + dt.timedelta(hours=1)
    occurrence = add_unplanned(place=place, title="Natt", kind="event", starts_at=starts, ends_at=ends, by=host)
    assert occurrence.date == dt.date(2026, 11, 22)


def test_add_unplanned_has_begun(place: Place, host: User) -> None:
    starts = NOW + dt.timedelta(minutes=1)
    with pytest.raises(ValidationError) as refused:
        add_unplanned(
            place=place, title="Sen", kind="event", starts_at=starts, ends_at=NOW + dt.timedelta(hours=1), by=host
        )
    assert refused.value.message_dict == {"starts": ["Det här har inte börjat än. Lägg det i planen i stället."]}


def test_add_unplanned_ends_after_it_starts(place: Place, host: User) -> None:
    with pytest.raises(ValidationError):
        add_unplanned(place=place, title="Bakvänt", kind="event", starts_at=NOW, ends_at=NOW, by=host)
    assert Occurrence.objects.count() == 0


def test_add_unplanned_in_a_locked_period_is_refused(place: Place, host: User) -> None:
    factories.PeriodLockFactory.create(place=place, first=TODAY, last=TODAY)
    with pytest.raises(ValidationError) as refused:
        add_unplanned(
            place=place, title="Låst", kind="event", starts_at=NOW - dt.timedelta(hours=1), ends_at=NOW, by=host
        )
    assert refused.value.error_list[0].code == "locked"


# --- open_day, close_day ----------------------------------------------------------------------------------------------


def test_a_day_is_opened_and_closed(place: Place, host: User) -> None:
    open_day(place=place, day=TODAY, at=dt.time(9, 52), by=host)
    closed = close_day(place=place, day=TODAY, at=dt.time(11, 58), by=host)
    assert (closed.opened, closed.closed, closed.told_by) == (dt.time(9, 52), dt.time(11, 58), host)
    assert OpenDay.objects.count() == 1


def test_an_opening_time_can_be_written_anew(place: Place, host: User) -> None:
    open_day(place=place, day=TODAY, at=dt.time(10), by=host)
    assert open_day(place=place, day=TODAY, at=dt.time(9), by=host).opened == dt.time(9)
    assert OpenDay.objects.count() == 1


def test_a_day_never_opened_cannot_close(place: Place, host: User) -> None:
    with pytest.raises(ValidationError) as refused:
        close_day(place=place, day=TODAY, at=dt.time(11), by=host)
    assert refused.value.error_list[0].code == "not_open"


def test_a_day_closes_after_it_opens(place: Place, host: User) -> None:
    open_day(place=place, day=TODAY, at=dt.time(10), by=host)
    with pytest.raises(ValidationError) as refused:
        close_day(place=place, day=TODAY, at=dt.time(9), by=host)
    assert refused.value.messages == ["Stängningstiden måste vara efter öppningstiden."]


@pytest.mark.parametrize(("day", "at"), [(TODAY, dt.time(12, 1)), (TOMORROW, dt.time(9))])
def test_a_time_to_come_is_refused(place: Place, host: User, day: dt.date, at: dt.time) -> None:
    with pytest.raises(ValidationError) as refused:
        open_day(place=place, day=day, at=at, by=host)
    assert refused.value.error_list[0].code == "ahead"


def test_a_locked_day_neither_opens_nor_closes(place: Place, host: User) -> None:
    factories.OpenDayFactory.create(place=place, date=YESTERDAY)
    factories.PeriodLockFactory.create(place=place, first=YESTERDAY, last=YESTERDAY)
    for act in (open_day, close_day):
        with pytest.raises(ValidationError) as refused:
            act(place=place, day=YESTERDAY, at=dt.time(11), by=host)
        assert refused.value.error_list[0].code == "locked"
