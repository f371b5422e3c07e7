"""Regular expressions know the letters of every script, and the edges of words in each."""

from __future__ import annotations

import pytest

from bot.core.text.regex import compile_re2, required_run

MATCHES = {
    "an edge before and behind": (r"\bŁódź\b", "wŁódź Łódźa Łódź", ["Łódź"]),
    "Cyrillic": (r"\bПутин\b", "Президент Путин, Путина", ["Путин"]),
    "an edge in front only": (r"\bПутин\w*", "Путина неПутин", ["Путина"]),
    "behind flags": (r"(?i)\bfoo\b", "xfoo FOO", ["FOO"]),
    "an alternative in parentheses": (r"\b(cat|dog)\b", "concat dog", ["dog"]),
    "an alternative at the top": (r"cat|\bdog\b", "concat dog", ["cat", "dog"]),
    "a literal backslash": (r"x\\b", r"x\b", [r"x\b"]),
    "letters": (r"\w+", "Łódź świętuje", ["Łódź", "świętuje"]),
    "letters in a class": (r"[\w-]+", "é-x y", ["é-x", "y"]),
    "a class that begins with its end": (r"[]\w]+", "a] é", ["a]", "é"]),
    "no letters": (r"\W+", "é, è", [", "]),
    "digits of any script": (r"\d+", "12 ١٢ १२", ["12", "١٢", "१२"]),
    "as before": (r"CVE-\d{4}-\d+", "CVE-2024-77", ["CVE-2024-77"]),
}


@pytest.mark.parametrize(("pattern", "text", "matches"), MATCHES.values(), ids=MATCHES)
def test_what_a_pattern_matches(pattern: str, text: str, matches: list[str]) -> None:
    compiled = compile_re2(pattern, any_case=False)
    assert [match.group() for match in compiled.finditer(text)] == matches
    assert (compiled.search(text) is not None) == bool(matches)


RUNS = {
    r"CVE-\d{4}-\d+": "CVE-",
    "(?i)recall(ed)? of": "recall",
    "(Huawei|ZTE)": "ZTE",
    "a(?:Huawei|HiSilicon)b": "Huawei",
    "(?P<name>Huawei)+": "Huawei",
    "x(Huawei)?y": "x",
    "(Huawei)*yz": "yz",
    "Huawei|5G": "5G",
    "Huawei|": "",
    "((((a)bc)def)|gh)ijkl": "ijkl",
    "(" * 200 + "Huawei": "",
    "[Hh]uawei": "uawei",
    "Huaweis?": "Huawei",
    "Huawei{0,3}": "Huawe",
    "Huawei*": "Huawe",
    r"\(ABC\)\.": "(ABC).",
    "[(]ABC": "ABC",
    r"\w+ \d": " ",
    "(never closed": "never closed",
    "": "",
}


@pytest.mark.parametrize(("pattern", "run"), RUNS.items(), ids=RUNS)
def test_what_each_match_of_a_pattern_spells_out(pattern: str, run: str) -> None:
    assert required_run(pattern) == run
