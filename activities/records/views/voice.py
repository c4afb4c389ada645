"""Voices: what people say about the place."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from activities.models import Voice
from activities.models.voice import VoiceQuerySet
from activities.records.forms import VoiceFilter, VoiceForm
from activities.records.views import may
from places.access import May, SignedInRequest, open_place
from places.history import history_of
from places.models import Place

A_PAGE = 30


def voice_list(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ)
    asked = VoiceFilter(request.GET)
    chosen = asked.cleaned_data if asked.is_valid() else {}
    voices = _narrowed(Voice.objects.kept().filter(place=place), chosen)
    page = Paginator(voices, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": place,
        "page": page,
        "form": VoiceFilter(chosen),
        "narrowed": any(chosen.values()),
        "query": urlencode(chosen) + "&",
        "may": may(request, place),
    }
    return render(request, "activities/voice_list.html", context)


def _narrowed(voices: VoiceQuerySet, chosen: dict[str, str]) -> VoiceQuerySet:
    if chosen.get("channel"):
        voices = voices.filter(channel=chosen["channel"])
    if chosen.get("tag"):
        voices = voices.filter(tags__contains=[chosen["tag"]])
    if chosen.get("use"):
        voices = voices.filter(may_use=chosen["use"] == "yes")
    return voices


def voice_create(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    return _edit(request, place, VoiceForm(place, request.POST or None, instance=Voice(by=request.user)))


def voice_update(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    voice = get_object_or_404(Voice.objects.kept(), place=place, pk=pk)
    return _edit(request, place, VoiceForm(place, request.POST or None, instance=voice))


def _edit(request: SignedInRequest, place: Place, form: VoiceForm) -> HttpResponse:
    if form.is_valid():
        form.save()
        messages.success(request, _("The voice is saved."))
        return redirect("activities:voice_list", place.slug)
    changes = history_of(form.instance, request.GET.get("history")) if form.instance.pk else None
    return render(request, "activities/voice_form.html", {"place": place, "form": form, "changes": changes})
