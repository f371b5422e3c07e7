"""`draft`: headlines → a rule with tests, and what it would have posted. No language model, no network."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from bot.app import SPEAKING_ARCHIVE
from bot.cli.input_text import decode_input, read_input
from bot.cli.options import Options
from bot.core.query.parser import parse_query
from bot.core.rulefile.text_edits import single_quoted
from bot.core.rulefile.units import Ids, slug
from bot.core.text.plural import counted
from bot.core.text.words import CJK_STRETCH, bigrams
from bot.core.workbench.backtest import Backtest, RuleOnTrial
from bot.core.workbench.draft import LEAST_HEADLINES, Shares, draft_rule
from bot.errors import UsageError
from bot.model import Rule, RuleId, RuleSet
from bot.ports import Store
from bot.reports.archive import archive_if_any, readable_rules
from bot.workbench.backtest import Backtester

_MOST_LINES = 1_000
"""Headlines of one draft; a rule is drafted from the three to hundred that somebody has collected."""
_MOST_BYTES = 10_000_000
"""Of a file that can be a list of headlines."""


@click.command("draft")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default="-")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def draft_command(options: Options, file: Path, as_json: bool) -> None:
    """Draft a rule, with tests, from three headlines or more.

    FILE (or stdin) holds a headline a line; one that begins with - must not match. Prints an item for the list under
    rules: of the rules file. Exit 1 when the headlines share nothing that would make a rule.

    Example: wirewatch draft headlines.txt
    """
    given, unwanted = _headlines(file)
    environment = options.environment
    ruleset = readable_rules(environment) or RuleSet(version="")
    with archive_if_any(environment) as store:
        drafted = draft_rule(given, unwanted, _shares(store))
        if not drafted.when:
            click.echo(f"No rule: {drafted.reason}.", err=True)
            raise SystemExit(1)
        name = Ids(rule.id for rule in ruleset.rules).make(slug(drafted.name))
        rule = Rule(id=RuleId(name), name=name, when=drafted.when, query=parse_query(drafted.when))
        trial = RuleOnTrial.ad_hoc(rule, ruleset, environment.variables)
        backtest = Backtester(store).backtests([trial])[0] if store is not None else None
    if as_json:
        tests = {"match": given, **({"not": unwanted} if unwanted else {})}
        line: Mapping[str, Any] = {
            "rule": name,
            "when": drafted.when,
            "tests": tests,
            "backtest": backtest and backtest.to_json(),
        }
        click.echo(json.dumps(line, ensure_ascii=False))
    else:
        click.echo("\n".join(_item(name, drafted.when, given, unwanted)))
    click.echo(_rate(backtest), err=True)


def _rate(backtest: Backtest | None) -> str:
    if backtest is None or not backtest.covered.entries:
        return "There is no archive yet, so nobody knows how often this would have posted."
    stories = counted(len(backtest.stories), "story", "stories")
    if backtest.posts_per_day is None:
        return f"On the archive: {stories} in less than a day, which says nothing about a day."
    return f"On the archive: {stories}, {backtest.posts_per_day:.1f} messages a day."


def _headlines(file: Path) -> tuple[list[str], list[str]]:
    """Those to match and those not to, each once. Raises: UsageError."""
    data = read_input(str(file), _MOST_BYTES)
    if len(data) > _MOST_BYTES:
        raise UsageError(f"{file} is larger than {_MOST_BYTES // 1_000_000} MB: are these headlines, a line each?")
    lines = [line.strip() for line in decode_input(data, str(file)).splitlines()]
    if len(lines) > _MOST_LINES:
        raise UsageError(f"{file} has {len(lines)} lines; a rule is drafted from at most {_MOST_LINES} headlines.")
    given = list(dict.fromkeys(line for line in lines if line and not line.startswith("-")))
    unwanted = list(dict.fromkeys(text for line in lines if line.startswith("-") and (text := line[1:].strip())))
    if len(given) < LEAST_HEADLINES:
        needed = f"a rule is drafted from {LEAST_HEADLINES} headlines or more, a line each"
        raise UsageError(f"{counted(len(given), 'headline', 'headlines')} to match: {needed}.")
    both = next((title for title in given if title in unwanted), None)
    if both is not None:
        raise UsageError(f"“{both}” stands there twice: to match, and with - not to match.")
    return given, unwanted


def _shares(store: Store | None) -> Shares | None:
    """In what share of the archive's entries words stand; None while it is too small to say."""
    if store is None or (entries := store.counts().entries) < SPEAKING_ARCHIVE:
        return None

    def shares(words: Iterable[str]) -> Mapping[str, float]:
        """At least one entry is taken to hold each."""
        terms = {word: bigrams(word) if CJK_STRETCH.match(word) else [word] for word in words}
        frequency = store.document_frequency({term for of_word in terms.values() for term in of_word})
        return {
            word: (min(frequency.get(term, 0) for term in of_word) + 1) / (entries + 1)
            for word, of_word in terms.items()
        }

    return shares


def _item(name: str, when: str, given: Sequence[str], unwanted: Sequence[str]) -> Iterator[str]:
    yield f"  - id: {name}"
    yield f"    when: {single_quoted(when)}"
    yield "    tests:"
    for key, titles in (("match", given), ("not", unwanted)):
        if titles:
            yield f"      {key}:"
            yield from (f"        - {single_quoted(title)}" for title in titles)
