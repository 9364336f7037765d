"""Brings reports into a store and looks at what is there."""

import io
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from core.runs.ingest import Ingest, Limits
from core.runs.model import CaseFailure, Coverage, Diagnosis, RunMark, StoredReport
from core.storage.database import Database
from core.storage.tables import metadata

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class ByMessage:
    """Gives failures of one message one signature."""

    version = "test-1"

    def __call__(self, failure: CaseFailure, /) -> Diagnosis:
        words = (failure.message or failure.text or "failed")[:60]
        return Diagnosis("assertion", "by-message", words, None, f"v1:{words}", f"v1:{words}", words, "")


def a_flow(database: Database, **changes: Any) -> Ingest:
    values: dict[str, Any] = {"database": database, "diagnose": ByMessage(), "clock": lambda: NOW}
    return Ingest(**(values | changes))


async def bring(
    database: Database, report: str | bytes, *, coverage: Coverage | None = None, source: str = "r.xml", **mark: Any
) -> StoredReport:
    """Bring in one report of suite `backend` unless `mark` says otherwise."""
    data = report.encode() if isinstance(report, str) else report
    given = RunMark(**({"suite": "backend"} | mark))
    return await a_flow(database).report(io.BytesIO(data), given, source, coverage=coverage)


async def rows(database: Database) -> dict[str, int]:
    """How many rows every table holds, empty ones left out."""
    async with database.read() as connection:
        found = {
            name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for name, table in metadata.tables.items()
        }
    return {name: count for name, count in found.items() if count}


__all__ = ["NOW", "Limits", "a_flow", "bring", "rows"]
