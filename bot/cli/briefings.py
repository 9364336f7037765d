"""`t12 morning` and `t12 report`: what is told at set times, on demand."""

import sys
from pathlib import Path

import click

from bot.cli.context import Command, command, print_json, with_store
from core.answers import Answers
from core.briefings.as_json import morning_to_json, report_to_json
from core.briefings.documents import briefing_document
from core.briefings.flows import Briefings
from core.briefings.model import Kind, Morning, Report
from core.clock import utc_now
from core.errors import UsageError
from core.storage.database import Database

_FORMS = ("table", "json", "markdown", "html")

_form = click.option(
    "--format", "form", type=click.Choice(_FORMS), default="table", help="For people, programs, and documents."
)
_output = click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it there.")


@click.command()
@_form
@_output
@command
@with_store
async def morning(self: Command, store: Database, *, form: str, output: Path | None) -> None:
    """The morning check: environment, smoke tests, mocks, database, the night's failures. Exits 1 when it alerts."""
    found = await _briefings(self, store).morning(anew=True)
    _give(self, found, form, output, "morning")
    if found.alert:
        sys.exit(1)


@click.command()
@click.argument("kind", type=click.Choice([Kind.DAILY.value, Kind.WEEKLY.value]), default=Kind.DAILY.value)
@_form
@_output
@command
@with_store
async def report(self: Command, store: Database, *, kind: str, form: str, output: Path | None) -> None:
    """The report of the day or the week: suite, integration tests, mocks, coverage, trends, incidents, checklists."""
    _give(self, await _briefings(self, store).report(Kind(kind)), form, output, "report")


def _briefings(self: Command, store: Database) -> Briefings:
    return Briefings(store, self.settings, utc_now, Answers(store, self.sourced))


def _give(self: Command, made: Morning | Report, form: str, output: Path | None, renderer: str) -> None:
    if form in ("markdown", "html") or output is not None:
        suffix = output.suffix.lower() if output is not None else ""
        chosen = form if form in ("markdown", "html") else "html" if suffix in (".html", ".htm") else "markdown"
        document = briefing_document(made, chosen, self.settings.business_calendar.zone)
        if output is None:
            click.echo(document, nl=False)
            return
        try:
            output.write_text(document, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{output} cannot be written: {error.strerror or error}") from None
        click.echo(f"wrote {output}")
    elif form == "json":
        print_json(morning_to_json(made) if isinstance(made, Morning) else report_to_json(made))
    else:
        from bot import terminal  # noqa: PLC0415 - Rich is not needed for the rest

        terminal.show(renderer, made, self.settings.business_calendar.zone)
