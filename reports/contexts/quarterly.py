"""The whole report: gathered once, and frozen as text."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Self

from django.utils import translation

from measurements.queries import indicator as indicators
from places.models import Place
from places.periods import Period
from places.queries import last_day_over, opening_result_for, promised_between
from reports.contexts.money import Money, gather_money
from reports.contexts.opening import Opening, gather_opening
from reports.contexts.people import People, gather_people
from reports.contexts.programme import Plan, Programme, gather_plan, gather_programme
from reports.contexts.quality import Quality, gather_quality
from reports.contexts.square import Care, Picture, Quote, gather_care, gather_pictures, gather_voices

if TYPE_CHECKING:
    from cattrs.preconf.json import JsonConverter

DECIMALS = 6
# Editions of version 1 told of one contract alone, the one in force on the last day.
VERSION = 2


@dataclass(frozen=True)
class QuarterlyReport:
    """What the funders of a place are told about a quarter, a month or another period within one year."""

    place: str
    slug: str
    municipality: str
    operator: str
    is_demo: bool
    code: str
    as_of: dt.date
    opening: Opening
    opening_year: Opening
    programme: Programme
    people: People
    indicators: tuple[indicators.Comparison, ...]
    money: Money | None
    plan: Plan
    quality: Quality
    version: int = 1
    # None in editions made before cases were kept, and where nobody has written down any.
    care: Care | None = None
    voices: tuple[Quote, ...] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def period(self) -> Period:
        return Period.parse(self.code)

    @classmethod
    def gather(cls, place: Place, period: Period, *, today: dt.date) -> Self:
        """
        Everything the report shows. The cost does not grow with the place's history.

        A period under way is told up to `today`, with all that is known of it; but today is held to its promise, and
        missed in the counting, only once it is over. ValueError when the period has not begun. What comes back has
        been frozen and read, so that a report just gathered equals one published.
        """
        as_of = min(today, period.last)
        over = period.clipped(period.first, as_of)
        if over is None:
            message = f"{period.code} has not begun on {today}."
            raise ValueError(message)
        year = Period.between(dt.date(period.last.year, 1, 1), as_of)
        # Words belong to the edition's language and are put in when it is drawn.
        with translation.override(None):
            people = gather_people(place, period, over, year)
            opening = gather_opening(opening_result_for(place, over, today), promised_between(place, over))
            opening_year = gather_opening(opening_result_for(place, year, today))
            report = cls(
                place=place.name,
                slug=place.slug,
                municipality=place.municipality_name,
                operator=place.operator.name,
                is_demo=place.is_demo,
                code=period.code,
                as_of=as_of,
                opening=opening,
                opening_year=opening_year,
                programme=gather_programme(place, period, over, year),
                people=people,
                indicators=gather_indicators(place, over),
                money=gather_money(place, over, opening, opening_year, people.period.participating, today=today),
                plan=gather_plan(place, period.next()),
                quality=gather_quality(place, over, last_day_over(place, today)),
                care=gather_care(place, over),
                voices=gather_voices(place, over),
                pictures=gather_pictures(place, over),
                version=VERSION,
            )
        return cls.thaw(report.freeze())

    def freeze(self) -> str:
        """Canonical JSON: keys in order, dates ISO, money as text, floats to six decimals."""
        plain = _converter().unstructure(self)
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @classmethod
    def thaw(cls, text: str) -> Self:
        return _converter().structure(json.loads(text), cls)


def sha256_of(data: str | bytes) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


@cache
def _converter() -> "JsonConverter":
    from cattrs.preconf.json import make_converter  # builds a function per class, which only reports use

    converter = make_converter()
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda value, _type: Decimal(value))
    converter.register_unstructure_hook(float, lambda value: round(float(value), DECIMALS))
    return converter


def gather_indicators(place: Place, period: Period) -> tuple[indicators.Comparison, ...]:
    """In the order of their groups; those known only by a published change last."""
    groups = indicators.compare(place, year=period.last.year, until=period.last)
    return tuple(row for group in groups for row in group.rows)
