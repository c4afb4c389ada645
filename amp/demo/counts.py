"""The counts of a square: people made up one by one, by the place, the weather, the season and the crowd."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import cos, pi
from random import Random

from django.utils import timezone

from activities.models import Kind, Weather
from activities.recurrence import wall_times
from amp.demo.days import RECENT
from amp.demo.diary import Sky
from amp.demo.programme import Item
from amp.demo.square import ONE_DAY, SAT, Ground, Square, Stage
from measurements.models import Gap, Gender, Level, Measure
from places.opening import ActualOpening, OpeningException

Cell = tuple[int, int | None]
"""Gender, and the number of the age band from the youngest, or None where age was not judged."""

NOT_JUDGED, WOMAN, MAN = Gender.NOT_CLASSIFIED, Gender.WOMAN, Gender.MAN
BANDS = range(6)
# How often each of the six age bands is met: women and girls, men and boys, gender not judged. The last of all is
# the one of whom neither was judged. Like a square in the middle of a town: about one in eleven is not judged.
CROWDS: dict[str, tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], int]] = {
    "mixed": ((51, 237, 370, 403, 216, 103), (61, 239, 321, 337, 157, 51), (75, 70, 36, 41, 17, 8), 14),
    "children": ((160, 210, 30, 260, 60, 40), (150, 200, 20, 130, 40, 20), (90, 60, 5, 5, 3, 2), 8),
    "young": ((5, 130, 340, 120, 30, 10), (5, 160, 400, 140, 40, 10), (5, 40, 60, 10, 5, 2), 15),
    "older": ((5, 10, 20, 90, 240, 330), (4, 8, 15, 70, 170, 210), (3, 4, 8, 15, 25, 25), 10),
    "women": ((10, 40, 190, 420, 260, 110), (6, 20, 40, 80, 50, 30), (6, 10, 15, 20, 10, 5), 10),
}
PASSERS_BY = (47, 45, 8)
WEATHER_FACTOR = {
    Weather.SUN: 1.12,
    Weather.CLOUDS: 1.0,
    Weather.RAIN: 0.7,
    Weather.SNOW: 0.85,
    Weather.FOG: 0.95,
    Weather.STORM: 0.3,
}
FIRST_ROUND, SECOND_ROUND = dt.time(14, 30), dt.time(16, 30)
STORMY_ROUND = dt.time(11, 15)
TWICE, NOT_LOOKED, NOT_COUNTED = 0.25, 0.05, 0.05
PASSING_TIMES, PASSING_MINUTES = (dt.time(12, 10), dt.time(16, 10)), 10
DAYS_FOR_COUNTS = 7
HOSTED = (Kind.ACTIVITY, Kind.EVENT)


@dataclass(frozen=True)
class Count:
    """One count by hand; without cells somebody looked and nobody was there."""

    measure: Measure
    ground: str
    started_at: dt.datetime
    level: Level
    cells: Mapping[Cell, int] = field(default_factory=dict)
    minutes: int | None = None
    item: Item | None = None
    note: str = ""

    @property
    def date(self) -> dt.date:
        return self.started_at.date()

    @property
    def people(self) -> int:
        return sum(self.cells.values())


@dataclass(frozen=True)
class NotCollected:
    """Days without counts of a measure (empty: of any), and why."""

    measure: str
    first: dt.date
    last: dt.date
    reason: str
    note: str

    def covers(self, measure: str, day: dt.date) -> bool:
        return self.measure in {"", measure} and self.first <= day <= self.last


def gaps(stage: Stage, opened: Collection[dt.date], lost: Mapping[dt.date, OpeningException]) -> list[NotCollected]:
    """Each year's days without counts: the week of an illness, works at the lines, a storm, hosts who led instead."""
    random = stage.random("gaps")
    found = []
    for year in range(stage.first.year, stage.today.year + 1):
        ill = [day for day, loss in lost.items() if day.year == year and loss.reason == "illness"]
        if ill:
            monday = min(ill) - min(ill).weekday() * ONE_DAY
            found.append(NotCollected("", monday, monday + 5 * ONE_DAY, Gap.Reason.ILLNESS, "Influensa i hubben"))
        dig = dt.date.fromisocalendar(year, 36, 1)
        note = "Ledningsarbete vid båda räknelinjerna"
        found.append(NotCollected(Measure.PASSING, dig, dig + 19 * ONE_DAY, Gap.Reason.WORKS, note))
        days = [day for day in opened if day.year == year and day.month in {4, 6, 10}]
        for day in sorted(random.sample(sorted(days), min(3, len(days)))):
            note = "Värden ledde programmet"
            found.append(NotCollected(Measure.STAYING, day, day, Gap.Reason.HOSTING, note))
    return sorted((gap for gap in found if gap.last < stage.today - RECENT * ONE_DAY), key=lambda gap: gap.first)


@dataclass(frozen=True)
class Scene:
    """What the counts are made from."""

    square: Square
    stage: Stage
    opened: Mapping[dt.date, ActualOpening]
    sky: Mapping[dt.date, Sky]
    items: Sequence[Item]
    gaps: Collection[NotCollected]

    def covered(self, measure: str, day: dt.date) -> bool:
        return any(gap.covers(measure, day) for gap in self.gaps)


def counts(scene: Scene) -> list[Count]:
    """
    All counts that are over, in order: those made by walking round, while the hub was open.

    Of the last week one open day and one activity are left uncounted.
    """
    forgotten = _forgotten_day(scene)
    days = [day for day in sorted(scene.opened) if day != forgotten]
    rounds = [count for count in (*_staying(scene, days), *_passing(scene, days)) if _made(scene, count)]
    made = [*rounds, *_participating(scene, days)]
    return sorted(made, key=lambda count: (count.started_at, count.measure, count.ground))


def _made(scene: Scene, count: Count) -> bool:
    """Whether it is over by now, and the hub was open from its first minute to its last."""
    begins = timezone.localtime(count.started_at)
    ends = begins + dt.timedelta(minutes=count.minutes or 0)
    opening = scene.opened[begins.date()]
    closes = opening.closed or dt.time.max
    return scene.stage.has_come(ends.date(), ends.time()) and opening.opened <= begins.time() and ends.time() <= closes


def _staying(scene: Scene, days: Sequence[dt.date]) -> list[Count]:
    random, square, sky = scene.stage.random("staying"), scene.square, scene.sky
    made = []
    for day in (day for day in days if not scene.covered(Measure.STAYING, day)):
        twice, looked = random.random() < TWICE, random.random() >= NOT_LOOKED
        stormy = sky[day].weather == Weather.STORM
        if not looked and day < scene.stage.today - RECENT * ONE_DAY:
            continue
        times = ([STORMY_ROUND] if stormy else []) + [FIRST_ROUND] + ([SECOND_ROUND] if twice and not stormy else [])
        if day.weekday() >= SAT:
            times = times[:1]
        for time in times:
            for zone in square.zones:
                usual = _usual(square, day) * zone.factor * WEATHER_FACTOR[sky[day].weather] * _of_the_day(day, time)
                people = 0 if time == STORMY_ROUND else max(0, round(usual * random.gauss(1, 0.2)))
                made.append(
                    Count(Measure.STAYING, zone.name, _at(day, time), Level.GENDER_AGE, _crowd(random, "mixed", people))
                )
    return made


def _passing(scene: Scene, days: Sequence[dt.date]) -> list[Count]:
    random, square, sky = scene.stage.random("passing"), scene.square, scene.sky
    counted = [day for day in days if day.weekday() in square.passing_days]
    made = []
    for day in (day for day in counted if not scene.covered(Measure.PASSING, day)):
        for time in PASSING_TIMES:
            for line in square.lines:
                factor = line.factor * (0.92 + 0.16 * _height(day)) * (0.85 + 0.15 * WEATHER_FACTOR[sky[day].weather])
                people = max(0, round(square.passing * factor * random.gauss(1, 0.13)))
                made.append(_passers_by(random, line, _at(day, time), people))
    return made


def _passers_by(random: Random, line: Ground, started_at: dt.datetime, people: int) -> Count:
    """By gender, or the total alone when there were too many to tell apart."""
    total_only = random.random() < 0.3  # noqa: PLR2004
    if total_only:
        cells: dict[Cell, int] = {(NOT_JUDGED, None): people}
    else:
        cells = dict(
            Counter((gender, None) for gender in random.choices((WOMAN, MAN, NOT_JUDGED), PASSERS_BY, k=people))
        )
    level = Level.TOTAL if total_only else Level.GENDER
    return Count(Measure.PASSING, line.name, started_at, level, cells, PASSING_MINUTES)


def _participating(scene: Scene, days: Collection[dt.date]) -> list[Count]:
    random = scene.stage.random("participating")
    recently = scene.stage.today - DAYS_FOR_COUNTS * ONE_DAY
    held = [item for item in scene.items if item.date in days and item.took_place and item.kind in HOSTED]
    forgotten = [item for item in held if recently <= item.date < scene.stage.today][-1:]
    made = []
    for item in held:
        skipped, roll = random.random() < NOT_COUNTED, random.random()
        if item in forgotten or scene.covered(Measure.PARTICIPATING, item.date):
            continue
        if skipped and not item.highlight and item.date < recently - ONE_DAY:
            continue
        people = max(1, round((item.expected or 0) * random.gauss(1.0, 0.05 if item.highlight else 0.22)))
        level = Level.TOTAL if item.highlight or roll < 0.08 else Level.GENDER if roll < 0.13 else Level.GENDER_AGE  # noqa: PLR2004
        cells = _at_level(level, _crowd(random, item.crowd, people))
        made.append(Count(Measure.PARTICIPATING, item.title, item.starts_at, level, cells, item=item))
    return made


def _forgotten_day(scene: Scene) -> dt.date | None:
    """An open day of the last week, without hosted programme, on which nobody counted. None if there is none."""
    busy = {item.date for item in scene.items if item.took_place and item.kind in HOSTED}
    days = [scene.stage.today - n * ONE_DAY for n in range(2, DAYS_FOR_COUNTS + 1)]
    known = [day for day in days if day in scene.opened]
    return next((day for day in known if day not in busy), None)


def _usual(square: Square, day: dt.date) -> float:
    low, high = square.staying
    return (low + (high - low) * _height(day)) * (1.15 if day.weekday() == SAT else 1)


def _height(day: dt.date) -> float:
    """0 in the middle of January, 1 in the middle of July."""
    return (1 - cos(2 * pi * (day.timetuple().tm_yday - 15) / 365)) / 2


def _of_the_day(day: dt.date, time: dt.time) -> float:
    # In winter it is dark by the second round.
    return 1.0 if time != SECOND_ROUND else 0.7 + 0.3 * _height(day)


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    ends = time.replace(hour=time.hour + 1)
    return wall_times([day], time, ends)[0][0]


def _crowd(random: Random, name: str, people: int) -> dict[Cell, int]:
    women, men, not_judged, neither = CROWDS[name]
    cells: list[Cell] = [(gender, band) for gender in (WOMAN, MAN, NOT_JUDGED) for band in BANDS]
    weights = (*women, *men, *not_judged, neither)
    return dict(sorted(Counter(random.choices([*cells, (NOT_JUDGED, None)], weights, k=people)).items(), key=_order))


def _order(cell: tuple[Cell, int]) -> tuple[int, int]:
    (gender, band), _people = cell
    return gender, -1 if band is None else band


def _at_level(level: Level, cells: Mapping[Cell, int]) -> dict[Cell, int]:
    coarse: Counter[Cell] = Counter()
    for (gender, band), people in cells.items():
        coarse[NOT_JUDGED if level == Level.TOTAL else gender, band if level == Level.GENDER_AGE else None] += people
    return dict(coarse)
