"""What bin/rehearse asks afterwards finds what is lost, doubled or stuck."""

import uuid

import pytest

from places.models import Place, User
from places.periods import Period
from reports.actions import order_edition
from tests import factories
from tests.faults import rehearsal
from tests.faults.rehearsal import Told

pytestmark = pytest.mark.django_db


def test_all_is_there_once(place: Place, host: User) -> None:
    entry = factories.CountEntryFactory.create(headcount__place=place, people=3)
    factories.DayLogFactory.create(place=place, text="rad ett.")
    edition = order_edition(place=place, period=Period.parse("2026K3"), language="sv", by=host)
    told = Told({str(entry.uuid): (str(entry.headcount.uuid), 3)}, ["rad ett."], {f"/x/2026K3/{edition.number}/"})
    assert len(told) == 3
    assert rehearsal._compared(told) == ([], [])
    assert [one.split()[0] for one in rehearsal._under_way()] == ["edition", "job"]


def test_what_is_missing_is_lost(place: Place) -> None:
    told = Told({str(uuid.UUID(int=1)): (str(uuid.UUID(int=2)), 1)}, ["rad ett."], {"/x/2026K3/1/"})
    lost, doubled = rehearsal._compared(told)
    assert [one.split()[0] for one in lost] == ["tap", "note", "edition"]
    assert doubled == []


def test_what_is_there_twice_is_doubled(place: Place) -> None:
    entry = factories.CountEntryFactory.create(headcount__place=place, people=3)
    factories.CountEntryFactory.create(headcount=entry.headcount, people=3)
    factories.DayLogFactory.create(place=place, text="rad ett.\nrad ett.")
    lost, doubled = rehearsal._compared(Told({str(entry.uuid): (str(entry.headcount.uuid), 3)}, ["rad ett."]))
    assert lost == []
    assert [one.split()[0] for one in doubled] == ["count", "note"]
