"""`t12 checklist`: what is due when, what is open, and who did what."""

import csv
import getpass
import sys
from datetime import date
from typing import Any

import click

from bot.cli.context import (
    Command,
    branch_option,
    command,
    format_option,
    print_json,
    suite_option,
    with_store,
)
from core.answers import Answers
from core.checklists.as_json import occurrences_to_json, upcoming_to_json
from core.checklists.cadence import shown
from core.checklists.flows import Answered, Checklists
from core.checklists.lists import lists_of, upcoming
from core.checklists.matrix import matrix_to_json
from core.checklists.statistics import statistics_to_json
from core.clock import utc_now
from core.errors import UsageError
from core.storage.database import Database


class Day(click.ParamType[date]):
    """A date of the calendar."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; write one like 2026-12-24", param, ctx)


@click.group()
def checklist() -> None:
    """Maintenance checklists: what is due when, what is open, and who did what."""


@checklist.command("upcoming")
@click.option("--from", "first", type=Day(), metavar="DATE", help="First day; today if unset.")
@click.option("--days", type=click.IntRange(1, 3660), default=7, show_default=True, help="How many days.")
@format_option
@command
async def upcoming_(self: Command, *, first: date | None, days: int, form: str) -> None:
    """What is due when, days off reckoned in."""
    settings = self.settings
    calendar = settings.business_calendar
    found = upcoming(lists_of(settings), calendar, first or calendar.local_date(utc_now()), days)
    if form == "json":
        print_json(upcoming_to_json(found))
        return
    from bot import terminal  # noqa: PLC0415 - Rich is not needed for JSON

    terminal.show("upcoming", found, settings.zone)


@checklist.command()
@command
async def validate(self: Command) -> None:
    """Whether the settings make sense as lists; every mistake in a sentence."""
    found = lists_of(self.settings)
    silent = [each.key for each in found if each.channel is None]
    click.echo(f"{len(found)} checklists are on:")
    for each in found:
        click.echo(f"  {each.key}: {shown(each.cadence)} at {each.at} {each.zone}, {len(each.items)} items")
    if silent:
        click.echo(f"{len(silent)} of them have no channel and are not posted; set checklists.channel in t12.toml")


@checklist.command()
@click.option("--list", "key", metavar="NAME", help="One list alone.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@click.option("--open", "only_open", is_flag=True, help="Only what is open now.")
@format_option
@command
@with_store
async def status(self: Command, store: Database, *, key: str | None, limit: int, only_open: bool, form: str) -> None:
    """What became of the newest occurrences: item by item, who and when."""
    found = await Checklists(store, self.settings, utc_now).recent(key=key, limit=limit)
    shown = [each for each in found if each.is_open or not only_open]
    if form == "json":
        print_json(occurrences_to_json(shown))
        return
    from bot import terminal  # noqa: PLC0415 - Rich is not needed for JSON

    terminal.show("checklists", shown, self.settings.zone)


@checklist.command()
@click.option("--list", "key", metavar="NAME", help="One list alone.")
@click.option("--since", type=Day(), metavar="DATE", help="First day; 90 days ago if unset.")
@format_option
@command
@with_store
async def stats(self: Command, store: Database, *, key: str | None, since: date | None, form: str) -> None:
    """How well the lists are kept: done, in time, in a row, skipped and slow."""
    found = await Checklists(store, self.settings, utc_now).statistics(key=key, since=since)
    if form == "json":
        print_json(statistics_to_json(found))
        return
    from bot import terminal  # noqa: PLC0415 - Rich is not needed for JSON

    terminal.show("checklist_stats", found, self.settings.zone)


@checklist.command()
@click.option("--since", type=Day(), metavar="DATE", help="First day; everything if unset.")
@command
@with_store
async def export(self: Command, store: Database, *, since: date | None) -> None:
    """Every item of every occurrence as CSV on standard output, the newest first."""
    found = await Checklists(store, self.settings, utc_now).recent(limit=100_000, since=since)
    writer = csv.writer(sys.stdout)
    head = ("list", "on", "status", "item", "state", "by", "at", "reason", "evidence", "assignee", "note")
    writer.writerow(head)
    for each in found:
        for item in each.items:
            at = item.at.isoformat() if item.at else ""
            cells = (each.key, each.on, each.standing.value, item.text, item.state.value, item.by or "", at,
                     item.reason, item.evidence, item.assignee or "", item.note)  # fmt: skip
            writer.writerow([_inert(str(cell)) for cell in cells])


@checklist.command()
@click.argument("id_", metavar="ID", type=int)
@click.argument("words", nargs=-1)
@command
@with_store
async def item(self: Command, store: Database, *, id_: int, words: tuple[str, ...]) -> None:
    """Work on one occurrence, its items numbered from 1 as the list shows them.

    WORDS are `done 2`, `done 2 REASON` for what its check did not tick, `skip 2 REASON`, `undo 2`, `assign 2 WHO`,
    `note 2 TEXT`, `check 2` or `done all`.
    """
    flows, who = Checklists(store, self.settings, utc_now), getpass.getuser()
    verb, number, rest = (*words, "", "")[0], (*words, "", "")[1], " ".join(words[2:])
    if verb not in _VERBS:
        raise UsageError(f"{verb[:40]!r} is nothing that an item knows; write {', '.join(_VERBS)}")
    if (verb, number) == ("done", "all"):
        answer = await flows.all_done(id_, who)
    else:
        answer = await _act(flows, who, id_, _position(number), (verb, rest))
    if verb == "check" and answer.happened:
        answers = Answers(store, self.sourced)

        async def check(name: str, value: float | None) -> tuple[bool, str]:
            found = await answers.check(name, value)
            return found.passed, found.evidence

        await flows.run_checks(check)
        told = (await flows.show(id_)).items[_position(number)].evidence
        click.echo(told)
        return
    click.echo(answer.sentence)


_VERBS = ("done", "skip", "undo", "assign", "note", "check")


async def _act(flows: Checklists, who: str, id_: int, position: int, words: tuple[str, str]) -> Answered:
    verb, rest = words
    match verb:
        case "done":
            return await flows.done(id_, position, who, rest)
        case "skip":
            return await flows.skip(id_, position, who, rest)
        case "undo":
            return await flows.undo(id_, position, who)
        case "assign":
            return await flows.assign(id_, position, who, rest)
        case "note":
            return await flows.note(id_, position, who, rest)
        case _:
            return await flows.check_again(id_, position, who)


def _position(word: str) -> int:
    if not word.isascii() or not word.isdigit() or not 0 < int(word[:6]) < 1000:
        raise UsageError("name the item by its number, as the list shows it: `t12 checklist item 12 done 2`")
    return int(word) - 1


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


@click.command()
@suite_option
@branch_option
@format_option
@command
@with_store
async def matrix(self: Command, store: Database, *, suite: str | None, branch: str | None, form: str) -> None:
    """Which kinds of tests ran when, beside how often the procedure book wants them."""
    report = await Answers(store, self.sourced).matrix(suite=suite, branch=branch)
    if form == "json":
        print_json(matrix_to_json(report))
        return
    from bot import terminal  # noqa: PLC0415 - Rich is not needed for JSON

    terminal.show("matrix", report, self.settings.zone)
