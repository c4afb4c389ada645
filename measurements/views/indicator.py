"""What changed on the square: indicators, the occasions they were measured on, and their targets."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from measurements.drawing import lay_out
from measurements.forms.indicator import (
    ComparisonForm,
    IndicatorForm,
    NewVersionForm,
    OccasionForm,
    ReadingGrid,
    TargetForm,
)
from measurements.models import Indicator, Occasion, Target
from measurements.queries.indicator import compare, headline
from places.access import May, SignedInRequest, open_place, rights

# --- Indicators -----------------------------------------------------------------------------------------------------


def indicator_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """Every indicator from baseline to follow-up; a choice that does not hold shows the usual comparison."""
    place = open_place(request.user, slug, May.READ)
    form = ComparisonForm(request.GET, place=place)
    groups = compare(place, **(form.cleaned_data if form.is_valid() else {}))
    compared = {row.name for group in groups for row in group.rows}
    context = {
        "place": place,
        "form": form,
        "headline": headline(groups),
        "panels": lay_out(groups),
        "sources": sorted({row.source for group in groups for row in group.rows if row.source}),
        "not_compared": [indicator for indicator in place.indicators.all() if indicator.name not in compared],
        "may_measure": May.MEASURE in rights(request.user, place),
    }
    return render(request, "measurements/indicator_list.html", context)


def indicator_detail(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    indicator = get_object_or_404(place.indicators, pk=pk)
    context = {
        "place": place,
        "indicator": indicator,
        "readings": indicator.readings.select_related("occasion").order_by("occasion__first", "occasion__pk"),
        "targets": indicator.targets.order_by("year"),
        "versions": place.indicators.filter(name=indicator.name).exclude(pk=pk).order_by("version"),
        "may_measure": May.MEASURE in rights(request.user, place),
    }
    return render(request, "measurements/indicator_detail.html", context)


def indicator_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.MEASURE)
    form = IndicatorForm(_posted(request), place=place, instance=Indicator())
    if form.is_valid():
        indicator = form.save()
        messages.success(request, _("%(name)s is saved.") % {"name": indicator})
        return redirect("measurements:indicator_detail", slug, indicator.pk)
    return render(request, "measurements/indicator_form.html", {"place": place, "form": form, "indicator": None})


def indicator_edit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.MEASURE)
    indicator = get_object_or_404(place.indicators, pk=pk)
    form = IndicatorForm(_posted(request), place=place, instance=indicator)
    if form.is_valid():
        form.save()
        messages.success(request, _("%(name)s is saved.") % {"name": indicator})
        return redirect("measurements:indicator_detail", slug, pk)
    context = {"place": place, "form": form, "indicator": indicator}
    return render(request, "measurements/indicator_form.html", context)


def indicator_new_version(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.MEASURE)
    indicator = get_object_or_404(place.indicators, pk=pk)
    form = NewVersionForm(_posted(request), old=indicator)
    if form.is_valid():
        new = form.save()
        messages.success(request, _("%(name)s has version %(version)s.") % {"name": new, "version": new.version})
        return redirect("measurements:indicator_detail", slug, new.pk)
    context = {"place": place, "form": form, "indicator": indicator, "version": form.instance.version}
    return render(request, "measurements/indicator_new_version.html", context)


# --- Occasions and their readings -----------------------------------------------------------------------------------


def occasion_list(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    context = {
        "place": place,
        "occasions": place.occasions.with_reading_count().order_by("-first", "-pk"),
        "may_measure": May.MEASURE in rights(request.user, place),
    }
    return render(request, "measurements/occasion_list.html", context)


def occasion_detail(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    occasion = get_object_or_404(place.occasions, pk=pk)
    context = {
        "place": place,
        "occasion": occasion,
        "readings": occasion.readings.select_related("indicator").order_by("indicator__group", "indicator__pk"),
        "may_measure": May.MEASURE in rights(request.user, place),
    }
    return render(request, "measurements/occasion_detail.html", context)


def occasion_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.MEASURE)
    form = OccasionForm(_posted(request), place=place, instance=Occasion())
    if form.is_valid():
        occasion = form.save()
        return redirect("measurements:reading_edit", slug, occasion.pk)
    return render(request, "measurements/occasion_form.html", {"place": place, "form": form, "occasion": None})


def occasion_edit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.MEASURE)
    occasion = get_object_or_404(place.occasions, pk=pk)
    form = OccasionForm(_posted(request), place=place, instance=occasion)
    if form.is_valid():
        form.save()
        messages.success(request, _("%(name)s is saved.") % {"name": occasion})
        return redirect("measurements:occasion_detail", slug, pk)
    return render(request, "measurements/occasion_form.html", {"place": place, "form": form, "occasion": occasion})


def reading_edit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """All readings of an occasion in one grid."""
    place = open_place(request.user, slug, May.MEASURE)
    occasion = get_object_or_404(place.occasions.select_related("place"), pk=pk)
    grid = ReadingGrid(_posted(request), occasion=occasion)
    if request.method == "POST" and grid.is_valid():
        kept = grid.save()
        text = ngettext("%(count)s reading is saved.", "%(count)s readings are saved.", kept)
        messages.success(request, text % {"count": kept})
        return redirect("measurements:occasion_detail", slug, pk)
    context = {"place": place, "occasion": occasion, "grid": grid}
    return render(request, "measurements/reading_form.html", context)


# --- Targets --------------------------------------------------------------------------------------------------------


def target_create(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.MEASURE)
    indicator = get_object_or_404(place.indicators, pk=pk)
    return _target_page(request, TargetForm(_posted(request), indicator=indicator, instance=Target()))


def target_edit(request: SignedInRequest, slug: str, pk: int, target: int) -> HttpResponse:
    place = open_place(request.user, slug, May.MEASURE)
    indicator = get_object_or_404(place.indicators, pk=pk)
    known = get_object_or_404(indicator.targets, pk=target)
    return _target_page(request, TargetForm(_posted(request), indicator=indicator, instance=known))


@require_POST
def target_delete(request: SignedInRequest, slug: str, pk: int, target: int) -> HttpResponse:
    place = open_place(request.user, slug, May.MEASURE)
    indicator = get_object_or_404(place.indicators, pk=pk)
    get_object_or_404(indicator.targets, pk=target).delete()
    messages.success(request, _("The target is taken away."))
    return redirect("measurements:indicator_detail", slug, pk)


def _target_page(request: SignedInRequest, form: TargetForm) -> HttpResponse:
    indicator = form.instance.indicator
    if form.is_valid():
        form.save()
        messages.success(request, _("The target for %(name)s is saved.") % {"name": indicator})
        return redirect("measurements:indicator_detail", indicator.place.slug, indicator.pk)
    context = {"place": indicator.place, "indicator": indicator, "form": form, "target": form.instance}
    return render(request, "measurements/target_form.html", context)


def _posted(request: SignedInRequest) -> Mapping[str, Any] | None:
    """What was sent, or None for a form not yet filled in."""
    return request.POST if request.method == "POST" else None
