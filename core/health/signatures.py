"""What the window knows of the signatures of its newest run: since when, and how surely."""

from collections import Counter
from collections.abc import Sequence

from core.failures.groups import is_new
from core.failures.report import FailureGroup
from core.failures.validity import executed_and_bad
from core.health.gates import NEW_RUNS, SignatureHistory
from core.runs.history import FailureRow, Sighting
from core.runs.model import Run


def seen_in_window(runs: Sequence[Run], deciding: Sequence[FailureRow]) -> dict[int, Sighting]:
    """Sightings by signature id in all runs but the newest; `runs` are oldest first."""
    places = {run.id: place for place, run in enumerate(runs[:-1])}
    found: dict[int, set[int]] = {}
    for row in deciding:
        if row.run_id in places:
            found.setdefault(row.signature_id, set()).add(places[row.run_id])
    return {signature: Sighting(runs[min(seen)], runs[max(seen)], len(seen)) for signature, seen in found.items()}


def signature_histories(
    runs: Sequence[Run], failures: Sequence[FailureRow], groups: Sequence[FailureGroup]
) -> list[SignatureHistory]:
    """One per group of the newest run, with the streak of runs that bears it.

    Runs that executed nothing neither end a streak nor lengthen it. A streak counts as new while it is two runs long:
    one run to come up, one to be confirmed.
    """
    newest = runs[-1]
    bearing: dict[str, set[int]] = {}
    for row in failures:
        if row.is_final:
            bearing.setdefault(row.fingerprint, set()).add(row.run_id)
    attempts = Counter((row.fingerprint, row.test_id) for row in failures if row.run_id == newest.id)
    executed = [run for run in runs if executed_and_bad(run)[0]]
    found = []
    for group in groups:
        bearers = set().union(*(bearing.get(signature, set()) for signature in group.signatures))
        streak = _streak(executed, bearers)
        start = streak[0] if streak else newest
        sightings = [run for run in runs if run.id in bearers and run.id < start.id]
        last = Sighting(sightings[0], sightings[-1], len(sightings)) if sightings else None
        tried = max(attempts[signature, test_id] for signature in group.signatures for test_id in group.test_ids)
        new = len(streak) <= NEW_RUNS and is_new(start, last, None)
        found.append(SignatureHistory(group.title, group.count, new, max(1, len(streak)), tried))
    return found


def _streak(executed: Sequence[Run], bearing: set[int]) -> list[Run]:
    streak: list[Run] = []
    for run in reversed(executed):
        if run.id not in bearing:
            break
        streak.append(run)
    return streak[::-1]
