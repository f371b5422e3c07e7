"""What processes import: a library that one does not need costs megabytes, and seconds at every start. And whether
what is imported is declared."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import files
from pathlib import Path

import pytest

from bench.house import modules as read_modules
from bot.cli import SILENT
from tests.conftest import REPOSITORY

RARE = {"psycopg", "slack_sdk", "requests", "prometheus_client", "trafilatura"}
SELDOM = {"asyncio", "ssl", "rapidfuzz"}
WORKER_ONLY = {"apscheduler", "sqlite_utils", "aiohttp", "structlog", "click"}


def imported(module: str) -> set[str]:
    """What a fresh process has imported with `module`."""
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        pytest.param("bot.cli.run", RARE | {"feedparser"}, id="a worker without a token, on SQLite"),
        pytest.param("bot.fetch.seed", WORKER_ONLY | RARE, id="a parser"),
        pytest.param("bot.cli.rules", WORKER_ONLY - {"click"} | RARE | SELDOM, id="match"),
        pytest.param("bot.cli.check", WORKER_ONLY - {"click"} | RARE | SELDOM, id="check"),
        pytest.param("bot.cli.stories", WORKER_ONLY - {"click"} | RARE | {"asyncio", "ssl"}, id="dedup"),
    ],
)
def test_a_process_imports_no_more_than_it_needs(module: str, absent: set[str]) -> None:
    assert not imported(module) & absent


RUN_EACH = """\
import contextlib, io, json, sys
from bot.cli import wirewatch
loaded = []
for name, arguments in json.loads(sys.argv[1]).items():
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(sys.stdout):
        code = 0
        try:
            wirewatch.main(arguments, standalone_mode=False)
        except SystemExit as stop:
            code = stop.code
        except Exception as error:
            code = f"{type(error).__name__}: {error}"
    logs = [module for module in sys.modules if module.partition(".")[0] == "structlog"]
    for module in logs:
        del sys.modules[module]
    print(json.dumps([name, code, bool(logs)]), file=sys.stderr)
"""
"""Each command in one process, which forgets the library for logs behind each; on stderr what came of it."""


def test_what_logs_nothing_never_loads_the_library_for_logs(tmp_path: Path) -> None:
    rules, lines = tmp_path / "rules.yaml", tmp_path / "lines"
    rules.write_text("feeds: [https://news.example/rss]\nrules: [Huawei AND 5G]", encoding="utf-8")
    lines.write_text('{"title": "Huawei wins 5G contract"}\n', encoding="utf-8")
    headlines = tmp_path / "headlines"
    headlines.write_text("Huawei wins 5G contract\nHuawei loses\nHuawei draws\n", encoding="utf-8")
    arguments = {
        **{name: [] for name in ("backtest", "check", "schema", "marks", "missed")},
        "search": ["Huawei"],
        "mark": ["1", "huawei-and-5g", "relevant"],
        "rules": ["log"],
        "draft": [str(headlines)],
        "suggest": ["huawei-and-5g", "--labels", str(lines)],
    }
    place = ["--config", str(rules), "--state", str(tmp_path)]
    commands = {name: [*place, name, *arguments.get(name, [str(lines)])] for name in sorted(SILENT)}
    done = subprocess.run(
        [sys.executable, "-c", RUN_EACH, json.dumps(commands)], capture_output=True, text=True, cwd=REPOSITORY
    )
    outcomes = [json.loads(line) for line in done.stderr.splitlines()]
    assert [name for name, _, _ in outcomes] == list(commands), done.stderr
    assert [row for row in outcomes if row[1] not in (0, 1) and "There is no" not in str(row[1])] == []
    assert [name for name, _, is_loaded in outcomes if is_loaded] == []


def test_nor_does_its_start_or_its_end() -> None:
    """What is done around every command."""
    command = [sys.executable, "-X", "importtime", "-m", "bot", "schema"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    assert "structlog" not in done.stderr


DATA_ONLY = {"tzdata"}
"""Declared although nothing imports it: zoneinfo reads it where the system has no time zones."""


def declared() -> set[str]:
    """The libraries that pyproject.toml names, the optional ones too."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    return {re.split(r"[\[<>=~! ]", one, maxsplit=1)[0] for one in [*project["dependencies"], *extras]}


def imported_modules() -> set[str]:
    """The modules of others that `bot` imports anywhere, by their first names."""
    modules: set[str] = set()
    for module in read_modules(REPOSITORY):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                modules.add(node.module.partition(".")[0])
    return modules - sys.stdlib_module_names - {"bot"}


def modules_of(library: str) -> set[str]:
    """What can be imported of a library, by first names."""
    if library == "sentry-sdk":  # an extra, which is not installed
        return {"sentry_sdk"}
    return {path.parts[0].removesuffix(".py") for path in files(library) or ()}


def test_what_is_imported_is_declared_and_the_other_way_round() -> None:
    imported = imported_modules()
    modules = {library: modules_of(library) for library in declared() | {"psycopg-pool"}}  # an extra of psycopg's
    assert imported - set[str]().union(*modules.values()) == set()
    assert {library for library, own in modules.items() if not own & imported} == DATA_ONLY


def test_every_declared_library_is_pinned() -> None:
    pinned = {line.partition("==")[0] for line in (REPOSITORY / "requirements.txt").read_text().splitlines()}
    assert declared() - {"sentry-sdk"} <= pinned
