"""What commands look up in an archive: the entries that somebody names, the rules that are in force beside it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.app import Environment, load_rules, open_environment_archive
from bot.core.rulefile.added_rules import ADDED_RULES, read_added_rules, with_added_rules
from bot.core.rulefile.channels import default_channel
from bot.core.stories.identity import canonical_url
from bot.core.text.suggest import nearest
from bot.errors import UsageError
from bot.model import EntryId, Rule, RuleSet, StoredEntry
from bot.ports import Store


def open_archive_of(environment: Environment) -> Store:
    """The store that the environment names, to read from. Raises UsageError where there is none yet."""
    store = open_environment_archive(environment)
    if store is None:
        raise UsageError("There is no archive yet: a worker (`wirewatch run`) makes it.")
    return store


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


def rules_named(ruleset: RuleSet, names: Sequence[str]) -> list[Rule]:
    """The rules of these ids, in the order of the file; all where none is named. Raises UsageError for others."""
    ids = [rule.id for rule in ruleset.rules]
    for name in names:
        if name not in ids:
            alike = nearest(name, ids)
            raise UsageError(f"There is no rule {name}." + (f" Did you mean {alike}?" if alike else ""))
    return [rule for rule in ruleset.rules if not names or rule.id in names]
