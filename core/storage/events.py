"""The event log: what happened, written in the transaction of the change."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.tables import event

REACTED_TO = frozenset({"RunIngested", "RunDied"})
"""Events that something reacts to; the others are history from the start."""

Json = str | int | float | bool | None | list["Json"] | Mapping[str, "Json"]


async def record(
    connection: AsyncConnection,
    kind: str,
    at: datetime,
    *,
    run_id: int | None = None,
    request: str | None = None,
    **data: Json,
) -> int:
    """Add one event, named in the past tense, to the caller's transaction; answers its id.

    A second one of the same `request` breaks the transaction with an `IntegrityError`.
    """
    added = await connection.execute(
        insert(event)
        .values(type=kind, at=at, run_id=run_id, data=data, request=request, is_handled=kind not in REACTED_TO)
        .returning(event.c.id)
    )
    return int(added.scalar_one())


@dataclass(frozen=True, slots=True)
class OpenEvent:
    """An event whose reaction is still to come."""

    id: int
    type: str
    at: datetime
    run_id: int | None
    data: Mapping[str, Any]


_COLUMNS = (event.c.id, event.c.type, event.c.at, event.c.run_id, event.c.data)


async def open_events(connection: AsyncConnection, limit: int = 200) -> Sequence[OpenEvent]:
    """The oldest open events."""
    query = select(*_COLUMNS).where(~event.c.is_handled).order_by(event.c.id).limit(limit)
    return [OpenEvent(*row) for row in await connection.execute(query)]


async def oldest_open(connection: AsyncConnection) -> datetime | None:
    """Since when the event has waited that has waited longest for its reaction; None when none waits."""
    found: datetime | None = (
        await connection.execute(select(func.min(event.c.at)).where(~event.c.is_handled))
    ).scalar()
    return found


async def is_open(connection: AsyncConnection, id_: int) -> bool:
    """Whether its reaction is still to come, or under way in another replica."""
    found = await connection.execute(select(event.c.id).where(event.c.id == id_, ~event.c.is_handled))
    return found.first() is not None


async def take_event(connection: AsyncConnection, id_: int) -> OpenEvent | None:
    """The event, if it is still open and no other replica is at it."""
    query = select(*_COLUMNS).where(event.c.id == id_, ~event.c.is_handled)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    row = (await connection.execute(query)).first()
    return OpenEvent(*row) if row is not None else None


async def was_requested(connection: AsyncConnection, request: str) -> bool:
    """Whether the click or command of that key was done already."""
    found = await connection.execute(select(event.c.id).where(event.c.request == request))
    return found.first() is not None


async def close_events(connection: AsyncConnection, ids: Collection[int]) -> None:
    """Their reactions are part of the caller's transaction."""
    await connection.execute(update(event).where(event.c.id.in_(ids)).values(is_handled=True))
