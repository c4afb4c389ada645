"""A tap sent by the browser against a bare view that does the same INSERT."""

import json
import uuid
from typing import Final

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client, override_settings
from django.urls import path, reverse
from django.utils import timezone

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
    entry = json.loads(request.body)["entries"][0]
    with connection.cursor() as cursor:
        names = ["uuid", "headcount_id", "place_id", "date", "at", "gender", "age_band", "people", "way", "by_id"]
        cursor.execute(INSERT, [entry[name] for name in names])
    return JsonResponse({"added": 1})


urlpatterns = [path("bare/", bare)]


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
    signed_in, unknown = Client(), Client()
    signed_in.force_login(person)
    address = reverse("measurements:entry_append", args=[place.slug, headcount.uuid])

    def entry() -> dict[str, object]:
        return {
            "uuid": str(uuid.uuid4()),
            "at": headcount.started_at.isoformat(),
            "gender": Gender.WOMAN,
            "age_band": band.pk,
            "people": 1,
            "way": CountEntry.Way.TAP,
        }

    # What the real view knows from the address and the session.
    known = {
        "headcount_id": headcount.pk,
        "place_id": place.pk,
        "date": headcount.date.isoformat(),
        "by_id": person.pk,
    }

    def ours() -> None:
        answer = signed_in.post(address, {"entries": [entry()]}, content_type="application/json")
        if answer.status_code != 200 or answer.json()["added"] != 1:
            raise AssertionError(answer.content)

    def limit() -> None:
        with override_settings(ROOT_URLCONF="benchmarks.entry_post", MIDDLEWARE=[]):
            answer = unknown.post("/bare/", {"entries": [entry() | known]}, content_type="application/json")
        if answer.status_code != 200:
            raise AssertionError(answer.content)

    return compare("entry POST against a bare view", ours=ours, bare=limit, limit=3.0, rounds=200, warm_up=20)
