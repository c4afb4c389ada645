"""Whether the programme still reads as it did: told to a visitor who has it already, before anything is made of it."""

import hashlib
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from activities.programme.throttle import View
from places.models import Place

# So long an answer is good without asking: a moved date is known in a minute, and a crowd asks once.
FRESH = "public, max-age=60"
# One who works there looks at what was changed just now.
ASK_ALWAYS = "private, no-cache"

# What is planned: how much there is, what is now and what is over. What was changed or removed: the history grows with
# every change. The rest is few rows, and whole. A sum of times, for the latest may have been written before another.
STANDING = """
SELECT (SELECT concat_ws(' ', count(*), sum(extract(epoch FROM changed_at)),
                         count(*) FILTER (WHERE starts_at <= %(now)s), count(*) FILTER (WHERE ends_at <= %(now)s))
          FROM activities_occurrence WHERE place_id = %(place)s),
       (SELECT concat_ws(' ', count(*), max(pgh_id)) FROM activities_occurrenceevent WHERE place_id = %(place)s),
       (SELECT md5(string_agg(one::text, ' ' ORDER BY id)) FROM activities_season one WHERE place_id = %(place)s),
       (SELECT md5(string_agg(one::text, ' ' ORDER BY id)) FROM activities_partner one WHERE place_id = %(place)s),
       (SELECT md5(string_agg(one::text, ' ' ORDER BY id)) FROM places_zone one WHERE place_id = %(place)s),
       (SELECT md5(string_agg(one::text, ' ' ORDER BY id)) FROM places_openinghours one WHERE place_id = %(place)s),
       (SELECT md5(string_agg(one::text, ' ' ORDER BY id)) FROM places_openingexception one WHERE place_id = %(place)s),
       (SELECT md5(one::text) FROM places_place one WHERE id = %(place)s)
"""


def tag_of(request: HttpRequest, place: Place) -> str:
    """The same as long as an address of the place's programme would be answered the same. One query."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"place": place.pk, "now": now})
        standing = cursor.fetchone()
    # A new release may draw the same in other clothes.
    clothes = getattr(staticfiles_storage, "manifest_hash", "")
    asked = (request.build_absolute_uri("/"), get_language(), timezone.localdate(now), str(place.operator), clothes)
    return f'"{hashlib.sha256(repr((asked, standing)).encode()).hexdigest()[:32]}"'


def unless_known(view: View) -> View:
    """For a view of a public place: 304 to whoever has its answer already, and the answer may be kept for a while."""

    @wraps(view)
    def answer(request: HttpRequest, place: Place, *args: Any) -> HttpResponse:  # noqa: ANN401  the view's own
        tag = tag_of(request, place)
        response = get_conditional_response(request, etag=tag) or view(request, place, *args)
        response["ETag"] = tag
        response["Cache-Control"] = ASK_ALWAYS if settings.SESSION_COOKIE_NAME in request.COOKIES else FRESH
        patch_vary_headers(response, ["Cookie"])
        return response

    return cast("View", answer)
