"""The programme on A4: what each row says, and that the paper is tagged and numbered."""

import datetime as dt
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from activities.models import Kind, Occurrence, Season
from activities.week import week_of
from amp.annual.programme import season_programme, season_sheet, week_sheet
from places.models import Place, User
from places.periods import Period
from tests import factories as f
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
RAIN = {"told": True, "outcome": Occurrence.Outcome.CANCELLED, "reason": "weather"}


@pytest.fixture
def season(place: Place) -> Season:
    """A series of five Mondays one of which rained away, one of every day, and two markets."""
    season: Season = f.SeasonFactory.create(place=place, theme="Skapa tillsammans", goals="Fler kvällar.")
    salsa = f.SeriesFactory.create(place=place, season=season)
    for week in range(5):
        day = TODAY - week * 7 * DAY
        f.OccurrenceFactory.create(place=place, series=salsa, title="Salsa", date=day, **(RAIN if week == 2 else {}))
    chess = f.SeriesFactory.create(place=place, season=season, kind=Kind.ACTIVATION)
    for days in range(6):
        f.OccurrenceFactory.create(
            place=place, series=chess, title="Schack", kind=Kind.ACTIVATION, date=TODAY + days * DAY
        )
    f.OccurrenceFactory.create(
        place=place, title="Julmarknad", kind=Kind.EVENT, date=TODAY, expected=300, equipment="12 bord", permit="apply"
    )
    f.OccurrenceFactory.create(place=place, title="Skördemarknad", kind=Kind.EVENT, date=dt.date(2026, 9, 5), **RAIN)
    return season


def test_season_programme(place: Place, season: Season, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    f.SchoolHolidayFactory.create(place=place, name="Höstlov", first=dt.date(2026, 10, 26), last=dt.date(2026, 10, 30))
    with django_assert_num_queries(2):
        found = season_programme(place, season)
    assert [(row.one.title, row.weekdays, row.times, row.cancelled) for row in found.returning] == [
        ("Salsa", "mån", 5, 1),
        ("Schack", "mån–lör", 6, 0),
    ]
    assert [[one.title for one in month.singles] for month in found.months] == [["Skördemarknad"], [], ["Julmarknad"]]
    assert [name for _day, name in found.red] == ["Alla helgons dag"]
    assert [one.name for one in found.school] == ["Höstlov"]


def test_season_programme_of_nothing(place: Place) -> None:
    season = f.SeasonFactory.create(place=place, year=2026, name="summer")
    html = season_sheet(place, season)
    for words in ("Inte publicerat: utkast.", "Inget är återkommande", "Inget evenemang och ingen utställning"):
        assert words in html


def test_what_returns_has_the_clock_of_most(place: Place, season: Season) -> None:
    moved = Occurrence.objects.filter(title="Salsa").order_by("date")[0]
    moved.starts_at -= dt.timedelta(hours=2)
    moved.date += DAY
    moved.save()
    [salsa, _chess] = season_programme(place, season).returning
    assert salsa.weekdays == "mån, tis"
    assert salsa.one != moved


def test_week_sheet(place: Place, season: Season) -> None:
    html = week_sheet(place, week_of(place, Period.week(2026, 48)))
    for words in ("Veckoprogram, vecka 48", "Julmarknad", "väntar 300", "12 bord", "Hela veckan", "Schack", "Stängt"):
        assert words in html


def test_what_stands_all_week_is_told_as_the_whole_of_it_went(place: Place, season: Season, host: User) -> None:
    def chess() -> str:
        html = week_sheet(place, week_of(place, Period.week(2026, 48)))
        return html[html.index("<b>Schack") :].split("</tr>")[0]

    days = Occurrence.objects.filter(title="Schack")
    told = {"told_by": host, "told_at": NOW}
    rain = {"outcome": "cancelled", "reason": "weather", **told}
    days.filter(date=TODAY).update(outcome="held", **told)
    days.filter(date=TODAY + DAY).update(**rain)
    assert ("<em>" in chess(), "Aktivering · 1 ställdes in" in chess()) == (False, True)
    days.update(**rain)
    assert ("<em>Inställt</em>" in chess(), "ställdes in" in chess()) == (True, False)


def _read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    assert [round(float(side)) for side in pages[0].mediabox[2:]] == [595, 842]
    return " ".join(page.extract_text() for page in pages)


def test_week_print(as_host: Client, place: Place, season: Season) -> None:
    text = _read(as_host, "/p/lilltorget/wheel/week/print/?week=2026-W48")
    for words in ("Vecka 48", "Julmarknad", "Sida 1 av"):
        assert words in text


def test_season_print(as_host: Client, place: Place, season: Season) -> None:
    text = _read(as_host, f"/p/lilltorget/wheel/seasons/{season.pk}/print/")
    for words in ("Höst 2026", "Skapa tillsammans", "Fler kvällar.", "Salsa", "5 gånger, 1 ställdes in", "Sida 1 av"):
        assert words in text


def test_season_print_of_anothers(as_host: Client, place: Place, other_place: Place) -> None:
    theirs = f.SeasonFactory.create(place=other_place)
    assert as_host.get(f"/p/lilltorget/wheel/seasons/{theirs.pk}/print/").status_code == 404
