"""What is unlikely in the plan, listed until it is resolved or answered."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.forms import AnswerForm
from activities.views import may
from activities.warnings import answer_warning, plan_warnings
from places.access import May, SignedInRequest, open_place


def warning_list(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    found = plan_warnings(place, timezone.localdate())
    context = {
        "place": place,
        "open": [one for one in found if one.answer is None],
        "answered": [one for one in found if one.answer],
        "may": may(request, place),
    }
    return render(request, "activities/warning_list.html", context)


@require_POST
def warning_answer(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            answer_warning(place=place, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
    else:
        messages.error(request, str(next(iter(form.errors.values()))[0]))
    return redirect("activities:warning_list", place.slug)


@require_POST
def warning_reopen(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.PLAN)
    get_object_or_404(place.warning_answers, pk=pk).delete()
    messages.success(request, _("The warning is open again."))
    return redirect("activities:warning_list", place.slug)
