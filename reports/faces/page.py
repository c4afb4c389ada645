"""The report as a whole, from its cover to its last chapter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from reports import figures, sentences
from reports.contexts import QuarterlyReport
from reports.faces.cells import jpeg_here, to_data
from reports.faces.cover import Cover
from reports.faces.indicators import IndicatorChapter
from reports.faces.making import Making
from reports.faces.method import MethodChapter
from reports.faces.money import MoneyChapter
from reports.faces.opening import OpeningChapter
from reports.faces.people import PeopleChapter
from reports.faces.programme import PlanChapter, ProgrammeChapter
from reports.faces.square import CareChapter, VoiceChapter


@dataclass(frozen=True)
class Shown:
    """A figure as an `img`: where it is, and what it says."""

    src: str
    alt: str


@dataclass(frozen=True)
class ShownPicture:
    """A photo as an `img`, with its caption and its size in pixels."""

    src: str
    alt: str
    caption: str
    width: int
    height: int


def draw_here(name: str, report: QuarterlyReport) -> str:
    """For paper: the figure lies in the page itself."""
    return to_data(figures.draw(name, report))


class Face:
    """A report as it is read, in the active language. Each figure and each photo is given its address."""

    def __init__(
        self,
        report: QuarterlyReport,
        making: Making,
        place_figure: Callable[[str], str],
        place_photo: Callable[[int], str],
    ) -> None:
        self.report = report
        self.making = making
        self.figures = {name: Shown(place_figure(name), figures.alt(name, report)) for name in figures.names(report)}
        self.pictures = [
            ShownPicture(place_photo(one.photo), one.alt, sentences.picture(one), one.width, one.height)
            for one in report.pictures
        ]
        self.cover = Cover(report)
        self.opening = OpeningChapter(report)
        self.programme = ProgrammeChapter(report)
        self.care = CareChapter(report)
        self.people = PeopleChapter(report)
        self.indicators = IndicatorChapter(report)
        self.voices = VoiceChapter(report)
        self.money = MoneyChapter(report)
        self.plan = PlanChapter(report)
        self.method = MethodChapter(report)

    @cached_property
    def title(self) -> str:
        return _("Quarterly report to the co-funders")

    @cached_property
    def period(self) -> str:
        return self.report.period.label

    @cached_property
    def short_period(self) -> str:
        """Without its months: “Quarter 4 2026”."""
        return sentences.short_period(self.report)

    @cached_property
    def so_far(self) -> str:
        """Up to which day the figures go; empty when the period is over."""
        if self.report.as_of >= self.report.period.last:
            return ""
        return _("The period is not over: the figures go to %(day)s.") % {
            "day": date_format(self.report.as_of, "j F Y")
        }

    @cached_property
    def foot(self) -> str:
        """What stands under every page."""
        edition = _("edition %(number)s, %(day)s") % {
            "number": self.making.number,
            "day": date_format(self.making.made_on, "j F Y"),
        }
        parts = [
            Truncator(self.report.place).chars(50),
            self.short_period.lower(),
            edition,
            f"data {self.making.short_hash}",
        ]
        return " · ".join([*parts, _("example data")] if self.report.is_demo else parts)

    @cached_property
    def contents(self) -> list[tuple[str, str]]:
        """Each chapter's anchor and title."""
        care = [("care", _("Care of the place"))] if self.report.care else []
        voices = [("voices", _("Voices"))] if self.report.voices else []
        pictures = [("pictures", _("Pictures from the square"))] if self.report.pictures else []
        return [
            ("opening", _("Open days against the promise")),
            ("programme", _("Programme against the plan")),
            *care,
            ("people", _("People on the square")),
            ("indicators", _("Indicators")),
            *voices,
            *pictures,
            ("money", _("Money")),
            ("next", _("Next period from the wheel")),
            ("method", _("Method and data quality")),
        ]


def html(
    report: QuarterlyReport, making: Making, *, language: str, pictures: Mapping[int, bytes] = MappingProxyType({})
) -> str:
    """The page that becomes the PDF, with the report's `pictures` by photo. KeyError when one is not among them."""
    with translation.override(language):
        face = Face(report, making, lambda name: draw_here(name, report), lambda photo: jpeg_here(pictures[photo]))
        return render_to_string("reports/pdf/quarterly.html", {"face": face, "report": report, "language": language})
