"""What ends after midnight is an evening with its clock; only what goes on for longer stands for days."""

import datetime as dt

import icalendar
import pytest
from django.test import Client

from activities.models import Occurrence, lasts_days
from places.models import Place
from tests import factories
from tests.conftest import STOCKHOLM

pytestmark = pytest.mark.django_db


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=STOCKHOLM)  # type: ignore[arg-type, misc]


@pytest.fixture
def ball(place: Place) -> Occurrence:
    place.programme_is_public = True
    place.save()
    factories.SeasonFactory.create(
        place=place,
        year=2027,
        name="winter",
        published_at=at(2026, 11, 20),
        published_by=factories.UserFactory.create(),
    )
    starts, ends = at(2026, 12, 31, 21), at(2027, 1, 1, 1)
    made: Occurrence = factories.OccurrenceFactory.create(
        place=place, title="Nyårsbal", kind="event", date=starts.date(), starts_at=starts, ends_at=ends
    )
    return made


@pytest.mark.parametrize(
    ("starts", "ends", "days"),
    [
        (at(2026, 12, 31, 21), at(2027, 1, 1, 1), False),
        (at(2026, 12, 31, 21), at(2027, 1, 1, 0), False),
        # The hour that comes twice, and the one that is missing.
        (at(2026, 10, 24, 21), at(2026, 10, 25, 3), False),
        (at(2027, 3, 27, 21), at(2027, 3, 28, 4), False),
        (at(2026, 12, 30, 10), at(2026, 12, 30, 23), False),
        (at(2026, 12, 30, 12), at(2026, 12, 31, 17), True),
        (at(2026, 12, 30, 10), at(2027, 1, 10, 17), True),
    ],
)
def test_an_evening_is_not_days(starts: dt.datetime, ends: dt.datetime, days: bool) -> None:  # noqa: FBT001
    assert lasts_days(starts, ends) is days


def test_a_ball_has_its_clock_on_the_public_page_and_in_its_week_alone(client: Client, ball: Occurrence) -> None:
    week = client.get("/programme/lilltorget/", {"week": "2026-W53"}).context["week"]
    (day,) = [day for day in week.days if day.items]
    assert (day.date, [item.title for item in day.items], week.running) == (ball.date, ["Nyårsbal"], [])
    assert "21:00–01:00" in client.get("/programme/lilltorget/", {"week": "2026-W53"}).content.decode()
    after = client.get("/programme/lilltorget/", {"week": "2027-W01"}).context["week"]
    assert [day for day in after.days if day.items] == after.running == []


def test_a_ball_takes_ones_time(client: Client, ball: Occurrence) -> None:
    feed = icalendar.Calendar.from_ical(client.get("/programme/lilltorget.ics").content)
    (event,) = feed.walk("VEVENT")
    assert (event["TRANSP"], event["SUMMARY"]) == ("OPAQUE", "Nyårsbal")
