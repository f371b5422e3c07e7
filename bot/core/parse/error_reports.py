"""A feed → what its maker says in an entry of why there is no feed; None: it brings news.

The law: only the whole form is believed. A program that makes feeds of pages has no other place for its errors than an
entry; it is alone, leads nowhere but back to the feed (or has neither link nor guid), and its headline is an error in
the words of machines. An outage on a status page has an address of its own, and an article about errors stands beside
others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus

from bot.core.parse.machine_words import has_machine_word, is_of_machines
from bot.core.parse.spellings import canonical_url
from bot.model import Entry

_BY_TITLE = re.compile(r"Bridge returned error \d{1,3}! \(\d{1,9}\)|RSS reader not yet whitelisted!?")
"""Headlines that are one wherever they lead: that of RSS-Bridge, one each day, which behind a proxy does not know its
own address, and that of a server of Nitter's for readers that it does not know."""
_PHRASES = {
    status.value: status.phrase.casefold() for status in HTTPStatus if status.value >= HTTPStatus.BAD_REQUEST.value
}
_ALONE = frozenset(phrase for phrase in _PHRASES.values() if " " in phrase) | {
    "permission denied",
    "session expired",
    "unknown error",
}
"""Reason phrases of HTTP that say enough without their number (`Gone` and `Locked` do not), and what systems say."""
_STATUS = re.compile(r"\b([45]\d\d):? ([a-z][a-z' -]+?)(?: error)?(?=$|[.:;,!(/|–—-])")
_DONE = r"(?:fetch|load|gett|retriev|pars|scrap|download|read|connect|generat)ing"
_WHAT = (
    r"(?:(?:the|this|any|your|data|content|from) ){0,3}"
    r"(?:https?:|feed|page|web ?page|site|website|url|items?|rss|html|xml)"
)
_STOP = r"(?:$| ?[^\w\s,'’-]| [-–—]|, (?:please|try|retry|wait)\b)"
_END = (
    rf"(?=(?: \d+)?{_STOP}"
    rf"| (?:while|when|for|from|on|at|in|of|to) (?:{_DONE}|{_WHAT}|line \d|user |\d+\.\d))"
)
"""Where a machine stops, and a headline goes on: `Network error at Frankfurt airport grounds flights` is news."""
_WORDS = re.compile(
    r"^error(?: page)?(?:$|[:\]])"
    rf"|^(?:an )?error (?:occurred )?(?:(?:while|when|in) {_DONE}\b|{_DONE}{_END}|{_DONE} {_WHAT})"
    rf"|\b(?:error|fehler|erreur|errore|erro|fout)(?: code)? [45]\d\d\b{_END}"
    rf"|\b(?:http|status)(?:/[\d.]{{1,3}})?(?: error| status| code)*:? [45]\d\d\b{_END}"
    rf"|(?P<noun>\b(?:curl|http|feed|server|network|connection|parser?|parsing|proxy|ssl|tls|dns|xpath|selector|api)"
    rf" (?:error|failure){_END}|\btoo many requests{_END}|\brate limit (?:was |has been )?(?:exceeded|reached){_END}"
    rf"|^(?:(?:oops|whoops|sorry)\W+)?something went wrong{_END}|^out of memory{_END})"
    r"|^(?:failed to|unable to|could not|couldn't|cannot|can't) (?:fetch|load|get|retrieve|parse|scrape|download|read)"
    rf" {_WHAT}{_END}"
    rf"|^allowed memory size of \d|\b(?:uncaught|unhandled) (?:\w+)?exception{_END}"
    r"|^exception (?:while|in|at)\b|^traceback (?:\(|most recent)"
)
_CLASS = re.compile(r"^\W*(?:[\w.\\]*[A-Za-z])(?:Error|Exception)(?= ?(?:$|[:()\[\]]|\d))")
"""`TimeoutError: …`, `HttpException`."""
_CAUSE = re.compile(r" ?(?:[:,]| [-–—]) (.+)")
_LONGEST = 300
"""Characters of a headline that are read."""
_AROUND = re.compile(r"^[\W_]+|[\s.!)\]]+$")


def error_report(entries: Sequence[Entry], base: str) -> str | None:
    """The headline of a feed's only entry where that is an error of the feed's maker. `base`: the feed's address."""
    if len(entries) != 1:
        return None
    (entry,) = entries
    is_one = _BY_TITLE.fullmatch(entry.title) or (_leads_nowhere(entry, base) and _is_error(entry.title))
    return entry.title if is_one else None


def _leads_nowhere(entry: Entry, base: str) -> bool:
    if entry.url:
        return canonical_url(entry.url, fragment=True) == canonical_url(base)
    return not entry.guid


def _is_error(title: str) -> bool:
    text = " ".join(_AROUND.sub("", title[:_LONGEST]).split()).casefold().replace("time-out", "timeout")
    if text in _ALONE or _CLASS.search(title[:_LONGEST]) or is_of_machines(text):
        return True
    found = _WORDS.search(text)
    if found is not None:
        # `Network error: trains stop across the north` is news: machines give a cause in words of theirs.
        cause = _CAUSE.match(text, found.end()) if found["noun"] else None
        return cause is None or has_machine_word(cause[1])
    return any(
        _PHRASES.get(int(number)) == phrase.strip() or phrase.startswith("service temporarily")
        for number, phrase in _STATUS.findall(text)
    )
