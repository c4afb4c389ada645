"""Open days against the promise."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from places.numbers import trimmed as tenth
from places.numbers import written as whole
from places.rounding import Number
from reports import sentences
from reports.contexts import Opening, QuarterlyReport
from reports.faces.cells import bar, inside, share_of

MOST_IN_A_SENTENCE = 2


@dataclass(frozen=True)
class OpeningRow:
    what: str
    held: str
    promised: str
    share: str
    bar: str


class OpeningChapter:
    def __init__(self, report: QuarterlyReport) -> None:
        self.report = report

    @cached_property
    def lead(self) -> str:
        return sentences.opening_lead(self.report)

    @cached_property
    def rows(self) -> list[OpeningRow]:
        """Days and weekly hours, of the period and of the year."""
        parts = [
            (sentences.short_period(self.report), self.report.opening),
            (sentences.year_so_far(self.report), self.report.opening_year),
        ]
        days = [
            OpeningRow(
                _("Open days, %(when)s") % {"when": inside(when)},
                whole(part.days_held),
                whole(part.days_promised),
                share_of(part.days_held, part.days_promised),
                bar(part.days_held, part.days_promised),
            )
            for when, part in parts
        ]
        return days + [_hours_row(when, part) for when, part in parts]

    @cached_property
    def has_table(self) -> bool:
        """A closure or two are told in a sentence."""
        return len(self.missed) > MOST_IN_A_SENTENCE

    @cached_property
    def missed(self) -> list[tuple[str, str, str]]:
        """When, how many days, and why."""
        return [
            (sentences.days(one.first, one.last), whole(one.days), sentences.closed_for(one))
            for one in self.report.opening.closures
        ]


def _hours_row(when: str, part: Opening) -> OpeningRow:
    held, promised = hours(part)
    return OpeningRow(
        _("Hours a week, %(when)s") % {"when": inside(when)},
        tenth(part.week_held),
        tenth(part.week_promised),
        share_of(held, promised),
        bar(held, promised),
    )


def hours(part: Opening) -> tuple[Number | None, Number | None]:
    """Held and promised as they were kept, exactly where they are known to the minute: only their share is shown."""
    if part.minutes_held is None or part.minutes_promised is None:
        return part.week_held, part.week_promised
    return part.minutes_held, part.minutes_promised
