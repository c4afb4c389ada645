"""A report dressed for reading: the same words, tables and figures on the web page and on paper."""

import base64
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Kind
from measurements import wording
from measurements.models import Gender, Measure
from measurements.queries.indicator import Measured as Side
from reports import figures, findings, plots, sentences
from reports.contexts import (
    AgeRow,
    CareRow,
    Coverage,
    Crowd,
    Figure,
    KindRow,
    Measured,
    Opening,
    QuarterlyReport,
)
from reports.sentences import kronor, per_cent, tenth, whole
from reports.suppression import Cell

SHORT_HASH = 8
KRONA = Decimal(1)


@dataclass(frozen=True)
class Making:
    """What an edition adds to its figures: its number, when it was made, their checksum, and what changed."""

    number: int
    made_on: dt.date
    sha256: str
    changes: Sequence[str] = ()

    @property
    def short_hash(self) -> str:
        return f"{self.sha256[:SHORT_HASH]}…{self.sha256[-SHORT_HASH:]}"


@dataclass(frozen=True)
class Key:
    """A key figure with the year's beside it."""

    label: str
    value: str
    unit: str
    year: str
    bar: str = ""
    share: str = ""


@dataclass(frozen=True)
class Shown:
    """A figure as an `img`: where it is, and what it says."""

    src: str
    alt: str


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


@dataclass(frozen=True)
class CoverageRow:
    what: str
    found: int
    expected: int
    share: str
    bar: str


@dataclass(frozen=True)
class OpeningRow:
    what: str
    held: str
    promised: str
    share: str
    bar: str


def to_data(svg: str) -> str:
    """An SVG that needs no address of its own."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def draw_here(name: str, report: QuarterlyReport) -> str:
    """For paper: the figure lies in the page itself."""
    return to_data(figures.draw(name, report))


class Face:
    """A report as it is read, in the active language. `place_figure` gives each figure its address."""

    def __init__(self, report: QuarterlyReport, making: Making, place_figure: Callable[[str], str]) -> None:
        self.report = report
        self.making = making
        self.figures = {name: Shown(place_figure(name), figures.alt(name, report)) for name in figures.names(report)}

    @cached_property
    def title(self) -> str:
        return _("Quarterly report to the co-funders")

    @cached_property
    def period(self) -> str:
        return self.report.period.label

    @cached_property
    def summary(self) -> str:
        return " ".join(sentences.summary(self.report))

    @cached_property
    def short_period(self) -> str:
        """Without its months: “Quarter 4 2026”."""
        return self.period.split(",")[0]

    @cached_property
    def foot(self) -> str:
        """What stands under every page."""
        edition = _("edition %(number)s, %(day)s") % {
            "number": self.making.number,
            "day": date_format(self.making.made_on, "j F Y"),
        }
        parts = [self.report.place, self.short_period.lower(), edition, f"data {self.making.short_hash}"]
        return " · ".join([*parts, _("example data")] if self.report.is_demo else parts)

    @cached_property
    def contents(self) -> list[tuple[str, str]]:
        """Each chapter's anchor and title."""
        care = [("care", _("Care of the place"))] if self.report.care else []
        voices = [("voices", _("Voices"))] if self.report.voices else []
        return [
            ("opening", _("Open days against the promise")),
            ("programme", _("Programme against the plan")),
            *care,
            ("people", _("People on the square")),
            ("indicators", _("Indicators")),
            *voices,
            ("money", _("Money")),
            ("next", _("Next period from the wheel")),
            ("method", _("Method and data quality")),
        ]

    @cached_property
    def good(self) -> list[str]:
        return [sentences.finding(one) for one in findings.good_news(self.report)]

    @cached_property
    def bad(self) -> list[str]:
        return [sentences.finding(one) for one in findings.bad_news(self.report)]

    @cached_property
    def keys(self) -> list[Key]:
        people, year = self.report.people.period, self.report.people.year
        return [
            self._open_days(),
            self._open_hours(),
            Key(
                _("Participations"),
                whole(people.participating.value),
                _("visits"),
                self._so_far(whole(year.participating.value)),
            ),
            self._programme(Kind.ACTIVITY),
            self._programme(Kind.EVENT),
            Key(_("Staying"), tenth(people.staying.value), _("per count"), self._so_far(tenth(year.staying.value))),
        ]

    def _open_days(self) -> Key:
        now, year = self.report.opening, self.report.opening_year
        return Key(
            _("Open days"),
            whole(now.days_held),
            _("of %(promised)s promised") % {"promised": whole(now.days_promised)},
            self._so_far(
                _("%(held)s of %(promised)s") % {"held": whole(year.days_held), "promised": whole(year.days_promised)}
            ),
            _bar(now.days_held, now.days_promised),
            _share(now.days_held, now.days_promised),
        )

    def _open_hours(self) -> Key:
        now, year = self.report.opening, self.report.opening_year
        promised = _("h/week, promised %(promised)s") % {"promised": tenth(now.week_promised)}
        held, of = float(now.week_held or 0), float(now.week_promised or 0)
        return Key(
            _("Open on average"),
            tenth(now.week_held),
            promised,
            self._so_far(tenth(year.week_held)),
            _bar(held, of),
            _share(held, of),
        )

    def _programme(self, kind: Kind) -> Key:
        now, year = self.report.programme.kind(kind), self.report.programme.kind(kind, year=True)
        planned = _("of %(planned)s planned") % {"planned": whole(now.planned)}
        if now.unplanned:
            planned = _("of %(planned)s planned, %(extra)s unplanned") % {
                "planned": whole(now.planned),
                "extra": whole(now.unplanned),
            }
        return Key(sentences.kinds(kind), whole(now.held + now.changed), planned, self._so_far(whole(year.took_place)))

    def _so_far(self, number: str) -> str:
        """The year's number; of the whole year only when it is over."""
        return f"{self.year_so_far}: {number}"

    @cached_property
    def ongoing(self) -> bool:
        """The period is not over: the figures go to `as_of`."""
        return self.report.as_of < self.report.period.last

    @cached_property
    def match(self) -> str:
        return sentences.match_sentence(self.report.money) if self.report.money else ""

    @cached_property
    def match_sides(self) -> list[str]:
        money = self.report.money
        if money is None or not money.municipal:
            return []
        return [
            _("1 krona from the municipality"),
            _("%(krona)s from business") % {"krona": kronor(money.per_krona)},
        ]

    @cached_property
    def funders(self) -> str:
        return sentences.funders(self.report.money)

    # --- Opening and programme ------------------------------------------------------------------------------------

    @cached_property
    def opening_lead(self) -> str:
        return sentences.opening_lead(self.report)

    @cached_property
    def programme_lead(self) -> str:
        return sentences.programme_lead(self.report)

    @cached_property
    def opening_rows(self) -> list[OpeningRow]:
        """Days and weekly hours, of the period and of the year."""
        parts = [(self.short_period, self.report.opening), (self.year_so_far, self.report.opening_year)]
        days = [
            OpeningRow(
                _("Open days, %(when)s") % {"when": _inside(when)},
                whole(part.days_held),
                whole(part.days_promised),
                _share(part.days_held, part.days_promised),
                _bar(part.days_held, part.days_promised),
            )
            for when, part in parts
        ]
        return days + [_hours_row(when, part) for when, part in parts]

    @cached_property
    def year_so_far(self) -> str:
        year = {"year": self.report.period.last.year}
        return _("All of %(year)s") % year if self.year_is_over else _("So far in %(year)s") % year

    @cached_property
    def visits_of_year(self) -> str:
        return _("Visits %(year)s") % {"year": self.report.period.last.year}

    @cached_property
    def year_is_over(self) -> bool:
        return (self.report.as_of.month, self.report.as_of.day) == (12, 31)

    @cached_property
    def missed(self) -> list[tuple[str, str]]:
        return [(sentences.day(one.date), sentences.lost_day(one)) for one in self.report.opening.missed]

    @cached_property
    def kinds(self) -> list[tuple[str, KindRow, KindRow]]:
        """Each kind with its rows of the period and of the year."""
        programme = self.report.programme
        return [(sentences.kinds(row.kind), row, programme.kind(row.kind, year=True)) for row in programme.kinds]

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

    # --- People ---------------------------------------------------------------------------------------------------

    @cached_property
    def people_heading(self) -> str:
        return sentences.people_heading(self.report)

    @cached_property
    def representation_heading(self) -> str:
        return sentences.representation_heading(self.report)

    @cached_property
    def months(self) -> list[tuple[str, list[str]]]:
        return [(sentences.month(part), _measures(part)) for part in self.report.people.months]

    @cached_property
    def months_sum(self) -> tuple[str, list[str]]:
        return self.short_period, _measures(self.report.people.period)

    @cached_property
    def crowd(self) -> CrowdTable | None:
        """The people that the pyramid draws."""
        main = findings.main_crowd(self.report)
        return _crowd_table(main) if main else None

    @cached_property
    def measures_by_gender(self) -> list[tuple[str, list[str]]]:
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

    # --- Care and voices ------------------------------------------------------------------------------------------

    @cached_property
    def care_lead(self) -> str:
        return sentences.care_lead(self.report.care) if self.report.care else ""

    @cached_property
    def care(self) -> list[tuple[str, CareRow]]:
        """The categories that had anything."""
        rows = self.report.care.rows if self.report.care else ()
        return [
            (sentences.care_category(row.category), row) for row in rows if row.opened or row.fixed or row.open_at_end
        ]

    @cached_property
    def voices(self) -> list[tuple[str, str]]:
        """What was said, and where and when."""
        return [
            (one.text, f"{sentences.channel(one.channel)}, {sentences.day(one.date)}") for one in self.report.voices
        ]

    # --- Indicators -----------------------------------------------------------------------------------------------

    @cached_property
    def indicator_lead(self) -> str:
        return sentences.indicator_lead(self.report)

    @cached_property
    def indicators(self) -> list[dict[str, str]]:
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

    # --- Money and plan -------------------------------------------------------------------------------------------

    @cached_property
    def parties(self) -> list[dict[str, str]]:
        if self.report.money is None:
            return []
        return [
            {
                "name": one.name,
                "pledged": kronor(one.pledged),
                "paid": kronor(one.paid),
                "late": _late(one.late, one.days_late) if one.late else "0",
            }
            for one in self.report.money.parties
        ]

    @cached_property
    def money_sums(self) -> dict[str, str]:
        money = self.report.money
        if money is None:
            return {}
        return {
            "pledged": kronor(money.pledged),
            "paid": kronor(money.paid),
            "late": kronor(money.late) if money.late else "0",
            "period": kronor(money.period_share.quantize(KRONA)),
            "per_open_hour": kronor(money.per_open_hour and money.per_open_hour.quantize(KRONA)),
            "per_visit": kronor(money.per_visit and money.per_visit.quantize(KRONA)),
        }

    @cached_property
    def plan_lead(self) -> str:
        return sentences.plan_lead(self.report)

    @cached_property
    def plan_items(self) -> list[tuple[str, str, str, str]]:
        return [
            (sentences.day(one.date), one.title, _kind(one.kind), whole(one.expected)) for one in self.report.plan.items
        ]

    @cached_property
    def plan_series(self) -> str:
        return sentences.plan_series(self.report)

    @cached_property
    def plan_left(self) -> int:
        return self.report.plan.items_in_all - len(self.report.plan.items)

    # --- Method ---------------------------------------------------------------------------------------------------

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
            (_("Programmes with participants counted"), programme.counted, programme.took_place),
            *(_judged(one) for one in quality.coverage if one.measure in told_apart),
        ]
        return [
            CoverageRow(what, found, expected, _share(found, expected), _bar(found, expected))
            for what, found, expected in rows
        ]

    @cached_property
    def gaps(self) -> list[tuple[str, str, str, str]]:
        """When, which measure, why, and what it does to the figures."""
        closed = [
            (
                sentences.day(one.date),
                _("all"),
                _("Closed, %(reason)s") % {"reason": sentences.lost_day(one)},
                _("The day is not in the averages"),
            )
            for one in self.report.opening.missed
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


def html(report: QuarterlyReport, making: Making, *, language: str) -> str:
    """The page that becomes the PDF."""
    with translation.override(language):
        face = Face(report, making, lambda name: draw_here(name, report))
        return render_to_string("reports/pdf/quarterly.html", {"face": face, "report": report, "language": language})


def _bar(found: float, expected: float) -> str:
    return to_data(plots.bar(found / expected)) if expected else ""


def _share(found: float, expected: float) -> str:
    return per_cent(found / expected if expected else None)


def _hours_row(when: str, part: Opening) -> OpeningRow:
    held, promised = float(part.week_held or 0), float(part.week_promised or 0)
    return OpeningRow(
        _("Hours a week, %(when)s") % {"when": _inside(when)},
        tenth(part.week_held),
        tenth(part.week_promised),
        _share(held, promised),
        _bar(held, promised),
    )


def _inside(words: str) -> str:
    """As it stands in the middle of a line."""
    return words[:1].lower() + words[1:]


def _kind(kind: str) -> str:
    return str(Kind(kind).label)


def _measures(part: Measured) -> list[str]:
    """Passing an hour and its minutes, staying a count and its counts, visits and the programmes counted."""
    passing, staying, visits = part.passing, part.staying, part.participating
    return [
        whole(passing.value),
        _n(passing),
        _staying(staying),
        _n(staying),
        whole(visits.value),
        _n(visits),
    ]


def _staying(one: Figure) -> str:
    return "–" if one.value is None else wording.figure(one.value, 1)


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
            "share": per_cent(crowd.classified / crowd.people if crowd.people else None),
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
    return per_cent(sum(known)) if len(known) == len(shares) else "–"


def _age(row: AgeRow) -> str:
    return row.age or _("Not judged")


def _cell(cell: Cell) -> str:
    if cell.small:
        return "<5"
    return "x" if cell.kept_back else whole(cell.people)


def _before_and_now(before: Side | None, now: Side | None) -> str:
    return f"{whole(before.n if before else None)} / {whole(now.n if now else None)}"


def _late(amount: Decimal, days: int) -> str:
    text = ngettext("%(amount)s, %(days)s day", "%(amount)s, %(days)s days", days)
    return text % {"amount": kronor(amount), "days": whole(days)}


def _judged(one: Coverage) -> tuple[str, int, int]:
    what = {
        Measure.PASSING: _("People passing judged by gender and age"),
        Measure.STAYING: _("People staying judged by gender and age"),
        Measure.PARTICIPATING: _("Participants judged by gender and age"),
    }[Measure(one.measure)]
    return what, one.classified, one.total
