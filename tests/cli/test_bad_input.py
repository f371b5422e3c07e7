"""What a person may get wrong: each has a message that says what to do, an exit code, and no traceback."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.store import SqliteStore
from tests import starts
from tests.conftest import REPOSITORY

GOOD = "feeds: [https://news.example/rss]\nrules: [Huawei AND 5G]\n"
STORY = '{"title":"Huawei wins 5G contract"}\n'


def wirewatch(
    folder: Path,
    *arguments: str,
    stdin: str = "",
    before: Callable[[], None] | None = None,
    stdout: int | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Runs the command in `folder` with an environment of its own."""
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(REPOSITORY),
        "HOME": str(folder),
        "LANG": "C",
        **environment,
    }
    if before is None:
        return starts.run(*arguments, cwd=folder, env=env, stdin=stdin, stdout=stdout)
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        preexec_fn=before,
    )


RULES_FILES = {
    "missing": (None, 2, "There is no rules file rules.yaml"),
    "empty": (b"", 2, "the file is empty"),
    "binary": (bytes(range(256)) * 8, 2, "no text file"),
    "10 MB": (b"#" * 11_000_000, 2, "11 MB large"),
    "no YAML": (b"rules: [Huawei\n", 2, "rules.yaml:"),
    "a mistake": (GOOD.replace("AND", "and").encode(), 2, "AND"),
}


@pytest.mark.parametrize(("content", "code", "words"), RULES_FILES.values(), ids=RULES_FILES.keys())
def test_run_with_a_rules_file_that_cannot_be_used(
    tmp_path: Path, content: bytes | None, code: int, words: str
) -> None:
    if content is not None:
        (tmp_path / "rules.yaml").write_bytes(content)
    done = wirewatch(tmp_path, "run", "--once")
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["match", "replay s", "explain s", "feeds list", "feeds export"])
def test_what_needs_the_rules_could_not_run_where_they_are_broken(tmp_path: Path, command: str) -> None:
    (tmp_path / "rules.yaml").write_text(GOOD.replace("AND", "and"))
    (tmp_path / "s").write_text(STORY)
    done = wirewatch(tmp_path, *command.split(), stdin=STORY)
    assert (done.returncode, done.stdout) == (2, "")
    assert "rules.yaml:2:" in done.stderr


def test_a_state_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(GOOD)
    (tmp_path / "state").write_text("")
    done = wirewatch(tmp_path, "run", "--once")
    assert done.returncode == 2
    assert "STATE_DIR" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_store_that_is_none_is_left_untouched(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(GOOD)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "wirewatch.db").write_text("my diary")
    done = wirewatch(tmp_path, "run", "--once")
    assert done.returncode == 2
    assert "wirewatch.db is no SQLite file" in done.stderr
    assert "store restore" in done.stderr
    assert (tmp_path / "state" / "wirewatch.db").read_text() == "my diary"
    (tmp_path / "state" / "wirewatch.db").unlink()
    (tmp_path / "state" / "wirewatch.db").mkdir()
    done = wirewatch(tmp_path, "run", "--once")
    assert done.returncode == 2
    assert "wirewatch.db is a folder" in done.stderr


def test_a_full_disk_ends_it_with_a_message(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(GOOD)

    def small_disk() -> None:
        sys.dont_write_bytecode = True  # Python keeps what it could write of a file, and no start reads that
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = wirewatch(tmp_path, "run", "--once", before=small_disk)
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert "wirewatch:" in done.stderr


def test_match_without_a_match_exits_1(tmp_path: Path) -> None:
    done = wirewatch(tmp_path, "match", "--when", "Nokia", stdin=STORY)
    assert (done.returncode, done.stderr) == (1, "")
    done = wirewatch(tmp_path, "match", "--when", "lang:german", stdin=STORY)
    assert done.returncode == 1
    assert "write lang:de" in done.stderr


def test_match_tells_of_bad_lines_and_goes_on(tmp_path: Path) -> None:
    done = wirewatch(tmp_path, "match", "--when", "Huawei", stdin="{oops\n" + STORY)
    assert done.returncode == 2
    assert done.stdout.startswith('{"id": "2", "rule": "when"')
    assert "1" in done.stderr


@pytest.mark.parametrize("name", ["pipe", "/dev/zero", "/proc/self/environ", "."])
def test_a_test_whose_file_never_ends_or_holds_secrets(tmp_path: Path, name: str) -> None:
    """`check` waited for ever, and so did the worker that should have taken the edit over."""
    os.mkfifo(tmp_path / "pipe")
    rule = f"{{id: a, when: Huawei, tests: {{match: [{{file: {name}}}]}}}}"
    (tmp_path / "rules.yaml").write_text(f"feeds: ['https://news.example/rss']\nrules:\n  - {rule}\n")
    done = wirewatch(tmp_path, "check", FEED_KEY="geheim-7")
    assert done.returncode == 1
    assert "cannot be read" in done.stdout or "should match, but does not" in done.stdout
    assert "geheim" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["feeds", "import"], "pipe that nobody writes to"),
        (["store", "restore"], "is a pipe or a device: a backup is a file"),
        (["store", "backup"], "is a pipe or a device: a backup is a file"),
    ],
    ids=["import", "restore", "backup"],
)
def test_a_pipe_that_nobody_writes_to_in_the_place_of_a_file(tmp_path: Path, command: list[str], told: str) -> None:
    """It was waited for without an end."""
    SqliteStore(tmp_path / "state" / "wirewatch.db").migrate()
    (tmp_path / "rules.yaml").write_text(GOOD)
    os.mkfifo(tmp_path / "pipe")
    done = wirewatch(tmp_path, *command, "pipe")
    assert done.returncode in (1, 2)
    assert told in done.stderr
    assert (tmp_path / "pipe").is_fifo()


def test_what_a_shell_pipes_in_the_place_of_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(GOOD)
    (tmp_path / "list").write_text('<opml><body><outline xmlUrl="https://other.example/rss"/></body></opml>')
    script = f"{sys.executable} -m bot feeds import <(cat list)"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "https://other.example/rss" in (tmp_path / "rules.yaml").read_text()


def test_a_file_that_only_a_variable_of_a_library_names(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("feeds: ['https://news.example/rss']\nrules: [Huawei]\n")
    done = subprocess.run(  # a start of its own: aiohttp reads it when it is imported
        [sys.executable, "-m", "bot", "run", "--once"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(REPOSITORY), "SSLKEYLOGFILE": "/nowhere/keys"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr == "wirewatch: No such file or directory: /nowhere/keys (which SSLKEYLOGFILE names)\n"


@pytest.mark.parametrize("command", [["match", "--when", "Huawei"], ["dedup"]], ids=str)
def test_a_date_that_means_never_ends_nothing(tmp_path: Path, command: list[str]) -> None:
    """`9999-12-31`, as databases write it: all other lines were lost with it."""
    never = '{"title": "Huawei opens a shop", "published": "9999-12-31T23:59:59Z"}\n'
    leap = '{"title": "Huawei closes a shop", "published": "2016-12-31T23:59:60Z"}\n'
    done = wirewatch(tmp_path, *command, stdin=never + leap + STORY)
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 3)
    done = wirewatch(tmp_path, *command, stdin=never.replace("published", "seen") + STORY)
    assert (done.returncode, done.stdout.count("\n")) == (2, 1)
    assert "`seen` is no time of this world: 9999-12-31; the line is left out" in done.stderr


@pytest.mark.parametrize("when", ["Huawei 5G", "(Huawei", "titel:Huawei", "NOT Huawei"], ids=str)
def test_an_expression_that_does_not_read(tmp_path: Path, when: str) -> None:
    done = wirewatch(tmp_path, "match", "--when", when, stdin=STORY)
    assert done.returncode == 2
    assert "^" in done.stderr
    assert "Traceback" not in done.stderr


def test_output_is_utf_8_in_any_locale(tmp_path: Path) -> None:
    done = wirewatch(tmp_path, "match", "--when", "华为", stdin='{"title":"华为5G网络"}\n', LANG="C", LC_ALL="C")
    assert done.returncode == 0
    assert "华为5G网络" in done.stdout


def test_arguments_are_utf_8_where_python_reads_them_as_something_else(tmp_path: Path) -> None:
    (tmp_path / "华为.jsonl").write_text('{"title":"华为5G网络"}\n', encoding="utf-8")
    odd = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = wirewatch(tmp_path, "match", "--when", "华为", "华为.jsonl", **odd)
    assert (done.returncode, done.stderr) == (0, "")
    assert "华为5G网络" in done.stdout


def test_a_full_stdout_is_an_error_and_a_closed_one_is_none(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        done = wirewatch(tmp_path, "match", "--when", "Huawei", stdin=STORY, stdout=full.fileno())
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    (tmp_path / "stories").write_text(STORY * 20_000)
    script = f'{sys.executable} -m bot match --when Huawei stories | head -1; echo "${{PIPESTATUS[0]}}"'
    piped = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert piped.stdout.splitlines()[-1] == "0"
    assert piped.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["search", "Huawei 5G"], 2, "side by side"),
        (["search", "Huawei"], 1, "Nothing in the archive"),
        (["search", '"Got Milk?"'], 1, "no question mark"),
        (["search", "Huawei", "--since", "yesterday"], 2, "ISO 8601"),
        (["explain", "nothing-of-that-name"], 1, "no entry"),
        (["match", "--rule", "nobody"], 2, "nobody"),
        (["search", "Huawei"], 1, "there is no store yet in state"),
        (["explain", "5"], 1, "there is no store yet in state"),
        (["search", "Huawei", "AND", "5G"], 2, "wirewatch search 'Huawei AND 5G'"),
        (["explain", "Huawei", "wins"], 2, "wirewatch explain 'Huawei wins'"),
        (["search", "Huawei", "--limit", "9" * 30], 2, "not in the range"),
        (["backtest", "--days", "9" * 30], 2, "not in the range"),
        (["missed", "--days", "999999999"], 2, "not in the range"),
        (["missed", "--limit", "9" * 30], 2, "not in the range"),
        (["store", "prune", "--days", "nan"], 2, "no number of days"),
        (["store", "prune", "--days", "inf"], 2, "not in the range"),
        (["replay", "--from", "2026-11-28", "--to", "2026-11-27", "-"], 2, "nothing lies between"),
        (["check", "rules.yaml"], 2, "wirewatch --config FILE check"),
        (["check", "--config", "rules.yaml"], 2, "stands before the command"),
        (["search", "--state", "x", "Huawei"], 2, "stands before the command"),
        (["lint"], 2, "Did you mean check?"),
        (["import", "x.opml"], 2, "Did you mean feeds import?"),
        (["feeds", "add", "https://a.example/rss"], 2, "a line under feeds: in the rules file"),
        (["feeds", "ls"], 2, "Did you mean feeds list?"),
        (["bogus"], 2, "bogus"),
        (["chekc"], 2, "No such command 'chekc'. Did you mean check?"),
        (["--config", "other.yaml", "check"], 2, "other.yaml"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_look_ups_that_find_nothing(tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    (tmp_path / "rules.yaml").write_text(GOOD)
    done = wirewatch(tmp_path, *arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = wirewatch(tmp_path, "web", PORT=str(port))
    assert done.returncode == 2
    assert f"PORT {port}: no page can be served there (Address already in use). Set another PORT" in done.stderr


def test_too_old_a_python_is_told_in_one_line(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    code = "import sys; sys.version_info = (3, 9, 1); sys.version = '3.9.1'; exec(sys.argv[1])"
    old.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{code}" "$2"\n')
    old.chmod(0o755)
    for name in ("Makefile", "requirements.txt", "requirements-build.txt", "pyproject.toml"):
        (tmp_path / name).write_bytes((REPOSITORY / name).read_bytes())
    done = subprocess.run(
        ["make", f"PYTHON={old}", "run"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": os.environ["PATH"]},
    )
    assert done.returncode != 0
    assert "Wirewatch needs Python 3.11 or newer; this is 3.9.1" in done.stderr


def test_a_look_up_makes_no_store(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(GOOD)
    for arguments in (["search", "Huawei"], ["explain", "5"]):
        wirewatch(tmp_path, "--state", "another", *arguments)
    assert not (tmp_path / "another").exists()


LATIN = b'{"title":"M\xfcller wins"}\n{"title":"Huawei wins"}\n'


@pytest.mark.parametrize("command", [["match", "--when", "wins"], ["dedup"], ["replay"]], ids=lambda value: value[0])
def test_what_is_no_utf_8_is_told_of_and_read(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "rules.yaml").write_text(GOOD.replace("Huawei AND 5G", "wins"))
    (tmp_path / "stories").write_bytes(LATIN)
    done = wirewatch(tmp_path, *command, "stories")
    assert done.returncode == 0
    assert "stories:1: no UTF-8: byte 0xFC stands there" in done.stderr
    assert "M\ufffdller" in done.stdout or '"id": "1"' in done.stdout
    assert "stories:2" not in done.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [(LATIN.decode("latin-1").encode("utf-16"), "is UTF-16"), (b"\x1f\x8b\x08\x00", "is compressed")],
)
def test_another_encoding_from_the_first_byte_on_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "stories").write_bytes(content)
    for command in (["match", "--when", "wins"], ["draft"]):
        done = wirewatch(tmp_path, *command, "stories")
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"M\xfcller wins\nHe won.\n", 0, "headline:1: no UTF-8"),
        (b"\xef\xbb\xbfHuawei wins\n", 0, ""),
        (b" \n", 2, "is empty"),
    ],
)
def test_a_text_to_explain(tmp_path: Path, content: bytes, code: int, words: str) -> None:
    (tmp_path / "rules.yaml").write_text(GOOD)
    (tmp_path / "headline").write_bytes(content)
    done = wirewatch(tmp_path, "explain", "headline")
    assert done.returncode == code
    assert words in done.stderr
    assert ("  title    " in done.stdout) == (code == 0)


def test_a_draft_says_what_is_no_utf_8(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(GOOD)
    (tmp_path / "lines").write_bytes(b"Orbrecht wins\nOrbrecht f\xe4llt\nOrbrecht draws\n")
    assert "lines:2: no UTF-8" in wirewatch(tmp_path, "draft", "lines").stderr


UNRAISABLE = """
import sys
from bot.cli import tell_unraisable

sys.unraisablehook = tell_unraisable


class Ending:
    def __del__(self):
        raise KeyError("left over")


Ending.__del__.__module__ = sys.argv[1]
Ending()
"""


@pytest.mark.parametrize(
    ("module", "told"),
    [
        ("bot.store", "wirewatch: a fault in something that ended (KeyError: 'left over')\n"),
        ("multiprocessing.util", ""),
    ],
)
def test_a_fault_in_a_finaliser_is_a_line_and_multiprocessings_none(module: str, told: str) -> None:
    """All of them were swallowed, ours as well."""
    ended = subprocess.run(
        [sys.executable, "-c", UNRAISABLE, module], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert ended.stderr == told
