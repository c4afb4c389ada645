"""A Postgres, a web server and a worker of a rehearsal's own: started again whenever one is killed."""

import contextlib
import http.client
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from amp.embedded import PROJECT, Server

PATIENCE = 90.0  # seconds
KINDS = ("web", "web process", "worker", "backend", "postmaster")


class Servers:
    """All listen on this machine alone; the database's folder is made for the rehearsal and removed after it."""

    def __init__(self, folder: Path) -> None:
        self.postgres = Server(folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.environment = os.environ | {
            "DATABASE_URL": self.postgres.database_url(),
            "AMP_MEDIA": "",
            "LOG_LEVEL": "ERROR",
        }
        self.log: IO[bytes] = (folder / "servers.log").open("wb")
        self._web: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Whatever is not running; returns when the web answers."""
        self.postgres.ensure_running()
        if self._web is None or self._web.poll() is not None:
            self._web = self._run(
                *("-m", "gunicorn", "amp.wsgi", "--bind", f"127.0.0.1:{self.port}"),
                *("--workers", "2", "--log-level", "critical"),
            )
        if self._worker is None or self._worker.poll() is not None:
            self._worker = self._run("manage.py", "procrastinate", "worker")
        self._wait_for_web()

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, check=True, cwd=PROJECT, env=self.environment)  # noqa: S603  our own command

    def kill(self, kind: str) -> bool:
        """Whether there was one to kill, with -9."""
        match kind:
            case "web":
                return self._end(self._web)
            case "web process":
                return _kill_one_of(_children(self._web.pid) if self._web else [])
            case "worker":
                return self._end(self._worker)
            case "backend":
                return _kill_one_of(self._backends())
            case "postmaster":
                return _kill_one_of(self._postmaster())
        raise ValueError(kind)

    def stop(self) -> None:
        """Everything that was started here, and the database's folder."""
        for process in (self._web, self._worker):
            self._end(process)
        self.postgres.stop()
        self.log.close()
        shutil.rmtree(self.postgres.home, ignore_errors=True)

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        """In a process group of its own, so that its children can be ended with it."""
        return subprocess.Popen(  # noqa: S603  our own command
            [sys.executable, *arguments],
            cwd=PROJECT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def _end(self, process: subprocess.Popen[bytes] | None) -> bool:
        if process is None or process.poll() is not None:
            return False
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True

    def _backends(self) -> list[int]:
        """Those that serve a connection: their titles name the role and the database."""
        found = []
        for pid in self.postgres._processes():
            with contextlib.suppress(OSError):
                if b" amp amp " in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(pid)
        return found

    def _postmaster(self) -> list[int]:
        with contextlib.suppress(OSError, IndexError, ValueError):
            pid = int((self.postgres.data / "postmaster.pid").read_text().splitlines()[0])
            return [pid] if pid in self.postgres._processes() else []
        return []

    def _wait_for_web(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/accounts/login/")
                if connection.getresponse().status == http.client.OK:
                    return
            time.sleep(0.1)
        message = f"The web server does not answer. What it said: {self.log.name}"
        raise TimeoutError(message)


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _kill_one_of(pids: list[int]) -> bool:
    if not pids:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(random.choice(pids), signal.SIGKILL)  # noqa: S311  any of them
        return True
    return False
