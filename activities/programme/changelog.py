"""What has changed in a published programme, a line for what was done at once with several of a series."""

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activities.models import lasts_days
from activities.publishing import ProgrammeChange, Version, What, with_people

DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Usually:
    """When and where several of a series are: on some weekdays, at one time, in one zone."""

    # Monday is 0.
    weekdays: tuple[int, ...]
    starts: dt.time
    ends: dt.time
    # Its name; empty for no zone.
    zone: str

    @property
    def day_words(self) -> str:
        """Tuesdays and Thursdays."""
        if len(self.weekdays) == DAYS_A_WEEK:
            return _("every day")
        names = [
            _("Mondays"),
            _("Tuesdays"),
            _("Wednesdays"),
            _("Thursdays"),
            _("Fridays"),
            _("Saturdays"),
            _("Sundays"),
        ]
        return get_text_list([names[day] for day in self.weekdays], pgettext("the last of several", "and"))


@dataclass(frozen=True)
class Line:
    """One change, or one made at the same moment to several of a series, in order of day."""

    changes: tuple[ProgrammeChange, ...]

    @property
    def one(self) -> ProgrammeChange:
        """The first of them."""
        return self.changes[0]

    @property
    def times(self) -> int:
        return len(self.changes)

    @property
    def first(self) -> dt.date:
        return self.changes[0].shown.date

    @property
    def last(self) -> dt.date:
        return self.changes[-1].shown.date

    @property
    def was(self) -> Usually:
        """Of what was moved: when and where it was."""
        return _usually([one.before or one.shown for one in self.changes])

    @property
    def now(self) -> Usually:
        return _usually([one.shown for one in self.changes])

    @property
    def has_new_days(self) -> bool:
        return self.was.weekdays != self.now.weekdays

    @property
    def has_new_zone(self) -> bool:
        return self.was.zone != self.now.zone


def lines_of(changes: Iterable[ProgrammeChange]) -> list[Line]:
    """In the order of the changes; the same kind of change, made at once in the same way to a series, is one."""
    found: defaultdict[Hashable, list[ProgrammeChange]] = defaultdict(list)
    for change in changes:
        found[_alike(change)].append(change)
    return [Line(tuple(sorted(each, key=lambda one: one.shown.starts_at))) for each in found.values()]


def lines_with_people(lines: Sequence[Line]) -> list[Line]:
    """For those who work at the place: with who did it. One query."""
    named = iter(with_people([one for line in lines for one in line.changes]))
    return [Line(tuple(next(named) for _each in line.changes)) for line in lines]


def _alike(change: ProgrammeChange) -> Hashable:
    """The same for those that are told in one line."""
    before, shown = change.before or change.shown, change.shown
    if shown.series_id is None or any(lasts_days(one.starts_at, one.ends_at) for one in (shown, before)):
        return id(change)
    shift: Hashable = _where(shown)
    if change.what is What.MOVED:
        shift = shown.date - before.date, _where(before), _where(shown)
    return change.at, change.user_id, change.what, shown.series_id, before.title, shown.title, shift


def _where(one: Version) -> tuple[dt.time, dt.time, str]:
    return timezone.localtime(one.starts_at).time(), timezone.localtime(one.ends_at).time(), one.zone


def _usually(versions: Sequence[Version]) -> Usually:
    return Usually(tuple(sorted({one.date.weekday() for one in versions})), *_where(versions[0]))
