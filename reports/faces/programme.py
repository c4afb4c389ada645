"""Programme against the plan, and the next period from the wheel."""

from functools import cached_property

from django.utils.translation import gettext as _

from activities.models import Kind
from places.numbers import written as whole
from reports import sentences
from reports.contexts import KindRow, QuarterlyReport


class ProgrammeChapter:
    def __init__(self, report: QuarterlyReport) -> None:
        self.report = report

    @cached_property
    def lead(self) -> str:
        return sentences.programme_lead(self.report)

    @cached_property
    def kinds(self) -> list[tuple[str, KindRow, KindRow]]:
        """Each kind with its rows of the period and of the year."""
        programme = self.report.programme
        return [(sentences.kinds(row.kind), row, programme.kind(row.kind, year=True)) for row in programme.kinds]

    @cached_property
    def year_so_far(self) -> str:
        return sentences.year_so_far(self.report)

    @cached_property
    def visits_of_year(self) -> str:
        return _("Visits %(year)s") % {"year": self.report.period.last.year}

    @cached_property
    def has_ahead(self) -> bool:
        """Part of the period's programme is still to come."""
        return any(row.ahead for row in self.report.programme.kinds)

    @cached_property
    def exceptional(self) -> list[tuple[str, str, str, str]]:
        """Day, title, what became of it, and why."""
        became = {True: _("cancelled"), False: _("changed")}
        return [
            (sentences.day(one.date), one.title, became[one.cancelled], sentences.changed_reason(one))
            for one in self.report.programme.exceptional
        ]

    @cached_property
    def reasons(self) -> str:
        return sentences.reasons(self.report)

    @cached_property
    def exceptional_left(self) -> int:
        return self.report.programme.exceptional_in_all - len(self.report.programme.exceptional)


class PlanChapter:
    def __init__(self, report: QuarterlyReport) -> None:
        self.report = report

    @cached_property
    def lead(self) -> str:
        return sentences.plan_lead(self.report)

    @cached_property
    def rows(self) -> list[tuple[str, str, str, str]]:
        return [
            (sentences.day(one.date), one.title, _kind(one.kind), whole(one.expected)) for one in self.report.plan.items
        ]

    @cached_property
    def series(self) -> str:
        return sentences.plan_series(self.report)

    @cached_property
    def left(self) -> int:
        return self.report.plan.items_in_all - len(self.report.plan.items)


def _kind(kind: str) -> str:
    return str(Kind(kind).label)
