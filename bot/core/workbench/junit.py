"""What `check` found → JUnit XML, as CI systems show it.

Each rule is a class with one case for each thing that is looked at. An error is a failure; a warning is a case that was
skipped, with its words: the format knows no warnings, and no build should break on one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as xml

from bot.core.text.sanitize import harmless
from bot.core.workbench.hygiene import FindingKind, RuleFinding
from bot.model import ChannelId, Problem, RuleId

_FILE = "rules file"


def junit_xml(
    name: str,
    problems: Sequence[Problem],
    rules: Iterable[RuleId],
    channels: Iterable[ChannelId],
    findings: Sequence[RuleFinding],
) -> str:
    """One test suite, `name`.

    Args:
        problems: of the rules file.
        rules: those that were looked at on the archive.
        channels: those that have a budget.
    """
    suite = xml.Element("testsuite", name=harmless(name))
    if not problems:
        _case(suite, _FILE, "reads")
    for problem in problems:
        place = f"line {problem.line}, column {problem.column}"
        _said(_case(suite, _FILE, place), problem.severity, problem.message, problem.hint)
    by_case: dict[tuple[str, FindingKind], list[RuleFinding]] = {}
    for finding in findings:
        by_case.setdefault((str(finding.rule or finding.channel), finding.kind), []).append(finding)
    for owner, kinds in [
        *((str(rule), tuple(FindingKind)) for rule in rules),
        *((str(channel), (FindingKind.BUDGET,)) for channel in channels),
    ]:
        for kind in kinds:
            case = _case(suite, owner, kind.value)
            if of_case := by_case.get((owner, kind), []):
                _said(case, of_case[0].severity, "; ".join(one.message for one in of_case), of_case[0].hint)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", "0")
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    root = xml.Element("testsuites")
    root.append(suite)
    xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + xml.tostring(root, encoding="unicode") + "\n"


def _case(suite: xml.Element, owner: str, name: str) -> xml.Element:
    return xml.SubElement(suite, "testcase", classname=harmless(owner), name=harmless(name))


def _said(case: xml.Element, severity: str, message: str, hint: str) -> None:
    element = xml.SubElement(case, "failure" if severity == "error" else "skipped", message=harmless(message))
    element.text = harmless(hint)
