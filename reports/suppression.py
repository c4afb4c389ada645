"""Small cells of a cross-table that leaves the house: hidden, and one more where a sum would tell."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from measurements.statistics import SMALL_CELL

FEWEST_HIDDEN = 2


@dataclass(frozen=True)
class Cell:
    """People in a cell. `small`: fewer than five, `kept_back`: hidden lest a sum tell another; both without number."""

    people: int | None
    small: bool = False
    kept_back: bool = False

    @property
    def hidden(self) -> bool:
        return self.small or self.kept_back


Place: TypeAlias = tuple[int, int]  # row and column
Table: TypeAlias = tuple[tuple[Cell, ...], ...]


def suppress(rows: Sequence[Sequence[int]], *, telling_nothing: Collection[Place] = ()) -> Table:
    """
    The table with its sums as last column and last row, and no number that can be worked out to be under five.

    Of a line with a single hidden cell the smallest other is hidden too, until no line has only one. Zeros stay:
    somebody looked, and nobody was there. Cells `telling_nothing` about anybody, neither gender nor age, stay too:
    the number of classified gives them away, so they hide nothing.
    """
    summed = [[*row, sum(row)] for row in rows]
    known = [*summed, [sum(column) for column in zip(*summed, strict=True)]]
    cells = {
        (y, x): Cell(None, small=True) if 0 < people < SMALL_CELL and (y, x) not in telling_nothing else Cell(people)
        for y, row in enumerate(known)
        for x, people in enumerate(row)
    }
    lines = list(_lines(len(known), len(known[0])))
    while place := _next_to_hide(cells, lines, telling_nothing):
        cells[place] = replace(cells[place], people=None, kept_back=True)
    return tuple(tuple(cells[y, x] for x in range(len(known[0]))) for y in range(len(known)))


def _next_to_hide(
    cells: Mapping[Place, Cell], lines: Sequence[Sequence[Place]], spared: Collection[Place]
) -> Place | None:
    for line in lines:
        if sum(cells[place].hidden for place in line) == FEWEST_HIDDEN - 1:
            shown = [place for place in line if cells[place].people and place not in spared]
            # The last of a line is its sum: given up only when there is no other.
            inner = [place for place in shown if place != line[-1]] or shown
            if inner:
                return min(inner, key=lambda place: (cells[place].people or 0, place))
    return None


def _lines(height: int, width: int) -> Iterator[list[Place]]:
    """Rows and columns, each with its sum last."""
    for y in range(height):
        yield [(y, x) for x in range(width)]
    for x in range(width):
        yield [(y, x) for y in range(height)]
