"""Is this a place where nothing will be lost? Looks the facts up and lets `core.doctor` judge them. Posts nothing.

`doctor` prints all findings; the worker makes the same checks at start: `refuse_lossy` before it opens the store,
`look_around` beside its work. Slack's library is imported where there is a token.
"""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from bot.app import Environment, check_rules, clock
from bot.core import doctor
from bot.core.disk_trouble import disk_trouble
from bot.core.doctor import Finding, bad, note, ok
from bot.core.polling.timing import http_date
from bot.core.rulefile.channels import slack_fault
from bot.core.text.plural import counted
from bot.core.workbench.review import slack_addresses
from bot.errors import StoreError, UsageError
from bot.fetch.temp_folder import ensure_temp_folder
from bot.model import RuleSet
from bot.network.proxies import ProxyRefused, proxy_of
from bot.rules_files import read_rules_text
from bot.store import open_store, sqlite_path
from bot.store.disk import write_error
from bot.store.sqlite_database import refuse_log_alone


def store_file(environment: Environment) -> Path | None:
    """The file of a SQLite store; None: another database."""
    place = environment.store_place
    return place if isinstance(place, Path) else sqlite_path(place)


def look_at_place(environment: Environment) -> list[Finding]:
    """Variables, folder, disk and repository: quick, and without opening the store."""
    file = store_file(environment)
    findings = doctor.judge_ephemeral(environment.variables, None if file is None else str(file))
    if file is not None:
        findings += _folder(file.parent)
    findings += _temp_folder(environment.state)
    try:
        names = os.listdir()
    except OSError:
        names = []
    findings += doctor.judge_package_files(names)
    findings += doctor.judge_variables(environment.variables)
    places = {"STATE_DIR" if environment.database_url is None else "DATABASE_URL": file} if file is not None else {}
    findings += doctor.judge_homes({**places, "WIREWATCH_CONFIG": environment.config})
    if (fault := slack_fault(environment.variables.get("SLACK_CHANNEL", ""))) is not None:
        # Whatever it holds, which may be a token, would stand in logs and in `status`.
        findings.append(bad(f"SLACK_CHANNEL: {fault[0]}: {fault[1]}.", is_fatal=True))
    findings += doctor.judge_tokens(environment.variables, environment.trimmed)
    findings += _ways_out()
    findings += doctor.judge_logs(environment.variables)
    findings += doctor.judge_web(environment.variables)
    findings += doctor.judge_sentry(environment.variables, importlib.util.find_spec("sentry_sdk") is not None)
    return findings


def refuse_lossy(environment: Environment) -> None:
    """Raises UsageError where the worker would lose news."""
    fatal = [finding.text for finding in look_at_place(environment) if finding.is_fatal]
    if fatal:
        raise UsageError("\n".join(fatal))


def look_at_store(environment: Environment) -> list[Finding]:
    """Opens the store and reads all of it once; never makes one, never migrates."""
    file = store_file(environment)
    try:
        if file is not None and not file.exists():
            refuse_log_alone(file)
            return [note(f"store: {file} is not there yet; the first start makes it.")]
        with closing(open_store(environment.store_place)) as store:
            is_new = not store.database.version()
            store.database.check_writable()
            theirs = store.database.server_time()
            clocks = [] if theirs is None else [doctor.judge_clock(clock(), theirs, "the database")]
            if is_new:
                return [note(f"store: {store.place} is empty; the first start makes its tables."), *clocks]
            store.database.check_whole()
            entries, holder = store.counts().entries, store.lease_holder()
    except StoreError as error:
        return [bad(f"store: {error}")]
    worker = ok(f"worker: {holder} is running") if holder else note("worker: none is running on this store.")
    return [ok(f"store: {store.place}, {counted(entries, 'entry', 'entries')}, can be written"), *clocks, worker]


def look_at_rules(environment: Environment) -> tuple[list[Finding], RuleSet | None]:
    """The rules file, if it reads; `check` has the details."""
    try:
        ruleset, problems = check_rules(read_rules_text(environment.config), environment)
    except UsageError as error:
        return [bad(f"rules: {error}")], None
    errors = sum(problem.severity == "error" for problem in problems)
    if ruleset is None:
        many = counted(errors, "error", "errors")
        return [bad(f"rules: {environment.config} has {many}. Run: wirewatch check")], None
    rules, feeds = counted(len(ruleset.rules), "rule", "rules"), counted(len(ruleset.feeds), "feed", "feeds")
    return [ok(f"rules: {environment.config}, {rules}, {feeds}")], ruleset


async def look_at_slack(environment: Environment, channels: Iterable[str]) -> list[Finding]:
    """Token, scopes, channels, and Slack's clock. Nothing without a token that a request can carry."""
    if environment.slack_bot_token is None or not doctor.is_token(environment.slack_bot_token):
        return []
    from bot.sinks.slack.calls import SlackCalls
    from bot.sinks.slack.check import check_slack

    channels = [channel for channel in channels if slack_fault(channel) is None]
    calls = SlackCalls(environment.slack_bot_token, environment.slack_api_url)
    try:
        findings = await check_slack(calls, channels, environment.slack_app_token is not None)
        theirs = http_date(calls.server_date or "")
        if theirs is not None:
            findings.append(doctor.judge_clock(clock(), theirs, "Slack"))
        return findings
    finally:
        await calls.close()


async def look_around(environment: Environment, ruleset: RuleSet) -> list[Finding]:
    """What the worker checks beside its work: the place again, and Slack."""
    addresses = slack_addresses(ruleset)
    return look_at_place(environment) + await look_at_slack(environment, addresses)


def _folder(folder: Path) -> list[Finding]:
    """Can the state folder be written? Tries, and leaves nothing behind."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        number = write_error(there)
        free = shutil.disk_usage(there).free
    except OSError as error:
        number, free = error.errno or errno.EIO, 0
    if number is not None:
        return [bad(f"STATE_DIR: {disk_trouble(number, f'the folder {folder}')}")]
    findings = [ok(f"state: {folder} can be written"), *doctor.judge_room(str(folder), free)]
    with suppress(OSError):  # Linux alone says
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
        findings += doctor.judge_file_system(str(folder), doctor.file_system(mounts, str(there.resolve())))
    return findings


def _ways_out() -> list[Finding]:
    """Proxies that none can be asked through, and a file of certificates without any: no feed could be read, nor Slack
    asked, and each would be told to have failed."""
    findings = []
    for scheme in ("https", "http"):
        try:
            proxy_of(f"{scheme}://news.example/")
        except ProxyRefused as error:
            findings.append(bad(f"{error}."))
    # Read by OpenSSL itself, which does without what it cannot read, and says nothing.
    if authorities := os.environ.get("SSL_CERT_FILE"):
        import ssl  # what is nobody's need here takes a hundredth of a second

        try:
            ssl.create_default_context(cafile=authorities)
        except OSError as error:
            why = error.strerror if error.filename or not isinstance(error, ssl.SSLError) else "no certificate is in it"
            findings.append(
                bad(f"SSL_CERT_FILE cannot be used ({why}): whose certificates it vouches for is not known.")
            )
    return findings


def _temp_folder(state: Path) -> list[Finding]:
    """Can parsers start?"""
    try:
        folder = ensure_temp_folder(state)
    except UsageError as error:
        return [bad(f"temporary files: {error}")]
    why = "none of the usual folders can be written, or its name is too long for a socket"
    return [note(f"temporary files: {why}; {folder} is used.")] if folder else []
