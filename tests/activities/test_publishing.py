"""A season is a draft until it is published; what changes in it afterwards is told."""

import datetime as dt
from collections.abc import Sequence

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from activities.models import Occurrence, Season
from activities.publishing import (
    ProgrammeChange,
    Published,
    changes_since,
    publish_season,
    take_back_publication,
    with_people,
    withdrawn,
)
from places.models import Place, User
from tests import factories
from tests.activities.history import BEFORE, PUBLISHED, YESTERDAY, events, happened
from tests.conftest import NOW, STOCKHOLM, TODAY

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
# In winter 2027, which is a draft.
IN_DECEMBER = dt.date(2026, 12, 9)


@pytest.fixture
def season(place: Place) -> Season:
    return factories.SeasonFactory.create(place=place, published=True)


@pytest.fixture
def salsa(place: Place) -> Occurrence:
    return _plan(place, title="Salsa")


def _plan(place: Place, **values: object) -> Occurrence:
    made: Occurrence = factories.OccurrenceFactory.create(place=place, **({"made_at": BEFORE} | values))
    made.refresh_from_db()
    return made


def _told(changes: Sequence[ProgrammeChange]) -> list[tuple[str, str]]:
    return [(change.what.value, change.shown.title) for change in changes]


def _changes(place: Place, since: dt.datetime | None = None) -> list[ProgrammeChange]:
    return changes_since(Published.of([place]), since)


# --- Publishing -------------------------------------------------------------------------------------------------------


def test_a_season_is_published_once_by_one(place: Place, manager: User, admin: User) -> None:
    season = factories.SeasonFactory.create(place=place)
    assert not season.is_published
    published = publish_season(season=season, by=manager)
    again = publish_season(season=season, by=admin)
    assert (again.published_by, again.published_at) == (manager, published.published_at)
    assert published.is_published


def test_a_publication_is_taken_back(season: Season, manager: User) -> None:
    draft = take_back_publication(season=season, by=manager)
    assert (draft.published_at, draft.published_by) == (None, None)


def test_what_is_published_follows_the_seasons(place: Place, season: Season) -> None:
    published = Published.of([place])
    assert published.shows(place.pk, TODAY)
    assert published.shows(place.pk, dt.date(2026, 9, 1))
    assert not published.shows(place.pk, dt.date(2026, 12, 1))
    assert not published.shows(place.pk + 1, TODAY)
    assert not published.shows(place.pk, TODAY, PUBLISHED)
    assert published.shows(place.pk, TODAY, PUBLISHED + HOUR)


def test_the_programme_holds_what_was_planned_in_published_seasons(place: Place, season: Season) -> None:
    shown = _plan(place)
    _plan(place, date=IN_DECEMBER)
    _plan(place, was_planned=False)
    assert list(Published.of([place]).occurrences()) == [shown]


def test_nothing_is_published_of_a_place_without_published_seasons(place: Place) -> None:
    factories.SeasonFactory.create(place=place)
    _plan(place)
    published = Published.of([place])
    assert published.first is None
    assert list(published.occurrences()) == []
    assert changes_since(published) == []
    assert withdrawn(published, TODAY) == []


# --- What has changed -------------------------------------------------------------------------------------------------


def test_before_publication_nothing_is_a_change(place: Place, season: Season, salsa: Occurrence) -> None:
    with happened(PUBLISHED - HOUR):
        Occurrence.objects.update(title="Tango")
    assert _changes(place) == []


def test_moved_renamed_and_cancelled_are_told_with_what_was(
    place: Place, season: Season, salsa: Occurrence, manager: User
) -> None:
    zone = factories.ZoneFactory.create(place=place, name="Scenen")
    with happened(YESTERDAY):
        Occurrence.objects.update(starts_at=salsa.starts_at + HOUR, ends_at=salsa.ends_at + HOUR)
    with happened(YESTERDAY + HOUR):
        Occurrence.objects.update(zone=zone, title="Tango")
    with happened(YESTERDAY + 2 * HOUR):
        Occurrence.objects.update(outcome="cancelled", reason="weather", told_by=manager, told_at=NOW)
    with happened(YESTERDAY + 3 * HOUR):
        Occurrence.objects.update(outcome="planned", reason="")
    changes = _changes(place)
    assert [(one.what.value, one.at) for one in changes] == [
        ("restored", YESTERDAY + 3 * HOUR),
        ("cancelled", YESTERDAY + 2 * HOUR),
        ("renamed", YESTERDAY + HOUR),
        ("moved", YESTERDAY + HOUR),
        ("moved", YESTERDAY),
    ]
    first = changes[-1]
    assert first.before
    assert first.after
    assert (first.before.starts_at, first.after.starts_at) == (salsa.starts_at, salsa.starts_at + HOUR)
    assert (first.before.title, first.before.kind_label, first.last_date) == ("Salsa", "aktivitet", TODAY)
    assert [one.after and one.after.zone for one in changes] == ["Scenen", "Scenen", "Scenen", "Scenen", ""]


def test_what_does_not_show_is_no_change(place: Place, season: Season, salsa: Occurrence, host: User) -> None:
    with happened():
        Occurrence.objects.update(expected=40, responsible=host, note="Ta med sladd")
    with happened():
        Occurrence.objects.update(outcome="held", told_by=host, told_at=NOW)
    assert _changes(place) == []


def test_added_and_removed(place: Place, season: Season, salsa: Occurrence) -> None:
    fair = _plan(place, title="Julmarknad", made_at=YESTERDAY)
    with happened(YESTERDAY + HOUR):
        salsa.delete()
    assert _told(_changes(place)) == [("removed", "Salsa"), ("added", "Julmarknad")]
    with happened(YESTERDAY + 2 * HOUR):
        fair.delete()
    assert _told(_changes(place)) == [("removed", "Julmarknad"), ("removed", "Salsa"), ("added", "Julmarknad")]


def test_what_goes_between_a_draft_and_the_programme_is_added_or_removed(place: Place, season: Season) -> None:
    out, into = _plan(place, title="Ut"), _plan(place, title="In", date=IN_DECEMBER)
    with happened(YESTERDAY):
        Occurrence.objects.filter(pk=out.pk).update(date=IN_DECEMBER)
    with happened(YESTERDAY + HOUR):
        Occurrence.objects.filter(pk=into.pk).update(date=TODAY)
    with happened(YESTERDAY + 2 * HOUR):
        Occurrence.objects.filter(pk=out.pk).update(title="Ute")
    assert _told(_changes(place)) == [("added", "In"), ("removed", "Ut")]


def test_between_two_published_seasons_it_is_moved(place: Place, season: Season, salsa: Occurrence) -> None:
    factories.SeasonFactory.create(place=place, year=2027, name="winter", published=True)
    with happened():
        Occurrence.objects.update(
            date=IN_DECEMBER, starts_at=salsa.starts_at + 16 * DAY, ends_at=salsa.ends_at + 16 * DAY
        )
    assert _told(_changes(place)) == [("moved", "Salsa")]
    assert _changes(place)[0].last_date == IN_DECEMBER


def test_only_what_is_later_is_asked_for(place: Place, season: Season, salsa: Occurrence) -> None:
    with happened(YESTERDAY - 30 * DAY):
        Occurrence.objects.update(title="Tango")
    with happened(YESTERDAY):
        Occurrence.objects.update(title="Bugg")
    assert _told(_changes(place, NOW - 14 * DAY)) == [("renamed", "Bugg")]
    assert _told(_changes(place)) == [("renamed", "Bugg"), ("renamed", "Tango")]


def test_who_did_it_is_added_for_those_who_work_there(
    place: Place, season: Season, salsa: Occurrence, as_manager: Client, manager: User
) -> None:
    with happened():
        as_manager.post(
            f"/p/lilltorget/wheel/occurrences/{salsa.pk}/outcome/", {"outcome": "cancelled", "reason": "staff"}
        )
    changes = _changes(place)
    assert [one.who for one in changes] == [None]
    assert [(one.what.value, one.who) for one in with_people(changes)] == [("cancelled", manager)]
    page = as_manager.get(f"/p/lilltorget/wheel/seasons/{season.pk}/changes/").content.decode()
    assert "Manager Ek" in page
    assert "måndag 23 november" in page


def test_changes_cost_the_same_however_many(
    place: Place, season: Season, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, 4):
        made = _plan(place, date=TODAY + number * DAY)
        with happened():
            Occurrence.objects.filter(pk=made.pk).update(title=f"Tango {number}")
        published = Published.of([place])
        with django_assert_num_queries(3):
            assert len(changes_since(published)) == number


# --- What stands no more ----------------------------------------------------------------------------------------------


def test_what_is_gone_keeps_its_last_words_and_a_sequence_no_calendar_has_seen(
    place: Place, season: Season, salsa: Occurrence
) -> None:
    with happened(YESTERDAY - HOUR):
        Occurrence.objects.update(title="Tango")
    salsa.refresh_from_db()
    assert salsa.sequence == 1
    with happened(YESTERDAY):
        salsa.delete()
    gone = withdrawn(Published.of([place]), TODAY)
    assert [(one.last.title, one.last.uid, one.at, one.sequence) for one in gone] == [
        ("Tango", salsa.uid, YESTERDAY, 2)
    ]
    assert withdrawn(Published.of([place]), TODAY + DAY) == []


def test_what_was_moved_into_a_draft_is_gone_until_it_comes_back(
    place: Place, season: Season, salsa: Occurrence
) -> None:
    with happened():
        Occurrence.objects.update(date=IN_DECEMBER)
    gone = withdrawn(Published.of([place]), TODAY)
    assert [(one.last.date, one.sequence) for one in gone] == [(TODAY, 1)]
    with happened():
        Occurrence.objects.update(date=TODAY)
    assert withdrawn(Published.of([place]), TODAY) == []


def test_what_was_removed_while_it_was_a_draft_was_never_there(place: Place, season: Season) -> None:
    planned = _plan(place, date=IN_DECEMBER)
    with happened():
        planned.delete()
    early = _plan(place)
    with happened(PUBLISHED - HOUR):
        early.delete()
    assert withdrawn(Published.of([place]), dt.date(2026, 1, 1)) == []
    assert events().count() == 2


# --- The pages --------------------------------------------------------------------------------------------------------


def test_the_page_says_what_becomes_visible_and_publishes(place: Place, as_manager: Client, manager: User) -> None:
    season = factories.SeasonFactory.create(place=place)
    _plan(place)
    _plan(place, title="Julmarknad", kind="event", date=TODAY + DAY)
    _plan(place, outcome="cancelled", reason="few", told_by=manager, told_at=NOW, starts_at=NOW + HOUR)
    address = f"/p/lilltorget/wheel/seasons/{season.pk}/publish/"
    page = as_manager.get(address)
    contents = page.context["contents"]
    assert [(one.label, one.count) for one in contents.kinds] == [
        ("aktivering", 0),
        ("aktivitet", 1),
        ("evenemang", 1),
        ("utställning", 0),
    ]
    assert (contents.cancelled, [one.title for one in contents.singles]) == (1, ["Julmarknad"])
    assert (contents.first, contents.last) == (TODAY, TODAY + DAY)
    assert "Platsen har ingen publik sida än" in page.content.decode()
    assert as_manager.post(address).headers["Location"] == f"/p/lilltorget/wheel/seasons/{season.pk}/changes/"
    season.refresh_from_db()
    assert season.published_by == manager
    again = as_manager.get(address).content.decode()
    assert "Redan publicerad" in again
    assert "Publicera säsongen" not in again


def test_what_is_unlikely_is_said_before_and_hinders_nobody(place: Place, as_manager: Client, manager: User) -> None:
    season = factories.SeasonFactory.create(place=place, year=2027, name="winter")
    for number in range(10):
        # At half past nine, before the hub opens.
        at = dt.datetime(2026, 12, 1 + number, 9, 30, tzinfo=STOCKHOLM)
        _plan(place, title=f"Nummer {number}", date=at.date(), starts_at=at, responsible=manager)
    _plan(place, date=TODAY + 2 * DAY)
    address = f"/p/lilltorget/wheel/seasons/{season.pk}/publish/"
    page = as_manager.get(address)
    assert len(page.context["warnings"]) == 8
    assert page.context["more_warnings"] > 0
    assert all(one.day in season.period for one in page.context["warnings"])
    assert "Säsongen kan publiceras ändå" in page.content.decode()
    as_manager.post(address)
    season.refresh_from_db()
    assert season.is_published


def test_an_empty_season_may_be_published_too(place: Place, as_manager: Client) -> None:
    season = factories.SeasonFactory.create(place=place)
    page = as_manager.get(f"/p/lilltorget/wheel/seasons/{season.pk}/publish/").content.decode()
    assert "Inget är planerat i säsongen än" in page


def test_reading_the_page_publishes_nothing(place: Place, as_manager: Client, season: Season) -> None:
    as_manager.get(f"/p/lilltorget/wheel/seasons/{season.pk}/take-back/")
    season.refresh_from_db()
    assert season.is_published


def test_a_publication_is_taken_back_by_its_own_page(place: Place, as_manager: Client, season: Season) -> None:
    address = f"/p/lilltorget/wheel/seasons/{season.pk}/take-back/"
    assert as_manager.post(address).status_code == 302
    season.refresh_from_db()
    assert not season.is_published
    assert "Säsongen är ett utkast" in as_manager.get(address).content.decode()


@pytest.mark.parametrize(("published", "words"), [(True, "Inget har ändrats"), (False, "Ett utkast")])
def test_a_list_without_changes_says_why(place: Place, as_host: Client, published: bool, words: str) -> None:  # noqa: FBT001
    season = factories.SeasonFactory.create(place=place, published=published)
    page = as_host.get(f"/p/lilltorget/wheel/seasons/{season.pk}/changes/")
    assert words in page.content.decode()
    assert page.context["changes"] == []


def test_the_history_uses_swedish_days(place: Place, season: Season) -> None:
    """An exhibition that ends at midnight ends the day before."""
    made = _plan(place, kind="exhibition", ends_at=dt.datetime(2026, 11, 27, tzinfo=STOCKHOLM))
    with happened():
        Occurrence.objects.filter(pk=made.pk).update(title="Ljuset")
    assert _changes(place)[0].shown.last_date == dt.date(2026, 11, 26)


def test_a_published_season_stays_the_season_it_is(place: Place, as_manager: Client, season: Season) -> None:
    address = f"/p/lilltorget/wheel/seasons/{season.pk}/"
    refused = as_manager.post(address, {"year": "2027", "name": "winter", "theme": "Ljus"})
    assert refused.context["form"].errors == {
        "name": ["Säsongen är publicerad. Ta tillbaka det innan du gör den till en annan."]
    }
    assert as_manager.post(address, {"year": "2026", "name": "autumn", "theme": "Ljus"}).status_code == 302
    take_back_publication(season=season, by=factories.UserFactory.create())
    assert as_manager.post(address, {"year": "2027", "name": "winter", "theme": "Ljus"}).status_code == 302
