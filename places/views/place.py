"""What the place is, and when it is promised open."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from places import actions
from places.access import May, SignedInRequest, open_place, rights
from places.forms.place import LineForm, NormalWeekForm, OpeningExceptionForm, PlaceForm, SchoolHolidayForm, ZoneForm
from places.geometry import outline
from places.models import Line, OpeningException, Place, SchoolHoliday, Zone
from places.queries import contract_on, normal_week, opening_state

A_PAGE = 20


def place_detail(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    today = timezone.localdate()
    held = rights(request.user, place)
    context = {
        "place": place,
        "today": today,
        "state": opening_state(place, today),
        "outline": outline(place.boundary) if place.boundary else None,
        "zones": place.zones.all(),
        "lines": place.lines.all(),
        "week": normal_week(place, today),
        "next_week": place.opening_hours.filter(valid_from__gt=today).order_by("valid_from").first(),
        "upcoming": place.opening_exceptions.filter(date__gte=today).order_by("date"),
        "page": Paginator(place.opening_exceptions.filter(date__lt=today), A_PAGE).get_page(request.GET.get("page")),
        "school_holidays": place.school_holidays.filter(last__gte=dt.date(today.year, 1, 1)),
        "contract": contract_on(place, today) if May.READ_FUNDING in held else None,
        "may_plan": May.PLAN in held,
        "may_administer": May.ADMINISTER in held,
        "may_fund": May.FUND in held,
    }
    return render(request, "places/place_detail.html", context)


def place_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.ADMINISTER)
    form = PlaceForm(_posted(request), instance=place)
    if form.is_valid() and not form.doubts:
        form.save()
        messages.success(request, _("The place is saved."))
        return redirect("places:place_detail", slug)
    # The frame shows the place as it is, not as it was typed.
    place = open_place(request.user, slug, May.ADMINISTER)
    return render(request, "places/place_form.html", {"place": place, "form": form, "heading": _("Edit the place")})


def zone_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.ADMINISTER)
    return _part(request, place, ZoneForm(_posted(request), instance=Zone(place=place)), _("New zone"))


def zone_edit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.ADMINISTER)
    zone = get_object_or_404(place.zones, pk=pk)
    return _part(request, place, ZoneForm(_posted(request), instance=zone), _("Edit the zone"))


def line_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.ADMINISTER)
    return _part(request, place, LineForm(_posted(request), instance=Line(place=place)), _("New counting line"))


def line_edit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.ADMINISTER)
    line = get_object_or_404(place.lines, pk=pk)
    return _part(request, place, LineForm(_posted(request), instance=line), _("Edit the counting line"))


def hours_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.ADMINISTER)
    week = normal_week(place, timezone.localdate())
    form = NormalWeekForm(_posted(request), place=place, week=week)
    if form.is_valid():
        first = form.cleaned_data["first"]
        actions.set_normal_week(place=place, first=first, week=form.week(), by=request.user)
        messages.success(request, _("The normal week is saved."))
        return redirect("places:place_detail", slug)
    return render(request, "places/hours_form.html", {"place": place, "form": form})


def exception_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.ADMINISTER)
    form = OpeningExceptionForm(_posted(request), instance=OpeningException(place=place, **_asked(request)))
    return _part(request, place, form, _("New exception"))


def _asked(request: SignedInRequest) -> dict[str, Any]:
    """The day that a page sends along to tell why it was closed: not planned, for it is here."""
    try:
        return {"date": dt.date.fromisoformat(request.GET.get("date", "")), "planned": False}
    except ValueError:
        return {}


def exception_edit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.ADMINISTER)
    exception = get_object_or_404(place.opening_exceptions, pk=pk)
    form = OpeningExceptionForm(_posted(request), instance=exception)
    return _part(request, place, form, _("Edit the exception"), exception=exception)


@require_POST
def exception_delete(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.ADMINISTER)
    exception = get_object_or_404(place.opening_exceptions, pk=pk)
    try:
        actions.delete_exception(exception=exception, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The exception is taken away."))
    return redirect("places:place_detail", slug)


def school_holiday_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    form = SchoolHolidayForm(_posted(request), instance=SchoolHoliday(place=place))
    return _part(request, place, form, _("New school holiday"))


def school_holiday_edit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    holiday = get_object_or_404(place.school_holidays, pk=pk)
    form = SchoolHolidayForm(_posted(request), instance=holiday)
    return _part(request, place, form, _("Edit the school holiday"), holiday=holiday)


@require_POST
def school_holiday_delete(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    actions.delete_school_holiday(holiday=get_object_or_404(place.school_holidays, pk=pk), by=request.user)
    messages.success(request, _("The school holiday is taken away."))
    return redirect("places:place_detail", slug)


def _posted(request: SignedInRequest) -> Any:  # noqa: ANN401  what a form takes as its data
    """What was sent, or None before anything was: an empty sending is judged too."""
    return request.POST if request.method == "POST" else None


def _part(
    request: SignedInRequest, place: Place, form: forms.ModelForm[Any], heading: str, **beside: object
) -> HttpResponse:
    """A zone, a line, an exception or a holiday: saved and back to the place, or drawn again with what is wrong."""
    if form.is_valid():
        row = form.save()
        messages.success(request, _("%(name)s is saved.") % {"name": row})
        return redirect("places:place_detail", place.slug)
    context = {"place": place, "form": form, "heading": heading, **beside}
    return render(request, "places/place_form.html", context)
