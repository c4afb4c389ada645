"""Pages that join the apps: where each role begins, today on the square, help and health."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timeuntil

from activities.forms import NoteForm
from activities.models import Occurrence
from activities.queries import PermitDeadline, lines_of, permit_deadlines, programme_of
from activities.shown import FIRST_YEAR, LAST_YEAR
from activities.weather import observed
from measurements.evening import results_of
from measurements.todo import participants, todo
from places.access import May, SignedInRequest, open_place, rights
from places.models import Membership, OpenDay, OpeningException, Place, User
from places.opening import eves, red_days
from places.periods import ONE_DAY, Period
from places.queries import OpeningState, opening_state

# More than this a person does not put right between two visitors; the rest is told in a line.
TODO_SHOWN = 6
# What is to be sent to the police is asked for so long before its last day, and after it until the day itself.
PERMITS_AHEAD, PERMITS_LATE = 14 * ONE_DAY, 7 * ONE_DAY
TOOK_PLACE = (Occurrence.Outcome.HELD, Occurrence.Outcome.CHANGED)


# --- Where one begins -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """A place as its people see it on the start page: their role there, and how the day stands."""

    place: Place
    # Empty for one who only pays for the place.
    role: str
    open_day: OpenDay | None
    exception: OpeningException | None

    @property
    def address(self) -> str:
        return reverse("today" if self.role else "reports:report_list", args=[self.place.slug])


@login_not_required
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  a view
    """Asked for by browsers that show a PDF, which names no icon of its own."""
    return redirect(static("img/icon-192.png"), permanent=True)


@login_not_required
def not_here(request: HttpRequest, **_parts: str) -> HttpResponse:  # noqa: ARG001  as above
    """For an address that a library would answer, and that has no use here."""
    raise Http404


def start(request: SignedInRequest) -> HttpResponse:
    """The one place a person has, or the list to choose from."""
    standings = _standings(request.user, timezone.localdate())
    real = [one for one in standings if not one.place.is_practice]
    if len(real) == 1:
        return redirect(real[0].address)
    return render(request, "amp/start.html", {"standings": standings})


def _standings(user: User, today: dt.date) -> list[Standing]:
    """Four queries, however many the places."""
    places = list(Place.objects.visible_to(user).listed())
    roles = {row.place_id: row.get_role_display() for row in Membership.objects.filter(user=user)}
    opened = {row.place_id: row for row in OpenDay.objects.filter(place__in=places, date=today)}
    exceptions = {row.place_id: row for row in OpeningException.objects.filter(place__in=places, date=today)}
    return [
        Standing(place, roles.get(place.pk, ""), opened.get(place.pk), exceptions.get(place.pk)) for place in places
    ]


# --- Today ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One thing on the day's programme, and how many took part; None while nobody has counted."""

    occurrence: Occurrence
    people: int | None

    @property
    def left(self) -> str:
        """How long until it begins, in its largest unit."""
        return timeuntil(self.occurrence.starts_at, depth=1)


def today(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    now = timezone.localdate()
    day = _day_asked(request, now)
    log = place.day_logs.kept().filter(date=day).first()
    missing = todo(place, now)
    programme = _programme(place, day)
    state = opening_state(place, day)
    held = rights(request.user, place)
    permits = _permits(place, now) if May.PLAN in held else []
    context = {
        "place": place,
        "day": day,
        "is_today": day == now,
        "is_ahead": day > now,
        "day_name": red_days(day.year).get(day) or eves(day.year).get(day, ""),
        "is_red": day in red_days(day.year),
        "day_before": day - ONE_DAY,
        "day_after": day + ONE_DAY,
        "state": state,
        "lock": place.locked_on(day),
        "log": log,
        "lines": lines_of(place, day),
        "note": NoteForm(),
        "programme": programme,
        "next": next((one.occurrence for one in programme if not one.occurrence.has_begun), None),
        "results": results_of(place, day) if _is_over(state, programme, now) else [],
        "held": sum(one.occurrence.outcome in TOOK_PLACE for one in programme),
        "cancelled": sum(one.occurrence.outcome == Occurrence.Outcome.CANCELLED for one in programme),
        "observed": observed(place, day) if day == now and not (log and log.weather) else None,
        "todo": missing[:TODO_SHOWN],
        "todo_count": len(missing) + len(permits),
        "permits": permits,
        "todo_more": max(0, len(missing) - TODO_SHOWN),
        "reasons": Occurrence.Reason.choices,
        "may": {
            "log": May.LOG in held,
            "count": May.COUNT in held,
            "plan": May.PLAN in held,
            "close": May.ADMINISTER in held,
        },
    }
    return render(request, "amp/today.html", context)


def _permits(place: Place, now: dt.date) -> list[PermitDeadline]:
    """Papers to send to the police within two weeks, late ones too, for what is still to come; one for a series."""
    period = Period.between(now - PERMITS_LATE, now + PERMITS_AHEAD)
    due = [one for one in permit_deadlines(place, period) if not one.sent_on and not one.occurrence.has_begun]
    first: dict[int, PermitDeadline] = {}
    for one in due:
        first.setdefault(one.occurrence.series_id or -one.occurrence.pk, one)
    return list(first.values())


def _is_over(state: OpeningState, programme: list[Entry], now: dt.date) -> bool:
    """The day is past, the hub has closed, or all that was planned has been told of."""
    if state.day != now:
        return state.day < now
    told = all(one.occurrence.outcome != Occurrence.Outcome.PLANNED for one in programme)
    return bool(state.opened and state.opened.closed) or (bool(programme) and told)


def _day_asked(request: HttpRequest, now: dt.date) -> dt.date:
    try:
        day = dt.date.fromisoformat(request.GET["date"]) if "date" in request.GET else now
    except ValueError as error:
        raise Http404 from error
    if not dt.date(FIRST_YEAR, 1, 1) <= day <= dt.date(LAST_YEAR, 12, 31):
        raise Http404
    return day


def _programme(place: Place, day: dt.date) -> list[Entry]:
    """What asks for an outcome first, then by time."""
    people = participants(place, day)
    entries = [Entry(one, people.get(one.pk)) for one in programme_of(place, day)]
    return sorted(entries, key=lambda one: (not one.occurrence.waits, one.occurrence.starts_at))


# --- For everyone -----------------------------------------------------------------------------------------------------


@login_not_required
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "help.html")


@login_not_required
def health(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  a probe sends nothing
    """200 when the web process and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
