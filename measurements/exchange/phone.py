"""A phone's two errands: taking the coming week along, and handing in what was done on the square without a network."""

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any, TypeAlias
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.db.models import F, Q, Window
from django.db.models.functions import DenseRank, ExtractIsoWeekDay
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions import add_to_day_log, record_outcome
from activities.models import Occurrence
from activities.queries import lines_of
from measurements import rules
from measurements.actions import (
    CountData,
    DifferentPayload,
    append_entries,
    default_age_set,
    finish_headcount,
    headcount_named,
    start_headcount,
)
from measurements.exchange.payloads import (
    WAYS,
    Body,
    EntriesSent,
    FinishSent,
    HeadcountSent,
    Item,
    NoteSent,
    OutcomeSent,
    read_item,
)
from measurements.models import AgeSet, Headcount, Measure, ReceivedItem
from measurements.queries.earlier import EARLIER, WEEKS_BACK
from places.access import May, rights
from places.models import Line, Place, User, Zone
from places.periods import ONE_DAY, Period
from places.queries import OpeningState, opening_states

logger = logging.getLogger(__name__)

VERSION = 1
DAYS_AHEAD = 7
DAYS_BACK = 2

Data: TypeAlias = dict[str, Any]


# --- What the phone takes along ---------------------------------------------------------------------------------------


def offline_data(place: Place, person: User, today: dt.date) -> Data:
    """All that counting and logging need for today and the coming week. Costs ten queries, whatever the week holds."""
    week = Period.between(today, today + DAYS_AHEAD * ONE_DAY)
    return {
        "version": VERSION,
        "made_at": timezone.now(),
        "person": {"id": person.pk, "name": person.name},
        "place": {"slug": place.slug, "name": place.name, "practice": place.is_practice},
        "may_log": May.LOG in rights(person, place),
        "today": today,
        "age_set": _age_set(),
        "zones": _grounds(place.zones, today),
        "lines": _grounds(place.lines, today),
        "days": [_day(state) for state in opening_states(place, week)],
        "occurrences": _occurrences(place, Period.between(today - DAYS_BACK * ONE_DAY, week.last)),
        "earlier": _earlier(place, today),
        "reasons": [{"value": value, "label": label} for value, label in Occurrence.Reason.choices],
    }


def _age_set() -> Data | None:
    """None where an administrator has chosen no bands: then nothing can be counted."""
    chosen = AgeSet.objects.filter(is_default=True).first()
    if chosen is None:
        return None
    return {"id": chosen.pk, "bands": [{"id": band.pk, "label": str(band)} for band in chosen.bands.all()]}


def _grounds(grounds: Any, today: dt.date) -> list[Data]:  # noqa: ANN401  zones or lines of a place
    in_use = grounds.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=today))
    return [{"id": ground.pk, "name": ground.name, "instruction": ground.instruction} for ground in in_use]


def _day(state: OpeningState) -> Data:
    lost = state.exception is not None and not state.exception.planned and state.exception.closed
    promised = None if lost else state.promised
    return {
        "date": state.day,
        "opens": _clock(promised.opens) if promised else None,
        "closes": _clock(promised.closes) if promised else None,
        "closed_reason": None if promised else rules.why_closed(state),
    }


def _occurrences(place: Place, period: Period) -> list[Data]:
    rows = list(place.occurrences.during(period).select_related("zone"))
    counted = place.headcounts.of(Measure.PARTICIPATING).standing().filter(occurrence__in=[row.pk for row in rows])
    counts = {row.occurrence_id: row for row in counted}
    return [_occurrence(row, counts.get(row.pk)) for row in rows]


def _occurrence(row: Occurrence, count: Headcount | None) -> Data:
    return {
        "id": row.pk,
        "date": row.date,
        "title": row.title,
        "kind": row.kind,
        "kind_label": row.get_kind_display(),
        "starts": _clock(timezone.localtime(row.starts_at).time()),
        "ends": _clock(timezone.localtime(row.ends_at).time()),
        "zone": row.zone.name if row.zone else None,
        "outcome": row.outcome,
        "reason": row.reason,
        "people": count.people if count else None,
        "headcount": count.uuid if count else None,
    }


def _earlier(place: Place, today: dt.date) -> list[Data]:
    """Of each zone, line and weekday the last count of each of the last four days counted, newest first."""
    since = today - dt.timedelta(weeks=WEEKS_BACK)
    weekday = ExtractIsoWeekDay("date")
    nearness = Window(DenseRank(), partition_by=[F("zone"), F("line"), weekday], order_by=F("date").desc())
    rows = (
        place.headcounts.filter(measure__in=[Measure.STAYING, Measure.PASSING], date__range=(since, today - ONE_DAY))
        .collected()
        .annotate(nearness=nearness)
        .filter(nearness__lte=EARLIER)
        .order_by("measure", "zone", "line", weekday, "-date", "-started_at")
    )
    grouped = groupby(rows, key=lambda row: (row.measure, row.zone_id, row.line_id, row.date.weekday()))
    return [
        {"measure": measure, **({"zone": zone} if zone else {"line": line}), "weekday": weekday, **_values(counts)}
        for (measure, zone, line, weekday), counts in grouped
    ]


def _values(counts: Iterable[Headcount]) -> Data:
    """One count a day; of passing with the minutes each took."""
    last = [next(own) for _date, own in groupby(counts, key=lambda row: row.date)]
    minutes = {"minutes": [row.minutes for row in last]} if last[0].measure == Measure.PASSING else {}
    return {"values": [row.people for row in last], **minutes}


def _clock(time: dt.time) -> str:
    return f"{time:%H:%M}"


# --- What the phone hands in ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What became of one item: `done`, `same`, `different` (both sides told) or `refused` (with the reason)."""

    # As it was sent, even when it is no UUID.
    id: Any
    status: str
    object: Data | None = None
    stored: Data | None = None
    sent: Data | None = None
    message: str = ""


def sync(place: Place, person: User, body: Body) -> list[Answer]:
    """
    Carry out the items in their order, each all or nothing by itself; what was carried out before changes nothing.

    An item refused does not hold up the next, save what belongs to a count that was itself refused or different.
    """
    stopped: Stopped = {}
    return [_answer(place, person, body.version, row, stopped) for row in body.rows]


# Counts that did not begin as they were sent, and why: what follows of them fares alike.
Stopped: TypeAlias = dict[UUID, ValidationError | DifferentPayload]


def _answer(place: Place, person: User, version: int, row: Any, stopped: Stopped) -> Answer:  # noqa: ANN401
    known_as = row.get("id") if isinstance(row, Mapping) else None
    item: Item | None = None
    try:
        item = read_item(version, row)
        _stop_with_its_count(item, stopped)
        with transaction.atomic():
            status, made = _carry_out(place, person, item)
    except DifferentPayload as error:
        _stop(item, error, stopped)
        return Answer(known_as, "different", stored=dict(error.stored), sent=dict(error.sent))
    except ValidationError as error:
        _stop(item, error, stopped)
        return Answer(known_as, "refused", message=" ".join(error.messages))
    except OperationalError:
        # The database is away, or two stood in each other's way: the phone tries all of it again.
        raise
    except Exception:
        # A fault of ours in one item must not shut in the rest of the queue.
        logger.exception("An item of a phone's queue could not be carried out")
        fault = ValidationError(_("Something went wrong on the server. Keep this and try again later."), "fault")
        _stop(item, fault, stopped)
        return Answer(known_as, "refused", message=str(fault.message))
    return Answer(known_as, status, made)


def _stop(item: Item | None, error: ValidationError | DifferentPayload, stopped: Stopped) -> None:
    if item and isinstance(item.content, HeadcountSent):
        stopped[item.content.uuid] = error


def _stop_with_its_count(item: Item, stopped: Stopped) -> None:
    if isinstance(item.content, EntriesSent | FinishSent) and item.content.headcount in stopped:
        raise stopped[item.content.headcount]


def _carry_out(place: Place, person: User, item: Item) -> tuple[str, Data]:
    if before := _carried_out_before(place, person, item):
        return "same", before
    match item.content:
        case HeadcountSent() as sent:
            return _start(place, person, sent)
        case EntriesSent() as sent:
            return _append(place, person, sent)
        case FinishSent() as sent:
            return _finish(place, person, sent)
        case OutcomeSent() as sent:
            return _tell(place, person, item, sent)
        case NoteSent() as sent:
            return _note(place, person, item, sent)


def _carried_out_before(place: Place, person: User, item: Item) -> Data | None:
    """What the item was about, where it came before; None the first time, which is written down with what it does."""
    if isinstance(item.content, EntriesSent):
        # The ledger itself knows what came before.
        return None
    # First of all, so that of the same item sent twice at once the later waits here for the earlier.
    known, is_new = ReceivedItem.objects.get_or_create(
        uuid=item.uuid,
        defaults={
            "place": place,
            "by": person,
            "kind": item.kind,
            "target": item.content.target,
            "digest": item.digest,
        },
    )
    if is_new:
        return None
    if known.place_id != place.pk:
        raise ValidationError(_("This was sent before, to another place."), "another_place")
    made = _object(place, known.kind, known.target)
    if known.digest != item.digest:
        raise DifferentPayload(made, item.payload)
    return made


# --- Counting ---------------------------------------------------------------------------------------------------------


def _start(place: Place, person: User, sent: HeadcountSent) -> tuple[str, Data]:
    count = CountData(
        uuid=sent.uuid,
        measure=sent.measure,
        ground=_ground(place, sent),
        level=sent.level,
        started_at=sent.started_at,
        minutes=sent.minutes,
        note=sent.note,
        age_set=_chosen_bands(sent.age_set),
    )
    try:
        headcount, is_new = start_headcount(place=place, by=person, count=count)
    except DifferentPayload as error:
        # The people are what one chooses between.
        known = Headcount.objects.select_related("by").get(uuid=sent.uuid)
        told = {"people": known.people, "by": known.by.name, "at": known.started_at}
        raise DifferentPayload({**error.stored, **told}, error.sent) from error
    return "done" if is_new else "same", _count_object(headcount, sent.uuid)


def _ground(place: Place, sent: HeadcountSent) -> Zone | Line | Occurrence:
    grounds: Any = {
        Measure.PASSING: place.lines,
        Measure.STAYING: place.zones,
        # The place is at hand, and asked for by the rules.
        Measure.PARTICIPATING: place.occurrences.select_related("place"),
    }[Measure(sent.measure)]
    found: Zone | Line | Occurrence | None = grounds.filter(pk=sent.ground).first()
    if found is None:
        raise ValidationError(_("There is no such zone, line or occurrence at this place."), "no_ground")
    return found


def _chosen_bands(key: int | None) -> AgeSet:
    """Those that the phone took along, which may have been replaced while it was away."""
    chosen = AgeSet.objects.filter(pk=key).first() if key else None
    return chosen or default_age_set()


def _append(place: Place, person: User, sent: EntriesSent) -> tuple[str, Data]:
    headcount = _known_headcount(place, sent.headcount)
    try:
        done = append_entries(headcount=headcount, entries=sent.entries, by=person)
    except DifferentPayload as error:
        raise DifferentPayload(_entry_object(error.stored), _entry_object(error.sent)) from error
    except ValidationError:
        if not _came_before(headcount, sent):
            raise
        return "same", _count_object(headcount, sent.headcount)
    headcount.people = done.people
    return "done" if done.added else "same", _count_object(headcount, sent.headcount)


def _came_before(headcount: Headcount, sent: EntriesSent) -> bool:
    """All were counted before the count was withdrawn, so that the phone need not keep them."""
    names = ("uuid", "gender", "age_band_id", "people")
    stored = headcount.entries.filter(uuid__in=[entry.uuid for entry in sent.entries]).values_list(*names)
    return set(stored) == {tuple(getattr(entry, name) for name in names) for entry in sent.entries}


def _finish(place: Place, person: User, sent: FinishSent) -> tuple[str, Data]:
    headcount, is_new = finish_headcount(
        headcount=_known_headcount(place, sent.headcount), minutes=sent.minutes, ended_at=sent.ended_at, by=person
    )
    return "done" if is_new else "same", _count_object(headcount, sent.headcount)


def _known_headcount(place: Place, uuid: UUID) -> Headcount:
    headcount = headcount_named(place, uuid)
    if headcount is None:
        raise ValidationError(_("The beginning of this count has not arrived. Send it first."), "no_headcount")
    return headcount


def _count_object(headcount: Headcount, named: UUID) -> Data:
    alias = {} if named == headcount.uuid else {"alias": named}
    names = ("uuid", "measure", "level", "date", "minutes", "ended_at", "people")
    return {**{name: getattr(headcount, name) for name in names}, **alias}


def _entry_object(entry: Mapping[str, Any]) -> Data:
    """An entry as it stands on the wire."""
    ways = {value: name for name, value in WAYS.items()}
    return {
        "uuid": entry["uuid"],
        "at": entry["at"],
        "gender": entry["gender"],
        "band": entry["age_band_id"],
        "people": entry["people"],
        "way": ways.get(entry["way"], ""),
    }


# --- Logging ----------------------------------------------------------------------------------------------------------


def _validate_may_log(person: User, place: Place) -> None:
    if May.LOG not in rights(person, place):
        raise ValidationError(_("You may count here, but not write the log."), "may_not_log")


def _tell(place: Place, person: User, item: Item, sent: OutcomeSent) -> tuple[str, Data]:
    _validate_may_log(person, place)
    occurrence = place.occurrences.select_for_update(of=("self",)).filter(pk=sent.occurrence).first()
    if occurrence is None:
        raise ValidationError(_("There is no such occurrence at this place."), "no_occurrence")
    told = {"occurrence": sent.occurrence, "outcome": sent.outcome, "reason": sent.reason, "note": sent.note}
    if occurrence.told_at and occurrence.told_at > item.made_at:
        # Somebody told it anew while the phone was away, and knew better by then.
        stands = _outcome_object(occurrence)
        if stands != told:
            by = occurrence.told_by.name  # type: ignore[union-attr]  # whatever was told was told by someone
            raise DifferentPayload({**stands, "by": by, "at": occurrence.told_at}, told)
        return "same", stands
    # When it was told on the phone, so that of two tellings that come together the later stands. No clock is ahead.
    at = min(item.made_at, timezone.now())
    occurrence = record_outcome(
        occurrence=occurrence, outcome=sent.outcome, reason=sent.reason, note=sent.note, by=person, at=at
    )
    return "done", _outcome_object(occurrence)


def _outcome_object(occurrence: Occurrence) -> Data:
    names = ("outcome", "reason", "note")
    return {"occurrence": occurrence.pk, **{name: getattr(occurrence, name) for name in names}}


def _note(place: Place, person: User, item: Item, sent: NoteSent) -> tuple[str, Data]:
    _validate_may_log(person, place)
    at = min(item.made_at, timezone.now())
    add_to_day_log(place=place, day=sent.date, text=sent.text, weather=sent.weather, by=person, at=at, uuid=item.uuid)
    return "done", _log_object(place, sent.date) | {"date": sent.date}


def _log_object(place: Place, day: dt.date) -> Data:
    """All that the log of the day says by now."""
    log = place.day_logs.kept().filter(date=day).first()
    text = "\n".join(line.text for line in lines_of(place, day))
    return {"date": day.isoformat(), "text": text, "weather": log.weather if log else ""}


# --- What came before -------------------------------------------------------------------------------------------------


def _object(place: Place, kind: str, target: str) -> Data:
    """What an item was about, as it stands now; only its name where it is there no more."""
    if kind == "note":
        return _log_object(place, dt.date.fromisoformat(target))
    if kind == "outcome":
        occurrence = place.occurrences.filter(pk=target).first()
        return _outcome_object(occurrence) if occurrence else {"occurrence": int(target)}
    headcount = headcount_named(place, UUID(target))
    return _count_object(headcount, UUID(target)) if headcount else {"uuid": target}


def as_json(answers: Iterable[Answer]) -> Data:
    return {"version": VERSION, "items": [asdict(answer) for answer in answers]}
