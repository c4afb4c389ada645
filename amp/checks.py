"""System checks that stop the start on unsafe settings, and say what to set."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def safe_settings(**_kwargs: Any) -> list[CheckMessage]:  # noqa: ANN401  Django passes what it likes
    """An error for each unsafe combination when DEBUG is off; nothing is checked at a desk."""
    return [] if settings.DEBUG else list(_unsafe())


def _unsafe() -> Iterator[Error]:
    if settings.SECRET_KEY == settings.DESK_SECRET:
        yield Error(
            "DEBUG is off, but SECRET_KEY is the desk's.", hint="Set SECRET_KEY to 50 random characters.", id="amp.E001"
        )
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield Error("DEBUG is off, but cookies may travel over http.", hint="Set HTTPS=on.", id="amp.E002")
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "DEBUG is off, but the host names are not limited.",
            hint="Set ALLOWED_HOSTS to the names this server answers to, such as amp.example.se.",
            id="amp.E003",
        )
