"""An earlier year's plan as candidates to copy, and those chosen made into plan; nothing is made before that."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.actions import materialise, rhythm_of
from activities.actions.plan import SHARED
from activities.copying import Landing, Way, clipped, landed, landing, shifted, without
from activities.models import Kind, Occurrence, Season, Series
from activities.recurrence import Rhythm, dates, wall_times
from places.models import PeriodLock, Place, User
from places.models.place import validate_unlocked
from places.opening import eves, red_days
from places.periods import Kind as PeriodKind
from places.periods import Period

# What is copied of a series and of an occurrence; dates, outcome and papers to the police are the new year's own, and
# a zone may have ended.
ALIKE = tuple(name for name in SHARED if name != "zone_id")
# What stands at a place day after day shares its ground; two that are led there at the same time do not.
LED = frozenset({Kind.ACTIVITY, Kind.EVENT})
# A copy that lies nearer than this to where one would land is that year's, wherever it has been moved since.
HALF_A_YEAR = dt.timedelta(days=182)
ONE_DAY = dt.timedelta(days=1)


class State(models.TextChoices):
    """How it stands with a candidate; where several fit, the first of them."""

    COPIED = "copied", gettext_lazy("copied already")
    SKIPPED = "skipped", gettext_lazy("skipped")
    CLASHING = "clashing", gettext_lazy("clashes")
    RED_DAY = "red_day", gettext_lazy("red day")
    MOVED = "moved", gettext_lazy("moved")
    READY = "ready", gettext_lazy("same weekday")


class Why(models.TextChoices):
    """Why a candidate is skipped unless someone chooses otherwise."""

    PAST = "past", gettext_lazy("The day has passed.")
    LOCKED = "locked", gettext_lazy("The period is locked.")
    RUNS_ON = "runs_on", gettext_lazy("The series runs on by itself.")
    PLANNED = "planned", gettext_lazy("It is in the plan already, though not as a copy.")
    UNPLANNED = "unplanned", gettext_lazy("It was not in the plan then.")
    NOTHING_LEFT = "nothing_left", gettext_lazy("None of its days is left to come.")


@dataclass(frozen=True)
class Asked:
    """Which stretch of the past is to be copied, and so many years on."""

    period: Period
    years: int


@dataclass(frozen=True)
class Clash:
    """What is planned already on the same day, at the same time in the same zone or under the same title."""

    date: dt.date
    title: str


@dataclass(frozen=True)
class Candidate:
    """A series, or a single event or exhibition, with where it would land."""

    # "s12" is series 12, "o12" occurrence 12.
    key: str
    title: str
    kind: str
    where: str
    # Last time: each day of it within the asked stretch, in order, and the occurrences themselves.
    was_on: tuple[dt.date, ...]
    was: tuple[Occurrence, ...] = field(repr=False)
    # Where each of those days would land.
    was_landing: tuple[dt.date, ...]
    landing: Landing
    # The days it would have, in order; empty when none is left.
    days: tuple[dt.date, ...]
    # Of those: days with a name, and days with something in the way.
    red_days: tuple[tuple[dt.date, str], ...] = ()
    eves: tuple[tuple[dt.date, str], ...] = ()
    clashes: tuple[Clash, ...] = ()
    copies: int = 0
    why: str = ""
    # Of a series alone.
    rhythm: Rhythm | None = None

    @property
    def is_series(self) -> bool:
        return self.key.startswith("s")

    @property
    def pk(self) -> int:
        return int(self.key[1:])

    @property
    def date(self) -> dt.date:
        """Its first day in the new year."""
        return self.landing.date

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def why_label(self) -> str:
        return str(Why(self.why).label) if self.why else ""

    @property
    def in_the_way(self) -> tuple[dt.date, ...]:
        """Red days and days with a clash: a series can leave them out and keep the others."""
        return tuple(sorted({day for day, _name in self.red_days} | {clash.date for clash in self.clashes}))

    @property
    def state(self) -> State:
        if self.copies:
            return State.COPIED
        if self.why:
            return State.SKIPPED
        if self.clashes:
            return State.CLASHING
        if self.red_days:
            return State.RED_DAY
        return State.READY if self.landing.way == Way.SAME_WEEKDAY else State.MOVED

    def unless_planned(self) -> "Candidate":
        """Skipped where somebody has planned the same thing by hand on every one of its days."""
        own = {clash.date for clash in self.clashes if clash.title.casefold() == self.title.casefold()}
        planned = bool(self.days) and own == set(self.days)
        return replace(self, why=Why.PLANNED) if planned and not self.why else self

    @property
    def can_be_copied(self) -> bool:
        """Not twice, and not where nothing would come of it."""
        return self.state != State.COPIED and self.why not in {Why.RUNS_ON, Why.NOTHING_LEFT}

    @property
    def is_proposed(self) -> bool:
        """Whether it comes along unless someone says otherwise."""
        if self.state in {State.READY, State.MOVED}:
            return True
        some_are_free = len(self.in_the_way) < len(self.days)
        return self.is_series and some_are_free and self.state in {State.CLASHING, State.RED_DAY}


@dataclass(frozen=True)
class Choice:
    """What someone has ticked: the first day, and of a series whether days in the way are left out."""

    key: str
    date: dt.date
    leave_out: bool = True


@dataclass(frozen=True)
class Copied:
    """What was made, and how much of it had been made before."""

    series: tuple[Series, ...]
    occurrences: tuple[Occurrence, ...]
    # Of the series.
    dates: int
    already: int
    # Made as drafts, because what was copied lies in them.
    seasons: tuple[Season, ...]


# --- What could come along --------------------------------------------------------------------------------------------


def candidates(place: Place, asked: Asked) -> list[Candidate]:
    """
    The series and then the single items of the asked stretch, in order of date. Costs six queries.

    Of a series its days within the stretch; what was cancelled then is a candidate like the others.
    """
    was = _by_series(place, asked.period)
    singles = was.pop(None, [])
    series = {one.pk: one for one in Series.objects.filter(pk__in=list(was)).select_related("zone")}
    ground = _Ground.at(place, asked, list(series.values()), singles)
    found = [ground.of_series(series[key], rows) for key, rows in was.items() if key is not None]
    found.sort(key=lambda one: (one.was_on[0], one.title))
    return found + [ground.of_single(one) for one in singles]


def _by_series(place: Place, period: Period) -> dict[int | None, list[Occurrence]]:
    rows: dict[int | None, list[Occurrence]] = defaultdict(list)
    for one in place.occurrences.during(period).select_related("zone").order_by("starts_at", "title"):
        rows[one.series_id].append(one)
    return rows


Span: TypeAlias = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class _Ground:
    """What candidates are judged against."""

    place: Place
    asked: Asked
    today: dt.date
    named: Mapping[dt.date, str]
    locks: Sequence[PeriodLock]
    planned: Mapping[dt.date, list[Occurrence]]
    copies_of_series: Mapping[int, list[Series]]
    copies_of_single: Mapping[int, list[Occurrence]]

    @classmethod
    def at(cls, place: Place, asked: Asked, series: Sequence[Series], singles: Sequence[Occurrence]) -> "_Ground":
        of_series: dict[int, list[Series]] = defaultdict(list)
        for copy in Series.objects.filter(copied_from__in=series):
            of_series[copy.copied_from_id or 0].append(copy)
        of_single: dict[int, list[Occurrence]] = defaultdict(list)
        for single in Occurrence.objects.filter(copied_from__in=singles, series=None):
            of_single[single.copied_from_id or 0].append(single)
        return cls(
            place=place,
            asked=asked,
            today=timezone.localdate(),
            named=_named(asked),
            locks=list(place.locks.all()),
            planned=_planned(place, asked),
            copies_of_series=of_series,
            copies_of_single=of_single,
        )

    def of_single(self, one: Occurrence) -> Candidate:
        lands = landing(one.date, self.asked.years, self.named)
        times = shifted(one.starts_at, one.ends_at, lands.date)
        copies = [copy for copy in self.copies_of_single.get(one.pk, []) if abs(copy.date - lands.date) <= HALF_A_YEAR]
        found = Candidate(
            key=f"o{one.pk}",
            title=one.title,
            kind=one.kind,
            where=str(one.zone or ""),
            was_on=(one.date,),
            was=(one,),
            was_landing=(lands.date,),
            landing=lands,
            days=(lands.date,),
            clashes=self._clashes(one, {lands.date: times}),
            copies=len(copies),
            why=self._why_not(lands.date) or ("" if one.was_planned else Why.UNPLANNED),
        ).unless_planned()
        # What followed a day's name there belongs to that day, red as it is.
        return found if lands.way == Way.NAMED_DAY else self._with_names(found)

    def of_series(self, series: Series, was: Sequence[Occurrence]) -> Candidate:
        period, years = self.asked.period, self.asked.years
        then = clipped(_usual_rhythm(series, was), period.first, period.last)
        there = landed(then, years) if then else None
        rhythm = clipped(there, self.today) if there else None
        days = tuple(dates(rhythm)) if rhythm else ()
        lands = landing(then.first if then else was[0].date, years)
        if rhythm and rhythm.first != lands.date:
            lands = replace(lands, date=rhythm.first)
        times = dict(zip(days, wall_times(days, series.starts, series.ends), strict=True))
        copies = [
            copy
            for copy in self.copies_of_series.get(series.pk, [])
            if there and copy.first <= there.last and there.first <= copy.last
        ]
        return self._with_names(
            Candidate(
                key=f"s{series.pk}",
                title=series.title,
                kind=series.kind,
                where=str(series.zone or ""),
                was_on=tuple(one.date for one in was),
                was=tuple(was),
                was_landing=tuple(landing(one.date, years).date for one in was),
                landing=lands,
                days=days,
                clashes=self._clashes(series, times),
                copies=len(copies),
                why=self._why_not_series(series, days),
                rhythm=rhythm,
            ).unless_planned()
        )

    def _why_not_series(self, series: Series, days: Sequence[dt.date]) -> str:
        if not days:
            return Why.NOTHING_LEFT
        return Why.RUNS_ON if series.last >= days[0] else self._why_not(days[0])

    def _why_not(self, day: dt.date) -> str:
        if day < self.today:
            return Why.PAST
        return Why.LOCKED if any(lock.first <= day <= lock.last for lock in self.locks) else ""

    def _with_names(self, found: Candidate) -> Candidate:
        """Red days where the place keeps them closed, and eves."""
        years = {day.year for day in found.days}
        red = {day: name for year in years for day, name in red_days(year).items()}
        evening = {day: name for year in years for day, name in eves(year).items()}
        closed = self.place.closed_on_red_days
        return replace(
            found,
            red_days=tuple((day, red[day]) for day in found.days if closed and day in red),
            eves=tuple((day, evening[day]) for day in found.days if day in evening),
        )

    def _clashes(self, one: Series | Occurrence, times: Mapping[dt.date, Span]) -> tuple[Clash, ...]:
        return tuple(
            Clash(day, other.title)
            for day, span in times.items()
            for other in self.planned.get(day, [])
            if _in_the_way(one, span, other)
        )


def _in_the_way(one: Series | Occurrence, span: Span, other: Occurrence) -> bool:
    if isinstance(one, Series) and other.series_id == one.pk:
        return False
    if (one.kind, one.title.casefold()) == (other.kind, other.title.casefold()):
        return True
    led = one.kind in LED and other.kind in LED
    same_ground = one.zone_id is not None and one.zone_id == other.zone_id
    return led and same_ground and span[0] < other.ends_at and other.starts_at < span[1]


def _usual_rhythm(series: Series, was: Sequence[Occurrence]) -> Rhythm:
    """As it was meant: what was moved to another day of a week, once, goes back to its own."""
    rhythm = rhythm_of(series)
    usual = set(dates(rhythm))
    weeks = {one.date.isocalendar()[:2] for one in was if one.moved and one.date not in usual}
    moved = {day for day in rhythm.excluded if day.isocalendar()[:2] in weeks}
    return replace(rhythm, excluded=rhythm.excluded - moved)


def _named(asked: Asked) -> dict[dt.date, str]:
    """Red days and eves of the asked years and of those they would land in."""
    years = range(asked.period.first.year, asked.period.last.year + 1)
    both = {*years, *(year + asked.years for year in years)}
    return {day: name for year in sorted(both) for day, name in {**eves(year), **red_days(year)}.items()}


def _planned(place: Place, asked: Asked) -> dict[dt.date, list[Occurrence]]:
    """What is in the plan for each day on which something could land, an exhibition on its first day."""
    first, last = (landing(day, asked.years).date for day in (asked.period.first, asked.period.last))
    # Days with names lie up to five weeks apart from one year to the next.
    reach = 6 * 7 * ONE_DAY
    rows = place.occurrences.filter(date__range=(first - reach, last + reach))
    found: dict[dt.date, list[Occurrence]] = defaultdict(list)
    for one in rows.exclude(outcome=Occurrence.Outcome.CANCELLED).order_by("starts_at", "title"):
        found[one.date].append(one)
    return found


# --- What was chosen --------------------------------------------------------------------------------------------------


@transaction.atomic
def copy_chosen(*, place: Place, asked: Asked, chosen: Iterable[Choice], by: User) -> Copied:
    """
    Make the chosen candidates into plan, all or none. What has been copied before is left as it is.

    ValidationError when a day has passed or lies in a locked period.
    """
    # Two at once wait for each other here, so that the second finds what the first has copied.
    Place.objects.select_for_update().get(pk=place.pk)
    known = {one.key: one for one in candidates(place, asked)}
    wanted = [(known[choice.key], choice) for choice in chosen if choice.key in known]
    free = [(one, choice) for one, choice in wanted if one.can_be_copied]
    drafts = _Drafts(place)
    series, singles, days = [], [], 0
    for one, choice in free:
        _validate_day(place, choice.date)
        season = drafts.holding(choice.date)
        if one.is_series:
            made, number = _copy_series(one, choice, Series(place=place, season=season), by)
            series.append(made)
            days += number
        else:
            singles.append(_copy_single(place, one.was[0], choice.date))
    return Copied(tuple(series), tuple(singles), days, len(wanted) - len(free), tuple(drafts.made))


@transaction.atomic
def take_back_copies(*, place: Place, series: Iterable[int], occurrences: Iterable[int], by: User) -> tuple[int, int]:  # noqa: ARG001  what is not in the plan is nobody's
    """
    Take copies out of the plan again: how many occurrences went, and how many stayed.

    One that has begun, been told of, counted at or changed by itself stays, and its series with it.
    """
    copies = place.occurrences.filter(models.Q(series__in=list(series)) | models.Q(pk__in=list(occurrences)))
    rows = list(copies.filter(models.Q(copied_from__isnull=False) | models.Q(series__copied_from__isnull=False)))
    gone = 0
    for one in rows:
        if one.outcome == Occurrence.Outcome.PLANNED and not one.has_begun and not one.moved:
            gone += _removed(one)
    empty = place.series.filter(pk__in=list(series), copied_from__isnull=False, occurrences__isnull=True)
    empty.delete()
    return gone, len(rows) - gone


def _removed(one: Occurrence) -> int:
    try:
        with transaction.atomic():
            one.delete()
    except ProtectedError:
        return 0
    return 1


@dataclass
class _Drafts:
    """The seasons that what is copied lies in; one that is not in the plan yet is put there as a draft."""

    place: Place
    made: list[Season] = field(default_factory=list)
    known: dict[tuple[int, str], Season] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = {(one.year, one.name): one for one in self.place.seasons.all()}

    def holding(self, day: dt.date) -> Season:
        period = Period.containing(day, PeriodKind.SEASON)
        year, name = period.last.year, _season_name(period)
        if (year, name) not in self.known:
            season = Season.objects.create(place=self.place, year=year, name=name)
            self.known[year, name] = season
            self.made.append(season)
        return self.known[year, name]


def _season_name(period: Period) -> str:
    year = period.last.year
    return next(name for name in Season.Name.values if Period.season(year, name) == period)


def _validate_day(place: Place, day: dt.date) -> None:
    if day < timezone.localdate():
        raise ValidationError(_("%(day)s has passed."), code="past", params={"day": date_format(day)})
    validate_unlocked(place, day)


def _copy_series(one: Candidate, choice: Choice, series: Series, by: User) -> tuple[Series, int]:
    """Fill and save the new series; with it, how many dates it has."""
    source = Series.objects.select_related("zone").get(pk=one.pk)
    rhythm = _begun_on(one, choice.date)
    if choice.leave_out:
        rhythm = without(rhythm, one.in_the_way)
    series.first, series.last = rhythm.first, rhythm.last
    series.weekdays, series.every_weeks = sorted(rhythm.weekdays), rhythm.every_weeks
    series.also, series.excluded = sorted(rhythm.also), sorted(rhythm.excluded)
    series.starts, series.ends = source.starts, source.ends
    series.copied_from = source
    _take_over(source, series, choice.date)
    series.save()
    made = materialise(series=series, by=by).made
    _name_sources(series, one)
    return series, made


def _take_over(source: Series | Occurrence, copy: Series | Occurrence, day: dt.date) -> None:
    for name in ALIKE:
        setattr(copy, name, getattr(source, name))
    # A zone that is no longer used stays with last year's.
    copy.zone = None if source.zone and source.zone.ended_on and source.zone.ended_on < day else source.zone


def _begun_on(one: Candidate, day: dt.date) -> Rhythm:
    """The candidate's rhythm from another first day; ValidationError when it would end before it begins."""
    rhythm = one.rhythm
    if rhythm is None or day > rhythm.last:
        raise ValidationError(_("%(title)s would end before it begins."), code="ends", params={"title": one.title})
    return replace(rhythm, first=day)


def _name_sources(series: Series, one: Candidate) -> None:
    """Each new occurrence is told which of the former it stands for."""
    then: dict[dt.date, Occurrence] = {}
    for was, day in zip(one.was, one.was_landing, strict=True):
        then.setdefault(day, was)
    made = [new for new in series.occurrences.all() if new.date in then]
    for new in made:
        new.copied_from = then[new.date]
    Occurrence.objects.bulk_update(made, ["copied_from"])


def _copy_single(place: Place, source: Occurrence, day: dt.date) -> Occurrence:
    starts_at, ends_at = shifted(source.starts_at, source.ends_at, day)
    occurrence = Occurrence(place=place, date=day, starts_at=starts_at, ends_at=ends_at, copied_from=source)
    _take_over(source, occurrence, day)
    occurrence.save()
    return occurrence
