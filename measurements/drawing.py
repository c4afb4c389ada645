"""Comparisons laid out to be drawn: rows with their marks, groups with their axis and their checks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from measurements import scales, wording
from measurements.models import Indicator
from measurements.queries.indicator import Comparison, Group, Measured
from measurements.scales import Axis, Box, Side
from places import numbers
from places.rounding import needed

ROW_HEIGHT = 66
AXIS_HEIGHT = 20
RING_Y, DOT_Y = 28, 48
RADIUS = 7
# Where 0 stands for changes published alone, and how many pixels a per cent is.
ZERO = 104
ARROW_TOP, ARROW_HEIGHT = 22, 16


@dataclass(frozen=True)
class Label:
    x: int
    side: Side
    text: str
    more: str = ""  # words about the mark, in a lighter hand


@dataclass(frozen=True)
class Mark:
    """The ring of a baseline or the dot of a follow-up; its whisker is left out where there is no interval."""

    x: int
    y: int
    low: int | None
    high: int | None
    label: Label


@dataclass(frozen=True)
class Flag:
    x: int
    label: Label


@dataclass(frozen=True)
class Tick:
    x: int
    text: str


@dataclass(frozen=True)
class Drawing:
    """One row in pixels, with the sentence for those who do not see it."""

    height: int
    message: str
    ticks: tuple[Tick, ...] = ()
    axis: bool = False  # the ticks' numbers are written under this row
    ring: Mark | None = None
    dot: Mark | None = None
    flag: Flag | None = None
    arrow: str = ""
    effect: Label | None = None

    @property
    def names_marks(self) -> bool:
        return bool(self.ring and self.dot and self.ring.label.more and self.dot.label.more)


@dataclass(frozen=True)
class Row:
    """A comparison with its drawing and its words."""

    comparison: Comparison
    drawing: Drawing
    change: str
    interval: str
    chip: str
    standing: str
    direction: str
    baseline: str
    follow_up: str
    target: str
    n: str


@dataclass(frozen=True)
class Check:
    """Whether like is held against like, in a word or two."""

    passed: bool
    text: str


@dataclass(frozen=True)
class Panel:
    """A group of indicators as it is drawn."""

    name: str
    caption: str
    unit: str  # that of all its rows, empty where they differ
    direction: str  # likewise
    rising: bool
    checks: tuple[Check, ...]
    rows: tuple[Row, ...]


def lay_out(groups: Iterable[Group]) -> list[Panel]:
    """Panels in the groups' order. The marks are named in words once, on the first row with room for it."""
    panels: list[Panel] = []
    named = False
    for group in groups:
        panels.append(_panel(group, name_marks=not named))
        named = named or any(row.drawing.names_marks for row in panels[-1].rows)
    return panels


def _panel(group: Group, *, name_marks: bool) -> Panel:
    directions = {wording.direction(row) for row in group.rows}
    alike = len(directions) == 1
    return Panel(
        name=group.name or _("Indicators"),
        caption=_caption(group),
        unit=_common(row.unit for row in group.rows),
        direction=directions.pop() if alike else "",
        rising=group.rows[0].more_is_better,
        checks=_checks(group),
        rows=tuple(_rows(group.rows, name_marks=name_marks)),
    )


# --- Rows -----------------------------------------------------------------------------------------------------------


def _rows(rows: Sequence[Comparison], *, name_marks: bool) -> list[Row]:
    """Rows in a line that share unit and scale share an axis, written under the last of them."""
    done: list[Row] = []
    for _ruler, run in groupby(rows, key=lambda row: (row.shape, row.unit, row.scale_min, row.scale_max)):
        members = list(run)
        axis = None if members[0].relative_only else _axis(members)
        for row in members:
            if axis is None:
                drawing = _draw_effect(row)
            else:
                names = name_marks and not any(other.drawing.names_marks for other in done)
                drawing = _draw_named(row, axis, members, names=names)
            done.append(_row(row, drawing))
    return done


def _row(row: Comparison, drawing: Drawing) -> Row:
    return Row(
        comparison=row,
        drawing=drawing,
        change=wording.change(row),
        interval=wording.interval(row),
        chip=wording.CHIPS[row.verdict],
        standing=wording.standing(row),
        direction=wording.direction(row),
        baseline=wording.reading(row, row.baseline),
        follow_up=wording.reading(row, row.follow_up),
        target=wording.target(row),
        n=wording.sizes(row),
    )


def _axis(rows: Sequence[Comparison]) -> Axis:
    first = rows[0]
    values = [number for row in rows for number in _numbers(row)]
    if first.shape == Indicator.Shape.SHARE:
        return scales.share_axis(values)
    if first.scale_min is not None and first.scale_max is not None:
        return scales.scale_axis(first.scale_min, first.scale_max)
    return scales.count_axis(values)


def _numbers(row: Comparison) -> list[float]:
    """All that the row has to show on its axis."""
    sides = [side for side in (_baseline(row), row.follow_up) if side]
    ends = [end for side in sides for end in (side.value, side.low, side.high)]
    return [number for number in (*ends, row.target) if number is not None]


def _baseline(row: Comparison) -> Measured | None:
    """The baseline where it can stand on the row's axis: one on another scale cannot."""
    side = row.baseline
    if side and (side.scale_min, side.scale_max) == (row.scale_min, row.scale_max):
        return side
    return None


def _draw_named(row: Comparison, axis: Axis, members: Sequence[Comparison], *, names: bool) -> Drawing:
    """With both marks named where wanted and where there is room for both names."""
    drawing = _draw(row, axis, members, names=names)
    return drawing if drawing.names_marks else _draw(row, axis, members, names=False)


def _draw(row: Comparison, axis: Axis, members: Sequence[Comparison], *, names: bool) -> Drawing:
    last = row is members[-1]
    decimals = 0 if all(tick.is_integer() for tick in axis.ticks) else max(member.decimals for member in members)
    flag = _flag(row, axis)
    line = _Line(row, axis, flag.x if flag else None)
    before, after = _baseline(row), row.follow_up
    rises = not (before and after) or after.value >= before.value
    ring_side, dot_side = _SIDES[rises]
    return Drawing(
        height=ROW_HEIGHT + (AXIS_HEIGHT if last else 0),
        message=wording.message(row),
        ticks=tuple(Tick(axis.x(tick), _tick(row, tick, decimals)) for tick in axis.ticks),
        axis=last,
        ring=line.mark(before, RING_Y, ring_side, _("baseline") if names else ""),
        dot=line.mark(after, DOT_Y, dot_side, _("follow-up") if names else ""),
        flag=flag,
    )


# By whether the value rises: the labels of ring and dot stand away from the line between them.
_SIDES: dict[bool, tuple[Side, Side]] = {True: ("end", "start"), False: ("start", "end")}


@dataclass(frozen=True)
class _Line:
    """What the marks of a row share: its axis, and the target's line that labels keep away from."""

    row: Comparison
    axis: Axis
    avoid: int | None

    def mark(self, side: Measured | None, y: int, prefer: Side, name: str) -> Mark | None:
        if side is None:
            return None
        x, low, high = self.axis.x(side.value), None, None
        if side.low is not None and side.high is not None:
            low, high = self.axis.x(side.low), self.axis.x(side.high)
        reach = (min(x - RADIUS, low or x), max(x + RADIUS, high or x))
        return Mark(x, y, low, high, self._label(side, reach, prefer, name))

    def _label(self, side: Measured, reach: tuple[int, int], prefer: Side, name: str) -> Label:
        """The value, and the mark's name where that does not send the label elsewhere."""
        text, more = wording.value(self.row, side.value), f"{name} {side.last.year}"
        box = self._box(text, reach, prefer)
        if name:
            wider = self._box(f"{text} {more}", reach, prefer)
            if (wider.x, wider.side) == (box.x, box.side) and wider.fits:
                return Label(box.x, box.side, text, more)
        return Label(box.x, box.side, text)

    def _box(self, text: str, reach: tuple[int, int], prefer: Side) -> Box:
        width = scales.width_of(text)
        return scales.place_label(width=width, left=reach[0], right=reach[1], prefer=prefer, avoid=self.avoid)


def _flag(row: Comparison, axis: Axis) -> Flag | None:
    if row.target is None:
        return None
    x = axis.x(row.target)
    words = _("target %(value)s") % {"value": wording.target(row)}
    box = scales.place_label(width=scales.width_of(words), left=x - 2, right=x + 2, prefer="start")
    return Flag(x, Label(box.x, box.side, words))


def _tick(row: Comparison, tick: float, decimals: int) -> str:
    written = numbers.written(tick, max(decimals, needed(tick, 4)))
    return f"{written}{numbers.NO_BREAK}%" if row.shape == Indicator.Shape.SHARE else written


def _draw_effect(row: Comparison) -> Drawing:
    """An arrow from 0, a pixel a per cent; beyond a doubling or a full loss it stops."""
    change = row.relative_change or 0
    tip = ZERO + round(min(max(change, -scales.WHOLE), scales.WHOLE))
    box = scales.place_label(
        width=scales.width_of(wording.effect(row)), left=min(ZERO, tip), right=max(ZERO, tip), prefer="start"
    )
    return Drawing(
        height=60,
        message=wording.message(row),
        arrow=scales.arrow(ZERO, tip, ARROW_TOP, ARROW_HEIGHT),
        effect=Label(box.x, box.side, wording.effect(row)),
    )


# --- The group's head -----------------------------------------------------------------------------------------------


def _caption(group: Group) -> str:
    """How the group was measured and when; what differs between its rows is left to them."""
    if group.rows[0].relative_only:
        return _("There is no baseline in numbers. The arrow shows the change in per cent from zero.")
    unit = _common(row.unit for row in group.rows)
    # The group's name often says the unit already.
    parts = ["" if unit.casefold() in group.name.casefold() else unit, _common(row.method for row in group.rows)]
    for word, sides in (
        (_("Baseline"), [row.baseline for row in group.rows]),
        (_("Follow-up"), [row.follow_up for row in group.rows]),
    ):
        occasion = _common(side.occasion for side in sides if side)
        n = _common(str(side.n) for side in sides if side and side.n is not None)
        if occasion:
            said = occasion if occasion.casefold().startswith(word.casefold()) else f"{word}: {occasion}"
            parts.append(said + (f", n{numbers.NO_BREAK}{n}" if n else ""))
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _common(words: Iterable[str]) -> str:
    """The word they all share; empty where they differ or there is none."""
    kinds = set(words)
    return kinds.pop() if len(kinds) == 1 else ""


def _checks(group: Group) -> tuple[Check, ...]:
    pairs = [row for row in group.rows if row.baseline and row.follow_up]
    if not pairs:
        alone = group.rows[0].relative_only or any(row.follow_up for row in group.rows)
        return (Check(passed=False, text=_("no baseline") if alone else _("no follow-up yet")),)
    failed = {warned.code for row in pairs for warned in row.warnings}
    words = {
        "season": (_("same season"), _("different season")),
        "method": (pgettext("alike", "method"), _("different method")),
        "scale": (pgettext("alike", "scale"), _("different scale")),
        "version": (pgettext("alike", "version"), _("different version")),
    }
    checks = [
        Check(passed=code not in failed, text=not_alike if code in failed else alike)
        for code, (alike, not_alike) in words.items()
    ]
    return (*checks, _check_of_n(pairs, failed))


def _check_of_n(pairs: Iterable[Comparison], failed: set[str]) -> Check:
    if any(side is None or side.n is None for row in pairs for side in (row.baseline, row.follow_up)):
        return Check(passed=False, text=_("n is missing"))
    if "size" in failed:
        return Check(passed=False, text=_("n differs"))
    return Check(passed=True, text=pgettext("alike", "n"))
