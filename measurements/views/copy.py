"""An earlier year's plan gone through and copied: nothing is in the plan before it is confirmed."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.copies import Asked, Copied, State, candidates, take_back_copies
from activities.copying import landing
from activities.models import Season, Series
from measurements.forms.copy import CopyFilter, CopyForm
from measurements.last_time import last_time
from places.access import May, SignedInRequest, open_place
from places.models import Place

# What was copied last stays in the session, to be shown and taken back.
KEPT = "copied"


def copy_plan(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    chosen = CopyFilter(request.GET.dict(), timezone.localdate())
    found = candidates(place, chosen.asked)
    then = last_time(place, [(one.key, one.was) for one in found])
    data = request.POST if request.method == "POST" else None
    form = CopyForm(data, place=place, asked=chosen.asked, candidates=found, then=then)
    if form.is_valid():
        try:
            copied = form.save(request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _confirmed(request, place, copied)
    tally = Counter(one.state for one in found)
    context = {
        "place": place,
        "filters": chosen,
        "asked": chosen.asked,
        "form": form,
        "tally": [(state, tally[state]) for state in State if tally[state]],
        "proposed": sum(one.is_proposed for one in found),
        "published": _published(place, chosen.asked),
        "back": _back(place, chosen),
    }
    return render(request, "measurements/copy_plan.html", context)


def _published(place: Place, asked: Asked) -> list[Season]:
    """The seasons that what is copied would lie in and that everyone sees already."""
    first, last = (landing(day, asked.years).date for day in (asked.period.first, asked.period.last))
    seasons = place.seasons.filter(published_at__isnull=False)
    return [one for one in seasons if one.period.first <= last and first <= one.period.last]


def _back(place: Place, chosen: CopyFilter) -> str:
    year = chosen.asked.period.last.year + chosen.asked.years
    return f"{reverse('activities:programme', args=[place.slug])}?year={year}"


def _confirmed(request: SignedInRequest, place: Place, copied: Copied) -> HttpResponse:
    request.session[KEPT] = {
        "place": place.pk,
        "series": [one.pk for one in copied.series],
        "occurrences": [one.pk for one in copied.occurrences],
        "already": copied.already,
    }
    return redirect("measurements:copy_done", place.slug)


def copy_done(request: SignedInRequest, slug: str) -> HttpResponse:
    """What was copied last; sent to, it takes all of it back."""
    place = open_place(request.user, slug, May.PLAN)
    kept = _kept(request, place)
    if request.method == "POST":
        return _taken_back(request, place, kept)
    series = Series.objects.filter(pk__in=kept["series"], place=place).select_related("copied_from", "season")
    singles = place.occurrences.filter(pk__in=kept["occurrences"]).select_related("copied_from")
    then = last_time(place, [(f"o{one.pk}", [one.copied_from]) for one in singles if one.copied_from])
    context = {
        "place": place,
        "series": series.prefetch_related("occurrences").order_by("first", "title"),
        "singles": [(one, then.get(f"o{one.pk}")) for one in singles],
        "already": kept["already"],
    }
    return render(request, "measurements/copy_done.html", context)


def _taken_back(request: SignedInRequest, place: Place, kept: dict[str, Any]) -> HttpResponse:
    gone, stayed = take_back_copies(
        place=place, series=kept["series"], occurrences=kept["occurrences"], by=request.user
    )
    request.session.pop(KEPT, None)
    messages.success(request, _("%(gone)s dates were taken out of the plan again.") % {"gone": gone})
    if stayed:
        messages.warning(
            request, _("%(stayed)s have been changed, counted or told of since, and stay.") % {"stayed": stayed}
        )
    return redirect("measurements:copy_plan", place.slug)


def _kept(request: SignedInRequest, place: Place) -> dict[str, Any]:
    """What was copied last at this place; nothing in a new session."""
    kept = request.session.get(KEPT, {})
    return kept if kept.get("place") == place.pk else {"series": [], "occurrences": [], "already": 0}
