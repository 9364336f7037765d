"""Writes files of pytest-benchmark and reads them back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.runs.benchmarks import ParsedBenchmarks, Rounds
from core.runs.model import RunMark
from core.runs.store import suite_id_for, upsert
from core.storage.tables import benchmark_file


@dataclass(frozen=True, slots=True)
class IncomingBenchmarks:
    """A read file on its way into the store."""

    parsed: ParsedBenchmarks
    mark: RunMark
    identity: bytes
    source: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class BenchmarkFile:
    """A stored file."""

    id: int
    branch: str | None
    revision: str | None
    variant: str
    machine: str
    started_at: datetime
    results: Mapping[str, Rounds]


async def put_benchmarks(connection: AsyncConnection, incoming: IncomingBenchmarks) -> bool:
    """Store a file; False when the same bytes with the same mark are there already."""
    parsed, mark = incoming.parsed, incoming.mark
    values = {
        "suite_id": await suite_id_for(connection, mark.suite),
        "identity": incoming.identity,
        "source": incoming.source[:2000],
        "branch": mark.branch or parsed.branch,
        "revision": mark.revision or parsed.revision,
        "variant": mark.variant,
        "machine": parsed.machine[:300],
        "started_at": mark.started_at or parsed.started_at or incoming.received_at,
        "received_at": incoming.received_at,
        "benchmarks": len(parsed.results),
        "results": {name: list(rounds) for name, rounds in parsed.results.items()},
    }
    made = await connection.execute(
        upsert(connection, benchmark_file).values(**values).on_conflict_do_nothing().returning(benchmark_file.c.id)
    )
    return made.scalar() is not None


async def comparable_benchmarks(
    connection: AsyncConnection, suite_id: int, *, branch: str | None, limit: int
) -> list[BenchmarkFile]:
    """The newest file and those before it of its machine and variant, oldest first; empty where there is none."""
    files = benchmark_file.c
    query = select(benchmark_file).where(files.suite_id == suite_id).order_by(files.started_at.desc(), files.id.desc())
    if branch is not None:
        query = query.where(files.branch == branch)
    newest = (await connection.execute(query.limit(1))).first()
    if newest is None:
        return []
    alike = query.where(files.machine == newest.machine, files.variant == newest.variant).limit(limit)
    return [
        BenchmarkFile(
            row.id, row.branch, row.revision, row.variant, row.machine, row.started_at,
            {name: Rounds(*values) for name, values in row.results.items()},
        )
        for row in (await connection.execute(alike)).all()[::-1]
    ]  # fmt: skip
