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
from activities.models import Occurrence, Season, Series
from activities.publishing import publish_season, take_back_publication
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


# --- The season, and what was new -------------------------------------------------------------------------------------


@pytest.fixture
def season(place: Place) -> Season:
    return factories.SeasonFactory.create(place=place, year=2027, name="winter", theme="Ljus", goals="Fler unga")


def _season_data(**changed: Any) -> dict[str, Any]:
    return {"year": "2027", "name": "winter", "theme": "Ljus", "goals": "Fler unga", **changed}


def _hidden(response: Any) -> dict[str, Any]:
    """What the page knew of the season when it was drawn."""
    form = response.context["form"]
    return {name: form[name].value() for name in ("seen", "was_published")}


def test_two_who_change_the_same_season_see_both(as_manager: Client, season: Season, admin: User) -> None:
    address = f"{WHEEL}seasons/{season.pk}/"
    seen = _hidden(as_manager.get(address))
    other = Client()
    other.force_login(admin)
    other.post(address, _season_data(**seen, theme="Mörker", goals="Fler unga\nFler äldre"))
    response = as_manager.post(address, _season_data(**seen, theme="Lek"))
    versions = response.context["versions"]
    assert (versions.who, versions.meanwhile) == (admin, "")
    assert [(one.label, one.mine, one.theirs) for one in versions.fields] == [
        ("Tema", "Lek", "Mörker"),
        ("Mål", "Fler unga", "Fler unga\nFler äldre"),
    ]
    assertContains(response, "Admin Ek ändrade det här")
    assertContains(response, "Fler unga<br>Fler äldre")
    assertContains(response, 'value="Lek"')
    season.refresh_from_db()
    assert season.theme == "Mörker"
    # Kept: sent once more, now that both have been seen.
    as_manager.post(address, _season_data(**_hidden(response), theme="Lek"))
    season.refresh_from_db()
    assert (season.theme, season.goals) == ("Lek", "Fler unga")


def test_two_who_write_the_same_of_a_season_need_not_choose(as_manager: Client, season: Season) -> None:
    address = f"{WHEEL}seasons/{season.pk}/"
    seen = _hidden(as_manager.get(address))
    # The second as a browser ends its lines.
    for goals in ("Fler unga\nFler äldre", "Fler unga\r\nFler äldre"):
        assert as_manager.post(address, _season_data(**seen, goals=goals)).status_code == 302


@pytest.mark.parametrize(
    ("publishes", "said"),
    [
        (True, "Säsongen har publicerats under tiden, och förblir publicerad vad du än väljer."),
        (False, "Säsongen har blivit ett utkast igen under tiden, och förblir det vad du än väljer."),
    ],
)
def test_a_season_published_or_taken_back_while_another_writes_stays_so(
    as_manager: Client,
    season: Season,
    admin: User,
    publishes: bool,  # noqa: FBT001
    said: str,
) -> None:
    first, then = (take_back_publication, publish_season) if publishes else (publish_season, take_back_publication)
    first(season=season, by=admin)
    address = f"{WHEEL}seasons/{season.pk}/"
    seen = _hidden(as_manager.get(address))
    then(season=season, by=admin)
    response = as_manager.post(address, _season_data(**seen, theme="Lek"))
    assert [(one.mine, one.theirs) for one in response.context["versions"].fields] == [("Lek", "Ljus")]
    assertContains(response, said)
    again = as_manager.post(address, _season_data(**_hidden(response), theme="Lek"), follow=True)
    assert _toast(again)[0] == "Vinter 2027 är sparad."
    season.refresh_from_db()
    assert (season.theme, season.is_published) == ("Lek", publishes)
    # What was typed alike is no conflict, and loses nothing either.
    assert as_manager.post(address, _season_data(**seen, theme="Lek")).status_code == 302
    season.refresh_from_db()
    assert season.is_published is publishes


def test_publishing_loses_nothing_that_another_writes(season: Season, manager: User) -> None:
    read = Season.objects.get(pk=season.pk)
    Season.objects.update(theme="Lek")
    publish_season(season=read, by=manager)
    season.refresh_from_db()
    assert (season.theme, season.published_by) == ("Lek", manager)


def test_a_season_is_put_back_as_it_was(as_manager: Client, season: Season) -> None:
    address = f"{WHEEL}seasons/{season.pk}/"
    response = as_manager.post(address, _season_data(year="2028", theme="Lek", goals=""), follow=True)
    words, undo = _toast(response)
    assert words == "Vinter 2028 är sparad."
    response = as_manager.post(undo, follow=True)
    assertRedirects(response, f"{WHEEL}list/?year=2027&season=winter")
    assert _toast(response)[0] == "Det är som det var förut."
    season.refresh_from_db()
    assert (season.year, season.theme, season.goals) == (2027, "Ljus", "Fler unga")
    assert _toast(as_manager.post(undo, follow=True))[0] == "Det har ändrats igen sedan dess, och kan inte ångras."
    # Nothing was changed: nothing to take back.
    assert _toast(as_manager.post(address, _season_data(), follow=True))[1] == ""


def test_a_season_is_not_put_back_onto_another(as_manager: Client, season: Season) -> None:
    undo = _toast(as_manager.post(f"{WHEEL}seasons/{season.pk}/", _season_data(year="2028"), follow=True))[1]
    factories.SeasonFactory.create(place=season.place, year=2027, name="winter")
    assert _toast(as_manager.post(undo, follow=True))[0] == "Den säsongen finns redan i planen."


def test_a_new_season_is_taken_back_until_something_belongs_to_it(as_manager: Client, place: Place) -> None:
    undo = _toast(as_manager.post(f"{WHEEL}seasons/new/", _season_data(), follow=True))[1]
    factories.SeriesFactory.create(place=place, season=Season.objects.get())
    assert _toast(as_manager.post(undo, follow=True))[0] == "Det har använts sedan dess, och kan inte ångras."
    Series.objects.update(season=None)
    response = as_manager.post(undo, follow=True)
    assertRedirects(response, f"{WHEEL}list/")
    assert not Season.objects.exists()
    assert _toast(as_manager.post(undo, follow=True))[0] == "Det har ändrats igen sedan dess, och kan inte ångras."


def test_a_single_event_is_taken_back_out_of_the_plan(as_manager: Client, place: Place, manager: User) -> None:
    sent = {"title": "Marknad", "kind": "event", "date": "2026-12-05", "starts": "11:00", "ends": "16:00"}
    sent["responsible"] = str(manager.pk)
    undo = _toast(as_manager.post(f"{WHEEL}occurrences/new/", sent, follow=True))[1]
    made = Occurrence.objects.get()
    lock = factories.PeriodLockFactory.create(place=place, first=made.date, last=made.date)
    assert "låst" in _toast(as_manager.post(undo, follow=True))[0]
    lock.delete()
    assertRedirects(as_manager.post(undo, follow=True), f"{WHEEL}list/")
    assert not Occurrence.objects.exists()


def _series_data(**changed: Any) -> dict[str, Any]:
    data = {"title": "Salsa och bugg", "kind": "activity", "first": "2026-11-23", "last": "2026-12-16"}
    data |= {"every_weeks": "1", "starts": "13:00", "ends": "14:00", "permit": "none"}
    return {**data, "weekdays": ["2"], **changed}


def test_a_series_changed_on_its_own_page_is_put_back(as_manager: Client, series: Series) -> None:
    address = f"{WHEEL}series/{series.pk}/change/"
    before = _times(series.place)
    sent = _series_data(responsible=series.responsible_id, excluded="2026-12-02", starts="15:00", ends="16:00")
    words, undo = _toast(as_manager.post(address, {**sent, "title": "Bugg"}, follow=True))
    assert words == "Bugg: 0 nya tillfällen, 3 kvar, 1 borttagna."
    response = as_manager.post(undo, follow=True)
    assertRedirects(response, f"{WHEEL}series/{series.pk}/")
    series.refresh_from_db()
    assert (_times(series.place), series.excluded, series.starts) == (before, [], dt.time(13))
    assert _toast(as_manager.post(undo, follow=True))[0] == "Det har ändrats igen sedan dess, och kan inte ångras."
    # Saved as it stands: nothing to take back.
    assert _toast(as_manager.post(address, _series_data(responsible=series.responsible_id), follow=True))[1] == ""


def test_what_shows_on_no_occurrence_is_put_back_too(as_manager: Client, series: Series) -> None:
    """A change of all that changes none of them leads back to the series."""
    season = factories.SeasonFactory.create(place=series.place)
    address = f"{WHEEL}series/{series.pk}/change/"
    sent = _series_data(responsible=series.responsible_id, season=season.pk)
    undo = _toast(as_manager.post(address, sent, follow=True))[1]
    assertRedirects(as_manager.post(undo, follow=True), f"{WHEEL}series/{series.pk}/")
    series.refresh_from_db()
    assert series.season is None


def test_a_new_series_is_taken_back_until_it_is_used(as_manager: Client, place: Place, manager: User) -> None:
    sent = _series_data(responsible=manager.pk)
    undo = _toast(as_manager.post(f"{WHEEL}series/new/", sent, follow=True))[1]
    assert Occurrence.objects.count() == 4
    assertRedirects(as_manager.post(undo, follow=True), f"{WHEEL}list/")
    assert not Series.objects.exists()
    assert not Occurrence.objects.exists()
    undo = _toast(as_manager.post(f"{WHEEL}series/new/", sent, follow=True))[1]
    counted = Occurrence.objects.earliest("date")
    factories.HeadcountFactory.create(
        place=place, measure="participating", zone=None, occurrence=counted, date=counted.date
    )
    assert _toast(as_manager.post(undo, follow=True))[0] == "Det har använts sedan dess, och kan inte ångras."
    assert Occurrence.objects.count() == 4
    # Told beforehand that one is cancelled: changed since.
    record_outcome(occurrence=Occurrence.objects.latest("date"), outcome="cancelled", reason="staff", by=manager)
    assert _toast(as_manager.post(undo, follow=True))[0] == "Det har ändrats igen sedan dess, och kan inte ångras."


def test_nothing_is_put_back_onto_what_is_gone(as_manager: Client, series: Series) -> None:
    """The zone it had has been deleted since."""
    zone = factories.ZoneFactory.create(place=series.place)
    Series.objects.update(zone=zone)
    Occurrence.objects.update(zone=zone)
    sent = _series_data(responsible=series.responsible_id)
    undo = _toast(as_manager.post(f"{WHEEL}series/{series.pk}/change/", sent, follow=True))[1]
    zone.delete()
    assert _toast(as_manager.post(undo, follow=True))[0] == "Det har använts sedan dess, och kan inte ångras."
    assert set(Occurrence.objects.values_list("zone", flat=True)) == {None}
