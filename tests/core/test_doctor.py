"""The doctor says what is configured, reachable, stale or blind, and what to do about it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from core.doctor import Check, DoctorReport, doctor_to_json, examine, without_store
from core.runs.model import Coverage
from core.settings import Settings, Sourced
from core.storage.database import Database
from core.tokens.flows import create_token
from tests.builders import START, a_report
from tests.core.runs.bringing import bring

NOW = START + timedelta(hours=5)


def sourced(ignored: tuple[str, ...] = (), file: str | None = None, **settings: Any) -> Sourced:
    values = Settings.model_validate(settings)
    return Sourced(settings=values, file=Path(file) if file else None, origins={}, ignored=ignored)


async def checks(store: Database, name: str, now: datetime = NOW, **settings: Any) -> list[Check]:
    report = await examine(store, sourced(**settings), now)
    return [each for each in report.checks if each.name == name]


def told(found: list[Check], words: str) -> list[str]:
    """The levels of the checks that say these words."""
    return [each.level for each in found if words in each.sentence]


@pytest.mark.parametrize(
    ("slack", "level", "words"),
    [
        ({}, "warn", "SLACK_BOT_TOKEN is not set"),
        ({"bot_token": "b", "app_token": "a"}, "ok", "Socket Mode"),
        ({"bot_token": "b", "signing_secret": "s"}, "ok", "HTTP mode"),
        ({"bot_token": "b"}, "bad", "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET"),
    ],
)
async def test_slacks_secrets(sqlite_store: Database, slack: dict[str, str], level: str, words: str) -> None:
    assert told(await checks(sqlite_store, "slack", slack=slack), words) == [level]


async def test_settings_and_environment(sqlite_store: Database) -> None:
    assert told(await checks(sqlite_store, "settings"), "t12 init") == ["ok"]
    assert told(await checks(sqlite_store, "settings", file="/etc/t12.toml"), "/etc/t12.toml") == ["ok"]
    assert told(await checks(sqlite_store, "environment", ignored=("T12_PORT",)), "T12_PORT") == ["warn"]
    assert await checks(sqlite_store, "environment") == []


async def test_watched_folders(sqlite_store: Database, tmp_path: Path) -> None:
    watch = [{"path": str(tmp_path)}, {"path": str(tmp_path / "gone")}]
    assert [each.level for each in await checks(sqlite_store, "watched folder", watch=watch)] == ["ok", "bad"]


async def test_the_database(store: Database) -> None:
    assert told(await checks(store, "database"), "SQLite file" if store.is_sqlite else "PostgreSQL") == ["ok"]
    async with store.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert told(await checks(store, "database"), "is at revision 0000") == ["bad"]


async def test_a_database_that_cannot_be_read_is_a_finding_and_no_crash(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path / 'gone' / 'x.db'}", "postgresql://t12@127.0.0.1:1/t12"):
        database = Database(url)
        assert told(await checks(database, "database"), "cannot be read") == ["bad"]
        await database.close()
    assert without_store(sourced(), "it is gone").checks[-1] == Check("database", "bad", "it is gone")


async def test_upload_tokens(store: Database) -> None:
    assert told(await checks(store, "uploads"), "no upload token exists") == ["ok"]
    await create_token(store, "ci", NOW)
    await create_token(store, "old", NOW - timedelta(days=9), expires_at=NOW - timedelta(days=1))
    assert told(await checks(store, "uploads"), "1 upload token can send to http://127.0.0.1:8012") == ["ok"]


async def test_nothing_brought_in(store: Database) -> None:
    assert told(await checks(store, "reports"), "no report has been brought in yet") == ["warn"]


async def test_a_suite_that_is_well_fed(store: Database) -> None:
    await bring(store, a_report("PP"), revision="abc", coverage=Coverage(80.0), started_at=START)
    found = await checks(store, "suite backend")
    assert [each.level for each in found if each.level != "ok"] == []


async def test_what_is_stale_or_missing_is_told(store: Database) -> None:
    for hour in range(6):
        await bring(store, a_report("P"), started_at=START + timedelta(hours=hour))
    found = await checks(store, "suite backend", START + timedelta(days=4))
    assert told(found, "is 3 days old; does CI still send reports?") == ["warn"]
    assert told(found, "no coverage in the last 5 runs; send it with --coverage") == ["warn"]
    assert told(found, "runs name no revision") == ["warn"]


async def test_an_incomplete_run_is_told(store: Database) -> None:
    await bring(store, a_report("PC"), started_at=START)
    assert told(await checks(store, "suite backend"), "is incomplete") == ["warn"]


async def test_reruns_that_hide_flakes_are_told(store: Database) -> None:
    await bring(store, a_report("RP"), started_at=START)
    assert told(await checks(store, "suite backend"), "your reruns hide flakes") == ["warn"]


async def test_reruns_that_show_their_failures_hide_nothing(store: Database) -> None:
    case = '<testcase classname="a" name="t">{}</testcase>'
    report = f'<testsuite name="u">{case.format("<failure>E</failure>")}{case.format("")}</testsuite>'
    await bring(store, report, started_at=START)
    assert told(await checks(store, "suite backend"), "hide flakes") == []


async def test_derived_files_are_told(store: Database) -> None:
    await bring(store, a_report("P"), started_at=START)
    assert told(await checks(store, "suite backend"), "junit_family=xunit1") == ["ok"]


async def test_each_suite_is_looked_at(store: Database) -> None:
    for suite in ("backend", "frontend"):
        await bring(store, a_report("P"), suite=suite, started_at=START)
    assert await checks(store, "suite backend") and await checks(store, "suite frontend")


@pytest.mark.parametrize(
    ("levels", "worst"), [((), "ok"), (("ok",), "ok"), (("ok", "warn"), "warn"), (("bad", "warn"), "bad")]
)
def test_the_worst_level_stands_for_all(levels: tuple[Any, ...], worst: str) -> None:
    report = DoctorReport(tuple(Check("x", level, "y") for level in levels))
    assert report.worst == worst
    assert doctor_to_json(report)["worst"] == worst
