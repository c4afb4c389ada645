"""The pages that change the plan: how far a change reaches, two people at once, and what takes it back."""

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activities.actions import move_occurrence, plan_series, record_outcome
from activities.models import Occurrence, Series
from places.models import Place, User
from tests import factories
from tests.conftest import STOCKHOLM, TODAY

pytestmark = pytest.mark.django_db

A_DAY, A_WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
WHEEL = "/p/lilltorget/wheel/"


@pytest.fixture
def series(place: Place, manager: User) -> Series:
    """Wednesdays 13-14 for four weeks."""
    made = factories.SeriesFactory.build(
        place=place, first=TODAY, last=dt.date(2026, 12, 16), starts=dt.time(13), ends=dt.time(14), responsible=manager
    )
    plan_series(series=made, by=manager)
    return made


def _second(series: Series) -> Occurrence:
    return series.occurrences.get(date=dt.date(2026, 12, 2))


def _data(series: Series, **changed: Any) -> dict[str, Any]:
    """The second Wednesday as it stands."""
    data = {"title": "Salsa och bugg", "kind": "activity", "date": "2026-12-02", "starts": "13:00", "ends": "14:00"}
    return {**data, "responsible": series.responsible_id, "permit": "none", "scope": "this", **changed}


def _toast(response: Any) -> tuple[str, str]:
    """The words, and the address that takes it back."""
    [message] = list(response.context["messages"])
    return str(message), message.extra_tags.removeprefix("undo:")


def _times(place: Place) -> list[tuple[dt.date, int, str]]:
    rows = place.occurrences.order_by("starts_at")
    return [(one.date, one.starts_at.astimezone(STOCKHOLM).hour, one.title) for one in rows]


@pytest.mark.parametrize(
    ("scope", "hours", "series_count", "said"),
    [
        ("this", [13, 15, 13, 13], 1, "Salsa och bugg är ändrad."),
        ("following", [13, 15, 15, 15], 2, "Salsa och bugg: 0 nya tillfällen, 3 kvar, 0 borttagna."),
        ("all", [15, 15, 15, 15], 1, "Salsa och bugg: 0 nya tillfällen, 4 kvar, 0 borttagna."),
    ],
)
def test_occurrence_update_reaches_as_far_as_chosen_and_is_undone(
    as_manager: Client, series: Series, scope: str, hours: list[int], series_count: int, said: str
) -> None:
    before = _times(series.place)
    address = f"{WHEEL}occurrences/{_second(series).pk}/change/"
    assertContains(as_manager.get(address), "det här och de som följer")
    response = as_manager.post(address, _data(series, scope=scope, starts="15:00", ends="16:00"), follow=True)
    words, undo = _toast(response)
    assert words == said
    assert [hour for _day, hour, _title in _times(series.place)] == hours
    assert Series.objects.count() == series_count
    response = as_manager.post(undo, follow=True)
    assert _toast(response)[0] == "Det är som det var förut."
    assert (_times(series.place), Series.objects.count()) == (before, 1)


def test_occurrence_update_says_when_the_series_cannot_follow(as_manager: Client, series: Series) -> None:
    address = f"{WHEEL}occurrences/{_second(series).pk}/change/"
    response = as_manager.post(address, _data(series, scope="all", date="2026-12-09"))
    assert list(response.context["form"].errors) == ["date"]
    response = as_manager.post(address, _data(series, scope="all", last_day="2026-12-05"))
    assert response.context["form"].errors == {"last_day": ["Bara ett i taget kan vara flera dagar."]}
    # What is wrong with the series is said, though the form has no such field.
    response = as_manager.post(address, _data(series, scope="all", title="Ny", ends="13:00"))
    assert list(response.context["form"].errors) == ["ends"]
    assert {title for _day, _hour, title in _times(series.place)} == {"Salsa och bugg"}


def test_occurrence_update_of_several_keeps_to_what_was_typed(as_manager: Client, series: Series) -> None:
    alone = _second(series)
    alone.title, alone.moved = "Extra", True
    alone.save()
    sent = _data(series, title="Extra", scope="following", equipment="Högtalare", target_groups=["young", "seniors"])
    as_manager.post(f"{WHEEL}occurrences/{alone.pk}/change/", sent)
    assert [(one.title, one.equipment, one.target_groups) for one in Occurrence.objects.order_by("date")] == [
        ("Salsa och bugg", "", []),
        ("Extra", "Högtalare", ["young", "seniors"]),
        ("Salsa och bugg", "Högtalare", ["young", "seniors"]),
        ("Salsa och bugg", "Högtalare", ["young", "seniors"]),
    ]


def test_occurrence_update_of_what_has_begun_asks_nothing_of_the_series(
    as_manager: Client, series: Series, manager: User
) -> None:
    told = record_outcome(occurrence=_second(series), outcome="cancelled", reason="staff", by=manager)
    response = as_manager.get(f"{WHEEL}occurrences/{told.pk}/change/")
    assertContains(response, "Bara det här tillfället ändras, inte serien.")
    assertNotContains(response, 'name="scope"')


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"permit_sent_on": "2026-11-24", "permit": "apply"}, "permit_sent_on", "Den dagen har inte kommit än."),
        (
            {"permit_sent_on": "2026-11-20"},
            "permit",
            "Välj vad som skickades: en ansökan om tillstånd eller en anmälan.",
        ),
        ({"cost": "-1"}, "cost", "Kontrollera att detta värde är större än eller lika med 0."),
        ({"cost": "gratis"}, "cost", "Fyll i ett tal."),
        (
            {"target_groups": ["alla"]},
            "target_groups",
            "Välj ett giltigt alternativ.",
        ),
    ],
)
def test_rare_fields_with_bad_input_are_unfolded(
    as_manager: Client, series: Series, changed: dict[str, Any], field: str, message: str
) -> None:
    response = as_manager.post(f"{WHEEL}occurrences/{_second(series).pk}/change/", _data(series, **changed))
    assert list(response.context["form"].errors) == [field]
    assert message in response.context["form"].errors[field][0]
    assertContains(response, '<details class="disclosure rare" open>')


def test_rare_fields_are_folded_until_one_is_in_use(as_manager: Client, series: Series, place: Place) -> None:
    address = f"{WHEEL}occurrences/{_second(series).pk}/"
    assertContains(as_manager.get(f"{address}change/"), '<details class="disclosure rare">')
    sent = _data(series, cost="1250,50", permit="notify", permit_sent_on="2026-11-20", target_groups=["families"])
    as_manager.post(f"{address}change/", sent)
    assertContains(as_manager.get(f"{address}change/"), '<details class="disclosure rare" open>')
    response = as_manager.get(address)
    for words in (
        "familjer",
        "1\N{NO-BREAK SPACE}25",
        "skickat 20 november 2026",
        "Ångra den senaste ändringen av planen",
    ):
        assertContains(response, words)
    Occurrence.objects.update(permit_sent_on=None)
    assertContains(as_manager.get(address), "senast 27 november 2026")


# --- Two people at once -----------------------------------------------------------------------------------------------


def test_two_who_change_the_same_occurrence_see_both(
    as_manager: Client, client: Client, series: Series, admin: User
) -> None:
    address = f"{WHEEL}occurrences/{_second(series).pk}/change/"
    seen = as_manager.get(address).context["form"]["seen"].value()
    other = Client()
    other.force_login(admin)
    zone = factories.ZoneFactory.create(place=series.place, name="Scenen")
    other.post(address, _data(series, seen=seen, zone=zone.pk, expected="40", starts="14:00", ends="15:00"))
    response = as_manager.post(address, _data(series, seen=seen, title="Bugg", starts="15:00", ends="16:00"))
    versions = response.context["versions"]
    assert versions.who == admin
    assert [(one.label, one.mine, one.theirs) for one in versions.fields] == [
        ("Rubrik", "Bugg", "Salsa och bugg"),
        ("Börjar", "15:00", "14:00"),
        ("Slutar", "16:00", "15:00"),
        ("Delyta", "–", "Scenen"),
        ("Väntat antal deltagare", "–", "40"),
    ]
    assertContains(response, "Admin Ek ändrade det här")
    assertContains(response, 'value="Bugg"')
    one = _second(series)
    assert (one.title, one.expected) == ("Salsa och bugg", 40)
    # Kept: sent once more, now that both have been seen.
    latest = response.context["form"]["seen"].value()
    as_manager.post(address, _data(series, seen=latest, title="Bugg", starts="15:00", ends="16:00"))
    one.refresh_from_db()
    assert (one.title, one.expected, one.zone) == ("Bugg", None, None)


def test_two_who_write_the_same_need_not_choose(as_manager: Client, series: Series) -> None:
    address = f"{WHEEL}occurrences/{_second(series).pk}/change/"
    seen = as_manager.get(address).context["form"]["seen"].value()
    for _twice in range(2):
        as_manager.post(address, _data(series, seen=seen, title="Bugg"))
    assert _second(series).title == "Bugg"


def test_two_who_change_the_same_series_see_both(as_manager: Client, series: Series, admin: User) -> None:
    address = f"{WHEEL}series/{series.pk}/change/"
    seen = as_manager.get(address).context["form"]["seen"].value()
    sent = {
        "title": "Salsa och bugg", "kind": "activity", "first": "2026-11-23", "last": "2026-12-16", "weekdays": ["2"],
        "every_weeks": "1", "starts": "13:00", "ends": "14:00", "responsible": series.responsible_id, "permit": "none",
        "seen": seen,
    }  # fmt: skip
    other = Client()
    other.force_login(admin)
    other.post(address, {**sent, "weekdays": ["2", "3"], "also": "2026-12-19", "target_groups": ["men"]})
    response = as_manager.post(address, {**sent, "title": "Tango"})
    assert [(one.label, one.mine, one.theirs) for one in response.context["versions"].fields] == [
        ("Rubrik", "Tango", "Salsa och bugg"),
        ("Veckodagar", "onsdag", "onsdag, torsdag"),
        ("Även den", "–", "19 december 2026"),
        ("För vilka", "–", "män och pojkar"),
    ]
    assert response.context["versions"].who == admin
    # The history has the database's own clock.
    changed = timezone.localtime(apps.get_model("activities", "SeriesEvent").objects.latest("pgh_id").pgh_created_at)
    assertContains(as_manager.get(f"{WHEEL}series/{series.pk}/"), f"Admin Ek, {date_format(changed, 'j F Y')}")
    series.refresh_from_db()
    assert series.title == "Salsa och bugg"


def test_changed_by_no_one_signed_in(as_manager: Client, series: Series) -> None:
    address = f"{WHEEL}occurrences/{_second(series).pk}/change/"
    seen = as_manager.get(address).context["form"]["seen"].value()
    one = _second(series)
    Occurrence.objects.filter(pk=one.pk).update(title="Nattens verk")
    one.events.update(pgh_context=None)  # type: ignore[attr-defined]  # made by the library
    response = as_manager.post(address, _data(series, seen=seen))
    assertContains(response, "Det här ändrades ")


# --- Cancelled, and taken back ----------------------------------------------------------------------------------------


def test_occurrence_cancel_with_those_that_follow(as_manager: Client, series: Series) -> None:
    address = f"{WHEEL}occurrences/{_second(series).pk}/"
    assertContains(as_manager.get(address), f'href="{address}cancel/"')
    assertContains(as_manager.get(f"{address}cancel/"), "Vad ska ställas in?")
    response = as_manager.post(f"{address}cancel/", {"scope": "following", "reason": ""})
    assert list(response.context["form"].errors) == ["reason"]
    response = as_manager.post(f"{address}cancel/", {"scope": "following", "reason": "works"}, follow=True)
    words, undo = _toast(response)
    assert words == "Salsa och bugg: 3 tillfällen är inställda."
    assert [one.outcome for one in series.occurrences.order_by("date")] == ["planned", *["cancelled"] * 3]
    response = as_manager.post(f"{address}cancel/", {"scope": "following", "reason": "works"})
    assertContains(response, "Det finns inget kvar att ställa in.")
    as_manager.post(undo, follow=True)
    assert {one.outcome for one in series.occurrences.all()} == {"planned"}
    response = as_manager.post(f"{address}cancel/", {"scope": "this", "reason": "works"}, follow=True)
    assert _toast(response)[0] == "Salsa och bugg: ett tillfälle är inställt."


def test_plan_undo_of_nothing_or_too_late(as_manager: Client, series: Series, manager: User) -> None:
    response = as_manager.post(f"{WHEEL}undo/hittepå/", follow=True)
    assertRedirects(response, f"{WHEEL}list/")
    assert _toast(response)[0] == "Det finns inget att ångra här."
    done = move_occurrence(occurrence=_second(series), day=TODAY + A_DAY, by=manager)
    Occurrence.objects.filter(pk=done.occurrence.pk).update(title="Ändrad igen")
    address = reverse("activities:plan_undo", args=[series.place.slug, done.undo])
    assert _toast(as_manager.post(address, follow=True))[0] == "Det har ändrats igen sedan dess, och kan inte ångras."


def test_occurrence_detail_for_a_reader_has_no_undo(as_analyst: Client, series: Series, manager: User) -> None:
    moved = move_occurrence(occurrence=_second(series), day=TODAY + A_DAY, by=manager).occurrence
    assertNotContains(as_analyst.get(f"{WHEEL}occurrences/{moved.pk}/"), "/undo/")
