"""What a team wants to hear: rules by severity and by path, ignores with a reason, and a baseline of what is known."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from core.errors import UsageError
from core.mocks.model import Audit, Finding, Place, Severity

BASELINE_VERSION = 1
OFF = "off"
IGNORE = re.compile(r"#\s*t12:\s*ignore\[(?P<rules>[A-Z0-9, ]{1,100})\](?P<reason>[^#\n]{0,300})")
"""`# t12: ignore[M001] why`, on the line of the finding or alone on the line above."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that judge findings."""

    severities: Mapping[str, str] = field(default_factory=dict)
    """Rule to a severity, or to `off`."""
    paths: Sequence[tuple[str, frozenset[str]]] = ()
    """Glob of paths and the rules that are off there; an empty set is every rule."""
    baseline: Mapping[str, int] = field(default_factory=dict)
    """How many findings of each key are known."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is left of an audit, and what was left out."""

    audit: Audit
    ignored: tuple[Finding, ...] = ()
    """By a comment with a reason."""
    known: tuple[Finding, ...] = ()
    """By the baseline."""
    complaints: tuple[str, ...] = ()
    """Ignores without a reason, a sentence each."""


LineOf = Callable[[Place], tuple[str, str]]
"""The source line of a place and the line above it; empty where there is none."""


def judge(audit: Audit, policy: Policy, lines: LineOf) -> Judged:
    """Apply a team's policy to the findings of an audit; what is left keeps its order of severity and place."""
    kept: list[Finding] = []
    ignored: list[Finding] = []
    known: list[Finding] = []
    complaints: list[str] = []
    left = Counter(policy.baseline)
    for finding in _by_policy(audit.findings, policy):
        verdict = _ignored_by(finding, lines(finding.place))
        if verdict == "":
            complaints.append(
                f"{finding.place.path}:{finding.place.line} ignores {finding.rule} without a reason; write one after it"
            )
        if verdict:
            ignored.append(finding)
        elif left[finding.key] > 0:
            left[finding.key] -= 1
            known.append(finding)
        else:
            kept.append(finding)
    return Judged(
        replace(audit, findings=in_order(kept)), tuple(ignored), tuple(known), tuple(dict.fromkeys(complaints))
    )


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The most severe first, then the surest, then by place."""
    confidences = {"high": 0, "medium": 1, "low": 2}
    return tuple(
        sorted(
            findings,
            key=lambda each: (
                -each.severity.rank,
                confidences[each.confidence],
                each.place,
                each.rule,
                each.member or "",
            ),
        )
    )


def _by_policy(findings: Iterable[Finding], policy: Policy) -> Iterable[Finding]:
    for finding in findings:
        wanted = policy.severities.get(finding.rule)
        if wanted == OFF or any(
            fnmatchcase(finding.place.path, glob) and (not rules or finding.rule in rules)
            for glob, rules in policy.paths
        ):
            continue
        yield finding if wanted is None else replace(finding, severity=Severity(wanted))


def _ignored_by(finding: Finding, lines: tuple[str, str]) -> str | None:
    """The reason of an ignore, an empty one without a reason, None without an ignore."""
    own, above = lines
    for line in (own, above if above.strip().startswith("#") else ""):
        match = IGNORE.search(line)
        if match is not None and finding.rule in {rule.strip() for rule in match["rules"].split(",")}:
            return match["reason"].strip(" -:")
    return None


def failing(findings: Iterable[Finding], at_least: Severity) -> tuple[Finding, ...]:
    """The findings that make a check fail; what is dormant fails nothing."""
    return tuple(each for each in findings if each.severity.rank >= at_least.rank and not each.dormant)


def read_baseline(file: Path) -> dict[str, int]:
    """Raises `UsageError` when the file is no baseline."""
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"the baseline {file} cannot be read: {error.strerror or error}") from None
    except ValueError:
        read = None
    findings = read.get("findings") if isinstance(read, dict) and read.get("version") == BASELINE_VERSION else None
    if not isinstance(findings, dict) or not all(isinstance(count, int) for count in findings.values()):
        raise UsageError(f"{file} is no baseline of this version of T12; write one anew with --write-baseline")
    return findings


def write_baseline(file: Path, findings: Iterable[Finding]) -> int:
    """Keep what is known by now; returns how many findings that are."""
    counts = Counter(each.key for each in findings)
    body = {"version": BASELINE_VERSION, "findings": dict(sorted(counts.items()))}
    file.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return counts.total()
