"""Every sort of paper that amp prints, judged for those who hear it read: by veraPDF, in one start."""

import datetime as dt
from pathlib import Path

import pytest

from activities.models import Kind, Occurrence, Season
from activities.programme.queries import whole_week
from activities.publishing import Published
from activities.week import week_of
from amp.annual.gather import gather
from amp.annual.paper import sheet
from amp.annual.programme import season_sheet, week_sheet
from amp.poster import poster
from places.access import RIGHTS
from places.models import Membership, Place
from places.periods import Period
from reports import faces, pdf
from tests import factories as f
from tests.amp.test_paper_holds import HOSTILE, report_sheet
from tests.conftest import NOW, TODAY
from tests.reports import samples
from tests.reports.judge import judge_ua
from tests.reports.test_pictures import jpeg

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
RAIN = {"told": True, "outcome": Occurrence.Outcome.CANCELLED, "reason": "weather"}
WEEK_48 = Period.week(2026, 48)


@pytest.fixture
def season(place: Place) -> Season:
    """Each kind and each state: what returns and what stands alone, held, cancelled, waiting, over days and to come."""
    season: Season = f.SeasonFactory.create(place=place, theme="Skapa tillsammans", goals="Fler kvällar.")
    salsa = f.SeriesFactory.create(place=place, season=season)
    for week in range(-2, 3):
        day = TODAY + week * 7 * DAY
        told = RAIN if week == -2 else {"told": week < 0}
        f.OccurrenceFactory.create(place=place, series=salsa, title="Salsa", date=day, **told)
    for days in range(6):
        f.OccurrenceFactory.create(place=place, title="Schack", kind=Kind.ACTIVATION, date=TODAY + days * DAY)
    f.OccurrenceFactory.create(place=place, title="Ljuset", kind=Kind.EXHIBITION, starts_at=NOW, ends_at=NOW + 9 * DAY)
    market = {"place": place, "kind": Kind.EVENT, "expected": 300, "equipment": "12 bord", "permit": "apply"}
    f.OccurrenceFactory.create(**market, title="Julmarknad", date=TODAY + DAY)
    f.OccurrenceFactory.create(place=place, kind=Kind.EVENT, title="Skördemarknad", date=dt.date(2026, 9, 5), **RAIN)
    f.SchoolHolidayFactory.create(place=place, first=dt.date(2026, 10, 26), last=dt.date(2026, 10, 30))
    f.OccasionFactory.create(place=place)
    return season


def test_all_paper_is_pdf_ua(place: Place, season: Season, tmp_path: Path) -> None:
    year, next_year = (
        gather(place, number, today=TODAY, held=RIGHTS[Membership.Role.ADMIN]) for number in (2026, 2029)
    )
    report = samples.report(pictures=(samples.picture(),))
    pages = {
        "report": faces.html(report, samples.MAKING, language="sv", pictures={12345: jpeg(4, 3)}),
        "report-in-other-alphabets": report_sheet(HOSTILE[-1]),
        "wheel": sheet(year, language="sv"),
        "wheel-of-nothing": sheet(next_year, language="sv"),
        "season": season_sheet(place, season),
        "week": week_sheet(place, week_of(place, WEEK_48)),
    }
    made = {name: pdf.render(html, language="sv") for name, html in pages.items()}
    made["poster"] = poster(place, whole_week(place, WEEK_48, Published.of([place])), address="amp.example.se")
    judged = judge_ua(made, tmp_path)
    assert {name: said.split()[0] for name, said in judged.items()} == dict.fromkeys(made, "compliant"), judged
