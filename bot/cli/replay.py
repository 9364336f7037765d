"""`t12 replay`: what T12 would have posted over a history of reports."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from bot.cli.context import Command, command, format_option, print_json
from core.errors import UsageError
from core.incidents.as_json import incidents_to_json

_LINE = "all branches"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--suite", metavar="NAME", help="Suite of the reports; else the configured one.")
@click.option("--branch-line", metavar="NAME", help="Judge this branch alone; else the default branch, else all.")
@click.option("--merge-branches", is_flag=True, help="Take all runs as one branch, also where a default is set.")
@click.option(
    "--times", metavar="FILE", type=click.Path(path_type=Path), help="CSV or JSON: path, time, branch, revision."
)
@click.option("--only", metavar="GLOB", help="Only runs of which the path, the file or a folder has such a name.")
@click.option("--people", default="none", metavar="WHAT", help="none, or ack-after=10m: somebody acknowledges by then.")
@format_option
@command
async def replay(
    self: Command, *, folder: Path, suite: str | None, branch_line: str | None, merge_branches: bool,
    times: Path | None, only: str | None, people: str, form: str,
) -> None:  # fmt: skip
    """Try the settings on your own history: feed a FOLDER of reports through the same flow on a simulated clock.

    Prints what would have been posted, and when, to whom it would have been escalated, and the incidents. The store is
    a temporary one; nothing is sent. Times come from a meta.json beside a report (commit_date, started_at, date or
    timestamp; branch, sha, exit_code), else --times, else the report, else the file. A folder with a meta.json and no
    report is a run that died.
    """
    if merge_branches and branch_line is not None:
        raise UsageError("--merge-branches takes all branches and --branch-line one; give one or the other")
    from bot.replay.history import read_history  # noqa: PLC0415 - only this command needs the whole bot
    from bot.replay.simulation import a_simulation  # noqa: PLC0415

    steps = read_history(folder, times, only, self.settings.zone)
    if merge_branches:
        steps = [replace(each, branch=_LINE) for each in steps]
    line = None if merge_branches else branch_line or self.settings.default_branch
    settings = self.settings.model_copy(update={"default_branch": line})
    sourced = self.sourced.model_copy(update={"settings": settings})
    async with a_simulation(sourced, steps[0].at, _ack_after(people)) as simulation:
        found = await simulation.replay(steps, suite or settings.suite)
    if form == "json":
        posts = [
            {"at": each.at.isoformat(), "what": each.what, "incident": each.incident, "text": each.text}
            for each in found.posts
        ]
        print_json({"posts": posts, "incidents": incidents_to_json(found.incidents), "refused": list(found.refused)})
        return
    from bot import terminal  # noqa: PLC0415 - Rich is not needed for JSON

    terminal.show("replay", found, settings.zone)


def _ack_after(people: str) -> timedelta | None:
    if people == "none":
        return None
    found = re.fullmatch(r"ack-after[ =:]?\s*(\d{1,4})\s*(m|h)", people.strip())
    if found is None:
        raise UsageError(f"--people {people[:40]!r} is unknown; write none or ack-after=10m")
    return timedelta(minutes=int(found[1]) * (60 if found[2] == "h" else 1))
