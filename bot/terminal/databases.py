"""`t12 db` in a terminal."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.style import LEVEL_STYLE, grid, when
from core.databases.model import DatabaseReport, Problem, Session
from core.databases.wording import STATES, facts

_SESSIONS = 20


def draw(reports: Sequence[DatabaseReport], zone: ZoneInfo) -> Iterable[RenderableType]:
    """Each database: its verdict, its numbers, what is wrong and who is behind it."""
    for index, report in enumerate(reports):
        bad = any(each.level == "bad" for each in report.problems)
        style = LEVEL_STYLE["bad" if bad else "warn" if report.problems else "ok"]
        yield Text(("\n" if index else "") + report.verdict, style=style)
        if facts(report):
            yield Text(facts(report), style="dim")
        for problem in report.problems:
            yield Text(f"  • {problem.sentence}", style=LEVEL_STYLE[problem.level])
            yield from _sessions(problem, zone)
        if report.peak is not None:
            peak = report.peak
            told = f"peak in 24 hours: {peak.active} active, {when(peak.at, zone)}, in {peak.looks} looks"
            yield Text(told, style="dim")


def _sessions(problem: Problem, zone: ZoneInfo) -> Iterable[RenderableType]:
    if not problem.sessions:
        return
    table = grid("    pid", "who", "since", "does", "statement", right=(0,))
    for each in problem.sessions[:_SESSIONS]:
        table.add_row(
            Text(str(each.pid)), Text(each.who), Text(_since(each, zone)), Text(STATES.get(each.state, each.state)),
            Text(each.query),
        )  # fmt: skip
    yield table
    left = len(problem.sessions) - _SESSIONS
    if left > 0:
        yield Text(f"    and {left} more", style="dim")


def _since(session: Session, zone: ZoneInfo) -> str:
    return when(session.since, zone) if session.since is not None else ""
