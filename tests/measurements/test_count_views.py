import datetime as dt
import json
import re
import uuid
from html import unescape
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.dateparse import parse_datetime

from activities.models import Occurrence
from measurements.forms.count import HeadcountForm
from measurements.models import AgeBand, CountEntry, DailyCount, Gap, Gender, Headcount, Level, Measure
from places.access import May
from places.models import Line, Place, Zone
from tests import factories
from tests.conftest import NOW, STOCKHOLM, TODAY

pytestmark = pytest.mark.django_db
LIST = "/p/lilltorget/counts/"
NEW = "/p/lilltorget/counts/new/"
GAP = "/p/lilltorget/gaps/new/"
CLOSED = (
    "Platsen var stängd 22 november 2026 (inga öppettider den dagen). Var den öppen? "
    "Skriv först i dagboken att den var öppen, och räkna sedan."
)
WOMAN, MAN, OTHER, UNKNOWN = Gender.WOMAN.value, Gender.MAN.value, Gender.OTHER.value, Gender.NOT_CLASSIFIED.value


def _band(lower: int) -> AgeBand:
    return AgeBand.objects.get(lower=lower, age_set__is_default=True)


def _cell(gender: int, lower: int | None) -> str:
    return f"cell-{gender}-{'x' if lower is None else _band(lower).pk}"


def _words(response: Any) -> str:
    """The page's text, in one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def _toasts(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def _sums() -> dict[tuple[str, int, int | None], int]:
    rows = DailyCount.objects.values_list("measure", "gender", "age_band__lower", "people")
    return {(measure, gender, lower): people for measure, gender, lower, people in rows}


@pytest.fixture
def zone(place: Place) -> Zone:
    return factories.ZoneFactory.create(place=place, name="Pergolan", instruction="Gå ett varv.")


@pytest.fixture
def line(place: Place) -> Line:
    return factories.LineFactory.create(place=place, name="Norra gången")


@pytest.fixture
def occurrence(place: Place) -> Occurrence:
    return factories.OccurrenceFactory.create(place=place, title="Salsa och bugg")


def _sheet(zone: Zone | None, **other: Any) -> dict[str, Any]:
    """A filled-in sheet: seven women 25–44 and five men 65+."""
    known = {
        "uuid": str(uuid.uuid4()),
        "measure": "staying",
        "level": "gender_age",
        "zone": zone.pk if zone else "",
        "date": "2026-11-23",
        "time": "11:30",
        _cell(WOMAN, 25): "7",
        _cell(MAN, 65): "5",
    }
    return known | other


# --- The sheet


def test_headcount_create_shows_the_sheet(as_host: Client, zone: Zone) -> None:
    response = as_host.get(NEW, {"zone": zone.pk})
    form = response.context["form"]
    assert [column.gender for column in form.columns] == [WOMAN, MAN, UNKNOWN]
    labels = ["0–4", "5–14", "15–24", "25–44", "45–64", "65+", "ålder ej bedömd"]
    assert [str(row.label) for row in form.rows] == labels
    assert [field.name for field in form.rows[0].cells] == [_cell(gender, 0) for gender in (WOMAN, MAN, UNKNOWN)]
    assert (form["date"].value(), form["time"].value()) == (TODAY, "12:00")
    assert "Gå ett varv." in _words(response)


def test_headcount_create_saves_the_count(as_host: Client, place: Place, zone: Zone) -> None:
    response = as_host.post(NEW, _sheet(zone, **{_cell(UNKNOWN, None): "1", "note": "sol"}))
    headcount = Headcount.objects.get()
    assert response.headers["Location"] == f"{LIST}{headcount.pk}/"
    assert _toasts(response) == ["Sparat: 13 personer."]
    assert _sums() == {("staying", WOMAN, 25): 7, ("staying", MAN, 65): 5, ("staying", UNKNOWN, None): 1}
    assert (headcount.zone, headcount.note, headcount.by.name) == (zone, "sol", "Host Ek")
    assert headcount.started_at == dt.datetime(2026, 11, 23, 11, 30, tzinfo=STOCKHOLM)


def test_headcount_create_sent_twice_saves_once(as_host: Client, zone: Zone) -> None:
    sheet = _sheet(zone)
    first, second = as_host.post(NEW, sheet), as_host.post(NEW, sheet)
    assert first.headers["Location"] == second.headers["Location"]
    assert Headcount.objects.count() == 1
    assert Headcount.objects.get().people == 12


def test_headcount_create_sent_twice_with_other_numbers_shows_both(as_host: Client, zone: Zone) -> None:
    sheet = _sheet(zone)
    as_host.post(NEW, sheet)
    response = as_host.post(NEW, sheet | {_cell(MAN, 65): "9"})
    assert "Räkningen sparades med 12 personer. Nu skickade du 16. Inget har ändrats." in _words(response)
    assert f"{LIST}{Headcount.objects.get().pk}/" in response.content.decode()
    assert Headcount.objects.get().people == 12


def test_headcount_create_never_tells_of_another_places_count(as_host: Client, zone: Zone, other_place: Place) -> None:
    other = factories.HeadcountFactory.create(place=other_place)
    response = as_host.post(NEW, _sheet(zone, uuid=str(other.uuid)))
    assert response.context["conflict"]["headcount"] is None
    assert not zone.headcounts.exists()


def test_headcount_create_nobody_there_is_one_press(as_host: Client, zone: Zone) -> None:
    sheet = _sheet(zone, nobody="1", **{_cell(WOMAN, 25): "", _cell(MAN, 65): "0"})
    response = as_host.post(NEW, sheet)
    assert Headcount.objects.get().people == 0
    assert _toasts(response) == ["Sparat: ingen där."]


def test_headcount_create_a_total_beyond_its_parts_is_not_classified(as_host: Client, zone: Zone) -> None:
    as_host.post(NEW, _sheet(zone, total="20", **{_cell(UNKNOWN, None): "1"}))
    assert _sums() == {("staying", WOMAN, 25): 7, ("staying", MAN, 65): 5, ("staying", UNKNOWN, None): 8}


def test_headcount_create_another_gender_is_stated_never_judged(as_host: Client, zone: Zone) -> None:
    as_host.post(NEW, _sheet(zone, **{_cell(OTHER, 15): "1"}))
    assert _sums()["staying", OTHER, 15] == 1
    wrong = as_host.post(NEW, _sheet(zone, **{_cell(OTHER, 15): "-1"}))
    assert "Ett antal personer kan inte vara under noll." in _words(wrong)
    assert 'aria-invalid="true"' in wrong.content.decode()


@pytest.mark.parametrize(
    ("change", "name", "message"),
    [
        ({"cell": "-3"}, "cell", "Ett antal personer kan inte vara under noll."),
        ({"cell": "sju"}, "cell", "Skriv ett helt antal personer."),
        ({"cell": "100000"}, "cell", "100000 personer är för många för ett tal."),
        ({"total": "11"}, "total", "Delarna blir 12, fler än totalen du skrev (11)."),
        ({"total": "-1"}, "total", "Ett antal personer kan inte vara under noll."),
        ({"date": "2026-11-24"}, "date", "24 november 2026 har inte varit än. Räkna när du är där."),
        ({"time": "12:30"}, "time", "Den tiden har inte varit än."),
        ({"date": "i går"}, "date", "Fyll i ett giltigt datum."),
        ({"zone": ""}, "zone", "Detta fält måste fyllas i."),
        (
            {"date": "2026-11-22"},
            "date",
            CLOSED,
        ),
        ({"date": "2024-05-03"}, "date", "Platsen var inte i drift 3 maj 2024."),
        ({"nobody": "1"}, "__all__", "Du har både skrivit personer och sagt att ingen var där. Välj ett av dem."),
        ({"cell": "", "other": ""}, "__all__", "Skriv in personerna, eller säg att ingen var där."),
    ],
)
def test_headcount_create_says_what_is_wrong_and_keeps_what_was_typed(
    as_host: Client, zone: Zone, change: dict[str, str], name: str, message: str
) -> None:
    names = {"cell": _cell(WOMAN, 25), "other": _cell(MAN, 65)}
    sheet = _sheet(zone, note="regn") | {names.get(key, key): value for key, value in change.items()}
    response = as_host.post(NEW, sheet)
    form = response.context["form"]
    assert response.status_code == 200
    assert form.errors == {names.get(name, name): [message]}
    assert message in _words(response)
    typed = {key: form[key].value() for key in ("note", "date", "time", "uuid", _cell(WOMAN, 25), _cell(MAN, 65))}
    assert typed == {key: sheet[key] for key in typed}
    assert (Headcount.objects.count(), CountEntry.objects.count()) == (0, 0)


def test_headcount_create_in_a_locked_period(as_host: Client, place: Place, zone: Zone) -> None:
    boss = factories.UserFactory.create(name="Bo Ek")
    factories.PeriodLockFactory.create(place=place, by=boss)
    response = as_host.post(NEW, _sheet(zone, date="2026-09-01"))
    assert "Fråga Bo Ek." in response.context["form"].errors["date"][0]
    assert not Headcount.objects.exists()


def test_headcount_create_passing_needs_its_minutes(as_host: Client, line: Line) -> None:
    sheet = _sheet(None, measure="passing", line=line.pk, minutes="")
    response = as_host.post(NEW, sheet)
    assert response.context["form"].errors == {"minutes": ["Skriv hur många minuter du räknade."]}
    as_host.post(NEW, sheet | {"minutes": "10"})
    headcount = Headcount.objects.get()
    assert (headcount.line, headcount.minutes, headcount.people) == (line, 10, 12)


def test_headcount_create_offers_the_ground_counted_last(as_host: Client, place: Place, zone: Zone) -> None:
    factories.ZoneFactory.create(place=place, name="Avslutad", ended_on=dt.date(2026, 1, 1))
    factories.HeadcountFactory.create(place=place, zone=zone)
    form = as_host.get(NEW).context["form"]
    assert form["zone"].value() == zone.pk
    assert [ground.name for ground in form.grounds] == ["Pergolan"]


def test_headcount_create_takes_day_from_the_address(as_host: Client, zone: Zone) -> None:
    asked = as_host.get(NEW, {"zone": str(zone.pk), "date": "2026-11-21"}).context["form"]
    assert (asked["date"].value(), asked.another_time) == ("2026-11-21", True)
    wrong = as_host.get(NEW, {"date": "2026-13-45"}).context["form"]
    assert (wrong["date"].value(), wrong.another_time, wrong.earlier) == (TODAY, False, [])


@pytest.mark.parametrize(
    ("level", "cells"),
    [
        (Level.GENDER, [["cell-1-x", "cell-2-x", "cell-0-x"]]),
        (Level.TOTAL, [["cell-0-x"]]),
    ],
)
def test_headcount_create_counts_less_finely(as_host: Client, zone: Zone, level: str, cells: list[list[str]]) -> None:
    response = as_host.post(NEW, _sheet(zone, redraw=level, note="snö"))
    form = response.context["form"]
    assert [[field.name for field in row.cells] for row in form.rows] == cells
    assert (form["note"].value(), form["zone"].value()) == ("snö", str(zone.pk))
    assert not Headcount.objects.exists()
    as_host.post(NEW, _sheet(zone, level=level) | {cells[0][0]: "4"})
    assert (Headcount.objects.get().level, Headcount.objects.get().people) == (level, 4)


def test_headcount_create_by_age_alone(as_host: Client, zone: Zone) -> None:
    form = as_host.get(NEW, {"level": "age", "zone": str(zone.pk)}).context["form"]
    assert [[field.name for field in row.cells] for row in form.rows] == [
        [_cell(UNKNOWN, lower)] for lower in (0, 5, 15, 25, 45, 65, None)
    ]
    assert form.others == []
    as_host.post(NEW, _sheet(zone, level="age", **{_cell(UNKNOWN, 5): "3"}))
    assert _sums() == {("staying", UNKNOWN, 5): 3}


def test_headcount_create_computes_totals_without_scripts(as_host: Client, zone: Zone) -> None:
    sheet = _sheet(None, **{_cell(UNKNOWN, 25): "2", _cell(OTHER, 25): "1"})
    form: HeadcountForm = as_host.post(NEW, sheet).context["form"]
    assert [row.total for row in form.rows] == [0, 0, 0, 10, 0, 5, 0]
    assert [column.total for column in form.columns] == [7, 5, 2]
    assert (form.people, form.others_total) == (15, 1)


def _mondays(place: Place, zone: Zone, *people: int) -> None:
    for week, number in enumerate(people, start=1):
        headcount = factories.HeadcountFactory.create(place=place, zone=zone, date=TODAY - dt.timedelta(weeks=week))
        factories.CountEntryFactory.create(headcount=headcount, people=number)


def test_headcount_create_asks_about_the_unlikely_and_saves_it_if_it_is_right(
    as_host: Client, place: Place, zone: Zone
) -> None:
    _mondays(place, zone, 3, 4, 2)
    sheet = _sheet(zone)
    response = as_host.post(NEW, sheet)
    assert "12 är mer än tre gånger en vanlig måndag här. Stämmer det?" in _words(response)
    assert [one.people for one in response.context["form"].earlier] == [3, 4, 2]
    assert not Headcount.objects.filter(date=TODAY).exists()
    as_host.post(NEW, sheet | {"people-sure": "1"})
    assert Headcount.objects.get(date=TODAY).people == 12


def test_headcount_create_does_not_ask_about_the_usual(as_host: Client, place: Place, zone: Zone) -> None:
    _mondays(place, zone, 4, 4)
    as_host.post(NEW, _sheet(zone))
    assert Headcount.objects.get(date=TODAY).people == 12


def test_headcount_create_compares_passing_by_the_minute(as_host: Client, place: Place, line: Line) -> None:
    for week in (1, 2):
        headcount = factories.HeadcountFactory.create(
            place=place, measure=Measure.PASSING, line=line, minutes=10, date=TODAY - dt.timedelta(weeks=week)
        )
        factories.CountEntryFactory.create(headcount=headcount, people=10)
    sheet = _sheet(None, measure="passing", line=line.pk, minutes="10")
    assert as_host.post(NEW, sheet | {_cell(MAN, 65): "24"}).context["form"].doubts.keys() == {"people"}
    as_host.post(NEW, sheet | {_cell(MAN, 65): "24", "minutes": "20"})
    assert Headcount.objects.get(date=TODAY).people == 31


def test_headcount_create_at_an_occurrence(as_host: Client, occurrence: Occurrence) -> None:
    page = as_host.get(NEW, {"occurrence": occurrence.pk})
    assert "Salsa och bugg" in _words(page)
    assert {"zone", "line", "date", "time", "minutes"} & page.context["form"].fields.keys() == set()
    as_host.post(NEW, _sheet(None, occurrence=occurrence.pk))
    headcount = Headcount.objects.get()
    assert (headcount.occurrence, headcount.measure, headcount.people) == (occurrence, "participating", 12)
    assert headcount.started_at == occurrence.starts_at


def test_headcount_create_leads_to_the_count_there_is(as_host: Client, occurrence: Occurrence) -> None:
    as_host.post(NEW, _sheet(None, occurrence=occurrence.pk))
    known = Headcount.objects.get()
    again = as_host.get(NEW, {"occurrence": occurrence.pk})
    assert again.headers["Location"] == f"{LIST}{known.pk}/"
    response = as_host.post(NEW, _sheet(None, occurrence=occurrence.pk))
    assert response.context["form"].errors == {"__all__": ["Deltagarna vid det här tillfället är redan räknade."]}
    assert f"{LIST}{known.pk}/" in response.content.decode()
    assert Headcount.objects.count() == 1


def test_headcount_create_tells_of_a_count_that_a_phone_has_begun(
    as_host: Client, place: Place, occurrence: Occurrence
) -> None:
    known = factories.HeadcountFactory.create(place=place, measure=Measure.PARTICIPATING, occurrence=occurrence)
    response = as_host.get(NEW, {"occurrence": occurrence.pk})
    assert response.headers["Location"] == f"{LIST}{known.pk}/"
    words = (
        "Någon har börjat räkna i en telefon, men ingen är räknad än. "
        "Kommer inte resten, ta bort räkningen och räkna på nytt."
    )
    assert _toasts(response) == [words]


def test_headcount_create_at_an_occurrence_to_come(as_host: Client, place: Place) -> None:
    occurrence = factories.OccurrenceFactory.create(place=place, date=TODAY + dt.timedelta(days=1))
    response = as_host.post(NEW, _sheet(None, occurrence=occurrence.pk))
    errors = ["24 november 2026 har inte varit än. Räkna när du är där."]
    assert response.context["form"].errors == {"__all__": errors}


def test_headcount_create_at_another_places_occurrence(as_host: Client, other_place: Place) -> None:
    occurrence = factories.OccurrenceFactory.create(place=other_place)
    assert as_host.get(NEW, {"occurrence": occurrence.pk}).status_code == 404


def test_headcount_create_participants_are_counted_at_what_is_in_the_plan(
    as_host: Client, place: Place, occurrence: Occurrence
) -> None:
    cancelled = factories.OccurrenceFactory.create(place=place, told=True, outcome="cancelled", reason="weather")
    counted = factories.OccurrenceFactory.create(place=place, title="Zumba")
    headcount = factories.HeadcountFactory.create(place=place, measure=Measure.PARTICIPATING, occurrence=counted)
    page = as_host.get(NEW, {"measure": "participating"})
    assert page.context["programme"] == [(occurrence, None), (counted, headcount)]
    assert cancelled.title not in {row.title for row, _counted in page.context["programme"]} - {occurrence.title}
    empty = as_host.get(NEW, {"measure": "participating", "date": "2026-11-20"})
    assert "Inget i planen den dagen" in _words(empty)


def test_headcount_earlier_tells_what_other_mondays_had(as_host: Client, place: Place, zone: Zone) -> None:
    _mondays(place, zone, 3, 4)
    asked = {"measure": "staying", "zone": str(zone.pk), "date": "2026-11-23"}
    response = as_host.get("/p/lilltorget/counts/earlier/", asked)
    assert [one.people for one in response.context["earlier"]] == [3, 4]
    wrong = as_host.get("/p/lilltorget/counts/earlier/", asked | {"date": "2026-02-31", "zone": ""})
    assert wrong.context["earlier"] == []


# --- The list


@pytest.mark.parametrize("rows", [1, 3])
def test_headcount_list_costs_the_same_however_long(as_host: Client, place: Place, rows: int) -> None:
    for number in range(rows):
        headcount = factories.HeadcountFactory.create(place=place)
        factories.CountEntryFactory.create(headcount=headcount)
        factories.GapFactory.create(place=place)
        occurrence = factories.OccurrenceFactory.create(place=place, title=f"Kurs {number}")
        factories.HeadcountFactory.create(place=place, measure=Measure.PARTICIPATING, occurrence=occurrence)
    with CaptureQueriesContext(connection) as asked:
        response = as_host.get(LIST)
    assert len(response.context["page"].object_list) == 2 * rows
    assert len(asked) == 10


def test_headcount_list_tells_zero_from_not_counted_and_measures_apart(
    as_host: Client, place: Place, zone: Zone, line: Line
) -> None:
    factories.HeadcountFactory.create(place=place, zone=zone)
    empty = factories.HeadcountFactory.create(place=place, zone=zone)
    factories.CountEntryFactory.create(headcount=empty, people=0, way=CountEntry.Way.NOBODY)
    passing = factories.HeadcountFactory.create(place=place, measure=Measure.PASSING, line=line, minutes=10)
    factories.CountEntryFactory.create(headcount=passing, people=50)
    words = _words(as_host.get(LIST))
    assert "ingen här 0" in words
    assert "inte räknat än –" in words
    assert "Förbipasserande 300 per räknad timme 1 räkning, 10 minuter." in words
    assert "Vistande 0,0 per räkning 1 räkning." in words
    assert "Deltagande – besök 0 räknade tillfällen." in words


def test_headcount_list_is_narrowed_by_its_form(
    as_host: Client, place: Place, zone: Zone, line: Line, other_place: Place
) -> None:
    staying = factories.HeadcountFactory.create(place=place, zone=zone)
    total = factories.HeadcountFactory.create(place=place, zone=zone, level=Level.TOTAL)
    passing = factories.HeadcountFactory.create(place=place, measure=Measure.PASSING, line=line, minutes=10)
    summer = factories.HeadcountFactory.create(place=place, zone=zone, date=dt.date(2026, 6, 5))
    factories.HeadcountFactory.create(place=other_place)

    def shown(**asked: Any) -> set[Headcount]:
        return set(as_host.get(LIST, asked).context["page"].object_list)

    assert shown() == {staying, total, passing}
    assert shown(measure="passing") == {passing}
    assert shown(ground=f"zone-{zone.pk}", level="total") == {total}
    assert shown(ground=f"line-{line.pk}") == {passing}
    assert shown(period="2026-06") == {summer}
    assert shown(period="2026-06-05") == {summer}
    assert shown(period="någon gång", measure="dans") == {staying, total, passing}


def test_headcount_list_is_paged_within_the_choice(as_host: Client, place: Place, zone: Zone) -> None:
    for _ in range(51):
        factories.HeadcountFactory.create(place=place, zone=zone)
    response = as_host.get(LIST, {"measure": "staying", "page": "2"})
    assert len(response.context["page"].object_list) == 1
    assert response.context["query"] == "measure=staying&"


def test_headcount_list_offers_nothing_to_press_to_a_reader(
    client: Client, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = factories.MembershipFactory.create(place=place, role="analyst").user
    monkeypatch.setattr("places.access.RIGHTS", {"analyst": frozenset({May.READ})})
    client.force_login(reader)
    response = client.get(LIST)
    assert not response.context["may_count"]
    assert NEW not in response.content.decode()
    headcount = factories.HeadcountFactory.create(place=place)
    assert client.get(f"{LIST}{headcount.pk}/").context["form"] is None


# --- One count


@pytest.fixture
def headcount(as_host: Client, zone: Zone) -> Headcount:
    as_host.post(NEW, _sheet(zone, **{_cell(UNKNOWN, None): "3"}))
    return Headcount.objects.get()


def test_headcount_detail_shows_grid_coverage_and_history(as_host: Client, headcount: Headcount) -> None:
    response = as_host.get(f"{LIST}{headcount.pk}/")
    words = _words(response)
    assert "Täckning 80\N{NO-BREAK SPACE}%: 12 av 15 är bedömda." in response.content.decode()
    assert [row["total"] for row in response.context["rows"]] == [0, 0, 0, 7, 0, 5, 3]
    assert response.context["rows"][3]["cells"][0] == {"people": 7, "share": 7 / 12, "column_has_shares": True}
    assert {words for _entry, words in response.context["history"]} == {
        "kvinna/flicka 25–44",
        "man/pojke 65+",
        "ej bedömt",
    }
    assert "Pergolan" in words


def test_headcount_detail_by_gender_has_its_shares_in_the_sums(as_host: Client, zone: Zone) -> None:
    as_host.post(NEW, _sheet(zone, level="gender", **{"cell-1-x": "3", "cell-2-x": "1"}))
    response = as_host.get(f"{LIST}{Headcount.objects.get().pk}/")
    assert [(cell["people"], cell["share"]) for cell in response.context["sums"]] == [(3, 0.75), (1, 0.25), (0, None)]


@pytest.mark.parametrize("level", [Level.TOTAL, Level.GENDER_AGE])
def test_headcount_detail_before_anybody_has_counted(as_host: Client, place: Place, level: str) -> None:
    headcount = factories.HeadcountFactory.create(place=place, level=level)
    words = _words(as_host.get(f"{LIST}{headcount.pk}/"))
    assert "– inte räknat än" in words
    assert "Ingen har räknat än." in words


def test_headcount_detail_of_another_place(as_host: Client, other_place: Place) -> None:
    headcount = factories.HeadcountFactory.create(place=other_place)
    assert as_host.get(f"{LIST}{headcount.pk}/").status_code == 404


def test_headcount_detail_in_a_locked_period_tells_whom_to_ask(
    as_host: Client, place: Place, headcount: Headcount
) -> None:
    boss = factories.UserFactory.create(name="Bo Ek")
    factories.PeriodLockFactory.create(place=place, first=dt.date(2026, 11, 1), last=dt.date(2026, 11, 30), by=boss)
    words = _words(as_host.get(f"{LIST}{headcount.pk}/"))
    assert "1 november – 30 november 2026 är låst sedan rapporten publicerades 23 november 2026. Fråga Bo Ek" in words
    assert "Rätta räkningen" not in words


def _correct(client: Client, headcount: Headcount, **change: Any) -> HttpResponse:
    correction = {"uuid": str(uuid.uuid4()), "cell": _cell(WOMAN, 25), "people": "−2", "reason": "Räknade två igen"}
    response: HttpResponse = client.post(f"{LIST}{headcount.pk}/correct/", correction | change)  # type: ignore[assignment]
    return response


def test_headcount_correct_adds_a_line_to_the_ledger(as_host: Client, headcount: Headcount) -> None:
    response = _correct(as_host, headcount)
    assert response.status_code == 302
    assert _toasts(response)[-1] == "Rättelsen är inskriven."
    headcount.refresh_from_db()
    assert headcount.people == 13
    entry = headcount.entries.get(way=CountEntry.Way.CORRECTION)
    assert (entry.people, entry.reason, entry.age_band) == (-2, "Räknade två igen", _band(25))


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"reason": ""}, {"reason": ["Skriv varför talet rättas."]}),
        ({"people": "0"}, {"people": ["Skriv hur många fler eller färre."]}),
        ({"people": "två"}, {"people": ["Skriv ett heltal, med minus för färre."]}),
        ({"people": "-8"}, {"people": ["Så många personer finns inte i rutan att ta bort."]}),
        ({"people": "-200000"}, {"__all__": ["200000 personer är för många för ett tal."]}),
    ],
)
def test_headcount_correct_says_what_is_wrong(
    as_host: Client, headcount: Headcount, change: dict[str, str], errors: dict[str, list[str]]
) -> None:
    response = _correct(as_host, headcount, **change)
    assert response.context["form"].errors == errors  # type: ignore[attr-defined]  # the test client's
    assert errors.popitem()[1][0] in _words(response)
    headcount.refresh_from_db()
    assert headcount.people == 15


def test_headcount_correct_sent_twice(as_host: Client, headcount: Headcount) -> None:
    key = str(uuid.uuid4())
    _correct(as_host, headcount, uuid=key, people="2")
    with time_machine.travel(NOW + dt.timedelta(seconds=3), tick=False):
        response = _correct(as_host, headcount, uuid=key, people="2")
    assert response.status_code == 302
    other = _correct(as_host, headcount, uuid=key, people="3")
    assert other.context["form"].errors.keys() == {"__all__"}  # type: ignore[attr-defined]  # the test client's
    headcount.refresh_from_db()
    assert headcount.people == 17


def test_headcount_correct_a_total_or_a_gender(as_host: Client, place: Place, zone: Zone) -> None:
    total = factories.HeadcountFactory.create(place=place, zone=zone, level=Level.TOTAL)
    gender = factories.HeadcountFactory.create(place=place, zone=zone, level=Level.GENDER)
    assert _correct(as_host, total, cell="cell-0-x", people="4").status_code == 302
    assert _correct(as_host, gender, cell="cell-2-x", people="4").status_code == 302
    words = _words(as_host.get(f"{LIST}{total.pk}/"))
    assert "Personer +4" in words


# --- Taps


def _tap(**change: Any) -> dict[str, Any]:
    known = {
        "uuid": str(uuid.uuid4()),
        "at": "2026-11-23T11:05:00+01:00",
        "gender": 1,
        "band": _band(25).pk,
        "people": 1,
        "way": "tap",
    }
    return known | change


def _send(client: Client, headcount: Headcount, body: Any) -> HttpResponse:
    text = body if isinstance(body, str) else json.dumps(body)
    address = f"/p/lilltorget/counts/{headcount.uuid}/entries/"
    response: HttpResponse = client.post(address, text, content_type="application/json")  # type: ignore[assignment]
    return response


def _answer(response: HttpResponse) -> Any:
    return json.loads(response.content)


def test_entry_append_answers_with_the_sum(as_host: Client, headcount: Headcount) -> None:
    first = _tap()
    assert _answer(_send(as_host, headcount, [first])) == {"people": 16, "added": 1, "resent": 0}
    response = _send(as_host, headcount, [first, _tap(people=5, band=None, gender=0)])
    assert _answer(response) == {"people": 21, "added": 1, "resent": 1}
    entry = CountEntry.objects.get(uuid=first["uuid"])
    assert entry.at == parse_datetime(first["at"])


def test_entry_append_is_lean(as_host: Client, headcount: Headcount) -> None:
    entries = [_tap() for _ in range(10)]
    with CaptureQueriesContext(connection) as asked:
        _send(as_host, headcount, entries)
    # Session, person, the place with the person's role; then the count locked and the entries added, in a savepoint.
    # What writes takes along, in the same trip, who does it.
    last = [query["sql"].rsplit("true); ")[-1] for query in asked]
    assert [sql.split()[0] for sql in last] == [*["SELECT"] * 3, "SAVEPOINT", "SELECT", "INSERT", "RELEASE"]


def test_entry_append_the_same_uuid_with_other_content_shows_both(as_host: Client, headcount: Headcount) -> None:
    first = _tap()
    _send(as_host, headcount, [first])
    response = _send(as_host, headcount, [_tap(), first | {"people": 3}])
    assert response.status_code == 409
    assert (_answer(response)["stored"]["people"], _answer(response)["sent"]["people"]) == (1, 3)
    headcount.refresh_from_db()
    assert headcount.people == 16


@pytest.mark.parametrize(
    "change",
    [
        "hej",
        {"uuid": "nej"},
        {"uuid": 7},
        {"at": "i går"},
        {"at": "2026-11-23T11:05:00"},
        {"gender": 9},
        {"gender": True},
        {"band": "25–44"},
        {"people": 1.5},
        {"people": None},
        {"way": "import"},
        {"way": None},
        {"reason": 5},
        {"reason": "x" * 201},
    ],
)
def test_entry_append_says_which_entry_cannot_be_read(
    as_host: Client, headcount: Headcount, change: dict[str, Any] | str
) -> None:
    second = change if isinstance(change, str) else _tap(**change)
    response = _send(as_host, headcount, [_tap(), second])
    assert response.status_code == 400
    assert _answer(response)["errors"][0].startswith("Post 2 går inte att läsa: ")
    headcount.refresh_from_db()
    assert headcount.people == 15


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{nej", "Posterna är inte JSON."),
        ({}, "Skicka en lista med poster, högst 5000."),
        ([], "Skicka en lista med poster, högst 5000."),
    ],
)
def test_entry_append_of_something_else(as_host: Client, headcount: Headcount, body: Any, message: str) -> None:
    response = _send(as_host, headcount, body)
    assert response.status_code == 400
    assert _answer(response)["errors"] == [message]


def test_entry_append_below_zero(as_host: Client, headcount: Headcount) -> None:
    response = _send(as_host, headcount, [_tap(people=-8, way="undo")])
    assert (response.status_code, _answer(response)) == (
        400,
        {"errors": ["Så många personer finns inte i rutan att ta bort."]},
    )


def test_entry_append_to_another_places_count(as_host: Client, other_place: Place) -> None:
    headcount = factories.HeadcountFactory.create(place=other_place)
    assert _send(as_host, headcount, [_tap()]).status_code == 404


def test_entry_append_from_two_sessions_adds_up(as_host: Client, headcount: Headcount, manager: Any) -> None:
    other = Client()
    other.force_login(manager)
    _send(as_host, headcount, [_tap(people=2)])
    assert _answer(_send(other, headcount, [_tap(people=3)]))["people"] == 20


# --- Gaps


def _gap(**change: str) -> dict[str, str]:
    return {"measure": "", "first": "2026-11-16", "last": "2026-11-17", "reason": "illness", "note": ""} | change


def test_gap_create_writes_down_days_and_reason(as_host: Client, place: Place) -> None:
    response = as_host.post(GAP, _gap(measure="staying", note="Båda sjuka"))
    assert response.headers["Location"] == LIST
    gap = place.gaps.get()
    assert (gap.measure, gap.first, gap.reason, gap.by.name) == ("staying", dt.date(2026, 11, 16), "illness", "Host Ek")
    assert "Båda sjuka" in _words(as_host.get(LIST))


def test_gap_create_begins_with_what_the_address_says(as_host: Client) -> None:
    form = as_host.get(GAP, {"first": "2026-11-16", "last": "2026-11-16"}).context["form"]
    assert form["first"].value() == "2026-11-16"


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"reason": ""}, {"reason": ["Detta fält måste fyllas i."]}),
        ({"first": ""}, {"first": ["Detta fält måste fyllas i."]}),
        ({"last": "2026-11-15"}, {"__all__": ["Sista dagen ligger före den första."]}),
    ],
)
def test_gap_create_says_what_is_wrong(as_host: Client, change: dict[str, str], errors: dict[str, Any]) -> None:
    response = as_host.post(GAP, _gap(**change))
    assert response.context["form"].errors == errors
    assert not Gap.objects.exists()


def test_gap_create_in_a_locked_period(as_host: Client, place: Place) -> None:
    factories.PeriodLockFactory.create(place=place, first=dt.date(2026, 11, 17), last=dt.date(2026, 11, 30))
    response = as_host.post(GAP, _gap())
    assert list(response.context["form"].errors) == ["last"]


def test_gap_delete_takes_it_away_unless_locked(as_host: Client, place: Place) -> None:
    gap = factories.GapFactory.create(place=place)
    lock = factories.PeriodLockFactory.create(place=place, first=gap.first, last=gap.last)
    refused = as_host.post(f"/p/lilltorget/gaps/{gap.pk}/delete/")
    assert "låst" in _toasts(refused)[0]
    assert Gap.objects.exists()
    lock.delete()
    as_host.post(f"/p/lilltorget/gaps/{gap.pk}/delete/")
    assert not Gap.objects.exists()


def test_the_ledger_is_read_only_in_the_administration(client: Client, place: Place) -> None:
    boss = factories.UserFactory.create(is_staff=True, is_superuser=True)
    entry = factories.CountEntryFactory.create()
    client.force_login(boss)
    assert client.get("/admin/measurements/countentry/").status_code == 200
    assert client.get(f"/admin/measurements/headcount/{entry.headcount_id}/change/").status_code == 200
    assert client.get("/admin/measurements/headcount/add/").status_code == 403
    assert client.post(f"/admin/measurements/countentry/{entry.pk}/delete/").status_code == 403
