"""What one person is responsible for handed over to another, all at once."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.actions.plan import validate_days
from activities.actions.undo import mark, undo_of_handover
from activities.models import Series
from places.models import Place, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from activities.models.wheel import OccurrenceQuerySet


@dataclass(frozen=True)
class Duties:
    """How much that is to come one person is responsible for at a place."""

    person: User
    occurrences: int
    series: int

    def __bool__(self) -> bool:
        return bool(self.occurrences or self.series)


def duties_of(place: Place, person: User, today: dt.date) -> Duties:
    """Two queries."""
    return Duties(person, _occurrences(place, person).count(), _series(place, today, person).count())


def duties_of_those_who_left(place: Place, today: dt.date) -> list[Duties]:
    """Of each person without a role here who is responsible for something to come; four queries at most."""
    here = place.memberships.values("user")
    occurrences = dict(
        _occurrences(place)
        .exclude(responsible__in=here)
        .order_by()
        .values_list("responsible")
        .annotate(times=Count("pk"))
    )
    series = dict(
        _series(place, today).exclude(responsible__in=here).order_by().values_list("responsible").annotate(Count("pk"))
    )
    people = User.objects.filter(pk__in={*occurrences, *series}).order_by("name", "pk") if occurrences or series else []
    return [Duties(one, occurrences.get(one.pk, 0), series.get(one.pk, 0)) for one in people]


@transaction.atomic
def hand_over(*, place: Place, person: User, to: User, by: User) -> tuple[Duties, str]:  # noqa: ARG001  history knows
    """
    Give all that is to come, and every series that goes on, from `person` to `to`; with what takes it back. What has
    been stays with the one who was responsible then.

    ValidationError in words when `to` does not work here, when it is the same person, or when a day is locked.
    """
    if person == to or not place.memberships.filter(user=to).exists():
        raise ValidationError(_("Choose somebody else who works here."), code="recipient")
    today = timezone.localdate()
    series = list(_series(place, today, person).select_for_update().values_list("pk", flat=True))
    days = dict(_occurrences(place, person).select_for_update().values_list("pk", "date"))
    validate_days(place, days.values())
    since = mark()
    Series.objects.filter(pk__in=series).update(responsible=to)
    place.occurrences.filter(pk__in=days).update(responsible=to)
    undo = undo_of_handover(since, place.pk, series=series, person=person.pk, first=min(days.values(), default=today))
    return Duties(person, len(days), len(series)), undo


def _occurrences(place: Place, person: User | None = None) -> "OccurrenceQuerySet":
    """What is planned and not over; what lasts several days may have begun."""
    rows = place.occurrences.awaiting_outcome().filter(ends_at__gt=timezone.now())
    return rows.filter(responsible=person) if person else rows.filter(responsible__isnull=False)


def _series(place: Place, today: dt.date, person: User | None = None) -> "QuerySet[Series]":
    rows = place.series.filter(last__gte=today)
    return rows.filter(responsible=person) if person else rows.filter(responsible__isnull=False)
