"""A single event put in the plan, an occurrence changed alone or with others, cancelled, and all that taken back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import Form, ModelForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from activities.actions import (
    Changed,
    Scope,
    add_to_plan,
    cancel_occurrences,
    change_occurrence,
    change_series,
    undo_change,
)
from activities.forms import CancelForm, OccurrenceForm
from activities.models import Occurrence
from activities.versions import two_versions
from activities.views import onward, season_address, undo_tag
from places.access import May, SignedInRequest, open_place
from places.models import Place, User


def occurrence_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    initial = {"kind": "event", "date": request.GET.get("date"), "responsible": request.user.pk}
    form = OccurrenceForm(place, request.POST or None, initial=initial)
    if form.is_valid() and not form.unsure:
        done = add_to_plan(occurrence=form.instance, by=request.user)
        said = _("%(title)s is in the plan.") % {"title": done.occurrence.title}
        messages.success(request, said, extra_tags=undo_tag(place, done.undo))
        return redirect("activities:occurrence_detail", place.slug, done.occurrence.pk)
    return render(request, "activities/occurrence_form.html", {"place": place, "form": form})


@transaction.atomic
def occurrence_update(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    occurrence = _held(place, pk)
    form = OccurrenceForm(place, request.POST or None, instance=occurrence)
    versions = two_versions(form)
    if form.is_valid() and not versions and not form.unsure:
        try:
            done = _change(form, request.user)
        except ValidationError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _said(done), extra_tags=undo_tag(place, done.undo))
            return redirect("activities:occurrence_detail", place.slug, pk)
    context = {"place": place, "form": form, "occurrence": occurrence, "versions": versions}
    return render(request, "activities/occurrence_form.html", context)


def occurrence_cancel(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Beforehand, and several together if so; how a single one went is told on its own page."""
    place = open_place(request.user, slug, May.PLAN)
    occurrence = get_object_or_404(place.occurrences, pk=pk)
    form = CancelForm(request.POST or None)
    if form.is_valid():
        try:
            count, undo = cancel_occurrences(occurrence=occurrence, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            _refuse(form, refusal)
        else:
            said = ngettext("%(title)s: one is cancelled.", "%(title)s: %(count)s are cancelled.", count)
            said %= {"title": occurrence.title, "count": count}
            messages.success(request, said, extra_tags=undo_tag(place, undo))
            return redirect("activities:occurrence_detail", place.slug, pk)
    return render(
        request, "activities/occurrence_cancel.html", {"place": place, "form": form, "occurrence": occurrence}
    )


@require_POST
def plan_undo(request: SignedInRequest, slug: str, token: str) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    try:
        undone = undo_change(place=place, token=token, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return onward(request, "activities:programme", place.slug)
    messages.success(request, _("It is as it was before."))
    if undone.season:
        return redirect(season_address(place, undone.season))
    if undone.series:
        return redirect("activities:series_detail", place.slug, undone.series.pk)
    if undone.occurrences:
        return onward(request, "activities:occurrence_detail", place.slug, undone.occurrences[0])
    return redirect("activities:programme", place.slug)


def _held(place: Place, pk: int) -> Occurrence:
    """Nobody else changes it while this one is being saved."""
    rows = Occurrence.objects.with_names().select_for_update(of=("self",))
    return get_object_or_404(rows, pk=pk, place=place)


def _change(form: OccurrenceForm, by: User) -> Changed:
    if form.reach == Scope.THIS:
        return change_occurrence(occurrence=form.instance, was_on=form.was_on or form.instance.date, by=by)
    return change_series(occurrence=form.instance, change=form.change(), scope=form.reach, by=by)


def _said(done: Changed) -> str:
    if done.made is None:
        return _("%(title)s is changed.") % {"title": done.occurrence.title}
    return _("%(title)s: %(made)s made, %(kept)s kept, %(removed)s removed.") % {
        "title": done.occurrence.title,
        "made": done.made.made,
        "kept": done.made.kept,
        "removed": done.made.removed,
    }


def _refuse(form: Form | ModelForm[Occurrence], refusal: ValidationError) -> None:
    """Beside the field it is about, where the form has it."""
    if hasattr(refusal, "error_dict") and refusal.error_dict.keys() <= form.fields.keys():
        form.add_error(None, refusal)
    else:
        form.add_error(None, refusal.messages)
