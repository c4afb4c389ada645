"""An occurrence changed alone, with those that follow or with all: nothing doubled, nothing lost, and taken back."""

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from activities.actions import (
    Change,
    Scope,
    Undone,
    cancel_occurrences,
    change_occurrence,
    change_series,
    last_change,
    materialise,
    move_occurrence,
    plan_series,
    record_outcome,
    undo_change,
)
from activities.models import Occurrence, Series
from measurements.models import Measure
from places.models import Place, User
from tests import factories
from tests.activities.history import YESTERDAY
from tests.conftest import STOCKHOLM, TODAY

pytestmark = pytest.mark.django_db

A_DAY, A_WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
# The Wednesday after today.
WEDNESDAY = dt.date(2026, 11, 25)


@pytest.fixture
def series(place: Place, manager: User) -> Series:
    """Wednesdays 16:30-18 for six weeks from this week."""
    made = factories.SeriesFactory.build(place=place, first=TODAY, last=WEDNESDAY + 5 * A_WEEK, weekdays=[2])
    plan_series(series=made, by=manager)
    return made


def _on(series: Series, week: int) -> Occurrence:
    return Occurrence.objects.get(place=series.place, date=WEDNESDAY + week * A_WEEK)


def _state(place: Place) -> list[Any]:
    """Everything about the plan but what counts its changes."""
    left_out = ("sequence", "changed_at")
    rows = [list(rows.order_by("pk").values()) for rows in (place.series.all(), place.occurrences.all())]
    return [{name: value for name, value in row.items() if name not in left_out} for each in rows for row in each]


def _days(series: Series) -> list[dt.date]:
    return list(series.occurrences.order_by("date").values_list("date", flat=True))


def _weeks(*numbers: int) -> list[dt.date]:
    return [WEDNESDAY + number * A_WEEK for number in numbers]


def test_following_become_a_series_of_their_own_and_stay_what_they_are(series: Series, manager: User) -> None:
    names = dict(Occurrence.objects.values_list("date", "uid"))
    counted = _on(series, 4)
    factories.HeadcountFactory.create(
        place=series.place, measure=Measure.PARTICIPATING, zone=None, occurrence=counted, date=counted.date
    )
    record_outcome(occurrence=_on(series, 3), outcome="cancelled", reason="staff", by=manager)
    change = Change(starts=dt.time(17), ends=dt.time(19), shared={"title": "Tango"})
    done = change_series(occurrence=_on(series, 2), change=change, scope=Scope.FOLLOWING, by=manager)
    series.refresh_from_db()
    new = done.occurrence.series
    assert new
    assert (series.last, _days(series)) == (WEDNESDAY + 2 * A_WEEK - A_DAY, _weeks(0, 1))
    assert (new.first, new.title, _days(new)) == (WEDNESDAY + 2 * A_WEEK, "Tango", _weeks(2, 3, 4, 5))
    assert dict(Occurrence.objects.values_list("date", "uid")) == names
    assert [(one.title, one.starts_at.astimezone(STOCKHOLM).hour) for one in new.occurrences.order_by("date")] == [
        ("Tango", 17),
        ("Salsa och bugg", 16),  # Told beforehand that it is cancelled.
        ("Tango", 17),
        ("Tango", 17),
    ]
    assert done.made
    assert (done.made.made, done.made.removed) == (0, 0)


def test_all_change_and_what_has_begun_stays(place: Place, manager: User) -> None:
    series = factories.SeriesFactory.build(place=place, first=TODAY - 2 * A_WEEK, last=TODAY + 3 * A_WEEK, weekdays=[0])
    plan_series(series=series, by=manager)
    coming = series.occurrences.get(date=TODAY + A_WEEK)
    change = Change(day=coming.date + 2 * A_DAY, shared={"title": "Onsdag"})
    change_series(occurrence=coming, change=change, scope=Scope.ALL, by=manager)
    assert [(one.date, one.title) for one in series.occurrences.order_by("date")] == [
        (TODAY - 2 * A_WEEK, "Salsa och bugg"),
        (TODAY - A_WEEK, "Salsa och bugg"),
        # Today's, at half past four, has not begun, and goes along.
        *[(TODAY + number * A_WEEK + 2 * A_DAY, "Onsdag") for number in range(4)],
    ]
    coming.refresh_from_db()
    assert coming.date == TODAY + A_WEEK + 2 * A_DAY


def test_one_moved_by_itself_keeps_its_week_when_the_others_change_weekday(series: Series, manager: User) -> None:
    alone = move_occurrence(occurrence=_on(series, 1), day=WEDNESDAY + A_WEEK + 2 * A_DAY, by=manager).occurrence
    longer = change_occurrence(occurrence=_on(series, 2), was_on=WEDNESDAY + 2 * A_WEEK, by=manager).occurrence
    change_series(occurrence=_on(series, 0), change=Change(day=WEDNESDAY + A_DAY), scope=Scope.ALL, by=manager)
    # Friday of its own, a Wednesday of its own, and Thursdays.
    assert _days(series) == [
        WEDNESDAY + A_DAY, alone.date, longer.date, *[WEDNESDAY + number * A_WEEK + A_DAY for number in (3, 4, 5)]
    ]  # fmt: skip


def test_moved_before_the_others_of_its_series(series: Series, manager: User) -> None:
    done = change_series(
        occurrence=_on(series, 0), change=Change(shared={"title": "Alla"}), scope=Scope.FOLLOWING, by=manager
    )
    # Nothing comes before the first: its series is changed, and none is made.
    assert Series.objects.count() == 1
    assert done.occurrence.title == "Alla"


def test_move_keeps_the_length_and_the_zone(series: Series, manager: User) -> None:
    zone = factories.ZoneFactory.create(place=series.place)
    moved = move_occurrence(
        occurrence=_on(series, 0), day=WEDNESDAY + A_DAY, starts=dt.time(23), zone=zone, by=manager
    ).occurrence
    assert moved.starts_at == dt.datetime(2026, 11, 26, 23, tzinfo=STOCKHOLM)
    assert moved.ends_at == dt.datetime(2026, 11, 27, 0, 30, tzinfo=STOCKHOLM)
    assert (moved.zone, moved.moved) == (zone, True)
    done = move_occurrence(
        occurrence=_on(series, 1), day=WEDNESDAY + A_WEEK, starts=dt.time(10), zone=zone, scope=Scope.ALL, by=manager
    )
    assert {(one.zone, one.starts_at.astimezone(STOCKHOLM).hour) for one in series.occurrences.exclude(moved=True)} == {
        (zone, 10)
    }
    assert done.made


def test_move_of_several_days_keeps_them(place: Place, manager: User) -> None:
    shown = factories.OccurrenceFactory.create(
        place=place, date=WEDNESDAY, kind="exhibition", ends_at=dt.datetime(2026, 11, 29, 17, tzinfo=STOCKHOLM)
    )
    moved = move_occurrence(occurrence=shown, day=WEDNESDAY + A_WEEK, by=manager).occurrence
    assert (moved.date, moved.last_date) == (dt.date(2026, 12, 2), dt.date(2026, 12, 6))
    assert moved.ends_at == dt.datetime(2026, 12, 6, 17, tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("day", "message"),
    [
        (7, "Flera tillsammans kan bara flyttas inom sina veckor. Flytta det här för sig, eller ändra serien."),
        (-2, "Serien är redan på den veckodagen."),
    ],
)
def test_a_day_the_series_cannot_take_is_refused(series: Series, manager: User, day: int, message: str) -> None:
    series.weekdays = [0, 2]
    plan_series(series=series, by=manager)
    change = Change(day=WEDNESDAY + A_WEEK + day * A_DAY)
    before = _state(series.place)
    with pytest.raises(ValidationError) as refused:
        change_series(occurrence=_on(series, 1), change=change, scope=Scope.FOLLOWING, by=manager)
    assert refused.value.message_dict == {"date": [message]}
    assert _state(series.place) == before


def test_one_moved_out_of_the_rhythm_cannot_take_the_series_along(series: Series, manager: User) -> None:
    alone = move_occurrence(occurrence=_on(series, 1), day=WEDNESDAY + A_WEEK + A_DAY, by=manager).occurrence
    with pytest.raises(ValidationError) as refused:
        change_series(occurrence=alone, change=Change(day=alone.date + A_DAY), scope=Scope.ALL, by=manager)
    assert list(refused.value.message_dict) == ["date"]
    # Its name and time it can share.
    change_series(
        occurrence=alone,
        change=Change(starts=dt.time(9), ends=dt.time(10), shared={"title": "Bugg"}),
        scope=Scope.ALL,
        by=manager,
    )
    assert {(one.title, one.starts_at.astimezone(STOCKHOLM).hour) for one in series.occurrences.all()} == {("Bugg", 9)}
    last = move_occurrence(occurrence=_on(series, 5), day=WEDNESDAY + 9 * A_WEEK, by=manager).occurrence
    with pytest.raises(ValidationError) as refused:
        change_series(occurrence=last, change=Change(), scope=Scope.FOLLOWING, by=manager)
    assert refused.value.messages == ["Inget i serien följer efter. Ändra det här för sig."]


def test_a_single_date_moves_anywhere(series: Series, manager: User) -> None:
    series.also = [WEDNESDAY + 3 * A_DAY]
    plan_series(series=series, by=manager)
    extra = series.occurrences.get(date=WEDNESDAY + 3 * A_DAY)
    change_series(occurrence=extra, change=Change(day=WEDNESDAY + 12 * A_DAY), scope=Scope.ALL, by=manager)
    extra.refresh_from_db()
    series.refresh_from_db()
    assert (extra.date, series.also) == (WEDNESDAY + 12 * A_DAY, [WEDNESDAY + 12 * A_DAY])


def test_only_what_is_to_come_changes_together(series: Series, manager: User) -> None:
    single = factories.OccurrenceFactory.create(place=series.place)
    told = record_outcome(occurrence=_on(series, 1), outcome="cancelled", reason="staff", by=manager)
    for one in (single, told):
        with pytest.raises(ValidationError) as refused:
            change_series(occurrence=one, change=Change(), scope=Scope.ALL, by=manager)
        assert refused.value.messages == ["Bara det som återstår av en serie kan ändras tillsammans."]
    with pytest.raises(ValidationError) as refused:
        move_occurrence(occurrence=told, day=TODAY + A_DAY, by=manager)
    assert refused.value.messages == ["Utfallet är redan angivet. Ta tillbaka det innan du flyttar tillfället."]


def test_locked_days_are_not_moved(series: Series, manager: User) -> None:
    factories.PeriodLockFactory.create(place=series.place, first=WEDNESDAY + A_WEEK, last=WEDNESDAY + A_WEEK)
    with pytest.raises(ValidationError):
        move_occurrence(occurrence=_on(series, 0), day=WEDNESDAY + A_WEEK, by=manager)
    with pytest.raises(ValidationError):
        change_series(occurrence=_on(series, 1), change=Change(), scope=Scope.FOLLOWING, by=manager)
    with pytest.raises(ValidationError):
        cancel_occurrences(occurrence=_on(series, 0), scope=Scope.ALL, reason="works", by=manager)


def test_move_does_not_meet_its_twin(series: Series, manager: User) -> None:
    with pytest.raises(ValidationError):
        move_occurrence(occurrence=_on(series, 0), day=WEDNESDAY + A_WEEK, by=manager)


@pytest.mark.parametrize(("scope", "count"), [(Scope.THIS, 1), (Scope.FOLLOWING, 4), (Scope.ALL, 6)])
def test_cancel_and_take_it_back(series: Series, manager: User, scope: str, count: int) -> None:
    before = _state(series.place)
    told, undo = cancel_occurrences(occurrence=_on(series, 2), scope=scope, reason="works", by=manager, note="Grävs")
    cancelled = Occurrence.objects.filter(outcome="cancelled", reason="works", note="Grävs", told_by=manager)
    assert (told, cancelled.count()) == (count, count)
    # What is cancelled stays so, and is not made anew.
    materialise(series=series, by=manager)
    assert cancelled.count() == count
    assert len(undo_change(place=series.place, token=undo, by=manager).occurrences) == count
    assert _state(series.place) == before


def test_cancel_needs_a_reason_and_something_to_cancel(series: Series, manager: User) -> None:
    with pytest.raises(ValidationError) as refused:
        cancel_occurrences(occurrence=_on(series, 2), scope=Scope.ALL, reason="", by=manager)
    assert refused.value.message_dict == {"reason": ["Välj en orsak."]}
    cancel_occurrences(occurrence=_on(series, 2), scope=Scope.ALL, reason="staff", by=manager)
    with pytest.raises(ValidationError) as refused:
        cancel_occurrences(occurrence=_on(series, 2), scope=Scope.ALL, reason="staff", by=manager)
    assert refused.value.messages == ["Det finns inget kvar att ställa in."]


# --- Taking it back ---------------------------------------------------------------------------------------------------


def test_undo_a_move(series: Series, manager: User) -> None:
    before = _state(series.place)
    done = move_occurrence(occurrence=_on(series, 1), day=TODAY + A_DAY, by=manager)
    assert _state(series.place) != before
    assert undo_change(place=series.place, token=done.undo, by=manager) == Undone([done.occurrence.pk])
    assert _state(series.place) == before


def test_undo_later_through_the_history(series: Series, manager: User) -> None:
    before = _state(series.place)
    moved = move_occurrence(occurrence=_on(series, 1), day=TODAY + A_DAY, by=manager).occurrence
    undo_change(place=series.place, token=last_change(Occurrence.objects.get(pk=moved.pk)), by=manager)
    assert _state(series.place) == before
    # It follows its series again, and an outcome is taken back in its own way.
    assert last_change(Occurrence.objects.get(pk=moved.pk)) == ""
    moved = move_occurrence(occurrence=moved, day=TODAY + A_DAY, by=manager).occurrence
    told = record_outcome(occurrence=moved, outcome="cancelled", reason="staff", by=manager)
    assert last_change(told) == ""


def test_undo_later_leaves_empty_what_another_left(series: Series, manager: User) -> None:
    move_occurrence(occurrence=_on(series, 1), day=TODAY + A_DAY, by=manager)
    moved = move_occurrence(occurrence=_on(series, 2), day=WEDNESDAY + A_WEEK, by=manager).occurrence
    apps.get_model("activities", "SeriesEvent").objects.update(pgh_created_at=YESTERDAY)
    before = _state(series.place)
    move_occurrence(occurrence=moved, day=WEDNESDAY + A_WEEK + A_DAY, by=manager)
    undo_change(place=series.place, token=last_change(Occurrence.objects.get(pk=moved.pk)), by=manager)
    assert _state(series.place) == before


@pytest.mark.parametrize("scope", [Scope.FOLLOWING, Scope.ALL])
def test_undo_of_several(series: Series, manager: User, scope: str) -> None:
    before = _state(series.place)
    change = Change(day=WEDNESDAY + 2 * A_WEEK + A_DAY, starts=dt.time(9), ends=dt.time(10), shared={"title": "Nytt"})
    done = change_series(occurrence=_on(series, 2), change=change, scope=scope, by=manager)
    undo_change(place=series.place, token=done.undo, by=manager)
    assert _state(series.place) == before


def test_undo_brings_back_what_was_removed(series: Series, manager: User) -> None:
    # A Thursday of its own, so that one of the Wednesdays has no room of its own there.
    series.also = [WEDNESDAY + 2 * A_WEEK + A_DAY]
    plan_series(series=series, by=manager)
    before = _state(series.place)
    done = change_series(occurrence=_on(series, 0), change=Change(day=WEDNESDAY + A_DAY), scope=Scope.ALL, by=manager)
    assert (done.made.removed if done.made else None) == 1
    assert _days(series) == [WEDNESDAY + number * A_WEEK + A_DAY for number in range(6)]
    undo_change(place=series.place, token=done.undo, by=manager)
    assert _state(series.place) == before


def test_undo_refuses_what_was_changed_since(series: Series, manager: User) -> None:
    done = move_occurrence(occurrence=_on(series, 1), day=TODAY + A_DAY, by=manager)
    move_occurrence(occurrence=done.occurrence, day=TODAY + 3 * A_DAY, by=manager)
    with pytest.raises(ValidationError) as refused:
        undo_change(place=series.place, token=done.undo, by=manager)
    assert refused.value.messages == ["Det har ändrats igen sedan dess, och kan inte ångras."]


def test_undo_refuses_what_has_been_used_since(series: Series, manager: User) -> None:
    change = Change(day=WEDNESDAY + 2 * A_WEEK + A_DAY)
    done = change_series(occurrence=_on(series, 2), change=change, scope=Scope.FOLLOWING, by=manager)
    assert done.occurrence.series
    factories.OccurrenceFactory.create(place=series.place, series=done.occurrence.series, date=TODAY + 60 * A_DAY)
    with pytest.raises(ValidationError) as refused:
        undo_change(place=series.place, token=done.undo, by=manager)
    assert refused.value.messages == ["Det har använts sedan dess, och kan inte ångras."]


def test_undo_takes_no_made_up_address(series: Series, other_place: Place, manager: User) -> None:
    done = move_occurrence(occurrence=_on(series, 1), day=TODAY + A_DAY, by=manager)
    for place, token in ((other_place, done.undo), (series.place, "hittepå")):
        with pytest.raises(ValidationError) as refused:
            undo_change(place=place, token=token, by=manager)
        assert refused.value.messages == ["Det finns inget att ångra här."]


def test_one_whose_new_moment_another_has_moved_to_stays_by_itself(place: Place, manager: User) -> None:
    days = {"first": TODAY, "last": TODAY + 13 * A_DAY, "weekdays": [2, 3]}
    series = factories.SeriesFactory.build(place=place, **days)
    plan_series(series=series, by=manager)
    first, thursday, second, later = series.occurrences.order_by("date")
    move_occurrence(occurrence=thursday, day=TODAY + A_DAY, by=manager)
    before = _state(place)
    done = move_occurrence(occurrence=second, day=second.date - A_DAY, scope=Scope.ALL, by=manager)
    found = [(one.pk, one.date, one.moved) for one in place.occurrences.order_by("starts_at")]
    assert found == [
        (thursday.pk, TODAY + A_DAY, True),
        (first.pk, WEDNESDAY, True),
        (second.pk, WEDNESDAY + 6 * A_DAY, False),
        (later.pk, later.date, False),
    ]
    undo_change(place=place, token=done.undo, by=manager)
    assert _state(place) == before
    with pytest.raises(ValidationError) as refused:
        move_occurrence(occurrence=first, day=TODAY + A_DAY, scope=Scope.ALL, by=manager)
    assert list(refused.value.message_dict) == ["date"]
    assert _state(place) == before


def test_all_do_not_move_to_where_a_single_date_of_the_series_is(series: Series, manager: User) -> None:
    series.also = [WEDNESDAY + A_DAY]
    plan_series(series=series, by=manager)
    before = _state(series.place)
    with pytest.raises(ValidationError) as refused:
        move_occurrence(occurrence=_on(series, 0), day=WEDNESDAY + A_DAY, scope=Scope.ALL, by=manager)
    assert list(refused.value.message_dict) == ["date"]
    assert _state(series.place) == before
