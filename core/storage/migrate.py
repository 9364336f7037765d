"""Brings a database to the tables this code needs, or refuses one that is newer than the code."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from core.errors import StorageError
from core.storage.database import BUSY_TIMEOUT_MS, Database

HEAD = "0013"
"""The newest revision under `migrations/versions`; a test holds it to Alembic's own answer."""

_ADVISORY_LOCK = 0x7431_3200


async def migrate(database: Database) -> bool:
    """Create or upgrade the tables; answers whether anything had to be done.

    One replica migrates while the others wait. A failed migration leaves the old tables as they were.
    Raises `StorageError` when the file cannot be used or its tables are newer than this code.
    """
    try:
        if await _current(database) == HEAD:
            return False
        engine = _migration_engine(database)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(_upgrade)
        finally:
            await engine.dispose()
    except OperationalError as error:
        raise StorageError(f"the database {_named(database)} cannot be opened: {error.orig}") from error
    except DBAPIError as error:
        raise StorageError(f"{_named(database)} is not a database T12 can use: {error.orig}") from error
    except OSError as error:
        raise StorageError(f"the database {_named(database)} cannot be reached: {error}") from error
    return True


async def _current(database: Database) -> str | None:
    if database.path is not None:
        if not database.path.parent.is_dir():
            raise StorageError(f"the folder of the database {database.path} does not exist; create it")
        if not database.path.exists():
            return None
    async with database.read() as connection:
        return await connection.run_sync(_revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _migration_engine(database: Database) -> AsyncEngine:
    engine = create_async_engine(database.url)
    if database.is_sqlite:

        @event.listens_for(engine.sync_engine, "connect")
        def configure(connection: Any, _record: Any) -> None:
            # Foreign keys stay off: a table copied under enforcement deletes its children through ON DELETE CASCADE.
            connection.isolation_level = None
            cursor = connection.cursor()
            for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "auto_vacuum=INCREMENTAL", "journal_mode=WAL"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(engine.sync_engine, "begin")
        def begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN EXCLUSIVE")

    return engine


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - half of a command's start-up, needed once in a database's life
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    found = _revision(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StorageError(f"the database is at revision {found}, newer than this T12 ({HEAD}); upgrade T12")
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise StorageError("the migration would leave rows that point nowhere; nothing was changed")


def _named(database: Database) -> str:
    return str(database.path) if database.path is not None else database.url.render_as_string(hide_password=True)
