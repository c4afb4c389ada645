"""What is offered again and again."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from activities.actions import save_series
from activities.forms import SeriesForm
from activities.models import Series
from activities.versions import two_versions
from activities.views import may, undo_tag
from places.access import May, SignedInRequest, open_place
from places.history import history_of
from places.models import Place

OCCURRENCES_A_PAGE = 40


def series_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    initial = {"season": request.GET.get("season"), "every_weeks": 1, "responsible": request.user.pk}
    return _edit_series(request, place, SeriesForm(place, request.POST or None, initial=initial))


@transaction.atomic
def series_update(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    # Nobody else changes it while this one is being saved.
    series = get_object_or_404(place.series.select_for_update(), pk=pk)
    return _edit_series(request, place, SeriesForm(place, request.POST or None, instance=series))


def _edit_series(request: SignedInRequest, place: Place, form: SeriesForm) -> HttpResponse:
    only_looking = "preview" in request.POST
    versions = None if only_looking else two_versions(form)
    if form.is_valid() and not form.unsure and not only_looking and not versions:
        series = form.instance
        sent = form.cleaned_data["permit_sent_on"]
        done, undo = save_series(series=series, by=request.user, permit_sent_on=sent)
        messages.success(
            request,
            _("%(title)s: %(made)s made, %(kept)s kept, %(removed)s removed.")
            % {"title": series.title, "made": done.made, "kept": done.kept, "removed": done.removed},
            extra_tags=undo_tag(place, undo),
        )
        if done.locked:
            messages.warning(
                request, _("%(days)s dates lie in a locked period and were left as they are.") % {"days": done.locked}
            )
        return redirect("activities:series_detail", place.slug, series.pk)
    context = {"place": place, "form": form, "series": form.instance, "versions": versions}
    return render(request, "activities/series_form.html", context)


def series_detail(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    series = get_object_or_404(
        Series.objects.select_related("season", "zone", "responsible", "partner"), pk=pk, place=place
    )
    occurrences = Paginator(series.occurrences.with_names(), OCCURRENCES_A_PAGE)
    context = {
        "place": place,
        "series": series,
        "page": occurrences.get_page(request.GET.get("page")),
        "changes": history_of(series, request.GET.get("history")),
        "may": may(request, place),
    }
    return render(request, "activities/series_detail.html", context)
