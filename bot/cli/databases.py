"""`t12 db …`: the databases that tests use, in the same words as in Slack."""

import sys

import click

from bot.cli.context import Command, command, format_option, print_json, with_store
from core.clock import utc_now
from core.databases.answer import Databases
from core.databases.as_json import databases_to_json
from core.storage.database import Database
from handlers.databases import DatabaseAsk, read_words


@click.command()
@click.argument("words", nargs=-1)
@format_option
@command
@with_store
async def db(self: Command, store: Database, *, words: tuple[str, ...], form: str) -> None:
    """How the databases that tests use are: sessions, locks, leaks; for SQLite locks, log and quick check.

    WORDS are the same as after `/t12 db` in Slack: nothing, or the NAME of a database. Exits 1 when a problem is bad.
    """
    asked = read_words(" ".join(words))
    databases = Databases(store, self.settings.databases, utc_now)
    await _look(self, databases, asked, form)


async def _look(self: Command, databases: Databases, asked: DatabaseAsk, form: str) -> None:
    reports = await databases.look(asked.name)
    if form == "json":
        print_json(databases_to_json(reports))
    else:
        from bot import terminal  # noqa: PLC0415 - Rich is not needed for JSON

        terminal.show("databases", reports, self.settings.zone)
    if any(problem.level == "bad" for report in reports for problem in report.problems):
        sys.exit(1)
