"""The wheel on paper: one sheet A3 across, readable without colour, with the year's list by quarter beside it."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from activities.wheel import Ring, State
from amp.annual.asked import Asked
from amp.annual.gather import RING_WORDS, Entry, Year, gather
from amp.annual.views import drawing_of
from places.access import May, SignedInRequest, open_place, rights
from places.periods import Period
from reports import pdf
from reports.faces.cells import to_data

EDITION_DIGITS = 8


@dataclass(frozen=True)
class Row:
    """A line of the paper's list; activities of one name are told in one."""

    entry: Entry
    first: dt.date
    last: dt.date
    times: int = 1
    cancelled: int = 0

    @property
    def is_off(self) -> bool:
        return self.cancelled == self.times


@dataclass(frozen=True)
class Quarter:
    """Three months of the list."""

    period: Period
    rows: list[Row]


def wheel_print(request: SignedInRequest, slug: str) -> HttpResponse:
    """Made while one waits: a full year takes two seconds."""
    place = open_place(request.user, slug, May.READ)
    today = timezone.localdate()
    asked = Asked.of(request.GET, today)
    year = gather(place, asked.year, today=today, held=rights(request.user, place))
    html = sheet(year, language=str(get_language()))
    response = HttpResponse(pdf.render(html, language=str(get_language())), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{place.slug}-{asked.year}.pdf"'
    return response


def sheet(year: Year, *, language: str) -> str:
    """The page that becomes paper."""
    drawing = render_to_string("amp/pdf/_wheel.svg", {"wheel": drawing_of(year), "today": year.today})
    context = {
        "place": year.place,
        "year": year.year,
        "today": year.today,
        "language": language,
        "drawing": to_data(drawing),
        "counts": [(RING_WORDS[ring], year.counts[ring]) for ring in Ring],
        "quarters": quarters_of(year),
        "edition": edition_of(year),
    }
    return render_to_string("amp/pdf/wheel.html", context)


def edition_of(year: Year) -> str:
    """The same for the same plan, and another as soon as anything in it is."""
    written = "\n".join(repr(one) for one in year.entries)
    return hashlib.sha256(written.encode()).hexdigest()[:EDITION_DIGITS]


def quarters_of(year: Year) -> list[Quarter]:
    """All four; an item stands in the quarter that it begins in, or the first where it began before."""
    quarters = [Period.quarter(year.year, number) for number in (1, 2, 3, 4)]
    first = quarters[0].first
    return [
        Quarter(quarter, _rows([one for one in year.entries if max(one.item.first, first) in quarter]))
        for quarter in quarters
    ]


def _rows(entries: list[Entry]) -> list[Row]:
    activities = [one for one in entries if one.item.ring == Ring.ACTIVITY]
    rows = [_row([one]) for one in entries if one.item.ring != Ring.ACTIVITY]
    by_name = groupby(sorted(activities, key=lambda one: one.item.title), key=lambda one: one.item.title)
    rows += [_row(list(those)) for _title, those in by_name]
    return sorted(rows, key=lambda row: (row.first, row.entry.starts or dt.time.min, row.entry.number))


def _row(those: list[Entry]) -> Row:
    cancelled = sum(one.item.state == State.CANCELLED for one in those)
    return Row(those[0], those[0].item.first, those[-1].item.last, len(those), cancelled)
