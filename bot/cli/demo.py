"""`t12 demo`: the bot in a local workspace, without a Slack account."""

import sys
from pathlib import Path

import click

from bot.cli.context import Command, command

_WIDEST = 110
"""Columns; longer lines are hard to read."""


@click.command()
@click.option("--reports", type=click.Path(exists=True, path_type=Path), help="Show these reports, a file or a folder.")
@click.option("--port", type=click.IntRange(0, 65535), default=8870, show_default=True, help="Workspace; 0: any free.")
@click.option("--once/--stay", default=True, help="End after the conversation (the default), or go on serving.")
@click.option("--text", is_flag=True, help="Print each answer's whole text, as a screen reader gets it.")
@command
async def demo(self: Command, reports: Path | None, port: int, once: bool, text: bool) -> None:
    """Talk to the bot in a local stand-in for Slack; everything stays on this machine.

    Without --reports a small sample project's test suite is really run, several times over its history. The store is
    kept in .t12/demo, so that a second start goes on where the first one ended.
    """
    from rich.console import Console  # noqa: PLC0415 - Rich and the workspace are needed here alone

    from bot.demo.show import Wishes, show  # noqa: PLC0415 - as above

    console = Console(highlight=False, emoji=False)
    console.width = min(console.width, _WIDEST)
    code = await show(self.sourced, Wishes(reports, port, not once, text), console)
    if code:
        sys.exit(code)
