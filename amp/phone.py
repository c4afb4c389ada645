"""What a phone installs: the manifest, the service worker, and the shells that stand without a network."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from measurements.views.tally import draw_day, draw_queue, draw_tally

# All that the shells load. The whole fonts and the sprite of icons are left out: the shells do without.
FILES: Final = (
    "css/base.css",
    "css/tally.css",
    "css/today.css",
    "css/tokens.css",
    "img/icon-192.png",
    "img/logo.svg",
    "js/offline.js",
    "js/phone.js",
    "js/tally/db.js",
    "js/tally/grid.js",
    "js/tally/model.js",
    "js/tally/queue-banner.js",
    "js/tally/queue.js",
    "js/tally/sync.js",
    "js/tally/tally.js",
    "js/tally/today.js",
    "js/tally/words.js",
    "vendor/fonts/tally-400.woff2",
    "vendor/fonts/tally-600.woff2",
    "vendor/js/idb.js",
)


def _draw_offline(request: HttpRequest) -> HttpResponse:
    return render(request, "offline.html")


SHELLS: Final[dict[str, Callable[[HttpRequest], HttpResponse]]] = {
    "today": draw_day,
    "tally": draw_tally,
    "queue": draw_queue,
    "offline": _draw_offline,
}


@login_not_required
def shell(request: HttpRequest, name: str) -> HttpResponse:
    """A page without anyone's data, for the service worker to keep."""
    if name not in SHELLS:
        raise Http404
    return SHELLS[name](request)


@login_not_required
@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """
    The worker, with the files and shells to keep and their common hash.

    Whatever changes in any of them, the language of the shells too, makes another worker, and with it a fresh cache.
    """
    told = {
        "VERSION": f"{get_language()}-{_version(request)}",
        "FILES": _addresses(),
        "SHELLS": {name: reverse("shell", args=[name]) for name in SHELLS},
    }
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told.items())
    worker = HttpResponse(head + _source("js/service-worker.js").decode(), content_type="text/javascript")
    worker["Service-Worker-Allowed"] = "/"
    return worker


def _addresses() -> list[str]:
    """On a server each by its hash, by which pages and other scripts call it too."""
    return [static(name) for name in FILES]


def _version(request: HttpRequest) -> str:
    content = hashlib.sha256()
    for name in FILES:
        content.update(_source(name))
    for draw in SHELLS.values():
        content.update(draw(request).content)
    return content.hexdigest()[:16]


def _source(name: str) -> bytes:
    return Path(str(finders.find(name))).read_bytes()


@login_not_required
def manifest(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  the same for everyone of a language
    icons = [("img/icon-192.png", "192x192", "any"), ("img/icon-512.png", "512x512", "any")]
    icons.append(("img/icon-maskable-512.png", "512x512", "maskable"))
    body = {
        "id": "/",
        "name": _("amp – the square, day by day"),
        "short_name": "amp",
        "lang": get_language(),
        "start_url": reverse("start"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f5f1",
        "theme_color": "#0e4d5c",
        "icons": [
            {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in icons
        ],
    }
    return JsonResponse(body, content_type="application/manifest+json")
