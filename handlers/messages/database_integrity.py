"""The answer to `db integrity`: what does not hold together, and what could not be looked at."""

from collections.abc import Sequence

from core.databases.integrity import IntegrityReport
from handlers.commands import Ask

from . import place
from .message import Message, and_more, fit
from .navigation import deeper
from .pieces import Json, Line, ask_button, bullets, header, line, rich, said, small, strong, words


def render_database_integrity(reports: Sequence[IntegrityReport], ask: Ask) -> Message:
    """One database or all of them, those that do not hold together first."""
    ordered = sorted(reports, key=lambda each: (each.is_sound, each.is_complete))

    def draw(most: int) -> list[Json]:
        found = [header(_verdict(ordered))]
        shown = ordered[: max(1, most)]
        for each in shown:
            found.append(_database(each, most, is_alone=len(ordered) == 1))
        if len(shown) < len(ordered):
            found.append(small(words(f"and {len(ordered) - len(shown)} more databases")))
        name = ordered[0].name if len(ordered) == 1 else None
        sessions = ask_button("Show sessions", "db.show:sessions", Ask("db", name))
        return [*found, *deeper(ask, "health", turns=sessions)]

    return fit(draw, (12, 6, 3, 2, 1, 0))


def _verdict(reports: Sequence[IntegrityReport]) -> str:
    if len(reports) == 1:
        return reports[0].verdict
    wrong = sum(not each.is_sound for each in reports)
    if not wrong:
        return f"All {len(reports)} databases hold together"
    return f"{wrong} of {len(reports)} databases {'does' if wrong == 1 else 'do'} not hold together"


def _database(report: IntegrityReport, most: int, *, is_alone: bool) -> Json:
    name = [] if is_alone else [strong(f"{place.plain(report.verdict, place.WORD)}. ")]
    parts = [line(*name, said(report.error or report.counted, 400))]
    wrong: list[Line] = [[strong("Broken: "), said(each.sentence, 400)] for each in report.orphans]
    wrong += [[strong("Corrupt: "), said(each, 300)] for each in report.corrupt]
    wrong += [[strong("Weak: "), said(each.sentence, 300)] for each in report.weak]
    for lines in (wrong, [[words("Not checked: "), said(each.sentence, 300)] for each in report.unchecked]):
        if lines:
            parts.append(bullets(and_more(lines[: max(1, most)], len(lines))))
    return rich(*parts)
