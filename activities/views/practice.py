"""A place to practise at."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from activities.practice import make_practice_place
from places.access import May, SignedInRequest, open_place


def practice(request: SignedInRequest, slug: str) -> HttpResponse:
    """The place to practise at, and a fresh one on request."""
    place = open_place(request.user, slug, May.PLAN)
    real = place.practice_of or place
    if request.method == "POST" and not place.is_practice:
        made = make_practice_place(place=place, by=request.user)
        messages.success(request, _("%(place)s is made.") % {"place": made.name})
        return redirect("today", made.slug)
    known = real.practices.filter(ended_on=None).first()
    return render(request, "activities/practice.html", {"place": place, "real": real, "known": known})
