"""A square with one of everything that a page can show, made around today."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from activities.models import Kind, Occurrence
from measurements.models import AgeBand, CountEntry, Gender, Headcount, Measure, Occasion
from places.models import Organisation, Place
from places.periods import Kind as PeriodKind
from places.periods import Period
from reports.contexts import QuarterlyReport
from reports.models import Edition, Report
from tests import factories as f

DAY = dt.timedelta(days=1)


def furnish(place: Place) -> dict[str, Any]:
    """The keys of what was made, by the names that the table of doors has for them."""
    today = timezone.localdate()
    place.is_demo = True
    place.save()
    zone = f.ZoneFactory.create(place=place, name="Scenen")
    line = f.LineFactory.create(place=place, name="Kyrkogatan")
    made = {"slug": place.slug, "year": today.year, "day": today, "zone": zone.pk, "line": line.pk, "figure": "year"}
    made |= _money(place, today) | _plan(place, today) | _counts(place, today) | _indicators(place, today)
    made |= _records(place, today)
    return made | _editions(place, today)


def _records(place: Place, today: dt.date) -> dict[str, Any]:
    care = f.CareCaseFactory.create(place=place, seen_on=today)
    return {
        "care": care.pk,
        "care_kind": "care",
        "voice": f.VoiceFactory.create(place=place, date=today).pk,
        "photo": f.PhotoFactory.create(care_case=care).pk,
    }


def _money(place: Place, today: dt.date) -> dict[str, Any]:
    first, last = dt.date(today.year, 1, 1), dt.date(today.year + 1, 12, 31)
    contract = f.ContractFactory.create(place=place, first=first, last=last, open_days_a_year=300)
    town = f.OrganisationFactory.create(name="Lillköpings kommun", sector=Organisation.Sector.MUNICIPAL)
    party = f.PartyFactory.create(contract=contract, organisation=town)
    shop = f.PartyFactory.create(contract=contract)
    for payer in (party, shop):
        f.PledgeFactory.create(party=payer, year=today.year)
    due = f.InstalmentFactory.create(party=party, due=today - 14 * DAY)
    f.InstalmentFactory.create(party=shop, due=today + 30 * DAY)
    paid = f.InstalmentFactory.create(party=shop, due=first, paid_on=first)
    exception = f.OpeningExceptionFactory.create(place=place, date=today - 6 * DAY, note="Bara en var på plats")
    f.OpeningExceptionFactory.create(place=place, date=today + 6 * DAY, planned=True)
    return {
        "holiday": f.SchoolHolidayFactory.create(place=place, first=today, last=today + 6 * DAY).pk,
        "contract": contract.pk,
        "party": party.pk,
        "organisation": shop.organisation.pk,
        "due": due.pk,
        "paid": paid.pk,
        "exception": exception.pk,
        "membership": f.MembershipFactory.create(place=place).pk,
        "reader": f.RepresentativeFactory.create(organisation=shop.organisation).pk,
    }


def _plan(place: Place, today: dt.date) -> dict[str, Any]:
    year = {"place": place, "year": today.year}
    season = f.SeasonFactory.create(**year, theme="Ljus och värme", goals="Fler kvällar.")
    dates = {"first": today - 20 * DAY, "last": today + 20 * DAY, "weekdays": (today.weekday(),)}
    series = f.SeriesFactory.create(place=place, season=season, **dates)
    partner = f.PartnerFactory.create(place=place)
    later = timezone.now() + dt.timedelta(minutes=1)
    coming = f.OccurrenceFactory.create(place=place, date=today, starts_at=later, series=series)
    yesterday = {"place": place, "date": today - DAY}
    told = f.OccurrenceFactory.create(**yesterday, title="Schack", told=True, partner=partner)
    f.OccurrenceFactory.create(**yesterday, title="Julmarknad", kind=Kind.EVENT)
    f.OccurrenceFactory.create(
        **yesterday,
        title="Zumba",
        told=True,
        outcome=Occurrence.Outcome.CANCELLED,
        reason=Occurrence.Reason.WEATHER,
    )
    line = f.DayLogLineFactory.create(place=place, date=today, text="Kören sjöng.")
    f.DayLogFactory.create(place=place, date=today, line="Solen kom fram.", temperature=4)
    f.OpenDayFactory.create(**yesterday, closed=dt.time(17))
    return {
        "season": season.pk,
        "series": series.pk,
        "occurrence": told.pk,
        "waiting": coming.pk,
        "partner": partner.pk,
        "log_line": line.pk,
        "planner": f.MembershipFactory.create(place=place).user_id,
    }


def _counts(place: Place, today: dt.date) -> dict[str, Any]:
    zone, line = place.zones.get(), place.lines.get()
    headcount: Headcount = f.HeadcountFactory.create(place=place, date=today, zone=zone, started_at=timezone.now())
    bands = AgeBand.objects.filter(age_set=headcount.age_set)
    for number, band in enumerate(bands, start=4):
        for gender in (Gender.WOMAN, Gender.MAN):
            f.CountEntryFactory.create(headcount=headcount, gender=gender, age_band=band, people=number)
    f.CountEntryFactory.create(
        headcount=headcount, people=-1, way=CountEntry.Way.CORRECTION, reason="Räknad två gånger"
    )
    passing = f.HeadcountFactory.create(
        place=place,
        measure=Measure.PASSING,
        line=line,
        minutes=10,
        date=today - DAY,
        started_at=timezone.now() - DAY,
    )
    f.CountEntryFactory.create(headcount=passing, people=131)
    gap = f.GapFactory.create(place=place, first=today - 3 * DAY, last=today - 2 * DAY)
    return {"headcount": headcount.pk, "gap": gap.pk}


def _indicators(place: Place, today: dt.date) -> dict[str, Any]:
    indicator = f.IndicatorFactory.create(place=place, name="Upplevd trygghet")
    f.IndicatorFactory.create(place=place, name="Inte mätt än")
    before, now = today - 400 * DAY, today - 35 * DAY
    baseline = f.OccasionFactory.create(place=place, first=before, last=before)
    after = f.OccasionFactory.create(place=place, role=Occasion.Role.FOLLOW_UP, first=now, last=now)
    for occasion, value in ((baseline, 4), (after, 5)):
        f.ReadingFactory.create(
            indicator=indicator, occasion=occasion, value=Decimal(value), n=180, spread=Decimal("1.9")
        )
    target = f.TargetFactory.create(indicator=indicator)
    aim = f.RepresentationTargetFactory.create(place=place)
    return {"indicator": indicator.pk, "occasion": after.pk, "target": target.pk, "aim": aim.pk}


def _editions(place: Place, today: dt.date) -> dict[str, Any]:
    """A published one, a draft, and one that failed, of the last quarter that is over."""
    period = Period.containing(today, PeriodKind.QUARTER).previous()
    report: Report = f.ReportFactory.create(place=place, code=period.code, first=period.first, last=period.last)
    data = QuarterlyReport.gather(place, period, today=today).freeze()
    ready = {"state": Edition.State.READY, "data": data, "pdf": b"%PDF-1.7", "pdf_sha256": "3f9a4b07", "pages": 6}
    published = {"published_at": timezone.now(), "published_by": f.UserFactory.create()}
    f.EditionFactory.create(report=report, number=1, **ready, **published)
    f.EditionFactory.create(report=report, number=2, **ready)
    f.EditionFactory.create(report=report, number=3, state=Edition.State.FAILED, failure="Något gick fel.")
    f.EditionFactory.create(report=report, number=4)
    return {"code": period.code, "published": 1, "draft": 2, "failed": 3, "waiting_edition": 4}
