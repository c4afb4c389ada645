import datetime as dt
from typing import Any

import pytest
from django.test import Client

from activities.models import DayLog, Weather
from activities.weather import Observed, observed
from places.models import Place
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


class Snowing:
    """A source for the tests: it snows today, and of other days nothing is known."""

    def observed(self, _place: Place, day: dt.date) -> Observed | None:
        return Observed(Weather.SNOW, -4, "Väderhuset") if day == TODAY else None


@pytest.fixture
def snowing(settings: Any) -> None:
    settings.AMP_WEATHER = "tests.activities.test_weather.Snowing"


def test_without_a_source_the_weather_is_typed(place: Place, as_host: Client) -> None:
    assert observed(place, TODAY) is None
    assert as_host.get("/p/lilltorget/").context["observed"] is None


def test_today_shows_what_the_source_says_and_the_log_begins_with_it(
    snowing: None, place: Place, as_host: Client
) -> None:
    page = as_host.get("/p/lilltorget/").content.decode()
    assert "Snö -4" in page or "Snö −4" in page
    assert "enligt Väderhuset" in page
    form = as_host.get("/p/lilltorget/log/2026-11-23/").context["form"]
    assert (form["weather"].value(), form["temperature"].value()) == ("snow", -4)
    assert not DayLog.objects.exists()


def test_what_is_written_stands_before_the_source(snowing: None, place: Place, as_host: Client) -> None:
    factories.DayLogFactory.create(place=place, weather="sun")
    assert as_host.get("/p/lilltorget/").context["observed"] is None
    assert as_host.get("/p/lilltorget/log/2026-11-23/").context["form"]["weather"].value() == "sun"


def test_of_another_day_nothing_is_guessed(snowing: None, place: Place, as_host: Client) -> None:
    assert as_host.get("/p/lilltorget/", {"date": "2026-11-22"}).context["observed"] is None
    assert as_host.get("/p/lilltorget/log/2026-11-22/").context["form"]["weather"].value() == ""
