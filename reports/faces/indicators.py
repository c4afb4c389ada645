"""Indicators against baseline and target."""

from functools import cached_property

from measurements import wording
from measurements.queries.indicator import Measured as Side
from places.numbers import written as whole
from reports import figures, sentences
from reports.contexts import QuarterlyReport


class IndicatorChapter:
    def __init__(self, report: QuarterlyReport) -> None:
        self.report = report

    @cached_property
    def lead(self) -> str:
        return sentences.indicator_lead(self.report)

    @cached_property
    def rows(self) -> list[dict[str, str]]:
        return [
            {
                "name": row.name,
                "letters": figures.letters(row, self.report),
                "baseline": wording.reading(row, row.baseline),
                "now": wording.reading(row, row.follow_up),
                "target": wording.target(row),
                "change": wording.change(row),
                "interval": wording.interval(row) or "–",
                "n": _before_and_now(row.baseline, row.follow_up),
                "verdict": sentences.verdict(row),
            }
            for row in self.report.indicators
        ]

    @cached_property
    def warned(self) -> list[figures.Warned]:
        return figures.warned(self.report)


def _before_and_now(before: Side | None, now: Side | None) -> str:
    return f"{whole(before.n if before else None)} / {whole(now.n if now else None)}"
