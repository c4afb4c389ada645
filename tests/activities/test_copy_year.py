"""A year's plan laid on another: the mapping of dates, the candidates, and what is made of those chosen."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given, settings
from hypothesis import strategies as st

from activities.actions import materialise
from activities.copies import Asked, Choice, State, Why, candidates, copy_chosen, take_back_copies
from activities.copying import Landing, Way, clipped, landed, landing, last_iso_week, shifted, without
from activities.models import Kind, Occurrence, Season, Series
from activities.recurrence import Rhythm, dates, wall_times
from places.models import Place, User
from places.opening import eves, red_days
from places.periods import Period
from tests import factories
from tests.conftest import STOCKHOLM, TODAY

UTC = ZoneInfo("UTC")
ONE_DAY = dt.timedelta(days=1)
DAYS = st.dates(dt.date(2019, 1, 1), dt.date(2034, 12, 31))
YEARS = st.integers(1, 3)


def iso(day: dt.date) -> tuple[int, int, int]:
    return tuple(day.isocalendar())  # type: ignore[return-value]


def names(first: int, last: int) -> dict[dt.date, str]:
    return {day: name for year in range(first, last + 1) for day, name in {**eves(year), **red_days(year)}.items()}


@st.composite
def rhythms(draw: st.DrawFn) -> Rhythm:
    first = draw(DAYS)
    last = first + draw(st.integers(0, 400)) * ONE_DAY
    near = st.integers(-30, 430).map(lambda days: first + days * ONE_DAY)
    weekdays = draw(st.frozensets(st.integers(0, 6), max_size=4))
    also = draw(st.frozensets(near, min_size=0 if weekdays else 1, max_size=4))
    inside = list(dates(Rhythm(first, last, weekdays or frozenset({0}))))
    excluded = draw(st.frozensets(st.sampled_from(inside), max_size=4)) if inside else frozenset()
    return Rhythm(first, last, weekdays, draw(st.integers(1, 4)), also, excluded)


# --- Days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        # Week 24, Wednesday.
        (dt.date(2026, 6, 10), 1, dt.date(2027, 6, 16)),
        # A leap day: Thursday of week 9, both years.
        (dt.date(2024, 2, 29), 1, dt.date(2025, 2, 27)),
        # Into a leap year, on its 29 February: Saturday of week 9 in 2027, Tuesday of week 9 in 2028.
        (dt.date(2027, 3, 2), 1, dt.date(2028, 2, 29)),
        # 1 January 2027 is Friday of week 53 of 2026; 2027 has 52 weeks.
        (dt.date(2027, 1, 1), 1, dt.date(2027, 12, 31)),
        # The last day of a year may lie in the first week of the next.
        (dt.date(2025, 12, 31), 1, dt.date(2027, 1, 6)),
        # From a week 53 to a year that has one.
        (dt.date(2020, 12, 31), 6, dt.date(2026, 12, 31)),
        # The Sundays on which the clocks change, weeks 13 and 43.
        (dt.date(2026, 3, 29), 1, dt.date(2027, 4, 4)),
        (dt.date(2026, 10, 25), 1, dt.date(2027, 10, 31)),
    ],
)
def test_landing_by_hand(day: dt.date, years: int, expected: dt.date) -> None:
    assert landing(day, years).date == expected


@given(day=DAYS, years=YEARS)
@example(day=dt.date(2026, 12, 28), years=1)
@example(day=dt.date(2020, 12, 28), years=1)
@example(day=dt.date(2024, 2, 29), years=1)
def test_landing_is_the_same_weekday_of_the_same_week(day: dt.date, years: int) -> None:
    lands = landing(day, years)
    year, week, weekday = iso(day)
    exists = week <= last_iso_week(year + years)

    assert iso(lands.date) == (year + years, week if exists else 52, weekday)
    assert lands.way == (Way.SAME_WEEKDAY if exists else Way.WEEK_52)
    # Never further from the whole years than the week 53 that lies between.
    assert (lands.date - day).days in {364 * years + 7 * weeks for weeks in range(-1, years + 1)}


@given(year=st.integers(2019, 2034), years=YEARS)
def test_days_of_one_year_never_meet_except_in_week_52(year: int, years: int) -> None:
    first = dt.date.fromisocalendar(year, 1, 1)
    days = [first + number * ONE_DAY for number in range(7 * last_iso_week(year))]
    landed_on = [landing(day, years).date for day in days]
    doubled = {day for day in landed_on if landed_on.count(day) > 1}

    lost_week = last_iso_week(year) == 53 and last_iso_week(year + years) == 52
    assert {iso(day)[1] for day in doubled} == ({52} if lost_week else set())


@pytest.mark.parametrize(
    ("day", "name", "expected"),
    [
        (dt.date(2026, 6, 19), "Midsommarafton", dt.date(2027, 6, 25)),
        (dt.date(2026, 6, 6), "Nationaldagen", dt.date(2027, 6, 6)),
        (dt.date(2026, 4, 30), "Valborgsmässoafton", dt.date(2027, 4, 30)),
        (dt.date(2026, 12, 24), "Julafton", dt.date(2027, 12, 24)),
        # Two names on one day (Ascension Day and 1 May 2008 meet): the first of them.
        (dt.date(2008, 5, 1), "Första maj", dt.date(2009, 5, 1)),
    ],
)
def test_what_stands_on_a_day_with_a_name_follows_the_name(day: dt.date, name: str, expected: dt.date) -> None:
    known = names(day.year, day.year + 1)

    lands = landing(day, 1, known)

    assert (lands.date, lands.way) == (expected, Way.NAMED_DAY)
    assert name in known[day]
    assert lands.name in known[expected]


def test_a_name_the_other_year_lacks_leaves_the_weekday() -> None:
    assert landing(dt.date(2026, 6, 10), 1, {dt.date(2026, 6, 10): "Torgets dag"}) == Landing(
        dt.date(2027, 6, 16), Way.SAME_WEEKDAY
    )


@given(year=st.integers(2019, 2034), years=YEARS)
def test_every_named_day_lands_on_its_own_name(year: int, years: int) -> None:
    known = names(year, year + years)
    for day in (day for day in known if day.year == year):
        lands = landing(day, years, known)
        assert lands.way == Way.NAMED_DAY
        assert set(known[day].split("; ")) & set(known[lands.date].split("; "))


# --- Rhythms ----------------------------------------------------------------------------------------------------------


@given(rhythm=rhythms(), years=YEARS)
def test_a_series_keeps_its_rhythm(rhythm: Rhythm, years: int) -> None:
    there = landed(rhythm, years)

    assert (there.weekdays, there.every_weeks) == (rhythm.weekdays, rhythm.every_weeks)
    assert there.first == landing(rhythm.first, years).date
    assert there.also == {landing(day, years).date for day in rhythm.also}
    assert there.excluded == {landing(day, years).date for day in rhythm.excluded}
    made = dates(there)
    assert made == sorted(set(made))
    assert all(day.weekday() in rhythm.weekdays or day in there.also for day in made)


@given(rhythm=rhythms(), years=YEARS)
def test_within_years_of_52_weeks_every_date_lands_and_no_other_is_made(rhythm: Rhythm, years: int) -> None:
    here = dates(rhythm)
    touched = {iso(day)[0] for day in (*here, rhythm.first, rhythm.last, *rhythm.excluded)}
    if any(last_iso_week(year + more) == 53 for year in touched for more in range(years + 1)):
        return

    assert dates(landed(rhythm, years)) == [landing(day, years).date for day in here]


@given(rhythm=rhythms())
def test_a_rhythm_that_begins_and_ends_in_week_53_never_ends_before_it_begins(rhythm: Rhythm) -> None:
    there = landed(rhythm, 1)
    assert there.first <= there.last


def test_week_53_alone_comes_out_in_week_52() -> None:
    # Sunday of week 52 to Monday of week 53, 2026: 27 and 28 December.
    rhythm = Rhythm(dt.date(2026, 12, 27), dt.date(2026, 12, 28), frozenset({0, 6}))
    there = landed(rhythm, 1)

    # The Monday would land before the Sunday, and is left behind.
    assert (there.first, there.last) == (dt.date(2028, 1, 2), dt.date(2028, 1, 2))
    assert dates(there) == [dt.date(2028, 1, 2)]


@given(rhythm=rhythms(), first=st.none() | DAYS, last=st.none() | DAYS)
def test_a_clipped_rhythm_has_the_dates_of_the_stretch_and_no_other(
    rhythm: Rhythm, first: dt.date | None, last: dt.date | None
) -> None:
    part = clipped(rhythm, first, last)

    expected = [day for day in dates(rhythm) if (first or day) <= day <= (last or day)]
    assert (dates(part) if part else []) == expected


@given(rhythm=rhythms(), days=st.sets(DAYS, max_size=5))
def test_days_left_out_are_gone_and_the_others_stay(rhythm: Rhythm, days: set[dt.date]) -> None:
    assert dates(without(rhythm, days)) == [day for day in dates(rhythm) if day not in days]


# --- Clock times ------------------------------------------------------------------------------------------------------


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=STOCKHOLM).astimezone(UTC)


@given(
    day=DAYS,
    to=DAYS,
    start=st.times(),
    minutes=st.integers(15, 60 * 24 * 40),
)
@example(day=dt.date(2026, 3, 22), to=dt.date(2027, 3, 28), start=dt.time(2, 30), minutes=30)
@example(day=dt.date(2026, 10, 18), to=dt.date(2027, 10, 31), start=dt.time(2, 30), minutes=60)
@example(day=dt.date(2026, 10, 25), to=dt.date(2027, 10, 24), start=dt.time(2, 45), minutes=30)
def test_clock_times_stay_what_they_were(day: dt.date, to: dt.date, start: dt.time, minutes: int) -> None:
    naive = dt.datetime.combine(day, start.replace(second=0, microsecond=0))
    starts_at = naive.replace(tzinfo=STOCKHOLM).astimezone(UTC)
    ends_at = starts_at + dt.timedelta(minutes=minutes)

    new_start, new_end = shifted(starts_at, ends_at, to)

    assert new_end > new_start
    old, new = (moment.astimezone(STOCKHOLM).replace(tzinfo=None, fold=0) for moment in (starts_at, new_start))
    assert new.date() == to
    # The same on the wall, but for an hour that the spring shift skips.
    assert new.time() == old.time() or new.hour == 3


def test_an_exhibition_keeps_its_days_over_a_change_of_clocks() -> None:
    new = shifted(at(2026, 10, 5, 11), at(2026, 11, 13, 16), dt.date(2027, 10, 11))
    assert new == (at(2027, 10, 11, 11), at(2027, 11, 19, 16))


# --- Candidates -------------------------------------------------------------------------------------------------------


YEAR = Asked(Period.year(2026), 1)


def event(place: Place, day: dt.date, title: str = "Vårkonsert", **more: object) -> Occurrence:
    one = factories.OccurrenceFactory.create(place=place, title=title, kind=Kind.EVENT, date=day, **more)
    return Occurrence.objects.get(pk=one.pk)


def series(place: Place, manager: User, **more: object) -> Series:
    made = factories.SeriesFactory.create(place=place, **more)
    materialise(series=made, by=manager)
    return made


def test_an_event_lands_on_the_same_weekday_of_the_same_week(place: Place) -> None:
    event(place, dt.date(2026, 5, 9))

    (found,) = candidates(place, YEAR)

    assert (found.title, found.was_on, found.date) == ("Vårkonsert", (dt.date(2026, 5, 9),), dt.date(2027, 5, 15))
    assert (found.state, found.is_proposed, found.can_be_copied) == (State.READY, True, True)


def test_midsummer_follows_its_eve(place: Place) -> None:
    event(place, dt.date(2026, 6, 19), "Midsommardans")

    (found,) = candidates(place, YEAR)

    assert (found.date, found.state, found.landing.name) == (dt.date(2027, 6, 25), State.MOVED, "Midsommarafton")
    assert found.is_proposed


def test_what_would_land_on_a_red_day_is_not_proposed(place: Place) -> None:
    # Saturday of week 17 is 25 April 2026 and 1 May 2027.
    event(place, dt.date(2026, 4, 25), "Plantbyte")

    (found,) = candidates(place, YEAR)

    assert (found.date, found.state) == (dt.date(2027, 5, 1), State.RED_DAY)
    assert found.red_days == ((dt.date(2027, 5, 1), "Första maj"),)
    assert not found.is_proposed
    assert found.can_be_copied


def test_a_place_that_is_open_on_red_days_has_none_in_the_way(place: Place) -> None:
    Place.objects.filter(pk=place.pk).update(closed_on_red_days=False)
    place.refresh_from_db()
    event(place, dt.date(2026, 4, 25), "Plantbyte")

    assert [one.state for one in candidates(place, YEAR)] == [State.READY]


def test_an_eve_is_told_and_does_not_stop(place: Place) -> None:
    # Friday of week 17 is 24 April 2026 and 30 April 2027.
    event(place, dt.date(2026, 4, 24))

    (found,) = candidates(place, YEAR)

    assert found.eves == ((dt.date(2027, 4, 30), "Valborgsmässoafton"),)
    assert (found.state, found.is_proposed) == (State.READY, True)


def test_the_same_zone_at_the_same_time_clashes(place: Place) -> None:
    zone = factories.ZoneFactory.create(place=place)
    event(place, dt.date(2026, 5, 9), zone=zone)
    event(place, dt.date(2027, 5, 15), "Loppis", zone=zone)
    event(place, dt.date(2027, 5, 15), "Annan delyta", zone=factories.ZoneFactory.create(place=place))
    event(place, dt.date(2027, 5, 15), "Ingen delyta")
    event(
        place,
        dt.date(2027, 5, 15),
        "Efteråt",
        zone=zone,
        starts_at=dt.datetime(2027, 5, 15, 13, 45, tzinfo=STOCKHOLM),
    )
    event(place, dt.date(2027, 5, 15), "Står där", zone=zone).__class__.objects.filter(title="Står där").update(
        kind=Kind.ACTIVATION
    )
    cancelled = event(place, dt.date(2027, 5, 15), "Inställd", zone=zone, told=True)
    Occurrence.objects.filter(pk=cancelled.pk).update(outcome="cancelled", reason="staff")

    (found,) = candidates(place, YEAR)

    assert [clash.title for clash in found.clashes] == ["Loppis"]
    assert (found.state, found.is_proposed, found.can_be_copied) == (State.CLASHING, False, True)


def test_the_same_title_on_the_same_day_is_planned_already_wherever_it_is(place: Place) -> None:
    event(place, dt.date(2026, 5, 9))
    event(place, dt.date(2027, 5, 15), "VÅRKONSERT")

    (found,) = candidates(place, YEAR)

    assert (found.state, found.why, found.is_proposed, found.can_be_copied) == (
        State.SKIPPED,
        Why.PLANNED,
        False,
        True,
    )


def test_what_has_passed_or_is_locked_or_was_unplanned_is_skipped_with_its_reason(place: Place) -> None:
    event(place, dt.date(2025, 5, 10), "Förbi")
    event(place, dt.date(2025, 12, 9), "Låst")
    event(place, dt.date(2025, 12, 16), "Oplanerat", told=True, was_planned=False)
    factories.PeriodLockFactory.create(place=place, first=dt.date(2026, 12, 8), last=dt.date(2026, 12, 8))

    found = candidates(place, Asked(Period.year(2025), 1))

    assert [(one.title, one.state, one.why) for one in found] == [
        ("Förbi", State.SKIPPED, Why.PAST),
        ("Låst", State.SKIPPED, Why.LOCKED),
        ("Oplanerat", State.SKIPPED, Why.UNPLANNED),
    ]
    assert [one.is_proposed for one in found] == [False] * 3
    assert [one.why_label for one in found] == [str(why.label) for why in (Why.PAST, Why.LOCKED, Why.UNPLANNED)]


def test_a_series_has_its_part_of_the_season_and_leaves_red_days_for_the_asking(place: Place, manager: User) -> None:
    # Wednesdays from 1 April to 31 August 2026; the spring's part is to 27 May, nine of them.
    series(place, manager, first=dt.date(2026, 4, 1), last=dt.date(2026, 8, 31), starts=dt.time(16), ends=dt.time(17))

    (found,) = candidates(place, Asked(Period.season(2026, "spring"), 1))

    assert (found.was_on[0], found.was_on[-1], len(found.was_on)) == (dt.date(2026, 4, 1), dt.date(2026, 5, 27), 9)
    # Week 14 to week 22 of 2027.
    assert found.days == tuple(dt.date(2027, 4, 7) + 7 * number * ONE_DAY for number in range(9))
    assert (found.state, found.is_proposed) == (State.READY, True)


def test_a_series_with_some_days_in_the_way_comes_along_without_them(place: Place, manager: User) -> None:
    # Saturdays of weeks 16 to 18; that of week 17 is 1 May 2027, and week 18's has the same title already.
    one = series(place, manager, first=dt.date(2026, 4, 18), last=dt.date(2026, 5, 2), weekdays=(5,), title="Loppis")
    factories.OccurrenceFactory.create(place=place, title="Loppis", kind=one.kind, date=dt.date(2027, 5, 8))

    (found,) = candidates(place, Asked(Period.season(2026, "spring"), 1))

    assert found.days == (dt.date(2027, 4, 24), dt.date(2027, 5, 1), dt.date(2027, 5, 8))
    assert found.in_the_way == (dt.date(2027, 5, 1), dt.date(2027, 5, 8))
    assert (found.state, found.is_proposed) == (State.CLASHING, True)


def test_a_series_that_runs_on_or_has_nothing_left_cannot_be_copied(place: Place, manager: User) -> None:
    series(place, manager, title="Löper på", first=dt.date(2026, 9, 1), last=dt.date(2027, 12, 20))
    series(place, manager, title="Förbi", first=dt.date(2025, 9, 1), last=dt.date(2025, 9, 30))

    (runs_on,) = candidates(place, Asked(Period.season(2026, "autumn"), 1))
    (over,) = candidates(place, Asked(Period.season(2025, "autumn"), 1))

    assert (runs_on.why, runs_on.can_be_copied) == (Why.RUNS_ON, False)
    assert (over.why, over.can_be_copied, over.days) == (Why.NOTHING_LEFT, False, ())


def test_what_was_moved_once_goes_back_to_its_own_day(place: Place, manager: User) -> None:
    one = series(place, manager, first=dt.date(2026, 4, 1), last=dt.date(2026, 4, 15), excluded=[dt.date(2026, 4, 8)])
    thursday = dt.datetime(2026, 4, 9, 16, 30, tzinfo=STOCKHOLM)
    factories.OccurrenceFactory.create(
        place=place, series=one, date=thursday.date(), starts_at=thursday, moved=True, title=one.title, kind=one.kind
    )

    (found,) = candidates(place, Asked(Period.season(2026, "spring"), 1))

    assert found.days == (dt.date(2027, 4, 7), dt.date(2027, 4, 14), dt.date(2027, 4, 21))


def test_a_series_begun_already_is_copied_from_today_on(place: Place, manager: User) -> None:
    # Mondays of 2025's weeks 46 to 50; today is Monday of week 48 of 2026.
    series(place, manager, first=dt.date(2025, 11, 10), last=dt.date(2025, 12, 8), weekdays=(0,))

    (found,) = candidates(place, Asked(Period.between(dt.date(2025, 9, 1), dt.date(2025, 12, 31)), 1))

    assert found.days == (TODAY, TODAY + 7 * ONE_DAY, TODAY + 14 * ONE_DAY)
    assert found.date == TODAY


# --- Copies -----------------------------------------------------------------------------------------------------------


def copy_all(place: Place, by: User, asked: Asked = YEAR) -> list[Choice]:
    chosen = [Choice(one.key, one.date) for one in candidates(place, asked) if one.is_proposed]
    copy_chosen(place=place, asked=asked, chosen=chosen, by=by)
    return chosen


def test_what_is_copied_knows_where_it_comes_from(place: Place, manager: User) -> None:
    source = event(
        place,
        dt.date(2026, 5, 9),
        zone=factories.ZoneFactory.create(place=place),
        partner=factories.PartnerFactory.create(place=place),
        expected=130,
        target_groups=["seniors"],
        cost=2500,
        equipment="Scen",
        permit="apply",
        told=True,
        note="Regn",
    )
    copy_all(place, manager)

    copy = Occurrence.objects.get(copied_from=source)
    assert (copy.date, copy.starts_at, copy.ends_at) == (
        dt.date(2027, 5, 15),
        at(2027, 5, 15, 13),
        at(2027, 5, 15, 13, 45),
    )
    for name in ("title", "kind", "zone", "partner", "expected", "target_groups", "cost", "equipment", "permit"):
        assert getattr(copy, name) == getattr(source, name)
    assert (copy.outcome, copy.note, copy.told_by, copy.permit_sent_on) == ("planned", "", None, None)
    assert copy.uid != source.uid


def test_a_zone_no_longer_used_does_not_come_along(place: Place, manager: User) -> None:
    zone = factories.ZoneFactory.create(place=place, ended_on=dt.date(2026, 10, 1))
    source = event(place, dt.date(2026, 5, 9), zone=zone)
    copy_all(place, manager)

    assert Occurrence.objects.get(copied_from=source).zone is None


def test_a_series_is_copied_with_its_rhythm_and_its_dates_know_theirs(place: Place, manager: User) -> None:
    source = series(
        place,
        manager,
        first=dt.date(2026, 3, 2),
        last=dt.date(2026, 5, 29),
        weekdays=(2,),
        every_weeks=2,
        also=[dt.date(2026, 5, 30)],
        excluded=[dt.date(2026, 4, 1)],
    )
    copy_all(place, manager)

    copy = Series.objects.get(copied_from=source)
    assert (copy.first, copy.last, copy.weekdays, copy.every_weeks) == (
        dt.date(2027, 3, 8),
        dt.date(2027, 6, 4),
        [2],
        2,
    )
    assert (copy.also, copy.excluded) == ([dt.date(2027, 6, 5)], [dt.date(2027, 4, 7)])
    assert str(copy.season) == "vår 2027"
    made = list(copy.occurrences.order_by("date"))
    assert [one.copied_from.date for one in made if one.copied_from] == [
        one.date for one in source.occurrences.order_by("date")
    ]
    assert [iso(one.date)[1:] for one in made] == [iso(one.date)[1:] for one in source.occurrences.order_by("date")]


def test_days_in_the_way_are_left_out_or_not(place: Place, manager: User) -> None:
    one = series(place, manager, first=dt.date(2026, 4, 18), last=dt.date(2026, 5, 2), weekdays=(5,))
    asked = Asked(Period.season(2026, "spring"), 1)
    (found,) = candidates(place, asked)

    copied = copy_chosen(place=place, asked=asked, chosen=[Choice(found.key, found.date)], by=manager)
    assert [day.date for day in copied.series[0].occurrences.all()] == [dt.date(2027, 4, 24), dt.date(2027, 5, 8)]
    assert copied.dates == 2

    take_back_copies(place=place, series=[copied.series[0].pk], occurrences=[], by=manager)
    again = copy_chosen(
        place=place, asked=asked, chosen=[Choice(f"s{one.pk}", found.date, leave_out=False)], by=manager
    )
    assert again.dates == 3


def test_seasons_that_are_missing_are_made_as_drafts(place: Place, manager: User) -> None:
    factories.SeasonFactory.create(place=place, year=2027, name="spring")
    event(place, dt.date(2026, 5, 9))
    event(place, dt.date(2026, 7, 9))
    chosen = [Choice(one.key, one.date) for one in candidates(place, YEAR)]

    copied = copy_chosen(place=place, asked=YEAR, chosen=chosen, by=manager)

    assert [str(one) for one in copied.seasons] == ["sommar 2027"]
    assert Season.objects.get(name="summer").published_at is None


def test_another_day_can_be_chosen(place: Place, manager: User) -> None:
    source = event(place, dt.date(2026, 5, 9))
    chosen = [Choice(f"o{source.pk}", dt.date(2027, 5, 22))]
    copy_chosen(place=place, asked=YEAR, chosen=chosen, by=manager)

    assert Occurrence.objects.get(copied_from=source).date == dt.date(2027, 5, 22)


def test_a_later_first_day_shortens_a_series_from_the_front(place: Place, manager: User) -> None:
    source = series(place, manager, first=dt.date(2026, 4, 1), last=dt.date(2026, 4, 22))
    chosen = [Choice(f"s{source.pk}", dt.date(2027, 4, 20))]
    copied = copy_chosen(place=place, asked=YEAR, chosen=chosen, by=manager)

    assert [one.date for one in copied.series[0].occurrences.all()] == [dt.date(2027, 4, 21), dt.date(2027, 4, 28)]


@pytest.mark.parametrize(
    ("day", "code"),
    [(TODAY - ONE_DAY, "past"), (dt.date(2027, 6, 6), "locked"), (dt.date(2027, 7, 1), "ends")],
)
def test_a_refused_day_makes_nothing_at_all(place: Place, manager: User, day: dt.date, code: str) -> None:
    factories.PeriodLockFactory.create(place=place, first=dt.date(2027, 6, 6), last=dt.date(2027, 6, 6))
    first = event(place, dt.date(2026, 5, 9))
    second = series(place, manager, first=dt.date(2026, 6, 3), last=dt.date(2026, 6, 20))
    chosen = [Choice(f"o{first.pk}", dt.date(2027, 5, 15)), Choice(f"s{second.pk}", day)]

    with pytest.raises(ValidationError) as refusal:
        copy_chosen(place=place, asked=YEAR, chosen=chosen, by=manager)

    assert refusal.value.code == code
    assert not Occurrence.objects.filter(copied_from__isnull=False).exists()


def test_copying_again_never_duplicates(place: Place, manager: User) -> None:
    event(place, dt.date(2026, 5, 9))
    series(place, manager, first=dt.date(2026, 4, 1), last=dt.date(2026, 5, 27))
    chosen = copy_all(place, manager)
    before = sorted(Occurrence.objects.values_list("pk", flat=True))

    assert [one.state for one in candidates(place, YEAR)] == [State.COPIED, State.COPIED]
    again = copy_chosen(place=place, asked=YEAR, chosen=chosen, by=manager)

    assert (len(again.series), len(again.occurrences), again.already) == (0, 0, 2)
    assert sorted(Occurrence.objects.values_list("pk", flat=True)) == before


def test_two_who_copy_at_once_wait_for_each_other(place: Place, manager: User) -> None:
    source = event(place, dt.date(2026, 5, 9))
    with CaptureQueriesContext(connection) as asked:
        copy_chosen(place=place, asked=YEAR, chosen=[Choice(f"o{source.pk}", dt.date(2027, 5, 15))], by=manager)

    # Before anything is read of the plan, so that the second finds what the first has made.
    first = next(query["sql"] for query in asked.captured_queries if "SELECT" in query["sql"])
    assert 'FROM "places_place"' in first
    assert first.endswith("FOR UPDATE")


def test_a_copy_that_has_been_moved_still_counts_and_another_year_is_another_copy(place: Place, manager: User) -> None:
    source = event(place, dt.date(2026, 5, 9))
    copy_chosen(place=place, asked=YEAR, chosen=[Choice(f"o{source.pk}", dt.date(2027, 9, 1))], by=manager)

    assert [one.state for one in candidates(place, YEAR)] == [State.COPIED]
    assert [one.state for one in candidates(place, Asked(YEAR.period, 2))] == [State.READY]


def test_the_other_half_of_a_series_can_be_copied_with_its_own_season(place: Place, manager: User) -> None:
    series(place, manager, first=dt.date(2026, 4, 1), last=dt.date(2026, 8, 31))
    copy_all(place, manager, Asked(Period.season(2026, "spring"), 1))

    assert [one.state for one in candidates(place, Asked(Period.season(2026, "spring"), 1))] == [State.COPIED]
    assert [one.state for one in candidates(place, Asked(Period.season(2026, "summer"), 1))] == [State.READY]


def test_copies_are_taken_back_but_for_what_has_happened_to_them(place: Place, manager: User) -> None:
    source = series(place, manager, first=dt.date(2026, 4, 1), last=dt.date(2026, 4, 22))
    single = event(place, dt.date(2026, 5, 9))
    counted_at = event(place, dt.date(2026, 5, 16), "Loppis")
    chosen = [Choice(one.key, one.date) for one in candidates(place, YEAR)]
    copied = copy_chosen(place=place, asked=YEAR, chosen=chosen, by=manager)
    Occurrence.objects.filter(series=copied.series[0], date=dt.date(2027, 4, 7)).update(moved=True)
    counted = Occurrence.objects.get(copied_from=counted_at)
    factories.HeadcountFactory.create(place=place, measure="participating", occurrence=counted, zone=None)

    gone, stayed = take_back_copies(
        place=place,
        series=[copied.series[0].pk, source.pk],
        occurrences=[one.pk for one in copied.occurrences] + [single.pk],
        by=manager,
    )

    assert (gone, stayed) == (4, 2)
    # What was there before is never touched.
    assert source.occurrences.count() == 4
    assert Occurrence.objects.filter(pk=single.pk).exists()
    assert [one.date for one in Series.objects.get(copied_from=source).occurrences.all()] == [dt.date(2027, 4, 7)]


def test_a_series_copied_whole_is_gone_when_taken_back(place: Place, manager: User) -> None:
    source = series(place, manager, first=dt.date(2026, 4, 1), last=dt.date(2026, 4, 22))
    copy_all(place, manager)
    copy = Series.objects.get(copied_from=source)

    assert take_back_copies(place=place, series=[copy.pk], occurrences=[], by=manager) == (4, 0)
    assert not Series.objects.filter(pk=copy.pk).exists()


@given(
    year=st.sampled_from([2024, 2025, 2026]),
    weekdays=st.sets(st.integers(0, 6), min_size=1, max_size=3),
    every=st.integers(1, 3),
    start=st.integers(0, 330),
    length=st.integers(0, 120),
)
@settings(max_examples=25, deadline=None)
@pytest.mark.django_db
def test_a_copied_year_has_each_moment_once(year: int, weekdays: set[int], every: int, start: int, length: int) -> None:
    """Whatever the rhythm and the years: the same weekdays, the wall's own times, and nothing twice."""
    first = dt.date(year, 1, 1) + start * ONE_DAY
    last = first + length * ONE_DAY
    starts, ends = dt.time(2, 30), dt.time(3, 15)
    # Every example begins with an empty plan.
    with transaction.atomic():
        place, by = factories.PlaceFactory.create(), factories.UserFactory.create()
        source = series(
            place, by, first=first, last=last, weekdays=sorted(weekdays), every_weeks=every, starts=starts, ends=ends
        )
        for _again in range(2):
            copy_all(place, by, Asked(Period.between(first, last), 2027 - year))
        copies = list(Series.objects.filter(copied_from=source))
        made = [one for copy in copies for one in copy.occurrences.order_by("starts_at")]

        assert len(copies) <= 1
        assert len({one.starts_at for one in made}) == len(made)
        assert all(one.date.weekday() in weekdays for one in made)
        assert all(one.date not in red_days(one.date.year) for one in made)
        times = wall_times([one.date for one in made], starts, ends)
        # In one zone: two zones are never compared as equal in the hour that the autumn shift repeats.
        assert [(one.starts_at, one.ends_at) for one in made] == [
            (start.astimezone(UTC), end.astimezone(UTC)) for start, end in times
        ]
        transaction.set_rollback(True)


def test_the_cost_does_not_follow_how_much_there_is(
    place: Place, manager: User, django_assert_num_queries: object
) -> None:
    for number in range(3):
        event(place, dt.date(2026, 5, 9) + number * ONE_DAY)
        series(place, manager, first=dt.date(2026, 4, 1), last=dt.date(2026, 4, 22), title=f"Serie {number}")
        with django_assert_num_queries(6):  # type: ignore[operator]
            assert len(candidates(place, YEAR)) == 2 * (number + 1)
