"""A report made by hand, with every kind of news in it; no database."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from measurements.queries.indicator import Comparison, Measured, Standing, Warned
from measurements.statistics import Change, ChangeKind, Verdict
from reports import contexts
from reports.contexts import (
    AgeRow,
    Care,
    CareRow,
    Coverage,
    Crowd,
    Exceptional,
    Figure,
    Gap,
    GroupShare,
    KindRow,
    Missed,
    Money,
    Opening,
    PartyMoney,
    People,
    Picture,
    Plan,
    PlannedItem,
    PlannedSeries,
    Programme,
    Quality,
    QuarterlyReport,
    Quote,
    Reason,
    Representation,
    WheelDay,
)
from reports.faces import Making
from reports.suppression import suppress

NOTHING = Figure(None, None, None, 0)
BANDS = ((0, 4), (5, 14), (15, 24), (25, 44), (45, 64), (65, None))
COUNTED = ((51, 61, 85), (237, 239, 80), (370, 321, 36), (403, 337, 41), (216, 157, 17), (103, 51, 8))
THERE = ((0.03, 0.031), (0.057, 0.06), (0.071, 0.07), (0.15, 0.156), (0.111, 0.108), (0.091, 0.078))


MAKING = Making(1, dt.date(2026, 1, 19), "ab" * 32)


def picture(photo: int = 12345) -> Picture:
    return Picture(photo, "Barn målar på marken", "Barnens dag", "", dt.date(2025, 10, 11), 4, 3, "cd" * 32)


def kind(code: str, planned: int = 0, held: int = 0, **more: Any) -> KindRow:
    numbers = {"changed": 0, "cancelled": 0, "awaiting": 0, "ahead": 0, "unplanned": 0, "visits": None, "counted": 0}
    return KindRow(code, planned, held, **(numbers | more))


def group(gender: int, band: tuple[int, int | None], share: float, there: float, *, hidden: bool) -> GroupShare:
    if hidden:
        return GroupShare(gender, *band, None, there, None, None, None)
    index = share / there
    return GroupShare(gender, *band, share, there, index, index * 0.9, index * 1.1)


def crowd(counted: Any = COUNTED, measure: str = "staying") -> Crowd:
    shown = suppress(counted)
    classified = sum(woman + man for woman, man, _unknown in counted)
    groups = [
        group(gender, band, people[gender - 1] / classified, there[gender - 1], hidden=cells[gender - 1].hidden)
        for gender in (1, 2)
        for band, people, there, cells in zip(BANDS, counted, THERE, shown, strict=False)
    ]
    return Crowd(
        measure=measure,
        level="gender_age",
        genders=(1, 2, 0),
        rows=tuple(AgeRow(*band, row[:-1], row[-1]) for band, row in zip(BANDS, shown, strict=False)),
        sums=shown[-1][:-1],
        total=shown[-1][-1],
        total_only=0,
        classified=classified,
        people=sum(map(sum, counted)),
        representation=Representation(
            tuple(groups), classified, sum(map(sum, counted)), "Uppsala", 2019, "SCB, 31 december 2019", None, 0.4
        ),
    )


def measured(first: dt.date, last: dt.date, passing: Any, staying: Any, visits: Any) -> contexts.Measured:
    return contexts.Measured(first, last, Figure(*passing), Figure(*staying), Figure(*visits))


def weeks() -> tuple[contexts.Measured, ...]:
    passing = (760, 720, 750, None, 755, 690, 660, 790, 810, 800, 795, 780, 730)
    staying = (23, 25, 24, 24, 20, None, 18, 20, 22, 33, 39, 19, 22)
    visits = (210, None, 100, 20, 155, 160, 40, 100, 458, 460, 485, None, None)
    found = []
    for number in range(13):
        first = dt.date.fromisocalendar(2025, 40 + number, 1)
        p, s, v = passing[number], staying[number], visits[number]
        found.append(
            measured(
                first,
                first + dt.timedelta(6),
                (p, p * 0.88, p * 1.12, 80) if p else (None, None, None, 0),
                (s, s * 0.85, s * 1.15, 9) if s else (None, None, None, 0),
                (v, None, None, 3) if v else (None, None, None, 0),
            )
        )
    return tuple(found)


def people() -> People:
    months = (
        measured(
            dt.date(2025, 10, 1), dt.date(2025, 10, 31), (738, 690, 790, 400), (23.7, 21, 26, 42), (482, None, None, 9)
        ),
        measured(
            dt.date(2025, 11, 1), dt.date(2025, 11, 30), (741, 690, 795, 320), (20.3, 18, 22, 37), (367, None, None, 12)
        ),
        measured(
            dt.date(2025, 12, 1), dt.date(2025, 12, 31), (788, 730, 850, 320), (28.1, 25, 31, 38), (1359, None, None, 6)
        ),
    )
    return People(
        period=measured(
            dt.date(2025, 10, 1),
            dt.date(2025, 12, 31),
            (754, 720, 790, 1040),
            (24.0, 22.4, 25.6, 117),
            (2208, None, None, 27),
        ),
        months=months,
        weeks=weeks(),
        year=measured(
            dt.date(2025, 1, 1),
            dt.date(2025, 12, 31),
            (790, 770, 810, 3660),
            (31.0, 29.5, 32.5, 467),
            (7430, None, None, 108),
        ),
        year_before=measured(
            dt.date(2024, 10, 1),
            dt.date(2024, 12, 31),
            (740, 700, 780, 900),
            (20.0, 18.4, 21.6, 112),
            (2150, None, None, 25),
        ),
        crowds=(crowd(),),
    )


def side(value: float, n: int | None = 180, *, season: str = "spring", low: float | None = None) -> Measured:
    half = None if low is None else value - low
    return Measured(
        "Tillfälle",
        dt.date(2025, 5, 1),
        dt.date(2025, 5, 31),
        season,
        "Enkät på plats",
        1,
        1,
        5,
        value,
        None if half is None else value - half,
        None if half is None else value + half,
        n,
        1.0,
        None,
        "",
    )


def comparison(name: str, before: Measured | None, now: Measured | None, verdict: Verdict, **more: Any) -> Comparison:
    value = now.value - before.value if before and now else 0
    usual: dict[str, Any] = {
        "indicator": 1,
        "name": name,
        "group": "",
        "unit": "1–5",
        "shape": "mean",
        "scale_min": 1.0,
        "scale_max": 5.0,
        "more_is_better": True,
        "method": "Enkät på plats",
        "version": 1,
        "source": "",
        "decimals": 1,
        "baseline": before,
        "follow_up": now,
        "since": "",
        "change": Change(value, value - 0.2, value + 0.2, ChangeKind.DIFFERENCE_OF_MEANS),
        "at_least": False,
        "verdict": verdict,
        "target": 4.2,
        "target_year": None,
        "progress": 0.5,
        "standing": Standing.ON_THE_WAY,
        "warnings": (),
    }
    return Comparison(**(usual | more))


def comparisons() -> tuple[Comparison, ...]:
    season = (Warned("season", "…"),)
    autumn = {"season": "autumn"}
    return (
        comparison(
            "Upplevelse av programmet",
            side(3.9, 184, low=3.75),
            side(4.2, 171, low=4.05, **autumn),
            Verdict.IMPROVED,
            warnings=season,
            standing=Standing.REACHED,
        ),
        comparison(
            "Trygghet på dagen",
            side(4.1, 184, low=3.97),
            side(4.0, 171, low=3.87, **autumn),
            Verdict.WITHIN_MARGIN,
            warnings=season,
        ),
        comparison(
            "Trygghet på kvällen",
            side(3.4, 179, low=3.24),
            side(3.0, 168, low=2.82, **autumn),
            Verdict.DECLINED,
            warnings=season,
            target=3.8,
        ),
        comparison(
            "Skadegörelse",
            None,
            None,
            Verdict.CANNOT_JUDGE,
            unit="ärenden",
            scale_min=None,
            scale_max=None,
            shape="rate",
            more_is_better=False,
            change=Change(-0.4, None, None, ChangeKind.RELATIVE),
            target=None,
            standing=Standing.NO_TARGET,
            progress=None,
            since="Uppföljning 2023",
            warnings=(Warned("no_baseline", "…"),),
        ),
    )


def report(**changes: Any) -> QuarterlyReport:
    """The last quarter of 2025 on an invented square, when 2 of 78 days were missed."""
    year = dt.date(2025, 1, 1)
    usual = QuarterlyReport(
        place="Lilltorget",
        slug="lilltorget",
        municipality="Uppsala",
        operator="Torgdriften AB",
        is_demo=True,
        code="2025K4",
        as_of=dt.date(2025, 12, 31),
        opening=Opening(
            78,
            76,
            Decimal("520.0"),
            Decimal("40.0"),
            Decimal("39.6"),
            (Missed(dt.date(2025, 11, 27), "weather", "snöoväder"), Missed(dt.date(2025, 12, 27), "illness", "")),
            (),
            0,
        ),
        opening_year=Opening(312, 303, Decimal("2080.0"), Decimal("40.0"), Decimal("40.0"), (), (), 0),
        programme=Programme(
            kinds=(
                kind("activation", 2, 2),
                kind("activity", 18, 18, visits=688, counted=18),
                kind("event", 10, 8, changed=1, cancelled=1, visits=1520, counted=9),
                kind("exhibition"),
            ),
            year=(kind("activation", 4, 4), kind("activity", 73, 73), kind("event", 36, 35), kind("exhibition", 3, 3)),
            reasons=(Reason("event", "weather", 1),),
            exceptional=(
                Exceptional(dt.date(2025, 11, 27), "Höstmarknad", "event", "weather", cancelled=True),
                Exceptional(dt.date(2025, 12, 13), "Luciatåg", "event", "organiser", cancelled=False),
            ),
            exceptional_in_all=2,
            partners=23,
            wheel=tuple(
                WheelDay(year + dt.timedelta(number), "event" if number % 4 == 0 else "activity")
                for number in range(2, 360, 5)
            ),
        ),
        people=people(),
        indicators=comparisons(),
        money=Money(
            2025,
            (
                PartyMoney("Exempelkommunen", "municipal", Decimal(1_500_000), Decimal(1_500_000), Decimal(0), 0),
                PartyMoney(
                    "Påhittade Fastigheter AB", "business", Decimal(900_000), Decimal(675_000), Decimal(225_000), 31
                ),
                PartyMoney("Hittepå Livs AB", "business", Decimal(600_000), Decimal(600_000), Decimal(0), 0),
            ),
            Decimal(1_500_000),
            Decimal(1_500_000),
            Decimal(0),
            Decimal(2_775_000),
            Decimal(225_000),
            Decimal("1.00"),
            Decimal("756164.38"),
            Decimal("1454.16"),
            Decimal("342.47"),
            303,
            Decimal("40.0"),
        ),
        plan=Plan(
            "2026K1",
            (
                PlannedItem(dt.date(2026, 1, 31), "Vinterlekar", "event", 150),
                PlannedItem(dt.date(2026, 2, 14), "Alla hjärtans dag", "event", None),
                PlannedItem(dt.date(2026, 3, 2), "Barnens bilder", "exhibition", None),
            ),
            3,
            (
                PlannedSeries("Zumba", "activity", 12),
                PlannedSeries("Schack", "activation", 1),
            ),
        ),
        quality=Quality(
            76,
            74,
            26,
            (Coverage("staying", 2546, 2813),),
            (Gap(dt.date(2025, 11, 10), dt.date(2025, 11, 14), "staying", "hosting", ""),),
            (dt.date(2025, 10, 7),),
        ),
        care=Care(
            opened=18,
            fixed=16,
            open_at_end=3,
            median_days=4.5,
            rows=(CareRow("cleaning", 9, 9, 0), CareRow("graffiti", 9, 7, 3), CareRow("light", 0, 0, 0)),
        ),
        voices=(
            Quote("Det är för mörkt i passagen.", dt.date(2025, 12, 12), "on_site"),
            Quote("Här blir man aldrig ensam.", dt.date(2025, 11, 2), "survey"),
        ),
    )
    return replace(usual, **changes)
