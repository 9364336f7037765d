"""Answers `db`: looks at the configured databases, each within its own timeout, and judges what it sees."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from core.clock import Clock
from core.databases.address import PostgresAddress, SqliteAddress, read_address
from core.databases.cleanup import Cleaned, Preview, Seen, chosen_rules
from core.databases.integrity import IntegrityReport
from core.databases.judge import chains, judge_postgres, judge_sqlite, limits_of, unreachable
from core.databases.leaks import Span, find_leaks
from core.databases.model import DatabaseReport, Postgres, Problem, Sqlite
from core.databases.postgres import read_postgres
from core.databases.postgres_cleanup import count_postgres, delete_postgres, vacuum_postgres
from core.databases.postgres_integrity import check_postgres
from core.databases.sqlite import read_sqlite
from core.databases.sqlite_cleanup import count_sqlite, delete_sqlite
from core.databases.sqlite_integrity import check_sqlite
from core.databases.store import begin_cleanup, keep_cleaned, read_peaks
from core.errors import DatabaseError, NotFoundError, SettingsError, UsageError
from core.runs.history import recent_runs, suites
from core.settings import DatabaseSettings
from core.storage.database import Database

_RUNS = 20
"""Newest runs of each suite that a session may have been left behind by."""

NONE_SET = "no database is configured; name one under [databases] in t12.toml, with the variable that holds its address"


class Databases:
    """The databases that tests use. Every method raises a `T12Error` whose message may be shown."""

    def __init__(self, store: Database, settings: Mapping[str, DatabaseSettings], clock: Clock) -> None:
        self.store = store
        self.settings = settings
        self.clock = clock

    async def look(self, name: str | None = None) -> tuple[DatabaseReport, ...]:
        """The one that is named, or all of them, looked at side by side. One that does not answer is a problem of it.

        Raises `NotFoundError` for a name that is none, and where none is configured.
        """
        chosen = choose(self.settings, name)
        runs = await newest_runs(self.store)
        looks = [look_at(each, settings, runs, self.clock()) for each, settings in chosen.items()]
        reports, peaks = await asyncio.gather(*looks), await read_peaks(self.store, self.clock())
        return tuple(replace(each, peak=peaks.get(each.name)) for each in reports)


    async def integrity(self, name: str | None = None) -> tuple[IntegrityReport, ...]:
        """Whether the one that is named, or each of them, holds together. Raises `NotFoundError`."""
        chosen = choose(self.settings, name)
        return tuple(await asyncio.gather(*(check(*each, self.clock()) for each in chosen.items())))

    async def preview(self, name: str | None = None) -> tuple[Preview, ...]:
        """What the rules of the one that is named, or of all that have any, would delete; nothing is.

        Raises `NotFoundError`, `UsageError` when there is no rule.
        """
        chosen = {each: found for each, found in choose(self.settings, name).items() if found.cleanup}
        if not chosen:
            which = f"of {name.lower()}" if name else "of any database"
            raise UsageError(f"no rule says what test data {which} may be deleted; set [[databases.NAME.cleanup]]")
        return tuple(await asyncio.gather(*(preview(*each, self.clock()) for each in chosen.items())))

    async def clean(self, seen: Seen, by: str, *, request: str | None = None) -> Cleaned:
        """Delete what somebody saw and confirmed, or less; a repeat of the same request deletes nothing.

        Raises `NotFoundError`, `UsageError` when the rules were changed since, `SettingsError` without an address.
        """
        settings = choose(self.settings, seen.name)[seen.name]
        rules, address = chosen_rules(settings.cleanup, seen), read_address(seen.name, settings)
        if isinstance(address, SqliteAddress) and _is_same(address.path, self.store.path):
            raise UsageError("this is the store of T12 itself; nothing in it is test data")
        if not await begin_cleanup(self.store, seen, by, self.clock(), request):
            return Cleaned(seen.name, (), is_repeat=True)
        if isinstance(address, SqliteAddress):
            cleaned = Cleaned(seen.name, await delete_sqlite(address, settings, rules))
        else:
            deleted = await delete_postgres(address, settings, rules)
            tables = tuple(dict.fromkeys(each.table for each in deleted if each.counts.rows))
            trouble = await vacuum_postgres(address, settings, tables) if tables else ""
            cleaned = Cleaned(seen.name, deleted, () if trouble else tables, trouble)
        await keep_cleaned(self.store, cleaned, by, self.clock())
        return cleaned


def _is_same(one: Path, other: Path | None) -> bool:
    return other is not None and one.resolve() == other.resolve()


def choose(settings: Mapping[str, DatabaseSettings], name: str | None) -> Mapping[str, DatabaseSettings]:
    """The database of a name, or all. Raises `NotFoundError`."""
    if not settings:
        raise NotFoundError(NONE_SET)
    if name is None:
        return settings
    if name.lower() not in settings:
        raise NotFoundError(f"no database is called {name[:60]!r}; there are {', '.join(settings)}")
    return {name.lower(): settings[name.lower()]}


async def newest_runs(store: Database) -> tuple[Span, ...]:
    """The newest runs whose length is known."""
    async with store.read() as connection:
        known = await suites(connection)
        found = [run for suite in known for run in await recent_runs(connection, suite.id, limit=_RUNS)]
    return tuple(
        Span(run.name, run.started_at, min(run.ingested_at, run.started_at + timedelta(seconds=run.duration_seconds)))
        for run in found
        if run.duration_seconds
    )


async def look_at(name: str, settings: DatabaseSettings, runs: Sequence[Span], now: datetime) -> DatabaseReport:
    """One look, judged; it takes `timeout_seconds` at most."""
    limits, can_clean = limits_of(settings), bool(settings.cleanup)
    try:
        found = await read(name, settings, now)
    except (DatabaseError, SettingsError) as error:
        problems: tuple[Problem, ...] = (unreachable(str(error)),)
        return DatabaseReport(name, now, limits, None, problems, has_cleanup=can_clean)
    if isinstance(found, Sqlite):
        return DatabaseReport(name, now, limits, found, judge_sqlite(found, limits), has_cleanup=can_clean)
    leaks = find_leaks(runs, found.sessions, found.at, settings.applications)
    return DatabaseReport(
        name, now, limits, found, judge_postgres(found, limits, leaks), chains(found), leaks, has_cleanup=can_clean
    )


async def read(
    name: str, settings: DatabaseSettings, now: datetime, *, is_thorough: bool = True
) -> Postgres | Sqlite:
    """What the database says of itself; `is_thorough` checks SQLite's pages too.

    Raises `DatabaseError` or `SettingsError`.
    """
    address = read_address(name, settings)
    if isinstance(address, PostgresAddress):
        return await read_postgres(address, settings.timeout_seconds)
    return await read_sqlite(address, settings.timeout_seconds, now, is_thorough=is_thorough)


async def check(name: str, settings: DatabaseSettings, now: datetime) -> IntegrityReport:
    """The integrity of one database; why it cannot be reached is part of the answer."""
    try:
        address = read_address(name, settings)
        if isinstance(address, PostgresAddress):
            return await check_postgres(name, address, settings, now)
        return await check_sqlite(name, address, settings, now)
    except (DatabaseError, SettingsError) as error:
        return IntegrityReport(name, now, error=unreachable(str(error)).sentence)


async def preview(name: str, settings: DatabaseSettings, now: datetime) -> Preview:
    """What the rules of one database match now; why it cannot be reached is part of the answer."""
    try:
        address = read_address(name, settings)
        if isinstance(address, PostgresAddress):
            return Preview(name, now, await count_postgres(address, settings))
        return Preview(name, now, await count_sqlite(address, settings))
    except (DatabaseError, SettingsError) as error:
        return Preview(name, now, (), unreachable(str(error)).sentence)
