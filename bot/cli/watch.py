"""`t12 watch`: follow a run while it runs."""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import click

from bot.cli.context import Command, command
from core.errors import UsageError


@click.command()
@click.argument("words", nargs=-1, metavar="[-- COMMAND...]", type=click.UNPROCESSED)
@click.option("--report-log", "log", metavar="FILE", type=click.Path(path_type=Path),
              help="Instead of a command: the pytest-reportlog of a run elsewhere.")  # fmt: skip
@click.option("--pid", type=int, metavar="N", help="With --report-log: the run's process, when it is on this machine.")
@click.option("--suite", metavar="NAME", help="Suite of the run; else the configured one.")
@click.option("--branch", metavar="NAME", help="Branch; else what the CI job says.")
@click.option("--revision", metavar="SHA", help="Revision; else what the CI job says.")
@click.option("--run", metavar="ID", help="Run that the report belongs to; else the CI job's number.")
@click.option("--variant", metavar="NAME", help="Leg of a build matrix.")
@click.option("--url", metavar="URL", help="T12 server to push the run to; else T12_URL, where T12_TOKEN is set.")
@click.option("--token", metavar="TOKEN", help="Token of that server; better in T12_TOKEN.")
@click.option("--insecure", is_flag=True, help="Send the token over plain http to another machine all the same.")
@click.option("--quiet", is_flag=True, help="Say what is wrong, and nothing else.")
@command
async def watch(
    self: Command, /, *, words: tuple[str, ...], log: Path | None, url: str | None, token: str | None, insecure: bool,
    quiet: bool, **said: object,
) -> None:  # fmt: skip
    """Run a test command and follow it: tests with their seconds, progress, CPU, memory, hangs.

    `t12 watch -- pytest -n 4 tests` runs the command as it is and ends with its exit code. At its end the JUnit report
    is brought in with what the run used, and where T12_URL and T12_TOKEN are set it is pushed; the run's card is kept
    there too.
    """
    if bool(words) == (log is not None):
        raise UsageError("give the command after --, as in `t12 watch -- pytest tests`, or --report-log FILE")
    if said["pid"] is not None and log is None:
        raise UsageError("--pid goes with --report-log; of a command T12 knows the process")
    from bot.api import Whereabouts  # noqa: PLC0415 - as the next
    from bot.live.outcome import PushKeeping, StoreKeeping  # noqa: PLC0415 - a third of the start-up, needed here alone
    from bot.live.run import WatchOptions, card_of, mark_of, usual_of, watch_command, watch_log  # noqa: PLC0415
    from bot.live.screen import Screen  # noqa: PLC0415
    from bot.terminal.live import end_lines  # noqa: PLC0415

    options = WatchOptions(command=words, log=log, **said)  # type: ignore[arg-type]  # click made the right types
    mark = mark_of(options, self.settings)
    screen = Screen(quiet=quiet)
    async with AsyncExitStack() as stack:
        is_pushed = bool(url or (os.environ.get("T12_URL") and (token or os.environ.get("T12_TOKEN"))))
        server = Whereabouts(url, token, insecure)
        store = None if is_pushed else await stack.enter_async_context(self.store())
        keeping = StoreKeeping(store, self.sourced) if store is not None else PushKeeping(screen.say, server)
        follow = watch_command if words else watch_log
        card = card_of(store, server, self.settings, mark, screen.say)
        try:
            watched = await follow(
                options, mark, await usual_of(store, mark), settings=self.settings, screen=screen, keeping=keeping,
                card=card,
            )  # fmt: skip
        except asyncio.CancelledError:  # Ctrl-C over the log of a run elsewhere
            sys.exit(130)
    for line in end_lines(watched, quiet=quiet):
        screen.say(line)
    sys.exit(watched.exit_code)
