"""The browser's time is the server's, where that is not the real one."""

import time_machine
from django.utils import timezone
from playwright.sync_api import BrowserContext


def set_clock(context: BrowserContext) -> None:
    """From now on the time of its pages runs on from the server's."""
    if time_machine.escape_hatch.is_travelling():
        context.clock.install(time=timezone.now())
