"""What is offered again and again."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
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
# What the next series of a season mostly shares with the one before; its title, days and hours are its own.
KEYS = ("season", "zone", "responsible")
CARRIED = (*KEYS, "kind", "first", "last")


def series_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    initial = {"every_weeks": 1, "responsible": request.user.pk, **_carried(request.GET)}
    return _edit_series(request, place, SeriesForm(place, request.POST or None, initial=initial))


@transaction.atomic
def series_update(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    # Nobody else changes it while this one is being saved.
    series = get_object_or_404(place.series.select_for_update(), pk=pk)
    return _edit_series(request, place, SeriesForm(place, request.POST or None, instance=series))


def _carried(asked: QueryDict) -> dict[str, str | None]:
    """From the address, as far as it tells; a key that is none is of nothing."""
    told = {name: str(asked[name]) for name in CARRIED if name in asked}
    return {name: value if name not in KEYS or value.isdecimal() else None for name, value in told.items()}


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
        if "another" in request.POST:
            address = reverse("activities:series_create", args=[place.slug])
            carried = {name: form[name].value() or "" for name in CARRIED}
            # One who plans ten goes on typing: autofocus would not do after a press on "To the content".
            return redirect(f"{address}?{urlencode(carried)}#{form['title'].id_for_label}")
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
