"""The figures of a report by name: what each draws, and the words that say the same."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.dates import MONTHS_3
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.models import Kind
from measurements import wording
from measurements.models import Gender
from measurements.queries.indicator import Comparison
from measurements.queries.indicator import Measured as Side
from places.numbers import NO_BREAK, PER_CENT, per_cent, signed, times, trimmed, written
from places.rounding import exact
from reports import plots, sentences
from reports.contexts import Figure, GroupShare, Measured, QuarterlyReport
from reports.findings import main_crowd

# Room to the left and right of the outermost number where an indicator has no scale.
MARGIN = 0.12
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Warned:
    """A reason to compare with care, under the letter that points back to its indicators."""

    letter: str
    text: str


def names(report: QuarterlyReport) -> list[str]:
    """The figures that the report has something to draw for, in its order."""
    crowd = main_crowd(report)
    known = {
        "year": True,
        "people": True,
        "pyramid": bool(crowd and crowd.representation and _ages(crowd.representation.groups)),
        "indicators": bool(report.indicators),
    }
    return [name for name, has_data in known.items() if has_data]


def draw(name: str, report: QuarterlyReport) -> str:
    """The SVG, with its words in the active language. KeyError for a name that no report has."""
    return _DRAWN[name](report)


def alt(name: str, report: QuarterlyReport) -> str:
    """What sort of figure, what data, what it says."""
    return _SAID[name](report)


def warned(report: QuarterlyReport) -> list[Warned]:
    """Each different reason once, lettered in the order of the indicators."""
    texts = dict.fromkeys(text for row in report.indicators for _code, text in sentences.warnings(row))
    return [Warned(letter, text) for letter, text in zip(LETTERS, texts, strict=False)]


def letters(row: Comparison, report: QuarterlyReport) -> str:
    """Such as “a, c”; empty for an indicator without warnings."""
    own = {text for _code, text in sentences.warnings(row)}
    return ", ".join(one.letter for one in warned(report) if one.text in own)


# --- The year -----------------------------------------------------------------------------------------------------


def _draw_year(report: QuarterlyReport) -> str:
    period = report.period
    marks = [
        plots.WheelMark(one.date.timetuple().tm_yday, one.kind == Kind.EVENT, one.date in period)
        for one in report.programme.wheel
    ]
    return plots.wheel(
        marks,
        months=[str(MONTHS_3[number]) for number in range(1, 13)],
        inside=[month.first.month for month in period.months()],
        centre=(written(report.programme.took_place), _("programmes")),
    )


def _say_year(report: QuarterlyReport) -> str:
    return _("Wheel of the year %(year)s with %(period)s marked: %(count)s programmes took place in it.") % {
        "year": report.period.last.year,
        "period": report.period.label,
        "count": written(report.programme.took_place),
    }


# --- The three measures -------------------------------------------------------------------------------------------


def _draw_people(report: QuarterlyReport) -> str:
    people = report.people
    panels = [
        plots.Panel(
            _("Passing"), _("per counted hour"), "passing", [_point(one, one.passing, report) for one in people.weeks]
        ),
        plots.Panel(
            _("Staying"), _("per count"), "staying", [_point(one, one.staying, report) for one in people.weeks]
        ),
        plots.Panel(
            _("Participations"),
            _("per week"),
            "participating",
            [_point(one, one.participating, report) for one in people.weeks],
            bars=True,
        ),
    ]
    return plots.three_measures(panels, week=_("w. %(week)s"), number=_axis_number)


def _point(part: Measured, one: Figure, report: QuarterlyReport) -> plots.Point:
    return plots.Point(part.first.isocalendar().week, one.value, one.low, one.high, to_come=part.first > report.as_of)


def _say_people(report: QuarterlyReport) -> str:
    now, weeks = report.people.period, report.people.weeks
    return _(
        "Three charts side by side, weeks %(first)s to %(last)s, each on its own scale. Passing: %(passing)s per"
        " counted hour. Staying: %(staying)s per count. Participations: %(visits)s in all. %(message)s."
    ) % {
        "first": weeks[0].first.isocalendar().week,
        "last": weeks[-1].first.isocalendar().week,
        "passing": written(now.passing.value),
        "staying": sentences.per_count(now.staying.value),
        "visits": written(now.participating.value),
        "message": sentences.people_heading(report),
    }


# --- The pyramid --------------------------------------------------------------------------------------------------


def _draw_pyramid(report: QuarterlyReport) -> str:
    groups = _groups(report)
    rows = [_pyramid_row(age, groups) for age in _ages(groups)]
    return plots.pyramid(
        rows,
        woman=sentences.gender(Gender.WOMAN),
        man=sentences.gender(Gender.MAN),
        hidden=_("hidden"),
        number=_axis_number,
    )


def _groups(report: QuarterlyReport) -> tuple[GroupShare, ...]:
    crowd = main_crowd(report)
    return crowd.representation.groups if crowd and crowd.representation else ()


def _ages(groups: tuple[GroupShare, ...]) -> list[str]:
    return list(dict.fromkeys(one.age for one in groups if one.age))


def _pyramid_row(age: str, groups: tuple[GroupShare, ...]) -> plots.PyramidRow:
    sides = {one.gender: one for one in groups if one.age == age}
    woman, man = sides.get(Gender.WOMAN), sides.get(Gender.MAN)
    return plots.PyramidRow(
        age=age,
        woman=woman.share if woman else None,
        man=man.share if man else None,
        woman_there=woman.share_there if woman else None,
        man_there=man.share_there if man else None,
        woman_index=times(woman.index if woman else None),
        man_index=times(man.index if man else None),
    )


def _say_pyramid(report: QuarterlyReport) -> str:
    groups = [
        _("%(group)s %(share)s, in %(municipality)s %(there)s")
        % {
            "municipality": sentences.municipality(is_demo=report.is_demo),
            "group": capfirst(sentences.group(one)),
            "share": _("hidden") if one.share is None else per_cent(one.share),
            "there": per_cent(one.share_there),
        }
        for one in _groups(report)
    ]
    return _("Pyramid of shares by perceived gender and age. %(message)s. %(groups)s.") % {
        "message": sentences.representation_heading(report),
        "groups": "; ".join(groups),
    }


# --- The indicators -----------------------------------------------------------------------------------------------


def _draw_indicators(report: QuarterlyReport) -> str:
    return plots.indicators(
        [_indicator(row, report) for row in report.indicators],
        key=_("Ring: baseline. Dot: now. Dashed line: target. Level line: 95 % interval."),
        judged=_("Judgement"),
    )


def _indicator(row: Comparison, report: QuarterlyReport) -> plots.IndicatorRow:
    low, high = axis(row)
    published = row.relative_only and row.change is not None
    ends = (_change_end(low), _change_end(high)) if published else (_end(row, low), _end(row, high))
    change = plots.Mark(row.change.value, wording.change(row)) if row.change and published else None
    return plots.IndicatorRow(
        name=row.name,
        unit=row.unit,
        direction=wording.direction(row),
        verdict=row.verdict.value,
        verdict_words=sentences.verdict(row),
        letters=letters(row, report),
        low_end=low,
        high_end=high,
        low_word=ends[0],
        high_word=ends[1],
        baseline=None if published else _mark(row, row.baseline),
        now=None if published else _mark(row, row.follow_up),
        target=_target(row),
        change=change,
    )


def _change_end(share: float) -> str:
    return f"{signed(exact(share) * PER_CENT)}{NO_BREAK}%"


def _end(row: Comparison, number: float) -> str:
    words = _axis_number(number)
    return f"{words}{NO_BREAK}%" if row.shape == "share" else words


def _mark(row: Comparison, side: Side | None) -> plots.Mark | None:
    return None if side is None else plots.Mark(side.value, wording.value(row, side.value), side.low, side.high)


def _target(row: Comparison) -> plots.Mark | None:
    if row.target is None or row.relative_only:
        return None
    return plots.Mark(row.target, _("target %(target)s") % {"target": wording.target(row)})


def axis(row: Comparison) -> tuple[float, float]:
    """The scale where there is one; else from zero past the largest number; a published change round zero."""
    if row.relative_only and row.change:
        reach = max(1.0, abs(row.change.value))
        return -reach, reach
    if row.scale_min is not None and row.scale_max is not None:
        return row.scale_min, row.scale_max
    if row.shape == "share":
        return 0, 100
    sides = [side for side in (row.baseline, row.follow_up) if side]
    known = [number for side in sides for number in (side.value, side.high) if number is not None]
    highest = max([*known, row.target or 0], default=0)
    return 0, plots.nice_end(highest * (1 + MARGIN))


def _say_indicators(report: QuarterlyReport) -> str:
    said = " ".join(wording.message(row) for row in report.indicators)
    return _("Dot plot of the indicators, each on its own axis. %(rows)s") % {"rows": said}


def _axis_number(number: float) -> str:
    """With all the decimals of a tick: one at 0.75 is not written 0.8."""
    return trimmed(number, 4)


_DRAWN: dict[str, Callable[[QuarterlyReport], str]] = {
    "year": _draw_year,
    "people": _draw_people,
    "pyramid": _draw_pyramid,
    "indicators": _draw_indicators,
}
_SAID: dict[str, Callable[[QuarterlyReport], str]] = {
    "year": _say_year,
    "people": _say_people,
    "pyramid": _say_pyramid,
    "indicators": _say_indicators,
}
