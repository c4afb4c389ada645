"""Indicators, occasions, readings and targets, as pages."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from measurements.drawing import ROW_HEIGHT, lay_out
from measurements.models import Indicator, Occasion, Reading, Target
from measurements.queries.indicator import compare
from places.models import Place, User
from tests import factories

Shape = Indicator.Shape


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"
    translation.activate("en")


@pytest.fixture
def indicator(place: Place) -> Indicator:
    return factories.IndicatorFactory.create(place=place, name="Safety")


@pytest.fixture
def baseline(place: Place) -> Occasion:
    return factories.OccasionFactory.create(place=place, name="Spring 2025")


@pytest.fixture
def follow_up(place: Place) -> Occasion:
    return factories.OccasionFactory.create(
        place=place,
        name="Spring 2026",
        role=Occasion.Role.FOLLOW_UP,
        first=dt.date(2026, 5, 1),
        last=dt.date(2026, 5, 31),
    )


@pytest.fixture
def as_analyst(client: Client, analyst: User) -> Client:
    client.force_login(analyst)
    return client


def address(name: str, *args: object) -> str:
    return reverse(f"measurements:{name}", args=["lilltorget", *args])


def measured(indicator: Indicator, baseline: Occasion, follow_up: Occasion) -> None:
    factories.ReadingFactory.create(indicator=indicator, occasion=baseline, value=4, n=100, spread=2)
    factories.ReadingFactory.create(indicator=indicator, occasion=follow_up, value=5, n=100, spread=2)


# --- Doors ----------------------------------------------------------------------------------------------------------

READ_PAGES = ("indicator_list", "indicator_detail", "occasion_list", "occasion_detail")
MEASURE_PAGES = (
    "indicator_create",
    "indicator_edit",
    "indicator_new_version",
    "target_create",
    "target_edit",
    "occasion_create",
    "occasion_edit",
    "reading_edit",
)


def page(name: str, indicator: Indicator, occasion: Occasion, target: Target) -> str:
    if name in {"indicator_list", "indicator_create", "occasion_list", "occasion_create"}:
        return address(name)
    if name == "target_edit":
        return address(name, indicator.pk, target.pk)
    return address(name, occasion.pk if name.startswith(("occasion", "reading")) else indicator.pk)


@pytest.mark.parametrize(
    ("role", "read", "measure"),
    [
        ("host", 200, 403),
        ("analyst", 200, 200),
        ("manager", 200, 200),
        ("admin", 200, 200),
        ("funder", 403, 403),
        ("stranger", 404, 404),
    ],
)
def test_who_may_open_what(
    client: Client,
    request: pytest.FixtureRequest,
    indicator: Indicator,
    baseline: Occasion,
    *,
    role: str,
    read: int,
    measure: int,
) -> None:
    target = factories.TargetFactory.create(indicator=indicator)
    client.force_login(request.getfixturevalue(role))

    answers = {
        name: client.get(page(name, indicator, baseline, target)).status_code for name in READ_PAGES + MEASURE_PAGES
    }

    assert answers == dict.fromkeys(READ_PAGES, read) | dict.fromkeys(MEASURE_PAGES, measure)


def test_only_who_measures_takes_a_target_away(as_host: Client, indicator: Indicator) -> None:
    target = factories.TargetFactory.create(indicator=indicator)

    assert as_host.post(address("target_delete", indicator.pk, target.pk)).status_code == 403
    assert Target.objects.count() == 1


def test_another_places_rows_are_not_found(as_analyst: Client, place: Place, other_place: Place) -> None:
    reading = factories.ReadingFactory.create(indicator__place=other_place)

    assert as_analyst.get(address("indicator_detail", reading.indicator_id)).status_code == 404
    assert as_analyst.get(address("occasion_detail", reading.occasion_id)).status_code == 404


def test_a_host_is_shown_nothing_to_change(
    as_host: Client, indicator: Indicator, baseline: Occasion, follow_up: Occasion
) -> None:
    measured(indicator, baseline, follow_up)

    for name, args in (("indicator_list", ()), ("indicator_detail", (indicator.pk,)), ("occasion_list", ())):
        html = as_host.get(address(name, *args)).content.decode()
        assert [step for step in ("/new/", "/edit/", "/new-version/") if f"indicators{step}" in html] == []


# --- The comparison -------------------------------------------------------------------------------------------------


def test_the_list_says_and_draws_what_changed(
    as_host: Client, indicator: Indicator, baseline: Occasion, follow_up: Occasion
) -> None:
    measured(indicator, baseline, follow_up)
    factories.TargetFactory.create(indicator=indicator, value=6, year=2026)

    answer = as_host.get(address("indicator_list"))

    assert answer.context["headline"].sentence == "One indicator is clearly better"
    html = answer.content.decode()
    message = (
        "Safety: baseline 4, follow-up 5, change +1.0 (0.4 to 1.6), clear improvement. Target 6: halfway to the target."
    )
    assert html.count(f'role="img" aria-label="{message}"') == 1
    assert html.count("Halfway to the target (2026)") == 1
    assert html.count('<td class="number">0.4 to 1.6</td>') == 1
    assert html.count("100 / 100") == 1


def test_the_list_asks_as_often_for_three_rows_as_for_one(
    as_host: Client, place: Place, baseline: Occasion, follow_up: Occasion
) -> None:
    counts = []
    for made in (1, 2):
        for _number in range(made):
            measured(factories.IndicatorFactory.create(place=place), baseline, follow_up)
        with CaptureQueriesContext(connection) as asked:
            as_host.get(address("indicator_list"))
        counts.append(len(asked))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["indicator_detail", "occasion_list", "occasion_detail", "reading_edit"])
def test_the_other_pages_ask_as_often_for_three_rows_as_for_one(
    as_analyst: Client, place: Place, indicator: Indicator, baseline: Occasion, name: str
) -> None:
    counts = []
    for made in (1, 2):
        for _number in range(made):
            factories.ReadingFactory.create(indicator=indicator, occasion__place=place)
            factories.ReadingFactory.create(indicator__place=place, occasion=baseline)
            factories.TargetFactory.create(indicator=indicator, year=2026 + made + _number)
        own = () if name == "occasion_list" else (indicator.pk if name == "indicator_detail" else baseline.pk,)
        with CaptureQueriesContext(connection) as asked:
            as_analyst.get(address(name, *own))
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_occasions_and_target_can_be_chosen(
    as_host: Client, indicator: Indicator, baseline: Occasion, follow_up: Occasion
) -> None:
    measured(indicator, baseline, follow_up)
    later = factories.OccasionFactory.create(
        place=indicator.place, role="follow_up", first=dt.date(2026, 9, 1), last=dt.date(2026, 9, 30)
    )
    factories.ReadingFactory.create(indicator=indicator, occasion=later, value=7)
    factories.TargetFactory.create(indicator=indicator, value=9)
    factories.TargetFactory.create(indicator=indicator, value=8, year=2026)

    chosen = {"baseline": baseline.pk, "follow_up": follow_up.pk, "year": 2026}
    answer = as_host.get(address("indicator_list"), chosen)

    (panel,) = answer.context["panels"]
    assert [(row.follow_up, row.target) for row in panel.rows] == [("5", "8")]


def test_a_follow_up_before_the_baseline_is_refused_and_kept_chosen(
    as_host: Client, indicator: Indicator, baseline: Occasion, follow_up: Occasion
) -> None:
    measured(indicator, baseline, follow_up)

    answer = as_host.get(address("indicator_list"), {"baseline": follow_up.pk, "follow_up": baseline.pk})

    assert answer.context["form"].errors == {"follow_up": ["The follow-up is not after the baseline."]}
    assert f'<option value="{baseline.pk}" selected>' in answer.content.decode()
    assert answer.context["headline"].improved == 1


def test_an_empty_list_says_how_to_begin(as_analyst: Client, place: Place) -> None:
    assert "No indicators yet" in as_analyst.get(address("indicator_list")).content.decode()


def test_an_empty_list_offers_a_host_nothing_to_press(as_host: Client, place: Place) -> None:
    html = as_host.get(address("indicator_list")).content.decode()

    assert ("No indicators yet" in html, address("indicator_create") in html) == (True, False)


@pytest.mark.parametrize("who", ["host", "analyst"])
def test_indicators_without_readings_stand_by_themselves(
    client: Client, request: pytest.FixtureRequest, indicator: Indicator, who: str
) -> None:
    client.force_login(request.getfixturevalue(who))

    answer = client.get(address("indicator_list"))

    assert answer.context["not_compared"] == [indicator]
    assert "Nothing to compare yet" in answer.content.decode()


# --- How it is laid out ---------------------------------------------------------------------------------------------


def test_the_marks_are_named_once_and_the_axis_is_written_last(
    place: Place, baseline: Occasion, follow_up: Occasion
) -> None:
    for _number in range(2):
        measured(factories.IndicatorFactory.create(place=place, group="Survey"), baseline, follow_up)

    (panel,) = lay_out(compare(place))

    assert [row.drawing.names_marks for row in panel.rows] == [True, False]
    assert [(row.drawing.axis, row.drawing.height - ROW_HEIGHT) for row in panel.rows] == [(False, 0), (True, 20)]
    assert panel.caption == (
        "poäng av 10. Enkät på plats. Baseline: Spring 2025, n\xa0100. Follow-up: Spring 2026, n\xa0100."
    )
    assert (panel.name, panel.direction, panel.unit) == ("Survey", "more is better", "poäng av 10")
    assert [check.text for check in panel.checks if check.passed] == ["same season", "method", "scale", "version", "n"]


def test_a_falling_value_has_its_labels_the_other_way(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    indicator = factories.IndicatorFactory.create(place=place)
    factories.ReadingFactory.create(indicator=indicator, occasion=baseline, value=5)
    factories.ReadingFactory.create(indicator=indicator, occasion=follow_up, value=4, n=80)

    (panel,) = lay_out(compare(place))

    ((ring, dot),) = [(row.drawing.ring, row.drawing.dot) for row in panel.rows]
    assert ring is not None
    assert dot is not None
    assert (ring.x, ring.label.side, dot.x, dot.label.side) == (172, "start", 140, "end")
    assert panel.checks[-1].text == "n is missing"


def test_different_numbers_have_an_axis_each(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    share = factories.IndicatorFactory.create(place=place, shape=Shape.SHARE, unit="%", scale_min=0, scale_max=100)
    rate = factories.IndicatorFactory.create(
        place=place, shape=Shape.RATE, unit="cases", scale_min=None, scale_max=None, more_is_better=False
    )
    for indicator, n in ((share, 100), (rate, 9)):
        for occasion, exposure in ((baseline, 1), (follow_up, 2)):
            factories.ReadingFactory.create(
                indicator=indicator, occasion=occasion, value=Decimal("40.5"), n=n, exposure=exposure
            )

    (panel,) = lay_out(compare(place))

    assert [[tick.text for tick in row.drawing.ticks] for row in panel.rows] == [
        ["20\xa0%", "30\xa0%", "40\xa0%", "50\xa0%", "60\xa0%", "70\xa0%"],
        ["0", "10", "20", "30", "40", "50"],
    ]
    assert (panel.direction, panel.unit) == ("", "")
    assert [check.text for check in panel.checks if not check.passed] == ["n differs"]


def test_a_small_axis_is_written_with_decimals(place: Place, follow_up: Occasion) -> None:
    indicator = factories.IndicatorFactory.create(place=place, scale_min=None, scale_max=None)
    factories.ReadingFactory.create(indicator=indicator, occasion=follow_up, value=Decimal("0.45"))

    (panel,) = lay_out(compare(place))

    assert [tick.text for tick in panel.rows[0].drawing.ticks] == ["0.00", "0.10", "0.20", "0.30", "0.40", "0.50"]
    assert [check.text for check in panel.checks] == ["no baseline"]


def test_a_baseline_on_another_scale_is_not_drawn(place: Place, baseline: Occasion, follow_up: Occasion) -> None:
    old = factories.IndicatorFactory.create(place=place, name="Safety", scale_min=1, scale_max=5)
    new = factories.IndicatorFactory.create(place=place, name="Safety", version=2)
    factories.ReadingFactory.create(indicator=old, occasion=baseline, value=4)
    factories.ReadingFactory.create(indicator=new, occasion=follow_up, value=8)

    (panel,) = lay_out(compare(place))

    assert panel.rows[0].drawing.ring is None
    assert panel.rows[0].baseline == "4"


def test_a_baseline_alone_waits_for_its_follow_up(place: Place, baseline: Occasion) -> None:
    factories.ReadingFactory.create(indicator=factories.IndicatorFactory.create(place=place), occasion=baseline)

    (panel,) = lay_out(compare(place))

    assert [check.text for check in panel.checks] == ["no follow-up yet"]
    assert panel.rows[0].n == "– / –"


def test_a_published_change_is_an_arrow(as_host: Client, indicator: Indicator, follow_up: Occasion) -> None:
    factories.ReadingFactory.create(indicator=indicator, occasion=follow_up, value=None, relative_change=-40)

    answer = as_host.get(address("indicator_list"))

    (panel,) = answer.context["panels"]
    drawing = panel.rows[0].drawing
    assert (drawing.arrow, drawing.effect.text) == ("104,22 72,22 64,30 72,38 104,38", "40\xa0% less")
    assert (drawing.ring, drawing.dot) == (None, None)
    assert answer.content.decode().count('class="arrow"') == 1


# --- Indicators -----------------------------------------------------------------------------------------------------

GOOD = {
    "name": "Attractiveness",
    "group": "RISE",
    "shape": "mean",
    "unit": "points of 10",
    "scale_min": "0",
    "scale_max": "10",
    "more_is_better": "True",
    "method": "Survey",
    "source": "",
}


def errors(answer: Any) -> dict[str, list[str]]:
    return dict(answer.context["form"].errors)


def test_an_indicator_is_made(as_analyst: Client, place: Place) -> None:
    answer = as_analyst.post(address("indicator_create"), GOOD)

    made = Indicator.objects.get()
    assert answer["Location"] == address("indicator_detail", made.pk)
    assert (made.place, made.name, made.version, made.scale_max, made.more_is_better) == (
        place,
        "Attractiveness",
        1,
        Decimal(10),
        True,
    )


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"scale_max": ""}, {"scale_max": ["Give both ends of the scale, or neither."]}),
        ({"scale_min": ""}, {"scale_min": ["Give both ends of the scale, or neither."]}),
        ({"scale_min": "10"}, {"scale_max": ["The highest possible is above the lowest."]}),
        ({"scale_min": "low"}, {"scale_min": ["Enter a number."]}),
        ({"shape": "share"}, {"scale_max": ["A share goes from 0 to 100 per cent."]}),
        ({"name": "Safety"}, {"name": ["There is already an indicator of that name."]}),
        ({"unit": ""}, {"unit": ["This field is required."]}),
    ],
)
def test_a_wrong_indicator_is_refused_and_kept(
    as_analyst: Client, indicator: Indicator, typed: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    answer = as_analyst.post(address("indicator_create"), GOOD | {"source": "kept as typed"} | typed)

    assert errors(answer) == wrong
    assert 'value="kept as typed"' in answer.content.decode()
    assert Indicator.objects.count() == 1


def test_a_share_needs_no_scale_typed(as_analyst: Client, place: Place) -> None:
    as_analyst.post(address("indicator_create"), GOOD | {"shape": "share", "scale_min": "", "scale_max": ""})

    made = Indicator.objects.get()
    assert (made.scale_min, made.scale_max) == (Decimal(0), Decimal(100))


def test_an_unmeasured_indicator_may_change_altogether(as_analyst: Client, indicator: Indicator) -> None:
    as_analyst.post(address("indicator_edit", indicator.pk), GOOD | {"scale_max": "5", "more_is_better": "False"})

    indicator.refresh_from_db()
    assert (indicator.name, indicator.scale_max, indicator.more_is_better) == ("Attractiveness", Decimal(5), False)


def test_a_measured_definition_stays(as_analyst: Client, indicator: Indicator) -> None:
    factories.ReadingFactory.create(indicator=indicator)
    same = GOOD | {"unit": indicator.unit, "method": indicator.method}

    refused = as_analyst.post(address("indicator_edit", indicator.pk), same | {"scale_max": "5", "method": "Web"})
    said = ["There are readings already. Make a new version to change this."]
    assert errors(refused) == {"scale_max": said, "method": said}
    assert address("indicator_new_version", indicator.pk) in refused.content.decode()

    as_analyst.post(address("indicator_edit", indicator.pk), same | {"source": "RISE"})
    indicator.refresh_from_db()
    assert (indicator.name, indicator.source, indicator.scale_max) == ("Attractiveness", "RISE", Decimal(10))


def test_a_new_name_goes_to_all_versions(as_analyst: Client, place: Place, indicator: Indicator) -> None:
    newer = factories.IndicatorFactory.create(place=place, name="Safety", version=2)

    as_analyst.post(address("indicator_edit", newer.pk), GOOD | {"name": "Perceived safety"})

    assert set(Indicator.objects.values_list("name", "version")) == {("Perceived safety", 1), ("Perceived safety", 2)}


def test_a_new_version_copies_and_leaves_the_old(as_analyst: Client, indicator: Indicator) -> None:
    factories.ReadingFactory.create(indicator=indicator)
    form = as_analyst.get(address("indicator_new_version", indicator.pk)).context["form"]
    assert (form["unit"].value(), form["scale_max"].value()) == ("poäng av 10", 10)
    typed = {name: value for name, value in GOOD.items() if name != "name"}

    answer = as_analyst.post(address("indicator_new_version", indicator.pk), typed | {"scale_max": "5"})

    new = Indicator.objects.get(version=2)
    assert answer["Location"] == address("indicator_detail", new.pk)
    assert (new.name, new.scale_max) == ("Safety", Decimal(5))
    indicator.refresh_from_db()
    assert indicator.scale_max == 10


def test_a_new_version_without_a_new_definition_is_refused(as_analyst: Client, indicator: Indicator) -> None:
    same = GOOD | {"unit": indicator.unit, "method": indicator.method}

    answer = as_analyst.post(address("indicator_new_version", indicator.pk), same)

    assert errors(answer) == {"__all__": ["Nothing in the definition has changed, so no new version is needed."]}


def test_an_indicator_shows_its_readings_and_targets(
    as_host: Client, indicator: Indicator, baseline: Occasion, follow_up: Occasion
) -> None:
    measured(indicator, baseline, follow_up)
    factories.TargetFactory.create(indicator=indicator, value=7)
    factories.TargetFactory.create(indicator=indicator, value=6, year=2026)
    other = factories.IndicatorFactory.create(place=indicator.place, name="Safety", version=2)

    answer = as_host.get(address("indicator_detail", indicator.pk))

    assert [reading.value for reading in answer.context["readings"]] == [4, 5]
    assert [target.year for target in answer.context["targets"]] == [2026, None]
    assert list(answer.context["versions"]) == [other]
    assert "For the whole contract" in answer.content.decode()


# --- Occasions ------------------------------------------------------------------------------------------------------

OCCASION = {
    "name": "Spring 2026",
    "role": "follow_up",
    "first": "2026-05-01",
    "last": "2026-05-31",
    "season": "spring",
    "method": "Survey",
    "conducted_by": "RISE",
    "weather": "sunny",
    "note": "",
}


def test_an_occasion_leads_to_its_readings(as_analyst: Client, baseline: Occasion) -> None:
    answer = as_analyst.post(address("occasion_create"), OCCASION)

    made = Occasion.objects.get(name="Spring 2026")
    assert answer["Location"] == address("reading_edit", made.pk)
    assert (made.place, made.role, made.last) == (baseline.place, "follow_up", dt.date(2026, 5, 31))


def test_a_published_effect_needs_no_baseline(as_analyst: Client, place: Place) -> None:
    assert as_analyst.post(address("occasion_create"), OCCASION).status_code == 302


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"last": "2026-04-30"}, {"last": ["The last day is before the first."]}),
        (
            {"first": "2025-05-01", "last": "2025-05-02"},
            {"first": ["A follow-up comes after the baseline, which began 1 May 2025 (Spring 2025)."]},
        ),
        ({"name": "Spring 2025"}, {"name": ["There is already an occasion of that name."]}),
        ({"last": "soon"}, {"last": ["Enter a valid date."]}),
        ({"first": "soon"}, {"first": ["Enter a valid date."]}),
    ],
)
def test_a_wrong_occasion_is_refused_and_kept(
    as_analyst: Client, baseline: Occasion, typed: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    answer = as_analyst.post(address("occasion_create"), OCCASION | typed)

    assert errors(answer) == wrong
    assert 'value="sunny"' in answer.content.decode()
    assert Occasion.objects.count() == 1


def test_a_baseline_does_not_move_past_its_follow_up(
    as_analyst: Client, indicator: Indicator, baseline: Occasion, follow_up: Occasion
) -> None:
    measured(indicator, baseline, follow_up)
    typed = OCCASION | {"name": "Spring 2025", "role": "baseline"}

    answer = as_analyst.post(
        address("occasion_edit", baseline.pk), typed | {"first": "2026-06-01", "last": "2026-06-02"}
    )
    said = "The baseline comes before the follow-up, which began 1 May 2026 (Spring 2026)."
    assert errors(answer) == {"first": [said]}

    as_analyst.post(address("occasion_edit", baseline.pk), typed | {"first": "2025-06-01", "last": "2025-06-02"})
    baseline.refresh_from_db()
    assert baseline.first == dt.date(2025, 6, 1)


def test_a_second_baseline_may_come_later(
    as_analyst: Client, indicator: Indicator, baseline: Occasion, follow_up: Occasion
) -> None:
    measured(indicator, baseline, follow_up)
    typed = OCCASION | {"name": "Autumn 2026", "role": "baseline", "first": "2026-09-01", "last": "2026-09-30"}

    assert as_analyst.post(address("occasion_create"), typed).status_code == 302


def test_an_occasion_of_a_locked_period_stays(as_analyst: Client, place: Place, baseline: Occasion) -> None:
    factories.PeriodLockFactory.create(place=place, first=dt.date(2025, 4, 1), last=dt.date(2025, 6, 30))

    answer = as_analyst.post(address("occasion_edit", baseline.pk), OCCASION)

    assert list(errors(answer)) == ["last"]


def test_the_occasions_are_listed_with_their_readings(
    as_host: Client, indicator: Indicator, baseline: Occasion, follow_up: Occasion
) -> None:
    factories.ReadingFactory.create(indicator=indicator, occasion=baseline)

    listed = as_host.get(address("occasion_list")).context["occasions"]

    assert [(occasion.name, occasion.reading_count) for occasion in listed] == [("Spring 2026", 0), ("Spring 2025", 1)]


@pytest.mark.parametrize("who", ["host", "analyst"])
def test_no_occasion_yet(client: Client, request: pytest.FixtureRequest, place: Place, who: str) -> None:
    client.force_login(request.getfixturevalue(who))

    assert "No occasion yet" in client.get(address("occasion_list")).content.decode()


def test_an_occasion_shows_its_readings(as_host: Client, indicator: Indicator, follow_up: Occasion) -> None:
    factories.ReadingFactory.create(
        indicator=indicator, occasion=follow_up, value=None, relative_change=-30, at_least=True, source="Police"
    )

    html = as_host.get(address("occasion_detail", follow_up.pk)).content.decode()

    assert '<td class="number">more than −30.0&nbsp;%</td>' in html
    assert "<td>Police</td>" in html


# --- The grid of readings -------------------------------------------------------------------------------------------


def row(indicator: Indicator, **typed: str) -> dict[str, str]:
    return {f"r{indicator.pk}-{name}": value for name, value in typed.items()}


def test_readings_are_typed_in_one_grid(as_analyst: Client, place: Place, follow_up: Occasion) -> None:
    mean = factories.IndicatorFactory.create(place=place)
    share = factories.IndicatorFactory.create(place=place, shape=Shape.SHARE)
    rate = factories.IndicatorFactory.create(place=place, shape=Shape.RATE, scale_min=None, scale_max=None)
    effect = factories.IndicatorFactory.create(place=place)
    empty = factories.IndicatorFactory.create(place=place)
    typed = (
        row(mean, value="7.5", n="120", spread="1.8", source="RISE")
        | row(share, value="46", n="766")
        | row(rate, value="", n="73", exposure="12")
        | row(effect, relative_change="−30", at_least="on")
        | row(empty, value="")
    )

    answer = as_analyst.post(address("reading_edit", follow_up.pk), typed)

    assert answer["Location"] == address("occasion_detail", follow_up.pk)
    facts = ("indicator", "value", "n", "spread", "exposure", "relative_change", "at_least", "source")
    assert list(Reading.objects.order_by("indicator").values_list(*facts)) == [
        (mean.pk, Decimal("7.5"), 120, Decimal("1.8"), None, None, False, "RISE"),
        (share.pk, 46, 766, None, None, None, False, ""),
        (rate.pk, Decimal("6.0833"), 73, None, 12, None, False, ""),
        (effect.pk, None, None, None, None, -30, True, ""),
    ]


def test_swedish_decimals_are_read(as_analyst: Client, indicator: Indicator, follow_up: Occasion) -> None:
    as_analyst.cookies["django_language"] = "sv"

    as_analyst.post(address("reading_edit", follow_up.pk), row(indicator, value="7,5"))

    assert Reading.objects.get().value == Decimal("7.5")
    html = as_analyst.get(address("reading_edit", follow_up.pk)).content.decode()
    assert 'value="7,5"' in html


def test_zero_is_a_reading_and_an_emptied_row_is_none(
    as_analyst: Client, indicator: Indicator, follow_up: Occasion
) -> None:
    as_analyst.post(address("reading_edit", follow_up.pk), row(indicator, value="0"))
    assert Reading.objects.get().value == 0

    as_analyst.post(address("reading_edit", follow_up.pk), row(indicator, value=""))
    assert Reading.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"value": "11"}, {"value": ["Outside the scale, 0 to 10."]}),
        ({"value": "-1"}, {"value": ["Outside the scale, 0 to 10."]}),
        ({"value": "many"}, {"value": ["Enter a number."]}),
        ({"value": "5", "n": "-1"}, {"n": ["n is not negative."]}),
        ({"value": "5", "n": "0"}, {"n": ["With n = 0 nobody was measured. Leave the row empty."]}),
        ({"value": "5", "spread": "-1"}, {"spread": ["A standard deviation is not negative."]}),
        (
            {"value": "5", "relative_change": "-40"},
            {"relative_change": ["Give a value, or only the published change."]},
        ),
        ({"n": "5", "relative_change": "-40"}, {"relative_change": ["Give a value, or only the published change."]}),
        ({"relative_change": "-101"}, {"relative_change": ["Nothing falls by more than 100 per cent."]}),
        ({"at_least": "on"}, {"relative_change": ["Write the change that it is more than."]}),
        ({"n": "100"}, {"value": ["Write the value that the other figures belong to."]}),
        ({"source": "RISE"}, {"value": ["Write the value that the other figures belong to."]}),
    ],
)
def test_a_wrong_reading_saves_nothing_and_is_kept(
    as_analyst: Client, place: Place, indicator: Indicator, follow_up: Occasion, *, typed: dict[str, str], wrong: object
) -> None:
    other = factories.IndicatorFactory.create(place=place)

    answer = as_analyst.post(address("reading_edit", follow_up.pk), row(indicator, **typed) | row(other, value="9.75"))

    grid = answer.context["grid"]
    assert [form.errors for form in grid.forms] == [wrong, {}]
    assert grid.mistakes == 1
    assert 'value="9.75"' in answer.content.decode()
    assert Reading.objects.count() == 0


@pytest.mark.parametrize(
    ("shape", "typed", "wrong"),
    [
        ("share", {"value": "101"}, {"value": ["A share is between 0 and 100 per cent."]}),
        ("rate", {"value": "-1"}, {"value": ["There are never fewer than 0 cases."]}),
        ("rate", {"value": "5", "n": "9", "exposure": "12"}, {"value": ["9 over 12 is 0.75."]}),
        ("rate", {"value": "1", "exposure": "0"}, {"exposure": ["The exposure is more than zero."]}),
    ],
)
def test_shares_and_rates_have_their_own_bounds(
    as_analyst: Client, place: Place, follow_up: Occasion, *, shape: str, typed: dict[str, str], wrong: object
) -> None:
    indicator = factories.IndicatorFactory.create(place=place, shape=shape, scale_min=None, scale_max=None)

    answer = as_analyst.post(address("reading_edit", follow_up.pk), row(indicator, **typed))

    assert [form.errors for form in answer.context["grid"].forms] == [wrong]


def test_no_cases_at_all_is_a_rate(as_analyst: Client, place: Place, follow_up: Occasion) -> None:
    indicator = factories.IndicatorFactory.create(place=place, shape=Shape.RATE, scale_min=None, scale_max=None)

    as_analyst.post(address("reading_edit", follow_up.pk), row(indicator, value="0", n="0", exposure="12"))

    assert Reading.objects.get().n == 0


def test_a_change_is_not_typed_for_a_baseline(as_analyst: Client, indicator: Indicator, baseline: Occasion) -> None:
    answer = as_analyst.post(address("reading_edit", baseline.pk), row(indicator, relative_change="-40"))

    said = "A change belongs to a follow-up, not to a baseline."
    assert answer.context["grid"].forms[0].errors == {"relative_change": [said]}


def test_readings_wait_for_the_occasion(as_analyst: Client, indicator: Indicator) -> None:
    coming = factories.OccasionFactory.create(
        place=indicator.place, first=dt.date(2026, 11, 24), last=dt.date(2026, 11, 30)
    )

    answer = as_analyst.post(address("reading_edit", coming.pk), row(indicator, value="5"))

    assert answer.context["grid"].problem == "The occasion has not begun yet."
    assert Reading.objects.count() == 0


def test_readings_of_a_locked_period_stay(as_analyst: Client, indicator: Indicator, follow_up: Occasion) -> None:
    factories.PeriodLockFactory.create(place=indicator.place, first=dt.date(2026, 4, 1), last=dt.date(2026, 6, 30))

    answer = as_analyst.post(address("reading_edit", follow_up.pk), row(indicator, value="5"))

    assert "locked" in answer.context["grid"].problem
    assert Reading.objects.count() == 0


def test_the_grid_has_newest_versions_and_old_ones_that_were_read(
    as_analyst: Client, place: Place, indicator: Indicator, baseline: Occasion, follow_up: Occasion
) -> None:
    newer = factories.IndicatorFactory.create(place=place, name="Safety", version=2)
    factories.ReadingFactory.create(indicator=indicator, occasion=baseline)

    def shown(occasion: Occasion) -> list[Indicator]:
        grid = as_analyst.get(address("reading_edit", occasion.pk)).context["grid"]
        return [form.indicator for form in grid.forms]

    assert shown(baseline) == [indicator, newer]
    assert shown(follow_up) == [newer]


def test_a_grid_without_indicators_says_what_is_first(as_analyst: Client, follow_up: Occasion) -> None:
    assert "make the first one" in as_analyst.get(address("reading_edit", follow_up.pk)).content.decode()


def test_rows_read_as_what_they_are(indicator: Indicator, baseline: Occasion) -> None:
    reading = factories.ReadingFactory.create(indicator=indicator, occasion=baseline)
    targets = [factories.TargetFactory.create(indicator=indicator, year=year) for year in (2026, None)]

    assert [str(row) for row in (reading, *targets)] == ["Safety, Spring 2025", "Safety 2026", "Safety"]


# --- Targets --------------------------------------------------------------------------------------------------------


def test_targets_for_a_year_and_for_all_are_kept_apart(as_analyst: Client, indicator: Indicator) -> None:
    for year, value in (("2026", "6"), ("2027", "7.5"), ("", "8")):
        as_analyst.post(address("target_create", indicator.pk), {"year": year, "value": value})

    assert list(indicator.targets.order_by("value").values_list("year", "value")) == [
        (2026, 6),
        (2027, Decimal("7.5")),
        (None, 8),
    ]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"year": "2026", "value": "7"}, {"year": ["There is already a target for that year."]}),
        ({"year": "", "value": "7"}, {"year": ["There is already a target for that year."]}),
        ({"year": "26", "value": "7"}, {"year": ["Write the year with four figures."]}),
        ({"year": "2027", "value": "11"}, {"value": ["Outside the scale, 0 to 10."]}),
    ],
)
def test_a_wrong_target_is_refused(
    as_analyst: Client, indicator: Indicator, typed: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    for year in (2026, None):
        factories.TargetFactory.create(indicator=indicator, year=year)

    answer = as_analyst.post(address("target_create", indicator.pk), typed)

    assert errors(answer) == wrong
    assert f'value="{typed["value"]}"' in answer.content.decode()
    assert Target.objects.count() == 2


def test_a_target_is_changed_and_taken_away(as_analyst: Client, indicator: Indicator) -> None:
    target = factories.TargetFactory.create(indicator=indicator, year=2026)

    as_analyst.post(address("target_edit", indicator.pk, target.pk), {"year": "2026", "value": "9"})
    target.refresh_from_db()
    assert target.value == 9

    answer = as_analyst.post(address("target_delete", indicator.pk, target.pk))
    assert answer["Location"] == address("indicator_detail", indicator.pk)
    assert Target.objects.count() == 0


def test_a_target_is_not_taken_away_by_a_link(as_analyst: Client, indicator: Indicator) -> None:
    target = factories.TargetFactory.create(indicator=indicator)

    assert as_analyst.get(address("target_delete", indicator.pk, target.pk)).status_code == 405
