"""The report of an incident tells all of it, in a document that no foreign word can break."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from markdown_it import MarkdownIt

from core.failures.state import judge
from core.git import Commit
from core.incidents.evidence import AffectedTest, FailureExcerpt, IncidentReport, RunLine
from core.incidents.metrics import cycles_of
from core.incidents.model import Affected, Happened, Kind
from core.incidents.owners import Owner
from core.incidents.project import Suspects
from core.incidents.report import incident_report, span
from tests.builders import a_history, a_run
from tests.core.incidents.making import START, a_view, an_event, an_incident, at

HOSTILE = "`x` | <!channel> </td> [a](javascript:1)\n\n# no heading\n- [ ] no box\n```\nno fence\n``` \u202e --- <b>"
NAME = "tests/test_audit.py::test_writes"


def a_report(word: str = "", **changes: Any) -> IncidentReport:
    name = word or NAME
    incident = an_incident(
        title=word or "AuditError: the log is closed", tests=(Affected(1, name, "v1:1"),), resolved_at=at(60),
        resolved_by="U2", resolution=word or "mended", branch=word or "main", note=word,
    )  # fmt: skip
    events = (
        an_event(Happened.TRIGGERED, severity="high", rule=word or "more than 20%", mention=["U1", "S1"]),
        an_event(Happened.JOINED, 5, new=2, tests=3, names=[name]),
        an_event(Happened.ESCALATED, 15, role="team_lead", mention=["U2"]),
        an_event(Happened.ACKNOWLEDGED, 20, "U2", until=at(600).isoformat()),
        an_event(Happened.NOTED, 30, "U2", text=word or "it is the pool"),
        an_event(Happened.RESOLVED, 60, "U2", reason=word or "mended"),
    )
    view = a_view(
        incident, events, owners=(Owner(word or "@acme/data", "S9", 1),), suspects=(word or "rev5",),
        opened_run=a_run(5, name=word or "5", revision=word or "rev5"),
    )  # fmt: skip
    state = judge(a_history("PPPPF"), at(60))
    values: dict[str, Any] = {
        "view": view,
        "cycles": tuple(cycles_of(incident, events)),
        "suspects": Suspects(view.suspects, (Commit("a" * 40, word or "Ana", START, word or "close it"),), (), True),
        "runs": (RunLine(a_run(4), (), 1, 0), RunLine(a_run(5, name=word or "5"), (name,), 0, 0)),
        "failures": (FailureExcerpt(word or "AuditError", "database_session", 1, word or "log closed\nin pool"),),
        "tests": (AffectedTest(name, (word or "@acme/data",), state, "✓✓✓✓✗"),),
        "zone": ZoneInfo("UTC"),
    }
    return IncidentReport(**(values | changes))


def shape(document: str) -> list[str]:
    """The blocks and marks of a document, without its words."""
    kinds = []
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(document):
        kinds += [token.type, *(child.type for child in token.children or [] if not child.type.startswith("text"))]
    return kinds


def headings(document: str) -> list[str]:
    return [line for line in document.splitlines() if line.startswith("#")]


def test_the_report_has_every_section_in_order() -> None:
    assert headings(incident_report(a_report())) == [
        "# Incident 7: AuditError: the log is closed", "## Timeline", "## Evidence", "## Failures",
        "## Affected tests", "## Suspects", "## Times", "## Who did what", "## Owners", "## Recommended actions",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "told",
    [
        "**Severity**: HIGH: more than 20%",
        "| 2026-03-02 09:15 UTC | Escalated to team lead; told: U2 | T12 |",
        "| 2026-03-02 09:20 UTC | Acknowledged until 2026-03-02 19:00 UTC | `U2` |",
        "**First bad run**: `5`",
        "**Last good run**: `4`",
        "| `5` | 2026-03-02 13:00 UTC | 1 | 0 | 0 | + `tests/test_audit.py::test_writes` |",
        "log closed\nin pool",
        "oldest run first: `✓✓✓✓✗`",
        "| `aaaaaaaaaaaa` | Ana | 2026-03-02 09:00 UTC | close it |",
        "`rev4` was good",
        "acknowledged after 20 min by `U2`; resolved after 1 h by `U2`",
        "- `U2`: acknowledged 2026-03-02 09:20 UTC, noted 2026-03-02 09:30 UTC, resolved 2026-03-02 10:00 UTC",
        "- `@acme/data`: 1 test",
        "- [ ] Review test failure logs for detailed error information",
    ],
)
def test_the_report_tells(told: str) -> None:
    assert told in incident_report(a_report())


def test_foreign_words_do_not_change_the_document() -> None:
    hostile = incident_report(a_report(HOSTILE))
    assert [kind for kind in shape(hostile) if kind.startswith(("html", "link", "image"))] == []
    noted = a_report("plainword")
    assert shape(hostile) == shape(incident_report(noted))


def test_revisions_that_the_repository_does_not_know_are_named() -> None:
    report = a_report(suspects=Suspects(("rev5",), (), ("rev4",), has_repository=True))
    assert "does not know `rev4`" in incident_report(report)


def test_an_incident_without_runs_and_tests_is_a_short_document() -> None:
    incident = an_incident(kind=Kind.DECLARED, tests=(), suite="", branch=None)
    view = a_view(incident, (), opened_run=None, last_run=None, last_good_run=None, suspects=(), actions=())
    report = a_report(view=view, cycles=(), suspects=Suspects(), runs=(), failures=(), tests=())
    assert headings(incident_report(report)) == ["# Incident 7: AuditError: the log is closed"]


def test_instants_are_those_of_the_zone() -> None:
    assert "2026-03-02 10:15 CET" in incident_report(a_report(zone=ZoneInfo("Europe/Madrid")))


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(seconds=-3), "0 s"), (timedelta(seconds=42), "42 s"), (timedelta(minutes=125), "2 h 5 min"),
        (timedelta(days=1), "1 day"), (timedelta(days=3, hours=4, minutes=9), "3 days 4 h"),
    ],
)  # fmt: skip
def test_a_span_is_told_in_two_units(length: timedelta, told: str) -> None:
    assert span(length) == told
