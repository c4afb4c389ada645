"""The programme from outside: read on a phone without signing in, framed on another's page, and told to machines."""

import datetime as dt
import json

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from activities.models import Occurrence, Season
from places.models import Place, User
from places.periods import Kind, Period
from tests import factories as f
from tests.browser.conftest import DESK, PHONE, SignIn
from tests.browser.test_pages import _faults

DAY = dt.timedelta(days=1)
FRAME = """address => {
    const frame = document.createElement("iframe");
    Object.assign(frame, {src: address, width: 700, height: 900});
    document.body.replaceChildren(frame);
}"""


@pytest.fixture
def season(place: Place) -> Season:
    """This season, published, with a bit of everything today and the days after."""
    place.programme_is_public = True
    place.save()
    today = timezone.localdate()
    period = Period.containing(today, Kind.SEASON)
    name = {12: "winter", 3: "spring", 6: "summer", 9: "autumn"}[period.first.month]
    before = timezone.now() - 60 * DAY
    published = {"published_at": before, "published_by": f.UserFactory.create()}
    season: Season = f.SeasonFactory.create(place=place, year=period.last.year, name=name, **published)
    zone, partner = f.ZoneFactory.create(place=place, name="Scenen"), f.PartnerFactory.create(place=place)
    made = {"place": place, "made_at": before - DAY, "date": today}
    f.OccurrenceFactory.create(**made, title="Salsa och bugg", zone=zone, partner=partner)
    f.OccurrenceFactory.create(**made, title="Schackturnering för hela kvarteret", kind="event")
    gone = {"outcome": "cancelled", "reason": "weather", "told_by": f.UserFactory.create(), "told_at": before}
    f.OccurrenceFactory.create(**made, title="Utebio", **gone)
    lasting = {"starts_at": timezone.now() - DAY, "ends_at": timezone.now() + 9 * DAY}
    f.OccurrenceFactory.create(**made, title="Ljusutställning", kind="exhibition", **lasting)
    moved = f.OccurrenceFactory.create(**made, title="Pyssel")
    Occurrence.objects.filter(pk=moved.pk).update(starts_at=moved.starts_at - 2 * DAY / 24)
    return season


def test_a_stranger_reads_the_week(page: Page, season: Season) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto("/programme/lilltorget/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lilltorget")
    item = page.get_by_role("listitem").filter(has_text="Utebio")
    expect(item.get_by_text("Inställd")).to_be_visible()
    expect(page.get_by_role("heading", name="Salsa och bugg")).to_be_visible()
    # Told to machines where the policy lets no script run, and without a word of complaint from the browser.
    told = json.loads(page.locator('script[type="application/ld+json"]').text_content() or "")
    assert {event["name"]: event["eventStatus"].rsplit("/", 1)[-1] for event in told["@graph"]} == {
        "Ljusutställning": "EventScheduled",
        "Salsa och bugg": "EventScheduled",
        "Schackturnering för hela kvarteret": "EventScheduled",
        "Utebio": "EventCancelled",
        "Pyssel": "EventRescheduled",
    }
    assert _faults(page) + _faults(page, at_desk=True) == []
    page.get_by_role("link", name="English").click()
    expect(page.get_by_text("Cancelled").first).to_be_visible()
    assert page.url.endswith(f"/programme/lilltorget/?week={timezone.localdate():%G-W%V}&lang=en")


def test_an_empty_week_is_in_order_too(page: Page, season: Season) -> None:
    """The week of the season that lies furthest from today, near which all of the season's programme is."""
    day = max(season.period.first, season.period.last, key=lambda end: abs(end - timezone.localdate()))
    page.goto(f"/programme/lilltorget/?week={day:%G-W%V}")
    expect(page.get_by_text("Inget på programmet den här veckan")).to_be_visible()
    assert _faults(page) == []


def test_another_page_frames_the_week_and_nothing_else(
    page: Page, season: Season, base_url: str, troubles: list[str]
) -> None:
    def frame(path: str) -> None:
        """On a page of another site: a file that has no policy of its own, by the server's other name."""
        page.goto(base_url.replace("localhost", "127.0.0.1") + "/static/css/tokens.css")
        page.evaluate(FRAME, f"{base_url}{path}")

    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    frame("/programme/lilltorget/embed/")
    inside = page.frame_locator("iframe")
    expect(inside.get_by_role("heading", name="Salsa och bugg")).to_be_visible()
    week = f"{timezone.localdate():%G-W%V}"
    link = inside.get_by_role("link", name="Hela programmet")
    expect(link).to_have_attribute("href", f"/programme/lilltorget/?week={week}")
    # The page around has no icon. What our own lacked would be told by its address as well.
    no_icon = "error: Failed to load resource: the server responded with a status of 404 (Not Found)"
    assert [said for said in troubles if said != no_icon] == []
    frame("/programme/lilltorget/")
    expect(inside.get_by_role("heading", name="Salsa och bugg")).to_have_count(0)
    assert any("frame-ancestors" in said or "X-Frame-Options" in said for said in troubles)
    troubles.clear()


def test_one_makes_and_copies_the_address_of_ones_own_calendar(
    page: Page, sign_in: SignIn, manager: User, season: Season
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(manager)
    page.goto("/calendar/")
    assert _faults(page) == []
    page.get_by_role("button", name="Skapa en adress").click()
    field = page.get_by_label("Adress").first
    expect(field).to_have_value(f"{page.url}{manager.calendar_key.token}.ics?lang=sv")
    assert _faults(page, at_desk=True) == []
    page.get_by_role("button", name="Kopiera").first.click()
    expect(page.get_by_role("button", name="Kopierad")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == field.input_value()
