"""The session goes while a page is open: what was typed is back after the sign-in, in the field it was typed in."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect

from activities.models import DayLogLine
from measurements.models import Headcount
from places.models import Place, User
from tests import factories
from tests.browser.conftest import PASSWORD, SignIn, hindrances

NOTE = "En rad om torget:\nkörsång & <fika>"


@pytest.fixture(autouse=True)
def _signed_out(troubles: list[str]) -> Iterator[None]:
    """The queue may ask meanwhile, and is told that nobody is signed in."""
    yield
    assert [one for one in troubles if "401" not in one] == []
    troubles.clear()


def _in_again(page: Page, person: User) -> None:
    expect(page.get_by_text("Det du skrev finns kvar, men är inte sparat.")).to_be_visible()
    assert hindrances(page) == []
    page.get_by_label("E-post").fill(person.email)
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()


@pytest.mark.parametrize("size", [ViewportSize(width=390, height=664), ViewportSize(width=1280, height=900)])
def test_the_note_on_today(page: Page, place: Place, host: User, sign_in: SignIn, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    sign_in(host)
    page.get_by_label("En rad till dagboken").fill(NOTE)
    Session.objects.all().delete()
    page.locator(".note-form").get_by_role("button", name="Spara").click()
    _in_again(page, host)
    expect(page).to_have_url(re.compile(r"/p/lilltorget/\?kept="))
    expect(page.get_by_label("En rad till dagboken")).to_have_value(NOTE)
    expect(page.get_by_text("Det här skrev du. Det är inte sparat än.")).to_be_in_viewport()
    assert hindrances(page) == []
    assert not DayLogLine.objects.exists()
    page.locator(".note-form").get_by_role("button", name="Spara").click()
    expect(page.get_by_text("Det här skrev du.")).to_have_count(0)
    assert DayLogLine.objects.get().text.replace("\r\n", "\n") == NOTE


def test_the_typed_grid(page: Page, place: Place, host: User, sign_in: SignIn) -> None:
    factories.ZoneFactory.create(place=place)
    sign_in(host)
    page.goto(f"/p/lilltorget/counts/new/?date={timezone.localdate()}")
    cells = page.locator("input[name^=cell]")
    expect(cells.first).to_be_visible()
    numbers = [11, 7, 25]
    for index, number in enumerate(numbers):
        cells.nth(index).fill(str(number))
    Session.objects.all().delete()
    page.get_by_role("button", name="Spara").first.click()
    _in_again(page, host)
    expect(page.locator("#kept")).to_be_visible()
    assert [cells.nth(index).input_value() for index in range(3)] == [str(number) for number in numbers]
    assert not Headcount.objects.exists()
