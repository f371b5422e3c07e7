"""The bytes of a document and its headers → its text, and what was wrong with it.

The law: bytes that are valid UTF-8 beyond chance are UTF-8, whatever anybody declares; else the declaration under which
the bytes read as a language wins; what contradicts is named. Order of trust otherwise: byte order mark, header,
XML declaration (RFC 7303). A declaration of ASCII, Latin-1 or windows-1252 over other bytes counts for little: it is
what servers send without having been set up.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping

from bot.core.parse.charset_score import score

_STARTS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
"""Byte order marks, and how `<` (or EBCDIC's `<?xm`) begins a document without one (XML 1.0, appendix F)."""

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})""")
_LANGUAGE = re.compile(
    rb"""(?:<(?:dc:)?language>\s*|xml:lang\s*=\s*["']|"language"\s*:\s*")([A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?)"""
)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_LONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_WESTERN = 0.8
"""From this share of high bytes on that stand alone among ASCII (an apostrophe, an accent here and there) the text is
in Latin letters: other scripts come in runs."""

_WIDER = {
    name: codec
    for codec, names in (
        ("gb18030", "gb2312 gbk cp936 x-gbk gb_2312 gb_2312-80 csgb2312"),
        ("windows-1252", "iso-8859-1 latin-1 us-ascii ascii"),
        ("cp932", "shift_jis shift-jis sjis x-sjis windows-31j"),
        ("cp949", "euc-kr ks_c_5601-1987 ks_c_5601-1989 ksc_5601 x-windows-949"),
        ("windows-1254", "iso-8859-9"),
        ("cp874", "iso-8859-11 tis-620 dos-874"),
        ("big5hkscs", "big5 x-x-big5 cn-big5 big5-eten"),
        ("euc-jp", "x-euc-jp eucjp-win"),
        ("iso-8859-6", "iso-8859-6-i"),
        ("iso-8859-8", "iso-8859-8-i logical visual"),
        ("koi8-r", "koi koi8"),
        ("koi8-u", "koi8-ru"),
        ("mac-roman", "mac x-mac-roman"),
        ("mac-cyrillic", "x-mac-cyrillic x-mac-ukrainian"),
        ("utf-16", "unicode"),
        ("utf-8", "utf8 utf-8-bom utf8mb4 unicode-1-1-utf-8"),
    )
    for name in names.split()
}
"""What is meant by a name: browsers' supersets (WHATWG Encoding)."""
_OF_WINDOWS = {
    "iso-8859-2": "windows-1250",
    "iso-8859-7": "windows-1253",
    "iso-8859-8": "windows-1255",
    "iso-8859-13": "windows-1257",
    "iso-8859-15": "windows-1252",
}
"""The set of Windows for the same languages: meant where bytes stand that are control characters in the other."""
_C1 = re.compile(rb"[\x80-\x9f]")
_CODE_PAGE = re.compile(r"(?:x-)?(?:cp|win|windows|dos|ibm)[-_ ]?(125\d|866|874|932|936|949)")
"""A code page of Windows or DOS, however it is named: `cp-1251`, `win1251`, `windows1251`, `x-cp1251`."""
_NAMED_SET = re.compile(r"iso8859-(\d+)|cp(125\d)|mac-\w+|cp8\d\d|koi8-\w")
"""What Python calls the sets of one byte that are looked up here by another name."""
_CYRILLIC = ("windows-1251", "koi8-r")
"""Each reads the other's bytes as letters of the same script; only their case shows it."""
_HALF = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_HALVES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]|" + _HALF.pattern)
"""Surrogate pairs, each half encoded by itself (CESU-8: what Java and old MySQL make of an emoji)."""
_FEW_STRAYS = 3
"""Bytes that fit the declared encoding nowhere and yet speak for no other one: each costs a character."""
_MULTIBYTE_SETS = ("gb18030", "big5hkscs", "cp932", "euc-jp", "cp949")
_CUT_LEADS = (0xC2, 0xC3, 0xF0)
"""First bytes of accented letters, signs and emoji in UTF-8; as letters of windows-1252 (`Â`, `Ã`, `ð`) much rarer."""
_WESTERN_TEXT = re.compile(
    "[\x00-\xff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u2010-\u2044\u20ac\u2122\u200d\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]*"
)
"""Accents, typographic signs and emoji among Latin letters. One `é` in UTF-8 under a declaration of GB 2312 is that,
not a lone Chinese character in the middle of a word."""
_NO_CHARSETS = ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined")
"""Python's codecs for text that no document is written in."""
_WIDE = ("utf-16", "utf-32", "utf_16", "utf_32")
"""Encodings whose every ASCII character holds a zero byte."""
_ASCII_BYTES = ("iso-2022-jp", "iso-2022-kr", "hz", "hz-gb-2312", "utf-7")
"""Encodings that write other scripts in ASCII bytes."""

_BY_LANGUAGE = {
    "zh": ("gb18030", "big5hkscs"),
    "zh-tw": ("big5hkscs", "gb18030"),
    "zh-hk": ("big5hkscs", "gb18030"),
    "zh-hant": ("big5hkscs", "gb18030"),
    "ja": ("cp932", "euc-jp"),
    "ko": ("cp949",),
    "ru": ("windows-1251", "koi8-r"),
    "uk": ("windows-1251", "koi8-u"),
    "bg": ("windows-1251",),
    "el": ("windows-1253",),
    "tr": ("windows-1254",),
    "he": ("windows-1255",),
    "ar": ("windows-1256",),
    "pl": ("windows-1250", "iso-8859-2"),
    "cs": ("windows-1250", "iso-8859-2"),
    "sk": ("windows-1250", "iso-8859-2"),
    "hu": ("windows-1250", "iso-8859-2"),
    "ro": ("windows-1250",),
    "th": ("cp874",),
}
_GUESSES = ("gb18030", "big5hkscs", "cp932", "euc-jp", "cp949", "windows-1251", "koi8-r", "windows-1252")


def decode_body(body: bytes, content_type: str = "") -> tuple[str, tuple[str, ...]]:
    """The text of a document and the problems met (contradicting or wrong declarations), in words.

    Never fails: bytes that fit nothing become U+FFFD, and a problem says so.
    """
    header_label = _header_charset(content_type)
    header = _known(header_label)
    for start, name in _STARTS:
        if body.startswith(start) and not _is_mark_alone(body, start, name):
            text = body.decode(name, "replace").removeprefix("\ufeff")
            label = _xml_declared(text[:300].encode("utf-8", "replace"))
            declared = _known(label)
            return text, _contradictions(name, header, declared, {declared: label, header: header_label})
    body = next((body[len(mark) :] for mark, name in _STARTS[3:5] if _is_mark_alone(body, mark, name)), body)
    label = _xml_declared(body)
    declared = _known(label)
    claims = [claim for claim in dict.fromkeys((header, declared)) if claim]
    if b"\x00" not in body[:1_000]:  # UTF-16 declared over UTF-8: what .NET writes from a string
        claims = [claim for claim in claims if not claim.startswith(_WIDE)]
    if body.isascii():
        escaped = ("iso-2022-jp", "iso-2022-kr") if b"\x1b" in body else ()  # a character that XML cannot hold
        for claim in (*claims, *escaped):
            if claim in _ASCII_BYTES:
                try:
                    return body.decode(claim), ()
                except UnicodeError:
                    continue
        return body.decode("ascii"), ()
    return _decode_high(body, header, declared, claims, {declared: label, header: header_label})


def _is_mark_alone(body: bytes, start: bytes, name: str) -> bool:
    """Whether a mark of UTF-16 stands before bytes that are none: every ASCII character of it has a zero byte."""
    is_mark = len(start) == 2 and start[0] >= 0xFE and name.startswith("utf-16")
    return is_mark and body.startswith(start) and b"\x00" not in body[:1_000] and body[2:3] in b"<{[ \r\n"


def _decode_high(
    body: bytes, header: str, declared: str, claims: list[str], labels: Mapping[str, str]
) -> tuple[str, tuple[str, ...]]:
    """Bytes above ASCII, no mark."""
    if _HALF.search(body) and _utf8(joined := _HALVES.sub(_joined, body)) is not None:
        body = joined
    text = _utf8(body)
    if text is not None:
        rivals = [claim for claim in claims if claim not in ("utf-8", "windows-1252")]
        if not rivals or not _is_by_chance(body, text) or score(body, rivals[0]) < score(body, "utf-8"):
            return text, _contradictions("utf-8", header, declared, labels)
    mostly = _mostly_utf8(body, is_declared="utf-8" in claims or (not claims and _MULTIBYTE.search(body) is not None))
    if mostly is not None:
        problems = _contradictions("utf-8", header, declared, labels)
        return mostly, ("some bytes are not UTF-8: read as far as it goes", *problems)
    if _C1.search(body) is not None:
        claims = [_OF_WINDOWS.get(claim, claim) for claim in claims]
    strong = [claim for claim in claims if claim not in ("utf-8", "windows-1252")]
    language = _LANGUAGE.search(body[:5_000])
    hint = _by_language(language[1].decode().lower().replace("_", "-")) if language else ()
    guesses = ("windows-1252",) if _is_western(body) else _GUESSES
    candidates = list(dict.fromkeys((*strong, *hint, *guesses)))
    if len(strong) == 1 and (_decodes(body, strong[0]) or _nearly(body, strong[0])) and score(body, strong[0]) > 0.3:
        best = _case_reads(body, strong[0])
    else:
        best = _best(body, candidates, strong, hint, western="windows-1252" in claims)
    text = body.decode(best, "replace")
    problems = _contradictions(best, header, declared, labels)
    if not claims:
        problems += (f"no character set is declared: read as {best}",)
    if "\ufffd" in text:
        problems += (f"some bytes are not {best}: shown as U+FFFD",)
    return text, problems


def _is_by_chance(body: bytes, text: str) -> bool:
    """Whether bytes that are UTF-8, too, are few, and of a script that hardly stands alone."""
    return len(_MULTIBYTE.findall(body[:200_000])) < 4 and not _WESTERN_TEXT.fullmatch(text[:200_000])


def _utf8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _joined(match: re.Match[bytes]) -> bytes:
    """UTF-8 of the character that a pair stands for; a half alone is U+FFFD."""
    units = match[0].decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
    return units.decode("utf-16-le", "replace").encode()


def _case_reads(body: bytes, name: str) -> str:
    """The Cyrillic set under which words have small letters after capitals (`тХУУЛЙК` is KOI8-R's `Русский`)."""
    if name not in _CYRILLIC or (figure := score(body, name)) > 0.6:
        return name
    rival = max(_CYRILLIC, key=lambda other: score(body, other))
    return rival if score(body, rival) > figure + 0.2 else name


def _is_western(body: bytes) -> bool:
    return len(_LONE.findall(body)) >= _WESTERN * len(_HIGH.findall(body))


def _best(body: bytes, candidates: Iterable[str], strong: list[str], hint: tuple[str, ...], *, western: bool) -> str:
    best, best_score = "windows-1252", -1.0
    for name in candidates:
        if not _decodes(body, name):
            continue
        figure = score(body, name)
        if name in strong:
            figure += 0.3
        if name in hint:
            figure += 0.25
        if name == "windows-1252" and western:
            figure += 0.4
        if figure > best_score:
            best, best_score = name, figure
    return best


def _decodes(body: bytes, name: str) -> bool:
    try:
        body.decode(name)
    except UnicodeDecodeError as error:
        # The last character may be cut.
        return error.end >= len(body) - 4
    except LookupError:
        return False
    return True


def _nearly(body: bytes, name: str) -> bool:
    """Whether a few stray bytes alone keep `body` from being in a multi-byte set that it declares: they cost their
    characters, and make no Chinese document Russian."""
    if name not in _MULTIBYTE_SETS:
        return False
    text = body.decode(name, "replace")
    strays = text.count("\ufffd")
    return strays <= _FEW_STRAYS or strays * 50 <= sum(character >= "\x80" for character in text)


def _by_language(tag: str) -> tuple[str, ...]:
    return _BY_LANGUAGE.get(tag, _BY_LANGUAGE.get(tag.split("-")[0], ()))


def _header_charset(content_type: str) -> str:
    for part in content_type.split(";")[1:]:
        key, _, value = part.partition("=")
        if key.strip().lower() == "charset":
            return value.strip().strip("\"' ").lower()
    return ""


def _xml_declared(head: bytes) -> str:
    match = _DECLARED.match(head[:300])
    return match[1].decode("ascii").strip() if match else ""


def _known(name: str) -> str:
    """The codec that is meant by a declared name; "" when there is none of that name."""
    name = name.lower().strip()
    if page := _CODE_PAGE.fullmatch(name):
        name = f"windows-{page[1]}" if page[1].startswith("125") else f"cp{page[1]}"
    name = _WIDER.get(name, name)
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    if not codec._is_text_encoding or codec.name in _NO_CHARSETS:
        return ""
    if codec.name in ("iso8859-1", "ascii", "cp1252"):
        return "windows-1252"
    if codec.name in ("utf-8", "utf-8-sig"):
        return "utf-8"
    if part := _NAMED_SET.fullmatch(codec.name):  # one name for all that it goes by: `latin2`, `ISO_8859-2`, `l2`
        name = f"iso-8859-{part[1]}" if part[1] else f"windows-{part[2]}" if part[2] else codec.name
    return _WIDER.get(codec.name, _WIDER.get(name, name))


def _contradictions(used: str, header: str, declared: str, labels: Mapping[str, str]) -> tuple[str, ...]:
    """In words, each claim as it is written there: `labels`, by codec."""
    if header and declared and not _same(header, declared):
        says = f"the header says {labels[header]}, the document {labels[declared]}"
        return (f"contradicting character sets: {says}; read as {used}",)
    for who, claim in (("the header", header), ("the document", declared)):
        if claim and not _same(claim, used):
            return (f"contradicting character sets: {who} says {labels[claim]}, the bytes are {used}",)
    return ()


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    wide = {one[:5], other[:5]} <= {"utf-1", "utf-3", "utf16", "utf32"}
    return wide and one[:6].replace("-", "") == other[:6].replace("-", "")


def _mostly_utf8(body: bytes, *, is_declared: bool) -> str | None:
    """UTF-8 with a few stray bytes (a cut character, one pasted windows-1252 word), all but those read as it is.

    One stray byte is U+FFFD: nothing shows what it was meant to be. Several that make sense are windows-1252.

    Declared UTF-8 (or XML that declares nothing, which is the same) with two or three of them is that, however short:
    an emoji cut by a length limit made an English document Cyrillic.
    """
    good = sum(len(part) for part in _MULTIBYTE.findall(body))
    high = len(_HIGH.findall(body))
    stray = high - good
    text = body.decode("utf-8", "replace")
    if (good < 12 or stray * 5 > good) and not (is_declared and stray <= _FEW_STRAYS):
        # Of two sets: what a template holds, and what its database does. Each letter of the one stands alone.
        rest = _MULTIBYTE.sub(b"", body)
        is_of_two = good >= 2 * _FEW_STRAYS and stray <= good and len(_LONE.findall(rest)) == stray
        return body.decode("utf-8", "stray-1252") if is_of_two and _is_western_text(text) else None
    if stray == 1 or not _is_western_text(text):
        return text  # a letter of windows-1252 is none of this script's
    return body.decode("utf-8", "stray-1252")


def _is_western_text(text: str) -> bool:
    return _WESTERN_TEXT.fullmatch(text.replace("\ufffd", "")) is not None


def _stray(error: UnicodeError) -> tuple[str, int]:
    """A lone byte is a letter or sign of windows-1252; what a cut character has left is U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte, after = error.object[error.start], error.object[error.end : error.end + 1]
    is_rest = byte < 0xC0 and not (after.isascii() and error.object[error.start - 1 : error.start].isascii())
    is_rest = is_rest or byte in _CUT_LEADS
    if is_rest or error.end - error.start > 1 or not after:
        return "\ufffd", error.end
    return error.object[error.start : error.end].decode("windows-1252", "replace"), error.end


codecs.register_error("stray-1252", _stray)
