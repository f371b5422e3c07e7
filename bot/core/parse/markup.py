"""Titles, names and labels as publishers mark them up → one line of plain text.

The law: tags that HTML knows go, entities are decoded once, white space is folded; anything else in angle brackets
(`<!channel>`, `List<int>`, `x < 5`) is text and stays, to be escaped by whoever prints it.
"""

from __future__ import annotations

import html
import re
import unicodedata

_TAGS = frozenset(
    """a abbr acronym article aside b bdi bdo big blink blockquote body br center cite code dd del dfn div dl
    dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hr html i img ins kbd label li mark
    marquee nobr noscript ol p pre q rp rt ruby s samp section small span strike strong sub sup svg table
    tbody td th thead time tr tt u ul var wbr iframe video audio source embed object""".split()  # noqa: SIM905  # reads better as text
)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>")
_BREAK = re.compile(r"</?(?:br|p|div|h[1-6]|hr|li|td|tr)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_HIDDEN = re.compile(
    r"<(script|style)\b[^>]*>.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)|<!doctype\b[^>]*>", re.IGNORECASE | re.DOTALL
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def plain_line(text: str) -> str:
    """One line of text. What the format says of its type is not asked: publishers get it wrong."""
    if "<" in text:
        text = strip_tags(text)
    if "&" in text:
        text = html.unescape(text)
        if "<" in text:  # escaped twice: &lt;b&gt; in what was escaped already
            text = strip_tags(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    return " ".join(text.split())


def strip_tags(text: str) -> str:
    """`text` without tags that HTML knows, scripts, styles and comments; block tags leave a space."""
    text = _HIDDEN.sub(" ", text)
    return _TAG.sub(lambda tag: "" if tag.group(1).lower() in _TAGS else tag.group(), _BREAK.sub(" ", text))


def as_html(text: str) -> str:
    """Plain text as HTML: what would read as markup is escaped."""
    if "<" in text or "&" in text:
        return html.escape(text, quote=False)
    return text
