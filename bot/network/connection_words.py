"""What the system, or TLS, says of a connection that failed → words for people, on one line."""

from __future__ import annotations

import os
from typing import Any

_LONGEST = 120
"""Characters of a library's own words within one of our sentences."""


def reason_of(error: OSError) -> str:
    """Why there is no connection. asyncio says "Connect call failed" and shows addresses as tuples, so the system is
    asked by number; what DNS says has a number below 0, and words of its own."""
    words = os.strerror(error.errno) if error.errno is not None and error.errno > 0 else error.strerror
    return (words or str(error) or type(error).__name__)[:_LONGEST]


def tls_reason_of(error: Exception) -> str:
    """Why TLS refuses, as OpenSSL says it, of its own error or aiohttp's around it."""
    inner: Any = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    return str(getattr(inner, "verify_message", "") or getattr(inner, "reason", "") or inner)[:_LONGEST]
