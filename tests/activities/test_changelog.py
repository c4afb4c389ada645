"""What was done at once to a series is one line of the changelog, with each of its days inside."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from activities.actions import Change, Scope, cancel_occurrences, change_series, move_occurrence, plan_series
from activities.models import Occurrence, Season, Series
from activities.programme.changelog import Line, Usually, lines_of, lines_with_people
from activities.publishing import Published, changes_since
from places.models import Place, User
from tests import factories
from tests.activities.history import BEFORE, YESTERDAY, events, happened
from tests.conftest import STOCKHOLM

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)
# The Tuesday after today, and the others of the series.
TUESDAYS = [dt.date(2026, 11, 24) + number * 7 * A_DAY for number in range(9)]


@pytest.fixture
def seasons(place: Place) -> list[Season]:
    return [
        factories.SeasonFactory.create(place=place, published=True, year=year, name=name)
        for year, name in ((2026, "autumn"), (2027, "winter"))
    ]


@pytest.fixture
def zumba(place: Place, seasons: list[Season], host: User) -> Series:
    """Nine Tuesdays at one, planned before the seasons were published."""
    zone = factories.ZoneFactory.create(place=place, name="Scenen")
    return _plan(place, host, weekdays=[1], zone=zone)


def _plan(place: Place, host: User, **values: object) -> Series:
    series = factories.SeriesFactory.build(
        **{"place": place, "first": TUESDAYS[0], "last": TUESDAYS[-1], "title": "Zumba", "responsible": host}
        | {"starts": dt.time(13), "ends": dt.time(14)} | values
    )  # fmt: skip
    plan_series(series=series, by=host)
    series.occurrences.update(made_at=BEFORE)
    events().all().delete()
    return series


def _lines(place: Place) -> list[Line]:
    return lines_of(changes_since(Published.of([place])))


def _facts(lines: list[Line]) -> list[tuple[str, int, dt.date, dt.date, Usually, Usually]]:
    return [(one.one.what.value, one.times, one.first, one.last, one.was, one.now) for one in lines]


AT_ONE = Usually((1,), dt.time(13), dt.time(14), "Scenen")
AT_TWO = Usually((2,), dt.time(14), dt.time(15), "Scenen")


def _move_all(series: Series, by: User) -> None:
    first = series.occurrences.earliest("date")
    with happened(YESTERDAY):
        change = Change(day=first.date + A_DAY, starts=dt.time(14), ends=dt.time(15))
        change_series(occurrence=first, change=change, scope=Scope.ALL, by=by)


def test_a_series_that_is_moved_is_one_line(place: Place, zumba: Series, manager: User) -> None:
    _move_all(zumba, manager)
    [line] = lines = _lines(place)
    assert _facts(lines) == [("moved", 9, TUESDAYS[0] + A_DAY, TUESDAYS[-1] + A_DAY, AT_ONE, AT_TWO)]
    assert [one.before and one.before.date for one in line.changes] == TUESDAYS
    assert (line.has_new_days, line.has_new_zone) == (True, False)


def test_those_that_follow_are_one_line_and_another_moment_is_another(
    place: Place, zumba: Series, manager: User
) -> None:
    fifth, eighth = (zumba.occurrences.get(date=TUESDAYS[number]) for number in (4, 7))
    with happened(YESTERDAY):
        cancel_occurrences(occurrence=eighth, scope=Scope.FOLLOWING, reason="works", by=manager)
    with happened(YESTERDAY + dt.timedelta(hours=1)):
        change_series(
            occurrence=fifth, change=Change(shared={"title": "Bugg"}), scope=Scope.FOLLOWING, by=manager
        )  # fmt: skip
    with happened(YESTERDAY + dt.timedelta(hours=2)):
        move_occurrence(occurrence=zumba.occurrences.get(date=TUESDAYS[0]), day=TUESDAYS[0] + 3 * A_DAY, by=manager)
    friday = Usually((4,), dt.time(13), dt.time(14), "Scenen")
    assert _facts(_lines(place)) == [
        ("moved", 1, TUESDAYS[0] + 3 * A_DAY, TUESDAYS[0] + 3 * A_DAY, AT_ONE, friday),
        ("renamed", 3, TUESDAYS[4], TUESDAYS[6], AT_ONE, AT_ONE),
        ("cancelled", 2, TUESDAYS[7], TUESDAYS[8], AT_ONE, AT_ONE),
    ]


def test_what_is_not_alike_stands_by_itself(place: Place, zumba: Series, host: User, manager: User) -> None:
    """Two series, two things of none, what lasts several days, and one that had another time."""
    other = _plan(place, host, weekdays=[1, 3], title="Tango", last=TUESDAYS[0] + 2 * A_DAY)
    for title in ("Bio", "Bio"):
        factories.OccurrenceFactory.create(place=place, title=title, date=TUESDAYS[0], made_at=BEFORE)
    late = zumba.occurrences.get(date=TUESDAYS[8])
    at = dt.datetime.combine(TUESDAYS[8], dt.time(18), tzinfo=STOCKHOLM)
    long = zumba.occurrences.get(date=TUESDAYS[7])
    with happened(YESTERDAY):
        Occurrence.objects.filter(pk=late.pk).update(starts_at=at, ends_at=at + dt.timedelta(hours=1))
        Occurrence.objects.filter(pk=long.pk).update(ends_at=long.ends_at + 2 * A_DAY)
    with happened(YESTERDAY + dt.timedelta(hours=1)):
        Occurrence.objects.all().delete()
    removed = [one for one in _lines(place) if one.one.what == "removed"]
    assert sorted((one.one.shown.title, one.times) for one in removed) == [
        ("Bio", 1), ("Bio", 1), ("Tango", 2), ("Zumba", 1), ("Zumba", 1), ("Zumba", 7)
    ]  # fmt: skip
    [tango] = [one for one in removed if one.one.shown.series_id == other.pk]
    assert tango.now == Usually((1, 3), dt.time(13), dt.time(14), "")


@pytest.mark.parametrize(
    ("weekdays", "words", "english"),
    [
        ((1,), "tisdagar", "Tuesdays"),
        ((1, 3), "tisdagar och torsdagar", "Tuesdays and Thursdays"),
        ((0, 1, 5), "måndagar, tisdagar och lördagar", "Mondays, Tuesdays and Saturdays"),
        (tuple(range(7)), "alla dagar", "every day"),
    ],
)
def test_weekdays_in_words(weekdays: tuple[int, ...], words: str, english: str) -> None:
    usually = Usually(weekdays, dt.time(13), dt.time(14), "")
    assert usually.day_words == words
    with translation.override("en"):
        # As many write a comma before the last as do not.
        assert usually.day_words.replace(", and", " and") == english


def test_who_did_it_is_asked_once(
    place: Place, zumba: Series, as_manager: Client, manager: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = zumba.occurrences.earliest("date")
    sent = {"scope": "all", "reason": "works"}
    with happened(YESTERDAY):
        as_manager.post(f"/p/lilltorget/wheel/occurrences/{first.pk}/cancel/", sent)
    lines = _lines(place)
    with django_assert_num_queries(1):
        named = lines_with_people(lines)
    assert [[one.who for one in line.changes] for line in named] == [[manager] * 9]


# --- The pages --------------------------------------------------------------------------------------------------------


def test_the_line_and_each_of_its_days_are_on_both_pages(
    place: Place, zumba: Series, seasons: list[Season], as_manager: Client, manager: User
) -> None:
    Place.objects.update(programme_is_public=True)
    _move_all(zumba, manager)
    # The first of them is of the autumn, which has a page of its own.
    inside = as_manager.get(f"/p/lilltorget/wheel/seasons/{seasons[1].pk}/changes/")
    assertContains(inside, "8 gånger")
    assertContains(inside, "först 2 december, sist 20 januari")
    outside = Client().get("/programme/lilltorget/")
    assertContains(outside, "9 gånger")
    assertContains(outside, "först 25 november, sist 20 januari")
    for page in (inside, outside):
        words = " ".join(page.content.decode().split())
        assert 'från tisdagar <span class="nowrap">13:00–14:00</span> till onsdagar' in words
        assert 'onsdagar <span class="nowrap">14:00–15:00</span>, Scenen' in words
        assertContains(page, "onsdag 2 december")
    assertNotContains(outside, "Manager Ek")


def test_the_feed_keeps_each(place: Place, zumba: Series, manager: User, client: Client) -> None:
    Place.objects.update(programme_is_public=True)
    _move_all(zumba, manager)
    assert client.get("/programme/lilltorget.ics").content.decode().count("BEGIN:VEVENT") == 9


def test_a_new_time_alone_says_the_days_once(
    place: Place, zumba: Series, seasons: list[Season], as_manager: Client, manager: User
) -> None:
    change = Change(starts=dt.time(14), ends=dt.time(15))
    with happened(YESTERDAY):
        change_series(occurrence=zumba.occurrences.earliest("date"), change=change, scope=Scope.ALL, by=manager)
    page = as_manager.get(f"/p/lilltorget/wheel/seasons/{seasons[1].pk}/changes/")
    words = " ".join(page.content.decode().split())
    assert 'tisdagar från <span class="nowrap">13:00–14:00</span> till <span class="nowrap">14:00–15:00</span>' in words
