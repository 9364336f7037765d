"""The answer to `health` as JSON; keys are only ever added."""

from core.failures.as_json import judged_to_json, run_to_json
from core.failures.verdict import names_of
from core.health.model import Changes, FlakeCost, HealthReport, Trend
from core.storage.events import Json

_DIGITS = 6


def health_to_json(report: HealthReport) -> dict[str, Json]:
    """`score` and points are of 100, `coverage_percentage` is 0 to 100, rates are shares of 1; unknown is null."""
    return {
        "suite": report.suite,
        "branch": report.branch,
        "run": report.run.name,
        "headline": report.headline,
        "score": report.score,
        "alert": report.alert,
        "deductions": [
            {
                "rule": each.rule,
                "points": each.points,
                "evidence": each.evidence,
                "input": each.input,
                "threshold": each.threshold,
                "n": each.n,
                "window": each.window,
            }
            for each in report.deductions
        ],
        "gates": [{"name": gate.name, "reason": gate.reason} for gate in report.gates],
        "caveats": list(report.caveats),
        "failure_rate": None if report.failure_rate is None else round(report.failure_rate, _DIGITS),
        "coverage_percentage": report.coverage_percentage,
        "flaky": [*names_of(report.flaky)],
        "trend": report.trend.direction.value,
        "trend_detail": _trend(report.trend),
        "flaky_detail": [judged_to_json(each) for each in report.flaky],
        "broken": [*names_of(report.broken)],
        "suspect": [*names_of(report.suspect)],
        "flake_cost": _cost(report.flake_cost),
        "changes": None if report.changes is None else _changes(report.changes),
        "advice": [{"text": each.text, "gain": each.gain, "score_after": each.score_after} for each in report.advice],
        "runs_read": report.runs_read,
        "newest_run": run_to_json(report.run),
    }


def _trend(trend: Trend) -> dict[str, Json]:
    return {
        "direction": trend.direction.value,
        "reason": trend.reason,
        "recent_runs": trend.recent_runs,
        "previous_runs": trend.previous_runs,
        "recent_rate": trend.recent_rate,
        "previous_rate": trend.previous_rate,
        "p_value": trend.p_value,
    }


def _cost(cost: FlakeCost) -> dict[str, Json]:
    return {
        "p_spurious": round(cost.p_spurious, _DIGITS),
        "one_in": cost.one_in,
        "sentence": cost.sentence,
        "contributors": [
            {"test": each.name, "share": round(each.share, _DIGITS), "rate": round(each.rate, _DIGITS)}
            for each in cost.contributors
        ],
        "red_by_flakes": cost.red_by_flakes,
        "complete_runs": cost.complete_runs,
        "low": round(cost.low, _DIGITS),
        "high": round(cost.high, _DIGITS),
        "minutes_lost_per_week": cost.minutes_lost_per_week,
    }


def _changes(changes: Changes) -> dict[str, Json]:
    return {
        "since": changes.since,
        "since_at": changes.since_at.isoformat(),
        "newly_failing": list(changes.newly_failing),
        "failing_at_birth": list(changes.failing_at_birth),
        "revealed": list(changes.revealed),
        "revealed_known": changes.revealed_known,
        "fixed": list(changes.fixed),
        "silenced": list(changes.silenced),
        "still_failing": list(changes.still_failing),
        "vanished": list(changes.vanished),
        "hidden": list(changes.hidden),
        "added": list(changes.added),
        "moved": list(changes.moved),
        "returned": list(changes.returned),
        "collection_repaired": changes.collection_repaired,
        "coverage_change": changes.coverage_change,
        "sentences": list(changes.sentences),
    }
