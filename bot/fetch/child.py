"""A parser process's first act. A module of its own, so that such a process imports no more than parsing needs."""

from __future__ import annotations

import contextlib
import gc
import resource
import signal

_MEMORY = 1_500_000_000
"""Bytes of address space of one parser."""


def settle() -> None:
    """Bounds its memory, leaves Ctrl-C to the parent, keeps imports out of later collections."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    gc.collect()
    gc.freeze()
