"""Signing in by the real pages."""

import re

from django.core import mail
from playwright.sync_api import Page, expect

from places.models import User
from tests.browser.conftest import PASSWORD, hindrances


def _try(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-post").fill(email)
    page.get_by_label("Lösenord").fill(password)
    page.get_by_role("button", name="Logga in").click()
    page.wait_for_load_state()


def test_password(page: Page, host: User) -> None:
    page.goto("/")
    _try(page, host.email, PASSWORD)
    expect(page).to_have_url(re.compile(r"/p/lilltorget/$"))


def test_code_by_mail(page: Page, host: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Skicka en kod").click()
    page.get_by_label("E-post").fill(host.email)
    page.get_by_role("button", name="Skicka koden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Skriv koden")
    [sent] = mail.outbox
    assert sent.to == [host.email]
    code = re.search(r"^\s*([A-Z0-9]{4,}(?:-[A-Z0-9]+)*)\s*$", str(sent.body), re.MULTILINE)
    assert code, sent.body
    page.get_by_label("Kod").fill(code[1])
    page.get_by_role("button", name="Logga in").click()
    expect(page).to_have_url(re.compile(r"/p/lilltorget/$"))


def test_wrong_password_keeps_the_address_and_says_so(page: Page, host: User) -> None:
    page.goto("/accounts/login/")
    _try(page, host.email, "fel-lösenord")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_label("E-post")).to_have_value(host.email)
    assert hindrances(page) == []


def test_five_failures_stop_the_sixth_try(page: Page, host: User) -> None:
    page.goto("/accounts/login/")
    for _time in range(5):
        _try(page, host.email, "fel-lösenord")
    # Even with the right one.
    _try(page, host.email, PASSWORD)
    expect(page.locator("[data-error-summary]")).to_contain_text("För många misslyckade inloggningsförsök")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_nobody_signs_up(page: Page) -> None:
    page.goto("/accounts/signup/")
    expect(page.locator("form").filter(has=page.get_by_label("Lösenord"))).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("administratör")
    assert hindrances(page) == []
