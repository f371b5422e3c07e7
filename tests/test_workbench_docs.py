"""docs/workbench.md: every command's output is real. The commands run one after the other in one place.

`python -m tests.test_workbench_docs` writes the outputs into the page anew.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from tests import starts
from tests.conftest import REPOSITORY
from tests.desk_news import make_place

PAGE = REPOSITORY / "docs" / "workbench.md"
BLOCK = re.compile(r"^```shell-session\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(block: str) -> list[tuple[str, str]]:
    """(command, output) of one block: a command stands behind `$ `."""
    parts = (part.partition("\n") for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:])
    return [(command, output) for command, _, output in parts]


def output_of(command: str, folder: Path) -> str:
    """What the command prints on stdout, without blanks at the ends of lines."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "LANG": "C.UTF-8", "COLUMNS": "80"}
    done = starts.run_in_shell(command, cwd=folder, env=environment)
    assert "Traceback" not in done.stderr, done.stderr
    lines = (line.rstrip() for line in done.stdout.splitlines())
    return "".join(f"{line}\n" for line in lines)


def test_every_output_is_real(tmp_path: Path) -> None:
    make_place(tmp_path)
    shown = [pair for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")) for pair in commands(block)]
    assert len(shown) >= 4
    for command, expected in shown:
        assert output_of(command, tmp_path) == expected, command


def main() -> None:
    """Writes what the commands print into the page."""
    with tempfile.TemporaryDirectory() as folder:
        make_place(Path(folder))

        def renewed(block: re.Match[str]) -> str:
            parts = [f"$ {command}\n{output_of(command, Path(folder))}" for command, _ in commands(block[1])]
            return f"```shell-session\n{''.join(parts)}```"

        PAGE.write_text(BLOCK.sub(renewed, PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
