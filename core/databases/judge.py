"""Decides what is wrong with a database: the procedure book's "Database Test Maintenance", counted right.

The book counts its own connection, and calls sessions leaked that are merely idle in a transaction; here ours are left
out, each session is named once, and a leak is a session that outlived the run it began in (`core.databases.leaks`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from core.databases.model import (
    Chain,
    Kind,
    Leak,
    Level,
    Limits,
    Postgres,
    Problem,
    Session,
    Sqlite,
    Wait,
    by_age,
)
from core.databases.wording import named_holder
from core.quantities import size, span
from core.settings import DatabaseSettings

NEARLY_FULL = 0.8
"""Share of the server's connections from which on new ones may soon be refused."""


def limits_of(settings: DatabaseSettings) -> Limits:
    return Limits(
        settings.connections, timedelta(seconds=settings.idle_seconds), timedelta(seconds=settings.transaction_seconds),
        timedelta(seconds=settings.lock_seconds), settings.wal_bytes,
    )  # fmt: skip


def judge_postgres(found: Postgres, limits: Limits, leaks: Sequence[Leak] = ()) -> tuple[Problem, ...]:
    """The problems, what holds others up first."""
    return (
        *_blocked(found, limits), *_idle(found, limits), *_connections(found, limits), *_long(found, limits),
        *_prepared(found, limits), *_leaked(leaks), *_hidden(found),
    )  # fmt: skip


def judge_sqlite(found: Sqlite, limits: Limits) -> tuple[Problem, ...]:
    return tuple(_sqlite(found, limits))


def unreachable(sentence: str) -> Problem:
    return Problem(Kind.UNREACHABLE, "bad", f"{sentence[:1].upper()}{sentence[1:]}.")


def idle_too_long(found: Postgres, limits: Limits) -> tuple[Session, ...]:
    """Sessions that are idle in a transaction for longer than is fine, the longest first."""
    late = found.at - limits.idle
    return by_age([each for each in found.sessions if each.is_idle_in_transaction and _before(each.changed_at, late)])


def blocked_too_long(found: Postgres, limits: Limits) -> tuple[Wait, ...]:
    late = found.at - limits.lock
    return tuple(each for each in found.waits if _before(each.since, late))


def chains(found: Postgres) -> tuple[Chain, ...]:
    """Who holds others up: every session or prepared transaction that itself waits for nobody, with all behind it.

    Sessions that wait for each other in a circle, which PostgreSQL ends within a second, are shown once, at the lowest
    number of them.
    """
    waits = {each.pid: each for each in found.waits}
    roots: dict[int, list[Wait]] = {}
    for each in found.waits:
        for root in _roots(each.pid, waits):
            roots.setdefault(root, []).append(each)
    made = [_chain(found, root, behind) for root, behind in roots.items()]
    return tuple(sorted(made, key=lambda chain: -len(chain.waiting)))


def _roots(pid: int, waits: dict[int, Wait]) -> set[int]:
    seen, roots, ahead = {pid}, set[int](), [pid]
    while ahead:
        for blocker in waits[ahead.pop()].blockers:
            if blocker not in waits:
                roots.add(blocker)
            elif blocker not in seen:
                seen.add(blocker)
                ahead.append(blocker)
    return roots or {min(seen)}


def _chain(found: Postgres, root: int, behind: Sequence[Wait]) -> Chain:
    waiting = [(session, wait) for wait in behind if wait.pid != root and (session := found.session(wait.pid))]
    waiting.sort(key=lambda pair: (pair[1].since or found.at, pair[1].pid))
    return Chain(found.session(root), tuple(waiting))


def _blocked(found: Postgres, limits: Limits) -> Iterable[Problem]:
    late = {each.pid for each in blocked_too_long(found, limits)}
    for chain in chains(found):
        held = [(session, wait) for session, wait in chain.waiting if session.pid in late]
        if not held:
            continue
        first = held[0][1]
        root = "A prepared transaction" if chain.root is None else f"Session {chain.root.pid} of {chain.root.who}"
        state = f", {chain.root.state}," if chain.root and chain.root.state else ""
        since = f" for {span(found.at - first.since)}" if first.since else ""
        told = f"{root}{state} holds up {_sessions(len(held))}, the first{since}, which waits for {first.lock}."
        others = tuple(session for session, _ in held)
        yield Problem(Kind.BLOCKED, "bad", told, (chain.root, *others) if chain.root else others)


def _idle(found: Postgres, limits: Limits) -> Iterable[Problem]:
    idle = idle_too_long(found, limits)
    if idle:
        verb = "is" if len(idle) == 1 else "are"
        longest = span(found.at - idle[0].changed_at) if idle[0].changed_at else ""
        told = f"{_sessions(len(idle))} {verb} idle in transaction over {span(limits.idle)}, the longest for {longest}."
        yield Problem(Kind.IDLE_IN_TRANSACTION, "bad", told, idle)


def _connections(found: Postgres, limits: Limits) -> Iterable[Problem]:
    if found.active > limits.connections:
        told = f"{found.active} connections are active, more than {limits.connections}."
        active = [each for each in found.sessions if each.state == "active"]
        yield Problem(Kind.CONNECTIONS, "bad", told, by_age(active))
    if found.connections_limit and found.connections >= NEARLY_FULL * found.connections_limit:
        level: Level = "bad" if found.connections >= found.connections_limit else "warn"
        told = f"{found.connections} of the server's {found.connections_limit} connections are taken."
        yield Problem(Kind.CAPACITY, level, told)


def _long(found: Postgres, limits: Limits) -> Iterable[Problem]:
    """Transactions that are old; what is told as idle in its transaction is not told again."""
    late, told = found.at - limits.transaction, {each.pid for each in idle_too_long(found, limits)}
    old = [each for each in found.sessions if _before(each.transaction_at, late) and each.pid not in told]
    if old:
        old.sort(key=lambda each: each.transaction_at or found.at)
        oldest = span(found.at - (old[0].transaction_at or found.at))
        what = "transaction lasts" if len(old) == 1 else "transactions last"
        sentence = f"{len(old)} {what} longer than {span(limits.transaction)}, the oldest {oldest}."
        yield Problem(Kind.LONG_TRANSACTION, "warn", sentence, tuple(old))


def _prepared(found: Postgres, limits: Limits) -> Iterable[Problem]:
    old = [each for each in found.prepared if each.at < found.at - limits.idle]
    if old:
        what = "transaction is" if len(old) == 1 else "transactions are"
        oldest = span(found.at - old[0].at)
        told = f"{len(old)} prepared {what} neither committed nor rolled back, the oldest for {oldest}."
        yield Problem(Kind.PREPARED, "warn", told)


def _leaked(leaks: Sequence[Leak]) -> Iterable[Problem]:
    for leak in leaks:
        verb = "is" if len(leak.sessions) == 1 else "are"
        told = f"{_sessions(len(leak.sessions))} that began during run {leak.run} {verb} still there after its end."
        yield Problem(Kind.LEAKED, "warn", told, leak.sessions)


def _hidden(found: Postgres) -> Iterable[Problem]:
    hidden = [each for each in found.sessions if not each.state]
    if hidden:
        told = f"{_sessions(len(hidden))} cannot be judged: the login may not see what they do."
        yield Problem(Kind.HIDDEN, "warn", f"{told} Grant it pg_read_all_stats.", tuple(hidden))


def _sqlite(found: Sqlite, limits: Limits) -> Iterable[Problem]:
    if found.corrupt:
        more = f", and {len(found.corrupt) - 1} more" if len(found.corrupt) > 1 else ""
        yield Problem(Kind.CORRUPT, "bad", f"{found.file} is corrupt: {found.corrupt[0]}{more}.")
    if found.is_locked:
        who = ", ".join(named_holder(each.pid, each.program) for each in found.holders or () if each.lock != "read")
        told = f"{found.file} could not be read: it is locked by {who or 'another process'}."
        yield Problem(Kind.LOCKED, "bad", told)
    for each in () if found.is_locked else found.holders or ():
        if each.lock != "read" and each.seconds >= limits.lock.total_seconds():
            held = f"{named_holder(each.pid, each.program)} holds the {each.lock} lock of {found.file}"
            yield Problem(Kind.LOCKED, "bad", f"{held} since {span(timedelta(seconds=each.seconds))} at least.")
    if found.wal_bytes > limits.wal_bytes:
        told = f"The log {found.file}-wal has {size(found.wal_bytes)}, more than {size(limits.wal_bytes)}"
        yield Problem(Kind.WAL, "warn", f"{told}: a reader that never ends keeps it from being emptied.")
    if found.is_interrupted and found.holders == ():
        told = f"{found.file}-journal lies there and nobody holds a lock: a writer was killed in its transaction."
        yield Problem(Kind.LOCKED, "warn", told)


def _sessions(count: int) -> str:
    return "1 session" if count == 1 else f"{count} sessions"


def _before(at: datetime | None, late: datetime) -> bool:
    return at is not None and at < late
