"""Facts about this place → findings, each with what to do. Whoever calls looks the facts up.

Each finding names the variable, file, scope or channel at fault, and what to do; none holds a token or a password.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import PurePath
from urllib.parse import urlsplit

_CLOCK_TOLERANCE = timedelta(seconds=30)
"""Slack's history is searched from 120 s before a call; a clock further off than this is wrong long before."""
_LITTLE_ROOM = 200_000_000
"""Bytes free on the disk of the state folder below which a warning is due: a day of news, its log and a backup."""
_PASSWORD = 15
"""Characters of a password beside which nothing else is asked (NIST SP 800-63B-4, 3.1.1.2)."""
_PACKAGE_FILES = ("requirements.txt", "Pipfile", "poetry.lock", "uv.lock", "pdm.lock", "environment.yml")
"""What Heroku's Python buildpack takes for a package manager; it refuses a repository with two of them."""
_BOT_TOKEN = "SLACK_BOT_TOKEN"  # noqa: S105  # the variable's name
_TOKEN_PREFIXES = {_BOT_TOKEN: "xoxb-", "SLACK_APP_TOKEN": "xapp-"}
NO_ROTATION = (
    "Token rotation, which gave it, cannot be switched off again: make a new app (wirewatch slack manifest) and take "
    "its token."
)
"""What to do about the tokens of an app that changes them."""
_IN_NO_TOKEN = re.compile(r"""[^!-~]|["'`<>]""")
"""What stands in no token: a header of HTTP takes nothing but visible ASCII, and brackets or quotes are somebody's."""


_NETWORK_DRIVES = frozenset([
    "afs", "beegfs", "ceph", "cifs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs",
    "lustre", "nfs", "nfs4", "smb3", "smbfs",
])  # fmt: skip
"""Kinds in /proc/self/mountinfo that lie on another machine."""
_SHARED_FOLDERS = frozenset([
    "9p", "drvfs", "fakeowner", "fuse.grpcfuse", "fuse.osxfs", "fuse.vmhgfs-fuse", "prl_fs", "vboxsf", "virtiofs",
    "vmhgfs",
])  # fmt: skip
"""The same, that a virtual machine shares with its host: a folder that Docker Desktop mounts."""
LOG_LEVELS = {
    "trace": "debug",
    "debug": "debug",
    "info": "info",
    "notice": "info",
    "warn": "warning",
    "warning": "warning",
    "error": "error",
    "critical": "error",
    "fatal": "error",
}
"""The words for levels that programs have (`WARN`, `FATAL`) -> ours."""
ON_WORDS, OFF_WORDS = frozenset(["1", "true", "yes", "on"]), frozenset(["", "0", "false", "no", "off"])
"""What people write into a variable that is a switch."""
_PLACES = ("STATE_DIR", "WIREWATCH_CONFIG", "DATABASE_URL")
"""Variables that say where something lies: a store in another place would begin afresh."""
_OTHERS = ("SLACK_CHANNEL", "SLACK_API_URL", "PUBLIC_URL", "HOST", "PORT")
_LOOKS = {
    _BOT_TOKEN: re.compile(r"(?:xoxe\.)?xoxb-"),
    "SLACK_APP_TOKEN": re.compile("xapp-"),
    "DATABASE_URL": re.compile(r"postgres(?:ql)?://"),
}
"""How what a variable holds begins, where that tells it from all else."""
_AUTHORITIES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "AWS_CA_BUNDLE", "PIP_CERT")
"""Where other programs look for a company's authority."""
_COMMENT = re.compile(r"\s#")
_UNEXPANDED = re.compile(r"\$\{?[A-Za-z_]\w*\}?|\{\{|%[A-Z_]{2,}%")
"""What a shell, a template or Windows would have replaced."""
_LOG_FORMATS = ("auto", "console", "json")


class Level(StrEnum):
    """`bad`: news can get lost here, or nothing works. `note`: worth knowing."""

    OK = "ok"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at."""

    level: Level
    text: str
    is_fatal: bool = False
    """The worker must not start like this: it would lose news."""


def ok(text: str) -> Finding:
    """All is well there."""
    return Finding(level=Level.OK, text=text)


def note(text: str) -> Finding:
    """Worth knowing; nothing has to be done."""
    return Finding(level=Level.NOTE, text=text)


def bad(text: str, is_fatal: bool = False) -> Finding:
    """News may be lost; `is_fatal`: a worker does not start."""
    return Finding(level=Level.BAD, text=text, is_fatal=is_fatal)


def judge_ephemeral(variables: Mapping[str, str], sqlite_file: str | None) -> list[Finding]:
    """SQLite on a dyno: its disk is thrown away at every restart, at least once a day."""
    if not variables.get("DYNO") or sqlite_file is None:
        return []
    if variables.get("ALLOW_EPHEMERAL", "").strip().lower() in ON_WORDS:
        return [
            note(
                "ALLOW_EPHEMERAL=1: the store is a file on a dyno. At each restart it is gone: news of that time is "
                "missed, and what was posted may be posted again."
            )
        ]
    return [
        bad(
            f"DATABASE_URL is not set, and this is a Heroku dyno: the store {sqlite_file} would be lost at every "
            "restart (daily, and at each deploy). Add a database: heroku addons:create heroku-postgresql:essential-0. "
            "To accept the loss, set ALLOW_EPHEMERAL=1.",
            is_fatal=True,
        )
    ]


def judge_variables(variables: Mapping[str, str]) -> list[Finding]:
    """Variables that hold what their file's reader did not read: env files of Docker and systemd know no comment behind
    a value and replace no `$HOME`. Nothing of DATABASE_URL is shown."""
    findings = []
    for name in (*_PLACES, *_OTHERS):
        value = variables.get(name, "").strip()
        if _COMMENT.search(value):
            text = f"{name} has a comment (`# …`) in its value: an env file's comments stand on lines of their own."
            findings.append(bad(text, is_fatal=name in _PLACES))
        elif (left := _UNEXPANDED.search(value)) is not None and "://" not in value.removeprefix("sqlite://"):
            what = "a variable" if name == "DATABASE_URL" else left[0]  # of a password `a$b` it would be the half
            text = (
                f"{name} holds {what} as it is written: env files and unit files replace no variables. Write what "
                "it stands for."
            )
            findings.append(bad(text, is_fatal=name in _PLACES))
    if fault := _api_url_fault(variables.get("SLACK_API_URL", "").strip()):
        # Each message would be unclear for ever: no call says whether it arrived.
        findings.append(bad(f"SLACK_API_URL {fault}", is_fatal=True))
    for name in (*_PLACES, *_TOKEN_PREFIXES, "SLACK_CHANNEL"):
        if variables.get(name, "").strip():
            continue
        other = next((one for one, value in sorted(variables.items()) if _stands_for(name, one, value.strip())), None)
        if other is not None:
            findings.append(note(f"{name} is not set; {other} is, which is not read for it."))
    if not any(variables.get(name, "").strip() for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")):
        others = [name for name in _AUTHORITIES if variables.get(name, "").strip()]
        findings += [note(f"SSL_CERT_FILE is not set; {name} is, which is not read for it.") for name in others[:1]]
    return findings


def _stands_for(name: str, other: str, value: str) -> bool:
    """Whether `other` holds what the variable `name` would: its name says so (a secret's file `…_FILE`, a program's
    prefix, small letters), or what it holds, as tools and hosts have names of their own (SLACK_TOKEN, POSTGRES_URL)."""
    if not value or other in (*_PLACES, *_TOKEN_PREFIXES):
        return False
    looks = _LOOKS.get(name)
    return name in other.upper() or (looks is not None and looks.match(value) is not None)


def judge_homes(paths: Mapping[str, PurePath]) -> list[Finding]:
    """Paths as they are used, by their variables: a `~` that is still there is nobody's home (a container's random user
    id without HOME), and a folder of that name would be made where the worker stands."""
    return [
        bad(f"{name} begins with {path.parts[0]}, and no such home is known here: write the whole path.", is_fatal=True)
        for name, path in paths.items()
        if path.parts and path.parts[0].startswith("~")
    ]


def judge_tokens(variables: Mapping[str, str], trimmed: Collection[str] = ()) -> list[Finding]:
    """Tokens that cannot be what they are said to be. `trimmed`: variables that had quotes or spaces around them.

    Fatal is a bot token that no request can carry: nothing would ever be posted, and only a new start brings another.
    """
    findings = []
    for name, prefix in _TOKEN_PREFIXES.items():
        value = variables.get(name, "").strip()
        if fault := _token_fault(value, prefix):
            alone = f"Write the token alone, on one line, without quotes or `Bearer`: {name}={prefix}…"
            findings.append(bad(f"{name} {fault}. {alone}", is_fatal=name == _BOT_TOKEN))
            continue
        if value and name in trimmed:
            findings.append(note(f"{name} has quotes, spaces or line breaks around it; they are left out."))
        if value.startswith("xoxe."):
            findings.append(note(f"{name} is a token that ends after 12 hours; then all is held. {NO_ROTATION}"))
        elif value and not value.startswith(prefix):
            other = next((one for one, its in _TOKEN_PREFIXES.items() if value.startswith(its)), None)
            text = f"{name} does not begin with {prefix}"
            findings.append(bad(f"{text}: it looks like the {other}.") if other else note(f"{text}, as Slack's do."))
    if not variables.get(_BOT_TOKEN, "").strip():
        findings.append(note("SLACK_BOT_TOKEN is not set: digests go to the terminal."))
    return findings


def is_token(value: str | None) -> bool:
    """Whether a token is there, and a request could carry it."""
    return bool(value) and not _token_fault(value or "", "")


def _token_fault(value: str, prefix: str) -> str:
    """Why no token can look like that, in words that show nothing of it; empty: it may be one. In a rotated token a dot
    stands before the prefix (xoxe.xoxb-)."""
    if prefix and re.search(rf"(?<=[^\w.]){prefix}", value):
        return f"has something before {prefix}"
    if not (wrong := _IN_NO_TOKEN.search(value)):
        return ""
    sign = wrong[0]
    kind = "a line break" if sign in "\r\n" else "a space" if sign.isspace() else f"the character U+{ord(sign):04X}"
    return f"has {kind} in it, which no token has"


def judge_clock(ours: datetime, theirs: datetime, whose: str) -> Finding:
    """Our clock beside another one."""
    apart = abs(ours - theirs)
    if apart <= _CLOCK_TOLERANCE:
        return ok(f"clock: within {max(apart.total_seconds(), 1):.0f} s of {whose}")
    way = "ahead of" if ours > theirs else "behind"
    return bad(
        f"clock: {apart.total_seconds():,.0f} s {way} {whose}. Digests go out at wrong times, and unclear posts "
        "cannot be found again. Set the clock (NTP)."
    )


def judge_room(folder: str, free: int) -> list[Finding]:
    """Bytes free where the store lies."""
    if free >= _LITTLE_ROOM:
        return []
    return [bad(f"STATE_DIR: only {free / 1e6:,.0f} MB are free on the disk of {folder}. Make room before it is full.")]


def file_system(mounts: str, folder: str) -> str:
    """The kind of file system that `folder` lies on, by the text of /proc/self/mountinfo; empty: not said."""
    nearest, kind = "", ""
    for line in mounts.splitlines():
        place, _, source = line.partition(" - ")
        fields = place.split(" ")
        if len(fields) < 5 or not source:
            continue
        point = fields[4].replace("\\040", " ").rstrip("/")
        if (folder == point or folder.startswith(f"{point}/")) and len(point) >= len(nearest):
            nearest, kind = point, source.split(" ")[0]
    return kind


def judge_file_system(folder: str, kind: str) -> list[Finding]:
    """SQLite beyond this machine: its write-ahead log wants memory shared by all who open it, and locks that hold."""
    if kind in _NETWORK_DRIVES:
        return [
            bad(
                f"STATE_DIR: {folder} is on a network drive ({kind}), where SQLite files get damaged. Keep it on a "
                "disk of this machine, or set DATABASE_URL to a PostgreSQL."
            )
        ]
    if kind in _SHARED_FOLDERS:
        return [
            note(
                f"STATE_DIR: {folder} is shared with the host of this virtual machine ({kind}); SQLite files were "
                "damaged on such folders. A volume of Docker's own, or PostgreSQL, is safe."
            )
        ]
    return []


def judge_package_files(names: Collection[str]) -> list[Finding]:
    """Files of the repository's top folder."""
    managers = [name for name in _PACKAGE_FILES if name in names]
    if len(managers) < 2:
        return []
    return [
        bad(
            f"{' and '.join(managers)} lie side by side: Heroku's buildpack takes one package manager and refuses two. "
            "Keep requirements.txt."
        )
    ]


def judge_logs(variables: Mapping[str, str]) -> list[Finding]:
    """Values that mean nothing: the default is taken."""
    return [
        note(f"{name} is {value!r}, which means nothing: it is one of {', '.join(words)}.")
        for name, words in (("LOG_LEVEL", LOG_LEVELS), ("LOG_FORMAT", _LOG_FORMATS))
        if (value := variables.get(name, "").strip()) and value.lower() not in words
    ]


def judge_web(variables: Mapping[str, str]) -> list[Finding]:
    """The web page off loopback without a password; a password that nobody can send, or anybody guess; the address."""
    host, token, url = (variables.get(name, "").strip() for name in ("HOST", "WEB_TOKEN", "PUBLIC_URL"))
    findings = []
    if fault := public_url_fault(url):
        findings.append(bad(f"PUBLIC_URL {fault}"))
    elif url and is_loopback(urlsplit(url).hostname or ""):
        findings.append(note("PUBLIC_URL leads to this machine: a hub, and whoever reads elsewhere, cannot use it."))
    if not token and not (is_loopback(host or "127.0.0.1") and not url):
        where = f"HOST is {host}" if not is_loopback(host or "127.0.0.1") else "PUBLIC_URL is"
        findings.append(
            note(f"WEB_TOKEN is not set and {where}: `web` answers nothing but /healthz and the WebSub callback there.")
        )
    if re.search(r"[\r\n]", token):
        findings.append(bad("WEB_TOKEN has a line break in it: nobody can send it. Write it on one line."))
    elif not token.isascii():
        findings.append(note("WEB_TOKEN has letters that browsers and scripts send in different ways: take a-z, 0-9."))
    if 0 < len(token) < _PASSWORD:
        findings.append(note(f"WEB_TOKEN is short: a password that is all there is takes {_PASSWORD} characters."))
    return findings


def public_url_fault(url: str) -> str:
    """Why readers and hubs reach nothing by PUBLIC_URL, without showing it; empty: it is a whole one, or not set."""
    return _base_url_fault(
        url,
        part="is no whole address; write it as https://desk.example/news.",
        login="has a login in it, which would stand in every link. Take it out; the password is WEB_TOKEN.",
        behind="path",
    )


def _api_url_fault(url: str) -> str:
    """Why no call can go to SLACK_API_URL, without showing it; empty: one can, or it is not set."""
    return _base_url_fault(
        url,
        part="is no whole address. Take it out, or write it as https://slack.example/api/.",
        login="has a login in it, which no call can carry beside the token. Take it out.",
        behind="method's name",
    )


def _base_url_fault(url: str, *, part: str, login: str, behind: str) -> str:
    """What is wrong with an address that others are made of: it is only `part` of one, has a `login`, or an end
    `behind` which nothing fits."""
    if not url:
        return ""
    if not _is_whole_address(url):
        return part
    parts = urlsplit(url)
    if "@" in parts.netloc:
        return login
    return (
        f"ends with {'?' if parts.query else '#'}…: no {behind} fits behind it."
        if parts.query or parts.fragment
        else ""
    )


def _is_whole_address(url: str) -> bool:
    """http or https, a host, a port that is one."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def is_loopback(host: str) -> bool:
    """`127.0.0.1`, `::1`, `localhost`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def judge_sentry(variables: Mapping[str, str], is_installed: bool) -> list[Finding]:
    """Sentry is an extra; a DSN without it reports nothing."""
    if not variables.get("SENTRY_DSN", "").strip() or is_installed:
        return []
    return [bad("SENTRY_DSN is set, but sentry-sdk is not installed: pip install 'wirewatch[sentry]', or unset it.")]
