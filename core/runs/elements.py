"""What one element of a JUnit report says by itself."""

import re
from typing import Any

from core.runs.identity import clean
from core.runs.model import Outcome

_OUTCOMES = {"error": Outcome.ERROR, "failure": Outcome.FAILED, "skipped": Outcome.SKIPPED}
_MARKER_PROPERTIES = frozenset({"marker", "markers", "mark", "marks", "tag", "tags"})
_PYTEST_SUITE = frozenset({"name", "errors", "failures", "skipped", "tests", "time", "timestamp", "hostname"})


def local_name(node: Any) -> str:
    tag = node.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2]


def outcome_of(node: Any) -> Outcome:
    found = Outcome.PASSED
    for child in node:
        kind = _OUTCOMES.get(local_name(child))
        if kind is Outcome.ERROR:
            return kind
        if kind is Outcome.FAILED or (kind is Outcome.SKIPPED and found is Outcome.PASSED):
            found = kind
    return found


def properties_of(node: Any) -> tuple[tuple[str | None, str | None], ...]:
    if not len(node):
        return ()
    holder = next((child for child in node if local_name(child) == "properties"), None)
    return () if holder is None else tuple((each.get("name"), each.get("value")) for each in holder)


def markers_of(node: Any) -> str:
    """What `<property name="markers" value="security, slow">` and its kin say of a case."""
    told = [value or "" for name, value in properties_of(node) if (name or "").lower() in _MARKER_PROPERTIES]
    words = re.split(r"[\s,;]+", clean(" ".join(told)[:1000]).lower())
    return " ".join(dict.fromkeys(word for word in words if word))[:200]


def is_inside_case(parent: Any) -> bool:
    while parent is not None:
        if local_name(parent) == "testcase":
            return True
        parent = parent.getparent()
    return False


def is_of_pytest(suite: Any, case: Any) -> bool:
    """Whether pytest wrote the report: its default suite name, its root's name, or its exact set of attributes."""
    root = suite.getparent()
    if suite.get("name") == "pytest" or (root is not None and root.get("name") == "pytest tests"):
        return True
    return set(suite.keys()) == _PYTEST_SUITE and "classname" in case.keys()  # noqa: SIM118 - lxml elements are no mappings
