"""What is asked of a place's editions."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Func, IntegerField, QuerySet
from django.utils import timezone

from places.models import Place
from reports import sentences
from reports.contexts import QuarterlyReport
from reports.faces import Making
from reports.models import Edition


@dataclass(frozen=True)
class Row:
    """An edition in the list: its status word, and what it changed against the one before it."""

    edition: Edition
    status: str
    changes: list[str]


def editions_of(place: Place, *, drafts: bool) -> QuerySet[Edition]:
    """Newest first, with `pdf_size` in bytes instead of the PDF itself."""
    size = Func("pdf", function="octet_length", output_field=IntegerField())
    editions = Edition.objects.filter(report__place=place).readable_by(drafts=drafts)
    return editions.select_related("report__place", "made_by", "published_by").defer("pdf").annotate(pdf_size=size)


def edition_rows(place: Place, *, drafts: bool) -> list[Row]:
    """Costs one query, however many there are."""
    editions = list(editions_of(place, drafts=drafts))
    return [Row(edition, _status(edition, editions), _changes_among(edition, editions)) for edition in editions]


def latest_for_reader(rows: Sequence[Row], language: str | None) -> Edition | None:
    """The newest published figures, in the reader's language where they are published in it."""
    published = [row.edition for row in rows if row.status == "published"]
    if not published:
        return None
    newest = published[0]
    same = [one for one in published if (one.report_id, one.data_sha256) == (newest.report_id, newest.data_sha256)]
    return next((one for one in same if one.language == language), newest)


def making_of(edition: Edition, report: QuarterlyReport) -> Making:
    """What the edition's pages say of its making. Costs one query, for the edition that it may correct."""
    earlier = edition.report.editions.published().filter(number__lt=edition.number).defer("pdf")
    before = earlier.exclude(data_sha256=edition.data_sha256).order_by("-number").first()
    return Making(
        number=edition.number,
        made_on=timezone.localdate(edition.made_at),
        sha256=edition.data_sha256,
        changes=sentences.changes(QuarterlyReport.thaw(before.data), report) if before else (),
    )


def _status(edition: Edition, editions: list[Edition]) -> str:
    if edition.state in {Edition.State.WAITING, Edition.State.RENDERING}:
        return "ongoing"
    if edition.state == Edition.State.FAILED:
        return "failed"
    if not edition.published_at:
        return "draft"
    return "replaced" if _later(edition, editions) else "published"


def _later(edition: Edition, editions: list[Edition]) -> bool:
    """Whether other figures have been published since; the same in another language replace nothing."""
    return any(
        other.report_id == edition.report_id
        and other.published_at
        and other.number > edition.number
        and other.data_sha256 != edition.data_sha256
        for other in editions
    )


def _changes_among(edition: Edition, editions: list[Edition]) -> list[str]:
    """Against the published edition before it that had other figures."""
    if not edition.published_at:
        return []
    before = [
        other
        for other in editions
        if other.report_id == edition.report_id
        and other.published_at
        and other.number < edition.number
        and other.data_sha256 != edition.data_sha256
    ]
    if not before:
        return []
    return sentences.changes(QuarterlyReport.thaw(before[0].data), QuarterlyReport.thaw(edition.data))
