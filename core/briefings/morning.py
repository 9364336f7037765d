"""The score of a morning check. Pure."""

from collections.abc import Sequence
from datetime import datetime

from core.briefings.model import Deduction, Morning
from core.checks import Finding, State

AREAS: tuple[tuple[str, float, tuple[str, ...]], ...] = (
    ("Environment", 25, ("dependencies", "variables", "databases_reachable")),
    ("Smoke tests", 30, ("smoke_tests",)),
    ("Mock configurations", 15, ("mock_audit",)),
    ("Database health", 25, ("databases_healthy",)),
    ("Overnight failures", 25, ("overnight_failures",)),
)
"""The procedure book's five areas with the points each takes off when one of its checks fails. The book names the areas
and the alarm below 80, not the points; they are set so that each that keeps people from working raises it alone."""
OTHER_POINTS = 10.0
"""Points of any other check, such as one of the team's own."""


def judge_morning(findings: Sequence[Finding], at: datetime, alert_below: float) -> Morning:
    """100 less the points of every area in which a check failed, at least 0. What is unknown takes nothing off."""
    failed = {each.name for each in findings if each.state is State.FAILED}
    deductions = [
        Deduction(area, points, tuple(name for name in names if name in failed))
        for area, points, names in AREAS
        if failed & set(names)
    ]
    known = {name for _, _, names in AREAS for name in names}
    deductions += [
        Deduction(name.replace("_", " ").capitalize(), OTHER_POINTS, (name,))
        for name in (each.name for each in findings)
        if name in failed and name not in known
    ]
    unasked = [each for each in findings if each.state is State.UNKNOWN]
    caveats = []
    if unasked:
        names = ", ".join(each.name.replace("_", " ") for each in unasked)
        caveats.append(f"not known, so nothing is taken off for it: {names}")
    score = max(0.0, 100 - sum(each.points for each in deductions))
    return Morning(at, tuple(findings), score, tuple(deductions), tuple(caveats), alert_below)
