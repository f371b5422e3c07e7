"""Notices that wait for ops → one message, where several came within seconds.

The first start with eighty feeds told ops of each in a message of its own, one a second as Slack takes them: what was
said of a feed that had failed stood behind all of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import Notice

_STILL = timedelta(seconds=2)
"""What comes within this of another is told with it."""
_LONGEST = timedelta(seconds=20)
"""How long a notice waits for others at most."""
_MOST = 2_500
"""Characters of one message: what Slack takes in one text, less what it escapes."""
_SAME_OF_EACH = re.compile(r"(?P<what>[^:\n]+: )(?P<whose>[^\n]+)(?P<then>\. (?:[^.\n]|\.(?=\w))+\.)")
"""`New, and taken in without alerts: Argus (30 entries). What comes from now on alerts.`"""


def are_due(notices: Sequence[Notice], now: datetime) -> bool:
    """Whether nothing has come for a moment, or the first has waited for long enough. A clock that was set back keeps
    none waiting."""
    came = [notice.at for notice in notices]
    return bool(came) and not (now - _STILL < max(came) <= now and now - _LONGEST < min(came))


def together(notices: Sequence[Notice]) -> list[Notice]:
    """One notice for each message, in their order: a line each, one for all that say the same of something else
    (forty new feeds were forty lines). What is told of a rule stands alone."""
    messages: list[Notice] = []
    for notice in notices:
        last = messages[-1] if messages else None
        if last is None or last.rule or notice.rule or len(last.text) + len(notice.text) > _MOST:
            messages.append(notice)
        else:
            text = _with_line(last.text, notice.text)
            messages[-1] = Notice(key=f"{last.key}\n{notice.key}", text=text, at=notice.at)
    return messages


def _with_line(text: str, line: str) -> str:
    """`text` with one line more, or with one name more in the line that says the same."""
    same = _SAME_OF_EACH.fullmatch(line)
    lines = text.split("\n")
    for number, other in enumerate(lines if same else ()):
        if same and other.startswith(same["what"]) and other.endswith(same["then"]):
            lines[number] = f"{other.removesuffix(same['then'])}, {same['whose']}{same['then']}"
            return "\n".join(lines)
    return f"{text}\n{line}"
