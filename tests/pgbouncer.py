"""PgBouncer in front of the tests' PostgreSQL, as hosts rent it out; only where it is installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

_PATIENCE = 120.0


@contextmanager
def pgbouncer(url: str, pool_mode: str = "transaction") -> Iterator[str]:
    """The URL of the database of `url` behind a PgBouncer with three connections to it."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        pytest.skip("no PgBouncer here: apt-get install pgbouncer")
    parts = urlsplit(url)
    sockets = parse_qs(parts.query)["host"][0]
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="wirewatch-pgbouncer-") as name:
        configuration = Path(name, "pgbouncer.ini")
        configuration.write_text(
            f"[databases]\n* = host={sockets} user={parts.username}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
            f"pool_mode = {pool_mode}\ndefault_pool_size = 3\nserver_idle_timeout = 1\n",
            encoding="utf-8",
        )
        os.chmod(name, 0o755)
        process = subprocess.Popen(
            [program, "-q", str(configuration)],
            # It refuses to run as root, and the folder of the sockets is closed to all but the server's user.
            user=os.stat(sockets).st_uid if os.geteuid() == 0 else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            bounced = f"postgresql://{parts.username}@127.0.0.1:{port}{parts.path}"
            _wait(bounced, process)
            yield bounced
        finally:
            process.kill()
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until it answers."""
    end = time.monotonic() + _PATIENCE
    while True:
        with suppress(psycopg.OperationalError):
            psycopg.connect(url, connect_timeout=5).close()
            return
        assert process.poll() is None and time.monotonic() < end, "PgBouncer does not answer"  # noqa: PT018  # one fact
        time.sleep(0.02)
