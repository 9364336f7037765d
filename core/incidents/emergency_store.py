"""Emergencies to rows and back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.incidents.emergency import Done, Emergency, Step, StepName, StepState
from core.storage.tables import emergency, emergency_step


async def add_emergency(connection: AsyncConnection, new: Emergency, occasion: str | None) -> Emergency:
    """Store a new one with all its steps waiting."""
    row = await connection.execute(
        insert(emergency)
        .values(
            number=new.number, incident_id=new.incident_id, started_at=new.started_at, started_by=new.started_by,
            reason=new.reason, occasion=occasion, report="",
        )
        .returning(emergency.c.id)
    )  # fmt: skip
    stored = replace(new, id=row.scalar_one())
    steps: list[dict[str, object]] = [
        {"emergency_id": stored.id, "name": each.name.value, "state": each.state.value, "told": "", "details": [],
         "attempts": 0}
        for each in stored.steps
    ]  # fmt: skip
    await connection.execute(insert(emergency_step), steps)
    return stored


async def is_taken(connection: AsyncConnection, occasion: str) -> bool:
    found = await connection.execute(select(emergency.c.id).where(emergency.c.occasion == occasion))
    return found.first() is not None


async def numbers_like(connection: AsyncConnection, beginning: str) -> Sequence[str]:
    found = await connection.execute(select(emergency.c.number).where(emergency.c.number.startswith(beginning)))
    return found.scalars().all()


async def read_emergency(connection: AsyncConnection, id_: int) -> Emergency | None:
    found = await _read(connection, emergency.c.id == id_)
    return found[0] if found else None


async def find_emergency(connection: AsyncConnection, number: str) -> Emergency | None:
    found = await _read(connection, emergency.c.number == number.strip().upper())
    return found[0] if found else None


async def all_emergencies(connection: AsyncConnection) -> list[Emergency]:
    """The oldest first."""
    return await _read(connection, true())


async def emergencies_of(connection: AsyncConnection, incident_id: int) -> list[Emergency]:
    """Those of an incident, the oldest first."""
    return await _read(connection, emergency.c.incident_id == incident_id)


async def unfinished(connection: AsyncConnection) -> list[Emergency]:
    """Those with steps to do, the oldest first."""
    return await _read(connection, emergency.c.finished_at.is_(None))


async def claim_step(
    connection: AsyncConnection, id_: int, name: StepName, owner: str, now: datetime, until: datetime
) -> bool:
    """Take a step that waits, or one whose holder is gone; False when somebody else was faster."""
    gone = and_(emergency_step.c.state == StepState.RUNNING.value, emergency_step.c.lease_until < now)
    done = await connection.execute(
        update(emergency_step)
        .where(
            emergency_step.c.emergency_id == id_,
            emergency_step.c.name == name.value,
            or_(emergency_step.c.state == StepState.WAITING.value, gone),
        )
        .values(
            state=StepState.RUNNING.value, attempts=emergency_step.c.attempts + 1, lease_owner=owner, lease_until=until
        )
    )
    return done.rowcount == 1


async def end_step(
    connection: AsyncConnection, id_: int, name: StepName, owner: str, now: datetime, done: Done
) -> bool:
    """Keep what came of a step; False when the lease was lost to somebody else."""
    ended = await connection.execute(
        update(emergency_step)
        .where(
            emergency_step.c.emergency_id == id_,
            emergency_step.c.name == name.value,
            emergency_step.c.state == StepState.RUNNING.value,
            emergency_step.c.lease_owner == owner,
        )
        .values(
            state=done.state.value, told=done.told, details=[list(each) for each in done.details], ended_at=now,
            lease_owner=None, lease_until=None,
        )
    )  # fmt: skip
    return ended.rowcount == 1


async def release_step(connection: AsyncConnection, id_: int, name: StepName, owner: str) -> None:
    """Give a step back that was interrupted: it begins again elsewhere at once."""
    await connection.execute(
        update(emergency_step)
        .where(
            emergency_step.c.emergency_id == id_,
            emergency_step.c.name == name.value,
            emergency_step.c.lease_owner == owner,
        )
        .values(
            state=StepState.WAITING.value, attempts=emergency_step.c.attempts - 1, lease_owner=None, lease_until=None
        )
    )


async def put_report(connection: AsyncConnection, id_: int, report: str, finished_at: datetime | None) -> None:
    """Keep the document; `finished_at` says that nothing is left to do."""
    ending = {"finished_at": finished_at} if finished_at is not None else {}
    await connection.execute(update(emergency).where(emergency.c.id == id_).values(report=report, **ending))


async def _read(connection: AsyncConnection, which: Any) -> list[Emergency]:
    rows = (await connection.execute(select(emergency).where(which).order_by(emergency.c.id))).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    found = await connection.execute(select(emergency_step).where(emergency_step.c.emergency_id.in_(ids)))
    steps = {(row.emergency_id, row.name): _step(row) for row in found}
    return [
        Emergency(
            id=row.id, number=row.number, incident_id=row.incident_id, started_at=row.started_at,
            started_by=row.started_by, reason=row.reason, finished_at=row.finished_at, report=row.report,
            steps=tuple(steps[row.id, name.value] for name in StepName),
        )
        for row in rows
    ]  # fmt: skip


def _step(row: Any) -> Step:
    details = tuple((str(name), str(text)) for name, text in row.details)
    return Step(
        StepName(row.name), StepState(row.state), row.told, details, row.ended_at, row.attempts, row.lease_until
    )  # fmt: skip
