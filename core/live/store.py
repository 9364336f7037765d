"""What runs used and when their failing tests ran, to rows and back; and how long tests usually take."""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.live.as_json import resources_from_json, resources_to_json, series_to_json
from core.live.follow import Moment
from core.live.resources import Resources
from core.runs.history import failures_of, recent_runs, results_of, suites, tests_named
from core.runs.model import Outcome
from core.storage.tables import run, run_moment, run_resources

_RUNS = 10
"""Newest runs that usual seconds are read off."""
_MOST_TESTS = 20_000
"""A larger suite's tests are not looked up by name before a run may begin: its speed tells how long it takes."""


async def usual_seconds(
    connection: AsyncConnection, suite: str, branch: str | None = None
) -> tuple[dict[str, float], int | None]:
    """How long each test of a suite takes when it passes (median of the newest runs), and how many tests there are."""
    suite_id = next((each.id for each in await suites(connection) if each.name == suite), None)
    runs = await recent_runs(connection, suite_id, branch=branch, limit=_RUNS) if suite_id is not None else []
    if not runs:
        return {}, None
    if runs[0].counts.tests > _MOST_TESTS:
        return {}, runs[0].counts.tests
    found: dict[int, list[float]] = {}
    for each in runs:
        for key, result in (await results_of(connection, each.id)).items():
            if result.outcome == Outcome.PASSED and result.duration_seconds is not None:
                found.setdefault(key, []).append(result.duration_seconds)
    rows = await tests_named(connection, found)
    usual = {_node_id(rows[key].name, rows[key].variant): median(seconds) for key, seconds in found.items()}
    return usual, runs[0].counts.tests


async def put_resources(connection: AsyncConnection, run_id: int, found: Resources) -> None:
    """Keep what a run used; what was kept of it before is replaced."""
    packed = zlib.compress(json.dumps(series_to_json(found), separators=(",", ":")).encode(), 6)
    await connection.execute(delete(run_resources).where(run_resources.c.run_id == run_id))
    await connection.execute(
        insert(run_resources).values(run_id=run_id, summary=resources_to_json(found), series=packed)
    )


async def put_moments(connection: AsyncConnection, run_id: int, moments: Sequence[Moment]) -> int:
    """Keep when the failing tests of a run ran; answers how many were found among its failures."""
    if not moments:
        return 0
    failing = {row.test_id for row in await failures_of(connection, [run_id])}
    ids = {_node_id(row.name, row.variant): row.id for row in (await tests_named(connection, failing)).values()}
    rows = {ids[each.name]: each for each in moments if each.name in ids}
    await connection.execute(delete(run_moment).where(run_moment.c.run_id == run_id))
    if rows:
        await connection.execute(
            insert(run_moment),
            [
                {"run_id": run_id, "test_id": key, "began_at": _instant(each.began), "ended_at": _instant(each.ended)}
                for key, each in rows.items()
            ],
        )
    return len(rows)


async def read_resources(connection: AsyncConnection, run_ids: Iterable[int]) -> dict[int, Resources]:
    """What runs used, by their ids; those that nobody watched have no entry. The course of a run is left out."""
    columns = (run_resources.c.run_id, run_resources.c.summary)
    rows = await connection.execute(select(*columns).where(run_resources.c.run_id.in_(list(run_ids))))
    return {row.run_id: resources_from_json(row.summary, {}) for row in rows}


async def newest_watched(
    connection: AsyncConnection,
    *,
    suite_id: int | None = None,
    branch: str | None = None,
    since: datetime | None = None,
    limit: int,
) -> list[int]:
    """The ids of the newest runs that were watched, the newest first."""
    query = select(run.c.id).join(run_resources, run_resources.c.run_id == run.c.id)
    if suite_id is not None:
        query = query.where(run.c.suite_id == suite_id)
    if branch is not None:
        query = query.where(run.c.branch == branch)
    if since is not None:
        query = query.where(run.c.started_at >= since)
    rows = await connection.execute(query.order_by(run.c.started_at.desc(), run.c.id.desc()).limit(limit))
    return [row.id for row in rows]


async def read_course(connection: AsyncConnection, run_id: int) -> Resources | None:
    """What one run used, with its course; None when nobody watched it."""
    columns = (run_resources.c.summary, run_resources.c.series)
    row = (await connection.execute(select(*columns).where(run_resources.c.run_id == run_id))).first()
    return None if row is None else resources_from_json(row.summary, _unpacked(row.series))


async def read_moments(connection: AsyncConnection, run_id: int) -> dict[int, tuple[datetime, datetime]]:
    """When the failing tests of a run began and ended, by their ids."""
    columns = (run_moment.c.test_id, run_moment.c.began_at, run_moment.c.ended_at)
    rows = await connection.execute(select(*columns).where(run_moment.c.run_id == run_id))
    return {row.test_id: (row.began_at, row.ended_at) for row in rows}


def _unpacked(packed: bytes) -> Mapping[str, Any]:
    values: Mapping[str, Any] = json.loads(zlib.decompress(packed))
    return values


def _node_id(name: str, variant: str) -> str:
    """The name of a test as pytest calls it."""
    return name.removesuffix(f" [{variant}]") if variant else name


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
