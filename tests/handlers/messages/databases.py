"""Reports about databases for the renderers."""

from datetime import timedelta

from core.databases.cleanup import Cleaned, Counts, Deleted, Followed, Matched, Preview
from core.databases.integrity import IntegrityReport, Orphans, Unchecked, Weak
from core.databases.judge import chains, judge_postgres, judge_sqlite, unreachable
from core.databases.model import Alert, DatabaseReport, Holder, Kind, Leak, Limits, Peak, Problem, Sqlite
from core.databases.references import Reference, Table
from core.settings import CleanupSettings
from tests.core.databases.values import LIMITS, NOW, a_postgres, a_session, a_wait, ago, idle


def a_healthy_database(name: str = "orders") -> DatabaseReport:
    found = a_postgres(a_session(1, "active"), a_session(2), connections=12)
    return DatabaseReport(name, NOW, LIMITS, found, (), has_cleanup=True, peak=Peak(7, ago(3600), 1440))


def a_database(name: str = "orders", count: int = 3, words: str = "") -> DatabaseReport:
    """So many sessions of each kind of trouble."""
    foreign = {"user": words, "application": words, "client": words} if words else {}
    words = words or "UPDATE users SET name = '…'"
    lazy = [idle(100 + n, 60 + n, query=words, **foreign) for n in range(count)]
    busy = [a_session(500 + n, "active", 400, transaction_at=ago(400), query=words) for n in range(count + 25)]
    waits = tuple(a_wait(500 + n, 100) for n in range(count))
    found = a_postgres(*lazy, *busy, waits=waits, connections=95)
    leaks = [Leak(words if foreign else "418", ago(60), tuple(lazy))] if lazy else []
    problems = judge_postgres(found, LIMITS, leaks)
    return DatabaseReport(name, NOW, LIMITS, found, problems, chains(found), tuple(leaks), has_cleanup=True)


def a_file(name: str = "local", words: str = "orders.db", count: int = 1) -> DatabaseReport:
    holders = tuple(Holder(7 + n, words, "write", 9.5) for n in range(count))
    found = Sqlite(NOW, words, "wal", 8192, 99 << 20, 1, 2, holders, (words,) * count)
    return DatabaseReport(name, NOW, LIMITS, found, judge_sqlite(found, LIMITS))


def a_silent_database(name: str = "orders", words: str = "it did not answer within 5 s") -> DatabaseReport:
    return DatabaseReport(name, NOW, LIMITS, None, (unreachable(words),), has_cleanup=True)


def an_odd_database(words: str, kind: Kind, count: int) -> DatabaseReport:
    """What no judge would say."""
    problem = Problem(kind, "warn", words, tuple(a_session(n, words, user=words, query=words) for n in range(count)))
    limits = Limits(count, timedelta(0), timedelta(0), timedelta(0), 1)
    return DatabaseReport(words, NOW, limits, None, (problem,) * count, has_cleanup=True)


def an_alert(name: str = "orders", count: int = 1, words: str = "", *, is_over: bool = False) -> Alert:
    told = tuple(words or "2 sessions are idle in transaction over 30 s, the longest for 61 s." for _ in range(count))
    return Alert(4, name, ago(720), (Kind.IDLE_IN_TRANSACTION,), told, NOW if is_over else None)


def an_integrity(name: str = "orders", count: int = 0, words: str = "") -> IntegrityReport:
    """So many of everything that can be wrong."""
    reference = Reference(
        words or "late", Table("", words or "logs"), (words or "user_id",), Table("", words or "users"),
        (words or "id",),
    )  # fmt: skip
    orphans = tuple(Orphans(reference, 3 + n, (words or "77", "78")) for n in range(count))
    weak = tuple(Weak(reference, words or "is NOT VALID") for _ in range(count))
    unchecked = tuple(Unchecked(words or reference.shown, words or "no time was left") for _ in range(count))
    return IntegrityReport(name, NOW, 12, orphans, weak, (words,) * count if words else (), unchecked)


def a_preview(name: str = "orders", count: int = 1, words: str = "") -> Preview:
    rules = [
        CleanupSettings.model_construct(
            name=words or f"probes {n}", table=words or "users", where=words or "name = 'probe'", most=100
        )
        for n in range(count)
    ]
    followed = (Followed(words or "logs", 3, True), Followed(words or "notes", 1, False))
    return Preview(name, NOW, tuple(Matched(each, n % 150 + 1, followed) for n, each in enumerate(rules)))


def a_cleaned(name: str = "orders", count: int = 1, words: str = "") -> Cleaned:
    deleted = tuple(
        Deleted(words or f"probes {n}", words or "users", Counts(2, 5), Counts(2, 5) if n % 3 else Counts(0, 0),
                words if n % 3 == 0 else "", is_unclear=n % 6 == 3)
        for n in range(count)
    )  # fmt: skip
    return Cleaned(name, deleted, (words or "users",), words)
