"""Once as a PDF: the right words, the right tags."""

import datetime as dt
import io
from pathlib import Path

import pikepdf
import pypdf
import pytest

from reports import faces, pdf
from tests.reports import samples
from tests.reports.judge import judge_ua


@pytest.fixture(scope="module")
def made() -> bytes:
    making = faces.Making(1, dt.date(2026, 1, 19), "ab" * 32)
    return pdf.render(faces.html(samples.report(), making, language="sv"), language="sv")


def test_the_words_and_page_numbers_are_there(made: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(made))
    pages = [page.extract_text() for page in reader.pages]
    assert 4 <= len(pages) <= 6
    assert "Lilltorget" in pages[0]
    assert "76" in pages[0]
    assert "2 208" in pages[0].replace("\xa0", " ")
    assert f"Sida 2 av {len(pages)}" in pages[1]
    assert "exempeldata" in pages[1]


def test_it_is_tagged_titled_and_in_its_language(made: bytes) -> None:
    with pikepdf.open(io.BytesIO(made)) as document:
        root = document.Root
        assert str(root.Lang) == "sv"
        assert bool(root.MarkInfo.Marked)
        assert "/StructTreeRoot" in root
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(document.docinfo["/Title"]) == (
            "Lilltorget, Kvartal 4 2025, oktober–december – Kvartalsrapport till medfinansiärerna"
        )
        with document.open_outline() as outline:
            titles = [item.title for item in outline.root]
    assert titles[0] == "Öppet mot löfte"
    assert (titles[2], titles[5]) == ("Skötsel av platsen", "Röster")
    assert len(titles) == 9


def test_the_same_report_gives_the_same_bytes(made: bytes) -> None:
    making = faces.Making(1, dt.date(2026, 1, 19), "ab" * 32)
    again = pdf.render(faces.html(samples.report(), making, language="sv"), language="sv")
    assert len(again) == len(made)


def test_verapdf_judges_it_pdf_ua(made: bytes, tmp_path: Path) -> None:
    assert judge_ua(made, tmp_path).startswith("compliant ")


@pytest.mark.parametrize(
    "address", ["https://example.se/x.png", "file:///etc/hostname", "static/../../etc/hostname", "http://localhost/"]
)
def test_nothing_foreign_is_fetched(address: str) -> None:
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError, match="only what is its own"):
        pdf.render(f'<html lang="sv"><title>x</title><img alt="x" src="{address}">', language="sv")


def test_a_page_in_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="language is en"):
        pdf.lay_out('<html lang="sv">', language="en")
