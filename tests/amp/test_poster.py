"""The week's poster: one sheet, tagged, with the right words, for everyone or for those who work there."""

import datetime as dt
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.test import Client
from pypdf import PdfReader

from activities.models import Occurrence
from places.models import Place, User
from tests import factories
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
POSTER = "/programme/lilltorget/week.pdf"


@pytest.fixture
def place(place: Place) -> Place:
    place.programme_is_public = True
    place.save()
    factories.SeasonFactory.create(place=place, published=True)
    return place


def _plan(place: Place, **values: Any) -> Occurrence:
    made: Occurrence = factories.OccurrenceFactory.create(place=place, **values)
    return made


def _read(client: Client, address: str = POSTER) -> tuple[int, str]:
    """How many sheets, and their words."""
    response = client.get(address)
    assert response["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(response.content)).pages
    return len(pages), " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_poster_has_the_week_in_words(client: Client, place: Place, host: User) -> None:
    zone = factories.ZoneFactory.create(place=place, name="Scenen")
    _plan(place, title="Salsa och bugg", zone=zone, responsible=host)
    told = {"outcome": "cancelled", "reason": "staff", "told_by": host, "told_at": NOW}
    _plan(place, title="Schack", date=TODAY + DAY, **told)
    _plan(place, title="Ljuset", kind="exhibition", date=TODAY, starts_at=NOW, ends_at=NOW + 9 * DAY)
    for number in range(3):
        _plan(place, title="Boule", kind="activation", date=TODAY + number * DAY)
    sheets, words = _read(client)
    assert sheets == 1
    for told_word in (
        "Vecka 48",
        "Lilltorget",
        "23–29 november 2026",
        "Salsa och bugg",
        "Scenen",
        "Inställt",
        "Ljuset",
    ):
        assert told_word in words
    assert "Mån–ons" in words
    assert "testserver/programme/lilltorget/" in words
    assert "Host Ek" not in words


def test_the_poster_is_tagged_and_has_its_language(client: Client, place: Place) -> None:
    _plan(place)
    with pikepdf.open(BytesIO(client.get(f"{POSTER}?lang=en").content)) as written:
        assert written.Root.MarkInfo.Marked
        assert str(written.Root.Lang) == "en"
        with written.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Lilltorget, week 48, 23–29 November 2026"


def test_the_type_follows_how_much_there_is(client: Client, place: Place) -> None:
    """A full week has smaller type on the same sheet; only one beyond all measure takes a second."""
    for number in range(28):
        _plan(place, title=f"Nummer {number}", date=TODAY + (number % 7) * DAY)
    assert _read(client)[0] == 1
    for number in range(42):
        _plan(place, title=f"Mer {number}", date=TODAY + (number % 7) * DAY)
    assert _read(client)[0] == 2


def test_a_week_of_which_nothing_is_published_has_no_poster(client: Client, place: Place) -> None:
    _plan(place, date=TODAY + 20 * DAY)
    assert client.get(POSTER).status_code == 404
    assert client.get(f"{POSTER}?week=2026-W50").status_code == 404


def test_those_who_work_there_print_drafts_that_say_so(place: Place, as_host: Client) -> None:
    _plan(place, title="Lucia", date=dt.date(2026, 12, 9))
    sheets, words = _read(as_host, "/p/lilltorget/wheel/week.pdf?week=2026-W50")
    assert sheets == 1
    assert "Lucia" in words
    assert "Utkast" in words
    assert "Inget på programmet" in _read(as_host, "/p/lilltorget/wheel/week.pdf?week=2026-W51")[1]


def test_a_closed_programme_has_no_address_on_its_poster(place: Place, as_host: Client) -> None:
    Place.objects.update(programme_is_public=False)
    _plan(place)
    response = as_host.get("/p/lilltorget/wheel/week.pdf")
    assert "testserver" not in _read(as_host, "/p/lilltorget/wheel/week.pdf")[1]
    assert response["Content-Disposition"] == 'inline; filename="lilltorget-2026-W48.pdf"'
