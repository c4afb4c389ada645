"""
What went well and what went worse in a period, by written rules: a report's numbers in, findings out.

Bad news is found by rules as wide as those for good news, and as many of each are printed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from activities.models import Kind
from measurements.queries.indicator import Standing
from measurements.statistics import Verdict
from reports.contexts import Crowd, Figure, GroupShare, QuarterlyReport

MOST = 3
# A sum of visits that differs less than this from the year before is called alike.
CLEARLY = 0.10
# A group is missing when even the upper end of its interval is below half of its share of the municipality.
MISSING = 0.5
# Below these shares the counting itself is bad news.
FEWEST_DAYS_COUNTED, LEAST_COVERAGE = 0.8, 0.7
PROGRAMMES = (Kind.ACTIVITY, Kind.EVENT, Kind.EXHIBITION)


@dataclass(frozen=True)
class Finding:
    """A rule that was met, how much it weighs (the heaviest are printed), and its numbers."""

    rule: str
    good: bool
    weight: float
    facts: dict[str, Any]


def good_news(report: QuarterlyReport) -> list[Finding]:
    return _heaviest(report, good=True)


def bad_news(report: QuarterlyReport) -> list[Finding]:
    return _heaviest(report, good=False)


def all_findings(report: QuarterlyReport) -> list[Finding]:
    return [finding for rule in RULES for finding in rule(report)]


def main_crowd(report: QuarterlyReport) -> Crowd | None:
    """The people whose gender and age are drawn: those who stay, else who take part, else who pass."""
    order = ("staying", "participating", "passing")
    known = {crowd.measure: crowd for crowd in report.people.crowds}
    return next((known[measure] for measure in order if measure in known), None)


def _heaviest(report: QuarterlyReport, *, good: bool) -> list[Finding]:
    found = [finding for finding in all_findings(report) if finding.good == good]
    return sorted(found, key=lambda finding: -finding.weight)[:MOST]


def _opening(report: QuarterlyReport) -> Iterator[Finding]:
    opening = report.opening
    if opening.days_promised and not opening.missed:
        yield Finding("opened_as_promised", good=True, weight=6, facts={"days": opening.days_held})
    if opening.missed:
        lost = len(opening.missed) / opening.days_promised
        facts = {"missed": len(opening.missed), "closures": opening.closures}
        yield Finding("missed_days", good=False, weight=6 + 20 * lost, facts=facts)


def _programme(report: QuarterlyReport) -> Iterator[Finding]:
    for kind in PROGRAMMES:
        row = report.programme.kind(kind)
        facts = {"kind": row.kind, "planned": row.planned, "cancelled": row.cancelled, "took_place": row.took_place}
        if row.planned and row.held + row.changed == row.planned:
            yield Finding("all_took_place", good=True, weight=4, facts=facts)
        if row.cancelled:
            yield Finding("cancelled", good=False, weight=4 + 5 * row.cancelled / row.planned, facts=facts)
    awaiting = sum(row.awaiting for row in report.programme.kinds)
    if awaiting:
        yield Finding("outcome_not_told", good=False, weight=5, facts={"count": awaiting})


def _staying(report: QuarterlyReport) -> Iterator[Finding]:
    """Against the same period a year before, only where the intervals do not meet."""
    now, before = report.people.period.staying, report.people.year_before.staying
    facts = {"now": now.value, "before": before.value}
    if _above(now, before):
        yield Finding("more_stay", good=True, weight=7, facts=facts)
    if _above(before, now):
        yield Finding("fewer_stay", good=False, weight=7, facts=facts)


def _visits(report: QuarterlyReport) -> Iterator[Finding]:
    now, before = report.people.period.participating, report.people.year_before.participating
    if not now.value or not before.value:
        return
    change = now.value / before.value - 1
    facts = {"now": now.value, "before": before.value}
    if change >= CLEARLY:
        yield Finding("more_visits", good=True, weight=5, facts=facts)
    if change <= -CLEARLY:
        yield Finding("fewer_visits", good=False, weight=5, facts=facts)


def _indicators(report: QuarterlyReport) -> Iterator[Finding]:
    for row in report.indicators:
        if row.verdict == Verdict.IMPROVED:
            reached = row.standing in {Standing.REACHED, Standing.HELD}
            yield Finding("indicator_better", good=True, weight=8 + reached, facts={"row": row})
        if row.verdict == Verdict.DECLINED:
            yield Finding("indicator_worse", good=False, weight=9, facts={"row": row})


def _representation(report: QuarterlyReport) -> Iterator[Finding]:
    crowd = main_crowd(report)
    if crowd is None or crowd.representation is None:
        return
    facts = {"is_demo": report.is_demo, "limit": crowd.representation.limit}
    missing = [group for group in crowd.representation.groups if group.high is not None and group.high < MISSING]
    if missing:
        fewest = min(missing, key=_index)
        yield Finding("group_missing", good=False, weight=5.5, facts={**facts, "group": fewest})
    if crowd.representation.dominant:
        yield Finding(
            "one_group_dominates", good=False, weight=5.2, facts={**facts, "group": crowd.representation.dominant}
        )


def _counting(report: QuarterlyReport) -> Iterator[Finding]:
    quality = report.quality
    if quality.open_days:
        facts = {"days": quality.days_with_staying, "of": quality.open_days}
        if quality.days_with_staying < FEWEST_DAYS_COUNTED * quality.open_days:
            yield Finding("few_days_counted", good=False, weight=4.5, facts=facts)
        else:
            yield Finding("counted_most_days", good=True, weight=2, facts=facts)
    crowd = main_crowd(report)
    if crowd and crowd.people and crowd.classified < LEAST_COVERAGE * crowd.people:
        judged = {"classified": crowd.classified, "people": crowd.people, "measure": crowd.measure}
        yield Finding("low_coverage", good=False, weight=4.2, facts=judged)


def _money(report: QuarterlyReport) -> Iterator[Finding]:
    money = report.money
    if money is None:
        return
    late = [party for party in money.parties if party.late]
    if late:
        yield Finding("money_is_late", good=False, weight=5.8, facts={"amount": money.late, "parties": len(late)})
    elif money.paid:
        yield Finding("money_came", good=True, weight=3, facts={"amount": money.paid})


def _care(report: QuarterlyReport) -> Iterator[Finding]:
    care = report.care
    if care is None:
        return
    facts = {"opened": care.opened, "fixed": care.fixed, "waiting": care.open_at_end}
    if care.fixed < care.opened:
        yield Finding("care_falls_behind", good=False, weight=3.8, facts=facts)
    elif care.fixed:
        yield Finding("care_keeps_up", good=True, weight=2.8, facts=facts)


RULES: tuple[Callable[[QuarterlyReport], Iterator[Finding]], ...] = (
    _opening,
    _programme,
    _staying,
    _visits,
    _indicators,
    _representation,
    _counting,
    _money,
    _care,
)


def _above(one: Figure, other: Figure) -> bool:
    """The whole interval of one is above that of the other; False where either has none."""
    return one.low is not None and other.high is not None and one.low > other.high


def _index(group: GroupShare) -> float:
    return group.index or 0
