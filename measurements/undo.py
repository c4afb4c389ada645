"""What was taken away, put back from its history."""

from django.apps import apps
from django.db import transaction

from measurements.models import RepresentationTarget
from places.models import Place


@transaction.atomic
def take_target_back(*, place: Place, pk: int) -> RepresentationTarget:
    """
    The place's target as it was when it was taken away. Put back twice, it is there once.

    DoesNotExist when the place never had it; ValidationError in words when another has taken its group and year.
    """
    known = place.representation_targets.filter(pk=pk).first()
    if known:
        return known
    events = apps.get_model("measurements", "RepresentationTargetEvent").objects
    last = events.filter(place=place, pgh_obj_id=pk, pgh_label="delete").order_by("pgh_id").last()
    if last is None:
        raise RepresentationTarget.DoesNotExist
    names = [field.attname for field in RepresentationTarget._meta.concrete_fields]  # noqa: SLF001  Django's own way
    target = RepresentationTarget(**{name: getattr(last, name) for name in names})
    target.validate_constraints()
    target.save(force_insert=True)
    return target
