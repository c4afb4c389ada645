"""
Whole counts put right: withdrawn, moved and merged.

Nothing is overwritten. A count that was wrong is emptied by lines in the ledger with the reason, and marked as
withdrawn, so that it is neither a zero nor a part of any mean; where its people belong, lines are added.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, Sum
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.models import Occurrence
from measurements import models, rules, statistics
from measurements.actions import EntryData, append_entries
from measurements.models import CountEntry, Gender, Headcount
from measurements.models.count import HeadcountQuerySet
from measurements.queries import cells_of
from measurements.rules import CellKey, Ground
from measurements.statistics import LEVEL_PARTS, Level
from places.models import Line, User, Zone
from places.models.place import validate_unlocked

Way = CountEntry.Way
LONGEST_REASON = 200
# What a count that takes over another's people does not take over.
_ITS_OWN = frozenset({"id", "uuid", "people", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason", "moved_to_id"})


# --- Withdraw ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def withdraw(*, headcount: Headcount, reason: str, by: User) -> Headcount:
    """
    Take a count out of every figure: as if nobody had collected it.

    Withdrawn twice, nothing more happens. ValidationError for a locked day, or without a reason.
    """
    (count,) = _held(headcount)
    if count.withdrawn:
        return count
    _validate(count, reason)
    return _empty(count, reason, by, at=_moment(count))


def _empty(count: Headcount, reason: str, by: User, *, at: dt.datetime, to: Headcount | None = None) -> Headcount:
    _append(count, {cell: -people for cell, people in cells_of(count).items() if people}, reason, by, at)
    count.withdrawn_at, count.withdrawn_by, count.withdrawn_reason, count.moved_to = at, by, reason, to
    count.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "moved_to"])
    return count


def leave_as_total(*, headcount: Headcount, by: User) -> None:  # noqa: ARG001  the history tells who did
    """Gender and age will not be asked for again. ValidationError for a locked day."""
    validate_unlocked(headcount.place, headcount.date)
    headcount.total_is_enough = True
    headcount.save(update_fields=["total_is_enough"])


# --- Move -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def move(  # noqa: PLR0913  all by name
    *, headcount: Headcount, uuid: UUID, ground: Ground, started_at: dt.datetime, reason: str, by: User
) -> Headcount:
    """
    Put a count where and when it was made: a new one there with the same people, and this one withdrawn.

    An occurrence has its own time. The same move sent twice, by the new count's `uuid`, is made once.
    ValidationError for locked days on either side, ground of another sort, or an occurrence that has its count.
    """
    (count,) = _held(headcount)
    if count.moved_to and count.moved_to.uuid == uuid:
        return count.moved_to
    _validate(count, reason)
    if isinstance(ground, Occurrence):
        started_at = ground.starts_at
    validate_move(count, ground, started_at)
    at = _moment(count)
    ended_at = count.ended_at and count.ended_at + (started_at - count.started_at)
    moment = {"started_at": started_at, "ended_at": ended_at, "date": timezone.localdate(started_at)}
    there = _copy(count, uuid=uuid, **moment, **_ground(ground))
    _append(there, _or_nobody(cells_of(count)), reason, by, at)
    _empty(count, reason, by, at=at, to=there)
    there.refresh_from_db(fields=["people"])
    return there


def validate_move(count: Headcount, ground: Ground, started_at: dt.datetime) -> None:
    """ValidationError in words where a count cannot go."""
    if count.people is None:
        raise ValidationError(_("Nobody has counted here yet. Withdraw it, and begin a new one."), "not_counted")
    rules.validate_ground(count.place, count.measure, ground)
    day = timezone.localdate(started_at)
    occurrence = ground if isinstance(ground, Occurrence) else None
    if occurrence and occurrence.pk != count.occurrence_id and rules.already_counted(occurrence):
        raise ValidationError(_("The participants of this occurrence are already counted."), "already_counted")
    rules.validate_day(count.place, day, occurrence=occurrence)
    rules.validate_start(started_at)
    stands = {name: getattr(count, name) for name in ("zone_id", "line_id", "occurrence_id")}
    if _ground(ground) == stands and count.started_at == started_at:
        raise ValidationError(_("That is where and when it stands already."), "same")


def _copy(count: Headcount, **other: Any) -> Headcount:  # noqa: ANN401  values of its fields
    fields = {
        field.attname: getattr(count, field.attname)
        for field in Headcount._meta.concrete_fields  # noqa: SLF001  Django's own way to a model's fields
        if field.attname not in _ITS_OWN
    }
    return Headcount.objects.create(**fields | other)


def _ground(ground: Ground) -> dict[str, Any]:
    return {
        "zone_id": ground.pk if isinstance(ground, Zone) else None,
        "line_id": ground.pk if isinstance(ground, Line) else None,
        "occurrence_id": ground.pk if isinstance(ground, Occurrence) else None,
    }


# --- Merge ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Merging:
    """What comes out when two counts become one."""

    level: Level
    # Of a passing count: the longer, for the two were made side by side.
    minutes: int | None
    people: int
    # One of the two tells more than both can share, and that is lost from the sums.
    loses: bool
    # Which of the two takes the other's people; None where neither can, and a new one is made.
    keeps: Headcount | None

    @property
    def level_label(self) -> str:
        return str(models.Level(self.level.value).label)


def mergeable(headcount: Headcount) -> HeadcountQuerySet:
    """Other counts of the same measure on the same ground and day."""
    found: HeadcountQuerySet = headcount.place.headcounts.of(headcount.measure).collected()
    return found.filter(
        date=headcount.date, zone=headcount.zone_id, line=headcount.line_id, occurrence=headcount.occurrence_id
    ).exclude(pk=headcount.pk)


def merging(headcount: Headcount, other: Headcount) -> Merging:
    """What `merge` would do. ValidationError in words where two counts cannot be one."""
    names = ("place_id", "measure", "date", "zone_id", "line_id", "occurrence_id")
    if headcount.pk == other.pk or any(getattr(headcount, name) != getattr(other, name) for name in names):
        raise ValidationError(_("Only two counts of the same measure, ground and day can be merged."), "apart")
    if headcount.people is None or other.people is None:
        raise ValidationError(_("Nobody has counted in one of them yet. Withdraw it instead."), "not_counted")
    level = _shared_level(headcount, other)
    minutes = max((one.minutes for one in (headcount, other) if one.minutes), default=None)
    fitting = [one for one in (headcount, other) if one.level == level and one.minutes == minutes]
    return Merging(
        level=level,
        minutes=minutes,
        people=headcount.people + other.people,
        loses=any(one.level != level for one in (headcount, other)),
        keeps=fitting[0] if fitting else None,
    )


def _shared_level(headcount: Headcount, other: Headcount) -> Level:
    level = statistics.lowest_shared_level([Level(headcount.level), Level(other.level)])
    assert level is not None  # noqa: S101  two levels always share one
    if "age" in LEVEL_PARTS[level] and headcount.age_set_id != other.age_set_id:
        return Level.GENDER if level == Level.GENDER_AGE else Level.TOTAL
    return level


@transaction.atomic
def merge(*, headcount: Headcount, other: Headcount, uuid: UUID, reason: str, by: User) -> Headcount:
    """
    Make two counts of the same crowd one, and answer with it: the other's people are added, and it is withdrawn.

    Where neither can hold both, a new one under `uuid` does, at the level that both share. The same merge sent twice
    is made once. ValidationError for a locked day, or counts that are not of the same measure, ground and day.
    """
    first, second = _held(headcount, other)
    if known := _merged_before(first, second, uuid):
        return known
    for count in (first, second):
        _validate(count, reason)
    result = merging(first, second)
    started_at = min(first.started_at, second.started_at)
    kept = result.keeps or _copy(
        first, uuid=uuid, level=result.level.value, minutes=result.minutes, started_at=started_at
    )
    at = _moment(first, second)
    for count in (one for one in (first, second) if one.pk != kept.pk):
        _append(kept, _or_nobody(_coarser(cells_of(count), result.level)), reason, by, at)
        _empty(count, reason, by, at=at, to=kept)
    kept.refresh_from_db(fields=["people"])
    return kept


def _merged_before(first: Headcount, second: Headcount, uuid: UUID) -> Headcount | None:
    for count, kept in ((first, second), (second, first)):
        if count.moved_to and (count.moved_to == kept or count.moved_to.uuid == uuid):
            return count.moved_to
    return None


def _coarser(cells: Mapping[CellKey, int], level: Level) -> dict[CellKey, int]:
    tells = LEVEL_PARTS[level]
    sums = Counter[CellKey]()
    for (gender, band), people in cells.items():
        cell = (gender if "gender" in tells else Gender.NOT_CLASSIFIED.value, band if "age" in tells else None)
        sums[cell] += people
    return dict(sums)


# --- Undo -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def restore(*, headcount: Headcount, by: User) -> Headcount:
    """
    Undo a withdrawal, a move or a merge: the people come back, and are taken from where they went.

    A count that stands is left alone. ValidationError for locked days, where the people have gone on since, or where
    the occurrence has another count by now.
    """
    (count,) = _held(headcount)
    if count.withdrawn_at is None:
        return count
    validate_unlocked(count.place, count.date)
    reason = Truncator(gettext("Undone: %(reason)s") % {"reason": count.withdrawn_reason}).chars(LONGEST_REASON)
    together = [count]
    if count.moved_to:
        together = _held(*Headcount.objects.filter(moved_to=count.moved_to, withdrawn_at=count.withdrawn_at))
        _take_from(count.moved_to, count.withdrawn_at, reason, by)
    for one in together:
        _refill(one, count.withdrawn_at, reason, by)
    count.refresh_from_db()
    return count


def _take_from(target: Headcount, at: dt.datetime, reason: str, by: User) -> None:
    """Whatever came to the count at that moment; nothing but that is no count of its own."""
    (there,) = _held(target)
    if there.withdrawn:
        raise ValidationError(_("The people have gone on since. Undo the later correction first."), "gone_on")
    validate_unlocked(there.place, there.date)
    came = there.entries.filter(at=at, way=Way.CORRECTION)
    if there.entries.exclude(pk__in=came.values("pk")).exists():
        rows = came.order_by().values_list("gender", "age_band").annotate(sum=Sum("people"))
        back = {(gender, band): -people for gender, band, people in rows if people}
        _append(there, back, reason, by, _moment(there))
    else:
        _empty(there, reason, by, at=_moment(there))


def _refill(count: Headcount, at: dt.datetime, reason: str, by: User) -> None:
    if count.occurrence and rules.already_counted(count.occurrence):
        raise ValidationError(_("The participants of this occurrence have another count by now."), "already_counted")
    emptied = count.entries.filter(at=at, way=Way.CORRECTION)
    rows = emptied.order_by().values_list("gender", "age_band").annotate(sum=Sum("people"))
    cells = {(gender, band): -people for gender, band, people in rows if people}
    count.withdrawn_at, count.withdrawn_by, count.withdrawn_reason, count.moved_to = None, None, "", None
    count.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "moved_to"])
    if count.people is not None:
        _append(count, _or_nobody(cells), reason, by, _moment(count))


# --- What will happen -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DaySum:
    """The counts of one measure on one ground and day."""

    # None where no count stands.
    people: int | None
    counts: int

    def __add__(self, other: "DaySum") -> "DaySum":
        return DaySum((self.people or 0) + (other.people or 0), self.counts + other.counts)

    def __sub__(self, other: "DaySum") -> "DaySum":
        counts = self.counts - other.counts
        return DaySum((self.people or 0) - (other.people or 0) if counts else None, counts)


@dataclass(frozen=True)
class Effect:
    """What a correction does to one ground and day."""

    where: str
    day: dt.date
    before: DaySum
    after: DaySum

    @property
    def sums(self) -> tuple[DaySum, DaySum]:
        return self.before, self.after


def effect_of_withdrawing(count: Headcount) -> list[Effect]:
    before = _day_sum(count, _own_ground(count), count.date)
    return [Effect(count.where, count.date, before, before - _alone(count))]


def effect_of_moving(count: Headcount, ground: Ground, started_at: dt.datetime) -> list[Effect]:
    """Both sides; a single one where only the time of day changes."""
    day = timezone.localdate(started_at)
    there = _day_sum(count, _ground(ground), day)
    if (_ground(ground), day) == (_own_ground(count), count.date):
        return [Effect(count.where, day, there, there)]
    name = ground.title if isinstance(ground, Occurrence) else ground.name
    return [*effect_of_withdrawing(count), Effect(name, day, there, there + _alone(count))]


def effect_of_merging(count: Headcount) -> list[Effect]:
    before = _day_sum(count, _own_ground(count), count.date)
    return [Effect(count.where, count.date, before, DaySum(before.people, before.counts - 1))]


def _own_ground(count: Headcount) -> dict[str, Any]:
    return {"zone_id": count.zone_id, "line_id": count.line_id, "occurrence_id": count.occurrence_id}


def _alone(count: Headcount) -> DaySum:
    return DaySum(count.people, 0 if count.people is None else 1)


def _day_sum(count: Headcount, ground: Mapping[str, Any], day: dt.date) -> DaySum:
    found = count.place.headcounts.of(count.measure).collected().filter(date=day, **ground)
    return DaySum(**found.aggregate(people=Sum("people"), counts=Count("pk")))


# --- What they share --------------------------------------------------------------------------------------------------


def _held(*counts: Headcount) -> list[Headcount]:
    """The counts as they are, in the order given, with no one else at them."""
    rows = (
        Headcount.objects.select_for_update(of=("self",))
        .select_related("place", "zone", "line", "occurrence", "moved_to")
        .filter(pk__in=[count.pk for count in counts])
        .order_by("pk")
    )
    held = {row.pk: row for row in rows}
    return [held[count.pk] for count in counts]


def _moment(*counts: Headcount) -> dt.datetime:
    """Now, and later than every earlier correction of them: the lines made together are known by their moment."""
    made = CountEntry.objects.filter(headcount__in=counts, way=Way.CORRECTION)
    last = made.aggregate(last=Max("at"))["last"]
    return max(timezone.now(), last + dt.timedelta(microseconds=1)) if last else timezone.now()


def _validate(count: Headcount, reason: str) -> None:
    validate_unlocked(count.place, count.date)
    rules.validate_standing(count)
    if not reason.strip():
        raise ValidationError(_("Write why the number is corrected."), "reason")


def _or_nobody(cells: Mapping[CellKey, int]) -> dict[CellKey, int]:
    """Without people one line of zero: someone looked, and nobody was there."""
    return {cell: people for cell, people in cells.items() if people} or {(Gender.NOT_CLASSIFIED.value, None): 0}


def _append(count: Headcount, cells: Mapping[CellKey, int], reason: str, by: User, at: dt.datetime) -> None:
    entries = [EntryData(uuid4(), at, *cell, people, Way.CORRECTION, reason) for cell, people in cells.items()]
    if entries:
        append_entries(headcount=count, entries=entries, by=by)
