"""Stories written down: every row of the demo, in one transaction, through the same triggers as a real square's."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.apps import apps
from django.db import transaction
from django.utils import timezone, translation
from stdnum.luhn import calc_check_digit
from stdnum.se import orgnr

from activities.models import CareCase, DayLog, DayLogLine, Kind, Occurrence, Partner, Permit, Season, Series, Voice
from activities.practice import make_practice_place
from amp.demo import days, measured, people, photos, population, records, tasks
from amp.demo.money import Payment, contract_years
from amp.demo.programme import Item, SeriesPlan
from amp.demo.square import ONE_DAY, TOLD_AFTER, Stage
from amp.demo.story import SQUARES, Story, tell
from measurements.actions import default_age_set
from measurements.exchange.bulk import ImportedCount, load
from measurements.models import Gap, Headcount
from places.models import (
    Contract,
    Instalment,
    Line,
    OpenDay,
    OpeningException,
    OpeningHours,
    Organisation,
    Party,
    Place,
    Pledge,
    SchoolHoliday,
    User,
    Zone,
)
from places.periods import Kind as PeriodKind
from places.periods import Period

OPERATOR = "Exempelstadens Torgbolag AB"
OPERATOR_NUMBER = 1
# The square whose programme is everyone's to read; the other has not got that far.
OPEN_TO_ALL = "lilltorget"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://amp.example/demo")
# An event for so many people is applied for, and so long before.
LARGE = 250
SENT_BEFORE = dt.timedelta(days=21)
# A season is planned, and then published, so long before it begins.
PLANNED_BEFORE, PUBLISHED_BEFORE = dt.timedelta(days=42), dt.timedelta(days=21)


@dataclass(frozen=True)
class _Square:
    """A place on its way into the database, with what its rows refer to."""

    story: Story
    place: Place
    host: User
    manager: User
    zones: Mapping[str, Zone]
    lines: Mapping[str, Line]


@transaction.atomic
def build(today: dt.date, time: dt.time) -> None:
    """
    Both squares with their people, as at that time of `today`, and a place to practise at. None may be there yet.

    Their reports are made in the background, once this is committed.
    """
    stories = [tell(square, Stage(square.slug, today, time)) for square in SQUARES]
    users = people.add_people()
    operator = Organisation.objects.create(
        name=OPERATOR, number=organisation_number(OPERATOR_NUMBER), sector=Organisation.Sector.OTHER
    )
    population.add_population()
    squares = [_add_square(story, users, operator) for story in stories]
    people.give_roles(users)
    with translation.override("sv"):
        make_practice_place(place=squares[0].place, by=squares[0].manager)
    for square in squares:
        photos.add_photos(square.place, square.story.stage, by=square.host)
    for square in squares:
        tasks.publish_reports.defer(slug=square.place.slug, today=today.isoformat())


def organisation_number(number: int) -> str:
    """An invented number with a right check digit; 99 begins no real organisation's number."""
    body = f"99{number:07d}"
    return str(orgnr.format(body + calc_check_digit(body)))


def _add_square(story: Story, users: Mapping[str, User], operator: Organisation) -> _Square:
    square = _ground(story, users, operator)
    _add_opening(square)
    _add_contract(square)
    occurrences = _add_programme(square)
    _add_diary(square)
    _add_records(square)
    _add_counts(square, occurrences)
    measured.add_measurements(square.place, story.measurements)
    measured.add_aims(square.place, story.square.aims)
    return square


def _ground(story: Story, users: Mapping[str, User], operator: Organisation) -> _Square:
    given = story.square
    place = Place.objects.create(
        slug=given.slug,
        name=given.name,
        operator=operator,
        municipality_code=given.municipality_code,
        municipality_name=given.municipality_name,
        boundary=given.boundary,
        hub=given.hub,
        started_on=story.stage.first,
        is_demo=True,
        programme_is_public=given.slug == OPEN_TO_ALL,
    )
    zones = [Zone.objects.create(place=place, name=zone.name, instruction=zone.instruction) for zone in given.zones]
    lines = [Line.objects.create(place=place, name=line.name, instruction=line.instruction) for line in given.lines]
    return _Square(
        story=story,
        place=place,
        host=users[f"host@{given.slug}.example"],
        manager=users[f"manager@{given.slug}.example"],
        zones={zone.name: zone for zone in zones},
        lines={line.name: line for line in lines},
    )


def _add_opening(square: _Square) -> None:
    calendar, place = square.story.calendar, square.place
    OpeningHours.objects.bulk_create(
        OpeningHours(place=place, weekday=row.weekday, opens=row.opens, closes=row.closes, valid_from=row.valid_from)
        for row in calendar.weekly
    )
    OpeningException.objects.bulk_create(
        OpeningException(
            place=place,
            date=row.date,
            opens=row.opens,
            closes=row.closes,
            planned=row.planned,
            reason=row.reason,
            note=row.note,
        )
        for row in (*calendar.planned, *calendar.lost.values())
    )
    SchoolHoliday.objects.bulk_create(
        SchoolHoliday(place=place, name=one.name, first=one.first, last=one.last)
        for year in square.story.stage.years
        for one in days.school_holidays(year)
    )
    OpenDay.objects.bulk_create(
        OpenDay(place=place, date=row.date, opened=row.opened, closed=row.closed, told_by=square.host)
        for row in calendar.opened.values()
    )


def _add_contract(square: _Square) -> None:
    """One contract of two years; or two where it is replaced, each with the instalments due while it holds."""
    years = contract_years(square.story.stage)
    first, last = dt.date(years[0], 1, 1), dt.date(years[-1], 12, 31)
    payers = square.story.square.payers
    owners = {
        payer.name: Organisation.objects.create(
            name=payer.name, number=organisation_number(payer.number), sector=payer.sector, contact=payer.contact
        )
        for payer in payers
    }
    renewed = square.story.square.renewed
    begins = [first, dt.date(years[-1], *renewed)] if renewed else [first]
    ends = [*(day - ONE_DAY for day in begins[1:]), last]
    for begin, end in zip(begins, ends, strict=True):
        contract = Contract.objects.create(
            place=square.place,
            name=f"Samfinansieringsavtal {begin.year}–{end.year}" if begin.year < end.year else f"Avtal {end.year}",
            first=begin,
            last=end,
            notice_by=dt.date(years[-1], 6, 30) if end == last and begin == first else None,
            open_days_a_year=square.story.square.volumes.promised_days,
            open_hours_a_week=40,
        )
        _add_parties(contract, owners, [one for one in square.story.payments if begin <= one.due <= end])


def _add_parties(contract: Contract, owners: Mapping[str, Organisation], payments: Sequence[Payment]) -> None:
    """Each year's pledge is the sum of its instalments."""
    parties = {name: Party.objects.create(contract=contract, organisation=owner) for name, owner in owners.items()}
    pledged: dict[tuple[str, int], Decimal] = {}
    for payment in payments:
        key = payment.payer.name, payment.due.year
        pledged[key] = pledged.get(key, Decimal(0)) + payment.amount
    Pledge.objects.bulk_create(
        Pledge(party=parties[name], year=year, amount=amount) for (name, year), amount in pledged.items()
    )
    Instalment.objects.bulk_create(
        Instalment(
            party=parties[payment.payer.name],
            due=payment.due,
            amount=payment.amount,
            invoiced_on=payment.invoiced_on,
            paid_on=payment.paid_on,
        )
        for payment in payments
    )


# --- Programme --------------------------------------------------------------------------------------------------------


def _add_programme(square: _Square) -> dict[Item, Occurrence]:
    items = square.story.items
    named = sorted({item.partner for item in items if item.partner})
    made = Partner.objects.bulk_create(_partner(square, name) for name in named)
    partners = {partner.name: partner for partner in made}
    series = _add_series(square, partners)
    occurrences = {item: _occurrence(square, item, partners, series) for item in items}
    Occurrence.objects.bulk_create(occurrences.values())
    _change_what_is_published(square)
    return occurrences


def _change_what_is_published(square: _Square) -> None:
    """Yesterday the next two activities of this season were changed: one begins later, one is called off."""
    stage = square.story.stage
    season = Period.containing(stage.today, PeriodKind.SEASON)
    ahead = square.place.occurrences.during(season).of_kind(Kind.ACTIVITY).filter(date__gt=stage.today)
    yesterday = _at(stage.today, 9) - dt.timedelta(days=1)
    for number, occurrence in enumerate(ahead.order_by("starts_at")[:2]):
        if number == 0:
            occurrence.starts_at += dt.timedelta(minutes=30)
            occurrence.ends_at += dt.timedelta(minutes=30)
            occurrence.moved = True
        else:
            occurrence.outcome, occurrence.reason = Occurrence.Outcome.CANCELLED, Occurrence.Reason.ORGANISER
            occurrence.told_by, occurrence.told_at = square.manager, yesterday
        occurrence.save()
    # The history has the day the demo is made; it happened the day before.
    events = apps.get_model("activities", "OccurrenceEvent").objects.filter(place=square.place)
    events.update(pgh_created_at=yesterday)


def _at(day: dt.date, hour: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


def _partner(square: _Square, name: str) -> Partner:
    role, address = records.contact(square.story.stage, name)
    return Partner(place=square.place, name=name, contact_role=role, contact_address=address)


def _add_series(square: _Square, partners: Mapping[str, Partner]) -> dict[SeriesPlan, Series]:
    """The series, each in its season; and all seasons that the story reaches."""
    seasons = _add_seasons(square)
    plans = dict.fromkeys(item.series for item in square.story.items if item.series)
    series = {
        plan: Series(
            place=square.place,
            season=seasons[Period.containing(plan.first, PeriodKind.SEASON)],
            title=plan.weekly.title,
            kind=plan.weekly.kind,
            first=plan.first,
            last=plan.last,
            weekdays=list(plan.weekly.weekdays),
            every_weeks=plan.weekly.every_weeks,
            excluded=sorted(plan.excluded),
            starts=plan.weekly.starts,
            ends=plan.weekly.ends,
            zone=_zone(square, plan.weekly.zone),
            responsible=square.host,
            partner=partners.get(plan.weekly.partner),
            expected=plan.weekly.expected,
        )
        for plan in plans
    }
    Series.objects.bulk_create(series.values())
    return series


def _add_seasons(square: _Square) -> dict[Period, Season]:
    stage, themes = square.story.stage, square.story.square.themes
    periods = [Period.containing(stage.first, PeriodKind.SEASON)]
    while periods[-1].last < stage.last:
        periods.append(periods[-1].next())
    seasons = {}
    for period in periods:
        name = {12: "winter", 3: "spring", 6: "summer", 9: "autumn"}[period.first.month]
        theme, goals = themes[name]
        begun = period.first <= stage.today
        seasons[period] = Season(
            place=square.place,
            year=period.last.year,
            name=name,
            theme=theme,
            goals=goals,
            published_at=_at(period.first, 9) - PUBLISHED_BEFORE if begun else None,
            published_by=square.manager if begun else None,
        )
    Season.objects.bulk_create(seasons.values())
    return seasons


def _occurrence(
    square: _Square, item: Item, partners: Mapping[str, Partner], series: Mapping[SeriesPlan, Series]
) -> Occurrence:
    told = item.outcome != Occurrence.Outcome.PLANNED
    permit, sent = _permit(item, square.story.stage.today)
    return Occurrence(
        place=square.place,
        series=series[item.series] if item.series else None,
        title=item.title,
        kind=item.kind,
        date=item.date,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        zone=_zone(square, item.zone),
        responsible=square.host,
        partner=partners.get(item.partner),
        expected=item.expected,
        permit=permit,
        permit_sent_on=sent,
        outcome=item.outcome,
        reason=item.reason,
        note=item.note,
        told_by=square.host if told else None,
        told_at=item.ends_at + TOLD_AFTER if told else None,
        made_at=_at(Period.containing(item.date, PeriodKind.SEASON).first, 9) - PLANNED_BEFORE,
    )


def _permit(item: Item, today: dt.date) -> tuple[Permit, dt.date | None]:
    """The larger events need one; it has been sent in good time wherever its deadline is near or past."""
    if item.kind != Kind.EVENT or (item.expected or 0) < LARGE:
        return Permit.NONE, None
    sent = item.date - SENT_BEFORE
    return Permit.APPLY, sent if sent < today else None


def _zone(square: _Square, name: str) -> Zone:
    return square.zones[name or square.story.square.zones[0].name]


def _add_diary(square: _Square) -> None:
    DayLog.objects.bulk_create(
        DayLog(
            place=square.place,
            date=entry.date,
            weather=entry.sky.weather,
            temperature=entry.sky.temperature,
            tags=entry.tags,
            by=square.host,
        )
        for entry in square.story.diary
    )
    DayLogLine.objects.bulk_create(
        DayLogLine(
            place=square.place,
            date=entry.date,
            text=entry.text,
            by=square.host,
            written_at=timezone.make_aware(dt.datetime.combine(entry.date, _closed(square, entry.date))),
        )
        for entry in square.story.diary
        if entry.text
    )
    # Written as the hub closed, not while seeding.
    logs = list(square.place.day_logs.only("date"))
    for log in logs:
        log.changed_at = timezone.make_aware(dt.datetime.combine(log.date, _closed(square, log.date)))
    DayLog.objects.bulk_update(logs, ["changed_at"], batch_size=500)


def _closed(square: _Square, day: dt.date) -> dt.time:
    """When the hub closed on a day that has a log, which is written only then."""
    closed = square.story.calendar.opened[day].closed
    assert closed is not None  # noqa: S101  the diary holds it
    return closed


def _add_records(square: _Square) -> None:
    # The municipality mends what the hosts cannot.
    receiver = Organisation.objects.of_place(square.place).filter(sector=Organisation.Sector.MUNICIPAL).get()
    CareCase.objects.bulk_create(
        CareCase(
            place=square.place,
            category=case.category,
            zone=_zone(square, ""),
            where=case.where,
            note=case.note,
            seen_on=case.seen_on,
            reported_to=receiver if case.reported_on else None,
            reported_on=case.reported_on,
            fixed_on=case.fixed_on,
            by=square.host,
        )
        for case in square.story.care
    )
    Voice.objects.bulk_create(
        Voice(
            place=square.place,
            date=said.date,
            quote=said.quote,
            channel=said.channel,
            tags=list(said.tags),
            consent=said.consent,
            may_use=said.may_use,
            by=square.host,
        )
        for said in square.story.voices
    )


# --- Counts -----------------------------------------------------------------------------------------------------------


def _add_counts(square: _Square, occurrences: Mapping[Item, Occurrence]) -> None:
    Gap.objects.bulk_create(
        Gap(
            place=square.place,
            measure=gap.measure,
            first=gap.first,
            last=gap.last,
            reason=gap.reason,
            note=gap.note,
            by=square.manager,
        )
        for gap in square.story.gaps
    )
    age_set = default_age_set()
    bands: list[int | None] = list(age_set.bands.order_by("lower").values_list("pk", flat=True))
    load(
        place=square.place,
        counts=[
            ImportedCount(
                uuid=_uuid(square.place.slug, count.measure, count.ground, count.started_at),
                measure=count.measure,
                level=count.level,
                started_at=count.started_at,
                minutes=count.minutes,
                zone_id=square.zones[count.ground].pk if count.ground in square.zones else None,
                line_id=square.lines[count.ground].pk if count.ground in square.lines else None,
                occurrence_id=occurrences[count.item].pk if count.item else None,
                cells={
                    (gender, None if band is None else bands[band]): number
                    for (gender, band), number in count.cells.items()
                },
            )
            for count in square.story.counts
        ],
        age_set_id=age_set.pk,
        by=square.host,
        method=Headcount.Method.MANUAL,
    )


def _uuid(slug: str, measure: str, ground: str, started_at: dt.datetime) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"{slug}/{measure}/{ground}/{started_at.isoformat()}")
