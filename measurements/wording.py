"""A comparison in words and figures as the language writes them, the same on the page, in its table and in a report."""

from django.utils.translation import gettext as _

from measurements.models import Indicator
from measurements.queries.indicator import Comparison, Measured, Standing
from measurements.statistics import Change, ChangeKind, Verdict
from places import numbers
from places.numbers import NO_BREAK, PER_CENT
from places.rounding import Number, exact, needed

# A published multiple this large is said as "×2" rather than "+100 %".
DOUBLED = 2

# The status chip of each verdict.
CHIPS = {
    Verdict.IMPROVED: "better",
    Verdict.WITHIN_MARGIN: "same",
    Verdict.DECLINED: "worse",
    Verdict.CANNOT_JUDGE: "unknown",
}


def value(row: Comparison, number: float) -> str:
    """A value of the indicator, with the per cent sign where it is a share."""
    if row.shape == Indicator.Shape.SHARE:
        return f"{numbers.marked(number, row.decimals)}{NO_BREAK}%"
    return numbers.written(number, row.decimals)


def reading(row: Comparison, side: Measured | None) -> str:
    return "–" if side is None else value(row, side.value)


def target(row: Comparison) -> str:
    return "–" if row.target is None else value(row, row.target)


def sizes(row: Comparison) -> str:
    """N before and after, such as 212 / 198; a dash for what is not known."""
    known = (side.n if side else None for side in (row.baseline, row.follow_up))
    return " / ".join(numbers.written(n) for n in known)


def change(row: Comparison) -> str:
    """Such as +1.0, −7 pp, ×0.65 or more than −30 %."""
    seen = row.change
    if seen is None:
        return "–"
    if seen.kind == ChangeKind.RELATIVE:
        return _published(seen.value, at_least=row.at_least)
    if seen.kind == ChangeKind.RATE_RATIO:
        return f"×{numbers.marked(seen.value, 2, (0,))}"
    written = numbers.signed(_in_unit(seen, seen.value), _change_decimals(row))
    if seen.kind == ChangeKind.DIFFERENCE_OF_SHARES:
        return _("%(change)s pp").replace(" ", NO_BREAK) % {"change": written}
    return written


def interval(row: Comparison) -> str:
    """The ends of the change, or the words for having none."""
    seen = row.change
    if seen is None:
        return ""
    if seen.low is None or seen.high is None:
        return _("without interval")
    decimals = 2 if seen.kind == ChangeKind.RATE_RATIO else _change_decimals(row)
    ends = (numbers.written(_in_unit(seen, end), decimals) for end in (seen.low, seen.high))
    return _("%(low)s to %(high)s") % dict(zip(("low", "high"), ends, strict=True))


def direction(row: Comparison) -> str:
    return _("more is better") if row.more_is_better else _("less is better")


def standing(row: Comparison) -> str:
    """Where the follow-up stands towards its target; for a change published alone, when it was published."""
    if row.relative_only and row.standing == Standing.NO_TARGET:
        return row.since
    words = {
        Standing.NO_TARGET: _("No target set"),
        Standing.NOT_KNOWN: _("The target cannot be judged"),
        Standing.REACHED: _("Target reached"),
        Standing.HELD: _("The target is held"),
        Standing.NOT_REACHED: _("Target not reached"),
        Standing.AWAY: _("Away from the target"),
        Standing.UNCHANGED: _("No nearer the target"),
        Standing.HALFWAY: _("Halfway to the target"),
    }
    if row.standing == Standing.ON_THE_WAY and row.progress is not None:
        # Whole steps of the way, so that nothing short of the target is called 100 %.
        return _("%(share)s%% of the way to the target") % {"share": f"{int(row.progress * PER_CENT)}{NO_BREAK}"}
    return words[row.standing]


def verdict(row: Comparison) -> str:
    return {
        Verdict.IMPROVED: _("clear improvement"),
        Verdict.WITHIN_MARGIN: _("within the margin"),
        Verdict.DECLINED: _("clear decline"),
        Verdict.CANNOT_JUDGE: _("cannot be judged"),
    }[row.verdict]


def effect(row: Comparison) -> str:
    """A published change in words, such as "40 % less"."""
    share = float(exact(row.relative_change or 0) / PER_CENT)
    if share + 1 >= DOUBLED:
        return _multiplied(share + 1, at_least=row.at_least)
    written = _per_cent(abs(share))
    return _effect_text(rose=share > 0, at_least=row.at_least) % {"share": written}


def message(row: Comparison) -> str:
    """The row in a sentence, for those who do not see its drawing."""
    parts = [f"{row.name}:", _from_to(row) + ",", f"{verdict(row)}."]
    if row.target is not None:
        parts.append(_("Target %(target)s: %(standing)s.") % {"target": target(row), "standing": standing(row).lower()})
    return " ".join(parts)


def _from_to(row: Comparison) -> str:
    if row.relative_only:
        return effect(row)
    sides = {"baseline": reading(row, row.baseline), "follow_up": reading(row, row.follow_up)}
    if row.change is None:
        return _("baseline %(baseline)s, follow-up %(follow_up)s") % sides
    sides |= {"change": change(row), "interval": interval(row)}
    return _("baseline %(baseline)s, follow-up %(follow_up)s, change %(change)s (%(interval)s)") % sides


def _multiplied(times: float, *, at_least: bool) -> str:
    if times == DOUBLED:
        return _("more than twice as many") if at_least else _("twice as many")
    text = _("more than %(times)s times as many") if at_least else _("%(times)s times as many")
    return text % {"times": numbers.trimmed(times)}


def _effect_text(*, rose: bool, at_least: bool) -> str:
    if rose:
        return _("more than %(share)s more") if at_least else _("%(share)s more")
    return _("more than %(share)s less") if at_least else _("%(share)s less")


def _published(share: float, *, at_least: bool) -> str:
    if share + 1 >= DOUBLED:
        times = share + 1
        written = f"×{numbers.trimmed(times)}"
    else:
        written = f"{'+' if share > 0 else numbers.MINUS if share < 0 else ''}{_per_cent(abs(share))}"
    return _("more than %(change)s") % {"change": written} if at_least else written


def _per_cent(share: float) -> str:
    """With a decimal where it has one."""
    return numbers.per_cent(share, needed(exact(share) * PER_CENT, 1))


def _in_unit(seen: Change, number: float) -> Number:
    return exact(number) * PER_CENT if seen.kind == ChangeKind.DIFFERENCE_OF_SHARES else number


def _change_decimals(row: Comparison) -> int:
    return row.decimals if row.shape == Indicator.Shape.SHARE else max(row.decimals, 1)
