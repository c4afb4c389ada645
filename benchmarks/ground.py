"""A place to measure on, in a database made for the run and dropped after it."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from measurements.exchange.bulk import Cell, ImportedCount
from measurements.models import AgeBand, AgeSet, Gender, Level, Measure
from places.models import Line, Membership, OpeningHours, Organisation, Place, User, Zone

STOCKHOLM = ZoneInfo("Europe/Stockholm")
CELLS_A_COUNT = 12


@contextmanager
def database() -> Iterator[None]:
    """A fresh database with all migrations, and no rows but theirs."""
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        connection.close()
        teardown_databases(made, verbosity=0)


def make_place(slug: str = "matplatsen") -> tuple[Place, User]:
    """An invented place open six days a week, with one zone, one line and a manager."""
    operator, _ = Organisation.objects.get_or_create(
        number="990000-0002", defaults={"name": "Mätbolaget", "sector": Organisation.Sector.BUSINESS}
    )
    place = Place.objects.create(
        slug=slug,
        name=slug.title(),
        operator=operator,
        municipality_code="0380",
        municipality_name="Exempelkommun",
        started_on=dt.date(2000, 1, 1),
        is_demo=True,
    )
    for weekday in range(6):
        OpeningHours.objects.create(
            place=place, weekday=weekday, opens=dt.time(10), closes=dt.time(17), valid_from=place.started_on
        )
    Zone.objects.create(place=place, name="Torget")
    Line.objects.create(place=place, name="Entrén")
    person = User.objects.create_user(f"manager@{slug}.example", name="Mät Are")
    Membership.objects.create(user=person, place=place, role=Membership.Role.MANAGER)
    return place, person


def default_age_set() -> AgeSet:
    return AgeSet.objects.get(is_default=True)


def staying_counts(place: Place, days: list[dt.date], *, a_day: int) -> Iterator[ImportedCount]:
    """Counts of people staying: two genders in six bands, one person or more in each of the twelve cells."""
    zone = place.zones.get()
    bands = list(AgeBand.objects.filter(age_set__is_default=True).values_list("pk", flat=True))
    cells: dict[Cell, int] = {(g, band): 1 + n for n, band in enumerate(bands) for g in (Gender.WOMAN, Gender.MAN)}
    for day in days:
        for number in range(a_day):
            yield ImportedCount(
                uuid=uuid.uuid4(),
                measure=Measure.STAYING,
                level=Level.GENDER_AGE,
                started_at=dt.datetime.combine(day, dt.time(10), STOCKHOLM) + dt.timedelta(minutes=number),
                minutes=None,
                zone_id=zone.pk,
                cells=cells,
            )


def days_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Both ends counted."""
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
