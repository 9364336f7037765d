"""A store per test, on SQLite and on a PostgreSQL server that the tests start and stop themselves."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from core.storage.database import Database
from core.storage.migrate import migrate
from tests.postgres import Server, a_server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest revision, to be copied."""
    path = tmp_path_factory.mktemp("template") / "t12.db"

    async def make() -> None:
        database = Database(f"sqlite:///{path}")
        await migrate(database)
        await database.close()

    asyncio.run(make())
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite store of this test alone."""
    path = tmp_path / "t12.db"
    shutil.copyfile(migrated_file, path)
    return f"sqlite:///{path}"


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
