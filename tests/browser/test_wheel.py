"""Through the wheel with keys alone: one stop, weeks and rings, an item opened and left again."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from places.models import Place, User
from tests import factories
from tests.browser.conftest import DESK, PHONE, SignIn, hindrances

# A year that is not today's, so that nothing in it depends on today.
pytestmark = pytest.mark.moment("2026-11-23T12:00")
YEAR = 2027
WEEK_24 = dt.date(2027, 6, 14)


@pytest.fixture
def planned(place: Place) -> None:
    """Week 24 has an event and an activity, week 25 an event."""
    zone = factories.ZoneFactory.create(place=place, name="Scenen")
    event = {"place": place, "kind": "event", "zone": zone}
    factories.OccurrenceFactory.create(**event, title="Midsommardans", date=WEEK_24 + dt.timedelta(days=2))
    factories.OccurrenceFactory.create(**event, title="Live på torget", date=WEEK_24 + dt.timedelta(days=9))
    factories.OccurrenceFactory.create(place=place, title="Zumba", date=WEEK_24)


def _open(page: Page, query: str) -> Locator:
    page.goto(f"{reverse('wheel', args=['lilltorget'])}?{query}")
    return page.get_by_role("application", name=f"Året {YEAR} som hjul")


@pytest.mark.usefixtures("planned")
def test_keys_lead_through_the_wheel_to_an_item_and_back(page: Page, sign_in: SignIn, manager: User) -> None:
    sign_in(manager)
    wheel = _open(page, f"year={YEAR}&month={YEAR}-06")
    page.get_by_role("button", name="Rapport och avtal").focus()
    page.keyboard.press("Tab")
    expect(wheel).to_be_focused()
    says = page.locator("[data-wheel-says]")
    # The year is not today's: the wheel begins in its first week, in the outermost ring.
    expect(says).to_have_text("Vecka 1, Aktivering: inget")
    for _week in range(23):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(says).to_have_text("Vecka 24, Aktivitet: Zumba")
    page.keyboard.press("ArrowDown")
    expect(says).to_have_text("Vecka 24, Evenemang: Midsommardans")
    page.keyboard.press("ArrowRight")
    expect(says).to_have_text("Vecka 25, Evenemang: Live på torget")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    card = page.get_by_role("region", name="Midsommardans")
    expect(card).to_be_focused()
    expect(card).to_contain_text("Onsdag 16 juni, 13:00–13:45 · vecka 24")
    expect(card).to_contain_text("Scenen")
    assert hindrances(page) == []
    page.keyboard.press("Escape")
    expect(wheel).to_be_focused()
    # Back where it was left, and away from it with one press.
    page.keyboard.press("ArrowUp")
    expect(says).to_have_text("Vecka 24, Aktivitet: Zumba")
    page.keyboard.press("Home")
    expect(says).to_have_text("Vecka 1, Aktivitet: inget")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.wheel-side') !== null")


@pytest.mark.usefixtures("planned")
def test_the_open_button_of_the_card_leads_to_the_item(page: Page, sign_in: SignIn, manager: User) -> None:
    sign_in(manager)
    _open(page, f"year={YEAR}&month={YEAR}-06")
    page.get_by_role("link", name=re.compile("Midsommardans")).last.click()
    page.get_by_role("region", name="Midsommardans").get_by_role("link", name="Öppna").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Midsommardans")


@pytest.mark.usefixtures("planned")
def test_a_pointer_opens_a_tick_and_a_disc(page: Page, sign_in: SignIn, manager: User) -> None:
    sign_in(manager)
    _open(page, f"year={YEAR}")
    disc = page.locator(".wheel-drawing a.disc").first
    disc.click()
    expect(page.get_by_role("region", name="Midsommardans")).to_be_visible()
    tick = page.locator(".wheel-drawing .tick").bounding_box()
    assert tick is not None
    page.mouse.click(tick["x"] + tick["width"] / 2, tick["y"] + tick["height"] / 2)
    expect(page.get_by_role("region", name="Zumba")).to_be_visible()


@pytest.mark.usefixtures("planned")
def test_a_ring_is_turned_off_and_focus_stays(page: Page, sign_in: SignIn, manager: User) -> None:
    sign_in(manager)
    _open(page, f"year={YEAR}&month={YEAR}-06")
    expect(page.locator(".wheel-drawing a.disc")).to_have_count(2)
    page.get_by_role("button", name="Evenemang").press("Enter")
    expect(page.locator(".wheel-drawing a.disc")).to_have_count(0)
    button = page.get_by_role("button", name="Evenemang")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(button).to_be_focused()
    expect(page.get_by_role("link", name=re.compile("Midsommardans"))).to_have_count(0)


@pytest.mark.usefixtures("planned")
def test_the_wheel_fits_a_desk_and_the_list_is_the_page_on_a_phone(page: Page, sign_in: SignIn, manager: User) -> None:
    sign_in(manager)
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    _open(page, f"year={YEAR}&month={YEAR}-06")
    drawing = page.locator(".wheel-drawing")
    box = drawing.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= DESK["height"]
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    box = drawing.bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(160, abs=1)
    expect(page.get_by_role("heading", name="Juni som lista")).to_be_visible()


@pytest.mark.usefixtures("planned")
def test_without_scripts_the_list_opens_the_card(page: Page, sign_in: SignIn, manager: User) -> None:
    sign_in(manager)
    page.route("**/wheel.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(f"{reverse('wheel', args=['lilltorget'])}?year={YEAR}&month={YEAR}-06")
    expect(page.get_by_role("application")).to_have_count(0)
    page.get_by_role("link", name=re.compile("Zumba")).click()
    expect(page.get_by_role("region", name="Zumba")).to_be_visible()
