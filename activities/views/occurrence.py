"""One time that something takes place, and how it went; what happened without a plan."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.actions import add_unplanned, last_change, record_outcome, take_back_outcome
from activities.forms import OutcomeForm, UnplannedForm
from activities.models import Occurrence
from activities.views import date_asked, may, onward
from places.access import May, SignedInRequest, open_place, rights
from places.history import history_of
from places.models import Place


def occurrence_detail(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    occurrence = _occurrence(place, pk)
    return _show_occurrence(request, place, occurrence, OutcomeForm(place, initial=_told(occurrence)))


@require_POST
def outcome_record(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    occurrence = _occurrence(place, pk)
    form = OutcomeForm(place, request.POST)
    if form.is_valid():
        try:
            told = record_outcome(occurrence=occurrence, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return _toast_outcome(request, place, told)
    return _show_occurrence(request, place, _occurrence(place, pk), form)


@require_POST
def outcome_take_back(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    occurrence = _occurrence(place, pk)
    try:
        take_back_outcome(occurrence=occurrence, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("%(title)s waits for its outcome again.") % {"title": occurrence.title})
    return onward(request, "activities:occurrence_detail", place.slug, pk)


def unplanned_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    form = UnplannedForm(place, request.POST or None, initial={"date": date_asked(request), "kind": "activity"})
    if form.is_valid():
        try:
            occurrence = add_unplanned(place=place, by=request.user, **form.happened())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("%(title)s is in the log.") % {"title": occurrence.title})
            return redirect("activities:occurrence_detail", place.slug, occurrence.pk)
    return render(request, "activities/unplanned_form.html", {"place": place, "form": form})


def _occurrence(place: Place, pk: int) -> Occurrence:
    return get_object_or_404(Occurrence.objects.with_names().select_related("told_by"), pk=pk, place=place)


def _told(occurrence: Occurrence) -> dict[str, Any]:
    """What has been told so far, to be told anew."""
    outcome = "" if occurrence.outcome == Occurrence.Outcome.PLANNED else occurrence.outcome
    return {"outcome": outcome, "reason": occurrence.reason, "note": occurrence.note, "partner": occurrence.partner_id}


def _show_occurrence(request: SignedInRequest, place: Place, occurrence: Occurrence, form: OutcomeForm) -> HttpResponse:
    context = {
        "place": place,
        "occurrence": occurrence,
        "form": form,
        "lock": place.locked_on(occurrence.date),
        "may": may(request, place),
        "reasons": Occurrence.Reason.choices,
        "changes": history_of(occurrence, request.GET.get("history")),
        "undo": last_change(occurrence) if May.PLAN in rights(request.user, place) else "",
    }
    return render(request, "activities/occurrence_detail.html", context)


def _toast_outcome(request: SignedInRequest, place: Place, told: Occurrence) -> HttpResponse:
    undo = reverse("activities:outcome_take_back", args=[place.slug, told.pk]) if told.was_planned else ""
    messages.success(
        request,
        _("%(title)s: %(outcome)s.") % {"title": told.title, "outcome": told.get_outcome_display()},
        extra_tags=f"undo:{undo}" if undo else "",
    )
    return onward(request, "activities:occurrence_detail", place.slug, told.pk)
