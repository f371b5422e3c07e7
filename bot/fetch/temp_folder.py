"""A folder for temporary files, also where none of the usual ones can be written, or TMPDIR is too long for a socket.

Parsers talk to us through a socket in such a folder, and through semaphores in shared memory. A unit with
`ProtectSystem=strict` or a read-only container has neither /tmp nor a working directory that can be written: each feed
would then be blamed for what is the place's fault.
"""

from __future__ import annotations

import errno
import multiprocessing.process
import os
import shutil
import signal
import socket
import stat
import tempfile
from contextlib import suppress
from multiprocessing import forkserver, get_context
from pathlib import Path
from typing import Any

from bot.errors import UsageError

_MAX_PATH = 70
"""Bytes: the name of a socket has 108 at most, and multiprocessing adds its own."""
_USUAL = ("/tmp", "/var/tmp")  # noqa: S108  # what Python would take without TMPDIR
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # looked at as the last resort, a folder of ours is made in it


def ensure_temp_folder(state: Path) -> str | None:
    """Makes temporary files possible, below `state` if need be. Returns that folder; None: the usual ones do.

    Raises: UsageError.
    """
    _want_local_sockets()
    try:
        get_context().Lock()
    except OSError as error:
        raise UsageError(
            f"Shared memory (/dev/shm) cannot be used ({error.strerror or error}): feeds cannot be parsed. Mount it "
            "(docker: --tmpfs /dev/shm), or give the user that runs Wirewatch the right to write there."
        ) from None
    usual: list[Path] = []
    try:
        if _is_short(tempfile.gettempdir()):
            return None
        usual = [folder for folder in map(Path, _USUAL) if folder.is_dir()]  # a TMPDIR deep in a build's folders
    except FileNotFoundError:
        pass
    below = state.resolve() / "tmp"
    own = [below] if _is_short(str(below)) else [_SHARED_MEMORY / f"wirewatch-{os.getuid()}", below]
    for folder in [*usual, *own]:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.parent == _SHARED_MEMORY and not _is_ours(folder):
                continue
            with tempfile.TemporaryFile(dir=folder):
                tempfile.tempdir = os.environ["TMPDIR"] = os.environ["SQLITE_TMPDIR"] = str(folder)
                return str(folder)
        except OSError:
            continue
    raise UsageError(
        f"No folder for temporary files can be written: not /tmp, and not {below}. Give Wirewatch one: PrivateTmp=true "
        "(systemd), --tmpfs /tmp (docker), or set TMPDIR."
    )


def _want_local_sockets() -> None:
    """Raises: UsageError. A unit with `RestrictAddressFamilies=AF_INET AF_INET6` looks complete for a bot."""
    try:
        socket.socket(socket.AF_UNIX).close()
    except OSError as error:
        if error.errno in (errno.EAFNOSUPPORT, errno.EACCES, errno.EPERM):
            raise UsageError(
                f"Local sockets (AF_UNIX) are not allowed here ({error.strerror}): feeds cannot be parsed. Allow them: "
                "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 (systemd)."
            ) from None


def make_room_again() -> None:
    """Where somebody has cleaned temporary files away (a job that tidies /tmp, `rm -rf /tmp/*`), the server of parsers
    has lost the name of its socket: no parser came after one that ended, and every feed failed until the next start.
    Ends that server, so that the next one gets a name of its own; a folder that is gone is made again."""
    server: Any = forkserver._forkserver  # no other way
    config = multiprocessing.process.current_process()._config  # type: ignore[attr-defined]  # the same
    if server._forkserver_pid is not None and not os.path.exists(server._forkserver_address):
        with suppress(ProcessLookupError):
            os.kill(server._forkserver_pid, signal.SIGKILL)
        with suppress(FileNotFoundError):  # the name
            server._stop()
    if not os.path.isdir(config.get("tempdir", os.curdir)):
        del config["tempdir"]
        with suppress(OSError):
            os.makedirs(tempfile.gettempdir(), mode=0o700, exist_ok=True)
        tempfile.tempdir = None  # where that cannot be, another one


def _is_ours(folder: Path) -> bool:
    """Whether nobody else can put anything into a folder. Where all may write, somebody may have made it before us, and
    would have the socket through which parsers are told what to do."""
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077


def _is_short(folder: str) -> bool:
    return len(os.fsencode(folder)) <= _MAX_PATH


def remove_temp_folder() -> None:
    """For the very end: multiprocessing removes its folder when Python ends by itself, and we do not wait for that."""
    folder = multiprocessing.process.current_process()._config.get("tempdir")  # type: ignore[attr-defined]  # no other way
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
