"""The days a square promised, lost and held."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dateutil.easter import easter

from amp.demo.square import ONE_DAY, SAT, SUN, Loss, Square, Stage
from places.models import OpeningException as Exceptional
from places.opening import ActualOpening, OpeningException, PromisedDay, WeeklyHours, promised_days
from places.periods import Period

WEEKDAY_HOURS = dt.time(11), dt.time(18)
SATURDAY_HOURS = dt.time(11), dt.time(17)
HOLIDAY_HOURS = dt.time(12), dt.time(16)
# Nothing is lost or left uncounted so near to today that it would fill the to-do list.
RECENT = 8
ADVENT_SUNDAYS = 4


@dataclass(frozen=True)
class Calendar:
    """A square's promise and what became of it."""

    weekly: tuple[WeeklyHours, ...]
    planned: tuple[OpeningException, ...]
    promised: Mapping[dt.date, PromisedDay]
    lost: Mapping[dt.date, OpeningException]
    opened: Mapping[dt.date, ActualOpening]


def promise(square: Square, stage: Stage) -> Calendar:
    """The promise alone, for whole calendar years; nothing has happened yet."""
    weekly = _weekly(stage.first)
    planned: list[OpeningException] = []
    promised: dict[dt.date, PromisedDay] = {}
    for year in stage.years:
        exceptions = _exceptions(year, weekly, square.volumes.promised_days)
        planned += exceptions
        days = promised_days(Period.year(year), weekly, exceptions, red_days_closed=True)
        promised |= {day.date: day for day in days}
    return Calendar(weekly, tuple(planned), promised, {}, {})


def lost_days(
    square: Square, stage: Stage, calendar: Calendar, busy: Collection[dt.date]
) -> dict[dt.date, OpeningException]:
    """Days of the normal week that were not held, none of them with an event on it (`busy`) and none of them recent."""
    special = {row.date for row in calendar.planned}
    lost: dict[dt.date, OpeningException] = {}
    for year in range(stage.first.year, stage.today.year + 1):
        random = stage.random(f"lost {year}")
        for loss in square.losses:
            free = {day for day in calendar.promised if day not in busy and day not in special and day not in lost}
            first = random.choice(_stretches(loss, year, free))
            days = [first + n * ONE_DAY for n in range(loss.days)]
            lost |= {day: OpeningException(day, None, None, False, loss.reason, loss.note) for day in days}
    return {day: row for day, row in lost.items() if day < stage.today - RECENT * ONE_DAY}


def opened_days(
    stage: Stage, calendar: Calendar, lost: Collection[dt.date], evenings: Mapping[dt.date, dt.time]
) -> dict[dt.date, ActualOpening]:
    """When the hub opened and closed, as far as that has come: it closes later on evenings with a programme."""
    random = stage.random("opened")
    opened = {}
    for day, promised in calendar.promised.items():
        if day > stage.today or day in lost:
            continue
        late = random.random() < 0.02  # noqa: PLR2004  a bus that did not come
        opens = _moved(promised.opens, random.randint(15, 45) if late else -random.randint(0, 8))
        closes = max(_moved(promised.closes, random.randint(0, 12)), evenings.get(day, dt.time.min))
        if stage.has_come(day, opens):
            opened[day] = ActualOpening(day, opens, closes if stage.has_come(day, closes) else None)
    return opened


def _weekly(first: dt.date) -> tuple[WeeklyHours, ...]:
    """Monday to Saturday: 40 hours a week over the year, red days taken off."""
    return tuple(
        WeeklyHours(weekday, *(SATURDAY_HOURS if weekday == SAT else WEEKDAY_HOURS), valid_from=first)
        for weekday in range(SUN)
    )


def _exceptions(year: int, weekly: Collection[WeeklyHours], wanted: int) -> list[OpeningException]:
    """Two eves closed, and as many red days and Sundays opened as make the promised number of days."""
    exceptions = [_closed(dt.date(year, 12, 24), "Julafton"), _closed(dt.date(year, 12, 31), "Nyårsafton")]
    count = len(promised_days(Period.year(year), weekly, exceptions, red_days_closed=True))
    # An eve that is a Sunday is closed already, and not opened for being one.
    closed = {row.date for row in exceptions}
    free = [candidate for candidate in _openings(year) if candidate[0] not in closed]
    return exceptions + [_open(*candidate) for candidate in free[: wanted - count]]


@dataclass(frozen=True)
class Holiday:
    name: str
    first: dt.date
    last: dt.date


def school_holidays(year: int) -> list[Holiday]:
    """Invented for the demonstration, in the weeks where such holidays usually lie: no municipality's own."""
    monday = dt.date.fromisocalendar
    good_friday = easter(year) - 2 * ONE_DAY
    return [
        Holiday("Sportlov (exempel)", monday(year, 9, 1), monday(year, 9, 5)),
        Holiday("Påsklov (exempel)", good_friday - 4 * ONE_DAY, good_friday - ONE_DAY),
        Holiday("Sommarlov (exempel)", dt.date(year, 6, 15), dt.date(year, 8, 16)),
        Holiday("Höstlov (exempel)", monday(year, 44, 1), monday(year, 44, 5)),
        Holiday("Jullov (exempel)", dt.date(year, 12, 21), dt.date(year + 1, 1, 8)),
    ]


def _closed(day: dt.date, note: str) -> OpeningException:
    return OpeningException(day, None, None, True, Exceptional.Reason.HOLIDAY, note)


def _open(day: dt.date, note: str) -> OpeningException:
    return OpeningException(day, *HOLIDAY_HOURS, True, Exceptional.Reason.EVENT, note)


def _openings(year: int) -> list[tuple[dt.date, str]]:
    """Days off on which the square opens all the same, the most wanted first. None is promised beforehand."""
    last_advent = _sunday_by(dt.date(year, 12, 24))
    advents = [last_advent - 7 * n * ONE_DAY for n in reversed(range(ADVENT_SUNDAYS))]
    candidates = [
        (dt.date(year, 6, 6), "Nationaldagen: öppet torg"),
        *((day, f"Öppet {number} i advent") for number, day in enumerate(advents, 1)),
        (easter(year) + 39 * ONE_DAY, "Kristi himmelsfärdsdag: öppet"),
        (dt.date(year, 5, 1), "Första maj: öppet"),
        (dt.date(year, 1, 6), "Trettondagen: öppet"),
        (_sunday_by(dt.date(year, 8, 31)), "Torgets söndag"),
        (_sunday_by(dt.date(year, 5, 31)), "Mors dag på torget"),
        (easter(year) + ONE_DAY, "Annandag påsk: öppet"),
        (_sunday_by(dt.date(year, 9, 20)), "Skördesöndag"),
        (_sunday_by(dt.date(year, 2, 20)), "Vintersöndag"),
        (_sunday_by(dt.date(year, 4, 30)), "Vårsöndag"),
    ]
    return list({day: (day, note) for day, note in reversed(candidates)}.values())[::-1]


def _sunday_by(day: dt.date) -> dt.date:
    """The last Sunday on or before the day."""
    return day - (day.weekday() - SUN) % 7 * ONE_DAY


def _stretches(loss: Loss, year: int, free: Collection[dt.date]) -> list[dt.date]:
    window = Period.between(dt.date(year, *loss.first), dt.date(year, *loss.last))
    return [day for day in window if all(day + n * ONE_DAY in free for n in range(loss.days))]


def _moved(time: dt.time, minutes: int) -> dt.time:
    return (dt.datetime.combine(dt.date.min, time) + dt.timedelta(minutes=minutes + 24 * 60)).time()
