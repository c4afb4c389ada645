"""The demo: the same on the same day, as busy as a published year, and held by the same rules as a real square."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Sum
from stdnum.se import orgnr

from activities.models import DayLog, Kind, Occurrence, Season, Voice
from activities.publishing import Published, changes_since
from activities.records.queries import care_figures
from amp.demo import days
from amp.demo.build import organisation_number
from amp.demo.lilltorget import LILLTORGET
from amp.demo.people import PASSWORD, PEOPLE, logins
from amp.demo.square import Square, Stage
from amp.demo.stationstorget import STATIONSTORGET
from amp.demo.story import SQUARES, tell
from measurements.models import AgeSet, CountEntry, DailyCount, Headcount, Level, Measure, Population
from measurements.queries.indicator import compare
from measurements.queries.reach import expected_reach
from measurements.reach import Outlook
from measurements.statistics import Verdict
from measurements.todo import Missing, todo
from places.models import Place, User
from places.periods import Period
from places.queries import contract_on, contracts_during, money, money_for, opening_result_for
from tests import factories
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db

LAST_YEAR = Period.year(2025)
# A year's first day, a Sunday, a leap day, a year's last day and one in the middle of summer.
DAYS = [dt.date(2027, 1, 1), dt.date(2026, 11, 22), dt.date(2028, 2, 29), dt.date(2026, 12, 31), dt.date(2027, 7, 14)]


def _seed(*options: str) -> str:
    out = StringIO()
    call_command("seed_demo", *options, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="class")
def _seeded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demo as on TODAY, seeded once for the tests of a class and then taken back."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        around = transaction.atomic()
        around.__enter__()
        _seed()
        # Once for all: each test's end would go through every seeded row again.
        connection.check_constraints()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture
def lilltorget(_seeded: None, db: None) -> Place:
    return Place.objects.get(slug="lilltorget")


def _took_place(place: Place, kind: str, period: Period) -> int:
    return place.occurrences.during(period).of_kind(kind).took_place().count()


def test_the_same_day_tells_the_same_story() -> None:
    stage = Stage("lilltorget", TODAY)
    assert tell(LILLTORGET, stage) == tell(LILLTORGET, stage)
    assert tell(LILLTORGET, stage).counts != tell(LILLTORGET, Stage("lilltorget", dt.date(2026, 11, 24))).counts


@pytest.mark.parametrize("square", SQUARES, ids=lambda square: square.slug)
@pytest.mark.parametrize("today", DAYS, ids=str)
def test_any_day_will_do(square: Square, today: dt.date) -> None:
    stage = Stage(square.slug, today)
    story = tell(square, stage)
    year = [item for item in story.items if item.date.year == today.year - 1]
    took_place = [item.kind for item in year if item.took_place]
    assert took_place.count(Kind.ACTIVITY) == square.volumes.activities
    assert took_place.count(Kind.EVENT) == 35
    assert sum(day.year == today.year - 1 for day in story.calendar.promised) == 312
    assert all(count.date < today for count in story.counts)
    assert all(item.date in story.calendar.opened for item in story.items if item.took_place)
    assert all(count.date in story.calendar.opened for count in story.counts)
    assert not any(item.took_place for item in story.items if item.date >= today)
    assert all(item.date <= stage.last for item in story.items)
    assert (today in story.calendar.opened) == (today in story.calendar.promised)


def test_an_open_day_has_a_programme_on_any_weekday() -> None:
    for number in range(5):
        today = dt.date(2026, 11, 23) + dt.timedelta(days=number)
        items = tell(LILLTORGET, Stage("lilltorget", today)).items
        hosted = [item for item in items if item.date == today and item.kind == Kind.ACTIVITY]
        assert {"Sångstund med förskolan", "Salsa och bugg"} <= {item.title for item in hosted}


def test_it_refuses_names_that_are_in_use() -> None:
    factories.PlaceFactory.create(slug="stationstorget")
    factories.UserFactory.create(email="host@lilltorget.example")
    with pytest.raises(CommandError, match="stationstorget, host@lilltorget.example"):
        _seed()
    assert Place.objects.count() == 1


def test_it_says_how_a_day_is_written() -> None:
    with pytest.raises(CommandError, match="2026-11-23"):
        _seed("--today", "i går")


def test_logins_are_printed_without_seeding() -> None:
    assert _seed("--logins").splitlines() == logins()
    assert not Place.objects.exists()


def test_another_day_can_be_chosen_but_no_second_seeding() -> None:
    assert "2026-06-14" in _seed("--today", "2026-06-14")
    place = Place.objects.get(slug="lilltorget")
    assert place.started_on == dt.date(2025, 1, 1)
    assert not place.open_days.filter(date__gte="2026-06-14").exists()
    with pytest.raises(CommandError, match="already"):
        _seed()
    assert _seed("--if-empty") == ""
    assert Place.objects.filter(practice_of=None).count() == 2


def test_invented_organisation_numbers_have_a_right_check_digit() -> None:
    assert organisation_number(1) == "990000-0010"
    assert orgnr.is_valid(organisation_number(24))


# In 2028 Christmas Eve is a Sunday.
@pytest.mark.parametrize("today", [TODAY, dt.date(2027, 10, 5)])
def test_the_days_off_that_are_opened_are_not_promised_already(today: dt.date) -> None:
    calendar = days.promise(STATIONSTORGET, Stage("stationstorget", today))
    every = [row.date for row in calendar.planned]
    assert len(every) == len(set(every))
    red = [row.date for row in calendar.planned if row.opens]
    assert len(red) == len(set(red))
    assert all(day in calendar.promised for day in red)


def test_the_age_sets_come_with_the_database() -> None:
    bands = {str(age_set): [str(band) for band in age_set.bands.all()] for age_set in AgeSet.objects.all()}
    assert bands == {
        "AMP 1": ["0–4", "5–14", "15–24", "25–44", "45–64", "65+"],
        "PLDP basic 1": ["0–14", "15–24", "25–64", "65+"],
    }
    assert AgeSet.objects.get(is_default=True).name == "AMP"


@pytest.mark.usefixtures("_seeded")
class TestSeeded:
    """Asked of the demo as seeded on 23 November 2026."""

    def test_a_year_is_as_busy_as_a_published_one(self, lilltorget: Place) -> None:
        opening = opening_result_for(lilltorget, LAST_YEAR, TODAY)
        assert (opening.days_promised, opening.days_held) == (312, 303)
        assert opening.hours_per_week_held is not None
        assert round(opening.hours_per_week_held) == 40
        assert sorted(str(missed.reason) for missed in opening.missed) == [
            *["illness"] * 4,
            "other",
            *["training"] * 2,
            *["weather"] * 2,
        ]
        assert all(missed.note for missed in opening.missed)
        assert [_took_place(lilltorget, kind, LAST_YEAR) for kind in (Kind.ACTIVITY, Kind.EVENT, Kind.EXHIBITION)] == [
            73,
            35,
            4,
        ]
        partners = lilltorget.occurrences.during(LAST_YEAR).took_place().exclude(partner=None)
        assert 48 <= partners.values("partner").distinct().count() <= 54
        markets = lilltorget.headcounts.during(LAST_YEAR).filter(occurrence__title="Julmarknad")
        assert [count.level for count in markets] == [Level.TOTAL] * 3
        assert 1_100 <= markets.aggregate(people=Sum("people"))["people"] <= 1_300

    def test_the_contract_is_matched_and_one_small_part_is_late(self, lilltorget: Place) -> None:
        contract = contract_on(lilltorget, TODAY)
        assert contract is not None
        assert (contract.first, contract.last) == (dt.date(2025, 1, 1), dt.date(2026, 12, 31))
        year = money(contract, 2026, TODAY)
        assert (year.match.municipal, year.match.business) == (Decimal(1_500_000), Decimal(1_500_000))
        assert [party.pledged for party in year.parties] == [1_500_000, 600_000, 450_000, 300_000, 150_000]
        assert [party.late for party in year.parties] == [0, 0, 0, 0, Decimal(37_500)]
        assert year.paid == Decimal(3_000_000) * 3 / 4 - Decimal(37_500)
        before = money(contract, 2025, TODAY)
        assert (before.paid, before.late) == (Decimal(3_000_000), Decimal(0))

    def test_the_other_squares_contract_is_replaced_in_the_middle_of_a_quarter(self, lilltorget: Place) -> None:
        assert len(contracts_during(lilltorget, Period.quarter(2026, 3))) == 1
        station = Place.objects.get(slug="stationstorget")
        old, new = contracts_during(station, Period.quarter(2026, 3))
        assert (old.last, new.first) == (dt.date(2026, 8, 15), dt.date(2026, 8, 16))
        assert [money(one, 2026, TODAY).pledged for one in (old, new)] == [1_200_000, 1_200_000]
        # 46 of 227 days of the one, and 46 of 138 of the other.
        assert money_for([old, new], Period.quarter(2026, 3)) == Decimal("643171.81")
        assert money_for([old, new], Period.year(2026)) == 2_400_000

    def test_the_ledger_adds_up_and_has_no_future(self, lilltorget: Place) -> None:
        assert not Headcount.objects.filter(date__gte=TODAY).exists()
        ledger = CountEntry.objects.aggregate(people=Sum("people"))["people"]
        assert ledger == DailyCount.objects.aggregate(people=Sum("people"))["people"]
        assert ledger == Headcount.objects.aggregate(people=Sum("people"))["people"]
        assert CountEntry.objects.count() < 60_000
        assert not Headcount.objects.filter(people=None).exists()
        assert set(Headcount.objects.values_list("method", flat=True)) == {Headcount.Method.MANUAL}
        zeros = lilltorget.headcounts.of(Measure.STAYING).filter(people=0)
        assert {log.weather for log in lilltorget.day_logs.filter(date__in=zeros.values("date"))} == {"storm"}
        levels = lilltorget.headcounts.of(Measure.PARTICIPATING).values_list("level", flat=True)
        assert set(levels) == {Level.TOTAL, Level.GENDER, Level.GENDER_AGE}

    def test_staying_follows_the_seasons_and_one_in_eleven_is_not_classified(self, lilltorget: Place) -> None:
        def mean(month: int) -> float:
            counts = lilltorget.headcounts.of(Measure.STAYING).during(Period.month(2026, month))
            people = [count.people or 0 for count in counts]
            return sum(people) / len(people)

        assert 15 <= mean(1) <= 25
        assert 42 <= mean(7) <= 56
        staying = DailyCount.objects.filter(place=lilltorget, measure=Measure.STAYING)
        everyone = staying.aggregate(people=Sum("people"))["people"]
        not_classified = staying.filter(gender=0).aggregate(people=Sum("people"))["people"]
        assert 0.08 <= not_classified / everyone <= 0.11

    def test_indicators_show_every_verdict(self, lilltorget: Place) -> None:
        rows = {row.name: row for group in compare(lilltorget) for row in group.rows}
        assert {name: row.verdict for name, row in rows.items()} == {
            "Programmet på torget": Verdict.IMPROVED,
            "Trygghet på dagen": Verdict.WITHIN_MARGIN,
            "Trygghet på kvällen": Verdict.DECLINED,
            "Handlarnas omdöme om torget": Verdict.CANNOT_JUDGE,
            "Vistande under mätmånaden": Verdict.IMPROVED,
            "Kvinnor och flickor bland vistande": Verdict.IMPROVED,
            "Skötselärenden": Verdict.IMPROVED,
        }

    def test_a_reading_from_the_ledger_is_what_the_ledger_holds(self, lilltorget: Place) -> None:
        october = Period.month(2025, 10)
        people = [count.people or 0 for count in lilltorget.headcounts.of(Measure.STAYING).during(october)]
        reading = lilltorget.occasions.get(name="Uppföljning oktober 2025").readings.get(
            indicator__name="Vistande under mätmånaden"
        )
        assert (reading.value, reading.n) == (Decimal(str(round(sum(people) / len(people), 1))), len(people))

    def test_the_other_square_has_changes_without_a_baseline(self) -> None:
        place = Place.objects.get(slug="stationstorget")
        rows = {row.name: row for group in compare(place) for row in group.rows}
        pairs = {
            name: (row.baseline.value, row.follow_up.value)
            for name, row in rows.items()
            if row.baseline and row.follow_up
        }
        assert pairs == {
            "Meningsfulla aktiviteter": (5, 6),
            "Upplevd trygghet": (4, 5),
            "Attraktivitet": (5, 6),
            "Social mångfald": (8, 8),
        }
        changes = {
            row.name: (row.change.value, row.at_least) for row in rows.values() if row.change and row.relative_only
        }
        assert changes == {
            "Personer som stannar": (1.0, False),
            "Upplevt störande beteende": (-0.3, True),
            "Skadegörelse": (-0.4, False),
        }

    def test_a_few_things_are_left_to_do(self, lilltorget: Place) -> None:
        assert [one.missing for one in todo(lilltorget, TODAY)] == [Missing.COUNT, Missing.OUTCOME]
        waiting = lilltorget.occurrences.during(Period.day(TODAY)).values_list("outcome", flat=True)
        assert set(waiting) == {Occurrence.Outcome.PLANNED}
        assert len(waiting) == 4
        today = lilltorget.open_days.get(date=TODAY)
        assert (today.opened < dt.time(11, 1), today.closed) == (True, None)

    def test_series_make_the_same_occurrences_again(self, lilltorget: Place) -> None:
        from activities.actions import materialise

        by = User.objects.get(email="manager@lilltorget.example")
        for series in lilltorget.series.filter(kind=Kind.ACTIVITY):
            done = materialise(series=series, by=by)
            assert (done.made, done.removed) == (0, 0)

    def test_everyone_can_sign_in_and_sees_their_own(self, lilltorget: Place) -> None:
        station = Place.objects.get(slug="stationstorget")
        assert {(place.is_demo, place.area_m2 is not None) for place in (lilltorget, station)} == {(True, True)}
        for person in PEOPLE:
            user = User.objects.get(email=person.email)
            assert user.check_password(PASSWORD)
            seen = set(Place.objects.visible_to(user).filter(practice_of=None).values_list("slug", flat=True))
            assert seen == (set(person.places) or {"lilltorget"})
        assert logins()[0].split() == ["host", "host@lilltorget.example", "lilltorget-demo"]

    def test_the_plan_is_held_against_targets_with_different_words(self, lilltorget: Place) -> None:
        found = expected_reach(lilltorget, Period.season(2027, "winter"))
        assert {one.target.group_words: one.outlook for one in found.prospects} == {
            "kvinnor och flickor": Outlook.MET,
            "kvinnor och flickor 15–24": Outlook.BELOW,
            "alla 65+": Outlook.WITHIN_MARGIN,
        }

    def test_care_voices_and_tags_are_there_to_look_at(self, lilltorget: Place) -> None:
        year = care_figures(lilltorget, Period.year(2026))
        assert 60 <= year.opened <= 90
        assert year.median_days_to_fix is not None
        assert 3 <= year.median_days_to_fix <= 5
        months = [care_figures(lilltorget, Period.month(2026, month)).opened for month in range(1, 11)]
        assert (min(months) >= 5, max(months) <= 12) == (True, True)
        assert not lilltorget.care_cases.filter(seen_on__gte=TODAY).exists()
        assert 3 <= lilltorget.care_cases.filter(fixed_on=None).count() <= 10
        assert {tag for log in lilltorget.day_logs.all() for tag in log.tags} == set(DayLog.Tag.values)
        voices = Voice.objects.filter(place=lilltorget)
        assert 3 <= voices.for_reports().during(Period.parse("2026K3")).count() <= voices.count()
        reachable = lilltorget.partners.exclude(contact_address="")
        assert reachable.count() > lilltorget.partners.count() / 3

    def test_the_programme_is_public_up_to_this_season_and_has_changed_since(self, lilltorget: Place) -> None:
        assert lilltorget.programme_is_public
        assert not Place.objects.get(slug="stationstorget").programme_is_public
        seasons = {(one.year, one.name): one.is_published for one in Season.objects.filter(place=lilltorget)}
        assert seasons.pop((2027, "winter")) is False
        assert set(seasons.values()) == {True}
        assert (2026, "autumn") in seasons
        changes = changes_since(Published.of([lilltorget]))
        assert [(one.what.value, one.at.date()) for one in changes] == [("moved", dt.date(2026, 11, 22))]

    def test_population_is_as_published(self) -> None:
        def people(code: str) -> int:
            rows = Population.objects.filter(municipality_code=code, year=2019)
            assert rows.count() == 12
            return sum(row.people for row in rows)

        # The cells summed by hand.
        assert (people("0136"), people("0380")) == (92_095, 230_767)
        # The squares' own municipalities are invented: the source says whose residents these are.
        sources = Population.objects.values_list("municipality_code", "source").order_by("municipality_code").distinct()
        assert list(sources) == [
            ("0136", "SCB, Haninge kommun, 31 december 2019"),
            ("0380", "SCB, Uppsala kommun, 31 december 2019"),
        ]
