"""Answers why a run failed, which tests cannot be trusted, how one test has been, and which runs there are."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import median

from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import NotFoundError
from core.failures.cofailure import CoFailure, find_cofailures
from core.failures.groups import categories_of, group_failures, known_category
from core.failures.recommendation import recommend_all
from core.failures.report import (
    DurationSummary,
    FailureGroup,
    FailuresReport,
    FlakyReport,
    RunsReport,
    SeenSignature,
    StripMark,
    TestReport,
)
from core.failures.state import judge
from core.failures.verdict import JudgedTest, State
from core.failures.window import WINDOW_RUNS, Window, in_state, judge_all, read_window, storms_of, suite_of
from core.runs.history import (
    FailureRow,
    failures_of,
    find_run,
    find_test,
    histories,
    recent_runs,
    sightings,
    suite_named,
    tests_named,
)
from core.runs.model import HistoryEntry, Outcome, Run

RUNS_LISTED = 20
_STORM_RUNS = 21
"""A run is compared with the 20 before it."""


async def answer_failures(
    connection: AsyncConnection, run_name: str | None, suite: str | None, branch: str | None = None
) -> FailuresReport:
    """Why a run failed; None is the newest run (of the branch, if one is named).

    Raises `NotFoundError`, or `AmbiguousError` when several suites have a run of that name.
    """
    run = await _run_meant(connection, run_name, suite, branch)
    suite_id = (await suite_named(connection, run.suite)).id
    rows = await failures_of(connection, [run.id])
    before = await recent_runs(connection, suite_id, branch=branch, limit=_STORM_RUNS, before=run)
    seen = await sightings(connection, {row.signature_id for row in rows}, run, branch=branch)
    tests = await tests_named(connection, {row.test_id for row in rows})
    previous = next((each for each in before if each.variant == run.variant), None)
    groups = group_failures(run, rows, tests, seen, previous)
    storms = storms_of([*before[::-1], run], rows, tests)
    return _reported(run, groups, _failure_caveats(run, previous, storms.get(run.id), groups))


def _reported(run: Run, groups: Sequence[FailureGroup], caveats: Iterable[str]) -> FailuresReport:
    total = sum(group.count for group in groups)
    return FailuresReport(
        run=run,
        source=run.name,
        headline=_failures_headline(run, groups, total),
        total_failures=total,
        categories=categories_of(groups),
        groups=tuple(groups),
        recommendations=recommend_all(known_category(group.category) for group in groups),
        caveats=tuple(caveats),
    )


async def answer_flaky(
    connection: AsyncConnection,
    suite: str | None,
    branch: str | None,
    now: datetime,
    *,
    window_runs: int = WINDOW_RUNS,
) -> FlakyReport:
    """The tests that are broken, flaky or suspect. Raises `NotFoundError` when there is no run."""
    window = await read_window(connection, suite, branch, window_runs)
    judged = await asyncio.to_thread(judge_all, window, now)
    broken = sorted(in_state(judged, {State.BROKEN}), key=_broken_since)
    flaky = sorted(in_state(judged, {State.FLAKY}), key=lambda each: (-each.state.rate, each.name))
    suspect = sorted(in_state(judged, {State.SUSPECT}), key=_newest_trouble)
    return FlakyReport(
        suite=window.suite,
        branch=branch,
        headline=_flaky_headline(broken, flaky, suspect, len(window.runs)),
        newest=window.newest,
        runs_read=len(window.runs),
        broken=tuple(broken),
        flaky=tuple(flaky),
        suspect=tuple(suspect),
        excluded=tuple(run.name for run in window.runs if run.id in window.storms),
        caveats=tuple(window_caveats(window)),
        groups=await asyncio.to_thread(cofailures_of, window, judged),
    )


def cofailures_of(window: Window, judged: Iterable[JudgedTest]) -> tuple[CoFailure, ...]:
    """The flaky tests that fail in the same runs."""
    failed = {
        each.name: {
            entry.run.id
            for entry in window.histories[each.test_id]
            if entry.run.id not in window.storms and (entry.outcome.is_bad or entry.is_flaky_pass)
        }
        for each in in_state(list(judged), {State.FLAKY})
    }
    return find_cofailures(failed, len(window.trusted))


async def answer_test(
    connection: AsyncConnection,
    suite: str | None,
    part: str,
    branch: str | None,
    now: datetime,
    *,
    window_runs: int = WINDOW_RUNS,
) -> TestReport:
    """How one test has been. Raises `NotFoundError`, or `AmbiguousError` with candidates."""
    suite_id, suite_name = await suite_of(connection, suite)
    test = await find_test(connection, suite_id, part)
    window = await read_window(connection, suite_name, branch, window_runs)
    runs = window.runs
    entries = (await histories(connection, [test.id], runs)).get(test.id, [])
    before = [run for run in window.trusted if entries and run.started_at < entries[0].run.started_at]
    rows = [row for row in window.failures if row.test_id == test.id]
    groups = cofailures_of(window, await asyncio.to_thread(judge_all, window, now))
    return TestReport(
        suite=suite_name,
        name=test.name,
        file=test.file,
        variant=test.variant,
        state=judge(entries, now, storms=window.storms, runs_before=len(before)),
        strip=tuple(_mark(entry, entry.run.id in window.storms) for entry in entries),
        durations=_durations(entries),
        signatures=tuple(_seen_signatures(rows, runs)),
        latest_message=next((row.message or row.title for row in reversed(rows)), ""),
        caveats=tuple(_test_caveats(entries, window)),
        test_id=test.id,
        flakes_with=next((each for each in groups if test.name in each.tests), None),
    )


async def answer_runs(
    connection: AsyncConnection, suite: str | None, branch: str | None, *, limit: int = RUNS_LISTED
) -> RunsReport:
    """The newest runs, newest first, each with what to know before trusting it."""
    suite_id, name = await suite_of(connection, suite)
    runs = await recent_runs(connection, suite_id, branch=branch, limit=limit + _STORM_RUNS)
    failures = await failures_of(connection, [run.id for run in runs])
    tests = await tests_named(connection, {row.test_id for row in failures})
    storms = storms_of(runs[::-1], failures, tests)
    listed = runs[:limit]
    notes = {run.id: note for run in listed if (note := _note(run, storms.get(run.id)))}
    return RunsReport(name, branch, tuple(listed), notes)


async def _run_meant(connection: AsyncConnection, name: str | None, suite: str | None, branch: str | None) -> Run:
    if name is not None or branch is None:
        return await find_run(connection, name, suite)
    suite_id, suite_name = await suite_of(connection, suite)
    found = await recent_runs(connection, suite_id, branch=branch, limit=1)
    if not found:
        raise NotFoundError(f"suite {suite_name!r} has no run on branch {branch!r}; `t12 runs` lists what there is")
    return found[0]


def window_caveats(window: Window) -> Iterable[str]:
    """What to know about the history an answer was read from."""
    storms = [run.name for run in window.runs if run.id in window.storms]
    if storms:
        listed = ", ".join(storms[-3:])
        yield f"left out as infrastructure failures: {len(storms)} of {len(window.runs)} runs ({listed})"
    if len(window.runs) == 1:
        yield "one run only: what is flaky shows over several runs"
    branches = {run.branch for run in window.runs}
    if window.branch is None and len(branches) > 1:
        yield f"{len(branches)} branches are read as one line; name a branch to read it alone"
    variants = {run.variant for run in window.runs}
    if len(variants) > 1:
        yield f"{len(variants)} variants report here; run {window.newest.name} is of {_variant(window.newest)} alone"
    if all(run.revision is None for run in window.runs):
        yield "no run names its revision: flaky tests show by reruns and by history alone"


def _failure_caveats(
    run: Run, previous: Run | None, storm: str | None, groups: Sequence[FailureGroup]
) -> Iterable[str]:
    if run.counts.collection_errors:
        yield f"incomplete: {_files(run)} could not be collected; the tests inside are neither passing nor failing"
    if not run.counts.tests:
        yield "the run holds no test at all"
    if storm:
        yield f"looks like an infrastructure failure: {storm}"
    if groups and previous is None:
        yield "no earlier run is known, so every failure counts as new"
    elif previous and previous.counts.collection_errors and not run.counts.collection_errors:
        yield f"run {previous.name} before it could not collect every file: what looks new may be old and was hidden"
    grouped = sum(group.count for group in groups)
    if grouped < run.counts.bad:
        yield f"{run.counts.bad - grouped} of {run.counts.bad} failing cases have no stored failure text"


def _failures_headline(run: Run, groups: Sequence[FailureGroup], total: int) -> str:
    if not total and not run.counts.tests:
        return f"run {run.name} holds no test"
    if not total:
        return f"run {run.name}: nothing failed, {run.counts.passed} passed"
    new = sum(group.new for group in groups)
    critical = sum(group.critical for group in groups)
    causes = "1 cause" if len(groups) == 1 else f"{len(groups)} causes"
    told = f"run {run.name}: {total} {'failure' if total == 1 else 'failures'} by {causes}, {new} new"
    return f"{told}, {critical} critical" if critical else told


def _flaky_headline(
    broken: Sequence[JudgedTest], flaky: Sequence[JudgedTest], suspect: Sequence[JudgedTest], runs: int
) -> str:
    read = f"the last {runs} runs" if runs > 1 else "one run"
    if not broken and not flaky:
        more = f", {len(suspect)} suspect" if suspect else ""
        return f"no test is flaky or broken in {read}{more}"
    return f"{len(flaky)} flaky, {len(broken)} broken, {len(suspect)} suspect in {read}"


def _broken_since(each: JudgedTest) -> tuple[datetime, str]:
    first = each.state.first_failing or each.state.last_run
    assert first is not None
    return first.run.started_at, each.name


def _newest_trouble(each: JudgedTest) -> tuple[float, str]:
    last = each.state.last_failing or each.state.last_run
    assert last is not None
    return -last.run.started_at.timestamp(), each.name


def _mark(entry: HistoryEntry, excluded: bool) -> StripMark:
    run = entry.run
    return StripMark(
        run=run.name,
        started_at=run.started_at,
        revision=run.revision,
        branch=run.branch,
        outcome=entry.outcome,
        flaky_pass=entry.is_flaky_pass,
        excluded=excluded,
        duration_seconds=entry.duration_seconds,
    )


def _durations(entries: Sequence[HistoryEntry]) -> DurationSummary | None:
    """Passes alone: a failing test is fast or slow for another reason."""
    seconds = [
        entry.duration_seconds
        for entry in entries
        if entry.outcome is Outcome.PASSED and entry.duration_seconds is not None
    ]
    if not seconds:
        return None
    return DurationSummary(len(seconds), median(seconds), min(seconds), max(seconds), seconds[-1])


def _seen_signatures(rows: Sequence[FailureRow], runs: Sequence[Run]) -> list[SeenSignature]:
    places = {run.id: place for place, run in enumerate(runs)}
    found: dict[str, tuple[FailureRow, set[int]]] = {}
    for row in rows:
        found.setdefault(row.fingerprint, (row, set()))[1].add(places[row.run_id])
    ordered = sorted(found.values(), key=lambda pair: -max(pair[1]))
    return [
        SeenSignature(row.fingerprint, row.title, row.category, len(seen), runs[min(seen)].name, runs[max(seen)].name)
        for row, seen in ordered
    ]


def _test_caveats(entries: Sequence[HistoryEntry], window: Window) -> Iterable[str]:
    yield from window_caveats(window)
    if not entries:
        yield f"no result in the last {len(window.runs)} runs: it was removed, renamed, or hidden by collection errors"
    elif entries[-1].run.id != window.newest.id:
        yield f"no result in the newest run, {window.newest.name}; its last one is from run {entries[-1].run.name}"


def _note(run: Run, storm: str | None) -> str:
    if storm:
        return f"looks like an infrastructure failure: {storm}"
    if run.counts.collection_errors:
        return f"incomplete: {_files(run)} could not be collected"
    return "incomplete: nothing ran" if not run.is_complete else ""


def _variant(run: Run) -> str:
    return f"variant {run.variant}" if run.variant else "the variant without a name"


def _files(run: Run) -> str:
    count = run.counts.collection_errors
    return "1 file" if count == 1 else f"{count} files"
