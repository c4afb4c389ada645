"""The report as it is read: the same numbers in both languages, bad news printed, dashes and zeros apart."""

import datetime as dt
import re
from dataclasses import replace
from html import unescape

import pytest

from measurements.statistics import Verdict
from reports import faces
from reports.contexts import Missed, QuarterlyReport, sha256_of
from reports.faces import Making
from reports.faces.money import MoneyChapter
from tests.reports import samples

MAKING = Making(2, dt.date(2026, 1, 19), "ab" * 32, ("Open days: 75/78 became 76/78.",))


def text(report: QuarterlyReport, language: str = "en", making: Making = MAKING) -> str:
    html = faces.html(report, making, language=language)
    words = re.sub(r"<style.*?</style>|<head.*?</head>|<[^>]+>", " ", html, flags=re.DOTALL)
    return re.sub(r"[ \n]+", " ", unescape(words))


def test_the_page_shows_the_numbers_of_its_context() -> None:
    page = text(samples.report())
    assert (
        "The square was open 76 of 78 promised days. 27 programmes took place. 2,208 visits at 27 counted occurrences."
        in page
    )
    assert "Events 10 8 1 1 0 0 1,520 35 –" in page
    assert "October 738 400 23.7 42 482 9" in page
    assert "15–24 370 321 36 727 27\xa0% 14\xa0%" in page
    assert "Coverage 91\xa0%: 2,546 of 2,813 judged by gender and age." in page
    assert "Påhittade Fastigheter AB 900,000\xa0SEK 675,000\xa0SEK 225,000\xa0SEK, 31 days" in page
    assert "SHA-256 " + "ab" * 32 in page


def test_swedish_writes_the_same_numbers_its_own_way() -> None:
    page = text(samples.report(), "sv")
    assert (
        "Torget höll öppet 76 av 78 utlovade dagar. 27 program genomfördes. 2\xa0208 besök på 27 räknade tillfällen."
        in page
    )
    assert "Oktober 738 400 23,7 42 482 9" in page
    assert "225\xa0000\xa0kr är försenat från en medfinansiär." in page


def test_days_and_hours_stand_against_the_promise_for_the_period_and_the_year() -> None:
    page = text(samples.report())
    assert "Open days, quarter 4 2025 76 78 97\xa0%" in page
    assert "Open days, all of 2025 303 312 97\xa0%" in page
    assert "Hours a week, quarter 4 2025 39.6 40 99\xa0%" in page
    assert "Hours a week, all of 2025 40 40 100\xa0%" in page


def test_what_is_still_to_come_has_a_column_only_while_there_is_some() -> None:
    assert "No outcome Unplanned Visits" in text(samples.report())
    programme = samples.report().programme
    ahead = replace(programme, kinds=(*programme.kinds[:3], samples.kind("exhibition", 1, 0, ahead=1)))
    page = text(samples.report(programme=ahead))
    assert "No outcome To come Unplanned Visits" in page
    assert "Exhibitions 1 0 0 0 0 1 0 – 3 –" in page


def test_an_invented_municipality_is_never_said_to_have_published_residents() -> None:
    page = text(samples.report())
    assert "Comparison municipality: SCB, 31 december 2019." in page
    assert "Most over their share of the comparison municipality: " in page
    assert "Uppsala" not in page
    real = text(samples.report(is_demo=False))
    assert "Municipality: Uppsala, SCB, 31 december 2019." in real
    assert "Most over their share of the municipality: " in real


def test_bad_news_and_warnings_are_printed() -> None:
    page = text(samples.report())
    assert "Indicator Trygghet på kvällen: 3.0 at the follow-up, 3.4 at the baseline." in page
    assert "a Measured in different seasons, spring and autumn: light and weather differ." in page
    assert "b Only the change is published, without a baseline in numbers." in page
    assert "Open days: 75/78 became 76/78." in page
    assert "27\xa0November all Closed, weather: snöoväder The day is in no average" in page


def test_zero_and_not_collected_stand_apart() -> None:
    page = text(samples.report())
    # No exhibition was planned: zeros. Nobody counted at any: a dash.
    assert "Exhibitions 0 0 0 0 0 0 – 3 –" in page


def test_small_cells_are_hidden_and_the_table_says_how() -> None:
    crowd = samples.crowd(((51, 61, 85), (37, 39, 80), (70, 21, 36), (43, 37, 41), (16, 57, 17), (13, 3, 8)))
    page = text(samples.report(people=replace(samples.people(), crowds=(crowd,))))
    assert "65+ 13 <5 x 24 –" in page
    assert "<5: fewer than 5. x: kept back, so that no such number can be worked out." in page
    assert "Share of those judged; shares do not always sum to 100." in page


def test_other_measures_are_told_by_gender_alone() -> None:
    others = (samples.crowd(), samples.crowd(((10, 20, 5), *samples.COUNTED[1:]), "participating"))
    page = text(samples.report(people=replace(samples.people(), crowds=others)))
    assert "Participations 1,339 1,125 187 2,651 2,651" in page
    assert "Each measure by perceived gender" in page
    assert "Each measure by perceived gender" not in text(samples.report())


def test_example_data_is_named_on_the_cover_and_under_every_page() -> None:
    assert "Example data: the square, its parties and its people are invented." in text(samples.report())
    foot = (
        'data-foot="Lilltorget · quarter 4 2025 · edition 2, 19 January 2026 · data abababab…abababab · example data"'
    )
    assert foot in faces.html(samples.report(), MAKING, language="en")
    assert "example data" not in faces.html(samples.report(is_demo=False), MAKING, language="en").lower()


def test_a_place_with_nothing_says_so_without_blanks() -> None:
    usual = samples.report()
    bare_people = replace(
        usual.people, crowds=(), months=(),
        period=samples.measured(dt.date(2025, 10, 1), dt.date(2025, 12, 31), *[(None, None, None, 0)] * 3),
    )  # fmt: skip
    bare = replace(
        usual,
        is_demo=False,
        as_of=dt.date(2025, 11, 1),
        opening=replace(usual.opening, days_promised=0, days_held=0, missed=(), week_promised=None, week_held=None),
        programme=replace(
            usual.programme, kinds=tuple(samples.kind(row.kind) for row in usual.programme.kinds), exceptional=(),
            exceptional_in_all=0, reasons=(), wheel=(),
        ),
        people=bare_people,
        indicators=(),
        money=None,
        plan=replace(usual.plan, items=(), items_in_all=0, series=()),
        quality=replace(usual.quality, open_days=0, days_with_staying=0, days_with_passing=0, coverage=(), gaps=(),
                        unexplained=()),
        care=None,
        voices=(),
    )  # fmt: skip
    page = text(bare, making=Making(1, dt.date(2025, 11, 2), "cd" * 32))
    assert "No days were promised open in the period. 0 programmes took place; nobody counted the participants." in page
    assert "Nothing has been measured yet." in page
    assert "No co-financing contract is in force on the last day of the period." in page
    assert "Nothing is planned yet for quarter 1 2026, January–March." in page
    assert "No gaps are known." in page
    assert "The period is not over: the figures go to 1 November 2025." in page
    assert "Edition 1. No corrections." in page
    assert page.count("Nothing that is measured met the rules for") == 2


def test_money_that_is_not_matched_says_how_much() -> None:
    usual = samples.report()
    assert usual.money is not None
    from decimal import Decimal

    half = replace(usual.money, business=Decimal(750_000), per_krona=Decimal("0.50"))
    assert "met by 0.50\xa0SEK from business in 2025: 750,000\xa0SEK is not matched." in text(
        replace(usual, money=half)
    )
    none = replace(usual.money, municipal=Decimal(0), per_krona=None, open_days_a_year=None)
    assert "There is no municipal money to match in 2025." in text(replace(usual, money=none))


def test_every_warning_has_its_sentence() -> None:
    from measurements.queries.indicator import Warned

    codes = ("season", "method", "scale", "version", "size")
    row = samples.comparison(
        "WiFi på torget", samples.side(3), samples.side(4), Verdict.WITHIN_MARGIN,
        warnings=tuple(Warned(code, "") for code in codes), shape="share", scale_min=None, scale_max=None,
    )  # fmt: skip
    page = text(samples.report(indicators=(row,)))
    for words in ("different seasons", "in different ways", "Different scales", "The question has changed",
                  "Very different numbers"):  # fmt: skip
        assert words in page
    assert "Within the margin: WiFi på torget." in page


def test_more_than_fits_is_counted() -> None:
    usual = samples.report()
    many = replace(
        usual,
        programme=replace(usual.programme, exceptional_in_all=9, kinds=(
            samples.kind("activation", 1, 1), samples.kind("activity", 5, 5, unplanned=2), samples.kind("event"),
            samples.kind("exhibition"),
        )),
        plan=replace(usual.plan, items_in_all=7),
        opening=replace(usual.opening, extra_days=(dt.date(2025, 10, 5),), days_without_closing_time=2),
    )  # fmt: skip
    page = text(many)
    assert "And 7 more, which the sums hold." in page
    assert "And 4 more." in page
    assert "5 of 5 planned, 2 unplanned" in page
    assert "Open on 1 day that was not promised." in page
    assert "On 2 days nobody wrote down when the hub closed" in page


def test_changes_between_editions_name_what_moved() -> None:
    from django.utils import translation

    from reports import sentences

    usual = samples.report()
    corrected = replace(usual, opening=replace(usual.opening, days_held=77))
    with translation.override("en"):
        assert sentences.changes(usual, corrected) == ["Open days: 76/78 became 77/78."]
        assert sentences.changes(usual, usual) == []


def test_a_short_hash_is_its_two_ends() -> None:
    assert replace(MAKING, sha256=sha256_of("x")).short_hash == "2d711642…921a4881"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (dt.date(2026, 11, 10), dt.date(2026, 11, 10), "10\xa0November"),
        (dt.date(2026, 11, 10), dt.date(2026, 11, 14), "10–14\xa0November"),
        (dt.date(2026, 8, 31), dt.date(2026, 9, 19), "31\xa0August – 19\xa0September"),
    ],
)
def test_days_are_written_as_people_do(first: dt.date, last: dt.date, words: str) -> None:
    from django.utils import translation

    from reports import sentences

    with translation.override("en"):
        assert sentences.days(first, last) == words


def test_missed_days_in_a_row_are_told_together() -> None:
    missed = tuple(Missed(dt.date(2025, 11, day), "works", "ny sten", follows=day > 3) for day in (3, 4, 5, 6, 7, 8))
    opening = samples.report().opening
    page = text(samples.report(opening=replace(opening, missed=missed)))
    assert "Promised days that were closed: 3–8\xa0November, building works: ny sten." in page
    more = text(samples.report(opening=replace(opening, missed=(*missed, *opening.missed))))
    assert "When Reason Days 3–8\xa0November building works: ny sten 6 27\xa0November weather: snöoväder 1" in more
    assert "3–8\xa0November all Closed, building works: ny sten The days are in no average" in page
    assert "6 promised days closed: building works 3–8\xa0November." in page


def test_a_report_under_way_says_so_on_its_cover_and_under_method() -> None:
    page = text(samples.report(as_of=dt.date(2025, 11, 22)))
    assert page.count("The period is not over: the figures go to 22 November 2025.") == 2
    assert "The period is not over" not in text(samples.report())


def test_a_chapter_on_money_without_a_contract_has_no_sums() -> None:
    chapter = MoneyChapter(samples.report(money=None))
    assert (chapter.parties, chapter.sums) == ([], {})


def test_people_compared_with_no_residents_are_headed_by_what_they_are() -> None:
    people = samples.people()
    crowd = replace(people.crowds[0], representation=None)
    page = text(samples.report(people=replace(people, crowds=(crowd,))))
    assert "Perceived gender and age" in page
    assert "Most over their share" not in page
