"""What the system says of a file that cannot be written (errno) → what happened, where and what to do, for a person."""

from __future__ import annotations

import errno
import os

_GOES_ON = "Nothing was lost, but nothing can be kept until then: a running worker goes on by itself."
_ELSEWHERE = "or point STATE_DIR to another folder"
_NO_RIGHT = (
    "{} cannot be written: the user that runs Wirewatch has not the right to ({}). Give that user the right to write "
    f"there, run as the one whose store it is, {_ELSEWHERE}: to a store of its own."
)
_TROUBLES = {
    errno.ENOSPC: f"the disk of {{}} is full ({{}}). Make room. {_GOES_ON}",
    errno.EDQUOT: (
        "the user that runs Wirewatch has used up what it may keep on the disk of {} ({}). Raise its quota, or remove "
        f"files of that user. {_GOES_ON}"
    ),
    errno.EFBIG: "{} may not become larger here ({}). Nothing was lost. Raise the limit (ulimit -f), then start again.",
    errno.EROFS: (
        "the disk of {} is mounted read-only ({}). Mount it for writing, or point STATE_DIR to another folder; where a "
        f"system did that by itself, the disk had failed, and its log (dmesg) says how. {_GOES_ON}"
    ),
    errno.EIO: (
        f"the disk of {{}} fails ({{}}). Look into the system's log (dmesg), then mend or replace the disk. {_GOES_ON}"
    ),
    errno.EACCES: _NO_RIGHT,
    errno.EPERM: _NO_RIGHT,
}


def disk_trouble(number: int, place: str) -> str:
    """Sentences for errno `number`, met in writing `place` ("the store state/wirewatch.db")."""
    words = _TROUBLES.get(number, f"{{}} cannot be used ({{}}). Mend that, {_ELSEWHERE}.")
    told = words.format(place, os.strerror(number))
    return told[0].upper() + told[1:]
