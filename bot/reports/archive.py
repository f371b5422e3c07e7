"""What commands look up in an archive: the entries that somebody names, the rules that are in force beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.app import Environment, check_rules, load_rules, open_environment_archive, open_environment_store
from bot.core.rulefile.added_rules import ADDED_RULES, read_added_rules, with_added_rules
from bot.core.rulefile.channels import default_channel
from bot.core.stories import KnownItem
from bot.core.stories.identity import key_of_url
from bot.errors import UsageError
from bot.model import EntryId, RuleSet, StoredEntry
from bot.ports import Store
from bot.rules_files import read_rules_text


def open_archive_of(environment: Environment) -> Store:
    """The store that the environment names, to read from. Raises UsageError where there is none yet."""
    store = open_environment_archive(environment)
    if store is None:
        raise _no_archive(environment)
    return store


def open_store_of(environment: Environment) -> Store:
    """The store that the environment names, to write to. Raises UsageError where there is none yet: `mark` made an
    empty one in a folder that was mistyped, and `missed` then had nothing to tell."""
    if nothing_yet(environment):
        raise _no_archive(environment)
    return open_environment_store(environment)


def _no_archive(environment: Environment) -> UsageError:
    place = environment.state if environment.database_url is None else "the database"
    return UsageError(f"There is no archive yet in {place}: a worker (`wirewatch run`) makes it.")


def nothing_yet(environment: Environment) -> str:
    """Where there is no store yet, so that a look-up must not make one: in which folder (another one may have been
    meant), and what makes it. "": there is one, or what is left of one."""
    file = environment.store_place
    if not isinstance(file, Path) or file.exists() or file.with_name(f"{file.name}-wal").exists():
        return ""
    return f"there is no store yet in {environment.state}; a worker (`wirewatch run`) makes it"


@contextmanager
def archive_if_any(environment: Environment) -> Iterator[Store | None]:
    """The store to read from, all of it of one moment; None where there is none yet."""
    store = open_environment_archive(environment)
    if store is None:
        yield None
        return
    with closing(store), store.snapshot():
        yield store


def entries_named(store: Store, what: str) -> list[StoredEntry]:
    """By id or URL, each item once in its last wording; nothing: the archive has none.

    A URL is known in any spelling: people copy it from a browser, without what a feed appends to it.
    """
    if what.isdecimal() and len(what) < 19:
        stored = store.entry(EntryId(int(what)))
        return [stored] if stored else []
    entries = store.entries_by_url(what)
    if not entries:
        for record in store.identity_records([key_of_url(what)]).values():
            entries += store.wordings(KnownItem.from_bytes(record).entry)
    return list({stored.item: stored for stored in entries}.values())


def rules_with_added(environment: Environment, store: Store | None) -> RuleSet:
    """The rules file's rules and those from Slack. Raises UsageError, or RulesError with all its problems."""
    ruleset = load_rules(environment)
    return ruleset if store is None else with_rules_from_slack(ruleset, store, environment)


def with_rules_from_slack(ruleset: RuleSet, store: Store, environment: Environment) -> RuleSet:
    """The rules of a file, and those that people added in Slack."""
    added = read_added_rules(store.facts(ADDED_RULES))
    return with_added_rules(ruleset, added, default_channel(environment.variables))[0]


def rules_in_force(store: Store, environment: Environment) -> RuleSet | None:
    """The rules text that the worker accepted last, as far as this release reads it; None: there is none yet."""
    text, version = store.get_fact("rules:text"), store.get_fact("rules:version")
    return check_rules(text.encode(), environment, in_force=version)[0] if text else None


def readable_rules(environment: Environment) -> RuleSet | None:
    """The rules file, for its entities, tags and ids; None where there is none that can be used."""
    try:
        return check_rules(read_rules_text(environment.config), environment)[0]
    except UsageError:
        return None
