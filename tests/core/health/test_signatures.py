"""Since when the failures of the newest run are known."""

from core.failures.groups import group_failures
from core.health.signatures import seen_in_window, signature_histories
from core.runs.model import Run
from tests.builders import a_failure, a_run, counts, some_tests

BLIND = counts(1, errors=1, collection_errors=1)


def history(runs: list[Run], *bearing: int, attempts: int = 1) -> tuple[bool, int, int]:
    rows = [
        a_failure(1, run_id, attempt=attempt, is_final=attempt == attempts)
        for run_id in bearing
        for attempt in range(1, attempts + 1)
    ]
    groups = group_failures(runs[-1], [row for row in rows if row.run_id == runs[-1].id], some_tests(1), {})
    (found,) = signature_histories(runs, rows, groups)
    return found.new, found.runs, found.attempts


def test_a_streak_is_new_for_two_runs() -> None:
    runs = [a_run(number) for number in range(1, 6)]
    assert history(runs, 5) == (True, 1, 1)
    assert history(runs, 4, 5) == (True, 2, 1)
    assert history(runs, 3, 4, 5) == (False, 3, 1)


def test_what_comes_back_within_21_days_is_not_new() -> None:
    assert history([a_run(number) for number in range(1, 6)], 2, 5) == (False, 1, 1)


def test_attempts_of_one_run_count() -> None:
    assert history([a_run(1), a_run(2)], 2, attempts=3) == (True, 1, 3)


def test_blind_runs_do_not_end_a_streak() -> None:
    runs = [a_run(1), a_run(2), a_run(3, counts=BLIND), a_run(4)]
    assert history(runs, 2, 4) == (True, 2, 1)


def test_sightings_leave_the_newest_run_out() -> None:
    runs = [a_run(number) for number in range(1, 4)]
    found = seen_in_window(runs, [a_failure(1, run_id) for run_id in (1, 2, 3)])
    assert (found[1].first.id, found[1].last.id, found[1].runs) == (1, 2, 2)
