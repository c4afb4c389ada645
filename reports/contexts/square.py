"""What the hosts wrote down: what needed care, what people said, and photos."""

import datetime as dt
from dataclasses import dataclass

from activities.models import CareCase, Occurrence, Photo, Voice
from activities.records.queries import care_figures
from places.models import Place
from places.periods import Period
from reports import pictures

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
class Picture:
    """A photo: what it shows, of what (a title, or a care category) and when; `sha256` is of the edition's own copy."""

    photo: int
    alt: str
    title: str
    category: str
    date: dt.date
    width: int
    height: int
    sha256: str


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


def gather_pictures(place: Place, period: Period) -> tuple[Picture, ...]:
    return tuple(_picture(photo) for photo in pictures.chosen(place, period))


def _picture(photo: Photo) -> Picture:
    copy, subject = pictures.copied(photo.file.name), photo.subject
    return Picture(
        photo=photo.pk,
        alt=photo.alt,
        title=subject.title if isinstance(subject, Occurrence) else "",
        category=subject.category if isinstance(subject, CareCase) else "",
        date=subject.seen_on if isinstance(subject, CareCase) else subject.date,
        width=copy.width,
        height=copy.height,
        sha256=copy.sha256,
    )
