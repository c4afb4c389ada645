"""Planned against held, and what else the plan and the log answer across rows. One question, one trip."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils import timezone

from activities.models import Kind, Occurrence
from places.models import Place
from places.periods import Period

Outcome = Occurrence.Outcome
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
    planned = Q(was_planned=True)
    waiting = planned & Q(outcome=Outcome.PLANNED)
    now = timezone.now()
    rows = (
        place.occurrences.during(period)
        .order_by()
        .values("kind")
        .annotate(
            planned=Count("pk", filter=planned),
            held=Count("pk", filter=planned & Q(outcome=Outcome.HELD)),
            changed=Count("pk", filter=planned & Q(outcome=Outcome.CHANGED)),
            cancelled=Count("pk", filter=planned & Q(outcome=Outcome.CANCELLED)),
            awaiting=Count("pk", filter=waiting & Q(starts_at__lte=now)),
            ahead=Count("pk", filter=waiting & Q(starts_at__gt=now)),
            unplanned=Count("pk", filter=~planned & Q(outcome__in=[Outcome.HELD, Outcome.CHANGED])),
        )
    )
    found = {row["kind"]: KindResult(**row) for row in rows}
    return [found.get(kind, KindResult(kind, 0, 0, 0, 0, 0, 0)) for kind in Kind.values]


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
    midnight = dt.datetime.combine(day, dt.time.min, tzinfo=ZoneInfo(timezone.get_current_timezone_name()))
    runs_on = Q(date__lt=day, ends_at__gt=midnight)
    return list(place.occurrences.filter(Q(date=day) | runs_on).with_names().order_by("starts_at", "title"))


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
