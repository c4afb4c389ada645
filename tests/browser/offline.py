"""A phone on the square: its browser with a folder of its own, that can lose the network, be killed and come back."""

import contextlib
import os
import signal
import socket
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Error, Locator, Page, expect

from places.models import User
from tests.browser.clock import set_clock
from tests.browser.conftest import PASSWORD, PHONE

# The emulated language reaches pages alone; what the service worker fetches is in the browser's own.
SWEDISH = ("--accept-lang=sv-SE,sv", "--lang=sv-SE")
# Many times what is needed on a machine with nothing else to do.
LONG = 60


class Network:
    """
    The air between a phone and the server, which can be cut.

    The browser's own switch reaches pages alone, and leaves the service worker on the network.
    """

    def __init__(self, server: str) -> None:
        host, port = server.removeprefix("http://").split(":")
        self.server = (host, int(port))
        self.listener = socket.create_server(("localhost", 0))
        self.address = f"http://localhost:{self.listener.getsockname()[1]}"
        self.cut = False
        self.open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # The listener was closed: the test is over.
            while True:
                near, _address = self.listener.accept()
                # Each on its own: a server that is slow to answer one must not keep the others waiting.
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        self.open.add(near)
        if self.cut:
            self._close(near)
            return
        try:
            far = socket.create_connection(self.server)
        except OSError:
            self._close(near)
            return
        self.open.add(far)
        for ends in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=ends, daemon=True).start()
        if self.cut:
            # Cut while the two were being joined.
            self._close(near)

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):  # Either end was closed, or the air was cut.
            while some := source.recv(65536):
                target.sendall(some)
        for end in (source, target):
            self._close(end)

    def _close(self, end: socket.socket) -> None:
        self.open.discard(end)
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()

    def set_cut(self, *, cut: bool) -> None:
        """What is on its way when the air is cut never arrives, or arrives and is never answered."""
        self.cut = cut
        if cut:
            for end in tuple(self.open):
                self._close(end)

    def close(self) -> None:
        self.listener.close()
        self.set_cut(cut=True)


@dataclass
class Phone:
    """One browser with its own folder, where its database and its worker outlive it."""

    browser_type: BrowserType
    launch_args: dict[str, Any]
    network: Network
    folder: Path
    slug: str
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)

    def turn_on(self) -> "Phone":
        self.context = self.browser_type.launch_persistent_context(
            self.folder,
            **self.launch_args | {"args": [*self.launch_args["args"], *SWEDISH]},
            base_url=self.network.address,
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            viewport=PHONE,  # type: ignore[arg-type]  # a typed dictionary that reads the same
            reduced_motion="reduce",
        )
        set_clock(self.context)
        self.page = self.context.pages[0]
        return self

    def sign_in(self, user: User) -> None:
        """By the real page; where one is signed in already, this is left out."""
        self.page.goto("/accounts/login/")
        self.page.get_by_label("E-post").fill(user.email)
        self.page.get_by_label("Lösenord").fill(PASSWORD)
        self.page.get_by_role("button", name="Logga in").click()
        self.page.wait_for_url("**/p/**")

    def sign_in_again(self, user: User) -> None:
        """Where the browser was killed before it had written its cookies down."""
        self.page.goto("/accounts/login/")
        if "/accounts/login/" in self.page.url:
            self.sign_in(user)

    def open_tally(self, ground: str = "") -> None:
        self.page.goto(f"/p/{self.slug}/tally/{ground}")
        expect(self.page.locator("h1")).to_have_count(1)

    def ready_for_offline(self) -> None:
        """As a host sees it: the page says that it works without a network."""
        self.open_tally()
        expect(self.page.get_by_text("Sparat på telefonen: fungerar utan nät.")).to_be_visible(timeout=120_000)

    def count_in(self, zone: str) -> None:
        self.page.get_by_role("link", name=zone).click()
        expect(self.page.get_by_role("heading", name="Räkna vistelse")).to_be_visible()

    def open_day(self) -> None:
        """Without a network: the day as the phone knows it."""
        self.page.goto(f"/p/{self.slug}/")
        expect(self.page.get_by_role("heading", name="Dagens program")).to_be_visible()

    def open_queue(self) -> None:
        self.page.goto(f"/p/{self.slug}/queue/")
        expect(self.page.get_by_role("heading", name="På telefonen")).to_be_visible()

    def row(self, title: str) -> Locator:
        """What the day says of one thing on the programme."""
        return self.page.locator("li.row").filter(has_text=title)

    def offline(self, *, cut: bool = True) -> None:
        self.network.set_cut(cut=cut)
        self.context.set_offline(cut)

    def tap(self, cell: int, times: int = 1) -> None:
        """By script, as fast as the page takes it."""
        self.page.evaluate(
            "([cell, times]) => { const it = document.querySelectorAll('.tally-cell')[cell];"
            " for (let n = 0; n < times; n += 1) it.click(); }",
            [cell, times],
        )

    def wait_for(self, question: str, wanted: object) -> None:
        """Until the page answers so. Asked by the browser's own door: the policy makes no script of words."""
        end = time.monotonic() + LONG
        while (said := self.page.evaluate(question)) != wanted:
            assert time.monotonic() < end, f"{said}, not {wanted}: {question}"
            self.page.wait_for_timeout(50)

    def wait_until_kept(self, entries: int) -> None:
        """Until the phone's own database holds so many."""
        self.wait_for(ENTRIES, entries)

    def kill(self) -> None:
        """As when the system takes the browser away: no goodbye."""
        for pid in _processes_of(self.folder):
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(Error):  # Closed already, if the driver has learnt of it.
            self.context.close()
        (self.folder / "SingletonLock").unlink(missing_ok=True)

    def turn_off(self) -> None:
        self.context.close()

    def throw_away(self) -> None:
        self.turn_off()
        self.network.close()


ENTRIES = """() => new Promise((resolve, reject) => {
    const asked = indexedDB.open("amp");
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
        const db = asked.result;
        const counted = db.transaction("entries").objectStore("entries").count();
        counted.onsuccess = () => { db.close(); resolve(counted.result); };
    };
})"""


def _processes_of(folder: Path) -> list[int]:
    """The browser of this folder, and what it started with the folder in its words."""
    return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/cmdline") if _runs_in(path, folder)]


def _runs_in(path: Path, folder: Path) -> bool:
    try:
        return f"--user-data-dir={folder}".encode() in path.read_bytes().split(b"\x00")
    except OSError:
        return False  # It ended meanwhile.
