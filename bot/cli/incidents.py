"""`t12 incidents` and `t12 incident …`: the same words as in Slack, said by whoever is logged in."""

import getpass
from collections.abc import Awaitable, Callable
from datetime import datetime

import click

from bot.cli.context import Command, command, format_option, print_json, suite_option, with_store
from core.clock import utc_now
from core.errors import UsageError
from core.incidents.answer import IncidentView
from core.incidents.as_csv import incidents_to_csv
from core.incidents.as_json import incident_to_json, incidents_to_json, stats_to_json
from core.incidents.flows import Incidents
from core.incidents.ledger import Answered, Ledger
from core.incidents.lifecycle import Who
from core.incidents.policy import Policy
from core.incidents.report import incident_report
from core.storage.database import Database
from handlers.incident_words import IncidentAsk, parse_incident, target_of

PROGRAM = "t12"
_ALL = 1_000_000


@click.command()
@click.option("--all", "all_", is_flag=True, help="The resolved ones too; JSON and CSV have them always.")
@suite_option
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table",
    help="Tables for people, JSON and CSV for programs.",
)  # fmt: skip
@command
@with_store
async def incidents(self: Command, store: Database, *, all_: bool, suite: str | None, form: str) -> None:
    """The open incidents, the newest first: how bad, since when, who has it."""
    await _list(self, _flows(self, store), IncidentAsk("list", words="all" if all_ else "", suite=suite), form)


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@format_option
@command
@with_store
async def incident(self: Command, store: Database, *, words: tuple[str, ...], form: str) -> None:
    """One incident, or something to do with it. WORDS are the same as after `/t12 incident` in Slack.

    `12` shows it; `ack 12 1h`, `resolve 12 REASON`, `escalate 12`, `hand 12 U0123`, `severity 12 high`, `snooze 12 2h`
    and `note 12 WORDS` act on it as the person who is logged in; `declare TITLE` opens one; `report 12`, `list all`,
    `export csv` and `stats` print. A running bot tells Slack of it.
    """
    ask, flows = parse_incident(_typed(words), PROGRAM), _flows(self, store)
    match ask.verb:
        case "list":
            await _list(self, flows, ask, form)
        case "export":
            await _list(self, flows, ask, ask.words or "json")
        case "show":
            await _show(self, await flows.show(ask.id), form)
        case "report":
            click.echo(incident_report(await flows.report(ask.id)))
        case "stats":
            await _stats(self, flows, ask, form)
        case _:
            answered = await _act(flows, ask, utc_now())
            if form == "json":
                view = await flows.show(answered.incident.id)
                print_json({"happened": answered.happened, "answer": answered.sentence} | incident_to_json(view))
            else:
                click.echo(answered.sentence)


def _flows(self: Command, store: Database) -> Incidents:
    return Incidents(Ledger(store, Policy(self.settings), utc_now))


def _typed(words: tuple[str, ...]) -> str:
    """The words as one line; a value of an option that holds a space keeps together."""
    before = ("", *words)
    return " ".join(f'"{word}"' if " " in word and last.startswith("--") else word
                    for last, word in zip(before, words, strict=False))  # fmt: skip


async def _act(flows: Incidents, ask: IncidentAsk, now: datetime) -> Answered:
    who, id_ = Who(getpass.getuser()), ask.id
    if ask.verb == "declare":
        if not ask.words:
            raise UsageError("an incident needs a title; write t12 incident declare TITLE")
        return await flows.declare(who, ask.words, ask.severity)
    tomorrow = flows.ledger.policy.hold("tomorrow", now).until or now
    acts: dict[str, Callable[[], Awaitable[Answered]]] = {
        "ack": lambda: flows.acknowledge(id_, who, ask.hold),
        "resolve": lambda: flows.resolve(id_, who, ask.words),
        "escalate": lambda: flows.escalate(id_, who),
        "hand": lambda: flows.hand_over(id_, who, target_of(ask.to, {})),
        "severity": lambda: flows.change_severity(id_, who, ask.severity),
        "snooze": lambda: flows.snooze(id_, who, now + ask.wait if ask.wait else tomorrow),
        "note": lambda: flows.note(id_, who, ask.words),
    }
    return await acts[ask.verb]()


async def _list(self: Command, flows: Incidents, ask: IncidentAsk, form: str) -> None:
    everything = form != "table" or ask.words == "all"
    found = await flows.list(suite=ask.suite, only_open=not everything, limit=_ALL)
    if form == "json":
        print_json(incidents_to_json(found.incidents))
        return
    if form == "csv":
        click.echo(incidents_to_csv(found.incidents), nl=False)
        return
    from bot import terminal  # noqa: PLC0415 - Rich is not needed for JSON

    terminal.show("incidents", found, self.settings.zone)


async def _show(self: Command, view: IncidentView, form: str) -> None:
    if form == "json":
        print_json(incident_to_json(view))
        return
    from bot import terminal  # noqa: PLC0415 - Rich is not needed for JSON

    terminal.show("incidents", view, self.settings.zone)


async def _stats(self: Command, flows: Incidents, ask: IncidentAsk, form: str) -> None:
    found = await flows.stats(suite=ask.suite)
    if form == "json":
        print_json(stats_to_json(found))
        return
    from bot import terminal  # noqa: PLC0415 - Rich is not needed for JSON

    terminal.show("incident_stats", found, self.settings.zone)
