"""`doctor`: is this a place where nothing will be lost?"""

from __future__ import annotations

import asyncio
import json

import click

from bot import doctor
from bot.cli.options import Options
from bot.core.doctor import Level
from bot.core.rulefile.channels import default_channel

_LEVELS = {Level.OK: "ok  ", Level.NOTE: "note", Level.BAD: "BAD "}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Findings as one JSON object.")
@click.pass_obj
def doctor_command(options: Options, as_json: bool) -> None:
    """Check that nothing will be lost here. Looks at store, disk, clock, token, scopes and channels; posts nothing.

    Exit 1 when something is wrong; each finding says how to fix it.

    Example: wirewatch doctor
    """
    environment = options.environment
    findings = doctor.look_at_place(environment) + doctor.look_at_store(environment)
    of_rules, ruleset = doctor.look_at_rules(environment)
    findings += of_rules
    channels = ruleset.channels.values() if ruleset else [default_channel(environment.variables)]
    findings += asyncio.run(doctor.look_at_slack(environment, [channel.slack for channel in channels]))
    is_good = all(finding.level is not Level.BAD for finding in findings)
    if as_json:
        rows = [{"level": finding.level, "text": finding.text} for finding in findings]
        click.echo(json.dumps({"good": is_good, "findings": rows}, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{_LEVELS[finding.level]} {finding.text}")
    raise SystemExit(0 if is_good else 1)
