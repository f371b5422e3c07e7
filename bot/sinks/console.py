"""Deliveries → readable text on a terminal: what `run` does without a Slack token.

The law: `sending` is committed before a digest is printed and `sent` after it was flushed. What was `sending` when a
worker died is taken as printed: a line that is missing on a screen that nobody watched matters less than one that
comes twice, and the store still knows it (`explain`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TextIO

import structlog

from bot.core.digests.quiet_hours import QuietHours
from bot.model import ChannelId, Delivery, DeliveryState, Digest, MessageKind
from bot.ports import Store, Writer
from bot.sinks.plain_text import digest_text, unemphasised

_BOLD, _END = "\x1b[1m", "\x1b[0m"
_RULE = "─" * 72


class ConsoleSink:
    """Prints each digest once to `out`; in colour only on a terminal, and never with NO_COLOR set."""

    def __init__(self, out: TextIO, *, clock: Callable[[], datetime], environ: Mapping[str, str]) -> None:
        self._out = out
        self._clock = clock
        self._colour = out.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
        self._log = structlog.get_logger()
        self.printed = 0
        """Digests printed by this process."""

    def split(self, digest: Digest) -> tuple[Digest, ...]:
        """A terminal takes any length."""
        return (digest,)

    def render(self, delivery_key: str, digest: Digest, level: int = 0) -> Mapping[str, object]:
        return {"text": digest_text(digest)}

    async def deliver(
        self,
        writer: Writer,
        store: Store,
        addresses: Mapping[ChannelId, str] | None = None,
        quiet_hours: Callable[[datetime], QuietHours] | None = None,
    ) -> None:
        """Prints every open delivery, oldest first."""
        time = asyncio.get_running_loop().time
        for delivery in await writer(store.open_deliveries):
            began = time()
            await writer(self._take, store, delivery)
            self._log.info(
                "delivered",
                channel=delivery.channel,
                kind=delivery.kind,
                key=delivery.key[:12],
                stories=len(delivery.digest.stories),
                ms=round((time() - began) * 1000),
            )

    async def close(self, grace: float = 0.0) -> None:
        """There is nothing to let go of."""

    def _take(self, store: Store, delivery: Delivery) -> None:
        """In one go on the writer thread: next to nothing lies between the commit and the line on the screen."""
        if delivery.state is not DeliveryState.SENDING:
            started = replace(delivery, state=DeliveryState.SENDING, started_at=self._clock())
            delivery = replace(started, attempts=delivery.attempts + 1)
            store.save_delivery(delivery)
            self._print(delivery.digest, f"#{delivery.channel}")
        store.save_delivery(replace(delivery, state=DeliveryState.SENT, settled_at=self._clock(), error=None))

    def _print(self, digest: Digest, channel: str) -> None:
        bold = _bold if self._colour else unemphasised
        edit = digest.kind in (MessageKind.UPDATE, MessageKind.REPLY)
        head = f"{_RULE}\n{channel}" + (" (an earlier message grows)" if edit else "")
        text = f"{head}\n{digest_text(digest, bold)}\n\n"
        self._out.write(text.encode("utf-8", "replace").decode("utf-8"))
        self._out.flush()
        self.printed += 1


def _bold(text: str) -> str:
    return f"{_BOLD}{text}{_END}"
