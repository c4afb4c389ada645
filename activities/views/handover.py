"""All that one person is responsible for, handed over at once."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions.handover import duties_of, hand_over
from activities.forms.handover import HandoverForm
from activities.views import undo_tag
from places.access import May, SignedInRequest, open_place
from places.models import User


def handover(request: SignedInRequest, slug: str, person: int) -> HttpResponse:
    """Also of one who no longer works here, as long as anything to come is theirs."""
    place = open_place(request.user, slug, May.PLAN)
    who = get_object_or_404(User, pk=person)
    duties = duties_of(place, who, timezone.localdate())
    if not duties and not place.memberships.filter(user=who).exists():
        raise Http404
    form = HandoverForm(request.POST or None, place=place, person=who)
    if form.is_valid():
        to = form.cleaned_data["to"]
        try:
            done, undo = hand_over(place=place, person=who, to=to, by=request.user)
        except ValidationError as refusal:
            form.add_error("to", refusal)
        else:
            said = _("%(to)s is responsible now: occurrences %(occurrences)s, series %(series)s.") % {
                "to": to,
                "occurrences": done.occurrences,
                "series": done.series,
            }
            messages.success(request, said, extra_tags=undo_tag(place, undo))
            return redirect("activities:handover", slug, person)
    return render(request, "activities/handover.html", {"place": place, "person": who, "duties": duties, "form": form})
