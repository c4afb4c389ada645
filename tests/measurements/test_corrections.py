"""Whole counts put right: the ledger keeps all of it, and what was withdrawn is nowhere a zero."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.test import Client
from django.utils import translation

from activities.models import Occurrence
from measurements import corrections, queries, rules, statistics
from measurements.actions import EntryData, append_entries
from measurements.corrections import DaySum, Effect, merge, merging, move, restore, withdraw
from measurements.models import AgeBand, CountEntry, DailyCount, Gender, Headcount, Level, Measure
from measurements.todo import Missing, todo
from places.models import Place, User, Zone
from places.periods import Period
from tests import factories
from tests.conftest import NOW, STOCKHOLM, TODAY

pytestmark = pytest.mark.django_db

Way = CountEntry.Way
W, M, N = Gender.WOMAN, Gender.MAN, Gender.NOT_CLASSIFIED
COUNTS = "/p/lilltorget/counts/"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def zone(place: Place) -> Zone:
    return factories.ZoneFactory.create(place=place, name="Scenen")


def _band(lower: int) -> int:
    return AgeBand.objects.get(lower=lower, age_set__is_default=True).pk


def _count(place: Place, cells: dict[tuple[int, int | None], int], **fields: Any) -> Headcount:
    """`cells` by gender and the band's lower age; without any, someone looked and nobody was there."""
    headcount = factories.HeadcountFactory.create(place=place, **fields)
    for (gender, lower), people in cells.items():
        band = None if lower is None else AgeBand.objects.get(age_set=headcount.age_set, lower=lower)
        factories.CountEntryFactory.create(headcount=headcount, gender=gender, age_band=band, people=people)
    if not cells:
        factories.CountEntryFactory.create(headcount=headcount, people=0, way=Way.NOBODY)
    headcount.refresh_from_db()
    return headcount


def _over(place: Place) -> Occurrence:
    return factories.OccurrenceFactory.create(place=place, starts_at=NOW - dt.timedelta(hours=3), told=True)


def _day(place: Place) -> list[tuple[Any, ...]]:
    rows = DailyCount.objects.filter(place=place).order_by("date", "zone__name", "level", "gender", "age_band__lower")
    return list(rows.values_list("zone__name", "level", "gender", "age_band__lower", "people"))


# --- Withdraw


def test_a_withdrawn_count_is_neither_a_zero_nor_in_a_mean(place: Place, zone: Zone, host: User) -> None:
    headcount = _count(place, {(W, 25): 5, (M, None): 2}, zone=zone)
    withdraw(headcount=headcount, reason="Räknades på fel torg", by=host)
    headcount.refresh_from_db()
    assert (headcount.people, headcount.withdrawn_at, headcount.withdrawn_by) == (0, NOW, host)
    lines = headcount.entries.filter(way=Way.CORRECTION).order_by("gender")
    assert [(one.gender, one.people, one.reason, one.by) for one in lines] == [
        (W, -5, "Räknades på fel torg", host),
        (M, -2, "Räknades på fel torg", host),
    ]
    assert _day(place) == []
    period = Period.day(TODAY)
    assert queries.people_by_gender_and_age(place, period, Measure.STAYING).total is None
    assert queries.staying_figures(place, [period])[0].mean is None
    assert queries.totals_by_measure(place.headcounts.all())[1] == queries.MeasureTotal(Measure.STAYING, 0, None, 0)
    assert queries.people_of(headcount).level is None
    tomorrow = queries.same_weekday_before(place, Measure.STAYING, zone, TODAY + dt.timedelta(weeks=1))
    assert tomorrow == []


def test_an_open_day_with_a_withdrawn_count_alone_is_not_collected(place: Place, zone: Zone, host: User) -> None:
    day = TODAY - dt.timedelta(days=3)
    factories.OpenDayFactory.create(place=place, date=day)
    headcount = _count(place, {(W, 25): 5}, zone=zone, date=day)
    assert todo(place, TODAY) == []
    assert queries.completeness(place, Period.day(day)).days_with_staying == 1
    withdraw(headcount=headcount, reason="Fel", by=host)
    assert [one.missing for one in todo(place, TODAY)] == [Missing.COUNT]
    whole = queries.completeness(place, Period.day(day))
    assert (whole.days_with_staying, whole.unexplained, whole.coverage) == (0, (day,), ())


def test_participants_withdrawn_are_missing_and_can_be_counted_anew(place: Place, host: User) -> None:
    day = TODAY - dt.timedelta(days=1)
    occurrence = factories.OccurrenceFactory.create(place=place, date=day, told=True, kind="activity")
    fields = {"measure": Measure.PARTICIPATING, "occurrence": occurrence, "date": day}
    headcount = _count(place, {(W, 25): 5}, **fields)
    assert queries.completeness(place, Period.day(day)).participants_counted == 1
    withdraw(headcount=headcount, reason="Fel", by=host)
    assert queries.completeness(place, Period.day(day)).participants_counted == 0
    assert [one.missing for one in todo(place, TODAY)] == [Missing.PARTICIPANTS]
    assert rules.already_counted(occurrence) is None
    again = _count(place, {(W, 25): 6}, **fields)
    assert queries.participating_figures(place, [Period.day(day)])[0].visits == 6
    with pytest.raises(ValidationError, match="have another count by now"):
        restore(headcount=headcount, by=host)
    withdraw(headcount=again, reason="Också fel", by=host)
    restore(headcount=headcount, by=host)
    assert queries.participating_figures(place, [Period.day(day)])[0].visits == 5


def test_another_counts_zero_of_that_ground_and_day_stays(place: Place, zone: Zone, host: User) -> None:
    wrong = _count(place, {(W, 25): 5}, zone=zone)
    _count(place, {}, zone=zone)
    withdraw(headcount=wrong, reason="Fel", by=host)
    assert queries.people_by_gender_and_age(place, Period.day(TODAY), Measure.STAYING).total == 0
    assert queries.staying_figures(place, [Period.day(TODAY)])[0].counts == 1


def test_withdrawn_twice_is_withdrawn_once(place: Place, host: User, manager: User) -> None:
    headcount = _count(place, {(W, 25): 5})
    withdraw(headcount=headcount, reason="Fel", by=host)
    assert withdraw(headcount=headcount, reason="Igen", by=manager).withdrawn_by == host
    assert headcount.entries.count() == 2


def test_a_count_nobody_is_in_yet_can_be_withdrawn_and_come_back(place: Place, host: User) -> None:
    headcount = factories.HeadcountFactory.create(place=place)
    withdraw(headcount=headcount, reason="Börjades av misstag", by=host)
    headcount.refresh_from_db()
    assert (headcount.people, headcount.entries.count()) == (None, 0)
    assert restore(headcount=headcount, by=host).people is None
    assert headcount.entries.count() == 0


def test_an_observed_zero_comes_back_as_one(place: Place, host: User) -> None:
    headcount = _count(place, {})
    withdraw(headcount=headcount, reason="Fel", by=host)
    assert _day(place) == []
    restore(headcount=headcount, by=host)
    assert [row[-1] for row in _day(place)] == [0]
    assert queries.staying_figures(place, [Period.day(TODAY)])[0].mean == 0


def test_what_is_withdrawn_takes_no_more_people(place: Place, host: User) -> None:
    headcount = _count(place, {(W, 25): 5})
    withdraw(headcount=headcount, reason="Fel", by=host)
    entry = EntryData(uuid.uuid4(), NOW, N, None, 1, Way.TAP)
    with pytest.raises(ValidationError, match="was withdrawn"):
        append_entries(headcount=headcount, entries=[entry], by=host)
    with pytest.raises(IntegrityError, match="does not fit"), transaction.atomic():
        factories.CountEntryFactory.create(headcount=headcount, people=0)


def test_the_database_holds_a_withdrawal_to_a_person_a_reason_and_nobody_left(place: Place, host: User) -> None:
    headcount = _count(place, {(W, 25): 5})
    known = Headcount.objects.filter(pk=headcount.pk)
    with pytest.raises(IntegrityError, match="holds_nobody"), transaction.atomic():
        known.update(withdrawn_at=NOW, withdrawn_by=host, withdrawn_reason="Fel")
    with pytest.raises(IntegrityError, match="person_and_a_reason"), transaction.atomic():
        known.update(withdrawn_at=NOW, withdrawn_by=host)


def test_locked_days_and_empty_reasons_are_refused(place: Place, zone: Zone, host: User) -> None:
    headcount, other = (_count(place, {(W, 25): 5}, zone=zone) for _ in range(2))
    with pytest.raises(ValidationError, match="Write why"):
        withdraw(headcount=headcount, reason=" ", by=host)
    withdraw(headcount=other, reason="Fel", by=host)
    factories.PeriodLockFactory.create(place=place, first=TODAY, last=TODAY, by=host)
    attempts = [
        lambda: withdraw(headcount=headcount, reason="Fel", by=host),
        lambda: restore(headcount=other, by=host),
        lambda: move(headcount=headcount, uuid=uuid.uuid4(), ground=zone, started_at=NOW, reason="Fel", by=host),
        lambda: merge(headcount=headcount, other=other, uuid=uuid.uuid4(), reason="Fel", by=host),
    ]
    for attempt in attempts:
        with pytest.raises(ValidationError, match="is locked"):
            attempt()
    assert CountEntry.objects.count() == 3


# --- Move


def test_a_count_moves_to_another_zone_and_day(place: Place, zone: Zone, host: User) -> None:
    took = dt.timedelta(minutes=20)
    began = NOW - dt.timedelta(hours=1)
    headcount = _count(place, {(W, 25): 5, (N, None): 1}, zone=zone, note="Kallt", ended_at=began + took)
    there = factories.ZoneFactory.create(place=place, name="Trappan")
    at = dt.datetime(2026, 11, 20, 14, tzinfo=STOCKHOLM)
    key = uuid.uuid4()
    moved = move(headcount=headcount, uuid=key, ground=there, started_at=at, reason="Fel delyta", by=host)
    assert (moved.uuid, moved.people, moved.zone, moved.date, moved.started_at) == (key, 6, there, at.date(), at)
    assert moved.ended_at == at + took
    assert (moved.note, moved.by, moved.level) == ("Kallt", headcount.by, headcount.level)
    assert list(moved.moved_from.all()) == [headcount]
    assert _day(place) == [
        ("Trappan", Level.GENDER_AGE, N, None, 1),
        ("Trappan", Level.GENDER_AGE, W, 25, 5),
    ]
    again = move(headcount=headcount, uuid=key, ground=there, started_at=at, reason="Fel delyta", by=host)
    assert (again, Headcount.objects.count()) == (moved, 2)
    back = restore(headcount=headcount, by=host)
    moved.refresh_from_db()
    assert (back.people, back.withdrawn, moved.people, moved.withdrawn) == (6, False, 0, True)
    assert [row[0] for row in _day(place)] == ["Scenen", "Scenen"]
    assert restore(headcount=headcount, by=host).entries.count() == back.entries.count()


def test_nobody_there_moves_as_nobody_there(place: Place, zone: Zone, host: User) -> None:
    headcount = _count(place, {}, zone=zone)
    at = headcount.started_at - dt.timedelta(hours=1)
    moved = move(headcount=headcount, uuid=uuid.uuid4(), ground=zone, started_at=at, reason="Fel tid", by=host)
    assert (moved.people, moved.started_at) == (0, at)
    assert [row[-1] for row in _day(place)] == [0]


def test_participants_move_to_another_occurrence_at_its_time(place: Place, host: User) -> None:
    first, second, full = (_over(place) for _ in range(3))
    headcount = _count(place, {(W, 25): 5}, measure=Measure.PARTICIPATING, occurrence=first)
    _count(place, {(W, 25): 1}, measure=Measure.PARTICIPATING, occurrence=full)
    known: dict[str, Any] = {
        "headcount": headcount,
        "uuid": uuid.uuid4(),
        "started_at": NOW,
        "reason": "Fel pass",
        "by": host,
    }
    with pytest.raises(ValidationError, match="already counted"):
        move(ground=full, **known)
    moved = move(ground=second, **known)
    assert (moved.occurrence, moved.started_at, moved.people) == (second, second.starts_at, 5)


def test_people_counted_since_the_move_stay_when_it_is_undone(place: Place, zone: Zone, host: User) -> None:
    headcount = _count(place, {(W, 25): 5}, zone=zone)
    there = factories.ZoneFactory.create(place=place)
    known: dict[str, Any] = {
        "headcount": headcount,
        "uuid": uuid.uuid4(),
        "ground": there,
        "started_at": NOW,
        "reason": "Fel",
    }
    moved = move(by=host, **known)
    factories.CountEntryFactory.create(headcount=moved, people=2, at=NOW - dt.timedelta(seconds=1))
    restore(headcount=headcount, by=host)
    moved.refresh_from_db()
    assert (moved.people, moved.withdrawn) == (2, False)


def test_what_has_gone_on_since_is_undone_from_its_end(place: Place, zone: Zone, host: User) -> None:
    headcount = _count(place, {(W, 25): 5}, zone=zone)
    there = factories.ZoneFactory.create(place=place)
    moved = move(headcount=headcount, uuid=uuid.uuid4(), ground=there, started_at=NOW, reason="Fel", by=host)
    withdraw(headcount=moved, reason="Fel ändå", by=host)
    with pytest.raises(ValidationError, match="gone on since"):
        restore(headcount=headcount, by=host)


def test_where_a_count_cannot_go_is_said(place: Place, zone: Zone, host: User) -> None:
    headcount = _count(place, {(W, 25): 5}, zone=zone)
    elsewhere = factories.ZoneFactory.create()
    begun = factories.HeadcountFactory.create(place=place)
    cases: list[tuple[Headcount, Any, dt.datetime, str]] = [
        (headcount, zone, headcount.started_at, "stands already"),
        (headcount, elsewhere, NOW, "another place"),
        (headcount, factories.LineFactory.create(place=place), NOW, "staying a zone"),
        (headcount, zone, NOW + dt.timedelta(days=1), "has not been yet"),
        (headcount, zone, NOW + dt.timedelta(minutes=1), "has not been yet"),
        (headcount, zone, NOW - dt.timedelta(days=1), "was closed"),
        (begun, zone, NOW, "Nobody has counted here yet"),
    ]
    for count, ground, at, words in cases:
        with pytest.raises(ValidationError, match=words):
            move(headcount=count, uuid=uuid.uuid4(), ground=ground, started_at=at, reason="Fel", by=host)


# --- Merge


def test_two_phones_counts_become_one(place: Place, zone: Zone, host: User) -> None:
    first = _count(place, {(W, 25): 5}, zone=zone)
    second = _count(place, {(W, 25): 2, (M, 25): 3}, zone=zone)
    assert list(corrections.mergeable(first)) == [second]
    kept = merge(headcount=first, other=second, uuid=uuid.uuid4(), reason="Två telefoner", by=host)
    assert (kept, kept.people) == (first, 10)
    second.refresh_from_db()
    assert (second.people, second.moved_to, second.withdrawn_reason) == (0, first, "Två telefoner")
    assert [row[-1] for row in _day(place)] == [7, 3]
    assert queries.staying_figures(place, [Period.day(TODAY)])[0].mean == 10
    assert merge(headcount=first, other=second, uuid=uuid.uuid4(), reason="Igen", by=host) == first
    assert merge(headcount=second, other=first, uuid=uuid.uuid4(), reason="Igen", by=host) == first
    restore(headcount=second, by=host)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.people, second.people, first.withdrawn) == (5, 5, False)
    assert queries.staying_figures(place, [Period.day(TODAY)])[0].mean == 5


def test_levels_fall_to_what_both_tell(place: Place, zone: Zone, host: User) -> None:
    fine = _count(place, {(W, 25): 5, (M, 65): 1}, zone=zone)
    by_gender = _count(place, {(W, None): 2}, zone=zone, level=Level.GENDER)
    result = merging(fine, by_gender)
    assert (result.level, result.loses, result.keeps, result.people) == (statistics.Level.GENDER, True, by_gender, 8)
    assert result.level_label == "gender"
    merge(headcount=fine, other=by_gender, uuid=uuid.uuid4(), reason="Samma", by=host)
    assert _day(place) == [("Scenen", Level.GENDER, W, None, 7), ("Scenen", Level.GENDER, M, None, 1)]


def test_levels_that_do_not_nest_make_a_new_count_of_the_total(place: Place, zone: Zone, host: User) -> None:
    by_age = _count(place, {(N, 25): 5}, zone=zone, level=Level.AGE)
    by_gender = _count(place, {(W, None): 2}, zone=zone, level=Level.GENDER)
    assert merging(by_age, by_gender).keeps is None
    key = uuid.uuid4()
    new = merge(headcount=by_age, other=by_gender, uuid=key, reason="Samma", by=host)
    assert (new.uuid, new.level, new.people) == (key, Level.TOTAL, 7)
    assert set(new.moved_from.all()) == {by_age, by_gender}
    assert merge(headcount=by_gender, other=by_age, uuid=key, reason="Samma", by=host) == new
    restore(headcount=by_gender, by=host)
    new.refresh_from_db()
    assert (new.withdrawn, new.people) == (True, 0)
    assert _day(place) == [("Scenen", Level.AGE, N, 25, 5), ("Scenen", Level.GENDER, W, None, 2)]


def test_other_age_bands_share_no_ages(place: Place, zone: Zone) -> None:
    other_set = factories.AgeSetFactory.create(name="PLDP", is_default=False)
    both = [_count(place, {(W, 25): 1}, zone=zone, age_set=chosen) for chosen in (factories.AgeSetFactory(), other_set)]
    assert merging(*both).level == statistics.Level.GENDER
    by_age = [_count(place, {(N, 25): 1}, zone=zone, age_set=one.age_set, level=Level.AGE) for one in both]
    assert merging(*by_age).level == statistics.Level.TOTAL


def test_passing_counts_side_by_side_keep_the_longer_time(place: Place, host: User) -> None:
    line = factories.LineFactory.create(place=place)
    fields = {"measure": Measure.PASSING, "line": line, "level": Level.TOTAL}
    short = _count(place, {(N, None): 20}, minutes=10, **fields)
    long = _count(place, {(N, None): 30}, minutes=15, **fields)
    kept = merge(headcount=short, other=long, uuid=uuid.uuid4(), reason="Två telefoner", by=host)
    assert (kept, kept.people, kept.minutes) == (long, 50, 15)
    assert queries.passing_figures(place, [Period.day(TODAY)])[0].per_hour == 200


def test_what_is_not_one_crowd_is_not_merged(place: Place, zone: Zone, host: User) -> None:
    headcount = _count(place, {(W, 25): 5}, zone=zone)
    elsewhere = _count(place, {(W, 25): 5}, zone=factories.ZoneFactory.create(place=place))
    line = factories.LineFactory.create(place=place)
    passing = _count(place, {(N, None): 1}, measure=Measure.PASSING, line=line, minutes=5)
    earlier = _count(place, {(W, 25): 5}, zone=zone, date=TODAY - dt.timedelta(days=3))
    begun = factories.HeadcountFactory.create(place=place, zone=zone)
    assert list(corrections.mergeable(headcount)) == []
    cases = [(one, "same measure, ground and day") for one in (headcount, elsewhere, passing, earlier)]
    for other, words in [*cases, (begun, "Nobody has counted in one")]:
        with pytest.raises(ValidationError, match=words):
            merging(headcount, other)


# --- What will happen


def test_effects_tell_both_sides_before_and_after(place: Place, zone: Zone) -> None:
    headcount = _count(place, {(W, 25): 5}, zone=zone)
    _count(place, {(W, 25): 7}, zone=zone)
    there = factories.ZoneFactory.create(place=place, name="Trappan")
    friday = TODAY - dt.timedelta(days=3)
    at = dt.datetime.combine(friday, dt.time(14), tzinfo=STOCKHOLM)
    here = Effect("Scenen", TODAY, DaySum(12, 2), DaySum(7, 1))
    assert corrections.effect_of_withdrawing(headcount) == [here]
    assert corrections.effect_of_moving(headcount, there, at) == [
        here,
        Effect("Trappan", friday, DaySum(None, 0), DaySum(5, 1)),
    ]
    assert corrections.effect_of_moving(headcount, zone, NOW) == [Effect("Scenen", TODAY, DaySum(12, 2), DaySum(12, 2))]
    assert corrections.effect_of_merging(headcount) == [Effect("Scenen", TODAY, DaySum(12, 2), DaySum(12, 1))]


def test_effects_of_an_occurrence_are_named_by_its_title(place: Place) -> None:
    first, second = (factories.OccurrenceFactory.create(place=place, told=True, title=name) for name in ("A", "B"))
    headcount = _count(place, {(W, 25): 5}, measure=Measure.PARTICIPATING, occurrence=first)
    effects = corrections.effect_of_moving(headcount, second, second.starts_at)
    assert [(one.where, one.sums) for one in effects] == [
        ("A", (DaySum(5, 1), DaySum(None, 0))),
        ("B", (DaySum(None, 0), DaySum(5, 1))),
    ]


# --- The pages


def _page(headcount: Headcount, name: str = "") -> str:
    return f"{COUNTS}{headcount.pk}/{name}"


def _shown(client: Client, page: str, sent: dict[str, Any]) -> dict[str, Any]:
    """What is sent with a confirmation: the same, and what the preview showed."""
    without = {name: value for name, value in sent.items() if name != "sure"}
    return without | {"sure": client.post(page, without).context["shown"]}


@pytest.fixture
def headcount(place: Place, zone: Zone) -> Headcount:
    return _count(place, {(W, 25): 5}, zone=zone)


def test_withdrawing_shows_what_happens_and_can_be_undone(headcount: Headcount, as_host: Client) -> None:
    page = as_host.get(_page(headcount, "withdraw/")).content.decode()
    assert "Det här händer" in page
    assert "Skriv varför" in as_host.post(_page(headcount, "withdraw/"), {"sure": "1"}).content.decode()
    sent = _shown(as_host, _page(headcount, "withdraw/"), {"reason": "Fel torg"})
    response = as_host.post(_page(headcount, "withdraw/"), sent, follow=True)
    assert response.redirect_chain == [(_page(headcount), 302)]
    page = response.content.decode()
    assert "Fel torg" in page
    assert f'action="{_page(headcount, "restore/")}"' in page
    assert _page(headcount, "move/") not in page
    assert "Borttagen" in as_host.get(COUNTS).content.decode()
    assert "redan borttagen" in as_host.get(_page(headcount, "withdraw/")).content.decode()
    page = as_host.post(_page(headcount, "restore/"), follow=True).content.decode()
    assert "Räkningen gäller igen." in page
    headcount.refresh_from_db()
    assert (headcount.people, headcount.withdrawn) == (5, False)


def test_moving_shows_both_sides_first(place: Place, headcount: Headcount, as_host: Client) -> None:
    there = factories.ZoneFactory.create(place=place, name="Trappan")
    form = as_host.get(_page(headcount, "move/")).context["form"]
    assert (form["date"].value(), form["time"].value(), form["zone"].value()) == (TODAY, "11:00", headcount.zone_id)
    sent = {
        "uuid": str(uuid.uuid4()),
        "zone": there.pk,
        "date": "2026-11-23",
        "time": "11:00",
        "reason": "Fel delyta",
    }
    response = as_host.post(_page(headcount, "move/"), sent)
    assert [one.where for one in response.context["effects"]] == ["Scenen", "Trappan"]
    assert Headcount.objects.count() == 1
    response = as_host.post(_page(headcount, "move/"), sent | {"sure": response.context["shown"]}, follow=True)
    moved = Headcount.objects.get(zone=there)
    assert response.redirect_chain == [(_page(moved), 302)]
    assert (moved.people, moved.started_at) == (5, headcount.started_at)
    page = response.content.decode()
    assert f'action="{_page(headcount, "restore/")}"' in page
    assert "Har tagit över de räknade från Scenen" in page
    assert f'href="{_page(moved)}"' in as_host.get(_page(headcount)).content.decode()


def test_moving_keeps_what_was_typed_beside_what_is_wrong(headcount: Headcount, as_host: Client) -> None:
    known: dict[str, Any] = {"uuid": str(uuid.uuid4()), "zone": headcount.zone_id, "reason": "Fel"}
    page = as_host.post(_page(headcount, "move/"), known | {"date": "2026-11-24", "time": "10:00"}).content.decode()
    assert "har inte varit än" in page
    assert 'value="2026-11-24"' in page
    page = as_host.post(_page(headcount, "move/"), known | {"date": "", "time": ""}).content.decode()
    assert "effects" not in page


def test_a_refusal_at_the_last_moment_is_told_in_the_form(
    headcount: Headcount, as_host: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_all: Any) -> None:
        raise ValidationError("En kollega hann före.")

    monkeypatch.setattr(corrections, "withdraw", refuse)
    sent = _shown(as_host, _page(headcount, "withdraw/"), {"reason": "Fel"})
    page = as_host.post(_page(headcount, "withdraw/"), sent).content.decode()
    assert "En kollega hann före." in page


def test_participants_are_moved_among_the_occurrences_around(place: Place, as_host: Client) -> None:
    first, second = (_over(place) for _ in range(2))
    factories.OccurrenceFactory.create(place=place, date=TODAY + dt.timedelta(days=15))
    headcount = _count(place, {(W, 25): 5}, measure=Measure.PARTICIPATING, occurrence=first)
    form = as_host.get(_page(headcount, "move/")).context["form"]
    assert set(form.fields) == {"uuid", "occurrence", "reason"}
    assert set(form.fields["occurrence"].queryset) == {first, second}
    sent = {"uuid": str(uuid.uuid4()), "occurrence": second.pk, "reason": "Fel pass", "sure": "1"}
    as_host.post(_page(headcount, "move/"), _shown(as_host, _page(headcount, "move/"), sent))
    assert rules.already_counted(second) is not None


def test_merging_warns_before_ages_are_lost(place: Place, headcount: Headcount, as_host: Client) -> None:
    other = _count(place, {(W, None): 2}, zone=headcount.zone, level=Level.GENDER)
    assert _page(headcount, "merge/") in as_host.get(_page(headcount)).content.decode()
    sent = {"uuid": str(uuid.uuid4()), "other": other.pk, "reason": "Två telefoner", "sure": "1"}
    page = as_host.post(_page(headcount, "merge/"), sent).content.decode()
    assert "other-sure" in page
    assert Headcount.objects.standing().count() == 2
    sent = _shown(as_host, _page(headcount, "merge/"), sent | {"other-sure": "1"})
    response = as_host.post(_page(headcount, "merge/"), sent, follow=True)
    assert response.redirect_chain == [(_page(other), 302)]
    assert f'action="{_page(headcount, "restore/")}"' in response.content.decode()
    other.refresh_from_db()
    assert other.people == 7


def test_merging_without_loss_asks_nothing_more(place: Place, headcount: Headcount, as_host: Client) -> None:
    other = _count(place, {(W, 25): 2}, zone=headcount.zone)
    sent = {"uuid": str(uuid.uuid4()), "other": other.pk, "reason": "Två telefoner"}
    assert [one.sums for one in as_host.post(_page(headcount, "merge/"), sent).context["effects"]] == [
        (DaySum(7, 2), DaySum(7, 1))
    ]
    sent = _shown(as_host, _page(headcount, "merge/"), sent)
    response = as_host.post(_page(headcount, "merge/"), sent, follow=True)
    assert response.redirect_chain == [(_page(headcount), 302)]
    assert f'action="{_page(other, "restore/")}"' in response.content.decode()
    assert "effects" not in as_host.post(_page(headcount, "merge/"), {"reason": "Fel"}).content.decode()


def test_a_locked_day_offers_no_correction(place: Place, headcount: Headcount, host: User, as_host: Client) -> None:
    withdraw(headcount=headcount, reason="Fel", by=host)
    factories.PeriodLockFactory.create(place=place, first=TODAY, last=TODAY, by=host)
    assert "restore/" not in as_host.get(_page(headcount)).content.decode()
    assert '<form class="form"' not in as_host.get(_page(headcount, "withdraw/")).content.decode()
    assert "är låst sedan" in as_host.post(_page(headcount, "restore/"), follow=True).content.decode()


def test_every_sum_still_equals_the_ledger(place: Place, zone: Zone, host: User) -> None:
    first, second = (_count(place, {(W, 25): 5, (M, 25): 1}, zone=zone) for _ in range(2))
    kept = merge(headcount=first, other=second, uuid=uuid.uuid4(), reason="a", by=host)
    moved = move(
        headcount=kept,
        uuid=uuid.uuid4(),
        ground=factories.ZoneFactory.create(place=place),
        started_at=NOW,
        reason="b",
        by=host,
    )
    withdraw(headcount=moved, reason="c", by=host)
    restore(headcount=moved, by=host)
    ledger = CountEntry.objects.aggregate(sum=Sum("people"))["sum"]
    assert ledger == 12
    assert DailyCount.objects.aggregate(sum=Sum("people"))["sum"] == ledger
    assert Headcount.objects.aggregate(sum=Sum("people"))["sum"] == ledger


def test_what_was_shown_is_what_is_moved(place: Place, headcount: Headcount, as_host: Client) -> None:
    page = _page(headcount, "move/")
    first, second = (factories.ZoneFactory.create(place=place, name=name) for name in ("Trappan", "Muren"))
    sent = {"uuid": str(uuid.uuid4()), "date": "2026-11-23", "time": "11:00", "reason": "Fel delyta"}
    sure = _shown(as_host, page, sent | {"zone": first.pk})
    for changed in ({"zone": second.pk}, {"time": "10:00"}, {"date": "2026-11-22"}, {"sure": "1"}):
        response = as_host.post(page, sure | changed)
        assert response.status_code == 200
        assert Headcount.objects.count() == 1
    response = as_host.post(page, sure | {"zone": second.pk})
    assert [one.where for one in response.context["effects"]] == ["Scenen", "Muren"]
    as_host.post(page, sure | {"zone": second.pk, "sure": response.context["shown"]})
    assert Headcount.objects.standing().get().zone == second


def test_numbers_that_changed_after_the_preview_are_shown_again(
    place: Place, headcount: Headcount, as_host: Client
) -> None:
    page = _page(headcount, "withdraw/")
    sure = {"reason": "Fel", "sure": as_host.get(page).context["shown"]}
    _count(place, {(W, 25): 2}, zone=headcount.zone)
    assert as_host.post(page, sure).status_code == 200
    headcount.refresh_from_db()
    assert not headcount.withdrawn


def test_what_was_shown_is_what_is_merged(place: Place, headcount: Headcount, as_host: Client) -> None:
    page = _page(headcount, "merge/")
    first, second = (_count(place, {(W, 25): 2}, zone=headcount.zone) for _ in range(2))
    sure = _shown(as_host, page, {"uuid": str(uuid.uuid4()), "other": first.pk, "reason": "Två telefoner"})
    assert as_host.post(page, sure | {"other": second.pk}).status_code == 200
    assert Headcount.objects.standing().count() == 3
