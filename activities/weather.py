"""
Where the day's weather comes from: typed by hand, or told by a source.

AMP_WEATHER names the source's class by its dotted path; empty, the weather is typed. A source is asked when somebody
looks at today, so it must answer from what it has at hand, and never wait for a network.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from activities.models import Weather
from activities.models.log import WEATHER_ICONS
from places.models import Place


@dataclass(frozen=True)
class Observed:
    """What a source says of one day; a degree is Celsius."""

    weather: Weather
    temperature: int | None
    # Who says so, to stand beside it.
    source: str

    @property
    def icon(self) -> str:
        return WEATHER_ICONS[self.weather]


class WeatherSource(Protocol):
    """Made without arguments."""

    def observed(self, place: Place, day: dt.date) -> Observed | None:
        """None where it knows nothing of the day."""


def observed(place: Place, day: dt.date) -> Observed | None:
    """What the source in the settings says; None where the weather is typed."""
    if not settings.AMP_WEATHER:
        return None
    source: WeatherSource = import_string(settings.AMP_WEATHER)()
    return source.observed(place, day)
