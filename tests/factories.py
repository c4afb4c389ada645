"""One factory a model; each makes a row that is right on its own."""

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory
from stdnum.luhn import calc_check_digit
from stdnum.se import orgnr

from activities.models import (
    CalendarKey,
    CareCase,
    DayLog,
    DayLogLine,
    Kind,
    Occurrence,
    Partner,
    Photo,
    Season,
    Series,
    Voice,
    WarningAnswer,
)
from measurements.models import (
    AgeBand,
    AgeSet,
    CountEntry,
    Gap,
    Headcount,
    Indicator,
    Level,
    Measure,
    Occasion,
    Population,
    Reading,
    RepresentationTarget,
    Target,
)
from places.models import (
    Contract,
    Instalment,
    Line,
    Membership,
    OpenDay,
    OpeningException,
    OpeningHours,
    Organisation,
    Party,
    PeriodLock,
    Place,
    Pledge,
    Representative,
    SchoolHoliday,
    User,
    Zone,
)
from reports.models import Edition, Report

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def organisation_number(n: int) -> str:
    """An invented number with a right check digit; 99 begins no real organisation's number."""
    body = f"99{n:07d}"
    return orgnr.format(body + calc_check_digit(body))


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.se")
    name = factory.Sequence(lambda n: f"Person {n}")

    @factory.post_generation  # type: ignore[untyped-decorator]  # factory_boy leaves it untyped
    def password(self, create: bool, extracted: str | None, **_kwargs: Any) -> None:  # noqa: FBT001  factory_boy's way
        if create:
            self.set_password(extracted or "lilltorget-demo")  # type: ignore[attr-defined]
            self.save()  # type: ignore[attr-defined]


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")
    number = factory.Sequence(organisation_number)
    sector = Organisation.Sector.BUSINESS


class PlaceFactory(DjangoModelFactory[Place]):
    """A place promised open 10-17 Monday to Saturday."""

    class Meta:
        model = Place
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"torg{n}")
    name = factory.Sequence(lambda n: f"Torg {n}")
    operator = factory.SubFactory(OrganisationFactory)
    municipality_code = "0380"
    municipality_name = "Uppsala"
    started_on = dt.date(2025, 1, 1)

    @factory.post_generation  # type: ignore[untyped-decorator]  # factory_boy leaves it untyped
    def hours(self, create: bool, extracted: bool | None, **_kwargs: Any) -> None:  # noqa: FBT001  factory_boy's way
        if create and extracted is not False:
            for weekday in range(6):
                OpeningHoursFactory.create(place=self, weekday=weekday)


class ZoneFactory(DjangoModelFactory[Zone]):
    class Meta:
        model = Zone

    place = factory.SubFactory(PlaceFactory)
    name = factory.Sequence(lambda n: f"Delyta {n}")


class LineFactory(DjangoModelFactory[Line]):
    class Meta:
        model = Line

    place = factory.SubFactory(PlaceFactory)
    name = factory.Sequence(lambda n: f"Linje {n}")


class OpeningHoursFactory(DjangoModelFactory[OpeningHours]):
    class Meta:
        model = OpeningHours

    place = factory.SubFactory(PlaceFactory, hours=False)
    weekday = 0
    opens = dt.time(10)
    closes = dt.time(17)
    valid_from = dt.date(2025, 1, 1)


class OpeningExceptionFactory(DjangoModelFactory[OpeningException]):
    class Meta:
        model = OpeningException

    place = factory.SubFactory(PlaceFactory)
    date = dt.date(2026, 11, 20)
    planned = False
    reason = OpeningException.Reason.ILLNESS


class OpenDayFactory(DjangoModelFactory[OpenDay]):
    class Meta:
        model = OpenDay

    place = factory.SubFactory(PlaceFactory)
    date = dt.date(2026, 11, 23)
    opened = dt.time(10)


class SchoolHolidayFactory(DjangoModelFactory[SchoolHoliday]):
    class Meta:
        model = SchoolHoliday

    place = factory.SubFactory(PlaceFactory)
    name = "Höstlov"
    first = dt.date(2026, 10, 26)
    last = dt.date(2026, 10, 30)


class PeriodLockFactory(DjangoModelFactory[PeriodLock]):
    class Meta:
        model = PeriodLock

    place = factory.SubFactory(PlaceFactory)
    first = dt.date(2026, 7, 1)
    last = dt.date(2026, 9, 30)
    by = factory.SubFactory(UserFactory)


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    place = factory.SubFactory(PlaceFactory)
    role = Membership.Role.HOST


class RepresentativeFactory(DjangoModelFactory[Representative]):
    class Meta:
        model = Representative

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class ContractFactory(DjangoModelFactory[Contract]):
    class Meta:
        model = Contract

    place = factory.SubFactory(PlaceFactory)
    name = "Samfinansieringsavtal 2026–2027"
    first = dt.date(2026, 1, 1)
    last = dt.date(2027, 12, 31)


class PartyFactory(DjangoModelFactory[Party]):
    class Meta:
        model = Party

    contract = factory.SubFactory(ContractFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class PledgeFactory(DjangoModelFactory[Pledge]):
    class Meta:
        model = Pledge

    party = factory.SubFactory(PartyFactory)
    year = 2026
    amount = Decimal(1_500_000)


class InstalmentFactory(DjangoModelFactory[Instalment]):
    class Meta:
        model = Instalment

    party = factory.SubFactory(PartyFactory)
    due = dt.date(2026, 3, 31)
    amount = Decimal(375_000)


class SeasonFactory(DjangoModelFactory[Season]):
    class Meta:
        model = Season

    place = factory.SubFactory(PlaceFactory)
    year = 2026
    name = Season.Name.AUTUMN

    class Params:
        published = factory.Trait(
            published_at=dt.datetime(2026, 8, 1, 9, tzinfo=STOCKHOLM), published_by=factory.SubFactory(UserFactory)
        )


class CalendarKeyFactory(DjangoModelFactory[CalendarKey]):
    class Meta:
        model = CalendarKey

    user = factory.SubFactory(UserFactory)
    token = factory.Sequence(lambda n: f"the-key-of-{n}")


class PartnerFactory(DjangoModelFactory[Partner]):
    class Meta:
        model = Partner

    place = factory.SubFactory(PlaceFactory)
    name = factory.Sequence(lambda n: f"Förening {n}")


class SeriesFactory(DjangoModelFactory[Series]):
    class Meta:
        model = Series

    place = factory.SubFactory(PlaceFactory)
    title = "Salsa och bugg"
    kind = Kind.ACTIVITY
    first = dt.date(2026, 9, 1)
    last = dt.date(2026, 12, 20)
    weekdays = (2,)
    starts = dt.time(16, 30)
    ends = dt.time(18)


class OccurrenceFactory(DjangoModelFactory[Occurrence]):
    """Planned for today 13:00 to 13:45 unless told otherwise; `date` moves both ends."""

    class Meta:
        model = Occurrence

    place = factory.SubFactory(PlaceFactory)
    title = "Sångstund med förskolan"
    kind = Kind.ACTIVITY
    date = dt.date(2026, 11, 23)
    starts_at = factory.LazyAttribute(lambda o: dt.datetime.combine(o.date, dt.time(13), tzinfo=STOCKHOLM))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + dt.timedelta(minutes=45))

    class Params:
        told = factory.Trait(
            outcome=Occurrence.Outcome.HELD,
            told_by=factory.SubFactory(UserFactory),
            told_at=factory.LazyAttribute(lambda o: o.ends_at),
        )


class WarningAnswerFactory(DjangoModelFactory[WarningAnswer]):
    class Meta:
        model = WarningAnswer

    place = factory.SubFactory(PlaceFactory)
    about = "days:2026-53:5"
    by = factory.SubFactory(UserFactory)


class DayLogFactory(DjangoModelFactory[DayLog]):
    class Meta:
        model = DayLog

    place = factory.SubFactory(PlaceFactory)
    date = dt.date(2026, 11, 23)
    by = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class: type[DayLog], *args: Any, line: str = "", **kwargs: Any) -> DayLog:
        """With `line="…"`, what its writer wrote."""
        log: DayLog = super()._create(model_class, *args, **kwargs)
        if line:
            DayLogLineFactory.create(place=log.place, date=log.date, by=log.by, text=line)
        return log


class DayLogLineFactory(DjangoModelFactory[DayLogLine]):
    class Meta:
        model = DayLogLine

    place = factory.SubFactory(PlaceFactory)
    date = dt.date(2026, 11, 23)
    text = "Solen kom fram."
    by = factory.SubFactory(UserFactory)


class CareCaseFactory(DjangoModelFactory[CareCase]):
    """Seen today; `reported` is told the same day."""

    class Meta:
        model = CareCase

    place = factory.SubFactory(PlaceFactory)
    category = CareCase.Category.CLEANING
    seen_on = dt.date(2026, 11, 23)
    by = factory.SubFactory(UserFactory)

    class Params:
        reported = factory.Trait(
            reported_to=factory.SubFactory(OrganisationFactory), reported_on=factory.SelfAttribute("seen_on")
        )


class VoiceFactory(DjangoModelFactory[Voice]):
    class Meta:
        model = Voice

    place = factory.SubFactory(PlaceFactory)
    quote = "Här blir man aldrig ensam."
    date = dt.date(2026, 11, 23)
    by = factory.SubFactory(UserFactory)

    class Params:
        usable = factory.Trait(consent=Voice.Consent.GIVEN, may_use=True)


class PhotoFactory(DjangoModelFactory[Photo]):
    """Of a care case; its file holds no picture, which nobody looks at."""

    class Meta:
        model = Photo

    care_case = factory.SubFactory(CareCaseFactory)
    place = factory.SelfAttribute("care_case.place")
    file = factory.LazyFunction(lambda: ContentFile(b"a picture", name="photo.jpg"))
    width = 4
    height = 3
    by = factory.SubFactory(UserFactory)


class AgeSetFactory(DjangoModelFactory[AgeSet]):
    """The default six bands, made once."""

    class Meta:
        model = AgeSet
        django_get_or_create = ("name", "version")
        skip_postgeneration_save = True

    name = "AMP"
    version = 1
    valid_from = dt.date(2020, 1, 1)
    is_default = True

    @factory.post_generation  # type: ignore[untyped-decorator]  # factory_boy leaves it untyped
    def bands(self, create: bool, extracted: Any, **_kwargs: Any) -> None:  # noqa: ARG002, FBT001  factory_boy's way
        if create:
            for lower, upper in ((0, 4), (5, 14), (15, 24), (25, 44), (45, 64), (65, None)):
                AgeBand.objects.get_or_create(age_set=self, lower=lower, defaults={"upper": upper})


class HeadcountFactory(DjangoModelFactory[Headcount]):
    """A staying count in a zone of its place, today at 14; no entries yet."""

    class Meta:
        model = Headcount

    place = factory.SubFactory(PlaceFactory)
    measure = Measure.STAYING
    level = Level.GENDER_AGE
    age_set = factory.SubFactory(AgeSetFactory)
    zone = factory.Maybe("stays", factory.SubFactory(ZoneFactory, place=factory.SelfAttribute("..place")), None)
    date = dt.date(2026, 11, 23)
    started_at = factory.LazyAttribute(lambda o: dt.datetime.combine(o.date, dt.time(11), tzinfo=STOCKHOLM))
    by = factory.SubFactory(UserFactory)

    class Params:
        stays = factory.LazyAttribute(lambda o: o.measure == Measure.STAYING)


class CountEntryFactory(DjangoModelFactory[CountEntry]):
    class Meta:
        model = CountEntry

    uuid = factory.Faker("uuid4")
    headcount = factory.SubFactory(HeadcountFactory)
    place = factory.SelfAttribute("headcount.place")
    date = factory.SelfAttribute("headcount.date")
    at = factory.SelfAttribute("headcount.started_at")
    by = factory.SelfAttribute("headcount.by")
    people = 1
    way = CountEntry.Way.TYPED


class GapFactory(DjangoModelFactory[Gap]):
    class Meta:
        model = Gap

    place = factory.SubFactory(PlaceFactory)
    first = dt.date(2026, 11, 16)
    last = dt.date(2026, 11, 17)
    reason = Gap.Reason.ILLNESS
    by = factory.SubFactory(UserFactory)


class IndicatorFactory(DjangoModelFactory[Indicator]):
    class Meta:
        model = Indicator

    place = factory.SubFactory(PlaceFactory)
    name = factory.Sequence(lambda n: f"Nyckeltal {n}")
    unit = "poäng av 10"
    scale_min = Decimal(0)
    scale_max = Decimal(10)
    method = "Enkät på plats"


class OccasionFactory(DjangoModelFactory[Occasion]):
    class Meta:
        model = Occasion

    place = factory.SubFactory(PlaceFactory)
    name = factory.Sequence(lambda n: f"Mättillfälle {n}")
    role = Occasion.Role.BASELINE
    first = dt.date(2025, 5, 1)
    last = dt.date(2025, 5, 31)
    season = Occasion.Season.SPRING
    method = "Enkät på plats"


class ReadingFactory(DjangoModelFactory[Reading]):
    class Meta:
        model = Reading

    indicator = factory.SubFactory(IndicatorFactory)
    occasion = factory.SubFactory(OccasionFactory, place=factory.SelfAttribute("..indicator.place"))
    value = Decimal(5)


class TargetFactory(DjangoModelFactory[Target]):
    class Meta:
        model = Target

    indicator = factory.SubFactory(IndicatorFactory)
    value = Decimal(6)


class RepresentationTargetFactory(DjangoModelFactory[RepresentationTarget]):
    """Women and girls at least half, until further notice."""

    class Meta:
        model = RepresentationTarget

    place = factory.SubFactory(PlaceFactory)
    gender = 1
    least = Decimal(50)


class PopulationFactory(DjangoModelFactory[Population]):
    class Meta:
        model = Population

    municipality_code = "0380"
    year = 2019
    gender = 1
    lower = 15
    upper = 24
    people = 16_322
    source = "SCB, 31 december 2019"


class ReportFactory(DjangoModelFactory[Report]):
    class Meta:
        model = Report

    place = factory.SubFactory(PlaceFactory)
    code = "2026K3"
    first = dt.date(2026, 7, 1)
    last = dt.date(2026, 9, 30)


class EditionFactory(DjangoModelFactory[Edition]):
    class Meta:
        model = Edition

    report = factory.SubFactory(ReportFactory)
    number = factory.Sequence(lambda n: n + 1)
    language = "sv"
    made_by = factory.SubFactory(UserFactory)
