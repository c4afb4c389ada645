"""Baseline against follow-up and target, indicator by indicator, as plain values."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from measurements import statistics
from measurements.models import Indicator, Occasion, Reading, Target
from measurements.statistics import Change, ChangeKind, Facts, Interval, Sample, Verdict
from places.models import Place
from places.rounding import exact, rounded

Shape = Indicator.Shape
PER_CENT = 100
# More decimals than this say nothing to a reader.
MOST_DECIMALS = 2
# Within this of half the way to the target is called halfway.
NEARLY = 0.025


class Standing(StrEnum):
    """Where the follow-up stands towards its target."""

    NO_TARGET = "no_target"
    NOT_KNOWN = "not_known"  # nothing to hold against the target
    REACHED = "reached"
    HELD = "held"  # the baseline was there already
    NOT_REACHED = "not_reached"  # and no baseline to measure the way from
    AWAY = "away"
    UNCHANGED = "unchanged"
    HALFWAY = "halfway"
    ON_THE_WAY = "on_the_way"


@dataclass(frozen=True)
class Measured:
    """What an indicator showed on an occasion; the ends are its 95 % interval, None where none can be made."""

    occasion: str
    first: date
    last: date
    season: str
    method: str
    version: int
    scale_min: float | None
    scale_max: float | None
    value: float
    low: float | None
    high: float | None
    n: int | None
    spread: float | None
    exposure: float | None
    source: str


@dataclass(frozen=True)
class Warned:
    """A reason to compare with care: its code (season, method, scale, version, size, no_baseline) and its sentence."""

    code: str
    text: str


@dataclass(frozen=True)
class Comparison:
    """
    One indicator from baseline to follow-up, held against its target. Shares are in per cent, as they are written.

    The change of a share is between −1 and 1, a published change of −40 % is −0.4. `progress` is a share of the way
    to the target, None where there is no way to measure.
    """

    indicator: int  # its primary key, of the newest version compared
    name: str
    group: str
    unit: str
    shape: str
    scale_min: float | None
    scale_max: float | None
    more_is_better: bool
    method: str
    version: int
    source: str
    decimals: int
    baseline: Measured | None
    follow_up: Measured | None
    since: str  # the occasion of a change published alone, else empty
    change: Change | None
    at_least: bool
    verdict: Verdict
    target: float | None
    target_year: int | None  # None: the target for the whole contract
    progress: float | None
    standing: Standing
    warnings: tuple[Warned, ...]

    @property
    def relative_only(self) -> bool:
        return self.change is not None and self.change.kind == ChangeKind.RELATIVE

    @property
    def relative_change(self) -> float | None:
        """The published change in per cent, such as −40; None where the values themselves are known."""
        return float(rounded(exact(self.change.value) * PER_CENT, 1)) if self.change and self.relative_only else None


@dataclass(frozen=True)
class Group:
    """Indicators that stand together. Those known only by a published change are a group of their own, the last."""

    name: str
    rows: tuple[Comparison, ...]


@dataclass(frozen=True)
class Headline:
    """How many indicators went which way, and that in a sentence."""

    improved: int
    within_margin: int
    declined: int
    cannot_judge: int
    sentence: str


def compare(
    place: Place,
    baseline: Occasion | None = None,
    follow_up: Occasion | None = None,
    year: int | None = None,
    *,
    until: date | None = None,
) -> list[Group]:
    """
    Every indicator with a reading, by group and name. Two queries.

    Without a chosen baseline each indicator is compared from the first baseline it was read on; without a chosen
    follow-up, to the latest one after that. Occasions that end after `until` do not count. The target is that of
    `year`, else the one for the whole contract; without a year, the whole contract's, else that of the follow-up's own.
    A new version of an indicator is compared with the old one, and warned for.
    """
    readings = Reading.objects.filter(indicator__place=place).select_related("indicator", "occasion")
    if until:
        readings = readings.filter(occasion__last__lte=until)
    by_name: defaultdict[str, list[Reading]] = defaultdict(list)
    for reading in readings.order_by("indicator__group", "indicator__pk", "occasion__first", "occasion__pk"):
        by_name[reading.indicator.name].append(reading)
    targets = _targets(place)
    rows = [
        row
        for known in by_name.values()
        if (row := _comparison(_choose(known, baseline, follow_up), targets, year)) is not None
    ]
    return _grouped(rows)


def headline(groups: Iterable[Group]) -> Headline:
    """Counts per verdict and the finding in words; what is worse is said as plainly as what is better."""
    verdicts = [row.verdict for group in groups for row in group.rows]
    count = {verdict: verdicts.count(verdict) for verdict in Verdict}
    return Headline(
        improved=count[Verdict.IMPROVED],
        within_margin=count[Verdict.WITHIN_MARGIN],
        declined=count[Verdict.DECLINED],
        cannot_judge=count[Verdict.CANNOT_JUDGE],
        sentence=_sentence(count),
    )


# --- Which readings -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Pair:
    before: Reading | None
    after: Reading | None

    @property
    def newest(self) -> Reading | None:
        return self.after or self.before


def _choose(readings: Sequence[Reading], baseline: Occasion | None, follow_up: Occasion | None) -> _Pair:
    before = _first_baseline(readings, baseline, follow_up)
    after = _last_follow_up(readings, follow_up, before)
    if after and after.relative_change is not None:
        return _Pair(None, after)
    return _Pair(before, after)


def _first_baseline(readings: Sequence[Reading], chosen: Occasion | None, before: Occasion | None) -> Reading | None:
    known = [reading for reading in readings if reading.value is not None]
    if chosen:
        return _newest_version(reading for reading in known if reading.occasion_id == chosen.pk)
    baselines = [
        reading
        for reading in known
        if reading.occasion.role == Occasion.Role.BASELINE and (before is None or reading.occasion.first < before.first)
    ]
    first = min(baselines, key=_when, default=None)
    return _newest_version(reading for reading in baselines if first and reading.occasion_id == first.occasion_id)


def _last_follow_up(readings: Sequence[Reading], chosen: Occasion | None, before: Reading | None) -> Reading | None:
    if chosen:
        return _newest_version(reading for reading in readings if reading.occasion_id == chosen.pk)
    later = [
        reading
        for reading in readings
        if reading.occasion.role == Occasion.Role.FOLLOW_UP
        and (before is None or reading.occasion.first > before.occasion.first)
    ]
    last = max(later, key=_when, default=None)
    return _newest_version(reading for reading in later if last and reading.occasion_id == last.occasion_id)


def _when(reading: Reading) -> tuple[date, int]:
    return reading.occasion.first, reading.occasion_id


def _newest_version(readings: Iterable[Reading]) -> Reading | None:
    return max(readings, key=lambda reading: reading.indicator.version, default=None)


# --- From readings to a comparison ----------------------------------------------------------------------------------

_Targets = dict[tuple[int, int | None], Decimal]


def _targets(place: Place) -> _Targets:
    known = Target.objects.filter(indicator__place=place).values_list("indicator_id", "year", "value")
    return {(indicator, year): value for indicator, year, value in known}


def _comparison(pair: _Pair, targets: _Targets, year: int | None) -> Comparison | None:
    """None when the indicator has no reading on the chosen occasions."""
    newest = pair.newest
    if newest is None:
        return None
    indicator = newest.indicator
    aim, aim_year = _target(targets, indicator, year, newest.occasion)
    before, after = _measured(pair.before), _measured(pair.after)
    change = _change(pair)
    way = _progress(before, after, aim, more_is_better=indicator.more_is_better)
    return Comparison(
        indicator=indicator.pk,
        name=indicator.name,
        group=indicator.group,
        unit=indicator.unit,
        shape=indicator.shape,
        scale_min=_float(indicator.scale_min),
        scale_max=_float(indicator.scale_max),
        more_is_better=indicator.more_is_better,
        method=indicator.method,
        version=indicator.version,
        source=newest.source or indicator.source,
        decimals=_decimals(aim, *(reading.value for reading in (pair.before, pair.after) if reading)),
        baseline=before,
        follow_up=after,
        since=newest.occasion.name if newest.relative_change is not None else "",
        change=change,
        at_least=newest.at_least and newest.relative_change is not None,
        verdict=statistics.verdict(change, more_is_better=indicator.more_is_better),
        target=_float(aim),
        target_year=aim_year,
        progress=way,
        standing=_standing(before, after, _float(aim), way, more_is_better=indicator.more_is_better),
        warnings=tuple(_warnings(pair)),
    )


def _target(
    targets: _Targets, indicator: Indicator, year: int | None, occasion: Occasion
) -> tuple[Decimal | None, int | None]:
    """The target that counts, and the year it is for."""
    order = (year, None) if year is not None else (None, occasion.last.year)
    return next(((targets[indicator.pk, at], at) for at in order if (indicator.pk, at) in targets), (None, None))


def _measured(reading: Reading | None) -> Measured | None:
    if reading is None or reading.value is None:
        return None
    indicator, occasion, ends = reading.indicator, reading.occasion, _interval(reading)
    return Measured(
        occasion=occasion.name,
        first=occasion.first,
        last=occasion.last,
        season=occasion.season,
        method=occasion.method,
        version=indicator.version,
        scale_min=_float(indicator.scale_min),
        scale_max=_float(indicator.scale_max),
        value=float(reading.value),
        low=ends.low if ends else None,
        high=ends.high if ends else None,
        n=reading.n,
        spread=_float(reading.spread),
        exposure=_float(reading.exposure),
        source=reading.source or indicator.source,
    )


def _interval(reading: Reading) -> Interval | None:
    """The 95 % interval of one reading, in its own unit."""
    value = float(reading.value or 0)
    if reading.indicator.shape == Shape.MEAN:
        return statistics.mean_interval(Sample(value, _float(reading.spread), reading.n))
    if reading.n is None:
        return None
    if reading.indicator.shape == Shape.SHARE:
        share = statistics.share_interval(_people(reading), reading.n)
        return Interval(value, share.low * PER_CENT, share.high * PER_CENT) if share else None
    return statistics.rate_interval(reading.n, float(reading.exposure)) if reading.exposure else None


def _change(pair: _Pair) -> Change | None:
    """None without two readings of one kind on one scale: a difference between two scales is no number."""
    before, after = pair.before, pair.after
    if after and after.relative_change is not None:
        return Change(float(after.relative_change) / PER_CENT, None, None, ChangeKind.RELATIVE)
    if before is None or after is None or _ruler(before) != _ruler(after):
        return None
    if after.indicator.shape == Shape.MEAN:
        return statistics.difference_of_means(_sample(before), _sample(after))
    if after.indicator.shape == Shape.SHARE:
        return _change_of_shares(before, after)
    return _change_of_rates(before, after)


def _ruler(reading: Reading) -> tuple[str, str, Decimal | None, Decimal | None]:
    indicator = reading.indicator
    return indicator.shape, indicator.unit, indicator.scale_min, indicator.scale_max


def _change_of_shares(before: Reading, after: Reading) -> Change:
    value = (float(after.value or 0) - float(before.value or 0)) / PER_CENT
    change = None
    if before.n is not None and after.n is not None:
        change = statistics.difference_of_shares(_people(before), before.n, _people(after), after.n)
    # The value is that of the published shares; n times a rounded share can be half a person off.
    ends = (change.low, change.high) if change else (None, None)
    return Change(value, *ends, ChangeKind.DIFFERENCE_OF_SHARES)


def _change_of_rates(before: Reading, after: Reading) -> Change | None:
    if before.n is not None and after.n is not None and before.exposure and after.exposure:
        return statistics.rate_ratio(before.n, float(before.exposure), after.n, float(after.exposure))
    if not before.value or after.value is None:
        return None
    return Change(float(after.value / before.value), None, None, ChangeKind.RATE_RATIO)


def _sample(reading: Reading) -> Sample:
    return Sample(float(reading.value or 0), _float(reading.spread), reading.n)


def _people(reading: Reading) -> int:
    """How many of the n a share stands for."""
    return int(rounded(exact(reading.value or 0) * (reading.n or 0) / PER_CENT))


# --- Towards the target ---------------------------------------------------------------------------------------------


def _progress(
    before: Measured | None, after: Measured | None, aim: Decimal | None, *, more_is_better: bool
) -> float | None:
    """None when the baseline was past the target: the way from there to it would be the wrong way."""
    if before is None or after is None or aim is None:
        return None
    if _meets(before.value, float(aim), more_is_better=more_is_better):
        return None
    if (before.scale_min, before.scale_max) != (after.scale_min, after.scale_max):
        return None
    return statistics.progress(before.value, after.value, float(aim))


def _meets(value: float, aim: float, *, more_is_better: bool) -> bool:
    return value >= aim if more_is_better else value <= aim


def _standing(
    before: Measured | None, after: Measured | None, aim: float | None, way: float | None, *, more_is_better: bool
) -> Standing:
    if aim is None:
        return Standing.NO_TARGET
    if after is None:
        return Standing.NOT_KNOWN
    meets = partial(_meets, aim=aim, more_is_better=more_is_better)
    was_there = before is not None and meets(before.value)
    if meets(after.value):
        return Standing.HELD if was_there else Standing.REACHED
    if was_there:
        return Standing.AWAY
    return Standing.NOT_REACHED if way is None else _on_the_way(way)


def _on_the_way(way: float) -> Standing:
    if way < 0:
        return Standing.AWAY
    if way == 0:
        return Standing.UNCHANGED
    return Standing.HALFWAY if abs(way - 0.5) <= NEARLY else Standing.ON_THE_WAY


# --- Like with like -------------------------------------------------------------------------------------------------


def _warnings(pair: _Pair) -> list[Warned]:
    before, after = pair.before, pair.after
    if after and after.relative_change is not None:
        text = _("Only the change is published, without a baseline in numbers.")
        return [Warned("no_baseline", text)]
    if before is None or after is None:
        return []
    return [
        Warned(caution.value, _warning(caution, before, after))
        for caution in statistics.guard(_facts(before), _facts(after))
    ]


def _facts(reading: Reading) -> Facts:
    indicator, occasion = reading.indicator, reading.occasion
    ends = indicator.scale_min, indicator.scale_max
    return Facts(
        season=occasion.season,
        method=f"{indicator.method}\n{occasion.method}",
        scale=(float(ends[0]), float(ends[1])) if ends[0] is not None and ends[1] is not None else None,
        version=str(indicator.version),
        n=_size(reading),
    )


def _size(reading: Reading) -> int | None:
    """How much was looked at: answers or people; for cases what they are counted over, for n is then the outcome."""
    if reading.indicator.shape == Shape.RATE:
        return None if reading.exposure is None else int(rounded(reading.exposure))
    return reading.n


def _warning(caution: statistics.Caution, before: Reading, after: Reading) -> str:
    sides = {
        statistics.Caution.SEASON: (
            _("Different seasons: %(before)s against %(after)s. Compare with care."),
            before.occasion.get_season_display(),
            after.occasion.get_season_display(),
        ),
        statistics.Caution.METHOD: (
            _("Different methods: %(before)s against %(after)s. Compare with care."),
            _method(before),
            _method(after),
        ),
        statistics.Caution.SCALE: (
            _("Different scales: %(before)s against %(after)s. The values cannot be compared."),
            _scale(before),
            _scale(after),
        ),
        statistics.Caution.VERSION: (
            _("Different versions of the question: %(before)s against %(after)s. Compare with care."),
            before.indicator.version,
            after.indicator.version,
        ),
        statistics.Caution.SIZE: (
            _("Very different n: %(before)s against %(after)s. Compare with care."),
            _size(before),
            _size(after),
        ),
    }
    text, was, now = sides[caution]
    return text % {"before": was, "after": now}


def _method(reading: Reading) -> str:
    """The occasion's method, and the indicator's own where that is another."""
    own, occasion = reading.indicator.method, reading.occasion.method
    return occasion if own == occasion else f"{occasion} ({own})"


def _scale(reading: Reading) -> str:
    indicator = reading.indicator
    if indicator.scale_min is None or indicator.scale_max is None:
        return _("no scale")
    return f"{_plain(indicator.scale_min)}–{_plain(indicator.scale_max)}"


def _plain(number: Decimal) -> str:
    """Without zeros at the end; the scale's ends are whole numbers nearly always."""
    return f"{number.normalize():f}"


# --- Groups and the headline ----------------------------------------------------------------------------------------


def _grouped(rows: Iterable[Comparison]) -> list[Group]:
    groups: defaultdict[tuple[bool, str], list[Comparison]] = defaultdict(list)
    for row in rows:
        key = (True, _("Only the change is published")) if row.relative_only else (False, row.group)
        groups[key].append(row)
    in_order = sorted(groups.items(), key=lambda item: item[0][0])
    return [Group(name, tuple(members)) for (_alone, name), members in in_order]


def _sentence(count: dict[Verdict, int]) -> str:
    better, worse = count[Verdict.IMPROVED], count[Verdict.DECLINED]
    parts = [(better, _better(better), _also_better(better)), (worse, _worse(worse), _also_worse(worse))]
    told = sorted((part for part in parts if part[0]), key=lambda part: -part[0])
    if len(told) > 1:
        return f"{_capital(told[0][1])}, {told[1][2]}"
    if told:
        return _capital(told[0][1])
    if count[Verdict.WITHIN_MARGIN]:
        return _("No indicator has clearly changed")
    if count[Verdict.CANNOT_JUDGE]:
        return _("No indicator can be judged yet")
    return _("Nothing has been measured yet")


def _better(count: int) -> str:
    text = ngettext("%(count)s indicator is clearly better", "%(count)s indicators are clearly better", count)
    return text % {"count": _in_words(count)}


def _worse(count: int) -> str:
    text = ngettext("%(count)s indicator is clearly worse", "%(count)s indicators are clearly worse", count)
    return text % {"count": _in_words(count)}


def _also_better(count: int) -> str:
    text = ngettext("%(count)s is clearly better", "%(count)s are clearly better", count)
    return text % {"count": _in_words(count)}


def _also_worse(count: int) -> str:
    text = ngettext("%(count)s is clearly worse", "%(count)s are clearly worse", count)
    return text % {"count": _in_words(count)}


def _in_words(count: int) -> str:
    """Up to twelve as a word, more in figures."""
    words = (
        "",
        pgettext("indicators", "one"),
        pgettext("indicators", "two"),
        pgettext("indicators", "three"),
        pgettext("indicators", "four"),
        pgettext("indicators", "five"),
        pgettext("indicators", "six"),
        pgettext("indicators", "seven"),
        pgettext("indicators", "eight"),
        pgettext("indicators", "nine"),
        pgettext("indicators", "ten"),
        pgettext("indicators", "eleven"),
        pgettext("indicators", "twelve"),
    )
    return words[count] if count < len(words) else str(count)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- Numbers --------------------------------------------------------------------------------------------------------


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


def _decimals(*numbers: Decimal | None) -> int:
    """How many decimals the numbers were given with, at most two: all of a row are written alike."""
    exponents = [number.normalize().as_tuple().exponent for number in numbers if number is not None]
    return max((min(-exponent, MOST_DECIMALS) for exponent in exponents if isinstance(exponent, int)), default=0)
