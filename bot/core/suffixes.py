"""A host in, its registrable domain out, by the list of public suffixes (publicsuffix.org) that tldextract ships.

The list only: tldextract's code brings an HTTP library along and holds the list as a tree, 12 MB in every process.
Its ICANN part counts; a name that a hosting firm gives away (`blog.github.io`) belongs to that firm.
"""

from __future__ import annotations

from functools import cache
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import PurePath
from typing import cast

LIST = ".tld_set_snapshot"
"""The list's file in tldextract's package."""
END = "===END ICANN DOMAINS==="
_DOTS = str.maketrans("。．｡", "...")  # what a browser takes for dots (UTS 46)


def registrable(host: str) -> str | None:
    """`feeds.bbci.co.uk` → `bbci.co.uk`. None for a host that is a suffix, and where the list has no suffix for it."""
    labels = host.translate(_DOTS).rstrip(".").split(".")
    names = [_name(label) for label in labels]
    rules = _rules()
    for start in range(len(names)):
        name = ".".join(names[start:])
        if "!" + name in rules:  # an exception to a wildcard
            return ".".join(labels[start:])
        if name in rules or ".".join(["*", *names[start + 1 :]]) in rules:
            return ".".join(labels[start - 1 :]) if start and labels[start - 1] else None
    return None


def _name(label: str) -> str:
    """A label as the list has it."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


@cache
def _rules() -> frozenset[str]:
    """The list's rules; read when the first host comes."""
    spec = cast(ModuleSpec, find_spec("tldextract"))
    path = PurePath(cast(str, spec.origin)).with_name(LIST)
    text = spec.loader.get_data(str(path)).decode("utf-8")  # type: ignore[union-attr]  # as every loader of files has
    lines = text[: text.index(END)].splitlines()
    return frozenset(line.split()[0] for line in lines if line.strip() and not line.startswith("//"))
