"""What is kept of the databases: cleanups, alerts, and the peaks of each hour."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.databases.cleanup import Cleaned, Seen, cleaned_to_json
from core.databases.model import Alert, Kind, Peak, Problem
from core.errors import NotFoundError
from core.storage.database import Database
from core.storage.events import Json, record, was_requested
from core.storage.tables import database_alert, database_peak

BEGUN, DONE = "DatabaseCleanupBegun", "DatabaseCleaned"


async def begin_cleanup(store: Database, seen: Seen, by: str, now: datetime, request: str | None) -> bool:
    """Keep that somebody confirmed it; False when this click or form was kept before.

    It is kept first and done then: whatever dies between, no row is deleted twice by one click.
    """
    counts: dict[str, Json] = {key: [each.rows, each.total] for key, each in seen.counts.items()}
    try:
        async with store.write() as connection:
            if request is not None and await was_requested(connection, request):
                return False
            await record(connection, BEGUN, now, request=request, database=seen.name, by=by, seen=counts)
    except IntegrityError:
        return False
    return True


async def keep_cleaned(store: Database, cleaned: Cleaned, by: str, now: datetime) -> None:
    async with store.write() as connection:
        await record(connection, DONE, now, by=by, **cleaned_to_json(cleaned))


async def open_alert(connection: AsyncConnection, name: str) -> Alert | None:
    """The alert of a database that is not over, locked for whoever decides about it."""
    query = select(database_alert).where(database_alert.c.name == name, database_alert.c.ended_at.is_(None))
    if connection.dialect.name == "postgresql":
        query = query.with_for_update()
    row = (await connection.execute(query)).first()
    return _alert(row) if row is not None else None


async def read_alert(connection: AsyncConnection, id_: int) -> Alert:
    """Raises `NotFoundError`."""
    row = (await connection.execute(select(database_alert).where(database_alert.c.id == id_))).first()
    if row is None:
        raise NotFoundError(f"there is no alert {id_} of a database")
    return _alert(row)


async def add_alert(connection: AsyncConnection, name: str, problems: Sequence[Problem], now: datetime) -> int:
    """Raises `IntegrityError` when another replica was first."""
    values = {"name": name, "began_at": now, **_told(problems)}
    made = await connection.execute(insert(database_alert).values(values).returning(database_alert.c.id))
    await record(connection, "DatabaseAlertBegun", now, database=name, kinds=_kinds(problems))
    return int(made.scalar_one())


async def change_alert(connection: AsyncConnection, id_: int, problems: Sequence[Problem]) -> int:
    await connection.execute(update(database_alert).where(database_alert.c.id == id_).values(_told(problems)))
    return id_


async def end_alert(connection: AsyncConnection, alert: Alert, now: datetime) -> int:
    await connection.execute(update(database_alert).where(database_alert.c.id == alert.id).values(ended_at=now))
    await record(connection, "DatabaseAlertEnded", now, database=alert.name)
    return alert.id


async def note_peak(connection: AsyncConnection, name: str, active: int, now: datetime) -> None:
    """One look more in its hour; hours older than two days go."""
    new = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(database_peak)
    more = new.excluded.active > database_peak.c.active
    values = {
        "active": case((more, new.excluded.active), else_=database_peak.c.active),
        "at": case((more, new.excluded.at), else_=database_peak.c.at),
        "looks": database_peak.c.looks + 1,
    }
    hour = now.replace(minute=0, second=0, microsecond=0)
    row = {"name": name, "hour": hour, "active": active, "at": now, "looks": 1}
    await connection.execute(new.on_conflict_do_update(index_elements=["name", "hour"], set_=values), row)
    await connection.execute(delete(database_peak).where(database_peak.c.hour < now - timedelta(days=2)))


async def read_peaks(store: Database, now: datetime) -> dict[str, Peak]:
    """The most active connections of each database in the last 24 hours, as far as the bot looked."""
    query = select(database_peak).where(database_peak.c.hour >= now - timedelta(hours=24))
    async with store.read() as connection:
        rows = (await connection.execute(query.order_by(database_peak.c.hour))).all()
    found: dict[str, Peak] = {}
    for row in rows:
        before = found.get(row.name, Peak(-1, row.at, 0))
        active, at = (row.active, row.at) if row.active > before.active else (before.active, before.at)
        found[row.name] = Peak(active, at, before.looks + row.looks)
    return found


def _told(problems: Sequence[Problem]) -> dict[str, list[Json]]:
    return {"kinds": _kinds(problems), "told": [each.sentence for each in problems]}


def _kinds(problems: Sequence[Problem]) -> list[Json]:
    return [*sorted({each.kind.value for each in problems})]


def _alert(row: Any) -> Alert:
    return Alert(row.id, row.name, row.began_at, tuple(map(Kind, row.kinds)), tuple(row.told), row.ended_at)
