"""Morning checks and reports as values, and the worst that their words may be."""

from __future__ import annotations

from datetime import timedelta

from core.briefings.model import Chart, Kind, Morning, Report, Section
from core.briefings.morning import judge_morning
from core.checks import Finding, State
from tests.handlers.harness import START

NOW = START + timedelta(hours=30)
FINDINGS = (
    Finding(
        "dependencies", State.PASSED, "pip check with .venv/bin/python: No broken requirements found.", "", "", 0.4
    ),
    Finding("variables", State.FAILED, "1 of 2 required variables not set: DATABASE_URL.", "", "Set it.", 0.0),
    Finding("smoke_tests", State.UNKNOWN, "There are no smoke tests at tests/smoke; set project.smoke.", "doctor"),
    Finding("mock_audit", State.FAILED, "2 mocks contradict production, such as M001 at tests/a.py:6.", "mocks"),
    Finding("overnight_failures", State.FAILED, "3 runs, 1 with failures; 1 new cause.", "failures 12", "Read it."),
)


def a_morning(*findings: Finding, alert_below: float = 80) -> Morning:
    return judge_morning(findings, NOW, alert_below)


def an_awful_morning(words: str, count: int = 60) -> Morning:
    states = (State.FAILED, State.UNKNOWN, State.PASSED)
    found = [Finding(f"{words}_{n}", states[n % 3], words, f"{words} x", words, float(n)) for n in range(count)]
    return a_morning(*found)


def a_report(kind: Kind = Kind.DAILY, *sections: Section, suite: str = "backend") -> Report:
    told = "Health 75 of 100, needs attention; 1 of 4 runs with failures; 1 new cause; 2 incidents open."
    return Report(kind, suite, NOW - timedelta(days=1), NOW, told, sections)


TYPICAL = (
    Section("Suite", ("Run 4: 220 passed, 2 failed.", "−20: 5.3 % of the cases failed"),
            Chart("Failing tests in 4 runs", "failing tests", (("1", 0), ("2", 1), ("3", 0), ("4", 2))), "failures"),
    Section("Integration tests", ("No run of late had any.",)),
    Section("Coverage", ("81.5 % in run 4; 80 % wanted.",)),
)  # fmt: skip


def an_awful_report(words: str, count: int = 12, lines: int = 30) -> Report:
    chart = Chart(words, words, tuple((f"{words}{n}", float(n)) for n in range(20)))
    return a_report(Kind.WEEKLY, *(Section(words, (words,) * lines, chart) for _ in range(count)), suite=words)
