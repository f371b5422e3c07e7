"""The bytes of an article's page → the article as HTML paragraphs (by trafilatura), or "" where there is none.

The law: all that the page says of its story, tables and linked paragraphs included; lines that lead elsewhere are left
to the text room, which moves them.
"""

from __future__ import annotations

import html

from bot.core.parse.charset import decode_body

_MAX_ARTICLE = 200_000
"""Characters kept of one article."""


def article_of(body: bytes, content_type: str, url: str) -> str:
    """The article of a page."""
    from trafilatura import extract  # when the first page comes: few feeds ask for it, and it is large

    page, _ = decode_body(body, content_type)
    # `favor_precision` drops paragraphs that are links from end to end; without tables, prices and scores are lost.
    text = extract(page, url=url, include_comments=False, include_tables=True, deduplicate=False)
    lines = [_without_bars(line.strip()) for line in (text or "")[:_MAX_ARTICLE].splitlines()]
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines if line)


def _without_bars(line: str) -> str:
    """A row of a table as words: `| Orbrecht | -8.1% |`, and its rule `|---|---|` as nothing."""
    if not line.startswith("|"):
        return line
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    return "" if all(set(cell) <= {"-", ":"} for cell in cells) else " · ".join(filter(None, cells))
