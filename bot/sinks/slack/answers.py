"""What came of a call of Slack's Web API → one of four errors, in words for the person who can act.

The law: an outcome is believed only where Slack itself speaks: `ok` and a word of its own. Whatever else answers in its
place (a proxy's page, a gateway's JSON, an empty body) says nothing of the message, which is then `Unclear`. No message
holds a token, and the word an answer carries is cut to what Slack's words look like.

The classes are those of docs/slack.md.
"""

from __future__ import annotations

import json
import math
import re
import ssl
from collections.abc import Mapping

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.core.doctor import NO_ROTATION
from bot.errors import SinkError
from bot.network.connection_words import reason_of, tls_reason_of

_AMBIGUOUS = re.compile(r"(?:^|_)(?:error|failed|timeout|unavailable)$|^streaming_state_conflict$")
"""Slack's words for faults of its own (`fatal_error`, `update_failed` …): the call may have taken effect."""
_LATER = re.compile(r"rate_?limit|^message_limit_exceeded$")
_OF_FORM = re.compile(
    r"(?:^|_)(?:blocks?|attachments?|metadata|text|json|arg|arguments?|cards?|file_data|file_type|sharing_blocked)(?:_|$)"
)
"""Words of what stands in the message (`invalid_attachments`, `slack_connect_file_link_sharing_blocked`), known or not:
no channel is to wait for one message."""
_GONE = frozenset(
    {
        "message_not_found",
        "thread_not_found",
        "cant_update_message",
        "edit_window_closed",
        "cannot_reply_to_message",
    }
)
"""The message to edit or to answer is no longer there (or closed to us): nothing to send any more."""
_NOT_OF_A_WORD = re.compile(r"[^a-z0-9_.:-]")
"""Slack's words for errors and scopes are made of the rest."""
_LONGEST_WORD = 60
"""Characters of an error or a scope."""
_PATIENCE, LONGEST_PATIENCE = 30.0, 3600.0
"""Seconds, where a 429 does not say how many; and beyond which it is not believed."""
_STRANGE = "an answer that is not Slack's ({}): a proxy, a firewall or a sign-in page may stand in between"
_FIXES = {
    "not_in_channel": "Invite the app into the channel (/invite).",
    "channel_not_found": "Check the channel's name in rules.yaml, and invite the app if it is private.",
    "is_archived": "Unarchive the channel, or name another one in rules.yaml.",
    "is_inactive": "Unarchive the channel, or name another one in rules.yaml.",
    "no_permission": "Invite the app into the channel (/invite).",
    "edit_window_closed": "Let messages be edited for a day: the workspace's settings, Permissions, Message editing.",
    "cant_update_message": "It is another app's: SLACK_BOT_TOKEN has changed since it was posted.",
    "user_disabled": "The person has left the workspace: name another one in rules.yaml.",
    "org_login_required": "Slack is moving the workspace; there is nothing to do but wait.",
    "accesslimited": "The workspace lets apps in from some addresses only: add this machine's in Slack's settings.",
    "messages_tab_disabled": "Turn on the Messages Tab of the app (api.slack.com/apps, App Home).",
    "token_expired": NO_ROTATION,
    "user_not_found": "Check the id: it is in the person's profile, under Copy member ID.",
    "missing_argument": (
        "The token may belong to a whole organisation, which has no list of channels: write the channel's id (C…) in "
        "rules.yaml instead of its name."
    ),
    "team_not_found": "Write the channel's id (C…) in rules.yaml instead of its name.",
    "team_added_to_org": "Slack is moving the workspace; there is nothing to do but wait.",
    "external_channel_migrating": "Slack is moving the channel; there is nothing to do but wait.",
    "ekm_access_denied": "An administrator of the workspace has suspended posting, and can allow it again.",
    "team_access_not_granted": "Install the app in that workspace of the organisation, too.",
}

_INSTALL = (
    "Install the app in the workspace and take the Bot User OAuth Token (xoxb-…) from its page OAuth & Permissions."
)


class NotSent(SinkError):
    """The call surely did not reach Slack: no connection came about."""


class Unclear(SinkError):
    """The call may have taken effect: a reset, a time-out, a 5xx, an answer that is not Slack's."""


class RateLimited(SinkError):
    """429: `after` seconds from now, for that method everywhere."""

    def __init__(self, method: str, after: float) -> None:
        super().__init__(f"{method}: Slack asks for {math.ceil(after)} s of patience")
        self.after = after


class Refused(SinkError):
    """Slack said no. `word` is Slack's name for why."""

    def __init__(self, method: str, word: str, needed: str = "") -> None:
        super().__init__(f"{method}: {word}" + (f" (needs the scope {needed})" if needed else ""))
        self.method, self.word, self.needed = method, word, needed

    @property
    def is_payload(self) -> bool:
        """The form of this message is refused; another form may pass."""
        return self.is_too_long or _OF_FORM.search(self.word) is not None

    @property
    def is_too_long(self) -> bool:
        """It is too much at once: halves of it may pass."""
        return self.word.endswith("_too_long")

    @property
    def is_of_no_channel(self) -> bool:
        """No channel has this name or id."""
        return self.word == "channel_not_found"

    @property
    def is_gone(self) -> bool:
        """What the call was about is gone."""
        return self.word in _GONE


class Redirected(aiohttp.ClientError):
    """Whoever answers in Slack's place sends us on to this host."""


class StoodStill(aiohttp.ClientError):
    """There is a connection at last, and the time of the call is over."""


def refusal_of(method: str, error: SlackApiError) -> SinkError:
    """An answer whose `ok` is not true: Slack's no, or something that is not Slack's at all."""
    response = error.response
    headers = getattr(response, "headers", None) or {}
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    data = getattr(response, "data", None)
    data = data if isinstance(data, Mapping) else {}
    said = data.get("error")
    word = said if data.get("ok") is False and isinstance(said, str) and said == _word(said) else ""
    if status == 429 or (_LATER.search(word) and not _OF_FORM.search(word)):
        return RateLimited(method, _retry_after(headers))
    if not word:
        kind = (header_of(headers, "content-type") or "").split(";")[0].strip()
        what = f"HTTP {status}" + (f", {kind}" if kind else "")
        return Unclear(f"{method}: " + (what if status >= 500 else _STRANGE.format(what)))
    if status >= 500 or _AMBIGUOUS.search(word):
        return Unclear(f"{method}: HTTP {status} {word}")
    return Refused(method, word, _word(data.get("needed")))


def strange(method: str, what: str) -> Unclear:
    """An answer that lacks what Slack's answer to `method` has."""
    return Unclear(f"{method}: {_STRANGE.format(what)}")


def failure_of(method: str, error: Exception, host: str, seconds: float) -> SinkError:
    """What a library raised before there was an answer of Slack's. `host`: who was asked, with a limit of `seconds`."""
    match error:
        case aiohttp.ClientConnectorCertificateError() | ssl.SSLCertVerificationError():
            words = (
                f"the certificate of {host} is not accepted ({tls_reason_of(error)}). Where a proxy opens TLS, name a "
                "file with its authority in SSL_CERT_FILE"
            )
        case aiohttp.ClientConnectorDNSError():
            words = f"the name {host} is not known here ({reason_of(error.os_error)})"
        case aiohttp.ClientConnectorError():
            words = f"no connection to {host} ({reason_of(error.os_error)})"
        case aiohttp.ClientHttpProxyError():
            words = f"the proxy does not connect to Slack (HTTP {error.status})"
        case Redirected():
            return strange(method, f"a redirect to {error}" if str(error) else "a redirect")
        case StoodStill():
            return Unclear(f"{method}: this process stood still before the call")
        case TimeoutError():
            return Unclear(f"{method}: no whole answer within {seconds:.0f} s")
        case aiohttp.ServerDisconnectedError():
            return Unclear(f"{method}: the connection ended without an answer")
        case aiohttp.ClientPayloadError():
            return Unclear(f"{method}: the answer was cut off")
        case aiohttp.ClientError() | OSError():
            return Unclear(f"{method}: the connection broke ({type(error).__name__})")
        case _:
            # slack_sdk trips over an answer in plain text, or JSON that is no object.
            return strange(method, "no JSON object")
    return NotSent(f"{method}: {words}")


def header_of(headers: Mapping[str, str], name: str) -> str | None:
    """A header by its name in small letters, however it is written; None: there is none."""
    return next((value for key, value in headers.items() if key.lower() == name), None)


def error_text(error: SinkError) -> str:
    """What a row keeps of an error, on one line."""
    return json.dumps(str(error), ensure_ascii=False)[1:-1][:300]


def fix_of(error: SinkError) -> str:
    """What a person does about a refusal, in a sentence; nothing where nobody knows."""
    if not isinstance(error, Refused):
        return ""
    if error.needed:
        return f"Add the scope {error.needed} to the app and install it again."
    if error.word.startswith("restricted_action"):
        return "Let the app post there: the channel's settings, Posting permissions."
    return _FIXES.get(error.word, "")


def token_fix_of(error: SinkError) -> str:
    """The same where `auth.test` is refused, too: then it is the token."""
    return fix_of(error) or _INSTALL


def advice_of(error: SinkError) -> str:
    """`fix_of`, and where nobody knows, who does."""
    if not isinstance(error, Refused):
        return ""
    return fix_of(error) or f"What Slack means by it: https://docs.slack.dev/reference/methods/{error.method}"


def _word(value: object) -> str:
    return _NOT_OF_A_WORD.sub("", str(value or ""))[:_LONGEST_WORD]


def _retry_after(headers: Mapping[str, str]) -> float:
    try:
        seconds = float(header_of(headers, "retry-after") or "")
    except ValueError:
        return _PATIENCE
    return _PATIENCE if math.isnan(seconds) else min(max(seconds, 0.5), LONGEST_PATIENCE)
