"""Counting and telling without a network: the server has what fingers tapped, whatever happened in between."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from django.contrib.sessions.models import Session
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from playwright.sync_api import BrowserType, expect
from pytest_django.live_server_helper import LiveServer

import amp.phone
from activities.models import DayLogLine, Occurrence
from measurements.models import CountEntry, Gender, Headcount
from places.models import Membership, Place, User, Zone
from tests import factories
from tests.browser.conftest import PHONE, hindrances
from tests.browser.offline import LONG, Network, Phone
from tests.browser.test_pages import BEYOND, LOW

NewPhone: TypeAlias = Callable[[str], Phone]
CELLS = 21
CUTS = 20

# As the page itself asks.
NOTHING_WAITS = "async () => (await (await import('/static/js/tally/db.js')).queue()).length === 0"


@pytest.fixture
def zone(place: Place) -> Zone:
    zone: Zone = factories.ZoneFactory.create(place=place, name="Pergolan", instruction="Stå vid pumpen.")
    return zone


@pytest.fixture
def sara(place: Place) -> User:
    sara: User = factories.UserFactory.create(email="sara@example.se", name="Sara Ek")
    factories.MembershipFactory.create(user=sara, place=place, role=Membership.Role.HOST)
    return sara


@pytest.fixture
def omar(place: Place) -> User:
    omar: User = factories.UserFactory.create(email="omar@example.se", name="Omar Hed")
    factories.MembershipFactory.create(user=omar, place=place, role=Membership.Role.HOST)
    return omar


@pytest.fixture
def new_phone(
    live_server: LiveServer,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    tmp_path: Path,
    place: Place,
) -> Iterator[NewPhone]:
    phones: list[Phone] = []

    def make(name: str) -> Phone:
        phone = Phone(
            browser_type, browser_type_launch_args, Network(str(live_server.url)), tmp_path / name, place.slug
        )
        phones.append(phone.turn_on())
        return phone

    yield make
    for phone in phones:
        phone.throw_away()


def _arrives(phone: Phone) -> None:
    """The phone is brought back to the network, and its queue runs dry."""
    phone.offline(cut=False)
    phone.wait_for(NOTHING_WAITS, True)


def _by_cell() -> dict[tuple[int, int | None], int]:
    rows = CountEntry.objects.values_list("gender", "age_band__lower").annotate(people=Sum("people"))
    return {(gender, lower): people for gender, lower, people in rows if people}


def test_nothing_is_lost_or_doubled_over_twenty_cuts_and_a_kill(new_phone: NewPhone, sara: User, zone: Zone) -> None:
    phones = [new_phone("one"), new_phone("two")]
    for phone in phones:
        phone.sign_in(sara)
        phone.ready_for_offline()
        phone.count_in("Pergolan")
    tapped = {phone.folder.name: 0 for phone in phones}
    # Ten cuts a phone, ten taps a cut: two hundred, half of them in the middle of a change of network.
    for cut in range(CUTS):
        phone = phones[cut % 2]
        phone.offline(cut=True)
        phone.tap(cut % CELLS, 5)
        phone.offline(cut=False)
        phone.tap((cut + 7) % CELLS, 5)
        tapped[phone.folder.name] += 10
        if cut == CUTS // 2:
            phone.wait_until_kept(tapped[phone.folder.name])
            phone.kill()
            phone.turn_on()
            phone.sign_in_again(sara)
            phone.open_tally()
            phone.page.get_by_role("link", name="Vistelse, Pergolan").click()
            expect(phone.page.locator("[data-done-word]")).to_contain_text(f"{tapped[phone.folder.name]} personer")
    for phone in phones:
        _arrives(phone)
    assert sum(tapped.values()) == 200
    assert CountEntry.objects.aggregate(people=Sum("people"))["people"] == 200
    assert CountEntry.objects.count() == 200
    assert list(Headcount.objects.values_list("people", flat=True)) == [100, 100]
    assert sum(_by_cell().values()) == 200


def test_a_session_that_ends_on_the_square_costs_nothing(
    new_phone: NewPhone, sara: User, place: Place, zone: Zone
) -> None:
    phone = new_phone("phone")
    phone.sign_in(sara)
    phone.ready_for_offline()
    phone.count_in("Pergolan")
    phone.tap(0, 20)
    phone.offline(cut=True)
    phone.tap(4, 15)
    phone.wait_until_kept(35)
    Session.objects.all().delete()
    phone.offline(cut=False)
    expect(phone.page.locator("[data-chip]")).to_have_text("Logga in för att skicka", timeout=LONG * 1000)
    phone.tap(4, 5)
    phone.wait_until_kept(40)
    phone.sign_in(sara)
    phone.open_tally()
    _arrives(phone)
    assert CountEntry.objects.count() == 40
    assert Headcount.objects.get().people == 40
    assert {(gender, people) for (gender, _lower), people in _by_cell().items()} == {
        (Gender.WOMAN, 20),
        (Gender.MAN, 20),
    }


def test_what_one_person_counted_is_never_sent_by_another(
    new_phone: NewPhone, sara: User, omar: User, place: Place, zone: Zone
) -> None:
    phone = new_phone("phone")
    phone.sign_in(sara)
    phone.ready_for_offline()
    phone.count_in("Pergolan")
    phone.offline(cut=True)
    phone.tap(0, 3)
    phone.wait_until_kept(3)
    Session.objects.all().delete()
    phone.offline(cut=False)
    phone.sign_in(omar)
    phone.page.goto(f"/p/{place.slug}/queue/")
    expect(phone.page.get_by_text("Hör till Sara Ek", exact=False)).to_be_visible()
    assert phone.page.get_by_role("button", name="Ta bort").count() == 0
    assert CountEntry.objects.count() == 0
    Session.objects.all().delete()
    phone.sign_in(sara)
    phone.open_tally()
    _arrives(phone)
    assert set(CountEntry.objects.values_list("by", flat=True)) == {sara.pk}
    assert Headcount.objects.get().people == 3


def test_a_cold_start_without_a_network(new_phone: NewPhone, sara: User, place: Place, zone: Zone) -> None:
    """Also a browser that was closed: the shell, the words and the square's own zones are on the phone."""
    phone = new_phone("phone")
    phone.sign_in(sara)
    phone.ready_for_offline()
    phone.turn_off()
    phone.turn_on()
    phone.offline(cut=True)
    phone.open_tally()
    phone.page.get_by_role("link", name="Pergolan").click()
    expect(phone.page.get_by_role("heading", name="Räkna vistelse")).to_be_visible()
    phone.page.get_by_role("button", name="Kvinna/flicka 0–4, 0").click()
    expect(phone.page.locator("[data-chip]")).to_have_text("På telefonen: 1 tryck")
    phone.page.reload()
    expect(phone.page.get_by_role("button", name="Kvinna/flicka 0–4, 1")).to_be_visible()
    phone.page.goto(f"/p/{place.slug}/queue/")
    expect(phone.page.get_by_role("heading", name="Vistelse, Pergolan – 1 person")).to_be_visible()
    expect(phone.page.get_by_text("Inget nät – 1 väntar")).to_be_visible()
    phone.page.goto(f"/p/{place.slug}/log/")
    expect(phone.page.get_by_role("heading", name="Den här sidan behöver nät")).to_be_visible()
    phone.page.get_by_role("link", name="Idag").click()
    expect(phone.page.get_by_role("heading", name="Dagens program")).to_be_visible()
    phone.page.goto("/")
    expect(phone.page.get_by_role("heading", name="Dagens program")).to_be_visible()
    phone.page.get_by_role("link", name="Räkna nu").click()
    expect(phone.page.get_by_role("link", name="Vistelse, Pergolan")).to_be_visible()
    _arrives(phone)
    assert Headcount.objects.get().people == 1


def test_a_shell_that_does_not_come_at_first_is_asked_for_again(
    new_phone: NewPhone, sara: User, place: Place, zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More often than one install tries: the page begins another, and says that it is ready only when it is."""
    whole, failures = amp.phone.SHELLS["queue"], iter(range(6))

    def draw(request: HttpRequest) -> HttpResponse:
        # The worker's version is made of the shells too, by another address.
        if request.path.startswith("/shell/") and next(failures, None) is not None:
            return HttpResponse(status=503)
        return whole(request)

    monkeypatch.setitem(amp.phone.SHELLS, "queue", draw)
    phone = new_phone("phone")
    phone.sign_in(sara)
    phone.open_tally()
    expect(phone.page.get_by_text("Görs i ordning för att fungera utan nät …")).to_be_visible()
    phone.ready_for_offline()
    assert next(failures, None) is None
    phone.offline(cut=True)
    phone.open_queue()


OLD_QUEUE = """([person, place, zone, bands]) => new Promise((resolve, reject) => {
    const asked = indexedDB.open("amp", 1);
    asked.onerror = () => reject(asked.error);
    asked.onupgradeneeded = () => {
        const db = asked.result;
        db.createObjectStore("known");
        db.createObjectStore("places", {keyPath: ["person", "slug"]});
        db.createObjectStore("counts", {keyPath: "uuid"});
        db.createObjectStore("entries", {keyPath: "seq", autoIncrement: true}).createIndex("count", "count");
    };
    asked.onsuccess = () => {
        const db = asked.result;
        const all = db.transaction(["known", "counts", "entries"], "readwrite");
        all.objectStore("known").put(person, "person");
        const uuid = crypto.randomUUID(), at = new Date().toISOString();
        all.objectStore("counts").put({uuid, person, place, measure: "staying", ground: zone, day: at.slice(0, 10),
            started_at: at, clock_from: at, clock_to: null, minutes: null, age_set: bands, created_sent: false,
            joined: null, finished: null, finish_sent: false, saved_at: null, trouble: null});
        for (let n = 0; n < 3; n += 1)
            all.objectStore("entries").add({uuid: crypto.randomUUID(), at, gender: 1, band: null, people: 2, way: "tap",
                count: uuid, sent: false});
        all.oncomplete = () => { db.close(); resolve(); };
    };
})"""


def test_a_queue_of_the_first_version_is_taken_along(new_phone: NewPhone, sara: User, place: Place, zone: Zone) -> None:
    """A phone in a drawer since then: its database is upgraded, and what waited in it arrives."""
    phone = new_phone("phone")
    phone.sign_in(sara)
    # A page that opens no database of its own.
    phone.page.goto("/help/")
    phone.page.evaluate("() => new Promise((done) => { indexedDB.deleteDatabase('amp').onsuccess = done; })")
    person = {"id": sara.pk, "name": sara.name}
    ground = {"kind": "zone", "id": zone.pk, "name": zone.name}
    square = {"slug": place.slug, "name": place.name}
    age_set = factories.AgeSetFactory.create()
    bands = {"id": age_set.pk, "bands": [{"id": band.pk, "label": str(band)} for band in age_set.bands.all()]}
    phone.page.evaluate(OLD_QUEUE, [person, square, ground, bands])
    phone.open_tally()
    _arrives(phone)
    assert Headcount.objects.get().people == 6
    assert CountEntry.objects.count() == 3


def test_counting_by_keyboard_typing_undoing_and_being_done(
    new_phone: NewPhone, sara: User, place: Place, zone: Zone
) -> None:
    phone = new_phone("phone")
    phone.sign_in(sara)
    phone.open_tally(f"#zone={zone.pk}")
    page = phone.page
    expect(page.get_by_role("button", name="Ingen här")).to_be_visible()
    page.get_by_role("button", name="Klart", exact=True).click()
    expect(page.get_by_text("Var ingen här? Tryck på Ingen här.", exact=False)).to_be_visible()
    first = page.get_by_role("button", name="Kvinna/flicka 0–4")
    first.focus()
    keys = [
        "Enter",
        "Enter",
        "ArrowRight",
        "Space",
        "ArrowDown",
        "1",
        "2",
        "Enter",
        "Control+z",
        "ArrowUp",
        "ArrowUp",
        "-",
    ]
    for key in keys:
        page.keyboard.press(key)
    # Two, one; twelve typed and undone; the man of the first row taken away again.
    expect(page.locator("[data-done-word]")).to_have_text("Klar – 2 personer")
    assert hindrances(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(BEYOND) == []
    page.evaluate("document.documentElement.style.fontSize = ''")
    heights = "[...document.querySelectorAll('.tally-cell')].map((cell) => cell.getBoundingClientRect().height)"
    assert min(page.evaluate(heights)) >= 44
    page.get_by_role("button", name="Klar – 2 personer").click()
    expect(page.get_by_role("heading", name="2 personer")).to_be_visible()
    _arrives(phone)
    headcount = Headcount.objects.get()
    assert headcount.people == 2
    assert headcount.ended_at is not None
    ways = list(CountEntry.objects.order_by("at", "pk").values_list("people", "way"))
    tap, typed, undo = CountEntry.Way.TAP, CountEntry.Way.TYPED, CountEntry.Way.UNDO
    assert ways == [(1, tap), (1, tap), (1, tap), (12, typed), (-12, undo), (-1, tap)]


def test_what_the_server_refuses_stays_and_can_be_saved_or_deleted(
    new_phone: NewPhone, sara: User, place: Place, zone: Zone
) -> None:
    phone = new_phone("phone")
    phone.sign_in(sara)
    phone.open_tally(f"#zone={zone.pk}")
    phone.offline(cut=True)
    phone.tap(0, 2)
    phone.wait_until_kept(2)
    place.open_days.all().delete()
    place.opening_hours.all().delete()
    phone.offline(cut=False)
    phone.page.goto(f"/p/{place.slug}/queue/")
    page = phone.page
    expect(page.get_by_text("Platsen var stängd", exact=False)).to_be_visible()
    expect(page.get_by_text("1 gick inte att spara")).to_be_visible()
    assert hindrances(page) == []
    with page.expect_download() as saving:
        page.get_by_role("button", name="Spara som fil").click()
    saved = json.loads(saving.value.path().read_text())
    assert [entry["people"] for entry in saved["entries"]] == [1, 1]
    page.get_by_role("button", name="Ta bort").click()
    page.locator("dialog").get_by_role("button", name="Ta bort").click()
    expect(page.get_by_role("heading", name="Inget väntar")).to_be_visible()
    assert CountEntry.objects.count() == 0


# --- Telling how the day went -----------------------------------------------------------------------------------------


def _earlier(place: Place, *titles: str) -> list[Occurrence]:
    """They have begun by now, also shortly after midnight."""
    now = timezone.localtime()
    starts = max(now.replace(hour=0, minute=0, second=0, microsecond=0), now - dt.timedelta(hours=1))
    common = {"place": place, "date": now.date(), "ends_at": starts + dt.timedelta(hours=2)}
    return [
        factories.OccurrenceFactory.create(**common, title=title, starts_at=starts + dt.timedelta(milliseconds=number))
        for number, title in enumerate(titles)
    ]


def _told() -> dict[str, tuple[str, str]]:
    return {one.title: (one.outcome, one.reason) for one in Occurrence.objects.all()}


def test_a_day_told_without_a_network(new_phone: NewPhone, sara: User, place: Place) -> None:
    """The programme, the coming week, outcomes and a line for the log; the browser closed, and the network back."""
    _earlier(place, "Salsa", "Boule", "Kören")
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    factories.OccurrenceFactory.create(place=place, title="Loppis", date=tomorrow)
    phone = new_phone("phone")
    phone.sign_in(sara)
    phone.ready_for_offline()
    phone.offline(cut=True)
    phone.open_day()
    page = phone.page
    expect(phone.row("Loppis")).to_be_visible()
    expect(phone.row("Loppis").get_by_role("button")).to_have_count(0)
    phone.row("Salsa").get_by_role("button", name="Genomförd").click()
    expect(phone.row("Salsa")).to_contain_text("På telefonen")
    for title, answer, reason in (("Boule", "Inställd", "Väder"), ("Kören", "Ändrad", "Personal")):
        phone.row(title).get_by_text(answer, exact=True).click()
        assert hindrances(page) == []
        phone.row(title).get_by_role("button", name=reason).click()
        expect(phone.row(title).locator(".status")).to_have_text(answer)
    # Another answer to the same: what waits is sent in order, and the last one stands.
    phone.row("Kören").get_by_role("button", name="Ändra").click()
    phone.row("Kören").get_by_role("button", name="Genomförd").click()
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_text("Det finns inget att skriva i dagboken.")).to_be_visible()
    page.get_by_role("textbox").fill("Solen kom fram.")
    page.get_by_role("button", name="Spara").click()
    expect(page.locator("[data-notes]")).to_contain_text("Solen kom fram.")
    _fits(phone)
    phone.turn_off()
    phone.turn_on()
    phone.offline(cut=True)
    phone.open_day()
    expect(phone.page.locator("[data-days] .status")).to_have_text(["Genomförd", "Inställd", "Genomförd"])
    phone.open_queue()
    headings = ["Salsa: Genomförd", "Boule: Inställd – väder", "Kören: Ändrad – personal", "Kören: Genomförd"]
    expect(phone.page.locator(".card h2")).to_have_text([*headings, "En rad till dagboken"])
    _fits(phone)
    with phone.page.expect_download() as saving:
        phone.page.get_by_role("button", name="Spara som fil").last.click()
    saved = json.loads(saving.value.path().read_text())
    assert (saved["told"]["version"], saved["told"]["payload"]["text"]) == (1, "Solen kom fram.")
    assert set(_told().values()) == {("planned", "")}
    _arrives(phone)
    assert _told() == {
        "Salsa": ("held", ""),
        "Boule": ("cancelled", "weather"),
        "Kören": ("held", ""),
        "Loppis": ("planned", ""),
    }
    assert list(DayLogLine.objects.values_list("date", "text", "by")) == [
        (timezone.localdate(), "Solen kom fram.", sara.pk)
    ]
    assert set(Occurrence.objects.exclude(told_by=None).values_list("told_by", flat=True)) == {sara.pk}


def _fits(phone: Phone) -> None:
    """Axe, a thumb's room, 320 pixels and letters twice as large."""
    page = phone.page
    assert hindrances(page) == []
    assert page.evaluate(LOW) == []
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(BEYOND) == []
    page.evaluate("document.documentElement.style.fontSize = ''")
    assert page.evaluate(BEYOND) == []
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a typed dictionary that reads the same


def test_two_phones_that_tell_the_same_differently(new_phone: NewPhone, sara: User, omar: User, place: Place) -> None:
    """Both answers are shown to the one whose came too late, who chooses."""
    _earlier(place, "Salsa", "Boule")
    phones = {sara: new_phone("one"), omar: new_phone("two")}
    for person, phone in phones.items():
        phone.sign_in(person)
        phone.ready_for_offline()
        phone.offline(cut=True)
        phone.open_day()
    late, early = phones.values()
    for title in ("Salsa", "Boule"):
        late.row(title).get_by_role("button", name="Genomförd").click()
        expect(late.row(title)).to_contain_text("På telefonen")
    for title in ("Salsa", "Boule"):
        early.row(title).get_by_text("Inställd", exact=True).click()
        early.row(title).get_by_role("button", name="Väder").click()
        expect(early.row(title)).to_contain_text("På telefonen")
    _arrives(early)
    late.offline(cut=False)
    late.open_queue()
    page = late.page
    cards = page.locator(".conflict")
    expect(cards.locator("h2")).to_have_text(["Två olika svar: Salsa", "Två olika svar: Boule"])
    expect(cards.first.locator("strong")).to_have_text(["Genomförd", "Inställd – väder"])
    expect(cards.first).to_contain_text("Omar Hed")
    expect(page.get_by_text("2 gick inte att spara")).to_be_visible()
    _fits(late)
    cards.last.get_by_role("button", name="Visa båda").click()
    assert hindrances(page) == []
    cards.last.get_by_role("button", name="Behåll Inställd – väder").click()
    expect(cards).to_have_count(1)
    cards.first.get_by_role("button", name="Behåll Genomförd").click()
    expect(page.get_by_role("heading", name="Inget väntar")).to_be_visible()
    assert _told() == {"Salsa": ("held", ""), "Boule": ("cancelled", "weather")}


# --- One crowd, two phones --------------------------------------------------------------------------------------------


def test_two_phones_at_the_same_occurrence_add_up_and_are_told(
    new_phone: NewPhone, sara: User, omar: User, place: Place
) -> None:
    (salsa,) = _earlier(place, "Salsa")
    phones = {sara: new_phone("one"), omar: new_phone("two")}
    for taps, (person, phone) in enumerate(phones.items(), start=3):
        phone.sign_in(person)
        phone.ready_for_offline()
        phone.offline(cut=True)
        phone.open_tally(f"#occurrence={salsa.pk}")
        expect(phone.page.get_by_role("heading", name="Räkna deltagare")).to_be_visible()
        phone.tap(0, taps)
        phone.wait_until_kept(taps)
    one, two = phones.values()
    _arrives(one)
    _arrives(two)
    expect(two.page.get_by_text("Redan räknade: 3 personer", exact=False)).to_be_visible()
    headcount = Headcount.objects.get()
    assert (headcount.occurrence, headcount.people) == (salsa, 7)
    assert set(CountEntry.objects.values_list("by", flat=True)) == {sara.pk, omar.pk}


def test_a_count_that_the_server_has_otherwise_shows_both(
    new_phone: NewPhone, sara: User, place: Place, zone: Zone
) -> None:
    phone = new_phone("phone")
    phone.sign_in(sara)
    phone.ready_for_offline()
    other = factories.ZoneFactory.create(place=place, name="Scenen")
    for ground, kept, keep in ((zone, 3, "Behåll 3"), (other, 4, "Behåll 5")):
        phone.open_tally()
        phone.count_in(ground.name)
        phone.offline(cut=True)
        phone.tap(0, kept)
        expect(phone.page.locator("[data-chip]")).to_have_text(f"På telefonen: {kept} tryck")
        # As if another had used the same name: a browser's folder that was copied, or a server set back to yesterday.
        stored = factories.HeadcountFactory.create(
            uuid=phone.page.evaluate("location.hash").split("=")[1],
            place=place,
            zone=ground,
            started_at=timezone.now(),
            note="En annan",
        )
        factories.CountEntryFactory.create(headcount=stored, people=5)
        phone.offline(cut=False)
        phone.open_queue()
        card = phone.page.locator(".conflict")
        expect(card.locator("h2")).to_have_text("Två olika tal för samma räkning")
        expect(card.locator("strong")).to_have_text([str(kept), "5"])
        assert hindrances(phone.page) == []
        card.get_by_role("button", name=keep).click()
        if keep == "Behåll 5":
            phone.page.locator("dialog").get_by_role("button", name="Behåll det sparade").click()
        expect(phone.page.get_by_role("heading", name="Inget väntar")).to_be_visible()
    assert list(Headcount.objects.order_by("people").values_list("people", flat=True)) == [3, 5, 5]


def test_moving_on_loses_nothing(new_phone: NewPhone, sara: User, place: Place, zone: Zone) -> None:
    """To the next zone and back, in the middle of a number."""
    factories.ZoneFactory.create(place=place, name="Scenen")
    phone = new_phone("phone")
    phone.sign_in(sara)
    phone.ready_for_offline()
    phone.offline(cut=True)
    page = phone.page
    phone.count_in("Pergolan")
    phone.tap(0, 2)
    page.get_by_role("button", name="Kvinna/flicka 5–14").focus()
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.get_by_role("link", name="Nästa: Scenen").click()
    expect(page.locator("[data-where]")).to_contain_text("Scenen")
    phone.tap(1)
    expect(page.locator("[data-done-word]")).to_have_text("Klar – 1 person")
    page.get_by_role("link", name="Föregående: Pergolan").click()
    expect(page.locator("[data-done-word]")).to_have_text("Klar – 14 personer")
    _arrives(phone)
    assert dict(Headcount.objects.values_list("zone__name", "people")) == {"Pergolan": 14, "Scenen": 1}


def test_practice_says_so_without_a_network_too(new_phone: NewPhone, sara: User, place: Place) -> None:
    practice = factories.PlaceFactory.create(slug="ova", name="Öva", practice_of=place)
    factories.MembershipFactory.create(user=sara, place=practice, role=Membership.Role.HOST)
    factories.ZoneFactory.create(place=practice, name="Pergolan")
    phone = new_phone("phone")
    phone.slug = practice.slug
    phone.sign_in(sara)
    phone.ready_for_offline()
    phone.offline(cut=True)
    banner = phone.page.get_by_text("inget här hamnar i någon rapport", exact=False)
    phone.count_in("Pergolan")
    expect(banner).to_be_visible()
    for show in (phone.open_tally, phone.open_day, phone.open_queue):
        show()
        expect(banner).to_be_visible()
