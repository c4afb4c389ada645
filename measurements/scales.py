"""Where things stand on a drawn scale: values in, whole pixels and sides out, no Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Literal

Side = Literal["start", "end"]  # SVG's text-anchor: the text begins at x, or ends there

# The drawing is as wide as a phone's card, so that its text is never shrunk to less than it says.
WIDTH = 344
LEFT, RIGHT = 14, 330
STEPS = (1, 2, 3, 5, 10)
MOST_STEPS = 6
# A digit of Source Sans 3 at 13 px, semibold, with a little to spare.
LETTER = 6.6
GAP = 6
# Shares are drawn over at least this much, so that a small change does not look large.
SHORTEST_SHARE = 50
WHOLE = 100


@dataclass(frozen=True)
class Axis:
    """A scale from `low` to `high` with the values to write along it."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def x(self, value: float) -> int:
        """The pixel of a value; one outside the axis stands at its end."""
        inside = min(max(value, self.low), self.high)
        return round(LEFT + (inside - self.low) / (self.high - self.low) * (RIGHT - LEFT))


@dataclass(frozen=True)
class Box:
    """What a label takes of the width, from `left` to `right`, written from or up to its `x`."""

    x: int
    side: Side
    left: float
    right: float

    @property
    def fits(self) -> bool:
        return self.left >= 0 and self.right <= WIDTH

    def meets(self, x: int | None) -> bool:
        return x is not None and self.left - GAP / 2 < x < self.right + GAP / 2


def scale_axis(low: float, high: float) -> Axis:
    """A given scale, whole, with both its ends written."""
    step = _step(high - low)
    inner = [tick for tick in _multiples(low, high, step) if min(tick - low, high - tick) > step / 2]
    return Axis(low, high, (low, *inner, high))


def share_axis(values: Iterable[float]) -> Axis:
    """Per cent around the values, in tens, never outside 0 to 100."""
    known = list(values)
    low = max(0, floor((min(known) - 2) / 10) * 10)
    high = min(WHOLE, ceil((max(known) + 2) / 10) * 10)
    while high - low < SHORTEST_SHARE:
        # Ten above and ten below in turn, as far as there is room.
        high = min(WHOLE, high + 10)
        low = max(0, low - 10) if high - low < SHORTEST_SHARE else low
    step = 10 if high - low <= 10 * MOST_STEPS else 20
    return Axis(low, high, tuple(float(tick) for tick in range(low, high + 1, step)))


def count_axis(values: Iterable[float]) -> Axis:
    """From 0 (or below, where values are) to past the highest value, in even steps."""
    known = [0.0, *values]
    step = _step((max(known) - min(known)) * 1.1 or 1)
    low, high = floor(min(known) / step) * step, ceil(max(known) * 1.02 / step) * step
    return Axis(low, high or step, tuple(_multiples(low, high or step, step)))


def place_label(*, width: float, left: int, right: int, prefer: Side, avoid: int | None = None) -> Box:
    """
    A label beside a mark that reaches from `left` to `right`.

    "end" is before the mark, "start" after it. It goes to the other side where it would meet the line at `avoid` or
    leave the drawing, and past that line where neither side has room.
    """
    sides: tuple[Side, Side] = ("end", "start") if prefer == "end" else ("start", "end")
    tries = [_beside(side, left, right, width) for side in sides]
    if avoid is not None:
        tries += [_beside(side, min(left, avoid), max(right, avoid), width) for side in sides]
    return next((box for box in tries if box.fits and not box.meets(avoid)), tries[0])


def width_of(text: str) -> float:
    """About how wide a label is."""
    return len(text) * LETTER


def arrow(start: int, tip: int, top: int, height: int) -> str:
    """The corners of an arrow from `start` to `tip`, as SVG's points; shorter than its head, it is all head."""
    head = min(8, abs(tip - start))
    neck = tip - head if tip > start else tip + head
    middle, bottom = top + height // 2, top + height
    corners: Sequence[tuple[int, int]] = (
        (start, top), (neck, top), (tip, middle), (neck, bottom), (start, bottom),
    )  # fmt: skip
    return " ".join(f"{x},{y}" for x, y in corners)


def _beside(side: Side, left: int, right: int, width: float) -> Box:
    if side == "end":
        x = left - GAP
        return Box(x, side, x - width, x)
    x = right + GAP
    return Box(x, side, x, x + width)


def _step(span: float) -> float:
    """The smallest even step that goes at most six times into the span."""
    power: float = 10.0 ** floor(log10(span / MOST_STEPS))
    return next(size * power for size in (*STEPS, 20) if span / (size * power) <= MOST_STEPS)


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = ceil(round(low / step, 6)), floor(round(high / step, 6))
    return [round(number * step, 6) for number in range(first, last + 1)]
