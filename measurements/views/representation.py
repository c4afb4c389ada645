"""Whom the place has said that it should reach: targets for groups, listed, set and taken away."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from measurements.forms.representation import RepresentationTargetForm
from measurements.models import RepresentationTarget
from measurements.queries.aims import Residents, groups_of, residents_of
from measurements.undo import take_target_back
from places.access import May, SignedInRequest, open_place, rights
from places.history import history_of
from places.models import Place


def representation_list(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    residents = residents_of(place)
    targets = sorted(place.representation_targets.all(), key=lambda one: (one.year or 0, one.order()))
    context = {
        "place": place,
        "rows": [_row(one, residents) for one in targets],
        "residents": residents,
        "may_measure": May.MEASURE in rights(request.user, place),
    }
    return render(request, "measurements/representation_list.html", context)


def _row(target: RepresentationTarget, residents: Residents) -> dict[str, Any]:
    return {
        "group": capfirst(target.group_words),
        "target": target,
        "aim": residents.aim(target),
        "comparable": groups_of(target, residents.shared) is not None,
    }


def representation_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.MEASURE)
    return _target_page(request, place, RepresentationTarget())


def representation_edit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.MEASURE)
    return _target_page(request, place, get_object_or_404(place.representation_targets, pk=pk))


@require_POST
def representation_delete(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.MEASURE)
    get_object_or_404(place.representation_targets, pk=pk).delete()
    undo = reverse("measurements:representation_take_back", args=[slug, pk])
    messages.success(request, _("The target is taken away."), extra_tags=f"undo:{undo}")
    return redirect("measurements:representation_list", slug)


@require_POST
def representation_take_back(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.MEASURE)
    try:
        target = take_target_back(place=place, pk=pk)
    except RepresentationTarget.DoesNotExist as never:
        raise Http404 from never
    except ValidationError as taken:
        messages.error(request, taken.messages[0])
    else:
        messages.success(request, _("The target for %(name)s is back.") % {"name": target.group_words})
    return redirect("measurements:representation_list", slug)


def _target_page(request: SignedInRequest, place: Place, target: RepresentationTarget) -> HttpResponse:
    residents = residents_of(place)
    posted = request.POST if request.method == "POST" else None
    form = RepresentationTargetForm(posted, place=place, residents=residents, instance=target)
    if form.is_valid() and not form.unsure:
        saved = form.save()
        messages.success(request, _("The target for %(name)s is saved.") % {"name": saved.group_words})
        return redirect("measurements:representation_list", place.slug)
    stored = place.representation_targets.filter(pk=target.pk).first()
    context = {
        "place": place,
        "form": form,
        "target": stored,
        "residents": residents,
        "changes": history_of(stored, request.GET.get("history")) if stored else None,
    }
    return render(request, "measurements/representation_form.html", context)
