"""Every error that Wirewatch raises on purpose: one root, and leaves that say whose fault it is and whether to retry.

A message is written for the person who can act on it: what happened, where, what to do. The command line prints it as
it stands and exits with `exit_code`; nobody is ever shown a traceback.
"""

from __future__ import annotations

import errno
import os

_SHORT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EAGAIN})


class WirewatchError(Exception):
    """The root. `exit_code` is what a command ends with: it could not run."""

    exit_code = 2


class UsageError(WirewatchError):
    """The person at the keyboard asked for something that cannot be: a missing file, contradictory options."""


class RulesError(WirewatchError):
    """The rules file cannot be used. `problems` (see `bot.model.Problem`) holds all of them."""

    def __init__(self, message: str, problems: tuple[object, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class QueryError(WirewatchError):
    """A rule expression does not read. `start` and `end` are offsets into the expression (code points).

    `instead`: where one way of writing it says what was meant, the stretch that it takes the place of (begin, end) and
    its text; `core.query.mending` makes a whole rule of them."""

    def __init__(
        self, message: str, start: int, end: int, hint: str = "", instead: tuple[int, int, str] | None = None
    ) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.hint = hint
        self.instead = instead


class NoOperator(QueryError):
    """Two parts of a rule expression stand side by side with nothing between them."""


class UnknownField(QueryError):
    """A part of a rule expression asks for a field that there is not."""


class StoreError(WirewatchError):
    """The store cannot be used as it is: not writable, not a store, newer than this program."""


class StoreBusy(StoreError):
    """Somebody else holds the store. Trying again later helps."""


class StoreRefused(StoreError):
    """The store is well and does not take what we gave it: a fault of ours, by the data at hand."""


class LeaseLost(StoreError):
    """Another worker has taken over; this one must not commit."""


class MachineShort(WirewatchError):
    """This machine has no more of what work needs (open files, threads, memory). Trying again later helps."""


class FetchError(WirewatchError):
    """One poll of one feed failed. Costs that feed one failure."""


class ParseError(FetchError):
    """What the feed's URL gave is no feed we can read."""


class SinkError(WirewatchError):
    """A message could not be handed over."""


def machine_short(error: BaseException) -> MachineShort | None:
    """The same in words for the person who can act, where `error` says that this machine has no more to give.

    Python has no class of its own for a thread that could not be started.
    """
    if isinstance(error, OSError) and error.errno in _SHORT:
        what = os.strerror(error.errno)
    elif isinstance(error, RuntimeError) and str(error).startswith("can't start new thread"):
        what = "no further thread can be started"
    elif isinstance(error, MemoryError):
        what = "no memory"
    else:
        return None
    return MachineShort(
        f"This machine has no more to give ({what}). Allow Wirewatch more open files, threads, processes and memory "
        "(ulimit -n, -u and -v; LimitNOFILE and TasksMax; --memory, --ulimit and --pids-limit), or lower "
        "settings.fetch.concurrency."
    )


def is_own_fault(error: BaseException) -> bool:
    """Whether our own work failed on the data at hand: trying again as it stands does not help. Not so where the store,
    the network, the machine or a person has to change something first.
    """
    if isinstance(error, WirewatchError | MemoryError | OSError):
        return isinstance(error, StoreRefused)
    return machine_short(error) is None
