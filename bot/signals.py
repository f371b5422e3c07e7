"""SIGTERM, SIGINT, SIGQUIT, SIGALRM, SIGHUP → a clean stop; SIGUSR1, SIGUSR2 → nothing; from the first moment on.

The law: whatever hangs, the process is gone `_DEADLINE` seconds after the signal, without a traceback. Handlers run in
the main thread even while it waits for a full pipe; the deadline is a thread, so an event loop that hangs cannot stop
it. What was under way is settled by the next start.

This is the first file of ours that is imported, so it imports nothing that Python has not loaded by then: `signal`
alone brings `enum` and `functools`, 10 ms in which Ctrl-C would print a traceback, and `__future__` is a file, too.
"""

import os

TYPE_CHECKING = False  # that of `typing`, which takes 5 ms to import
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Sequence
else:
    import _signal as signal

_DEADLINE = 3.5
"""Seconds from the signal to the end: a stop takes at most 4 s, and platforms kill after 5 (Fly) to 30 (Heroku)."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGALRM)
"""Whoever sends one of these wants an end: Ctrl-C, Ctrl-\\, a platform, `timeout -s ALRM`."""
_HANG_UP = signal.SIGHUP
"""The terminal is gone. Whoever said `nohup` has it ignored, and so it stays."""
_OF_NO_MEANING = (signal.SIGUSR1, signal.SIGUSR2)
"""Programs take them for "open your log anew" or the like, never for an end; by default they kill."""
_OF_GROUPS = {signal.SIGINT, signal.SIGQUIT, _HANG_UP, *_OF_NO_MEANING}
"""What reaches all processes of a group; what they are to do about it, the first of them says."""
_VALUES = ("--config", "--state")
"""Options that come before the command and take a value."""


def exit_on_signal(code: int) -> None:
    """Before anything has begun, and once all is done, a signal ends the process there and then."""
    for signum in _caught():
        signal.signal(signum, lambda *_: os._exit(code))
    for signum in _OF_NO_MEANING:
        signal.signal(signum, lambda *_: None)
    # What a launcher held back for itself, or ignored, is inherited: no stop came through, and `multiprocessing` never
    # heard that a parser had ended. `nohup` ignores SIGHUP for us, and that stays.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def exit_code_of(arguments: "Sequence[str]") -> int:
    """What a signal during the imports ends a command with: 0 where a signal is the way to stop it."""
    return 0 if _is_run(arguments) else 130


def interrupt_on_signal(arguments: "Sequence[str]") -> None:
    """From now on a command is interrupted as usual (KeyboardInterrupt). `run` still ends at once, until it listens."""
    if not _is_run(arguments):
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for signum in (*_caught()[1:], *_OF_NO_MEANING):
            signal.signal(signum, signal.SIG_DFL)


def stop_on_signal(on_stop: "Callable[[], object]", on_other: "Callable[[int], object]") -> None:
    """A signal calls `on_stop` (in the main thread, between two instructions); the end comes by the deadline at the
    latest, with exit code 0. One that means nothing here calls `on_other` with its number."""
    from threading import Timer

    def stop(*_: object) -> None:
        timer = Timer(_DEADLINE, os._exit, (0,))
        timer.daemon = True
        try:
            timer.start()
        except RuntimeError:  # this machine has no more threads: the clean stop of the law above is tried without one
            signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
            signal.setitimer(signal.ITIMER_REAL, _DEADLINE)
        try:
            on_stop()
        except RuntimeError:
            return  # the loop is closed: all is over already

    def go_on(signum: int, _: object) -> None:
        try:
            on_other(signum)
        except RuntimeError:
            return  # as above

    for signum in _caught():
        signal.signal(signum, stop)
    for signum in _OF_NO_MEANING:
        signal.signal(signum, go_on)


def _caught() -> "Sequence[int]":
    return _SIGNALS if signal.getsignal(_HANG_UP) == signal.SIG_IGN else (*_SIGNALS, _HANG_UP)


class InterruptsHeldBack:
    """Threads and processes that are started inside never hear of Ctrl-C and Ctrl-\\, nor that the terminal closed,
    nor of signals that mean nothing here; all wait for the end of the block.

    A terminal says so to all processes of a group, and a child that is still starting would print a traceback.
    """

    def __enter__(self) -> None:
        self._before = signal.pthread_sigmask(signal.SIG_BLOCK, _OF_GROUPS)

    def __exit__(self, *_: object) -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, self._before)


def _is_run(arguments: "Sequence[str]") -> bool:
    """Whether the command is one that runs until a signal comes: `run`, `web`."""
    rest = iter(arguments)
    for argument in rest:
        if argument in _VALUES:
            next(rest, None)
        elif not argument.startswith("-"):
            return argument in ("run", "web")
    return False
