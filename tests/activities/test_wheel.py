"""The wheel's geometry: angles worked by hand, and whatever the year holds, nothing that is read stands on another."""

import datetime as dt
from itertools import combinations
from math import hypot, radians

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.wheel import (
    BEDS,
    BETWEEN,
    DISC,
    Calendar,
    Item,
    Label,
    Mark,
    Ring,
    Sign,
    State,
    Stretch,
    Turn,
    Wheel,
    Words,
    draw,
    label,
    lanes_of,
    point,
    sector,
    stretches,
    width_of,
)

MONTHS = ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"]  # fmt: skip  # noqa: E501
WORDS = Words(MONTHS, {"winter": "vinter", "spring": "vår", "summer": "sommar", "autumn": "höst"}, "v. %s", "Idag")
TODAY = dt.date(2026, 7, 2)
SIGNS = {
    Ring.ACTIVATION: Sign.ARC,
    Ring.ACTIVITY: Sign.TICK,
    Ring.EVENT: Sign.DISC,
    Ring.EXHIBITION: Sign.ARC,
    Ring.MEASURING: Sign.DIAMOND,
    Ring.REPORTING: Sign.SQUARE,
}


def item(ring: Ring, first: dt.date, days: int = 1, **changed: object) -> Item:
    given = {"key": f"{ring}-{first}", "title": "Te", "state": State.PLANNED, "sign": SIGNS[ring], **changed}
    return Item(ring=ring, first=first, last=first + dt.timedelta(days=days - 1), **given)  # type: ignore[arg-type]


def drawn(
    *items: Item, year: int = 2026, today: dt.date = TODAY, calendar: Calendar | None = None, **how: object
) -> Wheel:
    return draw(year, items, calendar=calendar or Calendar(), words=WORDS, today=today, **how)  # type: ignore[arg-type]


def of(wheel: Wheel, ring: Ring) -> tuple[list[Mark], list[str]]:
    drawing = next(one for one in wheel.rings if one.ring == ring)
    return drawing.marks, [arc.item.key for arc in drawing.arcs]


# --- Angles -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "angle"),
    [
        (dt.date(2026, 1, 1), 0),
        # 181 days of 365 are over when July begins: 181 * 360 / 365.
        (dt.date(2026, 7, 1), 178.5205479),
        (dt.date(2026, 12, 31), 359.0136986),
        (dt.date(2027, 1, 1), 360),
    ],
)
def test_days_go_clockwise_from_the_top(day: dt.date, angle: float) -> None:
    assert Turn(2026).at(day) == pytest.approx(angle)


def test_a_leap_year_has_a_day_more_in_the_turn() -> None:
    # 31 + 29 days of 366 are over when March begins.
    assert Turn(2028).at(dt.date(2028, 3, 1)) == pytest.approx(60 * 360 / 366)
    # 1 July is day 182 of 366 counted from nought: the year's half is over.
    assert Turn(2028).noon(dt.date(2028, 7, 1)) == pytest.approx(179.5081967)


@pytest.mark.parametrize(("angle", "x", "y"), [(0, 330, 230), (90, 430, 330), (180, 330, 430), (270, 230, 330)])
def test_points_stand_as_on_a_clock(angle: float, x: float, y: float) -> None:
    assert point(angle, 100) == pytest.approx((x, y))


def test_a_sector_goes_out_round_in_and_back() -> None:
    assert (
        sector(100, 50, 0, 90) == "M330.00 230.00A100 100 0 0 1 430.00 330.00L380.00 330.00A50 50 0 0 0 330.00 280.00Z"
    )
    assert "0 1 1" in sector(100, 50, 0, 200)
    assert sector(100, 50, 0, 360) == sector(100, 50, 0, 359.9)


# --- The calendar -----------------------------------------------------------------------------------------------------


def test_months_seasons_and_their_colours() -> None:
    wheel = drawn()
    assert [month.label.text for month in wheel.months] == MONTHS
    assert [month.season for month in wheel.months] == (
        ["winter"] * 2 + ["spring"] * 3 + ["summer"] * 3 + ["autumn"] * 3 + ["winter"]
    )
    assert [season.label.text for season in wheel.seasons] == ["vår", "sommar", "höst", "vinter"]
    winter = wheel.seasons[3].label
    # From 1 December (334 days) of the turn before to 1 March (59 days): its middle is half a day past day 14.
    assert (winter.first + winter.last) / 2 == pytest.approx((334 - 365 + 59) / 2 * 360 / 365)


@pytest.mark.parametrize(
    ("year", "weeks", "first_days", "last_days"),
    [(2026, 53, 4, 4), (2027, 52, 7, 5), (2024, 52, 7, 7), (2020, 53, 5, 4), (2025, 52, 5, 7)],
)
def test_weeks_are_those_whose_thursday_lies_in_the_year(
    year: int, weeks: int, first_days: int, last_days: int
) -> None:
    wheel = drawn(year=year)
    assert [week.number for week in wheel.weeks] == list(range(1, weeks + 1))
    days = [round((week.last - week.first) * Turn(year).days / 360) for week in wheel.weeks]
    assert (days[0], days[-1]) == (first_days, last_days)
    assert set(days[1:-1]) == {7}


def test_the_week_now_says_so() -> None:
    now = [week for week in drawn().weeks if week.is_now]
    assert [(week.number, week.label.text if week.label else "") for week in now] == [(27, "v. 27")]
    assert not any(week.is_now for week in drawn(year=2025).weeks)
    # 31 December 2024 lies in week 1 of 2025, which is not on the wheel of 2024.
    assert not any(week.is_now for week in drawn(year=2024, today=dt.date(2024, 12, 31)).weeks)


def test_red_days_eves_and_school_holidays() -> None:
    calendar = Calendar(
        {dt.date(2026, 12, 25): "Juldagen", dt.date(2025, 12, 25): "Juldagen"},
        {dt.date(2026, 12, 24): "Julafton", dt.date(2026, 12, 25): "Båda"},
        [
            Stretch("Jullov", dt.date(2026, 12, 21), dt.date(2027, 1, 7)),
            Stretch("Sportlov", dt.date(2025, 2, 16), dt.date(2025, 2, 22)),
        ],
    )
    wheel = drawn(calendar=calendar)
    assert [(day.name, day.is_red) for day in wheel.days] == [("Juldagen", True), ("Julafton", False)]
    assert wheel.school == [sector(264.5, 262, Turn(2026).at(dt.date(2026, 12, 21)), 360)]


# --- Today's hand -----------------------------------------------------------------------------------------------------


def test_the_hand_points_at_noon_of_today_from_the_core_to_the_week() -> None:
    # 2 July is day 182 of 365 counted from nought; its noon is the year's middle exactly.
    hand = drawn().hand
    assert hand is not None
    assert hand.angle == pytest.approx(180)
    assert (hand.x1, hand.y1, hand.x2, hand.y2) == pytest.approx((330, 603, 330, 394))
    assert (hand.x, hand.y) == pytest.approx((330, 662))
    assert drawn().box == (0, 0, 660, 676)


def test_another_year_has_no_hand_and_a_square_frame() -> None:
    wheel = drawn(year=2025)
    assert wheel.hand is None
    assert wheel.box == (0, 0, 660, 660)


@pytest.mark.parametrize("today", [dt.date(2026, 1, 1), dt.date(2026, 4, 2), dt.date(2026, 10, 1)])
def test_the_frame_has_room_for_the_word_today(today: dt.date) -> None:
    wheel = drawn(today=today)
    left, top, width, height = wheel.box
    assert wheel.hand is not None
    assert left < wheel.hand.left
    assert top < wheel.hand.top
    assert wheel.hand.left + wheel.hand.width < left + width
    assert wheel.hand.top + 24 < top + height


# --- Arcs and lanes ---------------------------------------------------------------------------------------------------


def test_arcs_that_share_a_day_lie_in_lanes_of_their_own() -> None:
    summer = dt.date(2026, 6, 1)
    long = item(Ring.ACTIVATION, summer, 60, key="long")
    beside = item(Ring.ACTIVATION, summer + dt.timedelta(days=59), 10, key="beside")
    after = item(Ring.ACTIVATION, summer + dt.timedelta(days=60), 10, key="after")
    assert lanes_of([after, beside, long], 4) == {"long": 0, "beside": 1, "after": 0}


def test_an_arc_without_a_lane_is_told_of() -> None:
    items = [item(Ring.EXHIBITION, dt.date(2026, 3, 1), 30, key=str(n)) for n in range(5)]
    exhibition = next(one for one in drawn(*items).rings if one.ring == Ring.EXHIBITION)
    assert len(exhibition.arcs) == 3
    assert [(mark.keys, mark.more) for mark in exhibition.hidden] == [(("3", "4"), 2)]
    assert all(arc.label is None for arc in exhibition.arcs)


def test_an_arc_across_today_is_filled_up_to_today() -> None:
    days = {"first": dt.date(2026, 6, 1), "days": 60}
    going_on = drawn(item(Ring.ACTIVATION, **days, state=State.ONGOING))  # type: ignore[arg-type]
    arc = going_on.rings[0].arcs[0]
    # 1 June is day 151; the upper of two lanes is 17 high.
    assert arc.done == sector(258, 241, 151 * 360 / 365, 180)
    assert drawn(item(Ring.ACTIVATION, **days)).rings[0].arcs[0].done == ""  # type: ignore[arg-type]


def test_the_text_keeps_to_the_longer_side_of_the_hand() -> None:
    arc = drawn(item(Ring.ACTIVATION, dt.date(2026, 6, 20), 80, title="Sommar")).rings[0].arcs[0]
    assert arc.label is not None
    # Three days past the hand to 8 September (day 250): its middle.
    assert (arc.label.first + arc.label.last) / 2 == pytest.approx((180 + 3 * 360 / 365 + 250 * 360 / 365) / 2)


def test_a_label_needs_its_width_and_twelve() -> None:
    # "Te" is (0.54 + 0.50) * 12 = 12.48 wide; with 12 more it needs 24.48 of the arc's 100 * radians.
    assert width_of("Te") == pytest.approx(12.48)
    enough = 24.48 / 100 * 180 / 3.14159265
    assert label("Te", 100, 0, enough - 0.01) is None
    assert label("Te", 100, 0, enough + 0.01) is not None


def test_a_title_too_long_is_what_stands_after_its_colon() -> None:
    first = dt.date(2026, 2, 1)
    titles = ["Utställning: Väv", "Utställning: Torget förr och nu, i bild", "Torget förr och nu"]
    arcs = [drawn(item(Ring.EXHIBITION, first, 25, title=title)).rings[3].arcs[0] for title in titles]
    # 25 days of the ring's middle are 61 units: room for a text of 49.
    assert [arc.label.text if arc.label else "" for arc in arcs] == ["Väv", "", ""]


def test_a_month_is_always_named_and_a_name_too_long_is_cut() -> None:
    long = Words(["a" * 40] * 12, WORDS.seasons, WORDS.week, WORDS.today)
    wheel = draw(2026, [], calendar=Calendar(), words=long, today=TODAY)
    # 28 days of 304 units are 146.5; less 12 there is room for 21 letters 6.24 wide.
    assert wheel.months[1].label.text == "a" * 21


def test_a_label_is_turned_over_between_three_and_nine() -> None:
    up, down = label("Te", 100, 0, 60), label("Te", 100, 150, 210)
    assert up is not None
    assert down is not None
    assert "A96 96 0 0 1" in up.path
    assert "A104 104 0 0 0" in down.path


def test_letters_stand_one_by_one_along_the_curve() -> None:
    text = label("Te", 100, 0, 60)
    assert text is not None
    # The text is 12.48 wide with its middle at 30 degrees; the T, 6.48 wide, has its own 3 before it.
    degrees = 180 / 3.14159265 / 100
    assert "".join(letter for letter, _x, _y, _turn in text.letters) == "Te"
    assert [turn for *_where, turn in text.letters] == pytest.approx([30 - 3 * degrees, 30 + 3.24 * degrees], abs=0.01)
    assert text.letters[0][1:3] == pytest.approx(point(30 - 3 * degrees, 96), abs=0.01)
    turned = label("Te", 100, 150, 210)
    assert turned is not None
    assert [turn for *_where, turn in turned.letters] == pytest.approx(
        [360 + 3 * degrees, 360 - 3.24 * degrees], abs=0.01
    )


def test_no_text_under_a_mark_of_the_same_ring() -> None:
    long = item(Ring.MEASURING, dt.date(2026, 3, 1), 90, sign=Sign.ARC, title="Mätning", key="long")
    assert drawn(long).rings[4].arcs[0].label is not None
    middle = item(Ring.MEASURING, dt.date(2026, 4, 14), key="day")
    assert drawn(long, middle).rings[4].arcs[0].label is None


# --- Ticks ------------------------------------------------------------------------------------------------------------


def test_a_tick_is_a_day_wide_and_two_share_its_height() -> None:
    day = dt.date(2026, 5, 4)
    alone, both = drawn(item(Ring.ACTIVITY, day)), drawn(item(Ring.ACTIVITY, day), item(Ring.ACTIVITY, day, key="b"))
    ticks = [next(one for one in wheel.rings if one.ring == Ring.ACTIVITY).ticks[0] for wheel in (alone, both)]
    assert [tick.path.count("M") for tick in ticks] == [1, 2]
    inner = point(Turn(2026).at(day) + 0.08 * 360 / 365, 198)
    assert f"L{inner[0]:.2f} {inner[1]:.2f}Z" in ticks[0].path


def test_more_than_four_of_a_day_are_a_tick_a_state() -> None:
    day = dt.date(2026, 5, 4)
    states = [State.HELD, State.HELD, State.HELD, State.WAITING, State.CANCELLED]
    items = [item(Ring.ACTIVITY, day, key=str(n), state=state) for n, state in enumerate(states)]
    ticks = drawn(*items).rings[1].ticks
    assert [(tick.state, tick.path.count("M"), tick.strikes.count("M")) for tick in ticks] == [
        (State.WAITING, 1, 0),
        (State.HELD, 1, 0),
        (State.CANCELLED, 1, 1),
    ]


# --- Discs and signs --------------------------------------------------------------------------------------------------


def test_discs_take_the_inner_lane_and_then_become_a_number_more() -> None:
    # A day is 2 pi 185 / 365 = 3.2 units: five days are 15.9 and too near, six are 19.1.
    day = dt.date(2026, 5, 1)
    items = [item(Ring.EVENT, day + dt.timedelta(days=n), key=str(n)) for n in (0, 5, 6, 7, 12)]
    marks, _arcs = of(drawn(*items), Ring.EVENT)
    outer = [mark.keys for mark in marks if mark.radius == 185]
    inner = [mark.keys for mark in marks if mark.radius == 165]
    assert outer == [("0",), ("6",), ("12",)]
    assert inner == [("5", "7")]
    assert [mark.more for mark in marks] == [0, 0, 0, 2]
    assert [mark.number for mark in marks] == [1, 3, 5, 2]


def test_events_keep_their_numbers_when_their_ring_is_off() -> None:
    events = [item(Ring.EVENT, dt.date(2026, month, 1)) for month in (9, 3)]
    wheel = drawn(*events, off=[Ring.EVENT])
    assert of(wheel, Ring.EVENT) == ([], [])
    assert wheel.numbers == {"event-2026-03-01": 1, "event-2026-09-01": 2}


def test_signs_that_touch_are_told_together_across_new_year_too() -> None:
    items = [item(Ring.REPORTING, dt.date(2026, 1, 2), key="a"), item(Ring.REPORTING, dt.date(2026, 12, 30), key="b")]
    (mark,), _arcs = of(drawn(*items), Ring.REPORTING)
    assert (set(mark.keys), mark.more, mark.size) == ({"a", "b"}, 2, 9)
    # Noon of 2 January is 1.5 days past the top and of 30 December 1.5 days before it.
    assert mark.angle % 360 == pytest.approx(0, abs=1e-9) or mark.angle == pytest.approx(360)


def test_what_waits_is_what_several_say() -> None:
    days = [dt.date(2026, 3, n) for n in (1, 2)]
    items = [item(Ring.REPORTING, days[0], state=State.HELD), item(Ring.REPORTING, days[1], state=State.WAITING)]
    (mark,), _arcs = of(drawn(*items), Ring.REPORTING)
    assert mark.state == State.WAITING


def test_what_lies_in_another_year_is_left_out_and_what_reaches_in_is_cut() -> None:
    before = item(Ring.EXHIBITION, dt.date(2025, 12, 1), 40, key="in")
    out = item(Ring.EXHIBITION, dt.date(2025, 11, 1), 10, key="out")
    (arc,) = drawn(before, out).rings[3].arcs
    # 1 December and 40 days end with 9 January.
    assert (arc.item.key, arc.first) == ("in", 0)
    assert arc.last == pytest.approx(9 * 360 / 365)


def test_an_item_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Item("a", Ring.EVENT, "Te", TODAY, TODAY - dt.timedelta(days=1), State.HELD, Sign.DISC)


@pytest.mark.parametrize("ring", list(Ring))
def test_what_is_chosen_has_a_line_around_it(ring: Ring) -> None:
    one = item(ring, dt.date(2026, 3, 2), 1 if SIGNS[ring] != Sign.ARC else 20)
    assert drawn(one, chosen=one.key).chosen.startswith("M")
    assert drawn(one, chosen="nothing").chosen == ""


def test_stretches_bridge_a_week_and_no_more() -> None:
    day = dt.date(2026, 3, 2)
    days = [day + dt.timedelta(days=n) for n in (8, 0, 1, 17)]
    assert stretches((one, one) for one in days) == [
        (day, day + dt.timedelta(days=8)),
        (day + dt.timedelta(days=17), day + dt.timedelta(days=17)),
    ]
    assert stretches([]) == []


# --- Whatever the year holds ------------------------------------------------------------------------------------------

TITLES = st.sampled_from(["Te", "Vinterpaviljong", "Sångstund med förskolan", "Lampskärmar över torget", "Ö"])


@st.composite
def years(draw_: st.DrawFn) -> Wheel:
    """Any year at all, crowded in any way, seen on any day of it or another."""
    year = draw_(st.integers(2019, 2033))
    starts = st.integers(-40, 370)
    crowd = draw_(st.sampled_from([(0, 365), (330, 365), (150, 190)]))
    items = []
    for n in range(draw_(st.integers(0, 60))):
        ring = draw_(st.sampled_from(list(Ring)))
        first = dt.date(year, 1, 1) + dt.timedelta(days=draw_(st.integers(*crowd) | starts))
        days = draw_(st.integers(1, 200)) if SIGNS[ring] == Sign.ARC else 1
        sign = draw_(st.sampled_from([Sign.ARC, Sign.DIAMOND])) if ring == Ring.MEASURING else SIGNS[ring]
        days = draw_(st.integers(1, 90)) if ring == Ring.MEASURING else days
        state = draw_(st.sampled_from(list(State)))
        items.append(item(ring, first, days, key=str(n), title=draw_(TITLES), state=state, sign=sign))
    today = dt.date(year, 1, 1) + dt.timedelta(days=draw_(st.integers(-400, 800)))
    return drawn(*items, year=year, today=today)


def _labels(wheel: Wheel) -> list[Label]:
    weeks = [week.label for week in wheel.weeks if week.label]
    arcs = [arc.label for ring in wheel.rings for arc in ring.arcs if arc.label]
    return [*(month.label for month in wheel.months), *(season.label for season in wheel.seasons), *weeks, *arcs]


def _overlap(one: Label, other: Label) -> bool:
    """Both on the same height, and one beginning before the other ends, whichever way round the top is passed."""
    if abs(one.radius - other.radius) >= 12:
        return False
    return any(one.first < other.last + turn and other.first + turn < one.last for turn in (-360, 0, 360))


@settings(deadline=None, max_examples=150)
@given(years())
def test_labels_never_overlap(wheel: Wheel) -> None:
    labels = _labels(wheel)
    assert [(a.text, b.text) for a, b in combinations(labels, 2) if _overlap(a, b)] == []


@settings(deadline=None, max_examples=150)
@given(years())
def test_marks_never_touch_each_other_nor_a_label(wheel: Wheel) -> None:
    for ring in wheel.rings:
        for marks in (ring.marks, ring.hidden):
            for one, other in combinations(marks, 2):
                assert hypot(one.x - other.x, one.y - other.y) >= one.size + other.size + BETWEEN - 0.02
        for text in (arc.label for arc in ring.arcs if arc.label):
            for mark in [*ring.marks, *ring.hidden]:
                gap = min(abs((end - mark.angle + 180) % 360 - 180) for end in (text.first, text.last))
                assert radians(gap) * text.radius >= mark.size - 0.02


@settings(deadline=None, max_examples=150)
@given(years())
def test_a_label_lies_within_its_arc_and_clear_of_the_hand(wheel: Wheel) -> None:
    for arc in (arc for ring in wheel.rings for arc in ring.arcs if arc.label):
        text = arc.label
        assert text is not None
        assert arc.first < text.first < text.last < arc.last
        if wheel.hand:
            assert not text.first - 1 < wheel.hand.angle < text.last + 1


@settings(deadline=None, max_examples=150)
@given(years())
def test_everything_is_drawn_or_told_of_once(wheel: Wheel) -> None:
    for ring in wheel.rings:
        keys = [key for mark in [*ring.marks, *ring.hidden] for key in mark.keys] + [arc.item.key for arc in ring.arcs]
        assert len(keys) == len(set(keys))
        lanes = [(arc.lane, arc.first, arc.last) for arc in ring.arcs]
        for one, other in combinations(lanes, 2):
            assert one[0] != other[0] or one[1] >= other[2] - 1e-9 or other[1] >= one[2] - 1e-9
        assert all(arc.lane < BEDS[ring.ring].lanes[1] for arc in ring.arcs)
        assert all(mark.size == DISC for mark in ring.marks if mark.sign == Sign.DISC)
