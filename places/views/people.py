"""Who works at the place, and who reads for those who pay."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from places import actions
from places.access import May, SignedInRequest, open_place
from places.forms.people import MemberForm, RepresentativeForm, RoleForm
from places.models import Organisation, Representative
from places.views.place import _posted


def people_list(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.ADMINISTER)
    readers = Representative.objects.filter(organisation__in=Organisation.objects.paying_for(place))
    context = {
        "place": place,
        "members": place.staff(),
        "representatives": readers.select_related("user", "organisation").order_by("organisation__name", "user__name"),
    }
    return render(request, "places/people_list.html", context)


def person_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.ADMINISTER)
    form = MemberForm(_posted(request))
    if form.is_valid():
        try:
            membership = actions.add_person(
                place=place,
                person=form.person(),
                role=form.cleaned_data["role"],
                by=request.user,
                address=_sign_in_address(request),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _tell_invited(request, str(membership.user))
            return redirect("places:people_list", slug)
    context = {"place": place, "form": form, "heading": _("Add a person"), "submit": _("Add and send the invitation")}
    return render(request, "places/person_form.html", context)


def person_edit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Change a person's role."""
    place = open_place(request.user, slug, May.ADMINISTER)
    membership = get_object_or_404(place.staff(), pk=pk)
    form = RoleForm(_posted(request), instance=membership)
    if form.is_valid() and _role_changed(form, request):
        messages.success(request, _("%(person)s has a new role.") % {"person": membership.user})
        return redirect("places:people_list", slug)
    context = {"place": place, "form": form, "heading": str(membership.user), "membership_pk": pk, "submit": _("Save")}
    return render(request, "places/person_form.html", context)


def person_remove(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Asks first, and says so when it is oneself; then takes the role away."""
    place = open_place(request.user, slug, May.ADMINISTER)
    membership = get_object_or_404(place.staff(), pk=pk)
    oneself = membership.user == request.user
    if request.method == "POST":
        try:
            actions.remove_person(membership=membership, by=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect("places:people_list", slug)
        messages.success(
            request, _("%(person)s no longer works at %(place)s.") % {"person": membership.user, "place": place}
        )
        return redirect("start") if oneself else redirect("places:people_list", slug)
    context = {"place": place, "membership": membership, "oneself": oneself}
    return render(request, "places/person_remove.html", context)


def representative_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.ADMINISTER)
    form = RepresentativeForm(_posted(request), place=place)
    if form.is_valid():
        try:
            representative = actions.add_representative(
                place=place,
                organisation=form.cleaned_data["organisation"],
                person=form.person(),
                by=request.user,
                address=_sign_in_address(request),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _tell_invited(request, str(representative.user))
            return redirect("places:people_list", slug)
    context = {
        "place": place,
        "form": form,
        "heading": _("Add a reader for a funder"),
        "submit": _("Add and send the invitation"),
    }
    return render(request, "places/person_form.html", context)


def representative_remove(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Asks first."""
    place = open_place(request.user, slug, May.ADMINISTER)
    readers = Representative.objects.filter(organisation__in=Organisation.objects.paying_for(place))
    representative = get_object_or_404(readers.select_related("user", "organisation"), pk=pk)
    if request.method == "POST":
        actions.remove_representative(representative=representative, by=request.user)
        words = {"person": representative.user, "organisation": representative.organisation}
        messages.success(request, _("%(person)s no longer reads for %(organisation)s.") % words)
        return redirect("places:people_list", slug)
    return render(request, "places/person_remove.html", {"place": place, "representative": representative})


def _role_changed(form: RoleForm, request: SignedInRequest) -> bool:
    """Whether it went; otherwise the form says why not."""
    # The form has already set the new role; the action judges the old one.
    form.instance.refresh_from_db(fields=["role"])
    try:
        actions.change_role(membership=form.instance, role=form.cleaned_data["role"], by=request.user)
    except ValidationError as error:
        form.add_error("role", error)
        return False
    return True


def _sign_in_address(request: SignedInRequest) -> str:
    return request.build_absolute_uri(reverse("account_login"))


def _tell_invited(request: SignedInRequest, person: str) -> None:
    messages.success(request, _("%(person)s can now sign in with a code by e-mail.") % {"person": person})
