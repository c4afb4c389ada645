"""
How often one address may ask for what is open to everyone.

Each web process counts for itself, in its memory: refusing must cost less than answering, and a database that every
refusal writes to would be what is brought down. With four processes an address has up to four times as much.
"""

import math
import time
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, TypeVar, cast

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

# A school, or a town hall, reads from one address: a class of thirty that turns eight pages each in a minute.
PAGES = RateLimitItemPerMinute(240, namespace="programme-pages")
# Calendar services ask for all their people from few addresses.
CALENDARS = RateLimitItemPerMinute(240, namespace="programme-calendars")
# Seconds of work, where it has not been made before.
POSTERS = RateLimitItemPerMinute(20, namespace="programme-posters")
# An old address is asked for now and then long after it is renewed; one who guesses asks without end.
MISSES = RateLimitItemPerMinute(30, multiples=10, namespace="programme-misses")
# The network that one subscriber to IPv6 has.
SUBSCRIBER = 64

counted = MemoryStorage()
limiter = FixedWindowRateLimiter(counted)

View = TypeVar("View", bound=Callable[..., HttpResponse])


def at_most(rate: RateLimitItem) -> Callable[[View], View]:
    """Answers 429 to an address that has asked more often than this; nothing is looked up for it."""

    def limit(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401  the view's own
            asks = asking(request)
            return view(request, *args, **kwargs) if limiter.hit(rate, asks) else _wait(request, rate, asks)

        return cast("View", answer)

    return limit


def no_guessing(view: View) -> View:
    """Answers 429 to an address that has asked too often for what is not there."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401  the view's own
        asks = asking(request)
        if not limiter.test(MISSES, asks):
            return _wait(request, MISSES, asks)
        try:
            return view(request, *args, **kwargs)
        except Http404:
            limiter.hit(MISSES, asks)
            raise

    return cast("View", answer)


def asking(request: HttpRequest) -> str:
    """The address that asks, behind as many proxies as the settings say; of IPv6 its network."""
    address = ip_address(get_adapter(request).get_client_ip(request))
    network = isinstance(address, IPv6Address) and ip_network((address, SUBSCRIBER), strict=False)
    return str(network or address)


def _wait(request: HttpRequest, rate: RateLimitItem, asks: str) -> HttpResponse:
    seconds = math.ceil(limiter.get_window_stats(rate, asks).reset_time - time.time())
    response = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(max(1, seconds))
    response["Cache-Control"] = "no-store"
    return response
