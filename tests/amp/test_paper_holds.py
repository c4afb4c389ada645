"""Whatever is written into the plan or the figures stays on the paper, and every character of it is a glyph."""

import dataclasses
import datetime as dt
import io
import logging
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from django.db.models import Model
from matplotlib.text import Text
from weasyprint import LOGGER
from weasyprint.document import Document

from activities.models import Kind, Occurrence, Season
from activities.programme.queries import whole_week
from activities.publishing import Published
from activities.week import week_of
from amp import poster
from amp.annual.gather import gather
from amp.annual.paper import sheet
from amp.annual.programme import season_sheet, week_sheet
from places.access import RIGHTS
from places.models import Membership, Place
from places.periods import Period
from reports import faces, pdf
from reports.glyphs import printable, shortened
from reports.sheet import Sheet
from tests import factories as f
from tests.conftest import NOW, TODAY
from tests.reports import samples
from tests.reports.sheets import astray, blank_glyphs
from tests.reports.test_pictures import jpeg

pytestmark = pytest.mark.django_db

WIDE = "W" * 120
ADDRESS = "https://example.se/program/" + "vinter-och-var-" * 12
SIGNS = "Fest 🎉 för 👨‍👩‍👧 ❤️ ★ ✓ → ☀️ شطرنج Шахматы Ντάμα 象棋 👍🏽 🇸🇪 1️⃣"
HOSTILE = [WIDE, f"{SIGNS} {ADDRESS}"]
# What people type, of all the text in a report; the rest are codes.
TYPED = {"place", "operator", "municipality", "name", "group", "title", "note", "text", "alt", "occasion", "since"}
# No name that is asked for is longer.
LONGEST_NAME, LONGEST = 120, 300
OURS = ("Source-Sans-3", "Noto-Sans-Arabic", "Noto-Emoji", "Noto-Sans-Symbols")
WEEK_48 = Period.week(2026, 48)


def typed(value: Any, words: str) -> Any:
    """The same report with those words wherever somebody may type them."""
    if isinstance(value, tuple):
        return tuple(typed(one, words) for one in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    changed = {}
    for field in dataclasses.fields(value):
        old = getattr(value, field.name)
        is_typed = field.name in TYPED or (field.name in {"unit", "method", "source"} and old)
        most = LONGEST if field.name in {"text", "note"} else LONGEST_NAME
        changed[field.name] = words[:most] if is_typed and isinstance(old, str) and old else typed(old, words)
    return dataclasses.replace(value, **changed)


@pytest.fixture
def season(place: Place) -> Season:
    season: Season = f.SeasonFactory.create(place=place)
    place.is_demo = True
    f.SchoolHolidayFactory.create(place=place, first=TODAY, last=TODAY)
    f.OccasionFactory.create(place=place)
    salsa = f.SeriesFactory.create(place=place, season=season)
    f.OccurrenceFactory.create(place=place, series=salsa, date=TODAY)
    rain = {"told": True, "outcome": Occurrence.Outcome.CANCELLED, "reason": "weather"}
    f.OccurrenceFactory.create(place=place, kind=Kind.EVENT, date=TODAY, permit="apply", expected=300, **rain)
    f.OccurrenceFactory.create(place=place, kind=Kind.EXHIBITION, starts_at=NOW, ends_at=NOW + dt.timedelta(9))
    for days in range(5):
        f.OccurrenceFactory.create(place=place, kind=Kind.ACTIVATION, date=TODAY + dt.timedelta(days))
    return season


def name_everything(place: Place, season: Season, words: str) -> None:
    """Each text of the plan holds as much of the words as its column takes."""
    partner = f.PartnerFactory.create(place=place)
    zone = f.ZoneFactory.create(place=place)
    person = f.UserFactory.create()
    f.MembershipFactory.create(user=person, place=place)
    for row in (place, place.operator, season, partner, zone, person, *place.occasions.all(), *place.series.all()):
        _name(row, words)
    for one in place.occurrences.all():
        one.partner, one.zone, one.responsible, one.equipment = partner, zone, person, words
        _name(one, words)


def _name(row: Model, words: str) -> None:
    names = {"name", "title", "theme", "goals", "equipment"}
    for field in row._meta.concrete_fields:
        if field.name in names and not field.choices:
            setattr(row, field.name, words[: field.max_length or LONGEST])
    row.save()


def laid_out(html: str) -> Document:
    return pdf.lay_out(html, language="sv")


def report_sheet(words: str) -> str:
    report = typed(samples.report(pictures=(samples.picture(),)), words)
    return faces.html(report, samples.MAKING, language="sv", pictures={12345: jpeg(4, 3)})


def sheets(place: Place, season: Season, words: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Document]]:
    name_everything(place, season, words)
    place.refresh_from_db()
    season.refresh_from_db()
    yield "report", laid_out(report_sheet(words))
    yield "wheel", laid_out(sheet(gather(place, 2026, today=TODAY, held=RIGHTS[Membership.Role.ADMIN]), language="sv"))
    yield "season", laid_out(season_sheet(place, season))
    yield "week", laid_out(week_sheet(place, week_of(place, WEEK_48)))
    drawn: list[Document] = []
    lay_out = pdf.lay_out

    def kept(html: str, *, language: str) -> Document:
        drawn.append(lay_out(html, language=language))
        return drawn[-1]

    with monkeypatch.context() as patch:
        patch.setattr(pdf, "lay_out", kept)
        week = whole_week(place, WEEK_48, Published.of([place]))
        poster.poster(place, week, address=f"amp.example.se/{'torget-' * 12}")
    for document in drawn:
        yield "poster", document


@pytest.mark.parametrize("words", HOSTILE, ids=["wide", "signs"])
def test_nothing_lies_outside_its_page(
    place: Place, season: Season, words: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    found: dict[str, list[str]] = {}
    fonts: set[str] = set()
    blank: list[str] = []
    caplog.set_level(logging.WARNING, logger=LOGGER.name)
    for name, document in sheets(place, season, words, monkeypatch):
        found[name] = found.get(name, []) + astray(document)
        content = pdf.write(document)
        blank += blank_glyphs(content)
        with pikepdf.open(io.BytesIO(content)) as made:
            fonts |= {str(one.BaseFont) for one in made.objects if _is_font(one)}
    assert found == {name: [] for name in ("report", "wheel", "season", "week", "poster")}
    assert [one.getMessage() for one in caplog.records if "glyph" in one.getMessage()] == []
    assert blank == []
    assert {font for font in fonts if not font.partition("+")[2].startswith(OURS)} == set()


def _is_font(one: object) -> bool:
    return isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font" and "/BaseFont" in one


def test_letters_from_elsewhere_are_drawn() -> None:
    """Those of the screen's own small files had hidden them."""
    html = report_sheet("Łukasz Şahin Đorđe Ğ ő Шахматы Ντάμα")
    assert blank_glyphs(pdf.render(html, language="sv")) == []


def test_words_in_a_chart_stay_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    wide: list[str] = []
    drawn = Sheet.svg

    def measured(self: Sheet) -> str:
        svg = drawn(self)
        frame = self._figure.bbox
        for text in self._figure.findobj(Text):
            box = text.get_window_extent()
            if box.x0 < frame.x0 - 1 or box.x1 > frame.x1 + 1:
                wide.append(text.get_text())
        return svg

    monkeypatch.setattr(Sheet, "svg", measured)
    for words in HOSTILE:
        report_sheet(words)
    assert wide == []


def test_what_is_too_wide_is_cut_short() -> None:
    assert shortened("Trygghet", 20) == "Trygghet"
    assert shortened("", 20) == ""
    assert shortened("W" * 40, 10) == "W" * 11 + "…"


def test_a_character_without_a_glyph_is_its_name() -> None:
    assert printable("象棋 Å é – ★🎉 → ش") == "[cjk] Å é – ★🎉 → ش"
    assert printable("Fest 🎉", fallback=False) == "Fest [party popper]"
    assert printable("\U000f0000") == "[u+f0000]"
