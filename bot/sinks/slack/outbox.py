"""The outbox as it is kept: rows and what was learnt on the way, in the store, which its own thread calls."""

from __future__ import annotations

from dataclasses import dataclass

from bot.ports import Store, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """`await outbox.write(outbox.store.delivery, key)`; inside of such a call the store is called as it is."""

    store: Store
    write: Writer
