"""`web`: the desk, health, metrics, WebSub callback."""

from __future__ import annotations

import click

from bot.app import run_until_done
from bot.cli.options import Options
from bot.web import serve
from bot.web.websub import routes


@click.command("web")
@click.pass_obj
def web_command(options: Options) -> None:
    """Serve the desk, /healthz and /metrics on HOST and PORT. WebSub hubs are answered, too.

    HOST is 127.0.0.1 and PORT 8080 unless the environment says otherwise; off loopback the desk asks for WEB_TOKEN.

    Example: PORT=8080 wirewatch web
    """
    run_until_done(serve(options.environment, routes(options.environment)))
