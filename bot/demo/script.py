"""What happens in the demo's newsroom, second by second (`script.yaml`). Nothing there is real news.

A story breaks; others copy it; a promo line tempts a naive rule; one rewrites it; once all that has been posted, a
correction follows and returns as an update; one feed breaks and heals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import yaml

from bot.demo.outlets import Article

ENDS_AFTER = timedelta(seconds=80)
"""From the demo's start, when all that the script brings about has been shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """At `after` seconds `outlet` publishes (or its server breaks, or heals); `tells` is said to who watches."""

    after: float = 0
    outlet: str
    tells: str = ""
    slug: str = ""
    headline: str = ""
    paragraphs: tuple[str, ...] = ()
    breaks: bool | None = None
    after_digest: bool = False
    """It waits until the story was in a digest: only what was posted can be updated."""

    def article(self, started_at: datetime) -> Article:
        """The article of this event."""
        return Article(
            slug=self.slug,
            headline=self.headline,
            paragraphs=self.paragraphs,
            published_at=(started_at + timedelta(seconds=self.after)).replace(microsecond=0),
        )


def _events(key: str) -> tuple[Event, ...]:
    rows = yaml.safe_load((Path(__file__).parent / "script.yaml").read_text("utf-8"))[key]
    return tuple(Event(**{**row, "paragraphs": tuple(row.get("paragraphs", ()))}) for row in rows)


BACKGROUND = _events("background")
"""What each feed holds before the demo begins: its baseline, which never alerts."""
SCRIPT = _events("events")
LEAD = SCRIPT[0].slug
"""The slug of the article that breaks the story."""
