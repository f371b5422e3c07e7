"""What commands look up in an archive: the entries that somebody names, the rules that are in force beside it."""

from __future__ import annotations

from bot.app import Environment, load_rules
from bot.core.rulefile.added_rules import ADDED_RULES, read_added_rules, with_added_rules
from bot.core.rulefile.channels import default_channel
from bot.core.stories.identity import canonical_url
from bot.model import EntryId, RuleSet, StoredEntry
from bot.ports import Store


def entries_named(store: Store, what: str) -> list[StoredEntry]:
    """By id or URL, each item once in its last wording; nothing: the archive has none."""
    if what.isdecimal() and len(what) < 19:
        stored = store.entry(EntryId(int(what)))
        return [stored] if stored else []
    entries = store.entries_by_url(what) or store.entries_by_url(canonical_url(what))
    return list({stored.item: stored for stored in entries}.values())


def rules_with_added(environment: Environment, store: Store) -> RuleSet:
    """The rules file's rules and those from Slack. Raises UsageError, or RulesError with all its problems."""
    added = read_added_rules(store.facts(ADDED_RULES))
    return with_added_rules(load_rules(environment), added, default_channel(environment.variables))[0]
