"""The whole chain, by hand in a browser: told, counted, reported, and found in the funders' PDF."""

import datetime as dt
import io
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from activities.models import Occurrence
from measurements.models import Headcount, Measure
from places.models import Place, User
from places.periods import Kind, Period
from tests import factories
from tests.browser.conftest import SignIn, Work


@pytest.fixture
def sing_along(place: Place) -> Occurrence:
    """Earlier today, however early it is, and over."""
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = max(midnight, now - dt.timedelta(hours=1))
    occurrence: Occurrence = factories.OccurrenceFactory.create(
        place=place, title="Sångstund", date=now.date(), starts_at=starts, ends_at=starts + (now - starts) / 2
    )
    return occurrence


def test_main_job(page: Page, sign_in: SignIn, worker: Work, sing_along: Occurrence, host: User, manager: User) -> None:
    sign_in(host)
    _tell_that_it_was_held(page)
    _count_twelve_by_keyboard(page)
    _sign_out(page, "Host Ek")

    headcount = Headcount.objects.get()
    assert (headcount.measure, headcount.occurrence_id, headcount.people) == (
        Measure.PARTICIPATING,
        sing_along.pk,
        12,
    )

    sign_in(manager)
    _order_the_report(page, worker)
    _find_twelve_on_the_web(page)
    _find_twelve_in_the_pdf(page)


def _tell_that_it_was_held(page: Page) -> None:
    page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Idag").click()
    programme = page.get_by_role("region", name="Dagens program")
    programme.get_by_role("button", name="Genomförd").click()
    expect(page.locator("[data-toast]")).to_contain_text("Sångstund")
    assert Occurrence.objects.get().outcome == Occurrence.Outcome.HELD


def _count_twelve_by_keyboard(page: Page) -> None:
    """Four girls, three women and five men: digits, arrows, Tab and Enter, and no mouse once the sheet is open."""
    page.get_by_role("region", name="Dagens program").get_by_role("link", name="Räkna deltagare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sångstund")
    keys, total = page.keyboard, page.locator("[data-grand-total]")
    expect(page.get_by_label("kvinna/flicka 0–4")).to_be_focused()
    for key in ("Tab", "4", "ArrowDown", "Enter", "3"):
        keys.press(key)
    expect(total).to_have_text("7")
    for key in ("ArrowRight", "5"):
        keys.press(key)
    expect(total).to_have_text("12")
    expect(page.locator("[data-column-total]")).to_have_text(["7", "5", "0"])
    expect(page.locator("[data-row-total]")).to_have_text(["0", "4", "0", "8", "0", "0", "0"])
    expect(page.locator("[data-save]")).to_have_text("Spara – 12 personer")
    # Down the rest of the men, and all of those not judged, to the button.
    for _cell in range(30):
        if page.evaluate("document.activeElement.matches('[data-save]')"):
            break
        keys.press("Enter")
    keys.press("Enter")
    expect(page.locator("[data-toast]")).to_contain_text("12")


def _sign_out(page: Page, name: str) -> None:
    page.get_by_role("banner").get_by_text(name).first.click()
    page.get_by_role("button", name="Logga ut").first.click()
    expect(page).to_have_url(re.compile("/accounts/login/"))


def _order_the_report(page: Page, worker: Work) -> None:
    """The quarter that runs, as a draft; the page tells how far it has come, and shows it when it is done."""
    page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Rapporter").click()
    page.get_by_label("Period").select_option(Period.containing(timezone.localdate(), Kind.QUARTER).code)
    page.get_by_role("button", name="Gör ett utkast").click()
    progress = page.get_by_role("progressbar")
    expect(progress).to_be_visible()
    working = worker()
    expect(page.get_by_role("link", name="Läs rapporten")).to_be_visible(timeout=30_000)
    expect(progress).to_have_count(0)
    working.join()


def _find_twelve_on_the_web(page: Page) -> None:
    page.get_by_role("link", name="Läs på webben").click()
    months = page.get_by_role("table").filter(has_text="Tre mått per månad")
    expect(months.locator("tfoot td").nth(4)).to_have_text("12")
    page.go_back()


def _find_twelve_in_the_pdf(page: Page) -> None:
    with page.expect_download() as download:
        # Chromium shows a PDF; with Alt it saves what the link leads to.
        page.get_by_role("link", name="Läs rapporten").click(modifiers=["Alt"])
    pdf = PdfReader(io.BytesIO(download.value.path().read_bytes()))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert "12 besök på 1 räknat tillfälle." in " ".join(text.split())
    # Planned, held, changed, cancelled, untold, unplanned, visits; then held and visits in the year so far.
    assert re.search(r"^Aktiviteter 1 1 0 0 0 0 12 1 12$", text, re.MULTILINE)
