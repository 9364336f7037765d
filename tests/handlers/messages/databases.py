"""Reports about databases for the renderers."""

from datetime import timedelta

from core.databases.judge import chains, judge_postgres, judge_sqlite, unreachable
from core.databases.model import DatabaseReport, Holder, Kind, Leak, Limits, Peak, Problem, Sqlite
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
