"""The week moved about in: by mouse, by keys, refused, doubted, taken back, and as a list on a phone."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from activities.models import Kind, Occurrence
from activities.warnings import calendar_name
from places.models import Place, User
from tests import factories as f
from tests.browser.conftest import DESK, PHONE, SignIn, hindrances
from tests.browser.test_pages import _faults

DAY = dt.timedelta(days=1)


@pytest.fixture
def monday(place: Place) -> dt.date:
    """Of the next two weeks to come in which no day is unlike others, the first."""
    f.ZoneFactory.create(place=place, name="Scenen")
    today = timezone.localdate()
    coming = (today + (7 * weeks - today.weekday()) * DAY for weeks in itertools.count(1))
    return next(one for one in coming if not any(calendar_name(one + ahead * DAY) for ahead in range(14)))


def _add(place: Place, day: dt.date, hour: int, minutes: int, title: str, **more: Any) -> Occurrence:
    starts = timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))
    ends = starts + dt.timedelta(minutes=minutes)
    rest = {"zone": place.zones.get(), "responsible": f.UserFactory.create(), "title": title} | more
    made: Occurrence = f.OccurrenceFactory.create(place=place, date=day, starts_at=starts, ends_at=ends, **rest)
    return made


def _open(page: Page, monday: dt.date) -> None:
    iso = monday.isocalendar()
    page.goto(f"/p/lilltorget/wheel/week/?week={iso.year}-W{iso.week:02}")


def _item(page: Page, title: str) -> Locator:
    return page.locator(".week-item").filter(has=page.get_by_role("link", name=title, exact=True))


def _band(place: Place, day: dt.date, days: int, title: str) -> Occurrence:
    one = _add(place, day, 10, 60, title, kind=Kind.EXHIBITION)
    Occurrence.objects.filter(pk=one.pk).update(ends_at=one.starts_at + (days - 1) * DAY + dt.timedelta(hours=7))
    return one


def _week(day: dt.date) -> str:
    return f"vecka {day.isocalendar().week}"


def _stands(one: Occurrence) -> tuple[int, str]:
    """The weekday and the clock."""
    one.refresh_from_db()
    return one.date.weekday(), f"{timezone.localtime(one.starts_at):%H:%M}"


def test_move_by_keys(page: Page, sign_in: SignIn, manager: User, place: Place, monday: dt.date) -> None:
    one = _add(place, monday, 13, 60, "Schack")
    sign_in(manager)
    _open(page, monday)
    button = _item(page, "Schack").get_by_role("button", name="Flytta Schack")
    says = page.locator("[data-week-says]")
    page.get_by_role("link", name="Schack", exact=True).focus()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(says).to_contain_text("Flyttar Schack.")
    page.keyboard.press("ArrowLeft")
    expect(says).to_contain_text("söndag")
    expect(says).to_contain_text(f"{_week(monday - DAY)}, 13:00–14:00")
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    expect(says).to_contain_text("onsdag")
    expect(says).to_contain_text(f"{_week(monday)}, 13:15–14:15")
    assert hindrances(page) == []
    page.keyboard.press("Escape")
    expect(says).to_contain_text("Schack ligger kvar: måndag")
    expect(_item(page, "Schack")).to_have_attribute("data-clock", "13:00")
    # The week shown follows what is moved, and Undo leads back to where it was.
    page.keyboard.press("Space")
    for key in ("PageDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Schack är flyttat till måndag")
    expect(page.get_by_role("heading", level=1)).to_have_text(_week(monday + 7 * DAY).capitalize())
    expect(page.get_by_role("link", name="Schack", exact=True)).to_be_focused()
    assert _stands(one) == (0, "13:15")
    assert one.date == monday + 7 * DAY
    toast.get_by_role("button", name="Ångra").press("Enter")
    expect(page.get_by_text("Det är som det var förut.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(_week(monday).capitalize())
    expect(page.get_by_role("link", name="Schack", exact=True)).to_be_focused()
    assert _stands(one) == (0, "13:00")
    assert one.date == monday


def test_move_by_mouse(page: Page, sign_in: SignIn, manager: User, place: Place, monday: dt.date) -> None:
    """By the clock, over the edge and back, and what stands for days by its first day."""
    one = _add(place, monday, 11, 60, "Schack")
    lasts = _band(place, monday - DAY, 4, "Hundra lyktor")
    sign_in(manager)
    _open(page, monday)
    says, edge = page.locator("[data-week-says]"), page.locator(".week-edge.later")
    box, wide = _item(page, "Schack").bounding_box(), page.locator(".week-column").first.bounding_box()
    assert box
    assert wide
    page.mouse.move(box["x"] + 20, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 20 + 7 * wide["width"], box["y"] + 30, steps=5)
    expect(says).to_contain_text(f"{_week(monday + 7 * DAY)}, 11:00–12:00")
    expect(edge).to_have_text(_week(monday + 7 * DAY).capitalize())
    # An hour is 72 px; what lies nearest a quarter is taken.
    page.mouse.move(box["x"] + 20 + 2 * wide["width"], box["y"] + 30 + 72 + 20, steps=5)
    expect(says).to_contain_text("12:15–13:15")
    page.mouse.up()
    expect(page.locator(".toast")).to_contain_text("Schack är flyttat till onsdag")
    assert _stands(one) == (2, "12:15")
    page.locator(".week-band").hover()
    page.mouse.down()
    page.mouse.move(box["x"] + 20 + 3 * wide["width"], box["y"], steps=5)
    expect(says).to_contain_text("tisdag")
    page.mouse.up()
    expect(page.locator(".toast")).to_contain_text("Hundra lyktor är flyttat till tisdag")
    expect(page.get_by_role("link", name="Hundra lyktor")).to_be_focused()
    assert _stands(lasts) == (1, "10:00")
    assert lasts.last_date == monday + 4 * DAY


def test_move_that_is_unlikely(page: Page, sign_in: SignIn, manager: User, place: Place, monday: dt.date) -> None:
    one = _add(place, monday, 13, 60, "Schack")
    _add(place, monday + DAY, 13, 60, "Zumba")
    sign_in(manager)
    _open(page, monday)
    for answer in ("Låt det vara", "Stämmer, flytta"):
        button = _item(page, "Schack").get_by_role("button", name="Flytta Schack")
        button.press("Enter")
        button.press("ArrowRight")
        button.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("Zumba")
        assert hindrances(page) == []
        assert _stands(one) == (0, "13:00")
        dialog.get_by_text(answer).press("Enter")
        expect(dialog).to_be_hidden()
    expect(page.locator(".toast")).to_contain_text("Schack är flyttat till tisdag")
    assert _stands(one) == (1, "13:00")


def test_move_without_a_network_and_after_another(
    page: Page, sign_in: SignIn, manager: User, place: Place, monday: dt.date, troubles: list[str]
) -> None:
    one = _add(place, monday, 13, 60, "Schack")
    sign_in(manager)
    _open(page, monday)
    page.context.set_offline(True)
    button = _item(page, "Schack").get_by_role("button", name="Flytta Schack")
    for key in ("Enter", "ArrowDown", "Enter"):
        button.press(key)
    expect(page.locator("[data-week-says]")).to_contain_text("Inget är flyttat")
    page.context.set_offline(False)
    expect(_item(page, "Schack")).to_have_attribute("data-clock", "13:00")
    assert _stands(one) == (0, "13:00")
    assert troubles
    troubles.clear()
    Occurrence.objects.filter(pk=one.pk).update(title="Schack för alla")
    for key in ("Enter", "ArrowDown", "Enter"):
        button.press(key)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Någon har ändrat Schack för alla under tiden")
    expect(dialog).to_contain_text("13:15")
    assert len(troubles) == 2
    troubles.clear()
    dialog.get_by_role("link", name="Ta den andras").press("Enter")
    expect(page.get_by_role("link", name="Schack för alla", exact=True)).to_be_focused()
    assert _stands(one) == (0, "13:00")


def test_overfull_week(page: Page, sign_in: SignIn, manager: User, place: Place, monday: dt.date) -> None:
    """On every screen: nothing beyond the edge, nothing that hinders, each thing reached and read whole by the keys."""
    for number in range(30):
        _add(place, monday + number % 4 * DAY, 10 + number % 5, 45 + number, f"Programpunkt {number}")
    _add(place, monday + 4 * DAY, 10, 15, "Invigning med körsång")
    _band(place, monday - DAY, 6, "Hundra lyktor")
    sign_in(manager)
    _open(page, monday)
    assert _faults(page) == []
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    expect(page.get_by_role("link", name="Flytta Programpunkt 12", exact=True)).to_be_visible()
    assert _faults(page, at_desk=True) == []
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    short = _item(page, "Invigning med körsång").locator(".week-words")
    # The letters' own box is a little taller than their line.
    assert short.evaluate("(one) => one.scrollHeight - one.clientHeight < 3 && one.scrollWidth <= one.clientWidth")
    link = page.get_by_role("link", name="Programpunkt 12", exact=True)
    link.focus()
    box = _item(page, "Programpunkt 12").locator(".week-box")
    assert box.evaluate("(one) => one.scrollHeight <= one.clientHeight && one.scrollWidth <= one.clientWidth")
    expect(box).to_contain_text("Planerat")
