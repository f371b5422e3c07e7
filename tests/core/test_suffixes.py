"""Registrable domains: as tldextract finds them, on every rule of its list and on hosts of all shapes."""

from __future__ import annotations

import pytest
import tldextract
from hypothesis import given
from hypothesis import strategies as st

from bot.core import suffixes
from bot.core.suffixes import registrable

theirs = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def expected(host: str) -> str | None:
    found = theirs(host)
    return f"{found.domain}.{found.suffix}" if found.domain and found.suffix else None


def punycode(host: str) -> str:
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in host.split(".")
    )


def test_every_rule_of_the_list_reads_as_tldextract_reads_it() -> None:
    rules = suffixes._rules()
    assert len(rules) > 5_000
    for rule in rules:
        suffix = rule.lstrip("!").removeprefix("*.")
        for host in (suffix, f"paper.{suffix}", f"www.paper.{suffix}", f"de.www.paper.{suffix}"):
            assert registrable(host) == expected(host)
            assert registrable(punycode(host)) == expected(punycode(host))


labels = st.sampled_from(
    ["a", "com", "uk", "co", "jp", "www", "kawasaki", "city", "ck", "xn--p1ai", "xn--", "рф", "io", ""]
)


@given(st.lists(labels, min_size=1, max_size=6), st.sampled_from([".", "。"]))
def test_any_host_reads_as_tldextract_reads_it(parts: list[str], dot: str) -> None:
    host = dot.join(parts).strip(".。")
    assert registrable(host) == expected(host)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("blog.github.io", "github.io"),
        ("a.b.ck", "a.b.ck"),
        ("x.www.ck", "www.ck"),
        ("com", None),
        ("paper.example", None),
        ("192.0.2.7", None),
        ("::1", None),
    ],
)
def test_hosts(host: str, domain: str | None) -> None:
    assert registrable(host) == domain
