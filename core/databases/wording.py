"""What the answers about databases say, the same in Slack and in a terminal."""

from datetime import timedelta

from core.databases.model import DatabaseReport, Postgres, Sqlite

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


def span(length: timedelta) -> str:
    """A length of time as people say it: 0.4 s, 42 s, 12 min, 3 h 5 min, 2 days."""
    seconds = max(0.0, length.total_seconds())
    if seconds < 10:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = int(seconds // 60)
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    if hours < 48:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{hours // 24} days"


def size(count: int) -> str:
    """Bytes as people say them."""
    for unit, factor in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= factor:
            return f"{count / factor:.1f}".removesuffix(".0") + f" {unit}"
    return f"{count} bytes"
