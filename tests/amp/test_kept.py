"""What is sent while nobody is signed in: kept, shown in its form after the sign-in, and saved only when sent again."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from activities.models import DayLogLine
from amp.kept.filling import TOKEN, fill, form_for, forms_of
from places.models import KeptForm, Place, User
from places.tasks import KEPT_FOR, forget_kept_forms
from tests import factories
from tests.amp.kept import TYPED, held_by, post, sign_in
from tests.conftest import NOW, TODAY


@pytest.fixture
def note(place: Place) -> str:
    return reverse("activities:daylog_note", args=[place.slug, TODAY])


def _today(place: Place) -> str:
    return reverse("today", args=[place.slug])


def test_the_days_note_is_back_on_today_and_saved_when_sent(
    client: Client, place: Place, host: User, note: str
) -> None:
    answer = post(client, note, [("text", TYPED)], referer=f"http://testserver{_today(place)}")
    after = sign_in(client, answer, host)
    assert after.request["PATH_INFO"] == _today(place)
    page = after.content.decode()
    assert "Det är inte sparat än" in page
    assert not DayLogLine.objects.exists()
    form = form_for(forms_of(page, _today(place)), note, [("text", "")])
    assert form
    saved = post(client, note, [*held_by(form), ("kept", str(KeptForm.objects.get().uuid))])
    assert saved.status_code == 302
    assert DayLogLine.objects.get().text.replace("\r\n", "\n") == TYPED
    assert not KeptForm.objects.exists()
    assert not [name for name, one in client.cookies.items() if name.startswith("amp_kept") and one.value]


def test_it_is_kept_until_it_is_right(client: Client, place: Place, admin: User) -> None:
    address = reverse("places:zone_create", args=[place.slug])
    sign_in(client, post(client, address, [("name", "")]), admin)
    key = str(KeptForm.objects.get().uuid)
    again = client.post(address, {"name": "", "kept": key})
    assert again.status_code == 200
    assert key in again.content.decode()
    assert KeptForm.objects.exists()


def test_several_tabs_at_once(client: Client, place: Place, host: User, note: str) -> None:
    """Each came without a session and without the others' cookies, as tabs do that are sent at one moment."""
    answers = []
    jars = []
    for text in ("Ett", "Två", "Tre"):
        tab = Client()
        answers.append(post(tab, note, [("text", text)], referer=f"http://testserver{_today(place)}"))
        jars.append(tab.cookies)
    for jar in jars:
        client.cookies.update(jar)
    sign_in(client, answers[0], host)
    for text, answer in zip(("Ett", "Två", "Tre"), answers, strict=True):
        # The other windows stand at the sign-in, which leads on at once.
        after = client.get(answer.headers["Location"], follow=True)
        assert f">\n{text}</textarea>" in after.content.decode()
    assert client.get(reverse("kept_list")).content.decode().count("Visa och spara") == 3
    assert "3 formulär" in client.get(_today(place)).content.decode()


def test_another_browser_reads_nothing(client: Client, place: Place, host: User, note: str) -> None:
    post(client, note, [("text", TYPED)])
    other = Client()
    other.force_login(host)
    key = KeptForm.objects.get().uuid
    other.cookies[f"amp_kept_{key.hex}"] = "guessed"
    for address in (reverse("kept_form", args=[key]), reverse("kept_list"), f"{_today(place)}?kept={key}"):
        assert "Skrivet" not in other.get(address, follow=True).content.decode()
    assert other.post(reverse("kept_remove", args=[key])).status_code == 404
    assert KeptForm.objects.exists()


def test_one_who_may_not_see_the_place_reads_nothing(client: Client, place: Place, stranger: User, note: str) -> None:
    after = sign_in(client, post(client, note, [("text", TYPED)]), stranger)
    assert "Skrivet" not in after.content.decode()
    assert "Logga in som den personen" in after.content.decode()
    assert KeptForm.objects.exists()


def test_another_person_sees_whose_name_it_would_be_saved_in(client: Client, manager: User, note: str) -> None:
    after = sign_in(client, post(client, note, [("text", TYPED)]), manager)
    assert manager.name in after.content.decode()
    assert not DayLogLine.objects.exists()


def test_an_old_token_keeps_the_text(place: Place, host: User, note: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(host)
    answer = post(client, note, [("text", TYPED), (TOKEN, "x" * 64)], referer=f"http://testserver{_today(place)}")
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Ladda om" not in page
    onward = re.search(r'href="([^"]*kept=[^"]*)"', page)
    assert onward
    assert "Skrivet" in client.get(onward[1]).content.decode()
    assert not DayLogLine.objects.exists()


def test_another_site_leaves_nothing_here(host: User, note: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(host)
    post(client, note, [("note", "Köp här")], origin="https://example.org")
    post(Client(), note, [("note", "Köp här")], origin="https://example.org")
    assert not KeptForm.objects.exists()


def test_a_sign_in_with_an_old_token_keeps_no_password(host: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(host)
    answer = client.post("/accounts/login/", {"login": host.email, "password": "hemligt", "next": "/p/lilltorget/"})
    assert answer.status_code == 403
    assert 'href="/p/lilltorget/"' in answer.content.decode()
    assert not KeptForm.objects.exists()


def test_the_code_by_mail_leads_back_too(client: Client, place: Place, host: User, note: str, mailoutbox: Any) -> None:
    answer = post(client, note, [("text", TYPED)], referer=f"http://testserver{_today(place)}")
    page = client.get(answer.headers["Location"]).content.decode()
    code_page = re.search(r'href="(/accounts/login/code/[^"]*)"', page)
    assert code_page
    address = code_page[1].replace("&amp;", "&")
    [form] = [one for one in forms_of(client.get(address).content.decode(), address) if "email" in one.names]
    asked = client.post(form.action, dict(held_by(form)) | {"email": host.email})
    code = re.search(r"^\s*([A-Z0-9]{4,}(?:-[A-Z0-9]+)*)\s*$", mailoutbox[0].body, re.MULTILINE)
    assert code
    address = asked.headers["Location"]
    [form] = [one for one in forms_of(client.get(address).content.decode(), address) if "code" in one.names]
    after = client.post(form.action, dict(held_by(form)) | {"code": code[1]}, follow=True)
    assert "Skrivet" in after.content.decode()


def test_the_tables_of_the_database_keep_it_too(client: Client, admin: User) -> None:
    User.objects.filter(pk=admin.pk).update(is_staff=True, is_superuser=True)
    admin.refresh_from_db()
    after = sign_in(client, post(client, "/admin/places/organisation/add/", [("name", "Ny förening")]), admin)
    after = client.get(after.headers["Location"], follow=True) if after.status_code == 302 else after
    assert "Ny förening" in after.content.decode()


def test_zero_bytes_half_characters_and_photos(client: Client, host: User, note: str) -> None:
    values = {"note": "a\x00b", "photo": SimpleUploadedFile("a.gif", b"GIF89a")}
    answer = client.post(note, values)
    after = sign_in(client, answer, host)
    assert "Välj den igen" in after.content.decode()
    kept = KeptForm.objects.get()
    assert kept.has_files
    assert json.loads(kept.fields) == [["note", "a\x00b"]]


def test_old_ones_go(client: Client, note: str) -> None:
    post(client, note, [("text", TYPED)])
    forget_kept_forms(int(NOW.timestamp()))
    assert KeptForm.objects.exists()
    forget_kept_forms(int((NOW + KEPT_FOR + dt.timedelta(minutes=1)).timestamp()))
    assert not KeptForm.objects.exists()


def test_one_address_cannot_fill_the_database(note: str) -> None:
    for _time in range(70):
        assert post(Client(), note, [("note", "x")]).status_code == 302
    assert KeptForm.objects.count() == 60


def test_an_empty_system_tells_its_first_administrator_where_to_go(client: Client, db: None) -> None:
    User.objects.all().delete()
    assert "createsuperuser" in client.get("/accounts/login/").content.decode()
    factories.UserFactory.create()
    assert "createsuperuser" not in client.get("/accounts/login/").content.decode()


PAGE = """<form method=post action="/a"><input name=t value=1><details><textarea name=n>old &amp; more</textarea>
</details><select name=s><option value=1 selected>One<option value=2>Two</select><input type=checkbox name=c checked>
<input type=radio name=r value=x checked><input type=radio name=r value=y><input name=t value=2></form>
<form method=post action="/b"></form><input name=out form=b>"""


def test_filling() -> None:
    typed = [("t", '1"'), ("t", "2<"), ("n", "</textarea>"), ("s", "2"), ("r", "y"), ("gone", "z")]
    form = form_for(forms_of(PAGE, "/"), "/a", typed)
    assert form
    filled = fill(PAGE, form, typed, "<p>")
    assert filled.left == [("gone", "z")]
    assert filled.is_seen
    again = form_for(forms_of(filled.page, "/"), "/a", typed)
    assert again
    assert sorted(held_by(again)) == sorted(typed[:-1])
    assert "<details open>" in filled.page
