"""A square's programme: series and single items, their dates, and what became of each."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from django.utils import timezone

from activities.models import Kind, Occurrence
from activities.recurrence import Rhythm, dates, wall_times
from amp.demo.square import ONE_DAY, Single, Square, Stage, Weekly
from places.opening import OpeningException, PromisedDay

Outcome, Reason = Occurrence.Outcome, Occurrence.Reason

# Why what was planned on a lost day fell away.
REASON_OF_LOSS = {"weather": Reason.WEATHER, "illness": Reason.STAFF, "training": Reason.STAFF}
CANCELLED = (
    (Reason.STAFF, "Ledaren var sjuk och ingen kunde hoppa in."),
    (Reason.ORGANISER, "Föreningen fick förhinder samma dag."),
    (Reason.WEATHER, "Skyfall vid start. Vi skickade hem dem som kom."),
    (Reason.FEW, "Ingen kom, vi stängde efter en halvtimme."),
)
CHANGED = (
    (Reason.WEATHER, "Flyttades in i hubben på grund av regn."),
    (Reason.ORGANISER, "Började en halvtimme senare, ljudanläggningen krånglade."),
    (Reason.STAFF, "Kortades till hälften, bara en ledare på plats."),
    (Reason.WORKS, "Flyttades till andra sidan torget på grund av grävning."),
)
HELD = (
    "Bra stämning, flera stannade kvar efteråt.",
    "Nya ansikten idag.",
    "Många barnvagnar, vi behöver fler filtar.",
    "Flera frågade när det blir nästa gång.",
    "Lugnare än väntat men de som kom var nöjda.",
    "Ljudet hördes ända till stationen, någon kom för att lyssna.",
)
SOME_NOTED = 0.3
CHANGED_ACTIVITIES, CHANGED_EVENTS = 4, 3
# An outcome that nobody has told stays on the to-do list for so many days.
DAYS_FOR_OUTCOMES = 14


@dataclass(frozen=True)
class SeriesPlan:
    weekly: Weekly
    first: dt.date
    last: dt.date
    excluded: frozenset[dt.date]


@dataclass(frozen=True)
class Item:
    """One occurrence, planned and perhaps told of."""

    title: str
    kind: str
    date: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime
    expected: int | None
    crowd: str
    zone: str
    partner: str
    series: SeriesPlan | None = None
    highlight: bool = False
    outcome: str = Outcome.PLANNED
    reason: str = ""
    note: str = ""

    @property
    def took_place(self) -> bool:
        return self.outcome in {Outcome.HELD, Outcome.CHANGED}


def single_days(square: Square, stage: Stage, promised: Collection[dt.date]) -> set[dt.date]:
    """The days with an event or the first day of an exhibition."""
    return {_next_promised(single.when(year), promised) for year in stage.years for single in square.singles}


def evenings(items: Iterable[Item]) -> dict[dt.date, dt.time]:
    """When the last of each day ends: a host is there until then. Nothing planned goes on past midnight."""
    ends: dict[dt.date, dt.time] = {}
    for item in items:
        if item.kind != Kind.EXHIBITION and item.outcome != Outcome.CANCELLED:
            ends[item.date] = max(timezone.localtime(item.ends_at).time(), ends.get(item.date, dt.time.min))
    return ends


def programme(
    square: Square, stage: Stage, promised: Mapping[dt.date, PromisedDay], lost: Mapping[dt.date, OpeningException]
) -> list[Item]:
    """All items to the stage's last day, in order; those that are over have an outcome, but for one that waits."""
    items: list[Item] = []
    for year in stage.years:
        items += _hosted(square, stage, year, promised, lost)
        items += _standing(square, stage, year, promised, lost)
        items += _singles(square, stage, year, promised)
    items += _extra_today(square, stage, promised, items)
    items = [item for item in items if item.date <= stage.last]
    items.sort(key=lambda item: (item.starts_at, item.title))
    return _with_one_waiting(items, stage.today)


def _with_one_waiting(items: list[Item], today: dt.date) -> list[Item]:
    """The newest item of this year before today has not been told of: an activity if there is one, else a standing."""
    told = [
        item
        for item in items
        if today - DAYS_FOR_OUTCOMES * ONE_DAY <= item.date < today and item.took_place and not item.highlight
    ]
    hosted = [item for item in told if item.kind == Kind.ACTIVITY and item.date.year == today.year]
    standing = [item for item in told if item.kind == Kind.ACTIVATION]
    waits = (hosted or standing)[-1:]
    return [replace(item, outcome=Outcome.PLANNED, reason="", note="") if item in waits else item for item in items]


def _hosted(
    square: Square,
    stage: Stage,
    year: int,
    promised: Mapping[dt.date, PromisedDay],
    lost: Mapping[dt.date, OpeningException],
) -> list[Item]:
    """The year's activities: as many as the volumes say take place, and as many fall away."""
    random = stage.random(f"activities {year}")
    weekly = [each for each in square.weekly if each.kind == Kind.ACTIVITY]
    pool = [(number, day) for number, each in enumerate(weekly) for day in _rhythm_days(each, year) if day in promised]
    hit = [one for one in pool if one[1] in lost]
    free = [one for one in pool if one[1] not in lost]
    cancelled = max(0, square.volumes.activities_cancelled - len(hit))
    kept = sorted(random.sample(free, square.volumes.activities + cancelled))
    fallen = set(random.sample(kept, cancelled))
    changed = set(random.sample([one for one in kept if one not in fallen], CHANGED_ACTIVITIES))
    items = []
    for number, each in enumerate(weekly):
        days = [day for owner, day in [*hit, *kept] if owner == number]
        for item in _series_items(square, stage, each, year, days):
            one = (number, item.date)
            if item.date > stage.today:
                items.append(item)
            elif item.date in lost:
                items.append(_lost(item, lost[item.date]))
            elif one in fallen:
                items.append(_so_far(stage, _told(item, Outcome.CANCELLED, *random.choice(CANCELLED))))
            elif one in changed:
                items.append(_so_far(stage, _told(item, Outcome.CHANGED, *random.choice(CHANGED))))
            else:
                items.append(_so_far(stage, _held(item, random)))
    return items


def _standing(
    square: Square,
    stage: Stage,
    year: int,
    promised: Mapping[dt.date, PromisedDay],
    lost: Mapping[dt.date, OpeningException],
) -> list[Item]:
    """The year's activations, on each promised day of their window."""
    random = stage.random(f"activations {year}")
    items = []
    for each in (each for each in square.weekly if each.kind == Kind.ACTIVATION):
        days = [day for day in _rhythm_days(each, year) if day in promised]
        for item in _series_items(square, stage, each, year, days):
            if item.date > stage.today:
                items.append(item)
            elif item.date in lost:
                items.append(_lost(item, lost[item.date]))
            elif random.random() < 0.01:  # noqa: PLR2004  about three days a year
                items.append(_so_far(stage, _told(item, Outcome.CANCELLED, Reason.WEATHER, "Ösregn hela dagen.")))
            else:
                items.append(_so_far(stage, _told(item, Outcome.HELD)))
    return items


def _singles(square: Square, stage: Stage, year: int, promised: Collection[dt.date]) -> list[Item]:
    """The year's events and exhibitions; lost days have been kept away from them."""
    random = stage.random(f"events {year}")
    events = [number for number, each in enumerate(square.singles) if each.days == 1 and not each.highlight]
    fallen = set(random.sample(events, square.volumes.events_cancelled))
    changed = set(random.sample([number for number in events if number not in fallen], CHANGED_EVENTS))
    items = []
    for number, single in enumerate(square.singles):
        item = _single(square, single, _next_promised(single.when(year), promised))
        if item.ends_at.date() > stage.today:
            items.append(item)
        elif number in fallen:
            items.append(_so_far(stage, _told(item, Outcome.CANCELLED, *random.choice(CANCELLED[:3]))))
        elif number in changed:
            items.append(_so_far(stage, _told(item, Outcome.CHANGED, *random.choice(CHANGED))))
        else:
            items.append(_so_far(stage, _held(item, random)))
    return items


def _single(square: Square, single: Single, day: dt.date) -> Item:
    starts_at, _ = wall_times([day], single.starts, single.ends)[0]
    _, ends_at = wall_times([day + (single.days - 1) * ONE_DAY], single.starts, single.ends)[0]
    return Item(
        title=single.title,
        kind=Kind.EVENT if single.days == 1 else Kind.EXHIBITION,
        date=day,
        starts_at=starts_at,
        ends_at=ends_at,
        expected=single.expected,
        crowd=single.crowd,
        zone=single.zone or square.zones[0].name,
        partner=single.partner,
        highlight=single.highlight,
    )


def _series_items(square: Square, stage: Stage, weekly: Weekly, year: int, days: Collection[dt.date]) -> Iterator[Item]:
    """The items of one weekly window; dates of its rhythm that are not among `days` are left out of the series."""
    window = [day for day in _rhythm_days(weekly, year) if day <= stage.last]
    wanted = sorted(day for day in days if day <= stage.last)
    if not wanted:
        return
    last = min(_last_of(weekly, year), stage.last)
    plan = SeriesPlan(weekly, dt.date(year, *weekly.first), last, frozenset(window) - frozenset(wanted))
    times = wall_times(wanted, weekly.starts, weekly.ends)
    for day, (starts_at, ends_at) in zip(wanted, times, strict=True):
        zone = weekly.zone or square.zones[0].name
        yield Item(
            weekly.title,
            weekly.kind,
            day,
            starts_at,
            ends_at,
            weekly.expected,
            weekly.crowd,
            zone,
            weekly.partner,
            plan,
        )


def _extra_today(square: Square, stage: Stage, promised: Collection[dt.date], items: Iterable[Item]) -> Iterator[Item]:
    """Two activities of the square's own, so that an open today has a programme whatever weekday it is."""
    if stage.today not in promised:
        return
    known = {item.title for item in items if item.date == stage.today}
    own: dict[str, Weekly] = {each.title: each for each in square.weekly if each.kind == Kind.ACTIVITY}
    for weekly in list(own.values())[:2]:
        if weekly.title not in known:
            (starts_at, ends_at) = wall_times([stage.today], weekly.starts, weekly.ends)[0]
            item = Item(
                weekly.title,
                weekly.kind,
                stage.today,
                starts_at,
                ends_at,
                weekly.expected,
                weekly.crowd,
                weekly.zone or square.zones[0].name,
                weekly.partner,
            )
            yield _so_far(stage, _told(item, Outcome.HELD))


def _rhythm_days(weekly: Weekly, year: int) -> list[dt.date]:
    first, last = dt.date(year, *weekly.first), _last_of(weekly, year)
    return dates(Rhythm(first, last, frozenset(weekly.weekdays), weekly.every_weeks))


def _last_of(weekly: Weekly, year: int) -> dt.date:
    return dt.date(year, *weekly.before) - ONE_DAY


def _next_promised(day: dt.date, promised: Collection[dt.date]) -> dt.date:
    while day not in promised:
        day += ONE_DAY
    return day


def _held(item: Item, random: Random) -> Item:
    return _told(item, Outcome.HELD, note=random.choice(HELD) if random.random() < SOME_NOTED else "")


def _lost(item: Item, loss: OpeningException) -> Item:
    return _told(item, Outcome.CANCELLED, REASON_OF_LOSS.get(loss.reason, Reason.OTHER), loss.note)


def _so_far(stage: Stage, item: Item) -> Item:
    """What is not over is still only planned."""
    return item if stage.is_told(item.ends_at) else _told(item, Outcome.PLANNED)


def _told(item: Item, outcome: str, reason: str = "", note: str = "") -> Item:
    return replace(item, outcome=outcome, reason=reason, note=note)
