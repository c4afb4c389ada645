"""The words of a report, made from its frozen numbers in the language that is active."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from activities.models import CareCase, Kind, Occurrence, Voice
from measurements import wording
from measurements.models import Gap, Gender, Measure, Occasion
from measurements.queries.indicator import Comparison, Group, headline
from measurements.statistics import Verdict
from places.financing import Days, promised_part
from places.models import OpeningException
from places.numbers import NO_BREAK, each_krona, kronor, per_cent, share_of, times, written
from places.numbers import trimmed as tenth
from places.numbers import written as whole
from places.periods import Period
from reports.contexts import (
    Care,
    Closure,
    Exceptional,
    GroupShare,
    Measured,
    Money,
    Picture,
    Promise,
    QuarterlyReport,
    Representation,
)
from reports.findings import Finding, main_crowd

MOST_NAMED = 4


# --- Numbers ----------------------------------------------------------------------------------------------------------


def per_count(mean: float | None) -> str:
    """People staying: always one decimal, on the first page as in the tables."""
    return written(mean, 1)


def per_krona(money: Money) -> Fraction | None:
    """Business kronor to each municipal krona, from the amounts themselves."""
    return Fraction(money.business) / Fraction(money.municipal) if money.municipal else None


def day(date: dt.date) -> str:
    return date_format(date, "j F").replace(" ", NO_BREAK)


def days(first: dt.date, last: dt.date) -> str:
    if first == last:
        return day(first)
    if first.month == last.month and first.year == last.year:
        return f"{first.day}–{day(last)}"
    return f"{day(first)} – {day(last)}"


def listed(words: Sequence[str]) -> str:
    """“a, b and c”."""
    if len(words) < 2:  # noqa: PLR2004  one word needs no and
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


# --- Names of codes ---------------------------------------------------------------------------------------------------


def kinds(kind: str) -> str:
    """The kind in the plural, as a heading."""
    return {
        Kind.ACTIVATION: _("Activations"),
        Kind.ACTIVITY: _("Activities"),
        Kind.EVENT: _("Events"),
        Kind.EXHIBITION: _("Exhibitions"),
    }[Kind(kind)]


def measure(code: str) -> str:
    """Who are counted; an empty code stands for all three measures."""
    return {"": _("all"), **{str(one): str(one.label) for one in Measure}}[code]


def measure_title(code: str) -> str:
    return {
        Measure.PASSING: _("Passing"),
        Measure.STAYING: _("Staying"),
        Measure.PARTICIPATING: _("Participations"),
    }[Measure(code)]


def gender(code: int) -> str:
    return capfirst(str(Gender(code).label))


def closed_for(one: Closure) -> str:
    reason = str(OpeningException.Reason(one.reason).label) if one.reason else _("no reason given")
    return f"{reason}: {one.note}" if one.note else reason


def changed_reason(one: Exceptional) -> str:
    return _why(one.reason)


def _why(reason: str) -> str:
    return str(Occurrence.Reason(reason).label) if reason else _("no reason given")


def gap_reason(reason: str, note: str) -> str:
    label = str(Gap.Reason(reason).label)
    return f"{label}: {note}" if note else label


def month(part: Measured) -> str:
    return capfirst(date_format(part.first, "F"))


def group(one: GroupShare) -> str:
    """Such as “men and boys 65+”."""
    people = {
        Gender.WOMAN: pgettext("group", "women and girls"),
        Gender.MAN: pgettext("group", "men and boys"),
    }.get(Gender(one.gender), str(Gender(one.gender).label))
    return f"{people} {one.age}".strip()


def verdict(row: Comparison) -> str:
    return capfirst(wording.verdict(row))


def short_period(report: QuarterlyReport) -> str:
    """Without its months: “Quarter 4 2026”."""
    return report.period.label.split(",")[0]


def year_so_far(report: QuarterlyReport) -> str:
    """Of the whole year only when it is over."""
    year = {"year": report.period.last.year}
    is_over = (report.as_of.month, report.as_of.day) == (12, 31)
    return _("All of %(year)s") % year if is_over else _("So far in %(year)s") % year


# --- The cover --------------------------------------------------------------------------------------------------------


def summary(report: QuarterlyReport) -> list[str]:
    """Three sentences: was it open, did people come, did it help."""
    return [_open_sentence(report), _visit_sentence(report), _indicator_sentence(report)]


def _open_sentence(report: QuarterlyReport) -> str:
    if not report.opening.days_promised:
        return _("No days were promised open in the period.")
    return _("The square was open %(held)s of %(promised)s promised days.") % {
        "held": whole(report.opening.days_held),
        "promised": whole(report.opening.days_promised),
    }


def _visit_sentence(report: QuarterlyReport) -> str:
    programmes, visits = report.programme.took_place, report.people.period.participating.value
    took_place = ngettext("%(count)s programme", "%(count)s programmes", programmes) % {"count": whole(programmes)}
    if visits is None:
        return _("%(programmes)s took place; nobody counted the participants.") % {"programmes": took_place}
    occurrences = report.people.period.participating.n
    counted = ngettext("%(count)s visit", "%(count)s visits", int(visits)) % {"count": whole(visits)}
    at = ngettext("%(count)s counted occurrence", "%(count)s counted occurrences", occurrences) % {
        "count": whole(occurrences)
    }
    words = {"programmes": took_place, "visits": counted, "occurrences": at}
    activations = report.programme.kind(Kind.ACTIVATION).counted
    if not activations:
        return _("%(programmes)s took place. %(visits)s at %(occurrences)s.") % words
    text = ngettext(
        "%(programmes)s took place. %(visits)s at %(occurrences)s, %(count)s of them an activation.",
        "%(programmes)s took place. %(visits)s at %(occurrences)s, %(count)s of them activations.",
        activations,
    )
    return text % {**words, "count": whole(activations)}


def _indicator_sentence(report: QuarterlyReport) -> str:
    return f"{headline([Group('', report.indicators)]).sentence}."


def finding(one: Finding) -> str:
    """What a rule found, in a sentence."""
    words = {
        "opened_as_promised": _opened,
        "missed_days": _missed,
        "all_took_place": _all_took_place,
        "cancelled": _cancelled,
        "outcome_not_told": _not_told,
        "more_stay": _more_stay,
        "fewer_stay": _fewer_stay,
        "more_visits": _more_visits,
        "fewer_visits": _fewer_visits,
        "indicator_better": _indicator,
        "indicator_worse": _indicator,
        "group_missing": _group_missing,
        "one_group_dominates": _dominates,
        "few_days_counted": _few_days_counted,
        "counted_most_days": _counted_days,
        "low_coverage": _low_coverage,
        "money_is_late": _money_late,
        "money_came": _money_came,
        "care_falls_behind": _care_behind,
        "care_keeps_up": _care_kept_up,
    }
    return words[one.rule](one)


def _opened(one: Finding) -> str:
    return _("Open on all %(days)s promised days.") % {"days": whole(one.facts["days"])}


def _missed(one: Finding) -> str:
    missed, closures = one.facts["missed"], one.facts["closures"]
    closed = ngettext("One promised day closed", "%(count)s promised days closed", missed) % {"count": whole(missed)}
    if len(closures) > MOST_NAMED:
        return f"{closed}."
    by_reason: dict[str, list[str]] = {}
    for row in closures:
        by_reason.setdefault(closed_for(replace(row, note="")), []).append(days(row.first, row.last))
    return f"{closed}: {'; '.join(f'{reason} {listed(dates)}' for reason, dates in by_reason.items())}."


def _all_took_place(one: Finding) -> str:
    kind, planned = one.facts["kind"], one.facts["planned"]
    text = {
        Kind.ACTIVITY: ngettext(
            "The one planned activity took place.", "All %(count)s planned activities took place.", planned
        ),
        Kind.EVENT: ngettext("The one planned event took place.", "All %(count)s planned events took place.", planned),
        Kind.EXHIBITION: ngettext(
            "The one planned exhibition took place.", "All %(count)s planned exhibitions took place.", planned
        ),
    }[Kind(kind)]
    return text % {"count": whole(planned)}


def _cancelled(one: Finding) -> str:
    kind, planned, cancelled = one.facts["kind"], one.facts["planned"], one.facts["cancelled"]
    text = {
        Kind.ACTIVITY: ngettext(
            "%(cancelled)s of %(count)s planned activity was cancelled.",
            "%(cancelled)s of %(count)s planned activities cancelled.",
            planned,
        ),
        Kind.EVENT: ngettext(
            "%(cancelled)s of %(count)s planned event was cancelled.",
            "%(cancelled)s of %(count)s planned events cancelled.",
            planned,
        ),
        Kind.EXHIBITION: ngettext(
            "%(cancelled)s of %(count)s planned exhibition was cancelled.",
            "%(cancelled)s of %(count)s planned exhibitions cancelled.",
            planned,
        ),
    }[Kind(kind)]
    return text % {"cancelled": whole(cancelled), "count": whole(planned)}


def _not_told(one: Finding) -> str:
    count = one.facts["count"]
    text = ngettext(
        "Nobody has told how %(count)s occurrence went.", "Nobody has told how %(count)s occurrences went.", count
    )
    return text % {"count": whole(count)}


def _more_stay(one: Finding) -> str:
    return _("More people stay than a year before: %(now)s against %(before)s per count.") % _per_count_then(one)


def _fewer_stay(one: Finding) -> str:
    return _("Fewer people stay than a year before: %(now)s against %(before)s per count.") % _per_count_then(one)


def _more_visits(one: Finding) -> str:
    return _("More visits than in the same period a year before: %(now)s against %(before)s.") % _now_and_before(one)


def _fewer_visits(one: Finding) -> str:
    return _("Fewer visits than in the same period a year before: %(now)s against %(before)s.") % _now_and_before(one)


def _now_and_before(one: Finding) -> dict[str, str]:
    return {"now": whole(one.facts["now"]), "before": whole(one.facts["before"])}


def _per_count_then(one: Finding) -> dict[str, str]:
    return {"now": per_count(one.facts["now"]), "before": per_count(one.facts["before"])}


def _indicator(one: Finding) -> str:
    row: Comparison = one.facts["row"]
    return _("Indicator %(name)s: %(now)s at the follow-up, %(before)s at the baseline.") % {
        "name": row.name,
        "now": wording.reading(row, row.follow_up),
        "before": wording.reading(row, row.baseline),
    }


def _group_missing(one: Finding) -> str:
    return _("%(group)s are few on the square: %(index)s their share of %(municipality)s.") % {
        "group": capfirst(group(one.facts["group"])),
        "index": times(one.facts["group"].index),
        "municipality": municipality(is_demo=one.facts["is_demo"]),
    }


def _dominates(one: Finding) -> str:
    return _("One group dominates: %(share)s are %(group)s.") % {
        "share": per_cent(one.facts["group"].share),
        "group": group(one.facts["group"]),
    }


def _few_days_counted(one: Finding) -> str:
    return _("People staying were counted on only %(days)s of %(of)s open days.") % _days_of(one)


def _counted_days(one: Finding) -> str:
    return _("People staying were counted on %(days)s of %(of)s open days.") % _days_of(one)


def _days_of(one: Finding) -> dict[str, str]:
    return {"days": whole(one.facts["days"]), "of": whole(one.facts["of"])}


def _low_coverage(one: Finding) -> str:
    return _("Only %(share)s of those counted were judged by gender and age.") % {
        "share": share_of(one.facts["classified"], one.facts["people"])
    }


def _money_late(one: Finding) -> str:
    parties = one.facts["parties"]
    text = ngettext(
        "%(amount)s is late from one co-funder.", "%(amount)s is late from %(parties)s co-funders.", parties
    )
    return text % {"amount": kronor(one.facts["amount"]), "parties": whole(parties)}


def _money_came(one: Finding) -> str:
    return _("All instalments due have come: %(amount)s.") % {"amount": kronor(one.facts["amount"])}


# --- The chapters -----------------------------------------------------------------------------------------------------


def _care_behind(one: Finding) -> str:
    return _("More needed care than was mended: %(opened)s cases seen, %(fixed)s mended.") % _cases(one)


def _care_kept_up(one: Finding) -> str:
    return _("As much was mended as needed care: %(opened)s cases seen, %(fixed)s mended.") % _cases(one)


def _cases(one: Finding) -> dict[str, str]:
    return {"opened": whole(one.facts["opened"]), "fixed": whole(one.facts["fixed"])}


def care_lead(care: Care) -> str:
    """How many were seen, mended and left, and how soon."""
    told = _("%(opened)s cases were seen and %(fixed)s mended; %(waiting)s were not mended when the period ended.") % {
        "opened": whole(care.opened),
        "fixed": whole(care.fixed),
        "waiting": whole(care.open_at_end),
    }
    if care.median_days is None:
        return told
    # A median can lie between two whole days; the number decides the word.
    soon = ngettext(
        "Half of those mended were done within %(days)s day.",
        "Half of those mended were done within %(days)s days.",
        1 if care.median_days == 1 else 2,
    )
    return f"{told} {soon % {'days': tenth(care.median_days)}}"


def care_category(code: str) -> str:
    return capfirst(str(CareCase.Category(code).label))


def picture(one: Picture) -> str:
    """What it is of, and when."""
    of = one.title or (care_category(one.category) if one.category else "")
    return f"{of}, {day(one.date)}" if of else day(one.date)


def channel(code: str) -> str:
    return str(Voice.Channel(code).label)


def opening_lead(report: QuarterlyReport) -> str:
    """Days and hours held against promised, with the contract's own promise where there is one."""
    opening, money = report.opening, report.money
    if not opening.days_promised:
        return _("No days were promised open in the period.")
    told = _(
        "The hub was open %(held)s of %(promised)s promised days, %(hours)s hours a week on average against"
        " %(week)s promised."
    ) % {
        "held": whole(opening.days_held),
        "promised": whole(opening.days_promised),
        "hours": tenth(opening.week_held),
        "week": tenth(opening.week_promised),
    }
    if money is None:
        return told
    if money.promises is not None:
        return " ".join([told, *(_promise(one) for one in money.promises if one.open_days_a_year is not None)])
    if money.open_days_a_year is None:
        return told
    agreed = _("The contract promises %(days)s open days a year; so far %(held)s in %(year)s.") % {
        "days": whole(money.open_days_a_year),
        "held": whole(report.opening_year.days_held),
        "year": money.year,
    }
    return f"{told} {agreed}"


def _promise(one: Promise) -> str:
    """Open days agreed; of a contract that holds on a part of the year, that part of them."""
    year, agreed = one.first.year, one.open_days_a_year or 0
    if (one.first, one.last) == (dt.date(year, 1, 1), dt.date(year, 12, 31)):
        return _("The contract promises %(days)s open days a year; so far %(held)s in %(year)s.") % {
            "days": whole(agreed),
            "held": whole(one.days_held),
            "year": year,
        }
    return _(
        "The contract promises %(days)s open days a year, which is %(part)s for its days in %(year)s, %(when)s; so far"
        " %(held)s of them."
    ) % {
        "days": whole(agreed),
        "part": whole(promised_part(agreed, Days(one.first, one.last))),
        "year": year,
        "when": days(one.first, one.last),
        "held": whole(one.days_held),
    }


def programme_lead(report: QuarterlyReport) -> str:
    programme = report.programme
    took_place = ngettext("%(count)s programme took place", "%(count)s programmes took place", programme.took_place) % {
        "count": whole(programme.took_place)
    }
    partners = ngettext(
        "together with %(count)s association.", "together with %(count)s associations.", programme.partners
    ) % {"count": whole(programme.partners)}
    return f"{took_place} {partners}"


def reasons(report: QuarterlyReport) -> str:
    """Why things were cancelled, kind by kind; empty when nothing was."""
    told = []
    for kind in Kind.values:
        own = [one for one in report.programme.reasons if one.kind == kind]
        why = [f"{_why(one.reason)} {whole(one.count)}" for one in own]
        if own:
            told.append(_("%(kind)s cancelled: %(why)s.") % {"kind": kinds(kind), "why": ", ".join(why)})
    return " ".join(told)


def plan_lead(report: QuarterlyReport) -> str:
    period = Period.parse(report.plan.code).label
    if not report.plan.items_in_all and not report.plan.series:
        return _("Nothing is planned yet for %(period)s.") % {"period": _lower_first(period)}
    return _("%(period)s: %(events)s events and exhibitions and %(series)s series are planned.") % {
        "period": period,
        "events": whole(report.plan.items_in_all),
        "series": whole(len(report.plan.series)),
    }


def plan_series(report: QuarterlyReport) -> str:
    """“zumba (12 times), chess (26 times)”."""
    told = [
        ngettext("%(title)s (%(count)s time)", "%(title)s (%(count)s times)", one.times)
        % {"title": one.title, "count": whole(one.times)}
        for one in report.plan.series
    ]
    return f"{', '.join(told)}." if told else ""


def coverage_heading(report: QuarterlyReport) -> str:
    quality = report.quality
    if not quality.open_days:
        return _("Coverage")
    return _("Coverage: people staying were counted on %(days)s of %(of)s open days") % {
        "days": whole(quality.days_with_staying),
        "of": whole(quality.open_days),
    }


def people_heading(report: QuarterlyReport) -> str:
    """Which month had the most visits; plain where nothing was counted."""
    months = [part for part in report.people.months if part.participating.value]
    if len(months) < 2:  # noqa: PLR2004  one month is not the most of anything
        return _("Three measures over the period")
    most = max(months, key=lambda part: part.participating.value or 0)
    return _("Most visits in %(month)s") % {"month": date_format(most.first, "F")}


def representation_heading(report: QuarterlyReport) -> str:
    """The group furthest above and the one furthest below its share of the municipality."""
    crowd = main_crowd(report)
    known = crowd.representation.groups if crowd and crowd.representation else ()
    indexed = [one for one in known if one.index is not None]
    if not indexed:
        return _("Perceived gender and age")
    highest, lowest = (pick(indexed, key=lambda one: one.index or 0) for pick in (max, min))
    return _("Most over their share of %(municipality)s: %(most)s. Most under: %(least)s") % {
        "municipality": municipality(is_demo=report.is_demo),
        "most": group(highest),
        "least": group(lowest),
    }


def municipality(*, is_demo: bool) -> str:
    """An invented place stands in an invented municipality, and is compared with the residents of a real one."""
    return _("the comparison municipality") if is_demo else _("the municipality")


def compared_with(report: QuarterlyReport, against: Representation) -> str:
    """Whose residents those counted are compared with."""
    if report.is_demo:
        return _("Comparison municipality: %(source)s.") % {"source": against.source}
    return _("Municipality: %(municipality)s, %(source)s.") % {
        "municipality": against.municipality,
        "source": against.source,
    }


def indicator_lead(report: QuarterlyReport) -> str:
    """What is better and what is worse, by name."""
    parts = [
        (Verdict.IMPROVED, _("Clearly better: %(names)s.")),
        (Verdict.DECLINED, _("Clearly worse: %(names)s.")),
        (Verdict.WITHIN_MARGIN, _("Within the margin: %(names)s.")),
        (Verdict.CANNOT_JUDGE, _("Cannot be judged: %(names)s.")),
    ]
    told = [
        text % {"names": listed([_lower_first(row.name) for row in report.indicators if row.verdict == judged])}
        for judged, text in parts
        if any(row.verdict == judged for row in report.indicators)
    ]
    return " ".join(told)


def _lower_first(words: str) -> str:
    """Inside a sentence; a word with capitals of its own keeps them."""
    first_word = words.split(" ", 1)[0]
    return words if first_word[1:] != first_word[1:].lower() else words[:1].lower() + words[1:]


def warnings(row: Comparison) -> list[tuple[str, str]]:
    """The code and sentence of each reason to compare with care, in the active language."""
    return [(one.code, _warning(one.code, row)) for one in row.warnings]


def _warning(code: str, row: Comparison) -> str:
    before, after = row.baseline, row.follow_up
    if before is None or after is None:
        return _("Only the change is published, without a baseline in numbers.")
    sides = {
        "season": (
            _("Measured in different seasons, %(before)s and %(after)s: light and weather differ."),
            str(Occasion.Season(before.season).label),
            str(Occasion.Season(after.season).label),
        ),
        "method": (_("Measured in different ways: %(before)s and %(after)s."), before.method, after.method),
        "scale": (_("Different scales: the values cannot be compared."), "", ""),
        "version": (
            _("The question has changed, from version %(before)s to %(after)s."),
            str(before.version),
            str(after.version),
        ),
        "size": (
            _("Very different numbers behind the values: %(before)s and %(after)s."),
            whole(before.n),
            whole(after.n),
        ),
    }
    text, was, now = sides[code]
    return text % {"before": was, "after": now}


def match_sentence(money: Money) -> str:
    if not money.municipal:
        return _("There is no municipal money to match in %(year)s.") % {"year": money.year}
    if money.business >= money.municipal:
        return _("Each municipal krona is matched by %(krona)s from business in %(year)s.") % {
            "krona": each_krona(per_krona(money)),
            "year": money.year,
        }
    return _("Each municipal krona is met by %(krona)s from business in %(year)s: %(gap)s is not matched.") % {
        "krona": each_krona(per_krona(money)),
        "year": money.year,
        "gap": kronor(money.municipal - money.business),
    }


def funders(report: QuarterlyReport) -> str:
    money = report.money
    if money is None and report.version == 1:
        return _("No co-financing contract is in force on the last day of the period.")
    if money is None:
        return _("No co-financing contract was in force in the period.")
    if not money.parties:
        return _("The co-financing contract has no parties yet.")
    return _("Funded by %(parties)s.") % {"parties": listed([party.name for party in money.parties])}


def changes(before: QuarterlyReport, after: QuarterlyReport) -> list[str]:
    """What differs from an earlier edition in the figures that it printed; empty when nothing does."""
    return [
        _("%(what)s: %(before)s became %(after)s.") % {"what": what, "before": old, "after": new}
        for (what, old), (_what, new) in zip(_printed(before), _printed(after), strict=True)
        if old != new
    ]


def _printed(report: QuarterlyReport) -> Iterable[tuple[str, str]]:
    people, opening = report.people.period, report.opening
    known = {
        _("Open days"): f"{opening.days_held}/{opening.days_promised}",
        _("Open hours per week"): tenth(opening.week_held),
        _("Passing per counted hour"): whole(people.passing.value),
        _("Staying per count"): per_count(people.staying.value),
        _("Participations"): whole(people.participating.value),
    }
    kinds_held = {kinds(row.kind): whole(row.took_place) for row in report.programme.kinds}
    late = {_("Late payments"): kronor(report.money.late if report.money else None)}
    mended = {_("Care cases mended"): whole(report.care.fixed if report.care else None)}
    photos = {_("Photos"): whole(len(report.pictures))}
    return (known | kinds_held | late | mended | photos).items()
