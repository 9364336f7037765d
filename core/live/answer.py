"""Answers `resources`: what the last watched runs used, or what one of them did."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import NotFoundError
from core.live.report import ResourcesReport, WatchedRun
from core.live.store import newest_watched, read_course, read_resources
from core.runs.history import find_run, runs_by_id, suite_named

SHOWN_RUNS = 20
_MOST_RUNS = 500
_HOW = "`t12 watch -- pytest …` follows a run and keeps what it used"


async def answer_resources(
    connection: AsyncConnection, run: str | None, suite: str | None, branch: str | None
) -> ResourcesReport:
    """The last watched runs of a suite, or the run that is named. Raises `NotFoundError` where none was watched."""
    if run is not None:
        named = await find_run(connection, run, suite)
        used = await read_course(connection, named.id)
        if used is None:
            raise NotFoundError(f"nobody watched run {named.name}; {_HOW}")
        only = WatchedRun(named, used)
        return ResourcesReport(named.suite, named.branch, only, (only,), is_named=True)
    row = await suite_named(connection, suite or (await find_run(connection, None)).suite)
    ids = await newest_watched(connection, suite_id=row.id, branch=branch, limit=SHOWN_RUNS)
    runs = await _watched(connection, ids)
    if not runs:
        where = f" on branch {branch!r}" if branch else ""
        raise NotFoundError(f"no run of suite {row.name!r}{where} was watched; {_HOW}")
    newest = runs[0].run
    course = await read_course(connection, newest.id)
    shown = WatchedRun(newest, course) if course is not None else runs[0]
    return ResourcesReport(row.name, branch, shown, (*runs[:0:-1], shown))


async def watched_since(connection: AsyncConnection, since: datetime) -> tuple[WatchedRun, ...]:
    """What the watched runs of all suites used that began since then, the newest first."""
    return await _watched(connection, await newest_watched(connection, since=since, limit=_MOST_RUNS))


async def _watched(connection: AsyncConnection, ids: list[int]) -> tuple[WatchedRun, ...]:
    runs, used = await runs_by_id(connection, ids), await read_resources(connection, ids)
    return tuple(WatchedRun(runs[each], used[each]) for each in ids)
