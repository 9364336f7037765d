"""A database is brought to the tables of the code, or refused with a sentence."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

import core.storage
from core.errors import StorageError
from core.storage.database import Database
from core.storage.migrate import HEAD, migrate
from core.storage.tables import metadata


async def test_an_empty_database_gets_every_table_once(empty_url: str) -> None:
    database = Database(empty_url)
    assert await migrate(database) is True
    assert await migrate(database) is False
    async with database.read() as connection:
        found = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    assert found == {*metadata.tables, "alembic_version"}
    await database.close()


async def test_the_migrations_make_what_the_code_expects(store: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with store.read() as connection:
        assert await connection.run_sync(differences) == []


def test_the_newest_revision_is_the_one_the_code_names() -> None:
    scripts = ScriptDirectory(str(Path(core.storage.__file__).parent / "migrations"))
    assert scripts.get_heads() == [HEAD]


async def test_a_newer_database_is_refused_and_left_alone(store: Database) -> None:
    async with store.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match=rf"revision 9999, newer than this T12 \({HEAD}\); upgrade T12"):
        await migrate(store)
    async with store.read() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() == "9999"


async def test_several_that_migrate_at_once_do_it_once(empty_url: str) -> None:
    databases = [Database(empty_url) for _ in range(4)]
    await asyncio.gather(*(migrate(each) for each in databases))
    async with databases[0].read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM alembic_version"))).scalar() == 1
    for each in databases:
        await each.close()


async def test_a_failed_migration_leaves_the_old_tables(empty_url: str) -> None:
    database = Database(empty_url)
    async with database.write() as connection:
        # The migration creates this table last but some, and finds it taken.
        await connection.execute(text("CREATE TABLE report (mine integer)"))
    with pytest.raises(StorageError):
        await migrate(database)
    async with database.read() as connection:
        found = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert found == ["report"]
    await database.close()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"this is no database at all, only some text " * 100, "is not a database T12 can use"),
        (b"SQLite format 3\x00" + b"\xff" * 5000, "database"),
    ],
)
async def test_a_file_that_is_no_database_gives_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "t12.db"
    path.write_bytes(content)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(StorageError, match=words) as refused:
        await migrate(database)
    assert str(path) in str(refused.value)
    assert path.read_bytes() == content
    await database.close()


async def test_a_folder_in_the_place_of_the_file_gives_a_sentence(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}")
    with pytest.raises(StorageError, match="cannot be opened"):
        await migrate(database)
    await database.close()


async def test_a_missing_folder_gives_a_sentence(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'gone' / 't12.db'}")
    with pytest.raises(StorageError, match=r"folder of the database .* does not exist"):
        await migrate(database)
    await database.close()


async def test_a_server_that_is_not_there_gives_a_sentence_without_the_password() -> None:
    database = Database("postgresql://t12:s3cret@127.0.0.1:1/t12")
    with pytest.raises(StorageError, match="cannot be reached") as refused:
        await migrate(database)
    assert "s3cret" not in str(refused.value)
    await database.close()


async def test_a_database_that_is_not_there_gives_a_sentence(empty_postgres_url: str) -> None:
    database = Database(empty_postgres_url.replace("@/t12_", "@/gone_"))
    with pytest.raises(StorageError, match="does not exist"):
        await migrate(database)
    await database.close()


async def test_a_new_file_can_give_space_back(sqlite_store: Database) -> None:
    assert sqlite_store.path is not None
    connection = sqlite3.connect(sqlite_store.path)
    assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
