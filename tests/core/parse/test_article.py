"""What is kept of an article's page: all of its story; what leads elsewhere is for the zones to move."""

from __future__ import annotations

import pytest

from bot.core.parse.article import article_of
from bot.core.text.reading import read_entry
from tests.builders import entry

PROSE = (
    "<p>The minister met the delegation in the capital on Monday and promised more money for the railways.</p>",
    "<p>The talks go on until Friday, officials said, and both sides hope for a deal that would cover it all.</p>",
)
PAGE = """<!doctype html><html lang=en><head><title>Deal signed | Norrland Post</title></head><body>
<nav><ul><li><a href=/s>Sport</a></li></ul></nav><main><article><h1>Deal signed</h1>{}</article></main>
<aside><h3>Related</h3><ul><li><a href=/x>Zetrix shares slump after warning</a></li></ul></aside>
<div class=newsletter><p>Sign up for the Zetrix newsletter every morning.</p></div>
<footer><p>© 2026 Zetrix Media. All rights reserved.</p></footer></body></html>"""
STORY = {
    "a table of prices": "<table><tr><th>Firm</th><th>Change</th></tr><tr><td>Quorvex</td><td>-8.1%</td></tr></table>",
    "a paragraph that is a link": "<p><a href=/z>On Friday three men of Quorvex all denied the charge.</a></p>",
    "a list": "<ul><li>Quorvex will cut 500 jobs.</li><li>Its plant will close.</li></ul>",
    "a post": "<blockquote class=twitter-tweet><p>Quorvex is sorry.</p>Jane <a href=x>1 May</a></blockquote>",
    "a short paragraph": "<p>Quorvex quit.</p>",
    "a live blog": "".join(f"<section><h3>1{n}:00</h3><p>Quorvex said no, {n}.</p></section>" for n in range(3)),
}


@pytest.mark.parametrize("html", STORY.values(), ids=STORY)
def test_story_text_of_a_page_is_kept(html: str) -> None:
    """Tables and linked paragraphs were left out: a price, a score, a charge that nobody was told of."""
    page = PAGE.format(PROSE[0] + html + PROSE[1]).encode()
    reading = read_entry(entry("Deal signed", body=article_of(page, "text/html", "https://news.example/a")))
    assert "Quorvex" in reading.body
    assert "|" not in reading.body
    assert "Zetrix" not in reading.body
