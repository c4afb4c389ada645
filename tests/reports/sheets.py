"""What a page holds, asked of its layout and its PDF: does it lie on the paper, and are its letters drawn."""

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pikepdf
from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from weasyprint.document import Document

# A pixel of CSS is a quarter of a millimetre.
SLACK = 1.0


def astray(document: "Document") -> list[str]:
    """Boxes that reach over the edge of their page, and text that reaches out of the block, cell or margin it is in."""
    found = []
    for number, page in enumerate(document.pages, 1):
        sheet = page._page_box
        for box, holders in _walk(sheet, []):
            found += [f"page {number}: {one}" for one in _over(box, holders, sheet)]
    return found


def _walk(box: Any, holders: list[Any]) -> Iterator[tuple[Any, list[Any]]]:
    from weasyprint.formatting_structure import boxes

    for child in getattr(box, "children", ()):
        if not isinstance(child, boxes.Box):
            # A margin box, a float or a placeholder wraps the real one.
            child = child._box  # noqa: PLW2901
        yield child, holders
        holds = isinstance(child, boxes.BlockContainerBox | boxes.MarginBox)
        yield from _walk(child, [*holders, child] if holds else holders)


def _over(box: Any, holders: list[Any], sheet: Any) -> Iterator[str]:
    from weasyprint.formatting_structure import boxes

    is_text = isinstance(box, boxes.TextBox)
    if is_text and (box.element_tag or "").endswith("::marker"):
        return  # a bullet stands before its block
    words = box.text[:40] if is_text else box.element_tag
    left, top, right, bottom = _edges(box)
    if left < -SLACK or top < -SLACK or right > sheet.margin_width() + SLACK or bottom > sheet.margin_height() + SLACK:
        yield f"{words!r} lies at {left:.0f}–{right:.0f}, {top:.0f}–{bottom:.0f}"
    if not is_text:
        return
    for holder in holders:
        its_left, _top, its_right, _bottom = _edges(holder)
        if left < its_left - SLACK or right > its_right + SLACK:
            within = f"{its_left:.0f}–{its_right:.0f}"
            yield f"{words!r} reaches out of its {holder.element_tag}: {left:.0f}–{right:.0f}, {within}"
            return


def _edges(box: Any) -> tuple[float, float, float, float]:
    left = box.position_x + box.margin_left
    top = box.position_y + box.margin_top
    return left, top, left + box.border_width(), top + box.border_height()


def blank_glyphs(content: bytes) -> list[str]:
    """What a PDF writes with glyphs that its fonts lack, or that have no outline though their text is to be seen."""
    with pikepdf.open(io.BytesIO(content)) as document:
        forms = [one for one in document.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Form"]
        found: list[str] = []
        for holder in (*document.pages, *forms):
            if "/Resources" in holder:
                found += _blank_in(holder, dict(holder.Resources.get("/Font", {})))
    return found


def _blank_in(holder: Any, fonts: dict[str, Any]) -> Iterator[str]:
    opened = {name: (_texts(font), _outlined(font)) for name, font in fonts.items()}
    texts: dict[int, str] = {}
    outlined: set[int] = set()
    for one in pikepdf.parse_content_stream(holder):
        operator = str(one.operator)
        if operator == "Tf":
            texts, outlined = opened[str(one.operands[0])]
        elif operator in {"Tj", "TJ"}:
            for glyph in _codes(one.operands[0]):
                text = texts.get(glyph, "?")
                if glyph not in outlined and re.search(r"[^\s\u200b-\u200f\ufe00-\ufe0f\u00ad]", text):
                    yield f"{glyph} {text!r}"


def _codes(operand: Any) -> Iterator[int]:
    parts = operand if isinstance(operand, pikepdf.Array) else [operand]
    for part in parts:
        if isinstance(part, pikepdf.String):
            raw = bytes(part)
            yield from (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))


def _texts(font: Any) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]*)>\n", font.ToUnicode.read_bytes())
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def _outlined(font: Any) -> set[int]:
    file = TTFont(io.BytesIO(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()))
    glyphs = file["glyf"]
    return {number for number, name in enumerate(file.getGlyphOrder()) if glyphs[name].numberOfContours}
