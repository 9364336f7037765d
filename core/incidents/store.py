"""Incidents to rows and back, with their events and what is to be told of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import StorageError
from core.incidents.model import (
    EVENT_PREFIX,
    Affected,
    Change,
    Event,
    Happened,
    Incident,
    Kind,
    Mute,
    Path,
    Severity,
)
from core.storage.database import batches
from core.storage.tables import event, incident, incident_test, mute, suite

_PLAIN = (
    "suite_id", "branch", "title", "cause", "rule", "opened_at", "triggered_at", "opened_run_id", "last_run_id",
    "last_good_run_id", "expected", "note", "announced_at", "acknowledged_at", "acknowledged_by", "held_until",
    "held_for_run", "owner", "snoozed_until", "resolved_at", "resolved_by", "resolution", "cycle", "level",
    "escalated_at", "due_at", "green_runs", "failing", "reopened", "channel",
)  # fmt: skip
"""Fields that a column holds as they are."""

_NO_SUITE = 12
"""Number of the lock on what belongs to no suite."""


class StaleError(StorageError):
    """Somebody else changed the incident between our look and our write; look again."""


async def add_incident(connection: AsyncConnection, new: Incident) -> Incident:
    """Store a new incident; returns it with its number."""
    done = await connection.execute(insert(incident).values(**_values(new), version=0).returning(incident.c.id))
    stored = replace(new, id=done.scalar_one(), version=0)
    await _add_tests(connection, stored.id, stored.tests)
    return stored


async def save_change(
    connection: AsyncConnection, before: Incident, change: Change, *, request: str | None = None
) -> Change:
    """Store what a transition made of `before`; returns it with the numbers of its events.

    Raises `StaleError` when the incident is no longer the one that was read: the caller's transaction must be undone.
    """
    after = change.incident
    if after != before:
        done = await connection.execute(
            update(incident)
            .where(incident.c.id == before.id, incident.c.version == before.version)
            .values(**_values(after), version=before.version + 1)
        )
        if done.rowcount != 1:
            raise StaleError(f"incident {before.id} was changed by somebody else at this moment; try again")
        known = before.test_ids
        await _add_tests(connection, before.id, [each for each in after.tests if each.test_id not in known])
        after = replace(after, version=before.version + 1)
    events = []
    for number, each in enumerate(change.events):
        row = await connection.execute(
            insert(event)
            .values(
                type=EVENT_PREFIX + each.type.value, at=each.at, run_id=each.run_id, data=dict(each.data),
                is_handled=True, incident_id=before.id, by=each.by, request=request if number == 0 else None,
            )
            .returning(event.c.id)
        )  # fmt: skip
        events.append(replace(each, id=row.scalar_one(), incident_id=before.id))
    return replace(change, incident=after, events=tuple(events))


async def read_incident(connection: AsyncConnection, id_: int, *, lock: bool = False) -> Incident | None:
    """One incident; `lock` keeps others from changing it in the caller's transaction."""
    query = _incidents().where(incident.c.id == id_)
    if lock and connection.dialect.name == "postgresql":
        query = query.with_for_update(of=incident)
    found = await _read(connection, query)
    return found[0] if found else None


async def open_of(connection: AsyncConnection, suite_id: int | None, kind: Kind | None = None) -> list[Incident]:
    """The open ones of a suite, or of none; the oldest first."""
    query = _incidents().where(incident.c.resolved_at.is_(None), incident.c.suite_id == suite_id)
    query = query.order_by(incident.c.id)
    return await _read(connection, query if kind is None else query.where(incident.c.kind == kind.value))


async def open_incidents(connection: AsyncConnection) -> list[Incident]:
    """The oldest first."""
    return await _read(connection, _incidents().where(incident.c.resolved_at.is_(None)).order_by(incident.c.id))


async def resolved_since(connection: AsyncConnection, suite_id: int, since: datetime) -> list[Incident]:
    query = _incidents().where(incident.c.suite_id == suite_id, incident.c.resolved_at >= since).order_by(incident.c.id)
    return await _read(connection, query)


async def recent_incidents(
    connection: AsyncConnection, *, limit: int, suite_name: str | None = None, only_open: bool = False
) -> list[Incident]:
    """The newest first."""
    query = _incidents().order_by(incident.c.id.desc()).limit(limit)
    if suite_name is not None:
        query = query.where(suite.c.name == suite_name)
    return await _read(connection, query.where(incident.c.resolved_at.is_(None)) if only_open else query)


async def incidents_since(connection: AsyncConnection, since: datetime, suite_name: str | None) -> list[Incident]:
    """Those that opened since an instant, the oldest first."""
    query = _incidents().where(incident.c.opened_at >= since).order_by(incident.c.opened_at, incident.c.id)
    return await _read(connection, query if suite_name is None else query.where(suite.c.name == suite_name))


async def due_incidents(connection: AsyncConnection, now: datetime) -> list[int]:
    """Numbers of open incidents whose escalation, acknowledgement or snooze is due; a snooze keeps the rest back."""
    awake = and_(incident.c.snoozed_until.is_(None), incident.c.held_until <= now)
    due = or_(incident.c.due_at <= now, awake, incident.c.snoozed_until <= now)
    rows = await connection.execute(
        select(incident.c.id).where(incident.c.resolved_at.is_(None), due).order_by(incident.c.id).limit(500)
    )
    return list(rows.scalars().all())


async def oldest_due(connection: AsyncConnection) -> datetime | None:
    """Since when the escalation waits that has waited longest."""
    found: datetime | None = (
        await connection.execute(select(func.min(incident.c.due_at)).where(incident.c.resolved_at.is_(None)))
    ).scalar()
    return found


async def events_of(connection: AsyncConnection, ids: Collection[int]) -> dict[int, list[Event]]:
    """What happened to some incidents, by incident, the oldest first."""
    found: dict[int, list[Event]] = {id_: [] for id_ in ids}
    for some in batches(ids):
        rows = await connection.execute(select(event).where(event.c.incident_id.in_(some)).order_by(event.c.id))
        for row in rows:
            found[row.incident_id].append(_event(row))
    return found


async def read_event(connection: AsyncConnection, id_: int) -> Event | None:
    row = (await connection.execute(select(event).where(event.c.id == id_))).first()
    return _event(row) if row is not None and row.incident_id is not None else None


async def put_mute(connection: AsyncConnection, suite_id: int, muted: Mute) -> None:
    """Mute a test, or mute it anew."""
    await connection.execute(delete(mute).where(mute.c.test_id == muted.test_id))
    await connection.execute(
        insert(mute).values(
            test_id=muted.test_id, suite_id=suite_id, name=muted.name, until=muted.until, by=muted.by,
            reason=muted.reason,
        )
    )  # fmt: skip


async def muted_tests(connection: AsyncConnection, now: datetime) -> list[Mute]:
    """The tests that are muted now, by name."""
    rows = await connection.execute(select(mute).where(mute.c.until > now).order_by(mute.c.name))
    return [Mute(row.test_id, row.name, row.until, row.by, row.reason) for row in rows]


async def lock_suite(connection: AsyncConnection, suite_id: int | None) -> None:
    """Decide about one suite, or about what has none, at a time on every replica, while nobody changes what is open.

    SQLite has one writer anyway.
    """
    if connection.dialect.name != "postgresql":
        return
    if suite_id is None:
        await connection.execute(select(func.pg_advisory_xact_lock(_NO_SUITE)))
    else:
        await connection.execute(select(suite.c.id).where(suite.c.id == suite_id).with_for_update())
    mine = (incident.c.suite_id == suite_id, incident.c.resolved_at.is_(None))
    await connection.execute(select(incident.c.id).where(*mine).order_by(incident.c.id).with_for_update())


async def decided_so_far(connection: AsyncConnection, suite_id: int) -> tuple[int, int]:
    """A mark that grows with every change of a suite's incidents."""
    newest, changes = func.coalesce(func.max(incident.c.id), 0), func.coalesce(func.sum(incident.c.version), 0)
    row = (await connection.execute(select(newest, changes).where(incident.c.suite_id == suite_id))).one()
    return int(row[0]), int(row[1])


def _incidents() -> Select[Any]:
    return select(incident, suite.c.name.label("suite_name")).outerjoin(suite, suite.c.id == incident.c.suite_id)


async def _read(connection: AsyncConnection, query: Select[Any]) -> list[Incident]:
    rows = (await connection.execute(query)).all()
    tests = await _tests_of(connection, [row.id for row in rows])
    return [_incident(row, tests.get(row.id, ())) for row in rows]


async def _tests_of(connection: AsyncConnection, ids: Sequence[int]) -> Mapping[int, Sequence[Affected]]:
    found: dict[int, list[Affected]] = {}
    for some in batches(ids):
        rows = await connection.execute(
            select(incident_test)
            .where(incident_test.c.incident_id.in_(some))
            .order_by(incident_test.c.name, incident_test.c.test_id)
        )
        for row in rows:
            found.setdefault(row.incident_id, []).append(Affected(row.test_id, row.name, row.family))
    return found


async def _add_tests(connection: AsyncConnection, id_: int, tests: Sequence[Affected]) -> None:
    rows = [{"incident_id": id_, "test_id": each.test_id, "name": each.name, "family": each.family} for each in tests]
    if rows:
        await connection.execute(insert(incident_test), rows)


def _values(each: Incident) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(each, name) for name in _PLAIN}
    path = {"respond": each.path.respond, "roles": list(each.path.roles), "repeats": each.path.repeats}
    return values | {
        "kind": each.kind.value, "severity": each.severity.value, "families": list(each.families), "path": path,
    }  # fmt: skip


def _incident(row: Any, tests: Sequence[Affected]) -> Incident:
    path = row.path
    return Incident(
        id=row.id,
        suite=row.suite_name or "",
        kind=Kind(row.kind),
        severity=Severity(row.severity),
        families=tuple(row.families),
        tests=tuple(tests),
        path=Path(path["respond"], tuple(path["roles"]), path["repeats"]),
        version=row.version,
        **{name: getattr(row, name) for name in _PLAIN},
    )


def _event(row: Any) -> Event:
    kind = Happened(row.type.removeprefix(EVENT_PREFIX))
    return Event(kind, row.at, row.by or "", dict(row.data), row.id, row.incident_id, row.run_id)
