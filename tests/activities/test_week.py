"""The week by the clock: what stands where, and what a move answers."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from activities.models import Kind, Occurrence, WarningAnswer
from activities.week import lanes, week_of
from places.history import history_of
from places.models import Place, User
from places.periods import Period
from tests import factories as f
from tests.conftest import STOCKHOLM, TODAY

DAY = dt.timedelta(days=1)
TOMORROW = TODAY + DAY
WEEK = Period.week(2026, 48)
# Session, person, place and the counts at the head of the page, the season, and the week's six.
_QUERIES = 17
JSON = {"Accept": "application/json"}


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=STOCKHOLM)


def _occurrence(place: Place, day: dt.date, first: int, last: int, **more: Any) -> Occurrence:
    ends = _at(day, last) if last > first else _at(day + DAY, last)
    made: Occurrence = f.OccurrenceFactory.create(
        place=place, date=day, starts_at=_at(day, first), ends_at=ends, **more
    )
    return made


def _exhibition(place: Place) -> Occurrence:
    """From the Saturday before the week at 10 to its Wednesday at 17."""
    one = _occurrence(place, TODAY - 2 * DAY, 10, 12, kind=Kind.EXHIBITION, title="Ljus", responsible=None)
    Occurrence.objects.filter(pk=one.pk).update(ends_at=_at(TODAY + 2 * DAY, 17))
    one.refresh_from_db()
    return one


# --- Where things stand -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spans", "placed"),
    [
        ([], []),
        ([(600, 660), (660, 720)], [(0, 1), (0, 1)]),
        ([(600, 720), (630, 660), (660, 700)], [(0, 2), (1, 2), (1, 2)]),
        # The first two meet, and so do the last two: all three share one width, for the middle one touches both.
        ([(600, 660), (630, 720), (660, 780)], [(0, 2), (1, 2), (0, 2)]),
        ([(600, 660), (600, 660), (600, 660), (700, 760)], [(0, 3), (1, 3), (2, 3), (0, 1)]),
    ],
)
def test_lanes(spans: list[tuple[int, int]], placed: list[tuple[int, int]]) -> None:
    assert lanes(spans) == placed


def test_week_of_day_by_day(place: Place) -> None:
    _occurrence(place, TODAY, 13, 14, title="Schack")
    _occurrence(place, TODAY, 13, 15, title="Zumba", outcome="held", told=True)
    _occurrence(place, TOMORROW, 22, 1, title="Kulturnatt")
    _occurrence(place, TODAY - DAY, 22, 1, title="Söndagens sena kväll")
    week = week_of(place, WEEK)
    monday, tuesday, *_rest = week.days
    assert [(one.occurrence.title, one.starts, one.ends, one.lane, one.lanes) for one in monday.items] == [
        ("Schack", "13:00", "14:00", 0, 2),
        ("Zumba", "13:00", "15:00", 1, 2),
    ]
    assert [one.is_free for one in monday.items] == [True, False]
    assert [(one.occurrence.title, one.starts, one.ends) for one in tuesday.items] == [("Kulturnatt", "22:00", "24:00")]
    assert [(day.opens, day.closes) for day in week.days] == [("10:00", "17:00")] * 6 + [("", "")]
    assert (week.first_hour, week.last_hour, week.number, week.year, week.is_now) == (9, 24, 48, 2026, True)
    assert week.now == "12:00"


def test_week_of_nothing(place: Place) -> None:
    week = week_of(place, Period.week(2024, 1))
    assert week.is_empty
    assert (week.hours[0], week.hours[-1], week.now, week.is_now) == ("09:00", "18:00", "12:00", False)
    assert [day.promised for day in week.days] == [None] * 7
    assert week.days[0].red_day == "Nyårsdagen"


def test_week_outside_the_hours_shown_has_no_now(place: Place) -> None:
    place.opening_hours.all().delete()
    f.OpeningHoursFactory.create(place=place, weekday=0, opens=dt.time(14), closes=dt.time(18))
    week = week_of(place, WEEK)
    assert (week.first_hour, week.last_hour, week.now) == (13, 19, "")


def test_bands(place: Place) -> None:
    series = f.SeriesFactory.create(place=place, kind=Kind.ACTIVATION, title="Bokbytarhylla")
    for days in range(4):
        day = TODAY + days * DAY
        last = 17 if days else 16
        _occurrence(place, day, 10, last, series=series, kind=Kind.ACTIVATION, title="Bokbytarhylla")
    _exhibition(place)
    week = week_of(place, WEEK)
    # What is put up again each day is no one thing to move.
    assert [(band.one.title, band.first, band.days, band.lasts, band.is_free) for band in week.bands] == [
        ("Ljus", 0, 3, True, True),
        ("Bokbytarhylla", 1, 3, False, False),
    ]
    assert week.bands[1].states == [("planned", 3)]
    assert [item.occurrence.title for day in week.days for item in day.items] == ["Bokbytarhylla"]
    assert not week.is_empty


def test_a_band_that_began_on_a_locked_day_stays(place: Place) -> None:
    _exhibition(place)
    f.PeriodLockFactory.create(place=place, first=TODAY - 9 * DAY, last=TODAY - 2 * DAY)
    week = week_of(place, WEEK)
    assert [(band.is_free, day.is_locked) for band in week.bands for day in week.days] == [(False, False)] * 7


def test_days_have_their_names(place: Place) -> None:
    f.SchoolHolidayFactory.create(place=place, name="Jullov", first=dt.date(2026, 12, 22), last=dt.date(2027, 1, 7))
    f.PeriodLockFactory.create(place=place, first=dt.date(2026, 12, 27), last=dt.date(2026, 12, 31))
    week = week_of(place, Period.week(2026, 52))
    assert [day.school_holiday for day in week.days] == ["", *["Jullov"] * 6]
    assert [day.eve or day.red_day for day in week.days][3:6] == ["Julafton", "Juldagen", "Annandag jul"]
    assert [day.is_locked for day in week.days] == [False] * 6 + [True]


# --- The page ---------------------------------------------------------------------------------------------------------


def _week(place: Place, code: str = "2026-W48") -> str:
    return f"{reverse('activities:week', args=[place.slug])}?week={code}"


def test_week(as_manager: Client, place: Place, manager: User) -> None:
    zone = f.ZoneFactory.create(place=place, name="Scenen")
    one = _occurrence(place, TOMORROW, 13, 14, zone=zone, responsible=manager)
    page = as_manager.get(_week(place)).content.decode()
    move = reverse("activities:occurrence_move", args=[place.slug, one.pk])
    assert f'data-move="{move}" data-seen="{one.changed_at.isoformat()}"' in page
    for word in ("Sångstund med förskolan", "Scenen", "Manager Ek", "Planerat", 'data-clock="13:00"', "2026-W47"):
        assert word in page


def test_week_has_bands_to_move(as_manager: Client, place: Place) -> None:
    """What lasts by its first day; what is put up each day in its series."""
    one = _exhibition(place)
    series = f.SeriesFactory.create(place=place, kind=Kind.ACTIVATION, title="Bokbytarhylla")
    for days in range(3):
        _occurrence(place, TODAY + days * DAY, 10, 16, series=series, kind=Kind.ACTIVATION)
    page = as_manager.get(_week(place)).content.decode()
    move = reverse("activities:occurrence_move", args=[place.slug, one.pk])
    assert [page.count(f'data-move="{move}"'), page.count("data-move=")] == [1, 1]
    assert 'data-from="2026-11-21" data-until="2026-11-25" data-clock="10:00"' in page
    assert f'href="{move}?week=2026-W48"' in page
    assert f'alla tillsammans i <a href="/p/lilltorget/wheel/series/{series.pk}/">serien</a>' in page


def test_week_of_a_host_has_nothing_to_move(as_host: Client, place: Place) -> None:
    _occurrence(place, TOMORROW, 13, 14)
    _exhibition(place)
    page = as_host.get(_week(place)).content.decode()
    assert "Sångstund" in page
    assert "data-move=" not in page
    assert "/move/" not in page
    assert "week.js" not in page


def test_week_knows_its_season(as_manager: Client, place: Place) -> None:
    """A winter's weeks before new year belong to the year that comes."""
    winter = f.SeasonFactory.create(place=place, year=2027, name="winter")
    page = as_manager.get(_week(place, "2026-W50"))
    assert page.context["season"] == winter
    assert reverse("season_print", args=[place.slug, winter.pk]) in page.content.decode()
    assert as_manager.get(_week(place)).context["season"] is None


@pytest.mark.parametrize("code", ["", "2026-W54", "2026", "nonsense", "0001-W01"])
def test_week_of_nonsense_is_this_week(as_host: Client, place: Place, code: str) -> None:
    assert as_host.get(_week(place, code)).context["code"] == "2026-W48"


def test_week_at_the_turn_of_the_year(as_host: Client, place: Place) -> None:
    context = as_host.get(_week(place, "2026-W53")).context
    assert (context["earlier"], context["later"], context["week"].span) == (
        "2026-W52",
        "2027-W01",
        "28 december 2026 – 3 januari 2027",
    )


def test_week_costs_the_same(
    as_manager: Client, place: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _occurrence(place, TODAY, 13, 14)
    with django_assert_num_queries(_QUERIES):
        as_manager.get(_week(place))
    for number in range(29):
        _occurrence(place, TODAY + (number % 7) * DAY, 10 + number % 5, 16, zone=f.ZoneFactory.create(place=place))
    with django_assert_num_queries(_QUERIES):
        as_manager.get(_week(place))


# --- A move -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def one(place: Place, host: User) -> Occurrence:
    zone = f.ZoneFactory.create(place=place, name="Scenen")
    return _occurrence(place, TOMORROW, 13, 14, zone=zone, responsible=host)


def _move(client: Client, one: Occurrence, *, script: bool = True, **sent: Any) -> Any:
    data = {"date": "2026-11-26", "starts": "15:15", "seen": one.changed_at.isoformat()} | sent
    address = reverse("activities:occurrence_move", args=[one.place.slug, one.pk])
    return client.post(address, data, headers=JSON if script else None)


def _now(one: Occurrence) -> tuple[dt.date, str, str]:
    one = Occurrence.objects.get(pk=one.pk)
    return one.date, f"{timezone.localtime(one.starts_at):%H:%M}", f"{timezone.localtime(one.ends_at):%H:%M}"


def _undo_of(client: Client, answer: Any) -> str:
    [message] = client.get(answer.json()["next"]).context["messages"]
    return str(message.extra_tags.removeprefix("undo:"))


MOVED = (dt.date(2026, 11, 26), "15:15", "16:15")
STAYS = (TOMORROW, "13:00", "14:00")


def test_occurrence_move(as_manager: Client, one: Occurrence) -> None:
    answer = _move(as_manager, one)
    assert answer.json() == {"next": f"/p/lilltorget/wheel/week/?week=2026-W48#o{one.pk}"}
    assert _now(one) == MOVED
    page = as_manager.get(answer.json()["next"])
    [message] = page.context["messages"]
    assert str(message) == "Sångstund med förskolan är flyttat till torsdag 26 november 15:15."
    undone = as_manager.post(message.extra_tags.removeprefix("undo:"))
    assert undone["Location"] == answer.json()["next"]
    assert _now(one) == STAYS


def test_occurrence_move_to_another_week_and_back(as_manager: Client, one: Occurrence) -> None:
    """The week follows what is moved, and Undo leads back to where it was."""
    answer = _move(as_manager, one, date="2026-12-01", week="2026-W48")
    assert answer.json() == {"next": f"/p/lilltorget/wheel/week/?week=2026-W49#o{one.pk}"}
    undo = _undo_of(as_manager, answer)
    assert as_manager.post(undo)["Location"] == f"/p/lilltorget/wheel/week/?week=2026-W48#o{one.pk}"
    # Twice is once too often, and leads there too.
    again = as_manager.post(undo, follow=True)
    assert again.redirect_chain == [(f"/p/lilltorget/wheel/week/?week=2026-W48#o{one.pk}", 302)]
    assert [str(message) for message in again.context["messages"]][-1].startswith("Det har ändrats igen")


def test_undo_leads_nowhere_but_home(as_manager: Client, one: Occurrence) -> None:
    address = _undo_of(as_manager, _move(as_manager, one)).partition("?")[0]
    undone = as_manager.post(f"{address}?next=https://elsewhere.example/")
    assert undone["Location"] == f"/p/lilltorget/wheel/occurrences/{one.pk}/"


def test_occurrence_move_of_what_lasts(as_manager: Client, place: Place) -> None:
    """As many days as before, at the same hours; the week that was shown is kept as long as any of it is there."""
    one = _exhibition(place)
    answer = _move(as_manager, one, date="2026-11-22", starts="10:00", week="2026-W48", sure="yes")
    assert answer.json() == {"next": f"/p/lilltorget/wheel/week/?week=2026-W48#o{one.pk}"}
    one.refresh_from_db()
    assert (one.starts_at, one.ends_at) == (_at(TODAY - DAY, 10), _at(TODAY + 3 * DAY, 17))
    answer = _move(as_manager, one, date="2026-12-01", starts="10:00", week="2026-W48", sure="yes")
    assert answer.json() == {"next": f"/p/lilltorget/wheel/week/?week=2026-W49#o{one.pk}"}


def test_occurrence_move_of_what_lasts_after_another(as_manager: Client, place: Place) -> None:
    one = _exhibition(place)
    seen = one.changed_at.isoformat()
    Occurrence.objects.filter(pk=one.pk).update(ends_at=_at(TODAY + 4 * DAY, 17))
    answer = _move(as_manager, one, date="2026-11-22", starts="10:00", seen=seen, week="2026-W48")
    assert answer.status_code == 409
    for words in (
        "Någon har ändrat Ljus under tiden",
        "Söndag 22 november 10:00",
        "Lördag 21 november 10:00–fredag 27 november 17:00",
        'name="week" value="2026-W48"',
    ):
        assert words in answer.json()["html"]
    assert _now(one) == (TODAY - 2 * DAY, "10:00", "17:00")


def test_occurrence_move_of_a_late_evening(as_manager: Client, place: Place) -> None:
    """It ends in the week that was shown, and stands in the one before."""
    late = _occurrence(place, TODAY + 7 * DAY, 22, 1)
    answer = _move(as_manager, late, date="2026-11-29", starts="22:00", week="2026-W49", sure="yes")
    assert answer.json() == {"next": f"/p/lilltorget/wheel/week/?week=2026-W48#o{late.pk}"}


def test_occurrence_move_to_where_it_stands(as_manager: Client, one: Occurrence) -> None:
    answer = _move(as_manager, one, date=f"{TOMORROW}", starts="13:00")
    assert answer.status_code == 422
    assert "Den ligger redan där." in answer.json()["html"]
    assert history_of(one).changes == []


def test_occurrence_move_on_a_page_of_its_own(as_manager: Client, one: Occurrence) -> None:
    """Where nothing can be dragged."""
    address = reverse("activities:occurrence_move", args=[one.place.slug, one.pk])
    page = as_manager.get(f"{address}?week=2026-W48")
    assert page.status_code == 200
    assert page.context["form"].initial == {
        "date": TOMORROW,
        "starts": dt.time(13),
        "seen": one.changed_at.isoformat(),
        "week": "2026-W48",
    }
    assert f'href="/p/lilltorget/wheel/week/?week=2026-W48#o{one.pk}"' in page.content.decode()
    page = _move(as_manager, one, script=False, starts="klockan tre", week="2026-W48").content.decode()
    assert 'value="klockan tre"' in page
    f.PeriodLockFactory.create(place=one.place, first=MOVED[0], last=MOVED[0])
    page = _move(as_manager, one, script=False, week="2026-W48").content.decode()
    assert "är låst" in page
    assert 'name="starts" value="15:15"' in page


def test_occurrence_move_without_a_script(as_manager: Client, one: Occurrence) -> None:
    answer = _move(as_manager, one, script=False, date="2026-12-07")
    assert (answer.status_code, answer["Location"]) == (302, f"/p/lilltorget/wheel/week/?week=2026-W50#o{one.pk}")
    assert _now(one)[0] == dt.date(2026, 12, 7)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"date": "imorgon"}, "Det är inget datum."),
        ({"date": ""}, "Det är inget datum."),
        ({"starts": "25:00"}, "Det är inget klockslag."),
        ({"starts": ""}, "Det är inget klockslag."),
    ],
)
def test_occurrence_move_with_bad_input(as_manager: Client, one: Occurrence, sent: dict[str, Any], words: str) -> None:
    answer = _move(as_manager, one, **sent)
    assert answer.status_code == 400
    assert words in answer.json()["html"]
    page = _move(as_manager, one, script=False, **sent)
    assert page.status_code == 400
    assert words in page.content.decode()
    assert _now(one) == STAYS


def test_occurrence_move_into_a_locked_day(as_manager: Client, one: Occurrence) -> None:
    f.PeriodLockFactory.create(place=one.place, first=MOVED[0], last=MOVED[0])
    answer = _move(as_manager, one, sure="yes")
    assert answer.status_code == 422
    assert "är inte flyttat" in answer.json()["html"]
    assert "lås" in answer.json()["html"]
    assert _now(one) == STAYS


def test_occurrence_move_of_what_has_been_told(as_manager: Client, place: Place) -> None:
    told = _occurrence(place, TODAY, 9, 10, told=True)
    answer = _move(as_manager, told)
    assert answer.status_code == 422
    assert "Utfallet är redan" in answer.json()["html"]
    assert _now(told) == (TODAY, "09:00", "10:00")


def test_occurrence_move_that_is_unlikely(as_manager: Client, one: Occurrence) -> None:
    _occurrence(one.place, MOVED[0], 15, 16, title="Zumba", zone=one.zone)
    answer = _move(as_manager, one)
    assert answer.status_code == 200
    html = answer.json()["html"]
    assert "Zumba" in html
    assert 'name="sure" value="yes"' in html
    assert _now(one) == STAYS
    assert history_of(one).changes == []
    answer = _move(as_manager, one, sure="yes")
    assert "next" in answer.json()
    assert _now(one) == MOVED


def test_occurrence_move_asks_about_what_the_move_does_alone(as_manager: Client, one: Occurrence) -> None:
    """Nobody is responsible for it, which has nothing to do with the move; and what was answered is not asked again."""
    Occurrence.objects.filter(pk=one.pk).update(responsible=None)
    one.refresh_from_db()
    outside: dict[str, Any] = {"date": "2026-11-26", "starts": "08:00"}
    assert "öppettid" in _move(as_manager, one, **outside).json()["html"]
    about = f"hours:o{one.pk}:3:08:00–09:00:10:00–17:00"
    WarningAnswer.objects.create(place=one.place, about=about, by=f.UserFactory.create())
    assert "next" in _move(as_manager, one, **outside).json()


def test_occurrence_move_after_another(as_manager: Client, one: Occurrence) -> None:
    """Both are shown, and whoever insists gets it."""
    seen = one.changed_at.isoformat()
    Occurrence.objects.filter(pk=one.pk).update(starts_at=_at(TOMORROW, 11), ends_at=_at(TOMORROW, 12))
    answer = _move(as_manager, one, seen=seen)
    assert answer.status_code == 409
    html = answer.json()["html"]
    for words in ("Någon har ändrat", "Torsdag 26 november 15:15", "Tisdag 24 november 11:00–12:00"):
        assert words in html
    assert _now(one) == (TOMORROW, "11:00", "12:00")
    one.refresh_from_db()
    assert f'name="seen" value="{one.changed_at.isoformat()}"' in html
    _move(as_manager, one)
    assert _now(one) == MOVED


def test_occurrence_move_of_anothers(as_manager: Client, one: Occurrence, other_place: Place) -> None:
    theirs = _occurrence(other_place, TOMORROW, 13, 14)
    theirs.place = one.place
    assert _move(as_manager, theirs).status_code == 404
