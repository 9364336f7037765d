"""The state of one test, judged from its history: broken, flaky, suspect, new, unknown or healthy."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from core.failures.sameness import is_proven, same_source_evidence
from core.failures.segments import PRIOR_A, PRIOR_B, count_episodes, is_clustered, split_segments
from core.failures.verdict import Evidence, Segment, State, TestState
from core.runs.model import HistoryEntry, Outcome
from core.statistics import beta_interval

MIN_RUNS = 10
"""Fewer runs say nothing about a rate; only same-source evidence and a lasting failure speak before."""
_BROKEN_STREAK = 3
_BROKEN_SHARE = 0.8
_SURPRISE = 1e-3
"""As unlikely as a change of rate is held to be, see `split_segments`."""
_EXPECTED_FAILURES = 3
"""Rule of three: passes until so many failures would have been expected."""
_FLAKY_PASSES = 30
_FLAKY_QUIET = timedelta(days=7)
_HISTORY_EPISODES = 2


def judge(
    entries: Sequence[HistoryEntry], now: datetime, *, storms: Collection[int] = (), runs_before: int = 0
) -> TestState:
    """The state of a test from its results, oldest first.

    `storms` are ids of runs to leave out; `runs_before` is the number of complete runs known from before the first
    result, which tells a new test from a short history. The rules are those of the procedure reference, "Test state":

    - broken: the last 3 runs failed, or 80 % of at least 3 runs of the current stretch. Where the test is known to be
      flaky, 3 in a row must also be less likely than 1 in 1,000 at its own rate.
    - flaky: proven at one revision or by reruns (two instances), or 2 separate failure episodes on one branch in one
      stretch of at least 10 runs, unless the failures cluster as breakages do. It stays so until 30 clean passes,
      7 days and k >= 3/p passes without trouble.
    - suspect: one such occurrence, or a repair that has not yet passed 3/p times.
    - new or unknown below 10 runs; otherwise healthy.
    """
    valid = [entry for entry in entries if entry.outcome is not Outcome.SKIPPED and entry.run.id not in storms]
    if not valid:
        return _unjudged(entries)
    return _Judgement.of(valid, entries, now, runs_before).state()


@dataclass(frozen=True, slots=True)
class _Judgement:
    """What the rules look at."""

    valid: Sequence[HistoryEntry]
    last_run: HistoryEntry
    bounds: Sequence[tuple[int, int]]
    current: Sequence[HistoryEntry]
    """The newest stretch."""
    basis: Sequence[HistoryEntry]
    """The newest stretch with any trouble; the current one when there is none."""
    basis_start: int
    """Place of the basis in `valid`."""
    troubles: Sequence[bool]
    """Whether each of the basis failed an attempt."""
    evidence: tuple[Evidence, ...]
    proven: bool
    streak: int
    """Failing runs in a row up to now."""
    passes: int
    """Clean passes in a row up to now."""
    quiet: timedelta
    """Since the newest trouble."""
    runs_before: int

    @classmethod
    def of(
        cls, valid: Sequence[HistoryEntry], entries: Sequence[HistoryEntry], now: datetime, runs_before: int
    ) -> "_Judgement":
        bounds = split_segments([entry.outcome.is_bad for entry in valid])
        flags = [_is_trouble(entry) for entry in valid]
        basis_start, basis_end = next((each for each in reversed(bounds) if any(flags[slice(*each)])), bounds[-1])
        recent = valid[_since_recovery(valid) :]
        evidence = same_source_evidence(recent)
        newest = next((entry for entry in reversed(valid) if _is_trouble(entry)), None)
        return cls(
            valid=valid,
            last_run=entries[-1],
            bounds=bounds,
            current=valid[slice(*bounds[-1])],
            basis=valid[basis_start:basis_end],
            basis_start=basis_start,
            troubles=flags[basis_start:basis_end],
            evidence=evidence,
            proven=is_proven(evidence, recent),
            streak=_trailing(valid, bad=True),
            passes=_trailing(valid, bad=False),
            quiet=now - newest.run.started_at if newest else timedelta(0),
            runs_before=runs_before,
        )

    def state(self) -> TestState:
        state, reason = self._decide()
        stretch = self.current if state in (State.HEALTHY, State.NEW, State.UNKNOWN) else self.basis
        failures, runs = sum(map(_is_trouble, stretch)), len(stretch)
        low, high = beta_interval(failures + PRIOR_A, runs - failures + PRIOR_B)
        first, before = self._first_failing(state)
        last_failing = next((entry for entry in reversed(self.valid) if _is_trouble(entry)), None)
        return TestState(
            state=state,
            reason=reason + self._skipped(),
            failures=failures,
            runs=runs,
            rate=_rate(failures, runs),
            low=low,
            high=high,
            red=sum(entry.outcome.is_bad for entry in stretch),
            episodes=count_episodes(_flippiest(stretch)),
            passes_so_far=self.passes,
            passes_needed=self._needed(state is State.FLAKY) if last_failing and state is not State.HEALTHY else None,
            segments=tuple(_segment(self.valid[start:end]) for start, end in self.bounds),
            evidence=self.evidence,
            first_failing=first,
            last_passing=before,
            last_failing=last_failing,
            last_run=self.last_run,
        )

    def _decide(self) -> tuple[State, str]:
        by_history = self._is_flaky_by_history()
        if self._is_broken(known_flaky=self.proven or by_history):
            return State.BROKEN, self._broken_reason()
        if (self.proven or by_history) and not self._is_recovered(flaky=True):
            return State.FLAKY, self._flaky_reason() + self._missing(flaky=True)
        if self.evidence and not self._is_recovered(flaky=False):
            return State.SUSPECT, f"{self.evidence[-1].text}; once is not enough to call it flaky"
        return self._too_few() if len(self.valid) < MIN_RUNS else self._by_rate()

    def _by_rate(self) -> tuple[State, str]:
        if not any(self.troubles):
            return State.HEALTHY, f"passed in all {len(self.valid)} known runs"
        if self._is_recovered(flaky=False):
            return State.HEALTHY, f"passed {self.passes} times in a row since it last failed"
        return State.SUSPECT, self._counted() + self._missing(flaky=False)

    def _is_broken(self, *, known_flaky: bool) -> bool:
        bad = sum(entry.outcome.is_bad for entry in self.current)
        if len(self.current) >= _BROKEN_STREAK and bad >= _BROKEN_SHARE * len(self.current):
            return True
        if self.streak < _BROKEN_STREAK:
            return False
        return not known_flaky or _rate(bad - self.streak, len(self.current) - self.streak) ** self.streak < _SURPRISE

    def _is_flaky_by_history(self) -> bool:
        bad = sum(entry.outcome.is_bad for entry in self.basis)
        steady = len(self.valid) >= MIN_RUNS and 0 < bad < _BROKEN_SHARE * len(self.basis)
        flips = _flippiest(self.basis)
        return steady and count_episodes(flips) >= _HISTORY_EPISODES and not is_clustered(flips)

    def _needed(self, flaky: bool) -> int:
        """Passes that make it fixed; the rate is that up to the newest trouble, so the target stands still."""
        after = next((place for place, trouble in enumerate(reversed(self.troubles)) if trouble), len(self.troubles))
        return _passes_needed(sum(self.troubles), len(self.troubles) - after, flaky=flaky)

    def _is_recovered(self, *, flaky: bool) -> bool:
        return self.passes >= self._needed(flaky) and (not flaky or self.quiet >= _FLAKY_QUIET)

    def _first_failing(self, state: State) -> tuple[HistoryEntry | None, HistoryEntry | None]:
        if state is State.HEALTHY:
            return None, None
        bad = sum(entry.outcome.is_bad for entry in self.basis)
        if self.streak and bad < _BROKEN_SHARE * len(self.basis) and state is not State.FLAKY:
            first = len(self.valid) - self.streak
        else:
            if not any(self.troubles):
                return None, None
            first = self.basis_start + self.troubles.index(True)
        before = next((entry for entry in reversed(self.valid[:first]) if not _is_trouble(entry)), None)
        return self.valid[first], before

    def _broken_reason(self) -> str:
        first, _ = self._first_failing(State.BROKEN)
        since = f" since run {first.run.name}" if first else ""
        if self.streak >= _BROKEN_STREAK:
            return f"failed in the last {self.streak} runs in a row{self._where()},{since}"
        bad = sum(entry.outcome.is_bad for entry in self.current)
        told = f"failed in {bad} of {len(self.current)} runs{self._where()}{since}"
        return told + (f", passed the last {self.passes}" + self._missing(flaky=False) if self.passes else "")

    def _flaky_reason(self) -> str:
        if not self.proven:
            return f"{self._counted()}, in {count_episodes(_flippiest(self.basis))} separate episodes"
        kinds = Counter(each.kind for each in self.evidence)
        if not kinds["rerun"]:
            texts = list(dict.fromkeys(each.text for each in self.evidence))
            return f"passed and failed on the same code: {texts[-1]}"
        if not kinds["same-revision"]:
            return f"passed only after a rerun in {kinds['rerun']} runs, last in run {self.evidence[-1].run}"
        return f"passed and failed on the same code {len(self.evidence)} times: {self.evidence[-1].text}"

    def _counted(self) -> str:
        failures, runs = sum(self.troubles), len(self.basis)
        low, high = beta_interval(failures + PRIOR_A, runs - failures + PRIOR_B)
        return f"failed in {failures} of {runs} runs ({low:.1%} to {high:.1%}){self._where()}"

    def _missing(self, *, flaky: bool) -> str:
        missing = self._needed(flaky) - self.passes
        if missing > 0:
            return f"; {missing} more {'pass' if missing == 1 else 'passes'} in a row until it counts as fixed"
        return "; it counts as fixed after 7 days without trouble" if flaky else ""

    def _too_few(self) -> tuple[State, str]:
        runs, bad = len(self.valid), sum(entry.outcome.is_bad for entry in self.valid)
        told = f"failed in {bad} of {runs} known {'run' if runs == 1 else 'runs'}"
        if self.runs_before:
            return State.NEW, f"{told}, first seen in run {self.valid[0].run.name}"
        return State.UNKNOWN, f"{told}; {MIN_RUNS} are needed to say more"

    def _where(self) -> str:
        """The branch, when several are known and the trouble keeps to one."""
        troubled = {entry.run.branch for entry in self.basis if _is_trouble(entry)}
        known = {entry.run.branch for entry in self.valid}
        return f", all on branch {next(iter(troubled))}" if len(troubled) == 1 and len(known) > 1 else ""

    def _skipped(self) -> str:
        return f"; skipped in run {self.last_run.run.name}" if self.last_run.outcome is Outcome.SKIPPED else ""


def _is_trouble(entry: HistoryEntry) -> bool:
    return entry.outcome.is_bad or entry.is_flaky_pass


def _rate(failures: int, runs: int) -> float:
    return (failures + PRIOR_A) / (runs + PRIOR_A + PRIOR_B)


def _passes_needed(failures: int, runs: int, *, flaky: bool) -> int:
    needed = ceil(_EXPECTED_FAILURES / _rate(failures, runs))
    return max(_FLAKY_PASSES, needed) if flaky else needed


def _trailing(entries: Sequence[HistoryEntry], *, bad: bool) -> int:
    count = 0
    for entry in reversed(entries):
        if entry.outcome.is_bad != bad or (not bad and entry.is_flaky_pass):
            break
        count += 1
    return count


def _flippiest(entries: Sequence[HistoryEntry]) -> list[bool]:
    """Whether each run failed, on the branch with the most failure episodes: branches differ for good reasons."""
    by_branch: dict[str | None, list[bool]] = {}
    for entry in entries:
        by_branch.setdefault(entry.run.branch, []).append(entry.outcome.is_bad)
    return max(by_branch.values(), key=count_episodes)


def _since_recovery(valid: Sequence[HistoryEntry]) -> int:
    """Place from which trouble counts: after the last time the test had recovered from being flaky."""
    start, troubles, last = 0, 0, -1
    for place, entry in enumerate(valid):
        if not _is_trouble(entry):
            continue
        needed = _passes_needed(troubles, last + 1 - start, flaky=True)
        if troubles and place - last - 1 >= needed and _apart(valid[last], entry) >= _FLAKY_QUIET:
            start, troubles = last + 1, 0
        troubles, last = troubles + 1, place
    return start


def _apart(one: HistoryEntry, other: HistoryEntry) -> timedelta:
    return other.run.started_at - one.run.started_at


def _segment(entries: Sequence[HistoryEntry]) -> Segment:
    return Segment(len(entries), sum(entry.outcome.is_bad for entry in entries), entries[0], entries[-1])


def _unjudged(entries: Sequence[HistoryEntry]) -> TestState:
    if not entries:
        reason = "no run of it is known"
    elif all(entry.outcome is Outcome.SKIPPED for entry in entries):
        reason = f"skipped in all {len(entries)} known runs" if len(entries) > 1 else "skipped in its only known run"
    else:
        reason = "ran only where the infrastructure failed"
    low, high = beta_interval(PRIOR_A, PRIOR_B)
    return TestState(
        state=State.UNKNOWN,
        reason=reason,
        failures=0,
        runs=0,
        rate=_rate(0, 0),
        low=low,
        high=high,
        red=0,
        episodes=0,
        passes_so_far=0,
        passes_needed=None,
        last_run=entries[-1] if entries else None,
    )
