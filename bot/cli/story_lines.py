"""Story lines (JSON Lines) → entries: the input of `match`, `dedup` and `replay`.

The law: only `title` is required; the clock never runs back; a bad line is reported on stderr, with its number, and
left out.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

import click

from bot.cli.input_text import decode_input
from bot.core.rulefile.units import instant
from bot.errors import UsageError
from bot.model import Entry, FeedId, OutletId

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_EARLIEST, _LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_decode = json.JSONDecoder().raw_decode
_AHEAD = timedelta(hours=24)
"""Dates further ahead than this, or before 1990, are not believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """One story of the input, under the id that the output names it by."""

    id: str
    entry: Entry
    relevant: bool | None = None
    """What a file of labels says of it."""


class StoryLines:
    """Iterates over the stories of some files (`-`, or no file: stdin). `bad` counts the lines left out."""

    def __init__(self, files: Sequence[str], *, labelled: bool = False, data: bytes | None = None) -> None:
        """`labelled`: lines may say whether the story is relevant. `data`: what the one file holds, if it was read."""
        self._data = data
        self._labelled = labelled
        self._files = list(files) or ["-"]
        self._seen_at = _EPOCH
        self.bad = 0

    def __iter__(self) -> Iterator[StoryLine]:
        number = 0
        for name in self._files:
            with _open(name) if self._data is None else io.BytesIO(self._data) as lines:
                for in_file, raw in enumerate(lines, 1):
                    number += 1
                    text = decode_input(raw, name, in_file).lstrip("\ufeff").strip()
                    if not text:
                        continue
                    try:
                        line = self._read(text, number)
                    except ValueError as error:
                        self.bad += 1
                        click.echo(f"{name}:{in_file}: {error}; the line is left out", err=True)
                        continue
                    self._seen_at = line.entry.seen_at
                    yield line

    def _read(self, text: str, number: int) -> StoryLine:
        try:
            data, end = _decode(text)
            if end < len(text):
                json.loads(text)  # says what is wrong with the rest
        except RecursionError:
            raise ValueError("too deeply nested") from None
        except ValueError as error:
            if text[0] not in '{["':  # a headline as it stands
                raise ValueError('no JSON; a story is one line, such as {"title": "Huawei wins 5G contract"}') from None
            raise ValueError(f"no JSON ({error})") from None
        if not isinstance(data, dict):
            raise ValueError("a story is a JSON object with at least a title")
        if not isinstance(data.get("title"), str):
            raise ValueError("the story has no title")
        published = _time(data, "published")
        if published is not None and published > _LATEST:  # "never", as databases write it
            published = None
        seen = _time(data, "seen") or published or self._seen_at
        if seen > _LATEST:
            raise ValueError(f"`seen` is no time of this world: {seen:%Y-%m-%d}")
        seen = max(seen, self._seen_at)
        if published is not None and not _EARLIEST <= published <= seen + _AHEAD:
            published = None
        feed, source = _text(data, "feed"), _text(data, "source")
        tags = data.get("tags") or []
        if not isinstance(tags, list):
            raise ValueError("`tags` is a list of texts")
        entry = Entry(
            title=data["title"],
            guid=_text(data, "guid"),
            url=_text(data, "url"),
            summary=_text(data, "summary") or "",
            body=_text(data, "body") or "",
            author=_text(data, "author") or "",
            tags=tuple(str(tag) for tag in tags),
            lang=_text(data, "lang"),
            published_at=published,
            feed=FeedId(feed) if feed else None,
            source=OutletId(source) if source else None,
            seen_at=seen,
        )
        named = data.get("id")
        relevant = data.get("relevant") if self._labelled else None
        if not isinstance(relevant, bool | None):
            raise ValueError(f"`relevant` is true or false, not {relevant!r:.20}")
        return StoryLine(id=str(number) if named is None else str(named), entry=entry, relevant=relevant)


def _time(data: dict[str, Any], name: str) -> datetime | None:
    value = data.get(name)
    if value is None or value == "":
        return None
    at = instant(str(value))
    if at is None:
        raise ValueError(f"`{name}` is no ISO 8601 time: {value!r:.60}")
    return at


def _text(data: dict[str, Any], name: str) -> str | None:
    value = data.get(name)
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, (int, float)):
        raise ValueError(f"`{name}` is text")
    return str(value)


def _open(name: str) -> BinaryIO:
    if name == "-":
        # Not the stream itself: leaving the block must not close stdin.
        return io.BufferedReader(io.FileIO(sys.stdin.fileno(), closefd=False))
    try:
        return open(name, "rb")
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror or error}.") from None
