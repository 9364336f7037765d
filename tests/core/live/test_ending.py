"""How a run ended is read off pytest, the command and who stopped it."""

import signal
from datetime import UTC, datetime
from typing import Any

import pytest

from core.live.ending import judge_end
from core.live.model import Ended, LiveRun, RunningTest

NOW = datetime(2026, 3, 2, tzinfo=UTC)
RUNNING = (RunningTest("test_x", NOW),)


@pytest.mark.parametrize(
    ("run", "code", "more", "how", "why"),
    [
        ({"passed": 2, "exit_status": 0}, 0, {}, Ended.PASSED, ""),
        ({"passed": 2, "failed": 1, "exit_status": 1}, 1, {}, Ended.FAILED, ""),
        ({"passed": 2, "exit_status": 0}, 3, {}, Ended.FAILED, ""),
        ({"exit_status": 5}, 5, {}, Ended.NOTHING, "no test was run"),
        ({}, 0, {}, Ended.NOTHING, "no pytest session was seen"),
        ({"passed": 1, "running": RUNNING, "running_count": 1}, -9, {"is_open": True, "has_report": False}, Ended.DIED,
         "it was ended by SIGKILL while test_x ran"),
        ({"passed": 1, "last_test": "test_a"}, 137, {"is_open": True, "has_report": False}, Ended.DIED,
         "it was ended by SIGKILL, after test_a"),
        ({"passed": 1, "last_test": "a"}, 0, {"is_open": True}, Ended.DIED, "in the middle of its tests, after a"),
        ({"exit_status": 3}, 3, {}, Ended.DIED, "pytest met an internal error"),
        ({}, 4, {"has_report": False}, Ended.DIED, "pytest was called in a way it does not know"),
        ({}, 127, {"has_report": False}, Ended.DIED, "it ended with 127 before a test session began"),
        ({"passed": 3, "exit_status": 0}, 0, {"has_report": False}, Ended.DIED, "it left no report"),
        ({"passed": 1}, -15, {"is_open": True, "stopped_by": signal.SIGTERM}, Ended.STOPPED,
         "it was stopped by SIGTERM"),
        ({"passed": 1, "exit_status": 2}, 2, {}, Ended.STOPPED, "it was interrupted"),
        ({"collection_errors": 1, "exit_status": 2}, 2, {}, Ended.FAILED, ""),
    ],
)  # fmt: skip
def test_how_it_ended(run: dict[str, Any], code: int, more: dict[str, Any], how: Ended, why: str) -> None:
    known = {"is_open": False, "has_report": True, "stopped_by": None} | more
    found = judge_end(LiveRun(**run), code, **known)
    assert (found.how, found.exit_code) == (how, code)
    assert why in found.why
