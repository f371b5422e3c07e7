"""Rules that anybody in a workspace may write, on texts that anybody may publish: each is decided, without a clock to
say so. Python's own engine would not live to see the end of most."""

from __future__ import annotations

import pytest

from tests.builders import entry
from tests.core.matching.one_rule import match
from tests.core.rulefile.files import RULES, read

HELD = {
    "many wildcards": ("aa*a*a*a*a*a*a*a*a*a*a*a*b", "a" * 5_000, False),
    "many wildcards that hold": ("aa*a*a*a*a*a*a*a*b", "a" * 5_000 + "b", True),
    "of either kind": ("aa" + "*a?" * 40 + "b", "a" * 500, False),
    "in its own spelling": ("=Aa*a*a*a*a*a*a*a*a*b", "A" + "a" * 5_000, False),
    "in a run without spaces": ("华华*网", "华" * 100_000, False),
    "in a run that holds it": ("华华*网", "x华" + "华" * 50 + "网y", True),
    "groups by the thousand": ("/" + "(" * 900 + "a" + ")" * 900 + "/", "a" * 20_000, True),
    "repetitions in one another": ("/(a*)*(a|a)*b/", "a" * 50_000, False),
    "a beginning and an end": ("hua*ei", "Huawei", True),
    "two in the middle": ("hu*w*i", "Huawei", True),
    "two in the middle, elsewhere": ("hu*w*i", "Huawex", False),
    "an end only": ("stock*", "stockholders", True),
}


@pytest.mark.parametrize(("when", "title", "expected"), HELD.values(), ids=HELD)
def test_each_is_decided(when: str, title: str, expected: bool) -> None:
    assert (match(when, entry(title)) is not None) is expected
    assert (match(f"{when} AND NOT zebra", entry(title)) is not None) is expected


def test_entities_that_double_one_another() -> None:
    levels = "".join(f"  e{n}: '@e{n - 1} OR @e{n - 1}'\n" for n in range(1, 45))
    ruleset, problems = read(f"{RULES}  - '@e44 AND x'\nentities:\n  e0: [aa, bb]\n{levels}")
    assert ruleset is None
    assert "stands for more than 100,000 names" in problems[0].message


def test_a_group_of_large_entities_is_read() -> None:
    """A list of firms for each of 20 countries, and all of them by one name."""
    lists = "".join(f"  c{n}: [{', '.join(f'firm{n}x{m}' for m in range(100))}]\n" for n in range(20))
    everybody = ", ".join(f"'@c{n}'" for n in range(20))
    ruleset, problems = read(f"{RULES}  - '@all AND x'\nentities:\n{lists}  all: [{everybody}]\n")
    assert ruleset is not None, problems


def test_a_test_of_a_file_does_not_tell_what_is_in_it() -> None:
    """A rules file may name any file of the machine, and ops in Slack hear what is wrong with a rules file."""
    _, problems = read(RULES + "  - {id: a, when: Nokia, tests: {match: [{file: story.txt}]}}\n")
    assert "“story.txt” should match, but does not" in problems[0].message
    assert "Huawei" not in str(problems)
