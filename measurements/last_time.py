"""What came of it last time: how it went, how many came and in what weather, beside what is to be planned again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from activities.models import DayLog, Occurrence, Weather
from activities.models.log import WEATHER_ICONS
from measurements.models import Measure
from places.models import Place

Outcome = Occurrence.Outcome
# Of many days, the weathers that were most common.
MOST_WEATHERS = 2


@dataclass(frozen=True)
class WeatherThen:
    """A weather, on so many of the days; the temperature where it is one day's and was written down."""

    weather: str
    days: int
    temperature: int | None = None

    @property
    def label(self) -> str:
        return str(Weather(self.weather).label)

    @property
    def icon(self) -> str:
        return WEATHER_ICONS[Weather(self.weather)]


@dataclass(frozen=True)
class LastTime:
    """What became of some occurrences of the same kind of thing."""

    held: int
    changed: int
    cancelled: int
    # Nobody has told how they went.
    untold: int
    # How many were counted, and the visits at those; None when none was.
    counted: int
    visits: int | None
    weather: tuple[WeatherThen, ...]

    @property
    def times(self) -> int:
        return self.held + self.changed + self.cancelled + self.untold

    @property
    def per_time(self) -> float | None:
        """Visits per counted occurrence."""
        return self.visits / self.counted if self.visits is not None else None

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        """Held, changed, cancelled, in that order; those with none left out."""
        told = (("held", self.held), ("changed", self.changed), ("cancelled", self.cancelled))
        return [(outcome, number) for outcome, number in told if number]


def last_time(place: Place, groups: Iterable[tuple[str, Iterable[Occurrence]]]) -> dict[str, LastTime]:
    """For each key what became of its occurrences. Costs two queries, however many the groups."""
    kept = [(key, list(rows)) for key, rows in groups]
    every = [one for _key, rows in kept for one in rows]
    counts = place.headcounts.of(Measure.PARTICIPATING).collected().filter(occurrence__in=[one.pk for one in every])
    visits = {row.occurrence_id: row.people or 0 for row in counts.only("occurrence_id", "people")}
    logs = place.day_logs.kept().filter(date__in={one.date for one in every}).exclude(weather="")
    sky = {log.date: log for log in logs}
    return {key: _last_time(rows, visits, [sky[one.date] for one in rows if one.date in sky]) for key, rows in kept}


def _last_time(rows: list[Occurrence], visits: dict[int | None, int], logs: list[DayLog]) -> LastTime:
    outcomes = Counter(one.outcome for one in rows)
    counted = [visits[one.pk] for one in rows if one.pk in visits]
    return LastTime(
        held=outcomes[Outcome.HELD],
        changed=outcomes[Outcome.CHANGED],
        cancelled=outcomes[Outcome.CANCELLED],
        untold=outcomes[Outcome.PLANNED],
        counted=len(counted),
        visits=sum(counted) if counted else None,
        weather=_weather(logs),
    )


def _weather(logs: list[DayLog]) -> tuple[WeatherThen, ...]:
    if len(logs) == 1:
        return (WeatherThen(logs[0].weather, 1, logs[0].temperature),)
    common = Counter(log.weather for log in logs).most_common(MOST_WEATHERS)
    return tuple(WeatherThen(weather, days) for weather, days in common)
