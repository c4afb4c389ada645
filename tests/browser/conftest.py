"""A real Chromium on a real server, that fails a test for anything the browser complains of."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pgtrigger
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.test import Client, TransactionTestCase
from django.utils import timezone
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Playwright, Request, Response, expect
from procrastinate.contrib.django import app
from pytest_django.live_server_helper import LiveServer

from places.models import Place, User
from tests import factories
from tests.browser.clock import set_clock

HERE = Path(__file__).parent
PASSWORD = "lilltorget-demo"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
# What Django makes of the models, the same for every test.
KEPT = {"django_content_type", "auth_permission", "django_site"}

SignIn: TypeAlias = Callable[[User], None]
Work: TypeAlias = Callable[[], threading.Thread]

expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


# --- The browser ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer, playwright: Playwright) -> Iterator[str]:
    """Where addresses without a server lead."""
    yield str(live_server.url)
    # Connections belong to the loop that the browser runs in this thread: once it stops, nobody can close them.
    connections.close_all()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium without the parts that nobody sees, as quiet as it can be: no test reaches the network."""
    quiet = ["disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update"]
    args = ["--no-sandbox", "--disable-sync", *(f"--{word}" for word in quiet)]
    return browser_type_launch_args | {"executable_path": "/usr/bin/chromium-headless-shell", "args": args}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {
        "locale": "sv-SE",
        "timezone_id": "Europe/Stockholm",
        "viewport": DESK,
        "reduced_motion": "reduce",
    }


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    set_clock(context)
    return context


@pytest.fixture(autouse=True)
def troubles(page: Page) -> Iterator[list[str]]:
    """
    All that the browser complained of: errors of scripts, refusals by the policy, files that did not come.

    Whatever stands here when a test ends fails it; a test that expects a trouble asserts it and empties the list.
    """
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            said.append(f"{message.type}: {message.text}")

    def fail(request: Request) -> None:
        # A page that is left, or a link that becomes a download, stops what was under way.
        if request.failure != "net::ERR_ABORTED":
            said.append(f"{request.url}: {request.failure}")

    def answer(response: Response) -> None:
        if response.status >= 400:
            said.append(f"{response.url}: {response.status}")

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", fail)
    page.on("response", answer)
    yield said
    assert said == []


# --- The server and what is on it -------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _swept() -> Iterator[None]:
    """
    What a test has made is deleted after it: few tables hold anything, and emptying them all by truncation, with what
    Django then makes anew, takes twenty times as long.
    """

    def sweep(_case: TransactionTestCase) -> None:
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        # Foreign keys are judged at the end; the histories come last, for what is deleted may write there.
        ordered = sorted(set(tables) - KEPT, key=lambda table: (table.endswith("event"), table))
        with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
            for table in ordered:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608  our own names

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", sweep)
        yield


@pytest.fixture(autouse=True)
def _clean(transactional_db: None) -> None:
    """What migrations put there is gone after the first test; queue and throttle are kept from test to test."""
    factories.AgeSetFactory.create()
    cache.clear()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture
def place(transactional_db: None) -> Place:
    """Open today from midnight, whatever the weekday, so that something can already be over."""
    place = factories.PlaceFactory.create(slug="lilltorget", name="Lilltorget")
    if timezone.localdate().weekday() == 6:
        factories.OpeningHoursFactory.create(place=place, weekday=6)
    factories.OpenDayFactory.create(place=place, date=timezone.localdate(), opened=dt.time(0))
    return place


@pytest.fixture
def worker(transactional_db: None) -> Iterator[Work]:
    """Starts the background worker beside the page; it goes home when the queue is empty."""
    started: list[threading.Thread] = []

    def work() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
            working.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    def start() -> threading.Thread:
        thread = threading.Thread(target=work)
        thread.start()
        started.append(thread)
        return thread

    # A worker's thread keeps its connection for the next job, and the database is torn down with nobody in it.
    kept = connection.settings_dict["CONN_MAX_AGE"]
    connection.settings_dict["CONN_MAX_AGE"] = 0
    yield start
    for thread in started:
        thread.join()
    connection.settings_dict["CONN_MAX_AGE"] = kept


@pytest.fixture
def sign_in(page: Page, base_url: str) -> SignIn:
    """With a session made beside the page; test_login goes by the door."""

    def enter(user: User) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base_url}])
        page.goto("/")
        page.wait_for_url("**/p/**")

    return enter


# --- Accessible to all ------------------------------------------------------------------------------------------------

AXE = (Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js").read_text()
# What hinders people, in the words of axe; the rest is advice.
HINDERS = {"serious", "critical"}
JUDGE = """async () => (await axe.run(document, {resultTypes: ["violations"], preload: false})).violations
    .map(({id, impact, help, nodes}) => ({id, impact, help, nodes: nodes.map((node) => node.html)}))"""


def hindrances(page: Page) -> list[str]:
    """What axe calls serious or critical on the open page: the rule, and the parts of the page that break it."""
    # The policy lets no script in, so it comes by the browser's own door.
    page.evaluate(f"() => {{ if (!window.axe) {{ {AXE} }} }}")
    found = page.evaluate(JUDGE)
    return [f"{one['id']}: {one['help']} {one['nodes']}" for one in found if one["impact"] in HINDERS]
