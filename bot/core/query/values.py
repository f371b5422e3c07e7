"""Values of `source`, `domain`, `tag`, `lang`: in which form they are compared, and when one is what a rule names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit


def normal_value(field: str, value: str) -> str:
    """A value of a field as it is compared; `#climate` of a network's feed is the tag that others write without."""
    normal = " ".join(unicodedata.normalize("NFC", value).casefold().split())
    return normal.removeprefix("#") if field == "tag" else normal


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


def host_of(url: str | None) -> str:
    """The host of a URL in lower case, "" where there is none."""
    if not url:
        return ""
    try:
        return (urlsplit(url.strip()).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""
