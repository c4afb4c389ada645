"""Planned against delivered, for any period, with reasons and visits."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.models import Kind, Occurrence
from measurements.models import Measure
from places.models import Place
from places.periods import Period
from tests import factories
from tests.conftest import TODAY

OCTOBER = dt.date(2026, 10, 5)


@pytest.fixture
def address(place: Place) -> str:
    return reverse("measurements:delivered", args=[place.slug])


def told(place: Place, outcome: str, reason: str = "", **more: Any) -> Occurrence:
    day = more.pop("date", OCTOBER)
    return factories.OccurrenceFactory.create(place=place, date=day, told=True, outcome=outcome, reason=reason, **more)


def autumn(place: Place) -> None:
    """
    Of the quarter: activities 2 held, 1 changed, 2 cancelled, 1 awaiting, 1 ahead; 1 event cancelled; 1 unplanned.

    So 3 of 6 activities that should have been, and none of 1 event.
    """
    first, _second = told(place, "held"), told(place, "held")
    headcount = factories.HeadcountFactory.create(
        place=place, measure=Measure.PARTICIPATING, occurrence=first, zone=None, date=OCTOBER
    )
    factories.CountEntryFactory.create(headcount=headcount, people=14)
    told(place, "changed", "weather", title="Flyttad", note="Under tak")
    told(place, "cancelled", "weather")
    told(place, "cancelled", "staff", date=OCTOBER + dt.timedelta(days=1))
    told(place, "cancelled", "weather", kind=Kind.EVENT, title="Konsert")
    told(place, "held", was_planned=False)
    factories.OccurrenceFactory.create(place=place, date=OCTOBER)
    factories.OccurrenceFactory.create(place=place, date=TODAY + dt.timedelta(days=3))


def test_the_kinds_are_told_apart_with_shares_and_visits(as_host: Client, place: Place, address: str) -> None:
    autumn(place)

    page = as_host.get(address)

    assert page.context["period"] == Period.quarter(2026, 4)
    assert page.context["finding"] == "Genomfört: aktivitet 3 av 6, evenemang 0 av 1"
    rows = {row.result.kind: row for row in page.context["rows"]}
    activity = rows["activity"]
    assert (activity.result.planned, activity.result.ahead, activity.result.unplanned) == (7, 1, 1)
    assert (activity.share, activity.visits.visits, activity.visits.occurrences) == (0.5, 14, 1)
    # Sevenths of a bar of 100: 2, 1, 2, 1 and 1.
    assert activity.parts == [
        ("held", 0, 28.57),
        ("changed", 28.57, 14.29),
        ("cancelled", 42.86, 28.57),
        ("awaiting", 71.43, 14.29),
        ("ahead", 85.71, 14.29),
    ]
    assert (rows["exhibition"].share, rows["exhibition"].parts, rows["exhibition"].visits.visits) == (None, [], None)


def test_reasons_stand_by_kind_the_commonest_first(as_host: Client, place: Place, address: str) -> None:
    autumn(place)

    page = as_host.get(address)

    # Activation, activity, event, exhibition: cancelled and changed.
    assert [(row.label, row.pairs) for row in page.context["reasons"]] == [
        ("väder", [(0, 0), (1, 1), (1, 0), (0, 0)]),
        ("personal", [(0, 0), (1, 0), (0, 0), (0, 0)]),
    ]
    assert [(outcome, one.title, one.reason) for outcome, one in page.context["listed"]] == [
        ("changed", "Flyttad", "weather"),
        ("cancelled", "Konsert", "weather"),
        ("cancelled", "Sångstund med förskolan", "weather"),
        ("cancelled", "Sångstund med förskolan", "staff"),
    ]
    assert "Under tak" in page.content.decode()


def test_a_long_list_is_cut_and_says_so(
    as_host: Client, place: Place, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("measurements.views.delivered.MOST_LISTED", 3)
    autumn(place)
    page = as_host.get(address)
    assert (len(page.context["listed"]), page.context["left"]) == (3, 1)
    assert "Och 1 till" in page.content.decode()


def test_nothing_planned_is_no_failure(as_host: Client, address: str) -> None:
    page = as_host.get(address)
    assert page.context["finding"] == "Inget skulle ha ägt rum ännu"
    assert "Inget ställdes in eller ändrades." in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "period"),
    [
        ("2026-10", Period.month(2026, 10)),
        ("2026höst", Period.season(2026, "autumn")),
        ("2026K3", Period.quarter(2026, 3)),
        ("2025", Period.year(2025)),
        # A week is not told by itself, and nonsense is this quarter.
        ("2026V24", Period.quarter(2026, 2)),
        ("i höstas", Period.quarter(2026, 4)),
        ("", Period.quarter(2026, 4)),
    ],
)
def test_any_period_can_be_asked_for(as_host: Client, address: str, asked: str, period: Period) -> None:
    assert as_host.get(address, {"period": asked}).context["period"] == period


def test_another_length_keeps_about_the_same_time(as_host: Client, address: str) -> None:
    stretches = as_host.get(address, {"period": "2025"}).context["stretches"]
    assert [(chosen, code) for chosen, _words, code in stretches] == [
        (False, "2025-12"),
        (False, "2026vinter"),
        (False, "2025K4"),
        (True, "2025"),
    ]
    now = as_host.get(address, {"period": "2026"}).context["stretches"]
    assert [code for _chosen, _words, code in now] == ["2026-11", "2026höst", "2026K4", "2026"]


def test_the_page_costs_the_same_whatever_it_shows(as_host: Client, place: Place, address: str) -> None:
    costs = []
    for _number in range(3):
        autumn(place)
        with CaptureQueriesContext(connection) as asked:
            as_host.get(address)
        costs.append(len(asked))
    assert costs[0] == costs[2]
