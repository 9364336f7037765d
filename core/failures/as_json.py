"""The answers to `failures`, `flaky`, `test` and `runs` as JSON; keys are only ever added."""

from core.failures.cofailure import CoFailure
from core.failures.model import Recommendation
from core.failures.report import Cause, FailureGroup, FailuresReport, FlakyReport, RunsReport, StripMark, TestReport
from core.failures.verdict import Evidence, JudgedTest, Segment, TestState
from core.runs.model import HistoryEntry, Run
from core.storage.events import Json

_DIGITS = 6


def failures_to_json(report: FailuresReport) -> dict[str, Json]:
    """`run` is the run's name, null for a log."""
    return {
        "run": report.run.name if report.run else None,
        "suite": report.run.suite if report.run else None,
        "source": report.source,
        "headline": report.headline,
        "total_failures": report.total_failures,
        "categories": dict(report.categories),
        "groups": [_group(group) for group in report.groups],
        "critical_issues": [
            {"signature": group.signature, "issue": group.title, "reason": group.critical_reason, "count": group.count}
            for group in report.critical_groups
        ],
        "recommendations": [recommendation_to_json(each) for each in report.recommendations],
        "caveats": list(report.caveats),
        "conditions": list(report.conditions),
    }


def flaky_to_json(report: FlakyReport) -> dict[str, Json]:
    return {
        "suite": report.suite,
        "branch": report.branch,
        "run": report.newest.name,
        "headline": report.headline,
        "runs_read": report.runs_read,
        "flaky": [judged_to_json(each) for each in report.flaky],
        "broken": [judged_to_json(each) for each in report.broken],
        "suspect": [judged_to_json(each) for each in report.suspect],
        "excluded_runs": list(report.excluded),
        "caveats": list(report.caveats),
        "groups": [_cofailure(each) for each in report.groups],
    }


def _cofailure(group: CoFailure) -> dict[str, Json]:
    return {"tests": list(group.tests), "together": group.together, "runs": group.runs, "sentence": group.sentence}


def test_to_json(report: TestReport) -> dict[str, Json]:
    """The answer to `test`; its state's keys stand at the top."""
    durations = report.durations
    return {
        "suite": report.suite,
        "test": report.name,
        "file": report.file,
        "variant": report.variant,
        **state_to_json(report.state),
        "strip": [_strip_mark(mark) for mark in report.strip],
        "durations": None
        if durations is None
        else {
            "runs": durations.runs,
            "median_seconds": durations.median_seconds,
            "shortest_seconds": durations.shortest_seconds,
            "longest_seconds": durations.longest_seconds,
            "newest_seconds": durations.newest_seconds,
        },
        "signatures": [
            {
                "signature": each.signature,
                "title": each.title,
                "category": each.category,
                "runs": each.runs,
                "first_run": each.first_run,
                "last_run": each.last_run,
            }
            for each in report.signatures
        ],
        "latest_message": report.latest_message,
        "finding": cause_to_json(report.finding),
        "conditions": list(report.conditions),
        "flakes_with": None if report.flakes_with is None else _cofailure(report.flakes_with),
        "caveats": list(report.caveats),
    }


def runs_to_json(report: RunsReport) -> dict[str, Json]:
    return {
        "suite": report.suite,
        "branch": report.branch,
        "runs": [{**run_to_json(run), "note": report.notes.get(run.id, "")} for run in report.runs],
    }


def run_to_json(run: Run) -> dict[str, Json]:
    counts = run.counts
    return {
        "run": run.name,
        "id": run.id,
        "suite": run.suite,
        "branch": run.branch,
        "revision": run.revision,
        "variant": run.variant,
        "started_at": run.started_at.isoformat(),
        "duration_seconds": run.duration_seconds,
        "coverage_percentage": run.coverage_percentage,
        "tests": counts.tests,
        "passed": counts.passed,
        "failed": counts.failed,
        "errors": counts.errors,
        "skipped": counts.skipped,
        "flaky_passes": counts.flaky_passes,
        "collection_errors": counts.collection_errors,
        "complete": run.is_complete,
    }


def judged_to_json(test: JudgedTest) -> dict[str, Json]:
    return {"test": test.name, **state_to_json(test.state)}


def state_to_json(state: TestState) -> dict[str, Json]:
    """Rates are shares of 1; `low` and `high` are a 90 % interval."""
    return {
        "state": state.state.value,
        "reason": state.reason,
        "failures": state.failures,
        "runs": state.runs,
        "rate": round(state.rate, _DIGITS),
        "low": round(state.low, _DIGITS),
        "high": round(state.high, _DIGITS),
        "episodes": state.episodes,
        "passes_so_far": state.passes_so_far,
        "passes_needed": state.passes_needed,
        "passes_missing": state.passes_missing,
        "first_failing": _place(state.first_failing),
        "last_passing": _place(state.last_passing),
        "last_failing": _place(state.last_failing),
        "segments": [
            {
                "runs": each.runs,
                "failures": each.failures,
                "first_run": each.first.run.name,
                "last_run": each.last.run.name,
            }
            for each in state.segments
        ],
        "evidence": [
            {"kind": each.kind, "text": each.text, "run": each.run, "revision": each.revision}
            for each in state.evidence
        ],
    }


def recommendation_to_json(recommendation: Recommendation) -> dict[str, Json]:
    return {
        "issue": recommendation.issue,
        "action": recommendation.action,
        "priority": recommendation.priority.value,
        "estimated_time": recommendation.estimated_time,
    }


def _group(group: FailureGroup) -> dict[str, Json]:
    return {
        "signature": group.signature,
        "signatures": list(group.signatures),
        "family": group.family,
        "category": group.category,
        "rule": group.rule,
        "matched": group.matched,
        "runner_up": group.runner_up,
        "title": group.title,
        "exception": group.exception,
        "count": group.count,
        "tests": list(group.tests),
        "phases": list(group.phases),
        "new": group.new,
        "known_since": group.known_since,
        "known_since_at": group.known_since_at.isoformat() if group.known_since_at else None,
        "known_since_revision": group.known_since_revision,
        "runs_before": group.runs_before,
        "critical": group.critical,
        "critical_reason": group.critical_reason,
        "sample": group.sample,
        "finding": cause_to_json(group.finding),
        "conditions": list(group.conditions),
        "recommendation": recommendation_to_json(group.recommendation),
    }


def cause_to_json(cause: Cause | None) -> dict[str, Json] | None:
    if cause is None:
        return None
    return {
        "rule": cause.rule,
        "path": cause.path,
        "line": cause.line,
        "message": cause.message,
        "production": cause.production,
    }


def _segment(segment: Segment) -> dict[str, Json]:
    return {
        "runs": segment.runs,
        "failures": segment.failures,
        "first_run": segment.first.run.name,
        "last_run": segment.last.run.name,
    }


def _evidence(evidence: Evidence) -> dict[str, Json]:
    return {"kind": evidence.kind, "text": evidence.text, "run": evidence.run, "revision": evidence.revision}


def _strip_mark(mark: StripMark) -> dict[str, Json]:
    return {
        "run": mark.run,
        "started_at": mark.started_at.isoformat(),
        "revision": mark.revision,
        "branch": mark.branch,
        "outcome": mark.outcome.word,
        "flaky_pass": mark.flaky_pass,
        "excluded": mark.excluded,
        "duration_seconds": mark.duration_seconds,
    }


def _place(entry: HistoryEntry | None) -> dict[str, Json] | None:
    if entry is None:
        return None
    return {"run": entry.run.name, "revision": entry.run.revision, "started_at": entry.run.started_at.isoformat()}
