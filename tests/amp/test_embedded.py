"""The embedded Postgres: started, stopped, killed, and asked for by two at once."""

import contextlib
import os
import pwd
import runpy
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from amp import embedded
from amp.embedded import EmbeddedError, Server

ELSEWHERE = Path("/var/tmp")  # noqa: S108  where the module falls back to


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """Give a project folder that any user reaches; pytest's own tmp_path is closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="amp", dir=ELSEWHERE))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def project() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One server for the tests that do not mind how the one before left it: making the data takes most of the time."""
    with open_folder() as folder:
        server = Server(folder)
        yield server
        server.stop()


@pytest.fixture
def new_server(project: Path) -> Iterator[Server]:
    server = Server(project)
    yield server
    server.stop()


def ask(server: Server, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.database_url(), autocommit=True) as connection:
        cursor = connection.execute(sql.encode())
        return cursor.fetchall() if cursor.description else []


def postmaster(server: Server) -> int:
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


def test_start_makes_a_swedish_database_behind_a_private_socket(server: Server) -> None:
    server.ensure_running()
    assert ask(
        server,
        "SELECT current_user, daticulocale, pg_encoding_to_char(encoding), current_setting('listen_addresses')"
        " FROM pg_database WHERE datname = current_database()",
    ) == [("amp", "sv-SE", "UTF8", "")]
    assert server.home.stat().st_mode & 0o777 == 0o700


def test_start_keeps_a_running_server_and_stop_ends_it(server: Server) -> None:
    server.ensure_running()
    first = postmaster(server)
    server.ensure_running()
    assert postmaster(server) == first
    server.stop()
    assert not server.is_running()
    server.stop()
    assert not server.is_running()


def test_start_after_kill_9_keeps_what_was_saved(server: Server) -> None:
    server.ensure_running()
    ask(server, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    os.kill(postmaster(server), signal.SIGKILL)
    server.ensure_running()
    assert ask(server, "SELECT count(*), sum(n) FROM kept") == [(1000, 500_500)]


def test_start_replaces_a_server_that_lost_its_socket(server: Server) -> None:
    server.ensure_running()
    first = postmaster(server)
    (server.home / embedded.SOCKET).unlink()
    server.ensure_running()
    assert postmaster(server) != first
    assert ask(server, "SELECT current_database()") == [("amp",)]


def test_start_by_two_at_once_starts_one_server(new_server: Server) -> None:
    with ThreadPoolExecutor(2) as pool:
        for start in [pool.submit(new_server.ensure_running) for _ in range(2)]:
            start.result()
    assert new_server.log.read_text().count("starting PostgreSQL") == 1


def test_start_that_fails_shows_what_the_server_said(new_server: Server) -> None:
    new_server.ensure_running()
    new_server.stop()
    (new_server.data / "postgresql.conf").write_text("colour = red\n")
    with pytest.raises(EmbeddedError, match='unrecognized configuration parameter "colour"'):
        new_server.ensure_running()


def test_start_refuses_a_folder_that_others_may_write_in(new_server: Server) -> None:
    new_server.home.mkdir()
    new_server.home.chmod(0o777)
    with pytest.raises(EmbeddedError, match="belongs to another user"):
        new_server.ensure_running()


def test_start_says_when_the_data_cannot_be_read(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> str:
        raise PermissionError

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(EmbeddedError, match="belongs to another user"):
        server.ensure_running()


def test_start_gives_up_on_a_server_that_starts_for_ever(new_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "PATIENCE", -1.0)
    monkeypatch.setattr(Server, "_pg_isready", lambda _self: 1)
    with pytest.raises(EmbeddedError, match="still starting or stopping"):
        new_server.ensure_running()


def test_start_waits_for_one_under_way_and_fills_in_a_dropped_database(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.ensure_running()
    with psycopg.connect(server.database_url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE amp")
    states = iter([1, 0])
    monkeypatch.setattr(Server, "_pg_isready", lambda _self: next(states))
    server.ensure_running()
    monkeypatch.undo()
    assert ask(server, "SELECT current_database()") == [("amp",)]


def test_start_gives_up_on_processes_that_will_not_end(new_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "PATIENCE", -1.0)
    monkeypatch.setattr(Server, "_init", lambda _self, _binaries: None)
    monkeypatch.setattr(Server, "_processes", lambda _self: [2**22 + 1])  # above the highest process number
    with pytest.raises(EmbeddedError, match="will not end"):
        new_server.ensure_running()


def test_missing_binaries_name_the_package(new_server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(embedded, "INSTALLED", tmp_path)
    with pytest.raises(EmbeddedError) as error:
        new_server.ensure_running()
    assert str(error.value) == (
        "The embedded database needs Debian's postgresql-15. Run ./bin/setup, or: apt-get install postgresql-15"
    )


def test_data_of_another_version_names_that_package(new_server: Server) -> None:
    new_server.data.mkdir(parents=True)
    (new_server.data / "PG_VERSION").write_text("99\n")
    with pytest.raises(EmbeddedError) as error:
        new_server.ensure_running()
    assert str(error.value) == (
        f"The data in {new_server.data} needs Debian's postgresql-99."
        " Run ./bin/setup, or: apt-get install postgresql-99"
    )
    shutil.rmtree(new_server.home)


def test_url_names_the_socket_folder_and_starts_nothing(new_server: Server) -> None:
    assert new_server.database_url("other") == f"postgres://amp@/other?host={new_server.project}/.postgres"
    assert not new_server.home.exists()


@pytest.mark.parametrize("name", ["x" * 100, "sjö och land", "a&b"])
def test_home_is_elsewhere_when_the_path_will_not_do(project: Path, name: str) -> None:
    home = Server(project / name).home
    assert home.parent == ELSEWHERE
    assert Server(project / name).home == home
    assert Server(project / f"{name}2").home != home


def test_home_of_root_avoids_a_closed_parent(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = project / "closed"
    (closed / "amp").mkdir(parents=True)
    closed.chmod(0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert Server(closed / "amp").home.parent == ELSEWHERE
    monkeypatch.setattr(os, "geteuid", lambda: 1)
    assert Server(closed / "amp").home == closed / "amp/.postgres"


@pytest.mark.parametrize(
    ("environment", "file", "chosen"),
    [
        (None, None, True),
        (None, "DATABASE_URL=\nDEBUG=on\n", True),
        (None, "# DATABASE_URL=postgres://db/amp\n", True),
        (None, "DEBUG=on\nDATABASE_URL=postgres://db/amp\n", False),
        ("", "DATABASE_URL=postgres://db/amp\n", True),
        ("postgres://db/amp", None, False),
    ],
)
def test_is_chosen_when_no_other_server_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: str | None, file: str | None, *, chosen: bool
) -> None:
    monkeypatch.setattr(embedded, "PROJECT", tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    if environment is not None:
        monkeypatch.setenv("DATABASE_URL", environment)
    if file is not None:
        (tmp_path / ".env").write_text(file)
    assert embedded.is_chosen() is chosen
    assert embedded.main(["chosen"], Server(tmp_path)) == (0 if chosen else 1)


def test_main_starts_reports_and_stops(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.stop()
    statuses = [embedded.main([word], server) for word in ("status", "start", "status", "url", "stop", "status")]
    assert statuses == [3, 0, 0, 0, 0, 3]
    assert capsys.readouterr().out.splitlines() == ["stopped", "running", server.database_url(), "stopped"]


def test_main_becomes_psql(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(Server, "ensure_running", lambda _self: None)
    monkeypatch.setattr(os, "execv", lambda _path, arguments: calls.append(arguments[1:]))
    assert embedded.main(["psql", "-c", "select 1"], server) == 0
    assert calls == [["-h", str(server.home), "-U", "amp", "-d", "amp", "-c", "select 1"]]


def test_main_explains_itself(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert embedded.main(["fly"], server) == 2
    assert capsys.readouterr().err.startswith("usage: python -m amp.embedded start|stop|")


def test_functions_of_the_module_serve_this_project(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[str, Path]] = []
    monkeypatch.setattr(Server, "ensure_running", lambda self: served.append(("start", self.project)))
    monkeypatch.setattr(Server, "stop", lambda self: served.append(("stop", self.project)))
    embedded.ensure_running()
    embedded.stop()
    project = Path(__file__).resolve().parents[2]
    assert served == [("start", project), ("stop", project)]
    assert embedded.database_url() == Server(project).database_url()


def test_folder_of_a_normal_user_is_left_to_them(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() or pwd.getpwnam("nobody").pw_uid)
    server = Server(project)
    server.home.mkdir(mode=0o700)
    os.chown(server.home, os.geteuid(), -1)
    server._make_home()
    assert server.home.stat().st_uid == os.geteuid()


def run_as_script(monkeypatch: pytest.MonkeyPatch, word: str) -> object:
    monkeypatch.setattr(sys, "argv", ["embedded", word])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(embedded.__file__, run_name="__main__")
    return ended.value.code


def test_script_ends_with_its_status_or_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_as_script(monkeypatch, "url") == 0
    assert capsys.readouterr().out == f"{embedded.database_url()}\n"
    monkeypatch.setattr(Path, "glob", lambda _path, _pattern: [])
    assert str(run_as_script(monkeypatch, "status")).endswith("apt-get install postgresql-15")


def test_nothing_but_the_standard_library_is_imported() -> None:
    lines = Path(embedded.__file__).read_text().splitlines()
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names
