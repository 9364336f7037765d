"""The answer to `db`: per database what is wrong, who is behind it, and the numbers."""

from collections.abc import Sequence

from core.databases.model import DatabaseReport, Problem, Session
from core.databases.wording import STATES, facts
from handlers.commands import Ask

from . import place
from .message import Message, and_more, fit
from .navigation import deeper
from .pieces import Json, Line, ask_button, bullets, header, line, moment, rich, said, small, strong, typed, words

_BUTTONS = 4
"""Databases that get buttons of their own."""


def render_databases(reports: Sequence[DatabaseReport], ask: Ask) -> Message:
    """One database or all of them, those with problems first."""
    ordered = sorted(reports, key=lambda each: (not each.problems, each.is_reachable))

    def draw(most: int) -> list[Json]:
        found = [header(_verdict(ordered))]
        shown = ordered[: max(1, most)]
        for each in shown:
            found += _database(each, most, is_alone=len(ordered) == 1)
        if len(shown) < len(ordered):
            found.append(small(words(f"and {len(ordered) - len(shown)} more; "), typed("/t12 db NAME")))
        return [*found, *deeper(ask, "health", turns=_buttons(shown))]

    return fit(draw, (8, 5, 3, 2, 1, 0))


def _verdict(reports: Sequence[DatabaseReport]) -> str:
    if len(reports) == 1:
        return reports[0].verdict
    wrong = sum(bool(each.problems) for each in reports)
    if not wrong:
        return f"All {len(reports)} databases are healthy"
    return f"{wrong} of {len(reports)} databases {'has' if wrong == 1 else 'have'} problems"


def _database(report: DatabaseReport, most: int, *, is_alone: bool) -> list[Json]:
    name = [] if is_alone else [strong(f"{place.plain(report.verdict, place.WORD)}. ")]
    told = facts(report)
    parts = [line(*name, *([said(told, 400)] if told else []))] if name or told else []
    for problem in report.problems[: max(1, most)]:
        parts.append(bullets([_problem(problem)]))
        lines = [_session(each) for each in problem.sessions[:most]]
        if lines:
            parts.append(bullets(and_more(lines, len(problem.sessions)), indent=1))
    left = len(report.problems) - max(1, most)
    if left > 0:
        parts.append(bullets([[words(f"and {left} more {'problem' if left == 1 else 'problems'}")]]))
    return [*([rich(*parts)] if parts else []), *_peak(report)]


def _problem(problem: Problem) -> Line:
    mark = [strong("Alert: ")] if problem.level == "bad" else []
    return [*mark, said(problem.sentence, 400)]


def _session(session: Session) -> Line:
    """Who, since when, and what."""
    found: list[Json] = [said(f"{session.pid}: {session.who}", 160)]
    if session.since is not None:
        found += [words(f", {STATES.get(session.state, 'there')} since "), moment(session.since)]
    if session.query:
        found += [words(" "), typed(session.query, 160)]
    return found


def _peak(report: DatabaseReport) -> list[Json]:
    peak = report.peak
    if peak is None:
        return []
    told = words(f"Peak in 24 hours: {peak.active} active, ")
    return [small(told, moment(peak.at), words(f", in {peak.looks} looks"))]


def _buttons(reports: Sequence[DatabaseReport]) -> list[Json]:
    found: list[Json] = []
    for number, each in enumerate(reports[:_BUTTONS], start=1):
        of = "" if len(reports) == 1 else f" of {place.plain(each.name, 40)}"
        if each.is_reachable:
            label = f"Check integrity{of}"
            found += ask_button(label, f"db.show:integrity{number}", Ask("db", f"integrity {each.name}"))
        if each.has_cleanup and each.is_reachable:
            found += ask_button(f"Preview cleanup{of}", f"db.show:cleanup{number}", Ask("db", f"cleanup {each.name}"))
    return found
