"""`t12 push`: send reports to a T12 server from a CI job."""

import os
import sys
from pathlib import Path

import click

from bot.cli.context import format_option, print_json


@click.command()
@click.argument("paths", nargs=-1, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--url", help="Address of the server; else $T12_URL.")
@click.option("--token", help="Upload token; else $T12_TOKEN, which does not show in a process list.")
@click.option("--suite", metavar="NAME", help="Suite of the reports; else the server's.")
@click.option("--branch", metavar="NAME", help="Branch; else what the CI job says.")
@click.option("--revision", metavar="SHA", help="Revision; else what the CI job says.")
@click.option("--run", metavar="ID", help="Run that all reports belong to; else the CI job's number.")
@click.option("--variant", metavar="NAME", help="Leg of a build matrix.")
@click.option("--coverage", metavar="FILE", type=click.Path(path_type=Path), help="Cobertura XML of the run.")
@click.option("--died", is_flag=True, help="Instead of reports: the run died and left none.")
@click.option("--exit-code", type=int, metavar="N", help="With --died: how the test process ended.")
@click.option("--console", metavar="FILE", type=click.Path(path_type=Path), help="With --died: its console log.")
@click.option("--insecure", is_flag=True, help="Send the token over plain http to another machine all the same.")
@format_option
def push(form: str, paths: tuple[Path, ...], **options: object) -> None:
    """Send reports (files or folders) to a T12 server, with retries; a repeat stores nothing twice.

    Branch, revision and run are read off GitHub Actions, GitLab CI, Jenkins, CircleCI, Buildkite and Azure Pipelines.
    --died says that a run left no report, which is an incident. Exits 1 when something was refused or not delivered.
    """
    import asyncio  # noqa: PLC0415 - only this command leaves the machine

    from bot.push import PushOptions  # noqa: PLC0415
    from bot.push import push as send  # noqa: PLC0415

    said = PushOptions(paths=paths, **options)  # type: ignore[arg-type]  # click made the values of the right types
    result = asyncio.run(send(said, os.environ, lambda sentence: click.echo(sentence, err=True)))
    if form == "json":
        print_json({"runs": result.runs, "rejected": result.rejected, "undelivered": result.undelivered})
    sys.exit(result.exit_code)
