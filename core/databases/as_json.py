"""Reports about databases as JSON values: the names are the same for every format, instants are ISO in UTC."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from core.databases.model import (
    Chain,
    DatabaseReport,
    DatabaseSample,
    Holder,
    Postgres,
    Problem,
    Session,
    Sqlite,
    Wait,
)


def databases_to_json(reports: tuple[DatabaseReport, ...]) -> dict[str, Any]:
    return {"databases": [database_to_json(each) for each in reports]}


def database_to_json(report: DatabaseReport) -> dict[str, Any]:
    """One database: what was found, what is wrong, who holds whom up."""
    limits = report.limits
    return {
        "name": report.name,
        "kind": report.kind,
        "at": instant(report.at),
        "reachable": report.is_reachable,
        "healthy": not report.problems,
        "limits": {
            "connections": limits.connections, "idle_seconds": limits.idle.total_seconds(),
            "transaction_seconds": limits.transaction.total_seconds(), "lock_seconds": limits.lock.total_seconds(),
            "wal_bytes": limits.wal_bytes,
        },
        "problems": [_problem(each) for each in report.problems],
        "found": _found(report.found),
        "chains": [_chain(each) for each in report.chains],
        "leaks": [
            {"run": each.run, "ended_at": instant(each.ended_at), "pids": [session.pid for session in each.sessions]}
            for each in report.leaks
        ],
        "peak": None if report.peak is None else {
            "active": report.peak.active, "at": instant(report.peak.at), "looks": report.peak.looks,
        },
    }  # fmt: skip


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "kind": problem.kind.value, "level": problem.level, "sentence": problem.sentence,
        "pids": [each.pid for each in problem.sessions],
    }  # fmt: skip


def _found(found: Postgres | Sqlite | None) -> dict[str, Any] | None:
    if found is None:
        return None
    if isinstance(found, Sqlite):
        return {
            "file": found.file, "journal": found.journal, "bytes": found.bytes, "wal_bytes": found.wal_bytes,
            "pages": found.pages, "free_pages": found.free_pages, "corrupt": list(found.corrupt),
            "checked": found.is_checked, "locked": found.is_locked, "interrupted": found.is_interrupted,
            "holders": None if found.holders is None else [_holder(each) for each in found.holders],
        }  # fmt: skip
    return {
        "version": found.version, "active": found.active, "connections": found.connections,
        "connections_limit": found.connections_limit,
        "sessions": [session_to_json(each) for each in found.sessions],
        "waits": [wait_to_json(each) for each in found.waits],
        "prepared": [{"name": each.name, "owner": each.owner, "at": instant(each.at)} for each in found.prepared],
    }  # fmt: skip


def _holder(holder: Holder) -> dict[str, Any]:
    return {"pid": holder.pid, "program": holder.program, "lock": holder.lock, "seconds": round(holder.seconds, 3)}


def _chain(chain: Chain) -> dict[str, Any]:
    return {"root": chain.root.pid if chain.root else None, "waiting": [session.pid for session, _ in chain.waiting]}


def session_to_json(session: Session) -> dict[str, Any]:
    return {
        "pid": session.pid, "user": session.user, "application": session.application, "client": session.client,
        "state": session.state, "began_at": instant(session.began_at), "changed_at": instant(session.changed_at),
        "transaction_at": instant(session.transaction_at), "query": session.query,
    }  # fmt: skip


def wait_to_json(wait: Wait) -> dict[str, Any]:
    return {"pid": wait.pid, "blockers": list(wait.blockers), "since": instant(wait.since), "lock": wait.lock}


def sample_to_json(sample: DatabaseSample) -> dict[str, Any]:
    """What `sample_from_json` reads; lists and an error that are empty are left out."""
    values: dict[str, Any] = {
        "name": sample.name, "at": instant(sample.at), "active": sample.active, "sessions": sample.sessions,
        "idle_in_transaction": [session_to_json(each) for each in sample.idle_in_transaction],
        "blocked": [wait_to_json(each) for each in sample.blocked], "writers": list(sample.writers),
        "error": sample.error, "idle_seconds": sample.idle_seconds,
    }  # fmt: skip
    return {key: value for key, value in values.items() if value not in ([], "")}


def sample_from_json(values: Mapping[str, Any]) -> DatabaseSample:
    """Raises `ValueError` for what `sample_to_json` did not make."""
    try:
        at = _instant(values["at"])
        if at is None:
            raise ValueError("a sample has an instant")
        idle = [
            Session(
                int(each["pid"]), str(each["user"]), str(each["application"]), str(each["client"]), str(each["state"]),
                _instant(each["began_at"]), _instant(each["changed_at"]), _instant(each["transaction_at"]),
                str(each["query"]),
            )
            for each in values.get("idle_in_transaction", ())
        ]  # fmt: skip
        blocked = [
            Wait(int(each["pid"]), tuple(map(int, each["blockers"])), _instant(each["since"]), str(each["lock"]))
            for each in values.get("blocked", ())
        ]
        return DatabaseSample(
            str(values["name"]), at, int(values["active"]), int(values["sessions"]), tuple(idle), tuple(blocked),
            tuple(map(str, values.get("writers", ()))), str(values.get("error", "")),
            float(values.get("idle_seconds", 0.0)),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no sample of a database: {error!r}") from None


def instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at is not None else None


def _instant(text: Any) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
