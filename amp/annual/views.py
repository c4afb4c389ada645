"""The wheel's page, with its twin the list beside it."""

from django.http import HttpResponse
from django.shortcuts import redirect

from places.access import May, SignedInRequest, open_place


def wheel(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    return redirect("activities:programme", place.slug)
