"""`slack test`, `slack manifest`, `slack rules`, `slack retry`, `slack drop`."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from bot.app import clock, load_rules
from bot.cli.options import Options
from bot.core.digests.held import quiet_channels
from bot.core.doctor import Finding, Level, bad, judge_tokens, ok
from bot.core.rulefile.added_rules import ADDED_RULES, added_rule_keys, read_added_rules
from bot.core.rulefile.channels import default_channel
from bot.core.text.plural import counted
from bot.core.text.suggest import meant_instead
from bot.core.text.times import local_time
from bot.core.workbench.review import slack_addresses
from bot.errors import RulesError, SinkError, UsageError
from bot.model import Delivery, DeliveryState
from bot.reports.archive import open_store_of, rules_in_force
from bot.sinks.slack.answers import fix_of
from bot.sinks.slack.calls import SlackCalls
from bot.sinks.slack.channels import is_person, open_conversation
from bot.sinks.slack.check import BOT_SCOPES, INTERACTIVE_SCOPES, PERSON_SCOPES, check_slack
from bot.sinks.slack.queue import released
from bot.sinks.slack.sink import RETRY_FACT

_SHORT = 12
"""Characters of a key that are shown and suffice to name a message."""


@click.group("slack")
def slack_command() -> None:
    """Slack: try it, set the app up, send again what was held.

    Example: wirewatch slack test
    """


# --- test ---


@slack_command.command()
@click.argument("channel", required=False)
@click.option("--json", "as_json", is_flag=True, help="Findings as one JSON object.")
@click.pass_obj
def test(options: Options, channel: str | None, as_json: bool) -> None:
    """Post a test message, remove it, and name whatever is missing.

    CHANNEL is an id or a #name; by default every channel of the rules file is looked at and the first gets the message.

    Example: wirewatch slack test '#news'
    """
    environment = options.environment
    if environment.slack_bot_token is None:
        raise UsageError(
            "SLACK_BOT_TOKEN is not set. Make an app with `wirewatch slack manifest`, install it, and set the variable "
            "to its Bot User OAuth Token (xoxb-…)."
        )
    addresses = [channel] if channel else _addresses(options)
    findings = asyncio.run(
        _test(
            environment.slack_bot_token, environment.slack_api_url, addresses, environment.slack_app_token is not None
        )
    )
    if as_json:
        rows = [{"good": finding.level is Level.OK, "text": finding.text} for finding in findings]
        click.echo(json.dumps({"good": findings[-1].level is Level.OK, "findings": rows}, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(("ok   " if finding.level is Level.OK else "BAD  ") + finding.text)
    raise SystemExit(0 if all(finding.level is Level.OK for finding in findings) else 1)


def _addresses(options: Options) -> list[str]:
    try:
        return slack_addresses(load_rules(options.environment))
    except (UsageError, RulesError):
        # No rules file yet: the channel that rules without `to:` would post to.
        return [default_channel(options.environment.variables).slack]


async def _test(token: str, api_url: str | None, addresses: list[str], interactive: bool) -> list[Finding]:
    """What is there and what is missing; the last finding is the test message's, if one could be tried."""
    calls = SlackCalls(token, api_url)
    try:
        if wrong := [one for one in judge_tokens({"SLACK_BOT_TOKEN": token}) if one.level is Level.BAD]:
            return wrong
        findings = await check_slack(calls, addresses, interactive)
        if len(findings) > 1:
            findings.append(await _test_message(calls, addresses[0]))
        return findings
    finally:
        await calls.close()


async def _test_message(calls: SlackCalls, address: str) -> Finding:
    try:
        text = "Wirewatch can post here. This message removes itself."
        channel = await open_conversation(calls, address) if is_person(address) else address
        answer = await calls.call("chat.postMessage", {"channel": channel, "text": text})
    except SinkError as error:
        return bad(f"test message to {address}: {error}. {fix_of(error)}".rstrip())
    try:
        await calls.call("chat.delete", {"channel": answer.get("channel"), "ts": answer.get("ts")})
    except SinkError as error:  # digests are never deleted: whoever can post is ready
        return ok(f"test message to {address}: posted; it stays there ({error})")
    return ok(f"test message to {address}: posted and removed")


# --- manifest ---


@slack_command.command()
def manifest() -> None:
    """Print an app manifest for api.slack.com/apps, From a manifest.

    Example: wirewatch slack manifest > manifest.json
    """
    app = json.loads((Path(__file__).parent / "slack_manifest.json").read_text("utf-8"))
    app["oauth_config"]["scopes"]["bot"] = [*BOT_SCOPES, *PERSON_SCOPES, *INTERACTIVE_SCOPES]
    click.echo(json.dumps(app, indent=2))


# --- rules ---


@slack_command.command()
@click.pass_obj
def rules(options: Options) -> None:
    """Print the rules that people added in Slack. They are written as they would stand in rules.yaml.

    Once a rule of the same id stands in the file, the file wins.

    Example: wirewatch slack rules
    """
    with closing(open_store_of(options.environment)) as store:
        added = read_added_rules(store.facts(ADDED_RULES))
    if not added:
        click.echo("No rules were added in Slack.", err=True)
        raise SystemExit(1)
    items = ("\n    ".join(added_rule_keys(rule)) for rule in added)
    click.echo("\n".join(["rules:", *(f"  - {item}" for item in items)]))


# --- retry ---


@slack_command.command()
@click.argument("keys", nargs=-1, metavar="[KEY…]")
@click.option("--resend", is_flag=True, help="Post unknown (or dead) messages named by KEY again, come what may.")
@click.pass_obj
def retry(options: Options, keys: tuple[str, ...], resend: bool) -> None:
    """Try again what was held. That is all paused messages, or the ones named by KEY.

    Without KEY every paused message is tried again, and unknown ones are looked for in the channel's history once more.
    KEY is the beginning of a message's key, as `status` and the ops channel show it.

    Example: wirewatch slack retry 3fa9c81e22d0 --resend
    """
    if resend and not keys:
        raise UsageError("--resend posts a message again that may have arrived: name it by its KEY.")
    environment = options.environment
    with closing(open_store_of(environment)) as store:
        rows = [row for row in store.open_deliveries() if not keys or row.key.startswith(keys)]
        for key in keys:
            # Dead ones are not open any more; a full key still finds them.
            row = store.delivery(key)
            if row is not None and row.state is DeliveryState.DEAD:
                rows.append(row)
        again = [changed for row in rows if (changed := _again(row, resend)) is not None]
        for changed in again:
            store.save_delivery(changed)
        store.save_facts({RETRY_FACT: clock().isoformat()})
        ruleset = rules_in_force(store, environment) if again else None
        open_rows = store.open_deliveries() if ruleset is not None else []
    if not again:
        click.echo("Nothing to try again.", err=True)
        raise SystemExit(1)
    for row in again:
        titles = ", ".join(story.title for story in row.digest.stories[:2]) or row.digest.title
        click.echo(f"{row.key[:_SHORT]}  {row.address}  {row.kind}  {titles[:80]}")
    click.echo(f"{len(again)} to be tried again by the worker that runs on this store (or by the next one).")
    if ruleset is not None:
        tried = {row.key for row in again}
        for quiet in quiet_channels(open_rows, ruleset, clock(), of=tried):
            waits = counted(quiet.messages, "message waits", "messages wait")
            until = local_time(quiet.until_at, ruleset.settings.timezone)
            click.echo(f"{quiet.channel}: {waits} for the end of quiet hours, {until}.")


def _again(row: Delivery, resend: bool) -> Delivery | None:
    """The row as the worker should find it; None: there is nothing to do for it."""
    is_unknown = row.state in (DeliveryState.UNKNOWN, DeliveryState.UNSETTLED)
    if row.state is DeliveryState.PAUSED or (is_unknown and resend):
        return released(row)
    if row.state is DeliveryState.UNSETTLED:
        return replace(row, state=DeliveryState.UNKNOWN, not_before_at=None, error=None)
    if row.state is DeliveryState.DEAD and resend:
        return replace(row, state=DeliveryState.PENDING, not_before_at=None, error=None, render=0)
    return None


# --- drop ---


@slack_command.command()
@click.argument("channel")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def drop(options: Options, channel: str, yes: bool) -> None:
    """Give up every message that waits for CHANNEL. It is never posted.

    CHANNEL is a #name or an id as `status` shows it, or a channel's key in rules.yaml. After a fix in rules.yaml there
    is nothing to drop: what waits goes where the rules say.

    Example: wirewatch slack drop '#old-news'
    """
    with closing(open_store_of(options.environment)) as store:
        rows = [row for row in store.open_deliveries() if _can_drop(row)]
        keys = [row.key for row in rows if channel in (row.address, row.address.lstrip("#"), row.channel)]
        if not keys:
            names = {name for row in rows for name in (row.address, row.channel)}
            click.echo(f"Nothing waits for {channel}.{meant_instead(channel, names)}", err=True)
            raise SystemExit(1)
        question = f"Give up {counted(len(keys), 'message', 'messages')} to {channel}? They are never posted."
        if not yes and not click.confirm(question, err=True):
            click.echo("Nothing was given up.", err=True)
            raise SystemExit(1)
        dropped = 0
        for row in filter(None, map(store.delivery, keys)):
            # A worker may have sent it while the question stood.
            if _can_drop(row):
                gone = replace(row, state=DeliveryState.DEAD, settled_at=clock(), error="given up with `slack drop`")
                store.save_delivery(gone)
                dropped += 1
        store.save_facts({RETRY_FACT: clock().isoformat()})
    click.echo(f"{counted(dropped, 'message', 'messages')} to {channel} given up.")


def _can_drop(row: Delivery) -> bool:
    return row.state not in (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.DEAD)
