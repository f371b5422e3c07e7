"""The bytes of an article's page → the article as HTML paragraphs (by trafilatura), or "" where there is none.

The law: no more than the page itself says; lines that lead elsewhere are left to the text room, which moves them.
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
    text = extract(page, url=url, include_comments=False, include_tables=False, deduplicate=False, favor_precision=True)
    lines = [line.strip() for line in (text or "")[:_MAX_ARTICLE].splitlines()]
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines if line)
