"""The morning score: each area takes its points once, what is unknown takes none."""

from datetime import UTC, datetime

import pytest

from core.briefings.morning import judge_morning
from core.checks import Finding, State

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def findings(**states: State) -> list[Finding]:
    return [Finding(name, state, "evidence") for name, state in states.items()]


@pytest.mark.parametrize(
    ("states", "score", "alert"),
    [
        ({"dependencies": State.PASSED, "smoke_tests": State.PASSED}, 100, False),
        ({"smoke_tests": State.FAILED}, 70, True),
        ({"variables": State.FAILED}, 75, True),
        ({"variables": State.FAILED, "dependencies": State.FAILED}, 75, True),
        ({"mock_audit": State.FAILED}, 85, False),
        ({"overnight_failures": State.FAILED}, 75, True),
        ({"smoke_tests": State.UNKNOWN, "mock_audit": State.UNKNOWN}, 100, False),
        ({"licences": State.FAILED, "health": State.FAILED}, 80, False),
        ({"variables": State.FAILED, "smoke_tests": State.FAILED, "mock_audit": State.FAILED,
          "overnight_failures": State.FAILED, "licences": State.FAILED}, 0, True),
    ],
)  # fmt: skip
def test_a_failed_area_takes_its_points_once(states: dict[str, State], score: float, alert: bool) -> None:
    found = judge_morning(findings(**states), NOW, 80)
    assert (found.score, found.alert) == (score, alert)
    assert 100 - sum(each.points for each in found.deductions) <= found.score


def test_what_was_not_asked_is_said_and_not_held_against_anybody() -> None:
    found = judge_morning(findings(smoke_tests=State.UNKNOWN, mock_audit=State.FAILED), NOW, 80)
    assert found.caveats == ("not known, so nothing is taken off for it: smoke tests",)
    assert [(each.area, each.checks) for each in found.deductions] == [("Mock configurations", ("mock_audit",))]
