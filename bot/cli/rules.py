"""`match` and `schema`: rules tried out, and what a rules file may hold. No network, no store."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import click

from bot.app import check_rules
from bot.cli.options import Options
from bot.cli.story_lines import StoryLines
from bot.core.matching.evidence import Shown
from bot.core.matching.matcher import Matcher
from bot.core.rulefile.expressions import hardly_meant, read_expression
from bot.core.rulefile.named_rules import rules_named
from bot.core.rulefile.problems import problems_text
from bot.core.rulefile.ruleset import rules_schema
from bot.core.text.reading import cut_notice, read_entry
from bot.core.text.zones import NO_PATTERNS, compile_promo
from bot.errors import UsageError
from bot.model import Match, Rule, RuleId, RuleSet
from bot.rules_files import read_rules_text


@click.command("match")
@click.argument("files", nargs=-1)
@click.option("--rule", "only", metavar="ID", multiple=True, help="Only this rule (repeatable).")
@click.option("--when", "expression", metavar="EXPR", help="An ad-hoc rule, whose id is `when`; needs no rules file.")
@click.option(
    "--explain", "explained", is_flag=True, help="Every rule's verdict on every story, with the part that decided."
)
@click.pass_obj
def match_command(
    options: Options, files: tuple[str, ...], only: tuple[str, ...], expression: str | None, explained: bool
) -> None:
    """Match stories against the rules. They are JSON Lines, from FILES or stdin.

    Prints one JSON object a match. Exit 1 when nothing matched.

    Example: printf '{"title":"Huawei wins 5G contract"}\\n' | wirewatch match --when 'Huawei AND 5G'
    """
    ruleset = _ruleset(options, needed=expression is None or bool(only))
    rules = _rules(ruleset, only, expression)
    promo = compile_promo(ruleset.promo) if ruleset is not None else NO_PATTERNS
    labels_of = (ruleset or RuleSet(version="")).labels_of
    matcher = Matcher(rules)
    ids = [_quoted(rule.id) for rule in rules]
    stories = StoryLines(files)
    matched = False
    write = sys.stdout.write
    for story in stories:
        reading = read_entry(story.entry, promo)
        if notice := cut_notice(reading):
            click.echo(f"story {story.id}: {notice}", err=True)
        of_feed = labels_of(story.entry.feed)
        if explained:
            for verdict in matcher.explain(story.entry, reading, of_feed):
                matched = matched or verdict.match is not None
                match = verdict.match or Match(rule=verdict.rule)
                line: dict[str, object] = {"id": story.id, "rule": match.rule}
                line["evidence"] = [part.to_json() for part in match.evidence]
                if match.quote is not None:
                    line["quote"] = match.quote.to_json()
                write(_encode({**line, "match": verdict.match is not None, "why": verdict.why}) + "\n")
            continue
        matches = matcher.shown(story.entry, reading, of_feed)
        if matches:
            matched = True
            write(_lines(story.id, matches, ids))
    sys.stdout.flush()
    if stories.bad:
        raise SystemExit(2)
    if not matched:
        for hint in hardly_meant(rules[-1], ruleset) if expression is not None else ():
            click.echo(hint, err=True)
        raise SystemExit(1)


_encode = json.JSONEncoder(ensure_ascii=False).encode
"""`json.dumps` with `ensure_ascii` makes an encoder anew for each call, which took longer than the encoding."""


_ESCAPED = bytes(range(32)) + b'"\\'
"""ASCII signs that JSON does not write as they are."""


def _quoted(text: str) -> str:
    """A text as JSON. The encoder looks at one character after the other, which took longer than finding the match."""
    if text.isascii() and len(text.encode().translate(None, _ESCAPED)) == len(text):
        return f'"{text}"'
    return _encode(text)


def _lines(story: str, matches: Sequence[tuple[int, tuple[Shown, ...]]], ids: Sequence[str]) -> str:
    """The output of one story; `ids`: of the rules, as JSON. A zone is written once, however many rules found something
    in it."""
    beginning = f'{{"id": {_quoted(story)}, "rule": '
    zones: dict[tuple[str, str], str] = {}
    lines: list[str] = []
    for number, evidence in matches:
        parts: list[str] = []
        for zone, text, spans in evidence:
            written = zones.get((zone, text))
            if written is None:
                written = zones[zone, text] = f'{{"zone": "{zone}", "text": {_quoted(text)}, "spans": ['
            if len(spans) == 1:
                parts.append(f"{written}[{spans[0][0]}, {spans[0][1]}]]}}")
            else:
                parts.append(written + ", ".join([f"[{start}, {end}]" for start, end in spans]) + "]}")
        lines.append(f'{beginning}{ids[number]}, "evidence": [{", ".join(parts)}]}}\n')
    return "".join(lines)


def _ruleset(options: Options, *, needed: bool) -> RuleSet | None:
    """The rules file; with `--when` alone only for its entities, promo patterns and feeds, if it can be used."""
    environment = options.environment
    if not needed and not environment.config.is_file():
        return None
    ruleset, problems = check_rules(read_rules_text(environment.config), environment)
    if ruleset is None and needed:
        text = problems_text(str(environment.config), problems)
        raise UsageError(f"the rules file has errors; nothing was matched.\n{text}")
    if ruleset is None:
        click.echo(
            f"{environment.config} has errors and is left out: no entities, no promo patterns of its own.", err=True
        )
    return ruleset


def _rules(ruleset: RuleSet | None, only: Sequence[str], expression: str | None) -> list[Rule]:
    rules = rules_named(ruleset, only) if ruleset is not None and (only or expression is None) else []
    if expression is not None:
        rules.append(read_expression(expression, "--when", RuleId("when"), ruleset))
    return rules


@click.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of the rules file, for editors. They complete keys with it, and mark errors while you
    type.

    Example: wirewatch schema > rules.schema.json
    """
    click.echo(json.dumps(rules_schema(), ensure_ascii=False, indent=1))
