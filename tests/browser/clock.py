"""The browser's time is the server's, where that is not the real one."""

import datetime as dt

import time_machine
from django.utils import timezone
from playwright.sync_api import BrowserContext

# More than a test's own steps take between two looks at the clock.
MOVED = dt.timedelta(seconds=5)


def set_clock(context: BrowserContext) -> None:
    """From now on the time of its pages runs on from the server's."""
    if is_moved():
        context.clock.install(time=timezone.now())


def is_moved() -> bool:
    """Whether Python's time was moved away from the machine's."""
    real = time_machine.escape_hatch.datetime.datetime.now(dt.UTC)
    return abs(timezone.now() - real) > MOVED
