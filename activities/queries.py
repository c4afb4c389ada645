"""Planned against held, and what else the plan and the log answer across rows. One question, one trip."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from activities.models import DayLog, DayLogLine, Kind, Occurrence, Permit, Season
from activities.models.wheel import PERMIT_DAYS
from places.models import OpenDay, OpeningException, Place
from places.opening import SchoolHoliday, eves, red_days
from places.periods import SEASON_STARTS, Period
from places.queries import school_holidays

Outcome = Occurrence.Outcome
SEASON_OF_MONTH = {(start - 1 + offset) % 12 + 1: name for name, start in SEASON_STARTS.items() for offset in range(3)}
# An activation on so many days of a week is told in one row.
FEWEST_STANDING = 3
# Shown one by one in a plan; the others come so often that they are shown as series.
SINGLES = (Kind.EVENT, Kind.EXHIBITION)


@dataclass(frozen=True)
class KindResult:
    """What became of the plan for one kind. planned = held + changed + cancelled + awaiting + ahead."""

    kind: str
    planned: int
    held: int
    changed: int
    cancelled: int
    # Begun, and nobody has told how it went.
    awaiting: int
    # Took place without having been planned; in none of the other numbers.
    unplanned: int
    # Still to come.
    ahead: int = 0

    @property
    def took_place(self) -> int:
        """Of the planned: held, as planned or changed."""
        return self.held + self.changed

    @property
    def label(self) -> str:
        return str(Kind(self.kind).label)


def planned_against_held(place: Place, period: Period) -> list[KindResult]:
    """The four kinds apart and always all four, in their usual order."""
    rows = _counted(place.occurrences.during(period).order_by().values("kind"))
    found = {row["kind"]: KindResult(**row) for row in rows}
    return [found.get(kind, _nothing(kind)) for kind in Kind.values]


@dataclass(frozen=True)
class SeasonsResult:
    """What became of the plan for one kind, season by season, and of the four together."""

    kind: str
    seasons: list[KindResult]
    year: KindResult


def planned_against_held_by_season(place: Place, year: int) -> list[SeasonsResult]:
    """The four kinds over the winter to autumn of a year; that winter begins in December of the year before."""
    whole = Period.between(Period.season(year, "winter").first, Period.season(year, "autumn").last)
    rows = _counted(place.occurrences.during(whole).order_by().values("kind", "date__month"))
    found: dict[tuple[str, str], KindResult] = {}
    for row in rows:
        season = SEASON_OF_MONTH[row.pop("date__month")]
        kind = row["kind"]
        found[kind, season] = _together(kind, [found.get((kind, season), _nothing(kind)), KindResult(**row)])
    results = [[found.get((kind, season), _nothing(kind)) for season in Season.Name.values] for kind in Kind.values]
    return [SeasonsResult(each[0].kind, each, _together(each[0].kind, each)) for each in results]


@dataclass(frozen=True)
class ReasonCount:
    """So many occurrences of a kind that were cancelled, or changed, for one reason."""

    reason: str
    kind: str
    count: int

    @property
    def reason_label(self) -> str:
        return str(Occurrence.Reason(self.reason).label)

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)


@dataclass(frozen=True)
class Exceptional:
    """One occurrence that was cancelled or changed."""

    date: dt.date
    title: str
    kind: str
    reason: str
    note: str

    @property
    def reason_label(self) -> str:
        return str(Occurrence.Reason(self.reason).label)

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)


def cancellations(place: Place, period: Period) -> list[ReasonCount]:
    """Most common first; empty when nothing was cancelled."""
    return _reasons(place, period, Outcome.CANCELLED)


def changes(place: Place, period: Period) -> list[ReasonCount]:
    """Most common first; empty when everything was held as planned."""
    return _reasons(place, period, Outcome.CHANGED)


def cancelled_occurrences(place: Place, period: Period) -> list[Exceptional]:
    """In order of date."""
    return _exceptional(place, period, Outcome.CANCELLED)


def changed_occurrences(place: Place, period: Period) -> list[Exceptional]:
    """In order of date."""
    return _exceptional(place, period, Outcome.CHANGED)


def distinct_partners(place: Place, period: Period) -> int:
    """Partners of what took place, planned or not; each once."""
    took_place = place.occurrences.during(period).took_place()
    return int(took_place.aggregate(partners=Count("partner", distinct=True))["partners"])


@dataclass(frozen=True)
class PlannedItem:
    """An event or exhibition in the plan."""

    date: dt.date
    last_date: dt.date
    title: str
    kind: str
    expected: int | None

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)


@dataclass
class SeriesSummary:
    """Something that returns: how often, and between which days of the period."""

    title: str
    kind: str
    first: dt.date
    last: dt.date
    occurrences: int = 0
    weekdays: set[int] = field(default_factory=set)

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)


@dataclass(frozen=True)
class Plan:
    """What is planned: events and exhibitions one by one, the rest as series."""

    items: list[PlannedItem]
    series: list[SeriesSummary]


def next_period_plan(place: Place, period: Period) -> Plan:
    """The plan of `period` itself, without what is cancelled; give it the coming period."""
    occurrences = list(
        place.occurrences.during(period)
        .filter(was_planned=True)
        .exclude(outcome=Outcome.CANCELLED)
        .order_by("starts_at", "title")
    )
    items = [
        PlannedItem(one.date, one.last_date, one.title, one.kind, one.expected)
        for one in occurrences
        if one.kind in SINGLES
    ]
    return Plan(items, _summed(one for one in occurrences if one.kind not in SINGLES))


def programme_of(place: Place, day: dt.date) -> list[Occurrence]:
    """All that is on that day, with what began earlier and runs on, in order of time."""
    runs_on = Q(date__lt=day, ends_at__gt=midnight(day))
    return list(place.occurrences.filter(Q(date=day) | runs_on).with_names().order_by("starts_at", "title"))


@dataclass(frozen=True)
class PermitDeadline:
    """The last day on which the police must have the papers of something planned, and when they were sent."""

    day: dt.date
    occurrence: Occurrence

    @property
    def sent_on(self) -> dt.date | None:
        return self.occurrence.permit_sent_on

    @property
    def label(self) -> str:
        """What is sent: a permit applied for, or a notice."""
        return str(Permit(self.occurrence.permit).label)


def permit_deadlines(place: Place, period: Period) -> list[PermitDeadline]:
    """Those whose last day lies in the period, in order of day; nothing of what is cancelled."""
    reach = Q()
    for permit, days in PERMIT_DAYS.items():
        ahead = dt.timedelta(days=days)
        reach |= Q(permit=permit, date__range=(period.first + ahead, period.last + ahead))
    found = place.occurrences.filter(reach).exclude(outcome=Outcome.CANCELLED).with_names()
    return sorted(
        (PermitDeadline(one.permit_deadline, one) for one in found if one.permit_deadline),
        key=lambda each: (each.day, each.occurrence.starts_at),
    )


@dataclass(frozen=True)
class Day:
    """One day of the programme, with the names the calendar has for it; empty where it has none."""

    date: dt.date
    red_day: str
    eve: str
    occurrences: list[Occurrence]
    # Where a school holiday begins, or the period does in the middle of one.
    school_holiday: SchoolHoliday | None = None

    @property
    def has_anything(self) -> bool:
        return bool(self.occurrences or self.red_day or self.eve or self.school_holiday)


@dataclass(frozen=True)
class Standing:
    """An activation that stands there on several days of a week, told in one row."""

    title: str
    kind: str
    occurrences: list[Occurrence]

    @property
    def states(self) -> list[tuple[str, int]]:
        """How many days in each state, the most common first."""
        return Counter(one.state for one in self.occurrences).most_common()


@dataclass(frozen=True)
class Week:
    """What an ISO week holds: what stands there day after day, and the days that hold anything else, in order."""

    year: int
    number: int
    is_now: bool
    standing: list[Standing]
    days: list[Day]


def programme_by_week(place: Place, period: Period, kind: str = "") -> list[Week]:
    """
    The period by ISO week, of one kind or all; weeks and days with nothing in them are left out.

    What began before the period and runs into it stands on the period's first day.
    """
    runs_on = Q(date__lt=period.first, ends_at__gt=midnight(period.first))
    found = place.occurrences.filter(Q(date__range=(period.first, period.last)) | runs_on).with_names()
    by_day: dict[dt.date, list[Occurrence]] = {}
    for one in found.filter(kind=kind) if kind else found:
        by_day.setdefault(max(one.date, period.first), []).append(one)
    red, evening = _calendar(red_days, period), _calendar(eves, period)
    school = {max(one.first, period.first): one for one in school_holidays(place, period)}
    days = [
        Day(day, red.get(day, ""), evening.get(day, ""), by_day.get(day, []), school.get(day))
        for day in sorted(by_day.keys() | red.keys() | evening.keys() | school.keys())
    ]
    now = timezone.localdate().isocalendar()[:2]
    weeks = groupby(days, key=lambda day: day.date.isocalendar()[:2])
    return [_week(year, number, (year, number) == now, list(each)) for (year, number), each in weeks]


def _week(year: int, number: int, is_now: bool, days: list[Day]) -> Week:  # noqa: FBT001  a field of the week
    series: dict[int, list[Occurrence]] = {}
    for one in (one for day in days for one in day.occurrences):
        if one.kind == Kind.ACTIVATION and one.series_id:
            series.setdefault(one.series_id, []).append(one)
    standing = [Standing(each[0].title, each[0].kind, each) for each in series.values() if len(each) >= FEWEST_STANDING]
    told = {one.pk for each in standing for one in each.occurrences}
    rest = [replace(day, occurrences=[one for one in day.occurrences if one.pk not in told]) for day in days]
    return Week(year, number, is_now, standing, [day for day in rest if day.has_anything])


@dataclass(frozen=True)
class LogDay:
    """All that was written down about one day."""

    date: dt.date
    log: DayLog | None
    lines: list[DayLogLine]
    open_day: OpenDay | None
    # A day lost, or changed beforehand.
    exception: OpeningException | None
    # What took place, and what was cancelled.
    occurrences: list[Occurrence]


def log_dates(place: Place, today: dt.date, tag: str = "") -> "QuerySet[Any, Any]":
    """
    Days up to `today` of which anything was written down, newest first; a page of them is one trip.

    With a `tag`, the days whose log has it.
    """
    written = place.day_logs.kept().filter(date__lte=today).order_by().values_list("date", flat=True)
    if tag:
        return written.filter(tags__contains=[tag]).order_by("-date")
    opened = place.open_days.filter(date__lte=today).order_by().values_list("date", flat=True)
    lost = place.opening_exceptions.filter(date__lte=today).order_by().values_list("date", flat=True)
    told = place.occurrences.filter(date__lte=today).exclude(outcome=Outcome.PLANNED).order_by()
    return written.union(opened, lost, told.values_list("date", flat=True)).order_by("-date")


def lines_of(place: Place, day: dt.date) -> list[DayLogLine]:
    """In the order they were written."""
    return list(place.day_log_lines.kept().filter(date=day).select_related("by"))


def log_days(place: Place, days: list[dt.date]) -> list[LogDay]:
    """The days in the order given. Costs four queries, however many the days."""
    logs = {log.date: log for log in place.day_logs.kept().filter(date__in=days)}
    opened = {day.date: day for day in place.open_days.filter(date__in=days)}
    exceptions = {row.date: row for row in place.opening_exceptions.filter(date__in=days)}
    occurrences: dict[dt.date, list[Occurrence]] = {}
    for one in place.occurrences.filter(date__in=days).exclude(outcome=Outcome.PLANNED):
        occurrences.setdefault(one.date, []).append(one)
    lines: dict[dt.date, list[DayLogLine]] = {}
    for line in place.day_log_lines.kept().filter(date__in=days).select_related("by"):
        lines.setdefault(line.date, []).append(line)
    return [
        LogDay(day, logs.get(day), lines.get(day, []), opened.get(day), exceptions.get(day), occurrences.get(day, []))
        for day in days
    ]


def _calendar(names: Callable[[int], Mapping[dt.date, str]], period: Period) -> dict[dt.date, str]:
    years = range(period.first.year, period.last.year + 1)
    return {day: name for year in years for day, name in names(year).items() if day in period}


def midnight(day: dt.date) -> dt.datetime:
    """When the local day begins."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _counted(rows: "QuerySet[Occurrence, Any]") -> "QuerySet[Occurrence, Any]":
    """Rows of KindResult for whatever they are grouped by."""
    planned = Q(was_planned=True)
    waiting = planned & Q(outcome=Outcome.PLANNED)
    now = timezone.now()
    return rows.annotate(
        planned=Count("pk", filter=planned),
        held=Count("pk", filter=planned & Q(outcome=Outcome.HELD)),
        changed=Count("pk", filter=planned & Q(outcome=Outcome.CHANGED)),
        cancelled=Count("pk", filter=planned & Q(outcome=Outcome.CANCELLED)),
        awaiting=Count("pk", filter=waiting & Q(starts_at__lte=now)),
        ahead=Count("pk", filter=waiting & Q(starts_at__gt=now)),
        unplanned=Count("pk", filter=~planned & Q(outcome__in=[Outcome.HELD, Outcome.CHANGED])),
    )


def _nothing(kind: str) -> KindResult:
    return KindResult(kind, planned=0, held=0, changed=0, cancelled=0, awaiting=0, unplanned=0)


def _together(kind: str, results: Iterable[KindResult]) -> KindResult:
    """The sum over stretches of time that do not overlap; of one kind, for kinds are never added up."""
    each = list(results)
    return KindResult(
        kind,
        planned=sum(one.planned for one in each),
        held=sum(one.held for one in each),
        changed=sum(one.changed for one in each),
        cancelled=sum(one.cancelled for one in each),
        awaiting=sum(one.awaiting for one in each),
        unplanned=sum(one.unplanned for one in each),
        ahead=sum(one.ahead for one in each),
    )


def _reasons(place: Place, period: Period, outcome: str) -> list[ReasonCount]:
    rows = (
        place.occurrences.during(period)
        .filter(outcome=outcome)
        .order_by()
        .values("reason", "kind")
        .annotate(count=Count("pk"))
        .order_by("-count", "reason", "kind")
    )
    return [ReasonCount(**row) for row in rows]


def _exceptional(place: Place, period: Period, outcome: str) -> list[Exceptional]:
    rows = (
        place.occurrences.during(period)
        .filter(outcome=outcome)
        .order_by("date", "starts_at", "title")
        .values("date", "title", "kind", "reason", "note")
    )
    return [Exceptional(**row) for row in rows]


def _summed(occurrences: Iterable[Occurrence]) -> list[SeriesSummary]:
    """By series; what has none is summed by its title. In order of first day, then of time."""
    summaries: dict[tuple[int | None, str, str], SeriesSummary] = {}
    for one in occurrences:
        title = "" if one.series_id else one.title
        summary = summaries.setdefault(
            (one.series_id, title, one.kind), SeriesSummary(one.title, one.kind, one.date, one.date)
        )
        summary.occurrences += 1
        summary.last = one.date
        summary.weekdays.add(one.date.weekday())
    return list(summaries.values())
