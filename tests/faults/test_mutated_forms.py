"""
Every form, every query parameter and every part of an address, sent what nobody should send.

The forms are those that the pages show to each role. No answer may be an error of ours, and a value that is refused has
a message in the page. The sample is the same in each run; AMP_MUTATIONS=5000 takes more of it, AMP_MUTATIONS=all all.
"""

import datetime as dt
import os
import random
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from amp.kept.filling import TOKEN, Form, forms_of
from places.models import Place
from tests import factories
from tests.conftest import NOW, TODAY
from tests.test_doors import TABLE, House, _address, _house, house  # noqa: F401  fixtures

SEED = 20261201
ORDINARY = 280
# Whoever may do most has nearly every form; the others' are crawled as well where more than the sample is tried.
ROLES = ("admin", "funder") if "AMP_MUTATIONS" not in os.environ else ("admin", "manager", "analyst", "host", "funder")

BAD = [
    "",
    "-1",
    "0",
    "99999999999999999999",
    "-99999999999999999999",
    "2147483648",
    "9223372036854775808",
    "1e400",
    "1,5e9",
    "NaN",
    "inf",
    "-Infinity",
    "9999-12-31",
    "0001-01-01",
    "2026-02-30",
    "9999-12-31T23:59",
    "25:61",
    "23:59:59.999999",
    "a\x00b",
    "\x00",
    "\ud800",
    "x" * 100_000,
    "9" * 5_000,
    "👩‍👩‍👧‍👦🎪",
    "\u202eעברית",
    "\u0661\u0662",
    "²",
    "not-a-uuid",
    "00000000-0000-0000-0000-000000000000",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "[]",
    '{"a": 1}',
    "None",
    "12347",
]
# One that stands for each of: nothing, too large a number, the last and the first day, a zero byte, half a character.
WORST = ("", "99999999999999999999", "9999-12-31", "0001-01-01", "a\x00b", "\ud800", "NaN", "-1")
# In an address, beside what a form may hold.
NOT_UTF8 = ("%ff%fe", "%ed%a0%80", "%00", "%")
BAD_QUERY = [*(quote(one, errors="surrogatepass") for one in BAD if len(one) < 6_000), *NOT_UTF8]
# Names that a page reads from its address, as its source has them.
NAMED = re.compile(r"""(?:GET|query|params|asked|data)(?:\.get\(|\.getlist\(|\[)\s*["'](\w+)["']""")
# Signing in and out is another matter, and has its own limits.
LEFT_OUT = ("account_", "set_language", "admin:")

FORMS = {row.route for row in TABLE if row.kind == "form" and not row.route.startswith(LEFT_OUT)}
# Their pages show a form only where it has something to do: nothing of it is typed.
NOT_SHOWN = {"activities:season_publish", "measurements:copy_done"}


@dataclass(frozen=True)
class Case:
    """One request: `pairs` is a form's content, None for a page that is read."""

    role: str
    address: str
    pairs: tuple[tuple[str, str], ...] | None
    field: str = ""
    value: str = ""

    def __str__(self) -> str:
        return f"{self.role} {self.address[:300]} {self.field}={self.value[:40]!r}"


def _pages(house: House) -> Iterator[tuple[str, str, str]]:  # noqa: F811
    """Each page that a role may open: role, address, content."""
    for row in TABLE:
        if row.kind not in {"page", "form"} or row.route.startswith(LEFT_OUT):
            continue
        address = _address(row, house.here) + ("?period=2025&to=2026" if row.route == "measurements:copy_plan" else "")
        for role in ROLES:
            if row.by_role[role] == "200":
                answer = house.clients[role].get(address)
                if answer.headers.get("Content-Type", "").startswith("text/html"):
                    yield role, address, answer.content.decode()


def _filled(form: Form) -> list[tuple[str, str]]:
    """The form as it stands, with something in each empty field."""
    pairs = []
    for one in form.controls:
        if not one.name or one.name == TOKEN or one.kind in {"file", "submit", "button"}:
            continue
        if one.kind in {"checkbox", "radio"}:
            pairs += [(one.name, one.value)] if "checked" in one.attributes or one.kind == "checkbox" else []
        elif one.kind == "select":
            chosen = [option.value for option in one.options if "selected" in option.attributes]
            pairs += [(one.name, value) for value in chosen or [option.value for option in one.options[-1:]]]
        elif one.kind == "textarea":
            pairs.append((one.name, one.text.strip() or "En rad"))
        else:
            stand_in = {"date": "2026-12-01", "time": "12:00", "number": "1", "email": "a@example.se"}
            numeric = "numeric" in (one.attributes.get("inputmode") or "") or "decimal" in str(one.attributes)
            pairs.append((one.name, one.value or stand_in.get(one.kind, "1" if numeric else "Ord")))
    pairs += [(one.name, one.value) for one in form.pressed[:1] if one.name]
    return pairs


def _names_read() -> list[str]:
    names = {"date", "year", "next", "kept"}
    for app in ("amp", "places", "activities", "measurements", "reports"):
        for file in Path(settings.BASE_DIR, app).rglob("*.py"):
            names |= set(NAMED.findall(file.read_text()))
    return sorted(names)


def _of_form(role: str, form: Form, others: list[str]) -> Iterator[Case]:
    pairs = _filled(form)
    address = urlsplit(form.action)._replace(scheme="", netloc="").geturl()
    yield Case(role, address, ())
    for name in dict.fromkeys(name for name, _value in pairs):
        rest = [pair for pair in pairs if pair[0] != name]
        yield Case(role, address, tuple(rest), name, "(missing)")
        yield Case(role, address, (*pairs, *((one, "2") for one, _value in pairs if one == name)), name, "(doubled)")
        for value in [*BAD, *others]:
            yield Case(role, address, (*rest, (name, value)), name, value)


def _cases(house: House) -> list[Case]:  # noqa: F811
    forms: dict[tuple[str, tuple[str, ...]], tuple[str, Form]] = {}
    reads: set[Case] = set()
    names = _names_read()
    others = [str(house.there[name]) for name in ("zone", "partner", "season", "indicator", "headcount")]
    for role, address, page in _pages(house):
        for form in forms_of(page, address):
            try:
                route = resolve(urlsplit(form.action).path).view_name
            except Resolver404:
                continue
            if not route.startswith(LEFT_OUT):
                forms.setdefault((route, tuple(sorted(form.names))), (role, form))
        linked = {
            name
            for link in re.findall(r'(?:href|action)="(\?[^"]*|/[^"]*\?[^"]*)"', page)
            for name, _value in parse_qsl(urlsplit(link.replace("&amp;", "&")).query)
        }
        named = set(re.findall(r'name="(\w+)"', page)) if 'method="get"' in page else set()
        if role in {"admin", "funder"}:
            for name in {*linked, *named, *names} - {"csrfmiddlewaretoken"}:
                reads |= {Case(role, f"{address}?{name}={value}", None, name, value) for value in BAD_QUERY}
    cases = [case for role, form in forms.values() for case in _of_form(role, form, others)]
    return cases + sorted(reads, key=str) + sorted(_parts(house), key=str)


def _parts(house: House) -> Iterator[Case]:  # noqa: F811
    """Each part of each address, out of its bounds."""
    for row in TABLE:
        if row.route.startswith(LEFT_OUT):
            continue
        address = _address(row, house.here)
        for number, part in enumerate(address.split("/")):
            if number and part:
                for value in (*BAD_QUERY, "0001-01-01", "9999-12-31", "9999", "0", str(uuid.UUID(int=0))):
                    parts = address.split("/")
                    parts[number] = value
                    yield Case("admin", "/".join(parts), None if row.kind != "act" else (), part, value)


def _fault(client: Client, case: Case) -> str:
    """What is wrong with the answer; empty when it is as it should be."""
    try:
        with transaction.atomic():
            if case.pairs is None:
                answer = client.get(case.address)
            else:
                body = urlencode(case.pairs, errors="surrogatepass")
                answer = client.post(case.address, body, content_type="application/x-www-form-urlencoded")
            # Constraints that the database judges at the end are judged here.
            transaction.get_connection().check_constraints()
            transaction.set_rollback(True)
    except Exception as error:  # noqa: BLE001  whatever comes out of a page is what is looked for
        return f"{type(error).__name__}: {str(error)[:200]}"
    if answer.status_code >= 500:
        return str(answer.status_code)
    # A page that takes nothing shows itself, whatever it is sent.
    takes = case.pairs and resolve(urlsplit(case.address).path).view_name in FORMS
    if takes and answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
        page = answer.content.decode()
        if not re.search(
            r'class="error|data-error-summary|role="alert"|class="banner|class="doubt|class="toast"', page
        ):
            return "refused without a word"
    return ""


@pytest.fixture
def furnished(house: House) -> House:  # noqa: F811
    """With a year behind it that can be copied, besides one of everything."""
    here = Place.objects.get(slug="lilltorget")
    for days in (360, 364, 371):
        day, begins = TODAY - dt.timedelta(days=days), NOW - dt.timedelta(days=days)
        factories.OccurrenceFactory.create(place=here, date=day, starts_at=begins)
        factories.SeriesFactory.create(place=here, first=day, last=day + dt.timedelta(days=20))
    later = NOW + dt.timedelta(days=7)
    factories.OccurrenceFactory.create(
        place=here, date=later.date(), starts_at=later, responsible_id=house.here["planner"]
    )
    return house


def _sampled(cases: list[Case]) -> list[Case]:
    """Of the ordinary run: each field of each form once before any of them twice, the worst values first."""
    wanted = os.environ.get("AMP_MUTATIONS", str(ORDINARY))
    if wanted == "all" or int(wanted) >= len(cases):
        return cases
    chance = random.Random(SEED)  # noqa: S311  a sample, not a secret
    chance.shuffle(cases)
    sent = sorted((case for case in cases if case.pairs), key=lambda case: case.value not in WORST)
    first: dict[tuple[str, str], Case] = {}
    for case in sent:
        first.setdefault((re.sub("[0-9]+", "", case.address), re.sub("[0-9]+", "", case.field)), case)
    chosen = {id(case) for case in first.values()}
    ordered = [*first.values(), *(case for case in sent if id(case) not in chosen)]
    share = int(wanted) * 3 // 4
    return ordered[:share] + [case for case in cases if not case.pairs][: int(wanted) - share]


def test_no_answer_is_an_error_of_ours(furnished: House) -> None:
    every = _cases(furnished)
    # A form that no page shows would not be tried.
    tried = {
        resolve(urlsplit(case.address).path).view_name for case in every if case.pairs is not None and not case.field
    }
    assert FORMS - tried == NOT_SHOWN
    faults = {}
    for case in _sampled(every):
        if fault := _fault(furnished.clients[case.role], case):
            faults[str(case)] = fault
    assert faults == {}


def test_a_year_copied_to_the_last_day_there_is(furnished: House) -> None:
    address = f"{reverse('measurements:copy_plan', args=['lilltorget'])}?period=2025&to=2026"
    client = furnished.clients["admin"]
    page = client.get(address).content.decode()
    [form] = [one for one in forms_of(page, address) if any(name.startswith("date-") for name in one.names)]
    dates = [name for name in sorted(form.names) if name.startswith("date-")]
    assert len(dates) >= 3
    for name in dates:
        pairs = {one: value for one, value in _filled(form) if not one.startswith("take-")}
        answer = client.post(address, pairs | {name: "9999-12-31", name.replace("date", "take"): "on"})
        assert answer.status_code == 200
        assert 'class="error' in answer.content.decode()


def test_a_reading_of_more_people_than_there_are(furnished: House) -> None:
    address = reverse("measurements:reading_edit", args=["lilltorget", furnished.here["occasion"]])
    client = furnished.clients["admin"]
    page = client.get(address).content.decode()
    [form] = [one for one in forms_of(page, address) if any(name.endswith("-n") for name in one.names)]
    for name in [one for one in form.names if one.endswith("-n")]:
        row = name.removesuffix("n")
        typed = {one: value for one, value in _filled(form) if one != f"{row}at_least"}
        typed |= {f"{row}relative_change": "", f"{row}value": "5"}
        assert client.post(address, typed | {name: "40"}).status_code == 302
        answer = client.post(address, typed | {name: "9" * 20})
        assert answer.status_code == 200
        assert f'id="id_{name}_error"' in answer.content.decode()
