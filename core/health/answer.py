"""Answers how a suite is: reads a bounded window of its history, judges it, and says what would help."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from core.failures.answer import window_caveats
from core.failures.groups import deciding_failures, group_failures
from core.failures.report import FailureGroup
from core.failures.validity import executed_and_bad, failing_share
from core.failures.verdict import State, names_of
from core.failures.window import WINDOW_RUNS, Window, in_state, judge_all, read_window
from core.health.advice import advise
from core.health.changes import Snapshot, choose_previous, find_changes, ids_to_name
from core.health.gates import open_gates
from core.health.model import Changes, Gate, HealthReport, Score
from core.health.reliability import cost_of_flakes
from core.health.score import ALERT_BELOW, many, score_health
from core.health.signatures import seen_in_window, signature_histories
from core.health.trend import find_trend
from core.runs.history import results_of, tests_named
from core.runs.model import Run


async def answer_health(
    connection: AsyncConnection,
    suite: str | None,
    branch: str | None,
    now: datetime,
    *,
    window_runs: int = WINDOW_RUNS,
    report_every: timedelta | None = None,
) -> HealthReport:
    """How the suite is, as of its newest run.

    `suite` None is the newest run's suite, `branch` None reads all branches as one line; `report_every` is how often a
    report is expected, None when nobody said. Raises `NotFoundError` when there is no such suite or no run. The cost
    depends on the window and on the size of a run, not on the length of the history; judging is done in a thread, so
    that a suite with thousands of failing tests keeps nobody else waiting.
    """
    window = await read_window(connection, suite, branch, window_runs)
    changes = await _read_changes(connection, window)
    return await asyncio.to_thread(assess, window, changes, now, report_every)


def assess(window: Window, changes: Changes | None, now: datetime, report_every: timedelta | None) -> HealthReport:
    """The whole verdict on a window."""
    newest = window.newest
    judged = judge_all(window, now)
    flaky = in_state(judged, {State.FLAKY})
    read = f"the last {many(len(window.runs), 'run')}" if len(window.runs) > 1 else "one run"
    rated = next((run for run in reversed(window.runs) if executed_and_bad(run)[0]), None)
    score = score_health(
        newest,
        names_of(flaky),
        read,
        last_executed=rated,
        last_covered=next((run for run in reversed(window.runs) if run.coverage_percentage is not None), None),
    )
    deciding = deciding_failures(window.failures)
    failing_now = [row for row in deciding if row.run_id == newest.id]
    earlier = window.runs[-2::-1]
    line = [run for run in window.runs if run.variant == newest.variant]
    groups = group_failures(
        newest, failing_now, window.tests, seen_in_window(line, deciding), choose_previous(newest, earlier)
    )
    explained = {row.test_id for row in failing_now} & {each.test_id for each in flaky}
    gates = open_gates(
        newest,
        earlier,
        explained=len(explained),
        signatures=signature_histories(line, window.failures, groups),
        storms=window.storms,
        now=now,
        report_every=report_every,
    )
    trusted = {run.id: run for run in window.trusted}
    failing: dict[int, list[int]] = {}
    for row in deciding:
        failing.setdefault(row.run_id, []).append(row.test_id)
    cost = cost_of_flakes(flaky, tuple(trusted.values()), failing)
    return HealthReport(
        suite=window.suite,
        branch=window.branch,
        run=newest,
        headline=_headline(newest, score, gates, groups, changes),
        score=score.value,
        alert=score.value < ALERT_BELOW or bool(gates),
        deductions=score.deductions,
        gates=gates,
        caveats=(*score.caveats, *_caveats(window)),
        failure_rate=failing_share(newest),
        coverage_percentage=newest.coverage_percentage,
        flaky=tuple(flaky),
        broken=tuple(in_state(judged, {State.BROKEN})),
        suspect=tuple(in_state(judged, {State.SUSPECT})),
        flake_cost=cost,
        trend=find_trend(window.trusted),
        changes=changes,
        advice=advise(newest, rated or newest, score, groups, cost),
        runs_read=len(window.runs),
    )


async def _read_changes(connection: AsyncConnection, window: Window) -> Changes | None:
    """Compares whole results of two runs, three when the one before was incomplete."""
    newest, earlier = window.newest, window.runs[-2::-1]
    previous = choose_previous(newest, earlier)
    if previous is None:
        return None
    now = Snapshot(newest, await results_of(connection, newest.id))
    before = Snapshot(previous, await results_of(connection, previous.id))
    complete = None
    if previous.counts.collection_errors:
        older = earlier[earlier.index(previous) + 1 :]
        run = choose_previous(newest, [each for each in older if each.is_complete])
        complete = Snapshot(run, await results_of(connection, run.id)) if run else None
    tests = await tests_named(connection, ids_to_name(now, before, complete))
    return find_changes(now, before, complete, tests)


def _headline(
    run: Run, score: Score, gates: Sequence[Gate], groups: Sequence[FailureGroup], changes: Changes | None
) -> str:
    """The verdict in one sentence: the score, then what is most worth knowing."""
    verdict = "alert" if score.value < ALERT_BELOW or gates else "no alert"
    return ", ".join([f"health {score.value:g} of 100", *_news(run, groups, changes)]) + f" ({verdict})"


def _news(run: Run, groups: Sequence[FailureGroup], changes: Changes | None) -> Iterable[str]:
    executed, bad = executed_and_bad(run)
    if run.counts.collection_errors:
        yield f"run {run.name} is incomplete: {many(run.counts.collection_errors, 'file')} could not be collected"
    elif not executed:
        yield f"run {run.name} executed no test"
    if changes is not None and changes.hidden:
        yield f"{many(len(changes.hidden), 'test')} not run"
    if changes is not None and changes.collection_repaired:
        shown = "visible again" if changes.revealed_known == len(changes.revealed) else "became visible"
        yield f"collection is repaired, {many(len(changes.revealed), 'failure')} {shown}"
        if changes.newly_failing:
            yield f"{len(changes.newly_failing)} newly failing"
    elif bad and changes is not None:
        new = sum(group.count for group in groups if group.new and "collection" not in group.phases)
        yield f"{many(bad, 'failure')}: {new} new, {max(0, bad - new)} known"
    elif bad:
        yield many(bad, "failure")
    elif executed:
        yield f"all {executed} executed tests passed"
    if changes is not None and changes.fixed:
        yield f"{len(changes.fixed)} fixed"
    if changes is not None and changes.vanished:
        yield f"{many(len(changes.vanished), 'test')} vanished"


def _caveats(window: Window) -> list[str]:
    storm = "the newest run looks like an infrastructure failure: the score says little about the tests"
    return [*([storm] if window.newest.id in window.storms else []), *window_caveats(window)]
