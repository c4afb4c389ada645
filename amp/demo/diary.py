"""The weather of each day, and what the hosts wrote about it."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from random import Random

from activities.models import DayLog, Weather
from amp.demo.programme import Item
from amp.demo.square import ONE_DAY, SAT, Stage
from places.opening import ActualOpening, OpeningException

# Usual degrees in the middle of the day in the middle of Sweden, January to December.
DEGREES = (-1, 0, 4, 10, 16, 20, 23, 21, 16, 10, 4, 1)
WINTER_MONTHS = (12, 1, 2)
SKIES = (Weather.SUN, Weather.CLOUDS, Weather.RAIN, Weather.FOG)
SUMMER_SKIES, WINTER_SKIES = (11, 9, 4, 0), (5, 12, 4, 2)
SOME_SNOW = 0.45
LOGGED, WRITTEN = 0.93, 0.6

BY_WEATHER = {
    Weather.SUN: (
        "Bänkarna mot söder fulla från elva till tre.",
        "Många åt lunch ute. Vi ställde fram extra stolar vid planteringarna.",
        "Barnen hade kritor i gång hela eftermiddagen, halva torget är målat.",
        "Kö till bouleklotet vid tretiden.",
    ),
    Weather.CLOUDS: (
        "En jämn dag. Flest kring lunch och när skolan slutade.",
        "Schackborden upptagna från tolv. Två sällskap väntade på tur.",
        "Någon spelade piano i över en timme, folk stannade och lyssnade.",
        "Papperskorgen vid trappan var full redan vid två.",
        "Lånade ut fyra spel och en fotboll. Allt kom tillbaka.",
    ),
    Weather.RAIN: (
        "Regn större delen av dagen. De som kom höll till under taket.",
        "Vatten blir stående vid hörnet mot gatan, anmält till driften.",
        "Få ute men många frågor i hubben om höstens program.",
        "Vi flyttade in spelen, soffan i hubben var aldrig tom.",
    ),
    Weather.SNOW: (
        "Snö på natten. Vi skottade fram bänkarna och sandade trappan.",
        "Barn byggde en snöfamilj mitt på torget, många stannade och tog bilder.",
        "Halt i passagen mot stationen, sandat två gånger.",
    ),
    Weather.FOG: (
        "Dimma hela förmiddagen och stilla på torget.",
        "Lyktorna fick vara tända hela dagen, det gjorde skillnad.",
    ),
    Weather.STORM: (
        "Stormbyar hela förmiddagen. Ingen på torget när vi räknade, lugnare efter lunch.",
        "Tog in parasoller och skyltar. Ingen satt ute före klockan två.",
    ),
}
ALWAYS = (
    "En lampa vid cykelställen är trasig, felanmäld.",
    "Klotter på elskåpet sanerades på förmiddagen.",
    "Flera frågade efter en toalett, vi hänvisade till biblioteket.",
    "Ungdomar hjälpte till att bära in stolarna.",
    "Lugnt hela dagen.",
    "En förskolegrupp åt matsäck här på vägen hem.",
    "Vi saknar sittplatser i skugga, tredje gången någon säger det.",
    "En lös plattsten vid trappan är märkt med kon och felanmäld.",
)
BY_KIND = {
    "event": "Kvällen blev stor: {title} drog folk från hela centrum.",
    "exhibition": "{title} öppnade. Många stannade till på vägen förbi.",
    "activity": "{title} samlade både vana deltagare och nya.",
}

# What stands out in a year's diary is found again by its tag.
TAGS = {
    "Vi saknar sittplatser i skugga, tredje gången någon säger det.": DayLog.Tag.QUOTE,
    "Flera frågade efter en toalett, vi hänvisade till biblioteket.": DayLog.Tag.LESSON,
    "Många åt lunch ute. Vi ställde fram extra stolar vid planteringarna.": DayLog.Tag.LESSON,
    "Ungdomar hjälpte till att bära in stolarna.": DayLog.Tag.COOPERATION,
    "Kvällen blev stor": DayLog.Tag.PRESS,
}


@dataclass(frozen=True)
class Sky:
    weather: Weather
    temperature: int


@dataclass(frozen=True)
class Entry:
    """One row of the day log."""

    date: dt.date
    sky: Sky
    text: str

    @property
    def tags(self) -> list[str]:
        return [str(tag) for words, tag in TAGS.items() if words in self.text]


def skies(stage: Stage, lost: Mapping[dt.date, OpeningException]) -> dict[dt.date, Sky]:
    """The weather of every day to today; two open days in winter and late autumn begin with a storm."""
    random = stage.random("weather")
    found: dict[dt.date, Sky] = {}
    drift = 0.0
    for number in range((stage.today - stage.first).days + 1):
        day = stage.first + number * ONE_DAY
        drift = 0.7 * drift + random.gauss(0, 2)
        temperature = round(_usual(day) + drift)
        found[day] = Sky(_weather(random, day, temperature), temperature)
    storms = {day for day, loss in lost.items() if loss.reason == "weather"} | _stormy(stage, lost)
    return found | {day: Sky(Weather.STORM, found[day].temperature) for day in storms if day in found}


def diary(
    stage: Stage, sky: Mapping[dt.date, Sky], opened: Mapping[dt.date, ActualOpening], items: Collection[Item]
) -> list[Entry]:
    """A row for most days on which the hub has closed; words on most of them."""
    random = stage.random("diary")
    singled: dict[dt.date, Item] = {}
    for item in items:
        if item.took_place and item.kind in BY_KIND and (item.kind != "activity" or random.random() < 0.2):  # noqa: PLR2004
            singled[item.date] = item
    entries: list[Entry] = []
    last = ""
    for day in sorted(opened):
        if opened[day].closed is None or random.random() >= LOGGED:
            continue
        text = _text(random, sky[day], singled.get(day), last)
        entries.append(Entry(day, sky[day], text))
        last = text or last
    return entries


def _text(random: Random, sky: Sky, item: Item | None, last: str) -> str:
    if item:
        return BY_KIND[item.kind].format(title=item.title)
    if random.random() >= WRITTEN and sky.weather != Weather.STORM:
        return ""
    choices = [text for text in BY_WEATHER[sky.weather] if text != last]
    text = random.choice(choices)
    if random.random() < 0.3 and sky.weather != Weather.STORM:  # noqa: PLR2004  now and then one thing more
        text = f"{text} {random.choice(ALWAYS)}"
    return text


def _usual(day: dt.date) -> float:
    """Between the middles of two months, so that no month begins with a jump."""
    before = (day.month - 1 if day.day >= 15 else day.month - 2) % 12  # noqa: PLR2004  the middle of the month
    along = (day.day - 15) % 30 / 30
    return DEGREES[before] * (1 - along) + DEGREES[(before + 1) % 12] * along


def _weather(random: Random, day: dt.date, temperature: int) -> Weather:
    weights = SUMMER_SKIES if 5 <= day.month <= 8 else WINTER_SKIES  # noqa: PLR2004  May to August
    weather = random.choices(SKIES, weights)[0]
    if temperature <= 1 and weather in {Weather.RAIN, Weather.CLOUDS} and random.random() < SOME_SNOW:
        return Weather.SNOW
    return weather


def _stormy(stage: Stage, lost: Collection[dt.date]) -> set[dt.date]:
    days = set()
    for year in range(stage.first.year, stage.today.year + 1):
        for month in (1, 11):
            candidates = [dt.date(year, month, number) for number in range(8, 29)]
            days.add(next(day for day in candidates if day.weekday() < SAT and day not in lost))
    return days
