"""`t12 backup` and `t12 prune`: care of the store."""

from pathlib import Path

import click

from bot.cli.context import Command, command, with_store
from core.clock import utc_now
from core.errors import UsageError
from core.runs.retention import prune as prune_runs
from core.storage.backup import backup as back_up
from core.storage.backup import verify as verify_copy
from core.storage.database import Database


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--verify", is_flag=True, help="Check that TARGET is a whole store instead of writing it.")
@command
async def backup(self: Command, target: Path, verify: bool) -> None:
    """Copy the SQLite store to TARGET while the bot runs, and check the copy."""
    if verify:
        click.echo(f"{target} is whole and holds {verify_copy(target)} runs")
        return
    size = back_up(Database(self.settings.database_url), target)
    click.echo(f"{target} written and verified, {size / 1e6:.1f} MB")


@click.command()
@click.option("--runs-days", type=click.IntRange(0), help="Remove runs older than this; else retention.runs_days.")
@click.option("--texts-days", type=click.IntRange(0), help="Remove texts of failures older than this.")
@command
@with_store
async def prune(self: Command, store: Database, runs_days: int | None, texts_days: int | None) -> None:
    """Remove what is older than the retention settings say; the newest run of a suite always stays."""
    kept = self.settings.retention
    runs = kept.runs_days if runs_days is None else runs_days
    texts = kept.texts_days if texts_days is None else texts_days
    if not runs and not texts:
        raise UsageError("everything is kept for ever; set [retention] in t12.toml or give --runs-days or --texts-days")
    gone = await prune_runs(store, utc_now(), runs_days=runs, texts_days=texts)
    click.echo(f"{gone.runs} runs and {gone.texts} failure texts removed")
