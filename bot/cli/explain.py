"""`explain`: how an entry was read, which story it joined and why, each rule's verdict, and what was sent where."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from bot.app import clock, load_rules, open_environment_store
from bot.cli.archive import entries_named
from bot.cli.options import Options
from bot.cli.story_lines import StoryLines
from bot.core.digests.mutes import REACTIONS, Overlay, reaction_words
from bot.core.matching.matcher import Matcher
from bot.core.rulefile.added_rules import ADDED_RULES, read_added_rules, with_added_rules
from bot.core.rulefile.channels import default_channel
from bot.core.stories import coverage_line
from bot.core.text.plural import counted
from bot.core.text.reading import cut_notice, read_entry, read_lines
from bot.core.text.times import local_time, span_text
from bot.core.text.zones import LEARNT, PromoPatterns, compile_promo
from bot.errors import UsageError
from bot.model import ZONES, Delivery, Entry, EntryId, Reading, RuleId, RuleSet, StoredEntry, Story, WaitingKind
from bot.ports import Store

_SHOWN = 300
"""Characters of a zone that are shown on a terminal."""


@click.command("explain")
@click.argument("what", metavar="ID_OR_URL_OR_FILE")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def explain_command(options: Options, what: str, as_json: bool) -> None:
    """Explain one entry: by its id, its URL, or a file (plain text with the title first, or a story line).

    Example: wirewatch explain https://news.example/huawei-5g
    """
    environment = options.environment
    ruleset = load_rules(environment)
    if Path(what).is_file():
        entry = _entry_of_file(Path(what))
        promo = compile_promo(ruleset.promo)
        reading = read_entry(entry, promo)
        report = {
            "entry": _entry(None, entry, reading, promo),
            "story": None,
            "rules": _verdicts(ruleset, entry, reading),
            "sent": [],
            "held_back": [],
        }
        click.echo(json.dumps(report, ensure_ascii=False, indent=2) if as_json else _text(report))
        return
    store = open_environment_store(environment)
    try:
        reports = [_report(store, ruleset, stored) for stored in entries_named(store, what)]
    finally:
        store.close()
    if not reports:
        click.echo(f"There is no entry {what} in the archive, and no file of that name.", err=True)
        raise SystemExit(1)
    if as_json:
        click.echo(json.dumps(reports[-1], ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join(_text(report) for report in reports))


def _entry_of_file(path: Path) -> Entry:
    text = path.read_text(encoding="utf-8", errors="replace").removeprefix("\ufeff")
    if text.lstrip().startswith("{"):
        lines = list(StoryLines([str(path)]))
        if not lines:
            raise UsageError(f"{path} begins like a story line, but holds none that can be read.")
        return lines[0].entry
    title, _, body = text.partition("\n")
    return Entry(title=title.strip(), body=body, seen_at=clock())


def _report(store: Store, ruleset: RuleSet, stored: StoredEntry) -> dict[str, Any]:
    """Everything `explain` says of an entry in the archive, JSON-able."""
    decision = stored.decision
    story = store.stories([stored.story]).get(stored.story)
    sent = [_sent(delivery) for delivery in store.deliveries_of(stored.story)]
    overlay = Overlay.read(store.facts(REACTIONS)).follow(store.story_of)
    ruleset, _ = with_added_rules(ruleset, read_added_rules(store.facts(ADDED_RULES)), default_channel({}))
    rules = _verdicts(ruleset, stored.entry, stored.reading)
    promo = compile_promo(ruleset.promo)
    return {
        "entry": _entry(stored.id, stored.entry, stored.reading, promo),
        "wordings": [
            _entry(wording.id, wording.entry, wording.reading, promo)
            for wording in store.wordings(stored.item)
            if wording.id != stored.id
        ],
        "story": {
            "id": str(stored.story),
            "verdict": decision.verdict,
            "duplicate_of": None if decision.duplicate_of is None else str(decision.duplicate_of),
            "score": round(decision.score, 3),
            "reason": decision.reason,
            "changes": list(decision.changes),
            "merged": [str(merged) for merged in decision.merged],
            **(_story(story) if story else {}),
        },
        "rules": rules,
        "hushed": _hushed(overlay, stored, [row["rule"] for row in rules if row["match"]], ruleset.settings.timezone),
        "sent": sent,
        "held_back": _held_back(store, ruleset, stored, [row["rule"] for row in rules if row["match"]]),
    }


def _held_back(store: Store, ruleset: RuleSet, stored: StoredEntry, rules: list[RuleId]) -> list[str]:
    """Where the story still waits, and why rules that hold on the entry alerted nobody when it came in."""
    timezone = ruleset.settings.timezone
    reasons = [
        f"{row.channel}: waits since {local_time(row.since_at, timezone)}"
        for channel in ruleset.channels
        for row in store.waiting(channel)
        if row.story == stored.story and row.kind is not WaitingKind.REPORT
    ]
    entry, matched = stored.entry, store.matched_rules([stored.story]).get(stored.story, {})
    age = entry.seen_at - entry.published_at if entry.published_at else timedelta()
    for rule in rules:
        if rule not in matched:
            reasons.append(f"{rule}: did not hold when the entry came in; a rule judges only what comes after it")
        elif matched[rule] and age > ruleset.settings.max_age:
            reasons.append(f"{rule}: silent; published {span_text(age)} before it was seen, more than settings.max_age")
        elif matched[rule]:
            reasons.append(f"{rule}: silent; the entry was there when its feed was first read")
    return list(dict.fromkeys(reasons))


def _entry(number: EntryId | None, entry: Entry, reading: Reading, promo: PromoPatterns) -> dict[str, Any]:
    reasons: dict[tuple[str, str], str] = {}
    for line in read_lines(entry, promo)[1]:
        reasons.setdefault((line.zone, line.text), line.reason)
    return {
        "id": None if number is None else str(number),
        "url": entry.url,
        "source": entry.source,
        "feed": entry.feed,
        "published": entry.published_at.isoformat() if entry.published_at else None,
        "seen": entry.seen_at.isoformat(),
        "zones": {zone: reading.zone(zone) for zone in ZONES if reading.zone(zone)},
        "cut": cut_notice(reading) or None,
        "hidden": [
            {"zone": zone, "text": text, "reason": reasons.get((zone, text), LEARNT)}
            for zone in ("caption", "promo")
            for text in reading.zone(zone).split("\n\n")
            if text
        ],
    }


def _story(story: Story) -> dict[str, Any]:
    return {
        "reports": [
            {
                "id": str(report.entry),
                "title": report.title,
                "source": report.source,
                "seen": report.seen_at.isoformat(),
                "verdict": report.verdict,
                "changes": list(report.changes),
            }
            for report in story.reports
        ],
        "outlets": list(story.outlets),
        "independent_texts": story.independent_texts,
        "sources": coverage_line(story),
    }


def _verdicts(ruleset: RuleSet, entry: Entry, reading: Reading) -> list[dict[str, Any]]:
    """Each rule of the file on one entry."""
    return [
        {
            "rule": verdict.rule,
            "match": verdict.match is not None,
            "why": verdict.why,
            "evidence": [
                {"zone": part.zone, "spans": [list(span) for span in part.spans]}
                for part in (verdict.match.evidence if verdict.match else ())
            ],
        }
        for verdict in Matcher(ruleset.rules).explain(entry, reading, ruleset.labels_of(entry.feed))
    ]


def _hushed(overlay: Overlay, stored: StoredEntry, rules: list[RuleId], timezone: str) -> list[str]:
    """What people muted or snoozed in Slack that kept this story, or a rule that matches it, from being posted."""
    marks = (mark for mark in overlay.marks if mark.story == stored.story or mark.rule in rules)
    return [reaction_words(mark, timezone) for mark in marks if mark.holds_after(stored.entry.seen_at)]


def _sent(delivery: Delivery) -> dict[str, Any]:
    at = delivery.settled_at or delivery.created_at
    return {
        "channel": delivery.channel,
        "address": delivery.address,
        "kind": delivery.kind,
        "state": delivery.state,
        "at": at.isoformat(timespec="seconds"),
        "error": delivery.error,
    }


def _text(report: dict[str, Any]) -> str:
    """The report for people."""
    entry, story = report["entry"], report["story"]
    zones = entry["zones"]
    number = f"Entry {entry['id']}: " if entry["id"] else ""
    lines = [f"{number}{zones.get('title') or entry['url'] or '(no title)'}"]
    published = f"published {_minute(entry['published'])}" if entry["published"] else ""
    about = [entry["url"], entry["source"] or entry["feed"], published, f"seen {_minute(entry['seen'])}"]
    lines += ["  " + ", ".join(part for part in about if part), "", "Read as"]
    lines += [f"  {zone:<8} {_short(text)}" for zone, text in zones.items() if zone not in ("caption", "promo")]
    lines += [f"  {row['zone']:<8} {_short(row['text'], 80)} ({row['reason']})" for row in entry["hidden"]]
    if entry["cut"]:
        lines.append(f"  cut      {entry['cut']}")
    if wordings := report.get("wordings"):
        lines += ["", "Other wordings", *(f"  {_wording_line(wording)}" for wording in wordings)]
    if story is not None:
        lines += ["", f"Story {story['id']}", *_story_lines(story)]
    lines += ["", "Rules"]
    lines += [f"  {'yes' if row['match'] else 'no ':<4} {row['rule']}: {row['why']}" for row in report["rules"]]
    if report.get("hushed"):
        lines += ["", "Muted in Slack", *(f"  {words}" for words in report["hushed"])]
    if story is not None:
        lines += ["", "Sent"]
        lines += [
            f"  {row['kind']} to {row['address']} at {_minute(row['at'])}: {row['state']}" for row in report["sent"]
        ]
        lines += [] if report["sent"] else ["  nothing"]
        lines += [f"  {reason}" for reason in report["held_back"]]
    return "\n".join(lines)


def _story_lines(story: dict[str, Any]) -> Iterable[str]:
    of = f" of {story['duplicate_of']}" if story["duplicate_of"] else ""
    yield f"  {story['verdict']}{of}: {story['reason']}"
    if story["changes"]:
        yield "  new: " + "; ".join(story["changes"])
    if story["merged"]:
        yield "  joined stories " + ", ".join(story["merged"])
    if reports := story.get("reports"):
        yield f"  {counted(len(reports), 'report', 'reports')}: {story['sources']}"
        for row in reports:
            yield f"    {_minute(row['seen'])} {row['source'] or '-'}: {_short(row['title'], 80)} ({row['verdict']})"


def _wording_line(entry: dict[str, Any]) -> str:
    zones = entry["zones"]
    text = " — ".join(zones[zone] for zone in ("title", "summary") if zone in zones)
    return f"{entry['id']} seen {_minute(entry['seen'])}: {_short(text or '(no text)')}"


def _short(text: str, length: int = _SHOWN) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"


def _minute(at: str) -> str:
    return f"{at[:10]} {at[11:16]}"
