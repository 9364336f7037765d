"""A team hears what it wants to hear: severities, paths, ignores with a reason, and only what is new."""

import json
from pathlib import Path

import pytest

from core.errors import UsageError
from core.mocks.model import Place, Severity
from core.mocks.policy import Policy, failing, in_order, judge, read_baseline, write_baseline
from tests.core.mocks.values import a_finding, an_audit


def no_lines(_place: Place) -> tuple[str, str]:
    return "", ""


def judged(policy: Policy, *findings: object, line: str = "", above: str = "") -> list[str]:
    found = judge(an_audit(*findings), policy, lambda _place: (line, above))  # type: ignore[arg-type]
    return [each.key for each in found.audit.findings]


def test_a_rule_is_off_or_of_another_severity() -> None:
    one, two = a_finding(1), a_finding(2, rule="M005")
    found = judge(an_audit(one, two), Policy({"M003": "low", "M005": "off"}), no_lines)
    assert [(each.rule, each.severity) for each in found.audit.findings] == [("M003", Severity.LOW)]


def test_a_path_leaves_out_some_rules_or_all() -> None:
    one = a_finding(1, place=Place("tests/legacy/deep/test_a.py", 1))
    assert judged(Policy(paths=[("tests/legacy/*", frozenset({"M003"}))]), one) == []
    assert judged(Policy(paths=[("tests/legacy/*", frozenset())]), one) == []
    assert judged(Policy(paths=[("tests/legacy/*", frozenset({"M001"}))]), one) == [one.key]


@pytest.mark.parametrize(
    ("line", "above"),
    [
        ("m.rotate_1()  # t12: ignore[M003] the driver adds it at run time", ""),
        ("m.rotate_1()", "    # t12: ignore[M001, M003] - added at run time"),
    ],
)
def test_an_ignore_with_a_reason_is_obeyed(line: str, above: str) -> None:
    assert judged(Policy(), a_finding(1), line=line, above=above) == []


@pytest.mark.parametrize(
    ("line", "above"),
    [
        ("m.rotate_1()  # t12: ignore[M001] another rule", ""),
        ("m.rotate_1()", "other()  # t12: ignore[M003] of the line above"),
        ("m.rotate_1()  # t12: ignore", ""),
    ],
)
def test_another_rules_or_lines_ignore_is_not(line: str, above: str) -> None:
    assert judged(Policy(), a_finding(1), line=line, above=above) == [a_finding(1).key]


def test_an_ignore_without_a_reason_is_complained_about() -> None:
    found = judge(an_audit(a_finding(1)), Policy(), lambda _place: ("m.x()  # t12: ignore[M003]", ""))
    assert len(found.audit.findings) == 1
    assert found.complaints == ("tests/test_keys.py:1 ignores M003 without a reason; write one after it",)


def test_the_baseline_hides_as_many_as_it_knows(tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    assert write_baseline(file, [a_finding(1)]) == 1
    again, moved = a_finding(1), a_finding(1, place=Place("tests/test_keys.py", 80))
    found = judge(an_audit(again, moved, a_finding(2)), Policy(baseline=read_baseline(file)), no_lines)
    assert [each.key for each in found.known] == [again.key]
    assert sorted(each.key for each in found.audit.findings) == sorted([moved.key, a_finding(2).key])


@pytest.mark.parametrize("words", ["", "[]", "{}", json.dumps({"version": 99, "findings": {}}), '{"version": 1}'])
def test_what_is_no_baseline_is_said(tmp_path: Path, words: str) -> None:
    file = tmp_path / "known.json"
    file.write_text(words)
    with pytest.raises(UsageError, match="no baseline of this version"):
        read_baseline(file)


def test_a_check_fails_from_its_severity_on_and_never_for_a_dormant_test() -> None:
    findings = [a_finding(1), a_finding(2, severity=Severity.LOW), a_finding(3, dormant=True)]
    assert [each.member for each in failing(findings, Severity.MEDIUM)] == ["rotate_1"]
    assert len(failing(findings, Severity.ADVICE)) == 2


def test_the_worst_comes_first() -> None:
    findings = [
        a_finding(2),
        a_finding(1),
        a_finding(3, severity=Severity.CRITICAL),
        a_finding(4, severity=Severity.LOW),
    ]
    assert [each.member for each in in_order(findings)] == ["rotate_3", "rotate_1", "rotate_2", "rotate_4"]
