"""Pages of the plan and the log, and what they share."""

import datetime as dt

from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from activities.models import Season
from places.access import May, SignedInRequest, rights
from places.bounds import day_from
from places.models import Place


def may(request: SignedInRequest, place: Place) -> dict[str, bool]:
    """The steps these pages have buttons for."""
    held = rights(request.user, place)
    return {"log": May.LOG in held, "plan": May.PLAN in held, "count": May.COUNT in held}


def onward(request: SignedInRequest, page: str, *args: object) -> HttpResponseRedirect:
    """Back to the page of ours the person came from, as its form or its address says in `next`; else to `page`."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(asked)
    return redirect(page, *args)


def date_asked(request: SignedInRequest) -> dt.date:
    """The date in the address; today when there is none, or none that is a date."""
    return day_from(request.GET.get("date", "")) or timezone.localdate()


def undo_tag(place: Place, token: str) -> str:
    """For a message: with a button that takes the change back; empty where there is nothing to take back."""
    return f"undo:{reverse('activities:plan_undo', args=[place.slug, token])}" if token else ""


def season_address(place: Place, season: Season) -> str:
    """The plan as a list, at that season."""
    return f"{reverse('activities:programme', args=[place.slug])}?year={season.year}&season={season.name}"
