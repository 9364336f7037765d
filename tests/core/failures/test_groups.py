"""Failures by signature, in the order a person needs them."""

from datetime import timedelta

import pytest

from core.failures.groups import deciding_failures, group_failures, is_new, name_words
from core.runs.history import Sighting
from tests.builders import a_failure, a_run, a_test, counts, failures, some_tests

RUN = a_run(9, started_at=a_run(1).started_at + timedelta(days=30))


def seen(days_ago: float, runs: int = 1) -> Sighting:
    run = a_run(5, started_at=RUN.started_at - timedelta(days=days_ago))
    return Sighting(run, run, runs)


def test_each_failing_case_is_in_one_group() -> None:
    rows = [*failures(1, 2, 3), a_failure(4, signature_id=2), a_failure(4, signature_id=3, phase="teardown")]
    groups = group_failures(RUN, rows, some_tests(1, 2, 3, 4), {})
    assert [(group.count, group.tests) for group in groups] == [
        (3, tuple(f"tests/test_app.py::test_{number}" for number in (1, 2, 3))),
        (1, ("tests/test_app.py::test_4",)),
    ]


def test_attempts_that_a_rerun_forgave_are_no_failures() -> None:
    assert deciding_failures([a_failure(1, is_final=False)]) == []


def test_one_message_from_two_frames_is_one_group_named_after_the_larger_part() -> None:
    rows = [
        a_failure(1, fingerprint="v1:a", family="f"),
        *failures(2, 3, fingerprint="v1:b", family="f", signature_id=2),
    ]
    (group,) = group_failures(RUN, rows, some_tests(1, 2, 3), {2: seen(1)})
    assert (group.signature, group.signatures, group.count, group.new) == ("v1:b", ("v1:a", "v1:b"), 3, False)


def test_critical_first_then_new_then_large() -> None:
    rows = [
        *failures(1, 2, 3, signature_id=1),
        a_failure(4, signature_id=2),
        *failures(5, 6, signature_id=3),
        a_failure(7, signature_id=4, category="worker_crash"),
    ]
    groups = group_failures(RUN, rows, some_tests(*range(1, 8)), {1: seen(2), 4: seen(2)})
    assert [group.signature[-1] for group in groups] == ["4", "3", "2", "1"]


@pytest.mark.parametrize(("sighting", "new"), [(None, True), (seen(1), False), (seen(20.9), False), (seen(21.1), True)])
def test_new_is_unseen_for_21_days(sighting: Sighting | None, new: bool) -> None:
    assert is_new(RUN, sighting, None) is new


def test_a_quiet_month_makes_nothing_new() -> None:
    sighting = seen(29)
    assert not is_new(RUN, sighting, sighting.last)


def test_known_groups_say_since_when() -> None:
    (group,) = group_failures(RUN, failures(1), some_tests(1), {1: seen(3, runs=4)})
    assert (group.new, group.known_since, group.known_since_revision, group.runs_before) == (False, "5", "rev5", 4)


@pytest.mark.parametrize(
    ("name", "critical"),
    [
        ("tests/security/test_keys.py::test_rotation", True),
        ("tests/test_app.py::TestSecurityHeaders::test_order", True),
        ("tests/test_app.py::test_encryption_roundtrip", True),
        ("tests/test_app.py::test_insecurity", False),
        ("tests/test_app.py::test_author_page", False),
        ("tests/test_app.py::test_page[security]", False),
    ],
)
def test_security_tests_are_critical_by_whole_words(name: str, critical: bool) -> None:
    (group,) = group_failures(RUN, failures(1), {1: a_test(1, name=name)}, {})
    assert group.critical is critical


def test_more_than_half_of_the_run_is_critical() -> None:
    run = a_run(counts=counts(5, failed=3))
    (group,) = group_failures(run, failures(1, 2, 3), some_tests(1, 2, 3), {})
    assert group.critical_reason == "3 of 5 executed cases fail with this one signature"
    small = a_run(counts=counts(2, failed=2))
    (group,) = group_failures(small, failures(1, 2), some_tests(1, 2), {})
    assert not group.critical


def test_a_file_that_could_not_be_collected_is_critical() -> None:
    rows = failures(1, phase="collection", category="import_errors")
    (group,) = group_failures(RUN, rows, {1: a_test(1, kind="collection", name="collection of tests/test_a.py")}, {})
    assert group.critical_reason == "1 file could not be collected, so the tests inside did not run"


def test_every_group_has_a_recommendation_even_of_a_category_nobody_knows() -> None:
    (group,) = group_failures(RUN, failures(1, category="removed"), some_tests(1), {})
    assert group.recommendation.estimated_time


def test_words_of_a_name() -> None:
    assert name_words("tests/api/test_HTTPAuth.py::TestTwoWays::test_a1[x]") == {
        "tests", "api", "test", "http", "auth", "py", "two", "ways", "a",
    }  # fmt: skip
