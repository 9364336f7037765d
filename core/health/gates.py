"""Reasons to alert that the score alone would miss: a broken suite, a silent one, a new failure, a storm."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from core.failures.validity import executed_and_bad
from core.health.model import Gate
from core.health.score import many
from core.runs.model import Run
from core.statistics import wilson_interval

BROKEN_SHARE = 0.10
BROKEN_FAILURES = 3
EXPECTED_SHARE = 0.75
"""Of the usual number of tests (Sippy)."""
EXPECTED_FROM_RUNS = 10
NEW_RUNS = 2


@dataclass(frozen=True, slots=True)
class SignatureHistory:
    """What the window knows of one signature of the newest run."""

    title: str
    tests: int
    new: bool
    """Unseen in the 21 days before it first came up in the present streak of runs."""
    runs: int
    """Runs in a row that bear it, the newest included."""
    attempts: int
    """Failing attempts of the test that failed most often in the newest run."""


def open_gates(
    newest: Run,
    earlier: Sequence[Run],
    *,
    explained: int,
    signatures: Sequence[SignatureHistory],
    storms: Mapping[int, str],
    now: datetime,
    report_every: timedelta | None = None,
) -> tuple[Gate, ...]:
    """The gates that are open, by severity.

    `earlier` are the runs before, newest first; `explained` is how many of the newest run's failing cases are known
    flaky tests; `report_every` is how often a report is expected, None when nobody said. Source: procedure reference,
    "Contract", gates G1 to G4.
    """
    found: list[Gate] = []
    found += _broken(newest, explained)
    found += _silent(newest, earlier, storms, now, report_every)
    found += _new(signatures)
    if newest.id in storms:
        found.append(Gate("storm", f"run {newest.name} looks like an infrastructure failure: {storms[newest.id]}"))
    return tuple(found)


def _broken(run: Run, explained: int) -> Iterable[Gate]:
    executed, bad = executed_and_bad(run)
    unexplained = max(0, bad - explained)
    low, _ = wilson_interval(unexplained, executed)
    if executed and unexplained >= BROKEN_FAILURES and low >= BROKEN_SHARE:
        known = f", {explained} known flaky left out" if explained else ""
        yield Gate("broken", f"{unexplained} of {executed} executed cases fail{known} (at least {low:.0%}, 95 % sure)")


def _silent(
    run: Run, earlier: Sequence[Run], storms: Collection[int], now: datetime, report_every: timedelta | None
) -> Iterable[Gate]:
    counts = run.counts
    if counts.collection_errors:
        yield Gate("silent", f"{many(counts.collection_errors, 'file')} could not be collected in run {run.name}")
    executed, _ = executed_and_bad(run)
    if not executed and not counts.collection_errors:
        yield Gate("silent", f"run {run.name} executed no test")
    usual = usual_tests(run, earlier, storms)
    if usual and counts.tests < EXPECTED_SHARE * usual and executed:
        yield Gate("silent", f"run {run.name} has {many(counts.tests, 'test')}; {usual:g} are usual")
    if report_every is not None and now - run.started_at > report_every:
        yield Gate("silent", f"no report since {run.started_at:%Y-%m-%d %H:%M} UTC; one was expected by now")


def usual_tests(run: Run, earlier: Sequence[Run], storms: Collection[int]) -> float | None:
    """Median number of tests of the last 10 complete runs of the same variant."""
    like = [each for each in earlier if each.is_complete and each.variant == run.variant and each.id not in storms]
    return median(each.counts.tests for each in like[:EXPECTED_FROM_RUNS]) if like else None


def _new(signatures: Iterable[SignatureHistory]) -> Iterable[Gate]:
    confirmed = [each for each in signatures if each.new and (each.runs >= NEW_RUNS or each.attempts >= NEW_RUNS)]
    if confirmed:
        first = max(confirmed, key=lambda each: each.tests)
        seen = f"in {first.runs} runs" if first.runs >= NEW_RUNS else f"on {first.attempts} attempts"
        others = f", and {len(confirmed) - 1} more" if len(confirmed) > 1 else ""
        yield Gate("new", f"new failure confirmed {seen}: {first.title} ({many(first.tests, 'test')}){others}")
