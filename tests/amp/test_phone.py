"""What a phone installs: the worker with its version, the manifest, and shells that hold nobody's data."""

import gzip
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.test import Client, override_settings
from django.urls import reverse

from amp import phone
from amp.static import HashedFiles
from places.models import Place, User

STATIC = settings.BASE_DIR / "static"
SWEDISH = {"accept-language": "sv"}
IMPORTED = re.compile(r'from "(\.[^"]+)"')


def worker(client: Client, language: str = "sv") -> str:
    return client.get(reverse("service_worker"), headers={"accept-language": language}).content.decode()


def told(script: str, name: str) -> object:
    found = re.search(rf"^const {name} = (.*);$", script, re.MULTILINE)
    assert found is not None
    return json.loads(found.group(1))


def test_the_worker_may_reach_the_whole_site_and_is_never_kept(client: Client) -> None:
    answer = client.get(reverse("service_worker"))
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Content-Type"] == "text/javascript"
    assert "no-cache" in answer["Cache-Control"]


def test_the_worker_keeps_the_four_shells(client: Client) -> None:
    assert told(worker(client), "SHELLS") == {
        "today": "/shell/today/",
        "tally": "/shell/tally/",
        "queue": "/shell/queue/",
        "offline": "/shell/offline/",
    }


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own files as a server has them: each by its hash."""
    root = tmp_path_factory.mktemp("static")
    shutil.copytree(STATIC, root, dirs_exist_ok=True)
    storage = HashedFiles(location=root, base_url="/static/")
    names = [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]
    found = {name: (storage, name) for name in names}
    # Without the packing that follows, which takes seconds and changes no name.
    named = ManifestStaticFilesStorage.post_process(storage, found)
    faults = [result for _name, _hashed, result in named if isinstance(result, Exception)]
    assert faults == []
    return root


@pytest.fixture
def server(collected: Path, db: None) -> Iterator[Client]:
    """A client of amp as it stands on a server, its files collected. A file's answer, closed, looks at the database."""
    files = {"staticfiles": {"BACKEND": "amp.static.HashedFiles"}}
    with override_settings(STORAGES=settings.STORAGES | files, STATIC_ROOT=collected, DEBUG=False):
        yield Client()


def test_all_that_is_kept_is_there_on_a_server(server: Client) -> None:
    """One that were not would stop the worker on every phone."""
    script = worker(server)
    files, shells = told(script, "FILES"), told(script, "SHELLS")
    assert isinstance(files, list)
    assert isinstance(shells, dict)
    assert [re.sub(r"\.[0-9a-f]{12}(?=\.)", "", address) for address in files] == [f"/static/{n}" for n in phone.FILES]
    texts = {address: _text(server, address) for address in [*files, *shells.values()]}
    # What is kept calls nothing by another name than it is kept by.
    called = {
        urljoin(address, path)
        for address, text in texts.items()
        for path in [*IMPORTED.findall(text), *re.findall(r'(?:src|href)="(/static/[^"]+)"', text)]
    }
    assert len(called) > len(phone.FILES) / 2
    assert called <= set(files)


def _text(server: Client, address: str) -> str:
    with closing(server.get(address)) as answer:
        assert answer.status_code == 200, address
        return answer.getvalue().decode(errors="replace")


def test_the_worker_is_another_for_each_language_and_for_each_change(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    swedish, english = (str(told(worker(client, language), "VERSION")) for language in ("sv", "en"))
    assert swedish.startswith("sv-")
    assert english.startswith("en-")
    assert told(worker(client), "VERSION") == swedish
    monkeypatch.setattr(phone, "FILES", phone.FILES[1:])
    assert told(worker(client), "VERSION") != swedish


@pytest.mark.parametrize("name", phone.SHELLS)
def test_all_that_a_shell_loads_is_kept(client: Client, name: str) -> None:
    """A file left out would be missing only on the square, without a network."""
    html = client.get(reverse("shell", args=[name]), headers=SWEDISH).content.decode()
    asked = set(re.findall(r'(?:src|href)="/static/([^"]+)"', html))
    assert asked
    assert asked <= set(phone.FILES)


def test_all_that_a_kept_script_imports_is_kept() -> None:
    scripts = [name for name in phone.FILES if name.endswith(".js")]
    wanted = {
        str((STATIC / name).parent.joinpath(path).resolve().relative_to(STATIC.resolve()))
        for name in scripts
        for path in IMPORTED.findall((STATIC / name).read_text())
    }
    assert wanted
    assert wanted <= set(phone.FILES)


@pytest.mark.parametrize("page", ["tally", "queue"])
def test_the_page_of_a_place_is_the_shell_that_is_kept(as_host: Client, place: Place, host: User, page: str) -> None:
    """Whoever opens it, wherever: the same words, and no name of person or place among them."""
    shown = as_host.get(reverse(f"measurements:{page}", args=[place.slug])).content.decode()
    assert shown == as_host.get(reverse("shell", args=[page])).content.decode()
    assert place.name not in shown
    assert host.name not in shown


def test_the_page_brings_the_token_that_sending_needs(as_host: Client, place: Place) -> None:
    as_host.get(reverse("measurements:tally", args=[place.slug]))
    assert as_host.cookies["csrftoken"].value


def test_there_is_no_other_shell(client: Client) -> None:
    assert client.get(reverse("shell", args=["log"])).status_code == 404


def test_the_manifest_names_icons_that_are_there(client: Client) -> None:
    answer = client.get(reverse("manifest"), headers=SWEDISH)
    body = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (body["name"], body["start_url"], body["display"]) == ("amp – torget, dag för dag", "/", "standalone")
    assert [(icon["sizes"], icon["purpose"]) for icon in body["icons"]] == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
    assert [finders.find(icon["src"].removeprefix("/static/")) is not None for icon in body["icons"]] == [True] * 3


def test_the_first_load_of_the_tally_is_under_60_kb(as_host: Client, place: Place) -> None:
    """Page, styles, scripts and fonts as they are sent; the other shells' own scripts are not asked for."""
    page = as_host.get(reverse("measurements:tally", args=[place.slug])).content
    elsewhere = {"js/tally/queue.js", "js/tally/today.js", "css/today.css", "js/offline.js", "img/icon-192.png"}
    files = [Path(str(finders.find(name))) for name in phone.FILES if name not in elsewhere]
    sent = {path.name: _as_sent(path.read_bytes(), path.suffix) for path in files} | {"page": _as_sent(page, ".html")}
    assert sum(sent.values()) < 60_000, sent


def _as_sent(content: bytes, suffix: str) -> int:
    """Fonts are compressed in themselves."""
    return len(content) if suffix == ".woff2" else len(gzip.compress(content, 9))
