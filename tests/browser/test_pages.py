"""Every page, on a phone and at a desk: reached, readable, within the screen, and workable without a mouse."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from places.models import Place, User
from tests.browser.conftest import DESK, PHONE, SignIn, hindrances
from tests.browser.square import furnish
from tests.test_doors import TABLE

NARROW = {"width": 320, "height": 640}

# Too low for a thumb. Links in running text are as high as their line, and a table's rows are read at a desk; what
# takes no press at all, as the wheel's overview on a phone, is no target.
LOW = """() => [...document.querySelectorAll(
      "main :is(a[href], button, summary, select, input:not([type=hidden]), textarea), nav.bottom :is(a, summary)")]
    .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.closest(".visually-hidden, table"))
    .filter((one) => one.matches(".visually-hidden") === false)
    .filter((one) => getComputedStyle(one).pointerEvents !== "none")
    .filter((one) => !(one.tagName === "A" && getComputedStyle(one).display === "inline"))
    .map((one) => one.closest("label, .segmented") ?? one)
    .filter((one) => one.getBoundingClientRect().height < 44)
    .map((one) => `${one.getBoundingClientRect().height} ${one.outerHTML.slice(0, 160)}`)"""


# What reaches beyond the right edge of a page too wide for the screen, but for what scrolls in a frame of its own.
BEYOND = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [`${document.documentElement.scrollWidth} px wide on ${innerWidth}`,
     ...[...document.querySelectorAll("main *")]
        .filter((one) => one.getBoundingClientRect().right > innerWidth && !one.closest(".table-frame"))
        .map((one) => `beyond ${innerWidth} px: ${one.outerHTML.slice(0, 160)}`)]"""


@pytest.fixture
def made(place: Place) -> dict[str, Any]:
    return furnish(place)


def _faults(page: Page, *, at_desk: bool = False) -> list[str]:
    """What is wrong with the open page at the narrowest, on a phone, and at a desk; axe judges it on one of them."""
    found = []
    for size in (NARROW, PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a typed dictionary that reads the same
        found += page.evaluate(BEYOND)
        if size == PHONE:
            found += page.evaluate(LOW)
        if size == (DESK if at_desk else PHONE):
            found += hindrances(page)
    if page.locator("h1").count() != 1:
        found.append("not one h1")
    return [f"{page.url}: {fault}" for fault in found]


# --- The menu of each role --------------------------------------------------------------------------------------------

HOST = ["Idag", "Årshjul", "Dagbok", "Räkningar", "Nyckeltal", "Rapporter", "Platsen"]
WITH_MONEY = [*HOST[:-1], "Samfinansiering", "Platsen"]


@pytest.mark.parametrize(
    ("role", "words"),
    [("host", HOST), ("analyst", WITH_MONEY), ("manager", WITH_MONEY), ("admin", WITH_MONEY)],
)
def test_menu(
    role: str, words: list[str], page: Page, sign_in: SignIn, made: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    sign_in(request.getfixturevalue(role))
    menu = page.get_by_role("navigation", name="Huvudmeny").get_by_role("link")
    expect(menu.locator(".word")).to_have_text(words)
    found = []
    for address in menu.evaluate_all("links => links.map((link) => link.href)"):
        page.goto(address)
        expect(menu.and_(page.locator("[aria-current=page]"))).to_have_count(1)
        # By the one who may do the least and the one who may do the most: the others see the same parts.
        if role in {"host", "admin"}:
            found += _faults(page, at_desk=True)
    assert not found, "\n".join(found)


def test_menu_on_a_phone(page: Page, sign_in: SignIn, host: User, made: dict[str, Any]) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    sign_in(host)
    bottom = page.get_by_role("navigation", name="Genvägar")
    expect(bottom.locator("css=:scope > ul > li > a")).to_have_text(["Idag", "Räkna", "Årshjul", "Dagbok"])
    bottom.get_by_text("Mer").click()
    bottom.get_by_role("link", name="Platsen", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.url.endswith("/place/")


def test_pages_of_a_funder(page: Page, sign_in: SignIn, funder: User, made: dict[str, Any]) -> None:
    sign_in(funder)
    assert page.url.endswith("/reports/")
    found = _faults(page, at_desk=True) + _faults(page)
    for name in ("edition_detail", "edition_web"):
        page.goto(reverse(f"reports:{name}", args=[made["slug"], made["code"], made["published"]]))
        found += _faults(page, at_desk=True) + _faults(page)
    assert not found, "\n".join(found)


# --- Every other page -------------------------------------------------------------------------------------------------

APPS = ("today wheel places:", "activities:", "measurements:", "reports:")
# Parts of pages, and files.
NO_PAGE = {
    "wheel_print",
    "activities:photo_file",
    "measurements:headcount_earlier",
    "measurements:offline_data",
    "reports:edition_progress",
    "reports:edition_figure",
    "reports:edition_picture",
    "reports:edition_pdf",
}


# In parts, so that no core looks at pages while the other has nothing left to do.
PARTS = 3


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("app", APPS)
def test_every_page_on_a_phone(
    app: str, part: int, page: Page, sign_in: SignIn, admin: User, made: dict[str, Any]
) -> None:
    """By one who may open them all; the doors tell who may not."""
    seen = tuple(app.split())
    rows = [one for one in TABLE if one.route.startswith(seen) and one.kind != "act" and one.route not in NO_PAGE]
    sign_in(admin)
    found = []
    for row in rows[part::PARTS]:
        names = {name: made[key] for name, key in row.names.items()}
        page.goto(reverse(row.route, kwargs={"slug": made["slug"]} | names))
        found += _faults(page)
    assert not found, "\n".join(found)


def test_pages_without_a_place(page: Page) -> None:
    for name in ("account_login", "account_request_login_code", "account_signup", "account_reset_password", "help"):
        page.goto(reverse(name))
        assert _faults(page) == []


def test_a_closed_door_says_so(
    page: Page, sign_in: SignIn, host: User, made: dict[str, Any], troubles: list[str]
) -> None:
    sign_in(host)
    for address, status in ((reverse("places:people_list", args=[made["slug"]]), 403), ("/p/annantorget/", 404)):
        answer = page.goto(address)
        assert answer
        assert answer.status == status
        assert _faults(page) == []
        assert len(troubles) == 2
        troubles.clear()


# --- Words, keys and mistakes -----------------------------------------------------------------------------------------


def test_language(page: Page, sign_in: SignIn, host: User) -> None:
    sign_in(host)
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    page.get_by_role("banner").get_by_text("Host Ek").first.click()
    page.get_by_role("banner").get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("navigation", name="Main").get_by_role("link").first).to_have_accessible_name("Today")
    assert page.url.endswith("/p/lilltorget/")


def test_first_tab_leads_to_the_content(page: Page, sign_in: SignIn, host: User) -> None:
    sign_in(host)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Till innehållet")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_focus_is_seen(page: Page, sign_in: SignIn, host: User) -> None:
    sign_in(host)
    ring = """() => { const style = getComputedStyle(document.activeElement);
                      return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2; }"""
    for _step in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(ring), page.evaluate("document.activeElement.outerHTML")


def test_a_mistake_is_told_and_what_was_typed_is_kept(
    page: Page, sign_in: SignIn, admin: User, made: dict[str, Any]
) -> None:
    sign_in(admin)
    page.goto(reverse("places:contract_create", args=[made["slug"]]))
    page.get_by_label("Namn").fill("Avtal 2028")
    page.get_by_label("Första dag").fill("2028-01-01")
    page.get_by_label("Sista dag").fill("2027-12-31")
    page.get_by_role("button", name="Spara").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Sista dagen ligger före den första.")
    expect(page.get_by_label("Namn")).to_have_value("Avtal 2028")
    expect(page.get_by_label("Första dag")).to_have_value("2028-01-01")
    assert _faults(page) == []

    # From the menu to a target that another has already, and to one that is free.
    page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Nyckeltal").click()
    page.get_by_role("link", name="Representation").click()
    page.get_by_role("link", name="Nytt målvärde").click()
    page.get_by_label("Kön").select_option("Kvinnor och flickor")
    page.get_by_label("Minst").fill("45,5")
    page.get_by_role("button", name="Spara målvärdet").click()
    expect(summary).to_contain_text("Det finns redan ett målvärde för den gruppen och det året.")
    expect(page.get_by_label("Minst")).to_have_value("45,5")
    assert _faults(page) == []
    page.get_by_label("Kön").select_option("Män och pojkar")
    page.get_by_role("button", name="Spara målvärdet").click()
    expect(page.get_by_role("listitem").filter(has_text="Män och pojkar")).to_contain_text("minst 45,5 %")
