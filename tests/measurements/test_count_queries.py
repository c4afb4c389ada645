import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measurements import queries
from measurements.models import AgeBand, AgeSet, CountEntry, Gap, Gender, Headcount, Measure
from measurements.queries import EarlierCount, MeasureTotal, totals_by_measure
from measurements.queries.crosstab import shared_bands
from measurements.statistics import Band, Level
from places.models import Place
from places.periods import Period
from tests import factories
from tests.conftest import STOCKHOLM, TODAY

pytestmark = pytest.mark.django_db
NOVEMBER = Period.month(2026, 11)
OCTOBER = Period.month(2026, 10)
WOMAN, MAN, OTHER, UNKNOWN = Gender.WOMAN.value, Gender.MAN.value, Gender.OTHER.value, Gender.NOT_CLASSIFIED.value

Cells = Mapping[tuple[int, int | None], int]


def _count(place: Place, cells: Cells, **other: Any) -> Headcount:
    """A count with entries; cells by gender and the lower end of the age band."""
    headcount = factories.HeadcountFactory.create(place=place, **other)
    bands = {band.lower: band for band in headcount.age_set.bands.all()}
    CountEntry.objects.bulk_create(
        [
            factories.CountEntryFactory.build(
                headcount=headcount,
                place=place,
                date=headcount.date,
                at=headcount.started_at,
                by=headcount.by,
                gender=gender,
                age_band=None if lower is None else bands[lower],
                people=people,
                uuid=uuid.uuid4(),
            )
            for (gender, lower), people in cells.items()
        ]
    )
    headcount.refresh_from_db()
    return headcount


def _table(place: Place, **other: Any) -> queries.Crosstab:
    return queries.people_by_gender_and_age(place, NOVEMBER, Measure.STAYING, **other)


# --- by gender and age


def test_a_crosstab_has_parts_that_make_its_totals(place: Place) -> None:
    _count(place, {(WOMAN, 25): 4, (MAN, 65): 3, (MAN, None): 2, (UNKNOWN, 0): 1})
    _count(place, {(WOMAN, 25): 2, (UNKNOWN, None): 1}, date=dt.date(2026, 11, 2))
    _count(place, {(WOMAN, 25): 90}, date=dt.date(2026, 10, 31))
    table = _table(place)
    assert (table.level, table.fell_back, table.total) == (Level.GENDER_AGE, False, 13)
    assert table.genders == (WOMAN, MAN, UNKNOWN)
    assert [str(band) for band in table.bands] == ["0–4", "5–14", "15–24", "25–44", "45–64", "65+"]
    assert table.rows == [
        (Band(0, 4), [0, 0, 1], 1),
        (Band(5, 14), [0, 0, 0], 0),
        (Band(15, 24), [0, 0, 0], 0),
        (Band(25, 44), [6, 0, 0], 6),
        (Band(45, 64), [0, 0, 0], 0),
        (Band(65, None), [0, 3, 0], 3),
        (None, [0, 2, 1], 3),
    ]
    assert table.column_totals == {WOMAN: 6, MAN: 5, UNKNOWN: 2}
    assert (table.classified, table.coverage) == (9, 9 / 13)
    assert table.shares == {(WOMAN, Band(25, 44)): 6 / 9, (MAN, Band(65, None)): 3 / 9}
    assert (table.share(WOMAN, Band(25, 44)), table.share(MAN, Band(0, 4)), table.share(MAN, None)) == (6 / 9, 0, None)


def test_a_crosstab_costs_two_queries_whatever_it_holds(place: Place) -> None:
    _count(place, {(WOMAN, 25): 4})
    with CaptureQueriesContext(connection) as one:
        _table(place)
    for day in (1, 2, 3):
        _count(place, {(WOMAN, 25): 4, (MAN, 5): 1}, date=dt.date(2026, 11, day))
    with CaptureQueriesContext(connection) as more:
        _table(place)
    assert (len(one), len(more)) == (2, 2)
    assert not any("measurements_countentry" in query["sql"] for query in more)


def test_nothing_collected_is_not_zero(place: Place, other_place: Place) -> None:
    _count(other_place, {(WOMAN, 25): 4})
    table = _table(place)
    assert (table.level, table.total, table.coverage, table.shares) == (None, None, None, {})


def test_an_observed_zero_is_zero(place: Place) -> None:
    _count(place, {(UNKNOWN, None): 0})
    table = _table(place)
    assert (table.level, table.total, table.coverage, len(table.bands)) == (Level.GENDER_AGE, 0, None, 6)


def test_who_states_another_gender_has_a_column(place: Place) -> None:
    _count(place, {(OTHER, 25): 1, (WOMAN, 25): 1})
    table = _table(place)
    assert table.genders == (WOMAN, MAN, OTHER, UNKNOWN)
    assert table.classified == 2


@pytest.mark.parametrize(
    ("levels", "shared", "cells"),
    [
        ((Level.GENDER_AGE, Level.GENDER), Level.GENDER, {(WOMAN, None): 7, (MAN, None): 3}),
        ((Level.GENDER_AGE, Level.TOTAL), Level.TOTAL, {(UNKNOWN, None): 10}),
        ((Level.GENDER, Level.AGE), Level.TOTAL, {(UNKNOWN, None): 10}),
    ],
)
def test_counts_of_several_levels_fall_back_to_the_one_they_share(
    place: Place, levels: tuple[Level, Level], shared: Level, cells: dict[Any, int]
) -> None:
    parts: dict[Level, Cells] = {
        Level.GENDER_AGE: {(WOMAN, 25): 5},
        Level.GENDER: {(WOMAN, None): 2, (MAN, None): 3},
        Level.AGE: {(UNKNOWN, 25): 5},
        Level.TOTAL: {(UNKNOWN, None): 5},
    }
    for level in levels:
        _count(place, parts[level], level=level)
    table = _table(place)
    assert (table.level, table.fell_back, table.total, dict(table.cells)) == (shared, True, 10, cells)


def test_by_age_alone(place: Place) -> None:
    _count(place, {(UNKNOWN, 25): 5, (UNKNOWN, None): 1}, level=Level.AGE)
    _count(place, {(WOMAN, 25): 2}, level=Level.GENDER_AGE)
    table = _table(place)
    assert (table.level, table.fell_back, table.genders) == (Level.AGE, True, (UNKNOWN,))
    assert (table.classified, table.total) == (7, 8)


def test_totals_only_have_no_coverage(place: Place) -> None:
    _count(place, {(UNKNOWN, None): 5}, level=Level.TOTAL)
    table = _table(place)
    assert (table.level, table.fell_back, table.total, table.coverage) == (Level.TOTAL, False, 5, None)
    assert table.shares == {}


def test_a_level_asked_for_leaves_out_the_coarser_counts_but_not_from_the_coverage(place: Place) -> None:
    _count(place, {(WOMAN, 25): 6, (UNKNOWN, None): 1})
    _count(place, {(UNKNOWN, None): 13}, level=Level.TOTAL)
    table = _table(place, level=Level.GENDER_AGE)
    assert (table.level, table.fell_back, table.left_out, table.total) == (Level.GENDER_AGE, False, 13, 20)
    assert table.coverage == 6 / 20


def test_a_level_that_no_count_tells(place: Place) -> None:
    _count(place, {(UNKNOWN, None): 13}, level=Level.TOTAL)
    table = _table(place, level=Level.GENDER_AGE)
    assert (table.level, table.fell_back, table.total, table.classified) == (Level.TOTAL, True, 13, 0)


def _age_set(name: str, *lowers: int) -> AgeSet:
    age_set = AgeSet.objects.create(name=name, version=1, valid_from=dt.date(2026, 1, 1))
    for lower, after in zip(lowers, [*lowers[1:], None], strict=True):
        AgeBand.objects.create(age_set=age_set, lower=lower, upper=after - 1 if after else None)
    return age_set


def test_age_sets_merge_where_their_borders_nest(place: Place) -> None:
    _count(place, {(WOMAN, 0): 1, (WOMAN, 5): 2, (MAN, 45): 4})
    _count(place, {(WOMAN, 0): 8, (MAN, 25): 16}, age_set=_age_set("Grov", 0, 15, 25, 65))
    table = _table(place)
    assert [str(band) for band in table.bands] == ["0–14", "15–24", "25–64", "65+"]
    assert table.cells == {(WOMAN, Band(0, 14)): 11, (MAN, Band(25, 64)): 20}
    assert not table.fell_back


def test_age_sets_that_do_not_nest_fall_back_to_gender(place: Place) -> None:
    _count(place, {(WOMAN, 0): 1, (MAN, 45): 4})
    _count(place, {(WOMAN, 18): 8}, age_set=_age_set("Vuxna", 0, 18))
    table = _table(place)
    assert (table.level, table.fell_back, table.bands) == (Level.GENDER, True, ())
    assert table.cells == {(WOMAN, None): 9, (MAN, None): 4}


def test_ages_alone_that_do_not_nest_fall_back_to_totals(place: Place) -> None:
    _count(place, {(UNKNOWN, 0): 1}, level=Level.AGE)
    _count(place, {(UNKNOWN, 18): 8}, level=Level.AGE, age_set=_age_set("Vuxna", 0, 18))
    table = _table(place)
    assert (table.level, table.fell_back, table.cells) == (Level.TOTAL, True, {(UNKNOWN, None): 9})


def test_shared_bands_of_sets_that_end_or_leave_ages_out() -> None:
    ends = [Band(0, 14), Band(15, 24), Band(25, 99)]
    assert shared_bands([ends, [Band(0, 24), Band(25, 110)]]) == {
        Band(0, 14): Band(0, 24),
        Band(15, 24): Band(0, 24),
        Band(25, 99): Band(25, 110),
        Band(0, 24): Band(0, 24),
        Band(25, 110): Band(25, 110),
    }
    assert shared_bands([ends, [Band(15, 24), Band(25, 99)]]) is None
    assert shared_bands([[]]) == {}


def test_one_count_by_gender_and_age(place: Place) -> None:
    headcount = _count(place, {(WOMAN, 25): 4, (UNKNOWN, None): 1})
    table = queries.people_of(headcount)
    assert (table.total, table.coverage, len(table.bands)) == (5, 4 / 5, 6)
    empty = queries.people_of(factories.HeadcountFactory.create(place=place, level=Level.TOTAL))
    assert (empty.level, empty.total, empty.genders) == (None, None, (UNKNOWN,))


# --- per count, per hour, per visit


def test_staying_is_a_mean_per_count_with_its_interval(place: Place) -> None:
    for people, day in ((10, 2), (20, 3), (30, 4)):
        _count(place, {(WOMAN, 25): people}, date=dt.date(2026, 11, day))
    factories.HeadcountFactory.create(place=place)
    november, october = queries.staying_figures(place, [NOVEMBER, OCTOBER])
    assert (november.counts, november.people, november.mean) == (3, 60, 20)
    # t(0.975; 2) = 4.3027, standard deviation 10, so 20 ± 4.3027 × 10 / √3.
    assert (november.low, november.high) == pytest.approx((-4.842, 44.842), abs=0.001)
    assert (october.counts, october.people, october.mean, october.low) == (0, None, None, None)


def test_staying_in_one_zone_and_in_parts_that_overlap(place: Place) -> None:
    headcount = _count(place, {(WOMAN, 25): 10})
    _count(place, {(WOMAN, 25): 30})
    year, month = queries.staying_figures(place, [Period.year(2026), NOVEMBER], zone=headcount.zone)
    assert (year.mean, month.mean, month.low) == (10, 10, None)
    assert queries.staying_figures(place, []) == []


@pytest.mark.parametrize("parts", [1, 12])
def test_all_parts_cost_one_query(place: Place, parts: int) -> None:
    months = [Period.month(2026, month) for month in range(1, parts + 1)]
    for ask in (queries.staying_figures, queries.passing_figures, queries.participating_figures):
        with CaptureQueriesContext(connection) as asked:
            ask(place, months)
        assert len(asked) == 1


def test_passing_is_per_counted_hour(place: Place) -> None:
    line = factories.LineFactory.create(place=place)
    for day in (2, 3):
        _count(
            place,
            {(UNKNOWN, None): 50},
            date=dt.date(2026, 11, day),
            measure=Measure.PASSING,
            level=Level.TOTAL,
            line=line,
            minutes=10,
        )
    november, october = queries.passing_figures(place, [NOVEMBER, OCTOBER])
    assert (november.counts, november.people, november.minutes, november.per_hour) == (2, 100, 20, 300)
    # The exact Poisson interval of 100 is 81.36 to 121.63; three times as many an hour.
    assert (november.low, november.high) == pytest.approx((244.1, 364.9), abs=0.1)
    assert (october.people, october.minutes, october.per_hour, october.high) == (None, 0, None, None)
    assert queries.passing_figures(place, [NOVEMBER], line=factories.LineFactory.create(place=place))[0].counts == 0


def _participants(place: Place, people: int, **other: Any) -> Headcount:
    occurrence = factories.OccurrenceFactory.create(place=place, told=True, **other)
    return _count(
        place,
        {(UNKNOWN, None): people},
        measure=Measure.PARTICIPATING,
        level=Level.TOTAL,
        occurrence=occurrence,
        date=occurrence.date,
    )


def test_participating_is_visits_and_kinds_stay_apart(place: Place) -> None:
    _participants(place, 12)
    _participants(place, 8)
    _participants(place, 400, kind="event")
    assert queries.participating_figures(place, [NOVEMBER, OCTOBER]) == [
        queries.ParticipatingFigure(NOVEMBER, 420, 3),
        queries.ParticipatingFigure(OCTOBER, None, 0),
    ]
    assert queries.participating_by_kind(place, NOVEMBER) == {
        "activation": queries.ParticipatingFigure(NOVEMBER, None, 0),
        "activity": queries.ParticipatingFigure(NOVEMBER, 20, 2),
        "event": queries.ParticipatingFigure(NOVEMBER, 400, 1),
        "exhibition": queries.ParticipatingFigure(NOVEMBER, None, 0),
    }


# --- against the population


def _population(*cells: tuple[int, int, int | None, int], year: int = 2019) -> None:
    for gender, lower, upper, people in cells:
        factories.PopulationFactory.create(gender=gender, lower=lower, upper=upper, people=people, year=year)


def test_representation_is_share_over_share(place: Place) -> None:
    _population((WOMAN, 0, 24, 250), (WOMAN, 25, None, 250), (MAN, 0, 24, 250), (MAN, 25, None, 250))
    _population((WOMAN, 0, None, 1), year=2018)
    _count(place, {(WOMAN, 5): 10, (WOMAN, 15): 10, (WOMAN, 65): 15, (MAN, 25): 5, (UNKNOWN, None): 10})
    _count(place, {(UNKNOWN, None): 30}, level=Level.TOTAL)
    found = queries.representation(place, NOVEMBER, Measure.STAYING)
    assert found is not None
    assert (found.level, found.year, found.population, found.source) == (
        Level.GENDER_AGE,
        2019,
        1000,
        "SCB, 31 december 2019",
    )
    assert [(g.gender, str(g.band), g.counted, g.share, g.index) for g in found.groups] == [
        (WOMAN, "0–24", 20, 0.5, 2.0),
        (WOMAN, "25+", 15, 0.375, 1.5),
        (MAN, "0–24", 0, 0.0, 0.0),
        (MAN, "25+", 5, 0.125, 0.5),
    ]
    assert (found.classified, found.total, found.coverage) == (40, 80, 0.5)
    assert found.dominant == found.group(WOMAN, Band(0, 24))
    assert (found.genders, [str(band) for band in found.bands]) == ((WOMAN, MAN), ["0–24", "25+"])
    assert found.groups[0].low == pytest.approx(1.408, abs=0.001)


def test_representation_by_gender_where_bands_share_no_border(place: Place) -> None:
    _population((WOMAN, 0, 17, 100), (WOMAN, 18, None, 400), (MAN, 0, 17, 100), (MAN, 18, None, 400))
    _count(place, {(WOMAN, 25): 11, (MAN, 25): 9})
    found = queries.representation(place, NOVEMBER, Measure.STAYING)
    assert found is not None
    assert (found.level, found.dominant, found.largest_share) == (Level.GENDER, None, 0.6)
    assert [(g.gender, g.band, g.population, g.index) for g in found.groups] == [
        (WOMAN, None, 500, 1.1),
        (MAN, None, 500, 0.9),
    ]


def test_representation_without_population_or_counts(place: Place) -> None:
    assert queries.representation(place, NOVEMBER, Measure.STAYING) is None
    _count(place, {(WOMAN, 25): 11})
    assert queries.representation(place, NOVEMBER, Measure.STAYING) is None
    _population((WOMAN, 0, None, 0), (MAN, 0, None, 10))
    found = queries.representation(place, NOVEMBER, Measure.STAYING)
    assert found is not None
    assert found.groups[0].index is None


# --- completeness


def test_completeness_tells_what_was_counted_and_why_not(place: Place) -> None:
    for day in (2, 3, 4, 5, 6):
        factories.OpenDayFactory.create(place=place, date=dt.date(2026, 11, day))
    line = factories.LineFactory.create(place=place)
    _count(place, {(WOMAN, 25): 4, (UNKNOWN, 25): 1}, date=dt.date(2026, 11, 2))
    _count(place, {(WOMAN, 25): 4}, date=dt.date(2026, 11, 8))
    _count(
        place,
        {(UNKNOWN, None): 9},
        date=dt.date(2026, 11, 3),
        measure=Measure.PASSING,
        level=Level.TOTAL,
        line=line,
        minutes=10,
    )
    _participants(place, 12, date=dt.date(2026, 11, 4))
    factories.OccurrenceFactory.create(place=place, told=True, date=dt.date(2026, 11, 4))
    factories.OccurrenceFactory.create(place=place, date=dt.date(2026, 11, 4))
    factories.GapFactory.create(place=place, first=dt.date(2026, 10, 30), last=dt.date(2026, 11, 5), measure="staying")
    factories.GapFactory.create(place=place, first=dt.date(2026, 12, 1), last=dt.date(2026, 12, 2))
    with CaptureQueriesContext(connection) as asked:
        found = queries.completeness(place, NOVEMBER)
    assert len(asked) == 4
    assert (found.open_days, found.days_with_staying, found.days_with_passing) == (5, 1, 1)
    assert (found.took_place, found.participants_counted) == (2, 1)
    assert [(one.measure, one.classified, one.total) for one in found.coverage] == [
        ("passing", 0, 9),
        ("staying", 8, 9),
        ("participating", 0, 12),
    ]
    assert found.coverage[1].share == 8 / 9
    assert [(gap.first.day, gap.reason, gap.measure) for gap in found.gaps] == [(30, Gap.Reason.ILLNESS, "staying")]
    assert (found.gaps[0].reason_label, found.gaps[0].measure_label) == (
        str(Gap.Reason.ILLNESS.label),
        str(Measure.STAYING.label),
    )
    assert found.unexplained == (dt.date(2026, 11, 6),)


# --- beside the entry


def _at(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=STOCKHOLM)


def test_the_last_four_of_the_same_weekday(place: Place) -> None:
    zone = factories.ZoneFactory.create(place=place)
    for week in range(1, 6):
        _count(place, {(WOMAN, 25): week}, zone=zone, date=TODAY - dt.timedelta(weeks=week))
    _count(place, {(WOMAN, 25): 99}, zone=zone, date=TODAY - dt.timedelta(days=1))
    _count(place, {(WOMAN, 25): 99}, date=TODAY - dt.timedelta(weeks=1))
    _count(place, {(WOMAN, 25): 99}, zone=zone)
    found = queries.same_weekday_before(place, Measure.STAYING, zone, TODAY)
    assert found == [EarlierCount(TODAY - dt.timedelta(weeks=week), week, None) for week in (1, 2, 3, 4)]


def test_of_several_the_same_day_the_nearest_hour(place: Place) -> None:
    zone = factories.ZoneFactory.create(place=place)
    day = TODAY - dt.timedelta(weeks=1)
    for hour in (10, 14, 16):
        _count(place, {(WOMAN, 25): hour}, zone=zone, date=day, started_at=_at(day, hour))
    near = queries.same_weekday_before(place, Measure.STAYING, zone, TODAY, at=dt.time(13, 30))
    last = queries.same_weekday_before(place, Measure.STAYING, zone, TODAY)
    assert ([one.people for one in near], [one.people for one in last]) == ([14], [16])


def test_occurrences_are_compared_within_their_series(place: Place) -> None:
    series = factories.SeriesFactory.create(place=place)
    day = TODAY - dt.timedelta(weeks=1)
    _participants(place, 12, date=day, series=series)
    _participants(place, 99, date=day)
    found = queries.same_weekday_before(place, Measure.PARTICIPATING, series, TODAY)
    assert [one.people for one in found] == [12]


# --- totals of a list


def test_totals_of_a_list_keep_the_measures_apart(place: Place) -> None:
    line = factories.LineFactory.create(place=place)
    other = {"measure": Measure.PASSING, "level": Level.TOTAL, "line": line}
    _count(place, {(UNKNOWN, None): 50}, minutes=10, **other)
    factories.HeadcountFactory.create(place=place, minutes=10, **other)
    _count(place, {(WOMAN, 25): 10})
    _count(place, {(WOMAN, 25): 5})
    passing, staying, participating = totals_by_measure(place.headcounts.all())
    assert passing == MeasureTotal("passing", 1, 50, 10)
    assert (passing.per_hour, staying.per_count, staying.per_hour) == (300, 7.5, None)
    assert participating == MeasureTotal("participating", 0, None, 0)
    assert (participating.per_count, participating.per_hour) == (None, None)
