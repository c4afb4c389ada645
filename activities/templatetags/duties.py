"""What people are responsible for, on the pages that tell who works at a place."""

from typing import Any

from django import template
from django.utils import timezone

from activities.actions.handover import duties_of, duties_of_those_who_left
from places.access import May, rights
from places.models import Place, User

register = template.Library()


@register.inclusion_tag("activities/_duties.html", takes_context=True)
def duties(context: template.Context, person: User) -> dict[str, Any]:
    """What stays theirs unless it is handed over first. Two queries, and those of the rights."""
    place: Place = context["place"]
    found = [one] if (one := duties_of(place, person, timezone.localdate())) else []
    return _context(context, place, found)


@register.inclusion_tag("activities/_duties.html", takes_context=True)
def duties_left(context: template.Context) -> dict[str, Any]:
    """Of those who no longer work here: four queries, however many they are."""
    place: Place = context["place"]
    return _context(context, place, duties_of_those_who_left(place, timezone.localdate())) | {"left": True}


def _context(context: template.Context, place: Place, found: list[Any]) -> dict[str, Any]:
    may_plan = bool(found) and May.PLAN in rights(context["request"].user, place)
    return {"place": place, "found": found, "may_plan": may_plan}
