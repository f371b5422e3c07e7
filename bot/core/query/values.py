"""Values of `source`, `domain`, `tag`, `lang`: in which form they are compared, and when one is what a rule names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote, urlsplit


def normal_value(field: str, value: str) -> str:
    """A value of a field as it is compared; `#climate` of a network's feed is the tag that others write without."""
    # `İSTANBUL`: the dot that case folding leaves on its i is none of the value.
    normal = " ".join(unicodedata.normalize("NFKC", value).casefold().replace("i\u0307", "i").split())
    if field == "domain" and "xn--" in normal:
        normal = ".".join(map(_readable_label, normal.split(".")))
    return normal.removeprefix("#") if field == "tag" else normal


def _readable_label(label: str) -> str:
    """A part of a host's name as people read it: `xn--mnchen-3ya` → `münchen`. Feeds give the one, rules the other."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode").casefold()
    except UnicodeError:
        return label


def is_value(field: str, wanted: str, value: str) -> bool:
    """Whether an entry's value is what a rule names, both as written.

    `domain` includes subdomains, `lang:en` includes `en-GB`; `*` and `?` are wildcards.
    """
    wanted, value = normal_value(field, wanted), normal_value(field, value)
    if field == "lang":
        wanted, value = wanted.replace("_", "-"), value.replace("_", "-")
    if "*" in wanted or "?" in wanted:
        return _wildcard(wanted).fullmatch(value) is not None
    if wanted == value:
        return True
    if field == "domain":
        wanted = wanted.removeprefix("*.").strip(".")
        return wanted != "" and (value == wanted or value.endswith("." + wanted))
    return field == "lang" and value.startswith(wanted + "-")


@lru_cache(maxsize=4_096)
def _wildcard(wanted: str) -> re.Pattern[str]:
    pieces = {"*": ".*", "?": "."}
    return re.compile("".join(pieces.get(char) or re.escape(char) for char in wanted), re.DOTALL)


def readable_url(url: str) -> str:
    """A URL as browsers show it: `https://xn--mnchen-3ya.de/%C3%A4` → `https://münchen.de/ä`."""
    if "xn--" in url:
        url = _ENCODED_LABEL.sub(lambda label: _readable_label(label.group().lower()), url)
    if "%" not in url:
        return url
    return _ESCAPED.sub(lambda run: _unescaped(run.group()), url)


_ENCODED_LABEL = re.compile(r"(?<=[/.@])xn--[A-Za-z0-9-]+(?=[/.:?#]|\Z)")
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def _unescaped(run: str) -> str:
    try:
        return unquote(run, errors="strict")
    except UnicodeDecodeError:
        return run


def host_of(url: str | None) -> str:
    """The host of a URL in lower case, "" where there is none."""
    if not url:
        return ""
    try:
        return (urlsplit(url.strip()).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""
