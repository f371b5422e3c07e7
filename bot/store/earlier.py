"""What earlier versions wrote → the same as this version writes it: where a field of a noun used to stand.

`rows` reads every JSON object of a noun named here through its function. A function stays as long as a store can hold
what it reads: a row of a feed or channel until its next step, one of the outbox until it is pruned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Fields = Mapping[str, Any]
"""One noun's fields as JSON has them."""

UPGRADES: Mapping[type, Callable[[Fields], Fields]] = {}
"""Noun -> the function that gives its fields as this version names them. It takes what this version wrote as well."""
