"""What was thrown away, and how it is taken back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from places.access import May, SignedInRequest, open_place, rights
from places.models import Place
from places.trash import KEPT_DAYS, Trashable, take_back, throw_away, trash_of, trashables

A_PAGE = 50


def trash_list(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    page = Paginator(trash_of(place), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "places/trash_list.html", {"place": place, "page": page, "kept_days": KEPT_DAYS})


@require_POST
def trash_put(request: SignedInRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    thing = _thing(place, kind, pk)
    try:
        throw_away(thing=thing, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        undo = reverse("places:trash_take_back", args=[slug, kind, pk])
        messages.success(request, _("Thrown away: %(what)s") % {"what": thing.trash_words}, extra_tags=f"undo:{undo}")
    return _onward(request, place)


@require_POST
def trash_take_back(request: SignedInRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    thing = _thing(place, kind, pk)
    if May.PLAN not in rights(request.user, place) and thing.trashed_by_id != request.user.pk:
        raise PermissionDenied
    try:
        take_back(thing=thing, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("Taken back: %(what)s") % {"what": thing.trash_words})
    return _onward(request, place)


def _thing(place: Place, kind: str, pk: int) -> Trashable:
    model = trashables().get(kind)
    if model is None:
        raise Http404
    thing: Trashable = get_object_or_404(model.objects, place=place, pk=pk)
    return thing


def _onward(request: SignedInRequest, place: Place) -> HttpResponse:
    """To the page of ours that the form names; else to the trash, or today for one who may not see it."""
    asked = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(asked)
    page = "places:trash_list" if May.PLAN in rights(request.user, place) else "today"
    return redirect(page, place.slug)
