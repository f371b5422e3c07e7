"""The declared keys of rules.yaml → its JSON Schema (draft 7), for completion and errors in an editor."""

from __future__ import annotations

from bot.core.rulefile.kinds import JsonSchema, mapping_schema
from bot.core.rulefile.ruleset import KEYS


def rules_schema() -> JsonSchema:
    """The schema of a whole file, as JSON-able data."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "rules.yaml of Wirewatch",
        **mapping_schema(KEYS),
        "type": "object",
    }
