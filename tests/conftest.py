"""A store per test, on SQLite and on a PostgreSQL server that the tests start and stop themselves."""

import asyncio
import gc
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.storage.database import Database
from core.storage.migrate import migrate
from tests.postgres import Server, a_server
from tests.stores import a_migrated_file

# The tests start Python a hundred times; where bytecode may not be written, each start would compile all of T12 anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A worker holds thousands of collected tests for as long as it lives; to look through them again and again for rubbish
# took a tenth of its time.
gc.set_threshold(100_000, 50, 100)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are processors: tests of processes and browsers wait more than they compute."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Neighbours share a worker, with what their module starts; who is done first takes over from the others."""
    from xdist.scheduler import WorkStealingScheduling  # type: ignore[attr-defined]

    return WorkStealingScheduling(config, log) if config.getvalue("dist") == "load" else None


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a migrated SQLite store of this test alone."""
    return f"sqlite:///{a_migrated_file(tmp_path / 't12.db')}"


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[Database]:
    """An open, migrated SQLite store of this test alone."""
    database = Database(sqlite_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Server]:
    """A PostgreSQL server of this test session, or of this worker of it."""
    with a_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> str:
    """The name of a migrated database on the server, to be copied."""
    postgres.create("t12_template")

    async def make() -> None:
        database = Database(postgres.url("t12_template"))
        await migrate(database)
        await database.close()

    asyncio.run(make())
    return "t12_template"


@pytest.fixture
def postgres_url(postgres: Server, postgres_template: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL store of this test alone."""
    with postgres.a_database(postgres_template) as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres: Server) -> Iterator[str]:
    """The address of a PostgreSQL database without a table."""
    with postgres.a_database("template1") as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated store of this test alone, once on each database."""
    found: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a table, once on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    found: str = request.getfixturevalue("empty_postgres_url")
    return found


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Database]:
    """An open, migrated store of this test alone, once on each database."""
    database = Database(store_url)
    yield database
    await database.close()
