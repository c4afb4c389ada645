"""A report from rows to PDF against WeasyPrint alone on the same HTML."""

import datetime as dt
import tempfile
from pathlib import Path

from django.core.management import call_command
from weasyprint import HTML

from benchmarks.timing import Ratio, compare
from places.models import Place
from places.periods import Period
from reports import faces, pdf
from reports.contexts import QuarterlyReport, sha256_of

TODAY = dt.date(2026, 11, 23)


def run() -> Ratio:
    """Five of each, in turns, after one that warms the fonts."""
    call_command("seed_demo", today=TODAY, verbosity=0)
    place = Place.objects.get(slug="lilltorget")
    report = QuarterlyReport.gather(place, Period.parse("2026K3"), today=TODAY)
    html = faces.html(report, faces.Making(1, TODAY, sha256_of(report.freeze())), language="sv")

    def bare() -> None:
        HTML(string=html, base_url=pdf.BASE_URL).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.pdf"

        def ours() -> None:
            with (Path(folder) / "said").open("w") as said:
                call_command("render_report", place="lilltorget", period="2026K3", lang="sv", out=out, stdout=said)

        return compare("render_report against WeasyPrint alone", ours=ours, bare=bare, limit=1.4, rounds=5)
