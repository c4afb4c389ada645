"""Once as a PDF: the right words, the right tags."""

import io

import pikepdf
import pypdf
import pytest

from reports import faces, pdf
from tests.reports import samples
from tests.reports.test_pictures import jpeg

PIXELS = jpeg(4, 3)


@pytest.fixture(scope="module")
def made() -> bytes:
    """With a photo, which most reports have."""
    report = samples.report(pictures=(samples.picture(),))
    return pdf.render(faces.html(report, samples.MAKING, language="sv", pictures={12345: PIXELS}), language="sv")


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
    assert (titles[2], titles[5], titles[6]) == ("Skötsel av platsen", "Röster", "Bilder från torget")
    assert len(titles) == 10


def test_the_same_report_gives_the_same_bytes(made: bytes) -> None:
    report = samples.report(pictures=(samples.picture(),))
    html = faces.html(report, samples.MAKING, language="sv", pictures={12345: PIXELS})
    assert len(pdf.render(html, language="sv")) == len(made)


def test_a_photo_stands_with_its_words(made: bytes) -> None:
    with pikepdf.open(io.BytesIO(made)) as document:
        tags = [one for one in document.objects if isinstance(one, pikepdf.Dictionary)]
        alts = [str(one.Alt) for one in tags if one.get("/S") == "/Figure" and "/Alt" in one]
    assert "Barn målar på marken" in alts
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)
    assert "Barnens dag, 11 oktober" in text.replace("\xa0", " ")


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
