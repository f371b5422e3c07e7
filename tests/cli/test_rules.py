"""`check` and `match` as commands: what they print, where, and how they end."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from tests import starts

RULES = """feeds:
  - {url: 'https://news.example/rss', id: news, tags: [tech]}
entities:
  huawei: [Huawei, HiSilicon]
rules:
  - id: one
    when: '@huawei AND 5G'
  - id: two
    when: US NOT shop
    feeds: [tech]
"""


def wirewatch(*arguments: str, folder: Path, lines: str = "") -> tuple[int, str, str]:
    env = {"PATH": os.environ["PATH"], "LANG": "C"}
    done = starts.run(*arguments, cwd=folder, env=env, stdin=lines.encode("utf-8", "surrogatepass"))
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr


def rules(folder: Path, text: str = RULES) -> Path:
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    return folder


def test_check_of_a_sound_file(tmp_path: Path) -> None:
    code, out, err = wirewatch("check", "--explain", "two", folder=rules(tmp_path))
    assert code == 0
    assert "two: US NOT shop" in out
    assert "in capitals  US" in out
    assert "2 rules" in err
    assert "US" in err


@pytest.mark.parametrize(
    ("when", "line"),
    [
        (
            "zero-day",
            'hyphen       zero-day also finds zeroday, but not zero day; "zero day" finds zero-day and zero day',
        ),
        ("1,000", "searched as  1,000 → 1 000"),
        ("Łódź", "searched as  Łódź → lodz"),
    ],
)
def test_check_explains_what_is_searched(tmp_path: Path, when: str, line: str) -> None:
    """A hyphen surprises; and of `1,000` only the part that is looked up was shown."""
    (tmp_path / "rules.yaml").write_text(f"rules: [{{id: one, when: '{when}'}}]\n", encoding="utf-8")
    code, out, _ = wirewatch("check", "--explain", "one", folder=tmp_path)
    assert code == 0
    assert f"  {line}\n" in out


def test_check_prints_problems_on_stdout(tmp_path: Path) -> None:
    text = RULES + "  - Huawei and 5G\n  - ZTE OR (ZTE AND Nokia)\n  - @huawei\n"
    code, out, err = wirewatch("check", folder=rules(tmp_path, text))
    assert code == 1
    heads = [line for line in out.splitlines() if line.startswith("rules.yaml:")]
    assert [head.split(": ")[0] for head in heads] == ["rules.yaml:11:12", "rules.yaml:12:12", "rules.yaml:13:5"]
    assert [head.split(": ")[1] for head in heads] == ["error", "warning", "error"]
    assert "2 errors, 1 warning" in err
    code, out, _ = wirewatch("check", "--json", folder=tmp_path)
    assert [json.loads(line)["line"] for line in out.splitlines()] == [11, 12, 13]


@pytest.mark.parametrize(
    ("content", "code"), [(None, 2), (b"", 1), (b"\x00\x01", 1), (b"a: [", 1), (b"rules: [x1]\n", 0)], ids=str
)
def test_how_check_ends(tmp_path: Path, content: bytes | None, code: int) -> None:
    if content is not None:
        (tmp_path / "rules.yaml").write_bytes(content)
    assert wirewatch("check", folder=tmp_path)[0] == code


def test_a_file_test_is_read_beside_the_rules_file(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("Huawei wins\n\nIt builds 5G networks.", encoding="utf-8")
    folder = rules(
        tmp_path, RULES.replace("    when: US", "    tests: {not: [{file: story.txt}, {file: gone.txt}]}\n    when: US")
    )
    code, out, _ = wirewatch("check", folder=folder)
    assert code == 1
    assert "gone.txt" in out
    assert out.count("error") == 1


STORIES = (
    json.dumps({"title": "Huawei wins 5G contract", "body": "In the US.", "feed": "news"})
    + "\n\n"
    + '{"title": 1}\n'
    + json.dumps({"title": "Nothing", "id": "n"})
    + "\n"
)


def test_match_prints_one_line_a_match(tmp_path: Path) -> None:
    code, out, err = wirewatch("match", folder=rules(tmp_path), lines=STORIES)
    assert code == 2
    assert ":3:" in err
    lines = [json.loads(line) for line in out.splitlines()]
    assert [(line["id"], line["rule"]) for line in lines] == [("1", "one"), ("1", "two")]
    (title,) = lines[0]["evidence"]
    assert title == {"zone": "title", "text": "Huawei wins 5G contract", "spans": [[0, 6], [12, 14]]}


def test_a_text_that_was_cut_is_told(tmp_path: Path) -> None:
    story = json.dumps({"id": "long", "title": "Huawei wins", "body": "word " * 100_001}) + "\n"
    told = "story long: body longer than 500,000 characters: the rest was not read\n"
    for command in (("match", "--when", "Huawei"), ("dedup",)):
        code, out, err = wirewatch(*command, folder=tmp_path, lines=story)
        assert (code, bool(out), err) == (0, True, told)
    (tmp_path / "rules.yaml").write_text("rules: [Huawei]\n", encoding="utf-8")
    (tmp_path / "long.txt").write_text("Huawei wins\n" + "word " * 100_001, encoding="utf-8")
    code, out, _ = wirewatch("explain", "long.txt", folder=tmp_path)
    assert code == 0
    assert "body longer than 500,000 characters: the rest was not read" in out
    code, out, _ = wirewatch("explain", "--json", "long.txt", folder=tmp_path)
    assert json.loads(out)["entry"]["cut"] == "body longer than 500,000 characters: the rest was not read"


def test_explain_tells_times_in_the_zone_of_the_rules_file(tmp_path: Path) -> None:
    """They were UTC, without a word of it, beside messages in the zone of the file."""
    (tmp_path / "rules.yaml").write_text("settings: {timezone: Europe/Berlin}\nrules: [Huawei]\n", encoding="utf-8")
    (tmp_path / "story.jsonl").write_text('{"title": "Huawei wins", "published": "2026-11-24T18:21:00Z"}\n')
    code, out, _ = wirewatch("explain", "story.jsonl", folder=tmp_path)
    assert code == 0
    assert "published 2026-11-24 19:21 CET" in out


def test_match_of_one_rule_and_of_an_expression(tmp_path: Path) -> None:
    folder = rules(tmp_path)
    (folder / "a.jsonl").write_text('{"title": "HiSilicon 5G"}\n', encoding="utf-8")
    code, out, _ = wirewatch("match", "a.jsonl", "--rule", "one", "--when", "@huawei", folder=folder)
    assert code == 0
    assert [json.loads(line)["rule"] for line in out.splitlines()] == ["one", "when"]
    code, out, err = wirewatch("match", "a.jsonl", "--rule", "onne", folder=folder)
    assert (code, out) == (2, "")
    assert "Did you mean one?" in err


def test_match_needs_no_rules_file_with_an_expression(tmp_path: Path) -> None:
    code, out, _ = wirewatch("match", "--when", "华为 AND 5G", folder=tmp_path, lines='{"title": "华为5G网络"}\n')
    assert code == 0
    assert "华为5G网络" in out
    assert wirewatch("match", "--when", "ZTE", folder=tmp_path, lines='{"title": "x"}\n')[:2] == (1, "")
    code, out, err = wirewatch("match", "--when", "Huawei and 5G", folder=tmp_path)
    assert (code, out) == (2, "")
    assert "write AND" in err
    assert wirewatch("match", folder=tmp_path)[0] == 2


def test_match_explains(tmp_path: Path) -> None:
    code, out, _ = wirewatch(
        "match", "--explain", "--when", "Huawei AND 5G", folder=tmp_path, lines='{"title": "Huawei"}\n'
    )
    assert code == 1
    assert json.loads(out)["why"] == "5G is not in title, summary or body"


def test_odd_text_goes_through(tmp_path: Path) -> None:
    story = '{"title": "\\ud800 Huawei \\u0000 \\u202e", "tags": ["\\ud800"], "id": "\\ud800"}\n'
    code, out, _ = wirewatch("match", "--when", "Huawei OR tag:x", folder=tmp_path, lines=story)
    assert code == 0
    assert json.loads(out)["evidence"][0]["text"] == "\ufffd Huawei"


def test_a_feed_that_is_declared_twice_in_one_line_is_told(tmp_path: Path) -> None:
    folder = rules(tmp_path, 'feeds: ["https://a.example/rss", "https://A.example/rss"]\nrules: [Huawei]\n')
    code, out, err = wirewatch("check", folder=folder)
    assert code == 0
    assert out.splitlines()[0] == "rules.yaml:1:34: warning: this address is declared twice"
    assert "1 rule, no tests, 2 feeds; 1 warning" in err


@pytest.mark.parametrize("text", ['{"title": "Huawei wins 5G contract"}', "Huawei wins 5G contract\nIt did."])
def test_a_text_to_explain_may_come_by_a_pipe(tmp_path: Path, text: str) -> None:
    """`-` and `<(pbpaste)` were taken for ids."""
    rules(tmp_path)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(text,), daemon=True)
    writer.start()
    for name, lines in (("-", text), ("pipe", "")):
        code, out, err = wirewatch("explain", name, folder=tmp_path, lines=lines)
        assert (code, err) == (0, "")
        assert "yes  one: " in out
    writer.join()


def test_nothing_is_written_into_a_file_called_dash(tmp_path: Path) -> None:
    for arguments in (("check", "--junit", "-"), ("store", "backup", "-")):
        code, out, err = wirewatch(*arguments, folder=rules(tmp_path))
        assert (code, out) == (2, "")
        assert "name a file" in err
    assert not (tmp_path / "-").exists()


def test_an_interval_that_is_not_kept_is_told(tmp_path: Path) -> None:
    """`every: 1m` asked each five minutes, and nothing said so."""
    feeds = "feeds: [{url: 'https://a.example/f', every: 1m}, {url: 'https://b.example/f', every: 5m}]\n"
    code, out, _ = wirewatch("check", folder=rules(tmp_path, f"{feeds}rules: [Huawei]\n"))
    assert code == 0
    told = "every: 1m is shorter than settings.fetch.min: the feed is asked every 5 min"
    assert [line for line in out.splitlines() if "warning" in line] == [f"rules.yaml:1:45: warning: {told}"]
    lowered = f"settings: {{fetch: {{min: 1m}}}}\n{feeds}rules: [Huawei]\n"
    assert wirewatch("check", folder=rules(tmp_path, lowered))[:2] == (0, "")
