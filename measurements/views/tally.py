"""The pages of the phone: they hold no data of their own, and fill themselves from what the phone has kept."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.csrf import ensure_csrf_cookie

from activities.models import Occurrence
from measurements.models import Gender, Measure
from places.access import May, SignedInRequest, open_place

# How long a passing count is meant to last, in minutes; the usual one first.
PLANNED_MINUTES: Final = (10, 5, 15, 30, 60)


@ensure_csrf_cookie
def tally(request: SignedInRequest, slug: str) -> HttpResponse:
    open_place(request.user, slug, May.COUNT)
    return draw_tally(request)


@ensure_csrf_cookie
def queue(request: SignedInRequest, slug: str) -> HttpResponse:
    open_place(request.user, slug, May.COUNT)
    return draw_queue(request)


def draw_tally(request: HttpRequest) -> HttpResponse:
    context = {"words": _tally_words(), "columns": _columns(), "measures": _measures(), "planned": PLANNED_MINUTES}
    return render(request, "measurements/tally.html", context)


def draw_queue(request: HttpRequest) -> HttpResponse:
    return render(request, "measurements/queue.html", {"words": _queue_words()})


def draw_day(request: HttpRequest) -> HttpResponse:
    """Today on the square as the phone knows it, for when there is no network to ask."""
    return render(request, "measurements/day.html", {"words": _day_words()})


def _columns() -> list[dict[str, Any]]:
    """Each heading in two lines, for the columns are narrow."""
    return [
        {"gender": Gender.WOMAN.value, "first": _("Woman"), "second": _("girl")},
        {"gender": Gender.MAN.value, "first": _("Man"), "second": _("boy")},
        {"gender": Gender.NOT_CLASSIFIED.value, "first": pgettext("heading", "Not"), "second": _("classified")},
    ]


def _genders() -> dict[str, str]:
    return {str(gender.value): str(gender.label) for gender in (Gender.WOMAN, Gender.MAN, Gender.NOT_CLASSIFIED)}


def _short() -> dict[str, str]:
    return {"1": _("woman"), "2": _("man"), "0": str(Gender.NOT_CLASSIFIED.label)}


def _measures() -> dict[str, str]:
    return {
        "measure_staying": capfirst(str(Measure.STAYING.label)),
        "measure_passing": capfirst(str(Measure.PASSING.label)),
        "measure_participating": _("Participants"),
    }


def _tally_words() -> dict[str, Any]:
    return {
        **_measures(),
        # A reader's voice begins with the word; a line of text does not.
        "genders": {key: capfirst(label) for key, label in _genders().items()},
        "short": _short(),
        "not_judged": _("age not judged"),
        "age_not_judged": _("Age not judged"),
        "all": _("All"),
        "count_staying": _("Count staying"),
        "count_passing": _("Count passing"),
        "count_participating": _("Count participants"),
        "meaning_staying": _("Those who are in the zone when you look."),
        "meaning_passing": _("Those who cross the line while you count."),
        "meaning_participating": _("Those who take part; each person once."),
        "cell": _("{who}, {n}"),
        "started": _("start {time}"),
        "counted_minutes": _("{n} min counted"),
        "on_phone": _("On the phone: {n} taps"),
        "on_phone_one": _("On the phone: 1 tap"),
        "on_phone_done": _("On the phone"),
        "saved": _("Saved {time}"),
        "last_saved": _("Last saved {time}"),
        "all_arrived": _("All has arrived"),
        "nothing_yet": _("Nothing counted yet"),
        "sign_in": _("Sign in to send"),
        "trouble": _("Could not be saved"),
        "done": _("Done – {n} people"),
        "done_one": _("Done – 1 person"),
        "done_none": _("Done – nobody"),
        "done_empty": _("Done"),
        "people": _("{n} people"),
        "people_one": _("1 person"),
        "nobody": _("Nobody here"),
        "undo_what": _("{people} {who}"),
        "undone": _("Undone: {what}"),
        "before": _("Previous: {what}"),
        "after": _("Next: {what}"),
        "nothing_to_take": _("There is nobody in that cell to take away."),
        "tap_nobody": _("Nobody there? Press Nobody here. Otherwise count first."),
        "heard": _("{who}: {n}. All: {all}."),
        "was": _("was {was}, becomes {becomes}"),
        "too_many": _("At most 99 999 people in a cell."),
        "joined": _("Already counted: {n} people. What you count is added to them."),
        "not_kept": _("The phone could not keep the tap, so it is not counted. Free some space and try again."),
        "went_on": _("{n} – go on"),
        "no_zones": _("There is no zone to count in. An administrator adds it under The place."),
        "no_lines": _("There is no counting line. An administrator adds it under The place."),
        "no_occurrences": _("Nothing on the programme these days."),
        "coming": _("Coming days: counted when the day is here"),
        "already": _("{n} counted"),
        "cancelled": _("Cancelled"),
        "gone_title": _("Not on this phone"),
        "gone_text": _("That count or place is not kept here. Choose anew."),
        "choose": _("Choose what to count"),
        **_unknown_place(),
        "broken_title": _("The browser cannot keep counts"),
        "broken_text": _(
            "Counting needs the browser's storage, which a private window may refuse. Use an ordinary one."
        ),
        "minutes": _("{n} min"),
        "weekdays": [
            _("Earlier Sundays"),
            _("Earlier Mondays"),
            _("Earlier Tuesdays"),
            _("Earlier Wednesdays"),
            _("Earlier Thursdays"),
            _("Earlier Fridays"),
            _("Earlier Saturdays"),
        ],
    }


def _unknown_place() -> dict[str, str]:
    return {
        "new_title": _("No network, and nothing is kept on this phone yet"),
        "new_text": _("Open this page once with a network. After that it works without."),
        "signed_out_title": _("Sign in first"),
        "signed_out_text": _("The page needs to know who counts. After that it works without a network."),
        "sign_in_action": _("Sign in"),
        "try_again": _("Try again"),
    }


def _day_words() -> dict[str, Any]:
    return {
        **_unknown_place(),
        "how_did_it_go": _("How did it go?"),
        "will_it_be": _("Will it not be?"),
        "took_part": _("{n} took part"),
        "programme": _("Today's programme"),
        "nothing_planned": _("Nothing on the programme"),
        "open": _("promised {opens}–{closes}"),
        "closed": _("closed: {reason}"),
        "known": _("As it was known here: {day} {time}."),
        "kept": _("Kept on the phone, and sent when there is a network."),
        "not_kept": _("The phone could not keep it. Free some space and try again."),
    }


def _queue_words() -> dict[str, Any]:
    return {
        **_measures(),
        "outcomes": {value: capfirst(str(label)) for value, label in Occurrence.Outcome.choices},
        "reasons": dict(Occurrence.Reason.choices),
        "note_in_log": _("A line for the day log"),
        "two_numbers": _("Two different numbers for the same count"),
        "two_answers": _("Two different answers: {what}"),
        "told_by": _("{who}, {time}"),
        "sure_delete_told": _("This is taken off the phone and never sent. Delete it?"),
        "people": _("{n} people"),
        "people_one": _("1 person"),
        "only_end": _("all taps have arrived, not yet that it is done"),
        "waiting": _("{n} waiting"),
        "waiting_one": _("1 waiting"),
        "oldest": _("Oldest {age}."),
        "ago": _("{age} ago"),
        "minutes": _("{n} min"),
        "hours": _("{n} h"),
        "days": _("{n} days"),
        "belongs": _("Belongs to {who}, and is sent when {who} signs in on this phone."),
        "keep": _("Keep {n}"),
        "keep_saved": _("Keep the saved one"),
        "delete": _("Delete"),
        "fields": {
            "people": _("People"),
            "minutes": _("Minutes"),
            "started_at": _("Started"),
            "outcome": _("How it went"),
            "reason": _("Reason"),
            "text": _("Text"),
            "note": _("Note"),
            "by": _("Told by"),
            "at": _("Time"),
        },
        "sure_delete": _("{n} people are taken off this phone and never sent. Delete them?"),
        "sure_keep_theirs": _("The {n} people of this phone are thrown away. Keep the saved number?"),
        "deleted": _("Deleted from the phone."),
        "sent": _("All has arrived."),
        "still": _("It did not go through. It stays on the phone."),
    }
