from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from places.models import Place
from places.periods import Period
from reports import faces, pdf, pictures
from reports.contexts import QuarterlyReport, sha256_of


class Command(BaseCommand):
    """Make a report's PDF from what is known today; nothing is saved but the file."""

    help = "Make a report as a PDF, without saving an edition of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--place", required=True, help="the place's address name, such as lilltorget")
        parser.add_argument("--period", required=True, help="such as 2026K3 for the third quarter")
        parser.add_argument("--lang", default="sv", choices=[code for code, _name in settings.LANGUAGES])
        parser.add_argument("--out", required=True, type=Path, help="the file to write")

    def handle(self, *_args: Any, **options: Any) -> None:
        place, period = _place(options["place"]), _period(options["period"])
        report = QuarterlyReport.gather(place, period, today=timezone.localdate())
        making = faces.Making(1, timezone.localdate(), sha256_of(report.freeze()))
        shown = pictures.copies(one.photo for one in report.pictures)
        html = faces.html(report, making, language=options["lang"], pictures=shown)
        content = pdf.render(html, language=options["lang"])
        _write(options["out"], content)
        self.stdout.write(f"{options['out']}: {len(content) // 1024} kB, figures {making.short_hash}")


def _place(slug: str) -> Place:
    place = Place.objects.select_related("operator").filter(slug=slug).first()
    if place is None:
        known = (
            ", ".join(Place.objects.filter(practice_of=None).order_by("slug").values_list("slug", flat=True))
            or "none yet"
        )
        raise CommandError(f"There is no place called {slug}. Known: {known}.")
    if place.is_practice:
        raise CommandError(f"{slug} is for practice, which is in no report.")
    return place


def _period(code: str) -> Period:
    try:
        period = Period.parse(code)
    except ValueError as error:
        raise CommandError(str(error)) from error
    if period.first > timezone.localdate():
        raise CommandError(f"{code} has not begun: there is nothing to report on yet.")
    return period


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
