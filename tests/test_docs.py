"""The docs cannot rot: commands are documented, rules files in them are sound, outputs of examples are real."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import COMMANDS, wirewatch
from bot.core.rulefile.ruleset import read_ruleset
from tests import starts
from tests.conftest import REPOSITORY

PAGES = sorted([REPOSITORY / "README.md", *(REPOSITORY / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_PROSE = re.compile(r"^(?:```.*?^```|[|!].*?)$", re.MULTILINE | re.DOTALL)
LONGEST_LINE = 160
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def blocks(language: str) -> list[tuple[str, str]]:
    """(page:line, text) of every fenced block of `language`."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in BLOCK.finditer(text):
            if block.group(1) == language:
                line = text.count("\n", 0, block.start()) + 1
                found.append((f"{page.relative_to(REPOSITORY)}:{line}", block.group(2)))
    return found


def test_prose_in_the_docs_is_wrapped() -> None:
    """Decision 5 had lines of 500 characters, and nobody read it. Tables and examples are as wide as they must be."""
    for page in PAGES:
        prose = NOT_PROSE.sub("", page.read_text(encoding="utf-8"))
        longest = max(prose.splitlines(), key=len)
        assert len(longest) <= LONGEST_LINE, f"{page.name}: {longest}"


def rules_files() -> list[tuple[str, str]]:
    """Blocks that are whole rules files."""
    return [(place, text) for place, text in blocks("yaml") if re.search(r"^(rules|feeds):", text, re.MULTILINE)]


@pytest.mark.parametrize("text", [t for _, t in rules_files()], ids=[p for p, _ in rules_files()])
def test_every_rules_file_in_the_docs_is_sound(text: str) -> None:
    environ = dict.fromkeys(re.findall(r"\$\{(\w+)\}", text), "x")
    whole = text if re.search(r"^feeds:", text, re.MULTILINE) else "feeds: [https://news.example/rss]\n" + text
    ruleset, problems = read_ruleset(whole.encode(), environ, lambda name: "")
    assert ruleset is not None, problems


def test_the_repositorys_own_rules_file_has_no_problem_at_all() -> None:
    ruleset, problems = read_ruleset((REPOSITORY / "rules.yaml").read_bytes(), {}, lambda name: "")
    assert ruleset is not None, problems
    assert not problems
    assert len(ruleset.feeds) >= 12
    assert len(ruleset.rules) == 6
    assert all(rule.tests for rule in ruleset.rules)


def examples() -> list[tuple[str, str, str]]:
    """(place, command, expected output) of console blocks whose commands read stories or rules only."""
    found = []
    for place, text in blocks("console"):
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            if output.strip() and "wirewatch" in command and not command.startswith("#"):
                found.append((place, command, output))
    return found


@pytest.mark.parametrize(
    ("command", "expected"), [e[1:] for e in examples()], ids=[f"{e[0]} {e[1][:40]}" for e in examples()]
)
def test_every_example_in_the_docs_prints_what_it_says(command: str, expected: str) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "LANG": "C.UTF-8"}
    done = starts.run_in_shell(command.replace(".venv/bin/wirewatch", "wirewatch"), cwd=REPOSITORY, env=environment)
    assert done.stdout.strip() == expected.strip(), done.stderr


def test_every_command_is_documented() -> None:
    words = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    missing = [name for name in COMMANDS if f"wirewatch {name}" not in words and f"make {name}" not in words]
    assert not missing, f"no page of the docs shows: {missing}"


def summaries(group: click.Group, name: str) -> Iterator[tuple[str, str]]:
    """(command, its line in the list of a terminal of 80 columns)."""
    context = click.Context(group)
    room = 78 - 6 - max(map(len, group.list_commands(context)))
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None
        yield f"{name} {word}", command.get_short_help_str(room)
        if isinstance(command, click.Group):
            yield from summaries(command, f"{name} {word}")


def test_no_line_of_a_list_of_commands_is_cut_off() -> None:
    """`explain   Explain one entry: by its id, its URL, or a file (plain text...` told nobody what it is for."""
    lines = dict(summaries(wirewatch, "wirewatch"))
    assert len(lines) > 40
    assert [name for name, line in lines.items() if not line or line.endswith("...")] == []
    assert {name: told for name, (_, told) in COMMANDS.items()} == {
        name.split()[1]: line for name, line in lines.items() if name.count(" ") == 1
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_decision_is_listed() -> None:
    folder = REPOSITORY / "docs" / "decisions"
    listed = set(LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in folder.glob("[0-9]*.md")}


def test_the_readmes_picture_can_be_made() -> None:
    script = REPOSITORY / "docs" / "pictures" / "render.py"
    environment = {"PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Velmora regulator moves to bar" in done.stdout
