"""The frame: its tags, its navigation, its error pages, and what no template may hold."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.messages import ERROR, SUCCESS, get_messages
from django.contrib.messages.storage.base import Message
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django.utils import translation
from django.views import defaults

from amp.templatetags import amp
from places.models import Membership, Place, User
from tests import factories

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
ON_SCREEN = [path for path in TEMPLATES if "pdf" not in path.parts]
ICONS = set((settings.BASE_DIR / "static/icons.txt").read_text().split())
LOOSE = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*(src=|application/(ld\+)?json))")
NAMED_ICON = re.compile(r"{%\s*icon\s+\"([^\"]+)\"|\bicon=\"([^\"]+)\"")


def draw(source: str, **context: object) -> str:
    return Template("{% load amp %}" + source).render(Context(context))


# --- What no template may hold ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ON_SCREEN, ids=lambda path: path.name)
def test_template_keeps_style_and_script_in_files(path: Path) -> None:
    assert LOOSE.findall(path.read_text()) == []


def test_every_icon_named_in_a_template_is_in_the_list() -> None:
    named = {name for path in TEMPLATES for pair in NAMED_ICON.findall(path.read_text()) for name in pair if name}
    assert named - ICONS == set()


def test_every_status_and_every_item_has_an_icon_of_the_list() -> None:
    items = [item for _word, group in amp.GROUPS for item in group] + [*amp.BOTTOM, *amp.MORE]
    assert {known.icon for known in amp.STATUSES.values()} | {item.icon for item in items} <= ICONS


def test_the_list_of_icons_is_sorted_and_says_each_once() -> None:
    lines = (settings.BASE_DIR / "static/icons.txt").read_text().splitlines()
    assert lines == sorted(set(lines))


# --- Icons and status words -------------------------------------------------------------------------------------------


def test_icon_is_silent_unless_named() -> None:
    assert draw('{% icon "plus" %}') == (
        '<svg class="icon" aria-hidden="true"><use href="/static/vendor/icons.svg#plus"></use></svg>'
    )
    assert draw('{% icon "x" "Stäng" %}') == (
        '<svg class="icon" role="img" aria-label="Stäng"><use href="/static/vendor/icons.svg#x"></use></svg>'
    )


@pytest.mark.parametrize("key", amp.STATUSES)
def test_status_is_an_icon_and_a_word(key: str) -> None:
    chip = draw("{% status key %}", key=key)
    word = re.fullmatch(r'<span class="status (\w+)"><svg.*</svg>(.+)</span>', chip)
    assert word is not None
    assert word.group(1) in {"ok", "warn", "bad", "now", "neutral", "outline"}


def test_status_speaks_the_language_and_takes_another_word() -> None:
    with translation.override("sv"):
        assert draw('{% status "held" %}').endswith("</svg>Genomförd</span>")
    with translation.override("en"):
        assert draw('{% status "held" %}').endswith("</svg>Held</span>")
    assert draw('{% status "saved" "Sparad 14:32" %}').endswith("</svg>Sparad 14:32</span>")


def test_every_outcome_has_a_status() -> None:
    outcomes = set(factories.OccurrenceFactory._meta.model.Outcome.values)
    assert outcomes <= set(amp.STATUSES)


# --- Numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "shown"), [(None, "–"), ("", "–"), (0, 0), ("två", "två")])
def test_dash_keeps_zero_apart_from_nothing(value: object, shown: object) -> None:
    assert amp.dash(value) == shown


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (None, 1, "–"),
        (Decimal("1.0"), 1, "+1,0"),
        (Decimal("-0.3"), 1, "−0,3"),
        (0, None, "0"),
        (-0.04, 1, "0,0"),
        (2.5, 0, "+3"),
        (-2.5, 0, "−3"),
        (Decimal(12500), None, "+12\xa0500"),
    ],
)
def test_signed(value: Decimal | float | None, decimals: int | None, shown: str) -> None:
    assert amp.signed(value, decimals) == shown


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(None, None, "–"), (7430, None, "7\xa0430"), (Decimal("0.05"), 1, "0,1"), (-3, None, "−3")],
)
def test_number(value: Decimal | float | None, decimals: int | None, shown: str) -> None:
    assert amp.number(value, decimals) == shown


@pytest.mark.parametrize(
    ("share", "decimals", "shown"),
    [(None, 0, "–"), (0.5, 0, "50\xa0%"), (Decimal("0.0834"), 1, "8,3\xa0%"), (0, 0, "0\xa0%"), (-0.07, 0, "−7\xa0%")],
)
def test_percent(share: Decimal | float | None, decimals: int, shown: str) -> None:
    assert amp.percent(share, decimals) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (None, "–"),
        (0, "0\xa0kr"),
        (Decimal(375000), "375\xa0000\xa0kr"),
        (Decimal("12.50"), "12,50\xa0kr"),
        (-10, "−10\xa0kr"),
    ],
)
def test_kronor(amount: Decimal | int | None, shown: str) -> None:
    assert amp.kronor(amount) == shown


def test_no_page_writes_a_key_as_a_number_for_reading() -> None:
    """Key 4731 shows as 4 731, which no address understands: a key in a page is unlocalized, or comes through a url."""
    found = [
        f"{path}: {key}"
        for path in TEMPLATES
        for key in re.findall(r"{{ ?([\w.]+[._](?:pk|id)) ?}}", path.read_text())
        if not key.endswith(("attrs.id", ".auto_id"))  # words
    ]
    assert found == []


def test_numbers_in_english() -> None:
    with translation.override("en"):
        assert [amp.number(7430.5, 1), amp.kronor(375000)] == ["7,430.5", "375,000\xa0SEK"]


# --- Forms and messages -----------------------------------------------------------------------------------------------


class Entry(forms.Form):
    people = forms.IntegerField(label="Antal", help_text="Räkna alla.", max_value=200)
    note = forms.CharField(label="Rad", required=False)
    kind = forms.ChoiceField(label="Slag", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="Samtycke")
    key = forms.CharField(widget=forms.HiddenInput)


class DoubtfulEntry(Entry):
    doubts = {"people": "Tre gånger en vanlig tisdag."}  # noqa: RUF012  a form sets it, here for every one of them


def test_field_ties_label_hint_and_error_to_the_input() -> None:
    form = Entry({"people": "300"})
    drawn = form["people"].as_field_group()
    assert '<label for="id_people">Antal</label>' in drawn
    assert 'aria-describedby="id_people_helptext id_people_error"' in drawn
    assert '<p class="hint" id="id_people_helptext">Räkna alla.</p>' in drawn
    assert '<div id="id_people_error">' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'value="300"' in drawn
    assert drawn.index("id_people_error") < drawn.index('<div class="control">')


def test_field_says_what_is_optional() -> None:
    assert "(valfritt)" in Entry()["note"].as_field_group()
    assert "(valfritt)" not in Entry()["people"].as_field_group()


def test_field_groups_choices_under_a_legend_and_puts_a_box_before_its_word() -> None:
    choices = Entry()["kind"].as_field_group()
    assert "<legend>Slag</legend>" in choices
    box = Entry()["sure"].as_field_group()
    assert re.search(r'<label class="choice" for="id_sure"><input type="checkbox"[^>]*><span>Samtycke</span>', box)


def test_field_asks_once_about_what_is_unlikely() -> None:
    drawn = DoubtfulEntry({"people": "112"})["people"].as_field_group()
    assert 'class="field doubtful"' in drawn
    assert "Tre gånger en vanlig tisdag." in drawn
    assert '<input type="checkbox" name="people-sure" value="1">' in drawn
    assert "people-sure" not in Entry({"people": "112"})["people"].as_field_group()


def test_form_part_gathers_the_errors_and_links_to_the_fields(rf: RequestFactory) -> None:
    form = Entry({"people": "300", "note": "kvar"})
    form.add_error(None, "Dagen är låst.")
    drawn = render_to_string("_form.html", {"form": form, "cancel_url": "/dit/"}, rf.get("/"))
    assert "5 saker att rätta" in drawn
    assert '<a href="#id_people">Antal: ' in drawn
    assert "<li>Dagen är låst.</li>" in drawn
    assert "<li>Detta fält måste fyllas i.</li>" in drawn  # the hidden field's own, which no label can carry
    assert 'value="kvar"' in drawn
    assert '<a class="button quiet" href="/dit/">Avbryt</a>' in drawn


def test_form_part_without_errors_has_no_summary(rf: RequestFactory) -> None:
    assert "error-summary" not in render_to_string("_form.html", {"form": Entry()}, rf.get("/"))


def test_pages_turn_both_ways(rf: RequestFactory) -> None:
    leaves = Paginator(range(30), 10)
    middle = render_to_string("_pagination.html", {"page": leaves.page(2), "query": "year=2026&"}, rf.get("/"))
    assert re.findall(r'<a [^>]*href="([^"]+)"', middle) == ["?year=2026&amp;page=1", "?year=2026&amp;page=3"]
    assert "Sida 2 av 3" in middle
    assert render_to_string("_pagination.html", {"page": Paginator([], 10).page(1)}, rf.get("/")).strip() == ""


def test_progress_has_a_value_only_when_it_is_known() -> None:
    assert 'value="40"' in render_to_string("_progress.html", {"heading": "Rapporten", "done": 40})
    assert "value=" not in render_to_string("_progress.html", {"heading": "Rapporten", "done": None})


def test_empty_has_a_button_only_where_there_is_a_way_on() -> None:
    shown = {"heading": "Ingen räkning än", "url": "/ny/", "action": "Räkna nu"}
    assert '<a class="button primary" href="/ny/">Räkna nu</a>' in render_to_string("_empty.html", shown)
    assert "button" not in render_to_string("_empty.html", {"heading": "Ingen räkning än"})


def test_a_toast_can_take_the_action_back(rf: RequestFactory) -> None:
    messages = [Message(SUCCESS, "Genomförd.", "undo:/x/undo/"), Message(ERROR, "Det gick inte.")]
    drawn = render_to_string("_messages.html", {"messages": messages}, rf.get("/"))
    assert re.findall(r'class="(toast\b[^"]*)"', drawn) == ["toast passes", "toast"]
    assert re.findall(r'action="([^"]+)"', drawn) == ["/x/undo/"]


@pytest.mark.parametrize(
    ("tags", "address"), [("", ""), ("safe", ""), ("undo:/p/x/undo/", "/p/x/undo/"), ("big undo:/a/", "/a/")]
)
def test_undo_address(tags: str, address: str) -> None:
    assert amp.undo_address(tags) == address


# --- The frame --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "season"),
    [
        ("2026-12-01", "winter"),
        ("2026-02-28", "winter"),
        ("2026-03-01", "spring"),
        ("2026-08-31", "summer"),
        ("2026-11-30", "autumn"),
    ],
)
def test_season(day: str, season: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: dt.date.fromisoformat(day))
    assert amp.season() == season


def request_at(user: User, address: str) -> HttpRequest:
    request = RequestFactory().get(address)
    request.user = user
    request.resolver_match = resolve(address)
    return request


def frame(user: User, place: Place, page: str = "today", **context: object) -> dict[str, object]:
    request = request_at(user, reverse(page, args=[place.slug]))
    return amp.navigation(Context({"request": request, "place": place, **context}))


def pages(shown: dict[str, object]) -> set[str]:
    groups = shown["groups"]
    assert isinstance(groups, list)
    return {link.item.page for _word, links in groups for link in links}


READING = {
    "today",
    "wheel",
    "activities:daylog_list",
    "measurements:headcount_list",
    "measurements:indicator_list",
    "reports:report_list",
    "places:place_detail",
}


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("host", READING),
        ("manager", READING | {"places:contract_list"}),
        ("analyst", READING | {"places:contract_list"}),
        ("admin", READING | {"places:contract_list"}),
    ],
)
def test_navigation_shows_what_the_role_opens(role: str, seen: set[str], place: Place) -> None:
    user = factories.UserFactory.create()
    factories.MembershipFactory.create(user=user, place=place, role=role)
    shown = frame(user, place)
    assert pages(shown) == seen
    assert shown["role"] == Membership.Role(role).label


def test_navigation_of_a_funder_holds_the_reports_alone(place: Place, funder: User) -> None:
    shown = frame(funder, place)
    assert pages(shown) == {"reports:report_list"}
    assert shown["bottom"] == []


def test_counting_stands_at_the_bottom_for_those_who_count(place: Place, host: User) -> None:
    bottom = frame(host, place)["bottom"]
    assert isinstance(bottom, list)
    assert [link.item.page for link in bottom] == [
        "today",
        "measurements:tally",
        "wheel",
        "activities:daylog_list",
    ]


@pytest.mark.parametrize(
    ("page", "chosen"),
    [
        ("today", "today"),
        ("activities:daylog_create", "activities:daylog_list"),
        ("activities:season_create", "wheel"),
        ("measurements:headcount_create", "measurements:headcount_list"),
        ("measurements:indicator_detail", "measurements:indicator_list"),
        ("places:contract_detail", "places:contract_list"),
        ("places:zone_create", "places:place_detail"),
        ("help", None),
    ],
)
def test_a_page_belongs_to_one_item(page: str, chosen: str | None) -> None:
    item = amp._chosen(page, [item for _word, items in amp.GROUPS for item in items])
    assert (item.page if item else None) == chosen


def test_navigation_marks_the_page_once_in_each_bar(place: Place, host: User) -> None:
    request = request_at(host, reverse("today", args=[place.slug]))
    html = render_to_string("base.html", {"place": place, "todo_count": 3}, request)
    assert html.count('aria-current="page"') == 2
    assert '<span class="visually-hidden">att göra: </span>3' in html


def test_navigation_without_a_route_marks_nothing(place: Place, host: User) -> None:
    request = request_at(host, "/")
    request.resolver_match = None
    shown = amp.navigation(Context({"request": request, "place": place}))
    assert shown["more_chosen"] is False


def test_switcher_lists_the_places_one_works_at(place: Place, other_place: Place, host: User) -> None:
    second = factories.PlaceFactory.create(name="Ängstorget")
    factories.MembershipFactory.create(user=host, place=second, role="host")
    html = render_to_string("base.html", {"place": place}, request_at(host, reverse("today", args=[place.slug])))
    assert reverse("today", args=[second.slug]) in html
    assert other_place.name not in html


def test_example_data_is_marked(place: Place, host: User) -> None:
    request = request_at(host, reverse("today", args=[place.slug]))
    assert "Exempeldata" not in render_to_string("base.html", {"place": place}, request)
    place.is_demo = True
    assert render_to_string("base.html", {"place": place}, request).count("Exempeldata") == 2
    assert render_to_string("plain.html", {"place": place}, request).count("Exempeldata") == 2


# --- Language ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_swedish_is_the_language_until_another_is_chosen(client: Client) -> None:
    page = reverse("account_login")
    assert '<html lang="sv">' in client.get(page).content.decode()
    answer = client.post(reverse("set_language"), {"language": "en", "next": f"{page}?next=/a/"})
    assert (answer.status_code, answer["Location"]) == (302, f"{page}?next=/a/")
    assert '<html lang="en">' in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("page", "heading"),
    [
        ("account_login", "Logga in"),
        ("account_request_login_code", "Kod med e-post"),
        ("account_reset_password", "Nytt lösenord"),
        ("account_reset_password_done", "Titta i din e-post"),
        ("account_reset_password_from_key_done", "Lösenordet är bytt"),
        ("account_signup", "Konton ges efter inbjudan"),
        ("help", "Hjälp"),
    ],
)
@pytest.mark.django_db
def test_pages_before_signing_in(client: Client, page: str, heading: str) -> None:
    answer = client.get(reverse(page))
    assert answer.status_code == 200
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", answer.content.decode()) == [heading]


@pytest.mark.django_db
def test_an_old_link_for_a_password_says_so(client: Client) -> None:
    answer = client.get(reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "old-key"}))
    assert "Länken gäller inte längre" in answer.content.decode()


def test_signing_out_asks_first(client: Client, host: User) -> None:
    client.force_login(host)
    assert "Logga ut?" in client.get(reverse("account_logout")).content.decode()
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_signing_in_says_nothing_extra(client: Client, host: User) -> None:
    host.set_password("en-lang-mening-17")
    host.save()
    answer = client.post(reverse("account_login"), {"login": host.email, "password": "en-lang-mening-17"})
    assert answer.status_code == 302
    assert [str(message) for message in get_messages(answer.wsgi_request)] == []


# --- When something is wrong ------------------------------------------------------------------------------------------


def error_page(code: int, request: HttpRequest) -> HttpResponse:
    if code == 404:
        return defaults.page_not_found(request, Exception("x"))
    if code == 403:
        return defaults.permission_denied(request, PermissionDenied())
    if code == 400:
        return defaults.bad_request(request, Exception("x"))
    return defaults.server_error(request)


@pytest.mark.parametrize(
    ("code", "language", "heading"),
    [
        (404, "sv", "Den sidan finns inte här"),
        (404, "en", "There is no such page here"),
        (403, "sv", "Du har inte behörighet till den här sidan"),
        (403, "en", "Your role does not open this page"),
        (400, "sv", "Adressen gick inte att läsa"),
        (400, "en", "The address could not be read"),
        (500, "sv", "Något gick fel hos oss"),
        (500, "en", "Something went wrong with us"),
    ],
)
def test_error_pages(code: int, language: str, heading: str, host: User) -> None:
    request = request_at(host, "/")
    with translation.override(language):
        answer = error_page(code, request)
    html = answer.content.decode()
    assert answer.status_code == code
    assert f'<html lang="{language}">' in html
    assert re.findall(r"<h1>(.*?)</h1>", html) == [heading]


def test_a_form_from_another_site_is_refused_in_words(host: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(host)
    answer = client.post(reverse("set_language"), {"language": "en"})
    assert answer.status_code == 403
    assert "Sidan hade varit öppen för länge" in answer.content.decode()
