import re

import pytest
from django.utils import translation

from measurements.statistics import Verdict
from reports import figures, plots
from tests.reports import samples


@pytest.fixture(autouse=True)
def _in_english() -> object:
    with translation.override("en"):
        yield


@pytest.mark.parametrize("name", ["year", "people", "pyramid", "indicators"])
def test_the_same_numbers_give_the_same_bytes_and_words_that_say_them(name: str) -> None:
    report = samples.report()
    first, second = figures.draw(name, report), figures.draw(name, samples.report())
    assert first == second
    assert first.startswith("<svg")
    assert not re.search(r"<dc:date|<text\b", first)
    assert len(figures.alt(name, report)) > 40


def test_the_words_beside_the_figures_carry_their_numbers() -> None:
    report = samples.report()
    assert figures.alt("people", report) == (
        "Three charts side by side, weeks 40 to 52, each on its own scale. Passing: 754 per counted hour."
        " Staying: 24.0 per count. Participations: 2,208 in all. Most visits in December."
    )
    assert figures.alt("year", report) == (
        "Wheel of the year 2025 with Quarter 4 2025, October–December marked: 27 programmes took place in it."
    )


def test_a_figure_without_data_is_not_drawn() -> None:
    from dataclasses import replace

    bare = samples.report(indicators=(), people=replace(samples.people(), crowds=()))
    assert figures.names(bare) == ["year", "people"]


def test_nothing_counted_is_drawn_as_gaps_and_not_as_zero() -> None:
    from dataclasses import replace

    empty = replace(
        samples.people(),
        weeks=tuple(
            replace(one, passing=samples.NOTHING, staying=samples.NOTHING, participating=samples.NOTHING)
            for one in samples.weeks()
        ),
    )
    assert figures.draw("people", samples.report(people=empty)).startswith("<svg")


def test_colours_come_from_the_one_file_of_tokens() -> None:
    assert plots.token("woman") == "#5a2763"
    assert plots.token("line") == "#dddbd3"
    with pytest.raises(KeyError):
        plots.token("not-a-colour")


@pytest.mark.parametrize(("highest", "end"), [(0, 1), (0.9, 1), (24, 30), (100, 100), (754, 800)])
def test_an_axis_ends_at_a_round_number(highest: float, end: float) -> None:
    assert plots.nice_end(highest) == pytest.approx(end)


def test_weeks_without_a_count_are_one_field_until_there_is_a_count() -> None:
    assert plots._stretches([]) == []
    assert plots._stretches([0, 1, 2, 5, 7, 8]) == [(0, 2), (5, 5), (7, 8)]


def test_a_bar_is_never_longer_than_its_frame() -> None:
    assert 'width="56.00"' in plots.bar(1.2)
    assert 'width="0.00"' in plots.bar(0)


def test_an_axis_without_a_scale_goes_from_zero_past_the_largest_number() -> None:
    bare = {"scale_min": None, "scale_max": None}
    rows = (
        samples.comparison("Ärenden", samples.side(14), samples.side(9), Verdict.WITHIN_MARGIN, shape="rate", **bare),
        samples.comparison("Kvinnor", samples.side(53), samples.side(54), Verdict.WITHIN_MARGIN, shape="share", **bare),
    )
    assert [figures.axis(row) for row in rows] == [(0, 20), (0, 100)]
    assert figures.draw("indicators", samples.report(indicators=rows)).startswith("<svg")
