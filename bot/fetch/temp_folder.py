"""A folder for temporary files, also where none of the usual ones can be written, or TMPDIR is too long for a socket.

Parsers talk to us through a socket in such a folder, and through semaphores in shared memory. A unit with
`ProtectSystem=strict` or a read-only container has neither /tmp nor a working directory that can be written: each feed
would then be blamed for what is the place's fault.
"""

from __future__ import annotations

import multiprocessing.process
import os
import shutil
import tempfile
from multiprocessing import get_context
from pathlib import Path

from bot.errors import UsageError

_MAX_PATH = 70
"""Bytes: the name of a socket has 108 at most, and multiprocessing adds its own."""
_USUAL = ("/tmp", "/var/tmp")  # noqa: S108  # what Python would take without TMPDIR
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # looked at as the last resort, a folder of ours is made in it


def ensure_temp_folder(state: Path) -> str | None:
    """Makes temporary files possible, below `state` if need be. Returns that folder; None: the usual ones do.

    Raises: UsageError.
    """
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
            with tempfile.TemporaryFile(dir=folder):
                tempfile.tempdir = os.environ["TMPDIR"] = os.environ["SQLITE_TMPDIR"] = str(folder)
                return str(folder)
        except OSError:
            continue
    raise UsageError(
        f"No folder for temporary files can be written: not /tmp, and not {below}. Give Wirewatch one: PrivateTmp=true "
        "(systemd), --tmpfs /tmp (docker), or set TMPDIR."
    )


def _is_short(folder: str) -> bool:
    return len(os.fsencode(folder)) <= _MAX_PATH


def remove_temp_folder() -> None:
    """For the very end: multiprocessing removes its folder when Python ends by itself, and we do not wait for that."""
    folder = multiprocessing.process.current_process()._config.get("tempdir")  # type: ignore[attr-defined]  # no other way
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
