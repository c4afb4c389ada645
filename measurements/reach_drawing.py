"""The forecast laid out to be drawn: a pyramid of whom a plan reaches against who lives there, in whole pixels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from measurements.models import Gender
from measurements.queries.aims import Prospect
from measurements.queries.crosstab import Cell
from measurements.reach import Forecast, Group
from measurements.statistics import Band, Interval

WIDTH, ROW, TOP = 344, 40, 22
# The names of the ages stand in the middle; the index stands outside its bar.
MIDDLE, LABELS, INDEX = 172, 30, 42
LONGEST = MIDDLE - LABELS - INDEX
BAR = 18
# A target's own bar: room for half a flag at either end.
EDGE, LONGEST_BAR = 6, 308


@dataclass(frozen=True)
class Side:
    """One bar: its share of the judged, the interval of it, and the population's share as a tick."""

    x: int
    width: int
    low: int
    high: int
    tick: int
    # The target of the group; None without one.
    aim: int | None
    # Where the index is written, and from which side.
    index_x: int
    share: float
    index: Interval
    there: float


@dataclass(frozen=True)
class Row:
    label: str
    y: int
    woman: Side | None
    man: Side | None


@dataclass(frozen=True)
class Pyramid:
    height: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Bar:
    """One target: the expected share as a bar from the left edge to `end`, its interval, population and target."""

    end: int
    low: int
    high: int
    # None where the population is not known.
    tick: int | None
    aim: int


def bars(expected: Sequence[Prospect]) -> list[Bar | None]:
    """One for each target, all on one scale; None where the target cannot be judged."""
    longest = max(
        (max(one.share.high, one.aim.least, one.aim.there or 0) for one in expected if one.share and one.aim.least),
        default=1,
    )

    def along(share: float) -> int:
        return EDGE + round(share / longest * LONGEST_BAR)

    return [
        Bar(
            end=along(one.share.value),
            low=along(one.share.low),
            high=along(one.share.high),
            tick=None if one.aim.there is None else along(one.aim.there),
            aim=along(one.aim.least),
        )
        if one.share and one.aim.least
        else None
        for one in expected
    ]


def pyramid(found: Forecast, aims: Mapping[Group, float] | None = None) -> Pyramid | None:
    """
    Women to the left, men to the right, the oldest on top; None where no group can be judged.

    `aims` are the least shares, 0 to 1, that single groups should have.
    """
    aims = aims or {}
    if not found.index:
        return None
    index: dict[Cell, Interval] = {cell: one for cell, one in found.index.items() if isinstance(cell, tuple)}
    shares = {cell: _shares(one, found.there[cell]) for cell, one in index.items()}
    longest = max(max(high, there, aims.get(cell, 0)) for cell, (_share, _low, high, there) in shares.items())
    bands = _bands(shares)
    rows = []
    for number, band in enumerate(bands):
        sides = {
            gender: _side(
                index[gender, band],
                shares[gender, band],
                aims.get((gender, band)),
                longest,
                left=gender == Gender.WOMAN,
            )
            for gender in (Gender.WOMAN.value, Gender.MAN.value)
            if (gender, band) in shares
        }
        rows.append(
            Row(str(band or ""), TOP + number * ROW, sides.get(Gender.WOMAN.value), sides.get(Gender.MAN.value))
        )
    return Pyramid(TOP + len(rows) * ROW, tuple(rows))


def _bands(cells: Iterable[Cell]) -> list[Band | None]:
    found = {band for _gender, band in cells}
    return sorted(found, key=lambda band: -1 if band is None else band.first, reverse=True)


def _shares(index: Interval, there: float) -> tuple[float, float, float, float]:
    """The share of the judged with its ends, and the population's; each 0 to 1."""
    return index.value * there, index.low * there, index.high * there, there


def _side(
    index: Interval, shares: tuple[float, float, float, float], aim: float | None, longest: float, *, left: bool
) -> Side:
    share, low, high, there = (round(value / longest * LONGEST) for value in shares)
    start = MIDDLE - LABELS if left else MIDDLE + LABELS
    way = -1 if left else 1
    return Side(
        x=start - share if left else start,
        width=share,
        low=start + way * low,
        high=start + way * high,
        tick=start + way * there,
        aim=None if aim is None else start + way * round(aim / longest * LONGEST),
        index_x=0 if left else WIDTH,
        share=shares[0],
        index=index,
        there=shares[3],
    )
