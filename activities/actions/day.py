"""The hub opens and closes, and the day is written down."""

import datetime as dt
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import DayLog, DayLogLine
from places.models import OpenDay, Place, User
from places.models.place import validate_unlocked


@transaction.atomic
def open_day(*, place: Place, day: dt.date, at: dt.time, by: User) -> OpenDay:
    """Write down when the hub opened, or write it anew. ValidationError for a time to come or a locked day."""
    _validate_told_time(place, day, at)
    open_day = place.open_days.select_for_update().filter(date=day).first() or OpenDay(place=place, date=day)
    open_day.opened = at
    open_day.told_by = by
    open_day.full_clean()
    open_day.save()
    return open_day


@transaction.atomic
def close_day(*, place: Place, day: dt.date, at: dt.time, by: User) -> OpenDay:
    """Write down when the hub closed, or write it anew. ValidationError when it never opened, or opened later."""
    _validate_told_time(place, day, at)
    open_day = place.open_days.select_for_update().filter(date=day).first()
    if open_day is None:
        raise ValidationError(_("The hub has not been opened that day. Say when it opened first."), code="not_open")
    open_day.closed = at
    open_day.told_by = by
    open_day.full_clean()
    open_day.save()
    return open_day


@transaction.atomic
def write_hours(*, place: Place, day: dt.date, opened: dt.time, closed: dt.time | None, by: User) -> OpenDay:
    """Write both times by hand; without a closing time the hub is still open, or nobody knows when it closed."""
    _validate_told_time(place, day, max(opened, closed or opened))
    # An old closing time must not stand in the way of a later opening.
    place.open_days.filter(date=day).update(closed=None)
    hours = open_day(place=place, day=day, at=opened, by=by)
    return close_day(place=place, day=day, at=closed, by=by) if closed else hours


@transaction.atomic
def add_to_day_log(  # noqa: PLR0913  what a line is made of
    *,
    place: Place,
    day: dt.date,
    text: str,
    weather: str = "",
    by: User,
    at: dt.datetime | None = None,
    uuid: UUID | None = None,
) -> DayLog:
    """
    Add a line to the day's log. Weather stands as it was first written.

    `at` is when it was written, now if not given. A line whose `uuid` is known already is not added again; where the
    words are others, they become a line of their own. ValidationError for a day to come or a locked one, and when
    there is nothing to write.
    """
    validate_unlocked(place, day)
    if day > timezone.localdate():
        raise ValidationError(_("That day has not come yet."), code="ahead")
    if not text and not weather:
        raise ValidationError(_("There is nothing to write in the day log."), code="empty")
    # Two first lines at once: one makes the log, and the other waits for it.
    DayLog.objects.bulk_create([DayLog(place=place, date=day, by=by)], ignore_conflicts=True)
    log = place.day_logs.kept().select_for_update().get(date=day)
    if weather and not log.weather:
        log.weather, log.by = weather, by
        log.save(update_fields=["weather", "by", "changed_at"])
    if text:
        _add_line(DayLogLine(place=place, date=day, text=text, by=by, written_at=at or timezone.now()), uuid)
    return log


def _add_line(line: DayLogLine, uuid: UUID | None) -> None:
    known = DayLogLine.objects.filter(uuid=uuid).first() if uuid else None
    if known is None:
        line.uuid = uuid or line.uuid
    elif (known.place_id, known.date, known.text) == (line.place_id, line.date, line.text):
        return
    line.save()


def _validate_told_time(place: Place, day: dt.date, at: dt.time) -> None:
    validate_unlocked(place, day)
    if (day, at) > (timezone.localdate(), timezone.localtime().time()):
        raise ValidationError(_("That time has not come yet."), code="ahead")
