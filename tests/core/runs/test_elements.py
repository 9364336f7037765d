# ruff: noqa: E501 - a report reads best on one line
"""What one element of a report says: its worst child, whether it ran, its markers, and whether pytest wrote it."""

import pytest

from tests.core.runs.reading import other_report, pytest_report, read


@pytest.mark.parametrize(
    ("children", "outcome"),
    [
        ("", "passed"),
        ("<system-out>x</system-out>", "passed"),
        ("<skipped/>", "skipped"),
        ("<skipped/><failure/>", "failed"),
        ("<failure/><skipped/>", "failed"),
        ("<failure/><error/>", "error"),
        ("<error/><failure/><skipped/>", "error"),
        ("<flakyFailure/>", "passed"),
        ("<rerunFailure/><failure/>", "failed"),
    ],
)
def test_the_worst_direct_child_decides(children: str, outcome: str) -> None:
    found = read(f'<testsuite><testcase name="a">{children}</testcase></testsuite>')
    assert found.one.outcome == outcome
    assert found.counts.elements.tests == 1


@pytest.mark.parametrize(
    ("attributes", "outcome"),
    [
        ('status="notrun"', "skipped"), ('status="disabled"', "skipped"), ('status="skipped"', "skipped"),
        ('result="suppressed"', "skipped"), ('status="NOTRUN"', "skipped"), ('status="run"', "passed"),
        ('status="passed" result="completed"', "passed"), ('status="whatever"', "passed"),
    ],
)  # fmt: skip
def test_a_case_that_says_it_was_not_run_is_skipped(attributes: str, outcome: str) -> None:
    found = read(f'<testsuite><testcase name="a" {attributes}/></testsuite>')
    assert found.one.outcome == outcome
    assert found.counts.not_run == int(outcome == "skipped")
    assert found.element_tally == (1, 1, 0, 0, 0)


def test_a_case_that_failed_was_run_whatever_its_status_says() -> None:
    assert (
        read('<testsuite><testcase name="a" status="disabled"><failure/></testcase></testsuite>').one.outcome
        == "failed"
    )


@pytest.mark.parametrize(
    "attributes",
    [
        'name="pytest"',
        'name="pytest" tests="1" hostname="h"',
        'name="mine" errors="0" failures="0" skipped="0" tests="1" time="1" timestamp="2026-03-02T08:00:00" hostname="h"',
    ],
)
def test_pytest_is_recognised(attributes: str) -> None:
    case = '<testcase classname="test_a" name="t"/>'
    assert read(pytest_report(case, case, attributes=attributes)).one.attempts == 2


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("markers", "security, slow", "security slow"),
        ("marker", "Integration", "integration"),
        ("tag", "security;security", "security"),
        ("owner", "security", ""),
    ],
)
def test_the_markers_of_a_failing_case_are_kept(name: str, value: str, told: str) -> None:
    words = f'<properties><property name="{name}" value="{value}"/></properties><failure message="no"/>'
    found = read(other_report(f'<testcase name="t">{words}</testcase>'))
    assert [failure.markers for failure in found.failures] == [told]
