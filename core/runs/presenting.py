"""The JSON of a stored report, the same from the terminal and from the upload."""

from dataclasses import asdict

from core.runs.model import StoredBenchmarks, StoredReport
from core.storage.events import Json


def report_json(stored: StoredReport) -> dict[str, Json]:
    """The answer to one report; counts are of this report alone, instants are ISO 8601 in UTC."""
    run, counts = stored.run, stored.counts
    return {
        "source": stored.source,
        "run": run.name,
        "id": run.id,
        "duplicate": stored.duplicate,
        "suite": run.suite,
        "branch": run.branch,
        "revision": run.revision,
        "variant": run.variant,
        "tests": counts.tests,
        "passed": counts.passed,
        "failed": counts.failed,
        "errors": counts.errors,
        "skipped": counts.skipped,
        "attempts": counts.attempts,
        "flaky_passes": counts.flaky_passes,
        "not_run": counts.not_run,
        "suite_level": counts.suite_level,
        "collection_errors": counts.collection_errors,
        "elements": asdict(counts.elements),
        "duration_seconds": run.duration_seconds,
        "started_at": run.started_at.isoformat(),
        "coverage_percentage": run.coverage_percentage,
        "warnings": list(stored.warnings),
    }


def benchmarks_json(stored: StoredBenchmarks) -> dict[str, Json]:
    """The answer to one file of pytest-benchmark."""
    return {
        "source": stored.source,
        "suite": stored.suite,
        "machine": stored.machine,
        "benchmarks": stored.benchmarks,
        "duplicate": stored.duplicate,
    }
