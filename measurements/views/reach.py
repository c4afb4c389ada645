"""Whom the plan of a season is expected to reach."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from activities.models import Kind, Season
from measurements import reach as arithmetic
from measurements.models import Gender
from measurements.queries.reach import Reach, expected_reach
from measurements.reach import Basis, Expected, ItemForecast
from measurements.reach_drawing import pyramid
from places.access import May, SignedInRequest, open_place, rights
from places.models import Place
from places.periods import Kind as PeriodKind
from places.periods import Period

# This season and the three that follow.
SEASONS_AHEAD = 3

BASES = {
    Basis.OWN_SEASON: gettext_lazy("its own counts, the same season"),
    Basis.OWN: gettext_lazy("its own counts, all seasons"),
    Basis.OWN_FEW: gettext_lazy("its own few counts, the spread of its kind"),
    Basis.KIND_SEASON: gettext_lazy("others of its kind, the same season"),
    Basis.KIND: gettext_lazy("others of its kind"),
    Basis.NONE: gettext_lazy("too little counted"),
}


def reach(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    seasons = _seasons_ahead()
    chosen = next((season for season in seasons if season.code == request.GET.get("season")), seasons[1])
    found = expected_reach(place, chosen)
    context = {
        "place": place,
        "seasons": [(season, _season_words(season)) for season in seasons],
        "chosen": chosen,
        "found": found,
        "forecast": found.forecast,
        "pyramid": pyramid(found.forecast),
        "rows": [_item(one, found) for one in found.forecast.items],
        "columns": [cell_label(cell) for cell in _columns(found)],
        "groups": _groups(found),
        "missing": [(cell_label(one.cell), one, [_by(row, found) for row in one.by]) for one in found.missing],
        "fewest": arithmetic.FEWEST_COUNTS,
        "copy_address": _copy_address(place, chosen) if May.PLAN in rights(request.user, place) else "",
    }
    return render(request, "measurements/reach.html", context)


def _copy_address(place: Place, season: Period) -> str:
    """To the same season of the year before, to be copied into this one."""
    query = urlencode({"period": season.a_year_before().code, "to": season.last.year})
    return f"{reverse('measurements:copy_plan', args=[place.slug])}?{query}"


def _seasons_ahead() -> list[Period]:
    seasons = [Period.containing(timezone.localdate(), PeriodKind.SEASON)]
    for _number in range(SEASONS_AHEAD):
        seasons.append(seasons[-1].next())
    return seasons


def _season_words(season: Period) -> str:
    name = next(name for name in Season.Name if Period.season(season.last.year, name) == season)
    return capfirst(f"{name.label} {season.last.year}")


def cell_label(cell: arithmetic.Group) -> str:
    """Woman/girl 15–24; not classified for None."""
    if not isinstance(cell, tuple):
        return str(Gender.NOT_CLASSIFIED.label)
    gender, band = cell
    return f"{Gender(gender).label} {band or ''}".strip()


def _columns(found: Reach) -> list[arithmetic.Group]:
    """Women, men, others, each by age, and last those not classified."""
    return sorted(found.forecast.groups, key=_order)


def _order(cell: arithmetic.Group) -> tuple[int, int]:
    if not isinstance(cell, tuple):
        return (len(Gender.values), 0)
    gender, band = cell
    return gender, band.first if band else 0


def _item(one: ItemForecast, found: Reach) -> dict[str, Any]:
    return {
        "title": found.history.titles[one.planned.key],
        "kind": one.planned.kind,
        "kind_label": Kind(one.planned.kind).label,
        "times": one.planned.times,
        "visits": one.visits,
        "basis": BASES[one.basis],
        "counts": one.counts,
        "groups": [one.groups.get(cell) for cell in _columns(found)],
        "told": bool(one.groups),
    }


def _groups(found: Reach) -> list[dict[str, Any]]:
    """The chart's twin: each group with visits, shares and index."""
    forecast = found.forecast
    return [
        {
            "label": cell_label(cell),
            "visits": forecast.groups[cell],
            "index": forecast.index.get(cell),
            "share": _share(cell, forecast.groups, forecast.judged),
            "there": forecast.there.get(cell),
        }
        for cell in _columns(found)
    ]


def _share(cell: arithmetic.Group, groups: Mapping[arithmetic.Group, Expected], judged: float) -> float | None:
    return groups[cell].value / judged if cell is not None and judged else None


def _by(row: arithmetic.Reached, found: Reach) -> dict[str, Any]:
    return {"title": found.history.titles[row.key], "kind": row.kind, "row": row}
