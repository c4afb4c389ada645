"""What each role may, and the door to every page."""

from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from places.models import Membership, Place, User

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
    """All that `user` may at `place`; empty for a stranger. Asked at most once of a place that stands open."""
    if not user.is_authenticated:
        return frozenset()
    known: dict[int, frozenset[May]] = vars(place).setdefault("_rights", {})
    if user.pk not in known:
        seen = _fetch(user, pk=place.pk)
        known[user.pk] = vars(seen)["_rights"][user.pk] if seen else frozenset()
    return known[user.pk]


def open_place(user: User, slug: str, step: May) -> Place:
    """The place, or Http404 when it is another's, or PermissionDenied when `step` is too far for the person."""
    place = _fetch(user, slug=slug)
    if place is None:
        raise Http404
    if step not in rights(user, place):
        raise PermissionDenied
    return place


def _fetch(user: User, **which: Any) -> Place | None:  # noqa: ANN401  a slug or a key
    """The place with the person's rights on it: one query for those who work there, two for funders and strangers."""
    place: Place | None = Place.objects.run_by(user).filter(**which).first()
    if place is not None:
        held = RIGHTS[vars(place)["role_held"]]
    else:
        place = Place.objects.paid_by(user).filter(**which).first()
        held = _FUNDER
    if place is not None:
        vars(place)["_rights"] = {user.pk: held}
    return place
