"""Forms as a person fills them in, and signing in by the real pages."""

from typing import Any

from django.test import Client

from amp.kept.filling import TOKEN, Form, forms_of
from places.models import User

PASSWORD = "lilltorget-demo"
TYPED = 'Skrivet "på" torget <b> & så\nen rad till'


def typed_into(form: Form) -> list[tuple[str, str]]:
    """As a person would fill it in: each text anew, the last choice of each list, each box the other way."""
    typed: list[tuple[str, str]] = []
    radios: set[str] = set()
    for number, one in enumerate(form.controls):
        if not one.name or one.name == TOKEN or "disabled" in one.attributes or one.kind in {"submit", "file"}:
            continue
        if one.kind == "checkbox":
            if "checked" not in one.attributes:
                typed.append((one.name, one.value))
        elif one.kind == "radio":
            if one.name not in radios:
                radios.add(one.name)
                typed.append((one.name, one.value))
        elif one.kind == "select":
            typed += [(one.name, option.value) for option in one.options[-1:]]
        elif one.kind == "hidden":
            typed.append((one.name, one.value))
        else:
            typed.append((one.name, f"{number} {TYPED}" if one.kind == "textarea" else f'{number} "på" <b> & åäö'))
    return typed


def held_by(form: Form) -> list[tuple[str, str]]:
    """What the browser would send, but for buttons."""
    sent: list[tuple[str, str]] = []
    for one in form.controls:
        if not one.name or one.name in {TOKEN, "kept"} or "disabled" in one.attributes:
            continue
        if one.kind in {"checkbox", "radio"}:
            sent += [(one.name, one.value)] if "checked" in one.attributes else []
        elif one.kind == "select":
            sent += [(one.name, option.value) for option in one.options if "selected" in option.attributes]
        elif one.kind == "textarea":
            sent.append((one.name, one.text.removeprefix("\n")))
        elif one.kind not in {"submit", "button", "file"}:
            sent.append((one.name, one.value))
    return sent


def post(client: Client, address: str, typed: list[tuple[str, str]], **headers: str) -> Any:
    values: dict[str, list[str]] = {}
    for name, value in typed:
        values.setdefault(name, []).append(value)
    return client.post(address, values, headers=headers or None)


def sign_in(client: Client, answer: Any, person: User) -> Any:
    """By the real page, to where it leads."""
    person.set_password(PASSWORD)
    person.save()
    assert answer.status_code == 302, answer.content
    page = client.get(answer.headers["Location"])
    [form] = [one for one in forms_of(page.content.decode(), answer.headers["Location"]) if "password" in one.names]
    onward = next(one.value for one in form.controls if one.name == "next")
    signed = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD, "next": onward})
    assert signed.status_code == 302, signed.content
    return client.get(signed.headers["Location"], follow=True)
