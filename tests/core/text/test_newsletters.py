"""Mails as entries (what turns newsletters into feeds gives their whole pages), and what a blog's host adds below."""

from __future__ import annotations

import pytest

from bot.core.text.html import one_line, paragraphs
from bot.core.text.reading import read_entry
from tests.builders import entry

PADDING = "&#847;&zwnj;&nbsp;&#8199;&shy; " * 60
MAIL = (
    "<!doctype html><html><head><meta charset='utf-8'><title>*|MC:SUBJECT|*</title><style>p{}</style></head>"
    f"<body><div style='display:none'>Orbrecht loses in Paris {PADDING}</div><p>The court ruled on Monday.</p></body>"
)


def text_of(html: str) -> list[str]:
    return [line.text for paragraph in paragraphs(html) for line in paragraph]


def test_a_mail_says_what_its_reader_sees() -> None:
    """The name of the window stood first in its text, and its first sentence ended in two hundred unseen characters."""
    assert text_of(MAIL) == ["Orbrecht loses in Paris", "The court ruled on Monday."]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<header><title>Orbrecht</title></header><p>One.</p>", ["Orbrecht", "One."]),
        ("<head><title>Orbrecht</title><p>One.</p>", ["Orbrecht", "One."]),
        ("<HEAD><TITLE lang=de>Orbrecht</TITLE></HEAD>One.", ["One."]),
        ("<head>Orbrecht</head><p>One.</p>", ["Orbrecht", "One."]),
    ],
    ids=["a header", "a head without an end", "in capitals", "a heading of another vocabulary"],
)
def test_only_the_title_of_a_page_s_head_is_none_of_its_text(html: str, text: list[str]) -> None:
    assert text_of(html) == text


@pytest.mark.parametrize(
    "text",
    [
        *("می\u200cخواهم", "۱۴۰۵ ه\u200d.ش", "سال ه\u200d است", "👩\u200d🚀 lands", "☀\ufe0f today", "क\u094d\u200dष"),
        "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f wins",
    ],
)
def test_what_shapes_a_sign_beside_it_stays(text: str) -> None:
    assert one_line(text) == text
    assert text_of(f"<p>{text}</p>") == [text]


@pytest.mark.parametrize(
    "text",
    [
        *("Orbrecht \u200c \u200d \ufe0f wins", "Orbrecht \u00ad\u200c\u200b wins \u200c"),
        *("Or\U000e0062\U000e0072brecht wins", "Orbrecht\U000e0101 wins\U000e0001"),
    ],
)
def test_what_shapes_nothing_goes(text: str) -> None:
    assert one_line(text) == "Orbrecht wins"
    assert text_of(f"<p>{text}</p><p>\u200c</p>") == ["Orbrecht wins"]


def test_many_heads_take_no_time() -> None:
    assert text_of("<head><title>" * 50_000 + "One.</head x>")[-1] == "One."


@pytest.mark.parametrize(
    ("below", "is_promo"),
    [
        (
            '<a href="https://m.example/p">Council opens the harbour</a> was originally published in '
            '<a href="https://m.example/o">Orbrecht Engineering</a> on Medium, where people are continuing the '
            "conversation by highlighting and responding to this story.",
            True,
        ),
        ("Her memoir first appeared in 1998 and tells this story of Orbrecht.", False),
        ("The memo was first published on Medium, where people are continuing the conversation on Orbrecht.", False),
    ],
    ids=["Medium's footer", "a book", "news of a text"],
)
def test_where_medium_says_a_text_was_published_first(below: str, *, is_promo: bool) -> None:
    """Each post of a publication was found by the publication's name, and the line is another one below each."""
    zones = read_entry(entry("Council opens the harbour", body=f"<p>Ships come in from noon.</p><p>{below}</p>"))
    assert ("Orbrecht" in zones.promo, "Orbrecht" in zones.body) == (is_promo, not is_promo)
