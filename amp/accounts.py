"""How people sign in: invited by an administrator, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts come from an administrator's invitation, so the sign-up page is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  allauth gives it
        return False
