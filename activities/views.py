"""The annual wheel as a list, series and occurrences, outcomes and the day log."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.actions import (
    add_unplanned,
    close_day,
    move_occurrence,
    open_day,
    plan_series,
    record_outcome,
    take_back_outcome,
    write_hours,
)
from activities.forms import (
    DayLogForm,
    HoursForm,
    LogFilter,
    NoteForm,
    OccurrenceForm,
    OutcomeForm,
    ProgrammeFilter,
    SeasonForm,
    SeriesForm,
    UnplannedForm,
)
from activities.models import DayLog, Occurrence, Season, Series
from activities.practice import make_practice_place
from activities.queries import log_dates, log_days, planned_against_held_by_season, programme_by_week
from activities.weather import observed
from activities.wheel import Shown
from places.access import May, SignedInRequest, open_place, rights
from places.history import history_of
from places.models import OpenDay, Place

LOG_DAYS_A_PAGE = 30
OCCURRENCES_A_PAGE = 40


# --- The wheel --------------------------------------------------------------------------------------------------------


def programme(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    shown = Shown.asked(request.GET, timezone.localdate())
    filters = ProgrammeFilter(request.GET)
    kind = filters.cleaned_data["kind"] if filters.is_valid() else ""
    context = {
        "place": place,
        "shown": shown,
        "kind": kind,
        "filters": filters,
        "season": place.seasons.filter(year=shown.year, name=shown.season).first(),
        "weeks": programme_by_week(place, shown.month, kind),
        "results": planned_against_held_by_season(place, shown.year),
        "may": _may(request, place),
    }
    return render(request, "activities/programme.html", context)


def season_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    initial = {"year": request.GET.get("year"), "name": request.GET.get("season")}
    return _edit_season(request, place, SeasonForm(place, request.POST or None, initial=initial))


def season_update(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    season = get_object_or_404(place.seasons, pk=pk)
    return _edit_season(request, place, SeasonForm(place, request.POST or None, instance=season))


def _edit_season(request: SignedInRequest, place: Place, form: SeasonForm) -> HttpResponse:
    if form.is_valid():
        season = form.save()
        messages.success(request, _("%(season)s is saved.") % {"season": capfirst(str(season))})
        return redirect(_season_address(season))
    return render(request, "activities/season_form.html", {"place": place, "form": form, "season": form.instance})


def _season_address(season: Season) -> str:
    return f"{reverse('activities:programme', args=[season.place.slug])}?year={season.year}&season={season.name}"


# --- Series -----------------------------------------------------------------------------------------------------------


def series_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    initial = {"season": request.GET.get("season"), "every_weeks": 1, "responsible": request.user.pk}
    return _edit_series(request, place, SeriesForm(place, request.POST or None, initial=initial))


def series_update(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    series = get_object_or_404(place.series, pk=pk)
    return _edit_series(request, place, SeriesForm(place, request.POST or None, instance=series))


def _edit_series(request: SignedInRequest, place: Place, form: SeriesForm) -> HttpResponse:
    only_looking = "preview" in request.POST
    if form.is_valid() and not form.unsure and not only_looking:
        series = form.instance
        done = plan_series(series=series, by=request.user)
        messages.success(
            request,
            _("%(title)s: %(made)s made, %(kept)s kept, %(removed)s removed.")
            % {"title": series.title, "made": done.made, "kept": done.kept, "removed": done.removed},
        )
        if done.locked:
            messages.warning(
                request, _("%(days)s dates lie in a locked period and were left as they are.") % {"days": done.locked}
            )
        return redirect("activities:series_detail", place.slug, series.pk)
    return render(request, "activities/series_form.html", {"place": place, "form": form, "series": form.instance})


def series_detail(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    series = get_object_or_404(
        Series.objects.select_related("season", "zone", "responsible", "partner"), pk=pk, place=place
    )
    occurrences = Paginator(series.occurrences.with_names(), OCCURRENCES_A_PAGE)
    context = {
        "place": place,
        "series": series,
        "page": occurrences.get_page(request.GET.get("page")),
        "may": _may(request, place),
    }
    return render(request, "activities/series_detail.html", context)


# --- Occurrences ------------------------------------------------------------------------------------------------------


def occurrence_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    initial = {"kind": "event", "date": request.GET.get("date"), "responsible": request.user.pk}
    form = OccurrenceForm(place, request.POST or None, initial=initial)
    if form.is_valid():
        occurrence = form.save()
        messages.success(request, _("%(title)s is in the plan.") % {"title": occurrence.title})
        return redirect("activities:occurrence_detail", place.slug, occurrence.pk)
    return render(request, "activities/occurrence_form.html", {"place": place, "form": form})


def occurrence_detail(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    occurrence = _occurrence(place, pk)
    return _show_occurrence(request, place, occurrence, OutcomeForm(place, initial=_told(occurrence)))


def occurrence_update(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    occurrence = _occurrence(place, pk)
    was_on = occurrence.date
    form = OccurrenceForm(place, request.POST or None, instance=occurrence)
    if form.is_valid():
        move_occurrence(occurrence=form.instance, was_on=was_on, by=request.user)
        messages.success(request, _("%(title)s is changed.") % {"title": form.instance.title})
        return redirect("activities:occurrence_detail", place.slug, pk)
    return render(request, "activities/occurrence_form.html", {"place": place, "form": form, "occurrence": occurrence})


@require_POST
def outcome_record(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    occurrence = _occurrence(place, pk)
    form = OutcomeForm(place, request.POST)
    if form.is_valid():
        try:
            told = record_outcome(occurrence=occurrence, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return _toast_outcome(request, place, told)
    return _show_occurrence(request, place, _occurrence(place, pk), form)


@require_POST
def outcome_take_back(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    occurrence = _occurrence(place, pk)
    try:
        take_back_outcome(occurrence=occurrence, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("%(title)s waits for its outcome again.") % {"title": occurrence.title})
    return _onward(request, "activities:occurrence_detail", place.slug, pk)


def unplanned_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    form = UnplannedForm(place, request.POST or None, initial={"date": _date_asked(request), "kind": "activity"})
    if form.is_valid():
        try:
            occurrence = add_unplanned(place=place, by=request.user, **form.happened())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("%(title)s is in the log.") % {"title": occurrence.title})
            return redirect("activities:occurrence_detail", place.slug, occurrence.pk)
    return render(request, "activities/unplanned_form.html", {"place": place, "form": form})


def _occurrence(place: Place, pk: int) -> Occurrence:
    return get_object_or_404(Occurrence.objects.with_names().select_related("told_by"), pk=pk, place=place)


def _told(occurrence: Occurrence) -> dict[str, Any]:
    """What has been told so far, to be told anew."""
    outcome = "" if occurrence.outcome == Occurrence.Outcome.PLANNED else occurrence.outcome
    return {"outcome": outcome, "reason": occurrence.reason, "note": occurrence.note, "partner": occurrence.partner_id}


def _show_occurrence(request: SignedInRequest, place: Place, occurrence: Occurrence, form: OutcomeForm) -> HttpResponse:
    context = {
        "place": place,
        "occurrence": occurrence,
        "form": form,
        "lock": place.locked_on(occurrence.date),
        "may": _may(request, place),
        "reasons": Occurrence.Reason.choices,
        "changes": history_of(occurrence, request.GET.get("history")),
    }
    return render(request, "activities/occurrence_detail.html", context)


def _toast_outcome(request: SignedInRequest, place: Place, told: Occurrence) -> HttpResponse:
    undo = reverse("activities:outcome_take_back", args=[place.slug, told.pk]) if told.was_planned else ""
    messages.success(
        request,
        _("%(title)s: %(outcome)s.") % {"title": told.title, "outcome": told.get_outcome_display()},
        extra_tags=f"undo:{undo}" if undo else "",
    )
    return _onward(request, "activities:occurrence_detail", place.slug, told.pk)


# --- The day log ------------------------------------------------------------------------------------------------------


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
        "may": _may(request, place),
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
        return _onward(request, "activities:daylog_list", place.slug)
    return _draw_log(request, place, day, form)


def _draw_log(request: SignedInRequest, place: Place, day: dt.date, form: DayLogForm) -> HttpResponse:
    # As it is stored, and not as it was typed just now.
    log = place.day_logs.kept().filter(date=day).first()
    context = {
        "place": place,
        "form": form,
        "day": day,
        "lock": place.locked_on(day),
        "changes": history_of(log, request.GET.get("history")) if log else None,
    }
    return render(request, "activities/daylog_form.html", context)


@require_POST
def daylog_note(request: SignedInRequest, slug: str, day: dt.date) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    form = NoteForm(request.POST, instance=_log(request, place, day))
    if form.is_valid():
        form.save()
        messages.success(request, _("The day log is saved."))
        return _onward(request, "activities:daylog_list", place.slug)
    full = DayLogForm(request.POST, instance=_log(request, place, day))
    return _draw_log(request, place, day, full)


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
            return _onward(request, "activities:daylog_list", place.slug)
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
    return _onward(request, "today", place.slug)


def _log(request: SignedInRequest, place: Place, day: dt.date) -> DayLog:
    """The day's log, or a new one; a day to come has none."""
    if day > timezone.localdate():
        raise Http404
    log = place.day_logs.kept().filter(date=day).first() or DayLog(place=place, date=day)
    log.by = request.user
    return log


# --- What these pages share -------------------------------------------------------------------------------------------


def _may(request: SignedInRequest, place: Place) -> dict[str, bool]:
    """The steps these pages have buttons for."""
    held = rights(request.user, place)
    return {"log": May.LOG in held, "plan": May.PLAN in held, "count": May.COUNT in held}


def _onward(request: SignedInRequest, page: str, *args: object) -> HttpResponseRedirect:
    """Back to the page of ours the person came from, as its form says in `next`; else to `page`."""
    asked = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(asked)
    return redirect(page, *args)


def _date_asked(request: SignedInRequest) -> dt.date:
    """The date in the address; today when there is none, or none that is a date."""
    try:
        return dt.date.fromisoformat(request.GET.get("date", ""))
    except ValueError:
        return timezone.localdate()


# --- Practice ---------------------------------------------------------------------------------------------------------


def practice(request: SignedInRequest, slug: str) -> HttpResponse:
    """The place to practise at, and a fresh one on request."""
    place = open_place(request.user, slug, May.PLAN)
    real = place.practice_of or place
    if request.method == "POST" and not place.is_practice:
        made = make_practice_place(place=place, by=request.user)
        messages.success(request, _("%(place)s is made.") % {"place": made.name})
        return redirect("today", made.slug)
    known = real.practices.filter(ended_on=None).first()
    return render(request, "activities/practice.html", {"place": place, "real": real, "known": known})
