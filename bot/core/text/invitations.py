"""A short line → whether it asks to share, follow or subscribe.

The law of this file: a verb of sharing counts only together with a noun of its language, and only where nothing is
told. In many languages what asks is what tells, too (`Comparte Orbrecht …`, `Bagikan …`, `Teilen …`, `Delen …`):
headlines begin so. What goes on telling is text, but for what an invitation says of itself (`us`, `our`), to whom
(`your`) and what it brings (`the latest news`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.text.labels import SENTENCE, LineLabels, Sharing, parts_in_order
from bot.core.text.words import CJK_STRETCH, normal_line

_CLAUSE_SIGN = re.compile(r"\s?[:?!]\s")
_BREAK = re.compile(r"[,،:?!]\s|\s[–—-]\s")
"""Behind such a sign goes on what a line tells."""
_COMMA = re.compile(r"[,،]\s")
_SAID = re.compile('["“”„«»‘\'][^"”“»«’]{3,}["”“»«’]')
"""What is said at the beginning of a line."""
_CLAUSES = re.compile(r"[,،:.!?;।|]\s|\s[–—-]\s")
_TOLD_WORDS, _TELLING = 2, 4
"""Words, networks' names left out, from which they tell something; the letters of such a word."""
_TOLD_SHORT_WORDS = 4
"""The same of words of any length: Vietnamese syllables have three letters."""
_CLAUSE_END = re.compile(r"[、。，！!？?；;]")
_ENDING = re.compile("[\u3041-\u3096\uac00-\ud7a3]{0,7}")
"""What a verb in Japanese or Korean may end in: kana, syllables."""
_SHORT = 6
"""Words up to which a line with a full stop is an invitation where its verb says little: `Follow Jane on X.`"""
_NEAR_VERB = 3
"""Characters of a particle between a noun and the verb behind it."""
_RUNS = 3
"""Runs of a script without spaces in a line that invites, networks' names in other letters apart."""
_CLAUSE_CHARACTERS = 4
"""Of a clause in a script without spaces that tells something: `，老人被骗`."""


def invites(text: str, words: Sequence[str], normal: str, labels: LineLabels, *, linked: bool) -> bool:
    """Whether a short line asks to share, follow or subscribe, or is a row of networks' names."""
    shares = words[0] in labels.share_nouns or words[0] in labels.share_first
    if shares and len(words) >= 2 and labels.share_nouns.issuperset(words[1:]):  # Share: Facebook Twitter
        return True
    padded = f" {normal} "
    verbs = labels.share_first.get(words[0], ()) if not _is_said(text, labels) else ()
    is_plain = bool(verbs) and not linked
    asked = f" {_asked(text, verbs, labels) if is_plain else normal} "
    is_told = is_plain and _says_who(text, labels)
    for verb in verbs:
        if verb.parts[0] == normal:
            return True
        if len(verb.parts) > 1 and (is_told or (is_plain and _is_anybodys(text, words, verb, labels))):
            continue
        # `Support for the strike at <a>Orbrecht</a> grew on Facebook.` is a sentence.
        counts = not verb.if_linked or (linked and (len(words) <= _SHORT or SENTENCE.search(text) is None))
        begins = counts and padded.startswith(f" {verb.parts[0]} ")
        # `Join us, Orbrecht chief tells Facebook staff`: the noun is none of the verb.
        noun_at = len(verb.parts[0]) + 1 if not linked and ", " in text else 0
        if begins and parts_in_order(padded, verb.parts) is not None and verb.nouns.search(asked, noun_at):
            return linked or not _goes_on_telling(text, normal, verb, labels)
    for word in words:
        for verb in labels.share_anywhere.get(word, ()):
            if verb.parts[0] == normal:
                return True
            if verb.nouns.search(normal) and _ends_a_clause(text, verb):
                return linked or not _tells_behind_a_sign(text, words, labels)
    unspaced = not normal.isascii() and sum(word not in labels.share_nouns for word in words) <= _RUNS
    if unspaced and CJK_STRETCH.search(normal) is not None:
        return _invites_in_a_clause(text, labels)
    return False


def said_end(text: str) -> int:
    """Where that ends which somebody says at the beginning of a line that goes on; 0: nobody says anything."""
    said = _SAID.match(text)
    return said.end() if said is not None and len(text[said.end() :].split()) > 1 else 0


def _is_said(text: str, labels: LineLabels) -> bool:
    """Whether somebody says what a line begins with (`“Support us,” Orbrecht asked voters on Facebook.`), and it is no
    invitation that goes on (`“Follow us” on Facebook and Instagram`)."""
    behind = text[end:] if (end := said_end(text)) else ""
    telling = sum(len(word) >= _TELLING and word[0].islower() for word in behind.split())
    return behind != "" and (telling >= _TOLD_WORDS or labels.share_nouns.isdisjoint(normal_line(behind).split()))


def _asked(text: str, verbs: Sequence[Sharing], labels: LineLabels) -> str:
    """The clause that asks, as `normal_line` has it: behind a colon goes on what is told (`Subscribe or pay: Meta gives
    Instagram users a choice`); behind a comma may go on what it is that is asked for (`…, our daily newsletter`)."""
    clause, _, behind = text.partition(", ")
    if not labels.own.isdisjoint(normal_line(behind).split()[:1]):
        clause = text
    end = _CLAUSE_SIGN.search(clause)
    if end is None:
        return normal_line(clause)
    asks = normal_line(clause[: end.start()])
    tells = _tells_something(clause[end.end() :], labels)
    return asks if tells and all(verb.parts[0] != asks for verb in verbs) else normal_line(clause)


def _says_who(text: str, labels: LineLabels) -> bool:
    """Whether behind a comma goes on who said what somebody is to follow (`Suivez l'argent sur Twitter, dit le juge`);
    behind what is asked for oneself go on its name and its use (`Follow us on Twitter, where …`)."""
    rest = text.partition(", ")[2]
    return labels.share_nouns.isdisjoint(normal_line(rest).split()) and _tells_something(rest, labels)


def _is_anybodys(text: str, words: Sequence[str], verb: Sharing, labels: LineLabels) -> bool:
    """Whether a sentence asks to follow what has no name and is nobody's own: `Follow artists on Spotify.` says what an
    app does."""
    if SENTENCE.search(text) is None or not labels.own.union(labels.pointing).isdisjoint(words):
        return False
    behind = words[verb.parts[0].count(" ") + 1 :]
    end = verb.parts[1].partition(" ")[0]
    asked = text.split()[-len(behind) :][: behind.index(end) if end in behind else 0]
    return bool(asked) and all(len(word) >= _TELLING and word.islower() for word in asked)


def _goes_on_telling(text: str, normal: str, verb: Sharing, labels: LineLabels) -> bool:
    """Whether a line that begins as an invitation tells something besides: behind a sign (`Bagikan foto di Instagram,
    bos Orbrecht dikecam`), behind a network's name (`Dela på Facebook kan bli dyrt`), or behind whose it is (`Скачать
    приложение Orbrecht обязали всех`; behind `the mailing list` goes on what it brings)."""
    words = normal.split()
    if _tells_behind_a_sign(text, words, labels):
        return True
    nouns = list(verb.nouns.finditer(normal))
    if not nouns or not labels.own.isdisjoint(words):
        return False
    behind = normal.count(" ", nouns[-1].end())
    written = text.split()
    if len(written) != len(words):
        return False
    noun, told = written[len(words) - behind - 1], written[len(words) - behind :]
    is_named = not noun[0].islower() or (told and told[0][0].isupper())
    if not is_named or not noun[-1].isalnum():  # behind a sign nothing was told
        return False
    return sum(len(word) >= _TELLING and word[0].islower() for word in told) >= _TOLD_WORDS


def _tells_behind_a_sign(text: str, words: Sequence[str], labels: LineLabels) -> bool:
    """Whether behind a sign goes on what a line tells; not of what says `us`, `your` or `news`, nor what names a
    network."""
    sign = _BREAK.search(text) if labels.own.isdisjoint(words) else None
    if sign is None:
        return False
    rest = text[sign.end() :]
    return labels.share_nouns.isdisjoint(normal_line(rest).split()) and _tells_something(rest, labels)


def _tells_something(text: str, labels: LineLabels) -> bool:
    """Whether more than networks' names and what asks stands between two commas: a list tells nothing (`sport,
    culture, politics`)."""
    for part in _COMMA.split(text):
        words = set(normal_line(part).split()) - labels.share_nouns - labels.share_first.keys()
        long = sum(len(word) >= _TELLING for word in words)
        if long >= _TOLD_WORDS or sum(len(word) > 1 for word in words) >= _TOLD_SHORT_WORDS:
            return True
    return False


def _ends_a_clause(text: str, verb: Sharing) -> bool:
    """Whether a verb that stands last in its language begins or ends a clause (`Facebookia seuraa Orbrecht` tells)."""
    clauses = [f" {normal_line(clause)} " for clause in _CLAUSES.split(f"{text} ")]
    part = f" {verb.parts[0]} "
    return any(clause.startswith(part) or clause.endswith(part) for clause in clauses)


def _invites_in_a_clause(text: str, labels: LineLabels) -> bool:
    """The same in a script without spaces; behind the clause nothing is told (`扫码下载假客户端，老人被骗`)."""
    said = _SAID.match(text)
    if said is not None and not any(
        noun in text[said.end() :] for noun in labels.share_nouns if CJK_STRETCH.search(noun)
    ):
        behind = _CLAUSE_END.sub("", text[said.end() :])
        if len(behind) >= _CLAUSE_CHARACTERS:  # “关注我们的公众号”，短信这样写道
            return False
    clauses = [clause.strip() for clause in _CLAUSE_END.split(text)]
    for at, clause in enumerate(clauses):
        if _invites_unspaced(normal_line(clause), labels):
            is_own = any(own in text for own in labels.own if CJK_STRETCH.search(own))
            return is_own or all(len(other) < _CLAUSE_CHARACTERS for other in clauses[at + 1 :])
    return False


def _invites_unspaced(clause: str, labels: LineLabels) -> bool:
    """Whether the verb begins a clause in a script without spaces and a noun ends a word of it, or the verb ends it,
    right behind a noun (`フェイスブックのシェアを取得` is news)."""
    for verb in labels.share_unspaced:
        at = clause.find(verb.parts[0])
        if at < 0:
            continue
        end = at + len(verb.parts[0])
        if verb.last:
            nouns = verb.nouns.finditer(clause, 0, at)
            if _ENDING.fullmatch(clause, end) and any(at - noun.end() <= _NEAR_VERB for noun in nouns):
                return True
        elif at == 0 and any(clause[noun.end() :][:1] in ("", " ") for noun in verb.nouns.finditer(clause, end)):
            return True
    return False
