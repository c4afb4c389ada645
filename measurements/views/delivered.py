"""What became of the plan of any period: planned against delivered, kind by kind, with the reasons."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from activities.models import Kind
from activities.queries import (
    Exceptional,
    KindResult,
    ReasonCount,
    cancellations,
    cancelled_occurrences,
    changed_occurrences,
    changes,
    planned_against_held,
)
from measurements.queries import ParticipatingFigure, participating_by_kind
from places.access import May, SignedInRequest, open_place
from places.periods import Kind as PeriodKind
from places.periods import Period

STRETCHES = {
    PeriodKind.MONTH: gettext_lazy("Month"),
    PeriodKind.SEASON: gettext_lazy("Season"),
    PeriodKind.QUARTER: gettext_lazy("Quarter"),
    PeriodKind.YEAR: pgettext_lazy("period", "Year"),
}
# In the list below the sums; the sums hold all.
MOST_LISTED = 60


@dataclass(frozen=True)
class KindRow:
    """One kind's plan, what came of it, and how many came."""

    result: KindResult
    visits: ParticipatingFigure

    @property
    def share(self) -> float | None:
        """Taken place of what should have by now; None where nothing should."""
        due = self.result.planned - self.result.ahead
        return self.result.took_place / due if due else None

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """Of its bar: name, where it begins and how wide it is, in per cent of the planned."""
        found, start = [], 0.0
        for name in ("held", "changed", "cancelled", "awaiting", "ahead"):
            width = 100 * getattr(self.result, name) / self.result.planned if self.result.planned else 0
            found.append((name, round(start, 2), round(width, 2)))
            start += width
        return [part for part in found if part[2]]


@dataclass(frozen=True)
class ReasonRow:
    """One reason, and how often it was given of each kind; in the kinds' usual order."""

    label: str
    cancelled: tuple[int, ...]
    changed: tuple[int, ...]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        return list(zip(self.cancelled, self.changed, strict=True))


def delivered(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    today = timezone.localdate()
    period = _asked(request.GET.get("period", ""), today)
    visits = participating_by_kind(place, period)
    results = planned_against_held(place, period)
    listed = _in_order(
        [
            *(("cancelled", one) for one in cancelled_occurrences(place, period)),
            *(("changed", one) for one in changed_occurrences(place, period)),
        ]
    )
    context = {
        "place": place,
        "period": period,
        "stretches": [
            (kind == period.kind, words, _stretch(period, kind, today).code) for kind, words in STRETCHES.items()
        ],
        "rows": [KindRow(result, visits[result.kind]) for result in results],
        "finding": _finding(results),
        "kinds": [capfirst(kind.label) for kind in Kind],
        "reasons": _reasons(cancellations(place, period), changes(place, period)),
        "listed": listed[:MOST_LISTED],
        "left": max(0, len(listed) - MOST_LISTED),
    }
    return render(request, "measurements/delivered.html", context)


def _asked(code: str, today: dt.date) -> Period:
    """The period asked for; this quarter for nonsense and for what is not one of the four."""
    try:
        period = Period.parse(code)
    except ValueError:
        return Period.containing(today, PeriodKind.QUARTER)
    return period if period.kind in STRETCHES else Period.containing(period.last, PeriodKind.QUARTER)


def _stretch(period: Period, kind: PeriodKind, today: dt.date) -> Period:
    """Of another length and about the same time: today's where the period holds today, else its last."""
    return Period.containing(today if today in period else period.last, kind)


def _finding(results: Iterable[KindResult]) -> str:
    """The kinds apart, those that had anything to hold."""
    told = [
        _("%(kind)s %(held)s of %(due)s")
        % {"kind": result.label, "held": result.took_place, "due": result.planned - result.ahead}
        for result in results
        if result.planned - result.ahead
    ]
    return _("Delivered: %(kinds)s") % {"kinds": ", ".join(told)} if told else _("Nothing was to take place yet")


def _reasons(cancelled: Iterable[ReasonCount], changed: Iterable[ReasonCount]) -> list[ReasonRow]:
    """The commonest first, cancelled and changed together."""
    both = [list(cancelled), list(changed)]
    labels = {row.reason: row.reason_label for rows in both for row in rows}
    found = []
    for reason, label in labels.items():
        counts = [
            tuple(sum(row.count for row in rows if (row.reason, row.kind) == (reason, kind)) for kind in Kind.values)
            for rows in both
        ]
        found.append(ReasonRow(label, *counts))
    return sorted(found, key=lambda row: (-sum(row.cancelled) - sum(row.changed), row.label))


def _in_order(rows: list[tuple[str, Exceptional]]) -> list[tuple[str, Exceptional]]:
    return sorted(rows, key=lambda pair: (pair[1].date, pair[1].title))
