"""A text and where something was found in it → HTML with marks; two texts → what changed, word by word.

The law of this file: only here is HTML made of text by hand, and every piece of text is escaped.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from bot.core.language.tables import file_code

_COMPARED = 400
"""Words of a text that are compared: the comparison takes the square of them."""
_AROUND = 50
"""Characters that are shown before the first mark and behind the last of a long text: fifty rows of three bytes a
character, stay below 100 KB."""
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,4}")
_SPACE = re.compile(r"\s+")
_WORDS = re.compile(r"\s+|[^\s]+")


def with_marks(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """`text` with one `<mark>` for each span (code points, sorted, disjoint)."""
    parts, at = [], 0
    for start, end in spans:
        parts += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        at = end
    return Markup().join([*parts, escape(text[at:])])


def in_language(tag: str | None) -> Markup:
    """The `lang` of an element that holds an entry's text: how it is read aloud, and in which glyphs shown."""
    # What is no language (`xx`) says nothing to a screen reader; of those that there are, we know the common ones.
    is_tag = tag is not None and _LANGUAGE_TAG.fullmatch(tag) is not None and file_code(tag) is not None
    return Markup(' lang="{}"').format(tag.replace("_", "-")) if tag is not None and is_tag else Markup()


def around_marks(text: str, spans: Sequence[tuple[int, int]]) -> Markup:
    """What stands around the marks of a long text, in whole words where it has spaces."""
    first, last = (spans[0][0], spans[-1][1]) if spans else (0, 0)
    begin = max(0, first - _AROUND)
    end = min(len(text), min(last, first + 2 * _AROUND) + _AROUND)
    shown = [(start, stop) for start, stop in spans if stop <= end]
    if begin and (space := _SPACE.search(text, begin, first)):
        begin = space.end()
    if end < len(text):
        spaces = list(_SPACE.finditer(text, shown[-1][1] if shown else begin, end))
        end = spaces[-1].start() if spaces else end
    inside = [(start - begin, stop - begin) for start, stop in shown]
    before, after = "… " if begin else "", " …" if end < len(text) else ""
    return escape(before) + with_marks(text[begin:end], inside) + escape(after)


def changes(before: str, after: str) -> Markup:
    """`after` with `<ins>` around what is new and `<del>` around what of `before` is gone."""
    old, new = (_WORDS.findall(text)[: 2 * _COMPARED] for text in (before, after))
    parts: list[str] = []
    for kind, old_at, old_end, new_at, new_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, added = "".join(old[old_at:old_end]), "".join(new[new_at:new_end])
        if kind == "equal":
            parts.append(escape(added))
            continue
        if gone.strip():
            parts.append(Markup("<del>{}</del>").format(gone))
        if added.strip():
            parts.append(Markup("<ins>{}</ins>").format(added))
        elif not gone.strip():
            parts.append(escape(added))
    return Markup().join(parts)
