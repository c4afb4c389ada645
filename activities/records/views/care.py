"""Care cases: what needs care, to whom it was reported, and when it was mended."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.models import CareCase, Photo
from activities.records.actions import fix_care, report_care, unfix_care
from activities.records.forms import CareFilter, CareForm, CareReportForm
from activities.records.queries import care_figures
from activities.records.views import may
from places.access import May, SignedInRequest, open_place
from places.history import history_of
from places.models import Place
from places.periods import Kind, Period

A_PAGE = 40


def care_list(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    asked = CareFilter(request.GET)
    chosen = asked.cleaned_data if asked.is_valid() else {}
    state, category = chosen.get("state") or CareFilter.NOT_FIXED, chosen.get("category", "")
    # Said again, for grouping takes a model's own order away.
    cases = place.care_cases.kept().with_names().annotate(photo_count=_photo_count()).order_by("-seen_on", "-pk")
    if state == CareFilter.NOT_FIXED:
        cases = cases.filter(fixed_on__isnull=True)
    elif state != "all":
        cases = cases.in_state(state)
    page = Paginator(cases.filter(category=category) if category else cases, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": place,
        "page": page,
        "form": CareFilter({"state": state, "category": category}),
        "query": urlencode({"state": state, "category": category}) + "&",
        "figures": care_figures(place, _year_so_far()),
        "may": may(request, place),
    }
    return render(request, "activities/care_list.html", context)


def _photo_count() -> Count:
    return Count("photos", filter=Q(photos__trashed_at__isnull=True))


def _year_so_far() -> Period:
    today = timezone.localdate()
    return Period.between(Period.containing(today, Kind.YEAR).first, today)


def care_create(request: SignedInRequest, slug: str) -> HttpResponse:
    """The category is enough: a press on one of the five makes the case, and the rest is added at its page."""
    place = open_place(request.user, slug, May.LOG)
    form = CareForm(place, request.POST or None, instance=CareCase(by=request.user))
    if form.is_valid():
        case = form.save()
        messages.success(request, _("%(case)s is written down.") % {"case": case.title})
        return redirect("activities:care_detail", place.slug, case.pk)
    categories = [(one.value, one.label, CareCase.ICONS[one]) for one in CareCase.Category]
    return render(request, "activities/care_create.html", {"place": place, "form": form, "categories": categories})


def care_detail(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    case = _case(place, pk)
    return _show(request, place, case, CareReportForm(case))


def care_update(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    case = _case(place, pk)
    form = CareForm(place, request.POST or None, instance=case)
    if form.is_valid():
        form.save()
        messages.success(request, _("The case is saved."))
        return redirect("activities:care_detail", place.slug, pk)
    return render(request, "activities/care_form.html", {"place": place, "form": form, "case": case})


@require_POST
def care_report(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    case = _case(place, pk)
    form = CareReportForm(case, request.POST)
    if not form.is_valid():
        return _show(request, place, case, form)
    told = form.cleaned_data
    report_care(case=case, to=told["reported_to"], on=told["reported_on"], reference=told["reference"], by=request.user)
    messages.success(request, _("Reported to %(receiver)s.") % {"receiver": told["reported_to"]})
    return redirect("activities:care_detail", place.slug, pk)


@require_POST
def care_fix(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    case = _case(place, pk)
    try:
        fix_care(case=case, on=timezone.localdate(), by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        undo = reverse("activities:care_unfix", args=[place.slug, pk])
        messages.success(request, _("Mended: %(case)s") % {"case": case.title}, extra_tags=f"undo:{undo}")
    return _back(request, place, pk)


@require_POST
def care_unfix(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    case = _case(place, pk)
    try:
        unfix_care(case=case, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("Not mended yet: %(case)s") % {"case": case.title})
    return _back(request, place, pk)


def _case(place: Place, pk: int) -> CareCase:
    return get_object_or_404(CareCase.objects.kept().with_names().select_related("place"), pk=pk, place=place)


def _back(request: SignedInRequest, place: Place, pk: int) -> HttpResponseRedirect:
    """To the list when the button stood there."""
    if request.POST.get("from") == "list":
        return redirect("activities:care_list", place.slug)
    return redirect("activities:care_detail", place.slug, pk)


def _show(request: SignedInRequest, place: Place, case: CareCase, form: CareReportForm) -> HttpResponse:
    context = {
        "place": place,
        "case": case,
        "form": form,
        "lock": place.locked_on(case.seen_on),
        "photos": Photo.objects.kept().filter(care_case=case),
        "changes": history_of(case, request.GET.get("history")),
        "may": may(request, place),
    }
    return render(request, "activities/care_detail.html", context)
