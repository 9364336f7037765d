"""What is different from the run before: failing, fixed, vanished, hidden and revealed tests."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from core.health.model import Changes
from core.health.score import many
from core.runs.history import TestRow
from core.runs.model import CaseKind, CaseResult, Outcome, Run

_BAD = frozenset({Outcome.FAILED, Outcome.ERROR})

Results = Mapping[int, CaseResult]

_COVERAGE_NOISE = 0.05
"""Percentage points below which coverage is said to be unchanged."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A run with all of its results by test id."""

    run: Run
    results: Results


def choose_previous(newest: Run, earlier: Sequence[Run]) -> Run | None:
    """The run to compare with: the one before of the same variant; `earlier` are newest first."""
    return next((run for run in earlier if run.variant == newest.variant), None)


@dataclass(frozen=True, slots=True)
class _Sets:
    """Test ids by what happened to them."""

    cases: Set[int]
    known: Set[int]
    """Had a result in the run before, or when last seen before collection errors hid them."""
    failing: Set[int]
    failed: Set[int]
    passing: Set[int]
    skipped: Set[int]
    hidden_before: Set[int]

    @classmethod
    def of(cls, now: Snapshot, before: Snapshot, complete: Snapshot | None, pseudo: Set[int]) -> "_Sets":
        last_seen = {**(complete.results if complete else {}), **before.results}
        cases, known = now.results.keys() - pseudo, last_seen.keys() - pseudo
        blind = bool(before.run.counts.collection_errors)
        return cls(
            cases=cases,
            known=known,
            failing=_bad(now.results) - pseudo,
            failed=_bad(last_seen) - pseudo,
            passing=_with(now.results, Outcome.PASSED),
            skipped=_with(now.results, Outcome.SKIPPED),
            hidden_before=cases - before.results.keys() if blind else set(),
        )


def ids_to_name(now: Snapshot, before: Snapshot, complete: Snapshot | None) -> Set[int]:
    """The tests whose names and kinds `find_changes` needs."""
    sets = _Sets.of(now, before, complete, set())
    return sets.failing | sets.failed | (sets.cases ^ sets.known)


def find_changes(now: Snapshot, before: Snapshot, complete: Snapshot | None, tests: Mapping[int, TestRow]) -> Changes:
    """The changes from `before` to `now`.

    `complete` is the last complete run before `before`, given when `before` is not complete: what collection errors hid
    there is compared with what it was when last seen, and a failure that was never seen is revealed rather than new. A
    pseudo-case is no test: a file that could not be collected is neither failing nor, later, vanished.
    """
    pseudo = {test_id for test_id, test in tests.items() if test.kind != CaseKind.CASE}
    moves = _moves(_Sets.of(now, before, complete, pseudo), tests)
    before, complete = _moved(before, moves), _moved(complete, moves) if complete else None
    sets = _Sets.of(now, before, complete, pseudo)
    was_blind = bool(before.run.counts.collection_errors)
    is_blind = bool(now.run.counts.collection_errors)
    absent, unseen = sets.known - sets.cases, sets.cases - sets.known
    newly = (sets.failing & sets.known) - sets.failed
    revealed = (sets.failing & sets.hidden_before) - newly

    def named(ids: Set[int]) -> tuple[str, ...]:
        return tuple(sorted(tests[test_id].name if test_id in tests else str(test_id) for test_id in ids))

    changes = Changes(
        since=before.run.name,
        since_at=before.run.started_at,
        newly_failing=named(newly),
        failing_at_birth=named((sets.failing & unseen) - revealed),
        revealed=named(revealed),
        revealed_known=len(revealed & sets.failed),
        fixed=named(sets.failed & sets.passing),
        silenced=named(sets.failed & sets.skipped),
        still_failing=named((sets.failing & sets.failed) - revealed),
        vanished=named(set() if is_blind else absent),
        hidden=named(absent if is_blind else set()),
        added=named(unseen - sets.hidden_before),
        moved=named(set(moves.values())),
        returned=named(sets.hidden_before),
        collection_repaired=was_blind and not is_blind,
        coverage_change=_coverage_change(now.run, before.run),
    )
    return replace(changes, sentences=tuple(_sentences(changes, now.run, before.run)))


def _moves(sets: _Sets, tests: Mapping[int, TestRow]) -> dict[int, int]:
    """Old to new id of tests that went to another path: one test of that class and name is gone, one has come."""

    def by_name(ids: Set[int]) -> dict[tuple[str, str, str], list[int]]:
        found: dict[tuple[str, str, str], list[int]] = {}
        for test_id in ids & tests.keys():
            test = tests[test_id]
            key = (test.classname.rpartition(".")[2], test.short_name, test.variant)
            found.setdefault(key, []).append(test_id)
        return found

    gone, come = by_name(sets.known - sets.cases), by_name(sets.cases - sets.known)
    return {old[0]: come[key][0] for key, old in gone.items() if len(old) == 1 == len(come.get(key, ()))}


def _moved(snapshot: Snapshot, moves: Mapping[int, int]) -> Snapshot:
    if not moves:
        return snapshot
    return Snapshot(snapshot.run, {moves.get(test_id, test_id): each for test_id, each in snapshot.results.items()})


def _sentences(changes: Changes, now: Run, before: Run) -> Iterable[str]:
    """The changes in words, the most important first; one sentence when nothing changed."""
    told = [*_about_collection(changes, now), *_about_tests(changes)]
    if changes.coverage_change is not None and abs(changes.coverage_change) >= _COVERAGE_NOISE:
        way = "rose" if changes.coverage_change > 0 else "fell"
        told.append(f"coverage {way} by {abs(changes.coverage_change):.2f} points to {now.coverage_percentage:.2f} %")
    elif now.coverage_percentage is None and before.coverage_percentage is not None:
        told.append(f"no coverage came with this run; it was {before.coverage_percentage:.2f} %")
    yield from told or ["nothing changed"]
    if now.branch != before.branch:
        yield f"run {before.name} is of {_branch(before)}, run {now.name} of {_branch(now)}"


def _about_collection(changes: Changes, now: Run) -> Iterable[str]:
    revealed = len(changes.revealed)
    if changes.collection_repaired:
        yield f"collection is repaired: {_tests(len(changes.returned), 'runs', 'run')} that had been hidden"
    if revealed:
        first = revealed - changes.revealed_known
        seen = f"{first} {_verb(first, 'is', 'are')} seen first now" if first else "all failed before"
        yield f"{_tests(revealed, 'that was hidden fails', 'that were hidden fail')} ({seen}): visible, not worse"
    if changes.hidden:
        files = many(now.counts.collection_errors, "file")
        yield (
            f"{_tests(len(changes.hidden), 'was', 'were')} not run because {files} could not be collected: "
            "neither removed nor fixed"
        )


def _about_tests(changes: Changes) -> Iterable[str]:
    sayings = (
        (changes.newly_failing, "newly fails", "newly fail"),
        (changes.failing_at_birth, "is new and fails", "are new and fail"),
        (changes.moved, "moved to another path", "moved to another path"),
        (changes.vanished, "vanished: it had a result before and has none now", "vanished: results before, none now"),
        (changes.fixed, "is fixed", "are fixed"),
        (
            changes.silenced,
            "failed before and is skipped now: not fixed",
            "failed before and are skipped now: not fixed",
        ),
        (changes.still_failing, "still fails", "still fail"),
    )
    for names, one, several in sayings:
        if names:
            yield _tests(len(names), one, several)
    passing = len(changes.added) - len(changes.failing_at_birth)
    if passing > 0:
        yield f"{many(passing, 'new test')} came in that {_verb(passing, 'does', 'do')} not fail"


def _bad(results: Results) -> set[int]:
    return {test_id for test_id, result in results.items() if result.outcome in _BAD}


def _with(results: Results, outcome: Outcome) -> set[int]:
    return {test_id for test_id, result in results.items() if result.outcome == outcome}


def _tests(count: int, one: str, several: str) -> str:
    return f"{many(count, 'test')} {_verb(count, one, several)}"


def _verb(count: int, one: str, several: str) -> str:
    return one if count == 1 else several


def _branch(run: Run) -> str:
    return f"branch {run.branch}" if run.branch else "an unknown branch"


def _coverage_change(now: Run, before: Run) -> float | None:
    if now.coverage_percentage is None or before.coverage_percentage is None:
        return None
    return round(now.coverage_percentage - before.coverage_percentage, 6)
