from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from measurements.statistics import Verdict
from reports import findings, sentences
from reports.contexts import Figure, Opening, QuarterlyReport
from tests.reports import samples


def rules(report: QuarterlyReport, *, good: bool) -> list[str]:
    found = findings.good_news(report) if good else findings.bad_news(report)
    return [one.rule for one in found]


def test_three_of_each_are_printed_the_heaviest_first() -> None:
    report = samples.report()
    assert rules(report, good=True) == ["indicator_better", "more_stay", "all_took_place"]
    assert rules(report, good=False) == ["indicator_worse", "missed_days", "money_is_late"]


def test_bad_news_is_told_as_plainly_as_good() -> None:
    report = samples.report()
    with translation.override("en"):
        assert [sentences.finding(one) for one in findings.bad_news(report)] == [
            "Indicator Trygghet på kvällen: 3.0 at the follow-up, 3.4 at the baseline.",
            "2 promised days closed: weather 27\xa0November; illness 27\xa0December.",
            "225,000\xa0SEK is late from one co-funder.",
        ]
        assert [sentences.finding(one) for one in findings.good_news(report)] == [
            "Indicator Upplevelse av programmet: 4.2 at the follow-up, 3.9 at the baseline.",
            "More people stay than a year before: 24.0 against 20.0 per count.",
            "All 18 planned activities took place.",
        ]


def with_people(report: QuarterlyReport, **figures: tuple[Figure, Figure]) -> QuarterlyReport:
    now, before = report.people.period, report.people.year_before
    for name, (one, other) in figures.items():
        now, before = replace(now, **{name: one}), replace(before, **{name: other})  # type: ignore[arg-type]
    return replace(report, people=replace(report.people, period=now, year_before=before))


def every_rule() -> list[QuarterlyReport]:
    """Reports that between them meet each rule."""
    usual = samples.report()
    fewer = with_people(
        usual,
        staying=(Figure(10, 9, 11, 50), Figure(20, 19, 21, 50)),
        participating=(Figure(80, None, None, 9), Figure(100, None, None, 9)),
    )
    more = with_people(usual, participating=(Figure(120, None, None, 9), Figure(100, None, None, 9)))
    money = usual.money
    assert money is not None
    care = usual.care
    assert care is not None
    paid = replace(money, late=Decimal(0), parties=tuple(replace(one, late=Decimal(0)) for one in money.parties))
    untold = replace(
        usual.programme,
        kinds=(
            samples.kind("activation"),
            samples.kind("activity", 3, 1, cancelled=1, awaiting=1),
            samples.kind("event", 1, 1),
            samples.kind("exhibition", 1, 0, cancelled=1),
        ),
    )
    main = usual.people.crowds[0]
    assert main.representation is not None
    dominant = replace(main, representation=replace(main.representation, dominant=main.representation.groups[2]))
    judged_few = replace(main, classified=100)
    return [
        usual,
        fewer,
        more,
        replace(usual, care=replace(care, fixed=care.opened)),
        replace(usual, money=paid, opening=Opening(78, 78, Decimal(1), Decimal(1), Decimal(1), (), (), 0)),
        replace(usual, programme=untold, quality=replace(usual.quality, days_with_staying=10)),
        replace(usual, people=replace(usual.people, crowds=(dominant,))),
        replace(usual, people=replace(usual.people, crowds=(judged_few,)), money=None),
        replace(usual, people=replace(usual.people, crowds=()), quality=replace(usual.quality, open_days=0)),
    ]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_rule_has_a_sentence_in_both_languages(language: str) -> None:
    found = [one for report in every_rule() for one in findings.all_findings(report)]
    assert {one.rule for one in found} == {
        "opened_as_promised", "missed_days", "all_took_place", "cancelled", "outcome_not_told", "more_stay",
        "fewer_stay", "more_visits", "fewer_visits", "indicator_better", "indicator_worse", "group_missing",
        "one_group_dominates", "few_days_counted", "counted_most_days", "low_coverage", "money_is_late", "money_came",
        "care_falls_behind", "care_keeps_up",
    }  # fmt: skip
    with translation.override(language):
        assert all(sentences.finding(one).endswith(".") for one in found)


def test_many_missed_days_are_counted_and_not_named() -> None:
    missed = samples.report().opening.missed
    report = samples.report(opening=replace(samples.report().opening, missed=missed * 3))
    with translation.override("en"):
        told = [sentences.finding(one) for one in findings.bad_news(report) if one.rule == "missed_days"]
    assert told == ["6 promised days closed."]


def test_an_unjudged_indicator_is_no_news() -> None:
    row = samples.comparison("Ny", samples.side(3), samples.side(4), Verdict.CANNOT_JUDGE)
    assert "indicator_better" not in rules(samples.report(indicators=(row,)), good=True)
