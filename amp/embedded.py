"""The Postgres that comes along: Debian's own binaries, serving one project folder over a private socket.

It is used when DATABASE_URL is unset. Only the standard library is imported, so that set-up scripts can start it
before anything is installed.
"""

import contextlib
import dataclasses
import fcntl
import hashlib
import os
import pwd
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
INSTALLED = Path("/usr/lib/postgresql")
OLDEST = 15  # the first version whose databases can sort by ICU
DATABASE = ROLE = "amp"
SYSTEM_USER = "postgres"
SOCKET = ".s.PGSQL.5432"
PATIENCE = 60.0  # seconds
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
}


class EmbeddedError(Exception):
    """The embedded Postgres cannot serve; the message says what to do."""


@dataclasses.dataclass(frozen=True)
class Server:
    """The database server of one project folder."""

    project: Path = PROJECT

    @property
    def home(self) -> Path:
        """Where data, log and socket lie: in the project, or in /var/tmp where the project's path will not do.

        A path will not do when the database's own user cannot reach it (root's home is closed, and nobody's folder
        is opened for our sake), when it is too long for a socket, or when it would need quoting in a URL.
        """
        local = self.project / ".postgres"
        plain = re.fullmatch(r"[\w./-]{1,90}", str(local), re.ASCII)
        if plain and (os.geteuid() != 0 or _reachable(self.project)):
            return local
        digest = hashlib.sha256(os.fsencode(self.project)).hexdigest()[:12]
        return Path("/var/tmp") / f"amp-{digest}"  # noqa: S108  its owner and mode are checked before use

    @property
    def data(self) -> Path:
        """The data directory itself."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What the server wrote, for the one who asks why."""
        return self.data / "server.log"

    def database_url(self, name: str = DATABASE) -> str:
        """Say where a database is, whether or not the server runs."""
        return f"postgres://{ROLE}@/{name}?host={self.home}"

    def is_running(self) -> bool:
        """Ask the server whether it takes connections."""
        return self._pg_isready() == 0

    def ensure_running(self) -> None:
        """Make, start and fill in whatever is missing; a tenth of a second when nothing is."""
        binaries = self._binaries()
        if self._has_database(binaries):
            return
        self._make_home()
        with self._locked():
            if not self._settled():
                self._init(binaries)
                self._start(binaries)
            if not self._has_database(binaries):
                self._sql(binaries, "postgres", f"CREATE DATABASE {DATABASE}", check=True)

    def stop(self) -> None:
        """Stop the server; nothing happens when it does not run."""
        if not self.data.exists():
            return
        with self._locked():
            if self._settled():
                self._run(self._binaries() / "pg_ctl", "-D", self.data, "-m", "fast", "-t", int(PATIENCE), "stop")

    def psql(self, arguments: list[str]) -> None:
        """Become psql."""
        binary = self._binaries() / "psql"
        os.execv(binary, [str(binary), "-h", str(self.home), "-U", ROLE, "-d", DATABASE, *arguments])  # noqa: S606

    def _binaries(self) -> Path:
        """Find the binaries the data was made by, or else the newest."""
        installed = {int(path.parent.parent.name): path.parent for path in INSTALLED.glob("[0-9]*/bin/initdb")}
        made_by = self._made_by()
        version = made_by or max(installed, default=0)
        if version in installed and version >= OLDEST:
            return installed[version]
        wanted = f"postgresql-{made_by or OLDEST}"
        why = f"The data in {self.data} needs" if made_by else "The embedded database needs"
        message = f"{why} Debian's {wanted}. Run ./bin/setup, or: apt-get install {wanted}"
        raise EmbeddedError(message)

    def _made_by(self) -> int | None:
        try:
            return int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise EmbeddedError(self._foreign()) from error

    def _foreign(self) -> str:
        return f"{self.home} belongs to another user. Run as that user, or remove the folder."

    def _make_home(self) -> None:
        """Make the folder for its owner alone; refuse one that somebody else laid there first."""
        owner = _system_user()
        with contextlib.suppress(FileExistsError):
            self.home.mkdir(mode=0o700)
        found = self.home.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077 or found.st_uid not in {owner.pw_uid, os.geteuid()}:
            raise EmbeddedError(self._foreign())
        if os.geteuid() == 0:
            os.chown(self.home, owner.pw_uid, owner.pw_gid)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one at a time start or stop the server. The lock goes with the process that holds it."""
        descriptor = os.open(self.home / "lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _settled(self) -> bool:
        """Wait out a start, a stop or a recovery that is under way, then say whether the server runs."""
        deadline = time.monotonic() + PATIENCE
        starting_or_stopping = 1
        while (state := self._pg_isready()) == starting_or_stopping:
            if time.monotonic() > deadline:
                message = f"Postgres is still starting or stopping. Its log: {self.log}"
                raise EmbeddedError(message)
            time.sleep(0.05)
        return state == 0

    def _init(self, binaries: Path) -> None:
        """Make the data directory, whole or not at all."""
        if self.data.exists():
            return
        unfinished = self.home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._run(
            *(binaries / "initdb", "-D", unfinished, "--username", ROLE, "--encoding=UTF8", "--locale=C.UTF-8"),
            *("--locale-provider=icu", "--icu-locale=sv-SE", "--auth-local=trust", "--auth-host=reject"),
        )
        unfinished.rename(self.data)

    def _start(self, binaries: Path) -> None:
        self._clear_away()
        settings = SETTINGS | {"unix_socket_directories": str(self.home), "cluster_name": self._cluster_name}
        options = shlex.join(f"--{name}={value}" for name, value in settings.items())
        self._run(binaries / "pg_ctl", "-D", self.data, "-l", self.log, "-o", options, "-t", int(PATIENCE), "start")

    def _clear_away(self) -> None:
        """Remove what a killed server left behind.

        Postgres itself trusts a left lock file while its process number exists, and where nobody reaps the dead it
        exists for ever. So the processes are asked instead; only when none is left may the lock files go.
        """
        deadline = time.monotonic() + PATIENCE
        while pids := self._processes():
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):  # it left by itself in between
                    os.kill(pid, signal.SIGQUIT)
            if time.monotonic() > deadline:
                message = f"Earlier Postgres processes will not end: {pids}"
                raise EmbeddedError(message)
            time.sleep(0.05)
        for left in (self.data / "postmaster.pid", self.home / f"{SOCKET}.lock", self.home / SOCKET):
            left.unlink(missing_ok=True)

    @property
    def _cluster_name(self) -> str:
        return f"amp-{hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]}"

    def _processes(self) -> list[int]:
        """Find this server's living processes by what they call themselves.

        The command line is readable everywhere; /proc/PID/cwd is not in a container where root may not trace. The
        dead who were not reaped have none.
        """
        title = f"postgres: {self._cluster_name}: ".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # ended while we looked
                line = entry.read_bytes()
                if line.startswith(title) or f"--cluster_name={self._cluster_name}".encode() in line.split(b"\0"):
                    found.append(int(entry.parent.name))
        return found

    def _pg_isready(self) -> int:
        """Ask for the state: 0 takes connections, 1 is starting or stopping, 2 does not answer."""
        command = [str(self._binaries() / "pg_isready"), "-q", "-h", str(self.home), "-U", ROLE, "-d", DATABASE]
        return subprocess.run(command, check=False, env=_environment()).returncode

    def _has_database(self, binaries: Path) -> bool:
        return self._sql(binaries, DATABASE, "").returncode == 0

    def _sql(
        self, binaries: Path, database: str, sql: str, *, check: bool = False
    ) -> subprocess.CompletedProcess[bytes]:
        command = [str(binaries / "psql"), "-Xqw", "-h", str(self.home), "-U", ROLE, "-d", database, "-c", sql]
        return subprocess.run(command, check=check, capture_output=True, env=_environment())

    def _run(self, *command: Path | str | int) -> None:
        """Run a server binary as the user who owns the data: Postgres refuses to be root."""
        owner = _system_user()
        output = self.home / "last-command.log"
        # To a file, not a pipe: the server keeps the output open, and a pipe would wait for it to close.
        with output.open("wb") as stream:
            done = subprocess.run(
                [str(part) for part in command],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                env=_environment(),
                cwd="/",
                user=owner.pw_uid if os.geteuid() == 0 else None,
                group=owner.pw_gid if os.geteuid() == 0 else None,
                extra_groups=[] if os.geteuid() == 0 else None,
            )
        if done.returncode:
            message = f"{command[0]} failed.\n{_tail(output)}\n{_tail(self.log)}"
            raise EmbeddedError(message)


def _system_user() -> pwd.struct_passwd:
    """Say who owns the data: the one who runs this, or Debian's postgres in root's place."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    return pwd.getpwnam(SYSTEM_USER)


def _reachable(folder: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))


def _environment() -> dict[str, str]:
    """Leave the caller's PG* variables out, which would send us to another server."""
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}


def _tail(path: Path) -> str:
    """Give the last lines of a log, or nothing where there is none."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-10:]) if path.exists() else ""


def is_chosen() -> bool:
    """Say whether this server is the one to use: DATABASE_URL is set neither in the environment nor in .env."""
    if "DATABASE_URL" in os.environ:
        return not os.environ["DATABASE_URL"]
    settings = PROJECT / ".env"
    return not (
        settings.exists() and re.search(r"^(?:export )?DATABASE_URL=[^\s#]", settings.read_text(), re.MULTILINE)
    )


def database_url(name: str = DATABASE) -> str:
    """Say where a database of this project is, whether or not the server runs."""
    return Server().database_url(name)


def ensure_running() -> None:
    """Start this project's server, and make what is missing."""
    Server().ensure_running()


def stop() -> None:
    """Stop this project's server."""
    Server().stop()


def main(arguments: list[str], server: Server) -> int:
    """Obey a command. Status 1 means not chosen, and 3 not running, as for a system service."""
    match arguments:
        case ["start"]:
            server.ensure_running()
        case ["stop"]:
            server.stop()
        case ["status"]:
            running = server.is_running()
            print("running" if running else "stopped")
            return 0 if running else 3
        case ["chosen"]:
            return 0 if is_chosen() else 1
        case ["url"]:
            print(server.database_url())
        case ["psql", *rest]:
            server.ensure_running()
            server.psql(rest)
        case _:
            print(
                "usage: python -m amp.embedded start|stop|status|chosen|url|psql [arguments of psql]", file=sys.stderr
            )
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:], Server()))
    except EmbeddedError as error:
        sys.exit(f"{error}")
