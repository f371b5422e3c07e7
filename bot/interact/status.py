"""How things stand → mrkdwn lines, for `/watch status` and the home tab, in the words of `wirewatch status`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.reports.status_lines import StatusLine, status_lines
from bot.sinks.slack.elements import escape

_MOST_DETAILS = 8
_MOST_OF_A_KIND = 8
"""Lines under one label: a message of 3,000 characters should not end among feeds."""
_MOST_OF_EXCERPT = 600
"""Characters of the rules file's mistakes."""


def status_text(report: Mapping[str, Any]) -> list[str]:
    """`report`: of `status_report`."""
    lines: list[str] = []
    numbers: dict[str, int] = {}
    for row in status_lines(report):
        numbers[row.label] = number = numbers.get(row.label, 0) + 1
        if number <= _MOST_OF_A_KIND:
            lines += _shown(row)
    return lines


def _shown(row: StatusLine) -> list[str]:
    sign = ":warning: " if row.is_wrong else ""
    lines = [f"{sign}*{row.label.capitalize()}* {escape(row.text)}"]
    lines += [f"• {escape(detail)}" for detail in row.details[:_MOST_DETAILS]]
    if more := len(row.details) - _MOST_DETAILS:
        lines += [f"• … and {more} more"] if more > 0 else []
    if row.excerpt:
        is_cut = len(row.excerpt) > _MOST_OF_EXCERPT
        excerpt = row.excerpt[:_MOST_OF_EXCERPT].rpartition("\n")[0] + "\n…" if is_cut else row.excerpt
        lines.append(f"```{escape(excerpt).replace('`', 'ˋ')}```")
    return lines
