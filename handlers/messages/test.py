"""The answer to `test`: one test's outcomes as a strip, its state and why, its durations and its failures."""

from core.failures.report import DurationSummary, SeenSignature, StripMark, TestReport
from core.failures.verdict import State
from core.runs.model import Outcome
from handlers.commands import Ask

from . import place
from .failures import because, meanwhile, readable
from .judged import evidence, missing
from .message import Message, and_more, fit
from .navigation import deeper
from .pieces import (
    Json,
    Line,
    bullets,
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

__test__ = False

_STRIP = 40
_SIGNS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.ERROR: "E", Outcome.SKIPPED: "–"}
_RERUN = "↻"
_VERDICTS = {
    State.BROKEN: "broken",
    State.FLAKY: "flaky",
    State.SUSPECT: "suspect",
    State.NEW: "new",
    State.UNKNOWN: "too few runs to say",
    State.HEALTHY: "healthy",
}


def render_test(report: TestReport, ask: Ask) -> Message:
    """The question in the buttons names the test in full."""
    ask = Ask("test", report.name, ask.suite or report.suite, ask.branch)
    short = place.name(report.name.rsplit("::", 1)[-1], 90)

    def draw(most: int) -> list[Json]:
        return [
            header(f"{short}: {_VERDICTS[report.state.state]}"),
            paragraph(
                test_name(report.name, 300), *([words(" on "), said(report.variant, 60)] if report.variant else [])
            ),
            rich(line(said(_sentence(report.state.reason)))),
            *_strip(report.strip),
            *_facts(report),
            *_failures(report, most),
            *_together(report, most),
            *([small(said("Mind: " + "; ".join(report.caveats), 600))] if report.caveats else []),
            *deeper(ask, "health", "failures", "flaky"),
        ]

    return fit(draw, (4, 2, 1, 0))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _together(report: TestReport, most: int) -> list[Json]:
    group = report.flakes_with
    if group is None:
        return []
    others = [name for name in group.tests if name != report.name]
    shown = [[test_name(name)] for name in others[:most]]
    told = line(strong("Not alone: "), said(f"{group.sentence}."))
    return [rich(told, *([bullets(and_more(shown, len(others)))] if shown else []))]


def _strip(marks: tuple[StripMark, ...]) -> list[Json]:
    if not marks:
        return []
    shown = marks[-_STRIP:]
    signs = "".join(_RERUN if mark.flaky_pass else _SIGNS[mark.outcome] for mark in shown)
    counts = [
        (sum(mark.outcome is Outcome.PASSED and not mark.flaky_pass for mark in shown), "passed ✓"),
        (sum(mark.outcome is Outcome.FAILED for mark in shown), "failed ✗"),
        (sum(mark.outcome is Outcome.ERROR for mark in shown), "ended in an error E"),
        (sum(mark.flaky_pass for mark in shown), f"passed after a rerun {_RERUN}"),
        (sum(mark.outcome is Outcome.SKIPPED for mark in shown), "skipped –"),
    ]
    told = ", ".join(f"{count} {what}" for count, what in counts if count)
    which = "One result: " if len(shown) == 1 else f"Last {len(shown)} results, oldest first: "
    return [rich(line(strong(which)), line(typed(signs)), line(words(f"{told}.")))]


def _facts(report: TestReport) -> list[Json]:
    state = report.state
    lines: list[Line] = []
    if state.failures:
        lines.append([words(evidence(state).capitalize() + ".")])
    if state.first_failing is not None and state.state in (State.BROKEN, State.FLAKY, State.SUSPECT):
        run = state.first_failing.run
        revision = [words(", revision "), typed(run.revision[:60], place.REVISION)] if run.revision else []
        lines.append(
            [
                words("Trouble began in run "),
                said(run.name, place.WORD),
                words(" of "),
                moment(run.started_at),
                *revision,
            ]
        )
    if missing(state):
        lines.append([words(missing(state).capitalize() + ".")])
    if report.durations is not None:
        lines.append([words(_duration(report.durations))])
    return [section("What is known", lines)] if lines else []


def _duration(summary: DurationSummary) -> str:
    passes = "one pass" if summary.runs == 1 else f"{summary.runs} passes"
    spread = f"{seconds(summary.shortest_seconds)} to {seconds(summary.longest_seconds)}"
    median, newest = seconds(summary.median_seconds), seconds(summary.newest_seconds)
    return f"Takes {median} (median of {passes}, {spread}), last {newest}."


def seconds(value: float) -> str:
    """A duration as people say it."""
    if value < 1:
        return f"{value * 1000:.0f} ms" if value >= 0.001 else "under 1 ms"
    return f"{value:.1f} s" if value < 60 else f"{int(value // 60)} min {value % 60:.0f} s"


def _failures(report: TestReport, most: int) -> list[Json]:
    if not report.signatures:
        return []
    lines = and_more([_signature(each) for each in report.signatures[:most]], len(report.signatures))
    parts = [section("How it failed, the newest first", lines)] if lines else []
    if report.latest_message and most:
        parts.append(rich(line(strong("Last message: "), typed(report.latest_message, place.MESSAGE * 2))))
    if report.finding is not None and most:
        parts.append(rich(bullets(because(report.finding))))
    if report.conditions and most:
        parts.append(rich(bullets(meanwhile(report.conditions))))
    return parts


def _signature(seen: SeenSignature) -> Line:
    runs = "1 run" if seen.runs == 1 else f"{seen.runs} runs"
    return [typed(seen.title, 160), words(f" {readable(seen.category)}, {runs}, last in run "), said(seen.last_run, 60)]
