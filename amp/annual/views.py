"""The wheel's page, with its twin the list beside it, and the wheel on paper."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise

from activities.models import Occurrence
from activities.queries import planned_against_held_by_season
from activities.shown import Shown
from activities.wheel import Calendar, Item, Ring, Wheel, draw
from amp.annual.asked import Asked
from amp.annual.gather import RING_WORDS, Entry, Year, gather, words
from measurements.models import Measure
from places.access import May, SignedInRequest, open_place, rights
from places.models import Place
from places.periods import Kind, Period


@dataclass(frozen=True)
class RingButton:
    """Turns a ring on or off. Its pictogram is a circle as wide as the ring is, in 24 units."""

    ring: Ring
    word: Promise
    count: int
    on: bool

    @property
    def radius(self) -> float:
        return {ring: 9.5 - 1.5 * number for number, ring in enumerate(Ring)}[self.ring]


@dataclass(frozen=True)
class Card:
    """The one item that is chosen, told of in full."""

    entry: Entry
    # None for what is not an occurrence: a stretch of many, an occasion, a date of the contract.
    occurrence: Occurrence | None
    # How many took part where this is copied from; None where it is not, or nobody counted.
    before: int | None
    # Others of the same ring in the same week.
    beside: list[Entry]


def wheel(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    today = timezone.localdate()
    asked = Asked.of(request.GET, today)
    held = rights(request.user, place)
    year = gather(place, asked.year, today=today, held=held)
    card = card_of(place, year, asked.item)
    if card:
        asked = asked.showing(max(card.entry.item.first, dt.date(asked.year, 1, 1)))
    drawing = drawing_of(year, off=asked.off, chosen=asked.item)
    context = {
        "place": place,
        "asked": asked,
        "year": asked.year,
        "today": today,
        "wheel": drawing,
        "buttons": [RingButton(ring, RING_WORDS[ring], year.counts[ring], ring not in asked.off) for ring in Ring],
        "weeks": year.weeks(asked.period, asked.off),
        "card": card,
        "is_empty": year.is_empty,
        "keys": keys_of(year, drawing, asked.off),
        "results": planned_against_held_by_season(place, asked.year),
        "season": place.seasons.filter(year=asked.year, name=_season(asked, today)).first(),
        "shown": Shown.asked({"year": str(asked.year), "season": _season(asked, today)}, today),
        "may": {"plan": May.PLAN in held, "log": May.LOG in held},
    }
    return render(request, "amp/wheel.html", context)


def drawing_of(year: Year, *, off: frozenset[Ring] = frozenset(), chosen: str = "") -> Wheel:
    calendar: Calendar = year.calendar
    return draw(year.year, year.items, calendar=calendar, words=words(), today=year.today, off=off, chosen=chosen)


def card_of(place: Place, year: Year, key: str) -> Card | None:
    """None when nothing is chosen, or nothing that the year has. Costs at most two queries."""
    entry = year.entry(key)
    if entry is None:
        return None
    occurrence = None
    if entry.occurrence and entry.days <= 1:
        occurrence = Occurrence.objects.with_names().filter(place=place, pk=entry.occurrence).first()
    return Card(entry, occurrence, _before(place, occurrence), _beside(year, entry))


def _before(place: Place, occurrence: Occurrence | None) -> int | None:
    if occurrence is None or occurrence.copied_from_id is None:
        return None
    counted = place.headcounts.of(Measure.PARTICIPATING).collected().filter(occurrence=occurrence.copied_from_id)
    return counted.values_list("people", flat=True).first()


def _beside(year: Year, entry: Entry) -> list[Entry]:
    week = Period.containing(entry.item.first, Kind.WEEK)
    return [
        one
        for one in year.entries
        if one is not entry and one.item.ring == entry.item.ring and one.item.first in week and not one.lasts
    ]


def keys_of(year: Year, drawing: Wheel, off: frozenset[Ring]) -> dict[str, Any]:
    """What the arrow keys walk through: rings, weeks, and the items in each."""
    weeks = _week_places(year.year, drawing)
    rings = [ring for ring in Ring if ring not in off]
    return {
        "rings": [
            {"name": str(RING_WORDS[one.ring]), "outer": one.bed.outer, "inner": one.bed.inner}
            for one in drawing.rings
            if one.ring in rings
        ],
        "weeks": [
            {"number": one.number, "first": round(one.first, 3), "last": round(one.last, 3)} for one in drawing.weeks
        ],
        "now": next((place for place, one in enumerate(drawing.weeks) if one.is_now), 0),
        "items": [_walked(one, rings, weeks) for one in year.entries if one.item.ring in rings],
    }


def _walked(entry: Entry, rings: list[Ring], weeks: dict[tuple[int, int], int]) -> list[object]:
    """Key, ring, first and last week, title: short, for a full year has two thousand."""
    item = entry.item
    return [item.key, rings.index(item.ring), *_weeks_of(item, weeks), item.title]


def _weeks_of(item: Item, weeks: dict[tuple[int, int], int]) -> tuple[int, int]:
    """Days before the year's first week count to it, and days after its last to that."""
    ends = [day.isocalendar()[:2] for day in (item.first, item.last)]
    first, last = (weeks.get(end, 0 if end < min(weeks) else len(weeks) - 1) for end in ends)
    return first, last


def _week_places(year: int, drawing: Wheel) -> dict[tuple[int, int], int]:
    return {(year, one.number): place for place, one in enumerate(drawing.weeks)}


def _season(asked: Asked, today: dt.date) -> str:
    """The season of the month that is listed."""
    day = asked.period.first if asked.month else (today if today.year == asked.year else asked.period.first)
    return {0: "winter", 1: "spring", 2: "summer", 3: "autumn"}[day.month % 12 // 3]
