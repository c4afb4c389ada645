"""Calendars that others subscribe to, and the page where a person keeps the address of their own."""

import datetime as dt
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities.calendars import Feed, personal_entries, public_entries, remove_calendar_key, renew_calendar_key
from activities.models import CalendarKey
from activities.programme.tags import unless_known
from activities.programme.throttle import CALENDARS, View, at_most, no_guessing
from activities.programme.views.public import of_public_place
from places.access import SignedInRequest
from places.models import Place


def in_the_language_of_the_address(view: View) -> View:
    """A calendar asks without saying what its owner reads: the language stands in the address."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401  the view's own
        language = request.GET.get("lang", "")
        with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            return view(request, *args, **kwargs)

    return cast("View", answer)


@require_safe
@login_not_required
@in_the_language_of_the_address
@at_most(CALENDARS)
@of_public_place
@unless_known
def calendar_of_place(request: HttpRequest, place: Place) -> HttpResponse:
    feed = Feed(place.name, public_entries(place, timezone.localdate()), _base(request))
    return _calendar(feed, f"{place.slug}.ics")


@require_safe
@login_not_required
@in_the_language_of_the_address
@at_most(CALENDARS)
@no_guessing
def calendar_of_person(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the address reads it; it is not found once it is renewed, or the person may not sign in any more."""
    key = get_object_or_404(CalendarKey.objects.select_related("user"), token=token, user__is_active=True)
    only_mine = request.GET.get("only") == "mine"
    name = _("My plan") if only_mine else _("The plan of my places")
    feed = Feed(name, personal_entries(key.user, timezone.localdate(), only_mine=only_mine), _base(request))
    # The time alone does not tell of what was taken out of the plan, so no answer rests on it.
    tag = feed.etag
    response = get_conditional_response(request, etag=tag) or _calendar(feed, "amp.ics")
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _calendar(feed: Feed, filename: str) -> HttpResponse:
    response = HttpResponse(feed.write(), content_type="text/calendar; charset=utf-8")
    if feed.changed_at:
        response["Last-Modified"] = http_date(feed.changed_at.astimezone(dt.UTC).timestamp())
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    return response


# --- The address of one's own -----------------------------------------------------------------------------------------


def calendar_key(request: SignedInRequest) -> HttpResponse:
    key = CalendarKey.objects.filter(user=request.user).first()
    address = key and request.build_absolute_uri(reverse("programme:calendar_of_person", args=[key.token]))
    return render(request, "programme/calendar_key.html", {"key": key, "address": address})


@require_POST
def calendar_key_renew(request: SignedInRequest) -> HttpResponse:
    renew_calendar_key(by=request.user)
    messages.success(request, _("The address is new. Put it into your calendar."))
    return redirect("programme:calendar_key")


@require_POST
def calendar_key_remove(request: SignedInRequest) -> HttpResponse:
    remove_calendar_key(by=request.user)
    messages.success(request, _("The address is gone. Calendars that had it get nothing more."))
    return redirect("programme:calendar_key")
