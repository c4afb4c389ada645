"""What care cases, voices and partners tell over a period."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from django.db.models import Count, Max, Q, QuerySet

from activities.models import CareCase, Occurrence, Partner
from places.models import Place
from places.periods import Period

TOOK_PLACE = Q(occurrences__outcome__in=[Occurrence.Outcome.HELD, Occurrence.Outcome.CHANGED])


@dataclass(frozen=True)
class CareCategory:
    """So many cases of one category."""

    category: str
    opened: int
    fixed: int
    open_at_end: int

    @property
    def label(self) -> str:
        return str(CareCase.Category(self.category).label)


@dataclass(frozen=True)
class CareFigures:
    """Cases seen in the period, mended in it, and not mended by its end. Reported but not mended is still open."""

    opened: int
    fixed: int
    open_at_end: int
    # From seen to mended, over the cases mended in the period; None when there are none.
    median_days_to_fix: float | None
    # All categories, in their usual order.
    by_category: list[CareCategory]


def care_figures(place: Place, period: Period) -> CareFigures:
    """Costs one query; reads the cases that were open at some time in the period, and no older ones."""
    rows = place.care_cases.kept().concerning(period).order_by().values_list("category", "seen_on", "fixed_on")
    cases = list(rows)
    days = [(fixed - seen).days for _category, seen, fixed in cases if fixed and fixed in period]
    by_category = [_category(name, period, cases) for name in CareCase.Category.values]
    return CareFigures(
        opened=sum(one.opened for one in by_category),
        fixed=sum(one.fixed for one in by_category),
        open_at_end=sum(one.open_at_end for one in by_category),
        median_days_to_fix=float(median(days)) if days else None,
        by_category=by_category,
    )


def _category(name: str, period: Period, cases: Sequence[tuple[str, dt.date, dt.date | None]]) -> CareCategory:
    own = [(seen, fixed) for category, seen, fixed in cases if category == name]
    return CareCategory(
        category=name,
        opened=sum(seen in period for seen, _fixed in own),
        fixed=sum(fixed is not None and fixed in period for _seen, fixed in own),
        open_at_end=sum(fixed is None or fixed > period.last for _seen, fixed in own),
    )


def partners_over(place: Place, period: Period) -> "QuerySet[Partner]":
    """All partners by name, with how many times each took part in the period, and when last."""
    within = TOOK_PLACE & Q(occurrences__date__range=(period.first, period.last))
    return place.partners.order_by("name").annotate(
        times=Count("occurrences", filter=within), latest=Max("occurrences__date", filter=within)
    )
