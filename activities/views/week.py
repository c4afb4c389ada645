"""The plan a week at a time, by the clock, and what is moved about in it."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.actions import Changed, move_occurrence
from activities.forms.move import MoveForm
from activities.models import Occurrence, Season
from activities.programme.queries import week_asked, week_code
from activities.queries import SEASON_OF_MONTH
from activities.views import may, undo_tag
from activities.warnings import PlanWarning, Rule, warnings_about
from activities.week import stands_in, week_of
from places.access import May, SignedInRequest, open_place
from places.history import history_of
from places.models import Place, User
from places.periods import Kind, Period


def week(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    period = week_asked(request.GET.get("week", ""), timezone.localdate())
    context = {
        "place": place,
        "week": week_of(place, period),
        "season": season_of(place, period.first),
        "code": week_code(period),
        "earlier": week_code(period.previous()),
        "later": week_code(period.next()),
        "may": may(request, place),
    }
    return render(request, "activities/week.html", context)


def season_of(place: Place, day: dt.date) -> Season | None:
    """The one in the plan that holds the day."""
    year = Period.containing(day, Kind.SEASON).last.year
    return place.seasons.filter(year=year, name=SEASON_OF_MONTH[day.month]).first()


class Unlikely(Exception):  # noqa: N818  it is no error: nothing is moved until someone says that it shall be so
    """What is unlikely about a move, in words."""


@transaction.atomic
def occurrence_move(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Saved, it leads back to the week; else it says what stands in the way, and asks."""
    place = open_place(request.user, slug, May.PLAN)
    # Nobody else changes it while this one is being saved.
    rows = Occurrence.objects.with_names().select_for_update(of=("self",))
    occurrence = get_object_or_404(rows, pk=pk, place=place)
    form = MoveForm(request.POST or None, initial=_as_it_stands(occurrence, request.GET.get("week", "")))
    if not form.is_valid():
        return _ask(request, occurrence, form, status=400 if form.is_bound else 200)
    if form.cleaned_data["seen"] not in {"", occurrence.changed_at.isoformat()}:
        return _ask(request, occurrence, form, {"conflict": history_of(occurrence).changes[:1]}, status=409)
    try:
        done = _move(occurrence, form, request.user)
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return _ask(request, occurrence, form, status=422)
    except Unlikely as doubts:
        return _ask(request, occurrence, form, {"doubts": doubts.args})
    said = _("%(title)s is moved to %(day)s %(clock)s.") % {"title": occurrence.title, **_when(form)}
    week = form.cleaned_data["week"]
    messages.success(request, said, extra_tags=_undo(done, _address(occurrence, week)))
    return _back(request, _address(done.occurrence, week))


def _as_it_stands(occurrence: Occurrence, week: str) -> dict[str, Any]:
    return {
        "date": occurrence.date,
        "starts": timezone.localtime(occurrence.starts_at).time(),
        "seen": occurrence.changed_at.isoformat(),
        "week": week,
    }


@transaction.atomic
def _move(occurrence: Occurrence, form: MoveForm, by: User) -> Changed:
    """Unlikely with words, and nothing moved, for what the move makes unlikely and nobody has said shall be so."""
    if occurrence.outcome != Occurrence.Outcome.PLANNED:
        raise ValidationError(_("Its outcome has been told. Take that back before you move it."), code="told")
    day, starts, sure = (form.cleaned_data[name] for name in ("date", "starts", "sure"))
    if (day, starts) == (occurrence.date, timezone.localtime(occurrence.starts_at).time()):
        raise ValidationError(_("It stands there already."), code="there")
    before = set() if sure else {one.about for one in _unlikely(occurrence)}
    done = move_occurrence(occurrence=occurrence, day=day, starts=starts, by=by)
    if not sure and (doubts := [one.words for one in _unlikely(done.occurrence) if one.about not in before]):
        raise Unlikely(*doubts)
    return done


def _unlikely(occurrence: Occurrence) -> list[PlanWarning]:
    """What day and time have to do with, and nobody has answered."""
    found = [one for one in warnings_about(occurrence.place, [occurrence]) if one.rule != Rule.NOBODY]
    answered = set(occurrence.place.warning_answers.values_list("about", flat=True)) if found else set()
    return [one for one in found if one.about not in answered]


def _ask(
    request: SignedInRequest,
    occurrence: Occurrence,
    form: MoveForm,
    why: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "place": occurrence.place,
        "occurrence": occurrence,
        "form": form,
        "refused": [str(error) for errors in form.errors.values() for error in errors],
        "week": _address(occurrence, str(form["week"].value())),
        "when": _when(form) if form.is_valid() else None,
        **(why or {}),
    }
    if _is_script(request):
        html = render_to_string("activities/_move_answer.html", context, request)
        return JsonResponse({"html": html}, status=status)
    return render(request, "activities/occurrence_move.html", context, status=status)


def _back(request: SignedInRequest, address: str) -> HttpResponse:
    return JsonResponse({"next": address}) if _is_script(request) else HttpResponseRedirect(address)


def _address(occurrence: Occurrence, asked: str) -> str:
    """The week asked for, as long as any of it stands there; else that of its first day. And the thing in it."""
    period = week_asked(asked, occurrence.date)
    if not stands_in(occurrence, period):
        period = Period.containing(occurrence.date, Kind.WEEK)
    return f"{reverse('activities:week', args=[occurrence.place.slug])}?week={week_code(period)}#o{occurrence.pk}"


def _undo(done: Changed, back_to: str) -> str:
    """Taken back, it is seen where it stood before."""
    return f"{undo_tag(done.occurrence.place, done.undo)}?{urlencode({'next': back_to})}"


def _when(form: MoveForm) -> dict[str, str]:
    cleaned = form.cleaned_data
    return {"day": date_format(cleaned["date"], "l j F"), "clock": f"{cleaned['starts']:%H:%M}"}


def _is_script(request: SignedInRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
