"""A feed server on loopback whose documents a test changes while the worker polls it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

from tests.builders import rss, rss_item


def rss_of(*titles: str, site: str = "news.example") -> bytes:
    """An RSS document with one item a title, newest first, published now; guid and link are made from the title."""
    now = format_datetime(datetime.now(UTC))
    links = {title: f"https://{site}/{sha256(title.encode()).hexdigest()[:12]}" for title in titles}
    items = (
        rss_item(number, title=escape(title), guid=link, link=link, date=now, text=None)
        for number, (title, link) in enumerate(links.items())
    )
    return rss(*items, head=f"<title>{site}</title>").encode()


class FeedServer:
    """Serves `pages[path]` (bytes: 200 with an ETag; int: that status) on `port` (0: a free one). A context manager.

    A path in `held` gets half of its answer, and the rest only when it has left `held`.
    """

    def __init__(self, pages: Mapping[str, bytes | int] | None = None, port: int = 0) -> None:
        self.pages: dict[str, bytes | int] = dict(pages or {})
        self.requests: list[str] = []
        self.heads: dict[str, Message] = {}
        """The headers of each path's last request."""
        self.held: set[str] = set()
        pages_, requests, heads, held = self.pages, self.requests, self.heads, self.held
        self._closed = closed = threading.Event()

        class Answer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if closed.is_set():  # connections that were kept open end with the server
                    self.close_connection = True
                    return
                requests.append(self.path)
                heads[self.path] = self.headers
                page = pages_.get(self.path, 404)
                if isinstance(page, int):
                    self.send_response(page)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                etag = f'"{sha256(page).hexdigest()[:12]}"'
                fresh = self.headers.get("If-None-Match") != etag
                self.send_response(200 if fresh else 304)
                self.send_header("ETag", etag)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(page) if fresh else 0))
                self.end_headers()
                with suppress(ConnectionError):  # whoever was killed does not read the rest
                    half = len(page) // 2 if fresh else 0
                    self.wfile.write(page[:half])
                    while self.path in held:
                        time.sleep(0.01)
                    self.wfile.write(page[half:] if fresh else b"")

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Answer)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> FeedServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path: str) -> str:
        """The address of a page."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"
