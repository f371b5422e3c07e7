"""`web`: health, metrics, WebSub callback."""

from __future__ import annotations

import asyncio

import click

from bot.cli.options import Options
from bot.web import serve
from bot.web.websub import routes


@click.command("web")
@click.pass_obj
def web_command(options: Options) -> None:
    """Serve /healthz, /metrics and the WebSub callback on HOST and PORT.

    Example: PORT=8080 wirewatch web
    """
    asyncio.run(serve(options.environment, routes(options.environment)))
