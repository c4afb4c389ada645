"""A figure of an edition is printed alike wherever it stands, and means the rows that its name says."""

import datetime as dt
import io
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from html import unescape
from typing import Any

import pypdf
import pytest
from django.utils import translation

from activities.models import Kind, Occurrence
from measurements.models import Headcount, Measure
from places.models import OpenDay, Place
from places.numbers import written as numbers_written
from places.periods import Period
from reports import faces, figures, findings, pdf, sentences
from reports.contexts import Figure, Opening, QuarterlyReport
from reports.faces import Face
from reports.sheet import Sheet
from tests import factories
from tests.reports import samples
from tests.reports.conftest import count

TODAY = dt.date(2026, 11, 23)
# Halves, one short of all, one above none, nothing after the point, thousands, and none.
NUMBERS = [
    (1078 / 56, 302, 303, Decimal("40.3"), 12_345),
    (24.0, 303, 303, Decimal("40.4"), 0),
    (0.05, 1, 303, Decimal("0.1"), 1),
    (46.45, 78, 79, Decimal("38.0"), 1_000_000),
]


def hard(staying: float, held: int, promised: int, week: Decimal, visits: int) -> QuarterlyReport:
    """The sample with figures that are easily printed in two ways."""
    usual = samples.report()
    opening = Opening(promised, held, Decimal("520.0"), Decimal("40.4"), week, (), (), 0)
    period = replace(
        usual.people.period, staying=Figure(staying, staying, staying, 56), participating=Figure(visits, None, None, 9)
    )
    programme = replace(
        usual.programme,
        kinds=(
            usual.programme.kinds[0],
            samples.kind("activity", 9, 9, visits=visits, counted=9),
            *usual.programme.kinds[3:],
            samples.kind("event"),
        ),
    )
    before = replace(usual.people.year_before, staying=Figure(staying / 3, staying / 4, staying / 2, 56))
    return samples.report(
        opening=opening,
        opening_year=opening,
        programme=programme,
        people=replace(usual.people, period=period, year=period, year_before=before),
    )


def face_of(report: QuarterlyReport) -> Face:
    return Face(report, samples.MAKING, lambda _name: "", lambda _photo: "")


def written_on(report: QuarterlyReport, name: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The labels of a chart."""
    found: list[str] = []
    monkeypatch.setattr(Sheet, "write", lambda _self, _at, words, **_more: found.append(words))
    figures.draw(name, report)
    return found


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("numbers", NUMBERS)
def test_a_figure_is_printed_alike_on_each_page_in_alt_texts_and_on_charts(
    numbers: Any, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = hard(*numbers)
    with translation.override(language):
        face = face_of(report)
        keys = {key.label: key for key in face.cover.keys}
        days, hours, visits, activities, _events, staying = face.cover.keys
        assert len(keys) == 6
        _name, (_passing, _minutes, staying_sum, _counts, visits_sum, _n) = face.people.months_sum
        said = figures.alt("people", report)

        assert staying.value == staying_sum
        assert f"{staying_sum} " in said
        assert staying.year.endswith(f": {staying_sum}")
        found = next(one for one in findings.all_findings(report) if one.rule == "more_stay")
        assert f" {staying_sum} " in sentences.finding(found)

        assert visits.value == visits_sum
        assert visits_sum in said
        assert f"{visits_sum} " in face.cover.summary

        rows = face.opening.rows
        assert (days.value, days.share) == (rows[0].held, rows[0].share)
        assert (hours.value, hours.share) == (rows[2].held, rows[2].share)
        assert f" {rows[0].held} " in face.cover.summary
        for text in (rows[0].held, rows[0].promised, rows[2].held, rows[2].promised):
            assert re.search(rf" {re.escape(text)}[ .]", face.opening.lead)

        assert activities.value == numbers_written(report.programme.took_place)
        assert activities.value in written_on(report, "year", monkeypatch)
        assert activities.value in figures.alt("year", report)
        assert activities.value in face.programme.lead
        assert dict(sentences._printed(report))[staying_label(language)] == staying_sum


def staying_label(language: str) -> str:
    return {"sv": "Vistande per räkning", "en": "Staying per count"}[language]


def test_the_pdf_prints_what_the_page_says() -> None:
    """All numbers of the page's text, in whatever order the PDF holds them."""
    html = faces.html(hard(*NUMBERS[0]), samples.MAKING, language="sv")
    body = re.sub(r"<style.*?</style>|<head.*?</head>|<[^>]+>", " ", html, flags=re.DOTALL)
    reader = pypdf.PdfReader(io.BytesIO(pdf.render(html, language="sv")))
    paper = numbers_in(" ".join(page.extract_text() for page in reader.pages))
    page = numbers_in(unescape(body))
    assert "19,3" in page
    assert "19,2" not in paper
    assert page - paper == set()


def numbers_in(text: str) -> set[str]:
    """Group by group: a PDF does not tell the space inside a number from the one between two cells."""
    return set(re.findall(r"[<>]?\d+(?:,\d+)?(?: %)?", re.sub(r"\s", " ", text)))


@pytest.mark.parametrize("language", ["sv", "en"])
def test_indicators_are_printed_alike_in_the_table_the_chart_and_the_words(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = samples.report()
    with translation.override(language):
        labels, said = written_on(report, "indicators", monkeypatch), figures.alt("indicators", report)
        for row, shown in zip(report.indicators, face_of(report).indicators.rows, strict=True):
            for side in ("baseline", "now"):
                if shown[side] != "–":
                    assert shown[side] in labels
                    assert shown[side] in said
            if row.relative_only:
                assert shown["change"] in labels
        for one in findings.all_findings(report):
            if one.rule.startswith("indicator"):
                shown = next(
                    shown for shown in face_of(report).indicators.rows if shown["name"] == one.facts["row"].name
                )
                assert {shown["now"], shown["baseline"]} <= set(
                    re.findall(r"[\d.,]*\d(?:\xa0%)?", sentences.finding(one))
                )


@pytest.mark.parametrize(
    ("held", "promised", "shown"), [(302, 303, ">99\xa0%"), (303, 303, "100\xa0%"), (1, 303, "<1\xa0%")]
)
def test_less_than_all_is_never_all_on_the_page_and_beside_its_bar(held: int, promised: int, shown: str) -> None:
    opening = replace(hard(24.0, held, promised, Decimal("40.3"), 1).opening)
    with translation.override("sv"):
        html = unescape(faces.html(samples.report(opening=opening), samples.MAKING, language="sv"))
    assert f'alt="{shown}"' in html
    assert f'<span class="share">{shown}</span>' in html
    # 40.3 of 40.4 hours a week.
    assert '<span class="share">>99\xa0%</span>' in html


def test_a_share_of_hours_is_of_the_minutes_and_not_of_what_is_printed() -> None:
    nearly = replace(
        samples.report().opening,
        week_held=Decimal("40.4"),
        week_promised=Decimal("40.4"),
        minutes_promised=31_824,
        minutes_held=31_823,
    )
    with translation.override("en"):
        row = face_of(samples.report(opening=nearly)).opening.rows[2]
    assert (row.held, row.promised, row.share) == ("40.4", "40.4", ">99\xa0%")


def test_the_tick_of_an_axis_is_where_its_number_says() -> None:
    with translation.override("en"):
        assert [figures._axis_number(tick) for tick in (0.75, 1.5, 0.15, 0, 250.0)] == [
            "0.75",
            "1.5",
            "0.15",
            "0",
            "250",
        ]


# --- The same words mean the same rows --------------------------------------------------------------------------------


@pytest.fixture
def mixed(place: Place, quarter: Period) -> QuarterlyReport:
    """The quarter with a counted activation, an uncounted activity, and a count of nobody."""
    opened = dt.date(2026, 9, 7)
    activation = factories.OccurrenceFactory.create(place=place, kind=Kind.ACTIVATION, date=opened, told=True)
    count(place, opened, {(1, 15): 9}, measure=Measure.PARTICIPATING, occurrence=activation)
    factories.OccurrenceFactory.create(place=place, kind=Kind.ACTIVITY, date=opened, told=True)
    empty = factories.OccurrenceFactory.create(place=place, kind=Kind.ACTIVITY, date=opened, told=True)
    count(place, opened, {(1, 15): 0}, measure=Measure.PARTICIPATING, occurrence=empty)
    return QuarterlyReport.gather(place, quarter, today=TODAY)


def test_named_figures_are_those_of_the_rows_they_name(place: Place, quarter: Period, mixed: QuarterlyReport) -> None:
    """Each figure is counted again, row by row, and looked for by the name it is printed under."""
    days = (quarter.first, quarter.last)
    told = [Occurrence.Outcome.HELD, Occurrence.Outcome.CHANGED]
    counted = [row for row in Headcount.objects.filter(place=place, date__range=days) if row.people is not None]
    participating = [row for row in counted if row.measure == Measure.PARTICIPATING]
    staying = [row for row in counted if row.measure == Measure.STAYING]
    programmes = [
        row
        for row in Occurrence.objects.filter(place=place, date__range=days, outcome__in=told)
        if row.kind != Kind.ACTIVATION
    ]
    with_participants = {row.occurrence_id for row in participating} & {row.pk for row in programmes}
    visits = sum(row.people or 0 for row in participating)
    opened = OpenDay.objects.filter(place=place, date__range=days).values("date").distinct().count()
    assert (len(participating), len(with_participants), len(programmes), visits) == (3, 2, 3, 21)

    with translation.override("en"):
        face = face_of(mixed)
        basis = {row.what: (row.found, row.expected) for row in face.method.coverage}
        _name, numbers = face.people.months_sum
        summary = face.cover.summary
    assert basis["Activities, events and exhibitions with participants counted"] == (len(with_participants), 3)
    assert (numbers[4], numbers[5]) == (str(visits), str(len(participating)))
    mean = Fraction(sum(row.people or 0 for row in staying), len(staying))
    assert (numbers[2], numbers[3]) == (f"{float(mean):.1f}", str(len(staying)))
    assert summary.startswith(
        f"The square was open {opened} of 79 promised days. {len(programmes)} programmes took place."
        f" {visits} visits at {len(participating)} counted occurrences, 1 of them an activation."
    )
    by_kind = {row.kind: row.visits or 0 for row in mixed.programme.kinds}
    assert sum(by_kind.values()) == visits
    assert sum(row.counted for row in mixed.programme.kinds) == len(participating)


def test_an_indicator_is_never_called_by_the_name_of_a_counted_figure(place: Place, mixed: QuarterlyReport) -> None:
    """What was read at an occasion and what was counted all the period are two numbers with two names."""
    with translation.override("sv"):
        labels = [key.label for key in face_of(mixed).cover.keys]
        assert labels[-1] == "Vistande, alla räkningar"
        told = [sentences.finding(one) for one in findings.all_findings(samples.report()) if "row" in one.facts]
    assert told
    assert all(one.startswith("Nyckeltal ") and " vid uppföljningen, " in one for one in told)
