"""Photos in a report: which are chosen, and the edition's own small copies of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.storage import default_storage
from django.db.models import DateField, QuerySet
from django.db.models.functions import Coalesce

from activities.models import Photo
from places.models import Place
from places.periods import Period

if TYPE_CHECKING:
    from reports.models import Edition

# They stand in one row.
MOST = 3
# Half a page's width at some 300 dots an inch.
LONGEST_EDGE = 1000
QUALITY = 80


@dataclass(frozen=True)
class Copy:
    """A small JPEG of a photo."""

    data: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return sha256(self.data).hexdigest()


def usable(place: Place) -> "QuerySet[Photo]":
    """Those with consent, words and leave; neither they nor what they show lie in the trash."""
    not_thrown = {"care_case__trashed_at": None, "day_log__trashed_at": None}
    return Photo.objects.kept().filter(place=place, consent=True, may_use=True, **not_thrown).exclude(alt="")


def chosen(place: Place, period: Period) -> list[Photo]:
    """The three latest of the period, one of each thing. What people may choose is which photos may be used."""
    shown = Coalesce("occurrence__date", "day_log__date", "care_case__seen_on", output_field=DateField())
    dated = usable(place).annotate(shown_on=shown).filter(shown_on__range=(period.first, period.last))
    latest: dict[tuple[int | None, ...], Photo] = {}
    for photo in dated.select_related("occurrence", "care_case", "day_log").order_by("-shown_on", "-pk"):
        latest.setdefault((photo.occurrence_id, photo.day_log_id, photo.care_case_id), photo)
    return list(latest.values())[:MOST]


@lru_cache(maxsize=2 * MOST)
def copied(name: str) -> Copy:
    """Of the stored file, which never changes under its name: gathering and printing share one copy."""
    from PIL import Image  # slow to load, and only a report with photos needs it

    with default_storage.open(name) as file:
        image = Image.open(file, formats=["JPEG"])
        image.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.LANCZOS)
        out = BytesIO()
        image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Copy(out.getvalue(), image.width, image.height)


def copies(photos: Iterable[int]) -> dict[int, bytes]:
    """The small copies of those photos, by photo."""
    return {photo.pk: copied(photo.file.name).data for photo in Photo.objects.filter(pk__in=list(photos))}


def has_withdrawn(edition: "Edition") -> bool:
    """Whether the edition holds a photo that may no longer be used."""
    held = set(edition.pictures.values_list("photo_id", flat=True))
    return bool(held) and usable(edition.report.place).filter(pk__in=held).count() < len(held)
