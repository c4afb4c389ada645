"""A programme in the words that search engines read: schema.org, as JSON-LD."""

import json
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from activities.programme.queries import Item, PublicWeek
from places.models import Place

SCHEMA = "https://schema.org"
# What would end the script element, or begin another, inside a text.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def as_json_ld(place: Place, week: PublicWeek, address: str) -> SafeString:
    """The week's events, ready for a script element; `address` is that of the page."""
    graph = [_event(place, item, f"{address}#{item.uid}") for item in week.items]
    text = json.dumps({"@context": SCHEMA, "@graph": graph}, ensure_ascii=False)
    return mark_safe(text.translate(ESCAPES))  # noqa: S308  nothing in it can end the element it stands in


def _event(place: Place, item: Item, address: str) -> dict[str, Any]:
    event = {
        "@type": "ExhibitionEvent" if item.kind == "exhibition" else "Event",
        "@id": address,
        "url": address,
        "name": item.title,
        "startDate": timezone.localtime(item.starts_at).isoformat(),
        "endDate": timezone.localtime(item.ends_at).isoformat(),
        "eventStatus": f"{SCHEMA}/{_status(item)}",
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "inLanguage": get_language(),
        "location": _location(place, item),
        "organizer": {"@type": "Organization", "name": place.operator.name},
    }
    if item.moved_from:
        event["previousStartDate"] = timezone.localtime(item.moved_from.starts_at).isoformat()
    if item.partner:
        event["contributor"] = {"@type": "Organization", "name": item.partner}
    return event


def _status(item: Item) -> str:
    if item.is_cancelled:
        return "EventCancelled"
    return "EventRescheduled" if item.moved_from else "EventScheduled"


def _location(place: Place, item: Item) -> dict[str, Any]:
    return {
        "@type": "Place",
        "name": f"{place.name}, {item.zone}" if item.zone else place.name,
        "address": {
            "@type": "PostalAddress",
            "addressLocality": place.municipality_name,
            "addressCountry": "SE",
        }
        | ({"streetAddress": place.hub} if place.hub else {}),
    }
