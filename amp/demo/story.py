"""A square's whole story as plain values, made from its description and the day; nothing here touches the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from amp.demo import counts, days, diary, indicators, money, programme, records
from amp.demo.lilltorget import LILLTORGET
from amp.demo.square import Square, Stage
from amp.demo.stationstorget import STATIONSTORGET

MEASURED = {LILLTORGET.slug: indicators.lilltorget, STATIONSTORGET.slug: indicators.stationstorget}
SQUARES = (LILLTORGET, STATIONSTORGET)


@dataclass(frozen=True)
class Story:
    square: Square
    stage: Stage
    calendar: days.Calendar
    items: Sequence[programme.Item]
    diary: Sequence[diary.Entry]
    care: Sequence[records.Case]
    voices: Sequence[records.Said]
    gaps: Sequence[counts.NotCollected]
    counts: Sequence[counts.Count]
    payments: Sequence[money.Payment]
    measurements: indicators.MeasurementPlan


def tell(square: Square, stage: Stage) -> Story:
    """The same square, day and time give the same story."""
    promise = days.promise(square, stage)
    lost = days.lost_days(square, stage, promise, programme.single_days(square, stage, promise.promised))
    items = programme.programme(square, stage, promise.promised, lost)
    opened = days.opened_days(stage, promise, lost, programme.evenings(items))
    sky = diary.skies(stage, lost)
    gaps = counts.gaps(stage, opened, lost)
    counted = counts.counts(counts.Scene(square, stage, opened, sky, items, gaps))
    return Story(
        square=square,
        stage=stage,
        calendar=days.Calendar(promise.weekly, promise.planned, promise.promised, lost, opened),
        items=items,
        diary=diary.diary(stage, sky, opened, items),
        care=records.care(stage, opened),
        voices=records.voices(stage, opened),
        gaps=gaps,
        counts=counted,
        payments=money.payments(square, stage),
        measurements=MEASURED[square.slug](stage, counted),
    )
