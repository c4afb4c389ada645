"""Indicators of both squares: what was asked and counted, when, and where it should go."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, stdev

from amp.demo.counts import Count
from amp.demo.square import Stage
from measurements.models import Gender, Indicator, Measure, Occasion

Shape, Role, Season = Indicator.Shape, Occasion.Role, Occasion.Season
EXAMPLE = "Påhittade exempelvärden"
SURVEY, COUNTED = "Enkät på plats", "Räkning på plats"
EXPERIENCE, OWN, CARE = "Upplevelse av platsen", "Egna räkningar", "Skötsel"
OCTOBER = 10
# How many answered, one occasion after another.
ANSWERS = (212, 198, 207, 203)
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
    """
    Each October since the one before the square began, as far as today.

    The programme alone is asked about in May as well, from the first spring it existed, as published years do.
    """
    occasions = _halfyears(stage)
    year = stage.today.year
    octobers = [each for each in occasions if each.last.month == OCTOBER]
    own = octobers[1:]
    return MeasurementPlan(
        occasions,
        (
            _asked(
                "Programmet på torget", occasions[1:], ("3.9", "4.2", "4.2", "4.3"), "0.92", {year: "4.2", None: "4.4"}
            ),
            _asked("Trygghet på dagen", octobers, ("3.8", "3.9", "3.9"), "0.98", {year: "4.0", None: "4.0"}),
            _asked("Trygghet på kvällen", octobers, ("3.1", "2.8", "2.7"), "1.10", {year: "3.3", None: "3.5"}),
            _shopkeepers(octobers),
            _staying(octobers[0], own, counts, year),
            _women(octobers[0], own, counts, year),
            _care(octobers, year),
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
    """Those that are over, today not counted; last year's always are."""
    year, method = stage.today.year, "Enkät och räkning på plats"
    occasions = (
        _october(f"Nollmätning oktober {year - 2}", Role.BASELINE, year - 2, method),
        _may(f"Nollmätning maj {year - 1}", Role.BASELINE, year - 1, method),
        _october(f"Uppföljning oktober {year - 1}", Role.FOLLOW_UP, year - 1, method),
        _may(f"Uppföljning maj {year}", Role.FOLLOW_UP, year, method),
        _october(f"Uppföljning oktober {year}", Role.FOLLOW_UP, year, method),
    )
    return tuple(occasion for occasion in occasions if occasion.last < stage.today)


def _may(name: str, role: str, year: int, method: str) -> OccasionPlan:
    return _occasion(name, role, (year, 5, 1), (year, 5, 31), Season.SPRING, method)


def _october(name: str, role: str, year: int, method: str) -> OccasionPlan:
    return _occasion(name, role, (year, 10, 1), (year, 10, 31), Season.AUTUMN, method)


def _occasion(  # noqa: PLR0913, PLR0917  a row of a table
    name: str, role: str, first: tuple[int, int, int], last: tuple[int, int, int], season: str, method: str
) -> OccasionPlan:
    weather = "växlande, 8–16 °C" if season == Season.SPRING else "mest mulet, 4–11 °C"
    return OccasionPlan(name, role, dt.date(*first), dt.date(*last), season, method, weather)


def _asked(
    name: str, occasions: Sequence[OccasionPlan], values: Sequence[str], spread: str, targets: Mapping[int | None, str]
) -> IndicatorPlan:
    """A mean of answers from 1 to 5, with n and spread."""
    readings = tuple(
        ReadingPlan(occasion.name, Decimal(value), n, Decimal(spread))
        for occasion, value, n in zip(occasions, values, ANSWERS, strict=False)
    )
    return IndicatorPlan(
        name, EXPERIENCE, Shape.MEAN, "poäng av 5", SURVEY, readings, (1, 5), targets=tuple(targets.items())
    )


def _shopkeepers(occasions: Sequence[OccasionPlan]) -> IndicatorPlan:
    """Without n and spread, so that nobody can judge it."""
    readings = tuple(
        ReadingPlan(occasion.name, Decimal(value))
        for occasion, value in zip(occasions, ("3.4", "3.6", "3.7"), strict=False)
    )
    return IndicatorPlan(
        "Handlarnas omdöme om torget", EXPERIENCE, Shape.MEAN, "poäng av 5", "Samtal i butikerna", readings, (1, 5)
    )


def _staying(before: OccasionPlan, own: Sequence[OccasionPlan], counts: Sequence[Count], year: int) -> IndicatorPlan:
    """From before there was a ledger to what the ledger holds for the occasion's month."""
    readings = [ReadingPlan(before.name, Decimal("24.6"), 52, Decimal("8.90"))]
    for occasion in own:
        people = [count.people for count in _stayed(counts, occasion)]
        readings.append(ReadingPlan(occasion.name, _rounded(fmean(people), 1), len(people), _rounded(stdev(people), 2)))
    return IndicatorPlan(
        "Vistande under mätmånaden",
        OWN,
        Shape.MEAN,
        "personer per räkning",
        COUNTED,
        tuple(readings),
        targets=((year, "30"), (None, "35")),
    )


def _women(before: OccasionPlan, own: Sequence[OccasionPlan], counts: Sequence[Count], year: int) -> IndicatorPlan:
    """Of those whose gender was judged in the occasion's month, from the ledger where there is one."""
    readings = [ReadingPlan(before.name, Decimal("48.6"), 1_180)]
    for occasion in own:
        judged: Counter[int] = Counter()
        for count in _stayed(counts, occasion):
            for (gender, _band), people in count.cells.items():
                judged[gender] += people
        n = judged[Gender.WOMAN] + judged[Gender.MAN]
        readings.append(ReadingPlan(occasion.name, _rounded(100 * judged[Gender.WOMAN] / n, 1), n))
    return IndicatorPlan(
        "Kvinnor och flickor bland vistande",
        OWN,
        Shape.SHARE,
        "procent",
        COUNTED,
        tuple(readings),
        (0, 100),
        targets=((year, "50"), (None, "50")),
    )


def _care(occasions: Sequence[OccasionPlan], year: int) -> IndicatorPlan:
    """Cases in the five months up to each occasion."""
    readings = tuple(
        ReadingPlan(occasion.name, Decimal(cases) / MONTHS_COUNTED, cases, exposure=Decimal(MONTHS_COUNTED))
        for occasion, cases in zip(occasions, (56, 31, 29), strict=False)
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
