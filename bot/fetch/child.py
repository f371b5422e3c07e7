"""What a parser process does: its first act, and a document.

A module of its own, so that such a process imports no more than parsing needs, and the process that asks it none of it.
"""

from __future__ import annotations

import contextlib
import gc
import resource
import signal
from collections.abc import Mapping
from datetime import datetime

from bot.core.parse import DeltaParse

_MEMORY = 1_500_000_000
"""Bytes of address space of one parser."""


def settle() -> None:
    """Bounds its memory, leaves Ctrl-C to the parent, keeps imports out of later collections."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    gc.collect()
    gc.freeze()


def read_document(
    body: bytes, *, url: str, headers: Mapping[str, str], seen_at: datetime, before: str | None, max_entries: int
) -> DeltaParse:
    """`parse_delta`, which the process that sends the document need not import. Raises: ParseError."""
    from bot.core.parse import parse_delta

    return parse_delta(body, url=url, headers=headers, seen_at=seen_at, before=before, max_entries=max_entries)
