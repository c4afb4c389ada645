"""Practice: the same ground and plan, and no way into a report."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client

from activities.practice import make_practice_place
from places.actions import Invited, add_person, change_role, remove_person
from places.models import Membership, Place, User
from places.periods import Period
from reports.actions import order_edition
from reports.models import Report
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

PRACTICE = "/p/lilltorget/practice/"


def _series(place: Place, **fields: object) -> None:
    factories.SeriesFactory.create(
        place=place, **{"first": dt.date(2026, 1, 5), "last": dt.date(2026, 12, 20), "weekdays": [0], **fields}
    )


def test_a_practice_place_has_ground_hours_plan_and_people(place: Place, manager: User, host: User) -> None:
    zone = factories.ZoneFactory.create(place=place, name="Scenen")
    factories.ZoneFactory.create(place=place, name="Nedlagd", ended_on=TODAY - dt.timedelta(days=1))
    factories.LineFactory.create(place=place, name="Gången")
    partner = factories.PartnerFactory.create(place=place, name="Dansklubben")
    _series(place, title="Salsa", zone=zone, partner=partner)
    _series(place, title="Förbi", last=dt.date(2026, 11, 1))
    _series(place, title="Uppehåll", last=TODAY, weekdays=[3])
    factories.CountEntryFactory.create(headcount__place=place, headcount__zone=zone, people=5)
    practice = make_practice_place(place=place, by=manager)
    assert (practice.slug, practice.name) == ("lilltorget-ovning-1", "Lilltorget (övning)")
    assert (practice.is_practice, practice.started_on, practice.ended_on) == (True, TODAY, None)
    assert list(practice.zones.values_list("name", flat=True)) == ["Scenen"]
    assert list(practice.lines.values_list("name", flat=True)) == ["Gången"]
    assert practice.opening_hours.count() == 6
    assert set(practice.memberships.values_list("user", "role")) == {(manager.pk, "manager"), (host.pk, "host")}
    [series] = practice.series.all()
    assert series.zone
    assert series.partner
    assert (series.title, series.first, series.zone.name, series.partner.name) == (
        "Salsa",
        TODAY,
        "Scenen",
        "Dansklubben",
    )
    assert series.partner.place == practice
    assert [one.date for one in practice.occurrences.all()] == [TODAY + dt.timedelta(weeks=n) for n in range(4)]
    assert not practice.headcounts.exists()
    assert not place.is_practice


def test_a_new_one_takes_the_place_of_the_old(place: Place, manager: User) -> None:
    old = make_practice_place(place=place, by=manager)
    new = make_practice_place(place=place, by=manager)
    old.refresh_from_db()
    assert (old.ended_on, new.slug) == (TODAY, "lilltorget-ovning-2")
    assert list(Place.objects.run_by(manager).listed()) == [place, new]
    with pytest.raises(ValidationError, match="är till för övning"):
        make_practice_place(place=new, by=manager)


def test_the_same_people_practise_as_work_there(place: Place, admin: User, host: User) -> None:
    practice = make_practice_place(place=place, by=admin)
    new = add_person(place=place, person=Invited("ny@example.se", "Ny"), role="host", by=admin, address="/")
    change_role(membership=new, role=Membership.Role.ANALYST, by=admin)
    assert practice.memberships.get(user=new.user).role == "analyst"
    remove_person(membership=place.memberships.get(user=host), by=admin)
    assert not practice.memberships.filter(user=host).exists()
    there = practice.memberships.get(user=new.user)
    for attempt in (
        lambda: add_person(place=practice, person=Invited("x@example.se", "X"), role="host", by=admin, address="/"),
        lambda: change_role(membership=there, role="host", by=admin),
        lambda: remove_person(membership=there, by=admin),
    ):
        with pytest.raises(ValidationError, match="arbetar på Lilltorget"):
            attempt()


def test_practice_is_never_reported(place: Place, manager: User, as_manager: Client) -> None:
    practice = make_practice_place(place=place, by=manager)
    with pytest.raises(ValidationError, match="är till för övning"):
        order_edition(place=practice, period=Period.quarter(2026, 3), language="sv", by=manager)
    with pytest.raises(CommandError, match="is for practice"):
        call_command("render_report", place=practice.slug, period="2026K3", out="/nowhere.pdf")
    with pytest.raises(IntegrityError, match="practice is not reported"), transaction.atomic():
        factories.ReportFactory.create(place=practice)
    report = factories.ReportFactory.create(place=place)
    with pytest.raises(IntegrityError, match="practice is not reported"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(place=practice)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Place.objects.filter(pk=practice.pk).update(practice_of=None)
    page = as_manager.get(f"/p/{practice.slug}/reports/")
    assert page.context["form"] is None
    sent = {"period": "2026K3", "language": "sv"}
    assert as_manager.post(f"/p/{practice.slug}/reports/", sent).status_code == 200
    assert list(Report.objects.all()) == [report]


def test_every_page_says_that_it_is_practice(place: Place, manager: User, as_manager: Client) -> None:
    practice = make_practice_place(place=place, by=manager)
    words = "inget här hamnar i någon rapport"
    for address in ("", "counts/", "wheel/", "log/", "place/"):
        assert words in as_manager.get(f"/p/{practice.slug}/{address}").content.decode()
        assert words not in as_manager.get(f"/p/lilltorget/{address}").content.decode()


def test_one_begins_at_the_real_place(place: Place, manager: User, as_manager: Client) -> None:
    make_practice_place(place=place, by=manager)
    assert as_manager.get("/").url == "/p/lilltorget/"  # type: ignore[attr-defined]
    second = factories.PlaceFactory.create(name="Öst")
    factories.MembershipFactory.create(place=second, user=manager, role="host")
    standings = as_manager.get("/").context["standings"]
    assert [one.place.name for one in standings] == ["Lilltorget", "Öst", "Lilltorget (övning)"]


def test_a_funder_sees_no_practice(place: Place, admin: User, funder: User) -> None:
    practice = make_practice_place(place=place, by=admin)
    organisation = funder.representing.get().organisation
    factories.PartyFactory.create(contract__place=practice, organisation=organisation)
    assert list(Place.objects.visible_to(funder)) == [place]


def test_the_page_makes_one_and_leads_to_it(place: Place, manager: User, as_manager: Client) -> None:
    assert PRACTICE in as_manager.get("/p/lilltorget/place/").content.decode()
    assert "Skapa övningsplats" in as_manager.get(PRACTICE).content.decode()
    response = as_manager.post(PRACTICE, follow=True)
    assert response.redirect_chain == [("/p/lilltorget-ovning-1/", 302)]
    assert "Skapa en ny övningsplats" in as_manager.get(PRACTICE).content.decode()
    assert PRACTICE in as_manager.get("/p/lilltorget-ovning-1/practice/").content.decode()
    assert as_manager.post("/p/lilltorget-ovning-1/practice/").status_code == 200
    assert Place.objects.count() == 2
