"""Machines read an audit: JSON keys that others build on, SARIF, and GitHub's annotations."""

from core.mocks.as_json import audit_to_json, audit_to_sarif, github_annotations, severity_counts
from core.mocks.model import Place, Severity
from core.mocks.rules.explanation import explanations
from core.mocks.rules.table import RULES
from tests.core.mocks.values import a_finding, an_audit


def test_the_json_keeps_the_keys_that_others_build_on() -> None:
    told = audit_to_json(an_audit(a_finding(1)))
    (component,), (finding,) = told["components"], told["findings"]  # type: ignore[misc]
    assert {
        "component", "module", "status", "compliance_percentage", "priority", "total_production_methods",
        "total_mock_methods", "missing_methods", "extra_methods", "recommendations",
    } <= set(component)  # type: ignore[arg-type] # fmt: skip
    assert {
        "rule", "path", "line", "message", "component", "member", "confidence", "severity", "production",
    } <= set(finding)  # type: ignore[arg-type] # fmt: skip
    assert finding["production"] == {"path": "app/keys.py", "line": 3}  # type: ignore[index, call-overload]
    assert {"components", "findings", "unknown", "files", "seconds"} <= set(told)


def test_sarif_names_rule_level_place_and_what_stays_the_same() -> None:
    finding = a_finding(1, severity=Severity.MEDIUM)
    run = audit_to_sarif(an_audit(finding), explanations(), "1.0")["runs"][0]  # type: ignore[index, call-overload]
    (result,) = run["results"]  # type: ignore[index, call-overload]
    assert (result["ruleId"], result["level"]) == ("M003", "warning")  # type: ignore[index, call-overload]
    location = result["locations"][0]["physicalLocation"]  # type: ignore[index, call-overload]
    assert location == {"artifactLocation": {"uri": "tests/test_keys.py"}, "region": {"startLine": 1}}
    assert result["partialFingerprints"] == {"t12/v1": finding.key}  # type: ignore[index, call-overload]


def test_sarif_explains_every_rule_by_its_page() -> None:
    run = audit_to_sarif(an_audit(), explanations(), "1.0")["runs"][0]  # type: ignore[index, call-overload]
    rules = {each["id"]: each for each in run["tool"]["driver"]["rules"]}  # type: ignore[index, call-overload, union-attr]
    assert list(rules) == list(RULES)
    assert rules["M002"]["help"]["markdown"].startswith("# M002: ")  # type: ignore[index, call-overload]
    assert rules["M002"]["fullDescription"]["text"].startswith("The target of `patch`")  # type: ignore[index, call-overload]


def test_a_strangers_words_stay_inside_their_annotation() -> None:
    hostile = a_finding(1, place=Place("tests/a,b:c.py", 3), message="one\n::error::two 100%")
    (line,) = github_annotations([hostile])
    assert line == ("::error file=tests/a%2Cb%3Ac.py,line=3,title=M003 high::one%0A::error::two 100%25")


def test_severities_are_counted_the_worst_first() -> None:
    findings = [a_finding(1), a_finding(2, severity=Severity.CRITICAL), a_finding(3)]
    assert list(severity_counts(findings).items()) == [("critical", 1), ("high", 2)]
