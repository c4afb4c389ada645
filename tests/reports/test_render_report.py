from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from places.models import Place
from places.periods import Period


def render(place: str, period: str, out: Path, lang: str = "sv") -> str:
    said = StringIO()
    call_command("render_report", place=place, period=period, lang=lang, out=out, stdout=said)
    return said.getvalue()


def test_the_command_writes_the_file_and_says_so(place: Place, quarter: Period, tmp_path: Path) -> None:
    said = render(place.slug, quarter.code, tmp_path / "report.pdf", "en")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert said.startswith(f"{tmp_path}/report.pdf: ")


def test_an_unknown_place_is_answered_with_the_known(place: Place, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=f"There is no place called storatorget. Known: {place.slug}."):
        render("storatorget", "2026K3", tmp_path / "x.pdf")


@pytest.mark.django_db
def test_with_no_places_none_are_known(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Known: none yet."):
        render("storatorget", "2026K3", tmp_path / "x.pdf")


def test_a_period_that_is_none_is_told_how_to_be_written(place: Place, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="2026K9"):
        render(place.slug, "2026K9", tmp_path / "x.pdf")


def test_a_period_to_come_has_nothing_to_tell(place: Place, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="2027K1 has not begun"):
        render(place.slug, "2027K1", tmp_path / "x.pdf")


def test_a_file_that_cannot_be_written_is_named(place: Place, quarter: Period, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        render(place.slug, quarter.code, tmp_path / "no" / "such" / "x.pdf")
