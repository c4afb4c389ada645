"""Calendars that others subscribe to, and the page where a person keeps the address of their own."""

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.functional import Promise
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from activities.calendars import Entry, Feed, personal_entries, public_entries, remove_calendar_key, renew_calendar_key
from activities.models import CalendarKey
from activities.programme.views.public import public_place
from places.access import SignedInRequest


@require_safe
@login_not_required
def calendar_of_place(request: HttpRequest, slug: str) -> HttpResponse:
    place = public_place(slug)
    return _feed(request, place.name, public_entries(place, timezone.localdate()), f"{slug}.ics")


@require_safe
@login_not_required
def calendar_of_person(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the address reads it; it is not found once it is renewed, or the person may not sign in any more."""
    key = get_object_or_404(CalendarKey.objects.select_related("user"), token=token, user__is_active=True)
    only_mine = request.GET.get("only") == "mine"
    entries = personal_entries(key.user, timezone.localdate(), only_mine=only_mine)
    name = gettext_lazy("My plan") if only_mine else gettext_lazy("The plan of my places")
    response = _feed(request, name, entries, "amp.ics")
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


def _feed(request: HttpRequest, name: str | Promise, entries: list[Entry], filename: str) -> HttpResponse:
    """The calendar, or 304 when the one who asks has it already."""
    language = request.GET.get("lang", "")
    # A calendar asks without saying what its owner reads: the language stands in the address.
    with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        feed = Feed(str(name), entries, request.build_absolute_uri("/").rstrip("/"))
        # The time alone does not tell of a season that is taken back, so no answer rests on it.
        tag = feed.etag
        known = get_conditional_response(request, etag=tag)
        response = known or HttpResponse(feed.write(), content_type="text/calendar; charset=utf-8")
    response["ETag"] = tag
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
