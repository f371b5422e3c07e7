"""`replay`: stories with times through the real stages on a simulated clock; what would be posted, when and where.

The law: the same input gives the same output. No network, no store of the user's: everything happens in memory, and the
clock jumps from one story or due time to the next.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click

from bot import pipeline
from bot.app import load_rules
from bot.cli.options import Options
from bot.cli.story_lines import StoryLine, StoryLines, read_time
from bot.errors import UsageError
from bot.model import Delivery, DeliveryState, Digest, EntryId, FeedId, FeedState, PollRecord, RuleSet, StoryId
from bot.sinks.plain_text import digest_text
from bot.store import SqliteStore

_BEYOND = timedelta(days=15)
"""How long after the last story the clock goes on for what is still due, when no --to says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message that would go out."""

    at: datetime
    delivery: Delivery
    stories: tuple[StoryId, ...]
    """Those it says something new about: of an edited digest, only the stories that changed."""


class _ReplaySink:
    """The sink of a replay: a digest is itself, nothing is split."""

    def split(self, digest: Digest) -> tuple[Digest, ...]:
        return (digest,)

    def render(self, delivery_key: str, digest: object, level: int = 0) -> Mapping[str, object]:
        return {}

    async def deliver(self, writer: object, store: object, addresses: object = None) -> None:
        """Posts are taken from the outbox by the replay itself."""

    async def close(self, grace: float = 0.0) -> None:
        """There is nothing to let go of."""


class Replay:
    """One run. `ids` names each entry as the input did."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.ids: dict[EntryId, str] = {}
        self._store = SqliteStore(None)
        self._store.migrate()
        self._ingest_state = pipeline.IngestState.load(self._store, ruleset)
        self._shown: dict[str, Digest] = {}

    def posts(self, lines: Iterator[StoryLine], until: datetime | None) -> Iterator[Post]:
        """What goes out, in order. `until`: the clock stops there."""
        coming = next(lines, None)
        due: datetime | None = None
        while True:
            moments = [due] if due is not None else []
            moments += [coming.entry.seen_at] if coming is not None else []
            if not moments or (until is not None and min(moments) > until):
                return
            now = min(moments)
            while coming is not None and coming.entry.seen_at <= now:
                self._take(coming)
                coming = next(lines, None)
            digested = pipeline.digest(self._store, self.ruleset, _ReplaySink(), now)
            yield from self._sent(now, digested.deliveries)
            # The clock must move, whatever is said to be due.
            due = digested.next_due_at and max(digested.next_due_at, now + timedelta(seconds=1))
            if due is not None and until is None and coming is None and due > now + _BEYOND:
                return

    def name(self, story: StoryId) -> str:
        """The id of the item that began the story, as the input has it."""
        return self.ids.get(EntryId(story), str(story))

    def _take(self, line: StoryLine) -> None:
        at = line.entry.seen_at
        state = FeedState(feed=FeedId("replay"), url="", next_due_at=at, interval=timedelta(hours=1))
        self._store.record_polls([PollRecord(state=state, entries=(line.entry,))])
        for new in pipeline.ingest(self._store, self._ingest_state, at).entries:
            self.ids[new.id] = line.id

    def _sent(self, now: datetime, deliveries: tuple[Delivery, ...]) -> Iterator[Post]:
        for delivery in deliveries:
            top = delivery.thread_of or delivery.key
            before = {story.story: story for story in self._shown[top].stories} if top in self._shown else {}
            stories = tuple(story.story for story in delivery.digest.stories if before.get(story.story) != story)
            if delivery.thread_of is None or delivery.kind == "update":
                self._shown[top] = delivery.digest
            self._store.save_delivery(replace(delivery, state=DeliveryState.SENT, settled_at=now))
            if stories or not delivery.digest.stories:
                yield Post(at=now, delivery=delivery, stories=stories)


@click.command("replay")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--from", "start", metavar="TIME", help="Show what is posted from this time on (ISO 8601).")
@click.option("--to", "end", metavar="TIME", help="Stop the clock at this time (ISO 8601).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def replay_command(options: Options, files: tuple[str, ...], start: str | None, end: str | None, as_json: bool) -> None:
    """Run stories with times through the whole pipeline on a simulated clock.

    Prints what would be posted, when and where. FILE holds one story a line (JSON); - is stdin.

    Example: wirewatch replay stories.jsonl --from 2026-06-01T00:00Z --to 2026-06-08T00:00Z
    """
    since, until = _bound("--from", start), _bound("--to", end)
    ruleset = load_rules(options.environment)
    run = Replay(ruleset)
    lines = StoryLines(files)
    zone = ZoneInfo(ruleset.settings.timezone)
    for post in run.posts(iter(lines), until):
        if since is not None and post.at < since:
            continue
        at = post.at.astimezone(zone)
        click.echo(_json(post, run, at) if as_json else _text(post, at))
    raise SystemExit(2 if lines.bad else 0)


def _bound(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return read_time(text)
    except ValueError:
        raise UsageError(f"{option} takes an ISO 8601 time such as 2026-06-01T08:00:00Z, not {text!r}.") from None


def _json(post: Post, run: Replay, at: datetime) -> str:
    stories = [
        {
            "id": run.name(story.story),
            "title": story.title,
            "rules": list(story.rules),
            "sources": max(len(story.sources), 1),
        }
        for story in post.delivery.digest.stories
        if story.story in post.stories
    ]
    line = {
        "at": at.isoformat(),
        "channel": post.delivery.channel,
        "kind": post.delivery.kind.value,
        "stories": stories,
        "text": digest_text(post.delivery.digest),
    }
    return json.dumps(line, ensure_ascii=False)


def _text(post: Post, at: datetime) -> str:
    head = f"── {at:%a} {at.day} {at:%b %Y %H:%M:%S %Z} · {post.delivery.channel} · {post.delivery.kind.value} "
    return f"{head:─<72}\n{digest_text(post.delivery.digest)}\n"
