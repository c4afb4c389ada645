"""A manager plans a season of ten series, copies a highlight, resolves the warnings and publishes: by keys alone."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from activities.copying import landing
from activities.models import Kind, Occurrence, Season, Series
from activities.warnings import calendar_name, open_warnings
from places.models import Place, User
from places.periods import Kind as PeriodKind
from places.periods import Period
from tests import factories as f
from tests.browser.conftest import SignIn

DAY = dt.timedelta(days=1)
HALF_AN_HOUR = dt.timedelta(minutes=30)
TITLES = [
    "Salsa", "Schack", "Zumba", "Sångstund", "Språkkafé",
    "Pyssel", "Boule", "Yoga", "Läsning", "Boksamtal",
]  # fmt: skip
SWEDISH = {"winter": "Vinter", "spring": "Vår", "summer": "Sommar", "autumn": "Höst"}
MOST_TABS = 120


@pytest.fixture
def day() -> dt.date:
    """The next working day on which nothing is unlikely, that day and a week on, and that last year had as well."""
    coming = (timezone.localdate() + ahead * DAY for ahead in range(1, 40))
    return next(
        one
        for one in coming
        if one.weekday() < 5
        and not calendar_name(one)
        and not calendar_name(one + 7 * DAY)
        and not calendar_name(landing(one, -1).date)
        and landing(landing(one, -1).date, 1).date == one
    )


@pytest.fixture
def square(place: Place, day: dt.date) -> Place:
    """Open on red days too, with two markets last year: one to have again, and one that rained away."""
    place.closed_on_red_days = False
    place.save()
    f.ZoneFactory.create(place=place, name="Scenen")
    last_year = landing(day, -1).date
    then = {"place": place, "date": last_year, "kind": Kind.EVENT, "told": True}
    then["starts_at"] = timezone.make_aware(dt.datetime.combine(last_year, dt.time(16)))
    f.OccurrenceFactory.create(**then, title="Julmarknad")
    rain = {"outcome": Occurrence.Outcome.CANCELLED, "reason": Occurrence.Reason.WEATHER}
    f.OccurrenceFactory.create(**then, title="Regnig marknad", **rain)
    return place


# --- Keys -------------------------------------------------------------------------------------------------------------


def _to_the_content(page: Page) -> None:
    """Past the navigation, by the way in that comes first."""
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def _tab_to(page: Page, wanted: Locator) -> None:
    handle = wanted.element_handle()
    for _step in range(MOST_TABS):
        page.keyboard.press("Tab")
        if handle.evaluate("(one) => one === document.activeElement"):
            return
    message = f"{wanted} is not reached by Tab."
    raise AssertionError(message)


def _enter(page: Page, wanted: Locator) -> None:
    _tab_to(page, wanted)
    page.keyboard.press("Enter")


def _type(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    _tab_to(page, field)
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(text)


def _choose(page: Page, label: str, option: str) -> None:
    """A step at a time with the arrows."""
    field = page.get_by_label(label, exact=True)
    _tab_to(page, field)
    now = field.evaluate("(one) => one.selectedIndex")
    steps = field.locator("option").all_text_contents().index(option) - now
    for _step in range(abs(steps)):
        page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
    expect(field.locator("option:checked")).to_have_text(option)


def _date(page: Page, label: str, date: dt.date) -> None:
    _write(page, label, date.isoformat(), [date.strftime(each) for each in ("%m%d%Y", "%d%m%Y", "%Y>%m%d")])


def _clock(page: Page, label: str, clock: dt.time) -> None:
    _write(page, label, f"{clock:%H:%M}", [clock.strftime(each) for each in ("%I%M%p", "%H%M")])


def _write(page: Page, label: str, value: str, spellings: list[str]) -> None:
    """The browser's own field asks for its parts in the order of the language that the machine speaks."""
    field = page.get_by_label(label, exact=True)
    _tab_to(page, field)
    for spelling in spellings:
        for part in spelling:
            page.keyboard.press("ArrowRight" if part == ">" else part)
        if field.input_value() == value:
            return
        for _part in range(2):
            page.keyboard.press("ArrowLeft")
    expect(field).to_have_value(value)


# --- The season -------------------------------------------------------------------------------------------------------


def test_plan_season(page: Page, sign_in: SignIn, manager: User, square: Place, day: dt.date) -> None:
    page.set_default_timeout(10_000)
    sign_in(manager)
    season = _plan_the_season(page, square, day)
    _to_the_list(page, season.year, season.name)
    _plan(page, "En serie, vecka för vecka", "/series/new/")
    for number, title in enumerate(TITLES):
        _plan_a_series(page, title, day, number)
    assert Series.objects.filter(season=season).count() == len(TITLES)
    _copy_last_year(page, season, day)
    _resolve_the_warnings(page, square, manager)
    _publish(page, season)
    _find_it_today(page, day)


def _menu(page: Page, name: str, address: str) -> None:
    _enter(page, page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name=name))
    page.wait_for_url(f"**{address}")


def _to_the_list(page: Page, year: int, season: str) -> None:
    """By the menu: the wheel, its list, and there the season of the year."""
    _menu(page, "Årshjul", "/wheel/")
    _enter(page, page.get_by_role("link", name="Lista", exact=True))
    page.wait_for_url("**/wheel/list/**")
    tab = page.get_by_role("navigation", name="Säsong").get_by_role("link", name=SWEDISH[season])
    if f"year={year}&" not in str(tab.get_attribute("href")):
        _enter(page, page.get_by_role("link", name="Nästa år"))
        page.wait_for_url(f"**year={year}&**")
    _enter(page, tab)
    page.wait_for_url(f"**year={year}&season={season}**")


def _plan(page: Page, what: str, address: str) -> None:
    """From the menu of what one plans."""
    _enter(page, page.locator("summary", has_text="Planera"))
    _enter(page, page.get_by_role("link", name=what))
    page.wait_for_url(f"**{address}**")


def _plan_the_season(page: Page, place: Place, day: dt.date) -> Season:
    period = Period.containing(day, PeriodKind.SEASON)
    name = next(one for one in SWEDISH if Period.season(period.last.year, one) == period)
    _to_the_list(page, period.last.year, name)
    _plan(page, "En säsong", "/seasons/new/")
    _type(page, "Tema (valfritt)", "Ljus och värme")
    _type(page, "Mål (valfritt)", "Fler kvällar.")
    _enter(page, page.get_by_role("button", name="Spara"))
    expect(page.get_by_text("är sparad.")).to_be_visible()
    season = place.seasons.get()
    assert (season.year, season.name, season.theme) == (period.last.year, name, "Ljus och värme")
    return season


def _plan_a_series(page: Page, title: str, day: dt.date, number: int) -> None:
    """Half an hour each, one after the other; the last at the same time as the one before it."""
    slot, is_last = min(number, len(TITLES) - 2), number == len(TITLES) - 1
    starts = dt.datetime.combine(day, dt.time(10)) + slot * HALF_AN_HOUR
    if number:
        # One types on, and what they share is there already.
        expect(page.get_by_label("Rubrik", exact=True)).to_be_focused()
        page.keyboard.type(title)
    else:
        _to_the_content(page)
        _type(page, "Rubrik", title)
        _choose(page, "Slag", "aktivitet")
        _date(page, "Första dag", day)
        _date(page, "Sista dag", day + 7 * DAY)
    weekdays = page.get_by_role("group", name="Veckodagar").get_by_role("checkbox")
    _tab_to(page, weekdays.nth(day.weekday()))
    page.keyboard.press("Space")
    _clock(page, "Börjar", starts.time())
    _clock(page, "Slutar", (starts + HALF_AN_HOUR).time())
    if not number:
        _choose(page, "Delyta (valfritt)", "Scenen")
    save = page.get_by_role("button", name="Spara serien" if is_last else "Spara och planera en till")
    _enter(page, save)
    if is_last:
        # Said once, insisted upon, and saved.
        expect(page.get_by_text("Inte sparat än.")).to_be_visible()
        for sure in page.get_by_label("Stämmer").all():
            _tab_to(page, sure)
            page.keyboard.press("Space")
        _enter(page, save)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
    else:
        expect(page.get_by_text(f"{title}: 2 nya tillfällen")).to_be_visible()


def _copy_last_year(page: Page, season: Season, day: dt.date) -> None:
    _menu(page, "Årshjul", "/wheel/")
    _plan(page, "Kopiera en tidigare plan", "/wheel/copy/")
    _choose(page, "Kopiera från", f"{SWEDISH[season.name]} {season.year - 1}")
    _choose(page, "Till året", str(season.year))
    _enter(page, page.get_by_role("button", name="Visa"))
    expect(page.get_by_label("Kopiera Julmarknad", exact=True)).to_be_checked()
    rainy = page.get_by_label("Kopiera Regnig marknad", exact=True)
    _tab_to(page, rainy)
    page.keyboard.press("Space")
    expect(rainy).not_to_be_checked()
    _enter(page, page.get_by_role("button", name="Lägg det förkryssade i planen"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Kopierat till planen")
    copied = Occurrence.objects.get(title="Julmarknad", date__gte=timezone.localdate())
    assert copied.date == day
    # The page itself says what is next.
    _enter(page, page.get_by_role("link", name="Gå igenom det som ser konstigt ut i planen"))


def _resolve_the_warnings(page: Page, place: Place, manager: User) -> None:
    """One is put right; the two that meet shall do so, and it is said why."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Varningar")
    nobody = page.get_by_role("listitem").filter(has_text="Ingen är ansvarig för Julmarknad")
    _enter(page, nobody.get_by_role("link", name="Ändra eller flytta"))
    _choose(page, "Ansvarig (valfritt)", "Manager Ek")
    _enter(page, page.get_by_role("button", name="Spara"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Julmarknad")
    assert Occurrence.objects.get(title="Julmarknad", copied_from__isnull=False).responsible == manager
    _menu(page, "Årshjul", "/wheel/")
    _enter(page, page.get_by_role("link", name="Varningar"))
    page.wait_for_url("**/wheel/warnings/")
    for answered, _each in enumerate(open_warnings(place, timezone.localdate()), start=1):
        _to_the_content(page)
        _enter(page, page.locator("summary", has_text="Det ska vara så").first)
        _tab_to(page, page.get_by_role("textbox").first)
        page.keyboard.type("De delar scenen.")
        page.keyboard.press("Enter")
        expect(page.get_by_text("De delar scenen.")).to_have_count(answered)
    expect(page.get_by_text("Inga varningar")).to_be_visible()
    assert place.warning_answers.count() >= 2
    assert open_warnings(place, timezone.localdate()) == []


def _publish(page: Page, season: Season) -> None:
    _to_the_list(page, season.year, season.name)
    _enter(page, page.get_by_role("link", name="Publicera"))
    _enter(page, page.get_by_role("button", name="Publicera säsongen"))
    expect(page.get_by_text("är publicerad.")).to_be_visible()
    season.refresh_from_db()
    assert season.is_published


def _find_it_today(page: Page, day: dt.date) -> None:
    _menu(page, "Idag", "/p/lilltorget/")
    for ahead in range((day - timezone.localdate()).days):
        _enter(page, page.get_by_role("link", name="Nästa dag"))
        page.wait_for_url(f"**date={timezone.localdate() + (ahead + 1) * DAY}")
    titles = page.get_by_role("region", name="Dagens program").locator(".row-main > a")
    expect(titles).to_have_count(len(TITLES) + 1)
    assert sorted(titles.all_text_contents()) == sorted([*TITLES, "Julmarknad"])
