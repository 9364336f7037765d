"""The event log: what happened, written in the transaction of the change."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.tables import event

Json = str | int | float | bool | None | list["Json"] | Mapping[str, "Json"]


async def record(
    connection: AsyncConnection, kind: str, at: datetime, *, run_id: int | None = None, **data: Json
) -> None:
    """Add one event, named in the past tense, to the caller's transaction."""
    await connection.execute(insert(event).values(type=kind, at=at, run_id=run_id, data=data))
