"""Text and what variables of the environment hold → the text with the variables' names in place of what they hold.

The law: what an environment variable holds may be a secret, however it came into a text: as it is, percent-encoded in a
URL, decoded again by whoever answers, or without the query that a message leaves out. What was written into a file all
the same is known by where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote, quote_plus, unquote, unquote_plus, urlsplit, urlunsplit

_SHORTEST = 3
"""Characters; shorter values are no secrets, and stand in too many words."""
_WRITTEN = re.compile(
    r"""
    (?P<login>://[^\s/?#"'@:]*:)(?P<password>(?:(?!://)[^\s"'])+?)(?=@[^\s/?#"'@]*(?:[/?#\s"']|$))
    | [?&;](?P<parameter>[\w.\[\]-]+)=(?P<query>[^\s&#"'<>,;{}\]]+)
    | (?P<token>\bx(?:ox[a-z]|app)[.-][\w.-]+)
    | (?P<hook>(?<=hooks\.slack\.com/)\w+/[\w/]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Where secrets stand in a line: a URL's password and what its query holds of them, Slack's tokens and webhooks."""
_SECRET_PARTS = ("password", "query", "token", "hook")
_OF_SECRETS = re.compile(
    r"(?:token|key|auth|sig|signature|secret|pass|passwd|password|passphrase|pwd|pin|credentials?|jwt|sid|sessid)[\d\]]*\Z",
    re.IGNORECASE,
)
"""How the name of a parameter ends that holds a secret: `access_token`, `apikey`; not `keywords`, `author`."""
_LEAST_MADE = 8
"""Characters; NIST SP 800-63B has no secret of fewer."""
_LEAST_NAMED = 4
"""Characters: `?sid=3` is a section, `?pin=2580` is none."""
_LOGIN_ALONE = re.compile(r"://(?!\*\*\*@|\$\{)[^\s/?#\"'@:]+@")
_PORT = re.compile(r"\d{1,5}[/?#]")
"""What stands behind a colon in `http://rsshub:1200/youtube/user/@orbrecht`, which has no login."""
_AS_WRITTEN = re.compile(r"\d+|(?:[a-z]{2,})?(?:[A-Z]+[a-z]{2,})*[A-Z]*")
"""A number, a word, words joined as in `TechCrunch`."""
_WORD = re.compile(r"[^\W_]+")
_CREDENTIALS = re.compile(
    r"\b(?P<header>Authorization|Cookie)[\"']?\s*:\s*[\"']?(?P<value>[^\s\"',}\[][^\"',}]*)", re.IGNORECASE
)
"""HTTP's headers for secrets, wherever they are written."""
_HEADERS_IN_LINE = re.compile(r"\bheaders:\s*\{(?P<headers>(?:\$\{\w*\}|[^}])*)")
_HEADERS_BELOW = re.compile(r"\s*(?:-\s+)*headers:\s*(?:#.*)?\Z")
_HEADER = re.compile(r"(?<![\w-])[\w-]+['\"]?\s*:\s*(?P<value>\"[^\"]*\"?|'[^']*'?|[^,\s][^,]*)")
_VARIABLE = re.compile(r"\$\{\w*\}")


def redacted(text: str, variables: Mapping[str, str]) -> str:
    """`text` with `${NAME}` in place of what the variable NAME holds, in each of its spellings."""
    return _without(text, {one: name for name, value in variables.items() for one in (*_in_url(value), value)})


def without_secrets(text: str, variables: Mapping[str, str]) -> str:
    """`redacted`, and with asterisks for secrets that its URLs hold as they were written into the rules file: a login's
    password (all of a login that is one word), what a parameter named for a secret holds. What looks like a secret
    under another name stays: a channel's number tells one feed from the next."""
    return _without_literals(redacted(text, variables))


def _without_literals(text: str) -> str:
    return _LOGIN_ALONE.sub("://***@", _WRITTEN.sub(_hidden, text))


def _hidden(found: re.Match[str]) -> str:
    """What `_WRITTEN` has found, with asterisks for the secret that it ends with."""
    secret = found["password"] or (found["query"] if found["query"] and _is_named_secret(found) else None)
    if secret is None or _VARIABLE.fullmatch(secret) is not None:
        return found[0]
    before = found[0][: -len(secret)]
    if found["password"] and _PORT.match(secret) is not None:
        return before + _without_literals(secret)
    return f"{before}***"


def base_without_secrets(url: str, variables: Mapping[str, str]) -> str:
    """A feed's URL as its relative links are made absolute by: without a login, and without what variables hold in its
    path. Its host stays, or no link would lead anywhere."""
    parts = urlsplit(url)
    spellings = {value: name for name, value in variables.items()}
    path = _without(parts.path, spellings)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], path, _without(parts.query, spellings), ""))


def line_without_secrets(lines: Sequence[str], number: int) -> str:
    """Line `number` (from 0) of a rules file as it may be shown, in logs and to ops, too: an asterisk for each
    character of a secret, so that columns stay. Names of variables stay."""
    line = lines[number]
    hidden = [
        match.span(part)
        for match in _WRITTEN.finditer(line)
        for part in _SECRET_PARTS
        if match[part] and (part != "query" or _is_secret(match))
    ]
    hidden += [match.span("value") for match in _CREDENTIALS.finditer(line) if _are_credentials(match)]
    within = [match.span("headers") for match in _HEADERS_IN_LINE.finditer(line)]
    if _is_below_headers(lines, number):
        within.append((0, len(line)))
    hidden += [match.span("value") for start, end in within for match in _HEADER.finditer(line, start, end)]
    places = {at for start, end in hidden for at in range(start, end) if line[at] not in "\"'"}
    places.difference_update(at for match in _VARIABLE.finditer(line) for at in range(*match.span()))
    return "".join("*" if at in places else char for at, char in enumerate(line))


def _is_secret(parameter: re.Match[str]) -> bool:
    """Whether a parameter of a URL is named for a secret, or holds what no person writes: whoever searches for
    `?q=Huawei+5G` must see the slip in it."""
    return _OF_SECRETS.search(parameter["parameter"]) is not None or _is_made(unquote_plus(parameter["query"]))


def _is_named_secret(parameter: re.Match[str]) -> bool:
    is_named = _OF_SECRETS.search(parameter["parameter"]) is not None
    return is_named and len(parameter["query"]) >= _LEAST_NAMED


def _is_made(value: str) -> bool:
    """Whether a value looks as programs make them: letters mixed with figures, or capitals at random."""
    return any(
        len(part) >= _LEAST_MADE and part.isascii() and _AS_WRITTEN.fullmatch(part) is None
        for part in _WORD.findall(value)
    )


def _are_credentials(header: re.Match[str]) -> bool:
    """Not the rest of a headline: `Authorization: EU lets the vaccine in`, `Cookie: a history`."""
    value = header["value"].partition(" #")[0]
    is_sent = "=" in value if header["header"].lower() == "cookie" else len(value.split()) <= 2
    return is_sent or _is_made(value)


def _is_below_headers(lines: Sequence[str], number: int) -> bool:
    """Whether the key that this line belongs to is a feed's `headers:`, on a line of its own."""
    indent = _indent(lines[number])
    for above in reversed(lines[:number]):
        if above.strip() and _indent(above) < indent:
            return _HEADERS_BELOW.match(above) is not None
    return False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _without(text: str, names: Mapping[str, str]) -> str:
    spellings = {
        spelling: name
        for value, name in names.items()
        for spelling in (value.strip(), quote(value, safe=""), quote(value), quote_plus(value), unquote(value))
        if len(spelling) >= _SHORTEST
    }
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, f"${{{spellings[spelling]}}}")
    return text


def _in_url(value: str) -> Iterator[str]:
    """What is secret in a whole URL that a variable holds, part by part; its host is not."""
    if "://" not in value:
        return
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        return
    yield value.partition("?")[0]
    yield from (parts.path.strip("/"), parts.query, parts.password or "")
