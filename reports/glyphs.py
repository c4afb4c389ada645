"""Which characters the fonts of paper can show; what none of them has is printed as its name."""

import unicodedata
from functools import cache
from itertools import accumulate, groupby
from pathlib import Path

from django.conf import settings

FONTS = Path(settings.BASE_DIR) / "static/vendor/fonts"
MAIN = "source-sans-3-400.ttf"
WIDEST = "source-sans-3-700.ttf"
# Read only by a page that needs them: they take a tenth of a second.
FALLBACKS = ("noto-sans-arabic.ttf", "noto-emoji.ttf", "noto-sans-symbols.ttf", "noto-sans-symbols-2.ttf")
# Control and format characters, separators of lines, and the signs that only choose a shape: nothing is drawn for them.
INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}
VARIATIONS = range(0xFE00, 0xFE10)


def needs_fallback(text: str) -> bool:
    """Whether the text holds a character that the main font does not have."""
    return bool(_beyond(text, _has(MAIN)))


def printable(text: str, *, fallback: bool = True) -> str:
    """
    The text with the name of what has no glyph in its place, in brackets: of a sign, or the script of some letters.

    Without `fallback` for what is drawn by the main font alone, such as the words in a chart.
    """
    missing = _beyond(text, _has(MAIN))
    if missing and fallback:
        missing -= frozenset().union(*map(_has, FALLBACKS))
    if not missing:
        return text
    return "".join(
        "".join(run) if name is None else f"[{name}]"
        for name, run in groupby(text, key=lambda one: _name(one) if one in missing else None)
    )


def shortened(text: str, ems: float) -> str:
    """The text, or as much of it as has room with an ellipsis in so many ems of the main font's widest weight."""
    advances = _advances()
    ends = list(accumulate(advances.get(one, 0) for one in text))
    if not ends or ends[-1] <= ems:
        return text
    room = ems - advances["…"]
    return text[: sum(end <= room for end in ends)].rstrip() + "…"


def _beyond(text: str, known: frozenset[str]) -> frozenset[str]:
    return frozenset(one for one in set(text) - known if not _is_invisible(one))


def _is_invisible(one: str) -> bool:
    return unicodedata.category(one) in INVISIBLE or ord(one) in VARIATIONS


def _name(one: str) -> str:
    name = unicodedata.name(one, f"U+{ord(one):04X}").lower()
    return name.split()[0] if unicodedata.category(one)[0] in "LMN" else name


@cache
def _advances() -> dict[str, float]:
    """How wide each character is, in ems."""
    from fontTools.ttLib import TTFont  # slow: only what is printed needs it

    with TTFont(FONTS / WIDEST, lazy=True) as opened:
        widths, em = opened["hmtx"].metrics, opened["head"].unitsPerEm
        return {chr(code): widths[name][0] / em for code, name in opened.getBestCmap().items()}


@cache
def _has(font: str) -> frozenset[str]:
    from fontTools.ttLib import TTFont  # slow: only what is printed needs it

    with TTFont(FONTS / font, lazy=True) as opened:
        return frozenset(map(chr, opened.getBestCmap()))
