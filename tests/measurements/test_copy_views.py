"""The review of an earlier plan: what stands beside each candidate, what is kept on a mistake, and what is made."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.actions import materialise
from activities.copies import Asked, candidates
from activities.models import Kind, Occurrence, Series
from measurements.last_time import LastTime, WeatherThen, last_time
from measurements.models import Measure
from places.models import Place, User
from places.periods import Period
from tests import factories

MAY = dt.date(2026, 5, 9)


@pytest.fixture
def address(place: Place) -> str:
    return reverse("measurements:copy_plan", args=[place.slug]) + "?period=2026&to=2027"


def event(place: Place, day: dt.date = MAY, title: str = "Vårkonsert", **more: Any) -> Occurrence:
    return factories.OccurrenceFactory.create(place=place, title=title, kind=Kind.EVENT, date=day, **more)


def count(occurrence: Occurrence, people: int) -> None:
    headcount = factories.HeadcountFactory.create(
        place=occurrence.place, measure=Measure.PARTICIPATING, occurrence=occurrence, zone=None, date=occurrence.date
    )
    factories.CountEntryFactory.create(headcount=headcount, people=people)


def sent(occurrence: Occurrence, day: str, **more: str) -> dict[str, str]:
    return {f"take-o{occurrence.pk}": "on", f"date-o{occurrence.pk}": day, **more}


# --- What stands beside -----------------------------------------------------------------------------------------------


def test_last_time_of_a_single_has_its_outcome_people_and_weather(place: Place) -> None:
    one = event(place, told=True)
    count(one, 130)
    factories.DayLogFactory.create(place=place, date=MAY, weather="rain", temperature=9)

    then = last_time(place, [("o1", [one])])["o1"]

    assert then == LastTime(1, 0, 0, 0, counted=1, visits=130, weather=(WeatherThen("rain", 1, 9),))
    assert (then.times, then.per_time, then.outcomes) == (1, 130, [("held", 1)])
    assert (then.weather[0].label, then.weather[0].icon) == ("regn", "cloud-rain")


def test_last_time_of_a_series_sums_its_times_and_tells_the_commonest_weathers(place: Place) -> None:
    days = [dt.date(2026, 5, number) for number in (4, 5, 6, 7, 8)]
    rows = [event(place, day, told=True) for day in days]
    Occurrence.objects.filter(pk=rows[3].pk).update(outcome="cancelled", reason="weather")
    Occurrence.objects.filter(pk=rows[2].pk).update(outcome="changed", reason="staff")
    count(rows[0], 10)
    count(rows[1], 0)
    for day, weather in zip(days, ("sun", "sun", "rain", "rain", "fog"), strict=True):
        factories.DayLogFactory.create(place=place, date=day, weather=weather)

    then = last_time(place, [("s1", Occurrence.objects.filter(place=place))])["s1"]

    assert (then.held, then.changed, then.cancelled, then.untold) == (3, 1, 1, 0)
    assert (then.counted, then.visits, then.per_time) == (2, 10, 5)
    assert then.weather == (WeatherThen("sun", 2), WeatherThen("rain", 2))


def test_nobody_counted_is_no_zero(place: Place) -> None:
    one = event(place)
    # Begun on a phone, with nobody in it yet.
    factories.HeadcountFactory.create(place=place, measure=Measure.PARTICIPATING, occurrence=one, zone=None, date=MAY)

    then = last_time(place, [("o1", [one])])["o1"]

    assert (then.counted, then.visits, then.per_time, then.untold, then.weather) == (0, None, None, 1, ())


# --- The page ---------------------------------------------------------------------------------------------------------


def test_the_page_shows_last_years_day_weather_and_people_beside_the_new_day(
    as_manager: Client, place: Place, address: str
) -> None:
    one = event(place, told=True)
    count(one, 130)
    factories.DayLogFactory.create(place=place, date=MAY, weather="rain", temperature=9)

    page = as_manager.get(address)

    words = " ".join(page.content.decode().split())
    assert "lördag 9 maj 2026" in words
    assert "130 besök" in words
    assert "regn 9 °C" in words
    assert f'name="date-o{one.pk}" value="2027-05-15"' in words
    assert not Occurrence.objects.filter(copied_from__isnull=False).exists()


def test_by_default_the_coming_season_is_copied_from_the_year_before(as_manager: Client, place: Place) -> None:
    event(place, dt.date(2026, 1, 15))
    event(place, MAY)

    page = as_manager.get(reverse("measurements:copy_plan", args=[place.slug]))

    assert page.context["asked"] == Asked(Period.season(2026, "winter"), 1)
    assert [row.candidate.was_on for row in page.context["form"].rows()] == [(dt.date(2026, 1, 15),)]


@pytest.mark.parametrize(
    ("query", "field"),
    [({"period": "2026", "to": "2026"}, "to"), ({"period": "hösten", "to": "2027"}, "period")],
)
def test_a_year_that_makes_no_sense_is_told_beside_it(
    as_manager: Client, place: Place, query: dict[str, str], field: str
) -> None:
    page = as_manager.get(reverse("measurements:copy_plan", args=[place.slug]), query)

    assert list(page.context["filters"].errors) == [field]
    assert page.context["asked"] == Asked(Period.season(2026, "winter"), 1)


def test_a_published_season_is_warned_of(as_manager: Client, manager: User, place: Place, address: str) -> None:
    event(place)
    for name, published in (("spring", True), ("summer", False)):
        more = {"published_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC), "published_by": manager} if published else {}
        factories.SeasonFactory.create(place=place, year=2027, name=name, **more)

    assert [str(one) for one in as_manager.get(address).context["published"]] == ["vår 2027"]


def test_the_page_costs_the_same_whatever_it_shows(
    as_manager: Client, manager: User, place: Place, address: str
) -> None:
    costs = []
    for number in range(3):
        event(place, MAY + dt.timedelta(days=number), told=True)
        made = factories.SeriesFactory.create(place=place, first=dt.date(2026, 4, 1), last=dt.date(2026, 4, 22))
        materialise(series=made, by=manager)
        with CaptureQueriesContext(connection) as asked:
            as_manager.get(address)
        costs.append(len(asked))
    assert costs[0] == costs[2]


# --- Confirming -------------------------------------------------------------------------------------------------------


def test_what_is_ticked_is_made_and_told_of(as_manager: Client, place: Place, address: str) -> None:
    one, other = event(place, told=True), event(place, MAY, "Bokbytardag")

    answer = as_manager.post(address, sent(one, "2027-05-22"), follow=True)

    assert answer.redirect_chain == [(reverse("measurements:copy_done", args=[place.slug]), 302)]
    copy = Occurrence.objects.get(copied_from=one)
    assert copy.date == dt.date(2027, 5, 22)
    assert not Occurrence.objects.filter(copied_from=other).exists()
    assert [shown for shown, _then in answer.context["singles"]] == [copy]
    assert "lördag 9 maj 2026" in " ".join(answer.content.decode().split())


def test_a_series_leaves_its_days_in_the_way_out_when_that_is_ticked(
    as_manager: Client, manager: User, place: Place, address: str
) -> None:
    made = factories.SeriesFactory.create(
        place=place, first=dt.date(2026, 4, 18), last=dt.date(2026, 5, 2), weekdays=[5]
    )
    materialise(series=made, by=manager)
    key = f"s{made.pk}"

    as_manager.post(address, {f"take-{key}": "on", f"date-{key}": "2027-04-24", f"leave-{key}": "on"})

    copy = Series.objects.get(copied_from=made)
    assert [one.date for one in copy.occurrences.all()] == [dt.date(2027, 4, 24), dt.date(2027, 5, 8)]


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("", "Välj en dag."),
        ("2026-11-22", "Den dagen har passerat."),
        ("2027-06-06", "Den dagen ligger i en låst period."),
        ("i maj", "Fyll i ett giltigt datum."),
    ],
)
def test_a_mistake_is_told_beside_its_day_and_all_else_is_kept(
    as_manager: Client, place: Place, address: str, day: str, message: str
) -> None:
    factories.PeriodLockFactory.create(place=place, first=dt.date(2027, 6, 6), last=dt.date(2027, 6, 6))
    one, other = event(place), event(place, MAY, "Bokbytardag")

    page = as_manager.post(address, {**sent(one, day), f"date-o{other.pk}": "2027-05-29"})

    form = page.context["form"]
    assert form.errors == {f"date-o{one.pk}": [message]}
    rows = {row.candidate.title: row for row in form.rows()}
    assert (rows["Vårkonsert"].take.value(), rows["Vårkonsert"].date.value()) == (True, day)
    assert (rows["Bokbytardag"].take.value(), rows["Bokbytardag"].date.value()) == (False, "2027-05-29")
    assert not Occurrence.objects.filter(copied_from__isnull=False).exists()


def test_a_series_cannot_begin_after_its_end(as_manager: Client, manager: User, place: Place, address: str) -> None:
    made = factories.SeriesFactory.create(place=place, first=dt.date(2026, 4, 1), last=dt.date(2026, 4, 22))
    materialise(series=made, by=manager)

    page = as_manager.post(address, {f"take-s{made.pk}": "on", f"date-s{made.pk}": "2027-06-01"})

    assert page.context["form"].errors == {f"date-s{made.pk}": ["Serien skulle sluta innan den börjar."]}


def test_nothing_ticked_is_told(as_manager: Client, place: Place, address: str) -> None:
    event(place)
    page = as_manager.post(address, {})
    assert page.context["form"].non_field_errors() == ["Kryssa för minst en sak att kopiera."]


def test_what_comes_in_between_is_told_and_nothing_is_made(
    as_manager: Client, place: Place, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = event(place)
    # Locked after the form was judged, and before it was saved.
    monkeypatch.setattr("measurements.forms.copy.CopyForm._problem", lambda *_args: "")

    page = as_manager.post(address, sent(one, "2026-11-22"))

    assert page.context["form"].non_field_errors() == ["22 november 2026 har passerat."]


def test_what_was_copied_before_has_no_box_and_is_not_made_again(
    as_manager: Client, place: Place, address: str
) -> None:
    one = event(place)
    as_manager.post(address, sent(one, "2027-05-15"))

    page = as_manager.get(address)
    (row,) = page.context["form"].rows()
    assert (row.take, row.date, row.candidate.copies) == (None, None, 1)

    as_manager.post(address, sent(one, "2027-05-15"))
    assert Occurrence.objects.filter(copied_from=one).count() == 1


# --- Taking back ------------------------------------------------------------------------------------------------------


def test_all_of_it_can_be_taken_back(as_manager: Client, place: Place, address: str) -> None:
    one = event(place)
    as_manager.post(address, sent(one, "2027-05-15"))

    answer = as_manager.post(reverse("measurements:copy_done", args=[place.slug]), follow=True)

    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["1 datum togs bort ur planen igen."]
    assert list(Occurrence.objects.all()) == [one]
    # And a second time there is nothing to take back.
    page = as_manager.get(reverse("measurements:copy_done", args=[place.slug]))
    assert (list(page.context["series"]), page.context["singles"]) == ([], [])


def test_what_has_been_changed_since_stays_and_is_told(as_manager: Client, place: Place, address: str) -> None:
    one = event(place)
    as_manager.post(address, sent(one, "2027-05-15"))
    Occurrence.objects.filter(copied_from=one).update(moved=True)

    answer = as_manager.post(reverse("measurements:copy_done", args=[place.slug]), follow=True)

    assert [str(message) for message in get_messages(answer.wsgi_request)] == [
        "0 datum togs bort ur planen igen.",
        "1 har ändrats, räknats eller berättats om sedan dess, och blir kvar.",
    ]


def test_another_places_copies_are_not_shown(as_manager: Client, manager: User, place: Place, address: str) -> None:
    other = factories.PlaceFactory.create(slug="annat")
    factories.MembershipFactory.create(user=manager, place=other, role="manager")
    as_manager.post(address, sent(event(place), "2027-05-15"))

    page = as_manager.get(reverse("measurements:copy_done", args=[other.slug]))

    assert page.context["singles"] == []
    assert candidates(other, Asked(Period.year(2026), 1)) == []


# --- Afterwards -------------------------------------------------------------------------------------------------------


def test_a_copy_shows_what_it_was_like_last_time_at_its_own_page(
    as_manager: Client, place: Place, address: str
) -> None:
    one = event(place, told=True)
    count(one, 130)
    factories.DayLogFactory.create(place=place, date=MAY, weather="rain", temperature=9)
    as_manager.post(address, sent(one, "2027-05-15"))
    copy = Occurrence.objects.get(copied_from=one)

    page = as_manager.get(reverse("activities:occurrence_detail", args=[place.slug, copy.pk]))
    source = as_manager.get(reverse("activities:occurrence_detail", args=[place.slug, one.pk]))

    words = " ".join(page.content.decode().split())
    assert "<dt>Förra gången</dt>" in words
    assert 'lördag 9 maj 2026</a> · <span class="nowrap">genomförd</span> · 130 besök' in words
    assert "regn 9 °C" in words
    assert "Förra gången" not in source.content.decode()
