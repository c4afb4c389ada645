"""Photos: cleaned on the server whatever the browser did, described before use, and shown to those who may see."""

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image, ImageFile
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activities.models import Photo
from activities.records import images
from activities.records.images import cleaned
from places.models import Place, User
from places.trash import delete_for_good, throw_away
from tests import factories
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db

PHOTOS = "/p/lilltorget/log/photos/"
ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F


def _sent(image: Image.Image, kind: str = "JPEG", **how: Any) -> BytesIO:
    out = BytesIO()
    image.save(out, kind, **how)
    out.seek(0)
    return out


def _from_a_phone() -> BytesIO:
    """40 × 20, red to the left, held so that the top is to the left; with position, maker and a comment."""
    image = Image.new("RGB", (40, 20), "blue")
    image.paste("red", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[MAKER] = "Telefon"
    exif.get_ifd(GPS).update({1: "N", 2: (59.0, 51.0, 30.0), 3: "E", 4: (17.0, 38.0, 20.0)})
    return _sent(image, exif=exif, comment=b"tagen av Maja", quality=95)


def _upload(data: BytesIO, name: str = "IMG_maja.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


# --- The picture ------------------------------------------------------------------------------------------------------


def test_a_picture_comes_out_upright_and_clean() -> None:
    sent = _from_a_phone()
    assert Image.open(sent).getexif().get_ifd(GPS)[1] == "N"
    picture = cleaned(sent, 100)
    assert b"maja" not in picture.data.lower()
    with Image.open(BytesIO(picture.data)) as image:
        assert (image.format, image.size) == ("JPEG", (20, 40))
        assert (picture.width, picture.height) == (20, 40)
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        # Turned a quarter clockwise, what was to the left is on top.
        top, bottom = image.getpixel((10, 5)), image.getpixel((10, 35))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert (top[0] > 200, top[2] < 60) == (True, True)
    assert (bottom[0] < 60, bottom[2] > 200) == (True, True)


def test_a_large_picture_is_shrunk_and_a_small_one_left() -> None:
    assert cleaned(_sent(Image.new("RGB", (3000, 1500))), 100).width == 2000
    small = cleaned(_sent(Image.new("RGB", (30, 15)), "WEBP"), 100)
    assert (small.width, small.height) == (30, 15)


def test_what_is_see_through_becomes_white() -> None:
    picture = cleaned(_sent(Image.new("RGBA", (4, 4), (0, 0, 0, 0)), "PNG"), 100)
    with Image.open(BytesIO(picture.data)) as image:
        assert image.getpixel((1, 1)) == (255, 255, 255)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        _sent(Image.new("RGB", (4, 4)), "GIF").read(),
    ],
)
def test_what_is_no_photo_is_refused(sent: bytes) -> None:
    with pytest.raises(ValidationError, match="går att läsa"):
        cleaned(BytesIO(sent), len(sent))


def test_half_a_picture_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # WeasyPrint makes Pillow lenient for its whole process, which is the worker's and takes no photos.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)
    whole = _sent(Image.effect_noise((200, 200), 50)).getvalue()
    with pytest.raises(ValidationError, match="går att läsa"):
        cleaned(BytesIO(whole[: len(whole) // 2]), 100)


def test_too_many_bytes_and_too_many_pixels_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = _sent(Image.new("RGB", (40, 20)))
    with pytest.raises(ValidationError, match="15 MB"):
        cleaned(sent, images.MOST_BYTES + 1)
    # A bomb: few bytes, and pixels that Pillow itself refuses to unpack.
    with pytest.raises(ValidationError, match="för många bildpunkter"):
        cleaned(_sent(Image.new("1", (20_000, 20_000)), "PNG"), 100)
    monkeypatch.setattr(images, "MOST_PIXELS", 799)
    with pytest.raises(ValidationError, match="för många bildpunkter"):
        cleaned(sent, 100)


# --- What the database holds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"may_use": True, "consent": True}, {"may_use": True, "alt": "Torget"}])
def test_use_needs_consent_and_words(place: Place, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.PhotoFactory.create(care_case__place=place, **wrong)


def test_a_photo_belongs_to_one_thing(place: Place) -> None:
    log = factories.DayLogFactory.create(place=place)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.PhotoFactory.create(care_case__place=place, day_log=log)


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["care", "day", "occurrence"])
def test_a_photo_is_added_and_shown_where_it_belongs(as_host: Client, place: Place, host: User, kind: str) -> None:
    subject, page = {
        "care": (one := factories.CareCaseFactory.create(place=place), f"/p/lilltorget/log/care/{one.pk}/"),
        "day": (factories.DayLogFactory.create(place=place), "/p/lilltorget/log/2026-11-23/"),
        "occurrence": (
            two := factories.OccurrenceFactory.create(place=place),
            f"/p/lilltorget/wheel/occurrences/{two.pk}/",
        ),
    }[kind]
    new = f"{PHOTOS}new/{kind}/{subject.pk}/"
    assertContains(as_host.get(page), f'href="{new}"')
    assertContains(as_host.get(new), 'enctype="multipart/form-data"')
    data = {"file": _upload(_from_a_phone()), "alt": "Målad lykta", "consent": "on", "may_use": "on"}
    assertRedirects(as_host.post(new, data), page)
    photo = Photo.objects.get()
    assert (photo.subject, photo.by, photo.width, photo.height, photo.may_use) == (subject, host, 20, 40, True)
    assert "maja" not in photo.file.name
    assertContains(as_host.get(page), 'alt="Målad lykta"')
    with Image.open(photo.file) as kept:
        assert dict(kept.getexif()) == {}


def test_what_is_wrong_is_told_beside_its_field(as_host: Client, place: Place) -> None:
    case = factories.CareCaseFactory.create(place=place)
    data = {"file": _upload(BytesIO(b"not a picture")), "alt": "", "may_use": "on"}
    response = as_host.post(f"{PHOTOS}new/care/{case.pk}/", data)
    assert {name: len(errors) for name, errors in response.context["form"].errors.items()} == {
        "file": 1,
        "consent": 1,
        "alt": 1,
    }
    assertContains(response, "Det här är inget foto som går att läsa.")
    assert not Photo.objects.exists()


def test_a_photo_is_described_later(as_host: Client, place: Place) -> None:
    photo = factories.PhotoFactory.create(care_case__place=place)
    assert str(photo) == f"foto {photo.pk}"
    response = as_host.post(f"{PHOTOS}{photo.pk}/", {"alt": "Klotter", "consent": "on", "may_use": "on"})
    assertRedirects(response, f"/p/lilltorget/log/care/{photo.care_case_id}/")
    photo.refresh_from_db()
    assert (str(photo), photo.may_use) == ("Klotter", True)
    response = as_host.post(f"{PHOTOS}{photo.pk}/", {"alt": "", "may_use": "on"})
    assert list(response.context["form"].errors) == ["consent", "alt"]


def test_an_analyst_sees_and_adds_none(as_analyst: Client, place: Place) -> None:
    photo = factories.PhotoFactory.create(care_case__place=place)
    page = as_analyst.get(f"/p/lilltorget/log/care/{photo.care_case_id}/")
    assertContains(page, f'src="{PHOTOS}{photo.pk}/file/"')
    assertNotContains(page, "Lägg till foto")


def test_the_file_is_private_and_nothing_but_a_picture(as_host: Client, place: Place) -> None:
    photo = factories.PhotoFactory.create(care_case__place=place)
    response = as_host.get(f"{PHOTOS}{photo.pk}/file/")
    assert response.content == b"a picture"
    assert {name: response.headers[name] for name in ("Content-Type", "Cache-Control", "X-Content-Type-Options")} == {
        "Content-Type": "image/jpeg",
        "Cache-Control": "private, max-age=3600",
        "X-Content-Type-Options": "nosniff",
    }


def test_another_places_photo_and_what_is_in_the_trash_are_not_found(
    as_host: Client, place: Place, other_place: Place, host: User
) -> None:
    others = factories.PhotoFactory.create(care_case__place=other_place)
    thrown = factories.PhotoFactory.create(care_case__place=place, trashed_at=NOW)
    of_thrown = factories.PhotoFactory.create(care_case__place=place, care_case__trashed_at=NOW)
    for photo in (others, thrown, of_thrown):
        assert as_host.get(f"{PHOTOS}{photo.pk}/file/").status_code == 404
    assert as_host.get(f"{PHOTOS}new/care/{others.care_case_id}/").status_code == 404
    assert as_host.get(f"{PHOTOS}new/place/{place.pk}/").status_code == 404


def test_the_file_goes_when_the_photo_is_deleted_for_good(
    place: Place, host: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """Whatever is locked: a photo can be withdrawn on any day."""
    photo = factories.PhotoFactory.create(care_case__place=place)
    kept = factories.PhotoFactory.create(care_case__place=place)
    factories.PeriodLockFactory.create(place=place, first=TODAY, last=TODAY)
    with django_capture_on_commit_callbacks(execute=True):
        throw_away(thing=photo, by=host)
    assert default_storage.exists(photo.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_for_good(NOW + dt.timedelta(days=31)) == 1
    assert not default_storage.exists(photo.file.name)
    assert list(Photo.objects.all()) == [kept]


def test_what_is_deleted_takes_its_photos_along(
    place: Place, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    of_case = factories.PhotoFactory.create(care_case__place=place)
    log = factories.DayLogFactory.create(place=place)
    of_day = factories.PhotoFactory.create(place=place, care_case=None, day_log=log)
    with django_capture_on_commit_callbacks(execute=True):
        of_case.subject.delete()
        of_day.subject.delete()
    assert not Photo.objects.exists()
    assert [default_storage.exists(photo.file.name) for photo in (of_case, of_day)] == [False, False]


def test_the_browser_shrinks_to_the_same_size() -> None:
    script = (Path(__file__).resolve().parents[3] / "static" / "js" / "photo.js").read_text()
    assert f"LONGEST_EDGE = {images.LONGEST_EDGE};" in script
