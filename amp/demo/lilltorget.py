"""Lilltorget: an invented square in an invented municipality, as busy as a published year of a real one."""

import datetime as dt
from decimal import Decimal

from activities.models import Kind
from amp.demo.square import (
    FRI,
    MON,
    SAT,
    THU,
    TUE,
    WED,
    Aim,
    Ground,
    Loss,
    Payer,
    Single,
    Square,
    Volumes,
    Weekly,
    market_saturday,
    midsummer_eve,
    on,
    week,
)
from measurements.models import Gender, RepresentationTarget

Scale = RepresentationTarget.Scale
ALL_WEEK = tuple(range(6))
NOON, ONE, TWO, FOUR, FIVE, SIX, EIGHT = (dt.time(hour) for hour in (12, 13, 14, 16, 17, 18, 20))
ELEVEN, THREE, SEVEN = dt.time(11), dt.time(15), dt.time(19)
STAIRS, PERGOLA = "Trappan", "Pergolan"

# Windows that each lie within one season: (month, day) of the first day and of the day after the last.
WINTER, SPRING, SUMMER = ((1, 2), (3, 1)), ((3, 1), (6, 1)), ((6, 1), (9, 1))
AUTUMN, ADVENT = ((9, 1), (12, 1)), ((12, 1), (12, 24))
SEASONS = (WINTER, SPRING, SUMMER, AUTUMN, ADVENT)


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
    zone = PERGOLA if crowd in {"children", "older"} else STAIRS
    return Weekly(title, Kind.ACTIVITY, (weekday,), *window, *hours, expected, crowd, zone, every, partner)


def _activations() -> tuple[Weekly, ...]:
    board = [
        Weekly("Schack och piano", Kind.ACTIVATION, ALL_WEEK, *window, ELEVEN, FOUR, zone=STAIRS) for window in SEASONS
    ]
    lending = [
        Weekly("Boule, pingis och lånelåda", Kind.ACTIVATION, ALL_WEEK, *window, NOON, FOUR, zone=PERGOLA)
        for window in (SPRING, SUMMER, AUTUMN)
    ]
    return (*board, *lending)


SING = "Sångstund med förskolan", MON
ZUMBA = "Zumba på torget", TUE
SALSA = "Salsa och bugg", WED
CRAFTS = "Pyssel och handarbete", THU
TALK = "Språkkafé", TUE
GREEN = "Odlingsstund", FRI

SING_TIME, ZUMBA_TIME = (ONE, dt.time(13, 45)), (FIVE, dt.time(17, 45))
SALSA_TIME, CRAFTS_TIME = (dt.time(16, 30), SIX), (TWO, dt.time(15, 30))

WEEKLY = (
    _activity(*SING, SPRING, SING_TIME, 28, "children", "Lilltorgets sångfåglar", every=2),
    _activity(*SALSA, ((5, 1), (6, 1)), SALSA_TIME, 36, "mixed", "Lilltorgets dansförening"),
    _activity(*ZUMBA, ((4, 15), (6, 1)), ZUMBA_TIME, 24, "women", "Torgkvarterens gympaförening"),
    _activity(*TALK, WINTER, CRAFTS_TIME, 11, "mixed", "Exempelstadens språkvänner", every=2),
    _activity(*CRAFTS, WINTER, CRAFTS_TIME, 13, "older", "Lilltorgets handarbetscirkel", every=2),
    _activity(*CRAFTS, SPRING, CRAFTS_TIME, 15, "older", "Lilltorgets handarbetscirkel", every=2),
    _activity(*SALSA, ((6, 1), (7, 1)), SALSA_TIME, 42, "mixed", "Lilltorgets dansförening"),
    _activity(*ZUMBA, ((6, 1), (7, 1)), ZUMBA_TIME, 30, "women", "Torgkvarterens gympaförening"),
    _activity(*GREEN, SUMMER, CRAFTS_TIME, 14, "older", "Torgkvarterens odlarförening", every=2),
    _activity(*SALSA, ((8, 8), (9, 1)), SALSA_TIME, 44, "mixed", "Exempelstadens dansförening"),
    _activity(*ZUMBA, ((8, 8), (9, 1)), ZUMBA_TIME, 32, "women", "Exempelstadens motionsförening"),
    _activity(*SING, AUTUMN, SING_TIME, 30, "children", "Exempelstadens kör", every=2),
    _activity(*ZUMBA, ((9, 1), (10, 1)), ZUMBA_TIME, 26, "women", "Exempelstadens motionsförening"),
    _activity(*SALSA, ((9, 1), (10, 8)), SALSA_TIME, 38, "mixed", "Exempelstadens dansförening"),
    _activity(*CRAFTS, AUTUMN, CRAFTS_TIME, 16, "older", "Exempelstadens slöjdgille", every=2),
    _activity(*TALK, ((10, 1), (12, 1)), CRAFTS_TIME, 12, "mixed", "Torgkvarterens språkvänner", every=2),
    _activity(*CRAFTS, ADVENT, CRAFTS_TIME, 18, "older", "Torgkvarterens handarbetscirkel"),
    _activity(*SING, ADVENT, SING_TIME, 34, "children", "Exempelstadens kör"),
    *_activations(),
)

SINGLES = (
    Single("Vinterljusen tänds", "Exempelstadens ljusgille", week(3, FRI), FOUR, SEVEN, 140, "mixed"),
    Single("Snöskulpturer med skolan", "Torgkvarterens fritidsgård", week(5, WED), NOON, TWO, 45, "children"),
    Single("Semmelprovning", "Lilltorgets pensionärsförening", week(7, FRI), ONE, THREE, 60, "older"),
    Single("Sportlovsdisko", "Exempelstadens fritidsgård", week(8, THU), ONE, FOUR, 85, "children"),
    Single("Ljusfest i vinterpaviljongen", "Torgkvarterens hembygdsförening", week(9, SAT), NOON, FOUR, 110, "mixed"),
    Single("Kvinnodagen: samtal och musik", "Exempelstadens kvinnokör", on(3, 8), NOON, TWO, 70, "women"),
    Single("Våffeldag", "Torgkvarterens pensionärsförening", on(3, 25), NOON, THREE, 75, "mixed"),
    Single("Cykelfix", "Lilltorgets cykelklubb", week(14, SAT), ELEVEN, THREE, 48, "mixed"),
    Single("Plantbyte", "Lilltorgets odlarförening", week(17, SAT), ELEVEN, TWO, 90, "older"),
    Single("Konstmånadens öppning", "Lilltorgets konstförening", week(18, THU), FOUR, SEVEN, 120, "mixed"),
    Single("Vårkonsert med blåsorkester", "Exempelstadens blåsorkester", week(19, SAT), ONE, THREE, 130, "older"),
    Single("Bokbytardag", "Lilltorgets bokcirkel", week(20, SAT), ELEVEN, THREE, 62, "mixed"),
    Single("Konstkväll för unga", "Exempelstadens konstförening", week(21, FRI), FIVE, EIGHT, 55, "young"),
    Single("Schackturnering", "Lilltorgets schackklubb", week(22, SAT), ELEVEN, FOUR, 40, "young"),
    Single("Nationaldagsfirande", "Exempelstadens hembygdsförening", on(6, 6), NOON, THREE, 210, "mixed"),
    Single("Skolavslutning på torget", "Torgkvarterens föräldraförening", week(24, WED), NOON, FOUR, 150, "children"),
    Single("Midsommardans", "Exempelstadens folkdanslag", midsummer_eve, NOON, THREE, 320, "mixed", highlight=True),
    Single("Sommarkonsert: visor", "Torgkvarterens visklubb", week(27, THU), FIVE, SEVEN, 95, "older"),
    Single("Sommarkonsert: jazz", "Exempelstadens jazzklubb", week(28, THU), FIVE, SEVEN, 90, "mixed"),
    Single("Streetbasket", "Torgkvarterens idrottsförening", week(29, SAT), NOON, FOUR, 70, "young"),
    Single("Sommarkonsert: körsång", "Lilltorgets kör", week(31, THU), FIVE, SEVEN, 88, "older"),
    Single("Familjedag", "Exempelstadens föräldraförening", week(32, SAT), ELEVEN, THREE, 160, "children"),
    Single("Utomhusbio", "Exempelstadens filmstudio", week(34, FRI), SIX, dt.time(21), 135, "young"),
    Single("Föreningsdag", "Exempelstadens föreningsråd", week(36, SAT), ELEVEN, THREE, 240, "mixed"),
    Single("Danskväll", "Torgkvarterens dansförening", week(37, FRI), FIVE, EIGHT, 115, "mixed"),
    Single("Skördemarknad", "Exempelstadens odlarförening", week(38, SAT), ELEVEN, THREE, 190, "mixed"),
    Single("Trafikantveckan: prova elcykel", "Exempelstadens cykelklubb", week(39, WED), NOON, FOUR, 52, "mixed"),
    Single("Kulturkväll", "Exempelstadens teatersällskap", week(40, SAT), FOUR, EIGHT, 170, "mixed"),
    Single("Äldredagen", "Exempelstadens pensionärsförening", on(10, 1), ONE, THREE, 64, "older"),
    Single("Höstlovsverkstad", "Lilltorgets fritidsgård", week(44, TUE), NOON, THREE, 58, "children"),
    Single("Lyktvandring", "Exempelstadens scoutkår", week(45, FRI), FIVE, SEVEN, 96, "children"),
    Single("Orange veckan: ljusmanifestation", "Torgkvarterens kvinnojour", on(11, 25), FOUR, SIX, 82, "women"),
    Single("Granen tänds", "Lilltorgets hembygdsförening", week(48, FRI), FOUR, SIX, 145, "mixed"),
    Single("Julverkstad", "Lilltorgets slöjdgille", week(49, WED), TWO, FIVE, 54, "children"),
    Single("Luciatåg", "Torgkvarterens kör", on(12, 12), FOUR, FIVE, 125, "children"),
    Single("Julmarknad", "Lilltorgets hantverkare", market_saturday(1), ELEVEN, THREE, 380, "mixed", highlight=True),
    Single("Julmarknad", "Exempelstadens bagargille", market_saturday(2), ELEVEN, THREE, 430, "mixed", highlight=True),
    Single(
        "Julmarknad", "Torgkvarterens loppisvänner", market_saturday(3), ELEVEN, THREE, 390, "mixed", highlight=True
    ),
    Single(
        "Utställning: Vinterljus i fotografi", "Exempelstadens fotoklubb", week(4, MON), ELEVEN, FOUR, None, days=40
    ),
    Single("Utställning: Elevernas stad", "Exempelstadens kulturskola", week(16, TUE), ELEVEN, FOUR, None, days=33),
    Single("Utställning: Torget förr", "Lilltorgets bildarkiv", week(25, TUE), ELEVEN, FOUR, None, days=54),
    Single("Utställning: Textil i väv", "Exempelstadens vävstuga", week(41, MON), ELEVEN, FOUR, None, days=40),
)

LILLTORGET = Square(
    slug="lilltorget",
    name="Lilltorget",
    municipality_code="0380",
    municipality_name="Exempelkommun",
    hub="Paviljongen vid trappan, Lilltorget 1",
    boundary={
        "type": "Polygon",
        "coordinates": [
            [[17.6401, 59.8571], [17.6412, 59.8574], [17.6416, 59.8569], [17.6405, 59.8566], [17.6401, 59.8571]]
        ],
    },
    zones=(
        Ground(STAIRS, "Gå från hubben till planteringen. Räkna alla som sitter eller står kvar.", 1.12),
        Ground(PERGOLA, "Stå vid pumpen. Räkna under taket och på bänkarna runt om.", 0.88),
    ),
    lines=(
        Ground("Norra passagen", "Stå vid klockan. Räkna alla som går eller cyklar över linjen, åt båda håll.", 1.15),
        Ground("Södra passagen", "Stå vid porten. Räkna alla som korsar stenraden, åt båda håll.", 0.85),
    ),
    payers=(
        Payer("Exempelkommun", 11, "municipal", Decimal(1_500_000), "Kommunledningskontoret, kontor@exempel.example"),
        Payer("Norrgaveln Fastigheter AB", 12, "business", Decimal(600_000), "Ekonomi, norr@exempel.example"),
        Payer("Södergaveln Fastigheter AB", 13, "business", Decimal(450_000), "Ekonomi, soder@exempel.example"),
        Payer("Exempelstadens Bostäder AB", 14, "business", Decimal(300_000), "Förvaltning, bo@exempel.example"),
        Payer("Torgboden Livs AB", 15, "business", Decimal(150_000), "Butikschef, butik@exempel.example"),
    ),
    late_payer="Torgboden Livs AB",
    volumes=Volumes(promised_days=312, activities=73, activities_cancelled=6, events_cancelled=3),
    losses=(
        Loss(1, (1, 8), (1, 31), "weather", "Storm, kommunen avrådde från att vistas ute"),
        Loss(4, (2, 1), (3, 10), "illness", "Båda värdarna sjuka"),
        Loss(1, (5, 4), (5, 31), "other", "Strömavbrott i kvarteret"),
        Loss(2, (8, 12), (8, 31), "training", "Gemensam utbildning för alla torgvärdar"),
        Loss(1, (10, 12), (11, 20), "weather", "Storm, träd över gatan"),
    ),
    weekly=WEEKLY,
    singles=SINGLES,
    themes={
        "winter": ("Ljus i mörkret", "Fler som stannar efter klockan 16. Varje vardag en anledning att gå ut."),
        "spring": ("Vi möts ute", "Fler sittplatser i sol. Nya föreningar i programmet."),
        "summer": ("Dans och gröna rum", "Fler kvällar i veckan. Plats för alla åldrar hela lovet."),
        "autumn": ("Skapa tillsammans", "Fler äldre i programmet. Tryggare kväll i södra passagen."),
    },
    staying=(20, 50),
    passing=118,
    passing_days=(TUE, FRI),
    aims=(
        Aim("50", Scale.SHARE, Gender.WOMAN),
        Aim("1", Scale.INDEX, Gender.WOMAN, 15, 24),
        Aim("20", Scale.SHARE, None, 65),
    ),
)
