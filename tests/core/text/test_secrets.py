"""What environment variables hold, taken out of text and out of the base of links."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.core.text.secrets import base_without_secrets, redacted, without_secrets

TEXTS = {
    "in a path": ({"K": "abc123"}, "at https://x/abc123!", "at https://x/${K}!"),
    "two, one inside the other": ({"A": "one", "B": "one-two"}, "one-two one", "${B} ${A}"),
    "none": ({}, "https://x/", "https://x/"),
    "held encoded, told decoded": ({"K": "a%20b%20c"}, "a b c", "${K}"),
    "held decoded, told encoded": ({"K": "a b/é"}, "k=a%20b%2F%C3%A9 a+b%2F%C3%A9", "k=${K} ${K}"),
    "a whole URL": ({"URL": "https://secret.example/x"}, "see https://secret.example/x", "see ${URL}"),
    "a whole URL without its query": (
        {"URL": "https://a.example/feeds/9f2c?key=77aa"},
        "https://a.example/feeds/9f2c?… and /feeds/9f2c, key=77aa",
        "${URL}?… and /${URL}, ${URL}",
    ),
    "too short to be one": ({"N": "5"}, "HTTP 500", "HTTP 500"),
}


@pytest.mark.parametrize(("variables", "text", "expected"), TEXTS.values(), ids=TEXTS)
def test_secrets_are_taken_out(variables: Mapping[str, str], text: str, expected: str) -> None:
    assert redacted(text, variables) == expected


LITERALS = {
    "a password": ("http://me:abc/d@x.example:81/a", "http://me:***@x.example:81/a"),
    "a login that is a token": ("https://ghp_abc@x.example/f", "https://***@x.example/f"),
    "parameters named for secrets": (
        "to https://x/a?api_key=zzzz&x=1;sig=abcd.",
        "to https://x/a?api_key=***&x=1;sig=***",
    ),
    "of several URLs": ("https://a:b@x/ or https://x/?token=abcd", "https://a:***@x/ or https://x/?token=***"),
    "variables stay": ("https://${U}:${P}@x/?key=${KEY}", "https://${U}:${P}@x/?key=${KEY}"),
    "a channel stays": (
        "https://x/v.xml?channel_id=UCBJycsmduvYEL83R_U4",
        "https://x/v.xml?channel_id=UCBJycsmduvYEL83R_U4",
    ),
    "a port is none": ("http://hub:1200/user/@ann http://hub:80?x=@b", "http://hub:1200/user/@ann http://hub:80?x=@b"),
    "behind a port": ("http://hub:1200/x?key=abcdef&to=me@x.example", "http://hub:1200/x?key=***&to=me@x.example"),
    "a login with a port": ("http://me:1200pw@hub:1200/@ann", "http://me:***@hub:1200/@ann"),
    "a section stays": ("https://x/?sid=3&q=Huawei+5G", "https://x/?sid=3&q=Huawei+5G"),
    "no login": ("me@x.example reads https://x.example/@me/feed", "me@x.example reads https://x.example/@me/feed"),
}


@pytest.mark.parametrize(("text", "expected"), LITERALS.values(), ids=LITERALS)
def test_what_a_rules_file_holds_in_its_urls_is_not_told(text: str, expected: str) -> None:
    assert without_secrets(text, {}) == expected


BASES = {
    "a query": ({"K": "abc123"}, "https://x.example/a?key=abc123", "https://x.example/a?key=${K}"),
    "a path": ({"K": "abc123"}, "https://x.example/abc123/rss", "https://x.example/${K}/rss"),
    "a login": ({}, "https://me:abc@x.example:8080/rss", "https://x.example:8080/rss"),
    "a host stays": ({"HOST": "x.example"}, "https://x.example/rss", "https://x.example/rss"),
    "a whole URL stays a place": ({"URL": "https://x.example/a"}, "https://x.example/a/rss", "https://x.example/a/rss"),
}


@pytest.mark.parametrize(("variables", "url", "expected"), BASES.values(), ids=BASES)
def test_the_base_of_links_holds_no_secret(variables: Mapping[str, str], url: str, expected: str) -> None:
    assert base_without_secrets(url, variables) == expected
