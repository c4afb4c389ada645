"""The wheel of a full year, with the whole of its list, against the list alone: what the drawing costs on top.

Two thousand occurrences of sixty series in the year that is shown, and as many in each of three years before it.
"""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, override_settings
from django.urls import path, reverse

from activities.models import Kind, Occurrence, Series
from amp import urls as amp_urls
from amp.annual.asked import Asked
from amp.annual.gather import gather
from benchmarks.ground import STOCKHOLM, days_between, make_place
from benchmarks.timing import Ratio, compare
from places.access import May
from places.models import Place, User

YEAR, HISTORY = 2026, 3
SERIES, A_YEAR = 60, 2000
# What stands there most days of a season, what returns weekly, what comes once in a while.
KINDS = (Kind.ACTIVATION, *5 * [Kind.ACTIVITY], *3 * [Kind.EVENT], Kind.EXHIBITION)
WHOLE = f"?year={YEAR}&month=all"


def bare(request: HttpRequest) -> HttpResponse:
    """The same rows in the same words, and nothing around them."""
    place = Place.objects.get()
    asked = Asked.of(request.GET, dt.date(YEAR, 7, 1))
    year = gather(place, asked.year, today=dt.date(YEAR, 7, 1), held=May)
    return render(request, "amp/_wheel_list.html", {"weeks": year.weeks(asked.period), "asked": asked})


urlpatterns = [path("bare/", bare), *amp_urls.urlpatterns]


def run() -> Ratio:
    """Twenty of each, in turns."""
    place, person = make_place("hjulet")
    for year in range(YEAR - HISTORY, YEAR + 1):
        _fill(place, person, year)
    if place.occurrences.filter(date__year=YEAR).count() != A_YEAR:
        raise AssertionError(f"measured with {place.occurrences.filter(date__year=YEAR).count()} occurrences")
    signed_in = Client()
    signed_in.force_login(person)
    address = reverse("wheel", args=[place.slug])

    def ours() -> None:
        _get(signed_in, address)

    def limit() -> None:
        _get(signed_in, "/bare/")

    # Addresses of static files are looked up in a table that only a deployment gathers.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = settings.STORAGES | {"staticfiles": plain}
    with override_settings(ROOT_URLCONF="benchmarks.wheel", STORAGES=storages):
        return compare(
            f"the wheel of {A_YEAR:,} occurrences against its list alone",
            ours=ours,
            bare=limit,
            limit=2.0,
            rounds=20,
            warm_up=3,
        )


def _get(client: Client, address: str) -> None:
    answer = client.get(f"{address}{WHOLE}")
    if answer.status_code != 200 or b"twin-row" not in answer.content:
        raise AssertionError(answer.status_code)


def _fill(place: Place, person: User, year: int) -> None:
    """Each series has its days spread over a part of the year, told of where they are past."""
    days = days_between(dt.date(year, 1, 1), dt.date(year, 12, 28))
    series = Series.objects.bulk_create(
        Series(
            place=place,
            title=f"Serie {number}",
            kind=KINDS[number % len(KINDS)],
            first=days[0],
            last=days[-1],
            starts=dt.time(10),
            ends=dt.time(12),
        )
        for number in range(SERIES)
    )
    Occurrence.objects.bulk_create(
        _occurrence(place, person, series[n % SERIES], days[(n * 7 + n // len(days)) % len(days)], n)
        for n in range(A_YEAR)
    )


def _occurrence(place: Place, person: User, series: Series, day: dt.date, number: int) -> Occurrence:
    starts = dt.datetime.combine(day, dt.time(10), STOCKHOLM) + dt.timedelta(minutes=number % 400)
    told = day < dt.date(YEAR, 7, 1)
    return Occurrence(
        place=place,
        series=series,
        title=series.title,
        kind=series.kind,
        date=day,
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=2),
        outcome=Occurrence.Outcome.HELD if told else Occurrence.Outcome.PLANNED,
        told_by=person if told else None,
        told_at=starts if told else None,
    )
