"""Improving, declining, stable, or too early to say."""

import pytest

from core.performance.model import Trend
from core.performance.trend import find_slope, find_trend


@pytest.mark.parametrize(
    ("seconds", "trend"),
    [
        ([], Trend.NOT_ENOUGH_DATA),
        ([5.0] * 7, Trend.NOT_ENOUGH_DATA),
        ([5.0] * 28, Trend.STABLE),
        ([0.0] * 28, Trend.STABLE),
        ([2.0] * 21 + [3.0] * 7, Trend.DECLINING),
        ([3.0] * 21 + [2.0] * 7, Trend.IMPROVING),
        ([2.0] * 4 + [3.0] * 4, Trend.DECLINING),
        ([5.0] * 21 + [5.1] * 7, Trend.STABLE),
        ([5.0] * 27 + [80.0], Trend.STABLE),
        ([3.0, 9.0, 5.0, 7.0] * 7, Trend.STABLE),
        ([9.0] * 40 + [2.0] * 28, Trend.STABLE),
    ],
)
def test_durations_have_a_trend(seconds: list[float], trend: Trend) -> None:
    assert find_trend(seconds)[0] is trend


def test_the_windows_share_no_run_and_are_told() -> None:
    told = find_trend([1.0] * 30 + [2.0] * 7)[1]
    assert told.startswith("median 2.00 s in the last 7 runs, 1.00 s in the 21 before (p = ")


def test_a_slope_that_one_odd_run_cannot_move() -> None:
    creeping = [10 + run / 2 for run in range(20)]
    creeping[13] = 400.0
    assert find_slope(creeping) == pytest.approx(0.5)
    assert find_slope([1.0] * 7) is None
