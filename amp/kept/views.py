"""What this browser has sent and nobody has saved: all of it, and each alone where its form is on no page."""

import uuid
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from amp.kept.filling import Typed
from amp.kept.keeping import address_of, all_kept_by, forget, is_a_form, keep, kept_by, match_of, remember, typed_in
from amp.kept.words import ACTS, label_of
from places.access import SignedInRequest
from places.models import KeptForm, Place, User


@dataclass(frozen=True)
class Kept:
    """One kept form as a person sees it; `place` is None for what belongs to no place."""

    form: KeptForm
    place: Place | None
    typed: Typed

    @property
    def address(self) -> str:
        return address_of(self.form)

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What a person reads, with its label: not the fields that carry a form's own keys."""
        return [(label_of(name), value) for name, value in self.typed if value.strip() and not _is_own(name)]

    @property
    def act(self) -> str:
        """What sending it does; empty where it has a page that says so."""
        match = match_of(self.form.path)
        return str(ACTS.get(match.view_name, "")) if match else ""


# What a form carries for itself.
OWN = {"next", "seen", "uuid", "TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS"}


def _is_own(name: str) -> bool:
    return name.rpartition("-")[2] in OWN


def kept_list(request: SignedInRequest) -> HttpResponse:
    rows = [one for row in all_kept_by(request) if (one := _open(request.user, row))]
    return render(request, "kept/kept_list.html", {"rows": rows})


def kept_form(request: SignedInRequest, key: uuid.UUID) -> HttpResponse:
    """What was typed, as it was sent, and one button that sends it."""
    row = kept_by(request, str(key))
    kept = _open(request.user, row) if row else None
    return render(request, "kept/kept_form.html", {"kept": kept, "is_here": row is not None})


@require_POST
def kept_remove(request: SignedInRequest, key: uuid.UUID) -> HttpResponse:
    row = kept_by(request, str(key))
    if row is None:
        raise Http404
    response = redirect("kept_list") if len(all_kept_by(request)) > 1 else redirect("start")
    forget(response, row)
    return response


def _open(user: User, row: KeptForm) -> Kept | None:
    """None for one who may not see the place: on a shared phone another person may have signed in."""
    match = match_of(row.path)
    slug = match.kwargs.get("slug") if match else None
    if slug is None:
        is_theirs = user.is_staff or not (match and match.app_name == "admin")
        return Kept(row, None, typed_in(row)) if is_theirs else None
    place = Place.objects.visible_to(user).filter(slug=slug).first()
    return Kept(row, place, typed_in(row)) if place else None


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page that keeps what was typed; for a phone's queue a word of JSON, so that it fetches a new token."""
    if request.content_type == "application/json":
        return JsonResponse({"error": "csrf"}, status=403)
    onward = ""
    kept = None
    if is_a_form(request):
        kept = keep(request)
    elif request.path.startswith("/accounts/") and getattr(request, "user", None) and request.user.is_authenticated:
        # Signed in meanwhile in another window: the way leads on.
        asked = request.POST.get("next", "")
        onward = asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure()) else ""
    context = {"onward": address_of(kept) if kept else onward, "kept": kept, "reason": reason}
    response = render(request, "403_csrf.html", context, status=403)
    if kept:
        remember(response, request, kept)
    return response
