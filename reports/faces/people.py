"""People on the square: the three measures apart, and who they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from measurements.models import Gender
from places.numbers import per_cent, share_of
from places.numbers import written as whole
from places.rounding import exact, rounded
from reports import findings, sentences
from reports.contexts import AgeRow, Crowd, Figure, Measured, QuarterlyReport
from reports.suppression import Cell


@dataclass(frozen=True)
class CrowdTable:
    """A measure by gender and age as text, ready for a table."""

    title: str
    columns: list[str]
    rows: list[tuple[str, list[str]]]
    sums: list[str]
    total_only: str
    coverage: str
    compared: bool
    hides: bool
    keeps_back: bool


class PeopleChapter:
    def __init__(self, report: QuarterlyReport) -> None:
        self.report = report

    @cached_property
    def heading(self) -> str:
        return sentences.people_heading(self.report)

    @cached_property
    def representation_heading(self) -> str:
        return sentences.representation_heading(self.report)

    @cached_property
    def months(self) -> list[tuple[str, list[str]]]:
        return [(sentences.month(part), _measures(part)) for part in self.report.people.months]

    @cached_property
    def months_sum(self) -> tuple[str, list[str]]:
        return sentences.short_period(self.report), _measures(self.report.people.period)

    @cached_property
    def crowd(self) -> CrowdTable | None:
        """The people that the pyramid draws."""
        main = findings.main_crowd(self.report)
        return _crowd_table(main) if main else None

    @cached_property
    def by_gender(self) -> list[tuple[str, list[str]]]:
        """Women, men, those not judged, and all in the table; empty when the pyramid tells it all."""
        crowds = self.report.people.crowds
        if len(crowds) == 1:
            return []
        return [
            (sentences.measure_title(crowd.measure), [*_by_gender(crowd), _cell(crowd.total), whole(crowd.people)])
            for crowd in crowds
        ]

    @cached_property
    def municipality(self) -> str:
        return sentences.municipality(is_demo=self.report.is_demo)

    @cached_property
    def compared_with(self) -> str:
        """Empty when the people are not compared with any residents."""
        main = findings.main_crowd(self.report)
        return sentences.compared_with(self.report, main.representation) if main and main.representation else ""

    @cached_property
    def staying_note(self) -> str:
        n = self.report.people.period.staying.n
        text = ngettext(
            "People staying are those who were on the square when the host counted, once in the period.",
            "People staying are those who were on the square when the host counted, %(count)s times in the period.",
            n,
        )
        return text % {"count": whole(n)}


def _measures(part: Measured) -> list[str]:
    """Passing an hour and its minutes, staying a count and its counts, visits and the occurrences counted."""
    passing, staying, visits = part.passing, part.staying, part.participating
    return [
        whole(passing.value),
        _n(passing),
        sentences.per_count(staying.value),
        _n(staying),
        whole(visits.value),
        _n(visits),
    ]


def _n(one: Figure) -> str:
    return whole(one.n)


def _crowd_table(crowd: Crowd) -> CrowdTable:
    compared = _compared(crowd)
    rows = [
        (_age(row), [*map(_cell, row.cells), _cell(row.total), *compared.get(row.age, ["", ""])]) for row in crowd.rows
    ]
    whole_share = [per_cent(1), per_cent(1)] if compared else []
    if not compared:
        rows = [(age, cells[:-2]) for age, cells in rows]
    cells = [cell for row in crowd.rows for cell in (*row.cells, row.total)] + [*crowd.sums, crowd.total]
    return CrowdTable(
        title=sentences.measure_title(crowd.measure),
        columns=[
            *map(_column, crowd.genders),
            _("All"),
            *([_("Square*"), _("Residents")] if compared else []),
        ],
        rows=rows,
        sums=[*map(_cell, crowd.sums), _cell(crowd.total), *whole_share],
        total_only=whole(crowd.total_only) if crowd.total_only else "",
        coverage=_("Coverage %(share)s: %(classified)s of %(all)s judged by gender and age.")
        % {
            "share": share_of(crowd.classified, crowd.people),
            "classified": whole(crowd.classified),
            "all": whole(crowd.people),
        },
        compared=bool(compared),
        hides=any(cell.small for cell in cells),
        keeps_back=any(cell.kept_back for cell in cells),
    )


def _column(gender: int) -> str:
    """A heading that may be divided after its stroke."""
    return sentences.gender(gender).replace("/", "/ ")


def _by_gender(crowd: Crowd) -> list[str]:
    """Women, men and not judged; a dash where the measure does not tell."""
    sums = dict(zip(crowd.genders, crowd.sums, strict=True))
    return [_cell(sums[code]) if code in sums else "–" for code in (Gender.WOMAN, Gender.MAN, Gender.NOT_CLASSIFIED)]


def _compared(crowd: Crowd) -> dict[str, list[str]]:
    """Each age band's share of the classified and of the municipality; empty where the bands are not the table's."""
    groups = crowd.representation.groups if crowd.representation else ()
    ages = [row.age for row in crowd.rows if row.age]
    if not ages or {group.age for group in groups} != set(ages):
        return {}
    return {
        age: [
            _sum_share([group.share for group in groups if group.age == age]),
            _sum_share([group.share_there for group in groups if group.age == age]),
        ]
        for age in ages
    }


def _sum_share(shares: Sequence[float | None]) -> str:
    known = [share for share in shares if share is not None]
    # Frozen to six decimals, three thirds are not quite all.
    return per_cent(rounded(sum(map(exact, known)), 5)) if len(known) == len(shares) else "–"


def _age(row: AgeRow) -> str:
    return row.age or _("Not judged")


def _cell(cell: Cell) -> str:
    if cell.small:
        return "<5"
    return "x" if cell.kept_back else whole(cell.people)
