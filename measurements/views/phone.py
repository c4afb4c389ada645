"""The two addresses a phone's queue talks to. They answer in JSON whatever happens, and never send to the sign-in."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from measurements.exchange import phone
from measurements.exchange.payloads import UnreadableBody, read_body
from measurements.models import ReceivedPayload
from places.access import May, SignedInRequest, open_place
from places.models import Place

MOST_BYTES = 1_000_000


def _error(error: str, status: int) -> JsonResponse:
    return JsonResponse({"error": error}, status=status)


def _for_counting(
    view: Callable[[SignedInRequest, Place], JsonResponse],
) -> Callable[[SignedInRequest, str], JsonResponse]:
    """Open the place for those who may count there, and say in JSON when it stays closed."""

    @wraps(view)
    def opened(request: SignedInRequest, slug: str) -> JsonResponse:
        if not request.user.is_authenticated:
            return _error("signed_out", 401)
        try:
            place = open_place(request.user, slug, May.COUNT)
        except Http404:
            return _error("not_found", 404)
        except PermissionDenied:
            return _error("not_allowed", 403)
        return view(request, place)

    return opened


@login_not_required
@require_GET
@never_cache
@ensure_csrf_cookie
@_for_counting
def offline_data(request: SignedInRequest, place: Place) -> JsonResponse:
    """Read before every sending, too: it brings the token that a POST needs, which is another after each sign-in."""
    return JsonResponse(phone.offline_data(place, request.user, timezone.localdate()))


@login_not_required
@require_POST
@_for_counting
def sync(request: SignedInRequest, place: Place) -> JsonResponse:
    """Every body is kept before anything is done with it."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return _error("too_large", 413)
    received = ReceivedPayload.objects.create(place=place, by=request.user, body=_as_text(request.body))
    answer = _answer(request, place, received)
    received.answer, received.status = answer.content.decode(), answer.status_code
    received.save()
    return answer


def _answer(request: SignedInRequest, place: Place, received: ReceivedPayload) -> JsonResponse:
    try:
        body = read_body(request.body)
    except UnreadableBody as unreadable:
        return _error(unreadable.error, 400)
    received.version = body.version
    if body.person != request.user.pk:
        return _error("other_person", 403)
    return JsonResponse(phone.as_json(phone.sync(place, request.user, body)))


def _as_text(body: bytes) -> str:
    """Readable whatever was sent; a database's text holds no NUL."""
    return body.decode(errors="backslashreplace").replace("\x00", "\\x00")
