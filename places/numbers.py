"""
How a number is written: on the page, in a report's text, tables and charts, in alt texts and messages.

Every number that people read goes through here, so that the same number reads the same everywhere. `places.rounding`
says how it is rounded; a test refuses other ways of writing numbers.
"""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from places.rounding import Number, beyond, exact, needed, rounded

MINUS = "−"
NO_BREAK = "\N{NO-BREAK SPACE}"
NOT_COLLECTED = "–"
PER_CENT = 100
ORE = 2


def written(number: Number | None, decimals: int = 0) -> str:
    """With so many decimals, and a dash for what was not collected."""
    return NOT_COLLECTED if number is None else _localised(rounded(number, decimals), decimals)


def trimmed(number: Number | None, most: int = 1) -> str:
    """With as many decimals as are not zero, `most` of them at most: 24 and 19.3."""
    return NOT_COLLECTED if number is None else written(number, needed(number, most))


def signed(number: Number | None, decimals: int = 0) -> str:
    """A change: plus or minus before it, nothing before what is written as zero."""
    if number is None:
        return NOT_COLLECTED
    return f"+{written(number, decimals)}" if rounded(number, decimals) > 0 else written(number, decimals)


def per_cent(share: Number | None, decimals: int = 0) -> str:
    """
    A share of 0 to 1. Less than all is never written 100 %, and more than none never 0 %.

    302 of 303 is >99 %, and 1 of 303 is <1 %.
    """
    return NOT_COLLECTED if share is None else f"{marked(exact(share) * PER_CENT, decimals)}{NO_BREAK}%"


def share_of(part: Number | None, whole: Number | None, decimals: int = 0) -> str:
    """So much of the whole, from the exact numbers; a dash where there is nothing to be a share of."""
    if part is None or not whole:
        return NOT_COLLECTED
    return per_cent(exact(part) / exact(whole), decimals)


def times(ratio: Number | None) -> str:
    """One number over another, such as 0.7×; more than none is never 0.0×."""
    if ratio is None:
        return NOT_COLLECTED
    return f"{marked(ratio, 1, (0,))}×"


def kronor(amount: Number | None) -> str:
    """With öre only where there are any."""
    if amount is None:
        return NOT_COLLECTED
    currency = _("SEK")
    return f"{money(amount)}{NO_BREAK}{currency}"


def whole_kronor(amount: Number | None) -> str:
    return NOT_COLLECTED if amount is None else kronor(rounded(amount))


def each_krona(ratio: Number | None) -> str:
    """What one krona is met by; less than a whole krona is never written as one."""
    if ratio is None:
        return NOT_COLLECTED
    found = beyond(ratio, ORE, (0, 1))
    return kronor(ratio) if found is None else f"{found[0]}{kronor(found[1])}"


def money(amount: Number | None) -> str:
    """As `kronor`, without the currency."""
    if amount is None:
        return NOT_COLLECTED
    short = rounded(amount, ORE)
    return written(short, 0 if short == int(short) else ORE)


def marked(number: Number, decimals: int, marks: tuple[int, ...] = (0, PER_CENT)) -> str:
    """As `written`, but never one of the `marks` unless it is exactly that."""
    found = beyond(number, decimals, marks)
    if found is None:
        return written(number, decimals)
    sign, nearest = found
    return f"{sign}{written(nearest, decimals)}"


def plain(number: Number | None) -> str:
    """A number with the decimals it was entered with."""
    return NOT_COLLECTED if number is None else written(number, decimals_of(number))


def decimals_of(number: Number) -> int:
    """Those it was entered with."""
    if isinstance(number, int):
        return 0
    value = number if isinstance(number, Decimal) else Decimal(repr(float(number)))
    return max(0, -int(value.as_tuple().exponent))


def _localised(number: Decimal, decimals: int) -> str:
    return number_format(number, decimals, force_grouping=True).replace("-", MINUS)
