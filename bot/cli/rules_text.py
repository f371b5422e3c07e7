"""The text of the rules file, as it stands and written anew."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bot.errors import UsageError


def replace_rules_text(config: Path, content: str) -> None:
    """Writes the rules file at once or not at all; its mode and a link to it stay. Raises: UsageError."""
    target = config.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, target.stat().st_mode & 0o7777 if target.exists() else 0o644)
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{config} cannot be written: {error.strerror or error}.") from None
