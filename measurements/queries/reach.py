"""What a season's plan is expected to reach, from the participants counted before. See `measurements.reach`."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from django.utils import timezone

from activities.models import Occurrence
from activities.queries import SEASON_OF_MONTH
from measurements import reach
from measurements.models import RepresentationTarget
from measurements.queries.aims import Prospect, groups_of, prospects
from measurements.queries.participation import History, key_of, participation_history
from measurements.reach import Backtest, Forecast, Group, Outlook, Planned, Reached, Window
from measurements.statistics import Interval
from places.models import Place
from places.periods import Kind as PeriodKind
from places.periods import Period

# Of each missing group, so many of the things that have reached it.
MOST_REACHED = 3

Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class MissingGroup:
    """A group expected to stay below its target or its share of the population, whatever chance does."""

    groups: frozenset[Group]
    # The target it is below; None for what the population alone is missing.
    target: RepresentationTarget | None
    # None where the population is not known or has nobody of the group.
    index: Interval | None
    share: Interval
    # What has had the most of it.
    by: tuple[Reached, ...]


@dataclass(frozen=True)
class Reach:
    """What the plan of a season is expected to reach."""

    period: Period
    history: History
    forecast: Forecast
    # One for each target of the season's year.
    prospects: tuple[Prospect, ...]
    # Below their targets, and then below the population, the furthest first.
    missing: tuple[MissingGroup, ...]
    # Planned occurrences of the season that have begun or been told of, and are in no forecast.
    begun: int

    @property
    def furthest(self) -> Group | None:
        """The group whose whole interval lies below its share of the population, and that is furthest below it."""
        return next(iter(_below_population(self.forecast)), None)


def expected_reach(place: Place, period: Period) -> Reach:
    """What is still to come of the period's plan. Costs six queries; one reads the ledger of participants."""
    history = participation_history(place)
    planned, titles, begun = _planned(place, period)
    # Winter is of the year of its January.
    targets = place.representation_targets.for_year(period.last.year)
    asked = [groups for one in targets if (groups := groups_of(one, history.bands)) is not None]
    found = reach.forecast(planned, history.past, history.population, asked)
    expected = prospects(targets, history, found)
    return Reach(
        period=period,
        history=replace(history, titles={**history.titles, **titles}),
        forecast=found,
        prospects=expected,
        missing=_missing(found, history, expected),
        begun=begun,
    )


def looked_back(place: Place) -> Backtest:
    """Each season that is over, forecast from what was counted before it, against what was counted in it."""
    history = participation_history(place)
    return reach.backtest(history.past, _windows(history, timezone.localdate()))


def _windows(history: History, today: dt.date) -> Iterable[Window]:
    """From the second season with counts to the last that is over."""
    if history.first is None:
        return
    season = Period.containing(history.first, PeriodKind.SEASON).next()
    while season.last < today:
        yield Window(season.code, SEASON_OF_MONTH[season.last.month], season.first, season.last)
        season = season.next()


# --- The plan ---------------------------------------------------------------------------------------------------------


def _planned(place: Place, period: Period) -> tuple[list[Planned], dict[str, str], int]:
    """What is still to come, by title and kind in order of first day; its titles; and how many have begun."""
    now = timezone.now()
    times: Counter[Key] = Counter()
    titles: dict[str, str] = {}
    former: dict[Key, set[str]] = defaultdict(set)
    begun = 0
    rows = (
        place.occurrences.during(period)
        .filter(was_planned=True)
        .exclude(outcome=Occurrence.Outcome.CANCELLED)
        .order_by("starts_at", "title")
        .values("title", "kind", "outcome", "starts_at", "copied_from__title")
    )
    for row in rows:
        if row["outcome"] != Occurrence.Outcome.PLANNED or row["starts_at"] <= now:
            begun += 1
            continue
        key = (key_of(row["title"]), row["kind"])
        titles.setdefault(key[0], row["title"])
        times[key] += 1
        if row["copied_from__title"]:
            former[key].add(key_of(row["copied_from__title"]))
    season = SEASON_OF_MONTH[period.last.month]
    planned = [
        Planned(title, kind, season, number, tuple(sorted(former[title, kind])))
        for (title, kind), number in times.items()
    ]
    return planned, titles, begun


def _missing(found: Forecast, history: History, expected: Sequence[Prospect]) -> tuple[MissingGroup, ...]:
    below: dict[frozenset[Group], RepresentationTarget | None] = {
        one.groups: one.target for one in expected if one.outlook == Outlook.BELOW and one.groups is not None
    }
    for cell in _below_population(found):
        below.setdefault(frozenset({cell}), None)
    by = reach.reached(history.past, below, history.population)
    return tuple(
        MissingGroup(
            groups, target, found.parts[groups].index, found.parts[groups].share, tuple(by[groups][:MOST_REACHED])
        )
        for groups, target in below.items()
    )


def _below_population(found: Forecast) -> list[Group]:
    """The furthest from the population first."""
    below = [group for group, index in found.index.items() if index.high < 1]
    return sorted(below, key=lambda group: found.index[group].value)
