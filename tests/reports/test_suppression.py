from hypothesis import given
from hypothesis import strategies as st

from reports.suppression import Cell, suppress

SMALL, KEPT = Cell(None, small=True), Cell(None, kept_back=True)

counts = st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=1, max_size=5)


def test_nothing_small_is_shown_as_it_is_with_its_sums() -> None:
    assert suppress([[5, 0], [7, 9]]) == (
        (Cell(5), Cell(0), Cell(5)),
        (Cell(7), Cell(9), Cell(16)),
        (Cell(12), Cell(9), Cell(21)),
    )


def test_a_small_cell_takes_the_smallest_beside_it_along_until_no_sum_tells() -> None:
    # 3 is small; its row gives up 10, its column 8, and 10's column then 20: each line has two hidden.
    assert suppress([[3, 10, 30], [8, 20, 40]]) == (
        (SMALL, KEPT, Cell(30), Cell(43)),
        (KEPT, KEPT, Cell(40), Cell(68)),
        (Cell(11), Cell(30), Cell(70), Cell(111)),
    )


def test_zero_is_shown_and_a_lone_small_number_hides_its_sum_by_itself() -> None:
    assert suppress([[2, 0], [0, 9]]) == (
        (SMALL, Cell(0), SMALL),
        (Cell(0), KEPT, KEPT),
        (SMALL, KEPT, Cell(11)),
    )


def test_a_cell_that_tells_nothing_of_anybody_stays() -> None:
    shown = suppress([[6, 7], [8, 1]], telling_nothing={(1, 1)})
    assert shown == (
        (Cell(6), Cell(7), Cell(13)),
        (Cell(8), Cell(1), Cell(9)),
        (Cell(14), Cell(8), Cell(22)),
    )


@given(counts)
def test_no_line_ever_has_one_hidden_cell_that_its_sum_would_tell(rows: list[list[int]]) -> None:
    shown = suppress(rows)
    for line in [*shown, *zip(*shown, strict=True)]:
        hidden = [cell for cell in line if cell.hidden]
        others = [cell for cell in line if not cell.hidden and cell.people]
        assert len(hidden) != 1 or not others
        assert all(cell.people is None or cell.people == 0 or cell.people >= 5 for cell in line)
