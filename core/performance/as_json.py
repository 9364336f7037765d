"""The answer to `slow` as JSON; keys are only ever added."""

from core.performance.benchmarks import Benchmarks
from core.performance.model import Change, SlowReport, SlowTest, SuiteTime
from core.performance.words import runner_sentence
from core.runs.model import Run
from core.storage.events import Json

_DIGITS = 6


def slow_to_json(report: SlowReport) -> dict[str, Json]:
    """Seconds are those of the usual runner, except under `suite_time` where `measured` says otherwise."""
    return {
        "suite": report.suite,
        "branch": report.branch,
        "variant": report.variant,
        "run": report.newest.name,
        "headline": report.headline,
        "runs_read": report.runs_read,
        "tests": report.tests,
        "tests_seconds": _rounded(report.tests_seconds),
        "slowest": [_slow(each) for each in report.slowest],
        "regressions": [_change(each) for each in report.regressions],
        "improvements": [_change(each) for each in report.improvements],
        "hints": [
            {
                "test": each.name,
                "seconds": _rounded(each.seconds),
                "mean_seconds": _rounded(each.mean_seconds),
                "ratio_to_mean": _rounded(each.ratio_to_mean),
                "confirmed": False,
            }
            for each in report.hints
        ],
        "runner": {
            "newest": _rounded(report.speed.newest),
            "recent": _rounded(report.speed.recent),
            "tests": report.speed.tests,
            "sentence": runner_sentence(report.speed),
        },
        "suite_time": _suite_time(report.suite_time),
        "recommendations": [{"text": each.text, "seconds": _rounded(each.seconds)} for each in report.advice],
        "caveats": list(report.caveats),
        "benchmarks": None if report.benchmarks is None else _benchmarks(report.benchmarks),
    }


def _benchmarks(found: Benchmarks) -> dict[str, Json]:
    return {
        "machine": found.machine,
        "started_at": found.started_at.isoformat(),
        "revision": found.revision,
        "files": found.files,
        "speed": _rounded(found.speed),
        "benchmarks": [
            {
                "benchmark": each.name,
                "seconds": each.seconds,
                "median_seconds": each.median_seconds,
                "rounds": each.rounds,
                "usual_seconds": each.usual_seconds,
                "ratio": _rounded(each.ratio),
                "verdict": "slower" if each.is_slower else "faster" if each.is_faster else "unchanged",
            }
            for each in found.benchmarks
        ],
    }


def _slow(test: SlowTest) -> dict[str, Json]:
    return {
        "test": test.name,
        "seconds": _rounded(test.seconds),
        "share": _rounded(test.share),
        "runs": test.runs,
        "trend": test.trend.value,
        "ratio_to_mean": _rounded(test.ratio_to_mean),
    }


def _change(change: Change) -> dict[str, Json]:
    return {
        "test": change.name,
        "before_seconds": _rounded(change.before_seconds),
        "after_seconds": _rounded(change.after_seconds),
        "added_seconds": _rounded(change.added_seconds),
        "ratio": _rounded(change.ratio) if change.before_seconds else None,
        "runs_before": change.runs_before,
        "runs_after": change.runs_after,
        "p_value": change.p_value,
        "onset": {"first": _place(change.onset.first), "last_before": _place(change.onset.last_before)},
    }


def _suite_time(suite: SuiteTime) -> dict[str, Json]:
    return {
        "measured_seconds": _rounded(suite.measured_seconds),
        "before_seconds": _rounded(suite.before_seconds),
        "after_seconds": _rounded(suite.after_seconds),
        "verdict": "slower" if suite.is_slower else "faster" if suite.is_faster else "unchanged",
        "trend": suite.trend.value,
        "trend_reason": suite.trend_reason,
        "slope_seconds": _rounded(suite.slope_seconds),
        "tests_seconds": _rounded(suite.tests_seconds),
        "failing_seconds": _rounded(suite.failing_seconds),
        "longest_failing": suite.longest_failing,
        "longest_failing_seconds": _rounded(suite.longest_failing_seconds),
        "unaccounted_seconds": _rounded(suite.unaccounted_seconds),
        "usual_unaccounted_seconds": _rounded(suite.usual_unaccounted_seconds),
        "parallel": _rounded(suite.parallel),
        "new_tests": suite.new_tests,
        "new_tests_seconds": _rounded(suite.new_tests_seconds),
        "runs": [
            {
                "run": point.run.name,
                "measured_seconds": _rounded(point.measured_seconds),
                "runner": _rounded(point.factor),
            }
            for point in suite.points
        ],
    }


def _place(run: Run) -> dict[str, Json]:
    return {"run": run.name, "revision": run.revision, "started_at": run.started_at.isoformat()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
