"""The chapters on care and voices: gathered, frozen, told in both languages, and absent from older editions."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from django.utils import translation

from places.models import Place
from places.periods import Period
from reports import findings, sentences
from reports.contexts import Care, CareRow, QuarterlyReport, Quote
from reports.faces import Making, html
from tests import factories
from tests.reports import samples
from tests.reports.test_faces import text

QUARTER = Period.quarter(2026, 3)
TODAY = dt.date(2026, 11, 23)


def _gathered(place: Place) -> QuarterlyReport:
    return QuarterlyReport.gather(place, QUARTER, today=TODAY)


@pytest.mark.django_db
def test_a_place_without_cases_and_voices_has_no_such_chapters(place: Place) -> None:
    report = _gathered(place)
    assert (report.care, report.voices) == (None, ())
    page = html(report, Making(1, TODAY, "ab" * 32), language="en")
    assert 'href="#care"' not in page
    assert 'id="voices"' not in page


@pytest.mark.django_db
def test_cases_are_gathered(place: Place) -> None:
    make = factories.CareCaseFactory.create
    make(place=place, seen_on=dt.date(2026, 6, 28), fixed_on=dt.date(2026, 7, 2), category="light")
    make(place=place, seen_on=dt.date(2026, 9, 1), fixed_on=dt.date(2026, 9, 2))
    make(place=place, seen_on=dt.date(2026, 9, 1), fixed_on=dt.date(2026, 10, 1))
    report = _gathered(place)
    assert report.care == Care(
        opened=2,
        fixed=2,
        open_at_end=1,
        median_days=2.5,
        rows=(
            CareRow("cleaning", 2, 1, 1),
            CareRow("graffiti", 0, 0, 0),
            CareRow("damage", 0, 0, 0),
            CareRow("order", 0, 0, 0),
            CareRow("light", 0, 1, 0),
        ),
    )
    assert QuarterlyReport.thaw(report.freeze()) == report


@pytest.mark.django_db
def test_only_the_latest_six_voices_that_may_be_used_are_told(place: Place, other_place: Place) -> None:
    make = factories.VoiceFactory.create
    make(place=place, usable=True, date=dt.date(2026, 7, 1), quote="Åtta")
    for number in range(1, 8):
        make(place=place, usable=True, date=dt.date(2026, 9, 10 - number), quote=f"Nummer {number}")
    make(place=place, usable=True, date=dt.date(2026, 9, 1), quote="Nummer 1")
    make(place=place, date=dt.date(2026, 9, 20), quote="Inte tillfrågad")
    make(place=place, usable=True, date=dt.date(2026, 10, 1), quote="Efteråt")
    make(place=other_place, usable=True, date=dt.date(2026, 9, 20), quote="Någon annanstans")
    report = _gathered(place)
    assert [one.text for one in report.voices] == [f"Nummer {number}" for number in range(1, 7)]
    assert report.voices[0] == Quote("Nummer 1", dt.date(2026, 9, 9), "on_site")


def test_an_edition_from_before_still_opens() -> None:
    """Frozen before the two chapters were: neither field is in its text."""
    old = json.loads(samples.report().freeze())
    del old["care"], old["voices"]
    report = QuarterlyReport.thaw(json.dumps(old))
    assert (report.care, report.voices) == (None, ())
    assert report == replace(QuarterlyReport.thaw(samples.report().freeze()), care=None, voices=())
    assert "Care of the place" not in text(report)
    with translation.override("en"):
        assert sentences.changes(report, samples.report()) == ["Care cases mended: – became 16."]


def test_the_page_tells_them_in_both_languages() -> None:
    page = text(samples.report())
    assert (
        "18 cases were seen and 16 mended; 3 were not mended when the period ended."
        " Half of those mended were done within 4.5 days."
    ) in page
    assert "Cases Cleaning Graffiti Seen 9 9 Mended 9 7 Not mended at the end 0 3" in page
    assert "”Det är för mörkt i passagen.” on site, 12\xa0December" in page
    swedish = text(samples.report(), "sv")
    assert (
        "18 skötselärenden sågs och 16 åtgärdades; 3 var inte åtgärdade när perioden slutade."
        " Hälften av de åtgärdade var klara inom 4,5 dagar."
    ) in swedish
    assert "”Här blir man aldrig ensam.” enkät, 2\xa0november" in swedish


def test_a_single_day_and_no_median() -> None:
    care = Care(3, 0, 3, None, ())
    with translation.override("en"):
        assert sentences.care_lead(care).endswith("ended.")
        assert sentences.care_lead(replace(care, median_days=1.0)).endswith("within 1 day.")


@pytest.mark.parametrize(
    ("care", "rule", "words"),
    [
        (Care(5, 4, 2, 3.0, ()), "care_falls_behind", "More needed care than was mended: 5 cases seen, 4 mended."),
        (Care(4, 4, 2, 3.0, ()), "care_keeps_up", "As much was mended as needed care: 4 cases seen, 4 mended."),
    ],
)
def test_findings_of_care(care: Care, rule: str, words: str) -> None:
    [found] = [one for one in findings.all_findings(samples.report(care=care)) if one.rule.startswith("care")]
    assert (found.rule, found.good) == (rule, rule == "care_keeps_up")
    with translation.override("en"):
        assert sentences.finding(found) == words


@pytest.mark.parametrize("care", [None, Care(0, 0, 2, None, ())])
def test_nothing_seen_and_nothing_mended_is_no_finding(care: Care | None) -> None:
    assert [one for one in findings.all_findings(samples.report(care=care)) if one.rule.startswith("care")] == []
