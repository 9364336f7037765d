"""Which runs say nothing about the tests: infrastructure storms, found before any test is judged."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from core.runs.model import Run

STORM_SHARE = 0.80
"""Trunk leaves out uploads of which so much failed."""
COMMON_CAUSE_SHARE = 0.60
"""One signature covers so much of a storm's failures."""
SURROUNDINGS_SHARE = 0.50
"""So much of a storm's failures are about the surroundings of the tests, not about the tests."""
UNUSUAL_SHARE = 0.10
"""Below this failing share nothing is a storm."""
UNUSUAL_FACTOR = 5
MEDIAN_RUNS = 20
LASTING_RUNS = 3
"""So many runs in a row at one level are the suite's state: an outage passes."""
KNOWN_RUNS = 5
"""What is usual is not known from fewer runs."""
MIN_FAILURES = 3
"""One cause behind fewer failures is a bug, not weather."""

SURROUNDINGS = frozenset({"worker_crash", "collection_error", "network"})


@dataclass(frozen=True, slots=True)
class FailureMix:
    """The final failures of one run, counted."""

    failing: int
    by_signature: Mapping[str, int]
    by_category: Mapping[str, int]


def mix_of(failures: Sequence[tuple[str, str]]) -> FailureMix:
    """Counts (signature, category) pairs, one per failing case."""
    return FailureMix(len(failures), Counter(pair[0] for pair in failures), Counter(pair[1] for pair in failures))


def executed_and_bad(run: Run) -> tuple[int, int]:
    """Cases that were collected and executed, and how many of them failed or erred.

    A file that could not be collected and an error of a whole suite are no executed cases: their cases are unknown.
    """
    pseudo = run.counts.collection_errors + run.counts.suite_level
    return max(0, run.counts.executed - pseudo), max(0, run.counts.bad - pseudo)


def failing_share(run: Run) -> float | None:
    """Failing share of the collected and executed cases, of 1; None when there was none."""
    executed, bad = executed_and_bad(run)
    return bad / executed if executed else None


def find_storms(runs: Sequence[Run], mixes: Mapping[int, FailureMix]) -> dict[int, str]:
    """The runs that look like infrastructure failures, by id, each with the sentence that says why.

    `runs` are oldest first, `mixes` by run id. The rule (procedure reference, run validity): at least 80 % failing; or
    at least max(10 %, 5 times the median of the 20 runs before) with one signature behind 60 % of the failures or with
    crashes, connections and collection behind half of them. Our limits: an outage hits tests that ran before, so a run
    without predecessor or whose failures fit into its new tests is none; a level that lasts three runs is the state of
    the suite; one signature says nothing before five runs are known; a run that executed nothing is incomplete.
    """
    found: dict[int, str] = {}
    shares = [failing_share(run) for run in runs]
    for place, run in enumerate(runs):
        before = [each for each in range(max(0, place - MEDIAN_RUNS), place) if shares[each] is not None]
        if shares[place] is None or run.id not in mixes or not _hits_known_tests(run, [runs[each] for each in before]):
            continue
        reason = _storm(shares[place] or 0.0, [shares[each] or 0.0 for each in before], mixes[run.id])
        if reason and not _lasts(shares, place):
            found[run.id] = reason
    return found


def _hits_known_tests(run: Run, before: Sequence[Run]) -> bool:
    """Whether at least half of the failing cases must have been there before, judged by the number of cases."""
    known = max((executed_and_bad(each)[0] for each in before if each.variant == run.variant), default=0)
    executed, bad = executed_and_bad(run)
    return bool(known) and max(0, executed - known) <= bad / 2


def _storm(share: float, before: Sequence[float], mix: FailureMix) -> str | None:
    usual = median(before)
    told = f"{share:.0%} of the executed cases failed (usually {usual:.1%})"
    if mix.failing < MIN_FAILURES:
        return None
    if share >= STORM_SHARE:
        return told
    if share < max(UNUSUAL_SHARE, UNUSUAL_FACTOR * usual):
        return None
    signature = max(mix.by_signature.values(), default=0)
    if len(before) >= KNOWN_RUNS and signature >= COMMON_CAUSE_SHARE * mix.failing:
        return f"{told}, {signature} of {mix.failing} with one signature"
    around = sum(count for category, count in mix.by_category.items() if category in SURROUNDINGS)
    if around >= SURROUNDINGS_SHARE * mix.failing:
        return f"{told}, {around} of {mix.failing} by crashes, connections or collection"
    return None


def _lasts(shares: Sequence[float | None], place: int) -> bool:
    """Whether the run is one of three in a row (unexecuted ones skipped) that fail at least half as much as it does."""
    level = (shares[place] or 0.0) / 2
    known = [(index, share) for index, share in enumerate(shares) if share is not None]
    at = next(index for index, (original, _) in enumerate(known) if original == place)
    first = last = at
    while first > 0 and known[first - 1][1] >= level:
        first -= 1
    while last + 1 < len(known) and known[last + 1][1] >= level:
        last += 1
    return last - first + 1 >= LASTING_RUNS
