"""Briefings to rows and back."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, and_, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.briefings.due import Due
from core.briefings.model import Briefing, Kind, Morning, Report
from core.storage.tables import briefing

_CONTENT: TypeAdapter[Morning | Report] = TypeAdapter(Morning | Report)


async def add_due(connection: AsyncConnection, dues: Iterable[Due]) -> None:
    """Store what came due; a day's briefing that is there already stays as it is."""
    rows = [{"kind": each.kind.value, "on_day": each.on, "due_at": each.at, "channel": each.channel} for each in dues]
    new = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(briefing)
    await connection.execute(new.on_conflict_do_nothing(index_elements=["kind", "on_day"]), rows)


async def known_days(connection: AsyncConnection, since: date) -> set[tuple[Kind, date]]:
    """Kinds and days of the briefings from a day on."""
    rows = await connection.execute(select(briefing.c.kind, briefing.c.on_day).where(briefing.c.on_day >= since))
    return {(Kind(row.kind), row.on_day) for row in rows}


async def kinds_begun(connection: AsyncConnection) -> set[Kind]:
    """The kinds of which any was ever due."""
    rows = await connection.execute(select(briefing.c.kind).where(briefing.c.on_day.is_not(None)).distinct())
    return {Kind(row.kind) for row in rows}


async def unfinished(connection: AsyncConnection, now: datetime, *, lock: bool = False) -> Row[Any] | None:
    """The oldest one to be made that nobody is at."""
    free = or_(briefing.c.lease_until.is_(None), briefing.c.lease_until < now)
    query = select(briefing).where(briefing.c.finished_at.is_(None), free).order_by(briefing.c.id).limit(1)
    if lock and connection.dialect.name != "sqlite":
        query = query.with_for_update(skip_locked=True)
    return (await connection.execute(query)).first()


async def lease(connection: AsyncConnection, id_: int, owner: str, until: datetime) -> None:
    await connection.execute(update(briefing).where(briefing.c.id == id_).values(lease_owner=owner, lease_until=until))


async def release(connection: AsyncConnection, id_: int, owner: str) -> None:
    """Give one back that was interrupted: it begins again elsewhere at once."""
    mine = and_(briefing.c.id == id_, briefing.c.lease_owner == owner, briefing.c.finished_at.is_(None))
    await connection.execute(update(briefing).where(mine).values(lease_owner=None, lease_until=None))


async def end(
    connection: AsyncConnection, id_: int, owner: str | None, now: datetime, content: Morning | Report | None
) -> bool:
    """Keep what came of one; False when the lease was lost to somebody else. Without content it was missed."""
    mine = and_(briefing.c.id == id_, briefing.c.finished_at.is_(None))
    if owner is not None:
        mine = and_(mine, briefing.c.lease_owner == owner)
    made = _CONTENT.dump_python(content, mode="json") if content is not None else None
    done = await connection.execute(
        update(briefing).where(mine).values(finished_at=now, content=made, lease_owner=None, lease_until=None)
    )
    return done.rowcount == 1


async def miss(connection: AsyncConnection, kind: Kind, on: date, now: datetime) -> None:
    """End a day's briefing without content."""
    day = and_(briefing.c.kind == kind.value, briefing.c.on_day == on, briefing.c.finished_at.is_(None))
    await connection.execute(update(briefing).where(day).values(finished_at=now))


async def read_channel(connection: AsyncConnection, id_: int) -> str | None:
    """Where one is told."""
    found = await connection.execute(select(briefing.c.channel).where(briefing.c.id == id_))
    return found.scalar_one_or_none()


async def keep_asked(connection: AsyncConnection, kind: Kind, content: Morning | Report, now: datetime) -> None:
    """Keep one that somebody asked for."""
    made = _CONTENT.dump_python(content, mode="json")
    await connection.execute(insert(briefing).values(kind=kind.value, due_at=now, finished_at=now, content=made))


async def read_briefing(connection: AsyncConnection, id_: int) -> Briefing | None:
    row = (await connection.execute(select(briefing).where(briefing.c.id == id_))).first()
    return to_briefing(row) if row is not None else None


async def newest(connection: AsyncConnection, kind: Kind, *, limit: int = 1) -> list[Briefing]:
    """The newest that were made, the newest first."""
    query = select(briefing).where(briefing.c.kind == kind.value, briefing.c.finished_at.is_not(None))
    query = query.order_by(briefing.c.finished_at.desc(), briefing.c.id.desc()).limit(limit * 2)
    found = [to_briefing(row) for row in await connection.execute(query)]
    return [each for each in found if each.content is not None][:limit]


async def newest_mornings(connection: AsyncConnection, *, limit: int = 1) -> list[Morning]:
    """The newest morning checks that were made, the newest first."""
    found = await newest(connection, Kind.MORNING, limit=limit)
    return [each.content for each in found if isinstance(each.content, Morning)]


def to_briefing(row: Row[Any]) -> Briefing:
    """The value of a row."""
    content = _CONTENT.validate_python(row.content) if row.content is not None else None
    return Briefing(row.id, Kind(row.kind), row.on_day, row.due_at, row.finished_at, content)
