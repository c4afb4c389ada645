"""All that one person is responsible for, handed over at once, and said wherever they are taken off."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.actions import undo_change
from activities.actions.handover import Duties, duties_of, duties_of_those_who_left, hand_over
from activities.models import Occurrence, Series
from activities.warnings import Rule, plan_warnings
from places.models import Place, User
from tests import factories
from tests.conftest import NOW, TODAY

WEEK = dt.timedelta(weeks=1)


@pytest.fixture
def plan(place: Place, host: User) -> dict[str, Occurrence]:
    series = factories.SeriesFactory.create(place=place, responsible=host, first=TODAY, last=TODAY + 9 * WEEK)
    made = {
        "followed": factories.OccurrenceFactory.create(
            place=place, series=series, responsible=host, date=TODAY + WEEK, starts_at=NOW + WEEK
        ),
        "single": factories.OccurrenceFactory.create(
            place=place, responsible=host, date=TODAY + 2 * WEEK, starts_at=NOW + 2 * WEEK
        ),
        "past": factories.OccurrenceFactory.create(
            place=place, responsible=host, date=TODAY - WEEK, starts_at=NOW - WEEK
        ),
    }
    factories.SeriesFactory.create(
        place=place, responsible=host, first=TODAY - 9 * WEEK, last=TODAY - dt.timedelta(days=1)
    )
    factories.OccurrenceFactory.create(responsible=host, date=TODAY + WEEK, starts_at=NOW + WEEK)
    return made


def _responsible(plan: dict[str, Occurrence]) -> list[int | None]:
    return [Occurrence.objects.get(pk=one.pk).responsible_id for one in plan.values()]


def test_all_that_is_to_come_goes_over_and_back(
    place: Place, host: User, manager: User, plan: dict[str, Occurrence]
) -> None:
    assert duties_of(place, host, TODAY) == Duties(host, 2, 1)
    done, undo = hand_over(place=place, person=host, to=manager, by=manager)
    assert done == Duties(host, 2, 1)
    assert _responsible(plan) == [manager.pk, manager.pk, host.pk]
    assert sorted(Series.objects.values_list("responsible", flat=True)) == sorted([manager.pk, host.pk])
    assert not duties_of(place, host, TODAY)
    undo_change(place=place, token=undo, by=manager)
    assert _responsible(plan) == [host.pk] * 3
    assert duties_of(place, host, TODAY) == Duties(host, 2, 1)


def test_taken_back_leaves_alone_what_was_already_the_others(
    place: Place, host: User, manager: User, plan: dict[str, Occurrence]
) -> None:
    own = factories.OccurrenceFactory.create(place=place, responsible=manager, date=TODAY + WEEK)
    _done, undo = hand_over(place=place, person=host, to=manager, by=manager)
    undo_change(place=place, token=undo, by=manager)
    assert Occurrence.objects.get(pk=own.pk).responsible_id == manager.pk


@pytest.mark.parametrize("who", ["stranger", "host"])
def test_only_to_another_who_works_here(
    request: pytest.FixtureRequest, place: Place, host: User, plan: dict[str, Occurrence], who: str
) -> None:
    with pytest.raises(ValidationError):
        hand_over(place=place, person=host, to=request.getfixturevalue(who), by=host)
    assert _responsible(plan) == [host.pk] * 3


def test_it_is_said_before_the_person_is_taken_off_or_has_another_role(
    as_admin: Client, place: Place, host: User, plan: dict[str, Occurrence]
) -> None:
    membership = place.memberships.get(user=host)
    for page in ("person_remove", "person_edit"):
        shown = as_admin.get(reverse(f"places:{page}", args=[place.slug, membership.pk])).content.decode()
        assert "2 tillfällen" in shown
        assert reverse("activities:handover", args=[place.slug, host.pk]) in shown


def test_one_who_left_is_in_the_list_and_among_the_warnings(
    as_admin: Client, place: Place, host: User, manager: User, plan: dict[str, Occurrence]
) -> None:
    assert Rule.LEFT not in {one.rule for one in plan_warnings(place, TODAY)}
    place.memberships.get(user=host).delete()
    assert duties_of_those_who_left(place, TODAY) == [Duties(host, 2, 1)]
    [warning] = [one for one in plan_warnings(place, TODAY) if one.rule == Rule.LEFT]
    assert len(warning.group) == 2
    address = reverse("activities:handover", args=[place.slug, host.pk])
    for page in ("places:people_list", "activities:warning_list"):
        assert address in as_admin.get(reverse(page, args=[place.slug])).content.decode()
    answer = as_admin.post(address, {"to": manager.pk}, follow=True)
    assert "Ångra" in answer.content.decode()
    assert _responsible(plan) == [manager.pk, manager.pk, host.pk]
    assert duties_of_those_who_left(place, TODAY) == []


def test_without_choosing_it_says_so(as_admin: Client, place: Place, host: User, plan: dict[str, Occurrence]) -> None:
    address = reverse("activities:handover", args=[place.slug, host.pk])
    assert 'class="error"' in as_admin.post(address, {"to": "99999999999999999999"}).content.decode()


def test_as_many_queries_for_one_who_left_as_for_three(as_admin: Client, place: Place) -> None:
    counts = []
    for _time in range(3):
        factories.OccurrenceFactory.create(
            place=place, responsible=factories.UserFactory.create(), date=TODAY + WEEK, starts_at=NOW + WEEK
        )
        with CaptureQueriesContext(connection) as queries:
            as_admin.get(reverse("places:people_list", args=[place.slug]))
        counts.append(len(queries))
    assert len(set(counts)) == 1
