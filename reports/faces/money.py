"""What the funders promised and paid."""

from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.utils.translation import ngettext

from places.numbers import kronor, whole_kronor
from places.numbers import written as whole
from reports.contexts import QuarterlyReport

MINUTES = 60


class MoneyChapter:
    def __init__(self, report: QuarterlyReport) -> None:
        self.report = report

    @cached_property
    def parties(self) -> list[dict[str, str]]:
        if self.report.money is None:
            return []
        return [
            {
                "name": one.name,
                "pledged": kronor(one.pledged),
                "paid": kronor(one.paid),
                "late": _late(one.late, one.days_late) if one.late else "0",
            }
            for one in self.report.money.parties
        ]

    @cached_property
    def coverage(self) -> str:
        """On how many of the period's days a contract was in force; empty when it was on all of them."""
        money = self.report.money
        if money is None or money.covered_days is None or money.covered_days == money.days:
            return ""
        text = ngettext(
            "A contract was in force on %(covered)s of the period’s %(count)s day: what follows is of those days.",
            "A contract was in force on %(covered)s of the period’s %(count)s days: what follows is of those days.",
            money.days or 0,
        )
        return text % {"covered": whole(money.covered_days), "count": whole(money.days)}

    @cached_property
    def sums(self) -> dict[str, str]:
        money = self.report.money
        if money is None:
            return {}
        return {
            "pledged": kronor(money.pledged),
            "paid": kronor(money.paid),
            "late": kronor(money.late) if money.late else "0",
            "period": whole_kronor(money.period_share),
            "per_open_hour": whole_kronor(_per(money.period_share, money.open_minutes, money.per_open_hour, MINUTES)),
            "per_visit": whole_kronor(_per(money.period_share, money.visits, money.per_visit)),
        }


def _per(amount: Decimal, units: int | None, kept: Decimal | None, times: int = 1) -> Decimal | Fraction | None:
    """From the exact amount, so that nothing is rounded twice; as it was kept in editions without the units."""
    if units is None:
        return kept
    return Fraction(amount) * times / units if units else None


def _late(amount: Decimal, days: int) -> str:
    text = ngettext("%(amount)s, %(days)s day", "%(amount)s, %(days)s days", days)
    return text % {"amount": kronor(amount), "days": whole(days)}
