"""Better, worse, the same, or too early to say."""

import pytest

from core.health.model import Direction
from core.health.trend import find_trend
from tests.builders import a_run, counts


def trend(*failed: int, tests: int = 200) -> Direction:
    return find_trend([a_run(n, counts=counts(tests, each)) for n, each in enumerate(failed, start=1)]).direction


@pytest.mark.parametrize(
    ("failed", "direction"),
    [
        ([], Direction.NOT_ENOUGH_DATA),
        ([5] * 7, Direction.NOT_ENOUGH_DATA),
        ([5] * 28, Direction.STABLE),
        ([0] * 28, Direction.STABLE),
        ([2] * 21 + [40] * 7, Direction.DEGRADING),
        ([40] * 21 + [2] * 7, Direction.IMPROVING),
        ([0] * 4 + [50] * 4, Direction.DEGRADING),
        ([5] * 21 + [6] * 7, Direction.STABLE),
        ([5] * 27 + [80], Direction.STABLE),
        ([3, 9, 5, 7] * 7, Direction.STABLE),
        ([40] * 30 + [2] * 30, Direction.STABLE),
    ],
)
def test_failures_have_a_trend(failed: list[int], direction: Direction) -> None:
    assert trend(*failed) is direction


def test_windows_share_no_run_and_are_told() -> None:
    found = find_trend([a_run(n, counts=counts(200, 2 if n <= 30 else 40)) for n in range(1, 38)])
    assert (found.recent_runs, found.previous_runs) == (7, 21)
    assert found.reason.startswith("median failure rate 20.0% in the last 7 runs, 1.0% in the 21 before")


def test_runs_that_executed_nothing_are_left_out() -> None:
    blind = [a_run(n, counts=counts(3, errors=3, collection_errors=3)) for n in range(1, 20)]
    assert find_trend(blind).direction is Direction.NOT_ENOUGH_DATA
