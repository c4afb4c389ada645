"""Photos in a report: chosen by rule, printed with their words, the edition's own, and out when leave is taken back."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from activities.models import Photo
from places.models import Place, User
from places.periods import Period
from reports import faces, pictures, sentences
from reports.actions import order_edition, publish_edition, retry_edition
from reports.contexts import Picture, QuarterlyReport
from reports.editions.readiness import readiness
from reports.models import Edition
from reports.tasks import render_edition
from tests import factories
from tests.reports import samples

QUARTER = Period.quarter(2026, 3)
TODAY = dt.date(2026, 11, 23)


def jpeg(width: int = 1600, height: int = 1200, colour: str = "teal") -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG")
    return out.getvalue()


def photo(place: Place, day: dt.date, *, of: str = "occurrence", **more: object) -> Photo:
    subjects: dict[str, Callable[[], dict[str, object]]] = {
        "occurrence": lambda: {
            "care_case": None,
            "occurrence": factories.OccurrenceFactory.create(place=place, date=day, title=f"Fest {day.day}"),
        },
        "day": lambda: {"care_case": None, "day_log": factories.DayLogFactory.create(place=place, date=day)},
        "care": lambda: {"care_case": factories.CareCaseFactory.create(place=place, seen_on=day)},
    }
    usual: dict[str, object] = {"alt": "Folk dansar", "consent": True, "may_use": True}
    file = ContentFile(jpeg(), name="photo.jpg")
    return factories.PhotoFactory.create(**({"place": place, "file": file} | subjects[of]() | usual | more))


@pytest.fixture
def draft(place: Place, manager: User) -> Edition:
    photo(place, dt.date(2026, 9, 5))
    return made(order_edition(place=place, period=QUARTER, language="sv", by=manager))


def made(edition: Edition) -> Edition:
    render_edition(edition_id=edition.pk)
    edition.refresh_from_db()
    return edition


def test_the_three_latest_that_may_be_used_are_chosen_one_of_each_thing(place: Place, other_place: Place) -> None:
    day = dt.date(2026, 9, 5)
    newest = [photo(place, dt.date(2026, 9, 20 - number)) for number in range(2)]
    again = photo(place, newest[0].occurrence.date, occurrence=newest[0].occurrence)  # type: ignore[union-attr]
    third = photo(place, dt.date(2026, 9, 10), of="day")
    photo(place, day, of="care")
    photo(place, dt.date(2026, 9, 28), consent=False, may_use=False)
    photo(place, dt.date(2026, 9, 28), may_use=False)
    photo(place, dt.date(2026, 10, 1))
    photo(other_place, dt.date(2026, 9, 28))
    photo(place, dt.date(2026, 9, 28), trashed_at=dt.datetime(2026, 10, 1, tzinfo=dt.UTC))
    case = photo(place, dt.date(2026, 9, 28), of="care").care_case
    case.trashed_at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)  # type: ignore[union-attr]
    case.save()  # type: ignore[union-attr]
    assert pictures.chosen(place, QUARTER) == [again, newest[1], third]


def test_what_is_told_of_a_photo_is_frozen_with_it(place: Place) -> None:
    dance = photo(place, dt.date(2026, 9, 5))
    lamp = photo(place, dt.date(2026, 9, 4), of="care", alt="En trasig lampa")
    walk = photo(place, dt.date(2026, 9, 3), of="day", alt="Höstlöv")
    report = QuarterlyReport.gather(place, QUARTER, today=TODAY)
    copy = pictures.copied(dance.file.name)
    assert (copy.width, copy.height) == (1000, 750)
    assert report.pictures == (
        Picture(dance.pk, "Folk dansar", "Fest 5", "", dt.date(2026, 9, 5), 1000, 750, copy.sha256),
        Picture(lamp.pk, "En trasig lampa", "", "cleaning", dt.date(2026, 9, 4), 1000, 750, copy.sha256),
        Picture(walk.pk, "Höstlöv", "", "", dt.date(2026, 9, 3), 1000, 750, copy.sha256),
    )
    page = faces.html(
        report, samples.MAKING, language="sv", pictures=pictures.copies(one.photo for one in report.pictures)
    )
    captions = ["Fest 5, 5\xa0september", "Städning, 4\xa0september", "3\xa0september"]
    assert [f"<figcaption>{caption}</figcaption>" in page for caption in captions] == [True, True, True]
    assert 'alt="Folk dansar" width="1000" height="750"' in page
    assert '<a href="#pictures">' in page


def test_a_report_without_photos_has_no_such_chapter_and_reads_none(place: Place) -> None:
    report = QuarterlyReport.gather(place, QUARTER, today=TODAY)
    assert report.pictures == ()
    assert "#pictures" not in faces.html(report, samples.MAKING, language="sv")


def test_changes_between_editions_tell_of_photos() -> None:
    from dataclasses import replace

    from django.utils import translation

    usual = samples.report()
    with_one = replace(usual, pictures=(samples.picture(),))
    with translation.override("en"):
        assert sentences.changes(usual, with_one) == ["Photos: 0 became 1."]


def test_an_edition_keeps_its_own_copy_and_shows_it_on_its_page(draft: Edition, as_manager: Client) -> None:
    [kept] = draft.pictures.all()
    where = [draft.report.place.slug, draft.report.code, draft.number]
    address = reverse("reports:edition_picture", args=[*where, kept.photo_id])
    response = as_manager.get(address)
    assert str(kept) == f"{draft}: {kept.photo_id}"
    assert (response["Content-Type"], response.content) == ("image/jpeg", bytes(kept.data))
    assert f'src="{address}"' in as_manager.get(reverse("reports:edition_web", args=where)).content.decode()
    assert as_manager.get(reverse("reports:edition_picture", args=[*where, kept.photo_id + 1])).status_code == 404


@pytest.mark.parametrize("how", ["unticked", "thrown away", "deleted for good"])
def test_leave_taken_back_before_publishing_takes_the_photo_out(
    draft: Edition, manager: User, as_manager: Client, how: str
) -> None:
    taken = Photo.objects.get()
    if how == "deleted for good":
        taken.delete()
    else:
        Photo.objects.update(may_use=how != "unticked", trashed_at=draft.made_at if how == "thrown away" else None)
    assert readiness(draft).problem.startswith("Ett foto i den får inte längre användas.")
    where = [draft.report.place.slug, draft.report.code, draft.number]
    assert "Gör den en gång till" in as_manager.get(reverse("reports:edition_detail", args=where)).content.decode()
    as_manager.post(reverse("reports:edition_retry", args=where))
    again = made(draft)
    assert (again.state, again.pictures.count(), readiness(again).problem) == (Edition.State.READY, 0, "")
    assert QuarterlyReport.thaw(again.data).pictures == ()
    assert publish_edition(edition=again, by=manager).published_at


def test_an_edition_whose_photos_may_be_used_is_not_made_again(draft: Edition, manager: User) -> None:
    assert retry_edition(edition=draft, by=manager).state == Edition.State.READY


def test_a_published_edition_keeps_its_pictures_whatever_becomes_of_the_photo(draft: Edition, manager: User) -> None:
    published = publish_edition(edition=draft, by=manager)
    Photo.objects.update(may_use=False, consent=False)
    assert published.pictures.count() == 1
    assert retry_edition(edition=published, by=manager).state == Edition.State.READY
    [kept] = published.pictures.all()
    writes = [
        lambda: published.pictures.update(sha256="0" * 64),
        lambda: published.pictures.all().delete(),
        lambda: published.pictures.create(photo_id=kept.photo_id + 1, data=b"x", sha256="0" * 64),
    ]
    for write in writes:
        with pytest.raises(DatabaseError, match="a published edition keeps its pictures"), transaction.atomic():
            write()
    connection.check_constraints()


def test_the_command_prints_photos_without_saving_them(place: Place, tmp_path: Path) -> None:
    photo(place, dt.date(2026, 9, 5))
    call_command("render_report", place=place.slug, period="2026K3", out=tmp_path / "report.pdf")
    assert not Edition.objects.exists()
