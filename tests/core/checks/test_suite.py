"""Each check of the suite asks one question and answers with evidence."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Seen
from typing import Any

import pytest

from core.checks import BUILT_IN, State, run_check
from core.errors import NotFoundError, UsageError
from core.failures.overnight import NightCause, Overnight
from core.mocks.model import Severity
from core.settings import CHECKS as NAMES
from core.settings import Settings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RUN = Seen(name="12", started_at=NOW - timedelta(hours=3))
A_FINDING = Seen(severity=Severity.HIGH, rule="M001", place=Seen(path="tests/test_a.py", line=6))


@dataclass
class Asked:
    """Answers with what it was made with."""

    score: float = 90
    gates: tuple[Any, ...] = ()
    coverage: float | None = 85
    flakes: tuple[Any, ...] = ()
    all_runs: tuple[Any, ...] = (RUN,)
    findings: tuple[Any, ...] = ()
    incidents: tuple[Any, ...] = ()
    mutes: tuple[Any, ...] = ()
    watched: tuple[Any, ...] = ()

    night: Any = None
    durations: Any = None
    last: tuple[datetime, float] | None = None
    settings: Settings = field(default_factory=Settings)

    def now(self) -> datetime:
        return NOW

    async def watched_since(self, since: datetime) -> Any:
        return tuple(each for each in self.watched if each.run.started_at >= since)

    async def slow(self) -> Any:
        return self.durations

    async def last_morning(self) -> tuple[datetime, float] | None:
        return self.last

    async def overnight(self) -> Any:
        return self.night

    async def health(self) -> Any:
        return Seen(score=self.score, gates=self.gates, run=RUN, coverage_percentage=self.coverage)

    async def flaky(self) -> Any:
        return Seen(flaky=self.flakes, runs_read=20)

    async def runs(self, *, limit: int = 20) -> Any:
        return Seen(runs=self.all_runs[:limit])

    async def mocks(self) -> Any:
        return Seen(audit=Seen(findings=self.findings, files=40))

    async def open_incidents(self) -> Any:
        return self.incidents

    async def muted(self) -> Any:
        return self.mutes


TIME = Seen(before_seconds=60.0, after_seconds=61.0, is_slower=False)
SLOWER = Seen(name="test_sum", before_seconds=0.5, after_seconds=1.25, onset=Seen(first=Seen(name="9")))


def durations(*slower: Any, runs: int = 40, **time: Any) -> Any:
    return Seen(regressions=slower, runs_read=runs, suite_time=Seen(**(vars(TIME) | time)))


OWNED, LOOSE = Seen(id=3, title="it burns", owner="U1"), Seen(id=4, title="it smokes", owner=None)
FLAKE, MUTE = Seen(name="test_tick"), Seen(name="test_tock", until=NOW)


@pytest.mark.parametrize(
    ("name", "value", "asked", "passed", "evidence"),
    [
        ("health", None, Asked(), True, "Health 90 of 100 in run 12, 80 wanted."),
        ("health", 95, Asked(), False, "Health 90 of 100 in run 12, 95 wanted."),
        ("health", None, Asked(gates=(Seen(reason="a security test fails"),)), False, "; a security test fails."),
        ("failures_owned", None, Asked(), True, "No incident is open."),
        ("failures_owned", None, Asked(incidents=(OWNED,)), True, "All 1 open incidents have an owner."),
        ("failures_owned", None, Asked(incidents=(OWNED, LOOSE)), False, "1 of 2 open incidents have no owner"),
        ("report_fresh", None, Asked(), True, "The newest report is run 12, 3.0 hours old; at most 24 wanted."),
        ("report_fresh", 2, Asked(), False, "at most 2 wanted."),
        ("report_fresh", None, Asked(all_runs=()), False, "No report has come yet."),
        ("coverage", None, Asked(), True, "Coverage is 85.0 % in run 12, 80 % wanted."),
        ("coverage", 90, Asked(), False, "90 % wanted."),
        ("coverage", None, Asked(coverage=None), False, "Run 12 came without coverage."),
        ("mock_audit", None, Asked(), True, "0 findings high or critical; 40 files were read."),
        ("mock_audit", None, Asked(findings=(A_FINDING,)), False, "such as M001 at tests/test_a.py:6"),
        ("mock_audit", 1, Asked(findings=(A_FINDING,)), True, "1 finding high or critical"),
        ("no_flaky", None, Asked(), True, "0 flaky tests in 20 runs."),
        ("no_flaky", None, Asked(flakes=(FLAKE,)), False, "1 flaky test in 20 runs, such as test_tick."),
        ("no_duration_regression", None, Asked(durations=durations()), True, "No test became slower in 40 runs."),
        ("no_duration_regression", None, Asked(durations=durations(SLOWER)), False,
         "1 test became slower, such as test_sum: 0.50 s to 1.25 s since run 9."),
        ("no_duration_regression", 1, Asked(durations=durations(SLOWER)), True, "1 test became slower"),
        ("no_duration_regression", 1, Asked(durations=durations(is_slower=True)), False, "The whole suite did: 60 s"),
        ("no_duration_regression", None, Asked(durations=durations(runs=3, before_seconds=None)), False, "too few"),
        ("morning_check", None, Asked(), False, "No morning check was made today."),
        ("morning_check", None, Asked(last=(NOW - timedelta(days=1), 100.0)), False, "No morning check"),
        ("morning_check", None, Asked(last=(NOW, 75.0)), False, "The morning check of 09:00 came to 75 of 100"),
        ("morning_check", 70, Asked(last=(NOW, 75.0)), True, "75 of 100, 70 wanted."),
        ("no_stale_mutes", None, Asked(), True, "0 tests muted."),
        ("no_stale_mutes", None, Asked(mutes=(MUTE,)), False, "such as test_tock until 2026-03-02."),
    ],
)  # fmt: skip
async def test_a_check_passes_or_not_with_its_numbers(
    name: str, value: float | None, asked: Asked, passed: bool, evidence: str
) -> None:
    found = await run_check(asked, name, value)
    assert (found.name, found.passed) == (name, passed)
    assert evidence in found.evidence


def test_every_check_there_is_can_be_set() -> None:
    assert tuple(BUILT_IN) == NAMES


async def test_a_name_that_is_no_check_is_refused_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="'covrage' is no check; there are dependencies, variables"):
        await run_check(Asked(), "covrage")


SINCE = datetime(2026, 2, 27, 18, 0, tzinfo=UTC)
GREEN, RED = Seen(name="8", counts=Seen(bad=0)), Seen(name="9", counts=Seen(bad=2))
CAUSE = NightCause("KeyError: 'id'", "code_error", 2, 1, "9", is_new=True)


@pytest.mark.parametrize(
    ("runs", "causes", "state", "evidence"),
    [
        ((), (), State.UNKNOWN, "No run came since Friday 18:00."),
        ((GREEN,), (), State.PASSED, "1 run since Friday 18:00, none with a failure."),
        ((RED, GREEN), (CAUSE,), State.FAILED,
         "2 runs since Friday 18:00, 1 with failures; 1 new cause, 0 known: KeyError: 'id' (2 tests)."),
        ((RED,), (replace(CAUSE, is_new=False),), State.PASSED, "0 new causes, 1 known"),
    ],
)  # fmt: skip
async def test_a_night_passes_while_it_brought_nothing_new(
    runs: tuple[Any, ...], causes: tuple[NightCause, ...], state: State, evidence: str
) -> None:
    found = await run_check(Asked(night=Overnight("default", SINCE, runs, causes)), "overnight_failures")
    assert found.state is state
    assert evidence in found.evidence


async def test_what_could_not_be_asked_did_not_pass_and_says_why() -> None:
    asked = replace(Asked())

    async def refuse() -> Any:
        raise NotFoundError("no report has been brought in yet")

    asked.health = refuse  # type: ignore[method-assign]
    found = await run_check(asked, "health")
    assert (found.state, found.evidence) == (
        State.UNKNOWN,
        "It could not be checked: no report has been brought in yet.",
    )
