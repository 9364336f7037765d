"""Audits as rows, and back."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.mocks.model import Audit, AuditMark, Component
from core.storage.tables import audit as audit_table

_AUDIT = TypeAdapter(Audit)
_COMPONENTS = TypeAdapter(tuple[Component, ...])


@dataclass(frozen=True, slots=True)
class StoredAudit:
    """An audit with when and of which revision it was made."""

    id: int
    at: datetime
    revision: str | None
    audit: Audit


async def put_audit(connection: AsyncConnection, project: str, made: Audit, revision: str | None, at: datetime) -> bool:
    """Store an audit; False when the newest one of the project says the same."""
    report = _AUDIT.dump_python(made, mode="json")
    told: dict[str, Any] = {key: report[key] for key in ("components", "findings", "unknown")} | {"revision": revision}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).digest()
    newest = select(audit_table.c.digest).where(audit_table.c.project == project)
    newest = newest.order_by(audit_table.c.at.desc(), audit_table.c.id.desc()).limit(1)
    if (await connection.execute(newest)).scalar() == digest:
        return False
    components = _COMPONENTS.dump_python(made.components, mode="json")
    await connection.execute(
        insert(audit_table).values(
            project=project, at=at, revision=revision, digest=digest, components=components, report=report
        )
    )
    return True


async def newest_audit(connection: AsyncConnection, project: str) -> StoredAudit | None:
    """The last audit of a project."""
    columns = (audit_table.c.id, audit_table.c.at, audit_table.c.revision, audit_table.c.report)
    wanted = select(*columns).where(audit_table.c.project == project)
    row = (await connection.execute(wanted.order_by(audit_table.c.at.desc(), audit_table.c.id.desc()).limit(1))).first()
    return None if row is None else StoredAudit(row.id, row.at, row.revision, _AUDIT.validate_python(row.report))


async def audit_marks(connection: AsyncConnection, project: str, limit: int = 20) -> list[AuditMark]:
    """The newest audits of a project, oldest first."""
    columns = (audit_table.c.at, audit_table.c.revision, audit_table.c.components)
    wanted = select(*columns).where(audit_table.c.project == project)
    wanted = wanted.order_by(audit_table.c.at.desc(), audit_table.c.id.desc()).limit(limit)
    rows = (await connection.execute(wanted)).all()
    return [AuditMark(row.at, row.revision, _COMPONENTS.validate_python(row.components)) for row in reversed(rows)]
