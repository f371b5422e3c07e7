"""What stands around a feed → the feed: a browser's page, a document that was escaped as a whole, a script's call, a
string of XML or JSON that holds it all.

The law: only what begins with a feed is taken out of something else; a page that is about feeds stays a page.
"""

from __future__ import annotations

import html
import json
import re

_HTML_ROOT = re.compile(r"<html[\s>]", re.IGNORECASE)
_ESCAPED = r"(?:&lt;|&#60;|&#x3c;)(?:\?xml|(?:[\w.-]+:)?(?:rss|feed|rdf))\b"
_ESCAPED_START = re.compile(rf"\s*{_ESCAPED}", re.IGNORECASE)
"""A feed that was escaped as a whole."""
_NO_ROOT = r"(?!(?:[\w.-]+:)?(?:rss|feed|rdf|channel|html|opml)[\s>])"
"""What is a feed or a page itself is none around one: its title may begin with `&lt;rss&gt;`."""
_IN_ELEMENT = re.compile(
    rf"\s*(?:<\?xml[^<>]*>\s*)?(?:<{_NO_ROOT}[\w:.-]+(?:\s[^<>]*)?>\s*){{0,6}}?<{_NO_ROOT}([\w:.-]+)(?:\s[^<>]*)?>\s*"
    rf"(?:(?={_ESCAPED})|(<!\[CDATA\[)\s*(?=<(?:\?xml|rss|feed|rdf)\b))",
    re.IGNORECASE,
)
"""A feed as the text of one element: `<string xmlns="http://tempuri.org/">&lt;rss …`, as a web service of .NET hands
on a string; also with others around that (SOAP)."""
_IN_JSON = re.compile(r'(?:\A|:)\s*"(?:\s|\\[nrt]){0,99}(?:(?:<|\\u003[cC])(?:\?xml|rss|feed|rdf:RDF)\b|\{\s*\\")')
"""The same as a string of JSON, alone or as a field beside others: `{"contents": "<rss …"}`, as proxies for scripts
hand a page on."""
_HEAD = 10_000
"""Characters of a document in which that string begins."""
_FEED = re.compile(r"\s*(?:<(?:\?xml|rss|feed|rdf:RDF)\b|\{)", re.IGNORECASE)
_SHOWN_TEXT = re.compile(
    r"<body\b[^<>]*>\s*<pre\b[^<>]*>\s*((?:&lt;(?:\?xml|rss|feed|rdf)\b|\{)[^<]*)(?:</pre>|\Z)", re.IGNORECASE
)
_SHOWN_XML = re.compile(
    r"(?:<div id=\"webkit-xml-viewer-source-xml\">|<body\b[^<>]*>)\s*(?=<(rss|feed|rdf:RDF)\b)", re.IGNORECASE
)
"""A feed as the page that a browser shows it as: what a proxy hands on that fetches with one. A page that is about
feeds has more before its `<pre>`."""
_SCRIPT_START = re.compile(
    r"\s*+(?:\)\]\}',?|(?:while\(1\)|for\(;;\)|throw 1);|(?://[^\n]{0,500}\n\s*+){1,9}|(?:/\*\*/\s*+)?[\w.$]{1,80}\()"
    r"\s*+(?=\{\s*+\")"
)
_SCRIPT_END = re.compile(r"\)\s*+;?\s*+$")
"""What servers put around JSON that scripts are to read: `callback(…);`, `)]}'`, `while(1);`, a comment. Possessive:
two readings of one run of blanks take minutes of a long one."""


def unwrapped(text: str) -> tuple[str, str]:
    """The feed within something else, and what was around it; any other text as it is, and nothing."""
    if _ESCAPED_START.match(text) is not None:
        return html.unescape(text).lstrip(), "the document was escaped as a whole: repaired"
    if (script := _SCRIPT_START.match(text)) is not None:
        rest = _SCRIPT_END.sub("", text[script.end() :]) if "(" in script[0] else text[script.end() :]
        return rest, "something stands before the feed: left out"
    if _HTML_ROOT.search(text[:500]) is not None and (source := _shown(text)):
        return source, "a browser's page around the feed: left out"
    if source := _in_a_string(text):
        return source, "the feed is a string in another document: taken out of it"
    return text, ""


def _in_a_string(text: str) -> str:
    text = text.lstrip("\ufeff \t\r\n")
    if (element := _IN_ELEMENT.match(text)) is not None:
        end = text.rfind("]]>" if element[2] else f"</{element[1]}")  # none where it was cut off
        source = text[element.end() : end if end >= 0 else None]
        return source if element[2] else html.unescape(source).lstrip()
    if not text.startswith(("{", '"')) or _IN_JSON.search(text, 0, _HEAD) is None:
        return ""
    try:
        document = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return ""
    fields = document if isinstance(document, dict) else {"": document}
    if isinstance(fields.get("items"), list):
        return ""  # a JSON Feed whose title begins with `<rss>`
    return next((one.lstrip() for one in fields.values() if isinstance(one, str) and _FEED.match(one)), "")


def _shown(text: str) -> str:
    if (shown := _SHOWN_TEXT.search(text)) is not None:
        return html.unescape(shown[1])
    if (shown := _SHOWN_XML.search(text)) is None:
        return ""
    end = text.rfind(f"</{shown[1]}>")  # none where the page was cut off: what stands before the cut is read
    return text[shown.end() : end + len(f"</{shown[1]}>") if end >= 0 else None]
