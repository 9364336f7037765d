"""The checks of databases fail for real reasons: a server that is not there, a session left behind, a file in use."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from core.answers import Answers
from core.checks import Finding, State, run_check
from core.settings import Settings, Sourced
from core.storage.database import Database
from tests.core.databases.sessions import VARIABLE, a_session
from tests.core.databases.test_sqlite import a_file, another_process


async def ask(store: Database, name: str, **databases: Any) -> Finding:
    settings = Settings.model_validate({"databases": databases})
    answers = Answers(store, Sourced(settings=settings, file=None, origins={}))
    return await run_check(answers, name)


ORDERS = {"url_variable": VARIABLE, "idle_seconds": 0.1, "timeout_seconds": 5}


async def test_a_session_left_in_a_transaction_is_found(
    sqlite_store: Database, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, empty_postgres_url)
    well = await ask(sqlite_store, "databases_healthy", orders=ORDERS)
    assert (well.state, well.evidence) == (State.PASSED, "1 database without a problem.")
    async with a_session(empty_postgres_url) as left:
        await left.execute("BEGIN; SELECT 1")
        await asyncio.sleep(0.2)
        found = await ask(sqlite_store, "databases_healthy", orders=ORDERS)
        assert found.state is State.FAILED
        assert "1 problem in orders" in found.evidence
        assert "transaction" in found.evidence
        reached = await ask(sqlite_store, "databases_reachable", orders=ORDERS)
        assert (reached.state, reached.evidence) == (State.PASSED, "1 database answered: orders.")


async def test_a_server_that_is_not_there_is_told_without_its_address(
    sqlite_store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://ana:secret@127.0.0.1:1/orders")
    found = await ask(sqlite_store, "databases_reachable", orders=ORDERS)
    assert (found.state, "secret" in found.evidence) == (State.FAILED, False)
    assert "1 of 1 database cannot be reached. orders: " in found.evidence
    assert (await ask(sqlite_store, "databases_healthy", orders=ORDERS)).state is State.UNKNOWN


async def test_a_file_that_is_locked_is_found(sqlite_store: Database, tmp_path: Path) -> None:
    path = a_file(tmp_path / "orders.db")
    settings = {"url": f"sqlite:///{path}", "timeout_seconds": 0.5}
    assert (await ask(sqlite_store, "databases_healthy", orders=settings)).state is State.PASSED
    with another_process(path, "BEGIN EXCLUSIVE") as pid:
        found = await ask(sqlite_store, "databases_healthy", orders=settings)
    told = f"1 problem in orders. orders: orders.db could not be read: it is locked by process {pid} (python"
    assert (found.state, found.evidence.startswith(told)) == (State.FAILED, True), found


async def test_a_file_that_is_damaged_is_found(sqlite_store: Database, tmp_path: Path) -> None:
    path = a_file(tmp_path / "orders.db", rows=500)
    damaged = bytearray(path.read_bytes())
    damaged[8192 + 50 : 8192 + 400] = bytes(350)
    path.write_bytes(damaged)
    found = await ask(sqlite_store, "databases_healthy", orders={"url": f"sqlite:///{path}"})
    told = "1 problem in orders. orders: orders.db is corrupt: "
    assert (found.state, found.evidence.startswith(told)) == (State.FAILED, True), found


@pytest.mark.parametrize("name", ["databases_reachable", "databases_healthy"])
async def test_where_none_is_configured_nothing_is_called_bad(sqlite_store: Database, name: str) -> None:
    assert (await ask(sqlite_store, name)).state is State.UNKNOWN
