"""The demo's rules file: `rules.yaml`, and the invented outlets as its feeds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from bot.demo.outlets import OUTLETS


def demo_rules(url: Callable[[str], str]) -> str:
    """The rules file, with the feeds where `url` says they are."""
    feeds = "\n".join(
        f"  - {{url: {json.dumps(url(outlet.id))}, id: {outlet.id}, name: {json.dumps(outlet.name)}, "
        f"outlet: {outlet.id}, every: 2s}}"
        for outlet in OUTLETS
    )
    rules = (Path(__file__).parent / "rules.yaml").read_text("utf-8")
    return f"{rules}feeds:\n{feeds}\n"
