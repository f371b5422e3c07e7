"""Tags that nothing ends hide no story behind them. Names are invented."""

from __future__ import annotations

import pytest

from bot.core.text.reading import read_entry
from tests.builders import entry

BEFORE = "<p>Work on the old theatre has begun.</p>"
STORY = "<p>Quorvex will build it, the city said.</p><p>Molm voted on Monday.</p>"
LAST = "<p>Quorvex opens its doors in the autumn</p>"

LEFT_OPEN = {
    "a caption that its figure ends": f"<figure><img><figcaption>The theatre</figure>{STORY}",
    "a caption that nothing ends": f"<figure><img><figcaption>The theatre{STORY}",
    "the same, a paragraph inside": f"<figcaption><p>The theatre</p>{STORY}",
    "one before another one": f"<figcaption>The theatre{STORY}<figure><figcaption>A stage</figcaption></figure>",
    "a link": f'<p>See <a href="https://news.example/z">the plan</p>{LAST}',
    "a link before another one": f'<p>See <a href="/1">the plan</p>{LAST}<p>Or <a href="/2">this</a>, they said.</p>',
    "a frame": f'<iframe src="https://video.example/z">{STORY}',
    "a frame before another one": f'<iframe src="/1">{STORY}<iframe src="/2"></iframe>',
    "a style sheet": f"<style>.zelm {{ color: red }}{STORY}",
    "a style sheet before a script": f"<style media=print>.zelm {{}}{STORY}<script>zelm()</script>",
    "a script that lies elsewhere": f'<script async src="https://widgets.example/w.js">{STORY}',
    "a comment of nothing": f"<!-->{STORY}",
    "the same with one more dash": f"<!--->{STORY}",
}


@pytest.mark.parametrize("body", LEFT_OPEN.values(), ids=LEFT_OPEN)
def test_a_tag_that_nothing_ends_hides_no_story(body: str) -> None:
    reading = read_entry(entry("Zelm", body=BEFORE + body))
    assert "Quorvex" in reading.body
    assert "Molm" not in reading.caption + reading.promo


@pytest.mark.parametrize(
    ("body", "zone"),
    [
        ("<figure><figcaption><p>One.</p><p>Quorvex</p></figcaption></figure><p>Molm voted.</p>", "caption"),
        ("<figure><blockquote>Quorvex said so.</blockquote><figcaption>Molm</figcaption></figure>", "body"),
        ('<p>They spoke.</p><a href="/1"><h4>Molm votes on it</h4><p>Quorvex opens its doors</p></a>', "promo"),
        ("<iframe src='/1'>Quorvex</iframe><p>Molm voted.</p>", ""),
        ("</figcaption><p>Quorvex voted.</p>", "body"),
        ("<style>a > b { content: '<p>Quorvex</p>' }</style><p>Molm voted.</p>", ""),
        ("<script src='/1'>Quorvex<b></script><p>Molm voted.</p>", ""),
        ("<p>Molm voted.</p><script>var quorvex = '<p>Quorvex</p>'", ""),
    ],
)
def test_what_is_ended_is_read_as_it_was(body: str, zone: str) -> None:
    reading = read_entry(entry("Zelm", body=BEFORE + body))
    assert [name for name in ("body", "caption", "promo") if "Quorvex" in reading.zone(name)] == [zone] * bool(zone)
    assert "\x05" not in reading.body
