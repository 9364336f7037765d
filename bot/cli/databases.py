"""`t12 db …`: the databases that tests use, in the same words as in Slack."""

import getpass
import sys
from typing import Any

import click

from bot.cli.context import Command, command, format_option, print_json, with_store
from core.clock import utc_now
from core.databases.answer import Databases
from core.databases.as_json import databases_to_json
from core.databases.cleanup import Preview, cleaned_to_json, previews_to_json
from core.databases.integrity import integrity_to_json
from core.errors import UsageError
from core.storage.database import Database
from handlers.databases.asked import read_words


@click.command()
@click.argument("words", nargs=-1)
@click.option("--integrity", "is_integrity", is_flag=True, help="The same as the word integrity.")
@click.option("--yes", is_flag=True, help="Delete what cleanup matches without asking.")
@format_option
@command
@with_store
async def db(
    self: Command, store: Database, *, words: tuple[str, ...], is_integrity: bool, yes: bool, form: str
) -> None:
    """How the databases that tests use are: sessions, locks, leaks; for SQLite locks, log and quick check.

    WORDS are the same as after `/t12 db` in Slack: nothing or NAME looks at sessions and locks; `integrity [NAME]`
    checks foreign keys, the rules of the settings and SQLite's pages; `cleanup [NAME]` counts the test data that the
    rules of the settings match, asks, and deletes it. Exits 1 when something is wrong.
    """
    asked = read_words(" ".join(["integrity", *words] if is_integrity else words))
    if yes and asked.verb != "cleanup":
        raise UsageError("--yes goes with cleanup: t12 db cleanup NAME --yes")
    databases = Databases(store, self.settings.databases, utc_now)
    if asked.verb == "integrity":
        checked = await databases.integrity(asked.name)
        _show(self, form, checked, integrity_to_json, "database_integrity")
        bad = not all(each.is_sound for each in checked)
    elif asked.verb == "cleanup":
        bad = await _clean(self, databases, asked.name, form, yes=yes)
    else:
        reports = await databases.look(asked.name)
        _show(self, form, reports, databases_to_json, "databases")
        bad = any(problem.level == "bad" for report in reports for problem in report.problems)
    if bad:
        sys.exit(1)


async def _clean(self: Command, databases: Databases, name: str | None, form: str, *, yes: bool) -> bool:
    """Whether something went wrong. JSON asks nothing: without --yes it shows what would be deleted."""
    previews = await databases.preview(name)
    if form == "table" or not yes:
        _show(self, form, previews, previews_to_json, "database_cleanup")
    cleaned = [
        await databases.clean(each.seen, getpass.getuser())
        for each in previews
        if each.rows and (yes or (form == "table" and _confirms(each)))
    ]
    if form == "json" and yes:
        print_json({"cleaned": [cleaned_to_json(each) for each in cleaned]})
    elif form == "table":
        for each in cleaned:
            _show(self, form, each, cleaned_to_json, "database_cleaned")
    return any(each.error for each in previews) or any(one.error for each in cleaned for one in each.deleted)


def _confirms(preview: Preview) -> bool:
    rows = "1 row" if preview.rows == 1 else f"{preview.rows} rows"
    return click.confirm(f"Delete {rows} of {preview.name}?")


def _show(self: Command, form: str, reports: Any, to_json: Any, renderer: str) -> None:
    if form == "json":
        print_json(to_json(reports))
        return
    from bot import terminal  # noqa: PLC0415 - Rich is not needed for JSON

    terminal.show(renderer, reports, self.settings.zone)
