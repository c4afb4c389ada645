"""The annual wheel as a list, and its seasons."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.actions import save_season
from activities.forms import ProgrammeFilter, SeasonForm
from activities.queries import planned_against_held_by_season, programme_by_week
from activities.shown import Shown
from activities.versions import two_versions
from activities.views import may, season_address, undo_tag
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


@transaction.atomic
def season_update(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    # Nobody else changes or publishes it while this one is being saved.
    season = get_object_or_404(place.seasons.select_for_update(), pk=pk)
    return _edit_season(request, place, SeasonForm(place, request.POST or None, instance=season))


def _edit_season(request: SignedInRequest, place: Place, form: SeasonForm) -> HttpResponse:
    versions = two_versions(form)
    if form.is_valid() and not versions:
        season = form.instance
        undo = save_season(season=season, by=request.user)
        said = _("%(season)s is saved.") % {"season": capfirst(str(season))}
        messages.success(request, said, extra_tags=undo_tag(place, undo))
        return redirect(season_address(place, season))
    context = {"place": place, "form": form, "season": form.stored or form.instance, "versions": versions}
    return render(request, "activities/season_form.html", context)
