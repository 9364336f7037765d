"""One in N clean commits."""

from datetime import timedelta

import pytest

from core.failures.state import judge
from core.failures.verdict import JudgedTest
from core.health.reliability import cost_of_flakes
from tests.builders import START, a_history, a_run


def flaky(test_id: int, strip: str) -> JudgedTest:
    return JudgedTest(test_id, f"test_{test_id}", judge(a_history(strip, revision="a"), START + timedelta(days=9)))


def test_no_flaky_test_costs_nothing() -> None:
    cost = cost_of_flakes([], [a_run()], {})
    assert (cost.p_spurious, cost.one_in, cost.contributors) == (0, None, ())
    assert "no clean commit goes red" in cost.sentence


def test_rates_combine_and_the_dearest_comes_first() -> None:
    rare, often = flaky(1, "PPPPPPPPFPPPPPPPPPPF"), flaky(2, "PFPFPFPFPFPFPFPFPFPF")
    cost = cost_of_flakes([rare, often], [a_run()], {})
    rates = [(2 + 0.3) / 20.8, (10 + 0.3) / 20.8]
    assert cost.p_spurious == pytest.approx(1 - (1 - rates[0]) * (1 - rates[1]))
    assert [each.name for each in cost.contributors] == ["test_2", "test_1"]
    assert sum(each.share for each in cost.contributors) == pytest.approx(1)
    assert cost.one_in == 2
    assert cost.sentence == "1 in 2 clean commits goes red for no reason (55.1%, by 2 flaky tests)"


def test_red_runs_by_known_flakes_alone_are_counted() -> None:
    runs = [a_run(number, started_at=START + timedelta(days=7 * number)) for number in range(1, 4)]
    cost = cost_of_flakes([flaky(1, "PFPFPF")], runs, {1: [1], 2: [1, 9], 3: []})
    assert (cost.red_by_flakes, cost.complete_runs) == (1, 3)
    assert cost.low < 1 / 3 < cost.high
    assert cost.minutes_lost_per_week == pytest.approx(0.5)


def test_minutes_need_a_week_and_durations() -> None:
    runs = [a_run(1), a_run(2)]
    assert cost_of_flakes([flaky(1, "PFPFPF")], runs, {1: [1]}).minutes_lost_per_week is None
    apart = [a_run(1, duration_seconds=None), a_run(2, started_at=START + timedelta(days=20))]
    assert cost_of_flakes([flaky(1, "PFPFPF")], apart, {1: [1]}).minutes_lost_per_week is None
