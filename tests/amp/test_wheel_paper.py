"""The wheel on paper: the same marks, and a list by quarter that tells what returns in one line."""

import datetime as dt
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from activities.models import Occurrence
from amp.annual.gather import Year, gather
from amp.annual.paper import edition_of, quarters_of, sheet
from places.access import RIGHTS
from places.models import Membership, Place
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

# A3 across in points, 420 by 297 mm.
A3 = (1190.55, 841.89)


def year_of(place: Place) -> Year:
    return gather(place, 2026, today=TODAY, held=RIGHTS[Membership.Role.HOST])


def test_activities_of_one_name_are_one_line_a_quarter(place: Place) -> None:
    rain = {"told": True, "outcome": Occurrence.Outcome.CANCELLED, "reason": "weather"}
    for day in (5, 12, 19):
        factories.OccurrenceFactory.create(place=place, title="Salsa", date=dt.date(2026, 10, day), told=True)
    factories.OccurrenceFactory.create(place=place, title="Salsa", date=dt.date(2026, 10, 26), **rain)
    factories.OccurrenceFactory.create(place=place, title="Bio", date=dt.date(2026, 12, 1), **rain)
    for day in (3, 10):
        factories.OccurrenceFactory.create(place=place, title="Marknad", kind="event", date=dt.date(2026, 12, day))
    rows = [
        (row.entry.item.title, row.first.day, row.last.day, row.times, row.cancelled, row.is_off)
        for row in quarters_of(year_of(place))[3].rows
        if row.entry.occurrence
    ]
    assert rows == [
        ("Salsa", 5, 26, 4, 1, False),
        ("Bio", 1, 1, 1, 1, True),
        ("Marknad", 3, 3, 1, 0, False),
        ("Marknad", 10, 10, 1, 0, False),
    ]


def test_every_entry_has_its_quarter(place: Place) -> None:
    ends = dt.datetime(2026, 2, 1, 17, tzinfo=dt.UTC)
    factories.OccurrenceFactory.create(
        place=place, kind="exhibition", title="Textil", date=dt.date(2025, 12, 1), ends_at=ends
    )
    quarters = quarters_of(year_of(place))
    assert [quarter.period.code for quarter in quarters] == ["2026K1", "2026K2", "2026K3", "2026K4"]
    assert "Textil" in [row.entry.item.title for row in quarters[0].rows]


def test_a_new_plan_is_a_new_edition(place: Place) -> None:
    one = factories.OccurrenceFactory.create(place=place)
    before = edition_of(year_of(place))
    assert edition_of(year_of(place)) == before
    one.title = "Annat"
    one.save()
    assert edition_of(year_of(place)) != before


def test_wheel_print_is_one_sheet_a3(as_host: Client, place: Place) -> None:
    factories.OccurrenceFactory.create(place=place, kind="event", title="Granen tänds", told=True)
    factories.OccurrenceFactory.create(place=place, kind="activity", title="Salsa", date=dt.date(2026, 3, 3))
    response = as_host.get("/p/lilltorget/wheel/print/", {"year": "2026"})
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "application/pdf",
        'inline; filename="lilltorget-2026.pdf"',
    )
    (page,) = PdfReader(BytesIO(response.content)).pages
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(A3, abs=0.1)
    words = " ".join(page.extract_text().split())
    assert "Lilltorget Årshjul 2026" in words
    assert "23/11 1" in words
    assert "Granen tänds" in words
    assert "Kvartal 1 2026, januari–mars" in words
    assert f"utskrivet 23 november 2026, utgåva {edition_of(year_of(place))}" in words


def test_the_sheet_shows_every_sort_of_mark(place: Place) -> None:
    for n in range(6):
        kind = ("activation", "event", "exhibition")[n % 3]
        factories.OccurrenceFactory.create(place=place, kind=kind, title=f"Sak {n}", date=TODAY)
    html = sheet(year_of(place), language="sv")
    assert '<html lang="sv">' in html
    assert 'alt="Året 2026 som hjul. Listan bredvid säger detsamma."' in html
