"""Pages of the counts: the list, the sheet to count on, one count with its history, and gaps."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.models import Occurrence
from measurements import queries
from measurements.actions import DifferentPayload, EntryData, append_entries_to_the, remove_gap
from measurements.corrections import mergeable
from measurements.exchange.payloads import Misshapen, read_entry
from measurements.forms.count import (
    CorrectionForm,
    GapForm,
    HeadcountFilter,
    HeadcountForm,
    cell_words,
    earlier_counts,
)
from measurements.models import Gender, Headcount, Level, Measure
from measurements.models.count import HeadcountQuerySet
from measurements.rules import already_counted
from places.access import May, SignedInRequest, open_place, rights
from places.bounds import day_from
from places.history import history_of
from places.models import Place

A_PAGE = 50
HISTORY_PAGE = 25
# More than a day of tapping without net.
MOST_ENTRIES = 5_000


# --- The list ---------------------------------------------------------------------------------------------------------


def headcount_list(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    chosen = HeadcountFilter(request.GET, place=place)
    found = chosen.of(place)
    period = chosen.chosen_period
    context = {
        "place": place,
        "form": chosen,
        "period": period,
        "page": Paginator(found.with_ground(), A_PAGE).get_page(request.GET.get("page")),
        "query": _without_page(request),
        "totals": queries.totals_by_measure(found),
        "gaps": place.gaps.filter(first__lte=period.last, last__gte=period.first).select_related("by"),
        "may_count": May.COUNT in rights(request.user, place),
    }
    return render(request, "measurements/headcount_list.html", context)


def _without_page(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return f"{kept.urlencode()}&" if kept else ""


# --- The sheet --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sheet:
    """What is to be counted, as the address or the form says."""

    measure: str
    level: str
    occurrence: Occurrence | None

    @classmethod
    def read(cls, place: Place, asked: Mapping[str, Any]) -> "_Sheet":
        key = str(asked.get("occurrence", ""))
        occurrence = get_object_or_404(place.occurrences, pk=key) if key.isdecimal() else None
        measure = asked.get("measure", "")
        if occurrence:
            measure = Measure.PARTICIPATING
        elif measure not in {Measure.PASSING, Measure.STAYING, Measure.PARTICIPATING}:
            measure = Measure.STAYING
        level = asked.get("redraw") or asked.get("level", "")
        return cls(str(measure), level if level in Level.values else str(Level.GENDER_AGE.value), occurrence)

    def form(self, place: Place, *args: Any, **kwargs: Any) -> HeadcountForm:  # noqa: ANN401  passed on
        return HeadcountForm(
            *args, place=place, measure=self.measure, level=self.level, occurrence=self.occurrence, **kwargs
        )


def headcount_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.COUNT)
    sheet = _Sheet.read(place, request.POST or request.GET)
    if sheet.measure == Measure.PARTICIPATING and sheet.occurrence is None:
        return _choose_occurrence(request, place)
    if request.method == "POST" and "redraw" not in request.POST:
        return _save_sheet(request, place, sheet)
    if sheet.occurrence and (known := already_counted(sheet.occurrence)) and request.method == "GET":
        messages.info(request, _counted_words(known))
        return redirect("measurements:headcount_detail", place.slug, known.pk)
    initial = request.POST.dict() if request.method == "POST" else _initial(request, place, sheet)
    return _draw_sheet(request, place, sheet, sheet.form(place, initial=initial))


def _counted_words(known: Headcount) -> str:
    if known.people is None:
        return _(
            "Someone has begun this count on a phone, and nobody is in it yet. If the rest will not come, withdraw it "
            "and count anew."
        )
    return _("These participants are already counted. Here is the count.")


def _initial(request: HttpRequest, place: Place, sheet: _Sheet) -> dict[str, Any]:
    """What the address asks for; else the ground that was counted last."""
    asked: dict[str, Any] = {
        name: request.GET[name] for name in ("zone", "line", "date", "time") if request.GET.get(name)
    }
    if "date" in asked and day_from(asked["date"]) is None:
        del asked["date"]
    if sheet.measure != Measure.PARTICIPATING and not asked.keys() & {"zone", "line"}:
        last = place.headcounts.of(sheet.measure).standing().first()
        asked |= {"zone": last.zone_id, "line": last.line_id} if last else {}
    return asked


def _save_sheet(request: SignedInRequest, place: Place, sheet: _Sheet) -> HttpResponse:
    form = sheet.form(place, request.POST)
    conflict: DifferentPayload | None = None
    if form.is_valid() and not form.doubts:
        try:
            headcount, created = form.save(request.user)
        except DifferentPayload as error:
            conflict = error
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if created:
                messages.success(request, _saved_words(headcount))
            return redirect("measurements:headcount_detail", place.slug, headcount.pk)
    return _draw_sheet(request, place, sheet, form, conflict)


def _saved_words(headcount: Headcount) -> str:
    if not headcount.people:
        return _("Saved: nobody there.")
    return _("Saved: %(people)s people.") % {"people": headcount.people}


def _draw_sheet(
    request: HttpRequest,
    place: Place,
    sheet: _Sheet,
    form: HeadcountForm,
    conflict: DifferentPayload | None = None,
) -> HttpResponse:
    known = already_counted(sheet.occurrence) if sheet.occurrence and form.is_bound else None
    context = {
        "place": place,
        "form": form,
        "measure": sheet.measure,
        "occurrence": sheet.occurrence,
        "measures": _measures(place, sheet.measure),
        "levels": [(value, label) for value, label in Level.choices if value != sheet.level],
        "level": Level(sheet.level),
        "known": known,
        "conflict": _both_sums(place, form, conflict) if conflict else None,
    }
    return render(request, "measurements/headcount_create.html", context)


def _both_sums(place: Place, form: HeadcountForm, conflict: DifferentPayload) -> dict[str, Any]:
    """What was saved and what was sent now under the same UUID."""
    saved = place.headcounts.filter(uuid=form.cleaned_data["uuid"]).first()
    sums = {side: sum(content["cells"].values()) for side, content in conflict.sides.items()}
    return {"headcount": saved, **sums}


def _measures(place: Place, chosen: str) -> list[dict[str, Any]]:
    address = reverse("measurements:headcount_create", args=[place.slug])
    return [
        {"label": measure.label, "address": f"{address}?measure={measure.value}", "chosen": measure == chosen}
        for measure in (Measure.STAYING, Measure.PASSING, Measure.PARTICIPATING)
    ]


def _choose_occurrence(request: HttpRequest, place: Place) -> HttpResponse:
    """The day's programme: participants are counted at an occurrence."""
    day = day_from(request.GET.get("date", "")) or timezone.localdate()
    counted = {
        row.occurrence_id: row
        for row in place.headcounts.of(Measure.PARTICIPATING).standing().filter(date=day).order_by("pk")
    }
    programme = place.occurrences.filter(date=day).exclude(outcome=Occurrence.Outcome.CANCELLED)
    context = {
        "place": place,
        "day": day,
        "measures": _measures(place, Measure.PARTICIPATING),
        "programme": [(occurrence, counted.get(occurrence.pk)) for occurrence in programme],
    }
    return render(request, "measurements/headcount_occurrence.html", context)


def headcount_earlier(request: SignedInRequest, slug: str) -> HttpResponse:
    """The last values of the same weekday, for the sheet to show when another zone, line or day is chosen."""
    place = open_place(request.user, slug, May.COUNT)
    day = day_from(request.GET.get("date", "")) or timezone.localdate()
    sheet = _Sheet.read(place, request.GET)
    form = sheet.form(place, initial=request.GET.dict())
    earlier = earlier_counts(place, sheet.measure, form.chosen_ground, day)
    return render(request, "measurements/_earlier.html", {"earlier": earlier, "day": day})


# --- One count --------------------------------------------------------------------------------------------------------


def headcount_detail(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    headcount = get_object_or_404(_with_way(place), pk=pk)
    may_count = May.COUNT in rights(request.user, place)
    form = CorrectionForm(headcount=headcount) if may_count else None
    return _draw_detail(request, place, headcount, form)


@require_POST
def headcount_correct(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.COUNT)
    headcount = get_object_or_404(_with_way(place), pk=pk)
    form = CorrectionForm(request.POST, headcount=headcount)
    if form.is_valid():
        try:
            form.save(request.user)
        except DifferentPayload:
            form.add_error(None, _("This correction was saved before with other content. Open the page anew."))
        except ValidationError as error:
            form.add_error("people" if error.code == "below_zero" else None, error)
        else:
            messages.success(request, _("The correction is in the ledger."))
            return redirect("measurements:headcount_detail", place.slug, headcount.pk)
    return _draw_detail(request, place, headcount, form)


def _with_way(place: Place) -> HeadcountQuerySet:
    """With ground, and where the people went if it was withdrawn."""
    found: HeadcountQuerySet = place.headcounts.with_ground()
    return found.select_related("withdrawn_by", "moved_to__zone", "moved_to__line", "moved_to__occurrence")


def _draw_detail(request: HttpRequest, place: Place, headcount: Headcount, form: CorrectionForm | None) -> HttpResponse:
    entries = headcount.entries.select_related("by", "age_band").order_by("-at", "-pk")
    page = Paginator(entries, HISTORY_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": place,
        "headcount": headcount,
        **_shown(queries.people_of(headcount)),
        "page": page,
        "history": [(entry, cell_words(headcount.level, entry.gender, entry.age_band)) for entry in page],
        "lock": place.locks.filter(first__lte=headcount.date, last__gte=headcount.date).select_related("by").first(),
        "form": form,
        "changes": history_of(headcount, request.GET.get("history")),
        "may_count": form is not None,
        "mergeable": form is not None and mergeable(headcount).exists(),
        "moved_from": headcount.moved_from.select_related("zone", "line", "occurrence").order_by("pk"),
    }
    return render(request, "measurements/headcount_detail.html", context)


def _shown(table: queries.Crosstab) -> dict[str, Any]:
    """The table as the page draws it: each cell with its people and, where all of it was judged, its share."""
    many = len(table.genders) > 1
    sums = table.column_totals
    tells = {gender for gender, _band in table.shares}

    def cell(gender: int, people: int, share: float | None) -> dict[str, Any]:
        return {"people": people, "share": share, "column_has_shares": gender in tells}

    return {
        "table": table,
        "columns": [Gender(gender).label if many else _("people") for gender in table.genders],
        "rows": [
            {
                "label": str(band) if band else _("age not judged"),
                "cells": [
                    cell(gender, people, table.share(gender, band) if table.bands else None)
                    for gender, people in zip(table.genders, numbers, strict=True)
                ],
                "total": total,
            }
            for band, numbers, total in table.rows
        ],
        "sums": [
            cell(gender, sums[gender], None if table.bands else table.share(gender, None)) for gender in table.genders
        ],
    }


# --- Taps from the phone ----------------------------------------------------------------------------------------------


@require_POST
def entry_append(request: SignedInRequest, slug: str, uuid: UUID) -> JsonResponse:
    """
    Entries as a JSON list of {uuid, at, gender, band, people, way, reason}, appended all or none.

    200 with the count's people, how many were added and how many had come before; 409 with both when a UUID came
    before with other content; 400 with messages.
    """
    place = open_place(request.user, slug, May.COUNT)
    count = place.headcounts.filter(uuid=uuid)
    try:
        done = append_entries_to_the(count, entries=_read_entries(request.body), by=request.user)
    except Headcount.DoesNotExist as error:
        raise Http404 from error
    except DifferentPayload as error:
        return JsonResponse({"stored": error.stored, "sent": error.sent}, status=409)
    except ValidationError as error:
        get_object_or_404(count)  # asked only now, so that a tap does not pay for it
        return JsonResponse({"errors": error.messages}, status=400)
    return JsonResponse({"people": done.people, "added": done.added, "resent": done.resent})


def _read_entries(body: bytes) -> list[EntryData]:
    try:
        rows = json.loads(body)
    except ValueError as error:
        raise ValidationError(_("The entries are not JSON.")) from error
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ENTRIES:
        raise ValidationError(_("Send a list of entries, at most %(most)s."), params={"most": MOST_ENTRIES})
    return [_read_entry(number, row) for number, row in enumerate(rows, start=1)]


def _read_entry(number: int, row: Any) -> EntryData:  # noqa: ANN401  whatever was sent
    try:
        return read_entry(row)
    except Misshapen as error:
        raise ValidationError(
            _("Entry %(number)s cannot be read: %(what)s"), params={"number": number, "what": repr(error)}
        ) from error


# --- Gaps -------------------------------------------------------------------------------------------------------------


def gap_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.COUNT)
    start = {name: request.GET[name] for name in ("first", "last", "measure") if name in request.GET}
    form = GapForm(request.POST or None, place=place, by=request.user, initial=start)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The gap is written down, with its reason."))
        return redirect("measurements:headcount_list", place.slug)
    return render(request, "measurements/gap_form.html", {"place": place, "form": form})


@require_POST
def gap_delete(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.COUNT)
    gap = get_object_or_404(place.gaps, pk=pk)
    try:
        remove_gap(gap=gap)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The gap is taken away."))
    return redirect("measurements:headcount_list", place.slug)
