"""The questions: the same words as `/t12 …` in Slack."""

import sys
from pathlib import Path
from typing import Any

import click

from bot.cli.context import Command, branch_option, command, format_option, print_json, suite_option, with_store
from core.answers import Answers
from core.doctor import doctor_to_json, without_store
from core.errors import ReportError, StorageError, UsageError
from core.failures.as_json import failures_to_json, flaky_to_json, runs_to_json, test_to_json
from core.failures.diagnose import diagnoser
from core.health.as_json import health_to_json
from core.live.as_json import report_to_json
from core.performance.as_json import slow_to_json
from core.runs.sniff import Source
from core.storage.database import Database

_LOG_BYTES = 256 << 20


def _show(self: Command, form: str, report: Any, to_json: Any, renderer: str) -> None:
    if form == "json":
        print_json(to_json(report))
        return
    from bot import terminal  # noqa: PLC0415 - Rich is not needed for JSON

    terminal.show(renderer, report, self.settings.zone)


@click.command()
@suite_option
@branch_option
@format_option
@command
@with_store
async def health(self: Command, store: Database, *, suite: str | None, branch: str | None, form: str) -> None:
    """How the suite is: score with deductions, gates, flake cost, coverage, trend, and what changed."""
    report = await Answers(store, self.sourced).health(suite=suite, branch=branch)
    _show(self, form, report, health_to_json, "health")


@click.command()
@click.argument("run", required=False)
@click.option("--log", "log_file", metavar="FILE", help="Read a pytest console log instead; - is standard input.")
@suite_option
@branch_option
@format_option
@command
async def failures(
    self: Command, *, run: str | None, log_file: str | None, suite: str | None, branch: str | None, form: str
) -> None:
    """Why a run failed: its failures by signature, each with cause, age and what to do. RUN is a number or key."""
    if log_file is not None:
        if run is not None or suite is not None or branch is not None:
            raise UsageError("--log reads a console log, which has no run, suite or branch; give one or the other")
        from core.failures.from_log import failures_from_log  # noqa: PLC0415

        report = failures_from_log(_read_log(log_file), Path(log_file).name, diagnoser(self.settings.failures.rules))
    else:
        async with self.store() as store:
            report = await Answers(store, self.sourced).failures(run, suite=suite, branch=branch)
    _show(self, form, report, failures_to_json, "failures")


@click.command()
@suite_option
@branch_option
@format_option
@command
@with_store
async def flaky(self: Command, store: Database, *, suite: str | None, branch: str | None, form: str) -> None:
    """Which tests are flaky or broken: evidence, interval, and the passes still missing until they count as fixed."""
    _show(self, form, await Answers(store, self.sourced).flaky(suite=suite, branch=branch), flaky_to_json, "flaky")


@click.command()
@suite_option
@branch_option
@format_option
@command
@with_store
async def slow(self: Command, store: Database, *, suite: str | None, branch: str | None, form: str) -> None:
    """The slowest tests, what became slower or faster and since when, the suite's time, and what would save most."""
    _show(self, form, await Answers(store, self.sourced).slow(suite=suite, branch=branch), slow_to_json, "slow")


@click.command()
@click.argument("run", required=False)
@suite_option
@branch_option
@format_option
@command
@with_store
async def resources(
    self: Command, store: Database, *, run: str | None, suite: str | None, branch: str | None, form: str
) -> None:
    """CPU and memory of the last runs that were watched, or of RUN, with what ran at the peak."""
    report = await Answers(store, self.sourced).resources(run, suite=suite, branch=branch)
    _show(self, form, report, report_to_json, "resources")


@click.command()
@click.argument("name")
@suite_option
@branch_option
@format_option
@command
@with_store
async def test(self: Command, store: Database, *, name: str, suite: str | None, branch: str | None, form: str) -> None:
    """The history of one test. NAME is any part of its name that fits no other."""
    _show(self, form, await Answers(store, self.sourced).test(name, suite=suite, branch=branch), test_to_json, "test")


@click.command()
@suite_option
@branch_option
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many.")
@format_option
@command
@with_store
async def runs(self: Command, store: Database, *, suite: str | None, branch: str | None, limit: int, form: str) -> None:
    """The newest runs, newest first."""
    report = await Answers(store, self.sourced).runs(suite=suite, branch=branch, limit=limit)
    _show(self, form, report, runs_to_json, "runs")


@click.command()
@format_option
@command
async def doctor(self: Command, form: str) -> None:
    """What is configured, reachable, stale or blind. Exits 1 when something is bad."""
    try:
        async with self.store() as store:
            report = await Answers(store, self.sourced).doctor()
    except StorageError as error:
        report = without_store(self.sourced, str(error))
    _show(self, form, report, doctor_to_json, "doctor")
    if report.worst == "bad":
        sys.exit(1)


@click.command("help")
@click.argument("word", required=False)
@click.pass_context
def help_(ctx: click.Context, word: str | None) -> None:
    """What can be asked, or how one command is used."""
    root = ctx.find_root()
    group = root.command
    assert isinstance(group, click.Group)
    chosen = group.get_command(root, word) if word else None
    if word and chosen is None:
        raise UsageError(f"there is no command {word[:40]!r}; `t12 help` lists them")
    if chosen is None:
        click.echo(root.get_help())
    else:
        click.echo(chosen.get_help(click.Context(chosen, info_name=word, parent=root)))


def _read_log(name: str) -> str:
    """The text of a console log, plain or gzip; bytes that are no UTF-8 are replaced."""
    try:
        if name == "-":
            return sys.stdin.buffer.read(_LOG_BYTES).decode("utf-8", "replace")
        with Path(name).open("rb") as raw:
            return Source(raw, _LOG_BYTES).read().decode("utf-8", "replace")
    except ReportError as error:
        raise UsageError(f"{name}: {error}") from None
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror or error}") from None
