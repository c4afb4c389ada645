"""A season is published, or made a draft again; and what changed in it since."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.programme.changelog import lines_of, lines_with_people
from activities.programme.queries import contents_of
from activities.publishing import Published, changes_since, publish_season, take_back_publication
from activities.warnings import open_warnings
from places.access import May, SignedInRequest, open_place, rights

A_PAGE = 50
# Enough to see what sort they are; all of them have a page of their own.
WARNINGS_SHOWN = 8


def season_publish(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """What everyone will see, to look through before it is sent out."""
    place = open_place(request.user, slug, May.PLAN)
    season = get_object_or_404(place.seasons, pk=pk)
    if request.method == "POST":
        publish_season(season=season, by=request.user)
        messages.success(request, _("%(season)s is published.") % {"season": capfirst(str(season))})
        return redirect("activities:season_changes", place.slug, pk)
    unlikely = [one for one in open_warnings(place, timezone.localdate()) if one.day in season.period]
    context = {
        "place": place,
        "season": season,
        "contents": contents_of(season),
        "warnings": unlikely[:WARNINGS_SHOWN],
        "more_warnings": max(0, len(unlikely) - WARNINGS_SHOWN),
    }
    return render(request, "activities/season_publish.html", context)


def season_take_back(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Never by the way: a page of its own says what will be gone."""
    place = open_place(request.user, slug, May.PLAN)
    season = get_object_or_404(place.seasons, pk=pk)
    if request.method == "POST":
        take_back_publication(season=season, by=request.user)
        messages.success(request, _("%(season)s is a draft again.") % {"season": capfirst(str(season))})
        return redirect("activities:season_update", place.slug, pk)
    return render(request, "activities/season_take_back.html", {"place": place, "season": season})


def season_changes(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    season = get_object_or_404(place.seasons.select_related("published_by"), pk=pk)
    lines = lines_of(changes_since(Published.by([season])))
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": place,
        "season": season,
        "page": page,
        "changes": lines_with_people(list(page)),
        "may_plan": May.PLAN in rights(request.user, place),
    }
    return render(request, "activities/season_changes.html", context)
