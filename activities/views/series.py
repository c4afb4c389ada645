"""What is offered again and again."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from activities.actions import plan_series
from activities.forms import SeriesForm
from activities.models import Series
from activities.views import may
from places.access import May, SignedInRequest, open_place
from places.models import Place

OCCURRENCES_A_PAGE = 40


def series_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    initial = {"season": request.GET.get("season"), "every_weeks": 1, "responsible": request.user.pk}
    return _edit_series(request, place, SeriesForm(place, request.POST or None, initial=initial))


def series_update(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    series = get_object_or_404(place.series, pk=pk)
    return _edit_series(request, place, SeriesForm(place, request.POST or None, instance=series))


def _edit_series(request: SignedInRequest, place: Place, form: SeriesForm) -> HttpResponse:
    only_looking = "preview" in request.POST
    if form.is_valid() and not form.unsure and not only_looking:
        series = form.instance
        done = plan_series(series=series, by=request.user)
        messages.success(
            request,
            _("%(title)s: %(made)s made, %(kept)s kept, %(removed)s removed.")
            % {"title": series.title, "made": done.made, "kept": done.kept, "removed": done.removed},
        )
        if done.locked:
            messages.warning(
                request, _("%(days)s dates lie in a locked period and were left as they are.") % {"days": done.locked}
            )
        return redirect("activities:series_detail", place.slug, series.pk)
    return render(request, "activities/series_form.html", {"place": place, "form": form, "series": form.instance})


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
        "may": may(request, place),
    }
    return render(request, "activities/series_detail.html", context)
