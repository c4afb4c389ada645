"""Changes are dated by the database, whose clock runs on from NOW: those that are to lie in the past are dated anew."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db.models import Max

from tests.conftest import NOW

PUBLISHED = dt.datetime(2026, 8, 1, 9, tzinfo=NOW.tzinfo)
BEFORE = PUBLISHED - dt.timedelta(days=7)
YESTERDAY = NOW - dt.timedelta(days=1)


def events() -> Any:
    return apps.get_model("activities", "OccurrenceEvent").objects


@contextmanager
def happened(at: dt.datetime = YESTERDAY) -> Iterator[None]:
    """All that is changed within has been changed then."""
    newest = events().aggregate(newest=Max("pgh_id"))["newest"] or 0
    yield
    events().filter(pgh_id__gt=newest).update(pgh_created_at=at)
