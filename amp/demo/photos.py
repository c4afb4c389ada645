"""Drawn pictures where a real square has photos: of its events and of its days, quarter by quarter."""

from django.utils import timezone
from django.utils.formats import date_format

from activities.models import DayLog, Kind, Occurrence, Photo
from activities.records.actions import add_photo
from amp.demo.drawing import scene
from amp.demo.issues import issues, quarters
from amp.demo.square import Stage
from places.models import Place, User
from places.periods import Period
from reports.pictures import MOST

# From this hour the lights are on, from the autumn to the spring.
DUSK, DARK_MONTHS = 15, {10, 11, 12, 1, 2}
FEWEST, PEOPLE_DRAWN = 8, 45


def add_photos(place: Place, stage: Stage, *, by: User) -> None:
    """
    Of each quarter with a report, and of the one under way, as many as a report has room for: two events and a day.

    And one of something broken, which nobody has said yes to.
    """
    for quarter in dict.fromkeys([*quarters(stage.first, stage.today)[:1], *(one.quarter for one in issues(stage))]):
        for subject in _subjects(place, quarter):
            _add(stage, subject, by=by)
    seen = place.care_cases.filter(fixed_on=None).first()
    if seen:
        picture = scene(stage.random("photo of a case"), month=seen.seen_on.month, evening=False, people=FEWEST)
        add_photo(subject=seen, picture=picture, alt="", consent=False, may_use=False, by=by)


def _subjects(place: Place, quarter: Period) -> list[Occurrence | DayLog]:
    """Fewer in a quarter that has only begun."""
    events = place.occurrences.during(quarter).of_kind(Kind.EVENT).took_place().order_by("-starts_at")
    written = place.day_log_lines.during(quarter).values("date")
    days = place.day_logs.during(quarter).filter(date__in=written).order_by("-date")
    return [*events[: MOST - 1], *days[:1]]


def _add(stage: Stage, subject: Occurrence | DayLog, *, by: User) -> None:
    random = stage.random(f"photo {subject.date} {subject}")
    if isinstance(subject, Occurrence):
        words = f"{subject.title} den {date_format(subject.date, 'j F')}"
        people = min(PEOPLE_DRAWN, FEWEST + (subject.expected or 0) // 5)
        hour, at = timezone.localtime(subject.ends_at).hour, subject.ends_at
    else:
        words = f"en vanlig dag, den {date_format(subject.date, 'j F')}"
        people, hour, at = FEWEST, 0, subject.changed_at
    picture = scene(
        random,
        month=subject.date.month,
        evening=hour > DUSK and subject.date.month in DARK_MONTHS,
        people=people,
    )
    photo = add_photo(
        subject=subject,
        picture=picture,
        alt=f"Tecknad exempelbild: {people} personer på torget framför paviljongen, {words}.",
        consent=True,
        may_use=True,
        by=by,
    )
    # Taken when it was over, not while seeding.
    Photo.objects.filter(pk=photo.pk).update(made_at=at)
