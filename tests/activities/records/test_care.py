"""Care cases: their days, their states, their figures, and the pages a host meets them on."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activities.models import CareCase
from activities.records.actions import fix_care, report_care, unfix_care
from activities.records.queries import CareCategory, CareFigures, care_figures
from places.models import Organisation, Place, User
from places.periods import Period
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

CARE = "/p/lilltorget/log/care/"
NOVEMBER = Period.month(2026, 11)


def _day(number: int) -> dt.date:
    return dt.date(2026, 11, number)


def _case(place: Place, **given: Any) -> CareCase:
    return factories.CareCaseFactory.create(place=place, **given)


def _cost(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


def _messages(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


# --- What the database holds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"reported": True, "reported_on": _day(22)},
        {"fixed_on": _day(22)},
        {"reported": True, "reported_on": _day(25), "fixed_on": _day(24)},
        {"reported_on": _day(24)},
        {"category": "noise"},
    ],
)
def test_days_out_of_order_are_refused_by_the_database(place: Place, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _case(place, **wrong)


def test_a_locked_day_takes_no_case_and_lets_none_go(place: Place, host: User) -> None:
    seen = _case(place, seen_on=_day(10))
    factories.PeriodLockFactory.create(place=place, first=_day(1), last=_day(15))
    for change in ({"seen_on": _day(16)}, {"category": "light"}, {"fixed_on": _day(12)}):
        with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
            CareCase.objects.filter(pk=seen.pk).update(**change)
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        _case(place, seen_on=_day(10))
    with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
        seen.delete()


def test_a_case_seen_in_a_locked_period_is_mended_after_it(place: Place, host: User) -> None:
    seen = _case(place, seen_on=_day(10))
    thrown = _case(place, seen_on=_day(10), trashed_at=dt.datetime(2026, 11, 11, tzinfo=dt.UTC), trashed_by=host)
    factories.PeriodLockFactory.create(place=place, first=_day(1), last=_day(15))
    report_care(case=seen, to=place.operator, on=_day(12), reference="", by=host)
    assert fix_care(case=seen, on=_day(20), by=host).fixed_on == _day(20)
    # What lay in the trash when the period was locked is in no figure, and can go.
    thrown.delete()
    assert list(CareCase.objects.all()) == [seen]


# --- Actions ----------------------------------------------------------------------------------------------------------


def test_state_follows_from_the_days(place: Place, host: User) -> None:
    case = _case(place)
    assert (str(case), case.state, case.days) == ("städning 2026-11-23", "open", 0)
    case = report_care(case=case, to=place.operator, on=TODAY, reference="K-17", by=host)
    assert (case.state, case.reference) == ("reported", "K-17")
    case = fix_care(case=case, on=TODAY, by=host)
    assert case.state == "fixed"
    assert [list(place.care_cases.all().in_state(state)) for state in ("open", "reported", "fixed")] == [[], [], [case]]
    assert unfix_care(case=case, by=host).state == "reported"


def test_mended_twice_keeps_the_first_day_and_taken_back_twice_is_nothing(place: Place, host: User) -> None:
    case = _case(place, seen_on=_day(10), fixed_on=_day(12))
    assert fix_care(case=case, on=TODAY, by=host).fixed_on == _day(12)
    unfix_care(case=case, by=host)
    assert unfix_care(case=case, by=host).fixed_on is None


def test_nothing_is_mended_in_a_locked_period_or_in_the_trash(place: Place, host: User) -> None:
    case, fixed = _case(place, seen_on=_day(1)), _case(place, seen_on=_day(1), fixed_on=_day(12))
    thrown = _case(place, trashed_at=dt.datetime(2026, 11, 23, tzinfo=dt.UTC), trashed_by=host)
    factories.PeriodLockFactory.create(place=place, first=_day(10), last=_day(15))
    with pytest.raises(ValidationError, match="låst"):
        fix_care(case=case, on=_day(12), by=host)
    with pytest.raises(ValidationError, match="låst"):
        unfix_care(case=fixed, by=host)
    with pytest.raises(ValidationError, match="papperskorgen"):
        fix_care(case=thrown, on=TODAY, by=host)


def test_a_report_before_it_was_seen_is_refused_by_the_action(place: Place, host: User) -> None:
    with pytest.raises(ValidationError, match="innan"):
        report_care(case=_case(place), to=place.operator, on=_day(1), reference="", by=host)


# --- Figures ----------------------------------------------------------------------------------------------------------


def test_figures_of_nothing_have_no_median(place: Place) -> None:
    nothing = [CareCategory(name, 0, 0, 0) for name in ("cleaning", "graffiti", "damage", "order", "light")]
    assert care_figures(place, NOVEMBER) == CareFigures(0, 0, 0, None, nothing)
    assert nothing[4].label == "belysning"


def test_figures_worked_by_hand(place: Place, other_place: Place) -> None:
    """Mended in November after 0, 3, 8 and 42 days: half-way between 3 and 8."""
    _case(place, seen_on=_day(2), fixed_on=_day(2))
    _case(place, seen_on=_day(2), fixed_on=_day(5), category="light")
    _case(place, seen_on=_day(10), fixed_on=_day(18), category="light")
    _case(place, seen_on=dt.date(2026, 9, 20), fixed_on=_day(1), category="damage")
    _case(place, seen_on=dt.date(2026, 9, 20), category="damage")
    _case(place, seen_on=_day(20), fixed_on=dt.date(2026, 12, 2), category="graffiti")
    _case(place, seen_on=dt.date(2026, 9, 20), fixed_on=dt.date(2026, 10, 31))
    _case(place, seen_on=dt.date(2026, 12, 1))
    _case(place, seen_on=_day(3), trashed_at=dt.datetime(2026, 11, 4, tzinfo=dt.UTC))
    _case(other_place, seen_on=_day(3))
    assert care_figures(place, NOVEMBER) == CareFigures(
        opened=4,
        fixed=4,
        open_at_end=2,
        median_days_to_fix=5.5,
        by_category=[
            CareCategory("cleaning", 1, 1, 0),
            CareCategory("graffiti", 1, 0, 1),
            CareCategory("damage", 0, 1, 1),
            CareCategory("order", 0, 0, 0),
            CareCategory("light", 2, 2, 0),
        ],
    )


def test_figures_cost_one_query(place: Place, django_assert_num_queries: Any) -> None:
    _case(place)
    with django_assert_num_queries(1):
        care_figures(place, NOVEMBER)


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_a_case_is_written_down_in_two_taps(as_host: Client, place: Place, host: User) -> None:
    assertContains(as_host.get("/p/lilltorget/log/"), f'href="{CARE}"')
    assertContains(as_host.get("/p/lilltorget/"), f'href="{CARE}new/"')
    page = as_host.get(f"{CARE}new/")
    assertContains(page, 'name="category" value="light"')
    response = as_host.post(f"{CARE}new/", {"category": "light"}, follow=True)
    case = CareCase.objects.get()
    assertRedirects(response, f"{CARE}{case.pk}/")
    assert (case.category, case.seen_on, case.by, case.state) == ("light", TODAY, host, "open")
    assert _messages(response) == ["Antecknat: Belysning."]


def test_a_case_with_everything(as_host: Client, place: Place, other_place: Place) -> None:
    zone = factories.ZoneFactory.create(place=place, name="Trappan")
    data = {"category": "damage", "zone": zone.pk, "where": "", "note": "Lös sten", "seen_on": "2026-11-20"}
    as_host.post(f"{CARE}new/", data)
    case = CareCase.objects.get()
    assert (case.title, case.note, case.seen_on) == ("Skada: Trappan", "Lös sten", _day(20))
    case.where = "tredje steget"
    assert case.title == "Skada: tredje steget"
    others = factories.ZoneFactory.create(place=other_place)
    assertContains(as_host.post(f"{CARE}new/", {**data, "zone": others.pk}), "Lös sten")
    assert CareCase.objects.count() == 1


def test_a_wrong_day_is_told_and_what_was_typed_kept(as_host: Client, place: Place) -> None:
    response = as_host.post(f"{CARE}new/", {"category": "order", "where": "vid bänken", "seen_on": "2026-11-24"})
    assertContains(response, "Den dagen har inte kommit än.")
    assertContains(response, 'value="vid bänken"')
    factories.PeriodLockFactory.create(place=place)
    response = as_host.post(f"{CARE}new/", {"category": "order", "where": "vid bänken", "seen_on": "2026-08-01"})
    assert "seen_on" in response.context["form"].errors
    assert not CareCase.objects.exists()


def test_the_list_shows_what_waits_and_takes_filters(as_host: Client, place: Place, other_place: Place) -> None:
    waiting = _case(place, category="light")
    reported = _case(place, reported=True)
    fixed = _case(place, seen_on=_day(20), fixed_on=_day(21))
    _case(place, trashed_at=dt.datetime(2026, 11, 23, tzinfo=dt.UTC))
    _case(other_place)

    def shown(**query: str) -> list[CareCase]:
        return list(as_host.get(CARE, query).context["page"])

    assert shown() == [reported, waiting]
    assert shown(state="nonsense") == [reported, waiting]
    assert shown(state="open") == [waiting]
    assert shown(state="reported") == [reported]
    assert shown(state="fixed") == [fixed]
    assert shown(state="all") == [reported, waiting, fixed]
    assert shown(state="all", category="light") == [waiting]
    assertContains(as_host.get(CARE, {"state": "fixed"}), "åtgärdat efter 1 dag")
    assertContains(as_host.get(CARE, {"state": "fixed", "category": "order"}), "Inga ärenden här")


def test_an_analyst_reads_and_changes_nothing(as_analyst: Client, place: Place) -> None:
    case = _case(place)
    for path in (CARE, f"{CARE}{case.pk}/"):
        assertNotContains(as_analyst.get(path), 'method="post" action="/p/lilltorget/log/care')


def test_the_list_costs_the_same_however_long(as_host: Client, place: Place) -> None:
    zone = factories.ZoneFactory.create(place=place)
    costs = set()
    for count in (1, 2):
        for _each in range(count):
            factories.PhotoFactory.create(care_case=_case(place, reported=True, zone=zone))
        costs.add(_cost(as_host, CARE))
    assert len(costs) == 1


def test_mended_with_one_press_and_undone(as_host: Client, place: Place) -> None:
    case = _case(place, seen_on=_day(20))
    response = as_host.post(f"{CARE}{case.pk}/mended/", {"from": "list"}, follow=True)
    assertRedirects(response, CARE)
    assertContains(response, f'action="{CARE}{case.pk}/mended/back/"')
    case.refresh_from_db()
    assert case.fixed_on == TODAY
    assertContains(as_host.get(f"{CARE}{case.pk}/"), "efter 3 dagar")
    response = as_host.post(f"{CARE}{case.pk}/mended/back/", follow=True)
    assertRedirects(response, f"{CARE}{case.pk}/")
    case.refresh_from_db()
    assert case.fixed_on is None


def test_refusals_of_mending_are_told(as_host: Client, place: Place) -> None:
    case, fixed = _case(place, seen_on=_day(1)), _case(place, seen_on=_day(1), fixed_on=TODAY)
    factories.PeriodLockFactory.create(place=place, first=TODAY, last=TODAY)
    for path in (f"{case.pk}/mended/", f"{fixed.pk}/mended/back/"):
        assert "låst" in _messages(as_host.post(CARE + path, follow=True))[0]


def test_reported_to_an_organisation_of_the_place(as_host: Client, place: Place) -> None:
    case = _case(place, seen_on=_day(20))
    operator: Organisation = place.operator
    data = {"reported_to": operator.pk, "reported_on": "2026-11-21", "reference": "K-17"}
    response = as_host.post(f"{CARE}{case.pk}/report/", data, follow=True)
    assertContains(response, "21 november 2026 · K-17")
    assert _messages(response) == [f"Anmält till {operator}."]
    stranger = factories.OrganisationFactory.create()
    response = as_host.post(f"{CARE}{case.pk}/report/", {**data, "reported_to": stranger.pk})
    assert list(response.context["form"].errors) == ["reported_to"]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-19", "Det kan inte ha anmälts innan det sågs."),
        ("2026-11-23", "Det var åtgärdat före den dagen."),
        ("2026-11-24", "Den dagen har inte kommit än."),
    ],
)
def test_a_report_on_a_wrong_day_is_told(as_host: Client, place: Place, day: str, words: str) -> None:
    case = _case(place, seen_on=_day(20), fixed_on=_day(22))
    data = {"reported_to": place.operator.pk, "reported_on": day, "reference": "K-17"}
    response = as_host.post(f"{CARE}{case.pk}/report/", data)
    assertContains(response, words)
    assertContains(response, 'value="K-17"')


def test_a_case_is_changed_but_not_out_of_order_or_in_a_locked_period(as_host: Client, place: Place) -> None:
    case = _case(place, seen_on=_day(20), fixed_on=_day(21))
    data = {"category": "light", "zone": "", "where": "lyktan", "note": "", "seen_on": "2026-11-19"}
    assertRedirects(as_host.post(f"{CARE}{case.pk}/change/", data), f"{CARE}{case.pk}/")
    response = as_host.post(f"{CARE}{case.pk}/change/", {**data, "seen_on": "2026-11-22"})
    assertContains(response, "Det kan inte ha åtgärdats innan det sågs eller anmäldes.")
    factories.PeriodLockFactory.create(place=place, first=_day(1), last=_day(19))
    assertContains(as_host.post(f"{CARE}{case.pk}/change/", {**data, "seen_on": "2026-11-20"}), "låst")
    case.refresh_from_db()
    assert (case.title, case.seen_on) == ("Belysning: lyktan", _day(19))
    page = as_host.get(f"{CARE}{case.pk}/")
    assertContains(page, "Det kan ändå anmälas och åtgärdas.")
    # What was changed stands at the case, with the one who did it.
    assertContains(page, "från städning till belysning")


def test_a_case_is_thrown_away_from_its_page(as_host: Client, place: Place) -> None:
    case = _case(place)
    assertContains(as_host.get(f"{CARE}{case.pk}/"), f'action="/p/lilltorget/trash/carecase/{case.pk}/"')
    as_host.post(f"/p/lilltorget/trash/carecase/{case.pk}/")
    assert as_host.get(f"{CARE}{case.pk}/").status_code == 404
    case.refresh_from_db()
    assert case.trash_words == "Städning"
