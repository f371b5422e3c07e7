"""A folder for temporary files, also where none of the usual ones can be written.

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
"""Characters: the name of a socket has 108 at most, and multiprocessing adds its own."""
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
    try:
        tempfile.gettempdir()
        return None
    except FileNotFoundError:
        pass
    below = state.resolve() / "tmp"
    for folder in [below] if len(str(below)) <= _MAX_PATH else [_SHARED_MEMORY / f"wirewatch-{os.getuid()}", below]:
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


def remove_temp_folder() -> None:
    """For the very end: multiprocessing removes its folder when Python ends by itself, and we do not wait for that."""
    folder = multiprocessing.process.current_process()._config.get("tempdir")  # type: ignore[attr-defined]  # no other way
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
