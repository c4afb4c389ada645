"""Stationstorget: an invented square by an invented station, with readings in the form that real ones are published."""

import datetime as dt
from decimal import Decimal

from activities.models import Kind
from amp.demo.lilltorget import ADVENT, ALL_WEEK, AUTUMN, SEASONS, SPRING, SUMMER, WINTER
from amp.demo.square import (
    FRI,
    MON,
    SAT,
    THU,
    TUE,
    WED,
    Ground,
    Loss,
    Payer,
    Single,
    Square,
    Volumes,
    Weekly,
    midsummer_eve,
    on,
    week,
)

ELEVEN, NOON, TWO, THREE, FOUR, FIVE, SIX = (dt.time(hour) for hour in (11, 12, 14, 15, 16, 17, 18))
STAGE = "Scenen"


def _activity(  # noqa: PLR0913, PLR0917  a row of the table below
    title: str,
    weekday: int,
    window: tuple[tuple[int, int], tuple[int, int]],
    hours: tuple[dt.time, dt.time],
    expected: int,
    crowd: str,
    partner: str,
    every: int = 1,
) -> Weekly:
    return Weekly(title, Kind.ACTIVITY, (weekday,), *window, *hours, expected, crowd, STAGE, every, partner)


WEEKLY = (
    _activity("Öppen dans", WED, SPRING, (FOUR, FIVE), 22, "young", "Stationens dansförening", every=2),
    _activity("Läxhjälp", TUE, WINTER, (THREE, FIVE), 14, "young", "Förebildens läxvänner"),
    _activity("Läxhjälp", TUE, SPRING, (THREE, FIVE), 15, "young", "Förebildens läxvänner", every=2),
    _activity("Läxhjälp", TUE, AUTUMN, (THREE, FIVE), 16, "young", "Förebildens läxvänner", every=2),
    _activity("Gemensam löprunda", MON, SPRING, (FIVE, SIX), 12, "mixed", "Förebildens löparklubb", every=2),
    _activity("Gemensam löprunda", MON, AUTUMN, (FIVE, SIX), 13, "mixed", "Förebildens löparklubb", every=2),
    _activity("Sagostund", THU, SPRING, (dt.time(13), TWO), 20, "children", "Stationens sagoberättare", every=2),
    _activity("Sagostund", THU, SUMMER, (dt.time(13), TWO), 24, "children", "Stationens sagoberättare", every=2),
    _activity("Sagostund", THU, AUTUMN, (dt.time(13), TWO), 21, "children", "Stationens sagoberättare", every=2),
    _activity("Öppen dans", WED, SUMMER, (FOUR, FIVE), 26, "young", "Stationens dansförening"),
    _activity("Öppen dans", WED, AUTUMN, (FOUR, FIVE), 24, "young", "Stationens dansförening", every=2),
    _activity("Fredagsfika", FRI, WINTER, (TWO, THREE), 18, "older", "Stationens pensionärsförening"),
    _activity("Fredagsfika", FRI, ADVENT, (TWO, THREE), 22, "older", "Stationens pensionärsförening"),
    *(
        Weekly("Spel och hängmattor", Kind.ACTIVATION, ALL_WEEK, *window, ELEVEN, FOUR, zone=STAGE)
        for window in SEASONS
    ),
)

EVENTS = (
    ("Ljusslingan tänds", 2, FRI, 90, "mixed"),
    ("Vinterpicknick", 4, SAT, 60, "children"),
    ("Pendlarfrukost", 6, WED, 75, "mixed"),
    ("Sportlovskul", 9, WED, 80, "children"),
    ("Dansuppvisning", 11, SAT, 110, "young"),
    ("Språkens dag", 12, THU, 50, "mixed"),
    ("Vårstädning", 15, SAT, 65, "mixed"),
    ("Fröbyte", 16, SAT, 55, "older"),
    ("Pendlarkonsert i april", 17, THU, 85, "mixed"),
    ("Cykeldag", 19, SAT, 95, "mixed"),
    ("Öppen scen i maj", 20, FRI, 70, "young"),
    ("Matrundan", 21, SAT, 160, "mixed"),
    ("Pendlarkonsert i maj", 22, THU, 85, "mixed"),
    ("Sommarstart", 23, FRI, 140, "young"),
    ("Sommarscen: visor", 26, THU, 80, "older"),
    ("Sommarscen: dans", 27, THU, 95, "young"),
    ("Sommarscen: komedi", 28, THU, 90, "mixed"),
    ("Barnens lördag i juli", 29, SAT, 120, "children"),
    ("Sommarscen: kör", 30, THU, 75, "older"),
    ("Fotbollsdag", 31, SAT, 130, "young"),
    ("Barnens lördag i augusti", 32, SAT, 125, "children"),
    ("Skolstartsfest", 34, FRI, 150, "young"),
    ("Pendlarkonsert i september", 36, THU, 85, "mixed"),
    ("Föreningarnas torg", 37, SAT, 210, "mixed"),
    ("Öppen scen i september", 38, FRI, 72, "young"),
    ("Skördebord", 39, SAT, 115, "mixed"),
    ("Pendlarkonsert i oktober", 41, THU, 80, "mixed"),
    ("Seniordag", 42, WED, 58, "older"),
    ("Höstlovsfest", 44, WED, 88, "children"),
    ("Ljusvandring", 46, FRI, 105, "mixed"),
    ("Reflexdag", 47, WED, 64, "children"),
    ("Adventskaffe", 48, SAT, 92, "older"),
    ("Vinterscenen", 49, FRI, 98, "young"),
    ("Lussefika", 50, THU, 115, "mixed"),
    ("Julsång vid perrongen", 51, MON, 130, "mixed"),
)
EXHIBITIONS = (
    ("Utställning: Pendlarporträtt i ljus", 3, 28),
    ("Utställning: Barnens bro", 10, 26),
    ("Utställning: Orten i lera", 15, 26),
    ("Utställning: Skyltar från förr", 20, 26),
    ("Utställning: Sommarväggen", 26, 54),
    ("Utställning: Unga fotografer", 36, 33),
    ("Utställning: Ljus av glas", 43, 40),
)

# They take turns through the year.
PARTNERS = tuple(
    f"{whose} {kind}"
    for kind in (
        "teatergrupp",
        "odlarförening",
        "kör",
        "fritidsgård",
        "cykelklubb",
        "språkcafé",
        "idrottsförening",
        "konstnärer",
        "föräldraförening",
        "hembygdsförening",
        "scoutkår",
        "bokcirkel",
        "musikskola",
        "matlag",
    )
    for whose in ("Stationens", "Förebildens")
)


def _partner(number: int) -> str:
    return PARTNERS[number % len(PARTNERS)]


STATIONSTORGET = Square(
    slug="stationstorget",
    name="Stationstorget",
    municipality_code="0136",
    municipality_name="Förebildskommun",
    hub="Kiosken vid perrongens södra uppgång",
    boundary={
        "type": "Polygon",
        "coordinates": [
            [[18.1340, 59.1690], [18.1352, 59.1692], [18.1355, 59.1687], [18.1343, 59.1685], [18.1340, 59.1690]]
        ],
    },
    zones=(Ground(STAGE, "Gå ett varv runt scenen. Räkna alla som stannat i mer än en halv minut.", 1.0),),
    lines=(Ground("Uppgången", "Stå vid tidtabellen. Räkna alla som passerar spärrlinjen, åt båda håll.", 1.0),),
    payers=(
        Payer("Förebildskommun", 21, "municipal", Decimal(1_200_000), "Stadsmiljö, miljo@forebild.example"),
        Payer("Perrongkvarteret AB", 22, "business", Decimal(700_000), "Ekonomi, perrong@forebild.example"),
        Payer("Spårgatans Hus AB", 23, "business", Decimal(300_000), "Ekonomi, spar@forebild.example"),
        Payer("Stationsboden AB", 24, "business", Decimal(200_000), "Butikschef, bod@forebild.example"),
    ),
    late_payer="",
    renewed=(8, 16),
    volumes=Volumes(promised_days=312, activities=80, activities_cancelled=5, events_cancelled=2),
    losses=(
        Loss(1, (1, 8), (2, 15), "weather", "Snöstorm, tågen inställda"),
        Loss(2, (3, 1), (4, 15), "illness", "Värden sjuk, ingen ersättare"),
        Loss(2, (8, 12), (8, 31), "training", "Gemensam utbildning för alla torgvärdar"),
        Loss(1, (10, 20), (11, 25), "safety", "Torget avspärrat vid en vattenläcka"),
    ),
    weekly=WEEKLY,
    singles=(
        *(
            Single(title, _partner(number), week(number, day), NOON, THREE, people, crowd)
            for title, number, day, people, crowd in EVENTS
        ),
        Single("Nationaldagskaffe", _partner(0), on(6, 6), NOON, TWO, 140, "older"),
        Single("Midsommarstång", _partner(1), midsummer_eve, NOON, THREE, 260, highlight=True),
        *(
            Single(title, _partner(number + 3), week(number, TUE), ELEVEN, FOUR, None, days=days)
            for title, number, days in EXHIBITIONS
        ),
    ),
    themes={
        "winter": ("Värme vid perrongen", "Ett skäl att vänta ute i stället för inne."),
        "spring": ("Hela familjens torg", "Fler barn under tolv på vardagar."),
        "summer": ("Scen varje torsdag", "Program alla veckor, också i juli."),
        "autumn": ("Trygg väg hem", "Fler vuxna på torget klockan 16 till 18."),
    },
    staying=(14, 34),
    passing=150,
    passing_days=(WED,),
)
