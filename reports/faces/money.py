"""What the funders promised and paid."""

from decimal import Decimal
from functools import cached_property

from django.utils.translation import ngettext

from reports.contexts import QuarterlyReport
from reports.sentences import kronor, whole

KRONA = Decimal(1)


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
    def sums(self) -> dict[str, str]:
        money = self.report.money
        if money is None:
            return {}
        return {
            "pledged": kronor(money.pledged),
            "paid": kronor(money.paid),
            "late": kronor(money.late) if money.late else "0",
            "period": kronor(money.period_share.quantize(KRONA)),
            "per_open_hour": kronor(money.per_open_hour and money.per_open_hour.quantize(KRONA)),
            "per_visit": kronor(money.per_visit and money.per_visit.quantize(KRONA)),
        }


def _late(amount: Decimal, days: int) -> str:
    text = ngettext("%(amount)s, %(days)s day", "%(amount)s, %(days)s days", days)
    return text % {"amount": kronor(amount), "days": whole(days)}
