"""A row that Slack does not take → two rows, which may be split again, or the same in fewer words. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.core.digests.deliveries import rest_key
from bot.model import Delivery, DeliveryState, Digest, MessageKind
from bot.sinks.slack.payload import payload, split_in_halves

_PLAIN = 2
"""The level of `payload` beyond which there is none."""


def can_split(row: Delivery) -> bool:
    """Whether there are halves: edits, replies and single stories have none."""
    return row.kind is MessageKind.DIGEST and len(row.digest.stories) > 1


def smaller(row: Delivery) -> Delivery | None:
    """The row with less in it, at last as plain text; None: there is nothing less."""
    if row.render >= _PLAIN:
        return None
    level = row.render + 1
    return replace(row, state=DeliveryState.PENDING, render=level, payload=payload(row.key, row.digest, level))


def split_rows(row: Delivery, edits: Iterable[Delivery]) -> tuple[list[Delivery], Delivery]:
    """(the row with its first half, then edits of it that wait, without what it no longer shows; the rest)."""
    first, rest = split_in_halves(row.digest)
    key = rest_key(row.key, rest.number_from)
    rest_row = Delivery(
        key=key,
        channel=row.channel,
        address=row.address,
        kind=row.kind,
        digest=rest,
        payload=payload(key, rest),
        created_at=row.created_at,
        place=row.place or row.id,
    )
    shortened = replace(row, digest=first, payload=payload(row.key, first, row.render))
    return [shortened, *(_edit_of(first, edit) for edit in edits)], rest_row


def _edit_of(digest: Digest, edit: Delivery) -> Delivery:
    """An edit with those of its stories that `digest` still shows; one of none has nothing to say."""
    assert edit.kind is MessageKind.UPDATE
    shown = {story.story for story in digest.stories}
    stories = tuple(story for story in edit.digest.stories if story.story in shown)
    if not stories:
        return replace(edit, state=DeliveryState.DEAD, error="its stories stand in another message")
    content = replace(edit.digest, stories=stories, omitted=digest.omitted)
    return replace(edit, digest=content, payload=payload(edit.key, content, edit.render))
