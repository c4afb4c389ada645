"""The programme on A4 for those who work at the place: a week day by day, and a season as a whole, drafts too."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from activities.models import Occurrence, Season
from activities.programme.queries import week_asked, week_code
from activities.queries import FEWEST_STANDING, SINGLES
from activities.week import PlannedWeek, week_of
from places.access import May, SignedInRequest, open_place
from places.models import Place
from places.models.place import Weekday
from places.opening import SchoolHoliday, red_days
from places.periods import Kind, Period
from places.queries import school_holidays
from reports import pdf


def week_print(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    period = week_asked(request.GET.get("week", ""), timezone.localdate())
    return _answer(week_sheet(place, week_of(place, period)), f"{place.slug}-{week_code(period)}-program")


def season_print(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    season = get_object_or_404(place.seasons, pk=pk)
    return _answer(season_sheet(place, season), f"{place.slug}-{season.period.code}")


def week_sheet(place: Place, week: PlannedWeek) -> str:
    """The page that becomes paper."""
    return _page("week", place, {"week": week})


def season_sheet(place: Place, season: Season) -> str:
    """The page that becomes paper."""
    return _page("season", place, {"season": season, "programme": season_programme(place, season)})


@dataclass(frozen=True)
class Returning:
    """What comes again and again in a season, told in one row."""

    occurrences: list[Occurrence]

    @property
    def one(self) -> Occurrence:
        """As most of them are."""
        clocks = Counter(_clocks(each) for each in self.occurrences)
        usual = clocks.most_common(1)[0][0]
        return next(each for each in self.occurrences if _clocks(each) == usual)

    @property
    def last(self) -> Occurrence:
        return self.occurrences[-1]

    @property
    def weekdays(self) -> str:
        """Mon–Sat, or Mon, Wed."""
        days = sorted({each.date.weekday() for each in self.occurrences})
        names = [str(Weekday(day).label)[:3] for day in days]
        in_a_row = days[-1] - days[0] == len(days) - 1 and len(days) >= FEWEST_STANDING
        return f"{names[0]}–{names[-1]}" if in_a_row else ", ".join(names)

    @property
    def times(self) -> int:
        return len(self.occurrences)

    @property
    def cancelled(self) -> int:
        return sum(each.outcome == Occurrence.Outcome.CANCELLED for each in self.occurrences)


@dataclass(frozen=True)
class Month:
    period: Period
    singles: list[Occurrence]


@dataclass(frozen=True)
class SeasonProgramme:
    """All that a season holds: what returns, and month by month what is once."""

    returning: list[Returning]
    months: list[Month]
    # Red days by date, and the school holidays that touch the season.
    red: list[tuple[Any, str]]
    school: list[SchoolHoliday]


def season_programme(place: Place, season: Season) -> SeasonProgramme:
    """Costs two queries."""
    period = season.period
    series: dict[int, list[Occurrence]] = {}
    singles = []
    for one in place.occurrences.during(period).filter(was_planned=True).with_names().order_by("starts_at", "title"):
        if one.series_id and one.kind not in SINGLES:
            series.setdefault(one.series_id, []).append(one)
        else:
            singles.append(one)
    months = [Period.containing(day, Kind.MONTH) for day in period if day.day == 1]
    years = sorted({period.first.year, period.last.year})
    return SeasonProgramme(
        returning=sorted((Returning(those) for those in series.values()), key=_weekly),
        months=[Month(month, [one for one in singles if one.date in month]) for month in months],
        red=[(day, name) for year in years for day, name in sorted(red_days(year).items()) if day in period],
        school=school_holidays(place, period),
    )


def _weekly(row: Returning) -> tuple[int, tuple[str, str], str]:
    """In order of weekday and clock."""
    return min(one.date.weekday() for one in row.occurrences), _clocks(row.one), row.one.title


def _clocks(one: Occurrence) -> tuple[str, str]:
    starts, ends = timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)
    return f"{starts:%H:%M}", f"{ends:%H:%M}"


def _page(name: str, place: Place, what: dict[str, Any]) -> str:
    context = {"place": place, "today": timezone.localdate(), "language": get_language(), **what}
    return render_to_string(f"amp/pdf/programme_{name}.html", context)


def _answer(html: str, name: str) -> HttpResponse:
    """Made while one waits: a season takes a second."""
    response = HttpResponse(pdf.render(html, language=str(get_language())), content_type="application/pdf")
    # A season's code has letters of its own in Swedish.
    response.headers["Content-Disposition"] = f'inline; filename="{name.replace("å", "a").replace("ö", "o")}.pdf"'
    return response
