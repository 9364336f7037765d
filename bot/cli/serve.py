"""`t12 run`: the bot."""

import click

from bot.cli.context import Command, command, with_store
from core.storage.database import Database


@click.command()
@click.option("--host", help="Address to listen on; else server.host.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; else server.port.")
@command
@with_store
async def run(self: Command, store: Database, host: str | None, port: int | None) -> None:
    """Run the bot: Slack (Socket Mode or HTTP), uploads, watched folders, /healthz, /readyz and /metrics.

    Slack needs SLACK_BOT_TOKEN and either SLACK_APP_TOKEN or SLACK_SIGNING_SECRET; without them everything else runs.
    """
    from bot.running import run_until_stopped  # noqa: PLC0415 - the server's libraries are needed here alone

    asked = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    server = self.settings.server.model_copy(update=asked)
    sourced = self.sourced.model_copy(update={"settings": self.settings.model_copy(update={"server": server})})
    await run_until_stopped(sourced, store, click.echo)
