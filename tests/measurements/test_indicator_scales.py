"""Where marks and labels of an indicator stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurements.scales import (
    LEFT,
    RIGHT,
    Axis,
    Box,
    Side,
    arrow,
    count_axis,
    place_label,
    scale_axis,
    share_axis,
    width_of,
)

SIDES: tuple[Side, Side] = ("start", "end")


def test_a_scale_is_drawn_whole_with_both_ends() -> None:
    assert scale_axis(0, 10) == Axis(0, 10, (0, 2, 4, 6, 8, 10))
    assert scale_axis(1, 5) == Axis(1, 5, (1, 2, 3, 4, 5))
    assert scale_axis(1, 10) == Axis(1, 10, (1, 4, 6, 8, 10))


def test_shares_stand_over_fifty_points_at_least_and_never_outside() -> None:
    assert share_axis([39, 46]) == Axis(20, 70, (20, 30, 40, 50, 60, 70))
    assert share_axis([2, 5]) == Axis(0, 50, (0, 10, 20, 30, 40, 50))
    assert share_axis([95, 100]) == Axis(50, 100, (50, 60, 70, 80, 90, 100))
    assert share_axis([5, 95]) == Axis(0, 100, (0, 20, 40, 60, 80, 100))


def test_counts_begin_at_zero() -> None:
    assert count_axis([9.4, 6.1, 11.3]) == Axis(0, 12, (0, 3, 6, 9, 12))
    assert count_axis([0]) == Axis(0, 0.2, (0, 0.2))
    assert count_axis([-3, 2]).low == -3


def test_a_value_outside_the_axis_stands_at_its_end() -> None:
    axis = scale_axis(0, 10)

    assert [axis.x(value) for value in (-1, 0, 5, 10, 11)] == [LEFT, LEFT, 172, RIGHT, RIGHT]


def test_a_label_stands_where_it_is_wanted() -> None:
    assert place_label(width=20, left=100, right=110, prefer="end") == Box(94, "end", 74, 94)
    assert place_label(width=20, left=100, right=110, prefer="start") == Box(116, "start", 116, 136)


def test_a_label_goes_to_the_other_side_of_the_mark_from_the_target() -> None:
    box = place_label(width=20, left=100, right=110, prefer="start", avoid=125)

    assert (box.side, box.x) == ("end", 94)


def test_a_label_at_the_edge_turns_inwards() -> None:
    assert place_label(width=40, left=320, right=334, prefer="start").side == "end"


def test_a_label_goes_past_the_target_when_neither_side_has_room() -> None:
    box = place_label(width=40, left=10, right=24, prefer="end", avoid=40)

    assert (box.side, box.x) == ("start", 46)


def test_a_label_without_room_anywhere_stays_where_it_was_wanted() -> None:
    assert place_label(width=400, left=10, right=24, prefer="end", avoid=40).side == "end"


@given(
    mark=st.integers(LEFT, RIGHT),
    reach=st.integers(7, 40),
    target=st.integers(LEFT, RIGHT),
    letters=st.integers(1, 5),
    prefer=st.sampled_from(SIDES),
)
def test_no_value_is_ever_written_over_the_target(
    mark: int, reach: int, target: int, letters: int, prefer: Side
) -> None:
    box = place_label(
        width=width_of("8" * letters),
        left=mark - reach,
        right=mark + reach,
        prefer=prefer,
        avoid=target,
    )

    assert not box.meets(target)


@pytest.mark.parametrize(
    ("start", "tip", "corners"),
    [
        (100, 140, "100,10 132,10 140,18 132,26 100,26"),
        (100, 60, "100,10 68,10 60,18 68,26 100,26"),
        (100, 103, "100,10 100,10 103,18 100,26 100,26"),
    ],
)
def test_an_arrow_points_at_its_value(start: int, tip: int, corners: str) -> None:
    assert arrow(start, tip, 10, 16) == corners
