"""Draws a Slack payload as a page that looks like Slack: `python docs/pictures/render.py [PAYLOAD.json] > page.html`.

Without a file it makes the README's digest from invented news, through the same code that makes real ones. To make the
picture: open the page in a browser 720 pixels wide (headless: `chromium --headless --screenshot=digest.png
--hide-scrollbars --force-device-scale-factor=1.5 --window-size=720,600 page.html`).
"""

from __future__ import annotations

import html
import json
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.model import Digest, DigestStory, Evidence, MessageKind, ReportLine, SourceLine
from bot.sinks.slack.payload import payload

STYLE = """
body{font:15px/1.46 Lato,'Helvetica Neue',Arial,sans-serif;color:#1d1c1d;background:#fff;margin:0;
padding:20px 24px;width:672px}
.who{display:flex;gap:10px}.avatar{width:36px;height:36px;border-radius:8px;background:#1a4a5e;color:#fff;font-weight:700;
display:flex;align-items:center;justify-content:center;flex:none}.name{font-weight:900}
.app{background:#eee;border-radius:2px;
font-size:10px;padding:1px 3px;color:#616061;margin:0 4px}.time{color:#616061;font-size:12px}.body{flex:1}
h3{font-size:18px;margin:6px 0 4px}.context{color:#616061;font-size:12.5px;margin:3px 0}.context b{color:#454245}
code{background:#f6f6f6;border:1px solid #ddd;border-radius:3px;color:#c01343;font-size:12px;padding:1px 3px}
hr{border:0;border-top:1px solid #ddd;margin:10px 0}a{color:#1264a3;text-decoration:none}
blockquote{margin:4px 0;padding-left:10px;border-left:4px solid #ddd}.text{white-space:pre-wrap;margin:6px 0}
.button{display:inline-block;border:1px solid #bbb;border-radius:4px;padding:4px 10px;font-weight:700;font-size:13px;
margin:4px 6px 4px 0}
"""


def mrkdwn(text: str) -> str:
    """Slack's own markup as HTML."""
    text = html.escape(html.unescape(text), quote=False)
    text = re.sub(r"&lt;(https?://[^|&]*(?:&amp;[^|&]*)*)\|(.*?)&gt;", r'<a href="\1">\2</a>', text)
    text = re.sub(r"&lt;!date\^\d+\^[^|]*\|([^&]*)&gt;", r"\1", text)
    text = re.sub(r"\*([^*\n]+)\*", r"<b>\1</b>", text)
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", text)


def element(part: dict[str, Any]) -> str:
    """One element of rich text."""
    if part["type"] == "link":
        text = f'<a href="{html.escape(part["url"])}">{html.escape(part.get("text", part["url"]))}</a>'
    else:
        text = html.escape(part.get("text", ""))
    return f"<b>{text}</b>" if part.get("style", {}).get("bold") else text


def block(part: dict[str, Any]) -> str:
    """One block."""
    kind = part["type"]
    if kind == "header":
        return f"<h3>{html.escape(part['text']['text'])}</h3>"
    if kind == "divider":
        return "<hr>"
    if kind == "section":
        return f'<div class="text">{mrkdwn(part["text"]["text"])}</div>'
    if kind == "context":
        return f'<div class="context">{" &nbsp; ".join(mrkdwn(e["text"]) for e in part["elements"])}</div>'
    if kind == "actions":
        labels = [e.get("text", e.get("placeholder", {})).get("text", "") for e in part["elements"]]
        return "".join(f'<span class="button">{html.escape(label)}</span>' for label in labels)
    rows = []
    for section in part.get("elements", ()):
        text = "".join(map(element, section["elements"]))
        tag = "blockquote" if section["type"] == "rich_text_quote" else "div"
        rows.append(f'<{tag} class="text">{text}</{tag}>')
    return "".join(rows)


def page(message: dict[str, Any]) -> str:
    """The whole page."""
    body = "".join(map(block, message["blocks"]))
    return (
        f'<!doctype html><meta charset="utf-8"><title>A digest</title><style>{STYLE}</style><div class="who">'
        '<div class="avatar">W</div><div class="body"><span class="name">Wirewatch</span><span class="app">APP</span>'
        f'<span class="time">8:30 AM</span>{body}</div></div>'
    )


def example() -> dict[str, Any]:
    """The README's digest: invented outlets, invented news."""
    at = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    later = "Velmora's regulator said that its draft rules on Huawei in 5G networks stay open for two more months."
    quote = (
        "Velmora's telecoms regulator has proposed to remove Huawei equipment from the core of the country's 5G "
        "networks, and gave operators until 31 January to comment on the draft."
    )
    chips = "Two plants near the capital would employ 900 people, the economy minister said of the semiconductor bill."
    names = (
        "Northgate Herald",
        "Tidewater Wire",
        "Signal & Spectrum",
        "Newsloop",
        "Porto Alvo Gazette",
        "Lakeland Observer",
    )
    sources = tuple(
        SourceLine(
            outlet=name.lower(), name=name, url=f"https://{name.split()[0].lower()}.example/5g", copy=index in (1, 3)
        )  # type: ignore[arg-type]  # ids of a picture
        for index, name in enumerate(names)
    )

    def marked(text: str, *words: str) -> Evidence:
        spans = sorted((text.index(word), text.index(word) + len(word)) for word in words)
        return Evidence(zone="body", text=text, spans=tuple(spans))

    def found(zone: str, word: str) -> Evidence:
        return Evidence(zone=zone, text=word, spans=((0, len(word)),))

    first = DigestStory(
        story=1,  # type: ignore[arg-type]  # ids of a picture
        title="Velmora gives operators until 31 March to comment on Huawei ban",
        url="https://tidewater.example/5g-2",
        source_name="Tidewater Wire",
        published_at=at - timedelta(minutes=3),
        seen_at=at - timedelta(minutes=2),
        rules=("huawei-5g",),  # type: ignore[arg-type]  # ids of a picture
        rule_names=("Huawei and 5G",),
        quote=marked(later, "Huawei", "5G"),
        evidence=(found("title", "Huawei"), found("title", "5G"), found("body", "Huawei")),
        sources=sources,
        reports=7,
        independent_texts=4,
        first_at=at - timedelta(minutes=49),
        last_at=at - timedelta(minutes=3),
        changes=("31 January → 31 March",),
        first=ReportLine(
            entry=1,  # type: ignore[arg-type]  # ids of a picture
            title="Velmora regulator moves to bar Huawei from 5G core",
            url="https://northgate.example/5g",
            source_name="Northgate Herald",
            at=at - timedelta(minutes=49),
            quote=marked(quote, "Huawei", "5G"),
        ),
        updated=True,
    )
    second = DigestStory(
        story=2,  # type: ignore[arg-type]  # ids of a picture
        title="Assembly agrees 1.2 billion crowns for semiconductor plants",
        url="https://statehouse.example/chips",
        source_name="Statehouse Report",
        published_at=at - timedelta(minutes=20),
        seen_at=at - timedelta(minutes=19),
        rules=("chips",),  # type: ignore[arg-type]  # ids of a picture
        rule_names=("Chip policy",),
        quote=marked(chips, "plants", "semiconductor"),
        evidence=(found("title", "semiconductor"), found("body", "plants")),
        sources=(SourceLine(outlet="statehouse", name="Statehouse Report", url="https://statehouse.example/chips"),),  # type: ignore[arg-type]  # ids of a picture
        first_at=at - timedelta(minutes=20),
        last_at=at - timedelta(minutes=20),
    )
    digest = Digest(
        channel="policy",  # type: ignore[arg-type]  # ids of a picture
        kind=MessageKind.DIGEST,
        at=at,
        stories=(first, second),
        title="policy: 2 stories, 8 reports",
        window=(at - timedelta(hours=1), at),
        held_back=3,
        timezone="Europe/London",
        next_at=at + timedelta(hours=4),
        buttons=True,
    )
    return payload("example", digest)


if __name__ == "__main__":
    message = json.loads(Path(sys.argv[1]).read_text("utf-8")) if len(sys.argv) > 1 else example()
    print(page(message))
