"""The page that a politician reads."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from activities.models import Kind
from places.numbers import each_krona
from places.numbers import trimmed as tenth
from places.numbers import written as whole
from reports import findings, sentences
from reports.contexts import QuarterlyReport
from reports.faces.cells import bar, share_of
from reports.faces.opening import hours


@dataclass(frozen=True)
class Key:
    """A key figure with the year's beside it."""

    label: str
    value: str
    unit: str
    year: str
    bar: str = ""
    share: str = ""


class Cover:
    """Three sentences, six key figures with the year beside, good and bad news, and the matched krona."""

    def __init__(self, report: QuarterlyReport) -> None:
        self.report = report

    @cached_property
    def summary(self) -> str:
        return " ".join(sentences.summary(self.report))

    @cached_property
    def good(self) -> list[str]:
        return [sentences.finding(one) for one in findings.good_news(self.report)]

    @cached_property
    def bad(self) -> list[str]:
        return [sentences.finding(one) for one in findings.bad_news(self.report)]

    @cached_property
    def keys(self) -> list[Key]:
        people, year = self.report.people.period, self.report.people.year
        return [
            self._open_days(),
            self._open_hours(),
            Key(
                _("Participations"),
                whole(people.participating.value),
                _("visits"),
                self._so_far(whole(year.participating.value)),
            ),
            self._programme(Kind.ACTIVITY),
            self._programme(Kind.EVENT),
            Key(
                _("Staying, all counts"),
                sentences.per_count(people.staying.value),
                _("per count"),
                self._so_far(sentences.per_count(year.staying.value)),
            ),
        ]

    def _open_days(self) -> Key:
        now, year = self.report.opening, self.report.opening_year
        return Key(
            _("Open days"),
            whole(now.days_held),
            _("of %(promised)s promised") % {"promised": whole(now.days_promised)},
            self._so_far(
                _("%(held)s of %(promised)s") % {"held": whole(year.days_held), "promised": whole(year.days_promised)}
            ),
            bar(now.days_held, now.days_promised),
            share_of(now.days_held, now.days_promised),
        )

    def _open_hours(self) -> Key:
        now, year = self.report.opening, self.report.opening_year
        promised = _("of %(promised)s h/week") % {"promised": tenth(now.week_promised)}
        held, of = hours(now)
        return Key(
            _("Open on average"),
            tenth(now.week_held),
            promised,
            self._so_far(tenth(year.week_held)),
            bar(held, of),
            share_of(held, of),
        )

    def _programme(self, kind: Kind) -> Key:
        now, year = self.report.programme.kind(kind), self.report.programme.kind(kind, year=True)
        planned = _("of %(planned)s planned") % {"planned": whole(now.planned)}
        if now.unplanned:
            planned = _("of %(planned)s planned, %(extra)s unplanned") % {
                "planned": whole(now.planned),
                "extra": whole(now.unplanned),
            }
        return Key(sentences.kinds(kind), whole(now.held + now.changed), planned, self._so_far(whole(year.took_place)))

    def _so_far(self, number: str) -> str:
        """The year's number; of the whole year only when it is over."""
        return f"{sentences.year_so_far(self.report)}: {number}"

    @cached_property
    def match(self) -> str:
        return sentences.match_sentence(self.report.money) if self.report.money else ""

    @cached_property
    def match_sides(self) -> list[str]:
        money = self.report.money
        if money is None or not money.municipal:
            return []
        return [
            _("1 krona from the municipality"),
            _("%(krona)s from business") % {"krona": each_krona(sentences.per_krona(money))},
        ]

    @cached_property
    def funders(self) -> str:
        return sentences.funders(self.report)
