"""Says what is configured, reachable, stale or blind: the first thing to ask when an answer looks odd."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.failures.model import Category
from core.runs.history import recent_runs, suites
from core.runs.model import Run
from core.settings import Settings, Sourced
from core.storage.database import Database
from core.storage.migrate import HEAD
from core.storage.tables import failure, test, test_group, token

Level = Literal["ok", "warn", "bad"]

_STALE = timedelta(days=2)
_RECENT_RUNS = 5
_MUCH_UNKNOWN = 0.25


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    level: Level
    sentence: str
    """What was found and, unless all is well, what to do."""


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """Everything that was looked at, in the order a reader wants it."""

    checks: tuple[Check, ...]

    @property
    def worst(self) -> Level:
        levels = {check.level for check in self.checks}
        return "bad" if "bad" in levels else "warn" if "warn" in levels else "ok"


async def examine(database: Database, sourced: Sourced, now: datetime) -> DoctorReport:
    """Look at settings, database, Slack's secrets, and the newest reports of every suite."""
    checks = [*_settings(sourced), *_slack(sourced.settings), *_watched(sourced.settings)]
    try:
        async with database.read() as connection:
            checks.append(await _store(connection, database))
            checks.append(await _tokens(connection, sourced.settings, now))
            for suite in await suites(connection):
                runs = await recent_runs(connection, suite.id, limit=_RECENT_RUNS)
                checks += _reports(suite.name, runs, now)
                checks += await _blindness(connection, suite.name, suite.id, runs)
            if not await suites(connection):
                checks.append(Check("reports", "warn", "no report has been brought in yet; try `t12 ingest PATH`"))
    except (SQLAlchemyError, OSError) as error:
        checks.append(Check("database", "bad", f"the database cannot be read: {error}"))
    return DoctorReport(tuple(checks))


def without_store(sourced: Sourced, sentence: str) -> DoctorReport:
    """What can be said where the database cannot even be opened; `sentence` says why."""
    checks = [*_settings(sourced), *_slack(sourced.settings), *_watched(sourced.settings)]
    return DoctorReport((*checks, Check("database", "bad", sentence)))


def doctor_to_json(report: DoctorReport) -> dict[str, object]:
    """The report with `worst` and one object per check."""
    checks = [{"name": each.name, "level": each.level, "sentence": each.sentence} for each in report.checks]
    return {"worst": report.worst, "checks": checks}


def _settings(sourced: Sourced) -> Iterable[Check]:
    where = f"read from {sourced.file}" if sourced.file else "defaults alone; `t12 init` writes a commented t12.toml"
    yield Check("settings", "ok", where)
    if sourced.ignored:
        names = ", ".join(sourced.ignored[:5])
        yield Check(
            "environment", "warn", f"{names} begin like settings and name none; `t12 config` lists the real ones"
        )
    if sourced.settings.default_branch is None:
        yield Check("branches", "ok", "all branches are read as one time line; set default_branch to judge one alone")


def _slack(settings: Settings) -> Iterable[Check]:
    slack = settings.slack
    if slack.bot_token is None:
        yield Check("slack", "warn", "SLACK_BOT_TOKEN is not set: the terminal answers, Slack does not")
    elif slack.app_token is not None:
        yield Check("slack", "ok", "Socket Mode: bot token and app token are set")
    elif slack.signing_secret is not None:
        yield Check("slack", "ok", "HTTP mode: bot token and signing secret are set")
    else:
        yield Check("slack", "bad", "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP mode")


def _watched(settings: Settings) -> Iterable[Check]:
    for each in settings.watch:
        if each.path.is_dir():
            yield Check("watched folder", "ok", f"{each.path} is there")
        else:
            yield Check("watched folder", "bad", f"{each.path} is not a folder; create it or correct [[watch]]")


async def _store(connection: AsyncConnection, database: Database) -> Check:
    revision = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
    kind = f"SQLite file {database.path}" if database.is_sqlite else "PostgreSQL"
    if revision != HEAD:
        return Check(
            "database", "bad", f"{kind} is at revision {revision}, this T12 needs {HEAD}; run any command to migrate"
        )
    return Check("database", "ok", f"{kind}, tables at revision {HEAD}")


async def _tokens(connection: AsyncConnection, settings: Settings, now: datetime) -> Check:
    usable = select(func.count()).where(
        token.c.revoked_at.is_(None), (token.c.expires_at.is_(None)) | (token.c.expires_at > now)
    )
    count = (await connection.execute(usable)).scalar() or 0
    where = f"http://{settings.server.host}:{settings.server.port}"
    if not count:
        return Check("uploads", "ok", "no upload token exists; `t12 token create NAME` makes one for CI")
    return Check("uploads", "ok", f"{count} upload {'token' if count == 1 else 'tokens'} can send to {where}")


def _reports(suite: str, runs: Sequence[Run], now: datetime) -> Iterable[Check]:
    if not runs:
        return
    name, newest = f"suite {suite}", runs[0]
    age = now - newest.started_at
    if age > _STALE:
        yield Check(name, "warn", f"the newest run ({newest.name}) is {age.days} days old; does CI still send reports?")
    else:
        yield Check(name, "ok", f"the newest run is {newest.name}, of {newest.started_at:%Y-%m-%d %H:%M} UTC")
    if not newest.is_complete:
        yield Check(name, "warn", f"run {newest.name} is incomplete: files could not be collected, or nothing ran")
    if all(run.coverage_percentage is None for run in runs):
        count = "the only run" if len(runs) == 1 else f"the last {len(runs)} runs"
        yield Check(name, "warn", f"no coverage in {count}; send it with --coverage coverage.xml")
    if all(run.revision is None for run in runs):
        yield Check(name, "warn", "runs name no revision: flaky tests cannot be proven; send --revision")


async def _blindness(connection: AsyncConnection, suite: str, suite_id: int, runs: Sequence[Run]) -> Iterable[Check]:
    """What the reports hide from us."""
    name, ids = f"suite {suite}", [run.id for run in runs]
    checks: list[Check] = []
    reruns = sum(run.counts.attempts - run.counts.tests for run in runs)
    told = await connection.execute(
        select(func.count()).where(
            failure.c.run_id.in_(ids), failure.c.is_final.is_(False), failure.c.phase != "teardown"
        )
    )
    if reruns > 0 and not (told.scalar() or 0):
        sentence = (
            "your reruns hide flakes: attempts are visible but messages are not; report reruns with their failures"
        )
        checks.append(Check(name, "warn", sentence))
    derived = select(func.count()).select_from(test.join(test_group, test_group.c.id == test.c.group_id))
    derived = derived.where(test_group.c.suite_id == suite_id, test_group.c.file_derived, test_group.c.file != "")
    if (await connection.execute(derived)).scalar():
        sentence = "file paths are derived from class names; set junit_family=xunit1 in pytest for exact ones"
        checks.append(Check(name, "ok", sentence))
    finals = select(func.count()).where(failure.c.run_id.in_(ids), failure.c.is_final)
    total = (await connection.execute(finals)).scalar() or 0
    unknown = (await connection.execute(finals.where(failure.c.category == Category.UNKNOWN.value))).scalar() or 0
    if total and unknown / total > _MUCH_UNKNOWN:
        sentence = f"{unknown} of {total} recent failures have no known cause; add a rule under [[failures.rules]]"
        checks.append(Check(name, "warn", sentence))
    return checks
