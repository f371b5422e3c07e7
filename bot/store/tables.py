"""The names of the tables, for whoever treats them all alike: copies, migrations, tests."""

from __future__ import annotations

TABLES = (
    "facts",
    "feeds",
    "inbox",
    "entries",
    "known",
    "story_index",
    "merges",
    "matches",
    "waiting",
    "posted",
    "channels",
    "outbox",
    "outbox_stories",
    "notices",
    "boilerplate",
    "learnt_lines",
)
"""Every table that holds what Wirewatch remembers; beside them only the lease and the archive-search words."""
