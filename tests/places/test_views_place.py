"""The place's page and its forms: each bad input with its message, and what was typed kept."""

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from places.models import OpeningException, OpeningHours, Place
from tests import factories
from tests.conftest import TODAY
from tests.places.conftest import Said
from tests.places.test_geometry import RECTANGLE

pytestmark = pytest.mark.django_db


def _url(page: str, *args: Any) -> str:
    return reverse(f"places:{page}", args=["lilltorget", *args])


def test_place_detail_shows_the_place(place: Place, as_host: Client) -> None:
    place.boundary, place.hub = RECTANGLE, "Paviljongen"
    place.save()
    factories.ZoneFactory.create(place=place, name="Scenen", instruction="Medurs")
    factories.LineFactory.create(place=place, name="Gången", ended_on=dt.date(2026, 6, 1))
    response = as_host.get(_url("place_detail"))
    page = response.content.decode()
    for words in ("Paviljongen", "Scenen", "Medurs", "Gången", "No instruction written yet.", "m² within the boundary"):
        assert words in page
    assert '<path d="M8.0 328.0L' in page
    assert _url("place_edit") not in page


def test_place_detail_offers_changes_to_the_administrator(place: Place, as_admin: Client) -> None:
    page = as_admin.get(_url("place_detail")).content.decode()
    for edit in ("place_edit", "hours_edit", "zone_create", "line_create", "exception_create", "people_list"):
        assert _url(edit) in page
    assert place.boundary is None
    assert "No boundary is drawn yet" in page


@pytest.mark.parametrize(
    ("opened", "closed", "words"),
    [(None, None, "Planned"), (dt.time(9, 55), None, "since 09:55"), (dt.time(9, 55), dt.time(11), "09:55–11:00")],
)
def test_place_detail_says_how_today_stands(
    place: Place, as_host: Client, opened: dt.time | None, closed: dt.time | None, words: str
) -> None:
    if opened:
        factories.OpenDayFactory.create(place=place, date=TODAY, opened=opened, closed=closed)
    assert words in as_host.get(_url("place_detail")).content.decode()


def test_place_detail_shows_the_contract_to_those_who_may(place: Place, as_host: Client, as_analyst: Client) -> None:
    contract = factories.ContractFactory.create(place=place, open_days_a_year=312, open_hours_a_week=40)
    assert as_host.get(_url("place_detail")).context["contract"] is None
    response = as_analyst.get(_url("place_detail"))
    assert response.context["contract"] == contract
    assert "312 open days a year, 40 hours a week" in response.content.decode()


def test_place_detail_pages_its_past(place: Place, as_host: Client) -> None:
    for day in range(21):
        factories.OpeningExceptionFactory.create(place=place, date=TODAY - dt.timedelta(days=day + 1))
    factories.OpeningExceptionFactory.create(place=place, date=TODAY + dt.timedelta(days=1), planned=True)
    context = as_host.get(_url("place_detail")).context
    assert (len(context["page"]), context["page"].paginator.num_pages, len(context["upcoming"])) == (20, 2, 1)
    assert len(as_host.get(_url("place_detail"), {"page": "2"}).context["page"]) == 1


def test_place_detail_costs_the_same_with_three_rows(
    place: Place, as_host: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def more(rows: int, start: int) -> None:
        for number in range(start, start + rows):
            factories.ZoneFactory.create(place=place)
            factories.LineFactory.create(place=place)
            factories.OpeningExceptionFactory.create(place=place, date=TODAY - dt.timedelta(days=1 + number))
            factories.OpeningExceptionFactory.create(place=place, date=TODAY + dt.timedelta(days=1 + number))

    more(1, 0)
    queries = _count(as_host)
    more(2, 1)
    with django_assert_num_queries(queries):
        as_host.get(_url("place_detail"))


def _count(client: Client) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(_url("place_detail"))
    return len(captured)


def _place_input(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Lilltorget",
        "municipality_name": "Uppsala",
        "municipality_code": "0380",
        "hub": "",
        "started_on": "2025-01-01",
        "ended_on": "",
        "closed_on_red_days": "on",
        "boundary": json.dumps(RECTANGLE),
    } | changes


def test_place_edit_saves_the_shape_and_its_area(place: Place, as_admin: Client) -> None:
    feature = {"type": "Feature", "properties": {"stroke": "red"}, "geometry": RECTANGLE | {"extra": 1}}
    typed = json.dumps({"type": "FeatureCollection", "features": [feature]})
    response = as_admin.post(_url("place_edit"), _place_input(boundary=typed, hub="Paviljongen"))
    assert response.headers["Location"] == _url("place_detail")
    place.refresh_from_db()
    assert (place.boundary, place.hub) == (RECTANGLE, "Paviljongen")
    assert place.area_m2 == pytest.approx(6217, rel=0.01)


def test_place_edit_takes_a_place_without_boundary(place: Place, as_admin: Client) -> None:
    as_admin.post(_url("place_edit"), _place_input(boundary=""))
    place.refresh_from_db()
    assert (place.boundary, place.area_m2) == (None, None)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("boundary", "{not json", "This is not GeoJSON: look for a missing bracket, comma or quote."),
        ("boundary", "[1]", "A boundary is a GeoJSON object of type Polygon or MultiPolygon."),
        (
            "boundary",
            '{"type": "FeatureCollection", "features": []}',
            "A boundary is a GeoJSON object of type Polygon or MultiPolygon.",
        ),
        (
            "boundary",
            '{"type": "Feature", "geometry": null}',
            "A boundary is a GeoJSON object of type Polygon or MultiPolygon.",
        ),
        (
            "boundary",
            '{"type": "Polygon", "coordinates": [[[0,0],[2,2],[2,0],[0,2],[0,0]]]}',
            "The boundary is not a closed, simple shape: its edge crosses itself (1 1).",
        ),
        ("municipality_code", "9999", "A municipality code is four digits, such as 0380."),
        ("ended_on", "2024-01-01", "The last day is before the first."),
    ],
)
def test_place_edit_says_what_is_wrong(place: Place, as_admin: Client, field: str, typed: str, words: str) -> None:
    response = as_admin.post(_url("place_edit"), _place_input(**{field: typed, "name": "Nytt namn"}))
    form = response.context["form"]
    wrong = form.errors.get(field) or form.non_field_errors()
    assert wrong == [words]
    assert form["name"].value() == "Nytt namn"
    assert form[field].value() == typed or field == "boundary"
    place.refresh_from_db()
    assert place.name == "Lilltorget"


def test_place_edit_doubts_a_square_outside_sweden_and_saves_it_when_sure(place: Place, as_admin: Client) -> None:
    swapped = {"type": "Polygon", "coordinates": [[[y, x] for x, y in RECTANGLE["coordinates"][0]]]}
    typed = _place_input(boundary=json.dumps(swapped))
    response = as_admin.post(_url("place_edit"), typed)
    assert response.context["form"].doubts == {
        "boundary": "The boundary lies outside Sweden. Longitude is written before latitude."
    }
    assert "boundary-sure" in response.content.decode()
    as_admin.post(_url("place_edit"), typed | {"boundary-sure": "1"})
    place.refresh_from_db()
    assert place.boundary == swapped


@pytest.mark.parametrize("part", ["zone", "line"])
def test_zone_and_line_are_made_and_ended(part: str, place: Place, as_admin: Client) -> None:
    as_admin.post(_url(f"{part}_create"), {"name": "Scenen", "instruction": "Medurs"})
    made = getattr(place, f"{part}s").get()
    as_admin.post(_url(f"{part}_edit", made.pk), {"name": "Scenen", "instruction": "", "ended_on": "2026-12-31"})
    made.refresh_from_db()
    assert (made.instruction, made.ended_on) == ("", dt.date(2026, 12, 31))


@pytest.mark.parametrize("part", ["zone", "line"])
def test_zone_and_line_names_are_not_given_twice(part: str, place: Place, as_admin: Client) -> None:
    factory: Any = {"zone": factories.ZoneFactory, "line": factories.LineFactory}[part]
    factory.create(place=place, name="Scenen")
    response = as_admin.post(_url(f"{part}_create"), {"name": "Scenen", "instruction": "Kvar"})
    assert response.context["form"].errors == {"name": ["There already is one with that name here."]}
    assert response.context["form"]["instruction"].value() == "Kvar"


@pytest.mark.parametrize("part", ["zone", "line"])
def test_zone_and_line_of_another_place_are_not_there(
    part: str, place: Place, other_place: Place, as_admin: Client
) -> None:
    assert place.pk
    factory: Any = {"zone": factories.ZoneFactory, "line": factories.LineFactory}[part]
    assert as_admin.get(_url(f"{part}_edit", factory.create(place=other_place).pk)).status_code == 404


def _week(first: str = "2026-12-01", **changes: str) -> dict[str, str]:
    hours = {f"{end}-{day}": clock for day in range(5) for end, clock in (("opens", "11:00"), ("closes", "18:00"))}
    return hours | {"first": first} | {name.replace("_", "-"): clock for name, clock in changes.items()}


def test_hours_edit_ends_the_old_week_and_begins_the_new(place: Place, as_admin: Client) -> None:
    response = as_admin.post(_url("hours_edit"), _week())
    assert response.headers["Location"] == _url("place_detail")
    old = place.opening_hours.filter(valid_from=dt.date(2025, 1, 1))
    new = place.opening_hours.filter(valid_from=dt.date(2026, 12, 1))
    assert set(old.values_list("opens", "closes", "valid_to")) == {(dt.time(10), dt.time(17), dt.date(2026, 11, 30))}
    assert list(new.values_list("weekday", "opens", "closes", "valid_to")) == [
        (day, dt.time(11), dt.time(18), None) for day in range(5)
    ]


def test_hours_edit_replaces_a_week_that_has_not_begun(place: Place, as_admin: Client) -> None:
    as_admin.post(_url("hours_edit"), _week("2026-12-10"))
    as_admin.post(_url("hours_edit"), _week("2026-12-01"))
    assert set(place.opening_hours.values_list("valid_from", "valid_to")) == {
        (dt.date(2025, 1, 1), dt.date(2026, 11, 30)),
        (dt.date(2026, 12, 1), None),
    }
    assert "A new normal week holds from" in as_admin.get(_url("place_detail")).content.decode()


def test_hours_edit_shows_the_week_as_it_is(place: Place, as_admin: Client) -> None:
    form = as_admin.get(_url("hours_edit")).context["form"]
    assert place.pk
    assert [(str(label), opens.value(), closes.value()) for label, opens, closes in form.rows()][5:] == [
        ("Saturday", dt.time(10), dt.time(17)),
        ("Sunday", None, None),
    ]


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        (_week("2026-11-22"), "first", "Hours already promised are not changed. Choose 2026-11-23 or later."),
        (_week("i morgon"), "first", "Enter a valid date."),
        (_week(closes_2="10:00"), "closes-2", "Closing time must be after opening time."),
        (_week(closes_2=""), "closes-2", "Give both times, or neither."),
        (_week(opens_2=""), "opens-2", "Give both times, or neither."),
        (_week(opens_2="25:00"), "opens-2", "Enter a valid time."),
    ],
)
def test_hours_edit_says_what_is_wrong(
    place: Place, as_admin: Client, typed: dict[str, str], field: str, words: str
) -> None:
    form = as_admin.post(_url("hours_edit"), typed).context["form"]
    assert list(form.errors) == [field]
    assert form.errors[field] == [words]
    assert form[field].value() == typed[field]
    assert place.opening_hours.filter(valid_to=None).count() == 6


def test_hours_edit_leaves_a_locked_period(place: Place, as_admin: Client) -> None:
    factories.PeriodLockFactory.create(place=place, first=dt.date(2026, 12, 5), last=dt.date(2026, 12, 31))
    form = as_admin.post(_url("hours_edit"), _week()).context["form"]
    assert "is locked since the report was published" in form.errors["first"][0]


def test_hours_edit_of_a_new_place_may_begin_with_its_first_day(place: Place, as_admin: Client) -> None:
    OpeningHours.objects.all().delete()
    as_admin.post(_url("hours_edit"), _week("2025-01-01"))
    assert place.opening_hours.filter(valid_from=dt.date(2025, 1, 1)).count() == 5


def _exception(**changes: str) -> dict[str, str]:
    return {"date": "2026-12-12", "planned": "True", "opens": "", "closes": "", "reason": "event", "note": ""} | changes


def test_exception_create_edit_and_delete(place: Place, as_admin: Client, said: Said) -> None:
    as_admin.post(_url("exception_create"), _exception(opens="10:00", closes="20:00"))
    made = place.opening_exceptions.get()
    assert (made.planned, made.opens, made.closes, made.reason) == (True, dt.time(10), dt.time(20), "event")
    as_admin.post(_url("exception_edit", made.pk), _exception(planned="False", reason="weather"))
    made.refresh_from_db()
    assert (made.planned, made.closed, made.reason) == (False, True, "weather")
    assert _url("exception_delete", made.pk) in as_admin.get(_url("exception_edit", made.pk)).content.decode()
    assert as_admin.get(_url("exception_delete", made.pk)).status_code == 405
    response = as_admin.post(_url("exception_delete", made.pk), follow=True)
    assert said(response)[-1] == "The exception is taken away."
    assert not place.opening_exceptions.exists()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"opens": "10:00"}, "closes", "Give both times, or neither."),
        ({"closes": "10:00"}, "opens", "Give both times, or neither."),
        ({"opens": "12:00", "closes": "10:00"}, "closes", "Closing time must be after opening time."),
        ({"opens": "noon"}, "opens", "Enter a valid time."),
        ({"date": "2024-12-12"}, "date", "The place is not in operation that day."),
        ({"date": "2026-11-20"}, "date", "That day already has an exception."),
        ({"reason": "bored"}, "reason", "Select a valid choice. bored is not one of the available choices."),
    ],
)
def test_exception_create_says_what_is_wrong(
    place: Place, as_admin: Client, changes: dict[str, str], field: str, words: str
) -> None:
    factories.OpeningExceptionFactory.create(place=place, date=dt.date(2026, 11, 20))
    form = as_admin.post(_url("exception_create"), _exception(note="Julmarknad", **changes)).context["form"]
    assert (form.errors[field], form["note"].value()) == ([words], "Julmarknad")
    assert place.opening_exceptions.count() == 1


def test_school_holiday_create_edit_and_delete(place: Place, as_admin: Client, said: Said) -> None:
    given = {"name": "Sportlov", "first": "2027-02-22", "last": "2027-02-28"}
    as_admin.post(_url("school_holiday_create"), given)
    made = place.school_holidays.get()
    assert (made.name, made.first, made.last) == ("Sportlov", dt.date(2027, 2, 22), dt.date(2027, 2, 28))
    as_admin.post(_url("school_holiday_edit", made.pk), given | {"last": "2027-03-01"})
    made.refresh_from_db()
    assert made.last == dt.date(2027, 3, 1)
    page = as_admin.get(_url("place_detail")).content.decode()
    assert "Sportlov" in page
    assert _url("school_holiday_edit", made.pk) in page
    response = as_admin.post(_url("school_holiday_delete", made.pk), follow=True)
    assert said(response)[-1] == "The school holiday is taken away."
    assert not place.school_holidays.exists()


@pytest.mark.parametrize(
    ("first", "last", "field", "words"),
    [
        ("2026-11-09", "2026-11-08", "last", "The last day is before the first."),
        ("2026-10-20", "2026-10-26", "first", "Höstlov has some of those days."),
        ("2026-10-26", "2026-10-30", "first", "Höstlov has some of those days."),
    ],
)
def test_school_holiday_says_what_is_wrong(
    place: Place, as_admin: Client, first: str, last: str, field: str, words: str
) -> None:
    factories.SchoolHolidayFactory.create(place=place)
    data = {"name": "Lov", "first": first, "last": last}
    form = as_admin.post(_url("school_holiday_create"), data).context["form"]
    assert form.errors == {field: [words]}
    assert place.school_holidays.count() == 1


def test_school_holidays_of_past_years_are_not_listed(place: Place, as_host: Client) -> None:
    factories.SchoolHolidayFactory.create(place=place, name="Fjolårslov", first=dt.date(2025, 10, 27), last=TODAY)
    factories.SchoolHolidayFactory.create(
        place=place, name="Gammalt", first=dt.date(2025, 2, 17), last=dt.date(2025, 2, 21)
    )
    page = as_host.get(_url("place_detail")).content.decode()
    assert "Fjolårslov" in page
    assert "Gammalt" not in page
    assert _url("school_holiday_create") not in page


def test_exception_in_a_locked_period_stays(place: Place, as_admin: Client, said: Said) -> None:
    exception = factories.OpeningExceptionFactory.create(place=place, date=dt.date(2026, 9, 14))
    lock = factories.PeriodLockFactory.create(place=place)
    published = timezone.localdate(lock.since)
    words = "is locked since the report was published"
    created = as_admin.post(_url("exception_create"), _exception(date="2026-09-15")).context["form"]
    moved_in = as_admin.post(_url("exception_edit", exception.pk), _exception(date="2026-09-16")).context["form"]
    moved_out = as_admin.post(_url("exception_edit", exception.pk), _exception()).context["form"]
    deleted = said(as_admin.post(_url("exception_delete", exception.pk), follow=True))
    for sentence in (*created.errors["date"], *moved_in.errors["date"], *moved_out.errors["date"], deleted[-1]):
        assert words in sentence
    assert published == TODAY
    assert OpeningException.objects.get().date == dt.date(2026, 9, 14)
