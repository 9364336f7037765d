"""A short run of the matrix: nothing is lost, repeated, out of order or told too late."""

import asyncio

import pytest

from tests.faults.rows import Plan, play

SHORT = [Plan(False, 3, True), Plan(True, 1, False)]


@pytest.mark.parametrize("plan", SHORT, ids=lambda plan: plan.name)
def test_kills_and_faults_lose_and_repeat_nothing(plan: Plan) -> None:
    found = asyncio.run(play(plan, seed=1, seconds=6.0))
    assert found.violations == 0, found
    assert found.wanted > 0
    assert found.kills > 0
