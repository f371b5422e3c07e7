"""Digests in a terminal: once each, bold only where it is wanted."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from bot.model import DeliveryState
from bot.sinks.console import ConsoleSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, story
from tests.sinks.conftest import clock, delivery, writer


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


async def test_each_digest_is_printed_once(store: SqliteStore) -> None:
    out = io.StringIO()
    sink = ConsoleSink(out, clock=clock, environ={})
    rows = [delivery(sink, name, digest(story(number, name))) for number, name in enumerate(("Alpha", "Beta", "Gamma"))]
    store.add_deliveries(rows)
    # A worker died while it printed the second.
    store.save_delivery(replace(rows[1], state=DeliveryState.SENDING, started_at=clock()))
    await sink.deliver(writer, store)
    await sink.deliver(writer, store)
    assert [out.getvalue().count(name) for name in ("Alpha", "Beta", "Gamma")] == [1, 0, 1]
    assert store.open_deliveries() == []
    assert sink.printed == 2


@pytest.mark.parametrize(
    ("out", "environ", "bold"),
    [
        pytest.param(Terminal(), {}, True, id="terminal"),
        pytest.param(Terminal(), {"NO_COLOR": "1"}, False, id="no-color"),
        pytest.param(Terminal(), {"TERM": "dumb"}, False, id="dumb"),
        pytest.param(io.StringIO(), {}, False, id="pipe"),
    ],
)
async def test_bold(store: SqliteStore, out: io.StringIO, environ: dict[str, str], bold: bool) -> None:
    sink = ConsoleSink(out, clock=clock, environ=environ)
    store.add_deliveries([delivery(sink, "a", digest(story(1)))])
    await sink.deliver(writer, store)
    assert ("\x1b[1m" in out.getvalue()) is bold


async def test_text_that_no_terminal_should_obey(store: SqliteStore) -> None:
    out = io.StringIO()
    sink = ConsoleSink(out, clock=clock, environ={})
    store.add_deliveries([delivery(sink, "a", digest(story(1, "lone \ud800 surrogate")))])
    await sink.deliver(writer, store)
    assert "lone" in out.getvalue()
