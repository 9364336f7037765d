"""`t12 emergency`: the emergency response, begun and carried out from a terminal."""

import getpass

import click

from bot.cli.context import Command, command, with_store
from bot.emergency import Responder
from core.clock import utc_now
from core.errors import UsageError
from core.incidents.emergencies import Emergencies
from core.incidents.emergency import TITLES, Emergency
from core.incidents.ledger import Ledger
from core.incidents.lifecycle import Who
from core.incidents.policy import Policy
from core.storage.database import Database


@click.command()
@click.argument("number", required=False)
@click.option("--reason", help="Begin the response; a few words that say what happened.")
@click.option(
    "--incident", "incident_id", type=int, help="Its incident; else the newest open critical one, or a new one."
)
@click.option("--yes", is_flag=True, help="Begin without asking.")
@command
@with_store
async def emergency(
    self: Command, store: Database, *, number: str | None, reason: str | None, incident_id: int | None, yes: bool
) -> None:
    """Begin the emergency response, or show the report of one. NUMBER is like EMRG-20260302-090501.

    It runs the security tests, stops the pipeline, calls the team, captures diagnostics and writes the report, as the
    settings under `emergency` say. Without NUMBER and --reason it lists all there were.
    """
    emergencies = Emergencies(Ledger(store, Policy(self.settings), utc_now))
    if number is not None:
        if reason is not None:
            raise UsageError("name a NUMBER to see its report, or a --reason to begin; not both")
        _show(await emergencies.find(number))
    elif reason is None:
        for each in await emergencies.all():
            click.echo(f"{each.number}  incident {each.incident_id}  {_state(each)}")
    elif yes or click.confirm(_question(self)):
        await _begin(emergencies, reason, incident_id)


async def _begin(emergencies: Emergencies, reason: str, incident_id: int | None) -> None:
    started = await emergencies.start(Who(getpass.getuser()), reason, incident_id)
    click.echo(started.sentence)
    responder = Responder(emergencies)
    try:
        done = await responder.finish(started.emergency.id)
    finally:
        await responder.close()
    for step in done.steps:
        click.echo(f"{TITLES[step.name]}: {step.state.value.replace('_', ' ')}. {step.told}")
    click.echo(f"`t12 emergency {done.number}` shows the report.")


def _question(self: Command) -> str:
    chosen = self.settings.emergency
    stops = "stop the pipeline, " if chosen.stop_pipeline or chosen.stop_webhook else ""
    return f"Run the security tests, {stops}and call {', '.join(chosen.tell)}?"


def _show(found: Emergency) -> None:
    click.echo(found.report or f"{found.number} is under way; its report is not written yet.")


def _state(each: Emergency) -> str:
    return "finished" if each.finished_at is not None else "under way"
