"""What every command is handed (`ctx.obj`): the global options, and the environment they lead to."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import Environment


@dataclass(slots=True)
class Options:
    """`--config` and `--state`, and the environment, read once."""

    config: Path | None = None
    state: Path | None = None
    _environment: Environment | None = field(default=None, repr=False)

    @property
    def environment(self) -> Environment:
        """The environment; --config and --state win over it."""
        if self._environment is None:
            self._environment = Environment.read(os.environ, self.config, self.state)
        return self._environment
