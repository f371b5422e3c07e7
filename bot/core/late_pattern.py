"""A regular expression that is compiled when it is asked for the first time.

For patterns that hold large classes of characters and that most commands never ask: to compile them with every import
was a tenth of a command's start.
"""

from __future__ import annotations

import re
from typing import Any, cast


def late_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, compiled when it is first asked for more than its `pattern`."""
    return cast("re.Pattern[str]", _LatePattern(pattern, flags))


class _LatePattern:
    """Takes what is asked of the compiled pattern over as its own: from the second time on it costs nothing more."""

    _compiled: re.Pattern[str] | None = None

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if self._compiled is None:
            self._compiled = re.compile(self.pattern, self._flags)
        asked = getattr(self._compiled, name)
        setattr(self, name, asked)
        return asked
