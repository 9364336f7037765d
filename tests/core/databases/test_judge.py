"""What is wrong with a database, and what is not."""

from datetime import timedelta

import pytest

from core.databases.judge import chains, judge_postgres, judge_sqlite
from core.databases.model import Holder, Kind, Leak, Postgres, Prepared, Sqlite
from core.quantities import size, span
from tests.core.databases.values import LIMITS, NOW, a_postgres, a_session, a_wait, ago, idle


def kinds(found: Postgres, *leaks: Leak) -> list[str]:
    return [each.kind.value for each in judge_postgres(found, LIMITS, leaks)]


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        (a_postgres(), []),
        (a_postgres(idle(seconds=30)), []),
        (a_postgres(idle(seconds=30.1)), ["idle_in_transaction"]),
        (a_postgres(a_session(state="idle", seconds=9000)), []),
        (a_postgres(a_session(state="idle in transaction (aborted)", seconds=31)), ["idle_in_transaction"]),
        (a_postgres(*(a_session(n, "active") for n in range(20))), []),
        (a_postgres(*(a_session(n, "active") for n in range(21))), ["connections"]),
        (a_postgres(*(a_session(n, "idle") for n in range(60)), connections=60), []),
        (a_postgres(connections=80), ["capacity"]),
        (a_postgres(a_session(state="active", transaction_at=ago(301))), ["long_transaction"]),
        (a_postgres(a_session(state="active", transaction_at=ago(300))), []),
        (a_postgres(idle(seconds=301)), ["idle_in_transaction"]),
        (a_postgres(prepared=(Prepared("x", "app", ago(31)),)), ["prepared"]),
        (a_postgres(prepared=(Prepared("x", "app", ago(29)),)), []),
        (a_postgres(a_session(state="")), ["hidden"]),
        (a_postgres(idle(1), a_session(2, "active"), waits=(a_wait(2, 1),)), ["blocked", "idle_in_transaction"]),
        (a_postgres(a_session(1, "active"), a_session(2, "active"), waits=(a_wait(2, 1, seconds=5),)), []),
    ],
)
def test_only_what_passes_a_limit_is_a_problem(found: Postgres, wrong: list[str]) -> None:
    assert kinds(found) == wrong


def test_a_full_server_is_worse_than_one_that_is_nearly_full() -> None:
    levels = [judge_postgres(a_postgres(connections=count), LIMITS)[0].level for count in (80, 99, 100)]
    assert levels == ["warn", "warn", "bad"]


def test_the_sentences_have_the_numbers() -> None:
    found = a_postgres(idle(7, 61), idle(8, 31, user="bob"), a_session(9, "active"), waits=(a_wait(9, 7),))
    blocked, lazy = judge_postgres(found, LIMITS)
    assert blocked.sentence == (
        "Session 7 of app (pytest), idle in transaction, holds up 1 session, the first for 10 s, "
        "which waits for ShareLock on transactionid."
    )
    assert [each.pid for each in blocked.sessions] == [7, 9]
    assert lazy.sentence == "2 sessions are idle in transaction over 30 s, the longest for 61 s."
    assert [each.pid for each in lazy.sessions] == [7, 8]


def test_who_waits_behind_who_waits_counts_for_the_first() -> None:
    sessions = [a_session(n, "active") for n in (1, 2, 3, 4, 5)]
    found = a_postgres(*sessions, waits=(a_wait(2, 1), a_wait(3, 2, 1), a_wait(5, 4)))
    told = {chain.root.pid: [each.pid for each, _ in chain.waiting] for chain in chains(found) if chain.root}
    assert told == {1: [2, 3], 4: [5]}


def test_a_circle_is_told_once_and_ends() -> None:
    found = a_postgres(*(a_session(n, "active") for n in (1, 2, 3)), waits=(a_wait(1, 2), a_wait(2, 1), a_wait(3, 2)))
    assert [[each.pid for each, _ in chain.waiting] for chain in chains(found)] == [[2, 3]]


def test_a_prepared_transaction_and_other_databases_may_hold_up() -> None:
    found = a_postgres(a_session(1, "active"), a_session(2, "active"), waits=(a_wait(1, 0), a_wait(2, 77)),
                       others={77: a_session(77, "active", user="backup")})  # fmt: skip
    first, second = judge_postgres(found, LIMITS)
    assert first.sentence.startswith("A prepared transaction holds up 1 session")
    assert second.sentence.startswith("Session 77 of backup (pytest), active, holds up")


def test_a_leak_names_its_run() -> None:
    leak = Leak("418", ago(60), (a_session(4), a_session(5)))
    (problem,) = judge_postgres(a_postgres(), LIMITS, [leak])
    assert problem.kind is Kind.LEAKED
    assert problem.sentence == "2 sessions that began during run 418 are still there after its end."


def a_file(**values: object) -> Sqlite:
    given = {"at": NOW, "file": "a.db", "journal": "wal", "bytes": 8192, "wal_bytes": 0, "free_pages": 0, "pages": 2,
             "holders": ()}  # fmt: skip
    return Sqlite(**(given | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        (a_file(), []),
        (a_file(wal_bytes=64 << 20), []),
        (a_file(wal_bytes=(64 << 20) + 1), ["wal"]),
        (a_file(corrupt=("row 1 missing from index i",)), ["corrupt"]),
        (a_file(is_locked=True, is_checked=False), ["locked"]),
        (a_file(holders=(Holder(7, "python", "write", 0.2),)), []),
        (a_file(holders=(Holder(7, "python", "write", 5.1),)), ["locked"]),
        (a_file(holders=(Holder(7, "python", "read", 500),)), []),
        (a_file(is_interrupted=True), ["locked"]),
        (a_file(is_interrupted=True, holders=(Holder(7, "python", "write"),)), []),
        (a_file(is_interrupted=True, holders=None), []),
    ],
)
def test_a_file_is_judged_by_what_is_seen_from_beside(found: Sqlite, wrong: list[str]) -> None:
    assert [each.kind.value for each in judge_sqlite(found, LIMITS)] == wrong


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0 s"), (0.2, "0.2 s"), (9, "9 s"), (61, "61 s"), (125, "2 min"), (7200, "2 h"), (7500, "2 h 5 min"),
     (200_000, "2 days")],
)  # fmt: skip
def test_lengths_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert span(timedelta(seconds=seconds)) == words


def test_sizes_are_said_as_people_say_them() -> None:
    assert [size(count) for count in (512, 2048, 64 << 20, 5 << 29)] == ["512 bytes", "2 KiB", "64 MiB", "2.5 GiB"]
