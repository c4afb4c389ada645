"""Unsafe settings stop the start, and say what to set; the production example is clean."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from amp.media import storage_at

PROJECT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DEBUG": "off",
    "SECRET_KEY": "n0t-a-real-key-but-long-and-mixed-enough-for-this-test-0123456789",
    "ALLOWED_HOSTS": "amp.example.se",
    "HTTPS": "on",
    "DATABASE_URL": "postgres://amp:secret@db.example.se/amp",
}


def _run(arguments: list[str], **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **PRODUCTION, **changes}
    return subprocess.run(  # noqa: S603  our own interpreter and arguments
        [sys.executable, *arguments], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )


def _production_example() -> dict[str, str]:
    """The server part of .env.example: the lines that say `# server: NAME=value`."""
    lines = (PROJECT / ".env.example").read_text().splitlines()
    return dict(line.removeprefix("# server: ").split("=", 1) for line in lines if line.startswith("# server: "))


def test_production_example_is_clean() -> None:
    example = _production_example()
    assert set(example) >= set(PRODUCTION)
    result = _run(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], **example)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"SECRET_KEY": ""}, "Set SECRET_KEY to 50 random characters."),
        ({"HTTPS": "off"}, "Set HTTPS=on."),
        ({"ALLOWED_HOSTS": ""}, "Set ALLOWED_HOSTS to the names this server answers to"),
        ({"ALLOWED_HOSTS": "*"}, "Set ALLOWED_HOSTS to the names this server answers to"),
    ],
)
def test_unsafe_settings_stop_the_start(change: dict[str, str], hint: str) -> None:
    if change.get("SECRET_KEY") == "":
        change = {"SECRET_KEY": "only-for-a-desk-never-for-a-server-0123456789abcdefghijklmnopqrstuvwxyz"}
    server = _run(["-c", "import amp.wsgi"], **change)
    assert server.returncode == 1
    assert hint in server.stderr


def test_unsafe_settings_stop_the_commands_too() -> None:
    command = _run(["manage.py", "check"], HTTPS="off")
    assert command.returncode == 1
    assert "Set HTTPS=on." in command.stderr


def test_every_name_read_is_in_the_example() -> None:
    import re

    settings = (PROJECT / "amp" / "settings.py").read_text()
    names = set(re.findall(r'env\.\w+\(\s*"(\w+)"', settings))
    example = (PROJECT / ".env.example").read_text()
    assert {name for name in names if not re.search(rf"^(# )?{name}=", example, re.MULTILINE)} == set()


def test_photos_lie_in_a_folder_or_in_an_s3_compatible_store() -> None:
    from django.core.files.storage import storages

    assert storage_at("") == {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    entry = storage_at("s3://torget/foton?endpoint=https://s3.example.se&region=eu-north-1")
    store = storages.create_storage(entry)
    assert {name: getattr(store, name) for name in ("bucket_name", "location", "endpoint_url", "region_name")} == {
        "bucket_name": "torget",
        "location": "foton",
        "endpoint_url": "https://s3.example.se",
        "region_name": "eu-north-1",
    }
    assert (store.default_acl, store.file_overwrite, store.querystring_auth) == ("private", False, True)  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["/var/photos", "s3:///folder", "https://bucket.example.se"])
def test_another_address_for_photos_stops_the_start(address: str) -> None:
    with pytest.raises(ValueError, match="AMP_MEDIA"):
        storage_at(address)
