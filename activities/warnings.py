"""
What is unlikely in the plan: double booked, outside the hours, nobody responsible, on a red day or in a school holiday,
a permit not sent, few open days. Nothing of it is forbidden. It is said where it is planned, and listed until it is
resolved or answered.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Kind, Occurrence, Permit, Season, WarningAnswer
from places.models import Place, User
from places.opening import PromisedDay, SchoolHoliday, eves, red_days
from places.periods import ONE_DAY, SEASON_STARTS, Period
from places.periods import Kind as Stretch
from places.queries import promised_between, school_holidays

# Free on the square all day; what is hosted may well take place among it.
STANDING = frozenset({Kind.ACTIVATION, Kind.EXHIBITION})
# A place of this kind is open six days a week.
OPEN_DAYS_A_WEEK = 6
# How far ahead a permit is asked about, counted to its last day.
PERMIT_NEAR = dt.timedelta(days=14)
# Weeks are looked at as far as something is planned, at least a quarter and at most a year ahead.
AT_LEAST, AT_MOST = dt.timedelta(weeks=13), dt.timedelta(weeks=53)
# Days written out one by one.
DAYS_NAMED = 6

Pair: TypeAlias = tuple[Occurrence, Occurrence]


class Rule(StrEnum):
    ZONE = "zone"
    PERSON = "person"
    HOURS = "hours"
    NOBODY = "nobody"
    LEFT = "left"
    CALENDAR = "calendar"
    SCHOOL = "school"
    PERMIT = "permit"
    FEW_DAYS = "few_days"


@dataclass(frozen=True)
class PlanWarning:
    """One thing that is unlikely, and where it is put right."""

    rule: Rule
    # The same as long as the cause is the same.
    about: str
    words: str
    # The first day it is about.
    day: dt.date
    # None where it is about a week.
    occurrence: Occurrence | None = None
    # What it clashes with.
    other: Occurrence | None = None
    # Of how many in the series.
    times: int = 1
    # All that it is about, where they are several things of their own.
    group: tuple[Occurrence, ...] = ()
    answer: WarningAnswer | None = None

    @property
    def season(self) -> Season:
        """The season of the plan that its first day lies in; not stored."""
        period = Period.containing(self.day, Stretch.SEASON)
        name = next(name for name, month in SEASON_STARTS.items() if month == period.first.month)
        return Season(year=period.last.year, name=name)

    @property
    def is_within_a_series(self) -> bool:
        """Two of the same series clash."""
        series = {one.series_id for one in (self.occurrence, self.other) if one}
        return self.other is not None and len(series) == 1 and None not in series

    @property
    def series_id(self) -> int | None:
        """The series to change, where it is about several of it."""
        return self.occurrence.series_id if self.occurrence and self.times > 1 else None


# --- Asking -----------------------------------------------------------------------------------------------------------


def plan_warnings(place: Place, today: dt.date) -> list[PlanWarning]:
    """Of all that is to come within a year, answered or not, in order of day. Costs six queries."""
    planned = list(_planned(place, Period.between(today, today + AT_MOST)))
    last = max([today + AT_LEAST, *(one.date for one in planned)])
    promised = promised_between(place, Period.between(today, last + (6 - last.weekday()) * ONE_DAY))
    free = school_holidays(place, Period.between(today, last))
    found = [*_found(planned, planned, promised, free, today), *_few_days(place, promised, today, last)]
    answers = {one.about: one for one in place.warning_answers.select_related("by")}
    return sorted((replace(one, answer=answers.get(one.about)) for one in found), key=lambda one: (one.day, one.about))


def open_warnings(place: Place, today: dt.date) -> list[PlanWarning]:
    """Those that nobody has answered."""
    return [one for one in plan_warnings(place, today) if one.answer is None]


def warnings_about(place: Place, planned: list[Occurrence]) -> list[PlanWarning]:
    """What would be unlikely about occurrences not saved yet, beside all that is planned. Six queries at most."""
    if not planned:
        return []
    days = [one.date for one in planned] + [one.last_date for one in planned]
    # What began some days before may run on.
    period = Period.between(min(days) - 31 * ONE_DAY, max(days))
    others = [one for one in _planned(place, period) if not _is_itself(one, planned[0])]
    promised, free = promised_between(place, period), school_holidays(place, period)
    return _found(planned, [*planned, *others], promised, free, timezone.localdate())


def calendar_name(day: dt.date) -> str:
    """What the calendar calls a red day or an eve; empty for another."""
    return red_days(day.year).get(day) or eves(day.year).get(day, "")


# --- Answering --------------------------------------------------------------------------------------------------------


@transaction.atomic
def answer_warning(*, place: Place, about: str, reason: str, by: User) -> WarningAnswer:
    """Say that it shall be so; anew replaces the reason. ValidationError when there is no such warning."""
    if about not in {one.about for one in plan_warnings(place, timezone.localdate())}:
        raise ValidationError(_("That warning is no longer there."), code="gone")
    answer, _made = WarningAnswer.objects.update_or_create(
        place=place, about=about, defaults={"reason": reason, "by": by}
    )
    return answer


# --- The rules --------------------------------------------------------------------------------------------------------


def _planned(place: Place, period: Period) -> "Iterable[Occurrence]":
    rows = place.occurrences.during(period).awaiting_outcome().filter(was_planned=True, ends_at__gt=timezone.now())
    works_here = Exists(place.memberships.filter(user=OuterRef("responsible")))
    return (
        rows.select_related("zone", "responsible", "series").annotate(works_here=works_here).order_by("starts_at", "pk")
    )


def _is_itself(one: Occurrence, planned: Occurrence) -> bool:
    """The row as it stands stored, or what follows the series that is being changed."""
    if planned.pk:
        return one.pk == planned.pk
    return planned.series_id is not None and one.series_id == planned.series_id and not one.moved


def _found(
    asked: list[Occurrence],
    every: list[Occurrence],
    promised: Iterable[PromisedDay],
    free: Iterable[SchoolHoliday],
    today: dt.date,
) -> list[PlanWarning]:
    hours = {day.date: day for day in promised}
    return [
        *_double_zones(asked, every),
        *_double_people(asked, every),
        *_outside(asked, hours),
        *_nobody(asked),
        *_left(asked),
        *_on_red_days(asked),
        *(warning for holiday in free for warning in _in_school_holiday(asked, holiday)),
        *_permits(asked, today),
    ]


def _double_zones(asked: list[Occurrence], every: list[Occurrence]) -> Iterator[PlanWarning]:
    for pairs in _clashes(asked, every, lambda one: one.zone_id):
        one, _other = pairs[0]
        words = ngettext(
            "%(one)s and %(other)s are both at %(zone)s %(day)s.",
            "%(one)s and %(other)s are both at %(zone)s %(times)s times, first %(day)s.",
            len(pairs),
        ) % {"zone": one.zone, **_pair_words(pairs)}
        yield _pair_warning(Rule.ZONE, one.zone_id, words, pairs)


def _double_people(asked: list[Occurrence], every: list[Occurrence]) -> Iterator[PlanWarning]:
    for pairs in _clashes(asked, every, lambda one: one.responsible_id):
        one, _other = pairs[0]
        words = ngettext(
            "%(person)s is responsible for both %(one)s and %(other)s %(day)s.",
            "%(person)s is responsible for both %(one)s and %(other)s %(times)s times, first %(day)s.",
            len(pairs),
        ) % {"person": one.responsible, **_pair_words(pairs)}
        yield _pair_warning(Rule.PERSON, one.responsible_id, words, pairs)


def _outside(asked: list[Occurrence], hours: dict[dt.date, PromisedDay]) -> Iterator[PlanWarning]:
    """On red days and eves the calendar has said so already; what lasts several days stands through the nights."""
    short = [one for one in asked if one.ends_at - one.starts_at < ONE_DAY and not calendar_name(one.date)]
    outside = [one for one in short if not _is_within(one, hours.get(one.date))]
    for key, each in _by_series(outside).items():
        one, promise = each[0], hours.get(each[0].date)
        open_hours = f"{time_format(promise.opens, 'H:i')}–{time_format(promise.closes, 'H:i')}" if promise else ""
        said = {"title": one.title, "day": _day(one.date), "clock": _clock(one), "hours": open_hours}
        if promise:
            words = _("%(title)s %(clock)s %(day)s is outside the promised hours, %(hours)s.") % said
        else:
            words = _("%(title)s %(day)s: no opening hours are promised that day.") % said
        if len(each) > 1:
            words += " " + _("%(times)s times in all.") % {"times": len(each)}
        about = f"hours:{key}:{one.date.weekday()}:{_clock(one)}:{open_hours}"
        yield PlanWarning(Rule.HOURS, about, words, one.date, one, times=len(each))


def _nobody(asked: list[Occurrence]) -> Iterator[PlanWarning]:
    for key, each in _by_series([one for one in asked if one.responsible_id is None]).items():
        words = ngettext(
            "Nobody is responsible for %(title)s %(day)s.",
            "Nobody is responsible for %(title)s, %(times)s times from %(day)s.",
            len(each),
        ) % {"title": each[0].title, "day": _day(each[0].date), "times": len(each)}
        yield PlanWarning(Rule.NOBODY, f"nobody:{key}", words, each[0].date, each[0], times=len(each))


def _left(asked: list[Occurrence]) -> Iterator[PlanWarning]:
    """One for each person who no longer works here; what is not stored yet has chosen among those who do."""
    found: defaultdict[int, list[Occurrence]] = defaultdict(list)
    for one in asked:
        if one.responsible_id is not None and not getattr(one, "works_here", True):
            found[one.responsible_id].append(one)
    for person, each in found.items():
        said = {"person": each[0].responsible, "title": each[0].title, "day": _day(each[0].date), "times": len(each)}
        words = (
            _("%(person)s no longer works here, and is responsible for %(title)s %(day)s.")
            if len(each) == 1
            else _("%(person)s no longer works here, and is responsible %(times)s times from %(day)s.")
        ) % said
        yield PlanWarning(Rule.LEFT, f"left:{person}", words, each[0].date, each[0], group=tuple(each))


def _on_red_days(asked: list[Occurrence]) -> Iterator[PlanWarning]:
    for one in asked:
        if name := calendar_name(one.date):
            about = f"calendar:{_key(one)}:{one.date}"
            yield PlanWarning(Rule.CALENDAR, about, _days_words([one], name), one.date, one)


def _in_school_holiday(asked: list[Occurrence], holiday: SchoolHoliday) -> Iterator[PlanWarning]:
    """
    A series that runs on into it, each by itself. What is meant for it, or stands alone, is one question in all.

    What stands all day stands whether there is school or not, and on red days and eves the calendar has said so.
    """
    hosted = [one for one in asked if one.kind not in STANDING and not calendar_name(one.date)]
    within = [one for one in hosted if holiday.first <= one.date <= holiday.last]
    for key, each in _by_series(one for one in within if not _is_meant_for(one, holiday)).items():
        about = f"school:{key}:{holiday.first}"
        words = _days_words(each, holiday.name)
        yield PlanWarning(Rule.SCHOOL, about, words, each[0].date, each[0], times=len(each))
    if meant := [one for one in within if _is_meant_for(one, holiday)]:
        yield _holiday_warning(meant, holiday)


def _is_meant_for(one: Occurrence, holiday: SchoolHoliday) -> bool:
    """What was put there by itself, or follows a series at least half of whose time is within the holiday."""
    series = None if one.moved else one.series
    if series is None:
        return True
    within = min(series.last, holiday.last) - max(series.first, holiday.first) + ONE_DAY
    return 2 * within >= series.last - series.first + ONE_DAY


def _holiday_warning(meant: list[Occurrence], holiday: SchoolHoliday) -> PlanWarning:
    first, about = meant[0], f"school:{holiday.first}"
    if len(_by_series(meant)) == 1:
        words = _days_words(meant, holiday.name)
        return PlanWarning(Rule.SCHOOL, about, words, first.date, first, times=len(meant))
    words = _("%(name)s, %(first)s–%(last)s: %(times)s times are planned, first %(title)s %(day)s.") % {
        "name": holiday.name,
        "first": _day(holiday.first),
        "last": _day(holiday.last),
        "times": len(meant),
        "title": first.title,
        "day": _day(first.date),
    }
    return PlanWarning(Rule.SCHOOL, about, words, first.date, first, group=tuple(meant))


def _days_words(each: list[Occurrence], name: str) -> str:
    """Of one thing, or of one series."""
    one, days = each[0], [_day(one.date) for one in each]
    if len(days) == 1:
        return _("%(title)s is on %(day)s, %(name)s.") % {"title": one.title, "day": days[0], "name": name}
    listed = ", ".join(days[:DAYS_NAMED])
    if len(days) > DAYS_NAMED:
        listed = _("%(named)s and %(more)s more") % {"named": listed, "more": len(days) - DAYS_NAMED}
    return _("%(title)s is in %(name)s %(times)s times: %(days)s.") % {
        "title": one.title,
        "name": name,
        "times": len(days),
        "days": listed,
    }


def _permits(asked: list[Occurrence], today: dt.date) -> Iterator[PlanWarning]:
    """Of a series the first that waits: one paper may well tell of all."""
    due = [one for one in asked if one.permit_deadline and _is_late_or_near(one, one.permit_deadline, today)]
    for each in _by_series(due).values():
        one = each[0]
        state = "late" if one.permit_deadline and one.permit_deadline < (one.permit_sent_on or today) else "near"
        about = f"permit:{_key(one)}:{one.date}:{state}{':sent' if one.permit_sent_on else ''}"
        yield PlanWarning(Rule.PERMIT, about, _permit_words(one, today), one.date, one, times=len(each))


def _is_late_or_near(one: Occurrence, deadline: dt.date, today: dt.date) -> bool:
    return one.permit_sent_on > deadline if one.permit_sent_on else deadline - PERMIT_NEAR <= today


def _permit_words(one: Occurrence, today: dt.date) -> str:
    deadline = one.permit_deadline or one.date
    said = {"title": one.title, "day": _day(one.date), "deadline": _day(deadline)}
    applied = one.permit == Permit.APPLY
    if one.permit_sent_on:
        said["sent"] = _day(one.permit_sent_on)
        return _("%(title)s %(day)s: sent to the police on %(sent)s, after its last day %(deadline)s.") % said
    if deadline < today and applied:
        return _("%(title)s %(day)s: the permit should have been applied for by %(deadline)s.") % said
    if deadline < today:
        return _("%(title)s %(day)s: the police should have had notice by %(deadline)s.") % said
    if applied:
        return _("%(title)s %(day)s: apply to the police for a permit by %(deadline)s.") % said
    return _("%(title)s %(day)s: give the police notice by %(deadline)s.") % said


def _few_days(place: Place, promised: Iterable[PromisedDay], today: dt.date, last: dt.date) -> Iterator[PlanWarning]:
    """Of whole weeks to come, within the place's run."""
    count: defaultdict[dt.date, int] = defaultdict(int)
    for day in promised:
        count[day.date - day.date.weekday() * ONE_DAY] += 1
    monday = today + (7 - today.weekday()) % 7 * ONE_DAY
    while monday <= last and (place.ended_on is None or monday + 6 * ONE_DAY <= place.ended_on):
        if count[monday] < OPEN_DAYS_A_WEEK and monday >= place.started_on:
            year, week, _weekday = monday.isocalendar()
            words = ngettext(
                "Week %(week)s has %(count)s open day promised; six a week is the rule.",
                "Week %(week)s has %(count)s open days promised; six a week is the rule.",
                count[monday],
            ) % {"week": week, "count": count[monday]}
            yield PlanWarning(Rule.FEW_DAYS, f"days:{year}-{week:02}:{count[monday]}", words, monday)
        monday += 7 * ONE_DAY


def _clashes(
    asked: list[Occurrence], every: list[Occurrence], ground: Callable[[Occurrence], int | None]
) -> list[list[Pair]]:
    """What is hosted on the same ground at the same time, with at least one of those asked about; pairs of a series."""
    wanted = {id(one) for one in asked}
    by_ground: defaultdict[int, list[Occurrence]] = defaultdict(list)
    for one in sorted(every, key=lambda one: one.starts_at):
        if (key := ground(one)) is not None and one.kind not in STANDING:
            by_ground[key].append(one)
    found: defaultdict[Any, list[Pair]] = defaultdict(list)
    for where, rows in by_ground.items():
        for one, other in _overlaps(rows):
            if id(one) in wanted or id(other) in wanted:
                first, second = sorted((one, other), key=_key)
                found[where, _key(first), _key(second)].append((first, second))
    return list(found.values())


def _overlaps(rows: list[Occurrence]) -> Iterator[Pair]:
    """Of rows in order of time; what ends as the other begins is none."""
    running: list[Occurrence] = []
    for row in rows:
        running = [one for one in running if one.ends_at > row.starts_at]
        for one in running:
            yield one, row
        running.append(row)


def _by_series(rows: Iterable[Occurrence]) -> dict[str, list[Occurrence]]:
    found: defaultdict[str, list[Occurrence]] = defaultdict(list)
    for row in rows:
        found[_key(row)].append(row)
    return found


def _key(one: Occurrence) -> str:
    """One name for all that follow a series; what was moved by itself, or has none, is its own."""
    return f"s{one.series_id}" if one.series_id and not one.moved else f"o{one.pk}"


def _is_within(one: Occurrence, promise: PromisedDay | None) -> bool:
    if promise is None:
        return False
    starts, ends = timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)
    closes = dt.datetime.combine(one.date, promise.closes)
    return starts.time() >= promise.opens and ends.replace(tzinfo=None) <= closes


def _pair_warning(rule: Rule, ground: int | None, words: str, pairs: list[Pair]) -> PlanWarning:
    one, other = pairs[0]
    # Two series that meet are one cause, however many times are left; what stands by itself has its day.
    follows = one.series_id and other.series_id and not one.moved and not other.moved
    date = "" if follows else f":{one.date}"
    about = f"{rule}:{ground}:{_key(one)}:{_key(other)}{date}"
    return PlanWarning(rule, about, words, one.date, one, other, times=len(pairs))


def _pair_words(pairs: list[Pair]) -> dict[str, object]:
    one, other = pairs[0]
    return {"one": one.title, "other": other.title, "day": _day(max(one.date, other.date)), "times": len(pairs)}


def _day(day: dt.date) -> str:
    return date_format(day, "j F")


def _clock(one: Occurrence) -> str:
    starts, ends = timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)
    return f"{starts:%H:%M}–{ends:%H:%M}"
