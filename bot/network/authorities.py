"""The file of authorities that this machine trusts (`SSL_CERT_FILE`, else the system's) → one TLS context for feeds and
Slack, made anew when that file has changed.

aiohttp reads it once, when it is imported: a worker that ran when a proxy's authority was renewed, or a container's
bundle updated, could reach nobody until somebody started it again.
"""

from __future__ import annotations

import os
import ssl
from contextlib import suppress

_Mark = tuple[str | None, int, int, int]


class _Authorities:
    """The context, and what the file was when it was made."""

    def __init__(self) -> None:
        self._mark: _Mark | None = None
        self._context: ssl.SSLContext | None = None

    def context(self) -> ssl.SSLContext:
        """For the next connection."""
        mark = _mark_of(ssl.get_default_verify_paths().cafile)
        if self._context is None or mark != self._mark:
            context = ssl.create_default_context()
            # From Python 3.13 on this is set: authorities of company proxies, and of publishers, lack ids of keys that
            # the standard asks for, and neither browsers nor curl mind.
            context.verify_flags &= ~ssl.VERIFY_X509_STRICT
            context.set_alpn_protocols(("http/1.1",))
            # A file that is just being written, or was moved away, holds none: what it held is believed until it does.
            if self._context is None or context.cert_store_stats()["x509"]:
                self._context = context
            self._mark = mark
        return self._context


def _mark_of(path: str | None) -> _Mark:
    """A file's place, length and time. What links to it may lead to another one (Kubernetes updates so)."""
    if path is not None:
        with suppress(OSError, ValueError):
            found = os.stat(path)
            return path, found.st_ino, found.st_size, found.st_mtime_ns
    return path, 0, 0, 0


_AUTHORITIES = _Authorities()


def tls_context() -> ssl.SSLContext:
    """For each new connection: the same one as long as nothing has changed. Where the file cannot be used it trusts
    nobody (`doctor` says so). It looks at the file: microseconds, or some hundredths of a second when it has changed.
    """
    return _AUTHORITIES.context()
