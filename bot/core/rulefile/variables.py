"""`${NAME}` → what the environment holds under that name, or why it cannot be filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.core.text.suggest import nearest

_NAME = re.compile(r"[A-Za-z_]\w*")
_NO_TEXT = re.compile("[\ud800-\udfff]")
"""How Python shows bytes of the environment that are no UTF-8. A feed whose URL or header held one was never asked."""


def variable_content(name: str, environ: Mapping[str, str]) -> tuple[str | None, str, str]:
    """(what it holds, "", ""), or (None, what is wrong, what to do). A secret that was made with `echo` ends in a
    line's end, which is none of it."""
    if not _NAME.fullmatch(name):
        return None, f"${{{name}}} is no variable", "write ${NAME}"
    if name not in environ:
        near = nearest(name, tuple(environ))
        hint = f"set {name} in the environment" + (f", or did you mean ${{{near}}}?" if near else "")
        return None, f"the variable {name} is not set", hint
    if _NO_TEXT.search(environ[name]):
        return None, f"the variable {name} holds bytes that are no UTF-8", "set it anew, as UTF-8"
    return environ[name].rstrip("\r\n"), "", ""
