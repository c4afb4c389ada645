"""A quarter that is over, with numbers one can add up by hand."""

import datetime as dt
from decimal import Decimal
from unittest import mock

import pytest

from activities.models import Kind, Occurrence
from measurements.models import Headcount, Level, Measure
from places.models import OpenDay, Organisation, Place, User
from places.periods import Period
from reports import faces
from reports.actions import order_edition
from reports.models import Edition
from reports.tasks import render_edition
from tests import factories

QUARTER = Period.quarter(2026, 3)
MISSED = dt.date(2026, 9, 2)


def count(place: Place, day: dt.date, people: dict[tuple[int, int], int], **more: object) -> Headcount:
    """A gender-and-age count; people by gender and the lower end of the band."""
    headcount = factories.HeadcountFactory.create(place=place, date=day, **more)
    bands = {band.lower: band for band in headcount.age_set.bands.all()}
    for (gender, lower), number in people.items():
        factories.CountEntryFactory.create(
            headcount=headcount, gender=gender, age_band=bands[lower] if lower >= 0 else None, people=number
        )
    return headcount


@pytest.fixture
def quarter(place: Place) -> Period:
    """79 promised days of which 78 were held; 2 events, one cancelled; 40 and 60 people staying; 12 participants."""
    days = [day for day in QUARTER if day.weekday() < 6 and day != MISSED]
    OpenDay.objects.bulk_create(OpenDay(place=place, date=day, opened=dt.time(10), closed=dt.time(17)) for day in days)
    factories.OpeningExceptionFactory.create(place=place, date=MISSED, reason="illness")
    event = factories.OccurrenceFactory.create(
        place=place, title="Skördefest", kind=Kind.EVENT, date=dt.date(2026, 9, 5), told=True
    )
    factories.OccurrenceFactory.create(
        place=place,
        title="Regnfest",
        kind=Kind.EVENT,
        date=dt.date(2026, 8, 8),
        told=True,
        outcome=Occurrence.Outcome.CANCELLED,
        reason=Occurrence.Reason.WEATHER,
    )
    factories.OccurrenceFactory.create(place=place, title="Höstfest", kind=Kind.EVENT, date=dt.date(2026, 10, 3))
    count(place, event.date, {(1, 15): 7, (2, 15): 5}, measure=Measure.PARTICIPATING, occurrence=event)
    zone = factories.ZoneFactory.create(place=place)
    count(place, dt.date(2026, 7, 6), {(1, 15): 20, (2, 15): 17, (2, 65): 3}, zone=zone)
    count(place, dt.date(2026, 7, 7), {(1, 15): 30, (2, 15): 20, (0, -1): 10}, zone=zone)
    line = factories.LineFactory.create(place=place)
    count(place, dt.date(2026, 7, 6), {(0, -1): 100}, measure=Measure.PASSING, line=line, minutes=10, level=Level.TOTAL)
    for gender, lower, people in ((1, 0, 10), (2, 0, 10), (1, 15, 30), (2, 15, 30), (1, 65, 10), (2, 65, 10)):
        upper = {0: 14, 15: 64}.get(lower)
        factories.PopulationFactory.create(gender=gender, lower=lower, upper=upper, people=people)
    contract = factories.ContractFactory.create(place=place, open_days_a_year=300)
    for name, sector, amount in (("Kommunen", "municipal", 1_500_000), ("Bolaget", "business", 1_000_000)):
        organisation = factories.OrganisationFactory.create(name=name, sector=Organisation.Sector(sector))
        party = factories.PartyFactory.create(contract=contract, organisation=organisation)
        factories.PledgeFactory.create(party=party, amount=Decimal(amount))
        factories.InstalmentFactory.create(party=party, due=dt.date(2026, 8, 31), amount=Decimal(amount) / 4)
    return QUARTER


@pytest.fixture
def ready(place: Place, quarter: Period, manager: User) -> Edition:
    """A Swedish draft with real figures on thin paper: its pages are set elsewhere, once."""
    edition = order_edition(place=place, period=quarter, language="sv", by=manager)
    thin = '<html lang="sv"><title>Kvartalsrapport</title><h1>Lilltorget</h1>'
    with mock.patch.object(faces, "html", return_value=thin):
        render_edition(edition_id=edition.pk)
    edition.refresh_from_db()
    return edition
