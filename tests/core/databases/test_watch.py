"""What a watch sees during a run, and which failures it is joined to."""

import asyncio
import json
import sqlite3
from contextlib import AsyncExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.databases.model import DatabaseSample
from core.databases.watch import explain, sample
from core.settings import DatabaseSettings
from tests.core.databases.sessions import VARIABLE, a_session, settings_of, waiting
from tests.core.databases.test_sqlite import a_file, another_process
from tests.core.databases.values import NOW, a_wait, idle


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def looks(*troubled: int, count: int = 90, name: str = "orders", **trouble: Any) -> list[DatabaseSample]:
    """A look each ten seconds, with trouble in some of them."""
    given = trouble or {"idle_in_transaction": (idle(1), idle(2), idle(3))}
    return [
        DatabaseSample(name, at(10 * n), 4, 9, idle_seconds=30, **(given if n in troubled else {}))
        for n in range(count)
    ]


def test_failures_that_met_trouble_are_told_with_how_often_it_was_so() -> None:
    moments = [at(200 + n) for n in range(12)] + [at(700), at(800)]
    assert explain(moments, looks(*range(19, 28))) == (
        "12 of 14 began while 3 sessions were idle in transaction over 30 s on orders, as in 9 of 90 looks.",
    )


def test_what_is_always_so_explains_nothing() -> None:
    moments = [at(200 + n) for n in range(12)]
    assert explain(moments, looks(*range(90))) == ()
    assert explain(moments, looks(*range(85))) == ()
    assert explain(moments, looks()) == ()


def test_one_failure_proves_little() -> None:
    assert explain([at(200)], looks(*range(15, 25))) == ()
    assert explain([at(200), at(203)], looks(*range(18, 23))) != ()


def test_a_failure_that_no_look_is_near_to_is_not_counted_as_meeting_it() -> None:
    assert explain([at(5000 + n) for n in range(9)], looks(89)) == ()
    assert explain([], looks(3)) == ()
    assert explain([at(1)], []) == ()


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ({"blocked": (a_wait(2, 1),)}, "1 session waited for a lock on orders"),
        ({"writers": ("process 7 (python)",)}, "a process held the write lock on orders"),
        ({"error": "it did not answer within 5 s"}, "it could not be reached on orders"),
    ],
)
def test_every_kind_of_trouble_is_told(trouble: dict[str, Any], words: str) -> None:
    (told,) = explain([at(200 + n) for n in range(5)], looks(20, **trouble))
    assert words in told


def test_databases_are_told_apart_and_a_range_is_said() -> None:
    one, two = (looks(20, 21, name="b", blocked=(a_wait(2, 1),) * count) for count in (1, 2))
    told = explain([at(200 + n) for n in range(10)], [*one[:21], *two[21:], *looks(20, 21, name="a")])
    assert [each.split(" on ")[1][0] for each in told] == ["a", "b"]
    assert "1 to 2 sessions waited" in told[1]


def test_a_sample_comes_back_from_json_as_it_was() -> None:
    other = DatabaseSample("a", NOW, blocked=(a_wait(1, 0, 2),), writers=("x",), error="away")
    for each in (*looks(0, count=2), other):
        assert DatabaseSample.from_json(json.loads(json.dumps(each.to_json()))) == each


COUNTED = {"name": "a", "at": "2026-03-02T09:00:00+00:00", "active": 1, "sessions": 1}


@pytest.mark.parametrize(
    "values",
    [{}, COUNTED | {"at": None}, COUNTED | {"at": "x"}, COUNTED | {"active": []}, COUNTED | {"blocked": [{"pid": 1}]}],
)
def test_what_is_no_sample_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"sample|isoformat"):
        DatabaseSample.from_json(values)


async def test_a_look_at_a_real_server_sees_leaked_and_blocked_sessions(
    empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, empty_postgres_url)
    async with AsyncExitStack() as stack:
        leaky, other, observer = [await stack.enter_async_context(a_session(empty_postgres_url)) for _ in range(3)]
        await leaky.execute("CREATE TABLE t (id int)")
        await leaky.execute("BEGIN; LOCK TABLE t")
        await stack.enter_async_context(waiting(other, "SELECT * FROM t", observer))
        await asyncio.sleep(0.3)
        found = await sample("orders", settings_of(), NOW)
        assert [each.pid for each in found.idle_in_transaction] == [leaky.get_server_pid()]
        assert [(each.pid, each.blockers) for each in found.blocked] == [
            (other.get_server_pid(), (leaky.get_server_pid(),))
        ]
        assert (found.sessions, found.error, found.idle_seconds) == (3, "", 0.2)


async def test_a_look_at_a_file_sees_who_writes(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a.db")
    settings = DatabaseSettings(url=f"sqlite:///{path}")
    assert (await sample("local", settings, NOW)).writers == ()
    with another_process(path, "BEGIN IMMEDIATE") as pid:
        (writer,) = (await sample("local", settings, NOW)).writers
        assert writer.startswith(f"process {pid} (")
    with closing(sqlite3.connect(path)):
        path.unlink()
    assert (await sample("local", settings, NOW)).error == "there is no file a.db"


async def test_a_server_that_is_away_is_a_sample_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://u:s3cretword@127.0.0.1:1/d")
    found = await sample("orders", settings_of(), NOW)
    assert found.error.startswith("nothing listens there")
    assert "s3cretword" not in json.dumps(found.to_json())
