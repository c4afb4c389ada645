"""Answers a form that was sent before as it was answered then, and does nothing more."""

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any, TypeAlias

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from places.models import Submission

View: TypeAlias = Callable[..., HttpResponseBase]

# A page's token is new each time the page is drawn, and the same however often it is sent.
TOKEN = "csrfmiddlewaretoken"  # noqa: S105  the name of a field
# Routes that make a row, beside those that are called so.
MAKING = {"activities:daylog_note"}
# Sent again after longer than this, it is meant.
REMEMBERED = dt.timedelta(hours=1)


class SubmissionMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """
        Run the view of a form that makes a row, in one transaction with the note that it was sent.

        Of two that are sent at once the second waits for the first. What a view refuses may be sent again.
        """
        if not makes_a_row(request) or not request.POST.get(TOKEN):
            return None
        with transaction.atomic():
            known, is_new = Submission.objects.get_or_create(digest=digest_of(request))
            if not is_new and timezone.now() - known.made_at < REMEMBERED:
                return HttpResponseRedirect(known.location)
            response = view(request, *args, **kwargs)
            if response.status_code == HttpResponseRedirect.status_code:
                known.location, known.made_at = response.headers["Location"], timezone.now()
                known.save()
            else:
                known.delete()
        return response


def makes_a_row(request: HttpRequest) -> bool:
    match = request.resolver_match
    if request.method != "POST" or match is None or not request.user.is_authenticated:
        return False
    return match.view_name.endswith("_create") or match.view_name in MAKING


def digest_of(request: HttpRequest) -> str:
    """Of who sent what from which drawing of a page. Another word in it makes it another one."""
    parts = [str(request.user.pk), request.get_full_path()]
    parts += [f"{name}={value}" for name, values in sorted(request.POST.lists()) for value in values]
    digest = hashlib.sha256("\0".join(parts).encode(errors="surrogatepass"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(f"\0{name}={file.name}\0".encode(errors="surrogatepass"))
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()
