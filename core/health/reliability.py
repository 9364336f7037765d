"""What the flaky tests cost: how often a clean commit goes red for no reason, and which tests are to blame."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from math import expm1, log1p

from core.failures.segments import PRIOR_A, PRIOR_B
from core.failures.verdict import JudgedTest
from core.health.model import Contributor, FlakeCost
from core.health.score import many
from core.runs.model import Run
from core.statistics import wilson_interval

_SHOWN = 5
_WEEK = timedelta(days=7)


def cost_of_flakes(
    flaky: Sequence[JudgedTest], runs: Sequence[Run], failing: Mapping[int, Collection[int]]
) -> FlakeCost:
    """1 - Π(1 - p) over the flaky tests, p being how often each fails a run after its reruns.

    `runs` are the trusted runs of the window, oldest first; `failing` holds the ids of the failing cases by run id. The
    check on it is what really happened: runs that failed by known flaky tests alone. Source: procedure reference,
    "Suite reliability".
    """
    weights = {each.name: -log1p(-_red_rate(each)) for each in flaky}
    total = sum(weights.values())
    p = -expm1(-total)
    known = {each.test_id for each in flaky}
    red = [run for run in runs if failing.get(run.id) and set(failing[run.id]) <= known]
    low, high = wilson_interval(len(red), len(runs))
    dearest = sorted(flaky, key=lambda each: (-weights[each.name], each.name))[:_SHOWN]
    one_in = max(1, round(1 / p)) if flaky else None
    return FlakeCost(
        p_spurious=p,
        one_in=one_in,
        sentence=_sentence(one_in, p, len(flaky)),
        contributors=tuple(Contributor(each.name, weights[each.name] / total, _red_rate(each)) for each in dearest),
        red_by_flakes=len(red),
        complete_runs=len(runs),
        low=low,
        high=high,
        minutes_lost_per_week=_minutes_per_week(red, runs),
    )


def _red_rate(test: JudgedTest) -> float:
    return (test.state.red + PRIOR_A) / (test.state.runs + PRIOR_A + PRIOR_B)


def _sentence(one_in: int | None, p: float, count: int) -> str:
    if one_in is None:
        return "no test is known to be flaky: no clean commit goes red for no reason"
    by = "by the one flaky test" if count == 1 else f"by {many(count, 'flaky test')}"
    if one_in == 1:
        return f"nearly every clean commit goes red for no reason ({p:.0%}, {by})"
    return f"1 in {one_in} clean commits goes red for no reason ({p:.1%}, {by})"


def _minutes_per_week(red: Sequence[Run], runs: Sequence[Run]) -> float | None:
    """Machine minutes of the red runs per week of the window; None below a week or without durations."""
    if not runs or runs[-1].started_at - runs[0].started_at < _WEEK:
        return None
    seconds = [run.duration_seconds for run in red if run.duration_seconds is not None]
    if len(seconds) < len(red):
        return None
    weeks = (runs[-1].started_at - runs[0].started_at) / _WEEK
    return sum(seconds) / 60 / weeks
