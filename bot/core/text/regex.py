"""Regular expressions of rules and promo lines: RE2, linear in the length of the text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

from bot.errors import QueryError


def compile_re2(pattern: str, *, any_case: bool) -> Any:
    """An RE2 object (google-re2 has no types). `.` does not match a line end; `^`, `$` are the text's ends.

    Raises: QueryError with RE2's reason.
    """
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not any_case
    options.max_mem = 8 << 20
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeError) as error:
        reason = error.args[0] if error.args else "cannot be read"
        if isinstance(reason, bytes):
            reason = reason.decode("utf-8", "replace")
        if isinstance(error, UnicodeError):
            reason = "holds half a character (a lone surrogate)"
        raise QueryError(
            f"this is no regular expression that RE2 knows: {reason}",
            0,
            len(pattern),
            "RE2 has no look-ahead and no back-references; write \\/ for a slash",
        ) from None


@lru_cache(maxsize=20_000)
def compile_re2_cached(pattern: str, any_case: bool) -> Any:
    """`compile_re2`, once for each pattern."""
    return compile_re2(pattern, any_case=any_case)
