"""What it was like last time, beside what was copied from it."""

from typing import Any

from django import template

from activities.models import Occurrence
from measurements import last_time

register = template.Library()


@register.inclusion_tag("measurements/_copied_from.html")
def last_time_of(occurrence: Occurrence) -> dict[str, Any]:
    """Two terms of a list of facts; nothing for what was not copied. Costs three queries for a copy, else none."""
    source = occurrence.copied_from if occurrence.copied_from_id else None
    then = last_time.last_time(occurrence.place, [("it", [source])])["it"] if source else None
    return {"place": occurrence.place, "source": source, "then": then}
