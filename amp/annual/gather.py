"""A year of a place, out of four rooms: the plan, the measuring, the reports and the contract. As rows and as marks."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from activities.models import Kind, Occurrence, Permit
from activities.models.wheel import PERMIT_DAYS
from activities.wheel import LONG_MEASURING, ONE_DAY, Calendar, Item, Ring, Sign, State, Stretch, Words, stretches
from measurements.models import Measure
from places.access import May
from places.models import Instalment, Place
from places.opening import eves, red_days
from places.periods import Period
from places.queries import school_holidays
from reports.models import Edition

Outcome = Occurrence.Outcome
RINGS: Mapping[Kind, Ring] = {kind: Ring(kind.value) for kind in Kind}
SIGNS: Mapping[Ring, Sign] = {Ring.ACTIVITY: Sign.TICK, Ring.EVENT: Sign.DISC}
# Told as one stretch from the first day to the last, not day by day.
LASTING = (Kind.ACTIVATION, Kind.EXHIBITION)
# A permit to be sent within so many days asks for attention.
SOON = 7 * ONE_DAY

RING_WORDS: Mapping[Ring, Promise] = {
    Ring.ACTIVATION: pgettext_lazy("ring", "Activation"),
    Ring.ACTIVITY: pgettext_lazy("ring", "Activity"),
    Ring.EVENT: pgettext_lazy("ring", "Event"),
    Ring.EXHIBITION: pgettext_lazy("ring", "Exhibition"),
    Ring.MEASURING: pgettext_lazy("ring", "Measuring"),
    Ring.REPORTING: pgettext_lazy("ring", "Report and contract"),
}


@dataclass(frozen=True)
class Entry:
    """One row of the list, which is also one mark in the wheel."""

    item: Item
    address: str
    # The word of its state: an outcome, waiting or ongoing.
    word: str
    starts: dt.time | None = None
    ends: dt.time | None = None
    # Participants; None where nobody counted.
    people: int | None = None
    # Of a stretch: how many days it has, and how many of them were held and wait for an outcome.
    days: int = 0
    held: int = 0
    waiting: int = 0
    occurrence: int | None = None
    number: int = 0

    @property
    def lasts(self) -> bool:
        return self.item.last > self.item.first

    @property
    def ring_word(self) -> Promise:
        return RING_WORDS[self.item.ring]


@dataclass(frozen=True)
class Named:
    """What the calendar itself has to say: a red day, an eve, or the first day of a school holiday."""

    date: dt.date
    name: str
    kind: str
    last: dt.date


@dataclass(frozen=True)
class WeekRows:
    """A week of the list."""

    year: int
    number: int
    is_now: bool
    rows: list[tuple[dt.date, Entry | None, Named | None]]


@dataclass(frozen=True)
class Year:
    """All that a place has in a year, in order of date."""

    place: Place
    year: int
    today: dt.date
    entries: list[Entry]
    calendar: Calendar

    @cached_property
    def counts(self) -> dict[Ring, int]:
        found = Counter(one.item.ring for one in self.entries)
        return {ring: found[ring] for ring in Ring}

    @property
    def items(self) -> list[Item]:
        return [one.item for one in self.entries]

    @property
    def is_empty(self) -> bool:
        """Nothing is planned, whatever else has a date."""
        return not any(one.occurrence for one in self.entries)

    def entry(self, key: str) -> Entry | None:
        return next((one for one in self.entries if one.item.key == key), None)

    def weeks(self, period: Period, off: Iterable[Ring] = ()) -> list[WeekRows]:
        """The rows of the period by ISO week; what began before stands on the period's first day."""
        left_out = set(off)
        rows: list[tuple[dt.date, Entry | None, Named | None]] = [
            (max(one.item.first, period.first), one, None)
            for one in self.entries
            if one.item.ring not in left_out and one.item.first <= period.last and period.first <= one.item.last
        ]
        rows += [(max(one.date, period.first), None, one) for one in self._named(period)]
        rows.sort(key=lambda row: (row[0], row[1] is not None))
        now = self.today.isocalendar()[:2]
        return [
            WeekRows(year, number, (year, number) == now, list(those))
            for (year, number), those in groupby(rows, key=lambda row: row[0].isocalendar()[:2])
        ]

    def _named(self, period: Period) -> Iterator[Named]:
        red = self.calendar.red_days
        yield from (Named(day, name, "red-day", day) for day, name in red.items() if day in period)
        for day, name in self.calendar.eves.items():
            if day in period and day not in red:
                yield Named(day, name, "eve", day)
        for one in self.calendar.school_holidays:
            if one.first <= period.last and period.first <= one.last:
                yield Named(one.first, one.name, "school", one.last)


def gather(place: Place, year: int, *, today: dt.date, held: Iterable[May]) -> Year:
    """Six queries, however much there is; two fewer for those who may not read the contract."""
    period = Period.year(year)
    entries = [
        *_planned(place, period, today),
        *_permits(place, period, today),
        *_measuring(place, period, today),
        *_reports(place, period, today),
    ]
    if May.READ_FUNDING in held:
        entries += _contract(place, period, today)
    entries.sort(key=lambda one: (one.item.first, one.starts or dt.time.min, one.item.title, one.item.key))
    return Year(place, year, today, _numbered(entries), calendar_of(place, period))


def calendar_of(place: Place, period: Period) -> Calendar:
    """Red days and eves by law, school holidays as the place has entered them."""
    years = range(period.first.year, period.last.year + 1)
    return Calendar(
        red_days={day: name for year in years for day, name in red_days(year).items()},
        eves={day: name for year in years for day, name in eves(year).items()},
        school_holidays=[Stretch(one.name, one.first, one.last) for one in school_holidays(place, period)],
    )


def words() -> Words:
    """What is written on the wheel, in the language that is active."""
    return Words(
        months=[date_format(dt.date(2000, month, 1), "F") for month in range(1, 13)],
        seasons={"winter": _("winter"), "spring": _("spring"), "summer": _("summer"), "autumn": _("autumn")},
        week=pgettext("short", "w. %s"),
        today=_("Today"),
    )


def _numbered(entries: list[Entry]) -> list[Entry]:
    """Events in the order that the wheel numbers them in."""
    discs = (one.item.key for one in entries if one.item.sign == Sign.DISC)
    numbers = {key: number for number, key in enumerate(discs, start=1)}
    return [replace(one, number=numbers[one.item.key]) if one.item.key in numbers else one for one in entries]


# --- The plan ---------------------------------------------------------------------------------------------------------

_COLUMNS = ("pk", "series_id", "title", "kind", "date", "starts_at", "ends_at", "outcome")


def _planned(place: Place, period: Period, today: dt.date) -> list[Entry]:
    """Activities and events one by one, what lasts as stretches."""
    midnight = timezone.make_aware(dt.datetime.combine(period.first, dt.time.min))
    runs_in = Q(date__lt=period.first, ends_at__gt=midnight)
    rows = list(
        place.occurrences.filter(Q(date__range=(period.first, period.last)) | runs_in)
        .order_by("date", "starts_at", "pk")
        .values_list(*_COLUMNS, named=True)
    )
    people = _participants(place, period)
    single = [_single(place, row, people.get(row.pk)) for row in rows if row.kind not in LASTING]
    return [*single, *_lasting(place, [row for row in rows if row.kind in LASTING], today)]


def _participants(place: Place, period: Period) -> dict[int, int]:
    counted = place.headcounts.of(Measure.PARTICIPATING).collected().filter(date__range=(period.first, period.last))
    rows = counted.filter(people__isnull=False).order_by().values_list("occurrence_id", "people")
    return {pk: people for pk, people in rows if people is not None}


def _single(place: Place, row: Any, people: int | None) -> Entry:  # noqa: ANN401  a named row
    starts, ends = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
    ring = RINGS[row.kind]
    word = _word(row)
    item = Item(f"o{row.pk}", ring, row.title, row.date, row.date, STATES[word], SIGNS[ring])
    return Entry(
        item, _page("occurrence_detail", place, row.pk), word, starts.time(), ends.time(), people, occurrence=row.pk
    )


STATES: Mapping[str, State] = {
    Outcome.PLANNED: State.PLANNED,
    "ongoing": State.ONGOING,
    "waiting": State.WAITING,
    Outcome.HELD: State.HELD,
    Outcome.CHANGED: State.HELD,
    Outcome.CANCELLED: State.CANCELLED,
}


def _word(row: Any) -> str:  # noqa: ANN401  as above
    """As `Occurrence.state` has it."""
    now = timezone.now()
    if row.outcome != Outcome.PLANNED or row.starts_at > now:
        return str(row.outcome)
    return "waiting" if row.ends_at <= now else "ongoing"


def _lasting(place: Place, rows: list[Any], today: dt.date) -> Iterator[Entry]:
    """A series' days are one stretch as long as they follow each other; so are days of one title without a series."""
    by_what: dict[object, list[Any]] = {}
    for row in rows:
        by_what.setdefault((row.kind, row.series_id or row.title), []).append(row)
    for those in by_what.values():
        for first, last in stretches((row.date, _last_day(row)) for row in those):
            yield _stretch(place, [row for row in those if first <= row.date <= last], first, last, today)


def _stretch(place: Place, rows: list[Any], first: dt.date, last: dt.date, today: dt.date) -> Entry:
    words_ = Counter(_word(row) for row in rows)
    top = rows[0]
    word = _stretch_word(words_, first, last, today)
    item = Item(f"o{top.pk}", RINGS[top.kind], top.title, first, last, STATES[word], Sign.ARC)
    page = ("series_detail", top.series_id) if top.series_id else ("occurrence_detail", top.pk)
    return Entry(
        item,
        _page(page[0], place, page[1]),
        word,
        days=len(rows),
        held=words_[Outcome.HELD] + words_[Outcome.CHANGED],
        waiting=words_["waiting"],
        occurrence=top.pk,
    )


def _stretch_word(words_: Counter[str], first: dt.date, last: dt.date, today: dt.date) -> str:
    if set(words_) == {Outcome.CANCELLED}:
        return str(Outcome.CANCELLED)
    if last < today:
        return "waiting" if words_["waiting"] else str(Outcome.HELD)
    return "ongoing" if first <= today else str(Outcome.PLANNED)


def _last_day(row: Any) -> dt.date:  # noqa: ANN401  as above
    ends: dt.date = timezone.localdate(row.ends_at - dt.timedelta(microseconds=1))
    began: dt.date = row.date
    return max(began, ends)


def _page(name: str, place: Place, *args: object) -> str:
    return reverse(f"activities:{name}", args=[place.slug, *args])


# --- What has a date around the plan ----------------------------------------------------------------------------------

_FAR = max(PERMIT_DAYS.values())
PERMIT_WORDS: Mapping[str, Promise] = {
    Permit.APPLY: gettext_lazy("Deadline for the permit: %(title)s"),
    Permit.NOTIFY: gettext_lazy("Deadline for the notice: %(title)s"),
}


def _permits(place: Place, period: Period, today: dt.date) -> list[Entry]:
    """The last day on which the police must have it, where that lies in the period."""
    dates = (period.first, period.last + _FAR * ONE_DAY)
    asked = place.occurrences.filter(date__range=dates).exclude(permit=Permit.NONE).exclude(outcome=Outcome.CANCELLED)
    found = []
    for one in asked.only("pk", "title", "date", "permit", "permit_sent_on", "place_id").order_by("date", "pk"):
        day = one.permit_deadline
        if day is None or day not in period:
            continue
        late = one.permit_sent_on is None and day <= today + SOON
        word = str(Outcome.HELD) if one.permit_sent_on else ("waiting" if late else str(Outcome.PLANNED))
        title = str(PERMIT_WORDS[one.permit]) % {"title": one.title}
        found.append(_dated(f"p{one.pk}", title, day, word, Sign.TRIANGLE, _page("occurrence_detail", place, one.pk)))
    return found


def _dated(  # noqa: PLR0913, PLR0917  a row of six plain columns
    key: str, title: str, day: dt.date, word: str, sign: Sign, address: str
) -> Entry:
    return Entry(Item(key, Ring.REPORTING, title, day, day, STATES[word], sign), address, word)


def _measuring(place: Place, period: Period, today: dt.date) -> list[Entry]:
    """Long occasions are arcs, short ones points."""
    found = []
    for one in place.occasions.filter(first__lte=period.last, last__gte=period.first):
        sign = Sign.ARC if (one.last - one.first).days >= LONG_MEASURING else Sign.DIAMOND
        word = "held" if one.last < today else ("ongoing" if one.first <= today else "planned")
        item = Item(f"m{one.pk}", Ring.MEASURING, one.name, one.first, one.last, STATES[word], sign)
        found.append(Entry(item, reverse("measurements:occasion_detail", args=[place.slug, one.pk]), word))
    return found


def _reports(place: Place, period: Period, today: dt.date) -> list[Entry]:
    """Published reports on the day they were; a quarter without one on the day it can first be told of."""
    if place.is_practice:
        return []
    editions = Edition.objects.filter(report__place=place, published_at__isnull=False).order_by()
    published = {
        row["report__code"]: timezone.localdate(row["at"])
        for row in editions.values("report__code").annotate(at=Min("published_at"))
    }
    address = reverse("reports:report_list", args=[place.slug])
    found = []
    for code, day in published.items():
        if day in period:
            title = _("Report published: %(period)s") % {"period": Period.parse(code).label}
            found.append(_dated(f"r{code}", title, day, "held", Sign.SQUARE, address))
    for quarter in _quarters_to_tell(period.first.year):
        day = quarter.last + ONE_DAY
        if quarter.code not in published and day in period and place.runs_on(quarter.last):
            title = _("To report: %(period)s") % {"period": quarter.label}
            word = "waiting" if day <= today else "planned"
            found.append(_dated(f"r{quarter.code}", title, day, word, Sign.SQUARE, address))
    return found


def _quarters_to_tell(year: int) -> list[Period]:
    """Those that end on the day before a day of the year on which they can be told of."""
    return [Period.quarter(year - 1, 4), *(Period.quarter(year, number) for number in (1, 2, 3))]


def _contract(place: Place, period: Period, today: dt.date) -> list[Entry]:
    """Agreed dates, and the days that instalments are due: paid, awaited, or late."""
    found = []
    for contract in place.contracts.all():
        address = reverse("places:contract_detail", args=[place.slug, contract.pk])
        dates = (
            ("first", _("%(contract)s begins"), contract.first),
            ("notice", _("%(contract)s: notice no later than today"), contract.notice_by),
            ("last", _("%(contract)s ends"), contract.last),
        )
        for name, title, day in dates:
            if day and day in period:
                word = "held" if day < today else "planned"
                key = f"c{contract.pk}-{name}"
                found.append(_dated(key, title % {"contract": contract.name}, day, word, Sign.CIRCLE, address))
    return [*found, *_instalments(place, period, today)]


def _instalments(place: Place, period: Period, today: dt.date) -> Iterator[Entry]:
    due = Instalment.objects.filter(party__contract__place=place, due__range=(period.first, period.last))
    rows = due.order_by("party__contract", "due", "pk").values_list("party__contract", "due", "paid_on")
    for (contract, day), those in groupby(rows, key=lambda row: row[:2]):
        paid = [row[2] is not None for row in those]
        word = "held" if all(paid) else ("waiting" if day < today else "planned")
        title = _("Instalments due, %(paid)s of %(all)s paid") % {"paid": sum(paid), "all": len(paid)}
        address = reverse("places:contract_detail", args=[place.slug, contract])
        yield _dated(f"i{contract}-{day:%m%d}", title, day, word, Sign.CIRCLE, address)
