"""Pages for what is written down beside the plan, and what they share."""

from places.access import May, SignedInRequest, rights
from places.models import Place


def may(request: SignedInRequest, place: Place) -> dict[str, bool]:
    """The steps these pages have buttons for."""
    held = rights(request.user, place)
    return {"log": May.LOG in held, "plan": May.PLAN in held}
