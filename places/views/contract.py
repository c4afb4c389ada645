"""Who pays for the place, what was agreed, and whether it came."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from places import actions
from places.access import May, SignedInRequest, open_place, rights
from places.forms.contract import (
    ContractForm,
    InstalmentsForm,
    InvoiceForm,
    OrganisationForm,
    PartyForm,
    PaymentChoiceForm,
    PaymentForm,
    PledgesForm,
)
from places.history import history_of
from places.matching_bar import matching_bar
from places.models import Contract, Instalment, Organisation, Place
from places.queries import money, obligations
from places.views.place import _posted

# --- Contracts --------------------------------------------------------------------------------------------------------


def contract_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """The one contract that holds today, or the list; with ?all the list in any case."""
    place = open_place(request.user, slug, May.READ_FUNDING)
    today = timezone.localdate()
    contracts = list(place.contracts.annotate(pledged=Sum("parties__pledges__amount")).order_by("-first"))
    current = [contract for contract in contracts if contract.holds_on(today)]
    if len(current) == 1 and "all" not in request.GET:
        return redirect("places:contract_detail", slug, current[0].pk)
    rows = [(contract, _standing(contract, today)) for contract in contracts]
    context = {"place": place, "rows": rows, "may_fund": May.FUND in rights(request.user, place)}
    return render(request, "places/contract_list.html", context)


def contract_detail(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.READ_FUNDING)
    contract = get_object_or_404(place.contracts, pk=pk)
    contract.place = place
    today = timezone.localdate()
    year = _chosen_year(request.GET.get("year", ""), contract, today)
    funds = money(contract, year, today)
    promised = obligations(contract, year, today)
    context = {
        "place": place,
        "contract": contract,
        "standing": _standing(contract, today),
        "contracts": place.contracts.count(),
        "year": year,
        "today": today,
        "money": funds,
        "bar": matching_bar(funds),
        "promises": (promised.days, promised.hours),
        "missed": promised.missed,
        "missed_days": sum(days for _reason, days in promised.missed),
        "may_fund": May.FUND in rights(request.user, place),
    }
    return render(request, "places/contract_detail.html", context)


def contract_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.FUND)
    form = ContractForm(_posted(request), instance=Contract(place=place))
    if form.is_valid():
        contract = form.save()
        messages.success(request, _("%(name)s is saved. Now say who pays.") % {"name": contract})
        return redirect("places:party_list", slug, contract.pk)
    return render(request, "places/contract_form.html", {"place": place, "form": form, "heading": _("New contract")})


def contract_edit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place, contract = _open_contract(request, slug, pk)
    form = ContractForm(_posted(request), instance=contract)
    if form.is_valid():
        form.save()
        messages.success(request, _("%(name)s is saved.") % {"name": contract})
        return redirect("places:contract_detail", slug, pk)
    context = {"place": place, "form": form, "heading": _("Edit the contract"), "contract_pk": pk}
    return render(request, "places/contract_form.html", context)


# --- Parties and what they pay ----------------------------------------------------------------------------------------


def party_list(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """All parties with their yearly amounts, in one form."""
    place, contract = _open_contract(request, slug, pk)
    form = PledgesForm(_posted(request), contract=contract)
    if form.is_valid():
        actions.save_pledges(contract=contract, amounts=form.amounts(), by=request.user)
        messages.success(request, _("The amounts are saved."))
        return redirect("places:party_list", slug, pk)
    matches = [money(contract, year, timezone.localdate()).match for year in contract.years]
    context = {"place": place, "contract": contract, "form": form, "matches": matches}
    return render(request, "places/party_list.html", context)


def party_create(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place, contract = _open_contract(request, slug, pk)
    form = PartyForm(_posted(request), contract=contract, initial={"number": request.GET.get("number", "")})
    if form.is_valid():
        party = form.save()
        messages.success(request, _("%(party)s is a party to the contract.") % {"party": party})
        return redirect("places:party_list", slug, pk)
    return render(request, "places/party_form.html", {"place": place, "contract": contract, "form": form})


def party_remove(request: SignedInRequest, slug: str, pk: int, party_pk: int) -> HttpResponse:
    """Asks first; then removes a party that has paid nothing."""
    place, contract = _open_contract(request, slug, pk)
    party = get_object_or_404(contract.parties.select_related("organisation"), pk=party_pk)
    if request.method == "POST":
        try:
            actions.remove_party(party=party, by=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("%(party)s is no longer a party.") % {"party": party})
        return redirect("places:party_list", slug, pk)
    return render(request, "places/party_remove.html", {"place": place, "contract": contract, "party": party})


# --- Instalments ------------------------------------------------------------------------------------------------------


def instalment_create(request: SignedInRequest, slug: str, pk: int, year: int) -> HttpResponse:
    """Divide a year's amounts into equal instalments."""
    place, contract = _open_contract(request, slug, pk)
    if year not in contract.years:
        raise Http404
    form = InstalmentsForm(_posted(request), year=year)
    if form.is_valid():
        dates = form.cleaned_data["dates"]
        divided = actions.make_instalments(contract=contract, year=year, dates=dates, by=request.user)
        messages.success(request, _divided_words(len(divided), year))
        return redirect(_year_address(slug, pk, year))
    context = {"place": place, "contract": contract, "form": form, "year": year}
    return render(request, "places/instalment_form.html", context)


def instalment_detail(request: SignedInRequest, slug: str, pk: int, instalment_pk: int) -> HttpResponse:
    """One instalment: tell that it was invoiced or paid, or take a payment back."""
    place, instalment = _open_instalment(request, slug, pk, instalment_pk)
    today = timezone.localdate()
    forms = {"paid": PaymentForm(initial={"paid_on": today}), "invoiced": InvoiceForm(initial={"invoiced_on": today})}
    return _instalment_page(request, place, instalment, forms)


def instalment_pay(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Choose among the unpaid ones and register the payment."""
    place, contract = _open_contract(request, slug, pk)
    form = PaymentChoiceForm(_posted(request), contract=contract, initial={"paid_on": timezone.localdate()})
    if form.is_valid():
        return _pay(request, slug, form.cleaned_data["instalment"], form.cleaned_data["paid_on"])
    return render(request, "places/payment_form.html", {"place": place, "contract": contract, "form": form})


@require_POST
def instalment_paid(request: SignedInRequest, slug: str, pk: int, instalment_pk: int) -> HttpResponse:
    place, instalment = _open_instalment(request, slug, pk, instalment_pk)
    form = PaymentForm(request.POST)
    if form.is_valid():
        return _pay(request, slug, instalment, form.cleaned_data["paid_on"])
    forms = {"paid": form, "invoiced": InvoiceForm(initial={"invoiced_on": timezone.localdate()})}
    return _instalment_page(request, place, instalment, forms)


@require_POST
def instalment_unpaid(request: SignedInRequest, slug: str, pk: int, instalment_pk: int) -> HttpResponse:
    _place, instalment = _open_instalment(request, slug, pk, instalment_pk)
    actions.undo_payment(instalment=instalment, by=request.user)
    messages.success(request, _("The payment is taken back."))
    return redirect(_year_address(slug, pk, instalment.due.year))


@require_POST
def instalment_invoiced(request: SignedInRequest, slug: str, pk: int, instalment_pk: int) -> HttpResponse:
    place, instalment = _open_instalment(request, slug, pk, instalment_pk)
    form = InvoiceForm(request.POST)
    if form.is_valid():
        day = form.cleaned_data["invoiced_on"]
        actions.register_invoice(instalment=instalment, invoiced_on=day, by=request.user)
        messages.success(request, _("The invoice is noted."))
        return redirect(_year_address(slug, pk, instalment.due.year))
    forms = {"paid": PaymentForm(initial={"paid_on": timezone.localdate()}), "invoiced": form}
    return _instalment_page(request, place, instalment, forms)


# --- Organisations ----------------------------------------------------------------------------------------------------


def organisation_list(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.FUND)
    organisations = Organisation.objects.of_place(place).prefetch_related("representatives__user")
    return render(request, "places/organisation_list.html", {"place": place, "organisations": organisations})


def organisation_create(request: SignedInRequest, slug: str) -> HttpResponse:
    """Register one, and go on to add it to the contract that holds or is named in ?contract."""
    place = open_place(request.user, slug, May.FUND)
    form = OrganisationForm(_posted(request))
    if form.is_valid():
        organisation = form.save()
        messages.success(request, _("%(name)s is registered.") % {"name": organisation})
        return redirect(_next_after_registering(request, place, organisation))
    context = {"place": place, "form": form, "heading": _("New organisation")}
    return render(request, "places/organisation_form.html", context)


def organisation_edit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.FUND)
    organisation = get_object_or_404(Organisation.objects.of_place(place), pk=pk)
    shared = organisation.is_relied_on_elsewhere(place)
    form = OrganisationForm(_posted(request), instance=organisation, shared=shared)
    if form.is_valid():
        form.save()
        messages.success(request, _("%(name)s is saved.") % {"name": organisation})
        return redirect("places:organisation_list", slug)
    context = {"place": place, "form": form, "heading": _("Edit the organisation")}
    return render(request, "places/organisation_form.html", context)


# --- What the pages above share ---------------------------------------------------------------------------------------


def _open_contract(request: SignedInRequest, slug: str, pk: int) -> tuple[Place, Contract]:
    place = open_place(request.user, slug, May.FUND)
    return place, get_object_or_404(place.contracts, pk=pk)


def _open_instalment(request: SignedInRequest, slug: str, pk: int, instalment_pk: int) -> tuple[Place, Instalment]:
    place, contract = _open_contract(request, slug, pk)
    rows = Instalment.objects.filter(party__contract=contract).select_related("party__organisation", "party__contract")
    return place, get_object_or_404(rows, pk=instalment_pk)


def _instalment_page(
    request: SignedInRequest, place: Place, instalment: Instalment, forms: dict[str, Any]
) -> HttpResponse:
    context = {
        "place": place,
        "instalment": instalment,
        "contract": instalment.party.contract,
        "forms": forms,
        "changes": history_of(instalment, request.GET.get("history")),
    }
    return render(request, "places/instalment_detail.html", context)


def _pay(request: SignedInRequest, slug: str, instalment: Instalment, day: dt.date) -> HttpResponse:
    actions.register_payment(instalment=instalment, paid_on=day, by=request.user)
    contract_pk = instalment.party.contract_id
    undo = reverse("places:instalment_unpaid", args=[slug, contract_pk, instalment.pk])
    words = _("The payment from %(party)s is registered.") % {"party": instalment.party}
    messages.success(request, words, extra_tags=f"undo:{undo}")
    return redirect(_year_address(slug, contract_pk, instalment.due.year))


def _year_address(slug: str, pk: int, year: int) -> str:
    return f"{reverse('places:contract_detail', args=[slug, pk])}?year={year}"


def _chosen_year(typed: str, contract: Contract, today: dt.date) -> int:
    """The year asked for where the contract has it, else this year or the contract's nearest."""
    if typed.isdecimal() and int(typed) in contract.years:
        return int(typed)
    return min(max(today.year, contract.first.year), contract.last.year)


def _standing(contract: Contract, today: dt.date) -> str:
    if contract.holds_on(today):
        return "valid"
    return "upcoming" if today < contract.first else "ended"


def _divided_words(parties: int, year: int) -> str:
    return ngettext(
        "The instalments of %(year)s are made for %(parties)s party.",
        "The instalments of %(year)s are made for %(parties)s parties.",
        parties,
    ) % {"year": year, "parties": parties}


def _next_after_registering(request: SignedInRequest, place: Place, organisation: Organisation) -> str:
    named = request.GET.get("contract", "")
    contract = (
        place.contracts.filter(pk=int(named)).first()
        if named.isdecimal()
        else place.contracts.filter(last__gte=timezone.localdate()).first()
    )
    if contract is None:
        return reverse("places:contract_create", args=[place.slug])
    return f"{reverse('places:party_create', args=[place.slug, contract.pk])}?number={organisation.number}"
