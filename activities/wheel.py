"""
A year laid out as months, weeks, days, rings, arcs, discs, ticks and labels: dates in, what to draw out.

Lengths are the drawing's own units: its centre is 330,330 and the months end at radius 316. Angles are degrees from
1 January at the top, clockwise. Nothing here knows a database, a language or a colour.
"""

import datetime as dt
from calendar import isleap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import cos, hypot, pi, radians, sin

CENTRE = 330.0
MONTHS, WEEKS, DAYS, SEASONS = (316.0, 292.0), (292.0, 272.0), (272.0, 262.0), (88.0, 64.0)
RED_DAY_AT, SCHOOL = 268.4, (264.5, 262.0)
HAND = (64.0, 273.0)
TODAY_AT, TODAY_HEIGHT = 332.0, 24.0

ONE_DAY = dt.timedelta(days=1)
MONTHS_A_YEAR = 12
# A week is numbered where its Thursday lies: a stump of three days or fewer has no room for its number.
THURSDAY = 4

TEXT = 12.0
# Room a curved label needs beyond its own width, and the lowest lane it can be read in.
LABEL_ROOM, LABEL_LANE = 12.0, 14.0
# An arc's text keeps so many days away from the hand.
BESIDE_HAND = 3
LANE_GAP = 2.0

DISC, SIGN, BETWEEN = 9.0, 6.0, 0.6
MORE_SIGN = 9.0
# More of one day than this are told as one tick a state.
TICKS_A_DAY = 4
TICK_GAP = 1.0
# The share of a day's width that a tick fills.
TICK_WIDTH = 0.84
# Shorter measuring is a point, longer an arc.
LONG_MEASURING = 7
# What stands for days of the same thing may leave out so many days, and is still one stretch.
STILL_ONE = 8

# Advance widths of Source Sans 3 at weight 600, in thousandths of the size and rounded up.
# fmt: off
_LETTERS = {
    200: " ", 260: "ij", 280: "lI.,:", 320: "f-()!", 340: "/", 360: "t", 380: "r", 440: "sz?", 460: "c", 480: "x–",
    500: "evyéJLY", 520: "agkåäF0123456789+", 540: "oöESTVXZ", 560: "bdhnpquAÅÄ", 580: "CP", 600: "BKR", 620: "DG",
    640: "&", 660: "HNU", 680: "OQÖ", 740: "wM", 800: "W", 840: "m",
}
# fmt: on
_WIDTHS = {letter: width / 1000 for width, letters in _LETTERS.items() for letter in letters}
_ANY_OTHER = 0.68


class Ring(StrEnum):
    """Outermost first."""

    ACTIVATION = "activation"
    ACTIVITY = "activity"
    EVENT = "event"
    EXHIBITION = "exhibition"
    MEASURING = "measuring"
    REPORTING = "reporting"


class State(StrEnum):
    """How something stands. An arc that is going on is filled up to today."""

    PLANNED = "planned"
    ONGOING = "ongoing"
    WAITING = "waiting"
    HELD = "held"
    CANCELLED = "cancelled"


class Sign(StrEnum):
    """The shape that tells what a mark is, before its colour does."""

    ARC = "arc"
    TICK = "tick"
    DISC = "disc"
    DIAMOND = "diamond"
    SQUARE = "square"
    TRIANGLE = "triangle"
    CIRCLE = "circle"


@dataclass(frozen=True)
class Bed:
    """Where a ring lies, and how many lanes its arcs have: at least, and at most."""

    outer: float
    inner: float
    lanes: tuple[int, int] = (1, 1)

    @property
    def middle(self) -> float:
        return (self.outer + self.inner) / 2

    @property
    def height(self) -> float:
        return self.outer - self.inner


BEDS: Mapping[Ring, Bed] = {
    Ring.ACTIVATION: Bed(258, 222, (2, 4)),
    Ring.ACTIVITY: Bed(218, 198),
    Ring.EVENT: Bed(194, 156),
    Ring.EXHIBITION: Bed(152, 132, (1, 3)),
    Ring.MEASURING: Bed(128, 112, (1, 2)),
    Ring.REPORTING: Bed(108, 92),
}
EVENT_LANES = (185.0, 165.0)


@dataclass(frozen=True)
class Item:
    """Something of the year, from its first day to its last, both counted; one mark, and one row of the list."""

    key: str
    ring: Ring
    title: str
    first: dt.date
    last: dt.date
    state: State
    sign: Sign

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.key} ends before it begins")


@dataclass(frozen=True)
class Stretch:
    """Days with a name, both ends counted."""

    name: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Words:
    """What is written on the wheel itself, in the reader's language."""

    months: Sequence[str]
    # By the names that `places.periods` has for them: winter, spring, summer, autumn.
    seasons: Mapping[str, str]
    # With a place for the number: "v. %s".
    week: str
    today: str


@dataclass(frozen=True)
class Calendar:
    """What the year is like before anything is planned."""

    red_days: Mapping[dt.date, str] = field(default_factory=dict)
    eves: Mapping[dt.date, str] = field(default_factory=dict)
    school_holidays: Sequence[Stretch] = ()


# --- What there is to draw --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Label:
    """Text along a curve; `path` already runs the way that the text is not upside down."""

    text: str
    path: str
    radius: float
    first: float
    last: float
    size: float = TEXT

    @property
    def is_down(self) -> bool:
        return _is_down((self.first + self.last) / 2)

    @property
    def letters(self) -> list[tuple[str, float, float, float]]:
        """Each letter with its x, its y and how far it is turned, for paper whose maker knows no text on a curve."""
        way = -1 if self.is_down else 1
        radius = _baseline(self.radius, self.size, down=self.is_down)
        # Measured where the eye does, in the middle of the letters.
        angle = (self.first + self.last) / 2 - way * width_of(self.text, self.size) / 2 / self.radius * 180 / pi
        found = []
        for letter in self.text:
            half = way * width_of(letter, self.size) / 2 / self.radius * 180 / pi
            angle += half
            found.append((letter, *_short(point(angle, radius)), round(angle + (180 if self.is_down else 0), 2)))
            angle += half
        return found


@dataclass(frozen=True)
class Sector:
    """A part of a ring with its name: a month or a season."""

    season: str
    path: str
    label: Label


@dataclass(frozen=True)
class Week:
    """A week of the year's ISO numbering, as much of it as lies in the year."""

    number: int
    first: float
    last: float
    x: float
    y: float
    path: str
    is_now: bool
    label: Label | None


@dataclass(frozen=True)
class DayMark:
    """A red day, or the eve of one."""

    date: dt.date
    name: str
    is_red: bool
    x: float
    y: float


@dataclass(frozen=True)
class Arc:
    """Something that lasts. `done` is the part of it up to today, where that is not all or nothing."""

    item: Item
    path: str
    done: str
    lane: int
    first: float
    last: float
    label: Label | None


@dataclass(frozen=True)
class Ticks:
    """All ticks of a state in one path, and what strikes the cancelled out in another."""

    state: State
    path: str
    strikes: str


@dataclass(frozen=True)
class Mark:
    """A disc or a sign, or where there is no room for them all, how many more there are."""

    sign: Sign
    state: State
    items: tuple[Item, ...]
    angle: float
    radius: float
    x: float
    y: float
    # The disc's number; 0 for a sign.
    number: int = 0

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(one.key for one in self.items)

    @property
    def more(self) -> int:
        """How many it stands for, when it stands for more than itself."""
        return len(self.items) if len(self.items) > 1 else 0

    @property
    def size(self) -> float:
        if self.sign == Sign.DISC:
            return DISC
        return MORE_SIGN if self.more else SIGN


@dataclass(frozen=True)
class RingDrawing:
    """A ring's bed and all that lies in it."""

    ring: Ring
    bed: Bed
    arcs: list[Arc]
    ticks: list[Ticks]
    marks: list[Mark]
    # Arcs that found no lane.
    hidden: list[Mark]


@dataclass(frozen=True)
class Hand:
    """Today: a line from the year's number to the week, and the word outside the months."""

    angle: float
    x1: float
    y1: float
    x2: float
    y2: float
    text: str
    x: float
    y: float
    width: float

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def top(self) -> float:
        return self.y - TODAY_HEIGHT / 2


@dataclass(frozen=True)
class Wheel:
    """A year to draw."""

    year: int
    box: tuple[float, float, float, float]
    months: list[Sector]
    seams: list[tuple[float, float, float, float]]
    seasons: list[Sector]
    weeks: list[Week]
    days: list[DayMark]
    school: list[str]
    rings: list[RingDrawing]
    hand: Hand | None
    # The number of each event, by its key.
    numbers: Mapping[str, int]
    # Around what is chosen; empty when nothing is.
    chosen: str


def draw(  # noqa: PLR0913  all that a year is made of
    year: int,
    items: Iterable[Item],
    *,
    calendar: Calendar,
    words: Words,
    today: dt.date,
    off: Iterable[Ring] = (),
    chosen: str = "",
) -> Wheel:
    """
    Items that do not touch the year are left out; those of rings turned off keep their numbers and are not drawn.

    Of one day they are taken in the order given: by the clock, where the giver knows it.
    """
    turn = Turn(year)
    within = sorted((one for one in items if turn.has(one)), key=lambda one: one.first)
    numbers = {one.key: n for n, one in enumerate((one for one in within if one.sign == Sign.DISC), start=1)}
    hand = _hand(turn, today, words)
    left_out = set(off)
    drawn: dict[Ring, list[Item]] = {ring: [] for ring in Ring}
    for one in within:
        if one.ring not in left_out:
            drawn[one.ring].append(one)
    rings = [_ring(turn, ring, drawn[ring], numbers, hand) for ring in Ring]
    return Wheel(
        year=year,
        box=_box(hand),
        months=list(_months(turn, words)),
        seams=[_line(turn.at(dt.date(year, month, 1)), MONTHS[0], SEASONS[1]) for month in range(1, 13)],
        seasons=list(_seasons(turn, words)),
        weeks=list(_weeks(turn, today, words)),
        days=list(_days(turn, calendar)),
        school=[
            sector(*SCHOOL, turn.at(max(one.first, turn.first)), turn.at(min(one.last, turn.last) + ONE_DAY))
            for one in calendar.school_holidays
            if one.first <= turn.last and turn.first <= one.last
        ],
        rings=rings,
        hand=hand,
        numbers=numbers,
        chosen=_around(turn, rings, [one for ring in drawn.values() for one in ring if one.key == chosen]),
    )


# --- The year as a circle ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """One year as one turn."""

    year: int

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, 1, 1)

    @property
    def last(self) -> dt.date:
        return dt.date(self.year, 12, 31)

    @property
    def days(self) -> int:
        return 366 if isleap(self.year) else 365

    def at(self, day: dt.date) -> float:
        """Where the day begins. The day after the year's last is at 360, and not back at 0."""
        return 360 * (day - self.first).days / self.days

    def noon(self, day: dt.date) -> float:
        return self.at(day) + 180 / self.days

    def has(self, item: Item) -> bool:
        return item.first <= self.last and self.first <= item.last

    def ends(self, item: Item) -> tuple[float, float]:
        """From where the item begins to where it ends, within the year."""
        return self.at(max(item.first, self.first)), self.at(min(item.last, self.last) + ONE_DAY)

    def middle(self, item: Item) -> float:
        first, last = self.ends(item)
        return (first + last) / 2


def point(angle: float, radius: float) -> tuple[float, float]:
    return CENTRE + radius * sin(radians(angle)), CENTRE - radius * cos(radians(angle))


def sector(outer: float, inner: float, first: float, last: float) -> str:
    """The path around a part of a ring; a whole turn is left open by a hair, or it would end where it begins."""
    last = min(last, first + 359.9)
    large = int(last - first > 180)  # noqa: PLR2004  half a turn
    begin, end = f"{_dot(first, outer)}A{outer:g} {outer:g} 0 {large} 1 {_dot(last, outer)}", _dot(first, inner)
    return f"M{begin}L{_dot(last, inner)}A{inner:g} {inner:g} 0 {large} 0 {end}Z"


def width_of(text: str, size: float = TEXT) -> float:
    return size * sum(_WIDTHS.get(letter, _ANY_OTHER) for letter in text)


def label(text: str, middle_radius: float, first: float, last: float, size: float = TEXT) -> Label | None:
    """The text in the middle of a stretch, turned over between three and nine o'clock; None when it has no room."""
    width = width_of(text, size)
    if width + LABEL_ROOM > radians(last - first) * middle_radius:
        return None
    middle = (first + last) / 2
    half = (width + 2) / middle_radius * 90 / pi
    down = _is_down(middle)
    radius = _baseline(middle_radius, size, down=down)
    # The curve runs on a little, or a browser whose letters are a hair wider would drop the outermost.
    reach = half * 1.1
    ends = (middle + reach, middle - reach) if down else (middle - reach, middle + reach)
    path = f"M{_dot(ends[0], radius)}A{radius:g} {radius:g} 0 0 {int(not down)} {_dot(ends[1], radius)}"
    return Label(text, path, middle_radius, middle - half, middle + half, size)


def _is_down(angle: float) -> bool:
    """Between three and nine o'clock, where a text along the curve would stand on its head."""
    return 90 < angle % 360 < 270  # noqa: PLR2004  three and nine


def _baseline(radius: float, size: float, *, down: bool) -> float:
    """A third of the size below the middle, as the text is read."""
    return radius + (size / 3 if down else -size / 3)


def _dot(angle: float, radius: float) -> str:
    x, y = point(angle, radius)
    return f"{x:.2f} {y:.2f}"


def _line(angle: float, outer: float, inner: float) -> tuple[float, float, float, float]:
    return *_short(point(angle, outer)), *_short(point(angle, inner))


def _short(where: tuple[float, float]) -> tuple[float, float]:
    return round(where[0], 2), round(where[1], 2)


# --- Months, seasons, weeks and days ----------------------------------------------------------------------------------

_SEASON_OF_MONTH = ("winter", "winter", *3 * ["spring"], *3 * ["summer"], *3 * ["autumn"], "winter")


def _months(turn: Turn, words: Words) -> Iterator[Sector]:
    for number, name in enumerate(words.months):
        first = turn.at(dt.date(turn.year, number + 1, 1))
        last = 360.0 if number + 1 == MONTHS_A_YEAR else turn.at(dt.date(turn.year, number + 2, 1))
        written = _sure(name, sum(MONTHS) / 2, first, last)
        yield Sector(_SEASON_OF_MONTH[number], sector(*MONTHS, first, last), written)


def _seasons(turn: Turn, words: Words) -> Iterator[Sector]:
    """Winter goes round the top, from December to February."""
    starts = {name: turn.at(dt.date(turn.year, month, 1)) for name, month in _SEASON_STARTS}
    ends = [*starts.values()][1:]
    for (name, first), last in zip(starts.items(), [*ends, starts["spring"] + 360], strict=True):
        first_shown = first - 360 if name == "winter" else first
        end = last - 360 if name == "winter" else last
        yield Sector(name, sector(*SEASONS, first_shown, end), _sure(words.seasons[name], 76, first_shown, end))


_SEASON_STARTS = (("spring", 3), ("summer", 6), ("autumn", 9), ("winter", 12))


def _sure(text: str, radius: float, first: float, last: float) -> Label:
    """A name that is always written; one too long for its place is cut."""
    while (written := label(text, radius, first, last)) is None:
        text = text[:-1]
    return written


def _weeks(turn: Turn, today: dt.date, words: Words) -> Iterator[Week]:
    now = today.isocalendar()[:2]
    monday = dt.date.fromisocalendar(turn.year, 1, 1)
    while (monday + (THURSDAY - 1) * ONE_DAY).year == turn.year:
        number = monday.isocalendar().week
        first = turn.at(max(monday, turn.first))
        last = turn.at(min(monday + 7 * ONE_DAY, turn.last + ONE_DAY))
        middle = sum(WEEKS) / 2
        x, y = _short(point((first + last) / 2, middle))
        is_now = (turn.year, number) == now
        written = label(words.week % number, middle, first - 2, last + 2, 11) if is_now else None
        yield Week(number, first, last, x, y, sector(*WEEKS, first, last), is_now, written)
        monday += 7 * ONE_DAY


def _days(turn: Turn, calendar: Calendar) -> Iterator[DayMark]:
    for named, is_red in ((calendar.red_days, True), (calendar.eves, False)):
        for day, name in named.items():
            if day.year == turn.year and (is_red or day not in calendar.red_days):
                yield DayMark(day, name, is_red, *_short(point(turn.noon(day), RED_DAY_AT)))


def _hand(turn: Turn, today: dt.date, words: Words) -> Hand | None:
    if today.year != turn.year:
        return None
    angle = turn.noon(today)
    x, y = _short(point(angle, TODAY_AT))
    return Hand(angle, *_line(angle, HAND[1], HAND[0]), words.today, x, y, round(width_of(words.today, 14) + 26, 1))


def _box(hand: Hand | None) -> tuple[float, float, float, float]:
    """The drawing's frame: 660 by 660, and room for the word that stands outside."""
    left = top = 0.0
    right = bottom = 2 * CENTRE
    if hand:
        left, right = min(left, hand.left - 2), max(right, hand.left + hand.width + 2)
        top, bottom = min(top, hand.top - 2), max(bottom, hand.top + TODAY_HEIGHT + 2)
    return round(left, 1), round(top, 1), round(right - left, 1), round(bottom - top, 1)


# --- The rings --------------------------------------------------------------------------------------------------------


def _ring(turn: Turn, ring: Ring, items: list[Item], numbers: Mapping[str, int], hand: Hand | None) -> RingDrawing:
    bed = BEDS[ring]
    by_sign: defaultdict[Sign, list[Item]] = defaultdict(list)
    for one in items:
        by_sign[one.sign].append(one)
    signs = [one for one in items if one.sign not in {Sign.ARC, Sign.TICK, Sign.DISC}]
    marks = _discs(turn, by_sign[Sign.DISC], numbers) + _signs(turn, signs, bed.middle)
    arcs, hidden = _arcs(turn, bed, by_sign[Sign.ARC], hand)
    clear = [_out_of_the_way(arc, [*marks, *hidden]) for arc in arcs]
    return RingDrawing(ring, bed, clear, _ticks(turn, bed, by_sign[Sign.TICK]), marks, hidden)


def lanes_of(items: Sequence[Item], most: int) -> dict[str, int]:
    """Each item's lane, the outermost free; those that find none are left out. Two in a lane never share a day."""
    free: list[dt.date] = []
    lanes: dict[str, int] = {}
    for one in sorted(items, key=lambda one: (one.first, one.first - one.last, one.title, one.key)):
        lane = next((lane for lane, day in enumerate(free) if day < one.first), len(free))
        if lane == most:
            continue
        free[lane : lane + 1] = [one.last]
        lanes[one.key] = lane
    return lanes


def _arcs(turn: Turn, bed: Bed, items: list[Item], hand: Hand | None) -> tuple[list[Arc], list[Mark]]:
    fewest, most = bed.lanes
    lanes = lanes_of(items, most)
    count = max(fewest, 1 + max(lanes.values(), default=0))
    height = (bed.height - LANE_GAP * (count - 1)) / count
    arcs = []
    for one in (one for one in items if one.key in lanes):
        outer = bed.outer - lanes[one.key] * (height + LANE_GAP)
        arcs.append(_arc(turn, one, (outer, outer - height), lanes[one.key], hand))
    hidden = [_mark(one, turn.middle(one), bed.middle) for one in items if one.key not in lanes]
    return arcs, _told_together(hidden, least=MORE_SIGN)


def _arc(turn: Turn, item: Item, radii: tuple[float, float], lane: int, hand: Hand | None) -> Arc:
    first, last = turn.ends(item)
    done = ""
    free = [(first, last)]
    if hand and first < hand.angle < last:
        done = sector(*radii, first, hand.angle) if item.state == State.ONGOING else ""
        beside = BESIDE_HAND * 360 / turn.days
        free = [(first, hand.angle - beside), (hand.angle + beside, last)]
    longest = max(free, key=lambda side: side[1] - side[0])
    tall = radii[0] - radii[1] >= LABEL_LANE
    written = _named(item.title, sum(radii) / 2, *longest) if tall else None
    return Arc(item, sector(*radii, first, last), done, lane, first, last, written)


def _named(title: str, radius: float, first: float, last: float) -> Label | None:
    """The whole title, or what stands after its colon: of "Exhibition: Weaves" the ring has said the first already."""
    _kind, _colon, rest = title.partition(": ")
    return label(title, radius, first, last) or (label(rest, radius, first, last) if rest else None)


def _out_of_the_way(arc: Arc, marks: list[Mark]) -> Arc:
    """Without its text, where a mark of the same ring would stand on it."""
    text = arc.label
    if text is None:
        return arc
    covered = any(
        _apart(text.first, mark.angle, text.radius) < mark.size
        or _apart(text.last, mark.angle, text.radius) < mark.size
        or text.first <= mark.angle <= text.last
        for mark in marks
    )
    return replace(arc, label=None) if covered else arc


def _ticks(turn: Turn, bed: Bed, items: list[Item]) -> list[Ticks]:
    paths: defaultdict[State, list[str]] = defaultdict(list)
    strikes: defaultdict[State, list[str]] = defaultdict(list)
    for place in _tick_places(turn, bed, items):
        corners = [_dot(angle, radius) for angle, radius in place.corners]
        paths[place.state].append(f"M{corners[0]}L{corners[1]}L{corners[2]}L{corners[3]}Z")
        if place.state == State.CANCELLED:
            strikes[place.state].append(f"M{corners[0]}L{corners[2]}")
    return [Ticks(state, "".join(paths[state]), "".join(strikes[state])) for state in State if state in paths]


@dataclass(frozen=True)
class _TickPlace:
    keys: tuple[str, ...]
    state: State
    first: float
    last: float
    outer: float
    inner: float

    @property
    def corners(self) -> list[tuple[float, float]]:
        return [(self.first, self.outer), (self.last, self.outer), (self.last, self.inner), (self.first, self.inner)]


def _tick_places(turn: Turn, bed: Bed, items: list[Item]) -> Iterator[_TickPlace]:
    """Those of a day share its height; of more than four each state has one."""
    by_day: defaultdict[dt.date, list[Item]] = defaultdict(list)
    for one in items:
        by_day[max(one.first, turn.first)].append(one)
    spare = (1 - TICK_WIDTH) / 2 * 360 / turn.days
    for day, those in by_day.items():
        groups = [[one] for one in those]
        if len(those) > TICKS_A_DAY:
            states = list(dict.fromkeys(one.state for one in those))
            groups = [[one for one in those if one.state == state] for state in states]
        height = (bed.height - TICK_GAP * (len(groups) - 1)) / len(groups)
        for number, group in enumerate(groups):
            outer = bed.outer - number * (height + TICK_GAP)
            ends = turn.at(day) + spare, turn.at(day + ONE_DAY) - spare
            yield _TickPlace(tuple(one.key for one in group), group[0].state, *ends, outer, outer - height)


def _discs(turn: Turn, items: list[Item], numbers: Mapping[str, int]) -> list[Mark]:
    """The outer lane, where two are nearer than a disc is wide the inner, and where that is taken too "+2" in it."""
    lanes: tuple[list[Mark], list[Mark]] = ([], [])
    for one in items:
        angle = turn.noon(max(one.first, turn.first))
        tried = [_mark(one, angle, radius, numbers[one.key]) for radius in EVENT_LANES]
        for lane, mark in zip(lanes, tried, strict=True):
            if all(_distance(mark, other) >= 2 * DISC + BETWEEN for other in lane):
                lane.append(mark)
                break
        else:
            inner = lanes[1]
            nearest = min(inner, key=lambda other: _distance(tried[1], other))
            inner[inner.index(nearest)] = _joined(nearest, tried[1])
    return [*lanes[0], *lanes[1]]


def _signs(turn: Turn, items: list[Item], radius: float) -> list[Mark]:
    return _told_together([_mark(one, turn.middle(one), radius) for one in items])


def _told_together(marks: list[Mark], least: float = 0) -> list[Mark]:
    """Marks of one ring, with neighbours that would touch made into one between them, until none do."""
    found = sorted(marks, key=lambda mark: mark.angle)
    while len(found) > 1:
        pairs = [(n, (n + 1) % len(found)) for n in range(len(found))]
        near = next(
            (pair for pair in pairs if pair[0] != pair[1] and _touch(found[pair[0]], found[pair[1]], least)), None
        )
        if near is None:
            break
        first, second = found[near[0]], found[near[1]]
        both = _joined(first, second, between=True)
        found = sorted([*(one for n, one in enumerate(found) if n not in near), both], key=lambda mark: mark.angle)
    return found


def _touch(one: Mark, other: Mark, least: float) -> bool:
    return _distance(one, other) < max(one.size, least) + max(other.size, least) + BETWEEN


def _mark(item: Item, angle: float, radius: float, number: int = 0) -> Mark:
    return Mark(item.sign, item.state, (item,), angle, radius, *_short(point(angle, radius)), number)


def _joined(one: Mark, other: Mark, *, between: bool = False) -> Mark:
    """One mark for both; what still waits for an outcome is what both say, and then what is to come."""
    items = (*one.items, *other.items)
    state = min(one.state, other.state, key=list(_ASKS_FIRST).index)
    if not between:
        return replace(one, items=items, state=state)
    # Around New Year the middle is the short way round.
    gap = (other.angle - one.angle + 180) % 360 - 180
    angle = (one.angle + gap * len(other.items) / len(items)) % 360
    x, y = _short(point(angle, one.radius))
    return replace(one, items=items, state=state, angle=angle, x=x, y=y)


_ASKS_FIRST = (State.WAITING, State.ONGOING, State.PLANNED, State.HELD, State.CANCELLED)


def _distance(one: Mark, other: Mark) -> float:
    return hypot(one.x - other.x, one.y - other.y)


def _apart(one: float, other: float, radius: float) -> float:
    """Along the circle, the short way round."""
    return radians(abs((one - other + 180) % 360 - 180)) * radius


# --- What is chosen ---------------------------------------------------------------------------------------------------


def _around(turn: Turn, rings: list[RingDrawing], chosen: list[Item]) -> str:
    """A path a little outside what is chosen."""
    if not chosen:
        return ""
    item = chosen[0]
    drawing = next(one for one in rings if one.ring == item.ring)
    if mark := next((one for one in [*drawing.marks, *drawing.hidden] if item.key in one.keys), None):
        return _circle(mark.x, mark.y, mark.size + 3)
    if item.sign == Sign.TICK:
        places = _tick_places(turn, drawing.bed, [item])
        angle = next((place.first + place.last) / 2 for place in places)
        return sector(drawing.bed.outer + 3, drawing.bed.inner - 3, angle - 1.1, angle + 1.1)
    arc = next(one for one in drawing.arcs if one.item.key == item.key)
    count = max(drawing.bed.lanes[0], 1 + max(one.lane for one in drawing.arcs))
    height = (drawing.bed.height - LANE_GAP * (count - 1)) / count
    outer = drawing.bed.outer - arc.lane * (height + LANE_GAP)
    return sector(outer + 2, outer - height - 2, arc.first - 0.6, arc.last + 0.6)


def _circle(x: float, y: float, r: float) -> str:
    return f"M{x - r:.2f} {y:.2f}a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0 {-2 * r:g} 0Z"


# --- From days to stretches -------------------------------------------------------------------------------------------


def stretches(days: Iterable[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """First and last day of each run of days; a weekend or a red day between does not break it, a free week does."""
    runs: list[tuple[dt.date, dt.date]] = []
    for first, last in sorted(days):
        if runs and (first - runs[-1][1]).days <= STILL_ONE:
            runs[-1] = runs[-1][0], max(runs[-1][1], last)
        else:
            runs.append((first, last))
    return runs
