"""The report of an incident as a Markdown document. Pure; foreign text cannot change what the document is."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.incidents.evidence import AffectedTest, FailureExcerpt, IncidentReport, RunLine
from core.incidents.metrics import Cycle
from core.incidents.model import ENGINE, Status
from core.incidents.telling import sentence_of, shown
from core.markdown import block, code, prose, table

_MOST_FAILURES = 10
_TEXT = 1500
_STATUS = {
    Status.TRIGGERED: "OPEN, nobody has it",
    Status.ACKNOWLEDGED: "OPEN, acknowledged",
    Status.RESOLVED: "RESOLVED",
}


def incident_report(report: IncidentReport) -> str:
    """The whole document, with instants in the report's zone."""
    incident = report.view.incident
    lines = [
        f"# Incident {incident.id}: {prose(incident.title, 200)}",
        "",
        *_facts(report),
        *_section("Timeline", _timeline(report)),
        *_section("Evidence", _evidence(report)),
        *_section("Meanwhile", [f"- {prose(each)}" for each in report.view.conditions]),
        *_section("Failures", [line for each in report.failures[:_MOST_FAILURES] for line in _failure(each)]),
        *_section("Affected tests", _tests(report)),
        *_section("Suspects", _suspects(report)),
        *_section("Times", [line for n, each in enumerate(report.cycles) for line in _cycle(n, each, report)]),
        *_section("Who did what", _people(report)),
        *_section("Owners", _owners(report)),
        *_section("Recommended actions", [f"- [ ] {prose(each)}" for each in report.view.actions]),
        "",
        f"Written by T12 on {_moment(report.at, report)}.",
    ]
    return "\n".join(lines) + "\n"


def _section(title: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    return ["", f"## {title}", "", *found] if found else []


def _facts(report: IncidentReport) -> list[str]:
    view = report.view
    incident = view.incident
    facts = [
        ("Severity", f"{incident.severity.value.upper()}: {prose(incident.rule, 400)}"),
        ("Status", _STATUS[incident.status]),
        ("Opened", _moment(incident.opened_at, report)),
        ("Resolved", _resolved(report)),
        ("Cause", code(incident.cause.replace("_", " "))),
        ("Suite", " on branch ".join(code(each) for each in (incident.suite, incident.branch or "") if each)),
        ("Owner", _who(incident.owner) if incident.owner else ""),
        ("Note", prose(incident.note, 600)),
    ]
    return [f"- **{name}**: {value}" for name, value in facts if value]


def _resolved(report: IncidentReport) -> str:
    incident = report.view.incident
    if incident.resolved_at is None:
        return ""
    why = f": {prose(incident.resolution, 400)}" if incident.resolution else ""
    return f"{_moment(incident.resolved_at, report)} by {_who(incident.resolved_by)}{why}"


def _timeline(report: IncidentReport) -> list[str]:
    rows = [(_moment(each.at, report), prose(sentence_of(each), 600), _who(each.by)) for each in report.view.events]
    return table(("When", "What", "Who"), rows) if rows else []


def _evidence(report: IncidentReport) -> list[str]:
    view = report.view
    named = (
        ("First bad run", view.opened_run), ("Last good run", view.last_good_run), ("Newest run", view.last_run),
    )  # fmt: skip
    lines = []
    for title, run in named:
        if run is not None:
            revision = f", revision {code(run.revision, 60)}" if run.revision else ""
            counts = f"{run.counts.bad} failing of {run.counts.executed} executed"
            lines.append(f"- **{title}**: {code(run.name, 80)}, {_moment(run.started_at, report)}{revision}, {counts}")
    if report.runs:
        rows = [_run(each, before, report) for each, before in zip(report.runs, (None, *report.runs), strict=False)]
        lines += ["", *table(("Run", "When", "Failing", "Passed", "Not run", "What changed"), rows)]
    return lines


def _run(line: RunLine, before: RunLine | None, report: IncidentReport) -> tuple[str, ...]:
    known = set(before.failing) if before is not None else set()
    new = [name for name in line.failing if name not in known] if before is not None else []
    gone = [name for name in known if name not in line.failing]
    changed = [f"+ {code(name, 120)}" for name in new[:3]] + ([f"and {len(new) - 3} more"] if len(new) > 3 else [])
    changed += [f"{len(gone)} no longer failing"] if gone else []
    run = line.run
    return (code(run.name, 60), _moment(run.started_at, report), str(len(line.failing)), str(line.passed),
            str(line.missing), "; ".join(changed))  # fmt: skip


def _failure(each: FailureExcerpt) -> list[str]:
    noun = "1 test" if each.tests == 1 else f"{each.tests} tests"
    return [f"**{prose(each.title, 200)}** ({noun}, {code(each.category.replace('_', ' '))})", "",
            *block(each.text, _TEXT), ""]  # fmt: skip


def _tests(report: IncidentReport) -> list[str]:
    lines = [line for each in report.tests for line in _test(each)]
    left = len(report.view.incident.tests) - len(report.tests)
    return [*lines, f"- and {left} more"] if left > 0 else lines


def _test(test: AffectedTest) -> list[str]:
    owners = f", owned by {', '.join(code(each, 80) for each in test.owners)}" if test.owners else ""
    state = f"  {test.state.state.value}: {prose(test.state.reason)}"
    strip = f"; oldest run first: {code(test.strip, 60)}" if test.strip.strip() else ""
    return [f"- {code(test.name, 300)}{owners}", f"{state}{strip}"]


def _suspects(report: IncidentReport) -> list[str]:
    found, good = report.suspects, report.view.last_good_run
    if not found.revisions:
        return []
    lines = [
        f"Revisions of the runs in which it may have begun: {', '.join(code(each, 60) for each in found.revisions)}"
    ]
    if good is not None and good.revision:
        lines[0] += f"; {code(good.revision, 60)} was good"
    lines[0] += "."
    if found.commits:
        rows = [
            (code(each.revision[:12]), prose(each.author, 80), _moment(each.at, report), prose(each.subject, 200))
            for each in found.commits
        ]
        lines += ["", *table(("Commit", "Author", "When", "Subject"), rows)]
    elif found.unknown:
        unknown = ", ".join(code(each, 60) for each in found.unknown)
        lines += ["", f"The project's repository does not know {unknown}: fetch it there to see the commits."]
    elif found.has_repository:
        lines += ["", "The project's repository has no commit between them."]
    return lines


def _cycle(number: int, cycle: Cycle, report: IncidentReport) -> list[str]:
    name = "Opened" if number == 0 else f"Opened again ({number})"
    answer = "nobody has answered yet" if cycle.resolved_at is None else "nobody answered before it was resolved"
    if cycle.told_at is None:
        answer = "nobody was told: it was history when it came in"
    elif cycle.to_answer is not None:
        answer = f"acknowledged after {span(cycle.to_answer)} by {_who(cycle.answered_by)}"
    end = "still open" if cycle.to_resolve is None else (
        f"resolved after {span(cycle.to_resolve)} by {_who(cycle.resolved_by)}"
    )  # fmt: skip
    return [f"- {name} {_moment(cycle.began_at, report)}: {answer}; {end}"]


def _people(report: IncidentReport) -> list[str]:
    by: dict[str, list[str]] = {}
    for event in report.view.events:
        if event.by and event.by != ENGINE:
            by.setdefault(event.by, []).append(f"{event.type.value.replace('_', ' ')} {_moment(event.at, report)}")
    return [f"- {_who(who)}: {', '.join(done)}" for who, done in by.items()]


def _owners(report: IncidentReport) -> list[str]:
    return [
        f"- {code(each.name, 100)}: {each.tests} {'test' if each.tests == 1 else 'tests'}"
        for each in report.view.owners[:20]
    ]


def _who(id_: str | None) -> str:
    name = shown(id_)
    return name if name == "T12" else code(name, 60)


def _moment(at: datetime, report: IncidentReport) -> str:
    return f"{at.astimezone(report.zone):%Y-%m-%d %H:%M %Z}"


def span(length: timedelta) -> str:
    """`3 min`, `2 h 5 min`, `4 days 1 h`."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    days, hours, minutes = seconds // 86_400, seconds % 86_400 // 3600, seconds % 3600 // 60
    parts = ((days, "day" if days == 1 else "days"), (hours, "h"), (minutes, "min"))
    told = [f"{count} {unit}" for count, unit in parts if count]
    return " ".join(told[:2])
