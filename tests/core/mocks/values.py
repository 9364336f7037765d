"""Findings, components and audits with dull defaults."""

from typing import Any

from core.mocks.model import Audit, Component, Confidence, Finding, Place, Severity, Status


def a_finding(number: int = 1, **changes: Any) -> Finding:
    values: dict[str, Any] = {
        "rule": "M003",
        "place": Place("tests/test_keys.py", number),
        "message": f"KeyManager has no rotate_{number}",
        "severity": Severity.HIGH,
        "confidence": Confidence.HIGH,
        "component": "KeyManager",
        "member": f"rotate_{number}",
        "production": Place("app/keys.py", 3),
        "signature": "def rotate(self, name: str) -> bytes",
        "suggestion": f"rotate_{number} -> rotate",
        "test": f"tests/test_keys.py::test_{number}",
    }
    return Finding(**(values | changes))


def a_component(name: str = "KeyManager", **changes: Any) -> Component:
    values: dict[str, Any] = {
        "component": name,
        "module": "app.keys",
        "status": Status.INVALID,
        "production_methods": ("create", "rotate"),
        "mock_methods": ("create", "rotate_key"),
        "mocks": 3,
        "with_spec": 1,
        "place": Place("app/keys.py", 1),
    }
    return Component(**(values | changes))


def an_audit(*findings: Finding, **changes: Any) -> Audit:
    values: dict[str, Any] = {
        "components": (a_component(),), "findings": findings, "files": 20, "test_files": 8, "lines": 4000,
        "test_lines": 1500, "seconds": 0.42, "mocks": 31, "targets": 40, "resolved": 38,
    }  # fmt: skip
    return Audit(**(values | changes))
