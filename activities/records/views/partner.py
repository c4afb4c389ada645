"""Partners: the associations that come along, how to reach them, and what they did."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.forms import PartnerForm
from activities.models import Occurrence
from activities.queries import distinct_partners
from activities.records.queries import partners_over
from activities.records.views import may
from places.access import May, SignedInRequest, open_place
from places.models import Place
from places.periods import Kind, Period

A_PAGE = 60
OCCURRENCES_A_PAGE = 40


def partner_list(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    periods = _periods()
    period = next((one for one in periods if one.code == request.GET.get("period")), periods[0])
    page = Paginator(partners_over(place, period), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": place,
        "page": page,
        "period": period,
        "periods": periods,
        "taking_part": distinct_partners(place, period),
        "query": f"period={period.code}&",
        "may": may(request, place),
    }
    return render(request, "activities/partner_list.html", context)


def _periods() -> list[Period]:
    """The year, the year before, then the quarter and the three before it."""
    today = timezone.localdate()
    quarters = [Period.containing(today, Kind.QUARTER)]
    while len(quarters) < 4:  # noqa: PLR2004  a year of them
        quarters.append(quarters[-1].previous())
    return [Period.year(today.year), Period.year(today.year - 1), *quarters]


def partner_detail(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    partner = get_object_or_404(place.partners, pk=pk)
    did = Occurrence.objects.filter(place=place, partner=partner).took_place().with_names().order_by("-starts_at")
    page = Paginator(did, OCCURRENCES_A_PAGE).get_page(request.GET.get("page"))
    context = {"place": place, "partner": partner, "page": page, "may": may(request, place)}
    return render(request, "activities/partner_detail.html", context)


def partner_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    return _edit(request, place, PartnerForm(place, request.POST or None))


def partner_update(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    partner = get_object_or_404(place.partners, pk=pk)
    return _edit(request, place, PartnerForm(place, request.POST or None, instance=partner))


def _edit(request: SignedInRequest, place: Place, form: PartnerForm) -> HttpResponse:
    if form.is_valid():
        partner = form.save()
        messages.success(request, _("%(name)s is saved.") % {"name": partner.name})
        return redirect("activities:partner_detail", place.slug, partner.pk)
    return render(request, "activities/partner_form.html", {"place": place, "form": form})
