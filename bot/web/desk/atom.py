"""What was told in a channel, or by a rule → an Atom feed (RFC 4287), for readers that know its key."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import blake2b
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from aiohttp import web

from bot.app import clock
from bot.core.text.sanitize import web_address
from bot.model import Posted, RuleId
from bot.ports import STORE_BEGAN, Store
from bot.reports.today import told_stories
from bot.web.desk.desk import DESK, Desk, json_response, wants_json

_ATOM = "http://www.w3.org/2005/Atom"
_SHOWN = timedelta(days=14)
"""So far back a feed of ours reaches: readers that ask once a week miss nothing."""
_MOST = 100
"""Entries of a feed."""
_EPOCH = "1970-01-01T00:00:00+00:00"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


async def channel_feed(request: web.Request) -> web.Response:
    desk, name = request.app[DESK], request.match_info["id"]
    rows, began = await desk.archive.ask(lambda store: (_of_channel(desk, store, name), store.get_fact(STORE_BEGAN)))
    return _answer(desk, request, f"/channels/{name}.atom", f"Wirewatch: {name}", rows, began)


async def rule_feed(request: web.Request) -> web.Response:
    desk, name = request.app[DESK], request.match_info["id"]
    rows, began = await desk.archive.ask(lambda store: (_of_rule(desk, store, name), store.get_fact(STORE_BEGAN)))
    page = f"{name}.atom"
    if rows is None and (await desk.archive.ask(desk.rules)).rule(RuleId(page)) is not None:
        raise web.HTTPFound(desk.link("/rules", page))
    return _answer(desk, request, f"/rules/{name}.atom", f"Wirewatch: rule {name}", rows, began)


def _of_channel(desk: Desk, store: Store, name: str) -> list[dict[str, Any]] | None:
    """None: there is no such channel."""
    posted = [row for row in store.posted_since(clock() - _SHOWN) if row.channel == name]
    if not posted and name not in desk.rules(store).channels:
        return None
    return _rows(desk, store, posted)


def _of_rule(desk: Desk, store: Store, name: str) -> list[dict[str, Any]] | None:
    """None: there is no such rule."""
    posted = [row for row in store.posted_since(clock() - _SHOWN) if name in row.rules]
    if not posted and all(rule.id != name for rule in desk.rules(store).rules):
        return None
    return _rows(desk, store, list({row.story: row for row in posted}.values()))


def _rows(desk: Desk, store: Store, posted: list[Posted]) -> list[dict[str, Any]]:
    posted = posted[-_MOST:]
    return told_stories(posted, store.stories({row.story for row in posted}), desk.rules(store))


def _answer(
    desk: Desk, request: web.Request, path: str, title: str, rows: list[dict[str, Any]] | None, began: str | None
) -> web.Response:
    """`began`: when the store did, if that is known. Numbers begin anew with a new one, and readers show nothing under
    an id that they know."""
    if rows is None:
        return web.Response(status=404, text="There is no such channel or rule.\n")
    if wants_json(request):
        return json_response(rows)
    here = desk.access.address_of(request)
    feed = ElementTree.Element("feed", xmlns=_ATOM)
    ElementTree.SubElement(feed, "id").text = f"urn:wirewatch:{quote(path)}"
    ElementTree.SubElement(feed, "title").text = _xml_text(title)
    ElementTree.SubElement(feed, "updated").text = max((row["updated"] or row["at"] for row in rows), default=_EPOCH)
    ElementTree.SubElement(ElementTree.SubElement(feed, "author"), "name").text = "Wirewatch"
    for row in rows:
        entry = ElementTree.SubElement(feed, "entry")
        ElementTree.SubElement(entry, "id").text = f"urn:wirewatch:story:{row['id']}{f':{began}' if began else ''}"
        ElementTree.SubElement(entry, "title").text = _xml_text(row["title"])
        ElementTree.SubElement(entry, "link", href=web_address(row["url"]) or f"{here}/stories/{row['id']}")
        ElementTree.SubElement(entry, "link", rel="related", href=f"{here}/stories/{row['id']}")
        ElementTree.SubElement(entry, "published").text = row["at"]
        ElementTree.SubElement(entry, "updated").text = row["updated"] or row["at"]
        ElementTree.SubElement(entry, "summary").text = _xml_text(_summary(row))
    body = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    etag = blake2b(body, digest_size=16).hexdigest()
    if any(known.value in (etag, "*") for known in request.if_none_match or ()):
        return web.Response(status=304, headers={"ETag": f'"{etag}"'})
    return web.Response(body=body, headers={"Content-Type": "application/atom+xml; charset=utf-8", "ETag": f'"{etag}"'})


def _summary(row: dict[str, Any]) -> str:
    news = row["news"] if row["updated"] else None
    told = f" Updated: {news['title']}{''.join(f' ({change})' for change in news['changes'])}." if news else ""
    return f"{row['sources']}.{told} Rules: {', '.join(row['rules'])}."


def _xml_text(text: str) -> str:
    """Without the characters that XML 1.0 cannot say."""
    return _NOT_IN_XML.sub("\ufffd", text)
