"""The answer to `mocks`: what is new, then per component how true its mocks are, then the findings by severity."""

from collections.abc import Iterable, Sequence

from core.mocks.as_json import severity_counts
from core.mocks.changes import AuditChanges
from core.mocks.model import Component, Finding, Severity, Status
from core.mocks.report import MocksReport, worst_first
from handlers.commands import SLASH, Ask

from . import place
from .message import Message, fit
from .navigation import PER_PAGE, deeper, page_line, page_of, pages, turn
from .pieces import (
    Json,
    Line,
    bullets,
    header,
    line,
    paragraph,
    rich,
    said,
    section,
    small,
    strong,
    typed,
    words,
)

_COMPONENTS = 12
_SERIES, _POINTS = 4, 20
_STATUS = {Status.VALID: "valid", Status.INVALID: "INVALID", Status.UNKNOWN: "unknown", Status.NOT_MOCKED: "not mocked"}


def render_mocks(report: MocksReport, ask: Ask) -> Message:
    """One page of findings; the first page begins with the components."""
    findings = report.told
    last = pages(len(findings))
    shown, page = page_of(findings, ask.page)

    def draw(most: int) -> list[Json]:
        return [
            header(verdict(report)),
            paragraph(words(_counted(report))),
            *(_changes(report.changes, report, most) if page == 1 else []),
            *(_components(report.audit.components, most) if page == 1 else []),
            *(_chart(report) if page == 1 and most else []),
            *[_finding(each, (page - 1) * PER_PAGE + n, most) for n, each in enumerate(shown, start=1)],
            *page_line(page, last, f"{len(findings)} findings"),
            *_small_print(report),
            *_explained(shown),
            *deeper(ask, "health", "failures", turns=turn(ask, page, last)),
        ]

    return fit(draw, (_COMPONENTS, 6, 3, 1, 0))


def verdict(report: MocksReport) -> str:
    """The answer in a line: what contradicts production, and what is new."""
    count, name = len(report.told), place.plain(report.project, place.WORD)
    if not count:
        return f"{name}: no mock contradicts production"
    told = f"{name}: {count} {'place contradicts' if count == 1 else 'places contradict'} production"
    if report.changes is None:
        return told
    new = len(report.changes.new)
    return f"{told}, {new} new" if new else f"{told}, none new"


def _counted(report: MocksReport) -> str:
    """How many findings of each severity, and how many components they are about."""
    counts = severity_counts(report.told)
    components = len(report.audit.components)
    told = ", ".join(f"{count} {name}" for name, count in counts.items()) or "Nothing to mend"
    return f"{told}. {components} {'component is' if components == 1 else 'components are'} replaced by tests."


def _changes(changes: AuditChanges | None, report: MocksReport, most: int) -> list[Json]:
    if changes is None or not (changes.new or changes.gone):
        return []
    lines: list[Line] = [[said(f"{each.sentence}.", 300)] for each in changes.left_behind[: max(1, most)]]
    lines += [_new(each, report) for each in changes.new[: max(1, min(5, most))]]
    left = len(changes.new) - max(1, min(5, most))
    if left > 0:
        lines.append([words(f"and {left} more new")])
    if changes.gone:
        gone = len(changes.gone)
        lines.append([words(f"{gone} {'finding is' if gone == 1 else 'findings are'} gone.")])
    return [section(f"Since {place.plain(report.since or 'the audit before', place.WORD)}", lines)]


def _new(finding: Finding, report: MocksReport) -> Line:
    author = report.authors.get(finding.key)
    by = [words(f" by {place.plain(author.name, 40)}, {author.revision[:10]}")] if author is not None else []
    return [strong(f"New {finding.rule}: "), typed(_where(finding), 110), *by]


def _where(finding: Finding) -> str:
    return f"{place.cut_name(finding.place.path, 90)}:{finding.place.line}"


def _components(components: Sequence[Component], most: int) -> list[Json]:
    shown = worst_first(components)[:most]
    if not shown:
        return []
    head = ("Component", "Status", "Valid", "Compliance", "Priority")
    rows = [[_cell(word) for word in head], *([_cell(word) for word in _row(each)] for each in shown)]
    left = len(components) - len(shown)
    more = [small(words(f"and {left} more components"))] if left > 0 else []
    return [{"type": "table", "rows": rows}, *more]


def _row(component: Component) -> tuple[str, ...]:
    real = len(component.mock_methods) - len(component.extra_methods) - len(component.unknown_methods)
    judged = len(component.mock_methods) - len(component.unknown_methods)
    configured = len(component.production_methods) - len(component.missing_methods)
    return (
        place.plain(component.component, 60),
        _STATUS[component.status],
        f"{real} of {judged}" if judged else "–",
        f"{_percent(component.compliance_percentage)} ({configured} of {len(component.production_methods)})",
        component.priority.value if component.priority is not None else "–",
    )


def _cell(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} %"


def _chart(report: MocksReport) -> list[Json]:
    """Compliance of the components that the newest audit shows worst, over the audits that are kept."""
    marks = list(report.marks)[-_POINTS:]
    if len(marks) < 3:
        return []
    labels = [f"{ago} audits ago" if ago else "now" for ago in range(len(marks) - 1, -1, -1)]
    named = [each.component for each in worst_first(report.audit.components) if each.compliance_percentage is not None]
    series = []
    for name in named[:_SERIES]:
        values = [
            next((c.compliance_percentage for c in mark.components if c.component == name), None) for mark in marks
        ]
        data = [{"label": label, "value": round(value or 0)} for label, value in zip(labels, values, strict=True)]
        series.append({"name": place.plain(name, 20), "data": data})
    if not series or len({each["name"] for each in series}) != len(series):
        return []
    axis = {"categories": labels, "y_label": "compliance in %"}
    chart = {"type": "line", "series": series, "axis_config": axis}
    return [{"type": "data_visualization", "title": "Compliance of components", "chart": chart}]


def _finding(finding: Finding, position: int, most: int) -> Json:
    """Where room is short, what is wrong and where; the rest is in the terminal."""
    loud = "the test fails" if finding.loudness == "loud" else "the suite stays green"
    state = "dormant: the test does not run" if finding.dormant else loud
    lines: list[Line] = [[said(finding.message, 300 if most else 120)]]
    lines.append([typed(_where(finding), 120), words(f", {finding.confidence.value} confidence, {state}")])
    if finding.production is not None and most > 1:
        told = f" {finding.signature}" if finding.signature else ""
        where = f"{place.cut_name(finding.production.path, 90)}:{finding.production.line}"
        lines.append([words("Production: "), typed(f"{where}{told}", 200)])
    if finding.suggestion and most:
        lines.append([words("Try: "), typed(finding.suggestion, 200)])
    if finding.more:
        lines.append(
            [words(f"and {len(finding.more)} more {'place' if len(finding.more) == 1 else 'places'} in the file")]
        )
    mark = finding.severity.value.upper() if finding.severity.rank >= Severity.HIGH.rank else finding.severity.value
    return rich(line(strong(f"{position}. {finding.rule}, {mark}")), bullets(lines))


def _explained(shown: Sequence[Finding]) -> list[Json]:
    """How to ask what a rule means."""
    return [small(words("What a rule means: "), typed(f"{SLASH} mocks {shown[0].rule}"))] if shown else []


def _small_print(report: MocksReport) -> list[Json]:
    audit = report.audit
    facts = [
        f"{audit.mocks:,} mocks in {audit.test_files:,} test files, {audit.lines:,} lines read in {audit.seconds:.1f} s"
    ]
    if audit.targets:
        facts.append(f"{audit.resolved / audit.targets:.0%} of {audit.targets:,} names could be judged")
    if report.revision:
        facts.append(f"revision {report.revision[:12]}{'+' if report.revision.endswith('+') else ''}")
    advice = sum(each.severity is Severity.ADVICE for each in audit.findings)
    hidden = (
        (advice, "advice"),
        (len(report.judged.known), "known by the baseline"),
        (len(report.judged.ignored), "ignored"),
    )
    facts += [f"{count} {what}" for count, what in hidden if count]
    found = [small(words(" · ".join(facts)))]
    complaints = [*report.judged.complaints, *audit.warnings]
    if complaints:
        found.append(small(said("Mind: " + "; ".join(_first(complaints)), 600)))
    return found


def _first(sentences: Iterable[str], most: int = 3) -> list[str]:
    listed = list(sentences)
    return [*listed[:most], *([f"and {len(listed) - most} more"] if len(listed) > most else [])]
