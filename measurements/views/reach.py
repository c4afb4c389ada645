"""Whom the plan of a season is expected to reach."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.models import Kind, Season
from measurements import reach as arithmetic
from measurements.models import Gender
from measurements.queries.aims import Prospect, Why
from measurements.queries.reach import MissingGroup, Reach, expected_reach
from measurements.reach import Basis, Expected, ItemForecast, Outlook
from measurements.reach_drawing import bars, pyramid
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

# The chip of each outlook, and why there is no better word.
CHIPS = {
    Outlook.MET: "will_be_met",
    Outlook.WITHIN_MARGIN: "same",
    Outlook.BELOW: "clearly_below",
    Outlook.CANNOT_JUDGE: "unknown",
}
WHY = {
    Why.TOO_LITTLE: gettext_lazy("Too little of what is planned has been counted by gender and age."),
    Why.AGES: gettext_lazy("Counts and population are not both divided at these ages."),
    Why.NO_POPULATION: gettext_lazy("The group's share of the population is not known here."),
}


def reach(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    seasons = _seasons_ahead()
    chosen = next((season for season in seasons if season.code == request.GET.get("season")), seasons[1])
    found = expected_reach(place, chosen)
    held = rights(request.user, place)
    aims = _single_aims(found.prospects)
    context = {
        "place": place,
        "seasons": [(season, _season_words(season)) for season in seasons],
        "chosen": chosen,
        "found": found,
        "forecast": found.forecast,
        "year": chosen.last.year,
        "finding": finding(found.prospects),
        "prospects": [_prospect(*pair) for pair in zip(found.prospects, bars(found.prospects), strict=True)],
        "may_measure": May.MEASURE in held,
        "pyramid": pyramid(found.forecast, aims),
        "has_aims": bool(aims),
        "furthest": "" if found.furthest is None else cell_label(found.furthest),
        "rows": [_item(one, found) for one in found.forecast.items],
        "columns": [cell_label(cell) for cell in _columns(found)],
        "groups": _groups(found),
        "missing": [
            {"label": _group_label(one), "group": one, "by": [_by(row, found) for row in one.by]}
            for one in found.missing
        ],
        "fewest": arithmetic.FEWEST_COUNTS,
        "copy_address": _copy_address(place, chosen) if May.PLAN in held else "",
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


def finding(expected: Sequence[Prospect]) -> str:
    """The representation targets in one line: what is clearly missed before what is met."""
    number = Counter(one.outlook for one in expected)
    counts = {"all": len(expected), "met": number[Outlook.MET], "below": number[Outlook.BELOW]}
    if number[Outlook.BELOW] == 1:
        group = next(one.target.group_words for one in expected if one.outlook == Outlook.BELOW)
        return _("Clearly below the target: %(group)s") % {"group": group}
    if number[Outlook.BELOW]:
        return _("%(below)s of %(all)s groups are clearly below their targets") % counts
    if number[Outlook.MET]:
        return ngettext("The target will be met", "%(met)s of %(all)s targets will be met", len(expected)) % counts
    if number[Outlook.WITHIN_MARGIN]:
        return _("No target is clearly met or missed")
    return (
        ngettext("The target cannot be judged yet", "None of the %(all)s targets can be judged yet", len(expected))
        % counts
    )


def _prospect(one: Prospect, bar: object) -> dict[str, Any]:
    return {
        "label": capfirst(one.target.group_words),
        "one": one,
        "bar": bar,
        "chip": CHIPS[one.outlook],
        "why": WHY[one.why] if one.why else "",
    }


def _single_aims(expected: Sequence[Prospect]) -> dict[arithmetic.Group, float]:
    """The least shares of the groups that the pyramid has a bar for."""
    return {
        next(iter(one.groups)): one.aim.least
        for one in expected
        if one.groups is not None and len(one.groups) == 1 and one.aim.least is not None
    }


def _group_label(one: MissingGroup) -> str:
    return one.target.group_words if one.target else cell_label(next(iter(one.groups)))


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
