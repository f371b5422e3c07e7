"""An entry → how it was read, its story and why, each rule's verdict, what was sent where: JSON-able."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.core.digests.mutes import REACTIONS, Overlay, reaction_words
from bot.core.matching.matcher import Matcher
from bot.core.text.plural import counted
from bot.core.text.reading import cut_notice, read_entry, read_lines
from bot.core.text.times import local_time, span_text
from bot.core.text.zones import PromoPatterns, compile_promo, hidden_reasons
from bot.known_items import earlier_ids
from bot.model import (
    ZONES,
    Delivery,
    Entry,
    EntryId,
    FeedId,
    Posted,
    Reading,
    RuleId,
    RuleSet,
    StoredEntry,
    Story,
    StoryId,
    WaitingKind,
)
from bot.ports import Store

_LEFT = "; the rules file no longer has this channel: a running worker moves the story to those of its rule"


def entry_report(store: Store, ruleset: RuleSet, stored: StoredEntry) -> dict[str, Any]:
    """Everything `explain` says of an entry in the archive, JSON-able. `ruleset`: the file's and those from Slack."""
    decision = stored.decision
    story = store.stories([stored.story]).get(stored.story)
    sent = [_sent(delivery) for delivery in store.deliveries_of(stored.story)]
    overlay = Overlay.read(store.facts(REACTIONS)).follow(store.story_of)
    rules = _verdicts(ruleset, stored.entry, stored.reading)
    matching = [row["rule"] for row in rules if row["match"]]
    promo = compile_promo(ruleset.promo)
    feed = stored.entry.feed
    feeds = [feed, *earlier_ids(store, ruleset, [feed]).get(feed, ())] if feed is not None else []
    learnt = frozenset[str]().union(*store.boilerplate(feeds).values())
    return {
        "entry": _entry(stored.id, stored.entry, stored.reading, promo, learnt),
        "wordings": [
            _entry(wording.id, wording.entry, wording.reading, promo, learnt)
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
            **(_story(story, ruleset) if story else {}),
        },
        "rules": rules,
        "hushed": _hushed(overlay, stored, matching, ruleset.settings.timezone),
        "sent": sent,
        "held_back": _held_back(store, ruleset, stored, matching),
        "timezone": ruleset.settings.timezone,
    }


def text_report(ruleset: RuleSet, entry: Entry) -> dict[str, Any]:
    """The same of a text that is in no archive."""
    promo = compile_promo(ruleset.promo)
    reading = read_entry(entry, promo)
    return {
        "entry": _entry(None, entry, reading, promo),
        "story": None,
        "rules": _verdicts(ruleset, entry, reading),
        "sent": [],
        "held_back": [],
        "timezone": ruleset.settings.timezone,
    }


def _held_back(store: Store, ruleset: RuleSet, stored: StoredEntry, rules: list[RuleId]) -> list[str]:
    """Where the story still waits, and why rules that hold on the entry alerted nobody when it came in."""
    timezone = ruleset.settings.timezone
    reasons = [
        f"{channel}: waits since {local_time(row.since_at, timezone)}{'' if channel in ruleset.channels else _LEFT}"
        for channel in store.waiting_channels()
        for row in store.waiting(channel)
        if row.story == stored.story and row.kind is not WaitingKind.REPORT
    ]
    showing = store.messages_showing([stored.story])
    reasons += [
        f"{row.channel}: counted, not shown: above max_stories of its digest of {local_time(row.posted_at, timezone)}"
        for row in store.posted([stored.story])
        if is_counted_only(row, showing) and store.delivery(row.delivery_key) is not None
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


def is_counted_only(row: Posted, showing: frozenset[tuple[str, StoryId]]) -> bool:
    """Whether a digest has told only that there was one more, above `max_stories`, and nothing was told since."""
    return (row.delivery_key, row.story) not in showing and row.last_told_at in (None, row.posted_at)


def _entry(
    number: EntryId | None, entry: Entry, reading: Reading, promo: PromoPatterns, learnt: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """`learnt`: the lines that the worker has learnt of the entry's feed."""
    reasons: dict[tuple[str, str], str] = {}
    for line in read_lines(entry, promo)[1]:
        reasons.setdefault((line.zone, line.text), line.reason)
    hidden = []
    for zone in ("caption", "promo"):
        texts = [text for text in reading.zone(zone).split("\n\n") if text]
        of_words = hidden_reasons(zone, texts, promo, learnt, entry.lang)
        hidden += [
            {"zone": zone, "text": text, "reason": reasons.get((zone, text), reason)}
            for text, reason in zip(texts, of_words, strict=True)
        ]
    return {
        "id": None if number is None else str(number),
        "url": entry.url,
        "source": entry.source,
        "feed": entry.feed,
        "published": entry.published_at.isoformat() if entry.published_at else None,
        "seen": entry.seen_at.isoformat(),
        "zones": {zone: reading.zone(zone) for zone in ZONES if reading.zone(zone)},
        "cut": cut_notice(reading) or None,
        "hidden": hidden,
    }


def _story(story: Story, ruleset: RuleSet) -> dict[str, Any]:
    return {
        "reports": [
            {
                "id": str(report.entry),
                "title": report.headline,
                "source": report.source,
                "feed": report.feed,
                "seen": report.seen_at.isoformat(),
                "verdict": report.verdict,
                "changes": list(report.changes),
            }
            for report in story.reports
        ],
        "outlets": list(story.outlets),
        "independent_texts": story.independent_texts,
        "sources": coverage_line(story, ruleset.outlet_names),
    }


def coverage_line(story: Story, names: Mapping[FeedId, str]) -> str:
    """`7 outlets, 2 independent texts, first: BBC World` (the outlet of the earliest report that names one, as `names`
    has it: see `RuleSet.outlet_names`); `BBC World` of a story that has one outlet and one text."""
    first = next((report for report in story.reports if report.source is not None), None)
    name = None if first is None else (first.feed and names.get(first.feed)) or first.source
    if name is not None and len(story.outlets) == story.independent_texts == 1:
        return name
    parts = [
        counted(len(story.outlets), "outlet", "outlets"),
        counted(story.independent_texts, "independent text", "independent texts"),
    ]
    return ", ".join([*parts, f"first: {name}"] if name is not None else parts)


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
    reactions = (one for one in overlay.reactions if one.story == stored.story or one.rule in rules)
    return [reaction_words(one, timezone) for one in reactions if one.holds_after(stored.entry.seen_at)]


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
