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
@click.option("--once", is_flag=True, help="Have a conversation in the terminal and end; without it, serve the page.")
@click.option("--text", is_flag=True, help="With --once: print each answer's whole text, as a screen reader gets it.")
@click.option("--open/--no-open", "open_page", default=None, help="Open the page in a browser; on a terminal it is.")
@command
async def demo(
    self: Command, *, reports: Path | None, port: int, once: bool, text: bool, open_page: bool | None
) -> None:
    """See the bot in a local stand-in for Slack, in a browser; everything stays on this machine.

    Without --reports a small sample project's test suite is really run, several times over its history. The store is
    kept in .t12/demo, so that a second start goes on where the first one ended.
    """
    from rich.console import Console  # noqa: PLC0415 - Rich and the workspace are needed here alone

    from bot.demo.show import Wishes, show  # noqa: PLC0415 - as above

    console = Console(highlight=False, emoji=False)
    console.width = min(console.width, _WIDEST)
    opens = console.is_terminal if open_page is None else open_page
    code = await show(self.sourced, Wishes(reports, port, once, text, opens), console)
    if code:
        sys.exit(code)
