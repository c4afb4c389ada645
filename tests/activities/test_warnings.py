"""What is unlikely in the plan: each rule by hand, listed until resolved or answered, and said in the forms."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activities.actions import plan_series
from activities.models import Occurrence, Season, Series, WarningAnswer
from activities.warnings import PlanWarning, Rule, answer_warning, open_warnings, plan_warnings, warnings_about
from places.models import Place, SchoolHoliday, User, Zone
from tests import factories
from tests.conftest import STOCKHOLM, TODAY

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)
# The Wednesday after today.
WEDNESDAY = dt.date(2026, 11, 25)
WHEEL = "/p/lilltorget/wheel/"


@pytest.fixture
def zone(place: Place) -> Zone:
    return factories.ZoneFactory.create(place=place, name="Scenen")


def _at(
    place: Place, host: User | None, day: dt.date = WEDNESDAY, first: int = 13, last: int = 14, **kw: Any
) -> Occurrence:
    """Someone is responsible, within the hours, unless told otherwise."""
    starts, ends = (dt.datetime.combine(day, dt.time(hour), tzinfo=STOCKHOLM) for hour in (first, last))
    return factories.OccurrenceFactory.create(
        place=place, date=day, starts_at=starts, ends_at=ends, responsible=host, **{"title": "Kören", **kw}
    )


def _found(place: Place, *rules: Rule) -> list[PlanWarning]:
    return [one for one in plan_warnings(place, TODAY) if one.rule in rules]


def _words(place: Place, *rules: Rule) -> list[str]:
    return [one.words for one in _found(place, *rules)]


def test_nothing_planned_warns_of_weeks_alone(place: Place) -> None:
    # Thirteen weeks with Christmas, New Year and Epiphany in them; the square is closed on red days.
    found = plan_warnings(place, TODAY)
    assert [(one.rule, one.about) for one in found] == [
        (Rule.FEW_DAYS, "days:2026-52:4"),
        (Rule.FEW_DAYS, "days:2026-53:5"),
        (Rule.FEW_DAYS, "days:2027-01:5"),
    ]
    assert found[0].words == "Vecka 52 har 4 utlovade öppetdagar; sex i veckan är regeln."
    assert (found[0].day, found[0].occurrence, found[0].series_id) == (dt.date(2026, 12, 21), None, None)
    assert (found[0].season.year, found[0].season.name) == (2027, Season.Name.WINTER)


def test_few_days_counts_exceptions_and_ends_with_the_place(place: Place) -> None:
    factories.OpeningExceptionFactory.create(place=place, date=dt.date(2026, 12, 2), planned=True, reason="training")
    assert _words(place, Rule.FEW_DAYS)[0] == "Vecka 49 har 5 utlovade öppetdagar; sex i veckan är regeln."
    place.ended_on = dt.date(2026, 12, 20)
    place.save()
    assert len(_words(place, Rule.FEW_DAYS)) == 1


def test_few_days_begin_with_the_place(place: Place) -> None:
    place.started_on = dt.date(2026, 12, 28)
    place.save()
    assert [one.about for one in plan_warnings(place, TODAY)] == ["days:2026-53:5", "days:2027-01:5"]


def test_same_zone_at_the_same_time(place: Place, zone: Zone, host: User, manager: User) -> None:
    first = _at(place, host, zone=zone)
    second = _at(place, manager, zone=zone, first=13, last=15, title="Schack")
    _at(place, manager, zone=zone, first=15, last=16, title="Strax efter")
    _at(place, None, zone=zone, kind="activation", title="Pianot")
    _at(place, None, zone=factories.ZoneFactory.create(place=place), title="Annanstans")
    [warning] = _found(place, Rule.ZONE)
    assert warning.words == "Kören och Schack är båda på Scenen 25 november."
    assert (warning.occurrence, warning.other, warning.day) == (first, second, WEDNESDAY)
    assert warning.about == f"zone:{zone.pk}:o{first.pk}:o{second.pk}:2026-11-25"


def test_two_series_that_meet_are_one_warning(place: Place, zone: Zone, manager: User, host: User) -> None:
    common = {"place": place, "weekdays": [2], "first": TODAY, "last": dt.date(2026, 12, 9), "zone": zone}
    one = factories.SeriesFactory.build(**common, title="Bugg", responsible=host)
    other = factories.SeriesFactory.build(
        **common, title="Tango", starts=dt.time(17), ends=dt.time(19), responsible=host
    )
    for series in (one, other):
        plan_series(series=series, by=manager)
    assert _words(place, Rule.ZONE) == ["Bugg och Tango är båda på Scenen 3 gånger, först 25 november."]
    [double] = _found(place, Rule.PERSON)
    assert double.words == "Host Ek ansvarar för både Bugg och Tango samtidigt 3 gånger, först 25 november."
    assert double.about == f"person:{host.pk}:s{one.pk}:s{other.pk}"
    assert (double.times, double.series_id) == (3, one.pk)


def test_same_host_at_the_same_time(place: Place, host: User) -> None:
    _at(place, host)
    _at(place, host, title="Schack")
    _at(place, host, WEDNESDAY + A_DAY, title="En annan dag")
    assert _words(place, Rule.PERSON) == ["Host Ek ansvarar för både Kören och Schack samtidigt 25 november."]


@pytest.mark.parametrize(
    ("first", "last", "day", "words"),
    [
        (10, 17, WEDNESDAY, None),
        (9, 11, WEDNESDAY, "Kören 09:00–11:00 25 november ligger utanför den utlovade öppettiden, 10:00–17:00."),
        (16, 18, WEDNESDAY, "Kören 16:00–18:00 25 november ligger utanför den utlovade öppettiden, 10:00–17:00."),
        (13, 14, dt.date(2026, 11, 29), "Kören 29 november: den dagen är ingen öppettid utlovad."),
        # The calendar says so already.
        (13, 14, dt.date(2026, 12, 25), None),
    ],
)
def test_outside_the_hours(place: Place, host: User, first: int, last: int, day: dt.date, words: str | None) -> None:
    _at(place, host, day, first, last)
    assert _words(place, Rule.HOURS) == ([words] if words else [])


def test_outside_the_hours_past_midnight_and_over_days(place: Place, host: User) -> None:
    late = _at(place, host, first=13, last=17, title="Nattkafé")
    late.ends_at += dt.timedelta(hours=8)
    late.save()
    assert len(_words(place, Rule.HOURS)) == 1
    # What lasts several days stands through the nights.
    late.ends_at += dt.timedelta(hours=16)
    late.save()
    assert _words(place, Rule.HOURS) == []


def test_outside_the_hours_of_a_series_is_told_once(place: Place, manager: User, host: User) -> None:
    series = factories.SeriesFactory.build(place=place, first=TODAY, last=dt.date(2026, 12, 9), responsible=host)
    plan_series(series=series, by=manager)
    assert _words(place, Rule.HOURS) == [
        (
            "Salsa och bugg 16:30–18:00 25 november ligger utanför den utlovade öppettiden, 10:00–17:00. "
            "3 gånger sammanlagt."
        )
    ]


def test_nobody_responsible(place: Place, manager: User) -> None:
    _at(place, None)
    series = factories.SeriesFactory.build(place=place, first=TODAY, last=dt.date(2026, 12, 9))
    plan_series(series=series, by=manager)
    assert _words(place, Rule.NOBODY) == [
        "Ingen är ansvarig för Kören 25 november.",
        "Ingen är ansvarig för Salsa och bugg, 3 gånger från 25 november.",
    ]


def test_red_days_and_eves(place: Place, host: User) -> None:
    _at(place, host, dt.date(2026, 12, 24))
    _at(place, host, dt.date(2026, 12, 26))
    assert _words(place, Rule.CALENDAR) == [
        "Kören ligger på 24 december, Julafton.",
        "Kören ligger på 26 december, Annandag jul.",
    ]


# --- School holidays --------------------------------------------------------------------------------------------------


@pytest.fixture
def jullov(place: Place) -> SchoolHoliday:
    """Weeks 52 to 1, Monday to Friday, with four red days and four eves in them."""
    return factories.SchoolHolidayFactory.create(
        place=place, name="Jullov", first=dt.date(2026, 12, 21), last=dt.date(2027, 1, 8)
    )


def _plan(place: Place, host: User, first: dt.date, last: dt.date, **values: Any) -> Series:
    series = factories.SeriesFactory.build(
        **{"place": place, "first": first, "last": last, "weekdays": [0, 1], "responsible": host, "title": "Läxhjälp"}
        | {"starts": dt.time(13), "ends": dt.time(14)} | values
    )  # fmt: skip
    plan_series(series=series, by=host)
    return series


def test_a_series_that_runs_into_a_school_holiday_is_told_once(place: Place, host: User, jullov: SchoolHoliday) -> None:
    series = _plan(place, host, TODAY, dt.date(2027, 3, 2))
    factories.SchoolHolidayFactory.create(
        place=place, name="Sportlov", first=dt.date(2027, 3, 1), last=dt.date(2027, 3, 5)
    )
    # The fifth of January is an eve, which the calendar has said.
    assert [(one.about, one.words, one.times, one.series_id) for one in _found(place, Rule.SCHOOL)] == [
        (
            f"school:s{series.pk}:2026-12-21",
            "Läxhjälp ligger på Jullov 5 gånger: 21 december, 22 december, 28 december, 29 december, 4 januari.",
            5,
            series.pk,
        ),
        (
            f"school:s{series.pk}:2027-03-01",
            "Läxhjälp ligger på Sportlov 2 gånger: 1 mars, 2 mars.",
            2,
            series.pk,
        ),
    ]
    assert _words(place, Rule.CALENDAR) == ["Läxhjälp ligger på 5 januari, Trettondagsafton."]


def test_of_many_days_in_a_school_holiday_the_first_are_named(place: Place, host: User, jullov: SchoolHoliday) -> None:
    _plan(place, host, TODAY, dt.date(2027, 3, 2), weekdays=[0, 1, 2])
    assert _words(place, Rule.SCHOOL) == [
        (
            "Läxhjälp ligger på Jullov 7 gånger: 21 december, 22 december, 23 december, 28 december, 29 december, "
            "30 december och 1 till."
        )
    ]


def test_what_is_meant_for_a_school_holiday_or_stands_alone_is_one_question(
    place: Place, host: User, manager: User, jullov: SchoolHoliday
) -> None:
    # Nineteen of its thirty-eight days are within; with one day less before, it would be the same.
    meant = _plan(place, host, dt.date(2026, 12, 2), dt.date(2027, 1, 8), title="Julpyssel")
    days = dict(meant.occurrences.values_list("date", "pk"))
    [warning] = _found(place, Rule.SCHOOL)
    assert (warning.about, warning.times, warning.series_id, warning.group) == (
        "school:2026-12-21", 5, meant.pk, ()
    )  # fmt: skip
    single = _at(place, manager, dt.date(2026, 12, 30), title="Marknad")
    [warning] = _found(place, Rule.SCHOOL)
    assert warning.words == "Jullov, 21 december–8 januari: 6 tillfällen är planerade, först Julpyssel 21 december."
    named = [(2026, 12, 21), (2026, 12, 22), (2026, 12, 28), (2026, 12, 29)]
    assert [one.pk for one in warning.group] == [
        *(days[dt.date(*day)] for day in named), single.pk, days[dt.date(2027, 1, 4)]
    ]  # fmt: skip
    assert (warning.about, warning.series_id) == ("school:2026-12-21", None)
    # Answered once for all that is put there.
    answer_warning(place=place, about=warning.about, reason="Lovprogrammet", by=manager)
    _at(place, manager, dt.date(2026, 12, 28), 15, 16, title="Bio")
    assert [one.rule for one in open_warnings(place, TODAY) if one.rule == Rule.SCHOOL] == []
    # What was meant for the term and runs into it is another question.
    _plan(place, host, dt.date(2026, 12, 1), dt.date(2027, 1, 8), weekdays=[3])
    assert [one.words for one in open_warnings(place, TODAY) if one.rule == Rule.SCHOOL] == [
        "Läxhjälp ligger på 7 januari, Jullov."
    ]


def test_what_stands_all_day_stands_in_school_holidays_too(place: Place, host: User, jullov: SchoolHoliday) -> None:
    for kind in ("activation", "exhibition"):
        _plan(place, host, TODAY, dt.date(2027, 3, 2), kind=kind)
    assert _found(place, Rule.SCHOOL) == []


def test_one_moved_by_itself_into_a_school_holiday_stands_alone(
    place: Place, host: User, jullov: SchoolHoliday
) -> None:
    series = _plan(place, host, TODAY, dt.date(2027, 3, 2), weekdays=[3], excluded=[dt.date(2027, 1, 7)])
    assert _found(place, Rule.SCHOOL) == []
    moved = series.occurrences.latest("date")
    moved.moved, moved.date = True, dt.date(2026, 12, 29)
    moved.save()
    [warning] = _found(place, Rule.SCHOOL)
    assert (warning.about, warning.occurrence, warning.series_id) == ("school:2026-12-21", moved, None)


# --- Permits, and the rest --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("permit", "days", "sent", "words"),
    [
        # Applied for seven days before, told five days before; asked about two weeks ahead.
        ("apply", 22, None, None),
        ("apply", 21, None, "Kören 14 december: sök polisens tillstånd senast 7 december."),
        ("apply", 7, None, "Kören 30 november: sök polisens tillstånd senast 23 november."),
        ("apply", 4, None, "Kören 27 november: tillståndet skulle ha sökts senast 20 november."),
        ("notify", 5, None, "Kören 28 november: anmäl till polisen senast 23 november."),
        ("notify", 4, None, "Kören 27 november: polisen skulle ha fått anmälan senast 22 november."),
        ("notify", 4, dt.date(2026, 11, 22), None),
        ("notify", 4, TODAY, "Kören 27 november: skickat till polisen 23 november, efter sista dag 22 november."),
        ("none", 4, None, None),
    ],
)
def test_permits(place: Place, host: User, permit: str, days: int, sent: dt.date | None, words: str | None) -> None:
    _at(place, host, TODAY + days * A_DAY, permit=permit, permit_sent_on=sent)
    assert _words(place, Rule.PERMIT) == ([words] if words else [])


def test_what_is_over_cancelled_or_unplanned_warns_of_nothing(place: Place) -> None:
    _at(place, None, TODAY, 9, 10)
    _at(place, None, was_planned=False)
    _at(
        place,
        None,
        outcome="cancelled",
        reason="staff",
        told_by=factories.UserFactory.create(),
        told_at="2026-11-23T10:00Z",
    )
    assert _found(place, *set(Rule) - {Rule.FEW_DAYS}) == []


def test_warnings_cost_the_same_however_many(
    place: Place, zone: Zone, host: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 3):
        for _number in range(count):
            _at(place, host, zone=zone, permit="apply")
        with django_assert_num_queries(6):
            plan_warnings(place, TODAY)


def test_answers_are_remembered_by_their_cause(place: Place, manager: User) -> None:
    one = _at(place, None)
    [warning] = _found(place, Rule.NOBODY)
    answer_warning(place=place, about=warning.about, reason="Föreningen själv", by=manager)
    answer_warning(place=place, about=warning.about, reason="Kören själv", by=manager)
    assert [each.rule for each in open_warnings(place, TODAY) if each.rule != Rule.FEW_DAYS] == []
    [answered] = _found(place, Rule.NOBODY)
    assert answered.answer
    assert (answered.answer.reason, answered.answer.by) == ("Kören själv", manager)
    # Another cause is asked about; the answer to one that is gone can no longer be given.
    _at(place, None, title="Schack")
    assert [each.rule for each in open_warnings(place, TODAY) if each.rule != Rule.FEW_DAYS] == [Rule.NOBODY]
    one.responsible = manager
    one.save()
    with pytest.raises(ValidationError) as refused:
        answer_warning(place=place, about=warning.about, reason="", by=manager)
    assert refused.value.messages == ["Den varningen finns inte längre."]


def test_about_one_says_nothing_of_others(place: Place, zone: Zone, host: User) -> None:
    for hour in (13, 13, 15):
        asked = _at(place, host, first=hour, last=hour + 1, zone=zone)
    assert warnings_about(place, [asked]) == []


def test_about_nothing_is_nothing(place: Place) -> None:
    assert warnings_about(place, []) == []


# --- The page ---------------------------------------------------------------------------------------------------------


def test_warning_list_answer_and_take_back(as_manager: Client, place: Place, manager: User) -> None:
    one = _at(place, None)
    other = _at(place, manager, zone=factories.ZoneFactory.create(place=place))
    _at(place, manager, zone=other.zone, title="Schack")
    response = as_manager.get(f"{WHEEL}warnings/")
    assertContains(response, "Ingen är ansvarig för Kören 25 november.")
    assertContains(response, f'href="{WHEEL}occurrences/{one.pk}/change/"')
    assertContains(response, f'href="{WHEEL}list/?year=2027&amp;season=winter&amp;month=2026-12"')
    sent = {"about": f"nobody:o{one.pk}", "reason": "Kören själv"}
    response = as_manager.post(f"{WHEEL}warnings/answer/", sent, follow=True)
    assertRedirects(response, f"{WHEEL}warnings/")
    assertContains(response, "Manager Ek, 23 november 2026: Kören själv")
    answer = WarningAnswer.objects.get()
    response = as_manager.post(f"{WHEEL}warnings/{answer.pk}/open/", follow=True)
    assertNotContains(response, "Kören själv")
    assert not WarningAnswer.objects.exists()


def test_warning_answer_to_nothing_or_too_long(as_manager: Client, place: Place) -> None:
    response = as_manager.post(f"{WHEEL}warnings/answer/", {"about": "nobody:o1"}, follow=True)
    assertContains(response, "Den varningen finns inte längre.")
    response = as_manager.post(f"{WHEEL}warnings/answer/", {"about": "x", "reason": "x" * 201}, follow=True)
    assertContains(response, "har som mest 200 tecken")


def test_warning_list_names_all_of_a_school_holiday(
    as_manager: Client, place: Place, manager: User, jullov: SchoolHoliday
) -> None:
    pair = [_at(place, manager, dt.date(2026, 12, 28 + number), title=f"Bio {number}") for number in range(2)]
    response = as_manager.get(f"{WHEEL}warnings/")
    assertContains(response, "Alla 2 tillfällen")
    for one in pair:
        assertContains(response, f'href="{WHEEL}occurrences/{one.pk}/"')
        assertNotContains(response, f"occurrences/{one.pk}/change/")
    assertContains(response, 'month=2026-12">Visa i planen</a>')


def test_warning_list_of_a_series_and_for_a_reader(as_analyst: Client, place: Place, manager: User) -> None:
    series = factories.SeriesFactory.build(place=place, first=TODAY, last=dt.date(2026, 12, 9))
    plan_series(series=series, by=manager)
    assertNotContains(as_analyst.get(f"{WHEEL}warnings/"), f"series/{series.pk}/change/")
    as_analyst.force_login(manager)
    assertContains(as_analyst.get(f"{WHEEL}warnings/"), f"series/{series.pk}/change/")


def test_warning_list_when_all_is_well(as_host: Client, place: Place) -> None:
    Place.objects.update(closed_on_red_days=False)
    assertContains(as_host.get(f"{WHEEL}warnings/"), "Inga varningar")


# --- In the forms -----------------------------------------------------------------------------------------------------


def _data(manager: User, **changed: Any) -> dict[str, Any]:
    data = {"title": "Marknad", "kind": "event", "date": "2026-12-05", "starts": "11:00", "ends": "16:00"}
    return {**data, "responsible": manager.pk, **changed}


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"responsible": ""}, "responsible", "Ingen är ansvarig för Marknad 5 december."),
        ({"ends": "20:00"}, "starts", "Marknad 11:00–20:00 5 december ligger utanför"),
        ({"date": "2026-12-24"}, "date", "Marknad ligger på 24 december, Julafton."),
        ({"date": "2026-12-29"}, "date", "Marknad ligger på 29 december, Jullov."),
        ({"date": "2026-11-28", "permit": "apply"}, "permit", "tillståndet skulle ha sökts senast 21 november."),
    ],
)
def test_an_occurrence_is_saved_if_insisted_upon(
    as_manager: Client, place: Place, manager: User, changed: dict[str, str], field: str, words: str
) -> None:
    factories.SchoolHolidayFactory.create(
        place=place, name="Jullov", first=dt.date(2026, 12, 28), last=dt.date(2027, 1, 5)
    )
    response = as_manager.post(f"{WHEEL}occurrences/new/", _data(manager, **changed))
    assert list(response.context["form"].doubts) == [field]
    assertContains(response, words)
    assert not Occurrence.objects.exists()
    as_manager.post(f"{WHEEL}occurrences/new/", _data(manager, **changed, **{f"{field}-sure": "1"}))
    assert Occurrence.objects.count() == 1


def test_a_double_booking_is_said_and_listed(as_manager: Client, place: Place, manager: User, zone: Zone) -> None:
    _at(place, manager, dt.date(2026, 12, 5), 12, 13, zone=zone)
    sent = _data(manager, zone=zone.pk)
    form = as_manager.post(f"{WHEEL}occurrences/new/", sent).context["form"]
    assert form.doubts == {
        "zone": "Kören och Marknad är båda på Scenen 5 december.",
        "responsible": "Manager Ek ansvarar för både Kören och Marknad samtidigt 5 december.",
    }
    as_manager.post(f"{WHEEL}occurrences/new/", {**sent, "zone-sure": "1", "responsible-sure": "1"})
    made = Occurrence.objects.get(title="Marknad")
    assert [one.rule for one in open_warnings(place, TODAY) if one.other] == [Rule.PERSON, Rule.ZONE]
    # Asked about again only when something of it changes.
    sent = {**sent, "expected": "30"}
    as_manager.post(f"{WHEEL}occurrences/{made.pk}/change/", sent)
    made.refresh_from_db()
    assert made.expected == 30
    form = as_manager.post(f"{WHEEL}occurrences/{made.pk}/change/", {**sent, "ends": "16:30"}).context["form"]
    assert list(form.doubts) == ["zone", "responsible"]


def test_a_series_is_saved_if_insisted_upon(as_manager: Client, place: Place, manager: User) -> None:
    holiday = {"name": "Jullov", "first": dt.date(2026, 12, 19), "last": dt.date(2027, 1, 8)}
    factories.SchoolHolidayFactory.create(place=place, **holiday)
    sent = {
        "title": "Julpyssel", "kind": "activity", "first": "2026-12-14", "last": "2026-12-31", "weekdays": ["1"],
        "every_weeks": "1", "starts": "13:00", "ends": "18:00", "responsible": manager.pk, "permit": "notify",
    }  # fmt: skip
    form = as_manager.post(f"{WHEEL}series/new/", sent).context["form"]
    assert form.doubts == {
        "excluded": "2 datum ligger på skollov: Jullov.",
        "starts": "Julpyssel 13:00–18:00 15 december ligger utanför den utlovade öppettiden, 10:00–17:00. "
        "3 gånger sammanlagt.",
    }
    sure = {f"{name}-sure": "1" for name in form.doubts}
    as_manager.post(f"{WHEEL}series/new/", {**sent, **sure})
    series = Series.objects.get()
    assert series.occurrences.count() == 3
    # What stands all day is not asked about school.
    form = as_manager.post(f"{WHEEL}series/new/", {**sent, "kind": "activation"}).context["form"]
    assert list(form.doubts) == ["starts"]
    # Itself is no clash; what was sent to the police is told of all that are to come.
    sent |= {"permit_sent_on": "2026-11-20", "title": "Pyssel"}
    as_manager.post(f"{WHEEL}series/{series.pk}/change/", sent)
    assert set(series.occurrences.values_list("title", "permit_sent_on")) == {("Pyssel", dt.date(2026, 11, 20))}
