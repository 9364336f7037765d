"""Answers why the tests of a console log failed; a log has no history, so nothing in it is new or known."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from core.failures.console import ConsoleFailure, read_console
from core.failures.groups import categories_of, group_failures, known_category
from core.failures.recommendation import recommend_all
from core.failures.report import FailuresReport
from core.runs.history import FailureRow, TestRow
from core.runs.model import CaseFailure, CaseKind, Diagnose, ReportCounts, Run

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def failures_from_log(text: str, source: str, diagnose: Diagnose) -> FailuresReport:
    """Why the tests of a pytest console log failed; `source` is what people call the log. Never raises."""
    found = read_console(text)
    rows = [_row(number, each, diagnose) for number, each in enumerate(found, start=1)]
    tests = {row.test_id: _test(row, each) for row, each in zip(rows, found, strict=True)}
    groups = tuple(replace(group, new=False) for group in group_failures(_run(source), rows, tests, {}))
    total = sum(group.count for group in groups)
    causes = "1 cause" if len(groups) == 1 else f"{len(groups)} causes"
    told = f"{total} {'failure' if total == 1 else 'failures'} by {causes}" if total else "no failure found"
    return FailuresReport(
        run=None,
        source=source,
        headline=f"{source}: {told}",
        total_failures=total,
        categories=categories_of(groups),
        groups=groups,
        recommendations=recommend_all(known_category(group.category) for group in groups),
        caveats=tuple(_caveats(text, total)),
    )


def _caveats(text: str, total: int) -> Iterable[str]:
    if not text.strip():
        yield "the log is empty"
    elif not total:
        yield "no pytest failure was found: the tests passed, the log was cut off, or it is not a pytest log"
    else:
        yield "a log has no history: what is new shows only in reports that were brought in"


def _row(number: int, found: ConsoleFailure, diagnose: Diagnose) -> FailureRow:
    failure = found.failure
    phase = failure.phase or "call"
    case = CaseFailure(number, found.test, 1, True, phase, failure.type_name, failure.message, failure.text)
    diagnosis = diagnose(case)
    return FailureRow(
        run_id=0,
        test_id=number,
        attempt=1,
        is_final=True,
        phase=phase,
        type_name=failure.type_name,
        message=failure.message,
        text=failure.text,
        signature_id=number,
        fingerprint=diagnosis.fingerprint,
        family=diagnosis.family,
        title=diagnosis.title,
        exception=diagnosis.exception,
        category=diagnosis.category,
        rule=diagnosis.rule,
        matched=diagnosis.matched,
        runner_up=diagnosis.runner_up,
    )


def _test(row: FailureRow, found: ConsoleFailure) -> TestRow:
    kind = CaseKind.COLLECTION if row.phase == "collection" else CaseKind.CASE
    return TestRow(row.test_id, found.test, "", found.test, "", kind, "")


def _run(source: str) -> Run:
    """The run nobody stored, as far as a log tells it: how many cases were executed is unknown."""
    return Run(
        id=0,
        name=source,
        suite="",
        branch=None,
        revision=None,
        variant="",
        started_at=_NEVER,
        ingested_at=_NEVER,
        duration_seconds=None,
        coverage_percentage=None,
        counts=ReportCounts(),
    )
