"""What every face of the plan shows alike."""

from django import template
from django.utils import timezone

from activities.warnings import open_warnings
from places.models import Place

register = template.Library()


@register.simple_tag
def open_warning_count(place: Place) -> int:
    """How many warnings about the coming plan nobody has answered. Costs six queries."""
    return len(open_warnings(place, timezone.localdate()))
