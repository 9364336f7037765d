"""Reads what detection needs to know of one run."""

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import NotFoundError
from core.failures.groups import deciding_failures
from core.failures.verdict import State
from core.failures.window import Window, in_state, judge_all, read_window, storms_of
from core.health.changes import choose_previous
from core.health.gates import usual_tests
from core.incidents.causes import Group, is_outage
from core.incidents.detect import SKIP_WAVE, Facts
from core.incidents.model import Affected
from core.incidents.severity import Named
from core.incidents.store import decided_so_far
from core.runs.history import FailureRow, TestRow, histories, results_of, runs_by_id, suite_named, tests_named
from core.runs.model import CaseKind, Outcome, Run
from core.storage.tables import incident, incident_test, mute, report, test, test_group

COVERAGE_RUNS = 3
"""So many complete runs with coverage in a row make it expected."""
_AT_ONCE = 500
"""Names in one query, within what a driver binds."""


async def read_facts(
    connection: AsyncConnection, run_id: int, branch: str | None, now: datetime, *, window_runs: int
) -> Facts:
    """What the run says; `branch` None reads all branches as one line. Raises `NotFoundError` when the run is gone."""
    run = (await runs_by_id(connection, [run_id])).get(run_id)
    if run is None:
        raise NotFoundError(f"run {run_id} is gone")
    decided = await decided_so_far(connection, (await suite_named(connection, run.suite)).id)
    window = await read_window(connection, run.suite, branch, window_runs)
    if run_id not in {each.id for each in window.runs}:
        return Facts(run, is_newest=False, decided=decided)
    window = _until(window, run)
    earlier = window.runs[-2::-1]
    muted = await _muted(connection, window.suite_id, now)
    before = choose_previous(run, [each for each in earlier if each.is_complete and each.id not in window.storms])
    # The window holds no histories of what failed in storms alone.
    failing = {row.test_id for row in window.failures_in(run_id)}
    then = await _outcomes(connection, failing, before) if before is not None and run_id in window.storms else {}
    passed = {test_id for test_id, outcome in then.items() if outcome is Outcome.PASSED}
    groups, named = _groups(window, run, muted, now, passed=passed)
    storm = window.storms.get(run_id) if is_outage(groups) else None
    followed = await _of_open_incidents(connection, window.suite_id)
    outcomes = await _outcomes(connection, followed, run)
    moved = await _moved(connection, window.suite_id, followed, run, outcomes)
    known_as = {new: old for old, (new, _) in moved.items()}
    direct = choose_previous(run, earlier)
    usual = usual_tests(run, earlier, window.storms)
    covered = [each for each in earlier if each.is_complete and each.variant == run.variant][:COVERAGE_RUNS]
    return Facts(
        run=run,
        is_newest=window.runs[-1].id == run_id and not await _is_outdated(connection, window, run),
        groups=tuple(_as_they_were(group, known_as) for group in groups),
        named={known_as.get(test_id, test_id): each for test_id, each in named.items()},
        storm=storm,
        was_blind=direct is not None and bool(direct.counts.collection_errors),
        expected=round(usual) if usual is not None else None,
        newly_skipped=await _newly_skipped(connection, run, before),
        ran_before=before.counts.executed if before is not None else 0,
        tests_before=before.counts.tests if before is not None else 0,
        coverage_expected=len(covered) == COVERAGE_RUNS and None not in {each.coverage_percentage for each in covered},
        outcomes={**outcomes, **{old: outcome for old, (_, outcome) in moved.items()}},
        last_good_run_id=before.id if before is not None else None,
        decided=decided,
        muted=len(failing & muted),
        is_partial=await _is_partial(connection, run, direct),
    )  # fmt: skip


def _until(window: Window, run: Run) -> Window:
    """The window as it was when `run` was the newest."""
    place = next(index for index, each in enumerate(window.runs) if each.id == run.id)
    runs = window.runs[: place + 1]
    kept = {each.id for each in runs}
    failures = tuple(row for row in window.failures if row.run_id in kept)
    return Window(
        suite_id=window.suite_id,
        suite=window.suite,
        branch=window.branch,
        runs=runs,
        failures=failures,
        storms=storms_of(runs, failures, window.tests),
        tests=window.tests,
        histories={
            test_id: found
            for test_id, entries in window.histories.items()
            if (found := [entry for entry in entries if entry.run.id in kept])
        },
    )


async def _is_outdated(connection: AsyncConnection, window: Window, run: Run) -> bool:
    """Whether incidents have been decided by a newer run of this line already."""
    last = incident.c.last_run_id
    seen = await connection.execute(
        select(last).where(incident.c.suite_id == window.suite_id, last.is_not(None)).distinct()
    )
    others = await runs_by_id(connection, set(seen.scalars().all()) - {run.id})
    mine = (run.started_at, run.id)
    return any(
        (each.started_at, each.id) > mine and window.branch in (None, each.branch) for each in others.values()
    )  # fmt: skip


def _groups(
    window: Window, run: Run, muted: Collection[int], now: datetime, *, passed: Set[int]
) -> tuple[tuple[Group, ...], Mapping[int, Named]]:
    by_family: dict[str, list[FailureRow]] = {}
    for row in deciding_failures(window.failures_in(run.id)):
        if row.test_id not in muted and row.test_id in window.tests:
            by_family.setdefault(row.family, []).append(row)
    flaky = {each.test_id for each in in_state(judge_all(window, now), {State.FLAKY})}
    passed = passed | {
        test_id
        for test_id, entries in window.histories.items()
        if any(entry.outcome is Outcome.PASSED and entry.run.id != run.id for entry in entries)
    }
    groups = tuple(_group(rows, window.tests, flaky, passed) for rows in by_family.values())
    rows = [row for found in by_family.values() for row in found]
    return groups, {row.test_id: _named(window.tests[row.test_id], row.markers) for row in rows}


def _group(rows: list[FailureRow], tests: Mapping[int, TestRow], flaky: Set[int], passed: Set[int]) -> Group:
    ids = {row.test_id for row in rows}
    first = rows[0]
    collection = all(tests[each].kind == CaseKind.COLLECTION or row.phase == "collection"
                     for row, each in ((row, row.test_id) for row in rows))  # fmt: skip
    affected = {row.test_id: Affected(row.test_id, tests[row.test_id].name, row.family) for row in rows}
    return Group(
        family=first.family,
        title=first.title,
        category=_most(row.category for row in rows),
        is_collection=collection,
        tests=tuple(sorted(affected.values(), key=lambda each: (each.name, each.test_id))),
        files=frozenset(tests[each].file or tests[each].classname for each in ids) - {""},
        is_flaky=ids <= flaky,
        never_passed=not ids & passed,
    )


def _most(categories: Iterable[str]) -> str:
    found = list(categories)
    return max(sorted(set(found)), key=found.count)


def _named(test: TestRow, markers: str | None) -> Named:
    return Named(test.name, test.classname, test.short_name, test.file, tuple((markers or "").split()))


async def _newly_skipped(connection: AsyncConnection, run: Run, before: Run | None) -> tuple[Affected, ...]:
    if before is None or not run.is_complete or run.counts.skipped - before.counts.skipped < SKIP_WAVE:
        return ()
    now, then = await results_of(connection, run.id), await results_of(connection, before.id)
    ids = [
        test_id
        for test_id, result in now.items()
        if result.outcome == Outcome.SKIPPED and test_id in then and then[test_id].outcome != Outcome.SKIPPED
    ]
    tests = await tests_named(connection, ids)
    return tuple(sorted((Affected(each.id, each.name, "") for each in tests.values()), key=lambda each: each.name))


async def _is_partial(connection: AsyncConnection, run: Run, before: Run | None) -> bool:
    if before is None:
        return False
    ids = (run.id, before.id)
    rows = await connection.execute(
        select(report.c.run_id, func.count()).where(report.c.run_id.in_(ids)).group_by(report.c.run_id)
    )
    reports: dict[int, int] = {row[0]: row[1] for row in rows.all()}
    return reports.get(run.id, 0) < reports.get(before.id, 0)


async def _muted(connection: AsyncConnection, suite_id: int, now: datetime) -> set[int]:
    rows = await connection.execute(select(mute.c.test_id).where(mute.c.suite_id == suite_id, mute.c.until > now))
    return set(rows.scalars().all())


async def _of_open_incidents(connection: AsyncConnection, suite_id: int) -> Set[int]:
    wanted = await connection.execute(
        select(incident_test.c.test_id)
        .join(incident, incident.c.id == incident_test.c.incident_id)
        .where(incident.c.suite_id == suite_id, incident.c.resolved_at.is_(None))
        .distinct()
    )
    return set(wanted.scalars().all())


async def _outcomes(connection: AsyncConnection, ids: Set[int], run: Run) -> dict[int, Outcome]:
    """The outcomes of some tests in a run, read without unpacking the others; a test that did not run has none."""
    return {test_id: entries[0].outcome for test_id, entries in (await histories(connection, ids, [run])).items()}


async def _moved(
    connection: AsyncConnection, suite_id: int, followed: Set[int], run: Run, outcomes: Mapping[int, Outcome]
) -> Mapping[int, tuple[int, Outcome]]:
    """Tests of open incidents that the run has under the path of another folder: old id to new id and outcome."""
    lost = await tests_named(connection, followed - outcomes.keys())
    names = sorted({each.short_name for each in lost.values()})
    found: set[int] = set()
    for some in (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE)):
        rows = await connection.execute(
            select(test.c.id)
            .join(test_group, test_group.c.id == test.c.group_id)
            .where(test_group.c.suite_id == suite_id, test.c.name.in_(some))
        )
        found |= set(rows.scalars().all())
    ran = await _outcomes(connection, found - followed, run)
    fresh = await tests_named(connection, ran.keys())
    old, new = _by_tail(lost.values()), _by_tail(fresh.values())
    alone = [tail for tail in old.keys() & new.keys() if len(old[tail]) == len(new[tail]) == 1]
    return {old[tail][0]: (new[tail][0], ran[new[tail][0]]) for tail in alone}


def _by_tail(tests: Iterable[TestRow]) -> Mapping[tuple[str, str], list[int]]:
    """The tests by what remains of their names when folders and packages go."""
    found: dict[tuple[str, str], list[int]] = {}
    for each in tests:
        place, colons, rest = each.name.partition("::")
        tail = (place.rpartition("/")[2], rest) if colons else (each.classname.rpartition(".")[2], each.short_name)
        found.setdefault(tail, []).append(each.id)
    return found


def _as_they_were(group: Group, moved: Mapping[int, int]) -> Group:
    """The group with moved tests under the ids by which incidents know them."""
    if not group.ids & moved.keys():
        return group
    tests = tuple(replace(each, test_id=moved.get(each.test_id, each.test_id)) for each in group.tests)
    return replace(group, tests=tests)
