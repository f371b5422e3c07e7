"""Where words stand apart on a page though no blank stands between them: HTML → the same with a space there.

The law: a tag within a word leaves no gap (`Zet<b>rix</b>`, `<span>N</span><span>ATO</span>`). A gap is seen where two
links meet, and where one element ends behind a small letter and the next begins with a capital one, as templates write
what style sheets set apart: `<span>Molm</span><span>Port reopens</span>`, `<span>14:32</span><span>Pilots vote</span>`.
Not behind what is no word (`<b>i</b><b>Phone</b>`), nor in scripts without spaces, where a term is found in what is
joined and not in what is parted (`<a>日本</a><a>銀行</a>`).
"""

from __future__ import annotations

import re

from bot.core.text.words import CJK_STRETCH, HANGUL

_INLINE = "a|abbr|b|bdi|big|cite|em|font|i|label|mark|small|span|strong|u"
_ENDS_OF_ELEMENTS = rf"</(?:{_INLINE})>(?:</(?:{_INLINE})>){{0,3}}"
"""In small letters alone, and not as `{1,4}` of a group: else a search begins at each character, and takes twelve times
as long."""
_NEXT_ELEMENT = re.compile(
    rf"{_ENDS_OF_ELEMENTS}(?=(?:<(?:{_INLINE})(?:\s[^<>]{{0,2000}})?>){{1,4}}([^\W\d_])([^\W\d_])?)"
)
_WORD_BEHIND = re.compile(rf"{_ENDS_OF_ELEMENTS}(?=([^\W\d_])[^\W\d_])")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d\Z")
_YEAR = re.compile(r"(?<!\w)(?:19|20)\d\d\Z")
_NEXT_LINK = re.compile(r"</a>(?=(<a\s[^<>]{0,2000}>)(?:<[a-z][^<>]{0,500}>){0,3}(\w|\[|<)?)")
_SHORT = re.compile(r">[^<>]{0,2}\Z")
_LINK = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_LONGEST_TAG = 2_100
_ENDS = frozenset(".!?:…)»”")
"""What may stand behind the last word of an element; `;` is a reference's end."""


def with_word_gaps(html: str) -> str:
    """HTML with a space where one element ends and the next begins another word."""
    if "</" not in html:
        return html
    html = _WORD_BEHIND.sub(_behind_time, html)
    if "><" not in html:
        return html
    if "</a><a" in html:
        html = _NEXT_LINK.sub(_between_links, html)
    return _NEXT_ELEMENT.sub(_between_elements, html)


def _behind_time(ends: re.Match[str]) -> str:
    """Behind a clock time or a year, a space: `<b>14:32</b>Ministry`, `<b>24 Nov 2026</b>Ports`; not before a unit or a
    version: `2.50m`, `1.20rc1`."""
    near = (ends.string, max(0, ends.start() - 6), ends.start())
    is_time = not ends[1].islower() and _CLOCK.search(*near) is not None
    return f"{ends[0]} " if is_time or (ends[1].isupper() and _YEAR.search(*near) is not None) else ends[0]


def _between_links(end: re.Match[str]) -> str:
    """Behind a link, a space; none where the next leads to the same place, or goes on behind a letter or two: an editor
    has cut it within a word, as jokes and columns of many links do (`a` + `nd`). `@ada` + `@town.example` is one, too.
    """
    start = end.string.rfind("<a", max(0, end.start() - _LONGEST_TAG), end.start())
    here, there = _LINK.search(end.string, max(start, 0), end.start()), _LINK.search(end[1])
    is_one = start >= 0 and here is not None and there is not None and here.groups() == there.groups()
    if is_one or end[2] is None or is_unspaced(end.string[end.start() - 1], end[2]):
        return end[0]
    is_cut = end[2].islower() and _SHORT.search(end.string, max(0, end.start() - 3), end.start()) is not None
    return end[0] if is_cut else f"{end[0]} "


def _between_elements(ends: re.Match[str]) -> str:
    before = ends.string[max(0, ends.start() - 2) : ends.start()]
    last = before[-1:]
    if last in _ENDS:  # not behind an initial: `<b>U.</b><b>S.</b>`
        is_word = before[:1].islower() or before[:1].isdigit()
    else:
        # `i`, `e`, `m` and `Mc` are the beginnings of names.
        is_part = before[:1] == ">" or before == "Mc"
        is_word = (last.islower() and not is_part) or (last.isdigit() and (ends[2] or "").islower())
    return f"{ends[0]} " if is_word and ends[1].isupper() else ends[0]


def is_unspaced(before: str, behind: str) -> bool:
    """Whether two characters stand in one run of a script without spaces; Korean has spaces. `before` may be a tag's
    end, behind which the same script is taken to stand."""
    is_before = before == ">" or CJK_STRETCH.match(before) is not None
    return is_before and CJK_STRETCH.match(behind) is not None and HANGUL.match(behind) is None
