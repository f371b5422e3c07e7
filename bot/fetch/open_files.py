"""How many files and connections this process may have open."""

from __future__ import annotations

import resource
from contextlib import suppress

_MANY = 16_384
"""Hundreds of connections under way and kept open, and room to spare."""
_OTHERS = 44
"""What a worker has open beside connections to feeds: the store, parsers and the room for their start, Slack, logs."""


def allow_open_files() -> None:
    """Takes as many as the system gives to who asks: what programs get without asking (256 on a Mac, 1,024 on Linux) is
    less than a few hundred feeds with slow servers need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MANY if hard == resource.RLIM_INFINITY else min(hard, _MANY)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def connections_allowed() -> int:
    """To how many feeds there may be connections at once. Where the system gives few files (`ulimit -n 64`), the first
    polls took all of them, no parser could be started, and nothing was read until chance gave one the room."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MANY if soft == resource.RLIM_INFINITY else max(soft - _OTHERS, 1)
