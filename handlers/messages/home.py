"""The Home tab: today's score with what takes points off, what fails, how old the newest report is, or how to begin."""

from datetime import datetime

from core.failures.report import FailuresReport
from core.health.model import HealthReport
from handlers.commands import Ask

from .failures import cases, mark, ordered, readable
from .health import deductions, in_short, number, verdict
from .judged import short_evidence
from .message import Message, and_more, without_share
from .pieces import (
    Json,
    Line,
    actions,
    ask_button,
    bullets,
    button,
    divider,
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
from .runs import run_line

_LISTED = 5
_HOME_ONLY_IN_MESSAGES = frozenset({"data_visualization", "table"})


def render_home(report: HealthReport, failures: FailuresReport | None, now: datetime) -> list[Json]:
    """The overview of the newest run of the suite; `failures` are those of that run."""
    ask = Ask("health", suite=report.suite, branch=report.branch)
    return [
        header(f"{report.suite}: {verdict(report)}"),
        paragraph(said(in_short(report))),
        section("What needs you", _needs(report)),
        section("What takes points off", deductions(report.deductions) or [[words("Nothing.")]]),
        *_open_failures(failures),
        *_flaky(report),
        paragraph(words("The newest report is "), strong(_age(now, report.run.started_at)), words(" old. "),
                  words(f"Trend: {report.trend.direction.value}.")),
        *actions([
            *ask_button("Show failures", "failures.show", ask.about("failures"), style="primary"),
            *ask_button("Show flaky tests", "flaky.show", ask.about("flaky")),
            *ask_button("Show health in full", "health.show", ask),
            *ask_button("List runs", "runs.show", ask.about("runs")),
        ]),
        divider(),
        small(*run_line(report.run)),
        *_footer(now),
    ]  # fmt: skip


def render_onboarding(now: datetime) -> list[Json]:
    """What to do while no report was ever brought in."""
    steps: list[Line] = [
        [
            strong("Bring in a report: "),
            typed("t12 ingest report.xml"),
            words(" reads the JUnit XML that your tests write."),
        ],
        [
            strong("Let CI send them: "),
            typed("t12 token create ci"),
            words(" makes a token, "),
            typed("t12 push"),
            words(" sends."),
        ],
        [strong("Ask: "), typed("/t12 health"), words(" in any channel; only you see the answer until you share it.")],
    ]
    return [
        header("Welcome to T12: no report yet"),
        paragraph(words("T12 says every day whether your tests can be trusted. Three steps to begin:")),
        rich(bullets(steps)),
        *actions([button("Look again", "home.show", "home"), *ask_button("What can I ask?", "help.show", Ask("help"))]),
        *_footer(now),
    ]


def render_home_answer(message: Message) -> list[Json]:
    """An answer on the Home tab, with the way back first."""
    kept = [without_share(block) for block in message.blocks if block["type"] not in _HOME_ONLY_IN_MESSAGES]
    back = actions([button("Back to overview", "home.show", "home")])
    return [*back, *(block for block in kept if block is not None)]


def _needs(report: HealthReport) -> list[Line]:
    lines: list[Line] = [[said(_sentence(gate.reason))] for gate in report.gates]
    bad = report.run.counts.bad
    lines.append(
        [words(f"{bad} failing {'test' if bad == 1 else 'tests'} in the newest run.")]
        if bad
        else [words("Nothing fails.")]
    )
    if report.advice:
        best = report.advice[0]
        gain = f" (+{number(best.gain)} points)" if best.gain else ""
        lines.append([strong("Helps most: "), said(best.text, 200), words(f"{gain}.")])
    return lines


def _open_failures(report: FailuresReport | None) -> list[Json]:
    """The causes of the newest run: new before known, critical first in both."""
    if report is None or not report.groups:
        return []
    lines: list[Line] = [
        [
            strong(f"{mark(group)}: "),
            typed(group.title, 120),
            words(f" {readable(group.category)}, {cases(group.count)}"),
        ]
        for group in ordered(report)[:_LISTED]
    ]
    return [section("Open failures", and_more(lines, len(report.groups), "more"))]


def _flaky(report: HealthReport) -> list[Json]:
    if not report.flaky:
        return []
    lines: list[Line] = [
        [test_name(each.name), words(f" {short_evidence(each.state)}")] for each in report.flaky[:_LISTED]
    ]
    listed = and_more(lines, len(report.flaky))
    return [rich(line(strong("Flaky tests. "), said(_sentence(report.flake_cost.sentence))), bullets(listed))]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _age(now: datetime, then: datetime) -> str:
    minutes = max(0, int((now - then).total_seconds() // 60))
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


def _footer(now: datetime) -> list[Json]:
    return [small(words("Updated "), moment(now), words(" · "), typed("/t12 help"), words(" lists what you can ask"))]
