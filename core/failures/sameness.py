"""Conclusive evidence of a flaky test: the same sources both passed and failed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.failures.verdict import Evidence
from core.runs.model import HistoryEntry

_NEAR = timedelta(days=7)
_NEAR_IF_FEW = timedelta(days=14)
_FEW_VERDICTS = 100
_MIN_INSTANCES = 2
_MIN_SHARE = 0.01


def same_source_evidence(entries: Sequence[HistoryEntry]) -> tuple[Evidence, ...]:
    """Every instance, oldest first: a pass after a failing attempt, or a failing run beside a passing one.

    At one revision the lesser of passing and failing runs counts, so that one odd run out of many is one instance.
    """
    found = [
        Evidence(
            "rerun",
            f"passed in run {entry.run.name} after {_times(entry.failed_attempts, 'failing attempt')}",
            entry.run.name,
            entry.run.started_at,
            entry.run.revision,
        )
        for entry in entries
        if entry.is_flaky_pass
    ]
    by_revision: dict[str, list[HistoryEntry]] = {}
    for entry in entries:
        if entry.run.revision and not entry.is_flaky_pass:
            by_revision.setdefault(entry.run.revision, []).append(entry)
    for revision, runs in by_revision.items():
        failed = [entry for entry in runs if entry.outcome.is_bad]
        passed = len(runs) - len(failed)
        lesser = failed if len(failed) <= passed else [entry for entry in runs if not entry.outcome.is_bad]
        text = f"failed in {len(failed)} of {len(runs)} runs of revision {revision[:12]}"
        found += [Evidence("same-revision", text, each.run.name, each.run.started_at, revision) for each in lesser]
    return tuple(sorted(found, key=lambda each: each.at))


def is_proven(evidence: Sequence[Evidence], entries: Sequence[HistoryEntry]) -> bool:
    """Whether the instances make the test flaky: two of them, and 1 % of the verdicts around one of them.

    Around means 7 days on either side, 14 when that holds fewer than 100 verdicts (LUCI).
    """
    return any(_proves(at, evidence, entries) for at in {each.at for each in evidence})


def _proves(at: datetime, evidence: Sequence[Evidence], entries: Sequence[HistoryEntry]) -> bool:
    near = _NEAR
    verdicts = sum(abs(entry.run.started_at - at) <= near for entry in entries)
    if verdicts < _FEW_VERDICTS:
        near = _NEAR_IF_FEW
        verdicts = sum(abs(entry.run.started_at - at) <= near for entry in entries)
    instances = sum(abs(each.at - at) <= near for each in evidence)
    return instances >= _MIN_INSTANCES and instances >= _MIN_SHARE * verdicts


def _times(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
