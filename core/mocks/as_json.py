"""An audit as JSON, SARIF, and the annotations of GitHub Actions."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.mocks.model import Audit, Component, Finding, Severity
from core.mocks.rules.explanation import Explanation

if TYPE_CHECKING:
    from core.storage.events import Json

_SARIF_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "advice": "note"}
_GITHUB_WORDS = {"critical": "error", "high": "error", "medium": "warning", "low": "notice", "advice": "notice"}
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def audit_to_json(audit: Audit) -> "dict[str, Json]":
    """Paths are relative to the audited folder."""
    return {
        "components": [component_to_json(each) for each in audit.components],
        "findings": [finding_to_json(each) for each in audit.findings],
        "unknown": [
            {"path": each.place.path, "line": each.place.line, "reason": each.reason} for each in audit.unknown
        ],
        "files": audit.files,
        "test_files": audit.test_files,
        "lines": audit.lines,
        "test_lines": audit.test_lines,
        "mocks": audit.mocks,
        "targets": audit.targets,
        "resolved": audit.resolved,
        "seconds": round(audit.seconds, 3),
        "warnings": list(audit.warnings),
    }


def component_to_json(component: Component) -> "dict[str, Json]":
    percentage, validity = component.compliance_percentage, component.validity_percentage
    return {
        "component": component.component,
        "module": component.module,
        "status": component.status.value,
        "compliance_percentage": None if percentage is None else round(percentage, 2),
        "validity_percentage": None if validity is None else round(validity, 2),
        "priority": None if component.priority is None else component.priority.value,
        "total_production_methods": len(component.production_methods),
        "total_mock_methods": len(component.mock_methods),
        "missing_methods": list(component.missing_methods),
        "extra_methods": list(component.extra_methods),
        "unknown_methods": list(component.unknown_methods),
        "mocks": component.mocks,
        "with_spec": component.with_spec,
        "reason": component.reason,
        "path": component.place.path if component.place else None,
        "line": component.place.line if component.place else None,
        "recommendations": list(component.recommendations),
    }


def finding_to_json(finding: Finding) -> "dict[str, Json]":
    production = finding.production
    return {
        "rule": finding.rule,
        "path": finding.place.path,
        "line": finding.place.line,
        "message": finding.message,
        "component": finding.component,
        "member": finding.member,
        "confidence": finding.confidence.value,
        "severity": finding.severity.value,
        "production": None if production is None else {"path": production.path, "line": production.line},
        "signature": finding.signature,
        "suggestion": finding.suggestion,
        "loudness": finding.loudness,
        "dormant": finding.dormant,
        "test": finding.test,
        "more": [{"path": each.path, "line": each.line} for each in finding.more],
        "key": finding.key,
    }


def audit_to_sarif(audit: Audit, explanations: Iterable[Explanation], version: str) -> "dict[str, Json]":
    """SARIF 2.1.0, as code scanning services read it; the page on a rule is its help."""
    rules: list[Json] = [_sarif_rule(each) for each in explanations]
    driver: dict[str, Json] = {"name": "T12", "version": version, "rules": rules}
    return {
        "$schema": _SARIF,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [_result(each) for each in audit.findings]}],
    }


def _sarif_rule(explanation: Explanation) -> "Json":
    rule = explanation.rule
    return {
        "id": rule.code,
        "name": rule.code,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": explanation.summary},
        "help": {"text": explanation.page, "markdown": explanation.page},
        "defaultConfiguration": {"enabled": rule.is_on, "level": _SARIF_LEVELS[rule.severity]},
    }


def _result(finding: Finding) -> "Json":
    told: dict[str, Json] = {
        "ruleId": finding.rule,
        "level": _SARIF_LEVELS[finding.severity],
        "message": {"text": finding.message + (f" {finding.suggestion}" if finding.suggestion else "")},
        "locations": [_location(finding.place.path, finding.place.line)],
        "partialFingerprints": {"t12/v1": finding.key},
    }
    if finding.production is not None and not finding.production.path.startswith("<"):
        told["relatedLocations"] = [_location(finding.production.path, finding.production.line)]
    return told


def _location(path: str, line: int) -> "Json":
    return {"physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": line}}}


def github_annotations(findings: Iterable[Finding]) -> Iterable[str]:
    """Workflow commands, a line each, the way GitHub Actions escapes them."""
    for finding in findings:
        place = f"file={_property(finding.place.path)},line={finding.place.line}"
        title = _property(f"{finding.rule} {finding.severity.value}")
        yield f"::{_GITHUB_WORDS[finding.severity]} {place},title={title}::{_data(finding.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def severity_counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each severity, the worst first; those without any are left out."""
    counts = {severity.value: 0 for severity in reversed(Severity)}
    for finding in findings:
        counts[finding.severity.value] += 1
    return {name: count for name, count in counts.items() if count}
