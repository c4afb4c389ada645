"""What a programme shows to those outside: one question, few trips, plain values without anybody's name."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from activities.models import Kind, Occurrence, Season, TargetGroup, lasts_days
from activities.publishing import ProgrammeChange, Published, Version, What, changes_since
from activities.queries import SEASON_OF_MONTH, midnight
from places.models import Place
from places.opening import PromisedDay, eves, red_days
from places.periods import ONE_DAY, Period
from places.periods import Kind as PeriodKind
from places.queries import promised_between

Outcome = Occurrence.Outcome
# Named one by one where a season is looked through; the rest comes again and again.
SINGLES = (Kind.EVENT, Kind.EXHIBITION)
# An activation on so many days of a week is told in one row.
FEWEST_STANDING = 3
# How long a change is news.
NEWS_DAYS = 14
MOST_NEWS = 6


# --- Before it is published -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KindCount:
    kind: str
    count: int

    @property
    def label(self) -> str:
        return str(Kind(self.kind).label)


@dataclass(frozen=True)
class Contents:
    """All that a season will show when it is published."""

    # The four kinds apart, without the cancelled.
    kinds: list[KindCount]
    cancelled: int
    singles: list[Occurrence]
    first: dt.date | None
    last: dt.date | None


def contents_of(season: Season) -> Contents:
    """One query."""
    rows = season.place.occurrences.during(season.period).filter(was_planned=True).select_related("zone", "partner")
    found = list(rows)
    on = [one for one in found if one.outcome != Outcome.CANCELLED]
    counted = Counter(one.kind for one in on)
    return Contents(
        kinds=[KindCount(kind, counted[kind]) for kind in Kind.values],
        cancelled=len(found) - len(on),
        singles=[one for one in on if one.kind in SINGLES],
        first=min((one.date for one in found), default=None),
        last=max((one.last_date for one in found), default=None),
    )


# --- A week -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One thing on the programme, as anyone may read it."""

    uid: str
    title: str
    kind: str
    date: dt.date
    last_date: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str
    partner: str
    groups: tuple[str, ...]
    is_cancelled: bool
    is_new: bool
    # Where it stood when the programme was published, if it has been moved lately.
    moved_from: Version | None
    # Not published yet; only those who work at the place are ever given one.
    is_draft: bool = False

    @property
    def lasts_days(self) -> bool:
        return lasts_days(self.starts_at, self.ends_at)

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def group_labels(self) -> list[str]:
        return [str(TargetGroup(group).label) for group in self.groups]

    @property
    def mark(self) -> str:
        """How its sign is drawn."""
        return "cancelled" if self.is_cancelled else "held"

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def is_now(self) -> bool:
        return not self.is_cancelled and self.starts_at <= timezone.now() < self.ends_at


@dataclass(frozen=True)
class Standing:
    """Something that is there on several days of the week at the same hours, told in one row."""

    title: str
    kind: str
    zone: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    days: list[dt.date]
    cancelled: list[dt.date]

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def day_words(self) -> str:
        """Mon–Sat, or Mon, Wed, Fri."""
        return _day_words(self.days)

    @property
    def cancelled_words(self) -> str:
        return _day_words(self.cancelled)


@dataclass(frozen=True)
class Day:
    date: dt.date
    name: str
    is_red: bool
    is_today: bool
    is_past: bool
    # None when the place does not promise to be open.
    promised: PromisedDay | None
    items: list[Item]


@dataclass(frozen=True)
class PublicWeek:
    """What one ISO week offers."""

    period: Period
    is_now: bool
    days: list[Day]
    standing: list[Standing]
    # Exhibitions and the like that run over several days.
    running: list[Item]
    earlier: Period | None
    later: Period | None
    # The first thing after a week that holds nothing.
    next: Item | None = None

    @property
    def number(self) -> int:
        return self.period.first.isocalendar().week

    @property
    def year(self) -> int:
        return self.period.first.isocalendar().year

    @property
    def code(self) -> str:
        return week_code(self.period)

    @property
    def span(self) -> str:
        """23–29 November 2026."""
        return Period.between(self.period.first, self.period.last).label

    @property
    def season(self) -> str:
        """That of its Thursday, as the ISO year is."""
        return SEASON_OF_MONTH[(self.period.first + 3 * ONE_DAY).month]

    @property
    def is_empty(self) -> bool:
        return not (self.standing or self.running or any(day.items for day in self.days))

    @property
    def past(self) -> list[Day]:
        """Days of this week that are over; of another week none."""
        return [day for day in self.days if day.is_past] if self.is_now else []

    @property
    def coming(self) -> list[Day]:
        past = self.past
        return [day for day in self.days if day not in past]

    @property
    def items(self) -> list[Item]:
        """All of them one by one, as a search engine reads them."""
        return [*self.running, *(item for day in self.days for item in day.items)]


def week_code(period: Period) -> str:
    """2026-W48, as addresses have it and `Period.parse` reads it."""
    iso = period.first.isocalendar()
    return f"{iso.year}-W{iso.week:02}"


def week_asked(text: str, today: dt.date) -> Period:
    """The week that was asked for; for what is missing or nonsense, today's."""
    try:
        period = Period.parse(text)
    except ValueError:
        return Period.containing(today, PeriodKind.WEEK)
    return period if period.kind == PeriodKind.WEEK else Period.containing(today, PeriodKind.WEEK)


def news_of(published: Published) -> list[ProgrammeChange]:
    """What changed of late in what is still to come, the same all day long; newest first. Three queries."""
    today = timezone.localdate()
    return [one for one in changes_since(published, midnight(today - NEWS_DAYS * ONE_DAY)) if one.last_date >= today]


def public_week(place: Place, period: Period, published: Published, news: Iterable[ProgrammeChange]) -> PublicWeek:
    """What is published of the week. Four queries, and one more for an empty week."""
    week = _week(place, period, list(published.occurrences().filter(_within(period)).select_related(*NAMES)), news)
    seasons = [one.period for one in published.stretches]
    has_earlier = any(one.first < period.first for one in seasons)
    has_later = any(one.last > period.last for one in seasons)
    following = None
    if week.is_empty:
        later = published.occurrences().filter(date__gt=period.last).exclude(outcome=Outcome.CANCELLED)
        coming = later.select_related(*NAMES).order_by("starts_at").first()
        following = _item(coming, {}) if coming else None
    return _replace(week, period.previous() if has_earlier else None, period.next() if has_later else None, following)


def whole_week(place: Place, period: Period, published: Published) -> PublicWeek:
    """The week for those who work at the place: what is still a draft too, and marked so. Four queries."""
    rows = place.occurrences.filter(_within(period), was_planned=True).select_related(*NAMES)
    return _week(place, period, list(rows), (), published)


NAMES = ("zone", "partner")


def _replace(week: PublicWeek, earlier: Period | None, later: Period | None, following: Item | None) -> PublicWeek:
    return PublicWeek(week.period, week.is_now, week.days, week.standing, week.running, earlier, later, following)


def _within(period: Period) -> Q:
    """On one of its days, or begun earlier and running into it."""
    midnight = timezone.make_aware(dt.datetime.combine(period.first, dt.time.min))
    return Q(date__range=(period.first, period.last)) | Q(date__lt=period.first, ends_at__gt=midnight)


def _week(
    place: Place,
    period: Period,
    rows: list[Occurrence],
    news: Iterable[ProgrammeChange],
    published: Published | None = None,
) -> PublicWeek:
    today = timezone.localdate()
    told: dict[int, list[ProgrammeChange]] = {}
    for change in news:
        told.setdefault(change.shown.pk, []).append(change)
    items = [_item(row, told, published) for row in sorted(rows, key=lambda row: (row.starts_at, row.title))]
    running = [item for item in items if item.lasts_days]
    standing, rest = _standing([item for item in items if not item.lasts_days])
    promised = {day.date: day for day in promised_between(place, period)}
    return PublicWeek(
        period=period,
        is_now=today in period,
        days=[_day(day, today, promised.get(day), [one for one in rest if one.date == day]) for day in period],
        standing=standing,
        running=running,
        earlier=period.previous(),
        later=period.next(),
    )


def _day(day: dt.date, today: dt.date, promised: PromisedDay | None, items: list[Item]) -> Day:
    red = red_days(day.year).get(day, "")
    name = red or eves(day.year).get(day, "")
    return Day(day, name, bool(red), day == today, day < today, promised, items)


def _item(row: Occurrence, told: Mapping[int, list[ProgrammeChange]], published: Published | None = None) -> Item:
    changes = told.get(row.pk, [])
    moves = [change.before for change in changes if change.what is What.MOVED]
    return Item(
        uid=str(row.uid),
        title=row.title,
        kind=row.kind,
        date=row.date,
        last_date=row.last_date,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=row.zone.name if row.zone else "",
        partner=row.partner.name if row.partner else "",
        groups=tuple(row.target_groups),
        is_cancelled=row.outcome == Outcome.CANCELLED,
        is_new=any(change.what is What.ADDED for change in changes),
        moved_from=moves[-1] if moves else None,
        is_draft=published is not None and not published.shows(row.place_id, row.date),
    )


def _standing(items: list[Item]) -> tuple[list[Standing], list[Item]]:
    """Activations on three days or more at the same hours, and what is left of the items."""

    def sort(one: Item) -> tuple[str, str, dt.time, dt.time]:
        return one.title, one.zone, _clock(one.starts_at), _clock(one.ends_at)

    activations = sorted((one for one in items if one.kind == Kind.ACTIVATION), key=sort)
    groups = [list(group) for _key, group in groupby(activations, key=sort)]
    large = [group for group in groups if len({one.date for one in group}) >= FEWEST_STANDING]
    taken = {one.uid for group in large for one in group}
    standing = [
        Standing(
            title=group[0].title,
            kind=group[0].kind,
            zone=group[0].zone,
            starts_at=group[0].starts_at,
            ends_at=group[0].ends_at,
            days=[one.date for one in group if not one.is_cancelled],
            cancelled=[one.date for one in group if one.is_cancelled],
        )
        for group in large
    ]
    return standing, [one for one in items if one.uid not in taken]


def _clock(moment: dt.datetime) -> dt.time:
    return timezone.localtime(moment).time()


def _day_words(days: list[dt.date]) -> str:
    """Three days or more in a row from the first to the last, others one by one."""
    runs: list[list[dt.date]] = []
    for day in sorted(days):
        if runs and day == runs[-1][-1] + ONE_DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(word for run in runs for word in _run_words(run))


def _run_words(run: list[dt.date]) -> list[str]:
    names = [date_format(day, "D").lower() for day in run]
    return [f"{names[0]}–{names[-1]}"] if len(names) >= FEWEST_STANDING else names
