"""`t12 test NAME` in a terminal."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.failures import because
from bot.terminal.style import OUTCOME_STYLE, STATE_STYLE, grid, section, when
from core.failures.report import StripMark, TestReport
from core.runs.model import Outcome

_LETTER = {Outcome.PASSED: ".", Outcome.FAILED: "F", Outcome.ERROR: "E", Outcome.SKIPPED: "s"}


def draw(report: TestReport, zone: ZoneInfo) -> Iterable[RenderableType]:
    """The state and why, the strip of outcomes, where the trouble began, durations and signatures."""
    state = report.state
    yield Text(report.name, style="bold")
    yield Text(state.state.value, style=STATE_STYLE.get(state.state, "bold")).append(f": {state.reason}", style="")
    strip = Text("\n")
    for mark in report.strip:
        strip.append(_letter(mark), style="dim" if mark.excluded else OUTCOME_STYLE[mark.outcome])
    yield strip
    yield Text("oldest to newest: . passed, R passed on a rerun, F failed, E error, s skipped, x left out", style="dim")
    yield from section("Where it stands", list(_places(report, zone)))
    yield from section("Evidence", tuple(dict.fromkeys(each.text for each in state.evidence)))
    if report.signatures:
        table = grid("runs", "category", "from", "to", "signature", right=(0,))
        for seen in report.signatures:
            table.add_row(
                str(seen.runs), Text(seen.category), Text(seen.first_run), Text(seen.last_run), Text(seen.title)
            )
        yield Text("\nHow it failed", style="bold")
        yield table
    yield from because(report.finding)
    yield from section("Meanwhile", report.conditions)
    if report.flakes_with is not None:
        others = [name for name in report.flakes_with.tests if name != report.name]
        yield from section("Not alone", (f"{report.flakes_with.sentence}: {', '.join(others)}",))
    yield from section("Caveats", report.caveats, "dim")


def _letter(mark: StripMark) -> str:
    if mark.excluded:
        return "x"
    return "R" if mark.flaky_pass else _LETTER[mark.outcome]


def _places(report: TestReport, zone: ZoneInfo) -> Iterable[str]:
    state, first = report.state, report.first_failing
    if first is not None:
        at = f" at {first.run.revision[:10]}" if first.run.revision else ""
        yield f"failing since run {first.run.name}{at}, {when(first.run.started_at, zone)}"
    if state.last_passing is not None:
        at = f" at {state.last_passing.run.revision[:10]}" if state.last_passing.run.revision else ""
        yield f"last clean pass before that: run {state.last_passing.run.name}{at}"
    if state.passes_needed is not None:
        yield f"{state.passes_so_far} clean passes in a row, {state.passes_needed} needed until it counts as fixed"
    if report.durations is not None:
        took = report.durations
        yield (
            f"takes {took.median_seconds:.3g} s (median of {took.runs} passes, {took.shortest_seconds:.3g} to "
            f"{took.longest_seconds:.3g} s; newest {took.newest_seconds:.3g} s)"
        )
