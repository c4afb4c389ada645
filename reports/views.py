from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from places.access import May, SignedInRequest, open_place, rights
from places.models import Place
from reports import figures
from reports.actions import publish_edition, retry_edition
from reports.contexts import QuarterlyReport
from reports.editions.jobs import UNDER_WAY, failure, lost
from reports.editions.readiness import readiness
from reports.faces import Face, Making
from reports.forms import EditionForm
from reports.models import Edition
from reports.queries import edition_rows, editions_of, latest_for_reader, making_of

State = Edition.State


@require_http_methods(["GET", "HEAD", "POST"])
def report_list(request: SignedInRequest, slug: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ_REPORTS)
    makes = May.REPORT in rights(request.user, place)
    if request.method == "POST" and not makes:
        raise PermissionDenied
    form = EditionForm(request.POST or None, place=place) if makes and not place.is_practice else None
    if request.method == "POST" and form and form.is_valid():
        edition = form.save(by=request.user)
        return redirect("reports:edition_detail", slug, edition.report.code, edition.number)
    rows = edition_rows(place, drafts=makes)
    latest = latest_for_reader(rows, get_language())
    context = _in_frame(request, place) | {"form": form, "rows": rows, "latest": latest, "makes": makes}
    return render(request, "reports/report_list.html", context | _latest_face(latest))


@require_GET
def edition_detail(request: SignedInRequest, slug: str, code: str, number: int) -> HttpResponse:
    place = open_place(request.user, slug, May.READ_REPORTS)
    edition = _edition(request, place, code, number)
    makes = May.REPORT in rights(request.user, place)
    context = _in_frame(request, place) | {
        "edition": edition,
        "making": edition.state in UNDER_WAY,
        "makes": makes,
        "readiness": readiness(edition) if makes and not edition.published_at else None,
    }
    return render(request, "reports/edition_detail.html", context)


@require_GET
def edition_progress(request: SignedInRequest, slug: str, code: str, number: int) -> HttpResponse:
    """The part of the page that asks for itself each second; done, it asks for the whole page."""
    place = open_place(request.user, slug, May.REPORT)
    edition = _edition(request, place, code, number)
    if edition.state in {State.READY, State.FAILED}:
        return HttpResponseClientRefresh()
    return render(request, "reports/_edition_progress.html", {"place": place, "edition": edition})


@require_GET
def edition_web(request: SignedInRequest, slug: str, code: str, number: int) -> HttpResponse:
    """The whole page in the edition's language, as its figures are."""
    place = open_place(request.user, slug, May.READ_REPORTS)
    edition = _finished(request, place, code, number)
    report = QuarterlyReport.thaw(edition.data)
    with translation.override(edition.language):
        face = _face(edition, report, making_of(edition, report))
        context = _in_frame(request, place) | {"edition": edition, "report": report, "face": face}
        return render(request, "reports/edition_web.html", context)


@require_GET
def edition_figure(request: SignedInRequest, slug: str, code: str, number: int, name: str) -> HttpResponse:
    place = open_place(request.user, slug, May.READ_REPORTS)
    edition = _finished(request, place, code, number)
    report = QuarterlyReport.thaw(edition.data)
    with translation.override(edition.language):
        if name not in figures.names(report):
            raise Http404
        return HttpResponse(figures.draw(name, report), content_type="image/svg+xml")


@require_GET
def edition_picture(request: SignedInRequest, slug: str, code: str, number: int, photo: int) -> HttpResponse:
    """The edition's own copy, which stays as it was printed."""
    place = open_place(request.user, slug, May.READ_REPORTS)
    picture = get_object_or_404(_finished(request, place, code, number).pictures, photo_id=photo)
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(picture.data), content_type="image/jpeg", headers=headers)


@require_GET
def edition_pdf(request: SignedInRequest, slug: str, code: str, number: int) -> HttpResponse:
    place = open_place(request.user, slug, May.READ_REPORTS)
    edition = _finished(request, place, code, number)
    name = f"{place.slug}-{edition.report.code}-{edition.number}-{edition.language}.pdf"
    response = HttpResponse(bytes(edition.pdf or b""), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@require_POST
def edition_publish(request: SignedInRequest, slug: str, code: str, number: int) -> HttpResponse:
    place = open_place(request.user, slug, May.REPORT)
    edition = _edition(request, place, code, number)
    try:
        publish_edition(edition=edition, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The edition is published, and the period is locked."))
    return redirect("reports:edition_detail", slug, code, number)


@require_POST
def edition_retry(request: SignedInRequest, slug: str, code: str, number: int) -> HttpResponse:
    place = open_place(request.user, slug, May.REPORT)
    retry_edition(edition=_edition(request, place, code, number), by=request.user)
    return redirect("reports:edition_detail", slug, code, number)


def _edition(request: SignedInRequest, place: Place, code: str, number: int) -> Edition:
    """Http404 also for a draft, to those who do not make reports. One whose job is lost is shown as failed."""
    editions = editions_of(place, drafts=May.REPORT in rights(request.user, place))
    edition: Edition = get_object_or_404(editions, report__code=code, number=number)
    if edition.state in UNDER_WAY and lost().filter(pk=edition.pk).exists():
        # Only shown: it is saved by the next minute's task, or when somebody tries again.
        edition.state, edition.failure = State.FAILED, failure()
    return edition


def _finished(request: SignedInRequest, place: Place, code: str, number: int) -> Edition:
    edition = _edition(request, place, code, number)
    if edition.state != State.READY:
        raise Http404
    return edition


def _in_frame(request: SignedInRequest, place: Place) -> dict[str, object]:
    """Funders have no navigation."""
    works_here = May.READ in rights(request.user, place)
    return {"place": place, "frame": "base.html" if works_here else "plain.html"}


def _latest_face(edition: Edition | None) -> dict[str, object]:
    """The newest published edition's words, in the reader's language: they are made from its numbers."""
    if edition is None:
        return {}
    report = QuarterlyReport.thaw(edition.data)
    making = Making(edition.number, edition.made_at.date(), edition.data_sha256)
    return {"report": report, "face": _face(edition, report, making)}


def _face(edition: Edition, report: QuarterlyReport, making: Making) -> Face:
    where = edition.report.place.slug, edition.report.code, edition.number
    return Face(
        report,
        making,
        lambda name: reverse("reports:edition_figure", args=[*where, name]),
        lambda photo: reverse("reports:edition_picture", args=[*where, photo]),
    )
