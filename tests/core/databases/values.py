"""Values about databases with dull defaults."""

from datetime import UTC, datetime, timedelta
from typing import Any

from core.databases.model import Limits, Postgres, Session, Wait

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIMITS = Limits(20, timedelta(seconds=30), timedelta(seconds=300), timedelta(seconds=5), 64 << 20)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def a_session(pid: int = 101, state: str = "idle", seconds: float = 0, **values: Any) -> Session:
    """In its state for so many seconds."""
    given: dict[str, Any] = {"user": "app", "application": "pytest", "client": "", "began_at": ago(seconds + 60)}
    return Session(pid=pid, state=state, changed_at=ago(seconds), **(given | values))


def idle(pid: int = 101, seconds: float = 60, **values: Any) -> Session:
    return a_session(pid, "idle in transaction", seconds, transaction_at=ago(seconds), **values)


def a_wait(pid: int, *blockers: int, seconds: float = 10) -> Wait:
    return Wait(pid, blockers, ago(seconds), "ShareLock on transactionid")


def a_postgres(*sessions: Session, **values: Any) -> Postgres:
    given: dict[str, Any] = {"connections": len(sessions), "connections_limit": 100}
    return Postgres(NOW, "15.18", tuple(sessions), **(given | values))
