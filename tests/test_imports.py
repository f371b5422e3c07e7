"""What processes import: a library that a process does not need costs megabytes, and seconds at every start."""

from __future__ import annotations

import subprocess
import sys

import pytest

RARE = {"psycopg", "slack_sdk", "requests", "prometheus_client", "listparser", "trafilatura", "ruamel"}
WORKER_ONLY = {"apscheduler", "sqlite_utils", "aiohttp", "structlog", "click"}


def imported(module: str) -> set[str]:
    """What a fresh process has imported with `module`."""
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        pytest.param("bot.cli.run", RARE, id="a worker without a token, on SQLite"),
        pytest.param("bot.fetch.seed", WORKER_ONLY | RARE, id="a parser"),
    ],
)
def test_a_process_imports_no_more_than_it_needs(module: str, absent: set[str]) -> None:
    assert not imported(module) & absent
