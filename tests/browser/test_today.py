"""A host's whole day on a phone, with fingers only: from opening the square to what the day gave."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from activities.models import Occurrence
from measurements.models import Gender, Headcount, Level, Measure
from places.models import OpenDay, Place, User
from tests import factories
from tests.browser.conftest import PHONE, SignIn

# Beside the counting itself: a tap on a person who is there is the count, and costs what the square costs.
MOST_TAPS = 25
# Open, count, the stage, done, back; held, held, cancelled and why; close.
TAPS = 10


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    return browser_context_args | {"viewport": PHONE, "has_touch": True, "is_mobile": True}


class Finger:
    """Taps and counts them. Nothing is typed."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, target: Locator) -> None:
        target.tap()
        self.taps += 1


@pytest.fixture
def finger() -> Finger:
    return Finger()


@pytest.fixture
def day(place: Place, host: User) -> list[Occurrence]:
    """Three things earlier today, one of which the rain stopped; the square not opened yet."""
    OpenDay.objects.all().delete()
    factories.ZoneFactory.create(place=place, name="Scenen")
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = max(midnight, now - dt.timedelta(hours=1))
    names = ("Sångstund", "Salsa", "Boule")
    ends = starts + (now - starts) / 2
    return [
        factories.OccurrenceFactory.create(
            place=place,
            title=name,
            kind="activity",
            date=now.date(),
            starts_at=starts + dt.timedelta(seconds=number),
            ends_at=ends + dt.timedelta(seconds=number),
        )
        for number, name in enumerate(names)
    ]


@pytest.mark.usefixtures("day")
def test_a_whole_day(page: Page, sign_in: SignIn, finger: Finger, host: User) -> None:
    sign_in(host)
    _open(page, finger)
    _count(page, finger)
    _tell(page, finger)
    _close(page, finger)
    _see_the_result(page)
    assert finger.taps == TAPS < MOST_TAPS
    outcomes = Occurrence.objects.order_by("starts_at").values_list("title", "outcome", "reason")
    assert list(outcomes) == [("Sångstund", "held", ""), ("Salsa", "held", ""), ("Boule", "cancelled", "weather")]
    headcount = Headcount.objects.get()
    assert (headcount.measure, headcount.people, headcount.level) == (Measure.STAYING, 12, Level.GENDER_AGE)
    assert headcount.entries.filter(gender=Gender.WOMAN).count() == 8
    assert OpenDay.objects.get().closed is not None


def _open(page: Page, finger: Finger) -> None:
    finger.tap(page.get_by_role("button", name="Öppna nu"))
    expect(page.locator(".opening")).to_contain_text("Öppet nu")
    # The hours of the day pass: a hub does not open and close within the same minute.
    OpenDay.objects.update(opened=dt.time(0))


def _count(page: Page, finger: Finger) -> None:
    """Eight women and four men at the stage."""
    finger.tap(page.get_by_role("link", name="Räkna nu"))
    finger.tap(page.get_by_role("link", name=re.compile("Scenen")))
    for name, times in (("Kvinna/flicka 25–44", 8), ("Man/pojke 25–44", 4)):
        cell = page.get_by_role("button", name=name)
        for _person in range(times):
            cell.tap()
    finger.tap(page.get_by_role("button", name="Klar – 12 personer"))
    expect(page.get_by_role("heading", name="12 personer")).to_be_visible()
    finger.tap(page.get_by_role("link", name="Till idag"))
    expect(page.get_by_role("region", name="Dagens program")).to_be_visible()


def _tell(page: Page, finger: Finger) -> None:
    for title in ("Sångstund", "Salsa"):
        row = page.get_by_role("listitem").filter(has_text=title)
        finger.tap(row.get_by_role("button", name="Genomförd"))
        expect(page.locator("[data-toast]").filter(has_text=title)).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text="Boule")
    finger.tap(row.locator("summary", has_text="Inställd"))
    finger.tap(row.get_by_role("button", name=re.compile("väder", re.IGNORECASE)))
    expect(page.locator("[data-toast]").filter(has_text="Boule")).to_be_visible()


def _close(page: Page, finger: Finger) -> None:
    finger.tap(page.get_by_role("button", name="Stäng nu"))
    expect(page.locator(".opening")).to_contain_text("Hubben var öppen")


def _see_the_result(page: Page) -> None:
    result = page.get_by_role("region", name="Dagens resultat")
    expect(result).to_contain_text("12")
    expect(result).to_contain_text("2 genomfördes · 1 ställdes in")
