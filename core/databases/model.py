"""What a look at a database finds, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

Level = Literal["warn", "bad"]


class Kind(StrEnum):
    """What can be wrong with a database."""

    UNREACHABLE = "unreachable"
    CONNECTIONS = "connections"
    """More active connections than the settings say are fine."""
    CAPACITY = "capacity"
    """Nearly all connections of the server are taken."""
    IDLE_IN_TRANSACTION = "idle_in_transaction"
    BLOCKED = "blocked"
    LONG_TRANSACTION = "long_transaction"
    PREPARED = "prepared"
    """A transaction prepared for a two-phase commit, which nobody ends."""
    LEAKED = "leaked"
    """Sessions that began during a test run and outlived it."""
    HIDDEN = "hidden"
    """Sessions that the login may not see."""
    WAL = "wal"
    LOCKED = "locked"
    CORRUPT = "corrupt"


@dataclass(frozen=True, slots=True)
class Session:
    """A session of another client in the same database."""

    pid: int
    user: str
    application: str
    client: str
    """Address of its machine; empty for a local socket."""
    state: str
    """As PostgreSQL calls it: active, idle, idle in transaction …; empty when the login may not see it."""
    began_at: datetime | None
    changed_at: datetime | None = None
    """Since when it is in this state."""
    transaction_at: datetime | None = None
    query: str = ""
    """The statement it runs, or ran last: an excerpt without literals and secrets."""

    @property
    def is_idle_in_transaction(self) -> bool:
        return self.state.startswith("idle in transaction")

    @property
    def since(self) -> datetime | None:
        """Since when it does what it does: its transaction, while it is at work, else its state."""
        works = self.state == "active" and self.transaction_at is not None
        return self.transaction_at if works else self.changed_at or self.began_at

    @property
    def who(self) -> str:
        """User, application and machine, as far as they are known."""
        parts = [self.user or "unknown", f"({self.application})" if self.application else "",
                 f"from {self.client}" if self.client else ""]  # fmt: skip
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Wait:
    """A session that waits for a lock."""

    pid: int
    blockers: tuple[int, ...]
    """Who holds what it waits for, or waits before it; 0 stands for a prepared transaction."""
    since: datetime | None
    lock: str
    """What it waits for, such as `ShareLock on transactionid` or `AccessExclusiveLock on users`."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A transaction that was prepared and neither committed nor rolled back."""

    name: str
    owner: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Postgres:
    """One look at a PostgreSQL database; instants are the server's."""

    at: datetime
    version: str
    sessions: tuple[Session, ...]
    waits: tuple[Wait, ...] = ()
    prepared: tuple[Prepared, ...] = ()
    others: Mapping[int, Session] = field(default_factory=dict)
    """Blockers that are none of `sessions`: of other databases, or the server's own."""
    connections: int = 0
    """Taken on the whole server."""
    connections_limit: int = 0

    @property
    def active(self) -> int:
        return sum(each.state == "active" for each in self.sessions)

    def session(self, pid: int) -> Session | None:
        return next((each for each in self.sessions if each.pid == pid), self.others.get(pid))


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds a lock of a SQLite file."""

    pid: int
    program: str
    lock: str
    """write, exclusive or read."""
    seconds: float = 0.0
    """How long it held the lock for certain: the time between two looks."""


@dataclass(frozen=True, slots=True)
class Sqlite:
    """One look at a SQLite file."""

    at: datetime
    file: str
    journal: str
    """wal or rollback."""
    bytes: int
    wal_bytes: int
    free_pages: int
    pages: int
    holders: tuple[Holder, ...] | None
    """None where the system does not tell who holds locks."""
    corrupt: tuple[str, ...] = ()
    """What the quick check complains about."""
    is_checked: bool = True
    """Whether the quick check came to its end in time."""
    is_locked: bool = False
    """Whether nobody else could read it for as long as we looked."""
    is_interrupted: bool = False
    """A rollback journal lies there: a writer is at work or was killed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong, in a sentence with its numbers."""

    kind: Kind
    level: Level
    sentence: str
    sessions: tuple[Session, ...] = ()
    """The sessions it is about, the longest first."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A session that others wait for and that itself waits for nobody."""

    root: Session | None
    """None for a prepared transaction."""
    waiting: tuple[tuple[Session, Wait], ...]
    """Who waits for it, directly or behind others, the longest first."""


@dataclass(frozen=True, slots=True)
class Leak:
    """Sessions that began during a run and were still there after its end."""

    run: str
    ended_at: datetime
    sessions: tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What is still fine."""

    connections: int
    idle: timedelta
    transaction: timedelta
    lock: timedelta
    wal_bytes: int


@dataclass(frozen=True, slots=True)
class DatabaseReport:
    """The answer about one database."""

    name: str
    at: datetime
    limits: Limits
    found: Postgres | Sqlite | None
    """None when it could not be looked at."""
    problems: tuple[Problem, ...]
    chains: tuple[Chain, ...] = ()
    leaks: tuple[Leak, ...] = ()
    has_cleanup: bool = False
    peak: "Peak | None" = None

    @property
    def kind(self) -> str:
        return "PostgreSQL" if isinstance(self.found, Postgres) else "SQLite" if self.found else "database"

    @property
    def is_reachable(self) -> bool:
        return self.found is not None

    @property
    def verdict(self) -> str:
        if not self.problems:
            return f"{self.name}: healthy"
        if self.found is None:
            return f"{self.name}: cannot be reached"
        count = len(self.problems)
        return f"{self.name}: {count} {'problem' if count == 1 else 'problems'}"


@dataclass(frozen=True, slots=True)
class Peak:
    """The most active connections that the watch saw in a day."""

    active: int
    at: datetime
    looks: int


@dataclass(frozen=True, slots=True)
class Alert:
    """Trouble of a database, from the look that saw it first to the one that saw it gone."""

    id: int
    name: str
    began_at: datetime
    kinds: tuple[Kind, ...]
    told: tuple[str, ...]
    """A sentence for each problem, as of the newest change."""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DatabaseSample:
    """A small look during a test run; kept with the run as JSON."""

    name: str
    at: datetime
    active: int = 0
    sessions: int = 0
    idle_in_transaction: tuple[Session, ...] = ()
    """Those over the limit."""
    blocked: tuple[Wait, ...] = ()
    """Those that waited longer than is fine, with who holds them up."""
    writers: tuple[str, ...] = ()
    """Of a SQLite file: the processes that hold its write lock."""
    error: str = ""
    idle_seconds: float = 0.0
    """The limit for sessions that are idle in a transaction."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; what is empty is left out."""
        from core.databases.as_json import sample_to_json  # noqa: PLC0415 - that module reads these values

        return sample_to_json(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "DatabaseSample":
        """Raises `ValueError` for what `to_json` did not make."""
        from core.databases.as_json import sample_from_json  # noqa: PLC0415

        return sample_from_json(values)


def by_age(sessions: Sequence[Session]) -> tuple[Session, ...]:
    """Those that have been in their state longest first."""
    last = datetime.max.replace(tzinfo=UTC)
    return tuple(sorted(sessions, key=lambda each: (each.changed_at or each.began_at or last, each.pid)))
