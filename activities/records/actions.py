"""What people do to care cases and photos."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from activities.models import CareCase, DayLog, Occurrence, Photo
from activities.records.images import Picture
from places.models import Organisation, User
from places.models.place import validate_unlocked


@transaction.atomic
def report_care(*, case: CareCase, to: Organisation, on: dt.date, reference: str, by: User) -> CareCase:  # noqa: ARG001  the history tells who did
    """Write down to whom the case was reported, or write it anew. ValidationError when the days do not fit."""
    case = _held(case)
    case.reported_to, case.reported_on, case.reference = to, on, reference
    case.validate_constraints()
    case.save(update_fields=["reported_to", "reported_on", "reference"])
    return case


@transaction.atomic
def fix_care(*, case: CareCase, on: dt.date, by: User) -> CareCase:  # noqa: ARG001  as above
    """Mended on that day; a case mended already stays as it is. ValidationError when the day is locked or too early."""
    case = _held(case)
    if case.fixed_on is None:
        validate_unlocked(case.place, on)
        case.fixed_on = on
        case.validate_constraints()
        case.save(update_fields=["fixed_on"])
    return case


@transaction.atomic
def unfix_care(*, case: CareCase, by: User) -> CareCase:  # noqa: ARG001  as above
    """Not mended after all. ValidationError when the day it was mended is locked."""
    case = _held(case)
    if case.fixed_on:
        validate_unlocked(case.place, case.fixed_on)
        case.fixed_on = None
        case.save(update_fields=["fixed_on"])
    return case


@transaction.atomic
def add_photo(  # noqa: PLR0913  all by name
    *, subject: CareCase | DayLog | Occurrence, picture: Picture, alt: str, consent: bool, may_use: bool, by: User
) -> Photo:
    """Keep a cleaned picture with what it shows. ValidationError when it may be used without consent and words."""
    photo = Photo(
        place=subject.place,
        care_case=subject if isinstance(subject, CareCase) else None,
        day_log=subject if isinstance(subject, DayLog) else None,
        occurrence=subject if isinstance(subject, Occurrence) else None,
        width=picture.width,
        height=picture.height,
        alt=alt,
        consent=consent,
        may_use=may_use,
        by=by,
    )
    photo.validate_constraints()
    photo.file.save("photo.jpg", ContentFile(picture.data), save=False)
    photo.save()
    return photo


def _held(case: CareCase) -> CareCase:
    """The row as it is, with no one else at it. ValidationError when it lies in the trash."""
    held = CareCase.objects.select_for_update(of=("self",)).select_related("place").get(pk=case.pk)
    if held.trashed_at:
        raise ValidationError(_("The case lies in the trash."), code="trashed")
    return held
