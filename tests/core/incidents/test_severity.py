"""How bad: the book's matrix with its bounds, on sound statistics, each with the rule that fired."""

import pytest

from core.incidents.model import Severity
from core.incidents.severity import (
    Judged,
    Named,
    Reading,
    at_least,
    at_most,
    by_kind,
    by_share,
    combined,
    kind_of,
)

LOW, MEDIUM, HIGH, CRITICAL = (
    Judged(Severity(each), f"because {each}") for each in ("low", "medium", "high", "critical")
)


@pytest.mark.parametrize(
    ("part", "whole", "severity"),
    [
        (0, 100, "low"), (10, 100, "low"), (15, 100, "low"), (16, 100, "medium"), (29, 100, "high"),
        (61, 100, "critical"),
        (1, 1, "low"), (2, 2, "high"), (2, 6, "high"), (3, 5, "critical"), (2, 12, "medium"), (2, 19, "medium"),
        (1, 9, "low"), (0, 0, "low"), (5, 0, "low"),
    ],
)  # fmt: skip
def test_a_share_must_be_surely_above_the_bound(part: int, whole: int, severity: str) -> None:
    assert by_share(part, whole, "cases").severity.value == severity


@pytest.mark.parametrize("whole", [20, 33, 200, 5000])
def test_more_failures_are_never_less_bad(whole: int) -> None:
    ranks = [by_share(part, whole, "cases").severity.rank for part in range(whole + 1)]
    assert ranks == sorted(ranks, reverse=True)


def test_the_rule_names_its_numbers() -> None:
    assert by_share(84, 100, "cases fail").rule == (
        "more than 50%: 84 of 100 cases fail (84%), at least 76% with 95 % confidence"
    )


@pytest.mark.parametrize(
    ("test", "kind"),
    [
        (Named("x", markers=("Security",)), ("security", "by marker")),
        (Named("x", function="test_token", classname="tests.test_a.TestAuthentication"), ("security", "by name")),
        (Named("x", function="test_integration_of_all"), ("integration", "by name")),
        (Named("x", function="test_performance[security]"), ("performance", "by name")),
        (Named("x", function="test_authors"), None),
        (Named("x", function="test_ok", classname="tests.security.test_a"), None),
        (Named("x", function="test_ok", file="e2e/test_a.py"), ("integration", "by path")),
    ],
)
def test_a_kind_is_read_off_marker_path_or_name(test: Named, kind: tuple[str, str] | None) -> None:
    assert kind_of(test, Reading(paths={"integration": ["e2e/*"]})) == kind


def test_the_module_is_read_only_where_it_is_set() -> None:
    test = Named("x", function="test_ok", classname="tests.security.test_a", file="tests/security/test_a.py")
    assert kind_of(test, Reading(module_path=True)) == ("security", "by name")


def test_the_worst_kind_counts_and_is_told_with_its_number() -> None:
    tests = [Named("one", function="test_integration"), *(Named(n, function="test_security") for n in ("two", "three"))]
    found = by_kind(tests, Reading())
    assert found == Judged(Severity.CRITICAL, "2 security tests fail (by name), such as two")
    assert by_kind([Named("x", function="test_plain")], Reading()) is None


def test_the_worse_rule_leads_and_the_other_stands_beside() -> None:
    assert combined(LOW, None) is LOW
    assert combined(LOW, HIGH) == Judged(Severity.HIGH, "because high; by share: because low")
    assert combined(CRITICAL, MEDIUM) == Judged(Severity.CRITICAL, "because critical; because medium")


def test_a_bound_says_why_it_held() -> None:
    assert at_most(CRITICAL, Severity.LOW, "known") == Judged(
        Severity.LOW, "known; else it were critical: because critical"
    )
    assert at_most(LOW, Severity.MEDIUM, "known") is LOW
    assert at_least(LOW, Severity.MEDIUM, "a hang") == Judged(Severity.MEDIUM, "a hang; by share: because low")
    assert at_least(HIGH, Severity.MEDIUM, "a hang") is HIGH
