"""`t12 mocks` in a terminal."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import grid, section, when
from core.mocks.model import Component, Finding, Severity, Status
from core.mocks.report import MocksReport, worst_first

_SEVERITY_STYLE = {
    Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "dim",
    Severity.ADVICE: "dim",
}  # fmt: skip
_STATUS_STYLE = {Status.VALID: "green", Status.INVALID: "red", Status.UNKNOWN: "yellow", Status.NOT_MOCKED: "dim"}
_COMPONENTS = 40
_PHANTOMS = 8


def draw(report: MocksReport, zone: ZoneInfo) -> Iterable[RenderableType]:
    """What is new, the components, then every finding with where, why and how to mend it."""
    audit, told = report.audit, report.told
    count = f"{len(told)} {'place contradicts' if len(told) == 1 else 'places contradict'} production"
    yield Text(f"{report.project}: {count if told else 'no mock contradicts production'}", style="bold")
    yield Text(_facts(report, zone), style="dim")
    yield from _changes(report)
    yield from _components(audit.components)
    if told:
        yield Text("\nFindings", style="bold")
    for finding in told:
        yield from _finding(finding)
    yield from section("Recommendations", _recommendations(audit.components))
    yield from section("Mind", [*report.judged.complaints, *audit.warnings], "yellow")
    yield from section("Cannot be known", _unknown(report), "dim")


def _facts(report: MocksReport, zone: ZoneInfo) -> str:
    audit = report.audit
    parts = [
        f"{audit.mocks} mocks in {audit.test_files} test files",
        f"{audit.files} files, {audit.lines} lines, {audit.seconds:.1f} s",
        *([f"{audit.resolved / audit.targets:.0%} of {audit.targets} names could be judged"] if audit.targets else []),
        *([f"revision {report.revision[:12]}"] if report.revision else []),
        when(report.at, zone),
    ]
    advice = sum(each.severity is Severity.ADVICE for each in audit.findings)
    hidden = (
        (advice, "advice (--format json lists it)"), (len(report.judged.known), "known by the baseline"),
        (len(report.judged.ignored), "ignored with a reason"),
    )  # fmt: skip
    return ", ".join([*parts, *(f"{count} {what}" for count, what in hidden if count)])


def _changes(report: MocksReport) -> Iterable[RenderableType]:
    changes = report.changes
    if changes is None:
        return
    lines = [f"{each.sentence}" for each in changes.left_behind]
    lines += [f"{len(changes.new)} new, {len(changes.gone)} gone"]
    for finding in changes.new:
        author = report.authors.get(finding.key)
        if author is not None:
            place = f"{finding.place.path}:{finding.place.line}"
            lines.append(f"{finding.rule} at {place} by {author.name} in {author.revision[:10]} ({author.summary})")
    yield from section(f"Since {report.since}", lines)


def _components(components: Sequence[Component]) -> Iterable[RenderableType]:
    if not components:
        return
    table = grid("component", "status", "valid", "compliance", "priority", "phantoms", right=[2, 3])
    for each in worst_first(components)[:_COMPONENTS]:
        judged = len(each.mock_methods) - len(each.unknown_methods)
        real = judged - len(each.extra_methods)
        configured = len(each.production_methods) - len(each.missing_methods)
        percentage = "" if each.compliance_percentage is None else f"{each.compliance_percentage:.0f}% "
        left = len(each.extra_methods) - _PHANTOMS
        phantoms = ", ".join(each.extra_methods[:_PHANTOMS]) + (f" and {left} more" if left > 0 else "")
        table.add_row(
            Text(each.component), Text(each.status.value, style=_STATUS_STYLE[each.status]),
            Text(f"{real} of {judged}" if judged else ""),
            Text(f"{percentage}({configured} of {len(each.production_methods)})"),
            Text(each.priority.value if each.priority else ""), Text(phantoms or each.reason),
        )  # fmt: skip
    yield Text("\nComponents", style="bold")
    yield table
    if len(components) > _COMPONENTS:
        yield Text(f"and {len(components) - _COMPONENTS} more", style="dim")


def _finding(finding: Finding) -> Iterable[RenderableType]:
    state = "dormant" if finding.dormant else finding.loudness
    head = Text(f"\n{finding.place.path}:{finding.place.line}  ", style="bold")
    head.append(f"{finding.rule} {finding.severity.value}", style=_SEVERITY_STYLE[finding.severity])
    yield head.append(f"  {state}, {finding.confidence.value} confidence", style="dim")
    yield Text(f"   {finding.message}")
    if finding.production is not None:
        yield Text(f"   production: {finding.production.path}:{finding.production.line} {finding.signature}", "dim")
    if finding.suggestion:
        yield Text(f"   try: {finding.suggestion}", style="green")
    if finding.more:
        lines = ", ".join(str(each.line) for each in finding.more[:12])
        yield Text(f"   also on line {lines}{' …' if len(finding.more) > 12 else ''}", style="dim")


def _recommendations(components: Sequence[Component]) -> list[str]:
    return [
        f"{each.component}: {words}" for each in worst_first(components)[:_COMPONENTS] for words in each.recommendations
    ]


def _unknown(report: MocksReport) -> list[str]:
    reasons: dict[str, int] = {}
    for each in report.audit.unknown:
        reasons[each.reason] = reasons.get(each.reason, 0) + 1
    ordered = sorted(reasons.items(), key=lambda pair: -pair[1])[:5]
    return [f"{count} {'place' if count == 1 else 'places'}: {reason}" for reason, count in ordered]
