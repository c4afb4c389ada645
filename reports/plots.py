"""The report's figures: numbers and ready words in, SVG text out. The same numbers give the same bytes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from io import StringIO
from math import ceil, cos, floor, log10, pi, radians, sin
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

MM = 1 / 25.4  # inches
WIDTH = 170  # mm, the text of the page
INK, GREY, RULE, GRID = "#1a1a1a", "#444444", "#8a8a8a", "#d9d9d9"
SMALL, TEXT, LARGE = 8.0, 8.5, 9.5  # pt
REGULAR, SEMIBOLD, BOLD = 400, 600, 700
MONTHS_A_YEAR = 12
FEW_PER_CENT = 10
HATCH = 1.5  # mm between lines
# A number stands at the other side of its mark when it would meet the line of the target: share of the axis.
NEAR = 0.11

Words = Callable[[float], str]


@dataclass(frozen=True)
class Point:
    """One week of a panel. A `value` of None is a gap, unless the week is still to come."""

    week: int
    value: float | None
    low: float | None = None
    high: float | None = None
    to_come: bool = False


@dataclass(frozen=True)
class Panel:
    title: str
    unit: str
    role: str  # the token of its colour
    points: Sequence[Point]
    bars: bool = False


@dataclass(frozen=True)
class PyramidRow:
    """One age band: shares (0 to 1) of the classified and of the population; None where hidden or unknown."""

    age: str
    woman: float | None
    man: float | None
    woman_there: float | None
    man_there: float | None
    woman_index: str
    man_index: str


@dataclass(frozen=True)
class Mark:
    """A value on an indicator's axis with its interval, and how it is written."""

    value: float
    label: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator's line. Without marks it has only a published `change`, as a share of the baseline."""

    name: str
    unit: str
    direction: str
    verdict: str  # which mark stands before the words
    verdict_words: str
    letters: str
    low_end: float
    high_end: float
    low_word: str
    high_word: str
    baseline: Mark | None = None
    now: Mark | None = None
    target: Mark | None = None
    change: Mark | None = None


@dataclass(frozen=True)
class WheelMark:
    """A day of the year (1 to 366) with a single event or a regular activity on it."""

    day: int
    event: bool
    inside: bool  # in the report's period


@cache
def token(name: str) -> str:
    """A colour by its role, from the one file of tokens. KeyError for a name that is not there."""
    css = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text(encoding="utf-8")
    # The first of a name is the usual one; later ones are for more contrast or less motion.
    known: dict[str, str] = dict(reversed(re.findall(r"--([\w-]+):\s*([^;]+);", css)))
    value = str(known[name]).strip()
    while value.startswith("var("):
        value = known[value[6:-1]].strip()
    return value


def three_measures(panels: Sequence[Panel], *, week: str, number: Words) -> str:
    """Passing, staying and participating side by side, each on its own axis, over the same weeks."""
    figure = _figure(WIDTH, 47)
    figure.subplots_adjust(left=0.056, right=0.994, top=0.74, bottom=0.12, wspace=0.28)
    for place, panel in enumerate(panels, start=1):
        axes = figure.add_subplot(1, len(panels), place)
        _panel(axes, panel, week, number)
    return _svg(figure)


def pyramid(rows: Sequence[PyramidRow], *, woman: str, man: str, hidden: str, number: Words) -> str:
    """Women left, men right, the oldest on top; a black tick is the municipality, the index stands outermost."""
    figure = _figure(83, 68)
    shares = [share for row in rows for share in (row.woman, row.man, row.woman_there, row.man_there) if share]
    end = nice_end(max(shares, default=0.1) * 100)
    for left, side in ((0.14, -1), (0.575, 1)):
        axes = figure.add_axes((left, 0.09, 0.285, 0.82))
        _pyramid_side(axes, rows, side, end, number)
        for height, row in enumerate(rows):
            share, index = (row.woman, row.woman_index) if side < 0 else (row.man, row.man_index)
            _write(
                axes,
                (-side * -end * 1.47 if side > 0 else end * 1.47, height),
                index,
                weight=SEMIBOLD,
                ha="right" if side > 0 else "left",
            )
            if share is None and hidden:
                _write(axes, (end * 0.04, height), hidden, ha="left" if side > 0 else "right", colour=GREY)
    middle = figure.add_axes((0.425, 0.09, 0.15, 0.82))
    middle.set_ylim(-0.6, len(rows) - 0.4)
    middle.set_xlim(0, 1)
    middle.axis("off")
    for height, row in enumerate(rows):
        _write(middle, (0.5, height), row.age, weight=SEMIBOLD, ha="center")
    _pyramid_key(figure, woman, man)
    return _svg(figure)


def indicators(rows: Sequence[IndicatorRow], *, key: str, judged: str) -> str:
    """Baseline as a ring above, now as a dot below, target as a dashed line with a flag; an axis of its own a row."""
    head, row_height = 7.0, 15.0
    height = head + row_height * len(rows)
    figure = _figure(WIDTH, height)
    sheet = figure.add_axes((0, 0, 1, 1))
    sheet.set_xlim(0, WIDTH)
    sheet.set_ylim(height, 0)
    sheet.axis("off")
    _write(sheet, (0, 3), key, weight=SEMIBOLD)
    _write(sheet, (132, 3), judged, weight=SEMIBOLD)
    sheet.plot([0, WIDTH], [head, head], color=INK, linewidth=0.9)
    for number, row in enumerate(rows):
        _indicator_row(sheet, row, head + number * row_height, row_height)
    return _svg(figure)


def wheel(marks: Sequence[WheelMark], *, months: Sequence[str], inside: Sequence[int], centre: tuple[str, str]) -> str:
    """The year as a ring, 1 January at the top; the months `inside` the period carry their season's colour."""
    figure = _figure(62, 62)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(-316, 316)
    axes.set_ylim(-316, 316)
    axes.axis("off")
    _bed(axes, 205, 173)
    _bed(axes, 148, 100)
    for number, month in enumerate(months):
        _month(axes, number, month, chosen=number + 1 in inside)
    for mark in sorted(marks, key=lambda mark: (mark.inside, mark.day)):
        _wheel_mark(axes, mark)
    _write(axes, (0, 18), centre[0], size=17, weight=BOLD, ha="center")
    _write(axes, (0, -36), centre[1], size=TEXT, ha="center")
    return _svg(figure)


# --- The parts --------------------------------------------------------------------------------------------------------


def _panel(axes: "Axes", panel: Panel, week: str, number: Words) -> None:
    highest = max((point.high or point.value or 0 for point in panel.points), default=0)
    end = nice_end(highest)
    weeks = range(len(panel.points))
    axes.set_xlim(-0.7, len(panel.points) - 0.3)
    axes.set_ylim(0, end)
    _bare(axes)
    for tick in (0, end / 2, end):
        axes.axhline(tick, color=GREY if tick == 0 else GRID, linewidth=0.8 if tick == 0 else 0.6, zorder=0)
        _write(axes, (-0.9, tick), number(tick), ha="right", colour=GREY)
    for place in weeks:
        if place % 4 == 0:
            number_of_week = panel.points[place].week
            words = week % {"week": number_of_week} if place == 0 else str(number_of_week)
            _write(axes, (place, -0.09 * end), words, colour=GREY, ha="center")
    colour = token(panel.role)
    if panel.bars:
        _bars(axes, panel, colour)
    else:
        _line(axes, panel, colour)
        _hatch_gaps(axes, panel, end)
    axes.text(-0.19, 1.26, panel.title, transform=axes.transAxes, fontproperties=_font(LARGE, SEMIBOLD), color=INK)
    axes.text(-0.19, 1.11, panel.unit, transform=axes.transAxes, fontproperties=_font(TEXT), color=GREY)


def _bars(axes: "Axes", panel: Panel, colour: str) -> None:
    known = [(place, point.value) for place, point in enumerate(panel.points) if point.value is not None]
    axes.bar([place for place, _value in known], [value for _place, value in known], width=0.62, color=colour)


def _line(axes: "Axes", panel: Panel, colour: str) -> None:
    """A line that stops at gaps, over the band of its interval; a lone week is a dot."""
    for run in _runs(panel.points):
        places = [place for place, _point in run]
        values = [point.value for _place, point in run]
        lows = [point.value if point.low is None else point.low for _place, point in run]
        highs = [point.value if point.high is None else point.high for _place, point in run]
        axes.fill_between(places, lows, highs, color=colour, alpha=0.16, linewidth=0)
        alone = len(run) == 1
        axes.plot(
            places,
            values,
            color=colour,
            linewidth=1.6,
            marker="o" if alone else "",
            markersize=3,
            linestyle="-" if panel.role == "passing" else (0, (4.5, 1.6)),
        )


def _hatch_gaps(axes: "Axes", panel: Panel, end: float) -> None:
    """Nothing was collected: a hatched field, not a line at zero."""
    for place, point in enumerate(panel.points):
        if point.value is None and not point.to_come:
            _hatched(axes, (place - 0.5, 0, 1, end), token("gap"), token("line-2"))


def _pyramid_side(axes: "Axes", rows: Sequence[PyramidRow], side: int, end: float, number: Words) -> None:
    axes.set_xlim(*((end, 0) if side < 0 else (0, end)))
    axes.set_ylim(-0.6, len(rows) - 0.4)
    _bare(axes)
    for tick in _ticks(end):
        axes.axvline(tick, color=GRID, linewidth=0.6, zorder=0)
        last = "\N{NO-BREAK SPACE}%" if tick == _ticks(end)[-1] else ""
        _write(axes, (tick, -0.82), f"{number(tick)}{last}", ha="center", colour=GREY)
    for height, row in enumerate(rows):
        share, there = (row.woman, row.woman_there) if side < 0 else (row.man, row.man_there)
        if share:
            _pyramid_bar(axes, share * 100, height, woman=side < 0)
        if there is not None:
            axes.plot([there * 100] * 2, [height - 0.42, height + 0.42], color="white", linewidth=4.2, zorder=4)
            axes.plot([there * 100] * 2, [height - 0.4, height + 0.4], color="black", linewidth=1.6, zorder=5)


def _pyramid_bar(axes: "Axes", share: float, height: int, *, woman: bool) -> None:
    if woman:
        axes.barh([height], [share], height=0.66, color=token("woman"))
    else:
        box = (0, height - 0.33, share, 0.66)
        _hatched(axes, box, token("man"), "white", edge=token("ochre-text"))


def _pyramid_key(figure: "Figure", woman: str, man: str) -> None:
    key = figure.add_axes((0, 0.925, 1, 0.07))
    key.set_xlim(0, 83)
    key.set_ylim(0, 5)
    key.axis("off")
    key.bar([34], [2.6], width=2.6, bottom=1.2, color=token("woman"))
    _write(key, (31.6, 2.4), woman, weight=SEMIBOLD, ha="right")
    _hatched(key, (47.7, 1.2, 2.6, 2.6), token("man"), "white", edge=token("ochre-text"))
    _write(key, (51.6, 2.4), man, weight=SEMIBOLD)


def _indicator_row(sheet: "Axes", row: IndicatorRow, top: float, height: float) -> None:
    left, right, bottom = 52.0, 126.0, top + height
    sheet.plot([0, WIDTH], [bottom, bottom], color=RULE, linewidth=0.6)
    _write(sheet, (0, top + 3.6), row.name, size=LARGE, weight=SEMIBOLD)
    _write(sheet, (0, top + 8), row.unit, size=SMALL, colour=GREY)
    _write(sheet, (0, top + 11.8), row.direction, size=SMALL, colour=GREY)
    _verdict_mark(sheet, row.verdict, 132, top + 6.8)
    _write(sheet, (137, top + 7), row.verdict_words, size=9, weight=SEMIBOLD)
    if row.letters:
        _write(sheet, (WIDTH, top + 7), row.letters, colour=GREY, ha="right")
    for quarter in range(5):
        x = left + (right - left) * quarter / 4
        sheet.plot([x, x], [top + 1, bottom - 1], color=GRID, linewidth=0.6)
    _write(sheet, (left - 0.8, bottom - 1.6), row.low_word, size=SMALL, ha="right", colour=GREY)
    _write(sheet, (right + 0.8, bottom - 1.6), row.high_word, size=SMALL, colour=GREY)

    def across(value: float) -> float:
        share = (value - row.low_end) / (row.high_end - row.low_end)
        return left + (right - left) * min(max(share, 0), 1)

    if row.target:
        _target(sheet, row, across(row.target.value), top, bottom)
    if row.baseline and row.now:
        sheet.plot(
            [across(row.baseline.value), across(row.now.value)],
            [top + 4.6, top + 10.2],
            color=GREY,
            linewidth=0.8,
            zorder=2,
        )
    if row.baseline:
        _value(sheet, row, row.baseline, across, top + 4.6, baseline=True)
    if row.now:
        _value(sheet, row, row.now, across, top + 10.2, baseline=False)
    if row.change:
        _published_change(sheet, row.change, across, top + 7.4)


def _verdict_mark(sheet: "Axes", verdict: str, x: float, y: float) -> None:
    """A line that rises or falls, two level ones, or a question mark: told apart without colour."""
    strokes = {
        "improved": [([0, 1.1, 1.8, 3.4], [1.1, 0, 0.6, -1.2]), ([2.3, 3.4, 3.4], [-1.2, -1.2, 0])],
        "declined": [([0, 1.1, 1.8, 3.4], [-1.1, 0, -0.6, 1.2]), ([2.3, 3.4, 3.4], [1.2, 1.2, 0])],
        "within_margin": [([0.4, 3], [-0.6, -0.6]), ([0.4, 3], [0.6, 0.6])],
    }
    for xs, ys in strokes.get(verdict, []):
        sheet.plot([x + dx for dx in xs], [y + dy for dy in ys], color=INK, linewidth=1.2)
    if verdict not in strokes:
        _write(sheet, (x + 1.2, y), "?", size=LARGE, weight=BOLD)


def _target(sheet: "Axes", row: IndicatorRow, x: float, top: float, bottom: float) -> None:
    assert row.target is not None  # noqa: S101  asked just before
    sheet.plot([x, x], [top + 2.2, bottom - 0.6], color="black", linewidth=1.1, linestyle=(0, (3, 2)), zorder=3)
    sheet.plot([x], [top + 1.8], marker="v", color="black", markersize=5.5, zorder=3)
    side = -1 if _baseline_stands_right(row) else 1
    _write(
        sheet,
        (x + 2.2 * side, top + 2),
        row.target.label,
        size=SMALL,
        weight=SEMIBOLD,
        ha="left" if side > 0 else "right",
        halo=True,
    )


def _value(  # noqa: PLR0913  all that a mark has
    sheet: "Axes", row: IndicatorRow, mark: Mark, across: Words | Callable[[float], float], y: float, *, baseline: bool
) -> None:
    colour = GREY if baseline else INK
    x = float(across(mark.value))
    ends = [x, x]
    if mark.low is not None and mark.high is not None:
        ends = [float(across(mark.low)), float(across(mark.high))]
        sheet.plot(ends, [y, y], color=colour, linewidth=1.3, zorder=4)
        for end in ends:
            sheet.plot([end, end], [y - 1, y + 1], color=colour, linewidth=1.3, zorder=4)
    sheet.plot(
        [x],
        [y],
        marker="o",
        markersize=7.5,
        markerfacecolor="white" if baseline else INK,
        markeredgecolor=colour,
        markeredgewidth=1.6,
        zorder=5,
    )
    other = row.now if baseline else row.baseline
    left = (other is not None and other.value > mark.value) or (baseline and _meets_target(row, mark))
    side = -1 if left else 1
    beside = (min(ends) if left else max(ends)) + side * (1.6 if ends[0] != ends[1] else 2.6)
    _write(
        sheet,
        (beside, y),
        mark.label,
        size=LARGE,
        weight=REGULAR if baseline else BOLD,
        colour=colour,
        ha="right" if left else "left",
        halo=True,
    )


def _baseline_stands_right(row: IndicatorRow) -> bool:
    """Whether the baseline's number is written to the right of its ring, near the flag."""
    if row.baseline is None or row.target is None or (row.now and row.now.value > row.baseline.value):
        return False
    reach = 0.3 * (row.high_end - row.low_end)
    return not _meets_target(row, row.baseline) and abs(row.target.value - row.baseline.value) < reach


def _meets_target(row: IndicatorRow, mark: Mark) -> bool:
    """Whether a number to the right of the mark would stand on the line of the target."""
    end = mark.value if mark.high is None else mark.high
    return row.target is not None and 0 <= row.target.value - end < NEAR * (row.high_end - row.low_end)


def _published_change(sheet: "Axes", change: Mark, across: Callable[[float], float], y: float) -> None:
    """Only the change is known: a hatched bar from no change, and no dots."""
    start, end = across(0), across(change.value)
    box = (min(start, end), y - 1.7, abs(end - start), 3.4)
    _hatched(sheet, box, "white", GREY, edge=GREY)
    sheet.plot([start, start], [y - 3.4, y + 3.4], color=INK, linewidth=1.1)
    _write(
        sheet,
        (end + (-1.6 if end < start else 1.6), y),
        change.label,
        size=LARGE,
        weight=BOLD,
        ha="right" if end < start else "left",
        halo=True,
    )


def _bed(axes: "Axes", outer: float, inner: float) -> None:
    from matplotlib.patches import Wedge  # slow, as all of matplotlib

    axes.add_patch(Wedge((0, 0), outer + 28, 0, 360, width=outer - inner + 20, facecolor=token("sunk"), linewidth=0))


def _month(axes: "Axes", number: int, name: str, *, chosen: bool) -> None:
    from matplotlib.patches import Wedge  # slow, as all of matplotlib

    start = 90 - 360 * (number + 1) / MONTHS_A_YEAR
    colour = token(_season_of(number + 1)) if chosen else token("line")
    axes.add_patch(Wedge((0, 0), 314, start, start + 30, width=70, facecolor=colour, edgecolor="white", linewidth=1.6))
    x, y = _on_ring(number / MONTHS_A_YEAR + 1 / 24, 279)
    _write(
        axes,
        (x, y),
        name,
        size=SMALL,
        weight=BOLD if chosen else REGULAR,
        ha="center",
        colour="white" if chosen else INK,
    )


def _wheel_mark(axes: "Axes", mark: WheelMark) -> None:
    share = (mark.day - 0.5) / 366
    month = floor(share * MONTHS_A_YEAR) + 1
    colour = token(_season_of(month)) if mark.inside else "#a9a9a9"
    if mark.event:
        x, y = _on_ring(share, 203)
        axes.plot(
            [x],
            [y],
            marker="o",
            markersize=4.6 if mark.inside else 3.2,
            markerfacecolor=colour,
            markeredgecolor="white",
            markeredgewidth=0.4,
        )
    else:
        (x, y), (x2, y2) = _on_ring(share, 120), _on_ring(share, 160)
        axes.plot([x, x2], [y, y2], color=colour, linewidth=1.0 if mark.inside else 0.7, solid_capstyle="butt")


def _on_ring(share: float, radius: float) -> tuple[float, float]:
    """A point so far round the year, clockwise from the top."""
    angle = radians(90) - 2 * pi * share
    return radius * cos(angle), radius * sin(angle)


def _season_of(month: int) -> str:
    return ("winter", "spring", "summer", "autumn")[month % MONTHS_A_YEAR // 3]


# --- Drawing ----------------------------------------------------------------------------------------------------------


def _figure(width: float, height: float) -> "Figure":
    from matplotlib.figure import Figure  # slow: only a report needs it

    return Figure(figsize=(width * MM, height * MM))


def _svg(figure: "Figure") -> str:
    """Without date and random names, so that equal figures are equal bytes; letters as shapes, so that it looks the
    same in an `img`, where a page's fonts do not reach.
    """
    import matplotlib as mpl  # slow: only a report needs it

    out = StringIO()
    with mpl.rc_context({"svg.hashsalt": "amp", "svg.fonttype": "path", "path.simplify": False}):
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    return text[text.index("<svg") :]


@cache
def _font(size: float, weight: int = REGULAR) -> "FontProperties":
    from matplotlib.font_manager import FontProperties  # slow: only a report needs it

    path = Path(settings.BASE_DIR) / f"static/vendor/fonts/source-sans-3-{weight}.ttf"
    return FontProperties(fname=str(path), size=size)


def _write(  # noqa: PLR0913  all that type has
    axes: "Axes",
    at: tuple[float, float],
    words: str,
    *,
    size: float = TEXT,
    weight: int = REGULAR,
    colour: str = INK,
    ha: str = "left",
    halo: bool = False,
) -> None:
    text = axes.text(
        *at, words, fontproperties=_font(size, weight), color=colour, ha=ha, va="center", zorder=6, parse_math=False
    )
    if halo:
        from matplotlib.patheffects import Normal, Stroke  # slow, as all of matplotlib

        text.set_path_effects([Stroke(linewidth=3, foreground="white"), Normal()])


def _hatched(axes: "Axes", box: tuple[float, float, float, float], ground: str, ink: str, edge: str = "none") -> None:
    """A box filled with lines at 45°, drawn as lines: not every reader of PDF shows an SVG pattern."""
    from matplotlib.patches import Rectangle  # slow, as all of matplotlib

    x, y, width, height = box
    per_mm_x, per_mm_y = _units_per_mm(axes)
    lean, step = height / per_mm_y * per_mm_x, HATCH * per_mm_x
    axes.add_patch(frame := Rectangle((x, y), width, height, facecolor=ground, linewidth=0, zorder=2))
    place = x - lean
    while place < x + width:
        (line,) = axes.plot([place, place + lean], [y, y + height], color=ink, linewidth=0.8, zorder=3)
        line.set_clip_path(frame)
        place += step
    axes.add_patch(Rectangle((x, y), width, height, facecolor="none", edgecolor=edge, linewidth=0.8, zorder=3))


def _units_per_mm(axes: "Axes") -> tuple[float, float]:
    figure = axes.get_figure(root=True)
    assert figure is not None  # noqa: S101  all our axes stand on a figure
    wide, high = figure.get_size_inches() / MM
    place, (left, right), (low, top) = axes.get_position(), axes.get_xlim(), axes.get_ylim()
    return abs(right - left) / (place.width * wide), abs(top - low) / (place.height * high)


def _bare(axes: "Axes") -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)


def _runs(points: Sequence[Point]) -> list[list[tuple[int, Any]]]:
    """The stretches of weeks without a gap."""
    runs: list[list[tuple[int, Any]]] = [[]]
    for place, point in enumerate(points):
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append((place, point))
    return [run for run in runs if run]


def nice_end(highest: float) -> float:
    """The round number an axis ends at: 1, 2, 4, 5 or 10 times a power of ten, never below the highest."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** floor(log10(highest))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= highest)


def _ticks(end: float) -> list[float]:
    """Three at most, 0 left out."""
    step = end / 2 if end <= FEW_PER_CENT else ceil(end / 3 / 5) * 5
    return [step * number for number in range(1, int(end / step) + 1)]


def bar(share: float) -> str:
    """A share (0 to 1) as a filled frame, 56 × 2.6 mm."""
    filled = 56 * min(max(share, 0), 1)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="56mm" height="2.6mm" viewBox="0 0 56 2.6" '
        'preserveAspectRatio="none">'
        f'<rect x="0.1" y="0.1" width="55.8" height="2.4" fill="#fff" stroke="{GREY}" stroke-width="0.2"/>'
        f'<rect width="{filled:.2f}" height="2.6" fill="{token("action")}"/></svg>'
    )
