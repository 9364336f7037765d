"""What the answers about databases say, the same in Slack and in a terminal."""

from core.databases.model import DatabaseReport, Postgres, Sqlite
from core.quantities import size

STATES = {
    "active": "at work", "idle": "idle", "idle in transaction": "idle in its transaction",
    "idle in transaction (aborted)": "in a transaction that failed",
}  # fmt: skip
"""What a session does, by PostgreSQL's word for it."""


def facts(report: DatabaseReport) -> str:
    """The numbers in a sentence."""
    found = report.found
    if isinstance(found, Postgres):
        verb = "waits" if len(found.waits) == 1 else "wait"
        waiting = f", {len(found.waits)} {verb} for a lock" if found.waits else ""
        taken = f"; {found.connections} of the server's {found.connections_limit} connections are taken"
        active = f"{found.active} active of {len(found.sessions)} sessions (fine up to {report.limits.connections})"
        return f"PostgreSQL {found.version}: {active}{waiting}{taken}."
    if isinstance(found, Sqlite):
        return f"SQLite {found.file}: {size(found.bytes)}{_log(found)}, {_checked(found)}, {_locks(found)}."
    return ""


def _log(found: Sqlite) -> str:
    return f", log {size(found.wal_bytes)}" if found.journal == "wal" else ""


def _checked(found: Sqlite) -> str:
    if not found.is_checked:
        return "the quick check did not end in time"
    return "the quick check complains" if found.corrupt else "the quick check passes"


def _locks(found: Sqlite) -> str:
    if found.holders is None:
        return "who holds locks cannot be seen on this system"
    held = [f"{named_holder(each.pid, each.program)} holds a {each.lock} lock" for each in found.holders[:5]]
    return ", ".join(held) or "nobody holds a lock"


def named_holder(pid: int, program: str) -> str:
    return f"process {pid} ({program})" if program else f"process {pid}"
