"""The rules file, and the files that its tests name → what they hold.

The law: a worker reads them again and again, so whatever stands in their place costs one message, not the thread that
reads.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

from bot.bounded_reading import read_bounded
from bot.errors import MachineShort, UsageError

_MAX_BYTES = 10_000_000
"""Of a rules file; ten thousand rules are two million bytes."""
_MAX_TEST_BYTES = 5_000_000
"""Far above what is read of a text."""


def read_rules_text(path: Path) -> bytes:
    """The bytes of the rules file. Raises UsageError when it is missing, a folder, unreadable or absurdly large,
    and MachineShort."""
    try:
        if path.is_dir():
            raise UsageError(f"{path} is a folder; the rules file is expected there. Use --config FILE.")
        size = path.stat().st_size
        data = b"" if size > _MAX_BYTES else read_bounded(path, _MAX_BYTES)
        if max(size, len(data)) > _MAX_BYTES:
            large = f"{size / 1e6:.0f}" if size > _MAX_BYTES else f"more than {_MAX_BYTES // 1_000_000}"
            raise UsageError(
                f"{path} is {large} MB large; a rules file has at most {_MAX_BYTES // 1_000_000} MB. "
                "Is it the right file?"
            )
        return data
    except FileNotFoundError:
        mend = (
            f"Is it {other}? Give it that name"
            if (other := _nearly(path))
            else "Write one (the shortest: one feed, one rule; see README)"
        )
        raise UsageError(
            f"There is no rules file {path}. {mend}, or name it with --config FILE or WIREWATCH_CONFIG."
        ) from None
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):  # nothing is wrong with the file
            raise MachineShort(f"The rules file {path} cannot be read just now: {error.strerror}.") from None
        raise UsageError(f"The rules file {path} cannot be read: {error.strerror or error}.") from None


def _nearly(path: Path) -> str:
    """A file beside the one that is missing, with its name but for the ending: `rules.yml`, or `rules.yaml.txt`, as
    Windows calls what it shows as rules.yaml; "": there is none, or more than one."""
    wanted = re.compile(rf"{re.escape(path.stem)}\.ya?ml(?:\.txt)?", re.IGNORECASE)
    try:
        names = [name for name in os.listdir(path.parent) if wanted.fullmatch(name) and (path.parent / name).is_file()]
    except OSError:
        return ""
    return names[0] if len(names) == 1 else ""


def is_pipe(path: Path) -> bool:
    """Whether what stands there can be read only once (`--config <(envsubst < rules.yaml)`)."""
    try:
        return stat.S_ISFIFO(path.stat().st_mode)
    except OSError:
        return False


def read_test_file(path: Path) -> str:
    """The text of a file that a test names: as many bytes as it says that it has, and what the system makes up says
    none (`/proc`, with its environment). Raises: OSError, ValueError (it is no UTF-8)."""
    number = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with open(number, "rb") as file:
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "Is a directory" if stat.S_ISDIR(found.st_mode) else "it is no file that ends")
        if found.st_size > _MAX_TEST_BYTES:
            raise OSError(errno.EFBIG, f"it has more than {_MAX_TEST_BYTES // 1_000_000} MB")
        text = file.read(found.st_size).decode("utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")
