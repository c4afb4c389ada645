"""A sheet to draw on, in millimetres from its top left corner; SVG comes out, the same bytes for the same marks."""

from collections.abc import Sequence
from functools import cache
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from django.conf import settings

from reports.glyphs import printable, shortened

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import Patch

INCH, POINTS = 25.4, 72  # mm and points to an inch
DIGIT = 0.5  # its width over its size
INK, WHITE = "#1a1a1a", "#ffffff"
SMALL, TEXT, LARGE = 8.0, 8.5, 9.5  # pt
REGULAR, SEMIBOLD, BOLD = 400, 600, 700
HATCH = 1.5  # mm between lines
# What lies over what.
GRID_LAYER, AREA, HATCHING, LINE, BEHIND, VALUE, OVER, WORDS = range(8)

Spot = tuple[float, float]
Across = Literal["left", "center", "right"]
Down = Literal["center", "baseline"]


class Box(NamedTuple):
    """Left and top edge, width and height."""

    x: float
    y: float
    width: float
    height: float


class Pen(NamedTuple):
    """Width in points; the dashes, on and off, are in widths of the line."""

    colour: str
    width: float
    layer: int = LINE
    dashes: tuple[float, float] | None = None
    cap: str = "butt"


class Sheet:
    """
    Lines of one pen are drawn as one, and nothing has axes.

    Axes with their ticks, and a line at a time, took longer than all the rest of a report's figures.
    """

    def __init__(self, width: float, height: float) -> None:
        from matplotlib.figure import Figure  # slow: only a report needs it
        from matplotlib.transforms import Affine2D  # as above

        self._figure = Figure(figsize=(width / INCH, height / INCH))
        self._millimetres = Affine2D().scale(1 / width, -1 / height).translate(0, 1) + self._figure.transFigure
        self._lines: dict[Pen, list[Sequence[Spot]]] = {}

    def line(self, spots: Sequence[Spot], pen: Pen) -> None:
        self._lines.setdefault(pen, []).append(spots)

    def area(self, spots: Sequence[Spot], colour: str, *, alpha: float = 1) -> None:
        from matplotlib.patches import Polygon  # slow, as all of matplotlib

        self._add(Polygon(spots, closed=True, facecolor=colour, alpha=alpha, linewidth=0), AREA)

    def box(self, box: Box, colour: str) -> None:
        from matplotlib.patches import Rectangle  # slow, as all of matplotlib

        self._add(Rectangle((box.x, box.y), box.width, box.height, facecolor=colour, linewidth=0), AREA)

    def hatched(self, box: Box, ground: str, ink: str, edge: str = "") -> None:
        """Filled with lines at 45°, drawn one by one: not every reader of PDF shows an SVG pattern."""
        self.box(box, ground)
        pen = Pen(ink, 0.8, HATCHING)
        right, bottom = box.x + box.width, box.y + box.height
        start = box.x - box.height
        while start < right:
            first, last = max(start, box.x), min(start + box.height, right)
            if first < last:
                self.line([(first, bottom - (first - start)), (last, bottom - (last - start))], pen)
            start += HATCH
        if edge:
            corners = [(box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom), (box.x, box.y)]
            self.line(corners, Pen(edge, 0.8, LINE, cap="projecting"))

    def ring(self, centre: Spot, outer: float, thick: float, colour: str) -> None:
        from matplotlib.patches import Wedge  # slow, as all of matplotlib

        self._add(Wedge(centre, outer, 0, 360, width=thick, facecolor=colour, linewidth=0), GRID_LAYER)

    def arc(self, centre: Spot, outer: float, thick: float, degrees: tuple[float, float], colour: str) -> None:
        """Part of a ring; degrees go clockwise from the right."""
        from matplotlib.patches import Wedge  # slow, as all of matplotlib

        part = Wedge(centre, outer, *degrees, width=thick, facecolor=colour, edgecolor=WHITE, linewidth=1.6)
        self._add(part, AREA)

    def marks(  # noqa: PLR0913  all that a mark has
        self,
        spots: Sequence[Spot],
        size: float,
        fill: str,
        *,
        edge: str | None = None,
        edge_width: float = 1.0,
        marker: str = "o",
        layer: int = VALUE,
    ) -> None:
        """Dots, or other markers of matplotlib, `size` points across."""
        from matplotlib.lines import Line2D  # slow, as all of matplotlib

        across, down = zip(*spots, strict=True)
        dots = Line2D(
            across,
            down,
            linestyle="none",
            marker=marker,
            markersize=size,
            markerfacecolor=fill,
            markeredgecolor=edge or fill,
            markeredgewidth=edge_width,
            transform=self._millimetres,
            zorder=layer,
        )
        self._figure.add_artist(dots)

    def write(  # noqa: PLR0913  all that type has
        self,
        at: Spot,
        words: str,
        *,
        size: float = TEXT,
        weight: int = REGULAR,
        colour: str = INK,
        ha: Across = "left",
        va: Down = "center",
        halo: bool = False,
        within: float | None = None,
    ) -> None:
        """
        With a `halo` a white strip keeps the lines behind away, though not the values.

        What is wider than `within` millimetres is cut short with an ellipsis: the table beside says it in full.
        """
        from matplotlib.text import Text  # slow, as all of matplotlib

        # Letters are shapes here, of this one font.
        words = printable(words, fallback=False)
        if within is not None:
            words = shortened(words, within * POINTS / INCH / size)
        if halo:
            width = len(words) * size * DIGIT * INCH / POINTS
            left = at[0] - {"left": 0, "center": width / 2, "right": width}[ha]
            self.line([(left, at[1]), (left + width, at[1])], Pen(WHITE, size * 0.8, BEHIND))
        text = Text(
            *at,
            text=words,
            fontproperties=_font(size, weight),
            color=colour,
            horizontalalignment=ha,
            verticalalignment=va,
            parse_math=False,
            transform=self._millimetres,
            zorder=WORDS,
        )
        self._figure.add_artist(text)

    def svg(self) -> str:
        """
        Without date and random names, so that equal figures are equal bytes.

        Letters are shapes, so that they look the same in an `img`, where a page's fonts do not reach.
        """
        import matplotlib as mpl  # slow: only a report needs it

        self._draw_lines()
        out = StringIO()
        with mpl.rc_context({"svg.hashsalt": "amp", "svg.fonttype": "path", "path.simplify": False}):
            self._figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        text = out.getvalue()
        return text[text.index("<svg") :]

    def _draw_lines(self) -> None:
        from matplotlib.collections import LineCollection  # slow, as all of matplotlib

        for pen, lines in self._lines.items():
            drawn = LineCollection(
                lines,
                colors=pen.colour,
                linewidths=pen.width,
                linestyles=(0, pen.dashes) if pen.dashes else "solid",
                capstyle=pen.cap,
                transform=self._millimetres,
                zorder=pen.layer,
            )
            self._figure.add_artist(drawn)
        self._lines = {}

    def _add(self, patch: "Patch", layer: int) -> None:
        patch.set_transform(self._millimetres)
        patch.set_zorder(layer)
        self._figure.add_artist(patch)


@cache
def _font(size: float, weight: int) -> "FontProperties":
    from matplotlib.font_manager import FontProperties  # slow: only a report needs it

    path = Path(settings.BASE_DIR) / f"static/vendor/fonts/source-sans-3-{weight}.ttf"
    return FontProperties(fname=str(path), size=size)
