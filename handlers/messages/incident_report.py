"""The report of an incident, as far as a message holds it."""

from core.incidents.evidence import IncidentReport
from core.incidents.metrics import Cycle
from core.incidents.model import Event
from core.incidents.report import span
from core.incidents.telling import sentence_of

from . import place
from .incident import who
from .message import Message, and_more, fit
from .pieces import (
    Json,
    Leaf,
    Line,
    actions,
    bullets,
    button,
    header,
    line,
    moment,
    paragraph,
    rich,
    said,
    section,
    small,
    strong,
    test_name,
    typed,
    words,
)

_MOST = (20, 12, 8, 5, 3, 1)


def render_incident_report(report: IncidentReport) -> Message:
    """The timeline, the times and the tests, in short; a terminal writes the whole document."""
    view = report.view
    incident = view.incident

    def draw(most: int) -> list[Json]:
        title = f"Report of incident {incident.id}: {place.plain(incident.title, 110)}"
        return [
            header(title),
            paragraph(strong(f"{incident.severity.value.capitalize()}: "), said(incident.rule, 300), words(".")),
            *_timeline(view.events, most),
            *_times(report.cycles, most),
            *_tests(report, most),
            *_suspects(report),
            small(words("The whole document: "), typed(f"t12 incident report {incident.id}"), words(" in a terminal")),
            *actions([button(f"Show incident {incident.id}", "incident.show", str(incident.id))]),
        ]

    return fit(draw, _MOST)


def _timeline(events: tuple[Event, ...], most: int) -> list[Json]:
    lines: list[Line] = [
        [moment(each.at), words(" "), said(sentence_of(each), 240), words(", by "), who(each.by)]
        for each in events[:most]
    ]
    return [section("What happened", and_more(lines, len(events)))] if lines else []


def _times(cycles: tuple[Cycle, ...], most: int) -> list[Json]:
    lines: list[Line] = []
    for each in cycles[-max(1, most) :]:
        found: list[Leaf] = [words("Since "), moment(each.began_at), words(": ")]
        if each.to_answer is not None:
            found += [words(f"answered after {span(each.to_answer)} by "), who(each.answered_by)]
        else:
            found.append(words("nobody had it"))
        ended = f", resolved after {span(each.to_resolve)}" if each.to_resolve is not None else ", still open"
        lines.append([*found, words(f"{ended}.")])
    return [section("How long it took", lines)] if lines else []


def _tests(report: IncidentReport, most: int) -> list[Json]:
    tests = report.view.incident.tests
    if not tests:
        return []
    lines: list[Line] = [[test_name(each.name)] for each in tests[:most]]
    return [rich(line(strong("Affected tests")), bullets(and_more(lines, len(tests))))]


def _suspects(report: IncidentReport) -> list[Json]:
    suspects = report.view.suspects
    if not suspects:
        return []
    shown: list[Leaf] = []
    for each in suspects[:5]:
        shown += [words(" "), typed(each, 12)]
    return [paragraph(strong("Began in one of:"), *shown)]
