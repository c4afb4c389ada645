"""The day log, and the hours of the hub."""

import datetime as dt
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.actions import add_to_day_log, close_day, open_day, write_hours
from activities.forms import DayLogForm, DayLogLineForm, HoursForm, LogFilter, NoteForm
from activities.models import DayLog
from activities.queries import lines_of, log_dates, log_days
from activities.versions import two_versions
from activities.views import may, onward
from activities.weather import observed
from places.access import May, SignedInRequest, open_place
from places.history import history_of
from places.models import OpenDay, Place

LOG_DAYS_A_PAGE = 30


def daylog_list(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    filters = LogFilter(request.GET)
    tag = filters.cleaned_data["tag"] if filters.is_valid() else ""
    dates = log_dates(place, timezone.localdate(), tag)
    page = Paginator(dates, LOG_DAYS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": place,
        "tag": tag,
        "tags": DayLog.Tag.choices,
        "page": page,
        "days": log_days(place, list(page)),
        "today": timezone.localdate(),
        "may": may(request, place),
    }
    return render(request, "activities/daylog_list.html", context)


def daylog_edit(request: SignedInRequest, slug: str, day: dt.date) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    log = _log(request, place, day)
    seen = None if log.weather else observed(place, day)
    known = {"weather": seen.weather, "temperature": seen.temperature} if seen else {}
    form = DayLogForm(request.POST or None, instance=log, initial=known)
    if form.is_valid():
        form.save()
        messages.success(request, _("The day log is saved."))
        return onward(request, "activities:daylog_list", place.slug)
    return _draw_log(request, place, day, form)


def _draw_log(request: SignedInRequest, place: Place, day: dt.date, form: DayLogForm) -> HttpResponse:
    # As it is stored, and not as it was typed just now.
    log = place.day_logs.kept().filter(date=day).first()
    context = {
        "place": place,
        "form": form,
        "day": day,
        "lines": lines_of(place, day),
        "lock": place.locked_on(day),
        "changes": history_of(log, request.GET.get("history")) if log else None,
    }
    return render(request, "activities/daylog_form.html", context)


@require_POST
def daylog_note(request: SignedInRequest, slug: str, day: dt.date) -> HttpResponse:
    """Add a line. Refused, it stays in the form of the day's own page."""
    place = open_place(request.user, slug, May.LOG)
    log = _log(request, place, day)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            add_to_day_log(place=place, day=day, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The line is in the day log."))
            return onward(request, "activities:daylog_list", place.slug)
    return _draw_log(request, place, day, _whole_day(request, log, form))


def _whole_day(request: SignedInRequest, log: DayLog, refused: NoteForm) -> DayLogForm:
    """The form of the day with what was typed, what is wrong with it, and the rest as it is stored."""
    data = request.POST.copy()
    data["weather"], data["temperature"] = log.weather, "" if log.temperature is None else str(log.temperature)
    data.setlist("tags", log.tags)
    form = DayLogForm(data, instance=log)
    if form.is_valid():
        form.add_error(None, [error for errors in refused.errors.as_data().values() for error in errors])
    return form


def daylog_line(request: SignedInRequest, slug: str, day: dt.date, pk: int) -> HttpResponse:
    """One line, to be put right. Changed by another meanwhile, both versions are shown and nothing is saved."""
    place = open_place(request.user, slug, May.LOG)
    line = get_object_or_404(place.day_log_lines.kept().select_related("by"), date=day, pk=pk)
    form = DayLogLineForm(place, request.POST or None, instance=line)
    versions = two_versions(form)
    if versions is None and form.is_valid():
        form.save()
        messages.success(request, _("The line is saved."))
        return onward(request, "activities:daylog_edit", place.slug, day)
    context = {
        "place": place,
        "day": day,
        "form": form,
        "versions": versions,
        "line": form.stored,
        "lock": place.locked_on(day),
        "changes": history_of(line, request.GET.get("history")),
    }
    return render(request, "activities/daylog_line.html", context)


def daylog_hours(request: SignedInRequest, slug: str, day: dt.date) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    known = place.open_days.filter(date=day).first()
    form = HoursForm(request.POST or None, initial={"opened": known.opened, "closed": known.closed} if known else {})
    if form.is_valid():
        try:
            write_hours(place=place, day=day, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The hours are saved."))
            return onward(request, "activities:daylog_list", place.slug)
    context = {"place": place, "form": form, "day": day, "known": known, "lock": place.locked_on(day)}
    return render(request, "activities/daylog_hours.html", context)


@require_POST
def daylog_open(request: SignedInRequest, slug: str, day: dt.date) -> HttpResponse:
    return _tap_hours(request, slug, day, open_day, _("The hub is open."))


@require_POST
def daylog_close(request: SignedInRequest, slug: str, day: dt.date) -> HttpResponse:
    return _tap_hours(request, slug, day, close_day, _("The hub is closed."))


def _tap_hours(
    request: SignedInRequest, slug: str, day: dt.date, act: Callable[..., OpenDay], done: str
) -> HttpResponseRedirect:
    """One tap means now; the hours of another day are written by hand."""
    place = open_place(request.user, slug, May.LOG)
    if day != timezone.localdate():
        return redirect("activities:daylog_hours", place.slug, day)
    try:
        act(place=place, day=day, at=timezone.localtime().time().replace(second=0, microsecond=0), by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, done)
    return onward(request, "today", place.slug)


def _log(request: SignedInRequest, place: Place, day: dt.date) -> DayLog:
    """The day's log, or a new one; a day to come has none."""
    if day > timezone.localdate():
        raise Http404
    log = place.day_logs.kept().filter(date=day).first() or DayLog(place=place, date=day)
    log.by = request.user
    return log
