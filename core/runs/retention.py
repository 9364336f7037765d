"""Removes what the settings say need not be kept, in short transactions that let other writers through."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.database import Database
from core.storage.events import record
from core.storage.tables import benchmark_file, failure, live_run, report, roster, run, sighting

_RUNS_AT_ONCE = 20
_TEXTS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went."""

    runs: int
    texts: int


async def prune(database: Database, now: datetime, *, runs_days: int, texts_days: int) -> Pruned:
    """Remove runs, and the texts of failures, that are older than so many days; 0 keeps for ever.

    The newest run of a suite stays whatever its age. Tests and signatures stay too: they are small, and a failure that
    comes back should be known.
    """
    runs = await _prune_runs(database, now, now - timedelta(days=runs_days)) if runs_days else 0
    texts = await _prune_texts(database, now - timedelta(days=texts_days)) if texts_days else 0
    return Pruned(runs, texts)


async def _prune_runs(database: Database, now: datetime, before: datetime) -> int:
    gone = 0
    later = run.alias()
    newer = select(later.c.id).where(later.c.suite_id == run.c.suite_id, later.c.started_at > run.c.started_at).exists()
    old = select(run.c.id).where(run.c.started_at < before, newer).order_by(run.c.id).limit(_RUNS_AT_ONCE)
    while True:
        async with database.write() as connection:
            ids = list((await connection.execute(old)).scalars())
            if ids:
                for table in (failure, sighting, report):
                    await connection.execute(delete(table).where(table.c.run_id.in_(ids)))
                await connection.execute(delete(run).where(run.c.id.in_(ids)))
                await record(connection, "RunsPruned", now, runs=len(ids))
            else:
                await connection.execute(delete(benchmark_file).where(benchmark_file.c.started_at < before))
                await connection.execute(delete(live_run).where(live_run.c.ended_at < before))
                await _drop_unused(connection)
        gone += len(ids)
        if not ids:
            return gone


async def _drop_unused(connection: AsyncConnection) -> None:
    used = select(report.c.roster_id)
    await connection.execute(delete(roster).where(roster.c.id.not_in(used)))


async def _prune_texts(database: Database, before: datetime) -> int:
    gone = 0
    old = select(run.c.id).where(run.c.started_at < before)
    some = select(failure.c.id).where(failure.c.run_id.in_(old), failure.c.text.is_not(None)).limit(_TEXTS_AT_ONCE)
    while True:
        async with database.write() as connection:
            changed = await connection.execute(update(failure).where(failure.c.id.in_(some)).values(text=None))
        gone += changed.rowcount
        if not changed.rowcount:
            return gone
