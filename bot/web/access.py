"""Who may see what, and who may say something.

The law of this file: `/healthz`, the WebSub callback, the log-in page, style sheet and script answer everybody; a
channel's or rule's Atom feed also answers its own key. All else needs WEB_TOKEN where one is set: as the cookie that
logging in gives, or as password in `Authorization` (Bearer, or Basic with any name). Where none is set and HOST is off
loopback, nothing else answers anybody; on loopback only requests under a loopback name and through no proxy are
answered, so a proxy or a foreign name opens nothing by accident. Nothing changes by GET, and a POST must come from our
own pages.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import web

from bot.core.doctor import is_loopback, public_url_fault
from bot.errors import UsageError

_SESSION = 30 * 86_400
"""Seconds that a log-in lasts."""
_TRIES, _WINDOW = 10, 60.0
"""Wrong passwords that are answered within so many seconds; then nobody's is, not even the right one."""
_OPEN = ("/healthz", "/websub/", "/login", "/static/")
"""Paths that answer without a password."""
_COOKIE = "wirewatch"
_PROXY_PROTOCOL = "X-Forwarded-Proto"
_PROXY_HEADERS = (_PROXY_PROTOCOL, "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
"""What proxies add: nginx asks us under a loopback name unless it is told otherwise, and its clients are anybody."""


@dataclass(slots=True)
class TryLimit:
    """Counts wrong passwords in this process, whoever sent them: a header that names the client can be made up."""

    clock: Callable[[], float]
    """Seconds that only grow."""
    _tries: list[float] = field(default_factory=list)

    def is_reached(self) -> bool:
        now = self.clock()
        self._tries = [at for at in self._tries if now - at < _WINDOW]
        return len(self._tries) >= _TRIES

    def count(self) -> None:
        self._tries.append(self.clock())


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The doorkeeper of one process.

    Args:
        token: WEB_TOKEN; "" where none is set.
        public_url: PUBLIC_URL, where readers and hubs reach the page; "" where none is set.
        limit: wrong passwords of the last minute.
        is_local: whether HOST is a loopback address.
    """

    token: str
    public_url: str
    limit: TryLimit
    is_local: bool

    @property
    def base(self) -> str:
        """The path that stands before every link (`/wire`, or "")."""
        return urlsplit(self.public_url).path.rstrip("/")

    def path_of(self, request: web.Request) -> str:
        """The path without what PUBLIC_URL puts before it: proxies strip that, or do not."""
        base = self.base
        return request.path.removeprefix(base) if base and request.path.startswith(base + "/") else request.path

    def address_of(self, request: web.Request) -> str:
        """Where readers see the desk, without a slash at the end: for links that leave it."""
        if self.public_url:
            return self.public_url.rstrip("/")
        return f"{'https' if self._is_https(request) else 'http'}://{request.host}"

    def is_open(self, request: web.Request) -> bool:
        """Whether a path answers everybody."""
        return self.path_of(request).startswith(_OPEN)

    def has_known_host(self, request: web.Request) -> bool:
        """Whether the request came under a name of ours: a page that rebinds its own name to our address does not."""
        name = _host_name(request.host)
        if is_loopback(name) or (name and name == _host_name(urlsplit(self.public_url).netloc)):
            return True
        return bool(self.token) and not self.public_url and not _came_to_loopback(request)

    def may_see(self, request: web.Request, now: float) -> bool:
        """Whether a request may see what is not for everybody."""
        if not self.token:
            is_proxied = any(name in request.headers for name in _PROXY_HEADERS)
            is_here = self.is_local and _came_to_loopback(request) and is_loopback(_host_name(request.host))
            return is_here and not is_proxied
        if self.has_session(request, now):
            return True
        password = _password(request)
        return password is not None and self.is_password(password)

    def is_password(self, password: str) -> bool:
        """Whether it is WEB_TOKEN; wrong ones count. Ask `limit` first whether there is still an answer."""
        if self.limit.is_reached():
            return False
        # WEB_TOKEN is read without white space around it; a password that was copied with some is no other one.
        right = bool(self.token) and _is_same(password.strip(), self.token)
        if not right:
            self.limit.count()
        return right

    def is_own_post(self, request: web.Request) -> bool:
        """Whether a POST comes from our own pages (or from a program that knows the password, without a browser)."""
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = request.headers.get("Origin")
        if origin is None:
            return "Authorization" in request.headers or not self._cookie(request)
        netloc = urlsplit(origin).netloc
        return bool(netloc) and netloc in (request.host, urlsplit(self.public_url).netloc)

    # --- sessions ---

    def has_session(self, request: web.Request, now: float) -> bool:
        """Whether the cookie of a log-in is there, ours and not too old."""
        issued, _, signature = self._cookie(request).partition(".")
        if not issued.isdecimal() or len(issued) > 12 or not _is_same(signature, self._sign(issued)):
            return False
        return 0 <= now - int(issued) < _SESSION

    def log_in(self, request: web.Request, response: web.Response, now: float) -> None:
        """Sets the cookie. It is void when WEB_TOKEN changes."""
        issued = str(int(now))
        secure = self._is_https(request)
        response.set_cookie(
            self._cookie_name(request),
            f"{issued}.{self._sign(issued)}",
            max_age=_SESSION,
            path="/",
            secure=secure,
            httponly=True,
            samesite="Lax",
        )

    def log_out(self, request: web.Request, response: web.Response) -> None:
        response.del_cookie(
            self._cookie_name(request), path="/", secure=self._is_https(request), httponly=True, samesite="Lax"
        )

    def feed_key(self, path: str) -> str:
        """The key that opens one Atom feed (`/channels/ID.atom`) and nothing else; "" where no password is set."""
        return self._sign(f"atom:{path}")[:32] if self.token else ""

    def has_feed_key(self, request: web.Request) -> bool:
        """Whether a request for an Atom feed bears its key."""
        key = request.query.get("key", "")
        path = self.path_of(request)
        return bool(self.token) and path.endswith(".atom") and _is_same(key, self.feed_key(path))

    def _sign(self, text: str) -> str:
        return hmac.new(self.token.encode(), text.encode(), "sha256").hexdigest()

    def _cookie(self, request: web.Request) -> str:
        return request.cookies.get(self._cookie_name(request), "") if self.token else ""

    def _cookie_name(self, request: web.Request) -> str:
        return f"__Host-{_COOKIE}" if self._is_https(request) else _COOKIE

    def _is_https(self, request: web.Request) -> bool:
        if is_loopback(_host_name(request.host)) and _PROXY_PROTOCOL not in request.headers:
            return request.secure
        # Of several proxies the first one saw the reader: `https, http`.
        said = request.headers.get(_PROXY_PROTOCOL, "").partition(",")[0].strip().lower()
        return request.secure or "https" in (said, urlsplit(self.public_url).scheme.lower())


def access_of(variables: Mapping[str, str], clock: Callable[[], float]) -> Access:
    """From the environment. Raises UsageError."""
    public_url = variables.get("PUBLIC_URL", "").strip()
    if fault := public_url_fault(public_url):
        raise UsageError(f"PUBLIC_URL {fault}")
    return Access(
        token=variables.get("WEB_TOKEN", "").strip(),
        public_url=public_url,
        limit=TryLimit(clock),
        is_local=is_loopback(variables.get("HOST", "").strip() or "127.0.0.1"),
    )


def _host_name(netloc: str) -> str:
    """`desk.example:8080` → `desk.example`; "" for what is none."""
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""


def _is_same(given: str, secret: str) -> bool:
    """Compared in constant time. What a header holds need be no text: its bytes count."""
    return hmac.compare_digest(*(text.encode("utf-8", "surrogateescape") for text in (given, secret)))


def _came_to_loopback(request: web.Request) -> bool:
    came_to = request.transport.get_extra_info("sockname", ("",)) if request.transport else ("",)
    return is_loopback(str(came_to[0]))


def _password(request: web.Request) -> str | None:
    """What `Authorization` says; None: nothing."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except ValueError:  # no base64, or no text
            return ""
    return None
