"""The programme for those who stand outside: no sign-in, nobody's name, nothing but what is published."""

from functools import wraps
from typing import Any, cast

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from activities.programme.changelog import lines_of
from activities.programme.forms import PublicProgrammeForm
from activities.programme.queries import MOST_NEWS, news_of, public_week, week_asked
from activities.programme.structured import as_json_ld
from activities.programme.tags import unless_known
from activities.programme.throttle import PAGES, View, at_most
from activities.publishing import Published
from places.access import May, SignedInRequest, open_place
from places.models import Place

# The last year's, and what is to come.
SEASONS_SHOWN = 5


def in_the_language_asked(view: View) -> View:
    """`?lang=en` comes before what the visitor's browser says: a link, a frame and a calendar carry it along."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401  the view's own
        asked = request.GET.get("lang", "")
        if asked not in dict(settings.LANGUAGES):
            return view(request, *args, **kwargs)
        with translation.override(asked):
            response = view(request, *args, **kwargs)
        response["Content-Language"] = asked
        return response

    return cast("View", answer)


def public_place(slug: str) -> Place:
    """A place that has opened its programme; any other is not found, whether it exists or not."""
    places = Place.objects.filter(programme_is_public=True, practice_of=None).select_related("operator")
    return get_object_or_404(places, slug=slug)


def of_public_place(view: View) -> View:
    """The view gets the place instead of its name in the address."""

    @wraps(view)
    def answer(request: HttpRequest, slug: str) -> HttpResponse:
        return view(request, public_place(slug))

    return cast("View", answer)


@require_safe
@login_not_required
@in_the_language_asked
@at_most(PAGES)
@of_public_place
@unless_known
def programme_week(request: HttpRequest, place: Place) -> HttpResponse:
    context = _shown(request, place)
    address = request.build_absolute_uri(f"{reverse('programme:week', args=[place.slug])}?week={context['week'].code}")
    context |= {"structured": as_json_ld(place, context["week"], address), "address": address}
    return render(request, "programme/week.html", context)


@require_safe
@login_not_required
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # its types know no address parts
@in_the_language_asked
@at_most(PAGES)
@of_public_place
@unless_known
def programme_embed(request: HttpRequest, place: Place) -> HttpResponse:
    """The same week for a frame on another's page."""
    return render(request, "programme/embed.html", _shown(request, place))


def _shown(request: HttpRequest, place: Place) -> dict[str, Any]:
    published = Published.of([place])
    news = news_of(published)
    lines = lines_of(news)
    period = week_asked(request.GET.get("week", ""), timezone.localdate())
    return {
        "place": place,
        "week": public_week(place, period, published, news),
        "news": lines[:MOST_NEWS],
        "more_news": max(0, len(lines) - MOST_NEWS),
        "calendar": request.build_absolute_uri(reverse("programme:feed", args=[place.slug])),
        # Links keep the language by themselves: what sets a cookie cannot be kept for others.
        "asked_language": language if (language := request.GET.get("lang")) in dict(settings.LANGUAGES) else "",
    }


def public_programme(request: SignedInRequest, slug: str) -> HttpResponse:
    """For those who work there: whether the programme is open to everyone, and where it then stands."""
    place = open_place(request.user, slug, May.PLAN)
    # An empty box is sent as nothing at all.
    form = PublicProgrammeForm(request.POST if request.method == "POST" else None, instance=place)
    if form.is_valid():
        form.save()
        messages.success(request, _("The public programme is saved."))
        return redirect("activities:public_programme", slug)
    addresses = {
        name: request.build_absolute_uri(reverse(f"programme:{name}", args=[slug]))
        for name in ("week", "embed", "feed")
    }
    published = place.seasons.filter(published_at__isnull=False)
    seasons = sorted(published, key=lambda season: season.period.first, reverse=True)[:SEASONS_SHOWN]
    context = {"place": place, "form": form, "addresses": addresses, "seasons": seasons}
    return render(request, "activities/public_programme.html", context)
