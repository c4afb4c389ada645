"""What needs care, on a phone: two taps from Today, and a photo that leaves the phone small and clean."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from activities.models import CareCase, Photo
from places.models import Place, User
from tests import factories
from tests.browser.conftest import PHONE, SignIn, hindrances

ORIENTATION = 0x0112


def _from_a_phone() -> bytes:
    """2600 × 1300, held on its side."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    out = BytesIO()
    Image.new("RGB", (2600, 1300), "teal").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_two_taps_and_a_photo(page: Page, sign_in: SignIn, place: Place, host: User) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    sign_in(host)
    page.get_by_role("link", name="Något behöver skötas").click()
    assert hindrances(page) == []
    page.get_by_role("button", name="Belysning").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Belysning")
    assert hindrances(page) == []
    case = CareCase.objects.get()
    page.get_by_role("link", name="Lägg till foto").click()
    sent = _from_a_phone()
    page.get_by_label("Foto", exact=True).set_input_files({"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": sent})
    expect(page.get_by_role("img", name="Fotot som det sparas")).to_be_visible()
    # What waits to be sent is no longer the file that was chosen.
    assert page.evaluate("document.querySelector('[data-photo]').files[0].name") == "photo.jpg"
    page.get_by_label("Vad fotot visar").fill("En släckt lykta")
    page.get_by_role("button", name="Spara fotot").click()
    expect(page.get_by_role("img", name="En släckt lykta")).to_be_visible()
    photo = Photo.objects.get(care_case=case)
    assert (photo.width, photo.height) == (1000, 2000)
    page.get_by_role("button", name="Åtgärdat i dag").click()
    expect(page.get_by_role("button", name="Ändå inte åtgärdat")).to_be_visible()


@pytest.mark.parametrize("path", ["log/care/", "log/care/new/", "log/voices/", "log/voices/new/", "wheel/partners/"])
def test_pages_hinder_nobody_and_fit_320_pixels(
    page: Page, sign_in: SignIn, place: Place, host: User, path: str
) -> None:
    factories.CareCaseFactory.create(place=place, reported=True, where="bänken vid trappan mot gatan")
    factories.VoiceFactory.create(place=place, usable=True, tags=["comfort", "meeting"])
    factories.PartnerFactory.create(place=place, contact_role="Kansliet", contact_address="kansliet@example.se")
    sign_in(host)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"/p/lilltorget/{path}")
    assert hindrances(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
