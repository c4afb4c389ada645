"""Care of the place, and voices."""

from functools import cached_property

from reports import sentences
from reports.contexts import CareRow, QuarterlyReport


class CareChapter:
    def __init__(self, report: QuarterlyReport) -> None:
        self.report = report

    @cached_property
    def lead(self) -> str:
        return sentences.care_lead(self.report.care) if self.report.care else ""

    @cached_property
    def rows(self) -> list[tuple[str, CareRow]]:
        """The categories that had anything."""
        rows = self.report.care.rows if self.report.care else ()
        return [
            (sentences.care_category(row.category), row) for row in rows if row.opened or row.fixed or row.open_at_end
        ]


class VoiceChapter:
    def __init__(self, report: QuarterlyReport) -> None:
        self.report = report

    @cached_property
    def rows(self) -> list[tuple[str, str]]:
        """What was said, and where and when."""
        return [
            (one.text, f"{sentences.channel(one.channel)}, {sentences.day(one.date)}") for one in self.report.voices
        ]
