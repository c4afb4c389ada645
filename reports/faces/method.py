"""Method and data quality."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from measurements.models import Measure
from places.numbers import written as whole
from reports import sentences
from reports.contexts import Coverage, QuarterlyReport
from reports.faces.cells import bar, share_of


@dataclass(frozen=True)
class CoverageRow:
    what: str
    found: int
    expected: int
    share: str
    bar: str


class MethodChapter:
    def __init__(self, report: QuarterlyReport) -> None:
        self.report = report

    @cached_property
    def coverage_heading(self) -> str:
        return sentences.coverage_heading(self.report)

    @cached_property
    def coverage(self) -> list[CoverageRow]:
        quality, programme = self.report.quality, self.report.programme
        told_apart = {crowd.measure for crowd in self.report.people.crowds}
        rows = [
            (_("Open days with a count of people staying"), quality.days_with_staying, quality.open_days),
            (_("Open days with a sample of people passing"), quality.days_with_passing, quality.open_days),
            (
                _("Activities, events and exhibitions with participants counted"),
                programme.counted,
                programme.took_place,
            ),
            *(_judged(one) for one in quality.coverage if one.measure in told_apart),
        ]
        return [
            CoverageRow(what, found, expected, share_of(found, expected), bar(found, expected))
            for what, found, expected in rows
        ]

    @cached_property
    def gaps(self) -> list[tuple[str, str, str, str]]:
        """When, which measure, why, and what it does to the figures."""
        closed = [
            (
                sentences.days(one.first, one.last),
                _("all"),
                _("Closed, %(reason)s") % {"reason": sentences.closed_for(one)},
                ngettext("The day is in no average", "The days are in no average", one.days),
            )
            for one in self.report.opening.closures
        ]
        gaps = [
            (
                sentences.days(one.first, one.last),
                sentences.measure(one.measure),
                sentences.gap_reason(one.reason, one.note),
                _("The gap is not filled in"),
            )
            for one in self.report.quality.gaps
        ]
        return [*closed, *gaps, *self._unexplained()]

    def _unexplained(self) -> list[tuple[str, str, str, str]]:
        count = len(self.report.quality.unexplained)
        if not count:
            return []
        when = ngettext("%(count)s open day", "%(count)s open days", count) % {"count": whole(count)}
        return [(when, _("all"), _("no reason given"), _("The gap is not filled in"))]


def _judged(one: Coverage) -> tuple[str, int, int]:
    what = {
        Measure.PASSING: _("People passing judged by gender and age"),
        Measure.STAYING: _("People staying judged by gender and age"),
        Measure.PARTICIPATING: _("Participants judged by gender and age"),
    }[Measure(one.measure)]
    return what, one.classified, one.total
