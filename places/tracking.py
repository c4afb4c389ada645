"""What a row was before: kept by triggers in the database, so that bulk changes and plain SQL are in it too."""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
from django.db import models

M = TypeVar("M", bound=type[models.Model])


def tracked(*, exclude: list[str] | None = None) -> Callable[[M], M]:
    """
    Keep each row as it was before every change and deletion. What is inserted costs nothing: the row itself tells.

    Changes of the fields in `exclude` are not kept.
    """
    events: list[Any] = [pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent()]
    decorate: Callable[[M], M] = pghistory.track(*events, exclude=exclude)
    return decorate
