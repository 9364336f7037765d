"""Trouble of a database is told once when it begins and once when it is over, whatever restarts."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.databases.alerts import Alerts, ease, look, step_of
from core.databases.answer import Databases
from core.databases.judge import judge_postgres
from core.databases.model import Alert, Kind, Peak, Session
from core.databases.store import note_peak, read_alert, read_peaks
from core.errors import NotFoundError
from core.settings import DatabaseSettings
from core.storage.database import Database
from core.storage.tables import event, posting
from tests.core.databases.sessions import VARIABLE, a_session, settings_of
from tests.core.databases.test_sqlite import a_file, another_process
from tests.core.databases.values import LIMITS, NOW, a_postgres, idle
from tests.core.databases.values import a_session as a_value


def step(before: Alert | None, *sessions: Session) -> str:
    found = a_postgres(*sessions)
    return step_of(before, judge_postgres(found, LIMITS), judge_postgres(found, ease(LIMITS)))


BUSY = Alert(1, "orders", NOW, (Kind.CONNECTIONS,), ())


@pytest.mark.parametrize(
    ("before", "active", "told"),
    [(None, 20, ""), (None, 21, "begin"), (BUSY, 21, ""), (BUSY, 20, ""), (BUSY, 17, ""), (BUSY, 16, "end")],
)
def test_an_alert_begins_above_one_bound_and_ends_below_another(before: Alert | None, active: int, told: str) -> None:
    assert step(before, *(a_value(n, "active") for n in range(active))) == told


def test_another_kind_of_trouble_is_a_change_and_a_warning_is_none() -> None:
    busy = [a_value(n, "active") for n in range(21)]
    assert step(BUSY, *busy, idle(99)) == "change"
    assert step(None, a_value(1, "active", transaction_at=NOW - timedelta(hours=1))) == ""
    assert step(BUSY) == "end"


async def told(store: Database) -> list[tuple[str, int]]:
    async with store.read() as connection:
        rows = await connection.execute(select(posting.c.subject, posting.c.wanted).order_by(posting.c.id))
        return [(row.subject, row.wanted) for row in rows]


class Time:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


async def test_a_server_that_goes_and_comes_back_is_told_twice_by_all_replicas_together(
    store: Database, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Time()
    given = {"orders": settings_of()}
    replicas = [Alerts(store, given, "C1", clock) for _ in range(2)]

    async def tick() -> None:
        clock.now += timedelta(seconds=60)
        await asyncio.gather(*(each.tick() for each in replicas))

    monkeypatch.setenv(VARIABLE, empty_postgres_url)
    await tick()
    assert await told(store) == []
    monkeypatch.setenv(VARIABLE, "postgresql://u@127.0.0.1:1/d")
    for _ in range(3):
        await tick()
    assert await told(store) == [("database:1", 1)]
    replicas = [Alerts(store, given, "C1", clock)]
    await tick()
    assert await told(store) == [("database:1", 1)]
    monkeypatch.setenv(VARIABLE, empty_postgres_url)
    await tick()
    await tick()
    assert await told(store) == [("database:1", 2)]
    async with store.read() as connection:
        alert = await read_alert(connection, 1)
        kinds = (await connection.execute(select(event.c.type).order_by(event.c.id))).scalars().all()
    assert alert.told == ("Nothing listens there: the server is not running, or the port is another.",)
    assert alert.ended_at is not None
    assert kinds == ["DatabaseAlertBegun", "DatabaseAlertEnded"]


async def test_each_database_is_looked_at_when_it_is_due(sqlite_store: Database, tmp_path: Path) -> None:
    clock, values = Time(), {"url": f"sqlite:///{tmp_path / 'gone.db'}"}
    given = {name: DatabaseSettings.model_validate(values | {"every_seconds": every})
             for name, every in (("often", 10), ("never", 0))}  # fmt: skip
    alerts = Alerts(sqlite_store, given, "C1", clock)
    await alerts.tick()
    assert await told(sqlite_store) == [("database:1", 1)]
    a_file(tmp_path / "gone.db")
    await alerts.tick()
    assert await told(sqlite_store) == [("database:1", 1)]
    clock.now += timedelta(seconds=10)
    await alerts.tick()
    assert await told(sqlite_store) == [("database:1", 2)]


async def test_without_a_channel_nobody_is_told(sqlite_store: Database, tmp_path: Path) -> None:
    given = {"local": DatabaseSettings(url=f"sqlite:///{tmp_path / 'gone.db'}")}
    await Alerts(sqlite_store, given, None, lambda: NOW).tick()
    assert await told(sqlite_store) == []


async def test_a_light_look_does_not_read_the_whole_file(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a.db", rows=500)
    content = bytearray(path.read_bytes())
    content[8192 + 50 : 8192 + 400] = bytes(350)
    path.write_bytes(content)
    settings = DatabaseSettings(url=f"sqlite:///{path}", lock_seconds=0.1)
    assert (await look("local", settings, NOW)).problems == ()
    with another_process(path, "BEGIN IMMEDIATE"):
        assert [each.kind for each in (await look("local", settings, NOW)).problems] == [Kind.LOCKED]


async def test_the_peak_of_a_day_is_kept_and_shown(
    store: Database, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with store.write() as connection:
        for minutes, active in ((60 * 30, 99), (60 * 5, 3), (60 * 5 - 1, 7), (2, 5)):
            await note_peak(connection, "orders", active, NOW - timedelta(minutes=minutes))
    assert await read_peaks(store, NOW) == {"orders": Peak(7, NOW - timedelta(minutes=299), 3)}
    monkeypatch.setenv(VARIABLE, empty_postgres_url)
    (report,) = await Databases(store, {"orders": settings_of()}, lambda: NOW).look()
    assert report.peak == Peak(7, NOW - timedelta(minutes=299), 3)
    async with a_session(empty_postgres_url):
        await Alerts(store, {"orders": settings_of()}, None, lambda: NOW).tick()
    assert (await read_peaks(store, NOW))["orders"].looks == 4


async def test_an_alert_that_is_gone_is_told_so(store: Database) -> None:
    async with store.read() as connection:
        with pytest.raises(NotFoundError):
            await read_alert(connection, 7)


def test_the_lower_bounds_are_lower() -> None:
    eased: Any = ease(LIMITS)
    assert eased == replace(LIMITS, connections=16, idle=timedelta(seconds=24), lock=timedelta(seconds=4),
                            wal_bytes=int(0.8 * (64 << 20)))  # fmt: skip
