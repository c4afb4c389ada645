"""How it went, and what happened without a plan."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Occurrence, Partner
from places.models import Place, User, Zone
from places.models.place import validate_unlocked

Outcome = Occurrence.Outcome


@transaction.atomic
def record_outcome(  # noqa: PLR0913  all by name
    *,
    occurrence: Occurrence,
    outcome: str,
    by: User,
    reason: str = "",
    note: str = "",
    partner: Partner | None = None,
    at: dt.datetime | None = None,
) -> Occurrence:
    """
    Tell how an occurrence went; telling it anew replaces what was told, until the period is locked.

    Changed and cancelled need a reason. Without `partner` the planned one stays, and `at` is None for now.
    ValidationError in words when the period is locked, the reason is missing, or it has not begun; only a cancellation
    can be told beforehand.
    """
    occurrence = Occurrence.objects.select_for_update(of=("self",)).select_related("place").get(pk=occurrence.pk)
    validate_unlocked(occurrence.place, occurrence.date)
    _validate_outcome(occurrence, outcome, reason)
    occurrence.outcome = outcome
    occurrence.reason = reason if outcome in {Outcome.CHANGED, Outcome.CANCELLED} else ""
    occurrence.note = note
    occurrence.partner = partner or occurrence.partner
    occurrence.told_by = by
    occurrence.told_at = at or timezone.now()
    occurrence.save()
    return occurrence


@transaction.atomic
def take_back_outcome(*, occurrence: Occurrence, by: User) -> Occurrence:  # noqa: ARG001  nothing told is nobody's
    """Make it wait for its outcome again. ValidationError when locked, or when it was never planned."""
    occurrence = Occurrence.objects.select_for_update(of=("self",)).select_related("place").get(pk=occurrence.pk)
    validate_unlocked(occurrence.place, occurrence.date)
    if not occurrence.was_planned:
        raise ValidationError(_("What just happened has no plan to go back to."), code="unplanned")
    occurrence.outcome, occurrence.reason, occurrence.note = Outcome.PLANNED, "", ""
    occurrence.told_by, occurrence.told_at = None, None
    occurrence.save()
    return occurrence


@transaction.atomic
def add_unplanned(  # noqa: PLR0913  all by name
    *,
    place: Place,
    title: str,
    kind: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: User,
    zone: Zone | None = None,
    partner: Partner | None = None,
    note: str = "",
) -> Occurrence:
    """Log something that took place without having been planned. ValidationError when locked or not begun."""
    day = timezone.localdate(starts_at)
    validate_unlocked(place, day)
    if starts_at > timezone.now():
        raise ValidationError({"starts": _("This has not begun yet. Put it in the plan instead.")}, code="ahead")
    occurrence = Occurrence(
        place=place,
        title=title,
        kind=kind,
        date=day,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=zone,
        partner=partner,
        note=note,
        responsible=by,
        was_planned=False,
        outcome=Outcome.HELD,
        told_by=by,
        told_at=timezone.now(),
    )
    occurrence.full_clean()
    occurrence.save()
    return occurrence


def _validate_outcome(occurrence: Occurrence, outcome: str, reason: str) -> None:
    if outcome not in {Outcome.HELD, Outcome.CHANGED, Outcome.CANCELLED}:
        raise ValidationError({"outcome": _("Choose how it went: held, changed or cancelled.")}, code="outcome")
    if outcome != Outcome.CANCELLED and not occurrence.has_begun:
        raise ValidationError(_("One cannot say how it went before it began."), code="not_begun")
    if outcome != Outcome.HELD and reason not in Occurrence.Reason.values:
        raise ValidationError({"reason": _("Choose a reason.")}, code="reason")
