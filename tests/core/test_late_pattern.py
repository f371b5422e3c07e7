"""Patterns that are compiled late: they do what `re` does, and are compiled when they are asked."""

from __future__ import annotations

import re

import pytest

from bot.core.late_pattern import late_pattern


@pytest.mark.parametrize("text", ["Orbrecht opens 5G lab", "", "orbrecht"])
def test_it_does_what_a_compiled_one_does(text: str) -> None:
    late, compiled = late_pattern("(?P<name>orb)recht", re.IGNORECASE), re.compile("(?P<name>orb)recht", re.IGNORECASE)
    for _ in range(2):  # the first time it is compiled
        assert [match.groupdict() for match in late.finditer(text)] == [m.groupdict() for m in compiled.finditer(text)]
        assert late.sub("…", text) == compiled.sub("…", text)
        assert (late.search(text, 1) is None) == (compiled.search(text, 1) is None)
    assert (late.pattern, late.flags, late.groupindex) == (compiled.pattern, compiled.flags, compiled.groupindex)


def test_it_is_compiled_when_it_is_asked() -> None:
    late = late_pattern("(unclosed")
    assert late.pattern == "(unclosed"
    with pytest.raises(re.error):
        late.search("text")
    with pytest.raises(AttributeError):
        late_pattern("open").no_method()  # type: ignore[attr-defined]  # it is what is tested
