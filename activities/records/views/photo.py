"""Photos: sent in, described, and shown only to those who may see the place."""

from typing import TypeAlias

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from activities.models import CareCase, DayLog, Occurrence, Photo
from activities.records.actions import add_photo
from activities.records.forms import NewPhotoForm, PhotoForm
from places.access import May, SignedInRequest, open_place
from places.models import Place

Subject: TypeAlias = CareCase | DayLog | Occurrence


def photo_create(request: SignedInRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    subject = _subject(place, kind, pk)
    form = NewPhotoForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        told = form.cleaned_data
        add_photo(
            subject=subject,
            picture=told["file"],
            alt=told["alt"],
            consent=told["consent"],
            may_use=told["may_use"],
            by=request.user,
        )
        messages.success(request, _("The photo is saved."))
        return redirect(_address(subject))
    context = {"place": place, "form": form, "subject": subject, "back": _address(subject)}
    return render(request, "activities/photo_form.html", context)


def photo_update(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    place = open_place(request.user, slug, May.LOG)
    photo = _photo(place, pk)
    form = PhotoForm(request.POST or None, instance=photo)
    if form.is_valid():
        form.save()
        messages.success(request, _("The photo is saved."))
        return redirect(_address(photo.subject))
    context = {"place": place, "form": form, "photo": photo, "subject": photo.subject, "back": _address(photo.subject)}
    return render(request, "activities/photo_form.html", context)


def photo_file(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """The picture itself; the storage has no address of its own that anyone is told."""
    place = open_place(request.user, slug, May.READ)
    photo = _photo(place, pk)
    with photo.file.open() as file:
        data = file.read()
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type="image/jpeg", headers=headers)


def _photo(place: Place, pk: int) -> Photo:
    photos = Photo.objects.kept().select_related("care_case", "day_log", "occurrence")
    photo = get_object_or_404(photos, pk=pk, place=place)
    if getattr(photo.subject, "trashed_at", None):
        raise Http404
    return photo


def _subject(place: Place, kind: str, pk: int) -> Subject:
    """What the photo is to belong to, named as in the address: care, day or occurrence."""
    if kind == "care":
        return get_object_or_404(CareCase.objects.kept(), place=place, pk=pk)
    if kind == "day":
        return get_object_or_404(DayLog.objects.kept(), place=place, pk=pk)
    if kind == "occurrence":
        return get_object_or_404(Occurrence, place=place, pk=pk)
    raise Http404


def _address(subject: Subject) -> str:
    slug = subject.place.slug
    if isinstance(subject, CareCase):
        return reverse("activities:care_detail", args=[slug, subject.pk])
    if isinstance(subject, DayLog):
        return reverse("activities:daylog_edit", args=[slug, subject.date])
    return reverse("activities:occurrence_detail", args=[slug, subject.pk])
