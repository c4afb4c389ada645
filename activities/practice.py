"""A place to practise at: the same ground, hours, plan and people as the real one, and nothing of it in any report."""

import datetime as dt
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext

from activities.actions import plan_series, rhythm_of
from activities.models import Series
from activities.recurrence import dates
from places.actions import let_the_same_practise
from places.models import Place, User
from places.models.place import validate_real

LONGEST_NAME, LONGEST_SLUG = 80, 50
# Long enough to be at home in the plan, and no more than a practice needs.
PLANNED_DAYS = 60

M = TypeVar("M", bound=models.Model)


@transaction.atomic
def make_practice_place(*, place: Place, by: User) -> Place:
    """
    Copy zones, lines, hours and what is to come of the plan, without anything counted or logged.

    The one before is put away with all that was practised there. ValidationError at a place for practice.
    """
    validate_real(place)
    # Two who ask at once get one after the other, and the first one's is put away.
    Place.objects.select_for_update().get(pk=place.pk)
    today = timezone.localdate()
    place.practices.filter(ended_on=None).update(ended_on=today)
    practice = _copy(
        place,
        slug=_free_slug(place),
        name=Truncator(gettext("%(place)s (practice)") % {"place": place.name}).chars(LONGEST_NAME),
        practice_of_id=place.pk,
        started_on=today,
        ended_on=None,
    )
    in_use = models.Q(ended_on=None) | models.Q(ended_on__gte=today)
    zones = {zone.pk: _copy(zone, place_id=practice.pk) for zone in place.zones.filter(in_use)}
    for line in place.lines.filter(in_use):
        _copy(line, place_id=practice.pk)
    for hours in place.opening_hours.all():
        _copy(hours, place_id=practice.pk)
    let_the_same_practise(place)
    _copy_plan(place, practice, zones, today, by)
    return practice


def _copy_plan(place: Place, practice: Place, zones: dict[int, Any], today: dt.date, by: User) -> None:
    until = today + dt.timedelta(days=PLANNED_DAYS)
    partners = {partner.pk: _copy(partner, place_id=practice.pk) for partner in place.partners.all()}
    for series in place.series.filter(last__gte=today, first__lte=until):
        to_come = [day for day in dates(rhythm_of(series)) if today <= day <= until]
        if to_come:
            zone, partner = zones.get(series.zone_id or 0), partners.get(series.partner_id or 0)
            plan_series(series=_alike(series, practice, to_come, zone=zone, partner=partner), by=by)


def _alike(series: Series, practice: Place, to_come: list[dt.date], **grounds: Any) -> Series:  # noqa: ANN401
    names = ("title", "kind", "every_weeks", "weekdays", "excluded", "starts", "ends", "responsible", "expected")
    details = ("target_groups", "cost", "equipment", "permit")
    return Series(
        place=practice,
        first=to_come[0],
        last=to_come[-1],
        also=[day for day in series.also if day in to_come],
        **{name: getattr(series, name) for name in (*names, *details)},
        **grounds,
    )


def _copy(row: M, **other: Any) -> M:  # noqa: ANN401  values of its fields
    fields = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields  # noqa: SLF001  Django's own way to a model's fields
        if not field.primary_key
    }
    copy = type(row)(**fields | other)
    copy.save(force_insert=True)
    return copy


def _free_slug(place: Place) -> str:
    base = f"{place.slug[: LONGEST_SLUG - 12]}-ovning"
    taken = set(Place.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for number in range(1, len(taken) + 2) if (slug := f"{base}-{number}") not in taken)
