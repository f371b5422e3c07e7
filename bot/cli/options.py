"""What every command is handed (`ctx.obj`): the global options, and the environment they lead to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from bot.app import Environment

DAYS_BACK = click.IntRange(min=1, max=10_000)
"""Days of the archive, at most as many as any duration has."""
HOW_MANY = click.IntRange(min=1, max=1_000_000)
"""How many of something are shown."""


class FileToWrite(click.Path):
    """A path. `-` is none: other tools take it for stdout, and here a file of that name was written."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "-":
            self.fail("name a file: nothing is written to stdout (./- for one called so).", param, ctx)
        return super().convert(value, param, ctx)


@dataclass(slots=True)
class Options:
    """`--config` and `--state`, and the environment, read once."""

    config: Path | None = None
    state: Path | None = None
    variables: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    _environment: Environment | None = field(default=None, init=False, repr=False)

    @property
    def environment(self) -> Environment:
        """The environment; --config and --state win over it."""
        if self._environment is None:
            self._environment = Environment.read(self.variables, self.config, self.state)
        return self._environment
