"""A tap sent by the browser against a bare view that does the same INSERT.

Both are asked by a signed-in person through the same middleware, so the ratio is what amp's own work costs: the door,
the count and its lock, the rules of the entry, the answer.
"""

import json
import uuid
from typing import Final

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client, override_settings
from django.urls import path, reverse
from django.utils import timezone

from amp import urls as amp_urls
from benchmarks.ground import default_age_set, make_place
from benchmarks.timing import Ratio, compare
from measurements.models import CountEntry, Gender, Headcount, Measure

INSERT: Final = """
    INSERT INTO measurements_countentry
        (uuid, headcount_id, place_id, date, at, gender, age_band_id, people, way, reason, by_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', %s)
"""


def bare(request: HttpRequest) -> HttpResponse:
    """The same row into the same table, trigger and all, with no question asked."""
    (entry,) = json.loads(request.body)
    entry["by_id"] = request.user.pk
    with connection.cursor() as cursor:
        names = ["uuid", "headcount_id", "place_id", "date", "at", "gender", "band", "people", "way", "by_id"]
        cursor.execute(INSERT, [entry[name] for name in names])
    return JsonResponse({"added": 1})


urlpatterns = [path("bare/", bare), *amp_urls.urlpatterns]


def run() -> Ratio:
    """Two hundred of each, in turns."""
    place, person = make_place("trycket")
    age_set = default_age_set()
    headcount = Headcount.objects.create(
        place=place,
        measure=Measure.STAYING,
        zone=place.zones.get(),
        age_set=age_set,
        date=timezone.localdate(),
        started_at=timezone.now(),
        by=person,
    )
    band = age_set.bands.get(lower=25)
    signed_in = Client()
    signed_in.force_login(person)
    address = reverse("measurements:entry_append", args=[place.slug, headcount.uuid])

    def entry() -> dict[str, object]:
        return {
            "uuid": str(uuid.uuid4()),
            "at": headcount.started_at.isoformat(),
            "gender": Gender.WOMAN,
            "band": band.pk,
            "people": 1,
            "way": "tap",
        }

    # What the real view knows from the address and the session.
    known = {
        "headcount_id": headcount.pk,
        "place_id": place.pk,
        "date": headcount.date.isoformat(),
        "way": CountEntry.Way.TAP,  # the wire has words, the table numbers
    }

    def ours() -> None:
        answer = signed_in.post(address, [entry()], content_type="application/json")
        if answer.status_code != 200 or answer.json()["added"] != 1:
            raise AssertionError(answer.content)

    def limit() -> None:
        answer = signed_in.post("/bare/", [entry() | known], content_type="application/json")
        if answer.status_code != 200:
            raise AssertionError(answer.content)

    # One list of addresses for both: changing it between them would make ours find its way anew each time.
    with override_settings(ROOT_URLCONF="benchmarks.entry_post"):
        return compare("entry POST against a bare view", ours=ours, bare=limit, limit=3.0, rounds=200, warm_up=20)
