"""The week's programme as a poster: A4, to print and hang up on the square."""

from functools import lru_cache

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from activities.programme.queries import PublicWeek, public_week, week_asked, whole_week
from activities.programme.tags import unless_known
from activities.programme.throttle import POSTERS, at_most
from activities.programme.views.public import in_the_language_asked, of_public_place
from activities.publishing import Published
from places.access import May, SignedInRequest, open_place
from places.models import Place
from reports import pdf

# The largest type with which the week has room on one sheet is chosen; the last may take another sheet. With more rows
# than these nothing has room in that size, and trying it takes its second for nothing.
SIZES = {"huge": 11, "large": 16, "medium": 24, "small": None}
# How many a web process keeps: making one takes seconds, and many ask for the same.
KEPT = 32


@require_safe
@login_not_required
@in_the_language_asked
@at_most(POSTERS)
@of_public_place
@unless_known
def programme_poster(request: HttpRequest, place: Place) -> HttpResponse:
    """For everyone; a week of which nothing is published has no poster."""
    period = week_asked(request.GET.get("week", ""), timezone.localdate())
    week = public_week(place, period, Published.of([place]), ())
    if week.is_empty:
        raise Http404
    return _poster(request, place, week)


@in_the_language_asked
def week_poster(request: SignedInRequest, slug: str) -> HttpResponse:
    """For those who work at the place: drafts too, which are marked so."""
    place = open_place(request.user, slug, May.READ)
    period = week_asked(request.GET.get("week", ""), timezone.localdate())
    return _poster(request, place, whole_week(place, period, Published.of([place])))


def _poster(request: HttpRequest, place: Place, week: PublicWeek) -> HttpResponse:
    is_public = place.programme_is_public and not place.is_practice
    address = request.build_absolute_uri(reverse("programme:week", args=[place.slug])) if is_public else ""
    response = HttpResponse(poster(place, week, address=address.split("://")[-1]), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{place.slug}-{week.code}.pdf"'
    return response


def poster(place: Place, week: PublicWeek, *, address: str) -> bytes:
    """In the language that is active; the address is where it can be read on, or empty."""
    language = str(get_language())
    context = {"place": place, "week": week, "address": address, "language": language}
    rows = len(week.items) + len(week.standing)
    sizes = [size for size, most in SIZES.items() if most is None or rows <= most]
    return _drawn(
        tuple(render_to_string("programme/pdf/poster.html", context | {"size": size}) for size in sizes), language
    )


@lru_cache(maxsize=KEPT)
def _drawn(sheets: tuple[str, ...], language: str) -> bytes:
    """The first that fits on one page, else the last."""
    for html in sheets:
        document = pdf.lay_out(html, language=language)
        if len(document.pages) == 1:
            break
    return pdf.write(document)
