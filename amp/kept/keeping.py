"""Keep what was typed for the browser that sent it, and find it again."""

import datetime as dt
import hashlib
import json
import secrets
import uuid
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import timezone
from limits import RateLimitItemPerMinute

from activities.programme.throttle import asking, limiter
from amp.kept.filling import TOKEN, Typed
from places.models import KeptForm
from places.tasks import KEPT_FOR

COOKIE = "amp_kept_"
# In the address of a page: which kept form to fill in. In a form: which kept form it sends anew.
KEY = "kept"
# A browser sends all its cookies with each request, and a server takes 8 kB of them.
AT_MOST = 40
# Whoever is signed out may write here: a busy square with one address has some forms a minute.
KEEPING = RateLimitItemPerMinute(60, namespace="kept-forms")
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
# Sent to by those who sign in: nothing of theirs is kept.
CLOSED = ("/accounts/", "/language/")


def is_a_form(request: HttpRequest) -> bool:
    """Sent by a person from a page of ours, and to be kept; scripts keep their own."""
    wanted = request.headers.get("Accept", "*/*")
    return (
        request.method == "POST"
        and request.content_type in FORMS
        and ("text/html" in wanted or "*/*" in wanted)
        and "HX-Request" not in request.headers
        and not request.path.startswith(CLOSED)
        and _from_here(request)
    )


def _from_here(request: HttpRequest) -> bool:
    """Another site can send a form in a person's name; that is not what they typed."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


def keep(request: HttpRequest) -> KeptForm | None:
    """None where one address has sent more than people can type. The cookie is set by `remember`."""
    if not limiter.hit(KEEPING, asking(request)):
        return None
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in {TOKEN, KEY}]
    secret = secrets.token_urlsafe(32)
    kept = KeptForm.objects.create(
        secret_sha256=_hashed(secret),
        path=request.get_full_path(),
        page=page_of(request),
        fields=json.dumps(fields),
        has_files=bool(request.FILES),
    )
    kept.secret = secret  # type: ignore[attr-defined]
    return kept


def remember(response: HttpResponseBase, request: HttpRequest, kept: KeptForm) -> None:
    """Gives the browser what opens it: one cookie each, so that several tabs at once do not overwrite each other's."""
    response.set_cookie(
        f"{COOKIE}{kept.uuid.hex}",
        kept.secret,  # type: ignore[attr-defined]
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    if replaced := kept_by(request, request.POST.get(KEY, "")):
        forget(response, replaced)


def forget(response: HttpResponseBase, kept: KeptForm) -> None:
    response.delete_cookie(f"{COOKIE}{kept.uuid.hex}", samesite="Lax")
    KeptForm.objects.filter(pk=kept.pk).delete()


def kept_by(request: HttpRequest, key: str) -> KeptForm | None:
    """The kept form with that key, if it was this browser that sent it, and not too long ago."""
    try:
        name = uuid.UUID(key)
    except ValueError:
        return None
    secret = request.COOKIES.get(f"{COOKIE}{name.hex}")
    if not secret:
        return None
    return KeptForm.objects.filter(pk=name, secret_sha256=_hashed(secret), kept_at__gt=_oldest()).first()


def all_kept_by(request: HttpRequest) -> list[KeptForm]:
    """Those of this browser, the latest first, in one query."""
    secrets_by_key: dict[uuid.UUID, str] = {}
    for name, secret in request.COOKIES.items():
        if name.startswith(COOKIE):
            try:
                secrets_by_key[uuid.UUID(name.removeprefix(COOKIE))] = _hashed(secret)
            except ValueError:
                continue
    rows = KeptForm.objects.filter(pk__in=list(secrets_by_key)[:AT_MOST], kept_at__gt=_oldest()).order_by("-kept_at")
    return [row for row in rows if row.secret_sha256 == secrets_by_key[row.pk]]


def typed_in(kept: KeptForm) -> Typed:
    return [(name, value) for name, value in json.loads(kept.fields)]


def page_of(request: HttpRequest) -> str:
    """Where the form stood: the page it was sent from, else the one it leads back to, else its own address."""
    for asked in (request.headers.get("Referer", ""), request.POST.get("next", "")):
        parts = urlsplit(asked)
        if parts.netloc in {"", request.get_host()} and _is_page(parts.path):
            return _without_key(parts.path, parts.query)
    return _without_key(request.path, request.META.get("QUERY_STRING", ""))


def _is_page(path: str) -> bool:
    return path.startswith("/") and not path.startswith((*CLOSED, "//", "/kept/")) and match_of(path) is not None


def match_of(path: str) -> ResolverMatch | None:
    try:
        return resolve(path.partition("?")[0])
    except Resolver404:
        return None


def _without_key(path: str, query: str) -> str:
    values = QueryDict(query, mutable=True)
    values.pop(KEY, None)
    return urlunsplit(("", "", path, values.urlencode(), ""))


def address_of(kept: KeptForm) -> str:
    """The page of the form, to be filled in, or what shows it where there is no such page."""
    if kept.page.startswith("/kept/"):
        return reverse("kept_form", args=[kept.uuid])
    joint = "&" if "?" in kept.page else "?"
    return f"{kept.page}{joint}{urlencode({KEY: kept.uuid})}#kept"


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _oldest() -> dt.datetime:
    return timezone.now() - KEPT_FOR
