"""What each role may, and the door to every page."""

from enum import Enum, auto
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from places.models import Membership, Place, Representative, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

Role = Membership.Role


class SignedInRequest(HttpRequest):
    """A request behind LoginRequiredMiddleware, so that its user is a person."""

    user: User


class May(Enum):
    """The steps a person can take at a place."""

    READ = auto()  # see plan, log, counts and indicators
    LOG = auto()  # tell how the day went
    COUNT = auto()  # count people
    PLAN = auto()  # plan seasons and series
    MEASURE = auto()  # keep indicators, occasions and targets
    REPORT = auto()  # make and publish reports
    READ_REPORTS = auto()  # read published reports
    READ_FUNDING = auto()  # see the co-financing contract
    FUND = auto()  # keep contracts, parties and payments
    ADMINISTER = auto()  # keep the place, its hours and its people


_FUNDER = frozenset({May.READ_REPORTS})
_HOST = _FUNDER | {May.READ, May.LOG, May.COUNT}
_ANALYST = _FUNDER | {May.READ, May.COUNT, May.MEASURE, May.REPORT, May.READ_FUNDING}
_MANAGER = _HOST | _ANALYST | {May.PLAN}
_ADMIN = _MANAGER | {May.FUND, May.ADMINISTER}

RIGHTS: dict[str, frozenset[May]] = {
    Role.HOST: _HOST,
    Role.ANALYST: _ANALYST,
    Role.MANAGER: _MANAGER,
    Role.ADMIN: _ADMIN,
}


def rights(user: "User | AnonymousUser", place: Place) -> frozenset[May]:
    """All that `user` may at `place`; empty for a stranger. Asked once a request, and kept on the place."""
    if not user.is_authenticated:
        return frozenset()
    known: dict[int, frozenset[May]] = place.__dict__.setdefault("_rights", {})
    if user.pk not in known:
        known[user.pk] = _look_up(user, place)
    return known[user.pk]


def role_of(user: User, place: Place) -> str | None:
    """The person's role at the place, None for funders and strangers. Costs a query."""
    return Membership.objects.filter(user=user, place=place).values_list("role", flat=True).first()


def _look_up(user: User, place: Place) -> frozenset[May]:
    if role := role_of(user, place):
        return RIGHTS[role]
    pays = Representative.objects.filter(user=user, organisation__parties__contract__place=place)
    return _FUNDER if pays.exists() else frozenset()


def open_place(user: User, slug: str, step: May) -> Place:
    """The place, or Http404 when it is another's, or PermissionDenied when `step` is too far for the person."""
    place: Place = get_object_or_404(Place.objects.visible_to(user), slug=slug)
    if step not in rights(user, place):
        raise PermissionDenied
    return place
