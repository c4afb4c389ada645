"""The annual wheel as a list, and its seasons."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.forms import ProgrammeFilter, SeasonForm
from activities.models import Season
from activities.queries import planned_against_held_by_season, programme_by_week
from activities.shown import Shown
from activities.views import may
from places.access import May, SignedInRequest, open_place
from places.models import Place


def programme(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    shown = Shown.asked(request.GET, timezone.localdate())
    filters = ProgrammeFilter(request.GET)
    kind = filters.cleaned_data["kind"] if filters.is_valid() else ""
    context = {
        "place": place,
        "shown": shown,
        "kind": kind,
        "filters": filters,
        "season": place.seasons.filter(year=shown.year, name=shown.season).first(),
        "weeks": programme_by_week(place, shown.month, kind),
        "results": planned_against_held_by_season(place, shown.year),
        "may": may(request, place),
    }
    return render(request, "activities/programme.html", context)


def season_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    initial = {"year": request.GET.get("year"), "name": request.GET.get("season")}
    return _edit_season(request, place, SeasonForm(place, request.POST or None, initial=initial))


def season_update(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    season = get_object_or_404(place.seasons, pk=pk)
    return _edit_season(request, place, SeasonForm(place, request.POST or None, instance=season))


def _edit_season(request: SignedInRequest, place: Place, form: SeasonForm) -> HttpResponse:
    if form.is_valid():
        season = form.save()
        messages.success(request, _("%(season)s is saved.") % {"season": capfirst(str(season))})
        return redirect(_season_address(season))
    return render(request, "activities/season_form.html", {"place": place, "form": form, "season": form.instance})


def _season_address(season: Season) -> str:
    return f"{reverse('activities:programme', args=[season.place.slug])}?year={season.year}&season={season.name}"
