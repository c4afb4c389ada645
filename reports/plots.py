"""The report's figures: numbers and ready words in, SVG text out. The same numbers give the same bytes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, cos, floor, log10, pi, sin
from pathlib import Path

from django.conf import settings

from reports.sheet import (
    AREA,
    BOLD,
    GRID_LAYER,
    INK,
    LARGE,
    LINE,
    OVER,
    REGULAR,
    SEMIBOLD,
    SMALL,
    VALUE,
    WHITE,
    Across,
    Box,
    Pen,
    Sheet,
)

WIDTH = 170.0  # mm, the text of the page
ROW_HEIGHT = 15.0  # mm, of an indicator
LONGEST = 33.0  # mm, of a bar with its number at its end
HUB = 31.0  # mm from the edges of the wheel to its centre
BLACK, GREY, RULE, GRID, PALE = "#000000", "#444444", "#8a8a8a", "#d9d9d9", "#a9a9a9"
MONTHS_A_YEAR = 12
FEW_PER_CENT = 10
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
    sheet = Sheet(WIDTH, 45.6)
    for place, panel in enumerate(panels):
        _panel(sheet, panel, Box(9.5 + 57.3 * place, 12.2, 44.8, 29.2), week, number)
    return sheet.svg()


def pyramid(rows: Sequence[PyramidRow], *, woman: str, man: str, hidden: str, number: Words) -> str:
    """Women left, men right, the oldest on top; a black tick is the municipality, the index stands outermost."""
    sheet = Sheet(83, 68)
    shares = [share for row in rows for share in (row.woman, row.man, row.woman_there, row.man_there) if share]
    end = nice_end(max(shares, default=0.1) * 100)
    step = 55.8 / max(len(rows), 1)
    heights = [61.9 - step * (place + 0.6) for place in range(len(rows))]
    for side in (_Side(35.3, -1, end), _Side(47.7, 1, end)):
        _pyramid_ticks(sheet, side, number)
        for row, y in zip(rows, heights, strict=True):
            _pyramid_bar(sheet, row, side, y=y, step=step, hidden=hidden)
    for row, y in zip(rows, heights, strict=True):
        sheet.write((41.5, y), row.age, weight=SEMIBOLD, ha="center")
    _pyramid_key(sheet, woman, man)
    return sheet.svg()


def indicators(rows: Sequence[IndicatorRow], *, key: str, judged: str) -> str:
    """Baseline as a ring above, now as a dot below, target as a dashed line with a flag; an axis of its own a row."""
    head = 7.0
    sheet = Sheet(WIDTH, head + ROW_HEIGHT * len(rows))
    sheet.write((0, 3), key, weight=SEMIBOLD)
    sheet.write((132, 3), judged, weight=SEMIBOLD)
    sheet.line([(0, head), (WIDTH, head)], Pen(INK, 0.9))
    for number, row in enumerate(rows):
        _indicator_row(sheet, row, head + number * ROW_HEIGHT)
    return sheet.svg()


def wheel(marks: Sequence[WheelMark], *, months: Sequence[str], inside: Sequence[int], centre: tuple[str, str]) -> str:
    """The year as a ring, 1 January at the top; the months `inside` the period carry their season's colour."""
    sheet = Sheet(2 * HUB, 2 * HUB)
    for outer, thick in ((22.9, 5.1), (17.3, 6.7)):
        sheet.ring((HUB, HUB), outer, thick, token("sunk"))
    for number, month in enumerate(months):
        _month(sheet, number, month, chosen=number + 1 in inside)
    for inside_period in (False, True):
        chosen = [mark for mark in marks if mark.inside == inside_period]
        _wheel_activities(sheet, [mark.day for mark in chosen if not mark.event], inside=inside_period)
        _wheel_events(sheet, [mark.day for mark in chosen if mark.event], inside=inside_period)
    sheet.write((HUB, HUB - 1.8), centre[0], size=17, weight=BOLD, ha="center")
    sheet.write((HUB, HUB + 3.5), centre[1], ha="center")
    return sheet.svg()


# --- The parts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Scale:
    """A panel's weeks and values as millimetres on the sheet."""

    box: Box
    weeks: int
    end: float

    def x(self, week: float) -> float:
        return self.box.x + self.box.width * (week + 0.7) / (self.weeks + 0.4)

    def y(self, value: float) -> float:
        return self.box.y + self.box.height * (1 - value / self.end)


def _panel(sheet: Sheet, panel: Panel, box: Box, week: str, number: Words) -> None:
    highest = max((point.high or point.value or 0 for point in panel.points), default=0)
    scale = _Scale(box, len(panel.points), nice_end(highest))
    sheet.write((box.x - 9.5, 4.6), panel.title, size=LARGE, weight=SEMIBOLD, va="baseline")
    sheet.write((box.x - 9.5, 9), panel.unit, colour=GREY, va="baseline")
    for tick in (0, scale.end / 2, scale.end):
        y = scale.y(tick)
        pen = Pen(GRID, 0.6, GRID_LAYER) if tick else Pen(GREY, 0.8, GRID_LAYER)
        sheet.line([(box.x, y), (box.x + box.width, y)], pen)
        sheet.write((scale.x(-0.9), y), number(tick), ha="right", colour=GREY)
    for place, point in list(enumerate(panel.points))[::4]:
        words = str(point.week) if place else week % {"week": point.week}
        sheet.write((scale.x(place), scale.y(0) + 2.6), words, colour=GREY, ha="center")
    if panel.bars:
        _bars(sheet, panel, scale)
    else:
        _lines(sheet, panel, scale)
        _hatch_gaps(sheet, panel, scale)


def _bars(sheet: Sheet, panel: Panel, scale: _Scale) -> None:
    for place, point in enumerate(panel.points):
        if point.value:
            left, top = scale.x(place - 0.31), scale.y(point.value)
            sheet.box(Box(left, top, scale.x(place + 0.31) - left, scale.y(0) - top), token(panel.role))


def _lines(sheet: Sheet, panel: Panel, scale: _Scale) -> None:
    """A line that stops at gaps, over the band of its interval; a lone week is a dot."""
    colour = token(panel.role)
    pen = Pen(colour, 1.6, cap="projecting") if panel.role == "passing" else Pen(colour, 1.6, dashes=(4.5, 1.6))
    for run in _runs(panel.points):
        spots = [(scale.x(place), scale.y(value)) for place, _point, value in run]
        lows = [(scale.x(place), scale.y(value if one.low is None else one.low)) for place, one, value in run]
        highs = [(scale.x(place), scale.y(value if one.high is None else one.high)) for place, one, value in run]
        sheet.area([*lows, *reversed(highs)], colour, alpha=0.16)
        if len(run) == 1:
            sheet.marks(spots, 3, colour)
        else:
            sheet.line(spots, pen)


def _hatch_gaps(sheet: Sheet, panel: Panel, scale: _Scale) -> None:
    """Nothing was collected: hatched fields, not a line at zero."""
    gaps = [place for place, point in enumerate(panel.points) if point.value is None and not point.to_come]
    for first, last in _stretches(gaps):
        left = max(scale.x(first - 0.5), scale.box.x)
        right = min(scale.x(last + 0.5), scale.box.x + scale.box.width)
        box = Box(left, scale.box.y, right - left, scale.box.height)
        sheet.hatched(box, token("gap"), token("line-2"))


@dataclass(frozen=True)
class _Side:
    """Half of the pyramid: where its zero is, which way it grows, and the per cent at its end."""

    zero: float
    way: int
    end: float

    def x(self, per_cent: float) -> float:
        return self.zero + self.way * 23.65 * per_cent / self.end

    @property
    def women(self) -> bool:
        return self.way < 0


def _pyramid_ticks(sheet: Sheet, side: _Side, number: Words) -> None:
    ticks = _ticks(side.end)
    for tick in ticks:
        x = side.x(tick)
        sheet.line([(x, 6.1), (x, 61.9)], Pen(GRID, 0.6, GRID_LAYER))
        last = "\N{NO-BREAK SPACE}%" if tick == ticks[-1] else ""
        sheet.write((x, 63.9), f"{number(tick)}{last}", ha="center", colour=GREY)


def _pyramid_bar(  # noqa: PLR0913  a bar has a place and a height
    sheet: Sheet, row: PyramidRow, side: _Side, *, y: float, step: float, hidden: str
) -> None:
    share, there, index = (
        (row.woman, row.woman_there, row.woman_index) if side.women else (row.man, row.man_there, row.man_index)
    )
    outwards: Across = "left" if side.women else "right"
    inwards: Across = "right" if side.women else "left"
    sheet.write((side.x(1.47 * side.end), y), index, weight=SEMIBOLD, ha=outwards)
    if share is None and hidden:
        sheet.write((side.x(0.04 * side.end), y), hidden, ha=inwards, colour=GREY)
    if share:
        ends = sorted((side.zero, side.x(share * 100)))
        box = Box(ends[0], y - 0.33 * step, ends[1] - ends[0], 0.66 * step)
        _filled(sheet, box, woman=side.women)
    if there is not None:
        x = side.x(there * 100)
        sheet.line([(x, y - 0.42 * step), (x, y + 0.42 * step)], Pen(WHITE, 4.2, VALUE))
        sheet.line([(x, y - 0.41 * step), (x, y + 0.41 * step)], Pen(BLACK, 1.6, OVER))


def _filled(sheet: Sheet, box: Box, *, woman: bool) -> None:
    if woman:
        sheet.box(box, token("woman"))
    else:
        sheet.hatched(box, token("man"), WHITE, edge=token("ochre-text"))


def _pyramid_key(sheet: Sheet, woman: str, man: str) -> None:
    _filled(sheet, Box(32.7, 1.5, 2.6, 2.5), woman=True)
    sheet.write((31.6, 2.8), woman, weight=SEMIBOLD, ha="right")
    _filled(sheet, Box(47.7, 1.5, 2.6, 2.5), woman=False)
    sheet.write((51.6, 2.8), man, weight=SEMIBOLD)


def _indicator_row(sheet: Sheet, row: IndicatorRow, top: float) -> None:
    left, right, bottom = 52.0, 126.0, top + ROW_HEIGHT
    sheet.line([(0, bottom), (WIDTH, bottom)], Pen(RULE, 0.6))
    sheet.write((0, top + 3.6), row.name, size=LARGE, weight=SEMIBOLD, within=left - 2)
    sheet.write((0, top + 8), row.unit, size=SMALL, colour=GREY, within=left - 2)
    sheet.write((0, top + 11.8), row.direction, size=SMALL, colour=GREY)
    _verdict_mark(sheet, row.verdict, 132, top + 6.8)
    sheet.write((137, top + 7), row.verdict_words, size=9, weight=SEMIBOLD)
    if row.letters:
        sheet.write((WIDTH, top + 7), row.letters, colour=GREY, ha="right")
    for quarter in range(5):
        x = left + (right - left) * quarter / 4
        sheet.line([(x, top + 1), (x, bottom - 1)], Pen(GRID, 0.6, GRID_LAYER))
    sheet.write((left - 0.8, bottom - 1.6), row.low_word, size=SMALL, ha="right", colour=GREY)
    sheet.write((right + 0.8, bottom - 1.6), row.high_word, size=SMALL, colour=GREY)

    def across(value: float) -> float:
        share = (value - row.low_end) / (row.high_end - row.low_end)
        return left + (right - left) * min(max(share, 0), 1)

    if row.target:
        _target(sheet, row, row.target, across(row.target.value), top)
    if row.baseline and row.now:
        ends = [(across(row.baseline.value), top + 4.6), (across(row.now.value), top + 10.2)]
        sheet.line(ends, Pen(GREY, 0.8, AREA))
    if row.baseline:
        _value(sheet, row, row.baseline, across, top + 4.6, baseline=True)
    if row.now:
        _value(sheet, row, row.now, across, top + 10.2, baseline=False)
    if row.change:
        _published_change(sheet, row.change, across, top + 7.4)


def _verdict_mark(sheet: Sheet, verdict: str, x: float, y: float) -> None:
    """A line that rises or falls, two level ones, or a question mark: told apart without colour."""
    rising = [[(0.0, 1.1), (1.1, 0.0), (1.8, 0.6), (3.4, -1.2)], [(2.3, -1.2), (3.4, -1.2), (3.4, 0.0)]]
    strokes = {
        "improved": rising,
        "declined": [[(dx, -dy) for dx, dy in stroke] for stroke in rising],
        "within_margin": [[(0.4, -0.6), (3.0, -0.6)], [(0.4, 0.6), (3.0, 0.6)]],
    }
    for stroke in strokes.get(verdict, []):
        sheet.line([(x + dx, y + dy) for dx, dy in stroke], Pen(INK, 1.2, cap="projecting"))
    if verdict not in strokes:
        sheet.write((x + 1.2, y), "?", size=LARGE, weight=BOLD)


def _target(sheet: Sheet, row: IndicatorRow, target: Mark, x: float, top: float) -> None:
    sheet.line([(x, top + 2.2), (x, top + ROW_HEIGHT - 0.6)], Pen(BLACK, 1.1, dashes=(3, 2)))
    sheet.marks([(x, top + 1.8)], 5.5, BLACK, marker="v", layer=LINE)
    side = -1 if _baseline_stands_right(row) else 1
    ha: Across = "left" if side > 0 else "right"
    sheet.write((x + 2.2 * side, top + 2), target.label, size=SMALL, weight=SEMIBOLD, ha=ha, halo=True)


def _value(  # noqa: PLR0913  all that a mark has
    sheet: Sheet, row: IndicatorRow, mark: Mark, across: Callable[[float], float], y: float, *, baseline: bool
) -> None:
    colour = GREY if baseline else INK
    x = across(mark.value)
    ends = [x, x]
    if mark.low is not None and mark.high is not None:
        ends = [across(mark.low), across(mark.high)]
        pen = Pen(colour, 1.3, VALUE, cap="projecting")
        sheet.line([(ends[0], y), (ends[1], y)], pen)
        for end in ends:
            sheet.line([(end, y - 1), (end, y + 1)], pen)
    sheet.marks([(x, y)], 7.5, WHITE if baseline else INK, edge=colour, edge_width=1.6, layer=OVER)
    other = row.now if baseline else row.baseline
    left = (other is not None and other.value > mark.value) or (baseline and _meets_target(row, mark))
    side = -1 if left else 1
    beside = (min(ends) if left else max(ends)) + side * (1.6 if ends[0] != ends[1] else 2.6)
    weight = REGULAR if baseline else BOLD
    ha: Across = "right" if left else "left"
    sheet.write((beside, y), mark.label, size=LARGE, weight=weight, colour=colour, ha=ha, halo=True)


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


def _published_change(sheet: Sheet, change: Mark, across: Callable[[float], float], y: float) -> None:
    """Only the change is known: a hatched bar from no change, and no dots."""
    start, end = across(0), across(change.value)
    sheet.hatched(Box(min(start, end), y - 1.7, abs(end - start), 3.4), WHITE, GREY, edge=GREY)
    sheet.line([(start, y - 3.4), (start, y + 3.4)], Pen(INK, 1.1, VALUE))
    falls = end < start
    # A bar as long as the axis has its number on the other side of the middle, clear of the judgement.
    left = falls == (abs(end - start) < LONGEST)
    beside = min(start, end) if left else max(start, end)
    ha: Across = "right" if left else "left"
    sheet.write((beside + (-1.6 if left else 1.6), y), change.label, size=LARGE, weight=BOLD, ha=ha, halo=True)


def _month(sheet: Sheet, number: int, name: str, *, chosen: bool) -> None:
    part = 360 / MONTHS_A_YEAR
    start = part * number - 90
    colour = token(_season_of(number + 1)) if chosen else token("line")
    sheet.arc((HUB, HUB), 30.8, 6.9, (start, start + part), colour)
    at = _on_ring((number + 0.5) / MONTHS_A_YEAR, 27.4)
    weight = BOLD if chosen else REGULAR
    sheet.write(at, name, size=SMALL, weight=weight, ha="center", colour=WHITE if chosen else INK)


def _wheel_activities(sheet: Sheet, days: Sequence[int], *, inside: bool) -> None:
    for day in days:
        pen = Pen(_colour_of(day, inside=inside), 1.0, OVER) if inside else Pen(PALE, 0.7, VALUE)
        sheet.line([_on_ring(_share_of(day), radius) for radius in (11.8, 15.7)], pen)


def _wheel_events(sheet: Sheet, days: Sequence[int], *, inside: bool) -> None:
    colours = [_colour_of(day, inside=inside) for day in days]
    for colour in dict.fromkeys(colours):
        spots = [_on_ring(_share_of(day), 19.9) for day, own in zip(days, colours, strict=True) if own == colour]
        size, layer = (4.6, OVER) if inside else (3.2, VALUE)
        sheet.marks(spots, size, colour, edge=WHITE, edge_width=0.4, layer=layer)


def _share_of(day: int) -> float:
    """How much of the year has passed at the day's noon."""
    return (day - 0.5) / 366


def _colour_of(day: int, *, inside: bool) -> str:
    return token(_season_of(floor(_share_of(day) * MONTHS_A_YEAR) + 1)) if inside else PALE


def _on_ring(share: float, radius: float) -> tuple[float, float]:
    """A point of the sheet so far round the year, clockwise from the top."""
    angle = 2 * pi * share
    return HUB + radius * sin(angle), HUB - radius * cos(angle)


def _season_of(month: int) -> str:
    return ("winter", "spring", "summer", "autumn")[month % MONTHS_A_YEAR // 3]


# --- Numbers ----------------------------------------------------------------------------------------------------------


def _runs(points: Sequence[Point]) -> list[list[tuple[int, Point, float]]]:
    """The stretches of weeks without a gap."""
    runs: list[list[tuple[int, Point, float]]] = [[]]
    for place, point in enumerate(points):
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append((place, point, point.value))
    return [run for run in runs if run]


def _stretches(places: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each row of whole numbers without a hole."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and found[-1][1] == place - 1:
            found[-1] = found[-1][0], place
        else:
            found.append((place, place))
    return found


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
