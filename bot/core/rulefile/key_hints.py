"""A key that is none where it stands → what to write instead: what other tools call a key of ours, or where it belongs.

The law of this file: a hint is given for a word that says what was meant and nothing else; typing errors are for
`did_you_mean`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.core.text.suggest import nearest

CALLED_ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "when": ("expr", "expression", "query", "condition", "if", "pattern", "keywords", "keyword", "search", "filter"),
    "to": ("channel", "channels", "slack", "notify", "receiver", "receivers", "destination", "target"),
    "priority": ("severity", "urgency", "level", "importance"),
    "name": ("title", "label", "alert", "description"),
    "owner": ("author", "contact", "assignee"),
    "tests": ("test", "examples", "example"),
    "url": ("link", "href", "xmlurl", "feed_url", "address", "rss", "uri"),
    "every": ("interval", "refresh", "poll", "frequency", "ttl"),
    "tags": ("category", "categories", "folder", "labels", "groups"),
    "outlet": ("publisher", "source"),
    "but_not": ("not", "except", "exclude", "excluding", "without"),
    "names": ("aliases", "synonyms", "words", "variants"),
    "match": ("matches", "positive", "should_match", "yes"),
    "not": ("no", "negative", "no_match", "not_match", "should_not_match"),
    "body": ("content", "text", "html"),
    "slack": ("channel", "id", "address"),
    "digest": ("schedule", "batch"),
    "quiet": ("quiet_hours", "dnd", "mute", "silence"),
    "timezone": ("tz", "zone", "time_zone"),
    "keep": ("retention", "archive"),
    "entities": ("macros", "variables", "definitions", "lists"),
    "feeds": ("sources", "subscriptions", "urls"),
    "rules": ("alerts", "watches", "queries", "filters", "searches", "keywords"),
}
"""Keys of ours, and what monitoring tools, feed readers and alert managers call them."""
STANDS_UNDER: Mapping[str, tuple[str, ...]] = {
    "settings:": ("timezone", "max_age", "keep", "allow_private_hosts", "first_run", "fetch", "review", "missed"),
    "settings.fetch:": ("concurrency", "per_host", "timeout", "max_bytes"),
    "a rule": ("when", "to", "priority", "mention", "spike", "expect", "tests", "owner"),
    "a channel": ("slack", "immediate", "quiet", "follow", "digest"),
    "a channel's digest:": ("at", "days", "max_stories", "every"),
    "a channel's immediate:": ("per_hour",),
    "a feed": ("url", "outlet", "headers", "full_text"),
    "an entity": ("names", "but_not"),
    "text:": ("promo",),
    "the file itself": ("feeds", "entities", "channels", "owners", "rules", "settings"),
}
"""Where a key stands that has one place."""
_SAID_OTHERWISE = {
    "enabled": "what stands here is in force: put # before its lines, or mute it in Slack (/watch mute)",
    "disabled": "put # before its lines, or mute it in Slack (/watch mute)",
    "exclude": "write NOT in when:",
    **dict.fromkeys(("not", "when_not", "not_when", "without", "except", "unless", "ignore"), "write NOT in when:"),
    **dict.fromkeys(("any", "any_of"), "write OR in when:"),
    **dict.fromkeys(("all", "all_of"), "write AND in when:"),
    "and": "write AND in when:",
    "or": "write OR in when:",
    "include": "one file holds everything: write it here",
    "includes": "one file holds everything: write it here",
    "import": "one file holds everything: write it here",
    "rule_files": "one file holds everything: write it here",
    "<<": "merge keys are not read here; write the values out",
}
"""What there is no key for."""
_OF_A_REQUEST = {
    "cookie": "it goes under headers: {Cookie: …}",
    "cookies": "it goes under headers: {Cookie: …}",
    "user_agent": "it goes under headers: {User-Agent: …}",
    "useragent": "it goes under headers: {User-Agent: …}",
    "username": "it goes into the address: https://name:password@host/…",
    "user": "it goes into the address: https://name:password@host/…",
    "password": "it goes into the address, from the environment: https://name:${VAR}@host/…",
    "auth": "it goes under headers: {Authorization: …}, or into the address: https://name:password@host/…",
    "token": "it goes under headers: {Authorization: Bearer ${VAR}}",
    "proxy": "set HTTPS_PROXY in the environment: it is for all feeds",
    "verify_ssl": "there is no way around a certificate that is wrong",
    "verify": "there is no way around a certificate that is wrong",
    "insecure": "there is no way around a certificate that is wrong",
    "ssl_verify": "there is no way around a certificate that is wrong",
}
"""What other readers ask of a feed by keys of their own, and where it goes here."""


def meant_key(name: str, keys: Collection[str]) -> str:
    """The key that a word of another tool, or a typing error, stands for; "": nobody knows."""
    word = name.strip().lower().replace("-", "_")
    if word in keys:
        return word
    called = next((key for key, words in CALLED_ELSEWHERE.items() if key in keys and word in words), "")
    return called or nearest(name, tuple(keys)) or ""


def key_hint(name: str, keys: Collection[str]) -> str:
    """What to write instead of a key that the mapping with these keys does not have."""
    word = name.strip().lower().replace("-", "_")
    if word not in keys and not any(key in keys and word in words for key, words in CALLED_ELSEWHERE.items()):
        said = _SAID_OTHERWISE.get(word) or (_OF_A_REQUEST.get(word) if "headers" in keys else None)
        if said is not None and ("when" in keys or not said.startswith("write ")):
            return said
        place = next((place for place, words in STANDS_UNDER.items() if word in words), "")
        if place:
            return f"{word} stands under {place}"
    meant = meant_key(name, keys)
    return f"did you mean {meant}?" if meant else f"keys are {', '.join(keys)}"
