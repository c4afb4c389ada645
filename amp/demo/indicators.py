"""Indicators of both squares: what was asked and counted, when, and where it should go."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, stdev

from amp.demo.counts import Count
from amp.demo.square import Stage
from measurements.models import Gender, Indicator, Measure, Occasion

Shape, Role, Season = Indicator.Shape, Occasion.Role, Occasion.Season
EXAMPLE = "Påhittade exempelvärden"
SURVEY = "Enkät på plats"
EXPERIENCE, OWN, CARE = "Upplevelse av platsen", "Egna räkningar", "Skötsel"
MAY, OCTOBER = 5, 10
MONTHS_COUNTED = 5


@dataclass(frozen=True)
class OccasionPlan:
    name: str
    role: str
    first: dt.date
    last: dt.date
    season: str
    method: str
    weather: str = ""


@dataclass(frozen=True)
class ReadingPlan:
    occasion: str
    value: Decimal | None = None
    n: int | None = None
    spread: Decimal | None = None
    exposure: Decimal | None = None
    relative_change: Decimal | None = None
    at_least: bool = False


@dataclass(frozen=True)
class IndicatorPlan:
    name: str
    group: str
    shape: str
    unit: str
    method: str
    readings: tuple[ReadingPlan, ...]
    scale: tuple[int, int] | None = None
    more_is_better: bool = True
    # By year, None for the whole contract.
    targets: tuple[tuple[int | None, str], ...] = ()


@dataclass(frozen=True)
class MeasurementPlan:
    occasions: tuple[OccasionPlan, ...]
    indicators: tuple[IndicatorPlan, ...]


def lilltorget(stage: Stage, counts: Sequence[Count]) -> MeasurementPlan:
    """Measured in May and October since last year, as far as today."""
    occasions = _halfyears(stage)
    year = stage.today.year
    answers = ((212, "0.95"), (198, "0.90"), (207, "0.92"), (203, "0.91"))

    def asked(
        name: str, values: Sequence[str], spread: str, targets: tuple[tuple[int | None, str], ...]
    ) -> IndicatorPlan:
        readings = tuple(
            ReadingPlan(occasion.name, Decimal(value), n, Decimal(spread))
            for occasion, value, (n, _) in zip(occasions, values, answers, strict=False)
        )
        return IndicatorPlan(name, EXPERIENCE, Shape.MEAN, "poäng av 5", SURVEY, readings, (1, 5), targets=targets)

    return MeasurementPlan(
        occasions,
        (
            asked("Programmet på torget", ("3.9", "4.2", "4.2", "4.3"), "0.92", ((year, "4.2"), (None, "4.4"))),
            asked("Trygghet på dagen", ("3.8", "3.9", "3.9", "3.9"), "0.98", ((year, "4.0"), (None, "4.0"))),
            asked("Trygghet på kvällen", ("3.1", "2.8", "2.8", "2.7"), "1.10", ((year, "3.3"), (None, "3.5"))),
            _shopkeepers(occasions),
            _staying(occasions, counts, year),
            _women(occasions, counts, year),
            _care(occasions, year),
        ),
    )


def stationstorget(stage: Stage, counts: Sequence[Count]) -> MeasurementPlan:  # noqa: ARG001  as its sister
    """Four dimensions two springs apart without n or spread, and effects published as a change only."""
    before, after = stage.today.year - 2, stage.today.year - 1
    occasions = (
        _occasion(
            f"Nollmätning våren {before}", Role.BASELINE, (before, 4, 20), (before, 5, 10), Season.SPRING, SURVEY
        ),
        _occasion(f"Uppföljning våren {after}", Role.FOLLOW_UP, (after, 4, 19), (after, 5, 9), Season.SPRING, SURVEY),
        _occasion(
            f"Effekter till november {after}",
            Role.FOLLOW_UP,
            (after, 11, 1),
            (after, 11, 16),
            Season.AUTUMN,
            "Publicerad förändring",
        ),
    )
    asked = (
        ("Meningsfulla aktiviteter", 5, 6, "6"),
        ("Upplevd trygghet", 4, 5, "6"),
        ("Attraktivitet", 5, 6, "7"),
        ("Social mångfald", 8, 8, "8"),
    )
    changed = (
        ("Personer som stannar", "personer", True, "100", False),
        ("Upplevt störande beteende", "andel som upplevt", False, "-30", True),
        ("Skadegörelse", "ärenden", False, "-40", False),
    )
    return MeasurementPlan(
        occasions,
        (
            *(
                IndicatorPlan(
                    name,
                    EXPERIENCE,
                    Shape.MEAN,
                    "poäng av 10",
                    SURVEY,
                    (
                        ReadingPlan(occasions[0].name, Decimal(was)),
                        ReadingPlan(occasions[1].name, Decimal(became)),
                    ),
                    (0, 10),
                    targets=((None, target),),
                )
                for name, was, became, target in asked
            ),
            *(
                IndicatorPlan(
                    name,
                    "",
                    Shape.RATE,
                    unit,
                    "Observation och register",
                    (ReadingPlan(occasions[2].name, relative_change=Decimal(change), at_least=at_least),),
                    more_is_better=more_is_better,
                )
                for name, unit, more_is_better, change, at_least in changed
            ),
        ),
    )


def _halfyears(stage: Stage) -> tuple[OccasionPlan, ...]:
    """Those that are over, today not counted; the two of last year always are."""
    year, method = stage.today.year, "Enkät och räkning på plats, värdarna"
    occasions = (
        _occasion(
            f"Nollmätning maj {year - 1}", Role.BASELINE, (year - 1, 5, 1), (year - 1, 5, 31), Season.SPRING, method
        ),
        _occasion(
            f"Uppföljning oktober {year - 1}",
            Role.FOLLOW_UP,
            (year - 1, 10, 1),
            (year - 1, 10, 31),
            Season.AUTUMN,
            method,
        ),
        _occasion(f"Uppföljning maj {year}", Role.FOLLOW_UP, (year, 5, 1), (year, 5, 31), Season.SPRING, method),
        _occasion(f"Uppföljning oktober {year}", Role.FOLLOW_UP, (year, 10, 1), (year, 10, 31), Season.AUTUMN, method),
    )
    return tuple(occasion for occasion in occasions if occasion.last < stage.today)


def _occasion(  # noqa: PLR0913, PLR0917  a row of a table
    name: str, role: str, first: tuple[int, int, int], last: tuple[int, int, int], season: str, method: str
) -> OccasionPlan:
    weather = "växlande, 8–16 °C" if season == Season.SPRING else "mest mulet, 4–11 °C"
    return OccasionPlan(name, role, dt.date(*first), dt.date(*last), season, method, weather)


def _shopkeepers(occasions: Sequence[OccasionPlan]) -> IndicatorPlan:
    """Without n and spread, so that nobody can judge it."""
    values = ("3.4", "3.6", "3.7", "3.7")
    readings = tuple(
        ReadingPlan(occasion.name, Decimal(value)) for occasion, value in zip(occasions, values, strict=False)
    )
    return IndicatorPlan(
        "Handlarnas omdöme om torget", EXPERIENCE, Shape.MEAN, "poäng av 5", "Samtal i butikerna", readings, (1, 5)
    )


def _staying(occasions: Sequence[OccasionPlan], counts: Sequence[Count], year: int) -> IndicatorPlan:
    """What the ledger holds for the occasion's month."""
    readings = []
    for occasion in occasions:
        people = [count.people for count in _stayed(counts, occasion)]
        readings.append(ReadingPlan(occasion.name, _rounded(fmean(people), 1), len(people), _rounded(stdev(people), 2)))
    return IndicatorPlan(
        "Vistande per räkning",
        OWN,
        Shape.MEAN,
        "personer per räkning",
        "Räkning på plats",
        tuple(readings),
        targets=((year, "45"), (None, "50")),
    )


def _women(occasions: Sequence[OccasionPlan], counts: Sequence[Count], year: int) -> IndicatorPlan:
    """Of those whose gender was judged in the occasion's month, from the ledger."""
    readings = []
    for occasion in occasions:
        judged = {
            gender: sum(
                people
                for count in _stayed(counts, occasion)
                for (who, _band), people in count.cells.items()
                if who == gender
            )
            for gender in (Gender.WOMAN, Gender.MAN)
        }
        n = sum(judged.values())
        readings.append(ReadingPlan(occasion.name, _rounded(100 * judged[Gender.WOMAN] / n, 1), n))
    return IndicatorPlan(
        "Kvinnor och flickor bland vistande",
        OWN,
        Shape.SHARE,
        "procent",
        "Räkning på plats",
        tuple(readings),
        (0, 100),
        targets=((year, "50"), (None, "50")),
    )


def _care(occasions: Sequence[OccasionPlan], year: int) -> IndicatorPlan:
    """Cases in the five months up to each occasion."""
    readings = tuple(
        ReadingPlan(occasion.name, Decimal(cases) / MONTHS_COUNTED, cases, exposure=Decimal(MONTHS_COUNTED))
        for occasion, cases in zip(occasions, (56, 31, 33, 29), strict=False)
    )
    return IndicatorPlan(
        "Skötselärenden",
        CARE,
        Shape.RATE,
        "ärenden per öppen månad",
        "Värdarnas ärendelista",
        readings,
        more_is_better=False,
        targets=((year, "6"), (None, "5")),
    )


def _stayed(counts: Sequence[Count], occasion: OccasionPlan) -> list[Count]:
    return [
        count for count in counts if count.measure == Measure.STAYING and occasion.first <= count.date <= occasion.last
    ]


def _rounded(value: float, decimals: int) -> Decimal:
    return Decimal(f"{value:.{decimals}f}")
