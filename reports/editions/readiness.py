"""Whether a finished edition may be published: its own last day, and its figures held against those of this moment."""

from dataclasses import dataclass, fields

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.models import CareCase, DayLog, Occurrence
from measurements.models import CountEntry, DailyCount, Gap, Headcount
from places.models import OpenDay, OpeningException
from reports import sentences
from reports.contexts import QuarterlyReport, sha256_of
from reports.models import Edition
from reports.pictures import has_withdrawn

# What a lock of the period closes. While an edition is published nobody writes to them.
CLOSED_BY_A_LOCK = (OpenDay, OpeningException, DayLog, Occurrence, CareCase, Headcount, CountEntry, DailyCount, Gap)
# How long publishing waits for those who are writing.
PATIENCE = "5s"


@dataclass(frozen=True)
class Readiness:
    """Why an edition cannot be published, in words; empty when it can."""

    problem: str = ""
    # Making it once more would help.
    remake: bool = False
    # What has changed since it was made, a line each; empty where no printed figure differs.
    changes: tuple[str, ...] = ()


def readiness(edition: Edition) -> Readiness:
    """
    Gathers the report once more, unless there is a simpler reason to refuse. Words are in the reader's language.

    What follows the period (the plan of the next one, indicators measured later) is part of an edition too: when it
    has changed, the edition is made once more before it is published.
    """
    if problem := _simple_problem(edition):
        return Readiness(problem)
    if has_withdrawn(edition):
        words = _("A photo in it may no longer be used. Make the edition once more, and it is left out.")
        return Readiness(words, remake=True)
    report = edition.report
    frozen = QuarterlyReport.thaw(edition.data)
    if frozen.as_of < report.last:
        words = _("The edition ends on %(day)s, before the period does. Make it once more, and all of it is in.")
        return Readiness(words % {"day": date_format(frozen.as_of, "j F Y")}, remake=True)
    now = QuarterlyReport.gather(report.place, report.period, today=timezone.localdate())
    if sha256_of(now.freeze()) == edition.data_sha256:
        return Readiness()
    words = _("Something has changed since the edition was made. Make it once more, and read it before you publish it.")
    return Readiness(words, remake=True, changes=tuple(changes(frozen, now)))


def _simple_problem(edition: Edition) -> str:
    if edition.published_at:
        return _("The edition is already published.")
    if edition.state != Edition.State.READY:
        return _("The edition is not ready yet.")
    if edition.report.last >= timezone.localdate():
        return _("The period is not over. A draft can be read, but figures that still move cannot be published.")
    if edition.report.editions.published().filter(number__gt=edition.number).exists():
        return _("A later edition is published already. Order a new edition instead.")
    return ""


def changes(before: QuarterlyReport, after: QuarterlyReport) -> list[str]:
    """The figures that differ as they are printed, then the chapters in which something else does."""
    words = {
        "opening": _("Open days and hours"),
        "opening_year": _("Open days and hours of the year so far"),
        "programme": _("The programme"),
        "people": _("Counts"),
        "indicators": _("Indicators"),
        "money": _("Money"),
        "plan": _("The plan of the next period"),
        "quality": _("Method and quality"),
        "care": _("Care of the place"),
        "voices": _("Voices"),
        "pictures": _("Photos"),
    }
    names = [field.name for field in fields(before)]
    differing = [name for name in names if getattr(before, name) != getattr(after, name)]
    chapters = [words.get(name, _("The place's own details")) for name in differing]
    also = [_("Changed: %(chapters)s.") % {"chapters": ", ".join(dict.fromkeys(chapters)).lower()}] if chapters else []
    return [*sentences.changes(before, after), *also]


def keep_others_from_writing() -> None:
    """
    Until the transaction ends, nobody adds to or changes what a lock of a period closes; reading goes on.

    The triggers that refuse a locked day do not see a lock that is not committed. Without this, a count could be added
    between the gathering that an edition is held against and the lock. Raises OperationalError when others are
    writing for longer than PATIENCE.
    """
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in CLOSED_BY_A_LOCK)  # noqa: SLF001  Django documents it
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        cursor.execute(f"LOCK TABLE {tables} IN SHARE MODE")
        cursor.execute("SET LOCAL lock_timeout = DEFAULT")
