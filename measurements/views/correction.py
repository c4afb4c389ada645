"""Pages where a whole count is withdrawn, moved or merged: first what it does, then done, and undone."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from measurements.corrections import leave_as_total, restore
from measurements.forms.correction import Correction, MergeForm, MoveForm, WithdrawForm
from measurements.models import Headcount
from places.access import May, SignedInRequest, open_place
from places.models import Place


@dataclass(frozen=True)
class _Way:
    """One way to put a count right, in words."""

    form: type[Correction]
    heading: str | Promise
    text: str | Promise
    button: str | Promise
    done: str | Promise
    # What it does is known before anything is typed.
    at_once: bool = False


MOVE = _Way(
    MoveForm,
    gettext_lazy("Move the count"),
    gettext_lazy("A new count with the same people stands where you say, and this one is withdrawn."),
    gettext_lazy("Move it"),
    gettext_lazy("The count is moved."),
)
MERGE = _Way(
    MergeForm,
    gettext_lazy("Merge with another count"),
    gettext_lazy("For two counts of one crowd side by side, such as on two phones: their people are added."),
    gettext_lazy("Merge them"),
    gettext_lazy("The two counts are one."),
)
WITHDRAW = _Way(
    WithdrawForm,
    gettext_lazy("Withdraw the count"),
    gettext_lazy("For a count that should not be. It is then as if nobody had counted: no zero, and in no mean."),
    gettext_lazy("Withdraw it"),
    gettext_lazy("The count is withdrawn."),
    at_once=True,
)


def headcount_move(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    return _correct(request, slug, pk, MOVE)


def headcount_merge(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    return _correct(request, slug, pk, MERGE)


def headcount_withdraw(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    return _correct(request, slug, pk, WITHDRAW)


@require_POST
def headcount_restore(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.COUNT)
    headcount = get_object_or_404(place.headcounts, pk=pk)
    try:
        restore(headcount=headcount, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("The count stands again."))
    return redirect("measurements:headcount_detail", slug, pk)


@require_POST
def headcount_leave(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """From the list of what is missing: the total is all that this count will tell."""
    place = open_place(request.user, slug, May.COUNT)
    headcount = get_object_or_404(place.headcounts.with_ground(), pk=pk)
    try:
        leave_as_total(headcount=headcount, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("%(where)s stays a total.") % {"where": headcount.where})
    return redirect("today", slug)


def _correct(request: SignedInRequest, slug: str, pk: int, way: _Way) -> HttpResponse:
    place = open_place(request.user, slug, May.COUNT)
    headcount = get_object_or_404(place.headcounts.with_ground().select_related("place"), pk=pk)
    form = way.form(request.POST or None, headcount=headcount)
    if form.is_valid() and not form.doubts and "sure" in request.POST:
        # What was shown is what is done: another choice, or other numbers by now, are shown first.
        if request.POST["sure"] != form.shown():
            messages.error(request, _("This is not what was shown before. Look again, then confirm."))
        elif done := _done(request, place, form, way):
            return done
    return _draw(request, place, headcount, form, way)


def _done(request: SignedInRequest, place: Place, form: Correction, way: _Way) -> HttpResponse | None:
    """On to the count that stands; None where a rule refused, which the form then says."""
    try:
        stands, withdrawn = form.save(request.user)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None
    undo = reverse("measurements:headcount_restore", args=[place.slug, withdrawn.pk])
    messages.success(request, str(way.done), extra_tags=f"undo:{undo}")
    return redirect("measurements:headcount_detail", place.slug, stands.pk)


def _draw(request: SignedInRequest, place: Place, headcount: Headcount, form: Correction, way: _Way) -> HttpResponse:
    known = way.at_once or (form.is_bound and form.is_valid())
    context = {
        "place": place,
        "headcount": headcount,
        "form": form,
        "way": way,
        "effects": form.effects() if known else [],
        "shown": form.shown() if known else "",
        "lock": place.locked_on(headcount.date),
    }
    return render(request, "measurements/headcount_rectify.html", context)
