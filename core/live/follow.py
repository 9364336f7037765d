"""Follows a run event by event; what is heard becomes a `LiveRun` whenever somebody asks."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from core.live.estimate import Estimate
from core.live.model import SHOWN_FAILURES, SHOWN_TESTS, FailedTest, LiveRun, Phase, RunningTest
from core.live.reading import (
    Collected,
    CollectFailed,
    Event,
    Finished,
    Passed,
    Reported,
    SessionFinished,
    SessionStarted,
    Started,
    read_line,
)
from core.redact import redact

_MOST_MOMENTS = 5_000
_PHASES = ("setup", "call", "teardown")
_NO_TESTS = 5
"""pytest's exit status when no test was collected."""


class Moment(NamedTuple):
    """When a failing test ran, in seconds of the clock."""

    name: str
    began: float
    ended: float


@dataclass(slots=True)
class _Running:
    began: float
    outcome: str = ""


@dataclass(slots=True)
class Follower:
    """Takes the events of a run, of one session or of several one after the other.

    `usual` holds how long tests take when they pass, `usual_tests` how many the suite's newest run had.
    """

    usual: Mapping[str, float] = field(default_factory=dict)
    usual_tests: int | None = None
    starts: "array[float]" = field(default_factory=lambda: array("d"))
    """When each test that ended began."""
    moments: list[Moment] = field(default_factory=list)
    """The failing ones among them."""
    sessions: int = 0
    open_sessions: int = 0
    unreadable: int = 0
    _collected: dict[str, None] = field(default_factory=dict)
    _has_collected: bool = False
    _running: dict[str, _Running] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("passed", "failed", "error", "skipped"), 0))
    _failures: list[FailedTest] = field(default_factory=list)
    _reasons: dict[str, str] = field(default_factory=dict)
    _bad_files: int = 0
    _tells_starts: bool = True
    _status: int | None = None
    _workers: set[str] = field(default_factory=set)
    _last_test: str = ""
    _last_event: float | None = None
    _estimate: Estimate = field(init=False)

    def __post_init__(self) -> None:
        self._estimate = Estimate(self.usual)

    def take_lines(self, lines: Sequence[bytes], now: float) -> None:
        """Take what lines tell; those that are no lines of such a log are counted and leave the rest alone."""
        for line in lines:
            try:
                event = read_line(line)
            except ValueError:
                self.unreadable += 1
                continue
            if event is not None:
                self.take(event, now)

    def take(self, event: Event, now: float) -> None:
        """Take one event that was heard `now`."""
        self._last_event = now
        match event:
            case SessionStarted():
                self._session(event)
            case Collected(names):
                self._has_collected = True
                self._collected.update(dict.fromkeys(names))
                self._estimate.expect(names)
            case CollectFailed(name, reason):
                self._bad_files += 1
                self._tell_failure(f"collection of {name}", reason)
            case Started(name, at):
                self._running[name] = _Running(at)
                self._estimate.begin(at)
            case Reported():
                self._report(event, now)
            case Passed(name, at, worker):
                if worker:
                    self._workers.add(worker)
                self._finish(name, at)
            case Finished(name, at):
                self._finish(name, at)
            case SessionFinished(status):
                self.open_sessions = max(0, self.open_sessions - 1)
                self._status = max(status, self._status or 0) if status != _NO_TESTS or self._status is None else status
                if not self.open_sessions:
                    self._running.clear()

    def _session(self, event: SessionStarted) -> None:
        if event.tells_starts:  # the second line of a session that is open already
            self._tells_starts = True
            return
        self.sessions += 1
        self.open_sessions += 1
        self._tells_starts = False

    def _report(self, event: Reported, now: float) -> None:
        known = self._running.get(event.name)
        if known is None:
            began = event.start if event.start is not None else now - event.seconds
            known = self._running[event.name] = _Running(began)
            self._estimate.begin(began)
        if event.worker:
            self._workers.add(event.worker)
        if event.outcome == "failed":
            known.outcome = "failed" if event.when == "call" else "error"
            if event.reason and event.name not in self._reasons:
                self._reasons[event.name] = event.reason
        elif event.outcome == "rerun":
            known.outcome = ""
            self._reasons.pop(event.name, None)
        elif event.outcome == "skipped" and not known.outcome:
            known.outcome = "skipped"
        elif event.outcome == "passed" and event.when == "call" and not known.outcome:
            known.outcome = "passed"
        if event.when not in _PHASES or (event.when == "teardown" and not self._tells_starts):
            self._finish(event.name, now)

    def _finish(self, name: str, at: float) -> None:
        ended = self._running.pop(name, None)
        if ended is None:
            return
        outcome = ended.outcome or "passed"
        self._counts[outcome] += 1
        self._last_test = name
        self.starts.append(ended.began)
        self._estimate.end(name)
        reason = self._reasons.pop(name, "")
        if outcome in ("failed", "error"):
            self._tell_failure(name, reason)
            if len(self.moments) < _MOST_MOMENTS:
                self.moments.append(Moment(name, ended.began, at))

    def _tell_failure(self, name: str, reason: str) -> None:
        if len(self._failures) < SHOWN_FAILURES:
            self._failures.append(FailedTest(name, redact(reason)))

    def running(self) -> tuple[tuple[RunningTest, ...], int]:
        """Those that run longest first, and how many run in all."""
        longest = sorted(self._running.items(), key=lambda each: (each[1].began, each[0]))[:SHOWN_TESTS]
        found = tuple(RunningTest(name, _instant(each.began), self.usual.get(name)) for name, each in longest)
        return found, len(self._running)

    def seen(self, now: float, notes: Sequence[str] = ()) -> LiveRun:
        """The run as of now."""
        tests, is_guess = self._size()
        running, count = self.running()
        done = sum(self._counts.values())
        told = list(notes)
        if self.unreadable:
            lines = "1 line" if self.unreadable == 1 else f"{self.unreadable} lines"
            told.append(f"{lines} of the log could not be read")
        share = self._estimate.share(done, tests, ((name, now - each.began) for name, each in self._running.items()))
        return LiveRun(
            phase=self._phase(done), tests=tests, is_guess=is_guess, passed=self._counts["passed"],
            failed=self._counts["failed"], errors=self._counts["error"], skipped=self._counts["skipped"],
            running=running, running_count=count, tells_starts=self._tells_starts, failures=tuple(self._failures),
            collection_errors=self._bad_files, share_done=share,
            left_seconds=self._estimate.left(share, now, max(1, len(self._workers))), last_test=self._last_test,
            last_event_at=_instant(self._last_event) if self._last_event is not None else None,
            workers=len(self._workers), exit_status=None if self.open_sessions else self._status, notes=tuple(told),
        )  # fmt: skip

    def _phase(self, done: int) -> Phase:
        if not self.sessions:
            return Phase.STARTING
        if not self.open_sessions:
            return Phase.ENDED
        return Phase.RUNNING if self._running or done or self._has_collected else Phase.COLLECTING

    def _size(self) -> tuple[int | None, bool]:
        if self._has_collected:
            return max(len(self._collected), sum(self._counts.values())), False
        if self.usual_tests is None or not self.sessions:
            return None, False
        return max(self.usual_tests, sum(self._counts.values()) + len(self._running)), True


def _instant(at: float) -> datetime:
    """An instant of the clock; what lies outside of the calendar is the nearest one that does not."""
    return datetime.fromtimestamp(min(max(at, 0.0), 253_402_300_000.0), UTC)
