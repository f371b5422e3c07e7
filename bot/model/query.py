"""The query AST: what a rule's `when` means once it is read."""

from __future__ import annotations

Query = object
