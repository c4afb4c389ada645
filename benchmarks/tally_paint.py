"""A tap on the tally until its number is painted, by the browser's own trace on a processor four times as slow."""

import json
import statistics
from typing import Any

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client, override_settings
from django.test.testcases import LiveServerThread
from django.urls import reverse
from playwright.sync_api import Browser, sync_playwright

from benchmarks.ground import make_place
from benchmarks.timing import Ratio
from places.models import Place, User

TAPS = 60
SLOWER = 4
# What a person takes for at once.
AT_ONCE = 0.050
CATEGORIES = ["devtools.timeline"]
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


def run() -> Ratio:
    """The median of sixty taps, each from the press to the end of the paint that follows."""
    place, person = make_place("paint")
    with override_settings(STORAGES=STORAGES, ALLOWED_HOSTS=["*"]):
        server = LiveServerThread("localhost", StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        try:
            times = _paints(f"http://localhost:{server.port}", place, _session(person))
        finally:
            server.terminate()
            server.join()
    name = f"a tap painted at {SLOWER}× throttling, worst {max(times):.3f} s, against what is at once"
    return Ratio(name, statistics.median(times), AT_ONCE, limit=1.0)


def _session(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value


def _paints(root: str, place: Place, session: str) -> list[float]:
    zone = place.zones.get()
    address = root + reverse("measurements:tally", args=[place.slug]) + f"#zone={zone.pk}"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium-headless-shell", args=["--no-sandbox", "--disable-gpu"]
        )
        trace = _trace(browser, address, {"name": "sessionid", "value": session, "url": root})
        browser.close()
    return _times(trace)


def _trace(browser: Browser, address: str, cookie: Any) -> list[dict[str, Any]]:  # noqa: ANN401  the driver's own type
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(address)
    cells = page.locator(".tally-cell")
    cells.first.wait_for()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    browser.start_tracing(page=page, categories=CATEGORIES)
    for tap in range(TAPS):
        cells.nth(tap % cells.count()).click()
    trace = json.loads(browser.stop_tracing())["traceEvents"]
    shown = page.locator(".tally-sums .all").inner_text()
    if shown != str(TAPS):
        raise AssertionError(f"{shown} of {TAPS} taps were counted")
    return list(trace)


def _times(trace: list[dict[str, Any]]) -> list[float]:
    """Seconds from each click to the end of the first paint after it."""
    clicks = sorted(_begin(one) for one in trace if _is_click(one))
    paints = sorted(_begin(one) + one.get("dur", 0) for one in trace if one["name"] == "Paint")
    found = [next(paint for paint in paints if paint >= click) - click for click in clicks]
    if len(found) != TAPS:
        raise AssertionError(f"{len(found)} of {TAPS} taps are in the trace")
    return [micro / 1_000_000 for micro in found]


def _is_click(one: dict[str, Any]) -> bool:
    return one["name"] == "EventDispatch" and bool(one["args"]["data"]["type"] == "click")


def _begin(one: dict[str, Any]) -> float:
    return float(one["ts"])
