"""What the hosts wrote down: what needed care, and what people said."""

import datetime as dt
from dataclasses import dataclass

from activities.models import Voice
from activities.records.queries import care_figures
from places.models import Place
from places.periods import Period

# Voices are examples, and a page of them would read as a measurement.
MOST_VOICES = 6


@dataclass(frozen=True)
class CareRow:
    """Care cases of one category."""

    category: str
    opened: int
    fixed: int
    open_at_end: int


@dataclass(frozen=True)
class Care:
    """Cases seen in the period, mended in it, and not mended when it ended; the median is of those mended."""

    opened: int
    fixed: int
    open_at_end: int
    median_days: float | None
    rows: tuple[CareRow, ...]


@dataclass(frozen=True)
class Quote:
    """What somebody said, with their consent and without their name."""

    text: str
    date: dt.date
    channel: str


def gather_care(place: Place, period: Period) -> Care | None:
    found = care_figures(place, period)
    if not found.opened and not found.fixed and not found.open_at_end:
        return None
    rows = tuple(CareRow(one.category, one.opened, one.fixed, one.open_at_end) for one in found.by_category)
    return Care(found.opened, found.fixed, found.open_at_end, found.median_days_to_fix, rows)


def gather_voices(place: Place, period: Period) -> tuple[Quote, ...]:
    """The latest that may be used, whatever they say; each word for word once."""
    said = Voice.objects.filter(place=place).for_reports().during(period).order_by("-date", "-pk")
    latest: dict[str, Quote] = {}
    for one in said:
        latest.setdefault(one.quote, Quote(one.quote, one.date, one.channel))
    return tuple(latest.values())[:MOST_VOICES]
