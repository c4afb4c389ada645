"""Clients that read English, so that a test's words are those of the code."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from django.test import Client

from places.models import User

Said: TypeAlias = Callable[[Any], list[str]]


def _english(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def as_admin(admin: User) -> Client:
    return _english(admin)


@pytest.fixture
def as_analyst(analyst: User) -> Client:
    return _english(analyst)


@pytest.fixture
def as_host(host: User) -> Client:
    return _english(host)


@pytest.fixture
def said() -> Said:
    """The messages a page shows."""
    return lambda response: [str(message) for message in response.context["messages"]]
